//! `/documents/{id}`: the editor, and its form for browsers without scripts.

use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use holdfast::wire::{Code, CreateVersion};
use holdfast_app::{Carried, EditorNotice, EditorPage, Page, SignInPage, Unsaved};
use serde::Deserialize;

use super::Renderer;
use super::carried::sign_in_page;
use super::trash;
use super::visitor::Visitor;
use super::whole_text::WholeTextForm;
use crate::documents::{DocumentId, MadeBy, Owner, is_title};
use crate::drafts::WholeText;
use crate::escrow::{Form, Taken};
use crate::http::AppState;
use crate::http::body::IdInPath;
use crate::http::made_by::Agent;
use holdfast_session::routes::ProblemResponse;
use holdfast_session::sessions::{Former, Refusal, Saver};

#[derive(Deserialize)]
pub(super) struct Shown {
    notice: Option<String>,
    undo: Option<u64>,
}

/// The editor's form. `head` is the draft's head that `text` was made on.
#[derive(Deserialize)]
pub(super) struct Fields {
    head: u64,
    title: String,
    text: String,
    #[serde(default)]
    action: String,
}

pub(super) async fn page(
    State(state): State<AppState>,
    visitor: Visitor,
    renderer: Renderer,
    IdInPath(id): IdInPath,
    Query(shown): Query<Shown>,
) -> Response {
    match load(&state, &visitor, &id, &shown).await {
        Ok(page) => renderer.render(StatusCode::OK, Some(visitor.user()), page).await,
        Err(refused) if refused.code() == Code::NotFound && trash::has(&state, &visitor, &id).await => {
            Redirect::to(&format!("/trash?document={id}")).into_response()
        }
        Err(refused) => renderer.problem(refused.code(), Some(visitor.user())).await,
    }
}

async fn load(state: &AppState, visitor: &Visitor, id: &DocumentId, shown: &Shown) -> Result<Page, ProblemResponse> {
    let owner = visitor.owner();
    let document = state.documents.find(&owner, id).await?.ok_or(Code::NotFound)?;
    let draft = state.drafts.read(&owner, id).await?.ok_or(Code::NotFound)?;
    let notice = match shown.notice.as_deref() {
        Some("saved") => Some(EditorNotice::Saved),
        Some("version") => Some(EditorNotice::VersionSaved),
        Some("merged") => Some(EditorNotice::Merged),
        Some("untrashed") => Some(EditorNotice::Untrashed),
        Some("restored") => Some(EditorNotice::Restored { undo: shown.undo }),
        Some("undone") => Some(EditorNotice::RestoreUndone { undo: shown.undo }),
        _ => None,
    };
    let session = state.sessions.status(&visitor.0);
    Ok(Page::Editor(EditorPage { id: id.to_string(), title: document.title, draft, session, notice }))
}

pub(super) async fn save(
    State(state): State<AppState>,
    saver: Result<Saver, Refusal>,
    renderer: Renderer,
    agent: Agent,
    IdInPath(id): IdInPath,
    WholeTextForm(fields): WholeTextForm<Fields>,
) -> Response {
    let live = match saver {
        Ok(Saver::SignedIn(live)) => *live,
        Ok(Saver::Former(former)) => return keep(&state, &former, renderer, &id, fields).await,
        Err(refusal) if refusal.code.status() == 401 => return carry(&state, renderer, &id, fields).await,
        Err(refusal) => return ProblemResponse::from(refusal.code).into_response(),
    };
    match store(&state, Owner::new(live.sub()), &id, fields, agent.in_session(&live)).await {
        Ok(notice) => Redirect::to(&format!("/documents/{id}?notice={notice}")).into_response(),
        Err(refused) => renderer.problem(refused.code(), Some(live.user())).await,
    }
}

/// A deadline has ended the session: the server keeps the text until its owner signs in, in this browser or another.
async fn keep(state: &AppState, former: &Former, renderer: Renderer, id: &DocumentId, fields: Fields) -> Response {
    let form = Form {
        document: id.clone(),
        head: fields.head,
        title: fields.title.clone(),
        text: fields.text.replace("\r\n", "\n"),
    };
    let taken = state.escrow.take_form(former, form).await;
    if let Ok(taken) = &taken {
        state.metrics.late_save(taken.as_str());
    }
    match taken {
        Ok(Taken::Kept(_)) => Redirect::to(&format!("/sign-in?next=/documents/{id}&kept=1")).into_response(),
        Ok(Taken::Refused | Taken::TooLarge | Taken::TooMany) => carry(state, renderer, id, fields).await,
        Err(error) => {
            tracing::error!(error = &error as &dyn std::error::Error, "a form was not taken into escrow");
            carry(state, renderer, id, fields).await
        }
    }
}

/// Nobody is signed in any more, and the server does not keep it: the text goes into the sign-in form.
async fn carry(state: &AppState, renderer: Renderer, id: &DocumentId, fields: Fields) -> Response {
    let Fields { head, title, text, action: _ } = fields;
    let next = Some(format!("/documents/{id}"));
    let unsaved = Some(Unsaved { document: id.to_string(), head, title, text });
    // A link to another form would leave the text behind.
    let page = SignInPage { sign_up: false, ..sign_in_page(state, String::new(), Carried { next, unsaved }) };
    renderer.render(StatusCode::UNAUTHORIZED, None, Page::SignIn(page)).await
}

/// Saves what a sign-in form has carried. Where it is not this owner's document, nothing is changed.
pub(super) async fn store_carried(state: &AppState, owner: Owner, unsaved: &Unsaved) -> Result<(), ProblemResponse> {
    let id = DocumentId::parse(&unsaved.document).ok_or(Code::NotFound)?;
    let Unsaved { document: _, head, title, text } = unsaved.clone();
    let fields = Fields { head, title, text, action: String::new() };
    // Typed in a sign-in that has ended.
    store(state, owner, &id, fields, MadeBy::UNKNOWN).await.map(|_notice| ())
}

async fn store(
    state: &AppState,
    owner: Owner,
    id: &DocumentId,
    fields: Fields,
    made_by: MadeBy,
) -> Result<&'static str, ProblemResponse> {
    // A form sends line ends as CR LF (HTML standard, "constructing the entry list"); the text area shows LF.
    let text = fields.text.replace("\r\n", "\n");
    if !is_title(&fields.title) {
        return Err(ProblemResponse::from(Code::Invalid));
    }
    let saved = state.drafts.save_whole(owner.clone(), id.clone(), fields.head, text, made_by).await?;
    let notice = match saved {
        WholeText::Saved => "saved",
        WholeText::Merged => "merged",
        WholeText::KeptAsVersion => "version",
        WholeText::TooLarge => return Err(ProblemResponse::from(Code::TooLarge)),
        WholeText::NotFound => return Err(ProblemResponse::from(Code::NotFound)),
    };
    state.documents.rename(owner.clone(), id.clone(), fields.title).await?.ok_or(Code::NotFound)??;
    if fields.action == "version" {
        let new = CreateVersion::default();
        let version = state.documents.save_version(&state.drafts, owner, id.clone(), new, made_by).await?;
        version.ok_or(Code::NotFound)??;
        return Ok("version");
    }
    Ok(notice)
}
