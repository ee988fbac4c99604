//! Two server processes on one table: one of them asks the pool, the other gets what it brings. The pool here rotates with
//! a grace of zero, so a second call with the same token would sign somebody out.

use axum::http::StatusCode;
use holdfast_session::provider::ProviderError;
use holdfast_session::rows::LONGEST_LEASE_MS;

use crate::support::{App, HOUR, MINUTE, Refresh, SECOND, settle};

// A3, A4
#[tokio::test(start_paused = true)]
async fn fifty_requests_at_two_processes_refresh_once_and_all_get_the_winners_token() {
    let one = App::new();
    let two = one.second_process();
    let browser = one.signed_in().await;
    one.advance(HOUR);
    one.pool.hold();
    let mut requests = tokio::task::JoinSet::new();
    for number in 0..50 {
        let mut browser = if number % 2 == 0 { one.browser_of(&browser) } else { two.browser_of(&browser) };
        requests.spawn(async move { browser.get("/work").await });
    }
    one.pool.entered().await;
    settle().await;
    one.pool.release();
    let answers = requests.join_all().await;
    let first = &answers[0].text;
    assert!(answers.iter().all(|answer| answer.status == StatusCode::OK && answer.text == *first));
    assert_eq!((one.pool.refreshes(), one.row(&browser).await.generation), (1, 1));
    assert_eq!(one.row(&browser).await.lease, None, "nothing is left behind");
}

// A3: the margin before the end is there so that nobody has to wait.
#[tokio::test]
async fn while_another_process_refreshes_a_token_that_is_still_good_does() {
    let one = App::new();
    let two = one.second_process();
    let browser = one.signed_in().await;
    let mut before = one.browser_of(&browser);
    let token = before.get("/work").await.text;
    one.advance(HOUR - MINUTE);
    one.pool.hold();
    let mut slow = one.browser_of(&browser);
    let refreshing = tokio::spawn(async move { slow.get("/work").await });
    one.pool.entered().await;
    assert_eq!(two.browser_of(&browser).get("/work").await.text, token, "answered at once, with the token in hand");
    one.pool.release();
    let fresh = refreshing.await.expect("an answer").text;
    assert_ne!(fresh, token);
    assert_eq!(two.browser_of(&browser).get("/work").await.text, fresh);
    assert_eq!(one.pool.refreshes(), 1);
}

// A7
#[tokio::test(start_paused = true)]
async fn a_definite_no_to_one_process_is_told_by_both() {
    let one = App::new();
    let two = one.second_process();
    let browser = one.signed_in().await;
    one.pool.state().good.clear();
    one.advance(HOUR);
    one.pool.hold();
    let (mut first, mut second) = (one.browser_of(&browser), two.browser_of(&browser));
    let asking = tokio::spawn(async move { first.get("/work").await });
    one.pool.entered().await;
    let waiting = tokio::spawn(async move { second.get("/work").await });
    settle().await;
    one.pool.release();
    for answer in [asking, waiting] {
        assert_eq!(answer.await.expect("an answer").problem(), (401, String::from("revoked")));
    }
    assert_eq!(one.pool.refreshes(), 1);
}

// P16
#[tokio::test]
async fn a_failure_in_one_process_is_a_pause_for_both() {
    let one = App::new();
    let two = one.second_process();
    let browser = one.signed_in().await;
    one.pool.state().always = Some(Refresh::Fails(ProviderError::Throttled));
    one.advance(HOUR);
    let mut asked_at = Vec::new();
    for number in 0..240 {
        let before = one.pool.refreshes();
        let mut browser = if number % 2 == 0 { one.browser_of(&browser) } else { two.browser_of(&browser) };
        assert_eq!(browser.get("/work").await.problem().0, 503);
        if before < one.pool.refreshes() {
            asked_at.push(one.now());
        }
        one.advance(SECOND / 4);
    }
    assert!(4 <= asked_at.len(), "both do ask again: {asked_at:?}");
    assert!(asked_at.windows(2).all(|pair| SECOND <= pair[1] - pair[0]), "{asked_at:?}");
    one.pool.state().always = None;
    one.advance(MINUTE);
    assert_eq!(two.browser_of(&browser).get("/work").await.status, StatusCode::OK);
}

// A10, P17
#[tokio::test(start_paused = true)]
async fn a_sign_out_at_one_process_is_final_while_the_other_one_refreshes() {
    let one = App::new();
    let two = one.second_process();
    let browser = one.signed_in().await;
    one.advance(HOUR);
    one.pool.hold();
    let mut slow = one.browser_of(&browser);
    let refreshing = tokio::spawn(async move { slow.get("/work").await });
    one.pool.entered().await;
    assert_eq!(two.browser_of(&browser).delete("/api/session").await.status, StatusCode::NO_CONTENT);
    one.pool.release();
    assert_eq!(refreshing.await.expect("an answer").problem(), (401, String::from("signed_out")));
    settle().await;
    assert!(one.pool.state().good.is_empty(), "neither the old token nor the new one is good any more");
    assert_eq!(one.row(&browser).await.lease, None);
}

#[tokio::test(start_paused = true)]
async fn a_process_that_stops_waits_for_nobody_elses_refresh() {
    let one = App::new();
    let two = one.second_process();
    let browser = one.signed_in().await;
    one.advance(HOUR);
    one.pool.hold();
    let (mut first, mut second) = (one.browser_of(&browser), two.browser_of(&browser));
    let asking = tokio::spawn(async move { first.get("/work").await });
    one.pool.entered().await;
    let waiting = tokio::spawn(async move { second.get("/work").await });
    settle().await;
    assert!(two.sessions.drain(std::time::Duration::from_secs(1)).await, "the second process leaves at once");
    assert_eq!(waiting.await.expect("an answer").status, StatusCode::SERVICE_UNAVAILABLE);
    one.pool.release();
    assert_eq!(asking.await.expect("an answer").status, StatusCode::OK);
    assert_eq!(one.pool.refreshes(), 1);
}

// A8: the intent comes first; where there is no room for it, no token is spent.
#[tokio::test]
async fn while_nothing_can_be_written_the_pool_is_not_asked() {
    let app = App::new();
    let mut browser = app.signed_in().await;
    app.advance(HOUR);
    app.faults.set_read_only(true);
    for _ in 0..3 {
        assert_eq!(browser.get("/work").await.problem(), (503, String::from("provider_unavailable")));
        app.advance(MINUTE);
    }
    assert_eq!(app.pool.refreshes(), 0);
    app.faults.set_read_only(false);
    app.advance(MINUTE);
    assert_eq!(browser.get("/work").await.status, StatusCode::OK);
    assert_eq!(app.pool.state().presented, ["REFRESH-1"]);
}

// P14: a process that was asleep for longer than its lease.
#[tokio::test(start_paused = true)]
async fn a_lease_that_has_run_out_is_taken_over_and_whoever_comes_late_ends_nothing() {
    let one = App::new();
    let two = one.second_process();
    one.pool.state().grace = true;
    let browser = one.signed_in().await;
    one.advance(HOUR);
    one.pool.hold();
    let mut asleep = one.browser_of(&browser);
    let sleeping = tokio::spawn(async move { asleep.get("/work").await });
    one.pool.entered().await;
    one.pool.state().held = false;
    one.advance(LONGEST_LEASE_MS);
    let fresh = two.browser_of(&browser).get("/work").await;
    assert_eq!(fresh.status, StatusCode::OK);
    one.pool.release();
    let late = sleeping.await.expect("an answer");
    assert_eq!(late.text, fresh.text, "the winner's tokens");
    settle().await;
    assert!(one.pool.state().revoked.is_empty(), "what comes late is not taken back: it is of the same sign-in");
    assert_eq!(one.row(&browser).await.generation, 1);
    for app in [&one, &two] {
        one.advance(HOUR);
        assert_eq!(app.browser_of(&browser).get("/work").await.status, StatusCode::OK);
    }
}

// P14: with a grace of zero the one that took over is told no; the tokens that the sleeper holds save the session if they
// are stored first.
#[tokio::test(start_paused = true)]
async fn whoever_stores_first_wins_whosever_lease_it_is() {
    let one = App::new();
    let two = one.second_process();
    let browser = one.signed_in().await;
    one.advance(HOUR);
    one.pool.hold();
    let (mut first, mut second) = (one.browser_of(&browser), two.browser_of(&browser));
    let sleeping = tokio::spawn(async move { first.get("/work").await });
    one.pool.entered().await;
    one.advance(LONGEST_LEASE_MS);
    let taking_over = tokio::spawn(async move { second.get("/work").await });
    one.pool.entered().await;
    one.pool.release();
    let saved = sleeping.await.expect("an answer");
    assert_eq!(saved.status, StatusCode::OK);
    one.pool.release();
    assert_eq!(taking_over.await.expect("an answer").text, saved.text, "its no is about a token that was replaced");
    assert_eq!(one.row(&browser).await.ended, None);
}
