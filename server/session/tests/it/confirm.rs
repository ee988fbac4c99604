//! *Stay signed in*, and asking the pool whether it still knows a sign-in.

use axum::http::StatusCode;
use holdfast::session::Limits;
use holdfast::wire::{EXPECTED_USER, EndReason, UNATTENDED};
use holdfast_session::provider::ProviderError;
use serde_json::{Value, json};

use crate::support::{App, HOUR, MINUTE, SECOND};

const EXTEND: &str = "/api/session/extend";

fn idle(minutes: i64) -> App {
    App::with(|config| config.limits = Limits { idle: Some(minutes * MINUTE), absolute: Some(8 * HOUR) })
}

// B8, S9
#[tokio::test]
async fn b8_staying_moves_the_idle_limit_as_often_as_one_likes_and_no_other_limit() {
    let app = idle(15);
    let mut browser = app.signed_in().await;
    for time in 1..=31 {
        app.advance(15 * MINUTE - 1);
        let status = browser.post(EXTEND, &Value::Null).await;
        assert_eq!(status.status, StatusCode::OK, "{time}: {}", status.text);
        let status = status.json();
        assert_eq!((&status["sign_in_by_ms"], &status["sign_in_by_kind"]), (&json!(15 * MINUTE), &json!("idle")));
    }
    app.advance(15 * MINUTE - 1);
    let status = browser.post(EXTEND, &Value::Null).await.json();
    assert_eq!((&status["sign_in_by_ms"], &status["sign_in_by_kind"]), (&json!(32), &json!("absolute")));
    app.advance(32);
    assert_eq!(browser.post(EXTEND, &Value::Null).await.problem(), (401, String::from("expired")));
}

// P19
#[tokio::test]
async fn p19_the_idle_limit_is_exact_to_a_second_after_any_activity() {
    for last in [0, 1, 999, 1_000, 1_001, 4_000, 59_999] {
        let app = idle(15);
        let mut browser = app.signed_in().await;
        app.advance(last);
        assert_eq!(browser.post("/save", &Value::Null).await.status, StatusCode::OK);
        app.advance(15 * MINUTE - SECOND);
        assert_eq!(browser.get("/api/session").await.status, StatusCode::OK, "{last}");
        app.advance(SECOND);
        assert_eq!(browser.get("/api/session").await.problem(), (401, String::from("idle")), "{last}");
    }
}

// P19, A13
#[tokio::test]
async fn p19_a_browsers_prefetch_extends_nothing() {
    let app = idle(15);
    let mut browser = app.signed_in().await;
    for purpose in ["prefetch", "prefetch;prerender", "prefetch;anonymous-client-ip"] {
        app.advance(4 * MINUTE);
        browser.headers.insert("sec-purpose", purpose.parse().expect("a value"));
        assert_eq!(browser.get("/page").await.text, "ada");
    }
    app.advance(3 * MINUTE);
    assert_eq!(browser.get("/work").await.problem(), (401, String::from("idle")));
}

#[tokio::test]
async fn staying_is_for_the_owner_of_the_page_and_not_when_nobody_is_there() {
    let app = idle(15);
    let mut browser = app.signed_in().await;
    app.advance(10 * MINUTE);
    browser.headers.insert(EXPECTED_USER, "bob".parse().expect("a value"));
    assert_eq!(browser.post(EXTEND, &Value::Null).await.problem(), (403, String::from("other_user")));
    browser.headers.insert(EXPECTED_USER, "ada".parse().expect("a value"));
    browser.headers.insert(UNATTENDED, "1".parse().expect("a value"));
    let status = browser.post(EXTEND, &Value::Null).await;
    assert_eq!(status.status, StatusCode::OK);
    assert_eq!(app.browser().post(EXTEND, &Value::Null).await.problem(), (401, String::from("signed_out")));
}

// B10
#[tokio::test]
async fn b10_staying_finds_out_that_one_is_signed_out() {
    let app = idle(15);
    let mut browser = app.signed_in().await;
    app.pool.state().good.clear();
    assert_eq!(browser.get("/work").await.status, StatusCode::OK, "the access token in hand is still good here");
    assert_eq!(browser.post(EXTEND, &Value::Null).await.problem(), (401, String::from("revoked")));
    assert_eq!(browser.get("/work").await.problem(), (401, String::from("revoked")));
    assert_eq!(app.row(&browser).await.ended.map(|ended| ended.reason), Some(EndReason::Revoked));
}

#[tokio::test]
async fn a_button_that_is_pressed_again_and_again_asks_the_pool_every_two_seconds() {
    let app = idle(15);
    let mut browser = app.signed_in().await;
    for _ in 0..50 {
        assert_eq!(browser.post(EXTEND, &Value::Null).await.status, StatusCode::OK);
    }
    assert_eq!(app.pool.state().confirmed, 1);
    app.advance(2 * SECOND);
    assert_eq!(browser.post(EXTEND, &Value::Null).await.status, StatusCode::OK);
    assert_eq!(app.pool.state().confirmed, 2);
}

// A15
#[tokio::test]
async fn a15_a_sign_out_elsewhere_is_noticed_at_the_first_activity_after_the_interval() {
    let app = App::with(|config| config.revocation_check_ms = Some(MINUTE));
    let mut browser = app.signed_in().await;
    app.pool.state().good.clear();
    app.advance(MINUTE - 1);
    assert_eq!(browser.get("/work").await.status, StatusCode::OK);
    assert_eq!(app.pool.state().confirmed, 0, "tokens of this minute are an answer");
    app.advance(1);
    for path in ["/api/session", "/peek"] {
        assert_eq!(browser.get(path).await.status, StatusCode::OK);
    }
    browser.headers.insert(UNATTENDED, "1".parse().expect("a value"));
    assert_eq!(browser.get("/work").await.status, StatusCode::OK);
    assert_eq!(app.pool.state().confirmed, 0, "nothing automatic asks");
    browser.headers.clear();
    assert_eq!(browser.post("/save", &Value::Null).await.problem(), (401, String::from("revoked")));
}

#[tokio::test]
async fn a15_a_session_in_constant_use_asks_once_per_interval_and_without_the_setting_never() {
    for (every, asked) in [(Some(MINUTE), 9), (None, 0)] {
        let app = App::with(|config| config.revocation_check_ms = every);
        let mut browser = app.signed_in().await;
        for _ in 0..119 {
            app.advance(5 * SECOND);
            assert_eq!(browser.post("/save", &Value::Null).await.status, StatusCode::OK);
        }
        assert_eq!(app.pool.state().confirmed, asked);
        assert_eq!(app.pool.refreshes(), 0);
    }
}

#[tokio::test]
async fn only_the_refresh_tokens_no_counts() {
    for (error, refreshes) in [
        (ProviderError::DefiniteNo { reason: EndReason::Expired, code: "NotAuthorizedException".to_owned() }, 1),
        (ProviderError::Throttled, 0),
        (ProviderError::unavailable("timed out"), 0),
        (ProviderError::misconfigured("ResourceNotFoundException"), 0),
    ] {
        let app = idle(15);
        let mut browser = app.signed_in().await;
        app.pool.state().confirm_fails = Some(error.clone());
        let status = browser.post(EXTEND, &Value::Null).await;
        assert_eq!(status.status, StatusCode::OK, "{error}: {}", status.text);
        assert_eq!(app.pool.refreshes(), refreshes, "{error}");
        assert_eq!(app.row(&browser).await.generation, i64::from(refreshes == 1));
        assert_eq!(browser.get("/work").await.status, StatusCode::OK, "{error}");
    }
}
