//! `/`: the documents; `POST /documents`: a new one.

use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use holdfast::wire::{CreateDocument, Imported, Sort};
use holdfast_app::{DocumentsPage, ListNotice, Page};
use serde::Deserialize;

use super::Renderer;
use super::visitor::Visitor;
use crate::http::AppState;
use crate::search::{Asked, LONGEST_QUERY};
use holdfast_session::routes::ProblemResponse;

/// How many lines a page has.
const LINES: u32 = 100;

#[derive(Deserialize)]
pub(super) struct Shown {
    trashed: Option<String>,
    #[serde(default)]
    q: String,
    #[serde(default)]
    sort: Option<String>,
    #[serde(default)]
    offset: Option<String>,
}

impl Shown {
    /// An address that somebody has typed wrong shows the list all the same.
    fn asked(&self) -> Asked {
        Asked {
            typed: self.q.chars().take(LONGEST_QUERY).collect(),
            sort: if self.sort.as_deref() == Some("title") { Sort::Title } else { Sort::Changed },
            offset: self.offset.as_deref().and_then(|offset| offset.parse().ok()).unwrap_or_default(),
            limit: LINES,
        }
    }
}

pub(super) async fn page(
    State(state): State<AppState>,
    visitor: Visitor,
    renderer: Renderer,
    Query(shown): Query<Shown>,
) -> Response {
    let notice = match &shown.trashed {
        Some(id) => trashed(&state, &visitor, id).await,
        None => None,
    };
    show(&state, &visitor, renderer, shown.asked(), notice).await
}

/// Says nothing of what is in the trash no longer, or never was. That it cannot be looked up is no reason not to show the list.
async fn trashed(state: &AppState, visitor: &Visitor, id: &str) -> Option<ListNotice> {
    let trash = state.documents.trashed(&visitor.owner()).await.ok()?;
    let one = trash.into_iter().find(|one| one.id == id)?;
    Some(ListNotice::Trashed { id: one.id, title: one.title })
}

/// The list, and above it what became of files.
pub(super) async fn after_import(
    state: &AppState,
    visitor: &Visitor,
    renderer: Renderer,
    imported: Imported,
) -> Response {
    let asked = Asked { limit: LINES, ..Asked::default() };
    show(state, visitor, renderer, asked, Some(ListNotice::Imported(imported))).await
}

async fn show(
    state: &AppState,
    visitor: &Visitor,
    renderer: Renderer,
    asked: Asked,
    notice: Option<ListNotice>,
) -> Response {
    let list = match state.search.list(&visitor.owner(), &asked).await {
        Ok(list) => list,
        Err(error) => return renderer.problem(ProblemResponse::from(error).code(), Some(visitor.user())).await,
    };
    let session = state.sessions.status(&visitor.0);
    let Asked { typed, sort, offset, .. } = asked;
    let page = DocumentsPage { list, typed, sort, offset, now_ms: state.clock.now_ms(), session, notice };
    renderer.render(StatusCode::OK, Some(visitor.user()), Page::Documents(page)).await
}

pub(super) async fn create(State(state): State<AppState>, visitor: Visitor, renderer: Renderer) -> Response {
    match state.documents.create(visitor.owner(), CreateDocument::default()).await {
        Ok(Ok(document)) => Redirect::to(&format!("/documents/{}", document.id)).into_response(),
        Ok(Err(refusal)) => renderer.problem(ProblemResponse::from(refusal).code(), Some(visitor.user())).await,
        Err(error) => renderer.problem(ProblemResponse::from(error).code(), Some(visitor.user())).await,
    }
}
