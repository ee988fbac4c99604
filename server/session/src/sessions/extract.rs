//! What a handler asks for. The type says what the request needs of the session:
//!
//! | extractor | counts as activity | refreshes |
//! |---|---|---|
//! | [`SignedIn`] | yes | where due, and waits for it |
//! | [`SavingSession`] | yes | where due, and waits a moment |
//! | [`Peek`] | no | no |
//! | [`Saver`] | as [`SavingSession`]; it is also there when a deadline has ended the session | |
//!
//! A request that says it is unattended, or that a browser makes ahead of a person's wish, never counts as activity.

use axum::extract::FromRequestParts;
use holdfast::wire::{Code, UNATTENDED};
use http::HeaderMap;
use http::request::Parts;
use tower_sessions::Session;

use super::{Former, Live, Patience, Refusal, Sessions};

/// A signed-in user, with tokens as fresh as they can be had.
#[derive(Debug, Clone)]
pub struct SignedIn(pub Live);

/// A signed-in user who is saving: the session matters, not the token.
#[derive(Debug, Clone)]
pub struct SavingSession(pub Live);

/// A user who is saving, signed in or until lately: for what is kept until its owner has signed in again.
#[derive(Debug, Clone)]
pub enum Saver {
    /// As [`SavingSession`].
    SignedIn(Box<Live>),
    /// A deadline has ended the session ([`Former::ended_naturally`]), however long ago. It shows nobody anything.
    Former(Former),
}

/// A look at the session that leaves no trace.
#[derive(Debug, Clone)]
pub struct Peek(pub Live);

impl<S: Send + Sync> FromRequestParts<S> for SignedIn {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Refusal> {
        Sessions::used(parts, Patience::Read).await.map(Self)
    }
}

impl<S: Send + Sync> FromRequestParts<S> for SavingSession {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Refusal> {
        Sessions::used(parts, Patience::Save).await.map(Self)
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Saver {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Refusal> {
        match Sessions::used(parts, Patience::Save).await {
            Ok(live) => Ok(Self::SignedIn(Box::new(live))),
            Err(Refusal { former: Some(former), .. }) if former.ended_naturally() => Ok(Self::Former(former)),
            Err(refusal) => Err(refusal),
        }
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Peek {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Refusal> {
        let (sessions, session) = of(parts)?;
        sessions.current(&session, &parts.headers).await.map(Self)
    }
}

impl Sessions {
    /// The session of a request inside [`Self::layer`] that makes use of it: noted as activity unless the request says
    /// that it is unattended, and refreshed where due. For extractors of an app's own, which answer a [`Refusal`] in
    /// another way.
    ///
    /// # Errors
    /// When there is no session, or it has ended.
    pub async fn used(parts: &Parts, patience: Patience) -> Result<Live, Refusal> {
        let (sessions, session) = of(parts)?;
        let mut live = sessions.current(&session, &parts.headers).await?;
        if !is_attended(&parts.headers) {
            return sessions.ensure_fresh(live, patience).await;
        }
        sessions.touch(&mut live).await;
        sessions.confirm_where_due(live, patience).await
    }
}

/// Whether a person has caused the request. `Sec-Purpose: prefetch` (HTML standard, "speculative loading") says that a
/// browser guesses what they may want next.
fn is_attended(headers: &HeaderMap) -> bool {
    let says = |name: &str, what: &str| {
        headers.get(name).and_then(|value| value.to_str().ok()).is_some_and(|value| value.starts_with(what))
    };
    headers.get(UNATTENDED).is_none_or(|value| value != "1") && !says("sec-purpose", "prefetch")
}

fn of(parts: &Parts) -> Result<(Sessions, Session), Refusal> {
    let sessions = parts.extensions.get::<Sessions>().cloned();
    let session = parts.extensions.get::<Session>().cloned();
    sessions.zip(session).ok_or_else(|| {
        tracing::error!("a route with a session is not inside Sessions::layer()");
        Refusal::new(Code::Internal)
    })
}
