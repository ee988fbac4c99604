//! A write of which no answer came back may have been carried out: nothing is concluded from the silence. The pool here
//! rotates with a grace of zero, so whoever takes back or forgets the wrong token signs somebody out.

use axum::http::StatusCode;
use holdfast_session::rows::Refreshed;

use crate::support::{App, HOUR, MINUTE, Store, settle};

/// What another process would store for this session.
async fn theirs(app: &App, browser: &crate::support::Browser) -> Refreshed {
    let row = app.row(browser).await;
    Refreshed {
        generation: row.generation,
        tokens: row.tokens.expect("tokens"),
        access_issued_at: app.now(),
        access_expires_at: app.now() + HOUR,
    }
}

// A4
#[tokio::test(start_paused = true)]
async fn tokens_that_were_stored_and_not_confirmed_are_the_sessions_and_stay_good() {
    for lost in 1..=4 {
        let app = App::new();
        let mut browser = app.signed_in().await;
        app.advance(HOUR);
        app.faults.script(vec![Store::AnswerLost; lost]);
        assert_eq!(browser.get("/work").await.status, StatusCode::OK, "{lost}");
        settle().await;
        assert!(app.pool.state().revoked.is_empty(), "{lost}: {:?}", app.pool.state().revoked);
        assert_eq!(app.row(&browser).await.generation, 1);
        app.advance(HOUR);
        assert_eq!(browser.get("/work").await.status, StatusCode::OK, "{lost}: the stored token refreshes");
        assert_eq!(app.pool.state().presented, ["REFRESH-1", "REFRESH-2"]);
    }
}

// A4
#[tokio::test(start_paused = true)]
async fn where_every_answer_is_lost_the_row_is_believed_once_it_can_be_read() {
    let app = App::new();
    let mut browser = app.signed_in().await;
    app.advance(HOUR);
    app.faults.script(vec![Store::AnswerLost; 5]);
    assert_eq!(browser.get("/work").await.status, StatusCode::OK);
    settle().await;
    assert!(app.pool.state().revoked.is_empty());
    app.advance(HOUR);
    assert_eq!(browser.get("/work").await.status, StatusCode::OK);
}

// A4
#[tokio::test(start_paused = true)]
async fn a_store_that_fails_is_tried_again() {
    let app = App::new();
    let mut browser = app.signed_in().await;
    app.advance(HOUR);
    app.faults.script([Store::Fails, Store::Fails, Store::AnswerLost]);
    assert_eq!(browser.get("/work").await.status, StatusCode::OK);
    settle().await;
    assert!(app.pool.state().revoked.is_empty());
    assert_eq!(app.row(&browser).await.generation, 1);
}

// A7
#[tokio::test(start_paused = true)]
async fn tokens_that_were_overtaken_are_left_alone_because_taking_them_back_could_end_the_winners() {
    let app = App::new();
    let mut browser = app.signed_in().await;
    app.advance(HOUR);
    app.faults.script([Store::Overtaken(theirs(&app, &browser).await)]);
    assert_eq!(browser.get("/work").await.status, StatusCode::OK, "the winner's tokens");
    settle().await;
    assert!(app.pool.state().revoked.is_empty(), "both came from one sign-in");
    assert_eq!(app.row(&browser).await.ended, None);
}

// A7
#[tokio::test(start_paused = true)]
async fn a_token_that_somebody_may_have_refreshed_with_is_not_taken_back() {
    let app = App::new();
    let mut browser = app.signed_in().await;
    app.advance(HOUR);
    app.faults.script([Store::AnswerLostAndRefreshedAgain(theirs(&app, &browser).await)]);
    assert_eq!(browser.get("/work").await.status, StatusCode::OK);
    settle().await;
    assert!(app.pool.state().revoked.is_empty());
    app.advance(MINUTE);
    assert_eq!(app.row(&browser).await.generation, 2);
    assert_eq!(browser.get("/work").await.status, StatusCode::OK);
}
