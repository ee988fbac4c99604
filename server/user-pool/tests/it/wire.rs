//! The wire: headers, statuses, and what AWS's front end refuses before an operation runs.

use axum::body::Body;
use axum::http::{Request, StatusCode};
use serde_json::json;

use crate::harness::{TestPool, json_of, outcome, refusal, request};

#[tokio::test]
async fn an_error_is_in_body_and_headers() {
    let pool = TestPool::open();
    let response = pool.answer("GetUser", &json!({ "AccessToken": "junk" })).await;
    assert_eq!(response.status(), StatusCode::BAD_REQUEST);
    let header = |name: &str| response.headers()[name].to_str().unwrap().to_owned();
    assert_eq!(header("content-type"), "application/x-amz-json-1.1");
    assert_eq!(header("x-amzn-errortype"), "NotAuthorizedException:");
    assert_eq!(header("x-amzn-errormessage"), "Invalid Access Token");
    assert_eq!(header("x-amzn-requestid").len(), 36);
    let body = json_of(response).await;
    assert_eq!(body, json!({ "__type": "NotAuthorizedException", "message": "Invalid Access Token" }));
}

#[tokio::test]
async fn a_success_has_the_protocols_type_and_a_request_id() {
    let pool = TestPool::open();
    let response = pool.answer("RevokeToken", &json!({ "ClientId": pool.client_id(), "Token": "junk" })).await;
    assert_eq!(response.status(), StatusCode::OK);
    assert_eq!(response.headers()["content-type"], "application/x-amz-json-1.1");
    assert!(response.headers().contains_key("x-amzn-requestid"));
}

#[tokio::test]
async fn what_is_no_operation_is_unknown() {
    let pool = TestPool::open();
    let unknown = json!({ "__type": "UnknownOperationException" });
    let get = Request::get("/").body(Body::empty()).unwrap();
    let bare = Request::post("/").header("content-type", "application/x-amz-json-1.1").body(Body::empty()).unwrap();
    let mut json = request("GetUser", "{}");
    json.headers_mut().insert("content-type", "application/json".parse().unwrap());
    for wrong in [get, bare, json, request("AdminCreateUser", "{}"), request("getuser", "{}")] {
        let response = pool.send(wrong).await;
        assert_eq!(response.status(), StatusCode::BAD_REQUEST);
        assert_eq!(json_of(response).await, unknown);
    }
}

#[tokio::test]
async fn a_body_that_cannot_be_read_is_a_serialization_exception() {
    let pool = TestPool::open();
    for wrong in ["", "{", "[]", "null", "\"text\""] {
        let response = pool.send(request("GetUser", wrong)).await;
        assert_eq!(response.status(), StatusCode::BAD_REQUEST, "{wrong}");
        assert_eq!(json_of(response).await["__type"], "SerializationException", "{wrong}");
    }
    let typed = pool.call("GetUser", json!({ "AccessToken": 5 })).await;
    assert_eq!(typed.unwrap_err().0, "SerializationException");
}

#[tokio::test]
async fn missing_members_are_told_together() {
    let pool = TestPool::open();
    let null = |member: &str| format!("Value null at '{member}' failed to satisfy constraint: Member must not be null");
    assert_eq!(
        outcome(pool.call("GetUser", json!({})).await),
        refusal("InvalidParameterException", &format!("1 validation error detected: {}", null("accessToken")))
    );
    let two = format!("2 validation errors detected: {}; {}", null("authFlow"), null("clientId"));
    assert_eq!(outcome(pool.call("InitiateAuth", json!({})).await), refusal("InvalidParameterException", &two));
}

#[tokio::test]
async fn a_large_body_is_refused() {
    let pool = TestPool::open();
    let response = pool.send(request("GetUser", "x".repeat(300 * 1024))).await;
    assert_eq!(response.status(), StatusCode::PAYLOAD_TOO_LARGE);
}

#[tokio::test]
async fn the_client_describes_itself_without_a_signature() {
    let pool = TestPool::with(|config| config.rotation = true);
    let body = json!({ "UserPoolId": pool.pool.pool_id(), "ClientId": pool.client_id() });
    let client = pool.call("DescribeUserPoolClient", body).await.unwrap()["UserPoolClient"].clone();
    assert_eq!((&client["RefreshTokenValidity"], &client["AccessTokenValidity"]), (&json!(86_400), &json!(3_600)));
    assert_eq!(client["TokenValidityUnits"]["RefreshToken"], "seconds");
    assert_eq!(client["RefreshTokenRotation"], json!({ "Feature": "ENABLED", "RetryGracePeriodSeconds": 60 }));
    assert_eq!(
        client["ExplicitAuthFlows"],
        json!(["ALLOW_USER_PASSWORD_AUTH", "ALLOW_USER_SRP_AUTH", "ALLOW_USER_AUTH"])
    );
    assert_eq!(client.get("ClientSecret"), None);

    let other = json!({ "UserPoolId": "eu-central-1_other", "ClientId": pool.client_id() });
    assert_eq!(
        outcome(pool.call("DescribeUserPoolClient", other).await),
        refusal("ResourceNotFoundException", "User pool eu-central-1_other does not exist.")
    );
}

#[tokio::test]
async fn the_discovery_document_names_issuer_and_key_set_of_this_pool_only() {
    let pool = TestPool::open();
    pool.pool.set_base_url("http://localhost:1234");
    let get = |pool_id: &str, name: &str| {
        pool.send(Request::get(format!("/{pool_id}/.well-known/{name}")).body(Body::empty()).unwrap())
    };
    let document = json_of(get(pool.pool.pool_id(), "openid-configuration").await).await;
    assert_eq!(document["issuer"], pool.pool.issuer());
    assert_eq!(document["jwks_uri"], format!("{}/.well-known/jwks.json", pool.pool.issuer()));
    for name in ["openid-configuration", "jwks.json"] {
        assert_eq!(get("eu-central-1_other", name).await.status(), StatusCode::BAD_REQUEST);
    }
}
