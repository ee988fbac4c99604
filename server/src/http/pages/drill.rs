//! `POST /drill`: a sign-in that ends for practice. The server really ends this session, as if its time were over, and the
//! writer walks through the forced sign-in with the text that is open. Nothing of it is pretended.

use axum::extract::State;
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Redirect, Response};

use super::visitor::Visitor;
use super::{Renderer, next};
use crate::http::AppState;

pub(super) async fn practise(
    State(state): State<AppState>,
    visitor: Visitor,
    headers: HeaderMap,
    renderer: Renderer,
) -> Response {
    let asked_on = headers.get(header::REFERER).and_then(|referrer| referrer.to_str().ok());
    let path = asked_on.and_then(|url| url.strip_prefix(&*state.origin)).map(|path| path.split(['?', '#']).next());
    let back = path.flatten().and_then(next::parse);
    match state.sessions.practise_expiry(&visitor.0).await {
        Ok(()) => Redirect::to(back.as_deref().unwrap_or("/")).into_response(),
        Err(code) => renderer.problem(code, Some(visitor.user())).await,
    }
}
