//! Starting: what is wrong is one clear line; `/__control` is only where it may be.

use std::sync::Arc;

use holdfast::clock::ManualClock;
use holdfast::entropy::SeededEntropy;
use holdfast_server::settings::Settings;
use holdfast_server::start::{Running, StartError, start};
use serde_json::json;

use crate::harness::{ADA, TestApp, settings};

async fn try_start(settings: Settings) -> Result<Running, StartError> {
    start(settings, Arc::new(ManualClock::default()), Arc::new(SeededEntropy::new(7))).await
}

async fn line(settings: Settings) -> String {
    let line = try_start(settings).await.err().expect("it does not start").line();
    assert!(!line.contains('\n'), "{line}");
    line
}

#[tokio::test]
async fn a_port_in_use_is_one_clear_line() {
    let app = TestApp::start().await;
    let data = tempfile::tempdir().expect("a temporary directory");
    let addr = app.running.addr.to_string();
    let line = line(settings(data.path().to_str().expect("UTF-8"), &[("HOLDFAST_ADDR", &addr)])).await;
    assert!(line.starts_with("HOLDFAST_ADDR") && line.contains(&addr), "{line}");
}

#[tokio::test]
async fn a_data_directory_that_cannot_be_used_is_one_clear_line() {
    let data = tempfile::tempdir().expect("a temporary directory");
    let file = data.path().join("a-file");
    std::fs::write(&file, "in the way").expect("written");
    let line = line(settings(file.to_str().expect("UTF-8"), &[])).await;
    assert!(line.starts_with("HOLDFAST_DATA") && line.contains("a-file"), "{line}");
}

#[tokio::test]
async fn a_database_of_a_newer_version_or_none_at_all_is_one_clear_line() {
    let app = TestApp::start().await;
    app.execute(
        "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time)
         VALUES (9999, 'from the future', TRUE, x'00', 0)",
    )
    .await;
    let data = app.stop().await;
    let newer = line(settings(data.path().to_str().expect("UTF-8"), &[])).await;
    assert!(newer.starts_with("HOLDFAST_DATABASE_URL") && newer.contains("newer version"), "{newer}");
    std::fs::write(data.path().join("holdfast.db"), "this is no database, not at all, whatever its name says")
        .expect("written");
    for file in ["holdfast.db-wal", "holdfast.db-shm"] {
        drop(std::fs::remove_file(data.path().join(file)));
    }
    let junk = line(settings(data.path().to_str().expect("UTF-8"), &[])).await;
    assert!(junk.starts_with("HOLDFAST_DATABASE_URL"), "{junk}");
}

#[tokio::test]
async fn the_process_is_alive_and_ready() {
    let app = TestApp::start().await;
    let browser = app.browser();
    assert_eq!(browser.get("/healthz").await.status, 200);
    crate::harness::eventually("ready", || async { browser.get("/readyz").await.status == 200 }).await;
}

#[tokio::test]
async fn the_control_routes_are_there_only_when_asked_for_and_move_both_clocks() {
    let app = TestApp::start().await;
    assert_eq!(app.browser().post("/__control/advance", &json!({"seconds": 1})).await.status, 404);
    let app = TestApp::start_with(&[("HOLDFAST_CONTROL", "1")]).await;
    let ada = app.signed_in(ADA).await;
    assert_eq!(ada.post("/__control/advance", &json!({"seconds": 7200})).await.status / 100, 2);
    assert_eq!(ada.get("/api/documents").await.status, 200, "refreshed, so the pool's clock has moved too");
    let left = ada.get("/api/session").await.json()["sign_in_by_ms"].as_i64();
    assert_eq!(left, Some(22 * 3_600_000));
    let calls = ada.get("/__control/pool/calls").await;
    assert!(calls.text().contains("GetTokensFromRefreshToken"), "{calls:?}");
    let mut strange = ada.request(http::Method::POST, "/__control/advance", Some(&json!({"seconds": 1})));
    strange.headers_mut().insert("sec-fetch-site", "cross-site".parse().expect("a header value"));
    assert_eq!(ada.send(strange).await.status, 403, "no page of another site moves our clock");
    let mut rebound = ada.request(http::Method::GET, "/__control/pool/outbox", None);
    rebound.headers_mut().insert("host", "evil.example:3000".parse().expect("a header value"));
    assert_eq!(ada.send(rebound).await.status, 421, "nor does one whose name was made to point here read our codes");
    assert_eq!(ada.post("/__control/reset", &json!({})).await.status / 100, 2);
    assert_eq!(ada.get("/api/documents").await.status, 401);
}
