//! Only a definite no ends a session; everything else makes it wait.

use axum::http::StatusCode;
use holdfast::wire::EndReason;
use holdfast_session::jwks::Jwks;
use holdfast_session::provider::ProviderError;
use std::sync::Arc;

use crate::support::{App, FakePool, Forge, HOUR, MINUTE, Refresh, SECOND, StaticKeys, settle};

fn transient() -> Vec<ProviderError> {
    vec![
        ProviderError::Throttled,
        ProviderError::unavailable("timed out"),
        ProviderError::unavailable("InternalErrorException"),
        ProviderError::misconfigured("the app client's secret"),
        ProviderError::misconfigured("ResourceNotFoundException"),
        ProviderError::LimitExceeded,
        ProviderError::InvalidInput,
        ProviderError::WrongCredentials,
    ]
}

// A8
#[tokio::test]
async fn no_failure_but_a_definite_no_ends_a_session() {
    for error in transient() {
        let app = App::new();
        let mut browser = app.signed_in().await;
        app.pool.state().always = Some(Refresh::Fails(error.clone()));
        app.advance(HOUR - MINUTE);
        assert_eq!(
            browser.get("/work").await.status,
            StatusCode::OK,
            "{error}: the access token in hand is still good"
        );
        assert_eq!(browser.post("/save", &serde_json::Value::Null).await.status, StatusCode::OK, "{error}");
        app.advance(MINUTE);
        let (status, code) = browser.get("/work").await.problem();
        assert_eq!((status, code.as_str()), (503, "provider_unavailable"), "{error}: not a 401");
        assert_eq!(
            browser.post("/save", &serde_json::Value::Null).await.status,
            StatusCode::OK,
            "{error}: saving goes on"
        );
        let status = browser.get("/api/session").await;
        assert_eq!(status.json()["provider_unavailable"], true, "{error}");
        assert_eq!(app.row(&browser).await.ended, None, "{error}");
        app.pool.state().always = None;
        app.advance(MINUTE);
        assert_eq!(browser.get("/work").await.status, StatusCode::OK, "{error}: the same session after the outage");
        assert_eq!(browser.get("/api/session").await.json()["provider_unavailable"], false, "{error}");
    }
}

// A16
#[tokio::test]
async fn a_definite_no_ends_the_session_once_with_its_reason() {
    for reason in
        [EndReason::Revoked, EndReason::Expired, EndReason::Disabled, EndReason::Deleted, EndReason::PasswordReset]
    {
        let app = App::new();
        let mut browser = app.signed_in().await;
        let code = String::from("NotAuthorizedException");
        app.pool.state().always = Some(Refresh::Fails(ProviderError::DefiniteNo { reason, code }));
        app.advance(HOUR);
        for path in ["/work", "/work", "/api/session", "/peek"] {
            assert_eq!(browser.get(path).await.problem(), (401, reason.as_str().to_owned()), "{path}");
        }
        assert_eq!(app.pool.refreshes(), 1, "a no is not asked for twice");
        let row = app.row(&browser).await;
        assert_eq!((row.ended.map(|ended| ended.reason), row.tokens), (Some(reason), None));
    }
}

#[tokio::test]
async fn a_session_asks_at_most_once_a_second_and_ever_more_rarely() {
    let app = App::new();
    let mut browser = app.signed_in().await;
    app.pool.state().always = Some(Refresh::Fails(ProviderError::unavailable("timed out")));
    app.advance(HOUR);
    let mut asked_at = Vec::new();
    for _ in 0..1200 {
        let before = app.pool.refreshes();
        browser.get("/work").await;
        if app.pool.refreshes() > before {
            asked_at.push(app.now());
        }
        app.advance(SECOND / 4);
    }
    let pauses: Vec<i64> = asked_at.windows(2).map(|pair| pair[1] - pair[0]).collect();
    assert!(pauses.iter().all(|pause| *pause >= SECOND), "{pauses:?}");
    assert!(pauses.iter().skip(5).all(|pause| (30 * SECOND..=46 * SECOND).contains(pause)), "{pauses:?}");
    assert!(pauses.len() >= 8, "it does ask again: {pauses:?}");
}

#[tokio::test]
async fn a_refresh_for_another_user_is_never_adopted() {
    let app = App::new();
    let mut browser = app.signed_in().await;
    app.pool.script(Refresh::AsSomebodyElse);
    app.advance(HOUR);
    assert_eq!(browser.get("/work").await.status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(browser.get("/peek").await.text, "ada");
    let row = app.row(&browser).await;
    assert_eq!((row.generation, row.ended), (0, None), "kept, and nothing stored");
}

#[tokio::test]
async fn a_refresh_signed_with_a_foreign_key_is_never_adopted() {
    let app = App::new();
    app.pool.state().rotation = false;
    let mut browser = app.signed_in().await;
    app.pool.script(Refresh::SignedBy(Forge::foreign().named(&app.pool.forge().kid)));
    app.advance(HOUR);
    assert_eq!(browser.get("/work").await.status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(app.row(&browser).await.generation, 0);
    app.advance(MINUTE);
    assert_eq!(browser.get("/work").await.status, StatusCode::OK);
}

// A8
#[tokio::test]
async fn an_outage_of_the_key_set_costs_no_rotated_refresh_token() {
    let clock = Arc::new(holdfast::clock::ManualClock::default());
    let pool = Arc::new(FakePool::new(Arc::clone(&clock)));
    let keys = StaticKeys::of(pool.forge());
    let app = App::over(Arc::clone(&clock), pool, Jwks::new(keys.clone(), clock), |_| {});
    let mut browser = app.signed_in().await;
    // The pool signs with a new key, and its key set cannot be reached.
    let rotated = app.pool.forge().named("new-key");
    app.pool.script(Refresh::SignedBy(rotated.clone()));
    app.pool.script(Refresh::SignedBy(rotated.clone()));
    keys.set(None);
    app.advance(HOUR);
    assert_eq!(browser.get("/work").await.status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(app.row(&browser).await.ended, None);
    keys.set(Some(rotated.key_set()));
    app.advance(MINUTE);
    assert_eq!(browser.get("/work").await.status, StatusCode::OK);
    assert_eq!(app.pool.state().presented, ["REFRESH-1", "REFRESH-2"], "the successor was kept");
}

#[tokio::test(start_paused = true)]
async fn a_save_waits_a_moment_for_a_refresh_that_hangs_and_a_second_one_not_at_all() {
    let app = App::new();
    let mut browser = app.signed_in().await;
    app.advance(HOUR);
    app.pool.hold();
    #[expect(clippy::disallowed_methods, reason = "the paused timers of tokio are what is measured")]
    let begun = tokio::time::Instant::now();
    let answer = browser.post("/save", &serde_json::Value::Null).await;
    assert_eq!(answer.text, "saved for ada");
    assert_eq!(begun.elapsed().as_millis(), 1500);
    browser.post("/save", &serde_json::Value::Null).await;
    assert_eq!(begun.elapsed().as_millis(), 1500, "the attempt has been in flight for long enough");
    let reader = browser.get("/work").await;
    assert_eq!(reader.status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(begun.elapsed().as_secs(), 16, "a read waits for the provider's time-out");
    assert_eq!(app.pool.refreshes(), 1);
    app.pool.release();
    settle().await;
    assert_eq!(browser.get("/work").await.status, StatusCode::OK);
}
