//! The wire: bodies, problems, cookies.

use axum::body::Body;
use axum::http::header::{ALLOW, CACHE_CONTROL, CONTENT_TYPE, COOKIE, RETRY_AFTER, SET_COOKIE};
use axum::http::{Request, StatusCode};
use holdfast_session::provider::ProviderError;
use serde_json::{Value, json};

use crate::support::{App, HOUR, MINUTE};

#[tokio::test]
async fn a_sign_in_answers_with_the_status_and_a_cookie() {
    let app = App::new();
    let mut browser = app.browser();
    let answer = browser.sign_in("ada@example.com", "Password-1").await;
    assert_eq!(answer.status, StatusCode::OK);
    assert_eq!(answer.headers[CACHE_CONTROL], "no-store");
    let cookie = answer.headers[SET_COOKIE].to_str().expect("ASCII");
    for attribute in ["holdfast=", "HttpOnly", "SameSite=Strict", "Path=/", "Max-Age="] {
        assert!(cookie.contains(attribute), "{cookie}");
    }
    assert!(!cookie.contains("Secure") && !cookie.contains("Domain"), "{cookie}");
    let status = answer.json();
    assert_eq!(status["user"], json!({ "sub": "ada", "email": "ada@example.com" }));
    assert_eq!(status["sign_in_by_ms"], 24 * HOUR);
    assert_eq!((&status["notice_ms"], &status["warning_ms"]), (&json!(HOUR), &json!(10 * MINUTE)));
    assert_eq!(browser.get("/api/session").await.json(), status);
}

// A1
#[tokio::test]
async fn no_answer_holds_a_token() {
    let app = App::new();
    let mut browser = app.browser();
    let token_of = |text: &str| text.contains("eyJ") || text.contains("REFRESH");
    let mut answers = vec![browser.sign_in("ada@example.com", "Password-1").await, browser.get("/api/session").await];
    app.advance(HOUR);
    answers.push(browser.post("/save", &Value::Null).await);
    answers.push(browser.delete("/api/session").await);
    for answer in answers {
        assert!(!token_of(&answer.text) && !token_of(&format!("{:?}", answer.headers)), "{}", answer.text);
    }
}

#[tokio::test]
async fn over_https_the_cookie_is_secure_and_so_is_its_removal() {
    let app = App::with(|config| config.secure = true);
    let mut browser = app.browser();
    let signed_in = browser.sign_in("ada@example.com", "Password-1").await;
    let removal = browser.delete("/api/session").await;
    for answer in [signed_in, removal] {
        let cookie = answer.headers[SET_COOKIE].to_str().expect("ASCII");
        for attribute in ["__Host-holdfast=", "; Secure", "; HttpOnly", "; SameSite=Strict", "; Path=/"] {
            assert!(cookie.contains(attribute), "{cookie}");
        }
    }
    assert_eq!(browser.cookie, None);
}

#[tokio::test]
async fn two_cookies_of_our_name_are_anonymous() {
    let app = App::new();
    let mut browser = app.signed_in().await;
    let good = browser.cookie.clone().expect("a cookie");
    browser.cookie = Some(format!("{good}; holdfast=AAAAAAAAAAAAAAAAAAAAAA"));
    assert_eq!(browser.get("/work").await.problem(), (401, String::from("signed_out")));
    browser.cookie = Some(format!("theme=dark; {good}"));
    assert_eq!(browser.get("/work").await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_malformed_cookie_is_anonymous() {
    let app = App::new();
    for value in ["", "x", "AAAAAAAAAAAAAAAAAAAAAAAA", "%00", "AAAAAAAAAAAAAAAAAAAAA=", "\"\""] {
        let mut browser = app.browser();
        browser.cookie = Some(format!("holdfast={value}"));
        assert_eq!(browser.get("/work").await.problem(), (401, String::from("signed_out")), "{value}");
    }
}

#[tokio::test]
async fn unknown_users_wrong_passwords_and_unconfirmed_users_get_the_same_answer() {
    let app = App::new();
    let mut browser = app.browser();
    let wrong = browser.sign_in("ada@example.com", "wrong").await;
    let unknown = browser.sign_in("nobody@example.com", "Password-1").await;
    assert_eq!(wrong.problem(), (401, String::from("wrong_credentials")));
    assert_eq!((wrong.text, wrong.headers), (unknown.text, unknown.headers));
    assert_eq!(browser.cookie, None);
}

#[tokio::test]
async fn the_providers_trouble_at_sign_in_is_not_a_wrong_password() {
    for (error, status, code) in [
        (ProviderError::Throttled, 429, "too_many_requests"),
        (ProviderError::LimitExceeded, 429, "too_many_requests"),
        (ProviderError::unavailable("timed out"), 503, "provider_unavailable"),
        (ProviderError::misconfigured("the app client's secret"), 502, "provider_misconfigured"),
    ] {
        let app = App::new();
        app.pool.state().sign_in_fails = Some(error);
        let answer = app.browser().sign_in("ada@example.com", "Password-1").await;
        assert_eq!(answer.problem(), (status, code.to_owned()));
        assert_eq!(answer.headers.contains_key(RETRY_AFTER), status != 502);
    }
}

#[tokio::test]
async fn what_is_not_the_json_of_a_sign_in_is_refused() {
    let app = App::new();
    let deep = format!("{}{}", "[".repeat(4000), "]".repeat(4000));
    let long = json!({ "username": "a", "password": "x".repeat(17_000) }).to_string();
    for (kind, body, status, code) in [
        ("application/json", "", 400, "malformed"),
        ("application/json", "{", 400, "malformed"),
        ("application/json", "null", 400, "malformed"),
        ("application/json", r#"{"username":"a"}"#, 400, "malformed"),
        ("application/json", r#"{"username":1,"password":"b"}"#, 400, "malformed"),
        ("application/json", r#"{"username":"a","password":"b","sub":"c"}"#, 400, "malformed"),
        ("application/json", r#"{"username":"a","username":"b","password":"c"}"#, 400, "malformed"),
        ("application/json", deep.as_str(), 400, "malformed"),
        ("application/json", long.as_str(), 413, "too_large"),
        ("application/json", r#"{"username":"","password":"b"}"#, 422, "invalid"),
        ("application/json", r#"{"username":"a","password":""}"#, 422, "invalid"),
        ("text/plain", r#"{"username":"a","password":"b"}"#, 415, "unsupported_media_type"),
        ("application/x-www-form-urlencoded", "username=a&password=b", 415, "unsupported_media_type"),
        ("", r#"{"username":"a","password":"b"}"#, 415, "unsupported_media_type"),
        ("application/json; charset=utf-8", r#"{"username":"a","password":"b"}"#, 401, "wrong_credentials"),
    ] {
        let request = Request::post("/api/session").header(CONTENT_TYPE, kind);
        let request = request.body(Body::from(body.to_owned())).expect("a request");
        let answer = app.browser().raw(request).await;
        assert_eq!(answer.problem(), (status, code.to_owned()), "{kind} {:.60}", body);
    }
}

#[tokio::test]
async fn other_methods_are_problems_too() {
    let app = App::new();
    let request = Request::put("/api/session").body(Body::empty()).expect("a request");
    let answer = app.browser().raw(request).await;
    assert_eq!(answer.problem(), (405, String::from("method_not_allowed")));
    assert!(answer.headers[ALLOW].to_str().expect("ASCII").contains("DELETE"));
    let request = Request::get("/api/sign-up").header(COOKIE, "a=b").body(Body::empty()).expect("a request");
    assert_eq!(app.browser().raw(request).await.problem().0, 405);
}

#[tokio::test]
async fn a_sign_up_is_confirmed_with_its_code() {
    let app = App::new();
    let mut browser = app.browser();
    for (path, body, status, code) in [
        ("/api/sign-up", json!({ "email": "new@example.com", "password": "Password-1" }), 204, ""),
        ("/api/sign-up", json!({ "email": "new@example.com", "password": "weak" }), 400, "weak_password"),
        ("/api/sign-up", json!({ "email": "ada@example.com", "password": "Password-1" }), 400, "sign_up_refused"),
        ("/api/sign-up", json!({ "email": " ", "password": "Password-1" }), 422, "invalid"),
        ("/api/sign-up/confirm", json!({ "email": "new@example.com", "code": "123456" }), 204, ""),
        ("/api/sign-up/confirm", json!({ "email": "new@example.com", "code": "999999" }), 400, "wrong_code"),
        ("/api/sign-up/confirm", json!({ "email": "new@example.com", "code": "000000" }), 400, "wrong_code"),
        ("/api/sign-up/resend", json!({ "email": "new@example.com" }), 204, ""),
        ("/api/sign-up/resend", json!({ "email": "nobody@example.com" }), 204, ""),
    ] {
        let answer = browser.post(path, &body).await;
        assert_eq!(answer.status.as_u16(), status, "{path} {body} {}", answer.text);
        if status != 204 {
            assert_eq!(answer.problem().1, code, "{path} {body}");
        }
    }
}
