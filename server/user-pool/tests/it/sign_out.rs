//! RevokeToken, GlobalSignOut, and GetUser, which notices both.

use serde_json::json;

use crate::harness::{EMAIL, TestPool, outcome, refusal, text};

#[tokio::test]
async fn get_user_tells_who_an_access_token_speaks_for() {
    let pool = TestPool::open();
    let tokens = pool.sign_in().await;
    let sub = text(&pool.claims(&tokens.access).await["sub"]);
    let expected = json!({
        "Username": sub,
        "UserAttributes": [
            { "Name": "email", "Value": EMAIL },
            { "Name": "email_verified", "Value": "true" },
            { "Name": "sub", "Value": sub },
        ],
    });
    assert_eq!(pool.get_user(&tokens.access).await, Ok(expected));
    for wrong in [&tokens.id, tokens.refresh(), "a.b.c", &format!("{}x", tokens.access)] {
        assert_eq!(outcome(pool.get_user(wrong).await), refusal("NotAuthorizedException", "Invalid Access Token"));
    }
}

#[tokio::test]
async fn revoking_ends_one_session_with_its_access_tokens_and_leaves_others() {
    let pool = TestPool::open();
    let (one, other) = (pool.sign_in().await, pool.sign_in().await);
    assert_eq!(pool.revoke(one.refresh()).await, Ok(json!({})));
    assert_eq!(
        outcome(pool.get_user(&one.access).await),
        refusal("NotAuthorizedException", "Access Token has been revoked")
    );
    assert_eq!(
        outcome(pool.refresh(one.refresh()).await),
        refusal("NotAuthorizedException", "Refresh Token has been revoked")
    );
    pool.get_user(&other.access).await.unwrap();
    pool.refresh(other.refresh()).await.unwrap();
    assert_eq!(pool.revoke(one.refresh()).await, Ok(json!({})), "revoking again is no error");
}

#[tokio::test]
async fn revoking_junk_is_no_error_and_revoking_a_jwt_is() {
    let pool = TestPool::open();
    assert_eq!(pool.revoke("junk").await, Ok(json!({})));
    let tokens = pool.sign_in().await;
    for jwt in [&tokens.access, &tokens.id] {
        assert_eq!(outcome(pool.revoke(jwt).await), refusal("UnsupportedTokenTypeException", "Unsupported token type"));
    }
    pool.get_user(&tokens.access).await.unwrap();
}

#[tokio::test]
async fn signing_out_globally_ends_every_session_of_that_user_only() {
    let pool = TestPool::with(|config| config.users.push(("grace@example.com".to_owned(), "Password-2".to_owned())));
    let (one, other) = (pool.sign_in().await, pool.sign_in().await);
    let grace = pool.sign_in_as("grace@example.com", "Password-2").await.unwrap();
    assert_eq!(pool.call("GlobalSignOut", json!({ "AccessToken": one.access })).await, Ok(json!({})));
    for tokens in [one, other] {
        assert_eq!(
            outcome(pool.refresh(tokens.refresh()).await),
            refusal("NotAuthorizedException", "Refresh Token has been revoked")
        );
        assert_eq!(
            outcome(pool.call("GlobalSignOut", json!({ "AccessToken": tokens.access })).await),
            refusal("NotAuthorizedException", "Access Token has been revoked")
        );
    }
    pool.refresh(grace.refresh()).await.unwrap();
}
