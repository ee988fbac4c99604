//! `/__control` over HTTP.

use axum::Router;
use axum::body::Body;
use axum::http::{Request, StatusCode};
use serde_json::{Value, json};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use tower::ServiceExt as _;

use crate::harness::{EMAIL, PASSWORD, TestPool, json_of, outcome, refusal};

fn router(pool: &TestPool) -> Router {
    let clock = Arc::clone(&pool.clock);
    let routes = pool.pool.control_router(move |seconds| clock.advance(time::Duration::seconds(seconds)));
    Router::new().nest("/__control", routes)
}

async fn post(pool: &TestPool, path: &str, body: Value) -> (StatusCode, Value) {
    let body = if body.is_null() { Body::empty() } else { Body::from(body.to_string()) };
    let request = Request::post(format!("/__control/{path}")).body(body).unwrap();
    let response = router(pool).oneshot(request).await.unwrap();
    (response.status(), json_of(response).await)
}

async fn get(pool: &TestPool, path: &str) -> Value {
    let request = Request::get(format!("/__control/{path}")).body(Body::empty()).unwrap();
    json_of(router(pool).oneshot(request).await.unwrap()).await
}

fn ok() -> (StatusCode, Value) {
    (StatusCode::OK, json!({ "ok": true }))
}

#[tokio::test]
async fn the_clock_is_advanced_for_everyone_who_shares_it() {
    let pool = TestPool::open();
    let token = pool.sign_in().await.refresh.unwrap();
    assert_eq!(post(&pool, "advance", json!({ "seconds": 86_400 })).await, ok());
    assert_eq!(outcome(pool.refresh(&token).await), refusal("NotAuthorizedException", "Refresh Token has expired"));
}

#[tokio::test]
async fn users_are_disabled_enabled_signed_out_reset_and_deleted_by_name() {
    let pool = TestPool::open();
    let token = pool.sign_in().await.refresh.unwrap();
    let user = |action: &str| post_owned(&pool, format!("pool/users/ada%40example.com/{action}"));
    assert_eq!(user("sign-out").await, ok());
    assert_eq!(pool.refresh(&token).await.unwrap_err().1, "Refresh Token has been revoked");
    assert_eq!(user("disable").await, ok());
    assert_eq!(pool.sign_in_as(EMAIL, PASSWORD).await.unwrap_err().1, "User is disabled.");
    assert_eq!(user("enable").await, ok());
    pool.sign_in().await;
    assert_eq!(user("reset-password").await, ok());
    assert_eq!(pool.sign_in_as(EMAIL, PASSWORD).await.unwrap_err().0, "PasswordResetRequiredException");
    assert_eq!(user("delete").await, ok());
    assert_eq!(user("delete").await, (StatusCode::NOT_FOUND, json!({ "error": "no such user" })));
    assert_eq!(user("explode").await.0, StatusCode::BAD_REQUEST);
}

async fn post_owned(pool: &TestPool, path: String) -> (StatusCode, Value) {
    post(pool, &path, Value::Null).await
}

#[tokio::test]
async fn tokens_are_revoked_all_by_user_or_one_by_one() {
    let pool = TestPool::with(|config| config.users.push(("grace@example.com".to_owned(), "Password-2".to_owned())));
    let revoked = |result: Result<_, (String, String)>| result.is_err_and(|(_, text)| text.ends_with("been revoked"));
    let (one, two) = (pool.sign_in().await.refresh.unwrap(), pool.sign_in().await.refresh.unwrap());
    let grace = pool.sign_in_as("grace@example.com", "Password-2").await.unwrap().refresh.unwrap();
    assert_eq!(post(&pool, "pool/revoke", json!({ "token": one })).await, ok());
    assert!(revoked(pool.refresh(&one).await) && !revoked(pool.refresh(&two).await));
    assert_eq!(post(&pool, "pool/revoke", json!({ "username": EMAIL })).await, ok());
    assert!(revoked(pool.refresh(&two).await) && !revoked(pool.refresh(&grace).await));
    assert_eq!(post(&pool, "pool/revoke", json!({})).await, ok());
    assert!(revoked(pool.refresh(&grace).await));
    assert_eq!(post(&pool, "pool/revoke", Value::Null).await, ok());
    assert_eq!(post(&pool, "pool/revoke", json!({ "token": "junk" })).await.0, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn calls_and_codes_are_there_to_be_read() {
    let pool = TestPool::open();
    let _ = pool.sign_in_as(EMAIL, "wrong").await;
    pool.sign_up("grace@example.com", PASSWORD).await.unwrap();
    let calls = get(&pool, "pool/calls").await;
    let at_ms = pool.clock_ms();
    assert_eq!(
        calls["calls"],
        json!([
            { "operation": "InitiateAuth", "outcome": "NotAuthorizedException", "at_ms": at_ms,
              "message": "Incorrect username or password." },
            { "operation": "SignUp", "outcome": "ok", "at_ms": at_ms },
        ])
    );
    let messages = &get(&pool, "pool/outbox").await["messages"];
    assert_eq!((&messages[0]["to"], &messages[0]["kind"]), (&json!("grace@example.com"), &json!("sign_up")));
    assert_eq!(messages[0]["code"].as_str().map(str::len), Some(6));
}

#[tokio::test]
async fn a_reset_goes_back_to_the_beginning_and_takes_the_caller_along() {
    let pool = TestPool::open();
    let sub = pool.claims(&pool.sign_in().await.access).await["sub"].clone();
    pool.sign_up("grace@example.com", PASSWORD).await.unwrap();
    let token = pool.sign_in().await.refresh.unwrap();
    post(&pool, "pool/fault", json!({ "operation": "*", "kind": "throttle", "times": 5 })).await;
    post(&pool, "pool/mutate", json!({ "auth_time_moves": true })).await;
    post_owned(&pool, format!("pool/users/{}/disable", sub.as_str().unwrap())).await;

    let told = Arc::new(AtomicBool::new(false));
    let tell = Arc::clone(&told);
    let routes = pool.pool.control_router_with_reset(
        |_| {},
        move || {
            tell.store(true, Ordering::SeqCst);
            async { Ok(()) }
        },
    );
    let response = routes.oneshot(Request::post("/reset").body(Body::empty()).unwrap()).await.unwrap();
    assert_eq!((response.status(), told.load(Ordering::SeqCst)), (StatusCode::OK, true));

    assert!(pool.pool.control().calls().is_empty() && pool.pool.control().outbox().is_empty());
    assert_eq!(pool.refresh(&token).await.unwrap_err().1, "Invalid Refresh Token.");
    let signed_in = pool.sign_in().await;
    assert_eq!(pool.claims(&signed_in.access).await["sub"], sub, "the user is still the same person");
    assert_eq!(pool.sign_up("grace@example.com", PASSWORD).await.unwrap()["UserConfirmed"], false);

    let failing = pool.pool.control_router_with_reset(|_| {}, || async { Err("no".to_owned()) });
    let response = failing.oneshot(Request::post("/reset").body(Body::empty()).unwrap()).await.unwrap();
    assert_eq!(response.status(), StatusCode::INTERNAL_SERVER_ERROR);
}

#[tokio::test]
async fn bad_input_is_refused_with_its_reason_and_changes_nothing() {
    let pool = TestPool::open();
    for (path, body, reason) in [
        ("advance", json!({ "seconds": -1 }), "seconds must be"),
        ("advance", json!({ "seconds": 0 }), "seconds must be"),
        ("advance", json!({ "seconds": 1.5 }), "floating point"),
        ("advance", json!({}), "missing field `seconds`"),
        ("advance", Value::Null, "EOF"),
        ("pool/fault", json!({ "operation": "GetUser", "kind": "explode", "times": 1 }), "unknown variant"),
        ("pool/fault", json!({ "operation": "Nope", "kind": "hang", "times": 1 }), "unknown operation"),
        ("pool/fault", json!({ "operation": "GetUser", "kind": "hang", "times": 0 }), "at least 1"),
        ("pool/fault", json!({ "operation": "GetUser", "kind": "hang", "time": 1 }), "unknown field"),
        ("pool/fault", json!({ "operation": "GetUser", "kind": "slow", "delay_ms": 60_001 }), "at most"),
        ("pool/mutate", json!({ "auth_time": true }), "unknown field"),
        ("pool/revoke", json!({ "username": "a", "token": "b" }), "not both"),
        ("pool/rotate-keys", json!({ "drop_old": 1 }), "invalid type"),
    ] {
        let (status, answer) = post(&pool, path, body.clone()).await;
        assert_eq!(status, StatusCode::BAD_REQUEST, "{path} {body}");
        assert!(answer["error"].as_str().unwrap().contains(reason), "{path} {body}: {answer}");
    }
    pool.sign_in().await;
}

#[tokio::test]
async fn a_page_of_another_site_is_refused() {
    let pool = TestPool::open();
    let request = Request::post("/__control/reset").header("sec-fetch-site", "cross-site").body(Body::empty()).unwrap();
    assert_eq!(router(&pool).oneshot(request).await.unwrap().status(), StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn a_user_is_given_attributes_an_app_and_a_temporary_password_and_the_rules_are_changed() {
    let pool = TestPool::open();
    let user = |action: &str| format!("pool/users/ada%40example.com/{action}");
    assert_eq!(post(&pool, &user("attributes"), json!({ "name": "Ada", "nickname": "" })).await, ok());
    for wrong in [json!({ "name": 1 }), json!({ "sub": "another" }), json!({ "email": "countess@example.com" })] {
        assert_eq!(post(&pool, &user("attributes"), wrong).await.0, StatusCode::BAD_REQUEST);
    }
    assert_eq!(post(&pool, &user("software-token"), json!({ "secret": "short" })).await.0, StatusCode::BAD_REQUEST);
    assert_eq!(post(&pool, &user("software-token"), json!({ "secret": "JBSWY3DPEHPK3PXP" })).await, ok());
    let put = pool.challenged("SOFTWARE_TOKEN_MFA").await;
    assert!(put.parameters["USER_ID_FOR_SRP"].is_string());

    assert_eq!(post(&pool, "pool/rules", json!({ "mfa": "OFF", "required_attributes": ["name"] })).await, ok());
    let rules = get(&pool, "pool/rules").await;
    assert_eq!((&rules["mfa"], &rules["required_attributes"]), (&json!("OFF"), &json!(["name"])));
    assert_eq!(rules["explicit_auth_flows"].as_array().map(Vec::len), Some(4), "what is left out stays");
    for wrong in [json!({ "mfa": "MAYBE" }), json!({ "mfas": "ON" }), json!({ "explicit_auth_flows": ["MAGIC"] })] {
        assert_eq!(post(&pool, "pool/rules", wrong).await.0, StatusCode::BAD_REQUEST);
    }
    assert_eq!(post(&pool, &user("force-new-password"), Value::Null).await, ok());
    let put = pool.challenged("NEW_PASSWORD_REQUIRED").await;
    assert_eq!(put.parameters["requiredAttributes"], "[]", "ada has a name");
}
