//! The end of the process: what is under way is waited for, and nothing new begins.

use std::time::Duration;

use axum::http::StatusCode;
use serde_json::Value;

use crate::support::{App, HOUR, settle};

const LONG: Duration = Duration::from_secs(30);

// A5
#[tokio::test(start_paused = true)]
async fn a_refresh_that_nobody_waits_for_any_more_is_stored_before_the_storage_closes() {
    let app = App::new();
    let mut browser = app.signed_in().await;
    app.advance(HOUR);
    app.pool.hold();
    let mut gone = browser.clone();
    let request = tokio::spawn(async move { gone.get("/work").await });
    app.pool.entered().await;
    request.abort();
    assert!(request.await.is_err_and(|error| error.is_cancelled()));

    let sessions = app.sessions.clone();
    let drained = tokio::spawn(async move { sessions.drain(LONG).await });
    settle().await;
    assert!(!drained.is_finished(), "the pool has rotated the token, and it is not stored yet");
    app.pool.release();
    assert!(drained.await.expect("no panic"));
    assert_eq!(app.row(&browser).await.generation, 1);
    assert_eq!(browser.get("/work").await.status, StatusCode::OK);
}

#[tokio::test(start_paused = true)]
async fn a_task_that_hangs_does_not_keep_the_process_for_ever() {
    let app = App::new();
    let browser = app.signed_in().await;
    app.advance(HOUR);
    app.pool.hold();
    let mut reader = browser.clone();
    let request = tokio::spawn(async move { reader.get("/work").await });
    app.pool.entered().await;
    assert!(!app.sessions.drain(Duration::from_secs(5)).await);
    assert!(!app.sessions.drain(Duration::ZERO).await, "it is still under way");
    app.pool.release();
    assert_eq!(request.await.expect("an answer").status, StatusCode::OK);
    assert!(app.sessions.drain(Duration::ZERO).await);
}

#[tokio::test]
async fn after_the_end_nothing_begins_and_who_is_signed_in_stays_so() {
    let app = App::new();
    let mut browser = app.signed_in().await;
    assert!(app.sessions.drain(LONG).await, "nothing is under way");
    app.advance(HOUR - 1);
    assert_eq!(browser.get("/work").await.status, StatusCode::OK, "the token in hand");
    app.advance(1);
    assert_eq!(browser.post("/save", &Value::Null).await.status, StatusCode::OK);
    assert_eq!(app.pool.refreshes(), 0);
    let unavailable = (503, String::from("unavailable"));
    let mut stranger = app.browser();
    assert_eq!(stranger.sign_in("ada@example.com", "Password-1").await.problem(), unavailable);
    assert_eq!(browser.delete("/api/session").await.problem(), unavailable);
    assert_eq!(app.row(&browser).await.ended, None, "told as it is: the session is alive");
}

#[tokio::test(start_paused = true)]
async fn a_sign_out_is_over_when_its_token_is_taken_back() {
    let app = App::new();
    let mut browser = app.signed_in().await;
    assert_eq!(browser.delete("/api/session").await.status, StatusCode::NO_CONTENT);
    assert!(app.sessions.drain(LONG).await);
    assert_eq!(app.pool.state().revoked, ["REFRESH-1"]);
}
