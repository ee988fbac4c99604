//! E13: starting while somebody else has the database: said, not refused and not hung; and starting twice at once.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use holdfast::clock::ManualClock;
use holdfast::entropy::SeededEntropy;
use holdfast_server::start::start;
use serde_json::json;
use sqlx::{Connection as _, SqliteConnection};

use crate::harness::{ADA, Browser, TestApp, eventually, settings};

/// An address that nobody listens on.
fn free() -> SocketAddr {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    listener.local_addr().expect("an address")
}

/// Another process migrates (or has the file for itself in another way) for longer than SQLite waits by itself.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn e13_while_a_migration_has_the_database_a_new_process_says_so_and_begins_when_it_is_over() {
    let app = TestApp::start().await;
    let ada = app.signed_in(ADA).await;
    let id = ada.new_document("kept").await;
    let (cookie, data) = (ada.cookie(), app.stop().await);
    let url = format!("sqlite://{}", data.path().join("holdfast.db").display());
    let mut holder = SqliteConnection::connect(&url).await.expect("the database opens");
    sqlx::raw_sql("PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE").execute(&mut holder).await.expect("it is ours");

    let addr = free();
    let text = addr.to_string();
    let settings = settings(data.path().to_str().expect("UTF-8"), &[("HOLDFAST_ADDR", text.as_str())]);
    let starting = tokio::spawn(start(settings, Arc::new(ManualClock::default()), Arc::new(SeededEntropy::new(7))));
    eventually("it listens", || async { tokio::net::TcpStream::connect(addr).await.is_ok() }).await;
    let browser = Browser::new(addr, &format!("http://{addr}"));
    browser.set_cookie(cookie);
    assert_eq!(browser.get("/healthz").await.status, 200, "it is alive");
    let ready = browser.get("/readyz").await;
    assert_eq!((ready.status, &ready.json()["database"]), (503, &json!("cannot_save")));
    let save = browser.save(&id, "w", 0, 1, json!([[0, 0, "x"]])).await;
    assert_eq!((save.status, save.code().as_str()), (503, "cannot_save"));
    assert!(save.header("retry-after").is_some(), "the page tries again by itself");
    // Longer than one attempt at the lock lasts.
    #[expect(
        clippy::disallowed_methods,
        reason = "SQLite's own wait for a lock is over after five seconds of real time"
    )]
    tokio::time::sleep(Duration::from_secs(6)).await;
    assert!(!starting.is_finished(), "neither started nor refused");
    assert_eq!(browser.get("/readyz").await.status, 503);

    holder.close().await.expect("it lets go");
    let running = starting.await.expect("no panic").expect("it starts");
    let save = browser.save(&id, "w", 0, 1, json!([[0, 0, "x"]])).await;
    assert_eq!(save.status, 200, "the very same save: {save:?}");
    assert_eq!(browser.draft(&id).await["text"], "xkept");
    running.stop().await;
}
