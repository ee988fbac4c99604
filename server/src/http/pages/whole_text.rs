//! Forms that carry a whole text: large ones are taken only from browsers whose cookie names a session, alive or ended,
//! and only a few at a time. A stranger has no text to lose here, and must not fill the memory with one.

use axum::extract::{DefaultBodyLimit, FromRequest, FromRequestParts, Request};
use holdfast::wire::{Code, MAX_DOCUMENT_BYTES};
use serde::de::DeserializeOwned;
use tokio::sync::Semaphore;
use tower_sessions::Session;

use crate::http::AppState;
use crate::http::body::FormBody;
use holdfast_session::routes::ProblemResponse;

/// A whole text in a form: every byte may need three.
const WHOLE_TEXT: usize = 3 * MAX_DOCUMENT_BYTES + 4096;

/// How many of them are in memory at the most; more wait.
static PLACES: Semaphore = Semaphore::const_new(4);

/// The fields of a form that may hold a whole text.
pub(super) struct WholeTextForm<T>(pub(super) T);

impl<T: DeserializeOwned> FromRequest<AppState> for WholeTextForm<T> {
    type Rejection = ProblemResponse;

    async fn from_request(request: Request, state: &AppState) -> Result<Self, ProblemResponse> {
        let (mut parts, body) = request.into_parts();
        let session = Session::from_request_parts(&mut parts, state).await.map_err(|_| Code::Internal)?;
        let known = match state.sessions.current(&session, &parts.headers).await {
            Ok(_) => true,
            Err(refusal) => refusal.former.is_some(),
        };
        let mut request = Request::from_parts(parts, body);
        if !known {
            return FormBody::from_request(request, state).await.map(|FormBody(fields)| Self(fields));
        }
        let _place = PLACES.acquire().await.map_err(|_| Code::Unavailable)?;
        DefaultBodyLimit::max(WHOLE_TEXT).apply(&mut request);
        FormBody::from_request(request, state).await.map(|FormBody(fields)| Self(fields))
    }
}
