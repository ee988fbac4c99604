//! The example that `docs/lift.md` walks through, against the embedded user pool: what is told there is what it does.

use std::sync::Arc;

use axum::http::StatusCode;
use holdfast::entropy::SeededEntropy;
use serde_json::json;

use crate::support::{Browser, HOUR, MINUTE, Real, SECOND, keys};

#[path = "../../examples/tiny.rs"]
#[expect(dead_code, reason = "its main function is the example's own")]
mod tiny;

#[tokio::test]
async fn s6_the_example_signs_in_guards_refreshes_tells_the_deadline_and_signs_out() {
    let real = Real::new(|_| {}).await;
    let entropy = Arc::new(SeededEntropy::new(12));
    let app = tiny::app(real.config.clone(), keys(), real.clock.clone(), entropy).expect("an app");
    let mut browser = Browser::new(app);
    let refreshes = || real.refreshes();

    // Guarded: nobody is signed in yet.
    assert_eq!(browser.get("/").await.problem(), (401, "signed_out".into()));

    assert_eq!(browser.sign_in("ada@example.com", "Password-1").await.status, StatusCode::OK);
    assert_eq!(browser.get("/").await.text, "Hello, ada@example.com. Sign in again within 1440 minutes.");
    assert_eq!(refreshes(), 0);

    // Half an hour before the end: one refresh, on demand, buys the last hour of access.
    real.advance(24 * HOUR - 30 * MINUTE);
    assert_eq!(refreshes(), 0, "never while nobody asks");
    assert_eq!(browser.get("/").await.text, "Hello, ada@example.com. Sign in again within 60 minutes.");
    assert_eq!(refreshes(), 1);

    // The deadline, as a page asks for it; and to the second.
    let status = browser.get("/api/session").await.json();
    assert_eq!((&status["sign_in_by_ms"], &status["sign_in_by_kind"]), (&json!(HOUR), &json!("refresh")));
    real.advance(HOUR - SECOND);
    assert_eq!(browser.get("/").await.status, StatusCode::OK);
    real.advance(SECOND);
    assert_eq!(browser.get("/").await.problem(), (401, "expired".into()));

    browser.sign_in("ada@example.com", "Password-1").await;
    let cookie = browser.cookie.clone();
    assert_eq!(browser.delete("/api/session").await.status, StatusCode::NO_CONTENT);
    browser.cookie = cookie;
    assert_eq!(browser.get("/").await.problem(), (401, "signed_out".into()));
    assert_eq!(real.pool.control().count("RevokeToken"), 1);
}

/// What a page shows of the example is in the example, whatever it is indented by.
#[test]
fn the_page_that_walks_through_the_example_shows_its_code() {
    let squeezed = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    let example = squeezed(include_str!("../../examples/tiny.rs")).replace(
        "#[expect(clippy::disallowed_methods, reason = \"the one place of this app where time comes from\")] ",
        "",
    );
    let page = include_str!("../../../../docs/lift.md");
    let blocks: Vec<&str> = page.split("```rust\n").skip(1).filter_map(|rest| rest.split("```").next()).collect();
    assert!(4 < blocks.len());
    for block in blocks {
        assert!(example.contains(&squeezed(block)), "not in the example: {block}");
    }
}
