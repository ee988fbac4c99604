//! `/api/documents/{id}/edits`: what a writer lacks, for one that has missed events.

use axum::Json;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use holdfast::wire::{Code, Conflict};
use holdfast_session::bearer::ActingSaver;
use serde::Deserialize;

use super::{AppState, owner};
use crate::http::body::IdInPath;
use holdfast_session::routes::ProblemResponse;

#[derive(Deserialize)]
pub(super) struct Since {
    since: u64,
    writer: String,
}

pub(super) async fn since(
    State(state): State<AppState>,
    // A part of saving: it needs the session, not a fresh token.
    ActingSaver(actor): ActingSaver,
    IdInPath(id): IdInPath,
    query: Result<Query<Since>, QueryRejection>,
) -> Result<Json<Conflict>, ProblemResponse> {
    let invalid = |_| ProblemResponse::with_detail(Code::Invalid, "since is the head you have, writer your id");
    let Query(Since { since, writer }) = query.map_err(invalid)?;
    let missing = state.drafts.edits_since(&owner(&actor), &id, since, &writer).await?.ok_or(Code::NotFound)?;
    Ok(Json(missing?))
}
