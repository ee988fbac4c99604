//! Signing in, signing up and signing out by plain forms.

use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use holdfast::wire::{Code, EndReason};
use holdfast_app::{Carried, ConfirmSignUpPage, Page, SignInNotice, SignInPage, SignUpPage};
use holdfast_session::layer::PendingCookie;
use secrecy::SecretString;
use serde::Deserialize;
use tower_sessions::Session;

use super::carried::{self, Fields, Step, go_on, status};
use super::whole_text::WholeTextForm;
use super::{Renderer, next};
use crate::http::AppState;
use crate::http::body::FormBody;
use crate::http::door::Admitted;

/// The sign-in form, which says that somebody has signed out.
pub(super) const SIGNED_OUT: &str = "/sign-in?out=1";

#[derive(Deserialize)]
pub(super) struct SignInQuery {
    next: Option<String>,
    kept: Option<String>,
    out: Option<String>,
}

#[derive(Deserialize)]
pub(super) struct Credentials {
    email: String,
    #[serde(deserialize_with = "secret")]
    password: SecretString,
}

#[derive(Deserialize)]
pub(super) struct Confirmation {
    email: String,
    code: String,
}

#[derive(Deserialize)]
pub(super) struct Address {
    email: String,
}

pub(super) fn secret<'de, D: serde::Deserializer<'de>>(from: D) -> Result<SecretString, D::Error> {
    String::deserialize(from).map(SecretString::from)
}

/// What is worked on only where the door has let it in.
pub(super) async fn if_admitted<T>(
    admitted: Result<(), Code>,
    work: impl Future<Output = Result<T, Code>>,
) -> Result<T, Code> {
    match admitted {
        Ok(()) => work.await,
        Err(code) => Err(code),
    }
}

pub(super) async fn sign_in_page(
    State(state): State<AppState>,
    session: Session,
    headers: HeaderMap,
    renderer: Renderer,
    Query(query): Query<SignInQuery>,
) -> Response {
    let next = query.next.as_deref().and_then(next::parse);
    let (mut email, mut left_ms) = (String::new(), None);
    let reason = match state.sessions.current(&session, &headers).await {
        Ok(live) => match state.sessions.asks_first(&live) {
            Some(left) => {
                (email, left_ms) = (live.user().email, Some(left));
                None
            }
            None => return Redirect::to(next.as_deref().unwrap_or("/")).into_response(),
        },
        Err(refusal) => refusal.former.map(|former| former.reason),
    };
    // Who has signed out on purpose, or has signed in again elsewhere in this browser, needs no explanation.
    let reason = reason.filter(|reason| !matches!(reason, EndReason::SignedOut | EndReason::Replaced));
    if reason.is_some() || left_ms.is_some() {
        state.metrics.sign_in_prompt();
    }
    let page = SignInPage {
        reason,
        left_ms,
        kept: query.kept.is_some(),
        notice: query.out.map(|_| SignInNotice::SignedOut),
        ..carried::sign_in_page(&state, email, Carried { next, unsaved: None })
    };
    renderer.render(StatusCode::OK, None, Page::SignIn(page)).await
}

pub(super) async fn sign_in(
    State(state): State<AppState>,
    session: Session,
    pending: PendingCookie,
    renderer: Renderer,
    Admitted(admitted): Admitted,
    WholeTextForm(mut fields): WholeTextForm<Fields>,
) -> Response {
    let carried = carried::carried(&mut fields);
    let email = fields.remove("email").unwrap_or_default().trim().to_owned();
    let password = SecretString::from(fields.remove("password").unwrap_or_default());
    let outcome = if_admitted(admitted, state.sessions.sign_in(&session, &pending, &email, password)).await;
    go_on(&state, renderer, Step { email, carried, outcome, asked: None }).await
}

pub(super) async fn sign_out(State(state): State<AppState>, session: Session, renderer: Renderer) -> Response {
    match state.sessions.sign_out(&session).await {
        // A form may not lead to another server (`form-action`), whatever lies between; a page may.
        Ok(_) if state.sessions.managed_login().is_some() => {
            renderer.render(StatusCode::OK, None, Page::GoOn("/signed-out".to_owned())).await
        }
        Ok(_) => Redirect::to(SIGNED_OUT).into_response(),
        Err(code) => renderer.problem(code, None).await,
    }
}

pub(super) async fn sign_up_page(renderer: Renderer) -> Response {
    renderer.render(StatusCode::OK, None, Page::SignUp(SignUpPage::default())).await
}

pub(super) async fn sign_up(
    State(state): State<AppState>,
    renderer: Renderer,
    Admitted(admitted): Admitted,
    FormBody(Credentials { email, password }): FormBody<Credentials>,
) -> Response {
    let email = email.trim().to_owned();
    match if_admitted(admitted, state.sessions.sign_up(&email, &password)).await {
        Ok(()) => {
            let page = ConfirmSignUpPage { email, in_the_log: state.demo.is_some(), ..ConfirmSignUpPage::default() };
            renderer.render(StatusCode::OK, None, Page::ConfirmSignUp(page)).await
        }
        Err(code) => renderer.render(status(code), None, Page::SignUp(SignUpPage { email, error: Some(code) })).await,
    }
}

pub(super) async fn confirm(
    State(state): State<AppState>,
    renderer: Renderer,
    Admitted(admitted): Admitted,
    FormBody(Confirmation { email, code }): FormBody<Confirmation>,
) -> Response {
    match if_admitted(admitted, state.sessions.confirm_sign_up(&email, &code)).await {
        Ok(()) => {
            let carried = Carried { next: None, unsaved: None };
            let page =
                SignInPage { notice: Some(SignInNotice::Confirmed), ..carried::sign_in_page(&state, email, carried) };
            renderer.render(StatusCode::OK, None, Page::SignIn(page)).await
        }
        Err(error) => {
            let page = ConfirmSignUpPage { email, error: Some(error), resent: false, in_the_log: state.demo.is_some() };
            renderer.render(status(error), None, Page::ConfirmSignUp(page)).await
        }
    }
}

pub(super) async fn resend(
    State(state): State<AppState>,
    renderer: Renderer,
    Admitted(admitted): Admitted,
    FormBody(Address { email }): FormBody<Address>,
) -> Response {
    let error = if_admitted(admitted, state.sessions.resend_code(&email)).await.err();
    let page = ConfirmSignUpPage { email, error, resent: error.is_none(), in_the_log: state.demo.is_some() };
    renderer.render(error.map_or(StatusCode::OK, status), None, Page::ConfirmSignUp(page)).await
}
