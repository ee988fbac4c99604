//! A17: every end tells its reason: a code to programs, a sentence to people. One test per reason.

use std::time::Duration;

use holdfast_user_pool::control::UserAction;
use serde_json::json;

use crate::harness::{ADA, Browser, TestApp};

const HOUR: Duration = Duration::from_secs(3600);

/// The code that the API answers, and that the page before the sign-in says `words`.
async fn is_told(browser: &Browser, code: &str, words: &str) {
    for path in ["/api/documents", "/api/session", "/api/session"] {
        assert_eq!(browser.get(path).await.code(), code, "{path}");
    }
    assert_eq!(browser.get("/").await.header("location"), Some("/sign-in"));
    let page = browser.get("/sign-in").await.text();
    assert!(page.contains(words), "{words}: {page}");
}

/// An administrator's deed at the pool is noticed when the access token is next refreshed.
async fn after(action: UserAction, code: &str, words: &str) {
    let app = TestApp::start().await;
    let ada = app.signed_in(ADA).await;
    app.pool().user(ADA.0, action).await.expect("a user");
    app.advance(HOUR);
    is_told(&ada, code, words).await;
}

#[tokio::test]
async fn a17_the_time_was_over() {
    let app = TestApp::start().await;
    let ada = app.signed_in(ADA).await;
    app.advance(24 * HOUR);
    is_told(&ada, "expired", "It was time to sign in again.").await;
}

#[tokio::test]
async fn a17_the_absolute_limit_was_reached() {
    let app = TestApp::start_with(&[("HOLDFAST_ABSOLUTE_LIMIT", "8h")]).await;
    let ada = app.signed_in(ADA).await;
    app.advance(8 * HOUR);
    is_told(&ada, "expired", "It was time to sign in again.").await;
}

#[tokio::test]
async fn a17_nobody_was_there() {
    let app = TestApp::start_with(&[("HOLDFAST_IDLE_LIMIT", "15m")]).await;
    let ada = app.signed_in(ADA).await;
    app.advance(HOUR);
    is_told(&ada, "idle", "You were away for a while, so you were signed out.").await;
}

#[tokio::test]
async fn a17_signed_out_everywhere_at_the_pool() {
    after(UserAction::SignOut, "revoked", "You were signed out from somewhere else.").await;
}

#[tokio::test]
async fn a17_disabled_by_an_administrator() {
    after(UserAction::Disable, "disabled", "This account has been switched off.").await;
}

#[tokio::test]
async fn a17_deleted_by_an_administrator() {
    after(UserAction::Delete, "deleted", "This account no longer exists.").await;
}

#[tokio::test]
async fn a17_a_new_password_is_wanted() {
    after(UserAction::ResetPassword, "password_reset", "This account needs a new password.").await;
}

/// A pool that counts a user's sessions lets the oldest go at the next sign-in.
#[tokio::test]
async fn a17_a_newer_sign_in_has_taken_its_place_at_the_pool() {
    let app = TestApp::start_with(&[("HOLDFAST_POOL_MAX_SESSIONS", "1")]).await;
    let (old, new) = (app.signed_in(ADA).await, app.signed_in(ADA).await);
    assert_eq!(old.get("/api/documents").await.status, 200, "noticed at the next refresh");
    app.advance(HOUR);
    is_told(&old, "revoked", "You were signed out from somewhere else.").await;
    assert_eq!(new.get("/api/documents").await.status, 200);
}

#[tokio::test]
async fn a17_ended_from_another_browser() {
    let app = TestApp::start().await;
    let (here, there) = (app.signed_in(ADA).await, app.signed_in(ADA).await);
    assert_eq!(here.delete("/api/sessions/others").await.status, 204);
    is_told(&there, "ended_elsewhere", "You were signed out from somewhere else.").await;
}

/// Who has signed out here, or signed in again here, knows that.
#[tokio::test]
async fn a17_a_sign_out_on_purpose_needs_no_words() {
    let app = TestApp::start().await;
    let ada = app.signed_in(ADA).await;
    let old = ada.copy();
    assert_eq!(ada.delete("/api/session").await.status / 100, 2);
    is_told(&old, "signed_out", "Sign in").await;
    let again = app.signed_in(ADA).await;
    let old = again.copy();
    assert_eq!(again.sign_in(ADA.0, ADA.1).await.status, 200);
    is_told(&old, "replaced", "Sign in").await;
    assert!(!old.get("/sign-in").await.text().contains("account-reason"));
}

/// The server has lost its sessions: to the page it is as if nobody had ever signed in, and nothing is lost but that.
#[tokio::test]
async fn a17_the_server_has_lost_the_session() {
    let app = TestApp::start().await;
    let ada = app.signed_in(ADA).await;
    let id = ada.new_document("kept").await;
    app.execute("DELETE FROM sessions").await;
    is_told(&ada, "signed_out", "Sign in").await;
    assert_eq!(ada.save(&id, "w", 0, 1, json!([[0, 0, "x"]])).await.code(), "signed_out");
    assert_eq!(ada.sign_in(ADA.0, ADA.1).await.status, 200);
    assert_eq!(ada.draft(&id).await["text"], "kept");
}
