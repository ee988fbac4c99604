//! Refresh token rotation, its grace period and its end.

use std::time::Duration;

use crate::harness::{TestPool, outcome, refusal};

const DAY: i64 = 24 * 60 * 60;

fn rotating(grace: u64) -> TestPool {
    TestPool::with(|config| {
        config.rotation = true;
        config.grace = Duration::from_secs(grace);
    })
}

fn reuse() -> Result<(), (String, String)> {
    refusal("RefreshTokenReuseException", "Refresh token has been invalidated by refresh token rotation.")
}

#[tokio::test]
async fn each_refresh_returns_a_successor_and_the_flow_is_refused() {
    let pool = rotating(0);
    let first = pool.sign_in().await.refresh.unwrap();
    assert_eq!(
        outcome(pool.refresh_auth("REFRESH_TOKEN_AUTH", &first).await),
        refusal("NotAuthorizedException", "Auth flow not enabled for this client")
    );
    let second = pool.refresh(&first).await.unwrap().refresh.unwrap();
    assert_ne!(first, second);
    let third = pool.refresh(&second).await.unwrap().refresh.unwrap();
    assert_eq!(outcome(pool.refresh(&first).await), reuse());
    assert_eq!(outcome(pool.refresh(&second).await), reuse());
    pool.refresh(&third).await.unwrap();
}

#[tokio::test]
async fn a_spent_token_works_until_the_second_its_grace_is_over() {
    let pool = rotating(60);
    let first = pool.sign_in().await.refresh.unwrap();
    let second = pool.refresh(&first).await.unwrap().refresh.unwrap();
    pool.advance(59);
    let retried = pool.refresh(&first).await.unwrap().refresh.unwrap();
    assert_ne!(retried, second);
    pool.advance(1);
    assert_eq!(outcome(pool.refresh(&first).await), reuse(), "a retry does not prolong the grace");
    pool.advance(1);
    assert_eq!(outcome(pool.refresh(&first).await), reuse());
    pool.refresh(&second).await.unwrap();
    pool.refresh(&retried).await.unwrap();
}

#[tokio::test]
async fn without_grace_a_token_is_spent_at_once() {
    let pool = rotating(0);
    let first = pool.sign_in().await.refresh.unwrap();
    pool.refresh(&first).await.unwrap();
    assert_eq!(outcome(pool.refresh(&first).await), reuse());
}

#[tokio::test]
async fn rotation_does_not_move_the_end_of_the_session() {
    let pool = rotating(60);
    let first = pool.sign_in().await.refresh.unwrap();
    pool.advance(DAY - 1);
    let second = pool.refresh(&first).await.unwrap().refresh.unwrap();
    pool.advance(1);
    let expired = refusal("NotAuthorizedException", "Refresh Token has expired");
    assert_eq!(outcome(pool.refresh(&second).await), expired);
    assert_eq!(outcome(pool.refresh(&first).await), expired);
}

#[tokio::test]
async fn revoking_any_token_of_a_session_ends_all_of_it_and_no_other() {
    let pool = rotating(0);
    let first = pool.sign_in().await.refresh.unwrap();
    let other = pool.sign_in().await.refresh.unwrap();
    let second = pool.refresh(&first).await.unwrap().refresh.unwrap();
    pool.revoke(&first).await.unwrap();
    assert_eq!(
        outcome(pool.refresh(&second).await),
        refusal("NotAuthorizedException", "Refresh Token has been revoked")
    );
    pool.refresh(&other).await.unwrap();
}
