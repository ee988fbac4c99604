//! Where a request comes from, for the versions that it makes.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, header};
use holdfast::place::Place;
use holdfast_session::bearer::Actor;
use holdfast_session::sessions::Live;

use crate::documents::MadeBy;

/// What the request's browser calls itself.
pub(super) struct Agent(Option<Place>);

impl Agent {
    /// As the request's headers have it.
    pub(super) fn of(headers: &HeaderMap) -> Self {
        let text = |name| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
        Self(Place::of_browser(text(header::USER_AGENT), text(header::HeaderName::from_static("sec-ch-ua"))))
    }

    /// Which browser that is, on which system.
    pub(super) fn place(&self) -> Option<Place> {
        self.0
    }

    /// This browser, in this sign-in.
    pub(super) fn in_session(&self, live: &Live) -> MadeBy {
        MadeBy { place: self.0, sign_in: Some(*live.row_id().as_bytes()) }
    }

    /// Whoever acts.
    pub(super) fn acting(&self, actor: &Actor) -> MadeBy {
        match actor {
            Actor::Session(live) => self.in_session(live),
            Actor::Program(_) => MadeBy { place: Some(Place::Program), sign_in: None },
        }
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Agent {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Self::Rejection> {
        Ok(Self::of(&parts.headers))
    }
}
