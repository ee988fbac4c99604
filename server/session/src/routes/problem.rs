//! Problem documents as responses, RFC 9457.

use axum::response::{IntoResponse, Response};
use holdfast::wire::{Code, Problem};
use http::{HeaderValue, StatusCode, header};
use serde::Serialize;

use crate::sessions::Refusal;

/// An error of the wire as a response: `application/problem+json`, `no-store`, and `Retry-After` where waiting helps.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProblemResponse(pub Problem);

impl ProblemResponse {
    /// A problem that says what exactly was wrong with the request. Never put anything from below into it.
    pub fn with_detail(code: Code, detail: impl Into<String>) -> Self {
        Self(Problem { detail: Some(detail.into()), ..Problem::from(code) })
    }

    /// What programs branch on.
    #[must_use]
    pub fn code(&self) -> Code {
        self.0.code
    }
}

/// The response for this code.
#[must_use]
pub fn problem_response(code: Code) -> Response {
    ProblemResponse::from(code).into_response()
}

/// Any JSON as the problem document of this code: for those with members of their own.
pub fn problem_json(code: Code, body: &impl Serialize) -> Response {
    let status = StatusCode::from_u16(code.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let Ok(body) = serde_json::to_vec(body) else {
        tracing::error!(problem.code = code.as_string(), "a problem document could not be written");
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    let mut response = (status, body).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    if let Some(seconds) = retry_after(code) {
        headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    response
}

/// Seconds after which the same request may well succeed. A crowd at the door takes longer to pass than a restart.
fn retry_after(code: Code) -> Option<u32> {
    match code {
        Code::TooManyRequests => Some(5),
        Code::ProviderUnavailable | Code::Unavailable | Code::CannotSave => Some(1),
        _ => None,
    }
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
        problem_json(self.code(), &self.0)
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        problem_response(self.code)
    }
}
