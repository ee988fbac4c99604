//! Refreshing: on demand, once, and never lost.

use std::time::Duration;

use holdfast_user_pool::control::{Fault, FaultKind};
use http::Method;
use serde_json::json;

use crate::harness::{ADA, TestApp, eventually};

const REFRESH: &str = "GetTokensFromRefreshToken";
const HOUR: Duration = Duration::from_secs(3600);

/// A2, S3
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a2_fifty_parallel_requests_at_expiry_refresh_once() {
    let app = TestApp::start().await;
    let ada = app.signed_in(ADA).await;
    let id = ada.new_document("").await;
    for expiry in 1..=4 {
        app.advance(HOUR);
        let slow = Fault::once(REFRESH, FaultKind::Slow).delayed(Duration::from_millis(150));
        app.pool().fault(slow).expect("a fault");
        let requests: Vec<_> = (0..50)
            .map(|n| {
                let (ada, id) = (ada.clone(), id.clone());
                tokio::spawn(async move {
                    match n % 3 {
                        0 => ada.get("/api/documents").await.status,
                        1 => ada.get(&format!("/documents/{id}")).await.status,
                        _ => ada.get(&format!("/api/documents/{id}/draft")).await.status,
                    }
                })
            })
            .collect();
        for request in requests {
            assert_eq!(request.await.expect("no panic"), 200);
        }
        assert_eq!(app.refreshes(), expiry);
    }
}

/// S3: none while idle, and asking how much time is left is not using it.
#[tokio::test]
async fn s3_an_idle_session_is_never_refreshed() {
    let app = TestApp::start().await;
    let ada = app.signed_in(ADA).await;
    for _ in 0..10 {
        app.advance(HOUR);
        assert_eq!(ada.get("/api/session").await.status, 200);
    }
    assert_eq!(app.refreshes(), 0);
}

/// A5: with rotation and no grace, a refresh whose answer nobody waits for must still be stored.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a5_a_refresh_outlives_the_client_that_caused_it() {
    let variables = [("HOLDFAST_POOL_ROTATION", "on"), ("HOLDFAST_POOL_GRACE", "0")];
    let app = TestApp::start_with(&variables).await;
    let ada = app.signed_in(ADA).await;
    app.advance(HOUR);
    app.pool().fault(Fault::once(REFRESH, FaultKind::Slow).delayed(Duration::from_millis(300))).expect("a fault");
    let request = ada.request(Method::GET, "/api/documents", None);
    let asked = || async { app.refreshes() == 1 };
    ada.send_and_leave(request, eventually("Cognito is asked", asked)).await;
    assert_eq!(ada.get("/api/documents").await.status, 200, "the rotated token was stored");
    app.advance(HOUR);
    assert_eq!(ada.get("/api/documents").await.status, 200, "and it is the one that works");
    assert_eq!(app.refreshes(), 2);
}

/// A4, A7: the loser of a race is given the winner's tokens, and rotation is followed for twenty refreshes.
#[tokio::test]
async fn a4_rotated_tokens_are_followed_and_the_deadline_stays() {
    let variables = [("HOLDFAST_POOL_ROTATION", "on"), ("HOLDFAST_POOL_GRACE", "0")];
    let app = TestApp::start_with(&variables).await;
    let ada = app.signed_in(ADA).await;
    for _ in 0..20 {
        app.advance(HOUR);
        assert_eq!(ada.get("/api/documents").await.status, 200);
    }
    assert_eq!(app.refreshes(), 20);
    let left = ada.get("/api/session").await.json()["sign_in_by_ms"].as_i64();
    assert_eq!(left, Some(4 * 3_600_000), "rotation does not move the deadline");
}

/// A9: the answer to the request fails after the refresh; the tokens are kept all the same.
#[tokio::test]
async fn a9_an_error_after_a_refresh_loses_no_token() {
    let variables = [("HOLDFAST_POOL_ROTATION", "on"), ("HOLDFAST_POOL_GRACE", "0")];
    let app = TestApp::start_with(&variables).await;
    let ada = app.signed_in(ADA).await;
    let id = ada.new_document("").await;
    app.execute(&format!("UPDATE drafts SET hash = x'00' WHERE document_id = '{id}'")).await;
    app.advance(HOUR);
    let answer = ada.get(&format!("/api/documents/{id}/draft")).await;
    assert_eq!((answer.status, answer.code().as_str()), (500, "internal"), "the document was broken on purpose");
    assert_eq!(app.refreshes(), 1);
    app.advance(HOUR);
    assert_eq!(ada.get("/api/documents").await.status, 200, "the token of that refresh was kept");
    assert_eq!(app.refreshes(), 2);
}

/// A save does not wait for a pool that does not answer.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a8_a_save_goes_on_while_the_pool_hangs() {
    let app = TestApp::start().await;
    let ada = app.signed_in(ADA).await;
    let id = ada.new_document("").await;
    app.advance(HOUR);
    app.pool().fault(Fault::once(REFRESH, FaultKind::Hang).times(50)).expect("a fault");
    let saving = ada.save(&id, "w", 0, 1, json!([[0, 0, "a"]]));
    let answer = tokio::time::timeout(Duration::from_secs(4), saving).await.expect("answered while the pool hangs");
    assert_eq!(answer.status, 200, "{answer:?}");
}
