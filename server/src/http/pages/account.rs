//! Signing in, signing up and signing out by plain forms.

use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use holdfast::wire::{Code, EndReason, SignInOutcome};
use holdfast_app::{ConfirmSignUpPage, Page, SignInPage, SignUpPage, Unsaved};
use secrecy::SecretString;
use serde::Deserialize;
use tower_sessions::Session;

use super::whole_text::WholeTextForm;
use super::{Renderer, editor, next};
use crate::documents::Owner;
use crate::http::AppState;
use crate::http::body::FormBody;
use crate::http::door::Admitted;

#[derive(Deserialize)]
pub(super) struct SignInQuery {
    next: Option<String>,
    kept: Option<String>,
}

#[derive(Deserialize)]
pub(super) struct Credentials {
    email: String,
    #[serde(deserialize_with = "secret")]
    password: SecretString,
    #[serde(default)]
    next: String,
    document: Option<String>,
    head: Option<u64>,
    #[serde(default)]
    title: String,
    #[serde(default)]
    text: String,
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

pub(super) fn status(code: Code) -> StatusCode {
    StatusCode::from_u16(code.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
}

/// What is worked on only where the door has let it in.
async fn if_admitted<T>(admitted: Result<(), Code>, work: impl Future<Output = Result<T, Code>>) -> Result<T, Code> {
    match admitted {
        Ok(()) => work.await,
        Err(code) => Err(code),
    }
}

pub(super) async fn sign_in_page(
    State(state): State<AppState>,
    session: Session,
    renderer: Renderer,
    Query(query): Query<SignInQuery>,
) -> Response {
    let next = query.next.as_deref().and_then(next::parse);
    let (mut email, mut left_ms) = (String::new(), None);
    let reason = match state.sessions.current(&session).await {
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
    let page = SignInPage {
        next,
        email,
        reason,
        left_ms,
        kept: query.kept.is_some(),
        sign_up: state.sign_up,
        demo: state.demo.as_deref().map(str::to_owned),
        ..SignInPage::default()
    };
    renderer.render(StatusCode::OK, None, Page::SignIn(page)).await
}

pub(super) async fn sign_in(
    State(state): State<AppState>,
    session: Session,
    renderer: Renderer,
    Admitted(admitted): Admitted,
    WholeTextForm(Credentials { email, password, next, document, head, title, text }): WholeTextForm<Credentials>,
) -> Response {
    let next = next::parse(&next);
    let unsaved = document.zip(head).map(|(document, head)| Unsaved { document, head, title, text });
    let signed_in = || Redirect::to(next.as_deref().unwrap_or("/")).into_response();
    let signing_in = async { state.sessions.sign_in(&session, email.trim(), password).await };
    let error = match (if_admitted(admitted, signing_in).await, &unsaved) {
        (Ok(SignInOutcome::SignedIn(_)), None) => return signed_in(),
        (Ok(SignInOutcome::SignedIn(status)), Some(unsaved)) => {
            match editor::store_carried(&state, Owner::new(&status.user.sub), unsaved).await {
                Ok(()) => return signed_in(),
                // The text goes on being carried until its owner signs in.
                Err(refused) if refused.code() == Code::NotFound => Code::OtherUser,
                Err(refused) => refused.code(),
            }
        }
        // Further steps of a sign-in have no page yet; to the person it is an account that cannot sign in here.
        (Ok(SignInOutcome::Challenge { .. }), _) => Code::WrongCredentials,
        (Err(code), _) => code,
    };
    let page = SignInPage { next, email, error: Some(error), sign_up: state.sign_up, unsaved, ..SignInPage::default() };
    renderer.render(status(error), None, Page::SignIn(page)).await
}

pub(super) async fn sign_out(State(state): State<AppState>, session: Session, renderer: Renderer) -> Response {
    match state.sessions.sign_out(&session).await {
        Ok(()) => Redirect::to("/sign-in").into_response(),
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
    FormBody(Credentials { email, password, .. }): FormBody<Credentials>,
) -> Response {
    let email = email.trim().to_owned();
    match if_admitted(admitted, state.sessions.sign_up(&email, &password)).await {
        Ok(()) => {
            let page = ConfirmSignUpPage { email, ..ConfirmSignUpPage::default() };
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
    match if_admitted(admitted, state.sessions.confirm_sign_up(&email, code.trim())).await {
        Ok(()) => Redirect::to("/sign-in").into_response(),
        Err(error) => {
            let page = ConfirmSignUpPage { email, error: Some(error), resent: false };
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
    let page = ConfirmSignUpPage { email, error, resent: error.is_none() };
    renderer.render(error.map_or(StatusCode::OK, status), None, Page::ConfirmSignUp(page)).await
}
