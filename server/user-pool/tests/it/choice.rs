//! USER_AUTH: the user chooses how to sign in.

use std::collections::BTreeMap;

use holdfast_user_pool::MfaConfiguration;
use serde_json::{Value, json};

use crate::harness::{Challenged, EMAIL, PASSWORD, TestPool, challenged, outcome, refusal, tokens};
use crate::srp::Client;

const NUMBER: &str = "+15550123456";

async fn open() -> TestPool {
    let pool = TestPool::open();
    let attributes = [("phone_number", NUMBER), ("phone_number_verified", "true")];
    let attributes: BTreeMap<_, _> = attributes.map(|(name, value)| (name.to_owned(), value.to_owned())).into();
    pool.pool.control().set_attributes(EMAIL, attributes).await.unwrap();
    pool
}

async fn begin(pool: &TestPool, name: &str) -> (Challenged, Value) {
    let answer = pool.initiate("USER_AUTH", json!({ "USERNAME": name })).await.unwrap();
    (challenged("SELECT_CHALLENGE", &answer), answer["AvailableChallenges"].clone())
}

async fn prefer(pool: &TestPool, challenge: &str, more: Value) -> Result<Value, (String, String)> {
    let mut parameters = json!({ "USERNAME": EMAIL, "PREFERRED_CHALLENGE": challenge });
    parameters.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    pool.initiate("USER_AUTH", parameters).await
}

async fn choose(pool: &TestPool, answer: Value) -> Result<Value, (String, String)> {
    let (put, _) = begin(pool, EMAIL).await;
    pool.respond("SELECT_CHALLENGE", &put.session, answer).await
}

fn last_code(pool: &TestPool) -> (String, String) {
    let message = pool.pool.control().outbox().pop().unwrap();
    (message.to, message.code)
}

#[tokio::test]
async fn what_a_user_can_choose_from_follows_from_what_the_user_has_and_the_pool_offers() {
    let pool = open().await;
    assert_eq!(begin(&pool, EMAIL).await.1, json!(["PASSWORD", "PASSWORD_SRP", "EMAIL_OTP", "SMS_OTP"]));
    let control = pool.pool.control();
    let mut rules = control.sign_in_rules();
    rules.first_factors = vec!["EMAIL_OTP".to_owned()];
    control.set_sign_in_rules(rules.clone()).unwrap();
    assert_eq!(begin(&pool, EMAIL).await.1, json!(["EMAIL_OTP"]));
    rules.first_factors = vec!["MAGIC".to_owned()];
    assert!(control.set_sign_in_rules(rules).is_err());
    control.reset().await.unwrap();
    assert_eq!(begin(&pool, EMAIL).await.1, json!(["PASSWORD", "PASSWORD_SRP", "EMAIL_OTP"]));

    let mut rules = control.sign_in_rules();
    rules.mfa = MfaConfiguration::On;
    control.set_sign_in_rules(rules.clone()).unwrap();
    assert_eq!(begin(&pool, EMAIL).await.1, json!(["PASSWORD", "PASSWORD_SRP"]), "one code is not two factors");
    rules.explicit_auth_flows = vec!["ALLOW_USER_SRP_AUTH".to_owned()];
    control.set_sign_in_rules(rules).unwrap();
    assert_eq!(
        outcome(pool.initiate("USER_AUTH", json!({ "USERNAME": EMAIL })).await),
        refusal("InvalidParameterException", "USER_AUTH flow not enabled for this client")
    );
}

#[tokio::test]
async fn a_signed_in_user_is_told_which_factors_there_are() {
    let pool = open().await;
    let access = pool.sign_in().await.access;
    let on = json!({ "AccessToken": access, "EmailMfaSettings": { "Enabled": true, "PreferredMfa": true } });
    pool.call("SetUserMFAPreference", on).await.unwrap();
    let factors = pool.call("GetUserAuthFactors", json!({ "AccessToken": access })).await.unwrap();
    assert_eq!(
        factors,
        json!({
            "Username": pool.claims(&access).await["sub"],
            "ConfiguredUserAuthFactors": ["PASSWORD", "EMAIL_OTP", "SMS_OTP"],
            "UserMFASettingList": ["EMAIL_OTP"],
            "PreferredMfaSetting": "EMAIL_OTP",
        })
    );
    let junk = pool.call("GetUserAuthFactors", json!({ "AccessToken": "junk" })).await;
    assert_eq!(outcome(junk), refusal("NotAuthorizedException", "Invalid Access Token"));
}

#[tokio::test]
async fn the_password_comes_with_the_choice_or_after_it() {
    let pool = open().await;
    tokens(&choose(&pool, json!({ "ANSWER": "PASSWORD", "PASSWORD": PASSWORD })).await.unwrap());
    tokens(&prefer(&pool, "PASSWORD", json!({ "PASSWORD": PASSWORD })).await.unwrap());
    let wrong = refusal("NotAuthorizedException", "Incorrect username or password.");
    assert_eq!(outcome(prefer(&pool, "PASSWORD", json!({ "PASSWORD": "Password-2" })).await), wrong);
    assert_eq!(outcome(choose(&pool, json!({ "ANSWER": "PASSWORD", "PASSWORD": "Password-2" })).await), wrong);

    let put = challenged("PASSWORD", &prefer(&pool, "PASSWORD", json!({})).await.unwrap());
    assert_eq!(outcome(pool.respond("PASSWORD", &put.session, json!({ "PASSWORD": "Password-2" })).await), wrong);
    tokens(&pool.respond("PASSWORD", &put.session, json!({ "PASSWORD": PASSWORD })).await.unwrap());
}

#[tokio::test]
async fn a_code_by_mail_or_text_signs_in_without_a_password() {
    let pool = open().await;
    for (challenge, response, to) in [("EMAIL_OTP", "EMAIL_OTP_CODE", EMAIL), ("SMS_OTP", "SMS_OTP_CODE", NUMBER)] {
        let put = challenged(challenge, &choose(&pool, json!({ "ANSWER": challenge })).await.unwrap());
        let (address, code) = last_code(&pool);
        assert_eq!(address, to);
        tokens(&pool.respond(challenge, &put.session, json!({ response: code })).await.unwrap());
        let put = challenged(challenge, &prefer(&pool, challenge, json!({})).await.unwrap());
        let wrong = if last_code(&pool).1 == "000000" { "000001" } else { "000000" };
        assert_eq!(
            outcome(pool.respond(challenge, &put.session, json!({ response: wrong })).await),
            refusal("CodeMismatchException", "Invalid code or auth state for the user.")
        );
        tokens(&pool.respond(challenge, &put.session, json!({ response: last_code(&pool).1 })).await.unwrap());
    }
}

#[tokio::test]
async fn srp_is_a_choice_and_has_a_session_here() {
    let pool = open().await;
    let client = Client::new();
    for answer in [
        prefer(&pool, "PASSWORD_SRP", json!({ "SRP_A": client.srp_a() })).await.unwrap(),
        choose(&pool, json!({ "ANSWER": "PASSWORD_SRP", "SRP_A": client.srp_a() })).await.unwrap(),
    ] {
        let put = challenged("PASSWORD_VERIFIER", &answer);
        let claim = client.claim(&pool, &put.parameters, PASSWORD);
        tokens(&pool.respond("PASSWORD_VERIFIER", &put.session, claim).await.unwrap());
    }
    assert_eq!(
        outcome(choose(&pool, json!({ "ANSWER": "PASSWORD_SRP" })).await),
        refusal("InvalidParameterException", "Missing required parameter SRP_A")
    );
}

#[tokio::test]
async fn a_preference_the_user_does_not_have_leads_to_the_choice_and_such_a_choice_is_refused() {
    let pool = TestPool::open();
    let answer = prefer(&pool, "SMS_OTP", json!({})).await.unwrap();
    let put = challenged("SELECT_CHALLENGE", &answer);
    for wrong in ["SMS_OTP", "WEB_AUTHN", "MAGIC"] {
        let refused = pool.respond("SELECT_CHALLENGE", &put.session, json!({ "ANSWER": wrong })).await;
        assert_eq!(refused.unwrap_err().0, "InvalidParameterException", "{wrong}");
    }
    let answer = json!({ "ANSWER": "PASSWORD", "PASSWORD": PASSWORD });
    tokens(&pool.respond("SELECT_CHALLENGE", &put.session, answer).await.unwrap());
}

#[tokio::test]
async fn who_does_not_exist_is_offered_the_same_and_gets_no_further() {
    let pool = TestPool::open();
    let (_, known) = begin(&pool, EMAIL).await;
    let (put, unknown) = begin(&pool, "nobody@example.com").await;
    assert_eq!(known, unknown);
    let responses = json!({ "USERNAME": "nobody@example.com", "ANSWER": "EMAIL_OTP" });
    let answer = pool.respond("SELECT_CHALLENGE", &put.session, responses).await.unwrap();
    let put = challenged("EMAIL_OTP", &answer);
    assert_eq!(put.parameters["CODE_DELIVERY_DESTINATION"], "n***@e***");
    assert!(pool.pool.control().outbox().is_empty(), "nobody gets no mail");
    let responses = json!({ "USERNAME": "nobody@example.com", "EMAIL_OTP_CODE": "123456" });
    assert_eq!(pool.respond("EMAIL_OTP", &put.session, responses).await.unwrap_err().0, "CodeMismatchException");
}

#[tokio::test]
async fn after_the_password_the_second_factor_is_asked_for_and_codes_alone_are_offered_no_more() {
    let pool = open().await;
    let access = pool.sign_in().await.access;
    let on = json!({ "AccessToken": access, "EmailMfaSettings": { "Enabled": true } });
    pool.call("SetUserMFAPreference", on).await.unwrap();
    assert_eq!(begin(&pool, EMAIL).await.1, json!(["PASSWORD", "PASSWORD_SRP"]));
    let answer = choose(&pool, json!({ "ANSWER": "PASSWORD", "PASSWORD": PASSWORD })).await.unwrap();
    let put = challenged("EMAIL_OTP", &answer);
    tokens(&pool.respond("EMAIL_OTP", &put.session, json!({ "EMAIL_OTP_CODE": last_code(&pool).1 })).await.unwrap());
}
