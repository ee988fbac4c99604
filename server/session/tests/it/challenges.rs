//! What the pool asks between the password and the session: every question, every answer, and what ends it.

use axum::http::StatusCode;
use axum::http::header::SET_COOKIE;
use holdfast::wire::ChallengeName;
use holdfast_session::provider::{Challenge, ProviderError};
use secrecy::SecretString;
use serde_json::{Value, json};

use crate::support::{Answered, App, Browser, MINUTE, Next};

fn challenge(name: ChallengeName, session: &str) -> Challenge {
    Challenge::new(name, "uuid-of-ada", Some(SecretString::from(session)))
}

fn code_asked(session: &str) -> Challenge {
    Challenge { delivered_to: Some("a***@e***".into()), ..challenge(ChallengeName::EmailOtp, session) }
}

fn script(app: &App, steps: impl IntoIterator<Item = Next>) {
    app.pool.state().steps.extend(steps);
}

/// A browser that has given the password and is asked for a code.
async fn asked_for_a_code(app: &App) -> Browser {
    script(app, [Next::Ask(code_asked("SESSION-1"))]);
    let mut browser = app.browser();
    let answer = browser.sign_in("ada@example.com", "Password-1").await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
    browser
}

fn answered(session: &str, answer: &str) -> Answered {
    Answered { username: "uuid-of-ada".into(), session: session.into(), answer: answer.into() }
}

#[tokio::test]
async fn a_code_is_asked_for_and_its_answer_signs_in() {
    let app = App::new();
    script(&app, [Next::Ask(code_asked("SESSION-1")), Next::In]);
    let mut browser = app.browser();
    let asked = browser.sign_in("ada@example.com", "Password-1").await;
    assert_eq!(
        asked.json(),
        json!({
            "challenge": "EMAIL_OTP", "fields": [{ "name": "code", "kind": "code", "choices": [] }],
            "delivered_to": "a***@e***", "setup": null, "passkey": null, "expires_in_ms": 3 * MINUTE,
        })
    );
    assert_eq!((browser.cookie.clone(), browser.steps.len()), (None, 1));
    assert!(!format!("{}{:?}", asked.text, asked.headers).contains("SESSION-1"), "Cognito's session is sealed");
    let cookie = asked.headers[SET_COOKIE].to_str().expect("ASCII");
    for attribute in ["holdfast-step=v1.k1.", "; HttpOnly", "; SameSite=Strict", "; Path=/", "; Max-Age=181"] {
        assert!(cookie.contains(attribute), "{cookie}");
    }
    let signed_in = browser.answer("EMAIL_OTP", json!({ "code": " 123 456 " })).await;
    assert_eq!(signed_in.json()["user"]["sub"], "ada");
    assert_eq!(app.pool.state().answered, [answered("SESSION-1", "123456")], "under the name that the pool told");
    assert!(browser.cookie.is_some() && browser.steps.is_empty(), "the step is over");
    assert_eq!(browser.get("/work").await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_code_that_was_mistyped_may_be_typed_again() {
    let app = App::new();
    let mut browser = asked_for_a_code(&app).await;
    for (error, status, code) in [
        (ProviderError::CodeMismatch, 400, "wrong_code"),
        (ProviderError::InvalidInput, 422, "invalid"),
        (ProviderError::LimitExceeded, 429, "too_many_requests"),
        (ProviderError::Throttled, 429, "too_many_requests"),
        (ProviderError::unavailable("timed out"), 503, "provider_unavailable"),
    ] {
        script(&app, [Next::Fails(error)]);
        let answer = browser.answer("EMAIL_OTP", json!({ "code": "000000" })).await;
        assert_eq!(answer.problem(), (status, code.to_owned()));
        assert_eq!(browser.steps.len(), 1, "{code}: the step stays");
    }
    script(&app, [Next::In]);
    assert_eq!(browser.answer("EMAIL_OTP", json!({ "code": "123456" })).await.status, StatusCode::OK);
}

#[tokio::test]
async fn what_ends_a_step_leads_back_to_the_sign_in_with_a_reason() {
    for (error, code) in [
        (ProviderError::ChallengeExpired, "challenge_expired"),
        (ProviderError::WrongCredentials, "wrong_credentials"),
        (ProviderError::PasswordResetRequired, "password_reset"),
    ] {
        let app = App::new();
        let mut browser = asked_for_a_code(&app).await;
        script(&app, [Next::Fails(error)]);
        let answer = browser.answer("EMAIL_OTP", json!({ "code": "123456" })).await;
        assert_eq!(answer.problem(), (401, code.to_owned()));
        assert!(browser.steps.is_empty(), "{code}");
        let again = browser.answer("EMAIL_OTP", json!({ "code": "123456" })).await;
        assert_eq!(again.problem(), (401, String::from("challenge_expired")));
    }
}

#[tokio::test]
async fn a_step_runs_out_after_three_minutes_and_the_pool_is_not_even_asked() {
    let app = App::new();
    let mut browser = asked_for_a_code(&app).await;
    app.advance(3 * MINUTE - 1);
    script(&app, [Next::Fails(ProviderError::CodeMismatch)]);
    assert_eq!(browser.answer("EMAIL_OTP", json!({ "code": "1" })).await.problem().1, "wrong_code");
    app.advance(1);
    assert_eq!(browser.answer("EMAIL_OTP", json!({ "code": "1" })).await.problem().1, "challenge_expired");
    assert!(browser.steps.is_empty());
    assert_eq!(app.pool.state().answered.len(), 1);
}

#[tokio::test]
async fn every_step_has_three_minutes_of_its_own_and_a_session_of_its_own() {
    let app = App::new();
    let mut browser = asked_for_a_code(&app).await;
    let choose = Challenge {
        choices: vec!["SMS_MFA".into(), "SOFTWARE_TOKEN_MFA".into()],
        ..challenge(ChallengeName::SelectMfaType, "SESSION-2")
    };
    app.advance(2 * MINUTE);
    script(&app, [Next::Ask(choose), Next::Ask(challenge(ChallengeName::SoftwareTokenMfa, "SESSION-3")), Next::In]);
    let asked = browser.answer("EMAIL_OTP", json!({ "code": "1" })).await.json();
    assert_eq!(asked["expires_in_ms"], 3 * MINUTE);
    let choice = json!([{ "name": "choice", "kind": "choice", "choices": ["SMS_MFA", "SOFTWARE_TOKEN_MFA"] }]);
    assert_eq!(asked["fields"], choice);
    app.advance(2 * MINUTE);
    let other = browser.answer("SELECT_MFA_TYPE", json!({ "choice": "EMAIL_OTP" })).await;
    assert_eq!(other.problem(), (422, String::from("invalid")), "only what was offered");
    browser.answer("SELECT_MFA_TYPE", json!({ "choice": "SOFTWARE_TOKEN_MFA" })).await;
    app.advance(2 * MINUTE);
    assert_eq!(browser.answer("SOFTWARE_TOKEN_MFA", json!({ "code": "7" })).await.status, StatusCode::OK);
    let expected =
        [answered("SESSION-1", "1"), answered("SESSION-2", "SOFTWARE_TOKEN_MFA"), answered("SESSION-3", "7")];
    assert_eq!(app.pool.state().answered, expected);
}

#[tokio::test]
async fn a_new_password_brings_the_attributes_that_are_missing() {
    let app = App::new();
    let asked = Challenge {
        required_attributes: vec!["name".into(), "phone_number".into()],
        ..challenge(ChallengeName::NewPasswordRequired, "SESSION-1")
    };
    script(&app, [Next::Ask(asked)]);
    let mut browser = app.browser();
    let told = browser.sign_in("ada@example.com", "Temporary-1").await.json();
    let field = |name, kind| json!({ "name": name, "kind": kind, "choices": [] });
    let fields = json!([field("new_password", "new_password"), field("name", "text"), field("phone_number", "phone")]);
    assert_eq!(told["fields"], fields);
    let missing = browser.answer("NEW_PASSWORD_REQUIRED", json!({ "new_password": "Password-9", "name": "Ada" })).await;
    assert_eq!(missing.problem(), (422, String::from("invalid")));
    let more =
        json!({ "new_password": "Password-9", "name": "Ada", "phone_number": "+49151", "email": "eve@example.com" });
    assert_eq!(browser.answer("NEW_PASSWORD_REQUIRED", more).await.problem(), (422, String::from("invalid")));
    assert!(app.pool.state().answered.is_empty(), "what does not fit is not sent");
    let answers = json!({ "new_password": "weak", "name": "Ada", "phone_number": "+49151" });
    script(&app, [Next::Fails(ProviderError::InvalidPassword), Next::In]);
    let weak = browser.answer("NEW_PASSWORD_REQUIRED", answers.clone()).await;
    assert_eq!(weak.problem(), (400, String::from("weak_password")));
    assert_eq!(browser.answer("NEW_PASSWORD_REQUIRED", answers).await.status, StatusCode::OK);
    let sent = r#"weak [("name", "Ada"), ("phone_number", "+49151")]"#;
    assert_eq!(app.pool.state().answered[1], answered("SESSION-1", sent));
}

#[tokio::test]
async fn an_authenticator_app_is_set_up_with_a_picture_that_this_server_draws() {
    let app = App::new();
    let asked = Challenge {
        setup_secret: Some(SecretString::from("JBSWY3DPEHPK3PXP")),
        ..challenge(ChallengeName::MfaSetup, "SESSION-1")
    };
    script(&app, [Next::Ask(asked), Next::Fails(ProviderError::CodeMismatch), Next::In]);
    let mut browser = app.browser();
    let told = browser.sign_in("ada@example.com", "Password-1").await.json();
    assert_eq!(told["setup"]["secret"], "JBSWY3DPEHPK3PXP");
    let uri = "otpauth://totp/Holdfast:ada%40example.com?secret=JBSWY3DPEHPK3PXP&issuer=Holdfast";
    assert_eq!(told["setup"]["uri"], uri);
    assert!(told["setup"]["qr_svg"].as_str().is_some_and(|svg| svg.starts_with("<svg ")));
    assert_eq!(browser.answer("MFA_SETUP", json!({ "code": "1" })).await.problem().1, "wrong_code");
    assert_eq!(browser.answer("MFA_SETUP", json!({ "code": "2" })).await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_sign_in_without_a_password_chooses_its_way_in() {
    let app = App::new();
    let mut browser = app.browser();
    assert_eq!(browser.sign_in("ada@example.com", "").await.problem(), (422, String::from("invalid")));
    app.pool.state().offers_choices = true;
    let ways = || Challenge {
        choices: vec!["PASSWORD".into(), "EMAIL_OTP".into()],
        ..challenge(ChallengeName::SelectChallenge, "SESSION-1")
    };
    script(&app, [Next::Ask(ways())]);
    let told = browser.sign_in("ada@example.com", "").await.json();
    assert_eq!(told["challenge"], "SELECT_CHALLENGE");
    // Cognito takes the password together with the choice of it.
    app.advance(MINUTE);
    let told = browser.answer("SELECT_CHALLENGE", json!({ "choice": "PASSWORD" })).await.json();
    assert_eq!(told["fields"], json!([{ "name": "password", "kind": "password", "choices": [] }]));
    assert_eq!(told["expires_in_ms"], 2 * MINUTE, "it is the same step at the pool");
    assert!(app.pool.state().answered.is_empty());
    script(&app, [Next::In]);
    assert_eq!(browser.answer("PASSWORD", json!({ "password": "Password-1" })).await.status, StatusCode::OK);
    script(&app, [Next::Ask(ways()), Next::Ask(code_asked("SESSION-2")), Next::In]);
    browser.sign_in("ada@example.com", "").await;
    let told = browser.answer("SELECT_CHALLENGE", json!({ "choice": "EMAIL_OTP" })).await.json();
    assert_eq!((&told["challenge"], &told["delivered_to"]), (&json!("EMAIL_OTP"), &json!("a***@e***")));
    assert_eq!(browser.answer("EMAIL_OTP", json!({ "code": "1" })).await.status, StatusCode::OK);
    let expected =
        [answered("SESSION-1", "Password-1"), answered("SESSION-1", "EMAIL_OTP"), answered("SESSION-2", "1")];
    assert_eq!(app.pool.state().answered, expected);
}

#[tokio::test]
async fn an_answer_to_another_question_than_the_one_that_is_open_goes_nowhere() {
    let app = App::new();
    let mut browser = asked_for_a_code(&app).await;
    let other = browser.answer("SMS_MFA", json!({ "code": "1" })).await;
    assert_eq!(other.problem(), (401, String::from("challenge_expired")));
    assert!(app.pool.state().answered.is_empty());
    let mut stranger = app.browser();
    assert_eq!(stranger.answer("EMAIL_OTP", json!({ "code": "1" })).await.problem().1, "challenge_expired");
}

#[tokio::test]
async fn a_step_that_this_server_has_not_sealed_is_none() {
    let app = App::new();
    let browser = asked_for_a_code(&app).await;
    let good = browser.steps[0].clone();
    let (name, sealed) = good.split_once('=').expect("a pair");
    let flipped = sealed.replace(&sealed[20..21], if &sealed[20..21] == "A" { "B" } else { "A" });
    let another_key = App::with(|config| config.app_name = String::from("another"));
    for forged in [flipped, String::from("v1.k1.AAAA.AAAA"), String::from("SESSION-1"), sealed[..40].to_owned()] {
        let mut browser = app.browser();
        browser.steps = vec![format!("{name}={forged}")];
        let answer = browser.answer("EMAIL_OTP", json!({ "code": "1" })).await;
        assert_eq!(answer.problem(), (401, String::from("challenge_expired")), "{forged}");
    }
    // Any process on the same keys goes on with it: nothing of it is in this one's memory.
    script(&another_key, [Next::In]);
    let mut elsewhere = another_key.browser();
    elsewhere.steps = vec![good];
    assert_eq!(elsewhere.answer("EMAIL_OTP", json!({ "code": "1" })).await.status, StatusCode::OK);
}

#[tokio::test]
async fn the_longest_session_that_cognito_may_send_fits() {
    let app = App::new();
    let long = "s".repeat(4096);
    let asked = Challenge { setup_secret: Some("A".repeat(52).into()), ..challenge(ChallengeName::MfaSetup, &long) };
    script(&app, [Next::Ask(asked), Next::In]);
    let mut browser = app.browser();
    let answer = browser.sign_in("ada@example.com", "Password-1").await;
    assert!(browser.steps.len() > 1);
    for cookie in answer.headers.get_all(SET_COOKIE) {
        assert!(cookie.len() <= 4096, "a browser keeps no more: {}", cookie.len());
    }
    assert_eq!(browser.answer("MFA_SETUP", json!({ "code": "1" })).await.status, StatusCode::OK);
    assert_eq!(app.pool.state().answered, [answered(&long, "1")]);
    assert!(browser.steps.is_empty(), "all parts are gone");
}

// C8
#[tokio::test]
async fn a_session_goes_on_until_the_last_step_of_the_next_sign_in_and_is_dead_then() {
    let app = App::new();
    let mut browser = app.signed_in().await;
    let old = browser.cookie.clone();
    script(&app, [Next::Ask(code_asked("SESSION-1")), Next::In]);
    browser.sign_in("ada@example.com", "Password-1").await;
    assert_eq!(browser.get("/work").await.status, StatusCode::OK, "a step is not a sign-in");
    browser.answer("EMAIL_OTP", json!({ "code": "1" })).await;
    assert_ne!(browser.cookie, old);
    let mut stale = app.browser();
    stale.cookie = old;
    assert_eq!(stale.get("/work").await.problem(), (401, String::from("replaced")));
}

#[tokio::test]
async fn what_is_not_the_json_of_an_answer_is_refused() {
    let app = App::new();
    let mut browser = asked_for_a_code(&app).await;
    for (body, status, code) in [
        (json!({}), 400, "malformed"),
        (json!({ "challenge": "MAGIC", "answers": {} }), 400, "malformed"),
        (json!({ "challenge": "EMAIL_OTP", "answers": { "code": 1 } }), 400, "malformed"),
        (json!({ "challenge": "EMAIL_OTP", "answers": {}, "username": "bob" }), 400, "malformed"),
        (json!({ "challenge": "EMAIL_OTP", "answers": {} }), 422, "invalid"),
        (json!({ "challenge": "EMAIL_OTP", "answers": { "code": "" } }), 422, "invalid"),
        (json!({ "challenge": "EMAIL_OTP", "answers": { "code": " " } }), 422, "invalid"),
        (json!({ "challenge": "EMAIL_OTP", "answers": { "code": "1".repeat(65) } }), 422, "invalid"),
        (Value::Null, 400, "malformed"),
    ] {
        let answer = browser.post("/api/session/challenge", &body).await;
        assert_eq!(answer.problem(), (status, code.to_owned()), "{body}");
        assert_eq!(browser.steps.len(), 1);
    }
    assert!(app.pool.state().answered.is_empty());
}
