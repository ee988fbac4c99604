//! Problem documents as responses, RFC 9457.

use axum::response::{IntoResponse, Response};
use holdfast::wire::{Code, Problem};
use http::{HeaderValue, StatusCode, header};

use crate::sessions::Refusal;

/// An error of the wire as a response: `application/problem+json`, `no-store`, and `Retry-After` where waiting helps.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProblemResponse(pub Problem);

/// The response for this code.
#[must_use]
pub fn problem_response(code: Code) -> Response {
    ProblemResponse::from(code).into_response()
}

impl From<Code> for ProblemResponse {
    fn from(code: Code) -> Self {
        Self(Problem::from(code))
    }
}

impl From<Refusal> for ProblemResponse {
    fn from(refusal: Refusal) -> Self {
        Self::from(refusal.code)
    }
}

impl IntoResponse for ProblemResponse {
    fn into_response(self) -> Response {
        let code = self.0.code;
        let status = StatusCode::from_u16(code.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let body = serde_json::to_vec(&self.0).unwrap_or_default();
        let mut response = (status, body).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        let retry_after = match code {
            Code::TooManyRequests => Some("5"),
            Code::ProviderUnavailable | Code::Unavailable | Code::CannotSave => Some("2"),
            _ => None,
        };
        if let Some(seconds) = retry_after {
            headers.insert(header::RETRY_AFTER, HeaderValue::from_static(seconds));
        }
        response
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        problem_response(self.code)
    }
}
