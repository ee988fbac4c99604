//! Who looks at a page: a signed-in user, or somebody who is sent to the sign-in page.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Redirect, Response};
use holdfast::wire::User;
use holdfast_session::sessions::{Live, Patience, Sessions};

use super::next;
use crate::documents::Owner;
use crate::http::AppState;
use crate::http::made_by::Agent;
use crate::storage::session_places;
use holdfast_session::routes::ProblemResponse;

/// A signed-in user who looks at a page. Where there is none, or the policy asks for a new sign-in before work starts: `303`
/// to the sign-in page, and back here afterwards.
pub(super) struct Visitor(pub(super) Live);

impl Visitor {
    pub(super) fn owner(&self) -> Owner {
        Owner::new(self.0.sub())
    }

    pub(super) fn user(&self) -> User {
        self.0.user()
    }
}

impl FromRequestParts<AppState> for Visitor {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Response> {
        match Sessions::used(parts, Patience::Read).await {
            // Before work starts: what a form brings is taken first.
            Ok(live) if parts.method.is_safe() && state.sessions.asks_first(&live).is_some() => {
                Err(sign_in_first(parts.uri.path()))
            }
            Ok(live) => {
                note_place(parts, state, &live).await;
                Ok(Self(live))
            }
            Err(refusal) if refusal.code.status() == 401 => Err(sign_in_first(parts.uri.path())),
            Err(refusal) => Err(ProblemResponse::from(refusal.code).into_response()),
        }
    }
}

/// Notes where the session is used, for its owner's account page. That it cannot be noted is no reason to show no page.
async fn note_place(parts: &Parts, state: &AppState, live: &Live) {
    let Some(place) = Agent::of(&parts.headers).place().filter(|_| parts.method.is_safe()) else { return };
    if let Err(error) = session_places::note(&state.database, live.row_id(), place).await {
        tracing::warn!(%error, "where a session is used could not be noted");
    }
}

/// The way to the sign-in page, and back to `path` afterwards.
pub(super) fn sign_in_first(path: &str) -> Response {
    match next::parse(path) {
        // What `next::parse` lets through needs no escaping in a query.
        Some(path) if path != "/" => Redirect::to(&format!("/sign-in?next={path}")).into_response(),
        _ => Redirect::to("/sign-in").into_response(),
    }
}
