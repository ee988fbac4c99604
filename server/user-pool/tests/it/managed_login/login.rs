//! The login page.

use axum::http::StatusCode;
use holdfast_user_pool::MfaConfiguration;
use holdfast_user_pool::control::UserAction;
use serde_json::json;

use super::{Browser, back, between, code_of, open, with};
use crate::harness::{EMAIL, PASSWORD, wrong};

#[tokio::test]
async fn the_page_has_no_scripts_and_stands_in_no_frame() {
    let pool = open();
    let page = Browser::of(&pool).login_page(&[("login_hint", "\"><script>alert(1)</script>")]).await;
    let headers = page.response.headers();
    assert_eq!(headers["x-frame-options"], "DENY");
    let policy = headers["content-security-policy"].to_str().unwrap();
    assert!(policy.starts_with("default-src 'none';") && policy.contains("frame-ancestors 'none'"), "{policy}");
    assert!(policy.contains("form-action 'self' https://app.example;"), "{policy}");
    assert!(!page.body.contains("<script"), "{}", page.body);
    assert!(page.body.contains("value=\"&quot;&gt;&lt;script&gt;"));
}

#[tokio::test]
async fn a_wrong_password_is_said_and_locks_as_everywhere() {
    let pool = open();
    let mut browser = Browser::of(&pool);
    let mut page = browser.login_page(&[]).await;
    for attempt in 0..6 {
        page = browser.fill(&page, &[("username", EMAIL), ("password", "Wrong-1")]).await;
        assert_eq!(page.status, StatusCode::BAD_REQUEST);
        let said = if attempt < 5 { "Incorrect username or password." } else { "Password attempts exceeded" };
        assert!(page.body.contains(said), "{attempt}: {}", page.body);
        assert!(page.body.contains("value=\"ada@example.com\""), "what was typed stays");
    }
    assert!(pool.sign_in_as(EMAIL, PASSWORD).await.is_err(), "the API is locked, too");
    pool.advance(2);
    code_of(&browser.fill(&page, &[("username", EMAIL), ("password", PASSWORD)]).await);
}

#[tokio::test]
async fn a_form_that_another_site_sends_signs_nobody_in() {
    let pool = open();
    let page = Browser::of(&pool).login_page(&[]).await;
    // The victim's browser has no cookie that fits, or one of its own.
    for own_page in [false, true] {
        let mut victim = Browser::of(&pool);
        if own_page {
            victim.login_page(&[]).await;
        }
        let answer = victim.fill(&page, &[("username", EMAIL), ("password", PASSWORD)]).await;
        assert_eq!((answer.status, answer.location.as_str()), (StatusCode::BAD_REQUEST, ""));
        assert!(answer.body.contains("open for too long"));
        assert!(!victim.jar.contains_key("cognito"));
    }
}

#[tokio::test]
async fn a_second_factor_and_a_new_password_are_asked_for_on_the_page() {
    const SECRET: &str = "JBSWY3DPEHPK3PXPJBSWY3DP";
    let pool = with(|config| config.client_secret = Some("a_secret_of_the_app_client_1".to_owned()));
    let control = pool.pool.control();
    control
        .set_attributes(
            EMAIL,
            [("phone_number", "+15550123456"), ("phone_number_verified", "true")]
                .map(|(name, value)| (name.to_owned(), value.to_owned()))
                .into(),
        )
        .await
        .unwrap();
    control.user(EMAIL, UserAction::ForceNewPassword).await.unwrap();
    let mut browser = Browser::of(&pool);
    let page = browser.login_page(&[]).await;
    let page = browser.fill(&page, &[("username", EMAIL), ("password", PASSWORD)]).await;
    assert!(page.body.contains("New password"), "{}", page.body);
    let page = browser.fill(&page, &[("answer", "weak")]).await;
    assert!(page.body.contains("does not conform to policy") && page.body.contains("New password"), "{}", page.body);
    code_of(&browser.fill(&page, &[("answer", "Another-Password-1")]).await);

    control.set_software_token(EMAIL, SECRET).await.unwrap();
    let page = browser.login_page(&[("prompt", "login")]).await;
    let page = browser.fill(&page, &[("username", EMAIL), ("password", "Another-Password-1")]).await;
    assert!(page.body.contains("authenticator app"), "{}", page.body);
    let right = crate::mfa::code(&pool, SECRET, 0);
    let page = browser.fill(&page, &[("answer", wrong(&right))]).await;
    assert!(page.body.contains("Invalid code received for user"), "{}", page.body);
    code_of(&browser.fill(&page, &[("answer", &right)]).await);
}

#[tokio::test]
async fn whoever_has_two_second_factors_chooses_one() {
    let pool = open();
    let control = pool.pool.control();
    let attributes = [("phone_number", "+15550123456"), ("phone_number_verified", "true")];
    control
        .set_attributes(EMAIL, attributes.map(|(name, value)| (name.to_owned(), value.to_owned())).into())
        .await
        .unwrap();
    let access = pool.sign_in().await.access;
    let settings = json!({
        "AccessToken": access, "SMSMfaSettings": { "Enabled": true }, "EmailMfaSettings": { "Enabled": true },
    });
    pool.call("SetUserMFAPreference", settings).await.unwrap();
    let mut browser = Browser::of(&pool);
    let page = browser.login_page(&[]).await;
    let page = browser.fill(&page, &[("username", EMAIL), ("password", PASSWORD)]).await;
    assert!(page.body.contains("A code by text message") && page.body.contains("A code by e-mail"), "{}", page.body);
    assert!(!page.body.contains("authenticator app"), "that one is not set up: {}", page.body);
    let wrong = browser.fill(&page, &[("answer", "SOFTWARE_TOKEN_MFA")]).await;
    assert!(wrong.body.contains("Invalid MFA type") && wrong.body.contains("A code by e-mail"), "{}", wrong.body);
    let page = browser.fill(&wrong, &[("answer", "SMS_MFA")]).await;
    assert!(page.body.contains("texted to you"), "{}", page.body);
    let sent = control.outbox().pop().unwrap();
    assert_eq!(sent.to, "+15550123456");
    code_of(&browser.fill(&page, &[("answer", &sent.code)]).await);
}

#[tokio::test]
async fn whoever_must_have_a_second_factor_sets_up_an_app_on_the_page() {
    let pool = with(|config| {
        config.sign_in.mfa = MfaConfiguration::On;
        config.client_secret = Some("a_secret_of_the_app_client_1".to_owned());
    });
    let mut browser = Browser::of(&pool);
    let page = browser.login_page(&[]).await;
    let page = browser.fill(&page, &[("username", EMAIL), ("password", PASSWORD)]).await;
    let secret = between(&page.body, "<code>", "</code>").to_owned();
    assert!(32 <= secret.len(), "{}", page.body);
    let right = crate::mfa::code(&pool, &secret, 0);
    let page = browser.fill(&page, &[("answer", wrong(&right))]).await;
    assert_eq!(page.status, StatusCode::BAD_REQUEST);
    assert_eq!(between(&page.body, "<code>", "</code>"), secret, "the same app, once more: {}", page.body);
    code_of(&browser.fill(&page, &[("answer", &right)]).await);
    // From now on the app is asked for.
    let page = browser.login_page(&[("prompt", "login")]).await;
    let page = browser.fill(&page, &[("username", EMAIL), ("password", PASSWORD)]).await;
    assert!(page.body.contains("Code of your authenticator app"), "{}", page.body);
}

#[tokio::test]
async fn attributes_that_are_required_are_asked_for_beside_the_new_password() {
    let pool = with(|config| config.sign_in.required_attributes = vec!["name".to_owned()]);
    pool.pool.control().user(EMAIL, UserAction::ForceNewPassword).await.unwrap();
    let mut browser = Browser::of(&pool);
    let page = browser.login_page(&[]).await;
    let page = browser.fill(&page, &[("username", EMAIL), ("password", PASSWORD)]).await;
    assert!(page.body.contains("name=\"userAttributes.name\""), "{}", page.body);
    let page = browser.fill(&page, &[("answer", "Another-Password-1")]).await;
    assert!(page.body.contains("name is missing") && page.body.contains("New password"), "{}", page.body);
    let fields = [("answer", "Another-Password-1"), ("userAttributes.name", "Ada")];
    code_of(&browser.fill(&page, &fields).await);
}

#[tokio::test]
async fn a_step_that_took_too_long_leads_back_to_the_password_with_the_reason() {
    let pool = open();
    pool.pool.control().user(EMAIL, UserAction::ForceNewPassword).await.unwrap();
    let mut browser = Browser::of(&pool);
    let page = browser.login_page(&[]).await;
    let page = browser.fill(&page, &[("username", EMAIL), ("password", PASSWORD)]).await;
    pool.advance(3 * 60);
    let page = browser.fill(&page, &[("answer", "Another-Password-1")]).await;
    assert!(page.body.contains("session is expired") && page.body.contains("name=\"password\""), "{}", page.body);
    assert!(page.body.contains("value=\"ada@example.com\""), "the name stays: {}", page.body);
}

#[tokio::test]
async fn who_is_disabled_gets_in_neither_by_password_nor_by_an_older_sign_in() {
    let pool = open();
    let mut browser = Browser::of(&pool);
    browser.sign_in(&[]).await;
    pool.pool.control().user(EMAIL, UserAction::Disable).await.unwrap();
    assert_eq!(back(&browser.authorize(&[("prompt", "none")]).await)["error"], "login_required");
    let page = browser.login_page(&[]).await;
    let page = browser.fill(&page, &[("username", EMAIL), ("password", PASSWORD)]).await;
    assert!(page.body.contains("User is disabled."), "{}", page.body);
}
