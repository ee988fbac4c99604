//! `/api/documents` and `/api/documents/{id}`.

use axum::Json;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::IntoResponse;
use holdfast::wire::{Code, CreateDocument, Document, DocumentList, DocumentSummary, RenameDocument, Sort};
use holdfast_session::bearer::{Acting, ActingSaver};
use serde::Deserialize;

use super::{AppState, expect_user, owner};
use crate::documents::{LONGEST_TITLE, Refusal};
use crate::http::body::{IdInPath, OptionalJson};
use crate::search::Asked;
use holdfast_session::routes::{JsonBody, ProblemResponse};

impl From<Refusal> for ProblemResponse {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::Title => {
                Self::with_detail(Code::Invalid, format!("a title is one line of at most {LONGEST_TITLE} characters"))
            }
            Refusal::TooLarge => Self::from(Code::TooLarge),
            Refusal::Kind => Self::with_detail(Code::Invalid, "kind is saved or recovery"),
        }
    }
}

/// What of the list is asked for; everything, newest change first, where nothing is said.
#[derive(Deserialize)]
pub(super) struct Listed {
    #[serde(default)]
    q: String,
    #[serde(default)]
    sort: Sort,
    #[serde(default)]
    offset: u32,
    limit: Option<u32>,
}

pub(super) async fn list(
    State(state): State<AppState>,
    Acting(actor): Acting,
    query: Result<Query<Listed>, QueryRejection>,
) -> Result<Json<DocumentList>, ProblemResponse> {
    let Ok(Query(Listed { q, sort, offset, limit })) = query else {
        let takes = "the query takes q, sort (changed or title), offset and limit";
        return Err(ProblemResponse::with_detail(Code::Invalid, takes));
    };
    let asked = Asked { typed: q, sort, offset, limit: limit.unwrap_or(u32::MAX) };
    Ok(Json(state.search.list(&owner(&actor), &asked).await?))
}

pub(super) async fn create(
    State(state): State<AppState>,
    Acting(actor): Acting,
    headers: HeaderMap,
    OptionalJson(new): OptionalJson<CreateDocument>,
) -> Result<impl IntoResponse, ProblemResponse> {
    expect_user(&actor, &headers)?;
    let document = state.documents.create(owner(&actor), new).await??;
    let location = format!("/api/documents/{}", document.id);
    Ok((StatusCode::CREATED, [(header::LOCATION, location)], Json(document)))
}

pub(super) async fn read(
    State(state): State<AppState>,
    Acting(actor): Acting,
    IdInPath(id): IdInPath,
) -> Result<Json<Document>, ProblemResponse> {
    let owner = owner(&actor);
    let summary = state.documents.find(&owner, &id).await?.ok_or(Code::NotFound)?;
    let draft = state.drafts.read(&owner, &id).await?.ok_or(Code::NotFound)?;
    Ok(Json(Document { summary, text: draft.text }))
}

pub(super) async fn rename(
    State(state): State<AppState>,
    ActingSaver(actor): ActingSaver,
    IdInPath(id): IdInPath,
    headers: HeaderMap,
    JsonBody(RenameDocument { title }): JsonBody<RenameDocument>,
) -> Result<Json<DocumentSummary>, ProblemResponse> {
    expect_user(&actor, &headers)?;
    let renamed = state.documents.rename(owner(&actor), id, title).await?;
    Ok(Json(renamed.ok_or(Code::NotFound)??))
}

pub(super) async fn trash(
    State(state): State<AppState>,
    Acting(actor): Acting,
    IdInPath(id): IdInPath,
    headers: HeaderMap,
) -> Result<StatusCode, ProblemResponse> {
    expect_user(&actor, &headers)?;
    let trashed = state.documents.trash(owner(&actor), id).await?;
    if trashed { Ok(StatusCode::NO_CONTENT) } else { Err(ProblemResponse::from(Code::NotFound)) }
}
