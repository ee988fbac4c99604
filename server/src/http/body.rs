//! What requests bring beside a JSON body (that extractor is the session crate's [`JsonBody`]): a JSON body that may be
//! missing, a form, a document's id.

use axum::extract::rejection::{FormRejection, PathRejection};
use axum::extract::{Form, FromRequest, FromRequestParts, Path, Request};
use axum::http::header;
use axum::http::request::Parts;
use holdfast::wire::Code;
use serde::de::DeserializeOwned;

use crate::documents::DocumentId;
use holdfast_session::routes::{JsonBody, ProblemResponse};

/// A JSON body that may be missing altogether, which is the default then.
pub(crate) struct OptionalJson<T>(pub(crate) T);

impl<S: Send + Sync, T: DeserializeOwned + Default> FromRequest<S> for OptionalJson<T> {
    type Rejection = ProblemResponse;

    async fn from_request(request: Request, state: &S) -> Result<Self, ProblemResponse> {
        // RFC 9112, section 6.3: a request with neither of these has no body.
        let has = |name| request.headers().get(name).is_some_and(|value| value.as_bytes() != b"0");
        if ![header::CONTENT_TYPE, header::CONTENT_LENGTH, header::TRANSFER_ENCODING].iter().any(has) {
            return Ok(Self(T::default()));
        }
        JsonBody::from_request(request, state).await.map(|JsonBody(body)| Self(body))
    }
}

/// The fields of a plain HTML form.
pub(crate) struct FormBody<T>(pub(crate) T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for FormBody<T> {
    type Rejection = ProblemResponse;

    async fn from_request(request: Request, state: &S) -> Result<Self, ProblemResponse> {
        match Form::<T>::from_request(request, state).await {
            Ok(Form(fields)) => Ok(Self(fields)),
            Err(FormRejection::InvalidFormContentType(_)) => Err(ProblemResponse::from(Code::UnsupportedMediaType)),
            Err(error) => Err(ProblemResponse::from(unreadable(error.status().as_u16()))),
        }
    }
}

fn unreadable(status: u16) -> Code {
    match status {
        413 => Code::TooLarge,
        408 => Code::TimedOut,
        _ => Code::Malformed,
    }
}

/// The `{id}` of a document's route. What is no id names nothing: the answer is the one for a document that is not there.
pub(crate) struct IdInPath(pub(crate) DocumentId);

impl<S: Send + Sync> FromRequestParts<S> for IdInPath {
    type Rejection = ProblemResponse;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ProblemResponse> {
        let segments: Result<Path<Vec<(String, String)>>, PathRejection> = Path::from_request_parts(parts, state).await;
        segments
            .ok()
            .and_then(|Path(segments)| segments.into_iter().find(|(name, _)| name == "id"))
            .and_then(|(_, id)| DocumentId::parse(&id))
            .map(Self)
            .ok_or_else(|| ProblemResponse::from(Code::NotFound))
    }
}
