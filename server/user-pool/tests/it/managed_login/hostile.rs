//! What is sent by nobody with good intentions: answered, never with a code, and never by a panic.

use axum::body::Body;
use axum::http::{Request, StatusCode};
use holdfast_user_pool::control::{Fault, FaultKind};

use super::{Browser, CALLBACK, asking, exchange, open, post};
use crate::harness::{json_of, text};

#[tokio::test]
async fn broken_forms_and_headers_are_refused() {
    let pool = open();
    let client = pool.client_id().to_owned();
    let long = "a".repeat(200_000);
    let bodies = ["", "%", "a=%ff%fe", "=&=&&&", "grant_type=authorization_code&grant_type=refresh_token", &long];
    for body in bodies {
        for (path, header) in
            [("/oauth2/token", "Basic !!!"), ("/oauth2/token", "Basic Og=="), ("/oauth2/revoke", "Bearer x")]
        {
            let request = Request::post(path).header("content-type", "application/x-www-form-urlencoded");
            let request = request.header("authorization", header).body(Body::from(body.to_owned())).unwrap();
            assert!(pool.send(request).await.status().is_client_error(), "{path} {header} {body:.40}");
        }
        let path = format!("/login?{}", asking(&pool, &[]));
        let request = Request::post(path).body(Body::from(body.to_owned())).unwrap();
        assert_eq!(pool.send(request).await.status(), StatusCode::BAD_REQUEST);
    }
    let json = Request::post("/oauth2/token").header("content-type", "application/json");
    let answer = pool.send(json.body(Body::from(r#"{"grant_type":"authorization_code"}"#)).unwrap()).await;
    assert_eq!(json_of(answer).await["error"], "invalid_request");
    for code in ["", "junk", "../../etc", "\u{0}"] {
        let pairs =
            [("grant_type", "authorization_code"), ("client_id", &client), ("code", code), ("redirect_uri", CALLBACK)];
        let (status, answer) = post(&pool, "/oauth2/token", &pairs).await;
        assert_eq!(status, StatusCode::BAD_REQUEST, "{answer}");
    }
    let request = Request::get("/oauth2/userInfo").body(Body::empty()).unwrap();
    assert_eq!(pool.send(request).await.status(), StatusCode::BAD_REQUEST);
}

/// Whatever stands in the parameters comes back encoded, or not at all.
#[tokio::test]
async fn a_state_cannot_write_headers_or_further_parameters() {
    let pool = open();
    for state in ["x\r\nset-cookie: a=b", "x&code=stolen", "x#y", "\u{1F600}", "%0d%0a"] {
        let page = Browser::of(&pool).authorize(&[("state", state), ("prompt", "none")]).await;
        let back = super::back(&page);
        assert_eq!(back["state"], state);
        assert!(!back.contains_key("code") && page.response.headers().get("set-cookie").is_none());
    }
}

#[tokio::test]
async fn planted_and_doubled_cookies_are_nobodys() {
    let pool = open();
    let mut browser = Browser::of(&pool);
    browser.sign_in(&[]).await;
    let good = browser.jar["cognito"].clone();
    for cookies in ["cognito=", "cognito=junk", &format!("cognito={good}; cognito={good}")] {
        let path = format!("/oauth2/authorize?{}", asking(&pool, &[("prompt", "none")]));
        let request = Request::get(path).header("cookie", cookies).body(Body::empty()).unwrap();
        let location = text(&pool.send(request).await.headers()["location"].to_str().unwrap().into());
        assert!(location.contains("error=login_required"), "{cookies}: {location}");
    }
}

#[tokio::test]
async fn each_endpoint_fails_on_demand() {
    let pool = open();
    let control = pool.pool.control();
    let mut browser = Browser::of(&pool);
    let code = browser.sign_in(&[]).await;
    for (kind, status) in [
        (FaultKind::Throttle, StatusCode::TOO_MANY_REQUESTS),
        (FaultKind::Error500, StatusCode::INTERNAL_SERVER_ERROR),
        (FaultKind::Html502, StatusCode::BAD_GATEWAY),
    ] {
        control.fault(Fault::once("Token", kind)).unwrap();
        let request = Request::post("/oauth2/token").body(Body::empty()).unwrap();
        assert_eq!(pool.send(request).await.status(), status);
    }
    control.fault(Fault::once("Authorize", FaultKind::Error500)).unwrap();
    assert_eq!(browser.authorize(&[]).await.status, StatusCode::INTERNAL_SERVER_ERROR);
    control.fault(Fault::once("Token", FaultKind::WrongNonce)).unwrap();
    let (_, tokens) = exchange(&pool, &code).await;
    assert_ne!(pool.claims(&text(&tokens["id_token"])).await["nonce"], "the nonce");
    let calls = control.calls();
    let told: Vec<_> = calls.iter().map(|call| (call.operation.as_str(), call.outcome.as_str())).collect();
    assert_eq!(told[..3], [("Authorize", "login"), ("Login", "login"), ("Login", "ok")]);
    // The key set was asked for to read the claims.
    assert_eq!(
        told[3..8],
        [("Token", "none"), ("Token", "none"), ("Token", "none"), ("Authorize", "none"), ("Token", "ok")]
    );
}
