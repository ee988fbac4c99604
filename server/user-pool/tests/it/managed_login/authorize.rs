//! `/oauth2/authorize` and `/logout`: who is sent where.

use axum::http::StatusCode;

use super::{Browser, GOODBYE, asking, back, code_of, encoded, open};

#[tokio::test]
async fn a_browser_that_is_not_signed_in_gets_the_login_page_with_the_same_parameters() {
    let pool = open();
    pool.pool.set_domain("http://localhost:9229");
    let page = Browser::of(&pool).authorize(&[]).await;
    assert_eq!(page.status, StatusCode::FOUND);
    assert_eq!(page.location, format!("http://localhost:9229/login?{}", asking(&pool, &[])));
    assert_eq!(page.response.headers()["cache-control"], "no-store");
    let calls = pool.pool.control().calls();
    assert_eq!((calls[0].operation.as_str(), calls[0].outcome.as_str()), ("Authorize", "login"));
}

#[tokio::test]
async fn a_wrong_client_or_redirection_is_told_to_the_person_and_never_redirected() {
    let pool = open();
    let wrong = [
        ("client_id", "another"),
        ("client_id", ""),
        ("redirect_uri", "https://app.example/callback/"),
        ("redirect_uri", "https://app.example/callback?a=b"),
        ("redirect_uri", "https://app.example.evil.example/callback"),
        ("redirect_uri", "//evil.example"),
        ("redirect_uri", "javascript:alert(1)"),
        ("redirect_uri", ""),
    ];
    for change in wrong {
        for endpoint in ["/oauth2/authorize", "/login"] {
            let page = Browser::of(&pool).get(&format!("{endpoint}?{}", asking(&pool, &[change]))).await;
            assert_eq!((page.status, page.location.as_str()), (StatusCode::BAD_REQUEST, ""), "{change:?}");
            assert_eq!(page.response.headers()["x-frame-options"], "DENY");
        }
    }
}

#[tokio::test]
async fn other_mistakes_are_told_to_the_client_with_its_state() {
    let pool = open();
    let wrong = [
        (("response_type", ""), "invalid_request"),
        (("response_type", "id_token"), "unsupported_response_type"),
        (("response_type", "token"), "unauthorized_client"),
        (("scope", "openid admin"), "invalid_scope"),
        (("code_challenge_method", "plain"), "invalid_request"),
        (("code_challenge_method", ""), "invalid_request"),
        (("code_challenge", "short"), "invalid_request"),
        (("code_challenge", ""), "invalid_request"),
        (("prompt", "maybe"), "invalid_request"),
        (("max_age", "-1"), "invalid_request"),
    ];
    for (change, error) in wrong {
        let back = back(&Browser::of(&pool).authorize(&[change]).await);
        assert_eq!((back["error"].as_str(), back["state"].as_str()), (error, "the state"), "{change:?}");
        assert!(!back.contains_key("code"));
    }
    let twice = format!("/oauth2/authorize?{}&nonce=other", asking(&pool, &[]));
    assert_eq!(back(&Browser::of(&pool).get(&twice).await)["error"], "invalid_request");
}

#[tokio::test]
async fn prompt_none_never_shows_a_page_and_prompt_login_always_does() {
    let pool = open();
    let mut browser = Browser::of(&pool);
    assert_eq!(back(&browser.authorize(&[("prompt", "none")]).await)["error"], "login_required");
    browser.sign_in(&[]).await;
    code_of(&browser.authorize(&[("prompt", "none")]).await);
    assert!(browser.authorize(&[("prompt", "login")]).await.location.contains("/login?"));
    pool.advance(60);
    assert!(browser.authorize(&[("max_age", "30")]).await.location.contains("/login?"));
    code_of(&browser.authorize(&[("max_age", "90")]).await);
}

#[tokio::test]
async fn logout_ends_the_browsers_sign_in_and_leads_only_to_registered_urls() {
    let pool = open();
    let mut browser = Browser::of(&pool);
    browser.sign_in(&[]).await;
    let client = pool.client_id().to_owned();
    for (name, uri) in [("logout_uri", "https://evil.example/"), ("redirect_uri", "https://evil.example/")] {
        let page = browser.get(&format!("/logout?{}", encoded(&[("client_id", &client), (name, uri)]))).await;
        assert_eq!((page.status, page.location.as_str()), (StatusCode::BAD_REQUEST, ""));
    }
    code_of(&browser.authorize(&[]).await);
    let page = browser.get(&format!("/logout?{}", encoded(&[("client_id", &client), ("logout_uri", GOODBYE)]))).await;
    assert_eq!((page.status, page.location.as_str()), (StatusCode::FOUND, GOODBYE));
    assert_eq!(back(&browser.authorize(&[("prompt", "none")]).await)["error"], "login_required");

    browser.sign_in(&[]).await;
    let page = browser.get(&format!("/logout?{}", asking(&pool, &[]))).await;
    assert!(page.location.contains("/login?"), "{}", page.location);
    assert_eq!(back(&browser.authorize(&[("prompt", "none")]).await)["error"], "login_required");
}
