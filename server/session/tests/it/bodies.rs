//! Bodies and problem documents, as an app of its own uses them.

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::DefaultBodyLimit;
use axum::http::Request;
use axum::http::header::{CONTENT_TYPE, RETRY_AFTER};
use axum::response::IntoResponse as _;
use axum::routing::post;
use holdfast::wire::{Code, SignUp};
use holdfast_session::routes::{JsonBody, ProblemResponse, problem_json, problem_response};
use http_body_util::{BodyExt as _, Full, Limited};
use serde_json::json;

use crate::support::{App, Browser};

async fn echo(JsonBody(body): JsonBody<SignUp>) -> String {
    body.email
}

fn request(body: Body) -> Request<Body> {
    Request::post("/").header(CONTENT_TYPE, "application/json").body(body).expect("a request")
}

#[tokio::test]
async fn a_body_may_be_as_large_as_its_route_says() {
    let body = |bytes: usize| Body::from(json!({ "email": "a", "password": "x".repeat(bytes) }).to_string());
    for (limit, bytes, status) in [(1_000, 900, 200), (1_000, 1_001, 413), (100_000, 90_000, 200)] {
        let app = Router::new().route("/", post(echo)).layer(DefaultBodyLimit::max(limit));
        let answer = Browser::new(app).raw(request(body(bytes))).await;
        assert_eq!(answer.status, status, "{bytes} of {limit}");
    }
    // The app's own limit does not widen the one of the session's routes.
    let app = App::new();
    let wide = app.router.clone().layer(DefaultBodyLimit::max(1_000_000));
    let long = json!({ "username": "ada@example.com", "password": "x".repeat(16 * 1024) });
    assert_eq!(Browser::new(wide).post("/api/session", &long).await.problem(), (413, String::from("too_large")));
}

#[tokio::test]
async fn a_body_that_cannot_be_read_says_where_and_one_that_never_arrives_has_timed_out() {
    let app = || Browser::new(Router::new().route("/", post(echo)));
    for (body, told) in [("{", "line 1 column 1"), (r#"{"email":1}"#, "email"), (r#"{"user":""}"#, "user")] {
        let answer = app().raw(request(Body::from(body))).await;
        assert_eq!(answer.problem(), (400, String::from("malformed")));
        assert!(answer.json()["detail"].as_str().expect("a detail").contains(told), "{}", answer.text);
    }
    let late = Limited::new(Full::new(Bytes::from_static(b"{}")), 1).map_err(|_| std::io::ErrorKind::TimedOut);
    let late = late.map_err(std::io::Error::from);
    assert_eq!(app().raw(request(Body::new(late))).await.problem(), (408, String::from("timed_out")));
}

#[tokio::test]
async fn a_problem_says_when_to_come_back_and_the_same_for_a_code_everywhere() {
    for (code, seconds) in [
        (Code::TooManyRequests, Some("5")),
        (Code::ProviderUnavailable, Some("1")),
        (Code::CannotSave, Some("1")),
        (Code::Unavailable, Some("1")),
        (Code::ProviderMisconfigured, None),
        (Code::Internal, None),
        (Code::SignedOut, None),
        (Code::Conflict, None),
    ] {
        for response in [
            problem_response(code),
            ProblemResponse::from(code).into_response(),
            ProblemResponse::with_detail(code, "more").into_response(),
            problem_json(code, &json!({ "code": code, "head": 3 })),
        ] {
            assert_eq!(response.status().as_u16(), code.status());
            assert_eq!(response.headers()[CONTENT_TYPE], "application/problem+json");
            assert_eq!(response.headers()["cache-control"], "no-store");
            let told = response.headers().get(RETRY_AFTER).map(|value| value.to_str().expect("ASCII").to_owned());
            assert_eq!(told.as_deref(), seconds, "{code:?}");
        }
    }
}
