//! When a page asks for a new sign-in before work starts.

use holdfast::session::Limits;
use holdfast_session::provider::ProviderError;

use crate::support::{App, Browser, HOUR, MINUTE, Refresh};

async fn left(app: &App, browser: &Browser) -> Option<i64> {
    app.sessions.asks_first(&app.sessions_live(browser).await)
}

async fn app(adjust: impl FnOnce(&mut holdfast_session::sessions::SessionsConfig)) -> App {
    let app = App::with(adjust);
    assert!(app.sessions.fetch_keys().await);
    app
}

#[tokio::test]
async fn s8_less_than_the_window_asks_to_the_millisecond() {
    let app = app(|config| config.ask_first_ms = HOUR).await;
    let browser = app.signed_in().await;
    app.advance(23 * HOUR);
    assert_eq!(left(&app, &browser).await, None, "an hour is not less than an hour");
    app.advance(1);
    assert_eq!(left(&app, &browser).await, Some(HOUR - 1));
}

#[tokio::test]
async fn countdown_never_asks() {
    let app = app(|_| {}).await;
    let mut browser = app.signed_in().await;
    app.advance(24 * HOUR - MINUTE);
    browser.get("/page").await;
    assert_eq!((app.pool.refreshes(), left(&app, &browser).await), (1, None));
    // The refresh token has ended; the access token that it has just bought lasts for most of an hour.
    app.advance(2 * MINUTE);
    assert_eq!(left(&app, &browser).await, None);
}

#[tokio::test]
async fn s9_a_new_sign_in_always_satisfies_the_policy_however_short_it_is() {
    let limits = |absolute: i64| Limits { absolute: Some(absolute), idle: Some(15 * MINUTE) };
    for absolute in [HOUR, 8 * HOUR, 24 * HOUR, 48 * HOUR] {
        let app = app(|config| (config.ask_first_ms, config.limits) = (24 * HOUR, limits(absolute))).await;
        let mut browser = app.signed_in().await;
        assert_eq!(left(&app, &browser).await, None, "{absolute}");
        let whole = absolute.min(24 * HOUR);
        for _ in 0..whole / 2 / (10 * MINUTE) {
            app.advance(10 * MINUTE);
            browser.get("/page").await;
        }
        assert_eq!(left(&app, &browser).await, None, "half of {absolute} is there still");
        app.advance(1);
        assert_eq!(left(&app, &browser).await, Some(whole / 2 - 1), "{absolute}");
    }
}

#[tokio::test]
async fn nobody_is_asked_to_sign_in_while_that_does_not_work() {
    let app = app(|config| config.ask_first_ms = HOUR).await;
    let mut browser = app.signed_in().await;
    app.advance(23 * HOUR + MINUTE);
    app.pool.script(Refresh::Fails(ProviderError::unavailable("timed out")));
    browser.get("/page").await;
    assert_eq!(left(&app, &browser).await, None);
    app.advance(2 * MINUTE);
    browser.get("/page").await;
    assert!(left(&app, &browser).await.is_some());
}
