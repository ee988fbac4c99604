//! `/trash`, the way into it and out of it.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use holdfast::wire::Code;
use holdfast_app::{Page, TrashPage};

use super::Renderer;
use super::visitor::Visitor;
use crate::http::AppState;
use crate::http::body::IdInPath;
use holdfast_session::routes::ProblemResponse;

pub(super) async fn page(State(state): State<AppState>, visitor: Visitor, renderer: Renderer) -> Response {
    let documents = match state.documents.trashed(&visitor.owner()).await {
        Ok(documents) => documents,
        Err(error) => return renderer.problem(ProblemResponse::from(error).code(), Some(visitor.user())).await,
    };
    let (now_ms, session) = (state.clock.now_ms(), state.sessions.status(&visitor.0));
    let page = Page::Trash(TrashPage { documents, now_ms, session });
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
        Ok(true) => return Redirect::to("/trash").into_response(),
        Ok(false) => Code::NotFound,
        Err(error) => ProblemResponse::from(error).code(),
    };
    renderer.problem(code, Some(visitor.user())).await
}
