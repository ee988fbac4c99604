//! `/api/documents/{id}/versions`: what was kept, how it differs, and the way back to it.

use axum::Json;
use axum::extract::rejection::QueryRejection;
use axum::extract::{FromRequestParts, Path, Query, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use holdfast::wire::{Code, CreateVersion, Diff, NameVersion, Version, VersionKind, VersionList, VersionText};
use holdfast_session::bearer::{Acting, ActingSaver};
use serde::Deserialize;

use super::{AppState, expect_user, owner};
use crate::http::body::{IdInPath, OptionalJson};
use crate::http::made_by::Agent;
use holdfast_session::routes::{JsonBody, ProblemResponse};

/// The `{n}` of a version's route; what is no number names nothing.
pub(in crate::http) struct VersionInPath(pub(in crate::http) u64);

impl<S: Send + Sync> FromRequestParts<S> for VersionInPath {
    type Rejection = ProblemResponse;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ProblemResponse> {
        let segments: Option<Path<Vec<(String, String)>>> = Path::from_request_parts(parts, state).await.ok();
        let n = segments.and_then(|Path(segments)| segments.into_iter().find(|(name, _)| name == "n"));
        n.and_then(|(_, n)| n.parse().ok()).map(Self).ok_or_else(|| ProblemResponse::from(Code::NotFound))
    }
}

/// What a version is compared with.
#[derive(Deserialize)]
pub(super) struct With {
    with: String,
}

pub(super) async fn list(
    State(state): State<AppState>,
    Acting(actor): Acting,
    IdInPath(id): IdInPath,
) -> Result<Json<VersionList>, ProblemResponse> {
    let versions = state.documents.versions(&owner(&actor), &id).await?.ok_or(Code::NotFound)?;
    let versions = versions.into_iter().map(|listed| listed.version).collect();
    Ok(Json(VersionList { versions }))
}

pub(super) async fn read(
    State(state): State<AppState>,
    Acting(actor): Acting,
    IdInPath(id): IdInPath,
    VersionInPath(n): VersionInPath,
) -> Result<Json<VersionText>, ProblemResponse> {
    Ok(Json(state.documents.version(&owner(&actor), &id, n).await?.ok_or(Code::NotFound)?))
}

pub(super) async fn diff(
    State(state): State<AppState>,
    Acting(actor): Acting,
    IdInPath(id): IdInPath,
    VersionInPath(n): VersionInPath,
    query: Result<Query<With>, QueryRejection>,
) -> Result<Json<Diff>, ProblemResponse> {
    let invalid = || ProblemResponse::with_detail(Code::Invalid, "with is a version's number or draft");
    let Query(With { with }) = query.map_err(|_| invalid())?;
    let with = match with.as_str() {
        "draft" => None,
        number => Some(number.parse().map_err(|_| invalid())?),
    };
    let diff = state.documents.diff(&state.drafts, &owner(&actor), &id, n, with).await?;
    Ok(Json(diff.ok_or(Code::NotFound)?))
}

pub(super) async fn create(
    State(state): State<AppState>,
    ActingSaver(actor): ActingSaver,
    IdInPath(id): IdInPath,
    headers: HeaderMap,
    OptionalJson(new): OptionalJson<CreateVersion>,
) -> Result<impl IntoResponse, ProblemResponse> {
    expect_user(&actor, &headers)?;
    let made_by = Agent::of(&headers).acting(&actor);
    let is_recovery = new.kind == VersionKind::Recovery;
    let version = state.documents.save_version(&state.drafts, owner(&actor), id, new, made_by).await?;
    let version = version.ok_or(Code::NotFound)??;
    if is_recovery {
        // A browser keeps the state before it brings home what a tab that is gone has left.
        state.metrics.journal_recovery();
    }
    Ok((StatusCode::CREATED, Json(version)))
}

pub(super) async fn name(
    State(state): State<AppState>,
    ActingSaver(actor): ActingSaver,
    IdInPath(id): IdInPath,
    VersionInPath(n): VersionInPath,
    headers: HeaderMap,
    JsonBody(NameVersion { name }): JsonBody<NameVersion>,
) -> Result<Json<Version>, ProblemResponse> {
    expect_user(&actor, &headers)?;
    let named = state.documents.name_version(owner(&actor), id, n, name).await?;
    Ok(Json(named.ok_or(Code::NotFound)??))
}

pub(super) async fn restore(
    State(state): State<AppState>,
    ActingSaver(actor): ActingSaver,
    IdInPath(id): IdInPath,
    VersionInPath(n): VersionInPath,
    headers: HeaderMap,
) -> Result<Response, ProblemResponse> {
    expect_user(&actor, &headers)?;
    let made_by = Agent::of(&headers).acting(&actor);
    let restored = state.drafts.restore(owner(&actor), id, n, made_by).await?.ok_or(Code::NotFound)?;
    Ok(([(header::ETAG, format!("\"{}\"", restored.receipt.head))], Json(restored)).into_response())
}
