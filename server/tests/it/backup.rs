//! Backup and restore, with the real binary: the commands that the documentation gives are run as they stand there.

use std::path::{Path, PathBuf};
use std::process::{Output, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use serde_json::json;
use sqlx::{Connection as _, SqliteConnection};
use tokio::process::Command;

use crate::harness::{ADA, Browser, eventually};
use crate::kill::spawn;

const WRITERS: usize = 4;

/// Saves one character after the other until the server is gone; `receipts` says how many are acknowledged.
async fn write(browser: Browser, id: String, writer: String, receipts: Arc<AtomicU64>) {
    loop {
        let n = receipts.load(Ordering::SeqCst);
        let save = tokio::spawn({
            let (browser, id, writer) = (browser.clone(), id.clone(), writer.clone());
            async move { browser.save(&id, &writer, n, n + 1, json!([[n, 0, "x"]])).await }
        });
        match save.await {
            Ok(answer) if answer.status == 200 => receipts.store(n + 1, Ordering::SeqCst),
            Ok(answer) => panic!("{answer:?}"),
            // Connecting to a server that is gone panics inside of the task.
            Err(_gone) => return,
        }
    }
}

/// The shell block of `docs/operating.md` under this heading, with its folders in the places of the test.
fn documented(heading: &str, places: &[(&str, &Path)]) -> String {
    let page = include_str!("../../../docs/operating.md");
    let (_, section) = page.split_once(heading).expect("the heading");
    let (_, block) = section.split_once("```sh\n").expect("a block of commands");
    let block = block.split_once("```").expect("its end").0;
    places.iter().fold(block.to_owned(), |block, (documented, here)| {
        assert!(block.contains(documented), "{documented} is in {block}");
        block.replace(documented, &here.display().to_string())
    })
}

async fn sh(script: &str) -> Output {
    let binary = PathBuf::from(env!("CARGO_BIN_EXE_holdfast"));
    let folder = binary.parent().expect("a folder").display().to_string();
    let path = format!("{folder}:{}", std::env::var("PATH").unwrap_or_default());
    let mut shell = Command::new("sh");
    shell.args(["-euc", script]).env_clear().env("PATH", path).stdin(Stdio::null());
    shell.output().await.expect("a shell")
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&[output.stdout.as_slice(), &output.stderr].concat()).into_owned()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_backup_under_load_has_every_save_that_was_acknowledged_before_it_began() {
    let home = tempfile::tempdir().expect("a temporary directory");
    let (mut server, ada) = spawn(home.path()).await;
    assert_eq!(ada.sign_in(ADA.0, ADA.1).await.status, 200);
    let mut writers = Vec::new();
    for n in 0..WRITERS {
        let id = ada.new_document("").await;
        let receipts = Arc::new(AtomicU64::new(0));
        let writing = tokio::spawn(write(ada.clone(), id.clone(), format!("w{n}"), Arc::clone(&receipts)));
        writers.push((id, receipts, writing));
    }
    let busy = || async { writers.iter().all(|(_, receipts, _)| 20 <= receipts.load(Ordering::SeqCst)) };
    eventually("everybody has saved something", busy).await;

    let (data, kept) = (home.path().join("data"), home.path().join("kept"));
    std::fs::create_dir(&kept).expect("a folder");
    let before: Vec<u64> = writers.iter().map(|(_, receipts, _)| receipts.load(Ordering::SeqCst)).collect();
    let commands = documented("### Backup", &[("/var/lib/holdfast", &data), ("/backup", &kept)]);
    let done = sh(&commands).await;
    assert!(done.status.success(), "{}", said(&done));
    assert!(said(&done).contains("4 documents"), "{}", said(&done));
    let after: Vec<u64> = writers.iter().map(|(_, receipts, _)| receipts.load(Ordering::SeqCst)).collect();
    assert!(
        before.iter().zip(&after).all(|(before, after)| before < after),
        "nobody had to stop: {before:?} {after:?}"
    );
    let again = sh(&commands).await;
    assert!(!again.status.success() && said(&again).contains("is there already"), "{}", said(&again));
    server.kill().await.expect("killed");
    let mut ids = Vec::new();
    for (id, _, writing) in writers {
        writing.await.expect("a writer ends");
        ids.push(id);
    }

    // Everything of the machine is lost but what was kept.
    std::fs::remove_dir_all(&data).expect("removed");
    let commands = documented("### Restore", &[("/var/lib/holdfast", &data), ("/backup", &kept)]);
    let done = sh(&commands).await;
    assert!(done.status.success(), "{}", said(&done));
    let again = sh(&commands).await;
    assert!(!again.status.success() && said(&again).contains("is there already"), "{}", said(&again));
    let (_server, same) = spawn(home.path()).await;
    same.set_cookie(ada.cookie());
    assert_eq!(same.get("/api/documents").await.status, 401, "a session of then is not one of now");
    assert_eq!(same.sign_in(ADA.0, ADA.1).await.status, 200);
    for (id, before) in ids.iter().zip(before) {
        let draft = same.draft(id).await;
        let head = draft["head"].as_u64().expect("a head");
        assert!(before <= head, "{before} receipts were given before the backup began, and it has {head}");
        assert_eq!(draft["text"].as_str().map(str::len), usize::try_from(head).ok());
    }
    let mut left: Vec<String> = std::fs::read_dir(&kept)
        .expect("a folder")
        .map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned())
        .collect();
    left.sort();
    assert_eq!(left, ["holdfast.db", "keys", "user-pool"], "nothing is left half done");
}

#[tokio::test]
async fn what_is_no_whole_backup_is_refused_and_nothing_is_left_behind() {
    let home = tempfile::tempdir().expect("a temporary directory");
    let place = |name: &str| home.path().join(name);
    let run = |task: &'static str, data: &'static str, file: PathBuf| {
        let data = place(data);
        async move { sh(&format!("HOLDFAST_DATA='{}' holdfast {task} '{}'", data.display(), file.display())).await }
    };
    let (mut server, ada) = spawn(home.path()).await;
    assert_eq!(ada.sign_in(ADA.0, ADA.1).await.status, 200);
    ada.new_document("some words").await;
    assert!(run("backup", "data", place("good.db")).await.status.success());
    server.kill().await.expect("killed");

    std::fs::write(place("text.db"), "this is not a database, whatever it is called").expect("written");
    let mut damaged = std::fs::read(place("good.db")).expect("a file");
    let middle = damaged.len() / 2;
    damaged[middle..].fill(0x5a);
    std::fs::write(place("damaged.db"), damaged).expect("written");
    let foreign = format!("sqlite://{}?mode=rwc", place("foreign.db").display());
    let mut other = SqliteConnection::connect(&foreign).await.expect("a database");
    sqlx::raw_sql("CREATE TABLE documents (id)").execute(&mut other).await.expect("a table");
    other.close().await.expect("closed");
    std::fs::copy(place("good.db"), place("newer.db")).expect("copied");
    let newer = format!("sqlite://{}", place("newer.db").display());
    let mut other = SqliteConnection::connect(&newer).await.expect("a database");
    let later = "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time)
                 VALUES (9999, 'later', 1, x'00', 0)";
    sqlx::raw_sql(later).execute(&mut other).await.expect("a row");
    other.close().await.expect("closed");
    std::fs::copy(place("good.db"), place("copied.db")).expect("copied");
    std::fs::write(place("copied.db-wal"), "").expect("written");

    for (file, problem) in [
        ("missing.db", "is not there"),
        ("text.db", "cannot be read as a database"),
        ("damaged.db", "damaged.db"),
        ("foreign.db", "not one of Holdfast's"),
        ("newer.db", "newer version of Holdfast (migration 9999)"),
        ("copied.db", "in use, or was copied by hand"),
    ] {
        let done = run("restore", "fresh", place(file)).await;
        assert!(!done.status.success() && said(&done).contains(problem), "{file}: {}", said(&done));
        assert_eq!(said(&done).lines().count(), 1, "{}", said(&done));
        let left = std::fs::read_dir(place("fresh")).map_or(0, Iterator::count);
        assert_eq!(left, 0, "{file} leaves nothing behind");
    }
    let done = run("backup", "nowhere", place("of nothing.db")).await;
    assert!(!done.status.success() && said(&done).contains("is not there"), "{}", said(&done));
    assert!(run("restore", "fresh", place("good.db")).await.status.success());
    let url = format!("sqlite://{}", place("fresh/holdfast.db").display());
    let mut restored = SqliteConnection::connect(&url).await.expect("a database");
    let sessions: i64 =
        sqlx::query_scalar("SELECT count(*) FROM sessions").fetch_one(&mut restored).await.expect("a number");
    assert_eq!(sessions, 0);
}
