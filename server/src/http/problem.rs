//! The third ring of errors: what goes over the wire. Internal errors are logged here, once, and leave only their code.

use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use holdfast::wire::{Code, Problem};

use crate::storage::StorageError;

/// A refusal, as an RFC 9457 problem document.
#[derive(Debug)]
pub(crate) struct Refused {
    problem: Box<Problem>,
    retry_after_seconds: Option<u32>,
}

impl Refused {
    /// A refusal that says what exactly was wrong with the request. Never put anything from below into it.
    pub(crate) fn with_detail(code: Code, detail: impl Into<String>) -> Self {
        let problem = Problem { detail: Some(detail.into()), ..Problem::from(code) };
        Self { problem: Box::new(problem), retry_after_seconds: None }
    }

    /// What programs branch on.
    pub(crate) fn code(&self) -> Code {
        self.problem.code
    }
}

impl From<Code> for Refused {
    fn from(code: Code) -> Self {
        let retry_after_seconds = matches!(code.status(), 429 | 503).then_some(1);
        Self { problem: Box::new(Problem::from(code)), retry_after_seconds }
    }
}

impl From<StorageError> for Refused {
    fn from(error: StorageError) -> Self {
        tracing::error!(error = &error as &dyn std::error::Error, "a request could not be served from the database");
        match error {
            StorageError::Database(_) => Self::from(Code::CannotSave),
            StorageError::Stopped => Self::from(Code::Unavailable),
            StorageError::Panicked | StorageError::Inconsistent { .. } => Self::from(Code::Internal),
        }
    }
}

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.problem.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut response = problem_json(status, &*self.problem);
        if let Some(seconds) = self.retry_after_seconds {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}

/// Any JSON as a problem document: those with extension members use it directly.
pub(crate) fn problem_json(status: StatusCode, body: &impl serde::Serialize) -> Response {
    let mut response = (status, Json(body)).into_response();
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
    response
}
