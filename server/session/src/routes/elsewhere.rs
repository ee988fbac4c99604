//! `/api/sessions`: where else a user is signed in, and ending that.

use axum::Json;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::response::{IntoResponse as _, Response};
use holdfast::wire::{Code, EXPECTED_USER};
use http::HeaderMap;
use tower_sessions::Session;

use super::{ProblemResponse, no_content, no_store};
use crate::rows::RowId;
use crate::sessions::{SavingSession, SessionList, Sessions};

/// The id that stands for all sessions but the one that asks.
const OTHERS: &str = "others";

// Neither asks for a fresh token: where the provider is down, a lost laptop can be signed out all the same.

pub(super) async fn list(
    State(sessions): State<Sessions>,
    SavingSession(live): SavingSession,
) -> Result<Response, ProblemResponse> {
    let sessions = sessions.list(&live).await?;
    Ok(no_store(Json(SessionList { sessions }).into_response()))
}

pub(super) async fn end(
    State(sessions): State<Sessions>,
    SavingSession(live): SavingSession,
    session: Session,
    id: Result<Path<String>, PathRejection>,
    headers: HeaderMap,
) -> Result<Response, ProblemResponse> {
    // A page that was opened by somebody else means somebody else's sessions.
    if headers.get(EXPECTED_USER).is_some_and(|expected| expected.as_bytes() != live.sub().as_bytes()) {
        return Err(Code::OtherUser.into());
    }
    let Ok(Path(id)) = id else { return Err(Code::NotFound.into()) };
    if id == OTHERS {
        sessions.end_others(&live).await?;
        return Ok(no_content());
    }
    let id = RowId::from_hex(&id).ok_or(Code::NotFound)?;
    if id == live.row_id() {
        sessions.sign_out(&session).await?;
    } else {
        sessions.end_elsewhere(&live, id).await?;
    }
    Ok(no_content())
}
