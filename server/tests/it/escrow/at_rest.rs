//! What lies on the disk meanwhile.

use serde_json::json;

use super::{DAY, expired, kept};
use crate::harness::{ADA, BOB, Process, TestApp};

/// Sealed at rest: what was typed is on no disk in the clear before its owner is back.
#[tokio::test]
async fn e10_what_is_in_escrow_is_sealed_at_rest() {
    let app = TestApp::start().await;
    let (desk, id) = expired(&app, "").await;
    kept(&desk.save(&id, "w", 0, 1, json!([[0, 0, "CANARY-8161"]])).await, 1);
    assert_eq!(app.number("SELECT count(*) FROM escrow WHERE edits_sealed LIKE 'v1.first.%'").await, 1);
    let app = app.restart().await;
    let files = || {
        let entries = std::fs::read_dir(app.data.path()).expect("a directory");
        entries.map(|entry| entry.expect("an entry").path()).filter(|path| path.is_file()).collect::<Vec<_>>()
    };
    let has_canary = |path: &std::path::Path| {
        std::fs::read(path).expect("a file").windows(11).any(|window| window == b"CANARY-8161")
    };
    assert!(files().iter().all(|path| !has_canary(path)));
    app.execute("UPDATE escrow SET document_id = document_id, seq = seq").await;
    assert_eq!(app.signed_in(ADA).await.draft(&id).await["text"], "CANARY-8161");
    assert!(files().iter().any(|path| has_canary(path)), "the draft is in the clear: the search can find it");
}

/// A row that was moved to somebody else opens for nobody, is left as it is, and keeps nobody from signing in.
#[tokio::test]
async fn e10_a_row_that_was_moved_to_another_user_does_not_open() {
    let app = TestApp::start().await;
    let bob = app.signed_in(BOB).await;
    let of_bob = bob.new_document("Bob's").await;
    let (desk, id) = expired(&app, "").await;
    kept(&desk.save(&id, "w", 0, 1, json!([[0, 0, "of Ada"]])).await, 1);
    let sub = "(SELECT owner FROM documents WHERE title = 'A title' AND id = '".to_owned() + &of_bob + "')";
    app.execute(&format!("UPDATE escrow SET owner = {sub}, document_id = '{of_bob}'")).await;
    let bob = app.signed_in(BOB).await;
    assert_eq!(bob.draft(&of_bob).await["text"], "Bob's");
    assert_eq!(app.number("SELECT count(*) FROM escrow WHERE settled_at IS NULL").await, 1);
}

/// `kill -9` between the 202 and the sign-in: a 202 is a promise that is on disk.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn e10_what_is_kept_survives_the_server_being_killed() {
    let directory = tempfile::tempdir().expect("a temporary directory");
    let process = Process::start(directory.path()).await;
    let desk = process.signed_in(ADA).await;
    let id = desk.new_document("text").await;
    process.advance(DAY).await;
    kept(&desk.save(&id, "w", 0, 1, json!([[4, 0, "!"]])).await, 1);
    process.kill().await;
    let process = Process::start(directory.path()).await;
    let phone = process.signed_in(ADA).await;
    assert_eq!(phone.draft(&id).await["text"], "text!");
    process.kill().await;
    let log = std::fs::read_to_string(directory.path().join("log")).expect("a log");
    assert!(log.contains("escrow is merged") && !log.contains("text!"), "{log}");
}
