//! `/documents/{id}/saved`: the receipt behind the word "Saved", for its owner.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use holdfast::wire::Code;
use holdfast_app::{Page, SavedPage};
use holdfast_session::routes::ProblemResponse;

use super::Renderer;
use super::visitor::Visitor;
use crate::documents::DocumentId;
use crate::export::file_name;
use crate::http::AppState;
use crate::http::body::IdInPath;

pub(super) async fn page(
    State(state): State<AppState>,
    visitor: Visitor,
    renderer: Renderer,
    IdInPath(id): IdInPath,
) -> Response {
    match load(&state, &visitor, &id).await {
        Ok(page) => renderer.render(StatusCode::OK, Some(visitor.user()), page).await,
        Err(refused) => renderer.problem(refused.code(), Some(visitor.user())).await,
    }
}

async fn load(state: &AppState, visitor: &Visitor, id: &DocumentId) -> Result<Page, ProblemResponse> {
    let owner = visitor.owner();
    let document = state.documents.find(&owner, id).await?.ok_or(Code::NotFound)?;
    let on_disk = state.drafts.on_disk(&owner, id).await?.ok_or(Code::NotFound)?;
    Ok(Page::Saved(SavedPage {
        id: id.to_string(),
        file_name: file_name(&document.title),
        title: document.title,
        saved_at: (on_disk.head != 0).then_some(on_disk.saved_at),
        edits: on_disk.edits,
        saves: on_disk.head,
        length: on_disk.length,
        bytes: on_disk.bytes,
        text_sha256: on_disk.text_sha256,
        hash: on_disk.hash,
        session: state.sessions.status(&visitor.0),
    }))
}
