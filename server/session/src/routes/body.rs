//! A JSON body, or the problem with it: problem documents where axum has plain text.

use axum::Json;
use axum::extract::rejection::JsonRejection;
use axum::extract::{FromRequest, Request};
use holdfast::wire::Code;
use http::StatusCode;
use serde::de::DeserializeOwned;

use super::ProblemResponse;

/// A body that is JSON, says so, and is no larger than the route's [`axum::extract::DefaultBodyLimit`]. The content type
/// is not a formality: a form of another site can send `text/plain` without asking anybody.
#[derive(Debug, Clone)]
pub struct JsonBody<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for JsonBody<T> {
    type Rejection = ProblemResponse;

    async fn from_request(request: Request, state: &S) -> Result<Self, ProblemResponse> {
        // serde_json refuses to recurse deeper than 128 levels.
        Json::<T>::from_request(request, state).await.map(|Json(body)| Self(body)).map_err(ProblemResponse::from)
    }
}

impl From<JsonRejection> for ProblemResponse {
    fn from(rejection: JsonRejection) -> Self {
        match rejection {
            // serde's words name only what the sender wrote: a field, a line, a column.
            JsonRejection::JsonDataError(error) => Self::with_detail(Code::Malformed, error.body_text()),
            JsonRejection::JsonSyntaxError(error) => Self::with_detail(Code::Malformed, error.body_text()),
            JsonRejection::MissingJsonContentType(_) => Self::from(Code::UnsupportedMediaType),
            error if error.status() == StatusCode::PAYLOAD_TOO_LARGE => Self::from(Code::TooLarge),
            // It did not arrive whole: its time ran out. Where the connection broke, nobody reads this.
            _ => Self::from(Code::TimedOut),
        }
    }
}
