//! `GET /api/openapi.json`: these routes and those of the session, described (OpenAPI 3.1). The description is written by
//! hand and kept true by `tests/it/openapi.rs`.

use axum::http::header;
use axum::response::IntoResponse;

static DOCUMENT: &str = include_str!("openapi.json");

pub(super) async fn describe() -> impl IntoResponse {
    ([(header::CONTENT_TYPE, "application/json")], DOCUMENT)
}
