//! How sessions end, and that they stay ended.

use axum::http::StatusCode;
use holdfast::session::Limits;
use holdfast::wire::{EndReason, UNATTENDED};
use serde_json::Value;

use crate::support::{App, HOUR, MINUTE, SECOND, settle};

// A10
#[tokio::test]
async fn a_slow_request_does_not_revive_a_session_that_was_signed_out_meanwhile() {
    let app = App::new();
    let mut browser = app.signed_in().await;
    let mut old = browser.clone();
    let id = browser.row_id();
    let mut slow = browser.clone();
    let request = tokio::spawn(async move { slow.get("/slow").await });
    app.slow_entered.acquire().await.expect("open").forget();
    assert_eq!(browser.delete("/api/session").await.status, StatusCode::NO_CONTENT);
    assert_eq!(browser.cookie, None, "the cookie is removed");
    app.slow.add_permits(1);
    let answer = request.await.expect("an answer");
    assert_eq!(answer.status, StatusCode::OK, "what had begun may finish");
    assert!(!answer.headers.contains_key("set-cookie"), "and sets no cookie");
    for path in ["/work", "/peek", "/api/session"] {
        assert_eq!(old.get(path).await.problem(), (401, String::from("signed_out")), "{path}");
    }
    let row = app.row_by_id(id).await;
    assert_eq!((row.ended.map(|ended| ended.reason), row.tokens), (Some(EndReason::SignedOut), None));
    settle().await;
    assert_eq!(app.pool.state().revoked, ["REFRESH-1"]);
}

#[tokio::test]
async fn signing_out_twice_or_without_a_session_is_no_error() {
    let app = App::new();
    assert_eq!(app.browser().delete("/api/session").await.status, StatusCode::NO_CONTENT);
    let mut browser = app.signed_in().await;
    let mut again = browser.clone();
    assert_eq!(browser.delete("/api/session").await.status, StatusCode::NO_CONTENT);
    assert_eq!(again.delete("/api/session").await.status, StatusCode::NO_CONTENT);
    settle().await;
    assert_eq!(app.pool.state().revoked.len(), 1);
}

// C8
#[tokio::test]
async fn signing_in_again_makes_a_new_id_and_the_old_one_is_dead() {
    let app = App::new();
    let mut browser = app.signed_in().await;
    let mut old = browser.clone();
    let old_id = old.row_id();
    browser.sign_in("ada@example.com", "Password-1").await;
    assert_ne!(browser.cookie, old.cookie);
    assert_eq!(browser.get("/work").await.status, StatusCode::OK);
    assert_eq!(old.get("/work").await.problem(), (401, String::from("replaced")));
    assert_eq!(app.row_by_id(old_id).await.ended.map(|ended| ended.reason), Some(EndReason::Replaced));
    settle().await;
    assert_eq!(app.pool.state().revoked, ["REFRESH-1"], "the old refresh token is taken back");
}

#[tokio::test]
async fn a_failed_sign_in_leaves_the_session_alone() {
    let app = App::new();
    let mut browser = app.signed_in().await;
    let answer = browser.sign_in("ada@example.com", "wrong").await;
    assert_eq!(answer.problem(), (401, String::from("wrong_credentials")));
    assert_eq!(browser.get("/work").await.status, StatusCode::OK);
}

#[tokio::test]
async fn an_id_that_the_browser_brought_is_never_signed_in() {
    let app = App::new();
    let mut browser = app.browser();
    let planted = "holdfast=AAAAAAAAAAAAAAAAAAAAAA";
    browser.cookie = Some(planted.to_owned());
    assert_eq!(browser.get("/work").await.problem(), (401, String::from("signed_out")));
    assert_eq!(browser.sign_in("ada@example.com", "Password-1").await.status, StatusCode::OK);
    assert_ne!(browser.cookie.as_deref(), Some(planted));
    let mut attacker = app.browser();
    attacker.cookie = Some(planted.to_owned());
    assert_eq!(attacker.get("/work").await.problem(), (401, String::from("signed_out")));
}

#[tokio::test]
async fn the_forced_sign_in_comes_to_the_millisecond() {
    let app = App::new();
    let mut browser = app.signed_in().await;
    app.advance(24 * HOUR - 1);
    let status = browser.get("/api/session").await.json();
    assert_eq!((status["sign_in_by_ms"].as_i64(), status["sign_in_by_kind"].as_str()), (Some(1), Some("refresh")));
    app.advance(1);
    assert_eq!(browser.get("/api/session").await.problem(), (401, String::from("expired")));
    assert_eq!(browser.get("/work").await.problem(), (401, String::from("expired")));
    assert_eq!(app.pool.refreshes(), 0, "a token that has ended is not presented");
}

// S6, at this crate's level
#[tokio::test]
async fn the_last_access_token_works_until_its_own_end() {
    let app = App::new();
    let mut browser = app.signed_in().await;
    app.advance(23 * HOUR + 30 * MINUTE);
    assert_eq!(browser.get("/work").await.status, StatusCode::OK);
    app.advance(HOUR - 1);
    assert_eq!(browser.get("/work").await.status, StatusCode::OK);
    assert_eq!(app.pool.refreshes(), 1, "after the refresh token's end nobody is asked");
    app.advance(1);
    assert_eq!(browser.get("/work").await.problem(), (401, String::from("expired")));
    let ended = app.row(&browser).await.ended.expect("ended");
    assert_eq!(ended.at, app.now(), "at the deadline");
}

#[tokio::test]
async fn the_end_is_recorded_at_the_deadline_however_late_it_is_noticed() {
    let app = App::new();
    let mut browser = app.signed_in().await;
    let deadline = app.row(&browser).await.lifetimes.refresh_expires_at;
    app.advance(100 * HOUR);
    browser.get("/peek").await;
    assert_eq!(app.row(&browser).await.ended.map(|ended| ended.at), Some(deadline));
}

// A13
#[tokio::test]
async fn polls_and_unattended_requests_do_not_keep_an_idle_session_alive() {
    let limits = Limits { idle: Some(15 * MINUTE), absolute: None };
    for path in ["/api/session", "/peek", "/work", "/page"] {
        let app = App::with(|config| config.limits = limits);
        let mut browser = app.signed_in().await;
        if ["/work", "/page"].contains(&path) {
            browser.headers.insert(UNATTENDED, "1".parse().expect("a value"));
        }
        for _ in 0..179 {
            app.advance(5 * SECOND);
            assert_eq!(browser.get(path).await.status, StatusCode::OK, "{path}");
        }
        app.advance(5 * SECOND - 1);
        assert_eq!(browser.get(path).await.status, StatusCode::OK, "{path}");
        app.advance(1);
        let answer = browser.get(path).await;
        if path == "/page" {
            assert_eq!(
                (answer.status, &answer.headers["location"]),
                (StatusCode::SEE_OTHER, &"/sign-in".parse().expect("a value"))
            );
        } else {
            assert_eq!(answer.problem(), (401, String::from("idle")), "{path}");
        }
    }
}

// A13
#[tokio::test]
async fn a_page_that_uses_the_session_counts_as_activity_and_refreshes() {
    let app = App::with(|config| config.limits = Limits { idle: Some(15 * MINUTE), absolute: None });
    let mut browser = app.signed_in().await;
    for _ in 0..7 {
        app.advance(10 * MINUTE);
        assert_eq!(browser.get("/page").await.text, "ada");
    }
    assert_eq!(app.pool.refreshes(), 1);
}

#[tokio::test]
async fn activity_moves_the_idle_limit_and_not_the_absolute_one() {
    let limits = Limits { idle: Some(15 * MINUTE), absolute: Some(2 * HOUR) };
    let app = App::with(|config| config.limits = limits);
    let mut browser = app.signed_in().await;
    for _ in 0..11 {
        app.advance(10 * MINUTE);
        assert_eq!(browser.post("/save", &Value::Null).await.status, StatusCode::OK);
    }
    let status = browser.get("/api/session").await.json();
    assert_eq!(
        (status["sign_in_by_ms"].as_i64(), status["sign_in_by_kind"].as_str()),
        (Some(10 * MINUTE), Some("absolute"))
    );
    app.advance(10 * MINUTE);
    assert_eq!(browser.get("/work").await.problem(), (401, String::from("expired")));
}

#[tokio::test]
async fn another_session_of_mine_can_be_ended_and_nobody_elses() {
    let app = App::new();
    let (mut here, mut there) = (app.signed_in().await, app.signed_in().await);
    let mut bob = app.browser();
    bob.sign_in("bob@example.com", "Password-1").await;
    let live = app.sessions_live(&here).await;
    assert_eq!(app.sessions.list(&live).await.expect("a list").len(), 2);
    let not_found = Err(holdfast::wire::Code::NotFound);
    assert_eq!(app.sessions.end_elsewhere(&live, bob.row_id()).await, not_found);
    assert_eq!(app.sessions.end_elsewhere(&live, there.row_id()).await, Ok(()));
    assert_eq!(app.sessions.end_elsewhere(&live, there.row_id()).await, not_found);
    assert_eq!(there.get("/work").await.problem(), (401, String::from("ended_elsewhere")));
    assert_eq!(here.get("/work").await.status, StatusCode::OK);
    assert_eq!(bob.get("/work").await.status, StatusCode::OK);
}

// A16, E10
#[tokio::test]
async fn a_dead_cookie_still_says_whose_it_was_and_why_it_ended() {
    let app = App::new();
    let browser = app.signed_in().await;
    app.advance(25 * HOUR);
    let refusal = app.refusal(&browser).await;
    let former = refusal.former.expect("a former session");
    assert_eq!((former.sub.as_str(), former.reason), ("ada", EndReason::Expired));
    assert_eq!(former.ended_at, app.now() - HOUR);
}
