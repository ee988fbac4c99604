//! The steps of a sign-in with the AWS SDK and the embedded user pool: what goes over the wire is what Cognito wants.

use std::sync::Arc;

use axum::http::StatusCode;
use holdfast::clock::ManualClock;
use holdfast::entropy::SeededEntropy;
use holdfast_session::cognito::SignInFlow;
use holdfast_user_pool::control::UserAction;
use holdfast_user_pool::{MfaConfiguration, PoolConfig};
use serde_json::{Value, json};

use crate::support::{MINUTE, Real};

const ADA: (&str, &str) = ("ada@example.com", "Password-1");
const SECRET: &str = "a_client_secret_of_enough_characters";

async fn asked(real: &mut Real, password: &str) -> Value {
    let answer = real.browser.sign_in(ADA.0, password).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
    answer.json()
}

fn mailed(real: &Real) -> String {
    real.pool.control().outbox().last().expect("a code").code.clone()
}

/// The name that was typed is an alias: the answer, and its secret hash, must go out under the one that the pool told.
#[tokio::test]
async fn a_new_password_is_answered_under_the_pools_own_name_with_a_secret_hash_of_it() {
    let mut real = Real::new(|config| {
        config.client_secret = Some(SECRET.to_owned());
        config.sign_in.required_attributes = vec![String::from("name")];
    })
    .await;
    real.pool.control().user(ADA.0, UserAction::ForceNewPassword).await.expect("done");
    assert_eq!(asked(&mut real, ADA.1).await["challenge"], "NEW_PASSWORD_REQUIRED");
    let answers = json!({ "new_password": "Password-9", "name": "Ada" });
    let answer = real.browser.answer("NEW_PASSWORD_REQUIRED", answers).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
    assert_eq!(real.browser.get("/work").await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_step_that_ran_out_at_the_pool_alone_is_told_as_such() {
    let mut real = Real::new(|config| config.sign_in.mfa = MfaConfiguration::On).await;
    assert_eq!(asked(&mut real, ADA.1).await["challenge"], "MFA_SETUP");
    // The pool forgets it, as at a restart; the cookie is still good.
    real.pool.control().reset().await.expect("reset");
    let answer = real.browser.answer("MFA_SETUP", json!({ "code": "123456" })).await;
    assert_eq!(answer.problem(), (401, String::from("challenge_expired")));
    assert!(real.browser.steps.is_empty());
    assert_eq!(asked(&mut real, ADA.1).await["challenge"], "MFA_SETUP");
    real.advance(3 * MINUTE);
    let answer = real.browser.answer("MFA_SETUP", json!({ "code": "123456" })).await;
    assert_eq!(answer.problem(), (401, String::from("challenge_expired")));
}

fn only(flows: &'static [&'static str]) -> impl FnOnce(&mut PoolConfig) {
    move |config| config.sign_in.explicit_auth_flows = flows.iter().map(ToString::to_string).collect()
}

#[tokio::test]
async fn a_pool_that_refuses_plain_passwords_takes_the_proof_of_one() {
    let flows = &["ALLOW_USER_SRP_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"];
    let mut plain = Real::new(only(flows)).await;
    assert_eq!(plain.browser.sign_in(ADA.0, ADA.1).await.problem().1, "provider_misconfigured");
    let srp = |clock: Arc<ManualClock>, entropy: Arc<SeededEntropy>| SignInFlow::Srp { clock, entropy };
    let with_secret = |config: &mut PoolConfig| {
        only(flows)(config);
        config.client_secret = Some(SECRET.to_owned());
    };
    let mut real = Real::with(with_secret, |_| {}, srp).await;
    for (name, password) in [(ADA.0, "Password-2"), ("nobody@example.com", ADA.1)] {
        assert_eq!(real.browser.sign_in(name, password).await.problem(), (401, String::from("wrong_credentials")));
    }
    let answer = real.browser.sign_in(ADA.0, ADA.1).await;
    assert_eq!(answer.json()["user"]["email"], ADA.0, "{}", answer.text);
    real.pool.control().user(ADA.0, UserAction::ForceNewPassword).await.expect("done");
    assert_eq!(asked(&mut real, ADA.1).await["challenge"], "NEW_PASSWORD_REQUIRED");
    let answer = real.browser.answer("NEW_PASSWORD_REQUIRED", json!({ "new_password": "Password-9" })).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
}

#[tokio::test]
async fn a_user_may_choose_between_the_password_and_a_code_by_mail() {
    let choice = |_, _| SignInFlow::Choice;
    let mut real = Real::with(only(&["ALLOW_USER_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]), |_| {}, choice).await;
    let answer = real.browser.sign_in(ADA.0, ADA.1).await;
    assert_eq!(answer.json()["user"]["email"], ADA.0, "{}", answer.text);
    assert_eq!(real.browser.sign_in(ADA.0, "Password-2").await.problem().1, "wrong_credentials");

    let ways = asked(&mut real, "").await;
    assert_eq!(ways["challenge"], "SELECT_CHALLENGE");
    let offered = ways["fields"][0]["choices"].as_array().expect("choices").clone();
    assert!(offered.contains(&json!("PASSWORD")) && offered.contains(&json!("EMAIL_OTP")), "{offered:?}");
    assert!(!offered.contains(&json!("PASSWORD_SRP")) && !offered.contains(&json!("WEB_AUTHN")));
    let told = real.browser.answer("SELECT_CHALLENGE", json!({ "choice": "EMAIL_OTP" })).await.json();
    assert_eq!(told["challenge"], "EMAIL_OTP");
    assert!(told["delivered_to"].as_str().is_some_and(|to| to.contains('*')), "{told}");
    assert_eq!(real.browser.answer("EMAIL_OTP", json!({ "code": "000000" })).await.problem().1, "wrong_code");
    let code = mailed(&real);
    assert_eq!(real.browser.answer("EMAIL_OTP", json!({ "code": code })).await.status, StatusCode::OK);

    asked(&mut real, "").await;
    real.browser.answer("SELECT_CHALLENGE", json!({ "choice": "PASSWORD" })).await;
    let wrong = real.browser.answer("PASSWORD", json!({ "password": "Password-2" })).await;
    assert_eq!(wrong.problem(), (401, String::from("wrong_credentials")));
    asked(&mut real, "").await;
    real.browser.answer("SELECT_CHALLENGE", json!({ "choice": "PASSWORD" })).await;
    assert_eq!(real.browser.answer("PASSWORD", json!({ "password": ADA.1 })).await.status, StatusCode::OK);
}
