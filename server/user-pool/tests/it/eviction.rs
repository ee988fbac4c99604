//! So many sessions per user, and no more.

use crate::harness::{EMAIL, PASSWORD, TestPool, outcome, refusal};

const GRACE: &str = "grace@example.com";

fn revoked<T>() -> Result<T, (String, String)> {
    refusal("NotAuthorizedException", "Refresh Token has been revoked")
}

#[tokio::test]
async fn at_the_limit_a_sign_in_evicts_the_session_that_was_least_recently_used() {
    let pool = TestPool::with(|config| {
        config.max_sessions_per_user = Some(2);
        config.users.push((GRACE.to_owned(), PASSWORD.to_owned()));
    });
    let graces = pool.sign_in_as(GRACE, PASSWORD).await.unwrap();
    let first = pool.sign_in().await;
    pool.advance(60);
    let second = pool.sign_in().await;
    pool.advance(60);
    pool.refresh(first.refresh()).await.unwrap();
    pool.advance(60);
    let third = pool.sign_in().await;
    assert_eq!(outcome(pool.refresh(second.refresh()).await), revoked(), "not used since its sign-in");
    assert_eq!(
        outcome(pool.get_user(&second.access).await),
        refusal("NotAuthorizedException", "Access Token has been revoked")
    );
    for live in [&first, &third, &graces] {
        pool.refresh(live.refresh()).await.unwrap();
    }
}

#[tokio::test]
async fn sessions_that_have_ended_take_no_room_and_without_a_limit_nobody_is_evicted() {
    let pool = TestPool::with(|config| config.max_sessions_per_user = Some(2));
    let (first, second) = (pool.sign_in().await, pool.sign_in().await);
    pool.revoke(second.refresh()).await.unwrap();
    let third = pool.sign_in_as(EMAIL, PASSWORD).await.unwrap();
    for live in [&first, &third] {
        pool.refresh(live.refresh()).await.unwrap();
    }
    let pool = TestPool::open();
    let first = pool.sign_in().await;
    for _ in 0..5 {
        pool.sign_in().await;
    }
    pool.refresh(first.refresh()).await.unwrap();
}
