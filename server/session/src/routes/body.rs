//! A small JSON body, or the problem with it.

use axum::body::{Body, HttpBody as _, to_bytes};
use axum::extract::{FromRequest, Request};
use holdfast::wire::Code;
use http::header::CONTENT_TYPE;
use serde::de::DeserializeOwned;

use super::ProblemResponse;

/// A password and an e-mail address are a few hundred bytes.
const MOST_BYTES: usize = 16 * 1024;

/// The body as JSON of at most 16 KiB. The content type must be `application/json`: a form of another site can send
/// `text/plain` without asking anybody.
#[derive(Debug, Clone)]
pub struct JsonBody<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for JsonBody<T> {
    type Rejection = ProblemResponse;

    async fn from_request(request: Request, _state: &S) -> Result<Self, ProblemResponse> {
        let kind = request.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let essence = kind.split(';').next().unwrap_or_default().trim();
        if !essence.eq_ignore_ascii_case("application/json") {
            return Err(Code::UnsupportedMediaType.into());
        }
        let body: Body = request.into_body();
        if body.size_hint().lower() > MOST_BYTES as u64 {
            return Err(Code::TooLarge.into());
        }
        let bytes = to_bytes(body, MOST_BYTES).await.map_err(|error| {
            let too_large =
                std::error::Error::source(&error).is_some_and(|source| source.is::<http_body_util::LengthLimitError>());
            if too_large { Code::TooLarge } else { Code::Malformed }
        })?;
        // serde_json refuses to recurse deeper than 128 levels.
        serde_json::from_slice(&bytes).map(Self).map_err(|_| Code::Malformed.into())
    }
}
