//! Second factors: how they are set up, asked for and answered.

use std::collections::BTreeMap;

use aws_lc_rs::hmac;
use holdfast_user_pool::MfaConfiguration;
use serde_json::{Value, json};

use crate::harness::{EMAIL, PASSWORD, TestPool, challenged, outcome, refusal, text, tokens};

const NUMBER: &str = "+15550123456";

/// The code of an authenticator app (RFC 6238) at the pool's time, `steps` steps away.
pub(crate) fn code(pool: &TestPool, secret: &str, steps: i64) -> String {
    let secret = data_encoding::BASE32_NOPAD.decode(secret.as_bytes()).unwrap();
    let step = pool.clock_ms().div_euclid(30_000) + steps;
    let key = hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, &secret);
    let tag = hmac::sign(&key, &step.to_be_bytes());
    let offset = usize::from(tag.as_ref()[19] & 0x0f);
    let cut: [u8; 4] = tag.as_ref()[offset..offset + 4].try_into().unwrap();
    format!("{:06}", (u32::from_be_bytes(cut) & 0x7fff_ffff) % 1_000_000)
}

fn last_code(pool: &TestPool) -> (String, String) {
    let message = pool.pool.control().outbox().pop().unwrap();
    assert_eq!(message.kind, "sign_in");
    (message.to, message.code)
}

fn mismatch() -> Result<(), (String, String)> {
    refusal("CodeMismatchException", "Invalid code or auth state for the user.")
}

async fn prefer(pool: &TestPool, settings: Value) -> Result<Value, (String, String)> {
    let mut body = settings;
    body["AccessToken"] = pool.sign_in().await.access.into();
    pool.call("SetUserMFAPreference", body).await
}

async fn with_number() -> TestPool {
    let pool = TestPool::open();
    let attributes = [("phone_number", NUMBER), ("phone_number_verified", "true")];
    let attributes: BTreeMap<_, _> = attributes.map(|(name, value)| (name.to_owned(), value.to_owned())).into();
    pool.pool.control().set_attributes(EMAIL, attributes).await.unwrap();
    pool
}

fn configure(pool: &TestPool, mfa: MfaConfiguration) {
    let mut rules = pool.pool.control().sign_in_rules();
    rules.mfa = mfa;
    pool.pool.control().set_sign_in_rules(rules).unwrap();
}

/// An authenticator app that has shown a code; its secret.
async fn with_app(pool: &TestPool) -> String {
    let access = pool.sign_in().await.access;
    let secret =
        text(&pool.call("AssociateSoftwareToken", json!({ "AccessToken": access })).await.unwrap()["SecretCode"]);
    let verify = json!({ "AccessToken": access, "UserCode": code(pool, &secret, 0), "FriendlyDeviceName": "phone" });
    assert_eq!(pool.call("VerifySoftwareToken", verify).await, Ok(json!({ "Status": "SUCCESS" })));
    pool.advance(60);
    secret
}

#[tokio::test]
async fn an_authenticator_app_is_set_up_proved_and_then_asked_for() {
    let pool = TestPool::open();
    let secret = with_app(&pool).await;
    pool.sign_in().await;
    let on = json!({ "SoftwareTokenMfaSettings": { "Enabled": true, "PreferredMfa": true } });
    assert_eq!(prefer(&pool, on).await, Ok(json!({})));

    let put = pool.challenged("SOFTWARE_TOKEN_MFA").await;
    let respond =
        |code: String| pool.respond("SOFTWARE_TOKEN_MFA", &put.session, json!({ "SOFTWARE_TOKEN_MFA_CODE": code }));
    assert_eq!(
        outcome(respond(code(&pool, &secret, 2)).await),
        refusal("CodeMismatchException", "Invalid code received for user")
    );
    let signed_in = tokens(&respond(code(&pool, &secret, 0)).await.unwrap());
    let user = pool.get_user(&signed_in.access).await.unwrap();
    assert_eq!(user["UserMFASettingList"], json!(["SOFTWARE_TOKEN_MFA"]));
    assert_eq!(user["PreferredMfaSetting"], "SOFTWARE_TOKEN_MFA");

    let off = json!({ "AccessToken": signed_in.access, "SoftwareTokenMfaSettings": { "Enabled": false } });
    pool.call("SetUserMFAPreference", off).await.unwrap();
    let user = pool.get_user(&pool.sign_in().await.access).await.unwrap();
    assert!(user["UserMFASettingList"].is_null() && user["PreferredMfaSetting"].is_null());
}

#[tokio::test]
async fn a_code_of_an_app_is_good_once_and_one_step_around_now() {
    let pool = TestPool::open();
    let secret = with_app(&pool).await;
    prefer(&pool, json!({ "SoftwareTokenMfaSettings": { "Enabled": true } })).await.unwrap();
    for (steps, taken) in [(-2, false), (-1, true), (1, true), (2, false)] {
        let session = pool.challenged("SOFTWARE_TOKEN_MFA").await.session;
        let responses = json!({ "SOFTWARE_TOKEN_MFA_CODE": code(&pool, &secret, steps) });
        assert_eq!(pool.respond("SOFTWARE_TOKEN_MFA", &session, responses).await.is_ok(), taken, "{steps}");
    }
    let session = pool.challenged("SOFTWARE_TOKEN_MFA").await.session;
    let again = |steps| json!({ "SOFTWARE_TOKEN_MFA_CODE": code(&pool, &secret, steps) });
    for steps in [-1, 0, 1] {
        assert_eq!(
            outcome(pool.respond("SOFTWARE_TOKEN_MFA", &session, again(steps)).await),
            refusal("ExpiredCodeException", "Your software token has already been used once."),
            "{steps}: the newest code that was taken is one step ahead"
        );
    }
    pool.advance(60);
    tokens(&pool.respond("SOFTWARE_TOKEN_MFA", &session, again(0)).await.unwrap());
}

#[tokio::test]
async fn setting_up_an_app_is_refused_with_a_wrong_code_without_association_and_where_the_pool_has_no_mfa() {
    let pool = TestPool::open();
    let access = pool.sign_in().await.access;
    let verify = |code: &str| pool.call("VerifySoftwareToken", json!({ "AccessToken": access, "UserCode": code }));
    assert_eq!(verify("123456").await.unwrap_err().0, "SoftwareTokenMFANotFoundException");
    let secret =
        text(&pool.call("AssociateSoftwareToken", json!({ "AccessToken": access })).await.unwrap()["SecretCode"]);
    assert_eq!(
        outcome(verify(&code(&pool, &secret, 5)).await),
        refusal("EnableSoftwareTokenMFAException", "Code mismatch")
    );
    assert!(verify("12345").await.unwrap_err().1.contains("greater than or equal to 6"));
    assert_eq!(
        outcome(prefer(&pool, json!({ "SoftwareTokenMfaSettings": { "Enabled": true } })).await),
        refusal("InvalidParameterException", "User does not have delivery config set to turn on SOFTWARE_TOKEN_MFA"),
        "an app that has shown no code cannot be asked for one"
    );
    configure(&pool, MfaConfiguration::Off);
    assert_eq!(
        outcome(pool.call("AssociateSoftwareToken", json!({ "AccessToken": access })).await),
        refusal("SoftwareTokenMFANotFoundException", "Software Token MFA has not been enabled by the userPool")
    );
    assert_eq!(
        pool.call("AssociateSoftwareToken", json!({})).await.unwrap_err().0,
        "SoftwareTokenMFANotFoundException"
    );
}

#[tokio::test]
async fn codes_are_texted_and_mailed_as_second_factors() {
    let pool = with_number().await;
    for (settings, challenge, response, destination, to) in [
        (
            json!({ "SMSMfaSettings": { "Enabled": true, "PreferredMfa": true } }),
            "SMS_MFA",
            "SMS_MFA_CODE",
            "+*******3456",
            NUMBER,
        ),
        (
            json!({ "SMSMfaSettings": { "Enabled": false }, "EmailMfaSettings": { "Enabled": true, "PreferredMfa": true } }),
            "EMAIL_OTP",
            "EMAIL_OTP_CODE",
            "a***@e***",
            EMAIL,
        ),
    ] {
        let body = json!({ "USERNAME": EMAIL, "PASSWORD": PASSWORD });
        let access = match pool.initiate("USER_PASSWORD_AUTH", body).await.unwrap() {
            answer if answer["ChallengeName"].is_null() => tokens(&answer).access,
            answer => {
                let session = challenged("SMS_MFA", &answer).session;
                let responses = json!({ "SMS_MFA_CODE": last_code(&pool).1 });
                tokens(&pool.respond("SMS_MFA", &session, responses).await.unwrap()).access
            }
        };
        let mut settings = settings;
        settings["AccessToken"] = access.into();
        pool.call("SetUserMFAPreference", settings).await.unwrap();

        let put = pool.challenged(challenge).await;
        assert_eq!(put.parameters["CODE_DELIVERY_DESTINATION"], destination);
        let (address, code) = last_code(&pool);
        assert_eq!(address, to);
        let wrong = if code == "000000" { "000001" } else { "000000" };
        for _ in 0..6 {
            assert_eq!(outcome(pool.respond(challenge, &put.session, json!({ response: wrong })).await), mismatch());
        }
        tokens(&pool.respond(challenge, &put.session, json!({ response: code })).await.unwrap());
        assert_eq!(
            outcome(pool.respond(challenge, &put.session, json!({ response: code })).await),
            refusal("NotAuthorizedException", "Invalid session for the user.")
        );
    }
}

#[tokio::test]
async fn who_has_several_factors_and_prefers_none_chooses() {
    let pool = with_number().await;
    let secret = with_app(&pool).await;
    let all = json!({
        "SMSMfaSettings": { "Enabled": true },
        "SoftwareTokenMfaSettings": { "Enabled": true },
        "EmailMfaSettings": { "Enabled": true },
    });
    prefer(&pool, all).await.unwrap();
    let put = pool.challenged("SELECT_MFA_TYPE").await;
    let offered: Value = serde_json::from_str(put.parameters["MFAS_CAN_CHOOSE"].as_str().unwrap()).unwrap();
    assert_eq!(offered, json!(["SMS_MFA", "EMAIL_OTP", "SOFTWARE_TOKEN_MFA"]));
    let wrong = pool.respond("SELECT_MFA_TYPE", &put.session, json!({ "ANSWER": "MAGIC" })).await;
    assert_eq!(wrong.unwrap_err().0, "InvalidParameterException");
    let answer = pool.respond("SELECT_MFA_TYPE", &put.session, json!({ "ANSWER": "SOFTWARE_TOKEN_MFA" })).await;
    let chosen = challenged("SOFTWARE_TOKEN_MFA", &answer.unwrap());
    assert_ne!(chosen.session, put.session);
    let responses = json!({ "SOFTWARE_TOKEN_MFA_CODE": code(&pool, &secret, 0) });
    let access = tokens(&pool.respond("SOFTWARE_TOKEN_MFA", &chosen.session, responses).await.unwrap()).access;

    for (answer, challenge) in [("SMS_MFA", "SMS_MFA"), ("EMAIL_MFA", "EMAIL_OTP"), ("EMAIL_OTP", "EMAIL_OTP")] {
        let session = pool.challenged("SELECT_MFA_TYPE").await.session;
        let chosen = pool.respond("SELECT_MFA_TYPE", &session, json!({ "ANSWER": answer })).await;
        challenged(challenge, &chosen.unwrap());
    }
    let preferred = json!({ "AccessToken": access, "EmailMfaSettings": { "Enabled": true, "PreferredMfa": true } });
    pool.call("SetUserMFAPreference", preferred).await.unwrap();
    pool.challenged("EMAIL_OTP").await;
}

#[tokio::test]
async fn preferences_that_cannot_be_are_refused_and_change_nothing() {
    let pool = TestPool::open();
    for (settings, problem) in [
        (json!({ "SMSMfaSettings": { "Enabled": true } }), "User does not have delivery config set to turn on SMS_MFA"),
        (json!({ "EmailMfaSettings": { "PreferredMfa": true } }), "An MFA method must be enabled to be preferred."),
        (
            json!({
                "EmailMfaSettings": { "Enabled": true, "PreferredMfa": true },
                "SMSMfaSettings": { "Enabled": true, "PreferredMfa": true },
            }),
            "Only one MFA method can be preferred.",
        ),
    ] {
        assert_eq!(outcome(prefer(&pool, settings).await), refusal("InvalidParameterException", problem));
    }
    let wrong = prefer(&pool, json!({ "EmailMfaSettings": { "Enabled": "yes" } })).await.unwrap_err();
    assert_eq!(wrong.0, "SerializationException");
    pool.sign_in().await;
}

#[tokio::test]
async fn where_mfa_is_on_who_has_none_sets_up_an_app_to_get_in() {
    let pool = TestPool::with(|config| config.sign_in.mfa = MfaConfiguration::On);
    let put = pool.challenged("MFA_SETUP").await;
    assert_eq!(put.parameters["MFAS_CAN_SETUP"], "[\"SOFTWARE_TOKEN_MFA\"]");
    assert_eq!(
        outcome(pool.respond("MFA_SETUP", &put.session, json!({})).await).unwrap_err().0,
        "InvalidParameterException",
        "an app comes first"
    );
    let associated = pool.call("AssociateSoftwareToken", json!({ "Session": put.session })).await.unwrap();
    let (secret, session) = (text(&associated["SecretCode"]), text(&associated["Session"]));
    assert_eq!(
        outcome(pool.call("AssociateSoftwareToken", json!({ "Session": put.session })).await),
        refusal("NotAuthorizedException", "Invalid session for the user.")
    );
    let verify = |code: String| pool.call("VerifySoftwareToken", json!({ "Session": session, "UserCode": code }));
    assert_eq!(
        outcome(verify(code(&pool, &secret, 5)).await),
        refusal("EnableSoftwareTokenMFAException", "Code mismatch")
    );
    let verified = verify(code(&pool, &secret, 0)).await.unwrap();
    assert_eq!(verified["Status"], "SUCCESS");
    let session = text(&verified["Session"]);
    let signed_in = tokens(&pool.respond("MFA_SETUP", &session, json!({})).await.unwrap());
    assert_eq!(pool.get_user(&signed_in.access).await.unwrap()["PreferredMfaSetting"], "SOFTWARE_TOKEN_MFA");

    let session = pool.challenged("SOFTWARE_TOKEN_MFA").await.session;
    let respond = |steps| json!({ "SOFTWARE_TOKEN_MFA_CODE": code(&pool, &secret, steps) });
    assert_eq!(
        outcome(pool.respond("SOFTWARE_TOKEN_MFA", &session, respond(0)).await).unwrap_err().0,
        "ExpiredCodeException",
        "the code that proved the app is spent"
    );
    tokens(&pool.respond("SOFTWARE_TOKEN_MFA", &session, respond(1)).await.unwrap());
    configure(&pool, MfaConfiguration::Off);
    pool.sign_in().await;
}

#[tokio::test]
async fn a_new_password_and_a_second_factor_follow_each_other() {
    use holdfast_user_pool::control::UserAction;
    let pool = TestPool::with(|config| config.sign_in.mfa = MfaConfiguration::On);
    pool.pool.control().user(EMAIL, UserAction::ForceNewPassword).await.unwrap();
    let session = pool.challenged("NEW_PASSWORD_REQUIRED").await.session;
    let answer = pool.respond("NEW_PASSWORD_REQUIRED", &session, json!({ "NEW_PASSWORD": "Another-Password-1" })).await;
    challenged("MFA_SETUP", &answer.unwrap());
}
