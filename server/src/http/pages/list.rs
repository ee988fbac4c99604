//! `/`: the documents; `POST /documents`: a new one.

use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use holdfast::wire::CreateDocument;
use holdfast_app::{DocumentsPage, Page};
use serde::Deserialize;

use super::Renderer;
use super::visitor::Visitor;
use crate::documents::DocumentId;
use crate::http::AppState;
use holdfast_session::routes::ProblemResponse;

#[derive(Deserialize)]
pub(super) struct Shown {
    trashed: Option<String>,
}

pub(super) async fn page(
    State(state): State<AppState>,
    visitor: Visitor,
    renderer: Renderer,
    Query(shown): Query<Shown>,
) -> Response {
    let documents = match state.documents.list(&visitor.owner()).await {
        Ok(documents) => documents,
        Err(error) => return renderer.problem(ProblemResponse::from(error).code(), Some(visitor.user())).await,
    };
    let session = state.sessions.status(&visitor.0);
    let trashed = shown.trashed.filter(|id| DocumentId::parse(id).is_some());
    let page = Page::Documents(DocumentsPage { documents, now_ms: state.clock.now_ms(), session, trashed });
    renderer.render(StatusCode::OK, Some(visitor.user()), page).await
}

pub(super) async fn create(State(state): State<AppState>, visitor: Visitor, renderer: Renderer) -> Response {
    match state.documents.create(visitor.owner(), CreateDocument::default()).await {
        Ok(Ok(document)) => Redirect::to(&format!("/documents/{}", document.id)).into_response(),
        Ok(Err(refusal)) => renderer.problem(ProblemResponse::from(refusal).code(), Some(visitor.user())).await,
        Err(error) => renderer.problem(ProblemResponse::from(error).code(), Some(visitor.user())).await,
    }
}
