//! Many at once: tabs that ask at the instant of expiry, and sessions that expire together at a pool with a quota.
//!
//! `HOLDFAST_EXPIRIES` makes the first one as long as one likes; 10,000 take minutes.

use axum::http::StatusCode;
use futures_util::future::join_all;

use crate::support::{App, Browser, HOUR, MINUTE, SECOND};

const TABS: usize = 50;
const EXPIRIES: usize = 200;

// A2, A3, P14
#[tokio::test(start_paused = true)]
async fn fifty_tabs_at_two_processes_and_two_hundred_expiries_are_two_hundred_refreshes() {
    let expiries = std::env::var("HOLDFAST_EXPIRIES").ok().and_then(|number| number.parse().ok()).unwrap_or(EXPIRIES);
    let one = App::with(|config| config.refresh_token_validity_ms = 10 * 365 * 24 * HOUR);
    let two = one.second_process();
    let browser = one.signed_in().await;
    let mut tabs: Vec<Browser> =
        (0..TABS).map(|tab| if tab % 2 == 0 { one.browser_of(&browser) } else { two.browser_of(&browser) }).collect();
    for expiry in 1..=expiries {
        // Before, at and after the end of the access token.
        one.advance(match expiry % 3 {
            0 => HOUR - MINUTE,
            1 => HOUR,
            _ => 2 * HOUR,
        });
        let answers = join_all(tabs.iter_mut().map(|tab| tab.get("/work"))).await;
        assert!(answers.iter().all(|answer| answer.status == StatusCode::OK), "expiry {expiry}: a forced sign-in");
        assert_eq!(one.pool.refreshes(), expiry, "a second refresh");
    }
    assert_eq!(one.row(&browser).await.generation, i64::try_from(expiries).expect("a number"));
}

const SESSIONS: usize = 2_000;
const QUOTA: usize = 20;
/// Every session is used so often.
const EVERY: usize = 4;

// P14, threat 28
#[tokio::test]
async fn two_thousand_sessions_that_expire_together_are_refreshed_within_two_minutes_and_nobody_is_signed_out() {
    let app = App::new();
    let mut waiting = Vec::new();
    for _ in 0..SESSIONS {
        waiting.push(app.signed_in().await);
    }
    app.pool.state().quota = Some(QUOTA);
    let began = app.now() + HOUR;
    app.advance(HOUR);
    let mut second = 0;
    while !waiting.is_empty() {
        assert!(second < 120, "{} sessions are still without tokens", waiting.len());
        let mut without = Vec::new();
        for (number, mut browser) in waiting.into_iter().enumerate() {
            if number % EVERY == second % EVERY {
                let answer = browser.get("/work").await;
                if answer.status == StatusCode::OK {
                    continue;
                }
                assert_eq!(answer.problem(), (503, String::from("provider_unavailable")), "not signed out");
            }
            without.push(browser);
        }
        waiting = without;
        app.advance(SECOND);
        second += 1;
    }
    let (calls, throttled) = (app.pool.refreshes(), app.pool.state().throttled);
    assert_eq!(calls - throttled, SESSIONS);
    println!("{SESSIONS} sessions in {} s, {throttled} throttled", (app.now() - began) / SECOND);
    assert!(throttled <= SESSIONS / 2, "{throttled} calls were wasted");
}
