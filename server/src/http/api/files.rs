//! `/api/import`, and `/api/documents/{id}/export`.

use axum::Json;
use axum::extract::State;
use axum::extract::multipart::{Multipart, MultipartRejection};
use axum::http::HeaderMap;
use axum::response::Response;
use holdfast::wire::{Code, Imported};
use holdfast_session::bearer::Acting;
use holdfast_session::routes::ProblemResponse;
use holdfast_session::sessions::SignedIn;

use super::{AppState, expect_user, owner};
use crate::http::body::IdInPath;
use crate::http::files;

pub(super) async fn import(
    State(state): State<AppState>,
    SignedIn(live): SignedIn,
    headers: HeaderMap,
    form: Result<Multipart, MultipartRejection>,
) -> Result<Json<Imported>, ProblemResponse> {
    expect_user(&live, &headers)?;
    let form = form.map_err(|_no_boundary| Code::UnsupportedMediaType)?;
    Ok(Json(files::import(&state, &owner(&live), form).await?))
}

pub(super) async fn export(
    State(state): State<AppState>,
    Acting(actor): Acting,
    IdInPath(id): IdInPath,
) -> Result<Response, ProblemResponse> {
    files::export(&state, &owner(&actor), &id).await
}
