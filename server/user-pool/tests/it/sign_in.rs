//! InitiateAuth with a password.

use holdfast_user_pool::control::UserAction;
use serde_json::json;

use crate::harness::{EMAIL, PASSWORD, TestPool, outcome, refusal, text};

#[tokio::test]
async fn a_user_signs_in_by_email_in_any_case_or_by_sub() {
    let pool = TestPool::open();
    let tokens = pool.sign_in_as("ADA@Example.com", PASSWORD).await.unwrap();
    let sub = text(&pool.claims(&tokens.access).await["sub"]);
    let again = pool.sign_in_as(&sub, PASSWORD).await.unwrap();
    assert_eq!(pool.claims(&again.access).await["sub"], sub.as_str());
}

#[tokio::test]
async fn an_unknown_user_and_a_wrong_password_get_the_same_words() {
    let pool = TestPool::open();
    let expected = refusal("NotAuthorizedException", "Incorrect username or password.");
    assert_eq!(outcome(pool.sign_in_as(EMAIL, "Password-2").await), expected);
    assert_eq!(outcome(pool.sign_in_as("nobody@example.com", PASSWORD).await), expected);
}

#[tokio::test]
async fn an_unconfirmed_user_is_told_so_only_with_the_right_password() {
    let pool = TestPool::open();
    pool.sign_up("grace@example.com", PASSWORD).await.unwrap();
    let wrong = outcome(pool.sign_in_as("grace@example.com", "Password-2").await);
    assert_eq!(wrong, refusal("NotAuthorizedException", "Incorrect username or password."));
    let right = outcome(pool.sign_in_as("grace@example.com", PASSWORD).await);
    assert_eq!(right, refusal("UserNotConfirmedException", "User is not confirmed."));
}

#[tokio::test]
async fn disabled_reset_and_deleted_users_cannot_sign_in() {
    let pool = TestPool::open();
    let control = pool.pool.control();
    control.user(EMAIL, UserAction::Disable).await.unwrap();
    assert_eq!(outcome(pool.sign_in_as(EMAIL, PASSWORD).await), refusal("NotAuthorizedException", "User is disabled."));
    control.user(EMAIL, UserAction::Enable).await.unwrap();
    pool.sign_in().await;
    control.user(EMAIL, UserAction::ResetPassword).await.unwrap();
    assert_eq!(
        outcome(pool.sign_in_as(EMAIL, PASSWORD).await),
        refusal("PasswordResetRequiredException", "Password reset required for the user")
    );
    control.user(EMAIL, UserAction::Delete).await.unwrap();
    assert_eq!(
        outcome(pool.sign_in_as(EMAIL, PASSWORD).await),
        refusal("NotAuthorizedException", "Incorrect username or password.")
    );
}

#[tokio::test]
async fn five_wrong_passwords_lock_a_name_whether_or_not_it_exists() {
    let pool = TestPool::open();
    let locked = refusal("NotAuthorizedException", "Password attempts exceeded");
    for name in [EMAIL, "nobody@example.com"] {
        for _ in 0..5 {
            let wrong = outcome(pool.sign_in_as(name, "Password-2").await);
            assert_eq!(wrong, refusal("NotAuthorizedException", "Incorrect username or password."));
        }
        assert_eq!(outcome(pool.sign_in_as(name, PASSWORD).await), locked);
    }
    pool.advance(1);
    pool.sign_in().await;
    assert_ne!(outcome(pool.sign_in_as("nobody@example.com", PASSWORD).await), locked);
}

#[tokio::test]
async fn flows_and_parameters_that_are_missing_or_not_offered_are_refused_in_cognitos_words() {
    let pool = TestPool::open();
    let client = pool.client_id();
    let flow = |flow: &str, parameters: serde_json::Value| {
        pool.call("InitiateAuth", json!({ "AuthFlow": flow, "ClientId": client, "AuthParameters": parameters }))
    };
    let invalid = |message: &str| refusal("InvalidParameterException", message);
    assert_eq!(
        outcome(flow("USER_PASSWORD_AUTH", json!({ "USERNAME": EMAIL })).await),
        invalid("Missing required parameter PASSWORD")
    );
    assert_eq!(
        outcome(flow("USER_PASSWORD_AUTH", json!({ "PASSWORD": PASSWORD })).await),
        invalid("Missing required parameter USERNAME")
    );
    assert_eq!(
        outcome(flow("REFRESH_TOKEN_AUTH", json!({})).await),
        invalid("Missing required parameter REFRESH_TOKEN")
    );
    assert_eq!(
        outcome(flow("CUSTOM_AUTH", json!({ "USERNAME": EMAIL })).await),
        invalid("CUSTOM_AUTH is not enabled for the client.")
    );
    assert_eq!(outcome(flow("ADMIN_NO_SRP_AUTH", json!({})).await), invalid("Initiate Auth method not supported."));
    let elsewhere = pool.call("InitiateAuth", json!({ "AuthFlow": "USER_PASSWORD_AUTH", "ClientId": "other" })).await;
    assert_eq!(outcome(elsewhere), refusal("ResourceNotFoundException", "User pool client other does not exist."));
}

#[tokio::test]
async fn an_app_client_can_refuse_plain_passwords_and_refreshes_as_explicit_auth_flows_say() {
    let pool = TestPool::open();
    let token = pool.sign_in().await.refresh.unwrap();
    let control = pool.pool.control();
    let mut rules = control.sign_in_rules();
    rules.explicit_auth_flows = vec!["ALLOW_USER_SRP_AUTH".to_owned()];
    control.set_sign_in_rules(rules.clone()).unwrap();
    let refused =
        |flow: &str| refusal("InvalidParameterException", &format!("{flow} flow not enabled for this client"));
    assert_eq!(outcome(pool.sign_in_as(EMAIL, PASSWORD).await), refused("USER_PASSWORD_AUTH"));
    assert_eq!(outcome(pool.refresh_auth("REFRESH_TOKEN_AUTH", &token).await), refused("REFRESH_TOKEN_AUTH"));
    let ids = json!({ "UserPoolId": pool.pool.pool_id(), "ClientId": pool.client_id() });
    let client = pool.call("DescribeUserPoolClient", ids).await.unwrap();
    assert_eq!(client["UserPoolClient"]["ExplicitAuthFlows"], json!(["ALLOW_USER_SRP_AUTH"]));

    rules.explicit_auth_flows.push("ALLOW_MAGIC".to_owned());
    assert!(control.set_sign_in_rules(rules).is_err());
    control.reset().await.unwrap();
    pool.sign_in().await;
}
