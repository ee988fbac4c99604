//! `/sign-in/challenge`: the further steps of a sign-in, by plain forms.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use holdfast::wire::{ChallengeName, Code};
use holdfast_app::{Carried, ChallengePage, Page};
use holdfast_session::layer::PendingCookie;
use holdfast_session::routes::ProblemResponse;
use serde::Deserialize as _;
use serde::de::IntoDeserializer as _;
use serde::de::value::{Error, StrDeserializer};
use tower_sessions::Session;

use super::Renderer;
use super::account::if_admitted;
use super::carried::{Fields, Step, carried, go_on, sign_in_page};
use super::whole_text::WholeTextForm;
use crate::http::AppState;
use crate::http::door::Admitted;

/// The step that is open, again.
pub(super) async fn page(State(state): State<AppState>, pending: PendingCookie, renderer: Renderer) -> Response {
    let Some(challenge) = state.sessions.pending_challenge(&pending) else {
        return Redirect::to("/sign-in").into_response();
    };
    let page = ChallengePage { challenge, email: String::new(), error: None, carried: Carried::default() };
    renderer.render(StatusCode::OK, None, Page::Challenge(page)).await
}

/// The same for the dialog: markup, in a string of JSON.
pub(super) async fn step(
    State(state): State<AppState>,
    pending: PendingCookie,
) -> Result<Json<String>, ProblemResponse> {
    let challenge = state.sessions.pending_challenge(&pending).ok_or(Code::ChallengeExpired)?;
    Ok(Json(holdfast_app::render_step(&challenge)))
}

pub(super) async fn answer(
    State(state): State<AppState>,
    session: Session,
    pending: PendingCookie,
    renderer: Renderer,
    Admitted(admitted): Admitted,
    WholeTextForm(mut fields): WholeTextForm<Fields>,
) -> Response {
    let carried = carried(&mut fields);
    let email = fields.remove("email").unwrap_or_default();
    let outcome = match fields.remove("challenge").as_deref().and_then(name) {
        Some(name) => {
            let answers = fields.into_iter();
            let answers: BTreeMap<String, String> =
                answers.filter_map(|(name, value)| Some((name.strip_prefix("answer.")?.to_owned(), value))).collect();
            if_admitted(admitted, state.sessions.answer_challenge(&session, &pending, name, &answers)).await
        }
        None => Err(Code::ChallengeExpired),
    };
    let asked = state.sessions.pending_challenge(&pending);
    go_on(&state, renderer, Step { email, carried, outcome, asked }).await
}

/// Back to the beginning, with all that was carried.
pub(super) async fn again(
    State(state): State<AppState>,
    pending: PendingCookie,
    renderer: Renderer,
    WholeTextForm(mut fields): WholeTextForm<Fields>,
) -> Response {
    state.sessions.abandon_challenge(&pending);
    let carried = carried(&mut fields);
    let page = sign_in_page(&state, fields.remove("email").unwrap_or_default(), carried);
    renderer.render(StatusCode::OK, None, Page::SignIn(page)).await
}

fn name(text: &str) -> Option<ChallengeName> {
    let text: StrDeserializer<'_, Error> = text.into_deserializer();
    ChallengeName::deserialize(text).ok()
}
