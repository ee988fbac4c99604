//! Only a definite no from Cognito ends a session.

use std::time::Duration;

use holdfast_user_pool::control::{Fault, FaultKind, Revoke, UserAction};
use serde_json::json;

use crate::harness::{ADA, TestApp};

const REFRESH: &str = "GetTokensFromRefreshToken";
const HOUR: Duration = Duration::from_secs(3600);

/// A8: for five minutes the pool fails in one way after the other; nobody is signed out, saves go on, and afterwards the
/// same session is refreshed.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a8_no_fault_but_a_definite_no_ends_the_session() {
    let faults = [
        FaultKind::Throttle,
        FaultKind::Error500,
        FaultKind::Html502,
        FaultKind::ResetBefore,
        FaultKind::ResetAfter,
        FaultKind::Truncate,
        FaultKind::WrongSub,
        FaultKind::WrongIss,
        FaultKind::WrongClientId,
        FaultKind::WrongKid,
        FaultKind::AlgNone,
        FaultKind::Hs256,
        FaultKind::MissingIdToken,
        FaultKind::IatFuture,
    ];
    let app = TestApp::start().await;
    let ada = app.signed_in(ADA).await;
    let id = ada.new_document("").await;
    let cookie = ada.cookie();
    let sub = ada.get("/api/session").await.json()["user"]["sub"].clone();
    app.advance(HOUR);
    for (n, fault) in (0_u64..).zip(faults) {
        app.pool().clear_faults();
        app.pool().fault(Fault::once(REFRESH, fault).times(100)).expect("a fault");
        app.advance(Duration::from_secs(40)); // past any back-off
        let answer = ada.save(&id, "w", n, n + 1, json!([[0, 0, "x"]])).await;
        assert_eq!(answer.status, 200, "{fault:?}: {answer:?}");
        let status = ada.get("/api/session").await;
        assert_eq!((status.status, &status.json()["user"]["sub"]), (200, &sub), "{fault:?}");
        assert_eq!(status.json()["provider_unavailable"], true, "{fault:?}");
        assert_eq!(status.json()["access_ms"], 0, "{fault:?}: nothing of a bad answer is believed");
    }
    app.pool().clear_faults();
    app.advance(Duration::from_secs(40));
    assert_eq!(ada.get("/api/documents").await.status, 200);
    let status = ada.get("/api/session").await.json();
    assert_eq!((status["provider_unavailable"].as_bool(), &status["user"]["sub"]), (Some(false), &sub));
    assert_eq!(ada.cookie(), cookie, "it is the same session");
}

/// A15, A17: what the pool says of an ended session is told by its code, at the next refresh.
#[tokio::test]
async fn a17_a_definite_no_ends_the_session_with_its_reason() {
    let app = TestApp::start().await;
    let ends = [
        (UserAction::SignOut, "revoked"),
        (UserAction::Disable, "disabled"),
        (UserAction::ResetPassword, "password_reset"),
        (UserAction::Delete, "deleted"),
    ];
    for (action, code) in ends {
        app.pool().reset().await.expect("a fresh pool");
        let ada = app.signed_in(ADA).await;
        app.pool().user(ADA.0, action).await.expect("the user is there");
        assert_eq!(ada.get("/api/documents").await.status, 200, "{action:?}: noticed at the next refresh");
        app.advance(HOUR);
        let answer = ada.get("/api/documents").await;
        assert_eq!((answer.status, answer.code().as_str()), (401, code), "{action:?}");
        let again = ada.get("/api/documents").await;
        assert_eq!((again.status, again.code().as_str()), (401, code), "{action:?}: and it stays so");
    }
}

#[tokio::test]
async fn a_revoked_family_ends_every_session_that_came_from_it_and_only_those() {
    let app = TestApp::start().await;
    let (first, second) = (app.signed_in(ADA).await, app.signed_in(ADA).await);
    app.pool().revoke(Revoke::User(ADA.0.to_owned())).await.expect("tokens to revoke");
    let third = app.signed_in(ADA).await;
    app.advance(HOUR);
    assert_eq!(first.get("/api/documents").await.code(), "revoked");
    assert_eq!(second.get("/api/documents").await.code(), "revoked");
    assert_eq!(third.get("/api/documents").await.status, 200);
}

/// One neutral answer for a wrong password, an unknown user and an unconfirmed one.
#[tokio::test]
async fn a_sign_in_that_fails_tells_nobody_who_exists() {
    let app = TestApp::start().await;
    let browser = app.browser();
    let sign_up = json!({"email": "eve@example.com", "password": "Password-3!"});
    assert_eq!(browser.post("/api/sign-up", &sign_up).await.status / 100, 2);
    let wrong = browser.sign_in(ADA.0, "not it").await;
    let unknown = browser.sign_in("nobody@example.com", "Password-1").await;
    let unconfirmed = browser.sign_in("eve@example.com", "Password-3!").await;
    assert_eq!((wrong.status, wrong.code().as_str()), (401, "wrong_credentials"));
    assert_eq!(wrong.body, unknown.body);
    assert_eq!(wrong.body, unconfirmed.body);
    assert_eq!(browser.cookie(), None, "no session was made");
}

#[tokio::test]
async fn a_sign_in_while_the_pool_is_down_says_so_and_keeps_who_is_signed_in() {
    let app = TestApp::start().await;
    let ada = app.signed_in(ADA).await;
    app.pool().fault(Fault::once("InitiateAuth", FaultKind::Error500).times(20)).expect("a fault");
    let answer = ada.sign_in(ADA.0, ADA.1).await;
    assert_eq!((answer.status, answer.code().as_str()), (503, "provider_unavailable"));
    assert_eq!(ada.get("/api/documents").await.status, 200, "the old session is as it was");
}
