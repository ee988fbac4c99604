//! The browser's own sign-in: how long it lives, and what begins anew in it.

use serde_json::json;

use super::{Browser, back, code_of, exchange, open, with};
use crate::harness::{refusal, text};

async fn silent(browser: &mut Browser<'_>) -> Result<String, String> {
    let page = browser.authorize(&[("prompt", "none")]).await;
    match back(&page).get("error") {
        Some(error) => Err(error.clone()),
        None => Ok(code_of(&page)),
    }
}

#[tokio::test]
async fn it_lives_for_an_hour_that_begins_anew_with_each_code() {
    let pool = open();
    let mut browser = Browser::of(&pool);
    browser.sign_in(&[]).await;
    pool.advance(3_599);
    silent(&mut browser).await.unwrap();
    pool.advance(3_599);
    silent(&mut browser).await.unwrap();
    pool.advance(3_600);
    assert_eq!(silent(&mut browser).await, Err("login_required".to_owned()));
    assert!(silent(&mut Browser::of(&pool)).await.is_err(), "another browser has none");
}

/// A code in an older sign-in: `auth_time` stays there, and the new refresh token has its whole time.
#[tokio::test]
async fn a_silent_code_begins_a_new_session_with_the_old_auth_time() {
    let pool = with(|config| config.refresh_ttl = std::time::Duration::from_secs(600));
    let mut browser = Browser::of(&pool);
    let code = browser.sign_in(&[]).await;
    let (_, first) = exchange(&pool, &code).await;
    pool.advance(500);
    let code = silent(&mut browser).await.unwrap();
    let (_, second) = exchange(&pool, &code).await;
    let (one, two) = (pool.claims(&text(&first["id_token"])).await, pool.claims(&text(&second["id_token"])).await);
    assert_eq!(one["auth_time"], two["auth_time"]);
    assert_ne!(one["origin_jti"], two["origin_jti"]);
    assert_eq!(two["iat"].as_i64(), one["iat"].as_i64().map(|iat| iat + 500));
    pool.advance(599);
    let expired = refusal("NotAuthorizedException", "Refresh Token has expired");
    assert_eq!(pool.refresh(&text(&first["refresh_token"])).await.map(drop), expired);
    pool.refresh(&text(&second["refresh_token"])).await.unwrap();
    pool.advance(1);
    assert_eq!(pool.refresh(&text(&second["refresh_token"])).await.map(drop), expired);
}

/// AWS: the cookie of managed login survives GlobalSignOut; `/logout` is what ends it.
#[tokio::test]
async fn global_sign_out_ends_tokens_and_not_the_browsers_sign_in() {
    let pool = open();
    let mut browser = Browser::of(&pool);
    let code = browser.sign_in(&[]).await;
    let (_, tokens) = exchange(&pool, &code).await;
    pool.call("GlobalSignOut", json!({ "AccessToken": tokens["access_token"] })).await.unwrap();
    assert!(pool.refresh(&text(&tokens["refresh_token"])).await.is_err());
    silent(&mut browser).await.unwrap();
}

#[tokio::test]
async fn it_survives_a_restart_and_its_cookie_changes_with_each_use() {
    let pool = open();
    let mut browser = Browser::of(&pool);
    browser.sign_in(&[]).await;
    let before = browser.jar.clone();
    silent(&mut browser).await.unwrap();
    let after = browser.jar;
    assert_ne!(before["cognito"], after["cognito"]);
    let pool = pool.restart();
    let mut old = Browser { pool: &pool, jar: before };
    assert_eq!(silent(&mut old).await, Err("login_required".to_owned()), "a value that was replaced is good no more");
    silent(&mut Browser { pool: &pool, jar: after }).await.unwrap();
}

#[tokio::test]
async fn with_no_lifetime_every_sign_in_asks() {
    let pool = with(|config| config.sso_ttl = std::time::Duration::ZERO);
    let mut browser = Browser::of(&pool);
    browser.sign_in(&[]).await;
    assert_eq!(silent(&mut browser).await, Err("login_required".to_owned()));
}
