//! `/documents/{id}/history` and the versions in it: looked at, compared with now, restored, saved by name.

use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use holdfast::wire::{Code, CreateVersion, Restored};
use holdfast_app::{ChangedWords, HistoryLine, HistoryPage, NowLine, Page, VersionPage, VersionView, Whereabouts};
use serde::Deserialize;

use super::Renderer;
use super::read::html;
use super::visitor::Visitor;
use crate::documents::{Changed, DocumentId};
use crate::http::AppState;
use crate::http::api::versions::VersionInPath;
use crate::http::body::{FormBody, IdInPath};
use crate::http::made_by::Agent;
use crate::storage::StorageError;
use crate::storage::versions::Listed;
use holdfast_session::routes::ProblemResponse;

#[derive(Deserialize)]
pub(super) struct Named {
    #[serde(default)]
    name: String,
}

/// Another version to compare with; without one it is the text of now.
#[derive(Deserialize)]
pub(super) struct With {
    with: Option<u64>,
}

/// What is shown of a version.
enum Shown {
    Text,
    Read,
    Changes { with: Option<u64> },
}

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
    let versions = state.documents.versions(&owner, id).await?.ok_or(Code::NotFound)?;
    let draft = state.drafts.read(&owner, id).await?.ok_or(Code::NotFound)?;
    let length = draft.text.encode_utf16().count() as u64;
    let (changed, now) = state.documents.changed_words(&owner, id, &versions, draft.text).await?;
    let of = |changed: Changed| ChangedWords { added: changed.added, removed: changed.removed };
    let now = NowLine { length, changed: now.map(of) };
    let here = *visitor.0.row_id().as_bytes();
    let line = |Listed { version, made_by, restored }: Listed| {
        let changed = changed.get(&version.n).copied().map(of);
        let is_here = made_by.sign_in == Some(here);
        let made = if is_here { Some(Whereabouts::Here) } else { made_by.place.map(Whereabouts::There) };
        HistoryLine { version, made, changed, restored }
    };
    let versions = versions.into_iter().map(line).collect();
    let (now_ms, session) = (state.clock.now_ms(), state.sessions.status(&visitor.0));
    Ok(Page::History(HistoryPage { id: id.to_string(), title: document.title, now, versions, now_ms, session }))
}

pub(super) async fn text(
    State(state): State<AppState>,
    visitor: Visitor,
    renderer: Renderer,
    IdInPath(id): IdInPath,
    VersionInPath(n): VersionInPath,
) -> Response {
    version(&state, visitor, renderer, &id, n, Shown::Text).await
}

pub(super) async fn read(
    State(state): State<AppState>,
    visitor: Visitor,
    renderer: Renderer,
    IdInPath(id): IdInPath,
    VersionInPath(n): VersionInPath,
) -> Response {
    version(&state, visitor, renderer, &id, n, Shown::Read).await
}

pub(super) async fn changes(
    State(state): State<AppState>,
    visitor: Visitor,
    renderer: Renderer,
    IdInPath(id): IdInPath,
    VersionInPath(n): VersionInPath,
    Query(With { with }): Query<With>,
) -> Response {
    version(&state, visitor, renderer, &id, n, Shown::Changes { with }).await
}

async fn version(
    state: &AppState,
    visitor: Visitor,
    renderer: Renderer,
    id: &DocumentId,
    n: u64,
    shown: Shown,
) -> Response {
    match load_version(state, &visitor, id, n, shown).await {
        Ok(page) => renderer.render(StatusCode::OK, Some(visitor.user()), page).await,
        Err(refused) => renderer.problem(refused.code(), Some(visitor.user())).await,
    }
}

async fn load_version(
    state: &AppState,
    visitor: &Visitor,
    id: &DocumentId,
    n: u64,
    shown: Shown,
) -> Result<Page, ProblemResponse> {
    let owner = visitor.owner();
    let document = state.documents.find(&owner, id).await?.ok_or(Code::NotFound)?;
    let version = state.documents.version(&owner, id, n).await?.ok_or(Code::NotFound)?;
    let view = match shown {
        Shown::Text => VersionView::Text(version.text),
        Shown::Read => VersionView::Read(html(version.text).await?),
        Shown::Changes { with } => {
            let diff = state.documents.diff(&state.drafts, &owner, id, n, with).await?.ok_or(Code::NotFound)?;
            match with {
                None => VersionView::Changes(diff.parts),
                Some(with) => {
                    let other = state.documents.version(&owner, id, with).await?.ok_or(Code::NotFound)?;
                    VersionView::Compared(Box::new(other.version), diff.parts)
                }
            }
        }
    };
    let (now_ms, session) = (state.clock.now_ms(), state.sessions.status(&visitor.0));
    let (id, title, version) = (id.to_string(), document.title, version.version);
    Ok(Page::Version(VersionPage { id, title, version, view, now_ms, session }))
}

pub(super) async fn save(
    State(state): State<AppState>,
    visitor: Visitor,
    renderer: Renderer,
    agent: Agent,
    IdInPath(id): IdInPath,
    FormBody(Named { name }): FormBody<Named>,
) -> Response {
    let name = Some(name.trim().to_owned()).filter(|name| !name.is_empty());
    let new = CreateVersion { name, ..CreateVersion::default() };
    let made_by = agent.in_session(&visitor.0);
    let code = match state.documents.save_version(&state.drafts, visitor.owner(), id.clone(), new, made_by).await {
        Ok(Some(Ok(_version))) => return Redirect::to(&format!("/documents/{id}/history")).into_response(),
        Ok(Some(Err(refusal))) => ProblemResponse::from(refusal).code(),
        Ok(None) => Code::NotFound,
        Err(error) => ProblemResponse::from(error).code(),
    };
    renderer.problem(code, Some(visitor.user())).await
}

/// Back to the version, which has the name now.
pub(super) async fn name(
    State(state): State<AppState>,
    visitor: Visitor,
    renderer: Renderer,
    IdInPath(id): IdInPath,
    VersionInPath(n): VersionInPath,
    FormBody(Named { name }): FormBody<Named>,
) -> Response {
    let code = match state.documents.name_version(visitor.owner(), id.clone(), n, name).await {
        Ok(Some(Ok(_version))) => return Redirect::to(&format!("/documents/{id}/versions/{n}")).into_response(),
        Ok(Some(Err(refusal))) => ProblemResponse::from(refusal).code(),
        Ok(None) => Code::NotFound,
        Err(error) => ProblemResponse::from(error).code(),
    };
    renderer.problem(code, Some(visitor.user())).await
}

/// Back to the text, with the way back in the notice.
pub(super) async fn restore(
    State(state): State<AppState>,
    visitor: Visitor,
    renderer: Renderer,
    agent: Agent,
    IdInPath(id): IdInPath,
    VersionInPath(n): VersionInPath,
) -> Response {
    let made_by = agent.in_session(&visitor.0);
    let restored = state.drafts.restore(visitor.owner(), id.clone(), n, made_by).await;
    back_to_the_text(&id, "restored", restored, &visitor, renderer).await
}

/// Takes back the restore before which the version was kept: what has been written since stays.
pub(super) async fn undo(
    State(state): State<AppState>,
    visitor: Visitor,
    renderer: Renderer,
    agent: Agent,
    IdInPath(id): IdInPath,
    VersionInPath(n): VersionInPath,
) -> Response {
    let made_by = agent.in_session(&visitor.0);
    let undone = state.drafts.undo_restore(visitor.owner(), id.clone(), n, made_by).await;
    back_to_the_text(&id, "undone", undone, &visitor, renderer).await
}

async fn back_to_the_text(
    id: &DocumentId,
    notice: &str,
    outcome: Result<Option<Restored>, StorageError>,
    visitor: &Visitor,
    renderer: Renderer,
) -> Response {
    let code = match outcome {
        Ok(Some(restored)) => {
            let undo = restored.undo.map(|n| format!("&undo={n}")).unwrap_or_default();
            return Redirect::to(&format!("/documents/{id}?notice={notice}{undo}")).into_response();
        }
        Ok(None) => Code::NotFound,
        Err(error) => ProblemResponse::from(error).code(),
    };
    renderer.problem(code, Some(visitor.user())).await
}
