//! One refresh, stored before anybody is answered, whatever happens to the requests that wanted it.

use axum::http::StatusCode;
use holdfast::wire::EndReason;
use holdfast_session::provider::ProviderError;
use holdfast_session::rows::{Refreshed, SealedTokens, SessionRows as _};

use crate::support::{App, HOUR, MINUTE, Refresh, settle};

// A2
#[tokio::test]
async fn fifty_parallel_requests_at_expiry_refresh_once_and_all_get_the_new_token() {
    let app = App::new();
    let browser = app.signed_in().await;
    app.advance(HOUR);
    app.pool.hold();
    let mut requests = tokio::task::JoinSet::new();
    for _ in 0..50 {
        let mut browser = browser.clone();
        requests.spawn(async move { browser.get("/work").await });
    }
    app.pool.entered().await;
    settle().await;
    app.pool.release();
    let answers = requests.join_all().await;
    let first = &answers[0].text;
    assert!(answers.iter().all(|answer| answer.status == StatusCode::OK && answer.text == *first));
    assert_eq!(app.pool.refreshes(), 1);
    assert_eq!(app.row(&browser).await.generation, 1);
}

// A4
#[tokio::test]
async fn a_request_that_read_the_row_before_a_refresh_uses_what_was_stored() {
    let app = App::new();
    let mut browser = app.signed_in().await;
    app.advance(HOUR);
    let stale = app.sessions_live(&browser).await;
    let fresh = browser.get("/work").await;
    let late = app.sessions.ensure_fresh(stale, holdfast_session::sessions::Patience::Read).await.expect("alive");
    assert_eq!(app.sessions.access_token(&late).expect("fresh").expose(), fresh.text);
    assert_eq!(app.pool.refreshes(), 1, "it read again before it asked");
}

#[tokio::test]
async fn nothing_is_refreshed_before_it_is_due_nor_for_an_idle_session() {
    let app = App::new();
    let mut browser = app.signed_in().await;
    app.advance(HOUR - MINUTE - 1);
    browser.get("/work").await;
    assert_eq!(app.pool.refreshes(), 0);
    app.advance(1);
    browser.get("/peek").await;
    browser.get("/api/session").await;
    assert_eq!(app.pool.refreshes(), 0, "a look refreshes nothing");
    browser.get("/work").await;
    assert_eq!(app.pool.refreshes(), 1);
    app.advance(22 * HOUR);
    settle().await;
    assert_eq!(app.pool.refreshes(), 1, "an idle session is not refreshed");
}

// A5
#[tokio::test]
async fn a_client_that_disconnects_during_the_refresh_loses_nothing() {
    let app = App::new();
    let mut browser = app.signed_in().await;
    app.advance(HOUR);
    app.pool.hold();
    let mut gone = browser.clone();
    let request = tokio::spawn(async move { gone.get("/work").await });
    app.pool.entered().await;
    request.abort();
    assert!(request.await.is_err_and(|error| error.is_cancelled()));
    app.pool.release();
    settle().await;
    assert_eq!(app.row(&browser).await.generation, 1, "stored although nobody waits");
    assert_eq!(browser.get("/work").await.status, StatusCode::OK);
    assert_eq!(app.pool.refreshes(), 1);
}

// A9
#[tokio::test]
async fn a_handler_that_fails_or_panics_after_the_refresh_does_not_lose_the_tokens() {
    let app = App::new();
    let mut browser = app.signed_in().await;
    app.advance(HOUR);
    assert_eq!(browser.get("/broken").await.status, StatusCode::INTERNAL_SERVER_ERROR);
    assert_eq!(browser.get("/work").await.status, StatusCode::OK);
    app.advance(HOUR);
    let mut panicking = browser.clone();
    assert!(tokio::spawn(async move { panicking.get("/panics").await }).await.is_err_and(|error| error.is_panic()));
    assert_eq!(browser.get("/work").await.status, StatusCode::OK);
    assert_eq!(app.pool.refreshes(), 2);
    let presented = app.pool.state().presented.clone();
    assert_eq!(presented, ["REFRESH-1", "REFRESH-2"], "no spent token was presented");
}

// A7
#[tokio::test]
async fn a_definite_no_for_tokens_that_somebody_else_has_replaced_ends_nothing() {
    let app = App::new();
    let mut browser = app.signed_in().await;
    let first = app.row(&browser).await;
    app.advance(HOUR);
    app.pool.hold();
    app.pool.script(Refresh::Fails(ProviderError::DefiniteNo {
        reason: EndReason::Revoked,
        code: String::from("RefreshTokenReuseException"),
    }));
    let mut loser = browser.clone();
    let request = tokio::spawn(async move { loser.get("/work").await });
    app.pool.entered().await;
    // Another process has won the race: its tokens stand in the row.
    let refreshed = Refreshed {
        generation: first.generation,
        tokens: first.tokens.clone().expect("tokens"),
        access_issued_at: app.now(),
        access_expires_at: app.now() + HOUR,
    };
    assert!(app.rows.store_refresh(first.id, &refreshed).await.expect("memory"));
    app.pool.release();
    assert_eq!(request.await.expect("an answer").status, StatusCode::OK, "the loser uses the winner's tokens");
    assert_eq!(app.row(&browser).await.ended, None);
    assert_eq!(browser.get("/work").await.status, StatusCode::OK);
}

#[tokio::test]
async fn without_rotation_the_old_refresh_token_stays() {
    let app = App::new();
    app.pool.state().rotation = false;
    let mut browser = app.signed_in().await;
    for _ in 0..3 {
        app.advance(HOUR);
        assert_eq!(browser.get("/work").await.status, StatusCode::OK);
    }
    assert_eq!(app.pool.state().presented, ["REFRESH-1", "REFRESH-1", "REFRESH-1"]);
}

#[tokio::test]
async fn refreshing_and_rotating_do_not_move_the_forced_sign_in() {
    let app = App::new();
    let mut browser = app.signed_in().await;
    let end = app.row(&browser).await.lifetimes.refresh_expires_at;
    for _ in 0..20 {
        app.advance(HOUR);
        browser.get("/work").await;
        let status = browser.get("/api/session").await.json();
        assert_eq!(app.now() + status["sign_in_by_ms"].as_i64().expect("a number"), end);
    }
    assert_eq!(app.pool.refreshes(), 20);
}

// A10
#[tokio::test]
async fn a_refresh_that_lands_after_the_sign_out_revives_nothing_and_its_token_is_taken_back() {
    let app = App::new();
    let mut browser = app.signed_in().await;
    let id = browser.row_id();
    app.advance(HOUR);
    app.pool.hold();
    let mut slow = browser.clone();
    let request = tokio::spawn(async move { slow.get("/work").await });
    app.pool.entered().await;
    assert_eq!(browser.delete("/api/session").await.status, StatusCode::NO_CONTENT);
    app.pool.release();
    assert_eq!(request.await.expect("an answer").problem(), (401, String::from("signed_out")));
    settle().await;
    let row = app.row_by_id(id).await;
    assert_eq!(row.ended.map(|ended| ended.reason), Some(EndReason::SignedOut));
    assert_eq!((row.tokens, row.generation), (None::<SealedTokens>, 0));
    assert_eq!(app.pool.state().revoked, ["REFRESH-1", "REFRESH-2"]);
    assert!(app.pool.state().good.is_empty(), "no token of the session is good any more");
}

// A11
#[tokio::test]
async fn tokens_in_the_table_open_only_with_the_cookie() {
    let app = App::new();
    let ada = app.signed_in().await;
    let mut bob = app.browser();
    bob.sign_in("bob@example.com", "Password-1").await;
    let tokens = app.row(&ada).await.tokens.expect("tokens");
    assert!(!format!("{}{}{:?}", tokens.access, tokens.id, tokens.refresh).contains("REFRESH"));
    // Somebody with access to the database puts Ada's tokens into Bob's row.
    let bobs = app.row(&bob).await;
    let swapped = Refreshed {
        generation: bobs.generation,
        tokens,
        access_issued_at: bobs.lifetimes.access_issued_at,
        access_expires_at: bobs.lifetimes.access_expires_at,
    };
    assert!(app.rows.store_refresh(bobs.id, &swapped).await.expect("memory"));
    assert_eq!(bob.get("/work").await.problem(), (500, String::from("internal")));
}
