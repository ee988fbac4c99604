//! `POST /api/session/extend`: "I am still here". It is activity like any other, so it moves the idle limit and nothing
//! else; and it asks the pool whether the sign-in still holds, because whoever presses *Stay signed in* and reads on
//! must not learn an hour later that they were signed out.

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use holdfast::wire::{Code, EXPECTED_USER};
use http::HeaderMap;

use super::{ProblemResponse, no_store};
use crate::sessions::{Patience, SavingSession, Sessions};

pub(super) async fn extend(
    State(sessions): State<Sessions>,
    SavingSession(live): SavingSession,
    headers: HeaderMap,
) -> Result<Response, ProblemResponse> {
    // A page that was opened by somebody else keeps nobody else signed in.
    if headers.get(EXPECTED_USER).is_some_and(|expected| expected.as_bytes() != live.sub().as_bytes()) {
        return Err(Code::OtherUser.into());
    }
    let live = sessions.confirm(live, Patience::Read).await?;
    Ok(no_store(Json(sessions.status(&live)).into_response()))
}
