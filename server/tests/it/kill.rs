//! E1: the word "Saved" is never a lie. The real binary is killed (SIGKILL) at any instant while clients save; after the
//! restart every receipt's text is there, and no retry is applied twice.

use std::net::SocketAddr;
use std::process::Stdio;
use std::time::Duration;

use serde_json::json;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};

use crate::harness::{ADA, Browser};

const CYCLES: u64 = 8;
const WRITERS: usize = 6;

/// Starts the binary on any free port and waits until it says where it is.
pub(crate) async fn spawn(data: &std::path::Path) -> (Child, Browser) {
    let mut child = Command::new(env!("CARGO_BIN_EXE_holdfast"))
        .current_dir(data)
        .env_clear()
        .env("HOLDFAST_ADDR", "127.0.0.1:0")
        .env("HOLDFAST_DATA", data.join("data"))
        .env("HOLDFAST_POOL_USERS", format!("{}:{}", ADA.0, ADA.1))
        .stdout(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .expect("the binary starts");
    let mut lines = BufReader::new(child.stdout.take().expect("a pipe")).lines();
    let line = lines.next_line().await.expect("readable").expect("it says where it is");
    let origin = line.strip_prefix("Holdfast is at ").expect("the first line").to_owned();
    let addr: SocketAddr = origin.trim_start_matches("http://").parse().expect("an address");
    (child, Browser::new(addr, &origin))
}

/// Saves one character after the other; answers how many have a receipt. Ends when the server is gone.
async fn write(browser: Browser, id: String, writer: String, already: u64) -> u64 {
    let mut receipts = already;
    loop {
        let save = tokio::spawn({
            let (browser, id, writer) = (browser.clone(), id.clone(), writer.clone());
            async move { browser.save(&id, &writer, receipts, receipts + 1, json!([[receipts, 0, "x"]])).await }
        });
        // Connecting to a killed server panics inside of the task: that is the end.
        match save.await {
            Ok(answer) if answer.status == 200 => {
                receipts += 1;
                assert_eq!(answer.json()["head"], receipts);
            }
            Ok(answer) => panic!("{answer:?}"),
            Err(_gone) => return receipts,
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn e1_every_receipt_survives_the_server_being_killed() {
    let data = tempfile::tempdir().expect("a temporary directory");
    let (mut child, ada) = spawn(data.path()).await;
    assert_eq!(ada.sign_in(ADA.0, ADA.1).await.status, 200);
    let mut documents = Vec::new();
    for _ in 0..WRITERS {
        documents.push((ada.new_document("").await, 0_u64));
    }
    let mut cookie = ada.cookie();
    let mut browser = ada;
    for cycle in 0..CYCLES {
        let writers: Vec<_> = documents
            .iter()
            .map(|(id, head)| tokio::spawn(write(browser.clone(), id.clone(), "w".to_owned(), *head)))
            .collect();
        let instant = Duration::from_millis(60 + 37 * cycle);
        tokio::time::timeout(instant, std::future::pending::<()>()).await.unwrap_err();
        child.kill().await.expect("killed");
        let mut receipts = Vec::new();
        for writer in writers {
            receipts.push(writer.await.expect("no panic"));
        }
        (child, browser) = spawn(data.path()).await;
        browser.set_cookie(cookie.clone());
        for ((id, head), receipts) in documents.iter_mut().zip(receipts) {
            // The one save that was under way may be on disk without its receipt having arrived; sent again, it is once.
            let again = browser.save(id, "w", receipts, receipts + 1, json!([[receipts, 0, "x"]])).await;
            assert_eq!((again.status, again.json()["head"].as_u64()), (200, Some(receipts + 1)), "{again:?}");
            let draft = browser.draft(id).await;
            assert_eq!(draft["text"].as_str().map(str::len), Some(receipts as usize + 1), "cycle {cycle}");
            *head = receipts + 1;
        }
        cookie = browser.cookie();
    }
    assert!(documents.iter().all(|(_, head)| CYCLES <= *head), "{documents:?}");
    child.kill().await.expect("killed");
}
