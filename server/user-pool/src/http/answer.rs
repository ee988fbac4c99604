//! Answers: the protocol's own, and the ways in which they fail to arrive.

use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::http::header::{CONTENT_LENGTH, CONTENT_TYPE};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use axum::response::{IntoResponse as _, Response};
use serde_json::{Value, json};

use super::serve::DropConnection;
use crate::control::{Fault, FaultKind};
use crate::error::ApiError;

const AMZ_JSON: HeaderValue = HeaderValue::from_static("application/x-amz-json-1.1");
/// How long a hanging call hangs if its client does not go away.
const LONGEST_HANG: Duration = Duration::from_secs(120);

/// The answer to an operation ("AWS JSON 1.1 protocol", Smithy), errors with the headers that Cognito adds.
pub(super) fn amz(result: &Result<Value, ApiError>, request_id: &str) -> Response {
    let mut headers = HeaderMap::new();
    headers.insert(CONTENT_TYPE, AMZ_JSON);
    put(&mut headers, "x-amzn-requestid", request_id);
    let (status, body) = match result {
        // An operation without an output shape answers with no body.
        Ok(Value::Null) => (StatusCode::OK, String::new()),
        Ok(body) => (StatusCode::OK, body.to_string()),
        Err(error) => {
            put(&mut headers, "x-amzn-errortype", &format!("{}:", error.code));
            let mut body = json!({ "__type": error.code });
            if let Some(message) = &error.message {
                put(&mut headers, "x-amzn-errormessage", message);
                body["message"] = message.clone().into();
            }
            (StatusCode::from_u16(error.status).unwrap_or(StatusCode::BAD_REQUEST), body.to_string())
        }
    };
    (status, headers, body).into_response()
}

fn put(headers: &mut HeaderMap, name: &'static str, value: &str) {
    // A text with a line break or a letter beyond Latin stays in the body only.
    if let Ok(value) = HeaderValue::from_str(value) {
        headers.insert(HeaderName::from_static(name), value);
    }
}

/// The answer of a fault that keeps the call from happening.
pub(crate) async fn instead(kind: FaultKind, request_id: &str) -> Response {
    match kind {
        FaultKind::Throttle => amz(&Err(ApiError::throttled()), request_id),
        FaultKind::Error500 => amz(&Err(ApiError::internal()), request_id),
        FaultKind::Html502 => {
            let page = "<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n<center><h1>502 Bad Gateway\
                        </h1></center>\r\n</body>\r\n</html>\r\n";
            (StatusCode::BAD_GATEWAY, [(CONTENT_TYPE, "text/html")], page).into_response()
        }
        FaultKind::Hang => {
            pause(LONGEST_HANG).await;
            dropped()
        }
        _ => dropped(),
    }
}

/// What becomes of the answer of a call that happened.
pub(crate) async fn delivered(fault: Option<&Fault>, response: Response) -> Response {
    match fault.map(|fault| (fault.kind, fault)) {
        Some((FaultKind::ResetAfter, _)) => dropped(),
        Some((FaultKind::Truncate, _)) => truncated(response).await,
        Some((FaultKind::Slow, fault)) => {
            pause(fault.delay()).await;
            response
        }
        _ => response,
    }
}

/// Half of the body, as if that were all: well-formed HTTP, broken JSON.
async fn truncated(response: Response) -> Response {
    let (mut parts, body) = response.into_parts();
    let bytes = axum::body::to_bytes(body, usize::MAX).await.unwrap_or_default();
    parts.headers.remove(CONTENT_LENGTH);
    Response::from_parts(parts, Body::from(bytes.slice(..bytes.len() / 2)))
}

/// No answer: [`serve`](super::serve::serve) drops the connection when it sees this. Where another server runs the
/// router, the body breaks off at once.
fn dropped() -> Response {
    let broken = Body::new(BrokenBody);
    let mut response = Response::new(broken);
    response.extensions_mut().insert(DropConnection);
    response
}

/// A body that fails before its first byte.
struct BrokenBody;

impl axum::body::HttpBody for BrokenBody {
    type Data = Bytes;
    type Error = std::io::Error;

    fn poll_frame(
        self: std::pin::Pin<&mut Self>,
        _: &mut std::task::Context<'_>,
    ) -> std::task::Poll<Option<Result<hyper::body::Frame<Bytes>, Self::Error>>> {
        std::task::Poll::Ready(Some(Err(std::io::ErrorKind::ConnectionReset.into())))
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "a late answer is late by real time; the clock of the pool may stand still"
)]
async fn pause(how_long: Duration) {
    tokio::time::sleep(how_long).await;
}
