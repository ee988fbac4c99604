//! Files: `POST /import` takes them in, `GET /documents/{id}/export` gives one out.

use axum::extract::State;
use axum::extract::multipart::{Multipart, MultipartRejection};
use axum::response::{IntoResponse as _, Response};
use holdfast::wire::Code;

use super::visitor::Visitor;
use super::{Renderer, list};
use crate::http::body::IdInPath;
use crate::http::{AppState, files};

/// The list with what became of the files above it. Not a redirect: nothing would be left of that.
pub(super) async fn import(
    State(state): State<AppState>,
    visitor: Visitor,
    renderer: Renderer,
    form: Result<Multipart, MultipartRejection>,
) -> Response {
    let imported = match form {
        Ok(form) => files::import(&state, &visitor.owner(), form).await,
        Err(_no_boundary) => Err(Code::UnsupportedMediaType),
    };
    match imported {
        Ok(imported) => list::after_import(&state, &visitor, renderer, imported).await,
        Err(code) => renderer.problem(code, Some(visitor.user())).await,
    }
}

pub(super) async fn export(
    State(state): State<AppState>,
    visitor: Visitor,
    renderer: Renderer,
    IdInPath(id): IdInPath,
) -> Response {
    match files::export(&state, &visitor.owner(), &id).await {
        Ok(response) => response,
        Err(refusal) if refusal.code() == Code::NotFound => {
            renderer.problem(Code::NotFound, Some(visitor.user())).await
        }
        Err(refusal) => refusal.into_response(),
    }
}
