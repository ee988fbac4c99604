//! The exact moment of the forced sign-in, on a clock that only this test moves.

use std::time::Duration;

use serde_json::json;

use crate::harness::{ADA, Browser, TestApp};

const MINUTE: Duration = Duration::from_secs(60);
const HOUR: Duration = Duration::from_secs(3600);

fn minutes(ms: &serde_json::Value) -> i64 {
    ms.as_i64().expect("milliseconds") / 60_000
}

async fn remaining(browser: &Browser) -> (i64, i64) {
    let status = browser.get("/api/session").await;
    assert_eq!(status.status, 200, "{status:?}");
    let status = status.json();
    (minutes(&status["sign_in_by_ms"]), minutes(&status["access_ms"]))
}

/// S6: access 60 min, refresh 1 day. Signed in 9:00; back 10:30; back next day 8:30; at 9:31 a new sign-in is needed and
/// the unsaved work is there.
#[tokio::test]
async fn s6_the_day_of_the_founding_article() {
    let app = TestApp::start().await;
    let ada = app.signed_in(ADA).await; // 9:00
    let id = ada.new_document("").await;
    assert_eq!(ada.save(&id, "w", 0, 1, json!([[0, 0, "nine, "]])).await.status, 200);
    assert_eq!(remaining(&ada).await, (24 * 60, 60));

    app.advance(HOUR + 30 * MINUTE); // 10:30: the access token has ended, the refresh token lives
    assert_eq!(ada.save(&id, "w", 1, 2, json!([[6, 0, "half past ten, "]])).await.status, 200);
    assert_eq!(app.refreshes(), 1);
    assert_eq!(remaining(&ada).await, (22 * 60 + 30, 60), "access until 11:30; the deadline has not moved");

    app.advance(22 * HOUR); // 8:30 on the next day
    assert_eq!(ada.save(&id, "w", 2, 3, json!([[21, 0, "half past eight"]])).await.status, 200);
    assert_eq!(app.refreshes(), 2);
    assert_eq!(remaining(&ada).await, (60, 60), "the access token bought now works until 9:30, past the refresh token");

    app.advance(HOUR - Duration::from_millis(1)); // 9:29:59.999
    assert_eq!(ada.get("/api/documents").await.status, 200);
    assert_eq!(app.refreshes(), 2, "a refresh token that has ended is not tried");
    app.advance(MINUTE + Duration::from_millis(1)); // 9:31
    assert_eq!(ada.get("/api/documents").await.code(), "expired");
    let kept = ada.save(&id, "w", 3, 4, json!([[36, 0, "!"]])).await;
    assert_eq!((kept.status, kept.json()), (202, json!({"acked_seq": 4})));

    assert_eq!(ada.sign_in(ADA.0, ADA.1).await.status, 200);
    assert_eq!(ada.draft(&id).await["text"], "nine, half past ten, half past eight!");
    assert_eq!(ada.save(&id, "w", 3, 4, json!([[36, 0, "!"]])).await.status, 200, "the same batch, after the sign-in");
}

/// S5: the deadline that is shown is the moment of the pool's first real refusal, to the second.
#[tokio::test]
async fn s5_the_shown_deadline_is_the_first_real_refusal() {
    let app = TestApp::start_with(&[("HOLDFAST_POOL_REFRESH_TTL", "1h"), ("HOLDFAST_POOL_ACCESS_TTL", "5m")]).await;
    let ada = app.signed_in(ADA).await;
    for _ in 0..11 {
        app.advance(5 * MINUTE); // 9:05 … 9:55
        assert_eq!(ada.get("/api/documents").await.status, 200);
    }
    assert_eq!(app.refreshes(), 11);
    let left = ada.get("/api/session").await.json()["sign_in_by_ms"].as_u64().expect("milliseconds");
    assert_eq!(left, 5 * 60_000, "refreshing does not move it");
    app.advance(Duration::from_millis(left - 1));
    assert_eq!(ada.get("/api/session").await.status, 200);
    app.advance(Duration::from_millis(1));
    let answer = ada.get("/api/session").await;
    assert_eq!((answer.status, answer.code().as_str()), (401, "expired"));
}

/// B2: a pool that moves `auth_time` at every refresh, as some emulators do, does not move the deadline.
#[tokio::test]
async fn b2_an_auth_time_that_moves_moves_nothing() {
    let app = TestApp::start().await;
    app.pool().mutate_auth_time_moves(true);
    let ada = app.signed_in(ADA).await;
    app.advance(2 * HOUR);
    assert_eq!(ada.get("/api/documents").await.status, 200);
    assert_eq!(app.refreshes(), 1);
    assert_eq!(remaining(&ada).await.0, 22 * 60);
}

/// S4: whatever Cognito allows, from an hour to ten years.
#[tokio::test]
async fn s4_any_refresh_validity_that_cognito_allows() {
    for (validity, minutes_left) in [("60m", 60), ("30d", 43_200), ("3650d", 5_256_000)] {
        let app = TestApp::start_with(&[("HOLDFAST_POOL_REFRESH_TTL", validity)]).await;
        let ada = app.signed_in(ADA).await;
        assert_eq!(remaining(&ada).await.0, minutes_left, "{validity}");
    }
}

/// B1, B3
#[tokio::test]
async fn b1_the_status_tells_what_remains_and_which_clock_it_is() {
    let app = TestApp::start_with(&[("HOLDFAST_ABSOLUTE_LIMIT", "8h"), ("HOLDFAST_IDLE_LIMIT", "15m")]).await;
    let ada = app.signed_in(ADA).await;
    let status = ada.get("/api/session").await.json();
    assert_eq!(status["user"]["email"], ADA.0);
    assert_eq!((status["sign_in_by_ms"].as_i64(), status["sign_in_by_kind"].as_str()), (Some(900_000), Some("idle")));
    assert_eq!(status["policy"], "countdown");
    let app = TestApp::start_with(&[("HOLDFAST_ABSOLUTE_LIMIT", "8h")]).await;
    let status = app.signed_in(ADA).await.get("/api/session").await.json();
    assert_eq!((minutes(&status["sign_in_by_ms"]), status["sign_in_by_kind"].as_str()), (480, Some("absolute")));
    let app = TestApp::start_with(&[("HOLDFAST_POOL_REFRESH_TTL", "60s"), ("HOLDFAST_POOL_ACCESS_TTL", "20s")]).await;
    let status = app.signed_in(ADA).await.get("/api/session").await.json();
    assert_eq!(status["sign_in_by_kind"], "refresh");
    assert_eq!(
        (status["notice_ms"].as_i64(), status["warning_ms"].as_i64()),
        (Some(30_000), Some(30_000)),
        "half the window"
    );
}
