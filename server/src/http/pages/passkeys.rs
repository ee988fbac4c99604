//! `/account/passkeys/remove`: a passkey is removed by a plain form. Only making one takes a script.

use axum::extract::State;
use axum::response::Response;
use holdfast_app::{AccountForm, AccountNotice};
use serde::Deserialize;

use super::Renderer;
use super::my_account::{done, show};
use super::visitor::Visitor;
use crate::http::AppState;
use crate::http::body::FormBody;

#[derive(Deserialize)]
pub(super) struct IdField {
    id: String,
}

pub(super) async fn remove(
    State(state): State<AppState>,
    visitor: Visitor,
    renderer: Renderer,
    FormBody(IdField { id }): FormBody<IdField>,
) -> Response {
    match state.sessions.remove_passkey(&visitor.0, &id).await {
        Ok(()) => done(AccountNotice::PasskeyRemoved),
        Err(code) => show(&state, visitor, renderer, None, Some((AccountForm::Passkeys, code, String::new()))).await,
    }
}
