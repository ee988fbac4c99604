//! Second factors of one's own account, against the embedded pool: by the API, and by the page's plain forms.

use std::time::Duration;

use holdfast_user_pool::MfaConfiguration;
use holdfast_user_pool::control::{Fault, FaultKind};
use serde_json::{Value, json};

use crate::authenticator::{key_in, mfa, one_time_code};
use crate::harness::{ADA, Answer, BOB, Browser, TestApp};
use crate::sign_in_challenges::{answer, asked};

const APP: &str = "SOFTWARE_TOKEN_MFA";
const MAIL: &str = "EMAIL_OTP";

async fn set(browser: &Browser, factor: &str, enabled: bool, preferred: bool) -> Answer {
    let body = json!({"factor": factor, "enabled": enabled, "preferred": preferred});
    browser.post("/api/account/second-factors", &body).await
}

async fn factors(browser: &Browser) -> (Value, Value) {
    let account = browser.get("/api/account").await.json();
    (account["second_factors"].clone(), account["preferred_factor"].clone())
}

async fn set_up(app: &TestApp, browser: &Browser) -> String {
    let answer = browser.post("/api/account/authenticator", &json!({})).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    let secret = answer.json()["secret"].as_str().expect("a secret").to_owned();
    let code = json!({"code": one_time_code(app, &secret)});
    assert_eq!(browser.post("/api/account/authenticator/verify", &code).await.status, 204);
    secret
}

fn leads_to(answer: &Answer, path: &str) {
    assert_eq!((answer.status, answer.header("location")), (303, Some(path)), "{}", answer.text());
}

/// S1: the access token authorizes what concerns the second factor, and nothing else goes there.
#[tokio::test]
async fn s1_an_app_is_set_up_asked_for_and_switched_off_with_the_access_token() {
    let app = TestApp::start().await;
    let ada = app.signed_in(ADA).await;
    assert_eq!(factors(&ada).await, (json!([]), Value::Null));
    let secret = set_up(&app, &ada).await;
    assert_eq!(factors(&ada).await, (json!([APP]), json!(APP)));
    assert_eq!(ada.get("/api/session").await.status, 200, "no session ends by it");

    app.advance(Duration::from_secs(30));
    let again = app.browser();
    let challenge = asked(&again, ADA).await;
    assert_eq!(challenge["challenge"], APP);
    let done = answer(&again, &challenge, json!({ "code": one_time_code(&app, &secret) })).await;
    assert_eq!(done.status, 200, "{done:?}");

    assert_eq!(set(&ada, APP, false, false).await.status, 204);
    assert_eq!(factors(&ada).await, (json!([]), Value::Null));
    app.signed_in(ADA).await;
    let calls = app.pool().calls();
    for operation in ["AssociateSoftwareToken", "VerifySoftwareToken", "SetUserMFAPreference"] {
        let mut of_it = calls.iter().filter(|call| call.operation == operation).peekable();
        assert!(of_it.peek().is_some(), "{operation} was asked for");
        assert!(of_it.all(|call| call.carries == Some("access")), "{operation}");
    }
}

#[tokio::test]
async fn one_of_two_is_asked_for_first_and_what_cannot_be_had_is_refused() {
    let app = TestApp::start().await;
    let ada = app.signed_in(ADA).await;
    let no_app = set(&ada, APP, true, true).await;
    assert_eq!((no_app.status, no_app.code().as_str()), (422, "invalid"));
    let no_number = set(&ada, "SMS_MFA", true, false).await;
    assert_eq!((no_number.status, no_number.code().as_str()), (422, "invalid"));
    let asked_for = app.pool().count("SetUserMFAPreference");
    assert_eq!(set(&ada, MAIL, false, true).await.code(), "invalid", "what is off cannot come first");
    assert_eq!(app.pool().count("SetUserMFAPreference"), asked_for, "and nobody has to be asked about that");

    set_up(&app, &ada).await;
    assert_eq!(set(&ada, MAIL, true, true).await.status, 204);
    let (on, first) = factors(&ada).await;
    assert_eq!((on.as_array().map(Vec::len), first), (Some(2), json!(MAIL)));
    assert_eq!(asked(&app.browser(), ADA).await["challenge"], MAIL);
}

/// S3, A2: like everything else it refreshes on demand, once.
#[tokio::test]
async fn setting_up_an_app_refreshes_where_that_is_due() {
    let app = TestApp::start().await;
    let ada = app.signed_in(ADA).await;
    app.advance(Duration::from_secs(2 * 3600));
    set_up(&app, &ada).await;
    assert_eq!(app.refreshes(), 1);
}

#[tokio::test]
async fn wrong_codes_are_counted_and_right_ones_are_not() {
    let app = TestApp::start().await;
    let ada = app.signed_in(ADA).await;
    for _ in 0..8 {
        set_up(&app, &ada).await;
    }
    ada.post("/api/account/authenticator", &json!({})).await;
    let mut codes = Vec::new();
    for _ in 0..6 {
        codes.push(ada.post("/api/account/authenticator/verify", &json!({"code": "000000"})).await.code());
    }
    assert_eq!(codes, ["wrong_code", "wrong_code", "wrong_code", "wrong_code", "wrong_code", "too_many_requests"]);
}

#[tokio::test]
async fn where_the_pool_has_no_second_factors_that_is_said() {
    let app = TestApp::start().await;
    mfa(&app, MfaConfiguration::Off);
    let ada = app.signed_in(ADA).await;
    let refused = ada.post("/api/account/authenticator", &json!({})).await;
    assert_eq!((refused.status, refused.code().as_str()), (422, "not_offered"));
    let page = ada.form("/account/authenticator", &[]).await;
    assert_eq!(page.status, 422);
    assert!(page.text().contains("That is not offered here."), "{}", page.text());
}

/// The page's way: the secret is in the page and in the sealed cookie, and in no address.
#[tokio::test]
async fn without_scripts_an_app_is_set_up_a_wrong_code_shows_the_same_key_and_it_is_switched_off() {
    let app = TestApp::start().await;
    let ada = app.signed_in(ADA).await;
    leads_to(&ada.get("/account/authenticator").await, "/account");
    let begun = ada.form("/account/authenticator", &[]).await;
    leads_to(&begun, "/account/authenticator");
    let page = ada.get("/account/authenticator").await;
    assert!(page.status == 200 && page.text().contains("<svg "), "{page:?}");
    let key = key_in(&page.text());
    let cookies = format!("{:?}", begun.headers);
    assert!(cookies.contains("-step=") && !cookies.contains(&key), "the cookie keeps it sealed");

    let wrong = ada.form("/account/authenticator/verify", &[("code", "000 000")]).await;
    assert_eq!(wrong.status, 400);
    assert!(wrong.text().contains("role=\"alert\""), "{}", wrong.text());
    assert_eq!(key_in(&wrong.text()), key, "a code that was mistyped needs no other picture");

    let code = one_time_code(&app, &key);
    let (one, two) = code.split_at(3);
    let spaced = format!("{one} {two}");
    leads_to(&ada.form("/account/authenticator/verify", &[("code", &spaced)]).await, "/account?done=app");
    let account = ada.get("/account?done=app").await.text();
    assert!(account.contains("on, asked for first") && account.contains("is set up"), "{account}");
    leads_to(&ada.get("/account/authenticator").await, "/account");

    let switch = |factor: &'static str, to: &'static str| {
        let ada = ada.clone();
        async move { ada.form("/account/second-factors", &[("factor", factor), ("to", to)]).await }
    };
    leads_to(&switch(MAIL, "first").await, "/account?done=factors");
    assert_eq!(factors(&ada).await.1, json!(MAIL));
    leads_to(&switch(APP, "off").await, "/account?done=factors");
    assert_eq!(factors(&ada).await.0, json!([MAIL]));
    assert_eq!(switch("SMS_MFA", "on").await.status, 422);
    assert_eq!(switch("NONSENSE", "on").await.status, 422);
}

/// The cookie is good for its user alone, and for a quarter of an hour.
#[tokio::test]
async fn the_key_that_is_being_set_up_is_shown_to_nobody_else_and_not_for_ever() {
    let app = TestApp::start().await;
    let ada = app.signed_in(ADA).await;
    ada.form("/account/authenticator", &[]).await;
    assert_eq!(ada.get("/account/authenticator").await.status, 200);
    assert_eq!(ada.sign_in(BOB.0, BOB.1).await.status, 200);
    leads_to(&ada.get("/account/authenticator").await, "/account");

    assert_eq!(ada.sign_in(ADA.0, ADA.1).await.status, 200);
    ada.form("/account/authenticator", &[]).await;
    app.advance(Duration::from_secs(15 * 60 - 1));
    assert_eq!(ada.get("/account/authenticator").await.status, 200);
    app.advance(Duration::from_secs(1));
    leads_to(&ada.get("/account/authenticator").await, "/account");
}

#[tokio::test]
async fn an_app_whose_first_code_went_astray_is_set_up_anew() {
    let app = TestApp::start().await;
    let ada = app.signed_in(ADA).await;
    ada.form("/account/authenticator", &[]).await;
    let key = key_in(&ada.get("/account/authenticator").await.text());
    app.pool().fault(Fault::once("SetUserMFAPreference", FaultKind::Error500).times(100)).expect("a fault");
    let fields = [("code", one_time_code(&app, &key))];
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
    assert_eq!(ada.form("/account/authenticator/verify", &fields).await.status, 503);
    app.pool().clear_faults();
    leads_to(&ada.get("/account/authenticator").await, "/account");
    set_up(&app, &ada).await;
}
