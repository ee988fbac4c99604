//! `/account/authenticator` and `/account/second-factors`: what is asked after the password, by plain forms. The secret of
//! an app that is being set up travels in the page and in the sealed cookie, never in an address.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Redirect, Response};
use holdfast::wire::{Code, SecondFactor, SetSecondFactor, SoftwareTokenSetup};
use holdfast_app::{AccountForm, AccountNotice, AuthenticatorPage, FactorSwitch, Page};
use holdfast_session::layer::PendingCookie;
use serde::Deserialize;

use super::account::if_admitted;
use super::my_account::{HERE, done, show};
use super::visitor::{Visitor, sign_in_first};
use super::{Renderer, carried};
use crate::http::AppState;
use crate::http::body::FormBody;
use crate::http::door::Admitted;

const SETTING_UP: &str = "/account/authenticator";

#[derive(Deserialize)]
pub(super) struct CodeField {
    code: String,
}

#[derive(Deserialize)]
pub(super) struct SwitchFields {
    factor: String,
    to: String,
}

/// Begins. Another page shows the secret, so that reloading it begins nothing.
pub(super) async fn begin(
    State(state): State<AppState>,
    visitor: Visitor,
    pending: PendingCookie,
    renderer: Renderer,
) -> Response {
    let live = &visitor.0;
    let begun = match state.sessions.set_up_authenticator(live).await {
        Ok(set_up) => state.sessions.keep_authenticator(&pending, live, &set_up),
        Err(code) => Err(code),
    };
    match begun {
        Ok(()) => Redirect::to(SETTING_UP).into_response(),
        Err(code) => show(&state, visitor, renderer, None, Some((AccountForm::Factors, code, String::new()))).await,
    }
}

/// The secret, until it has run out.
pub(super) async fn page(
    State(state): State<AppState>,
    visitor: Visitor,
    pending: PendingCookie,
    renderer: Renderer,
) -> Response {
    match state.sessions.pending_authenticator(&pending, &visitor.0) {
        Some(set_up) => ask(&state, &visitor, renderer, set_up, None).await,
        None => Redirect::to(HERE).into_response(),
    }
}

pub(super) async fn verify(
    State(state): State<AppState>,
    visitor: Visitor,
    pending: PendingCookie,
    renderer: Renderer,
    Admitted(admitted): Admitted,
    FormBody(CodeField { code: digits }): FormBody<CodeField>,
) -> Response {
    let verified = if_admitted(admitted, state.sessions.verify_authenticator(&visitor.0, &digits)).await;
    let kept = state.sessions.pending_authenticator(&pending, &visitor.0);
    match (verified, kept) {
        (Ok(()), _) => {
            state.sessions.abandon_challenge(&pending);
            done(AccountNotice::AppSetUp)
        }
        (Err(code), _) if code.status() == 401 => sign_in_first(HERE),
        // A code that may be mended; after anything else the app is set up anew.
        (Err(code @ (Code::WrongCode | Code::Invalid | Code::TooManyRequests)), Some(set_up)) => {
            ask(&state, &visitor, renderer, set_up, Some(code)).await
        }
        (Err(code), _) => {
            state.sessions.abandon_challenge(&pending);
            show(&state, visitor, renderer, None, Some((AccountForm::Factors, code, String::new()))).await
        }
    }
}

pub(super) async fn switch(
    State(state): State<AppState>,
    visitor: Visitor,
    renderer: Renderer,
    FormBody(SwitchFields { factor, to }): FormBody<SwitchFields>,
) -> Response {
    let switched = match (SecondFactor::parse(&factor), FactorSwitch::parse(&to)) {
        (Some(factor), Some(to)) => {
            let (enabled, preferred) = (to != FactorSwitch::Off, to == FactorSwitch::First);
            state.sessions.set_second_factor(&visitor.0, SetSecondFactor { factor, enabled, preferred }).await
        }
        _ => Err(Code::Invalid),
    };
    match switched {
        Ok(()) => done(AccountNotice::FactorsChanged),
        Err(code) => show(&state, visitor, renderer, None, Some((AccountForm::Factors, code, String::new()))).await,
    }
}

async fn ask(
    state: &AppState,
    visitor: &Visitor,
    renderer: Renderer,
    set_up: SoftwareTokenSetup,
    error: Option<Code>,
) -> Response {
    let page = AuthenticatorPage { set_up, error, session: state.sessions.status(&visitor.0) };
    let status = error.map_or(StatusCode::OK, carried::status);
    renderer.render(status, Some(visitor.user()), Page::Authenticator(page)).await
}
