//! `/api/journal-key`: what seals the journal on a user's devices. Only a live session gets it, so a journal that is left
//! behind on a shared computer stays closed until its owner signs in again. Asking is not activity.

use axum::Json;
use axum::extract::State;
use axum::http::HeaderMap;
use holdfast::wire::{Code, JournalKey, JournalKeys};
use holdfast_session::routes::ProblemResponse;
use holdfast_session::seal::user_keys;
use holdfast_session::sessions::Peek;

use super::{AppState, expect_user};

/// Separates these keys from any others that are derived from the same server key.
const PURPOSE: &str = "holdfast journal v1";

pub(super) async fn read(
    State(state): State<AppState>,
    Peek(live): Peek,
    headers: HeaderMap,
) -> Result<Json<JournalKeys>, ProblemResponse> {
    expect_user(&live, &headers)?;
    let keys = user_keys(&state.keys, PURPOSE, live.sub()).map_err(|error| {
        tracing::error!(error = &error as &dyn std::error::Error, "a journal's key could not be derived");
        Code::Internal
    })?;
    let keys = keys.iter().map(|key| JournalKey { id: key.id().to_owned(), key: key.base64() }).collect();
    Ok(Json(JournalKeys { keys }))
}
