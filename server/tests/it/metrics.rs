//! What is counted, on an address of its own; and that nothing of a user's is in it.

use holdfast_user_pool::control::{Fault, FaultKind};
use serde_json::json;

use crate::harness::{ADA, Browser, TestApp};

async fn told(app: &TestApp) -> String {
    let addr = app.running.metrics_addr.expect("metrics are served");
    let answer = Browser::new(addr, "http://nowhere.example").get("/metrics").await;
    assert_eq!(answer.status, 200, "{answer:?}");
    assert!(answer.header("content-type").is_some_and(|kind| kind.starts_with("application/openmetrics-text")));
    answer.text()
}

#[tokio::test]
async fn f7_saves_ends_sign_ins_and_late_saves_are_counted_and_nobody_is_named() {
    let app = TestApp::start_with(&[("HOLDFAST_METRICS_ADDR", "127.0.0.1:0")]).await;
    let ada = app.signed_in(ADA).await;
    let id = ada.new_document("").await;
    assert_eq!(ada.save(&id, "w", 0, 1, json!([[0, 0, "canary"]])).await.status, 200);
    assert_eq!(ada.save(&id, "v", 0, 1, json!([[0, 0, "x"]])).await.status, 409);
    assert_eq!(ada.save(&id, "w", 9, 2, json!([[0, 0, "x"]])).await.status, 422);
    let recovery = json!({"kind": "recovery"});
    assert_eq!(ada.post(&format!("/api/documents/{id}/versions"), &recovery).await.status, 201);
    app.advance(std::time::Duration::from_secs(26 * 3600));
    assert_eq!(ada.save(&id, "w", 1, 2, json!([[0, 0, "late"]])).await.status, 202);
    assert_eq!(ada.get("/").await.status, 303);
    assert_eq!(ada.get("/sign-in").await.status, 200);
    let waiting = told(&app).await;
    assert!(waiting.contains("holdfast_escrow_waiting 1\n"), "{waiting}");
    assert_eq!(ada.sign_in(ADA.0, ADA.1).await.status, 200);

    let told = told(&app).await;
    for line in [
        "holdfast_saves_total{outcome=\"saved\"} 1",
        "holdfast_saves_total{outcome=\"conflict\"} 1",
        "holdfast_saves_total{outcome=\"refused\"} 1",
        "holdfast_receipt_seconds_count 1",
        "holdfast_escrow_saves_total{outcome=\"kept\"} 1",
        "holdfast_escrow_waiting 0",
        "holdfast_sessions_ended_total{reason=\"expired\"} 1",
        "holdfast_sign_ins_total{session=\"first\"} 1",
        "holdfast_sign_ins_total{session=\"recovered\"} 1",
        "holdfast_sign_in_prompts_total 1",
        "holdfast_journal_recoveries_total 1",
    ] {
        assert!(told.lines().any(|told| told == line), "{line} in\n{told}");
    }
    for secret in ["ada", &id, "canary", "late", "127.0.0.1"] {
        assert!(!told.to_lowercase().contains(secret), "{secret} in\n{told}");
    }
}

#[tokio::test]
async fn f7_refreshes_are_counted_by_what_became_of_them_and_so_are_the_races_avoided() {
    let app = TestApp::start_with(&[("HOLDFAST_METRICS_ADDR", "127.0.0.1:0")]).await;
    let ada = app.signed_in(ADA).await;
    app.advance(std::time::Duration::from_secs(3600));
    assert_eq!(ada.get("/api/documents").await.status, 200);
    let told = told(&app).await;
    assert!(told.contains("holdfast_refreshes_total{outcome=\"stored\"} 1\n"), "{told}");
    assert!(told.contains("holdfast_refreshes_joined_total 0\n"), "{told}");

    app.advance(std::time::Duration::from_secs(3600));
    app.pool().fault(Fault::once("*", FaultKind::Slow)).expect("a fault");
    let asked = (0..5).map(|_| {
        let ada = ada.clone();
        tokio::spawn(async move { ada.get("/api/documents").await.status })
    });
    for answer in asked.collect::<Vec<_>>() {
        assert_eq!(answer.await.expect("an answer"), 200);
    }
    let told = self::told(&app).await;
    assert!(told.contains("holdfast_refreshes_total{outcome=\"stored\"} 2\n"), "{told}");
    assert!(told.contains("holdfast_refreshes_joined_total 4\n"), "{told}");
}

#[tokio::test]
async fn f7_words_that_were_thrown_away_are_counted_once_the_sign_out_is_done() {
    let app = TestApp::start_with(&[("HOLDFAST_METRICS_ADDR", "127.0.0.1:0")]).await;
    let ada = app.signed_in(ADA).await;
    let stranger = app.browser().request(http::Method::DELETE, "/api/session?unsaved=discarded", None);
    let (mut parts, body) = stranger.into_parts();
    parts.headers.insert("origin", "http://elsewhere.example".parse().expect("a header"));
    assert_eq!(ada.send(http::Request::from_parts(parts, body)).await.status, 403);
    assert_eq!(app.browser().delete("/api/session?unsaved=discarded").await.status, 204, "nobody's");
    assert_eq!(ada.delete("/api/session?unsaved=discarded").await.status, 204);
    assert_eq!(ada.delete("/api/session?unsaved=discarded").await.status, 204, "it has ended already");
    assert_eq!(app.signed_in(ADA).await.delete("/api/session").await.status, 204);
    let told = told(&app).await;
    assert!(told.contains("holdfast_work_discarded_total 1\n"), "{told}");
}

#[tokio::test]
async fn metrics_are_off_by_default_and_never_on_the_public_address() {
    let app = TestApp::start().await;
    assert_eq!(app.running.metrics_addr, None);
    assert_eq!(app.browser().get("/metrics").await.status, 404);
}
