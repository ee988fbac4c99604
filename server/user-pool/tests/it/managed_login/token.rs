//! `/oauth2/token`, `/oauth2/userInfo` and `/oauth2/revoke`.

use axum::body::Body;
use axum::http::{Request, StatusCode};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use holdfast_user_pool::control::UserAction;
use serde_json::{Value, json};

use super::{Browser, CALLBACK, VERIFIER, encoded, exchange, open, post, with};
use crate::harness::{EMAIL, TestPool, json_of, refusal, text};

fn error(name: &str) -> (StatusCode, Value) {
    (StatusCode::BAD_REQUEST, json!({ "error": name }))
}

async fn user_info(pool: &TestPool, token: &str) -> (StatusCode, Value) {
    let request = Request::get("/oauth2/userInfo").header("authorization", format!("Bearer {token}"));
    let response = pool.send(request.body(Body::empty()).unwrap()).await;
    (response.status(), json_of(response).await)
}

#[tokio::test]
async fn a_code_buys_tokens_that_every_operation_takes() {
    let pool = open();
    let code = Browser::of(&pool).sign_in(&[]).await;
    let (status, tokens) = exchange(&pool, &code).await;
    assert_eq!(
        (status, &tokens["token_type"], &tokens["expires_in"]),
        (StatusCode::OK, &json!("Bearer"), &json!(3600))
    );
    let (access, id) = (text(&tokens["access_token"]), text(&tokens["id_token"]));
    let claims = pool.claims(&id).await;
    assert_eq!((&claims["nonce"], &claims["aud"]), (&json!("the nonce"), &json!(pool.client_id())));
    let hash = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, access.as_bytes());
    assert_eq!(claims["at_hash"], URL_SAFE_NO_PAD.encode(&hash.as_ref()[..16]));
    let claims = pool.claims(&access).await;
    assert_eq!(claims["scope"], "openid email aws.cognito.signin.user.admin");
    pool.get_user(&access).await.unwrap();

    let (status, info) = user_info(&pool, &access).await;
    assert_eq!((status, &info["email"], &info["email_verified"]), (StatusCode::OK, &json!(EMAIL), &json!("true")));
    let by_api = pool.sign_in().await;
    assert_eq!(user_info(&pool, &by_api.access).await.0, StatusCode::UNAUTHORIZED, "no openid in its scope");

    // Both ways to refresh, and both to revoke, know each other's sessions.
    let refresh = text(&tokens["refresh_token"]);
    let refreshed = pool.refresh(&refresh).await.unwrap();
    let claims = pool.claims(&refreshed.id).await;
    assert_eq!((&claims["nonce"], &claims["at_hash"]), (&Value::Null, &Value::Null));
    let pairs = [("grant_type", "refresh_token"), ("client_id", pool.client_id()), ("refresh_token", by_api.refresh())];
    let (status, tokens) = post(&pool, "/oauth2/token", &pairs).await;
    assert_eq!((status, tokens.get("refresh_token")), (StatusCode::OK, None));
    let request = Request::post("/oauth2/revoke").header("content-type", "application/x-www-form-urlencoded");
    let body = encoded(&[("client_id", pool.client_id()), ("token", &refresh)]);
    assert_eq!(pool.send(request.body(Body::from(body)).unwrap()).await.status(), StatusCode::OK);
    let revoked = refusal("NotAuthorizedException", "Refresh Token has been revoked");
    assert_eq!(pool.refresh(&refresh).await.map(drop), revoked);
}

#[tokio::test]
async fn a_code_is_good_once_for_its_request_and_for_five_minutes() {
    let pool = open();
    let mut browser = Browser::of(&pool);
    let code = browser.sign_in(&[]).await;
    assert_eq!(exchange(&pool, &code).await.0, StatusCode::OK);
    assert_eq!(exchange(&pool, &code).await, error("invalid_grant"));

    let next = async |browser: &mut Browser<'_>| super::code_of(&browser.authorize(&[]).await);
    let client = pool.client_id();
    let right = [
        ("grant_type", "authorization_code"),
        ("client_id", client),
        ("redirect_uri", CALLBACK),
        ("code_verifier", VERIFIER),
    ];
    let wrong: [(&str, &str, &str); 7] = [
        ("code_verifier", "", "invalid_grant"),
        ("code_verifier", "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXl", "invalid_grant"),
        ("redirect_uri", "http://localhost:3000/callback", "unauthorized_client"),
        ("redirect_uri", "", "invalid_request"),
        ("client_id", "another", "invalid_client"),
        ("grant_type", "password", "unsupported_grant_type"),
        ("grant_type", "client_credentials", "unauthorized_client"),
    ];
    for (name, value, told) in wrong {
        let code = next(&mut browser).await;
        let mut pairs: Vec<_> = right.iter().copied().filter(|(key, _)| *key != name).collect();
        pairs.extend([("code", code.as_str()), (name, value)]);
        assert_eq!(post(&pool, "/oauth2/token", &pairs).await, error(told), "{name}={value}");
    }
    let code = next(&mut browser).await;
    pool.advance(5 * 60);
    assert_eq!(exchange(&pool, &code).await, error("invalid_grant"));
    let code = next(&mut browser).await;
    pool.pool.control().user(EMAIL, UserAction::Disable).await.unwrap();
    assert_eq!(exchange(&pool, &code).await, error("invalid_grant"));
}

#[tokio::test]
async fn a_client_with_a_secret_shows_it_in_one_way_or_the_other() {
    const SECRET: &str = "a_secret/of+the:app_client";
    let pool = with(|config| config.client_secret = Some(SECRET.to_owned()));
    let mut browser = Browser::of(&pool);
    let code = browser.sign_in(&[]).await;
    assert_eq!(exchange(&pool, &code).await, error("invalid_client"));
    let client = pool.client_id().to_owned();
    let form = |secret: &str| {
        let mut pairs = vec![
            ("grant_type", "authorization_code"),
            ("code", &code),
            ("redirect_uri", CALLBACK),
            ("code_verifier", VERIFIER),
        ];
        if !secret.is_empty() {
            pairs.extend([("client_id", client.as_str()), ("client_secret", secret)]);
        }
        encoded(&pairs)
    };
    let send = async |basic: Option<&str>, body: String| {
        let mut request = Request::post("/oauth2/token").header("content-type", "application/x-www-form-urlencoded");
        if let Some(basic) = basic {
            request = request.header("authorization", format!("Basic {}", STANDARD.encode(basic)));
        }
        json_of(pool.send(request.body(Body::from(body)).unwrap()).await).await
    };
    let basic = format!("{client}:{}", form_urlencoded::byte_serialize(SECRET.as_bytes()).collect::<String>());
    assert_eq!(send(None, form("wrong")).await, json!({ "error": "invalid_client" }));
    assert_eq!(send(Some(&format!("{client}:wrong")), form("")).await, json!({ "error": "invalid_client" }));
    assert_eq!(send(Some(&basic), form(SECRET)).await, json!({ "error": "invalid_client" }), "two ways at once");
    assert!(send(Some(&basic), form("")).await["access_token"].is_string());
    let code = super::code_of(&browser.authorize(&[]).await);
    let body = form(SECRET).replace(&form_urlencoded::byte_serialize(b"x").collect::<String>(), "x");
    let body =
        body.split('&').map(|pair| if pair.starts_with("code=") { format!("code={code}") } else { pair.to_owned() });
    assert!(send(None, body.collect::<Vec<_>>().join("&")).await["access_token"].is_string());
}

#[tokio::test]
async fn without_openid_there_is_no_id_token_and_without_the_admin_scope_no_operation() {
    let pool = open();
    let code = Browser::of(&pool).sign_in(&[("scope", "email")]).await;
    let (_, tokens) = exchange(&pool, &code).await;
    assert_eq!(tokens.get("id_token"), None);
    let refused = refusal("NotAuthorizedException", "Access Token does not have required scopes");
    assert_eq!(pool.get_user(&text(&tokens["access_token"])).await, refused);
}

#[tokio::test]
async fn the_discovery_document_names_every_endpoint_on_the_domain() {
    let pool = open();
    pool.pool.set_domain("http://localhost:9229/");
    let path = format!("/{}/.well-known/openid-configuration", pool.pool.pool_id());
    let document = json_of(pool.send(Request::get(path).body(Body::empty()).unwrap()).await).await;
    assert_eq!(document["authorization_endpoint"], "http://localhost:9229/oauth2/authorize");
    assert_eq!(document["token_endpoint"], "http://localhost:9229/oauth2/token");
    assert_eq!(document["userinfo_endpoint"], "http://localhost:9229/oauth2/userInfo");
    assert_eq!(document["revocation_endpoint"], "http://localhost:9229/oauth2/revoke");
    assert_eq!(document["end_session_endpoint"], "http://localhost:9229/logout");
    assert_eq!(document["issuer"], pool.pool.issuer());
}
