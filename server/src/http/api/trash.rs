//! `/api/trash`: what was thrown away, for thirty days.

use axum::Json;
use axum::extract::State;
use axum::http::HeaderMap;
use holdfast::wire::{Code, DocumentSummary, TrashList};
use holdfast_session::sessions::SignedIn;

use super::{AppState, expect_user, owner};
use crate::http::body::IdInPath;
use holdfast_session::routes::ProblemResponse;

pub(super) async fn list(
    State(state): State<AppState>,
    SignedIn(live): SignedIn,
) -> Result<Json<TrashList>, ProblemResponse> {
    Ok(Json(TrashList { documents: state.documents.trashed(&owner(&live)).await? }))
}

pub(super) async fn restore(
    State(state): State<AppState>,
    SignedIn(live): SignedIn,
    IdInPath(id): IdInPath,
    headers: HeaderMap,
) -> Result<Json<DocumentSummary>, ProblemResponse> {
    expect_user(&live, &headers)?;
    Ok(Json(state.documents.restore(owner(&live), id).await?.ok_or(Code::NotFound)?))
}
