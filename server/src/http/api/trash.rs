//! `/api/trash`: what was thrown away, for thirty days.

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use holdfast::wire::{Code, DocumentSummary, TrashList};
use holdfast_session::bearer::Acting;

use super::{AppState, expect_user, owner};
use crate::http::body::IdInPath;
use holdfast_session::routes::ProblemResponse;

pub(super) async fn list(
    State(state): State<AppState>,
    Acting(actor): Acting,
) -> Result<Json<TrashList>, ProblemResponse> {
    Ok(Json(TrashList { documents: state.documents.trashed(&owner(&actor)).await? }))
}

pub(super) async fn restore(
    State(state): State<AppState>,
    Acting(actor): Acting,
    IdInPath(id): IdInPath,
    headers: HeaderMap,
) -> Result<Json<DocumentSummary>, ProblemResponse> {
    expect_user(&actor, &headers)?;
    Ok(Json(state.documents.restore(owner(&actor), id).await?.ok_or(Code::NotFound)?))
}

pub(super) async fn delete(
    State(state): State<AppState>,
    Acting(actor): Acting,
    IdInPath(id): IdInPath,
    headers: HeaderMap,
) -> Result<StatusCode, ProblemResponse> {
    expect_user(&actor, &headers)?;
    let deleted = state.documents.delete_for_good(owner(&actor), id).await?;
    if deleted { Ok(StatusCode::NO_CONTENT) } else { Err(ProblemResponse::from(Code::NotFound)) }
}
