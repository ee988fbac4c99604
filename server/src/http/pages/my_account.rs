//! `/account`: the account page and its plain forms. A form that worked leads back to the page, so that reloading repeats
//! nothing; one that failed is shown again with what was typed, but for passwords.

use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use holdfast::wire::{Code, UpdateAccount};
use holdfast_app::{AccountForm, AccountNotice, AccountPage, LeavePage, Page, Place};
use holdfast_session::rows::RowId;
use secrecy::SecretString;
use serde::Deserialize;
use tower_sessions::Session;

use super::visitor::{Visitor, sign_in_first};
use super::{Renderer, account, carried};
use crate::http::AppState;
use crate::http::api::account as api;
use crate::http::body::FormBody;
use crate::http::leave as leaving;
use crate::storage::session_places;

pub(super) const HERE: &str = "/account";
/// The id that stands for all places but this one.
const OTHERS: &str = "others";

#[derive(Deserialize)]
pub(super) struct AccountQuery {
    done: Option<String>,
}

#[derive(Deserialize)]
pub(super) struct NameField {
    name: String,
}

#[derive(Deserialize)]
pub(super) struct EmailField {
    email: String,
}

#[derive(Deserialize)]
pub(super) struct CodeField {
    code: String,
}

#[derive(Deserialize)]
pub(super) struct PasswordFields {
    #[serde(deserialize_with = "account::secret")]
    current: SecretString,
    #[serde(deserialize_with = "account::secret")]
    new: SecretString,
}

pub(super) async fn page(
    State(state): State<AppState>,
    visitor: Visitor,
    renderer: Renderer,
    Query(query): Query<AccountQuery>,
) -> Response {
    let notice = query.done.as_deref().and_then(AccountNotice::parse);
    show(&state, visitor, renderer, notice, None).await
}

pub(super) async fn rename(
    State(state): State<AppState>,
    visitor: Visitor,
    renderer: Renderer,
    FormBody(NameField { name }): FormBody<NameField>,
) -> Response {
    let update = UpdateAccount { name: Some(name.clone()), email: None };
    match state.sessions.update_account(&visitor.0, &update).await {
        Ok(_) => done(AccountNotice::NameSaved),
        Err(code) => show(&state, visitor, renderer, None, Some((AccountForm::Name, code, name))).await,
    }
}

pub(super) async fn change_email(
    State(state): State<AppState>,
    visitor: Visitor,
    renderer: Renderer,
    FormBody(EmailField { email }): FormBody<EmailField>,
) -> Response {
    let update = UpdateAccount { name: None, email: Some(email.clone()) };
    match state.sessions.update_account(&visitor.0, &update).await {
        // No code: it is the address that is there and verified already.
        Ok(codes) if codes.is_empty() => done(AccountNotice::EmailChanged),
        Ok(_) => done(AccountNotice::CodeSent),
        Err(code) => show(&state, visitor, renderer, None, Some((AccountForm::Email, code, email))).await,
    }
}

pub(super) async fn send_email_code(State(state): State<AppState>, visitor: Visitor, renderer: Renderer) -> Response {
    match state.sessions.send_email_code(&visitor.0).await {
        Ok(_) => done(AccountNotice::CodeSent),
        Err(code) => show(&state, visitor, renderer, None, Some((AccountForm::Code, code, String::new()))).await,
    }
}

pub(super) async fn verify_email(
    State(state): State<AppState>,
    visitor: Visitor,
    renderer: Renderer,
    FormBody(CodeField { code: digits }): FormBody<CodeField>,
) -> Response {
    match state.sessions.verify_email(&visitor.0, &digits).await {
        Ok(()) => done(AccountNotice::EmailChanged),
        Err(code) => show(&state, visitor, renderer, None, Some((AccountForm::Code, code, String::new()))).await,
    }
}

pub(super) async fn change_password(
    State(state): State<AppState>,
    visitor: Visitor,
    renderer: Renderer,
    FormBody(PasswordFields { current, new }): FormBody<PasswordFields>,
) -> Response {
    match state.sessions.change_password(&visitor.0, &current, &new).await {
        Ok(()) => done(AccountNotice::PasswordChanged),
        Err(code) => show(&state, visitor, renderer, None, Some((AccountForm::Password, code, String::new()))).await,
    }
}

pub(super) async fn end_place(
    State(state): State<AppState>,
    visitor: Visitor,
    renderer: Renderer,
    Path(id): Path<String>,
) -> Response {
    let live = &visitor.0;
    let ended = if id == OTHERS {
        state.sessions.end_others(live).await.map(|()| AccountNotice::SignedOutOthers)
    } else {
        match RowId::from_hex(&id).filter(|id| *id != live.row_id()) {
            Some(id) => state.sessions.end_elsewhere(live, id).await.map(|()| AccountNotice::SignedOutThere),
            None => Err(Code::NotFound),
        }
    };
    match ended {
        Ok(notice) => done(notice),
        Err(code) => show(&state, visitor, renderer, None, Some((AccountForm::Places, code, String::new()))).await,
    }
}

pub(super) async fn sign_out_everywhere(
    State(state): State<AppState>,
    session: Session,
    visitor: Visitor,
    renderer: Renderer,
) -> Response {
    match state.sessions.sign_out_everywhere(&session, &visitor.0).await {
        Ok(()) => Redirect::to("/sign-in").into_response(),
        Err(code) => show(&state, visitor, renderer, None, Some((AccountForm::Places, code, String::new()))).await,
    }
}

pub(super) async fn export(State(state): State<AppState>, visitor: Visitor, renderer: Renderer) -> Response {
    match api::everything(&state, &visitor.0).await {
        Ok(response) => response,
        Err(problem) => renderer.problem(problem.code(), Some(visitor.user())).await,
    }
}

pub(super) async fn leave_page(State(state): State<AppState>, visitor: Visitor, renderer: Renderer) -> Response {
    ask_to_leave(&state, &visitor, renderer, None).await
}

pub(super) async fn leave(
    State(state): State<AppState>,
    session: Session,
    visitor: Visitor,
    renderer: Renderer,
    FormBody(EmailField { email }): FormBody<EmailField>,
) -> Response {
    // Not for safety, for which the sign-in is: a word that nobody types by accident.
    if email.trim().to_lowercase() != visitor.user().email.to_lowercase() {
        return ask_to_leave(&state, &visitor, renderer, Some(Code::Invalid)).await;
    }
    match leaving::delete_account(&state, &session, &visitor.0).await {
        Ok(()) => renderer.render(StatusCode::OK, None, Page::Left).await,
        Err(code) if code.status() == 401 => sign_in_first(HERE),
        Err(code) => ask_to_leave(&state, &visitor, renderer, Some(code)).await,
    }
}

async fn ask_to_leave(state: &AppState, visitor: &Visitor, renderer: Renderer, error: Option<Code>) -> Response {
    let page = LeavePage { error, session: state.sessions.status(&visitor.0) };
    renderer.render(error.map_or(StatusCode::OK, carried::status), Some(visitor.user()), Page::Leave(page)).await
}

pub(super) fn done(notice: AccountNotice) -> Response {
    Redirect::to(&format!("{HERE}?done={}", notice.as_str())).into_response()
}

/// The page. Where the pool cannot be asked, what this server knows is shown all the same: a lost laptop can be signed out.
pub(super) async fn show(
    state: &AppState,
    visitor: Visitor,
    renderer: Renderer,
    notice: Option<AccountNotice>,
    error: Option<(AccountForm, Code, String)>,
) -> Response {
    let live = &visitor.0;
    // The session has ended by what was asked.
    if error.as_ref().is_some_and(|(_, code, _)| code.status() == 401) {
        return sign_in_first(HERE);
    }
    let account = match state.sessions.account(live).await {
        Ok(account) => Some(account),
        Err(code) if code.status() == 401 => return sign_in_first(HERE),
        Err(_unavailable) => None,
    };
    let passkeys = match account {
        Some(_) => state.sessions.passkeys(live).await.ok(),
        None => None,
    };
    let places = match state.sessions.list(live).await {
        Ok(sessions) => sessions,
        Err(code) => return renderer.problem(code, Some(visitor.user())).await,
    };
    let browsers = session_places::of(&state.database, live.sub()).await.unwrap_or_default();
    let places = places.into_iter().map(|session| Place {
        browser: browsers.get(&session.id).copied(),
        id: session.id,
        signed_in_ms_ago: session.signed_in_ms_ago,
        last_active_ms_ago: session.last_active_ms_ago,
        current: session.current,
    });
    let status = error.as_ref().map_or(StatusCode::OK, |(_, code, _)| carried::status(*code));
    let asks_for_code = notice == Some(AccountNotice::CodeSent);
    let page = AccountPage {
        account,
        passkeys,
        asks_for_code,
        places: places.collect(),
        notice,
        error,
        now_ms: state.clock.now_ms(),
        session: state.sessions.status(live),
    };
    renderer.render(status, Some(visitor.user()), Page::Account(page)).await
}
