//! `/`: the documents; `POST /documents`: a new one.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use holdfast::wire::CreateDocument;
use holdfast_app::{DocumentsPage, Page};

use super::Renderer;
use super::visitor::Visitor;
use crate::http::AppState;
use holdfast_session::routes::ProblemResponse;

pub(super) async fn page(State(state): State<AppState>, visitor: Visitor, renderer: Renderer) -> Response {
    let documents = match state.documents.list(&visitor.owner()).await {
        Ok(documents) => documents,
        Err(error) => return renderer.problem(ProblemResponse::from(error).code(), Some(visitor.user())).await,
    };
    let session = state.sessions.status(&visitor.0);
    let page = Page::Documents(DocumentsPage { documents, now_ms: state.clock.now_ms(), session });
    renderer.render(StatusCode::OK, Some(visitor.user()), page).await
}

pub(super) async fn create(State(state): State<AppState>, visitor: Visitor, renderer: Renderer) -> Response {
    match state.documents.create(visitor.owner(), CreateDocument::default()).await {
        Ok(Ok(document)) => Redirect::to(&format!("/documents/{}", document.id)).into_response(),
        Ok(Err(refusal)) => renderer.problem(ProblemResponse::from(refusal).code(), Some(visitor.user())).await,
        Err(error) => renderer.problem(ProblemResponse::from(error).code(), Some(visitor.user())).await,
    }
}
