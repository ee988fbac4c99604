//! A6, P15: a process dies at each step of a refresh. What it leaves behind is put into the row and the pool; the next
//! process finds it.

use axum::http::StatusCode;
use holdfast::wire::EndReason;
use holdfast_session::provider::{IdentityProvider as _, RefreshToken};
use holdfast_session::rows::{Claim, Claimed, Holder, LONGEST_LEASE_MS, SessionRows as _};

use crate::support::{App, Browser, HOUR, SECOND};

/// The process died, having written down that it is about to ask.
async fn died_with_the_lease(app: &App, browser: &Browser) {
    let row = app.row(browser).await;
    let (now, holder) = (app.now(), Holder(*b"a dead process.."));
    let claim = Claim { generation: row.generation, holder, now, until: now + LONGEST_LEASE_MS };
    assert_eq!(app.rows.claim(row.id, &claim).await.expect("memory"), Claimed::Taken { abandoned: false });
}

/// …and the pool had got the question and spent the token; nobody got the answer.
async fn died_after_the_pool_rotated(app: &App, browser: &Browser, token: &str) {
    died_with_the_lease(app, browser).await;
    app.pool.refresh(&RefreshToken::new(token)).await.expect("the pool answers a dead man");
}

#[tokio::test]
async fn a6_a_process_that_dies_before_it_asks_costs_nothing_even_without_a_grace() {
    let app = App::new();
    let mut browser = app.signed_in().await;
    app.advance(HOUR);
    died_with_the_lease(&app, &browser).await;
    app.advance(LONGEST_LEASE_MS);
    assert_eq!(browser.get("/work").await.status, StatusCode::OK);
    assert_eq!(app.pool.state().presented, ["REFRESH-1"]);
}

#[tokio::test]
async fn a6_a_process_that_dies_after_the_pool_rotated_costs_nothing_within_the_grace() {
    let app = App::new();
    app.pool.state().grace = true;
    let mut browser = app.signed_in().await;
    for round in 1..=20 {
        app.advance(HOUR);
        died_after_the_pool_rotated(&app, &browser, &current(&app)).await;
        app.advance(LONGEST_LEASE_MS);
        assert_eq!(browser.get("/work").await.status, StatusCode::OK, "round {round}");
        assert_eq!(app.row(&browser).await.generation, round);
    }
    assert_eq!(app.pool.refreshes(), 40, "each token was presented twice");
}

/// The refresh token that the session holds: the successor that the last one to ask was given.
fn current(app: &App) -> String {
    let state = app.pool.state();
    if state.presented.is_empty() {
        return String::from("REFRESH-1");
    }
    let newest = state.good.iter().max_by_key(|token| token[8..].parse::<usize>().expect("a number"));
    newest.expect("a good token").clone()
}

#[tokio::test]
async fn a6_a_process_that_dies_after_the_pool_rotated_costs_a_clean_sign_in_where_the_grace_is_over() {
    let app = App::new();
    let mut browser = app.signed_in().await;
    app.advance(HOUR);
    died_after_the_pool_rotated(&app, &browser, "REFRESH-1").await;
    app.advance(LONGEST_LEASE_MS);
    for path in ["/work", "/work", "/api/session"] {
        assert_eq!(browser.get(path).await.problem(), (401, String::from("revoked")), "{path}: told, and no loop");
    }
    assert_eq!(app.pool.refreshes(), 2, "the token is not presented a third time");
    let ended = app.row(&browser).await.ended.map(|ended| ended.reason);
    assert_eq!(ended, Some(EndReason::Revoked));
    let mut again = app.signed_in().await;
    assert_eq!(again.get("/work").await.status, StatusCode::OK);
}

#[tokio::test(start_paused = true)]
async fn a6_until_the_dead_ones_lease_runs_out_requests_go_on_with_the_session_and_nobody_asks() {
    let app = App::new();
    app.pool.state().grace = true;
    let mut browser = app.signed_in().await;
    app.advance(HOUR);
    died_after_the_pool_rotated(&app, &browser, "REFRESH-1").await;
    app.advance(LONGEST_LEASE_MS - SECOND);
    assert_eq!(browser.post("/save", &serde_json::Value::Null).await.text, "saved for ada");
    assert_eq!(app.pool.refreshes(), 1);
    app.advance(SECOND);
    assert_eq!(browser.get("/work").await.status, StatusCode::OK);
    assert_eq!(app.pool.refreshes(), 2);
}
