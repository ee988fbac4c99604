//! `/documents/{id}/read` and `/documents/{id}/preview`: the draft as it reads.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use holdfast::wire::Code;
use holdfast_app::{Page, ReadPage};
use holdfast_session::routes::ProblemResponse;
use holdfast_session::sessions::SavingSession;

use super::Renderer;
use super::visitor::Visitor;
use crate::documents::{DocumentId, Owner};
use crate::http::AppState;
use crate::http::body::IdInPath;
use crate::markdown;

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
    let html = rendered(state, &owner, id).await?;
    Ok(Page::Read(ReadPage {
        id: id.to_string(),
        title: document.title,
        html,
        session: state.sessions.status(&visitor.0),
    }))
}

/// The same for the preview beside the text: markup in a string of JSON. Like a save it needs the session and not
/// a fresh token; and it is the page that asks, not a person.
pub(super) async fn preview(
    State(state): State<AppState>,
    SavingSession(live): SavingSession,
    IdInPath(id): IdInPath,
) -> Result<Json<String>, ProblemResponse> {
    Ok(Json(holdfast_app::prose(rendered(&state, &Owner::new(live.sub()), &id).await?)))
}

async fn rendered(state: &AppState, owner: &Owner, id: &DocumentId) -> Result<Option<String>, ProblemResponse> {
    html(state.drafts.read(owner, id).await?.ok_or(Code::NotFound)?.text).await
}

/// A text as it reads; `None` where it is too long for that.
pub(super) async fn html(text: String) -> Result<Option<String>, ProblemResponse> {
    // A thick book takes longer than other requests should wait for this thread.
    let rendered = tokio::task::spawn_blocking(move || markdown::to_html(&text)).await;
    rendered.map_err(|error| {
        tracing::error!(%error, "a text could not be rendered");
        Code::Internal.into()
    })
}
