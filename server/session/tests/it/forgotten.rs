//! A forgotten password: the code, the new one, and nothing about who has an account.

use axum::http::StatusCode;
use holdfast_session::provider::ProviderError;
use serde_json::json;

use crate::support::App;

#[tokio::test]
async fn a_forgotten_password_is_reset_with_the_code() {
    let app = App::new();
    let mut browser = app.browser();
    let forgot = |email: &str| json!({ "email": email });
    let confirm =
        |code: &str, password: &str| json!({ "email": " ada@example.com ", "code": code, "password": password });
    for (path, body, status, code) in [
        ("/api/forgot-password", forgot("ada@example.com"), 204, ""),
        ("/api/forgot-password", forgot("nobody@example.com"), 204, ""),
        ("/api/forgot-password", forgot("often@example.com"), 204, ""),
        ("/api/forgot-password", forgot(" "), 422, "invalid"),
        ("/api/forgot-password/confirm", confirm("999999", "Password-9"), 400, "wrong_code"),
        ("/api/forgot-password/confirm", confirm("000000", "Password-9"), 400, "wrong_code"),
        ("/api/forgot-password/confirm", confirm("123456", "weak"), 400, "weak_password"),
        ("/api/forgot-password/confirm", confirm("123456", ""), 422, "invalid"),
        ("/api/forgot-password/confirm", confirm(" 123456 ", "Password-9"), 204, ""),
    ] {
        let answer = browser.post(path, &body).await;
        assert_eq!(answer.status.as_u16(), status, "{path} {body} {}", answer.text);
        if status != 204 {
            assert_eq!(answer.problem().1, code, "{path} {body}");
        }
    }
    let reset = (String::from("ada@example.com"), String::from("123456"), String::from("Password-9"));
    assert_eq!(app.pool.state().resets, [reset]);
    assert_eq!(browser.cookie, None, "nobody is signed in by it");
}

#[tokio::test]
async fn who_must_reset_the_password_first_is_told_so() {
    let app = App::new();
    app.pool.state().sign_in_fails = Some(ProviderError::PasswordResetRequired);
    let answer = app.browser().sign_in("ada@example.com", "Password-1").await;
    assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
    assert_eq!(answer.problem().1, "password_reset");
}
