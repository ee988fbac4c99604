//! The claims, the keys and the key set.

use holdfast::clock::ManualClock;
use holdfast_user_pool::control::OldKeys;
use serde_json::{Value, json};

use crate::harness::{EMAIL, TestPool};

fn keys(claims: &Value) -> Vec<&str> {
    claims.as_object().unwrap().keys().map(String::as_str).collect()
}

fn kid(token: &str) -> String {
    jsonwebtoken::decode_header(token).unwrap().kid.unwrap()
}

#[tokio::test]
async fn access_and_id_tokens_carry_cognitos_claims_and_no_others() {
    let pool = TestPool::open();
    pool.pool.set_base_url("http://127.0.0.1:4000/");
    let tokens = pool.sign_in().await;
    let (access, id) = (pool.claims(&tokens.access).await, pool.claims(&tokens.id).await);
    let now = ManualClock::DEFAULT.unix_timestamp();
    let iss = format!("http://127.0.0.1:4000/{}", pool.pool.pool_id());

    let mut expected = [
        "auth_time",
        "client_id",
        "event_id",
        "exp",
        "iat",
        "iss",
        "jti",
        "origin_jti",
        "scope",
        "sub",
        "token_use",
        "username",
        "version",
    ];
    expected.sort_unstable();
    let mut found = keys(&access);
    found.sort_unstable();
    assert_eq!(found, expected);
    assert_eq!(access["token_use"], "access");
    assert_eq!(access["client_id"], pool.client_id());
    assert_eq!(access["scope"], "aws.cognito.signin.user.admin");
    assert_eq!(access["username"], access["sub"]);

    let mut expected = [
        "aud",
        "auth_time",
        "cognito:username",
        "email",
        "email_verified",
        "event_id",
        "exp",
        "iat",
        "iss",
        "jti",
        "origin_jti",
        "sub",
        "token_use",
    ];
    expected.sort_unstable();
    let mut found = keys(&id);
    found.sort_unstable();
    assert_eq!(found, expected);
    assert_eq!((&id["token_use"], &id["aud"]), (&json!("id"), &json!(pool.client_id())));
    assert_eq!((&id["cognito:username"], &id["email"]), (&id["sub"], &json!(EMAIL)));
    assert_eq!(id["email_verified"], true);

    for claims in [&access, &id] {
        assert_eq!(claims["iss"], iss.as_str());
        assert_eq!((&claims["iat"], &claims["auth_time"]), (&json!(now), &json!(now)));
        assert_eq!(claims["exp"], now + 3_600);
        assert_eq!(claims["sub"], access["sub"]);
        assert_eq!(claims["event_id"], access["event_id"]);
        assert_eq!(claims["origin_jti"], access["origin_jti"]);
    }
    assert_ne!(access["jti"], id["jti"]);
}

#[tokio::test]
async fn one_session_has_two_kids_which_are_base64_and_published() {
    let pool = TestPool::open();
    let tokens = pool.sign_in().await;
    let (access, id) = (kid(&tokens.access), kid(&tokens.id));
    assert_ne!(access, id);
    assert!(access.ends_with('=') && id.ends_with('='));
    let set = pool.jwks().await;
    let published = set["keys"].as_array().unwrap();
    assert_eq!(published.len(), 2);
    for key in published {
        assert_eq!((&key["alg"], &key["kty"], &key["use"]), (&json!("RS256"), &json!("RSA"), &json!("sig")));
        assert_eq!((&key["e"], key["n"].as_str().unwrap().len()), (&json!("AQAB"), 342));
        assert!([&access, &id].contains(&&key["kid"].as_str().unwrap().to_owned()));
    }
}

#[tokio::test]
async fn rotated_keys_sign_and_the_old_ones_stay_published_unless_dropped() {
    let pool = TestPool::open();
    let old = pool.sign_in().await;
    pool.pool.control().rotate_keys(OldKeys::Published).await.unwrap();
    let new = pool.sign_in().await;
    assert_ne!(kid(&old.access), kid(&new.access));
    assert_eq!(pool.jwks().await["keys"].as_array().unwrap().len(), 4);
    pool.claims(&old.access).await;
    pool.get_user(&old.access).await.unwrap();

    pool.pool.control().rotate_keys(OldKeys::Dropped).await.unwrap();
    assert_eq!(pool.jwks().await["keys"].as_array().unwrap().len(), 2);
    assert!(pool.get_user(&new.access).await.is_err());
    let refreshed = pool.refresh(new.refresh()).await.unwrap();
    pool.get_user(&refreshed.access).await.unwrap();
}

#[tokio::test]
async fn a_refresh_token_cannot_be_read() {
    let token = TestPool::open().sign_in().await.refresh.unwrap();
    assert!(token.starts_with("eyJjdHki"));
    assert_eq!(token.split('.').count(), 5);
    assert!(jsonwebtoken::decode_header(&token).is_err());
}
