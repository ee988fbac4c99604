//! Who acts: the user of a session, or a program with a token. A route that takes either asks for one of these where it would
//! ask for the session alone:
//!
//! | instead of | | |
//! |---|---|---|
//! | [`SignedIn`] | [`Acting`] | |
//! | [`SavingSession`] | [`ActingSaver`] | |
//! | [`Saver`] | [`LateSaver`] | a program's save is never kept for later |

use axum::extract::FromRequestParts;
use holdfast::wire::Code;
use http::request::Parts;
use http::{HeaderMap, header};

use super::refusal::BearerRefusal;
use super::{ActorRefusal, Bearers, Program, TokenReason};
use crate::layer::{PLAIN_COOKIE, SECURE_COOKIE, carries_cookie};
use crate::sessions::{Former, Live, Saver, SavingSession, SignedIn};

/// Who acts.
#[derive(Debug, Clone)]
pub enum Actor {
    /// Somebody who has signed in.
    Session(Box<Live>),
    /// A program with a token.
    Program(Program),
}

impl Actor {
    /// Cognito's `sub`: the owner in every statement that reads or writes something of the user's.
    #[must_use]
    pub fn sub(&self) -> &str {
        match self {
            Self::Session(live) => live.sub(),
            Self::Program(program) => program.sub(),
        }
    }
}

/// As [`SignedIn`], or a program.
#[derive(Debug, Clone)]
pub struct Acting(pub Actor);

/// As [`SavingSession`], or a program.
#[derive(Debug, Clone)]
pub struct ActingSaver(pub Actor);

/// As [`Saver`], or a program.
#[derive(Debug, Clone)]
pub enum LateSaver {
    /// Somebody who may act.
    Actor(Actor),
    /// A deadline has ended the session.
    Former(Former),
}

/// Whether a request brings a token: no browser adds one by itself, and a page of another site may not send one without
/// asking this server first, so the rule that a change must come from the app's own origin says nothing about it. One that
/// brings a session's cookie as well is refused by the extractors here, whatever it asks for.
#[must_use]
pub fn brings_token(headers: &HeaderMap) -> bool {
    !matches!(presented(headers), Ok(None))
}

impl<S: Send + Sync> FromRequestParts<S> for Acting {
    type Rejection = ActorRefusal;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ActorRefusal> {
        if let Some(program) = program(parts).await? {
            return Ok(Self(Actor::Program(program)));
        }
        let SignedIn(live) = SignedIn::from_request_parts(parts, state).await?;
        Ok(Self(Actor::Session(Box::new(live))))
    }
}

impl<S: Send + Sync> FromRequestParts<S> for ActingSaver {
    type Rejection = ActorRefusal;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ActorRefusal> {
        if let Some(program) = program(parts).await? {
            return Ok(Self(Actor::Program(program)));
        }
        let SavingSession(live) = SavingSession::from_request_parts(parts, state).await?;
        Ok(Self(Actor::Session(Box::new(live))))
    }
}

impl<S: Send + Sync> FromRequestParts<S> for LateSaver {
    type Rejection = ActorRefusal;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ActorRefusal> {
        if let Some(program) = program(parts).await? {
            return Ok(Self::Actor(Actor::Program(program)));
        }
        Ok(match Saver::from_request_parts(parts, state).await? {
            Saver::SignedIn(live) => Self::Actor(Actor::Session(live)),
            Saver::Former(former) => Self::Former(former),
        })
    }
}

/// The program that sends this request; `None` where it brings no token and the session decides.
async fn program(parts: &Parts) -> Result<Option<Program>, BearerRefusal> {
    let Some(token) = presented(&parts.headers)? else { return Ok(None) };
    let Some(bearers) = parts.extensions.get::<Bearers>() else {
        return Err(BearerRefusal::Token(TokenReason::WrongUse));
    };
    bearers.identify(token).await.map(Some)
}

/// The token, where the request brings one; another scheme (a proxy's `Basic`) is not ours to judge. A request that brings a
/// session's cookie beside it, or two of them, is refused: whose it is would be a guess.
fn presented(headers: &HeaderMap) -> Result<Option<&str>, BearerRefusal> {
    let mut tokens = headers.get_all(header::AUTHORIZATION).iter().filter_map(|value| {
        let (scheme, token) = value.to_str().ok()?.split_once(' ')?;
        scheme.eq_ignore_ascii_case("bearer").then(|| token.trim_matches(' '))
    });
    let Some(token) = tokens.next() else { return Ok(None) };
    if tokens.next().is_some() || [SECURE_COOKIE, PLAIN_COOKIE].iter().any(|name| carries_cookie(headers, name)) {
        return Err(BearerRefusal::Other(Code::AmbiguousCredentials));
    }
    Ok(Some(token))
}
