//! An authenticator app as the second factor, against the embedded pool: set up, asked for, and on the way of a late text.

use std::time::Duration;

use aws_lc_rs::hmac;
use holdfast::clock::Clock as _;
use holdfast_user_pool::MfaConfiguration;
use holdfast_user_pool::control::UserAction;
use serde_json::json;

use crate::harness::{ADA, TestApp};
use crate::sign_in_challenges::{answer, asked};

/// RFC 6238 with SHA-1, six digits and thirty seconds: what an authenticator app shows at this moment.
pub(crate) fn one_time_code(app: &TestApp, secret: &str) -> String {
    const ALPHABET: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    let bits: String =
        secret.chars().map(|digit| format!("{:05b}", ALPHABET.find(digit).expect("a digit of base32"))).collect();
    let key: Vec<u8> = bits
        .as_bytes()
        .chunks_exact(8)
        .map(|byte| u8::from_str_radix(std::str::from_utf8(byte).expect("ASCII"), 2).expect("bits"))
        .collect();
    let counter = u64::try_from(app.clock.now_ms() / 30_000).expect("after 1970");
    let key = hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, &key);
    let tag = hmac::sign(&key, &counter.to_be_bytes());
    let tag = tag.as_ref();
    let at = usize::from(tag[19] & 15);
    let number = u32::from_be_bytes(tag[at..at + 4].try_into().expect("four bytes")) & 0x7fff_ffff;
    format!("{:06}", number % 1_000_000)
}

pub(crate) fn mfa(app: &TestApp, mfa: MfaConfiguration) {
    let mut rules = app.pool().sign_in_rules();
    rules.mfa = mfa;
    app.pool().set_sign_in_rules(rules).expect("rules");
}

/// The secret out of the page's own words.
pub(crate) fn key_in(page: &str) -> String {
    let key = page.split("<code>").nth(1).and_then(|rest| rest.split("</code>").next()).expect("the key");
    key.replace(' ', "")
}

#[tokio::test]
async fn an_authenticator_app_is_set_up_and_asked_for_from_then_on() {
    let app = TestApp::start().await;
    mfa(&app, MfaConfiguration::On);
    let browser = app.browser();
    let challenge = asked(&browser, ADA).await;
    assert_eq!(challenge["challenge"], "MFA_SETUP");
    let secret = challenge["setup"]["secret"].as_str().expect("a secret").to_owned();
    let wrong = answer(&browser, &challenge, json!({ "code": "000000" })).await;
    assert_eq!((wrong.status, wrong.code().as_str()), (400, "wrong_code"));
    let done = answer(&browser, &challenge, json!({ "code": one_time_code(&app, &secret) })).await;
    assert_eq!(done.status, 200, "{done:?}");
    assert_eq!(browser.get("/api/documents").await.status, 200);

    app.advance(Duration::from_secs(30));
    let again = app.browser();
    let challenge = asked(&again, ADA).await;
    assert_eq!(challenge["challenge"], "SOFTWARE_TOKEN_MFA");
    assert_eq!(answer(&again, &challenge, json!({ "code": "000000" })).await.code(), "wrong_code");
    let done = answer(&again, &challenge, json!({ "code": one_time_code(&app, &secret) })).await;
    assert_eq!(done.json()["user"]["email"], ADA.0, "{done:?}");
}

/// C13, WCAG techniques G105 and G181: the text of a late form is in every form on the way, and saved at its end.
#[tokio::test]
async fn c13_a_late_form_survives_a_new_password_and_the_setting_up_of_an_app() {
    let app = TestApp::start().await;
    let ada = app.signed_in(ADA).await;
    let id = ada.new_document("").await;
    mfa(&app, MfaConfiguration::On);
    app.pool().user(ADA.0, UserAction::ForceNewPassword).await.expect("done");
    app.advance(Duration::from_secs(48 * 3600));
    let (path, text) = (format!("/documents/{id}"), "late\r\n\"words\" 😀");
    let carried = ada.form(&path, &[("head", "0"), ("title", "Late"), ("text", text), ("action", "save")]).await;
    assert_eq!(carried.status, 401, "{carried:?}");
    let with = |own: &[(&'static str, String)]| {
        let mut fields = vec![
            ("email", ADA.0.to_owned()),
            ("next", path.clone()),
            ("document", id.clone()),
            ("head", "0".to_owned()),
            ("title", "Late".to_owned()),
            ("text", text.to_owned()),
        ];
        fields.extend_from_slice(own);
        fields
    };
    let post = async |path: &str, fields: Vec<(&'static str, String)>| {
        let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
        ada.form(path, &fields).await
    };
    let step = post("/sign-in", with(&[("password", ADA.1.to_owned())])).await;
    assert!(step.text().contains("name=\"challenge\" value=\"NEW_PASSWORD_REQUIRED\""), "{}", step.text());
    assert!(step.text().contains("name=\"text\""));
    let mine = |challenge: &str, field: &'static str, value: String| {
        with(&[("challenge", challenge.to_owned()), (field, value)])
    };
    let answer = mine("NEW_PASSWORD_REQUIRED", "answer.new_password", "short".to_owned());
    let weak = post("/sign-in/challenge", answer).await;
    assert_eq!(weak.status, 400);
    assert!(weak.text().contains("role=\"alert\"") && weak.text().contains("name=\"text\""), "{}", weak.text());
    let answer = mine("NEW_PASSWORD_REQUIRED", "answer.new_password", "Password-9!".to_owned());
    let step = post("/sign-in/challenge", answer).await.text();
    assert!(step.contains("name=\"challenge\" value=\"MFA_SETUP\"") && step.contains("<svg "), "{step}");
    assert!(step.contains("name=\"text\""));
    let code = one_time_code(&app, &key_in(&step));
    let done = post("/sign-in/challenge", mine("MFA_SETUP", "answer.code", code)).await;
    assert_eq!((done.status, done.header("location")), (303, Some(path.as_str())), "{done:?}");
    assert_eq!(ada.draft(&id).await["text"], "late\n\"words\" 😀");
}
