//! How much is kept, how often it may come, and for how long it stays.

use std::time::Duration;

use serde_json::json;

use super::{DAY, expired, in_escrow, kept};
use crate::harness::{ADA, BOB, Browser, TestApp, eventually};

/// An ended session may bring a burst, then two saves a second; one that brings more is told when to come again.
#[tokio::test]
async fn e10_the_rate_of_late_saves_is_limited_per_session() {
    let app = TestApp::start().await;
    let phone = app.signed_in(ADA).await;
    let (desk, id) = expired(&app, "").await;
    let save = |browser: Browser, n: u64| {
        let id = id.clone();
        async move { browser.save(&id, "w", 0, n, json!([[0, 0, "x"]])).await }
    };
    for n in 1..=120 {
        kept(&save(desk.clone(), n).await, n);
    }
    let refused = save(desk.clone(), 121).await;
    assert_eq!((refused.code().as_str(), refused.header("retry-after")), ("too_many_requests", Some("5")));
    app.advance(Duration::from_secs(5));
    for n in 121..=130 {
        kept(&save(desk.clone(), n).await, n);
    }
    assert_eq!(save(desk.clone(), 131).await.status, 429);
    assert_eq!(phone.save(&id, "phone", 0, 1, json!([[0, 0, "x"]])).await.status, 202, "another session has its own");
    assert_eq!(app.signed_in(ADA).await.draft(&id).await["text"].as_str().map(str::len), Some(131));
}

/// One user's escrow is limited in all, and nobody else's by it. What does not fit is refused, and what is there stays.
#[tokio::test]
async fn e10_the_escrow_of_a_user_is_limited() {
    let app = TestApp::start().await;
    let bob = app.signed_in(BOB).await;
    let of_bob = bob.new_document("").await;
    let (desk, id) = expired(&app, "").await;
    let large = "x".repeat(1_000_000);
    let mut taken = 0;
    let refused = loop {
        let answer = desk.save(&id, "w", 0, taken + 1, json!([[0, 0, large]])).await;
        if answer.status != 202 {
            break answer;
        }
        taken += 1;
        assert!(taken < 40, "no limit");
    };
    assert_eq!(refused.code(), "too_many_requests");
    // 32 MiB of what is sealed, which is in base64.
    assert_eq!(taken, 25);
    kept(&desk.save(&id, "w", 0, taken + 1, json!([[0, 0, "small"]])).await, taken + 1);
    kept(&bob.save(&of_bob, "w", 0, 1, json!([[0, 0, large]])).await, 1);
    // A document holds 10 MiB: ten of them fit into it, the others are kept aside.
    let phone = app.signed_in(ADA).await;
    assert_eq!(phone.draft(&id).await["text"].as_str().map(str::len), Some(10_000_000));
    assert_eq!(app.number("SELECT length FROM versions").await, 25_000_005);
}

/// What nobody comes for is deleted thirty days after the window; what has been merged, once no further batch of its
/// writer can come. Neither earlier.
#[tokio::test]
async fn e10_escrow_is_swept_away_in_its_time() {
    let app = TestApp::start().await;
    let bob = app.signed_in(BOB).await;
    let of_bob = bob.new_document("").await;
    let (desk, id) = expired(&app, "").await;
    kept(&bob.save(&of_bob, "w", 0, 1, json!([[0, 0, "b"]])).await, 1);
    kept(&desk.save(&id, "w", 0, 1, json!([[0, 0, "a"]])).await, 1);
    assert_eq!(app.signed_in(ADA).await.draft(&id).await["text"], "a");
    app.advance(DAY);
    let app = app.restart().await;
    app.signed_in(ADA).await;
    assert_eq!(in_escrow(&app).await, 2);
    app.advance(Duration::from_millis(1));
    let app = app.restart().await;
    eventually("what has been merged is gone", || async { in_escrow(&app).await == 1 }).await;
    app.advance(30 * DAY - Duration::from_millis(1));
    let app = app.restart().await;
    app.signed_in(ADA).await;
    assert_eq!(in_escrow(&app).await, 1);
    app.advance(Duration::from_millis(1));
    let app = app.restart().await;
    eventually("what nobody has come for is gone", || async { in_escrow(&app).await == 0 }).await;
}
