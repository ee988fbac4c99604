//! `/trash`, the way into it and out of it.

use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use holdfast::wire::Code;
use holdfast_app::{Page, TrashPage};
use serde::Deserialize;

use super::Renderer;
use super::visitor::Visitor;
use crate::documents::DocumentId;
use crate::http::AppState;
use crate::http::body::IdInPath;
use holdfast_session::routes::ProblemResponse;

/// Which document somebody has followed a link to.
#[derive(Deserialize)]
pub(super) struct Sought {
    document: Option<String>,
    notice: Option<String>,
}

/// Whether the document is in its owner's trash: then a link to it leads there.
pub(super) async fn has(state: &AppState, visitor: &Visitor, id: &DocumentId) -> bool {
    let trash = state.documents.trashed(&visitor.owner()).await.unwrap_or_default();
    trash.iter().any(|one| one.id == id.as_str())
}

pub(super) async fn page(
    State(state): State<AppState>,
    visitor: Visitor,
    renderer: Renderer,
    Query(Sought { document, notice }): Query<Sought>,
) -> Response {
    let documents = match state.documents.trashed(&visitor.owner()).await {
        Ok(documents) => documents,
        Err(error) => return renderer.problem(ProblemResponse::from(error).code(), Some(visitor.user())).await,
    };
    let (now_ms, session) = (state.clock.now_ms(), state.sessions.status(&visitor.0));
    let sought = documents.iter().find(|one| document.as_deref() == Some(&one.id)).map(|one| one.title.clone());
    let page = Page::Trash(TrashPage { documents, sought, deleted: notice.is_some(), now_ms, session });
    renderer.render(StatusCode::OK, Some(visitor.user()), page).await
}

pub(super) async fn throw_away(
    State(state): State<AppState>,
    visitor: Visitor,
    renderer: Renderer,
    IdInPath(id): IdInPath,
) -> Response {
    let code = match state.documents.trash(visitor.owner(), id.clone()).await {
        Ok(true) => return Redirect::to(&format!("/?trashed={id}")).into_response(),
        Ok(false) => Code::NotFound,
        Err(error) => ProblemResponse::from(error).code(),
    };
    renderer.problem(code, Some(visitor.user())).await
}

pub(super) async fn restore(
    State(state): State<AppState>,
    visitor: Visitor,
    renderer: Renderer,
    IdInPath(id): IdInPath,
) -> Response {
    let code = match state.documents.restore(visitor.owner(), id.clone()).await {
        Ok(Some(_document)) => return Redirect::to(&format!("/documents/{id}?notice=untrashed")).into_response(),
        Ok(None) => Code::NotFound,
        Err(error) => ProblemResponse::from(error).code(),
    };
    renderer.problem(code, Some(visitor.user())).await
}

pub(super) async fn delete(
    State(state): State<AppState>,
    visitor: Visitor,
    renderer: Renderer,
    IdInPath(id): IdInPath,
) -> Response {
    let code = match state.documents.delete_for_good(visitor.owner(), id).await {
        Ok(true) => return Redirect::to("/trash?notice=deleted").into_response(),
        Ok(false) => Code::NotFound,
        Err(error) => ProblemResponse::from(error).code(),
    };
    renderer.problem(code, Some(visitor.user())).await
}
