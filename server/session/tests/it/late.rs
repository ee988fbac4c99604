//! Saves that arrive after the session's end: whose they are is told for an end that nobody wished, and never otherwise.

use axum::http::StatusCode;
use holdfast::session::Limits;
use holdfast::wire::{Code, EndReason};
use holdfast_session::rows::{Ending, OnlyIf, SessionRows as _};
use serde_json::Value;

use crate::support::{App, HOUR, MINUTE};

// A17, E10
#[tokio::test]
async fn every_reason_of_an_end_is_told_and_only_a_deadline_leaves_the_saver_known() {
    for reason in EndReason::ALL {
        let app = App::new();
        let mut browser = app.signed_in().await;
        let ending = Ending { reason, at: app.now(), only_if: OnlyIf::Alive };
        assert!(app.rows.end(browser.row_id(), ending).await.expect("memory"));
        let answer = browser.post("/late", &Value::Null).await;
        if matches!(reason, EndReason::Expired | EndReason::Idle) {
            assert_eq!((answer.status, answer.text), (StatusCode::OK, format!("kept for ada since {}", app.now())));
        } else {
            assert_eq!(answer.problem(), (401, Code::from(reason).as_string()), "{reason:?}");
        }
        assert_eq!(browser.post("/save", &Value::Null).await.problem(), (401, Code::from(reason).as_string()));
    }
}

// E10
#[tokio::test]
async fn a_deadline_that_has_passed_unnoticed_leaves_the_saver_known_since_the_deadline() {
    let limits = [
        Limits::default(),
        Limits { idle: Some(15 * MINUTE), absolute: None },
        Limits { idle: None, absolute: Some(8 * HOUR) },
    ];
    for (limits, after) in limits.into_iter().zip([24 * HOUR, 15 * MINUTE, 8 * HOUR]) {
        let app = App::with(|config| config.limits = limits);
        let mut browser = app.signed_in().await;
        let signed_in_at = app.now();
        app.advance(after - 1);
        assert_eq!(browser.get("/peek").await.text, "ada");
        let ended_at = signed_in_at + after;
        app.advance(100 * HOUR);
        assert_eq!(app.row(&browser).await.ended, None, "nobody has noticed");
        let answer = browser.post("/late", &Value::Null).await;
        assert_eq!((answer.status, answer.text), (StatusCode::OK, format!("kept for ada since {ended_at}")));
        assert_eq!(answer.headers.get("set-cookie"), None, "the cookie stays");
        assert!(browser.cookie.is_some());
    }
}

// E10
#[tokio::test]
async fn who_is_nobody_saves_nothing_late() {
    let app = App::new();
    let mut browser = app.browser();
    assert_eq!(browser.post("/late", &Value::Null).await.problem(), (401, String::from("signed_out")));
    browser.cookie = Some(String::from("holdfast=AAAAAAAAAAAAAAAAAAAAAA"));
    assert_eq!(browser.post("/late", &Value::Null).await.problem(), (401, String::from("signed_out")));
}

// E10
#[tokio::test]
async fn the_cookie_stays_for_as_long_as_late_saves_are_taken() {
    let app = App::with(|config| config.late_saves_ms = 5 * 24 * HOUR);
    let mut browser = app.browser();
    let answer = browser.sign_in("ada@example.com", "Password-1").await;
    let cookie = answer.headers["set-cookie"].to_str().expect("ASCII").to_owned();
    let seconds: i64 =
        cookie.split("Max-Age=").nth(1).and_then(|rest| rest.split(';').next()?.parse().ok()).expect("seconds");
    assert!((24 + 5 * 24) * HOUR / 1000 <= seconds, "{cookie}");
}
