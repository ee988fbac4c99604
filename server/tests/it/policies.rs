//! The policies `early` and `strict`, as pages without scripts meet them, and the check for revocation.

use std::time::Duration;

use holdfast_user_pool::control::{Fault, FaultKind, UserAction};
use serde_json::{Value, json};

use crate::harness::{ADA, Answer, Browser, TestApp};

const MINUTE: Duration = Duration::from_secs(60);
const HOUR: Duration = Duration::from_secs(3600);
const MILLISECOND: Duration = Duration::from_millis(1);

fn location(answer: &Answer) -> &str {
    assert_eq!(answer.status, 303, "{answer:?}");
    answer.header("location").expect("a location")
}

async fn sign_in_by_form(browser: &Browser, next: &str) -> Answer {
    browser.form("/sign-in", &[("email", ADA.0), ("password", ADA.1), ("next", next)]).await
}

/// S8: less than an hour left, so a page is preceded by the sign-in, which says why and leads back; what a form brings, and
/// the API, are taken.
#[tokio::test]
async fn s8_early_asks_for_the_sign_in_before_work_starts() {
    let app = TestApp::start_with(&[("HOLDFAST_POLICY", "early")]).await;
    let ada = app.signed_in(ADA).await;
    let id = ada.new_document("Hello").await;
    let page = format!("/documents/{id}");
    assert_eq!(ada.get("/api/session").await.json()["policy"], "early");
    app.advance(23 * HOUR);
    assert_eq!(ada.get(&page).await.status, 200, "an hour is not less than an hour");

    app.advance(MILLISECOND);
    let way = format!("/sign-in?next={page}");
    for (path, way) in [(page.as_str(), way.as_str()), ("/", "/sign-in"), ("/trash", "/sign-in?next=/trash")] {
        assert_eq!(location(&ada.get(path).await), way);
    }
    let asked = ada.get(&way).await;
    assert_eq!(asked.status, 200, "and not sent back and forth");
    let text = asked.text();
    assert!(text.contains("You need to sign in again in about 59 minutes. Do it now, before you start"), "{text}");
    assert!(text.contains(&format!("value=\"{}\"", ADA.0)), "whose page it is, is known: {text}");

    assert_eq!(ada.save(&id, "w", 0, 1, json!([[5, 0, " there"]])).await.status, 200, "the API asks for nothing");
    let form = [("head", "1"), ("title", "A title"), ("text", "Hello there, you")];
    assert_eq!(location(&ada.form(&page, &form).await), format!("{page}?notice=saved"), "nothing typed is lost");

    assert_eq!(location(&sign_in_by_form(&ada, &page).await), page);
    assert_eq!(ada.get(&page).await.status, 200);
    assert_eq!(ada.draft(&id).await["text"], "Hello there, you");
    assert_eq!(ada.get("/api/session").await.json()["sign_in_by_ms"], 24 * 3_600_000);
}

#[tokio::test]
async fn s8_the_window_is_the_operators() {
    let app = TestApp::start_with(&[("HOLDFAST_POLICY", "early"), ("HOLDFAST_EARLY_WINDOW", "2h")]).await;
    let ada = app.signed_in(ADA).await;
    app.advance(22 * HOUR);
    assert_eq!(ada.get("/").await.status, 200);
    assert_eq!(ada.get("/api/session").await.json()["asks_first"], false);
    app.advance(MILLISECOND);
    assert_eq!(location(&ada.get("/").await), "/sign-in");
    assert_eq!(ada.get("/api/session").await.json()["asks_first"], true);
}

/// The day of the founding article, saved by its Solution One: at 8:30 the refresh token has half an hour left, and the
/// hour that it could still buy would end in the middle of the work.
#[tokio::test]
async fn s8_the_article_s_day_asks_at_half_past_eight_and_not_at_half_past_nine() {
    let app = TestApp::start_with(&[("HOLDFAST_POLICY", "early")]).await;
    let ada = app.signed_in(ADA).await; // 9:00
    app.advance(HOUR + 30 * MINUTE); // 10:30
    assert_eq!(ada.get("/").await.status, 200);
    app.advance(22 * HOUR); // 8:30 on the next day
    assert_eq!(location(&ada.get("/").await), "/sign-in");
    let text = ada.get("/sign-in").await.text();
    assert!(text.contains("You need to sign in again in about 60 minutes. Do it now"), "{text}");
}

/// A pool whose refresh token lasts no longer than the window: a new sign-in is enough all the same.
#[tokio::test]
async fn s8_a_sign_in_shorter_than_the_window_leads_into_no_loop() {
    for policy in ["early", "strict"] {
        let app = TestApp::start_with(&[
            ("HOLDFAST_POLICY", policy),
            ("HOLDFAST_POOL_REFRESH_TTL", "60m"),
            ("HOLDFAST_POOL_ACCESS_TTL", "5m"),
            ("HOLDFAST_IDLE_LIMIT", "2h"),
        ])
        .await;
        let ada = app.signed_in(ADA).await;
        assert_eq!(ada.get("/").await.status, 200, "{policy}");
        app.advance(30 * MINUTE);
        assert_eq!(ada.get("/").await.status, 200, "{policy}: half of it is left");
        app.advance(MILLISECOND);
        assert_eq!(location(&ada.get("/").await), "/sign-in", "{policy}");
        assert_eq!(location(&sign_in_by_form(&ada, "").await), "/", "{policy}");
        assert_eq!(ada.get("/").await.status, 200, "{policy}");
    }
}

/// While the pool is down nobody can sign in, so nobody is asked to.
#[tokio::test]
async fn s8_nobody_is_locked_out_of_their_work_while_signing_in_does_not_work() {
    let app = TestApp::start_with(&[("HOLDFAST_POLICY", "early")]).await;
    let ada = app.signed_in(ADA).await;
    app.advance(23 * HOUR + MINUTE);
    app.pool().fault(Fault::once("*", FaultKind::Error500).times(100)).expect("a fault");
    assert_eq!(ada.get("/").await.status, 200);
    app.pool().clear_faults();
    app.advance(MINUTE);
    assert_eq!(location(&ada.get("/").await), "/sign-in");
}

#[tokio::test]
async fn s10_countdown_asks_for_nothing_before_the_end() {
    let app = TestApp::start().await;
    let ada = app.signed_in(ADA).await;
    let status = ada.get("/api/session").await.json();
    assert_eq!((&status["policy"], &status["asks_first"]), (&json!("countdown"), &json!(false)));
    app.advance(24 * HOUR - MILLISECOND);
    assert_eq!(ada.get("/").await.status, 200);
}

/// S9: fifteen minutes of idling, unless extended; the page then says why. With less than a day left a page asks first.
#[tokio::test]
async fn s9_strict_signs_out_who_is_idle_and_asks_with_less_than_a_day_left() {
    let app = TestApp::start_with(&[("HOLDFAST_POLICY", "strict"), ("HOLDFAST_POOL_REFRESH_TTL", "50h")]).await;
    let ada = app.signed_in(ADA).await;
    let status = ada.get("/api/session").await.json();
    let idle = (&status["sign_in_by_ms"], &status["sign_in_by_kind"], &status["warning_ms"]);
    assert_eq!(idle, (&json!(900_000), &json!("idle"), &json!(450_000)));
    for _ in 0..26 * 5 {
        app.advance(12 * MINUTE);
        let answer = ada.post("/api/session/extend", &Value::Null).await;
        assert_eq!((answer.status, &answer.json()["sign_in_by_ms"]), (200, &json!(900_000)));
    }
    assert_eq!(ada.get("/").await.status, 200, "24 hours are left");
    app.advance(MILLISECOND);
    assert_eq!(location(&ada.get("/").await), "/sign-in");
    let text = ada.get("/sign-in").await.text();
    assert!(text.contains("You need to sign in again in about 23 hours. Do it now"), "{text}");

    // What was noted last is the look at the list, a millisecond ago.
    app.advance(15 * MINUTE - 2 * MILLISECOND);
    assert_eq!(ada.get("/api/session").await.status, 200);
    app.advance(MILLISECOND);
    assert_eq!(ada.post("/api/session/extend", &Value::Null).await.code(), "idle", "too late");
    assert_eq!(location(&ada.get("/").await), "/sign-in");
    let text = ada.get("/sign-in").await.text();
    assert!(text.contains("You were away for a while, so you were signed out."), "{text}");
}

/// WCAG 2.2.1: the warning comes at least 20 seconds before, however short the limit.
#[tokio::test]
async fn s9_the_warning_of_an_idle_limit_leaves_twenty_seconds() {
    for (idle, warning, ms) in [("30s", "10m", 20_000), ("15m", "5s", 20_000), ("15m", "10m", 450_000)] {
        let variables = [("HOLDFAST_IDLE_LIMIT", idle), ("HOLDFAST_WARNING", warning), ("HOLDFAST_POLICY", "strict")];
        let app = TestApp::start_with(&variables).await;
        let status = app.signed_in(ADA).await.get("/api/session").await.json();
        assert_eq!(status["warning_ms"], ms, "{idle} {warning}");
        assert!(status["warning_ms"].as_i64() <= status["notice_ms"].as_i64(), "{idle} {warning}");
    }
}

/// A15: with the check, a sign-out at the pool is noticed within the interval by whoever is active; without it, at the next
/// refresh.
#[tokio::test]
async fn a15_a_sign_out_at_the_pool_is_noticed_within_the_interval() {
    for (check, noticed_after) in [("60s", 1), ("", 59)] {
        let app = TestApp::start_with(&[("HOLDFAST_REVOCATION_CHECK", check)]).await;
        let ada = app.signed_in(ADA).await;
        let id = ada.new_document("").await;
        app.pool().user(ADA.0, UserAction::SignOut).await.expect("a user");
        let mut minutes = 0;
        loop {
            let answer = ada.save(&id, "w", minutes, minutes + 1, json!([[0, 0, "x"]])).await;
            if answer.status != 200 {
                assert_eq!(answer.code(), "revoked");
                break;
            }
            minutes += 1;
            app.advance(MINUTE);
        }
        assert_eq!(minutes, noticed_after, "{check:?}");
        assert_eq!(app.pool().count("GetUser"), usize::from(!check.is_empty()));
    }
}

/// B10
#[tokio::test]
async fn b10_staying_signed_in_finds_out_what_the_pool_has_done() {
    for (action, code) in [(UserAction::SignOut, "revoked"), (UserAction::Disable, "disabled")] {
        let app = TestApp::start_with(&[("HOLDFAST_POLICY", "strict")]).await;
        let ada = app.signed_in(ADA).await;
        app.pool().user(ADA.0, action).await.expect("a user");
        assert_eq!(ada.get("/api/session").await.status, 200);
        assert_eq!(ada.post("/api/session/extend", &Value::Null).await.code(), code);
    }
}
