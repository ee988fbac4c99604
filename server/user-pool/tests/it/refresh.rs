//! Refreshing while rotation is off: GetTokensFromRefreshToken and REFRESH_TOKEN_AUTH.

use holdfast_user_pool::control::{Revoke, UserAction};
use serde_json::json;

use crate::harness::{EMAIL, TestPool, outcome, refusal};

const DAY: i64 = 24 * 60 * 60;

#[tokio::test]
async fn both_ways_refresh_and_neither_returns_a_refresh_token() {
    let pool = TestPool::open();
    let signed_in = pool.sign_in().await;
    pool.advance(60);
    let by_token = pool.refresh(signed_in.refresh()).await.unwrap();
    let by_flow = pool.refresh_auth("REFRESH_TOKEN_AUTH", signed_in.refresh()).await.unwrap();
    let by_alias = pool.refresh_auth("REFRESH_TOKEN", signed_in.refresh()).await.unwrap();
    for tokens in [by_token, by_flow, by_alias] {
        assert_eq!(tokens.refresh, None);
        assert_ne!(tokens.access, signed_in.access);
        pool.get_user(&tokens.access).await.unwrap();
    }
}

#[tokio::test]
async fn a_refresh_token_ends_exactly_at_sign_in_plus_validity_whatever_was_refreshed() {
    let pool = TestPool::open();
    let token = pool.sign_in().await.refresh.unwrap();
    pool.advance(DAY / 2);
    pool.refresh(&token).await.unwrap();
    pool.advance(DAY / 2 - 1);
    let last = pool.refresh(&token).await.unwrap();
    pool.advance(1);
    let expired = refusal("NotAuthorizedException", "Refresh Token has expired");
    assert_eq!(outcome(pool.refresh(&token).await), expired);
    assert_eq!(outcome(pool.refresh_auth("REFRESH_TOKEN_AUTH", &token).await), expired);
    pool.advance(1);
    assert_eq!(outcome(pool.refresh(&token).await), expired);
    // The last access token lives on to its own end: that is the founding case of the forced sign-in.
    pool.get_user(&last.access).await.unwrap();
    pool.advance(60 * 60 - 3);
    pool.get_user(&last.access).await.unwrap();
    pool.advance(1);
    assert_eq!(
        outcome(pool.get_user(&last.access).await),
        refusal("NotAuthorizedException", "Access Token has expired")
    );
}

#[tokio::test]
async fn auth_time_and_origin_jti_stay_over_refreshes_and_the_rest_is_fresh() {
    let pool = TestPool::open();
    let signed_in = pool.sign_in().await;
    let first = pool.claims(&signed_in.access).await;
    pool.advance(600);
    let refreshed = pool.refresh(signed_in.refresh()).await.unwrap();
    for (token, ttl) in [(&refreshed.access, 3_600), (&refreshed.id, 3_600)] {
        let claims = pool.claims(token).await;
        assert_eq!(claims["auth_time"], first["auth_time"]);
        assert_eq!(claims["origin_jti"], first["origin_jti"]);
        assert_eq!(claims["sub"], first["sub"]);
        assert_ne!(claims["jti"], first["jti"]);
        assert_ne!(claims["event_id"], first["event_id"]);
        assert_eq!(claims["iat"].as_i64(), first["iat"].as_i64().map(|iat| iat + 600));
        assert_eq!(claims["exp"].as_i64(), claims["iat"].as_i64().map(|iat| iat + ttl));
    }
}

#[tokio::test]
async fn auth_time_moves_when_the_pool_is_made_as_wrong_as_emulators_are() {
    let pool = TestPool::open();
    let signed_in = pool.sign_in().await;
    let first = pool.claims(&signed_in.access).await;
    pool.pool.control().mutate_auth_time_moves(true);
    pool.advance(600);
    let claims = pool.claims(&pool.refresh(signed_in.refresh()).await.unwrap().access).await;
    assert_eq!(claims["auth_time"].as_i64(), first["auth_time"].as_i64().map(|at| at + 600));
    assert_eq!(claims["origin_jti"], first["origin_jti"]);
}

#[tokio::test]
async fn every_reason_to_refuse_has_its_own_words() {
    let pool = TestPool::open();
    let control = pool.pool.control();
    let no = |message: &str| refusal("NotAuthorizedException", message);

    assert_eq!(outcome(pool.refresh("garbage").await), no("Invalid Refresh Token."));
    let signed_in = pool.sign_in().await;
    assert_eq!(outcome(pool.refresh(&signed_in.access).await), no("Invalid Refresh Token."));
    control.revoke(Revoke::Token(signed_in.refresh().to_owned())).await.unwrap();
    assert_eq!(outcome(pool.refresh(signed_in.refresh()).await), no("Refresh Token has been revoked"));

    let token = pool.sign_in().await.refresh.unwrap();
    control.user(EMAIL, UserAction::Disable).await.unwrap();
    assert_eq!(outcome(pool.refresh(&token).await), no("User is disabled."));
    control.user(EMAIL, UserAction::Enable).await.unwrap();
    assert_eq!(
        outcome(pool.refresh(&token).await),
        no("Refresh Token has been revoked"),
        "enabling does not un-revoke"
    );

    let token = pool.sign_in().await.refresh.unwrap();
    control.user(EMAIL, UserAction::ResetPassword).await.unwrap();
    assert_eq!(
        outcome(pool.refresh(&token).await),
        refusal("PasswordResetRequiredException", "Password reset required for the user")
    );
    control.user(EMAIL, UserAction::Delete).await.unwrap();
    assert_eq!(outcome(pool.refresh(&token).await), no("User does not exist."));
}

#[tokio::test]
async fn another_client_gets_nothing_for_a_token() {
    let pool = TestPool::open();
    let token = pool.sign_in().await.refresh.unwrap();
    let body = json!({ "ClientId": "another1", "RefreshToken": token });
    assert_eq!(
        outcome(pool.call("GetTokensFromRefreshToken", body).await),
        refusal("ResourceNotFoundException", "User pool client another1 does not exist.")
    );
}
