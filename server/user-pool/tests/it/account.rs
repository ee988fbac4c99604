//! ChangePassword and DeleteUser: what an access token lets its user do to the account.

use axum::http::StatusCode;
use holdfast_user_pool::control::{Revoke, UserAction};
use http_body_util::BodyExt as _;
use serde_json::{Value, json};

use crate::harness::{EMAIL, PASSWORD, TestPool, outcome, refusal};

const NEW: &str = "Another-2";
const HOUR: i64 = 60 * 60;

async fn change(pool: &TestPool, access: &str, previous: &str, proposed: &str) -> Result<Value, (String, String)> {
    let body = json!({ "AccessToken": access, "PreviousPassword": previous, "ProposedPassword": proposed });
    pool.call("ChangePassword", body).await
}

#[tokio::test]
async fn a_password_is_changed_by_who_knows_it_and_sessions_go_on() {
    let pool = TestPool::open();
    let tokens = pool.sign_in().await;
    assert_eq!(change(&pool, &tokens.access, PASSWORD, NEW).await, Ok(json!({})));
    assert!(pool.sign_in_as(EMAIL, PASSWORD).await.is_err());
    pool.sign_in_as(EMAIL, NEW).await.unwrap();
    pool.refresh(tokens.refresh()).await.unwrap();
    pool.get_user(&tokens.access).await.unwrap();
}

#[tokio::test]
async fn a_wrong_old_password_is_refused_five_times_an_hour_and_then_so_is_the_right_one() {
    let pool = TestPool::with(|config| config.access_ttl = std::time::Duration::from_secs(86_400));
    let access = pool.sign_in().await.access;
    let wrong = refusal("NotAuthorizedException", "Incorrect username or password.");
    assert_eq!(
        outcome(change(&pool, &access, PASSWORD, "short").await),
        refusal("InvalidPasswordException", "Password does not conform to policy: Password not long enough")
    );
    for _ in 0..5 {
        assert_eq!(outcome(change(&pool, &access, "Wrong-password-1", NEW).await), wrong);
    }
    assert_eq!(
        outcome(change(&pool, &access, PASSWORD, NEW).await),
        refusal("LimitExceededException", "Attempt limit exceeded, please try after some time.")
    );
    pool.sign_in().await;
    pool.advance(HOUR);
    change(&pool, &access, PASSWORD, NEW).await.unwrap();
}

#[tokio::test]
async fn a_deleted_user_is_gone_at_once_and_the_answer_has_no_body() {
    let pool = TestPool::open();
    let tokens = pool.sign_in().await;
    let answer = pool.answer("DeleteUser", &json!({ "AccessToken": tokens.access })).await;
    assert_eq!(answer.status(), StatusCode::OK);
    assert!(answer.into_body().collect().await.unwrap().to_bytes().is_empty());
    assert_eq!(
        outcome(pool.sign_in_as(EMAIL, PASSWORD).await),
        refusal("NotAuthorizedException", "Incorrect username or password.")
    );
    assert_eq!(
        outcome(pool.refresh(tokens.refresh()).await),
        refusal("NotAuthorizedException", "User does not exist.")
    );
    assert_eq!(outcome(pool.get_user(&tokens.access).await), refusal("UserNotFoundException", "User does not exist."));
    pool.sign_up(EMAIL, PASSWORD).await.unwrap();
}

#[tokio::test]
async fn every_account_operation_refuses_a_token_that_is_no_longer_good() {
    let pool = TestPool::open();
    let expired = pool.sign_in().await.access;
    pool.advance(HOUR);
    let revoked = pool.sign_in().await.access;
    pool.pool.control().revoke(Revoke::All).await.unwrap();
    let id = pool.sign_in().await.id;
    for (token, message) in [
        (expired, "Access Token has expired"),
        (revoked, "Access Token has been revoked"),
        (id, "Invalid Access Token"),
    ] {
        for (operation, mut body) in [
            ("GetUser", json!({})),
            ("ChangePassword", json!({ "PreviousPassword": PASSWORD, "ProposedPassword": NEW })),
            ("UpdateUserAttributes", json!({ "UserAttributes": [] })),
            ("DeleteUserAttributes", json!({ "UserAttributeNames": [] })),
            ("GetUserAttributeVerificationCode", json!({ "AttributeName": "email" })),
            ("VerifyUserAttribute", json!({ "AttributeName": "email", "Code": "123456" })),
            ("DeleteUser", json!({})),
        ] {
            body["AccessToken"] = token.clone().into();
            let refused = refusal("NotAuthorizedException", message);
            assert_eq!(outcome(pool.call(operation, body).await), refused, "{operation}");
        }
    }
    pool.sign_in().await;
    let access = pool.sign_in().await.access;
    pool.pool.control().user(EMAIL, UserAction::ResetPassword).await.unwrap();
    assert_eq!(change(&pool, &access, PASSWORD, NEW).await.unwrap_err().0, "PasswordResetRequiredException");
}
