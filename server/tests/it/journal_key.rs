//! What seals the journal on a user's devices: the user's own, the same in every session, and nobody else's.

use std::time::Duration;

use serde_json::{Value, json};

use crate::harness::{ADA, BOB, Browser, Process, TestApp};

async fn keys(browser: &Browser) -> Vec<Value> {
    let answer = browser.get("/api/journal-key").await;
    assert_eq!((answer.status, answer.header("cache-control")), (200, Some("no-store")), "{answer:?}");
    answer.json()["keys"].as_array().expect("keys").clone()
}

/// D: the journal of a shared computer opens for its owner alone, on any of the owner's devices.
#[tokio::test]
async fn a_user_has_the_same_key_in_every_session_and_another_user_another() {
    let app = TestApp::start().await;
    let (desk, phone, bob) = (app.signed_in(ADA).await, app.signed_in(ADA).await, app.signed_in(BOB).await);
    let of_ada = keys(&desk).await;
    assert_eq!(of_ada.len(), 1);
    assert_eq!(of_ada[0]["id"], "first", "the key file's only key");
    assert_eq!(of_ada, keys(&phone).await);
    assert_ne!(of_ada[0]["key"], keys(&bob).await[0]["key"]);
    let app = app.restart().await;
    assert_eq!(of_ada, keys(&app.signed_in(ADA).await).await);
}

#[tokio::test]
async fn a_new_server_key_seals_and_the_old_one_opens() {
    let [old, new] =
        ["old:BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc=", "new:CAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAg="];
    let app = TestApp::start_with(&[("HOLDFAST_KEYS", old)]).await;
    let before = keys(&app.signed_in(ADA).await).await;
    let app = app.restart_with(&[("HOLDFAST_KEYS", &format!("{new},{old}"))]).await;
    let after = keys(&app.signed_in(ADA).await).await;
    let ids: Vec<&Value> = after.iter().map(|key| &key["id"]).collect();
    assert_eq!(ids, ["new", "old"]);
    assert_eq!(after[1], before[0]);
    assert_ne!(after[0]["key"], after[1]["key"]);
}

#[tokio::test]
async fn without_a_live_session_of_the_expected_user_there_is_no_key() {
    let app = TestApp::start_with(&[("HOLDFAST_IDLE_LIMIT", "15m")]).await;
    assert_eq!(app.browser().get("/api/journal-key").await.code(), "signed_out");
    let ada = app.signed_in(ADA).await;
    let mut request = ada.request(http::Method::GET, "/api/journal-key", None);
    request.headers_mut().insert("holdfast-user", "somebody-else".parse().expect("a header value"));
    assert_eq!(ada.send(request).await.code(), "other_user");
    app.advance(Duration::from_secs(14 * 60));
    assert_eq!(keys(&ada).await.len(), 1);
    app.advance(Duration::from_secs(60));
    assert_eq!(ada.get("/api/journal-key").await.code(), "idle", "asking is not activity");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_key_is_in_no_log_however_much_is_logged() {
    let directory = tempfile::tempdir().expect("a temporary directory");
    let process = Process::start(directory.path()).await;
    let ada = process.signed_in(ADA).await;
    let key = keys(&ada).await[0]["key"].as_str().expect("base64").to_owned();
    let id = ada.new_document("").await;
    assert_eq!(ada.save(&id, "w", 0, 1, json!([[0, 0, "CANARY"]])).await.status, 200);
    process.kill().await;
    let log = std::fs::read_to_string(directory.path().join("log")).expect("a log");
    assert!(log.contains("/api/journal-key"), "{log}");
    assert!(!log.contains(&key) && !log.contains("CANARY"), "{log}");
}
