//! `/accessibility`: the statement, for everybody.

use axum::http::StatusCode;
use axum::response::Response;
use holdfast_app::Page;

use super::Renderer;

pub(super) async fn page(renderer: Renderer) -> Response {
    renderer.render(StatusCode::OK, None, Page::Accessibility).await
}
