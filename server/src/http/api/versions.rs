//! `/api/documents/{id}/versions`: what was saved on purpose.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use holdfast::wire::{Code, CreateVersion, VersionList};
use holdfast_session::sessions::{SavingSession, SignedIn};

use super::{AppState, drafts, expect_user, owner};
use crate::drafts::Rewrite;
use crate::http::body::{IdInPath, OptionalJson};
use holdfast_session::routes::ProblemResponse;

pub(super) async fn list(
    State(state): State<AppState>,
    SignedIn(live): SignedIn,
    IdInPath(id): IdInPath,
) -> Result<Json<VersionList>, ProblemResponse> {
    let versions = state.documents.versions(&owner(&live), &id).await?.ok_or(Code::NotFound)?;
    Ok(Json(VersionList { versions }))
}

pub(super) async fn create(
    State(state): State<AppState>,
    SavingSession(live): SavingSession,
    IdInPath(id): IdInPath,
    headers: HeaderMap,
    OptionalJson(CreateVersion { name }): OptionalJson<CreateVersion>,
) -> Result<impl IntoResponse, ProblemResponse> {
    expect_user(&live, &headers)?;
    let version = state.documents.save_version(&state.drafts, owner(&live), id, name).await?;
    Ok((StatusCode::CREATED, Json(version.ok_or(Code::NotFound)??)))
}

pub(super) async fn restore(
    State(state): State<AppState>,
    SavingSession(live): SavingSession,
    IdInPath(id): IdInPath,
    Path(segments): Path<std::collections::HashMap<String, String>>,
    headers: HeaderMap,
) -> Result<Response, ProblemResponse> {
    expect_user(&live, &headers)?;
    let n = segments.get("n").and_then(|n| n.parse().ok()).ok_or(Code::NotFound)?;
    drafts::put_response(state.drafts.rewrite(owner(&live), id, Rewrite::Version(n)).await?)
}
