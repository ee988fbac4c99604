//! The AWS SDK, real HTTP, and every way in which the embedded user pool can fail.

use std::time::Duration;

use axum::http::StatusCode;
use holdfast::wire::EndReason;
use holdfast_session::cognito::{Cognito, CognitoConfig, SignInFlow, StaticCredentials};
use holdfast_session::provider::{IdentityProvider as _, ProviderError, RefreshToken, SignInStep};
use holdfast_session::rows::SessionRows as _;
use holdfast_user_pool::control::{Fault, FaultKind, OldKeys, Revoke, UserAction};
use secrecy::SecretString;
use serde_json::{Value, json};

use crate::support::{HOUR, MINUTE, Real, SECOND};

const REFRESH: &str = "GetTokensFromRefreshToken";
const SECRET: &str = "a_client_secret_of_enough_characters";

async fn signed_in(real: &mut Real) {
    let answer = real.browser.sign_in("ada@example.com", "Password-1").await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
}

// S6, A2: the whole chain once
#[tokio::test]
async fn a_day_with_the_real_sdk() {
    let mut real = Real::new(|config| config.rotation = true).await;
    assert_eq!(real.browser.sign_in("ada@example.com", "wrong").await.problem().1, "wrong_credentials");
    assert_eq!(real.browser.sign_in("nobody@example.com", "Password-1").await.problem().1, "wrong_credentials");
    signed_in(&mut real).await;
    let status = real.browser.get("/api/session").await.json();
    assert_eq!(status["user"]["email"], "ada@example.com");
    assert_eq!(status["sign_in_by_ms"], 24 * HOUR);
    real.advance(90 * MINUTE);
    assert_eq!(real.browser.get("/work").await.status, StatusCode::OK);
    real.advance(22 * HOUR);
    assert_eq!(real.browser.get("/work").await.status, StatusCode::OK);
    assert_eq!(real.refreshes(), 2);
    let status = real.browser.get("/api/session").await.json();
    assert_eq!((&status["sign_in_by_ms"], &status["access_ms"]), (&json!(HOUR), &json!(HOUR)));
    real.advance(HOUR - 1);
    assert_eq!(real.browser.get("/work").await.status, StatusCode::OK);
    real.advance(1);
    assert_eq!(real.browser.get("/work").await.problem(), (401, String::from("expired")));
}

// A8
#[tokio::test]
async fn no_fault_of_the_pool_ends_a_session() {
    use FaultKind::{
        AlgNone, Error500, Hang, Hs256, Html502, IatFuture, MissingIdToken, ResetAfter, ResetBefore, Throttle,
        Truncate, WrongClientId, WrongIss, WrongKid, WrongSub,
    };
    let mut real = Real::new(|config| config.rotation = true).await;
    for kind in [
        Throttle,
        Error500,
        Html502,
        ResetBefore,
        ResetAfter,
        Hang,
        Truncate,
        WrongSub,
        WrongIss,
        WrongClientId,
        WrongKid,
        AlgNone,
        Hs256,
        MissingIdToken,
        IatFuture,
    ] {
        signed_in(&mut real).await;
        let id = real.browser.row_id();
        real.advance(HOUR);
        real.pool.control().fault(Fault::once(REFRESH, kind).times(20)).expect("a fault");
        assert_eq!(real.browser.get("/work").await.problem().1, "provider_unavailable", "{kind:?}");
        assert_eq!(real.browser.post("/save", &Value::Null).await.status, StatusCode::OK, "{kind:?}");
        assert_eq!(real.browser.get("/api/session").await.json()["provider_unavailable"], true, "{kind:?}");
        real.pool.control().clear_faults();
        real.advance(2 * SECOND);
        let answer = real.browser.get("/work").await;
        assert_eq!(answer.status, StatusCode::OK, "{kind:?}: {}", answer.text);
        let row = real.rows.find(id).await.expect("memory").expect("a row");
        assert!(row.ended.is_none(), "{kind:?}");
    }
}

// A8
#[tokio::test]
async fn one_fault_is_not_even_noticed() {
    let mut real = Real::new(|config| config.rotation = true).await;
    signed_in(&mut real).await;
    for kind in [FaultKind::Error500, FaultKind::Html502, FaultKind::ResetAfter, FaultKind::Truncate] {
        real.advance(HOUR);
        real.pool.control().fault(Fault::once(REFRESH, kind)).expect("a fault");
        assert_eq!(real.browser.get("/work").await.status, StatusCode::OK, "{kind:?}");
    }
    // A pool that throttles is not asked again at once: the token in hand is still good, and the next request asks.
    real.advance(HOUR - MINUTE / 2);
    let asked = real.refreshes();
    real.pool.control().fault(Fault::once(REFRESH, FaultKind::Throttle)).expect("a fault");
    assert_eq!(real.browser.get("/work").await.status, StatusCode::OK);
    assert_eq!(real.refreshes(), asked + 1);
    real.advance(MINUTE / 2);
    assert_eq!(real.browser.get("/work").await.status, StatusCode::OK);
}

// A16
#[tokio::test]
async fn a_definite_no_ends_the_session_with_its_reason() {
    let mut real = Real::new(|_| {}).await;
    for (action, reason) in [
        (None, EndReason::Revoked),
        (Some(UserAction::SignOut), EndReason::Revoked),
        (Some(UserAction::ResetPassword), EndReason::PasswordReset),
        (Some(UserAction::Disable), EndReason::Disabled),
    ] {
        signed_in(&mut real).await;
        real.advance(HOUR);
        match action {
            None => real.pool.control().revoke(Revoke::All).await.expect("revoked"),
            Some(action) => real.pool.control().user("ada@example.com", action).await.expect("done"),
        }
        let (status, code) = real.browser.get("/work").await.problem();
        assert_eq!(status, 401, "{action:?}");
        // Disabling also revokes, and Cognito may name either.
        let also = reason == EndReason::Disabled && code == "revoked";
        assert!(code == reason.as_str() || also, "{action:?}: {code}");
        real.pool.control().reset().await.expect("reset");
    }
}

#[tokio::test]
async fn a_sign_out_takes_the_refresh_token_back() {
    let mut real = Real::new(|_| {}).await;
    signed_in(&mut real).await;
    assert_eq!(real.browser.delete("/api/session").await.status, StatusCode::NO_CONTENT);
    let calls = real.pool.control().calls();
    let revoked = calls.iter().filter(|call| call.operation == "RevokeToken" && call.outcome == "ok").count();
    assert_eq!(revoked, 1);
}

#[tokio::test]
async fn rotated_keys_are_fetched_once_and_the_session_goes_on() {
    let mut real = Real::new(|_| {}).await;
    signed_in(&mut real).await;
    real.pool.control().rotate_keys(OldKeys::Dropped).await.expect("rotated");
    real.advance(HOUR);
    let fetches = real.pool.control().count("JWKS");
    assert_eq!(real.browser.get("/work").await.status, StatusCode::OK);
    assert_eq!(real.pool.control().count("JWKS"), fetches + 1);
}

#[tokio::test]
async fn a_client_secret_is_used_everywhere_and_a_wrong_one_is_an_alarm() {
    let mut real = Real::new(|config| config.client_secret = Some(SECRET.to_owned())).await;
    signed_in(&mut real).await;
    real.advance(HOUR);
    assert_eq!(real.browser.get("/work").await.status, StatusCode::OK);
    real.browser.post("/api/sign-up", &json!({ "email": "new@example.com", "password": "Password-2" })).await;
    let good = Cognito::new(real.config.clone()).expect("a client");
    let step = good.sign_in("ada@example.com", &SecretString::from("Password-1")).await.expect("signed in");
    let SignInStep::Tokens(tokens) = step else { panic!("a challenge") };
    let refresh = tokens.refresh.expect("a refresh token");
    for secret in [Some(SecretString::from("another_secret_of_enough_characters")), None] {
        let bad = Cognito::new(CognitoConfig { client_secret: secret, ..real.config.clone() }).expect("a client");
        let password = SecretString::from("Password-1");
        let sign_in = bad.sign_in("ada@example.com", &password).await.expect_err("refused");
        assert!(matches!(sign_in, ProviderError::Misconfigured { .. }), "{sign_in:?}");
        let refreshed = bad.refresh(&refresh).await.expect_err("refused");
        assert!(matches!(refreshed, ProviderError::Misconfigured { .. }), "{refreshed:?}");
    }
    assert!(good.revoke(&refresh).await.is_ok());
    let revoked = good.refresh(&refresh).await.expect_err("revoked");
    assert!(matches!(revoked, ProviderError::DefiniteNo { reason: EndReason::Revoked, .. }), "{revoked:?}");
    let junk = good.refresh(&RefreshToken::new("junk")).await.expect_err("junk");
    assert!(matches!(junk, ProviderError::DefiniteNo { reason: EndReason::Revoked, .. }), "{junk:?}");
}

#[tokio::test]
async fn another_client_id_is_an_alarm() {
    let real = Real::new(|_| {}).await;
    let config = CognitoConfig { client_id: String::from("0123456789abcdefghijklmnop"), ..real.config.clone() };
    let cognito = Cognito::new(config).expect("a client");
    let error = cognito.refresh(&RefreshToken::new("any")).await.expect_err("refused");
    assert!(matches!(error, ProviderError::Misconfigured { .. }), "{error:?}");
}

// P16: a port at which nobody listens, a name that nobody resolves (RFC 6761), TLS with somebody who speaks none.
#[tokio::test]
async fn a_pool_that_cannot_be_reached_is_unavailable_in_whatever_way() {
    let real = Real::new(|_| {}).await;
    let plain = real.config.endpoint.clone().expect("an endpoint");
    let not_tls = plain.replace("http://", "https://");
    for endpoint in ["http://127.0.0.1:1", "http://pool.invalid", not_tls.as_str()] {
        let config = CognitoConfig { endpoint: Some(endpoint.to_owned()), ..real.config.clone() };
        let refreshed = Cognito::new(config).expect("a client").refresh(&RefreshToken::new("any")).await;
        let error = refreshed.expect_err("nobody");
        assert!(matches!(error, ProviderError::Unavailable { .. }), "{endpoint}: {error:?}");
    }
    assert_eq!(real.refreshes(), 0);
}

#[tokio::test]
async fn somebody_signs_up_confirms_and_signs_in() {
    let mut real = Real::new(|_| {}).await;
    let (email, password) = ("new@example.com", "Password-2");
    let body = json!({ "email": email, "password": password });
    assert_eq!(real.browser.post("/api/sign-up", &body).await.status, StatusCode::NO_CONTENT);
    assert_eq!(real.browser.post("/api/sign-up", &body).await.problem().1, "sign_up_refused");
    assert_eq!(real.browser.sign_in(email, password).await.problem().1, "wrong_credentials", "unconfirmed");
    let weak = json!({ "email": "weak@example.com", "password": "short" });
    assert_eq!(real.browser.post("/api/sign-up", &weak).await.problem().1, "weak_password");
    let wrong = json!({ "email": email, "code": "abcdef" });
    assert_eq!(real.browser.post("/api/sign-up/confirm", &wrong).await.problem().1, "wrong_code");
    let resend = real.browser.post("/api/sign-up/resend", &json!({ "email": email })).await;
    assert_eq!(resend.status, StatusCode::NO_CONTENT);
    let unknown = real.browser.post("/api/sign-up/resend", &json!({ "email": "nobody@example.com" })).await;
    assert_eq!(unknown.status, StatusCode::NO_CONTENT);
    let code = real.pool.control().outbox().last().expect("a code").code.clone();
    let confirm = json!({ "email": email, "code": code });
    let confirmed = real.browser.post("/api/sign-up/confirm", &confirm).await;
    assert_eq!(confirmed.status, StatusCode::NO_CONTENT, "{}", confirmed.text);
    assert_eq!(real.browser.sign_in(email, password).await.status, StatusCode::OK);
}

#[tokio::test]
async fn the_refresh_tokens_validity_is_asked_only_with_credentials() {
    let real = Real::new(|config| config.refresh_ttl = Duration::from_secs(7200)).await;
    let without = Cognito::new(real.config.clone()).expect("a client");
    assert_eq!(without.refresh_token_validity().await, None);
    assert_eq!(real.pool.control().count("DescribeUserPoolClient"), 0);
    let credentials = StaticCredentials {
        access_key_id: String::from("AKIAEXAMPLE"),
        secret_access_key: SecretString::from("secret"),
        session_token: None,
    };
    let config = CognitoConfig { credentials: Some(credentials), ..real.config.clone() };
    let with = Cognito::new(config).expect("a client");
    assert_eq!(with.refresh_token_validity().await, Some(Duration::from_secs(7200)));
}

#[tokio::test]
async fn a_forgotten_password_is_set_anew_and_only_the_new_one_signs_in() {
    let mut real = Real::new(|config| config.client_secret = Some(SECRET.to_owned())).await;
    let forgot = real.browser.post("/api/forgot-password", &json!({ "email": "ada@example.com" })).await;
    assert_eq!(forgot.status, StatusCode::NO_CONTENT, "{}", forgot.text);
    let nobody = real.browser.post("/api/forgot-password", &json!({ "email": "nobody@example.com" })).await;
    assert_eq!(nobody.status, StatusCode::NO_CONTENT);
    let code = real.pool.control().outbox().last().expect("a code").code.clone();
    let confirm =
        |email: &str, code: &str, password: &str| json!({ "email": email, "code": code, "password": password });
    for (email, code, password, problem) in [
        ("ada@example.com", "000000", "Password-9", "wrong_code"),
        ("nobody@example.com", code.as_str(), "Password-9", "wrong_code"),
        ("ada@example.com", code.as_str(), "short", "weak_password"),
    ] {
        let answer = real.browser.post("/api/forgot-password/confirm", &confirm(email, code, password)).await;
        assert_eq!(answer.problem(), (400, problem.to_owned()), "{email} {password}");
    }
    let done =
        real.browser.post("/api/forgot-password/confirm", &confirm("ada@example.com", &code, "Password-9")).await;
    assert_eq!(done.status, StatusCode::NO_CONTENT, "{}", done.text);
    assert_eq!(real.browser.sign_in("ada@example.com", "Password-1").await.problem().1, "wrong_credentials");
    assert_eq!(real.browser.sign_in("ada@example.com", "Password-9").await.status, StatusCode::OK);
}

#[tokio::test]
async fn who_must_reset_the_password_first_is_told_so() {
    let mut real = Real::new(|_| {}).await;
    real.pool.control().user("ada@example.com", UserAction::ResetPassword).await.expect("done");
    let answer = real.browser.sign_in("ada@example.com", "Password-1").await;
    assert_eq!(answer.problem(), (401, String::from("password_reset")));
}

// While the secret is being changed, either of two is good.
#[tokio::test]
async fn two_client_secrets_bridge_the_change_of_one() {
    let (old, new) = (SecretString::from("the_old_secret_of_enough_characters"), SecretString::from(SECRET));
    for (first, second) in [(old.clone(), new.clone()), (new, old)] {
        let pool = |config: &mut holdfast_user_pool::PoolConfig| config.client_secret = Some(SECRET.to_owned());
        let client = |config: &mut CognitoConfig| {
            config.client_secret = Some(first);
            config.second_client_secret = Some(second);
        };
        let mut real = Real::with(pool, client, |_, _| SignInFlow::Password).await;
        signed_in(&mut real).await;
        real.advance(HOUR);
        assert_eq!(real.browser.get("/work").await.status, StatusCode::OK, "a refresh");
        for _ in 0..3 {
            let before = real.pool.control().count("GetTokensFromRefreshToken");
            real.advance(HOUR);
            assert_eq!(real.browser.get("/work").await.status, StatusCode::OK, "another");
            let after = real.pool.control().count("GetTokensFromRefreshToken");
            assert_eq!(after - before, 1, "which secret is taken is known: a refresh is one call");
        }
        assert_eq!(real.browser.delete("/api/session").await.status, StatusCode::NO_CONTENT);
        let revoked = real.pool.control().calls().into_iter();
        assert!(revoked.filter(|call| call.operation == "RevokeToken").any(|call| call.outcome == "ok"));
    }
}
