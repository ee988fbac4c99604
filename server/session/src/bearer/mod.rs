//! `Authorization: Bearer` (RFC 6750): programs that bring a token of the user pool's instead of a session.
//!
//! The ID token says who the user is, to resource servers, and an API of documents is one; access tokens are taken where the
//! operator says so. Nothing is stored about whoever comes with one, no cookie is read or set, and no token is ever
//! refreshed here: the program holds the refresh token and asks the pool itself. A token stays good until it expires, also
//! after a sign-out everywhere, because nothing but its signature and its claims is looked at.
//! <https://docs.aws.amazon.com/cognito/latest/developerguide/token-revocation.html>
//!
//! This module must not know what the app does, nor rows.

mod extract;
mod refusal;

use std::sync::Arc;

use holdfast::clock::Clock;
use holdfast::wire::Code;

pub use extract::{Acting, ActingSaver, Actor, LateSaver, brings_token};
pub use refusal::{ActorRefusal, TokenProblem, TokenReason};

use crate::buckets::Buckets;
use crate::verify::{TokenUse, Verified, Verifier, VerifyError};
use refusal::BearerRefusal;

/// What the operator decides.
#[derive(Debug, Clone)]
pub struct BearerConfig {
    /// The uses of tokens that are taken; none turns it off.
    pub accepts: Vec<TokenUse>,
    /// Requests of one user in a minute, over all their programs.
    pub per_minute: u32,
}

impl Default for BearerConfig {
    /// ID tokens, ten requests a second.
    fn default() -> Self {
        Self { accepts: vec![TokenUse::Id], per_minute: 600 }
    }
}

/// Whom a token names. Cheap to clone.
#[derive(Clone)]
pub struct Bearers(Arc<Inner>);

struct Inner {
    verifier: Verifier,
    accepts: Vec<TokenUse>,
    rate: Buckets<String>,
    clock: Arc<dyn Clock>,
}

/// A program that acts for a user.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Program(Verified);

impl Program {
    /// Cognito's `sub`: the owner in every statement that reads or writes something of the user's.
    #[must_use]
    pub fn sub(&self) -> &str {
        &self.0.sub
    }

    /// What the token is for.
    #[must_use]
    pub fn token_use(&self) -> TokenUse {
        self.0.token_use
    }
}

impl Bearers {
    /// `verifier` must be one of its own, with its own key set: see [`Verifier`].
    #[must_use]
    pub fn new(verifier: Verifier, config: &BearerConfig, clock: Arc<dyn Clock>) -> Self {
        let per_minute = i64::from(config.per_minute.max(1));
        let at_once = (config.per_minute / 10).max(1);
        // A minute's worth at once would be a flood; a tenth of it is a program that starts.
        let rate = Buckets::new(at_once, 60_000 / per_minute);
        Self(Arc::new(Inner { verifier, accepts: config.accepts.clone(), rate, clock }))
    }

    /// Whom this token names, and that they do not come too often.
    async fn identify(&self, token: &str) -> Result<Program, BearerRefusal> {
        let verified = self.0.verifier.presented(token, &self.0.accepts).await.map_err(|error| match error {
            VerifyError::KeysUnavailable => BearerRefusal::Other(Code::ProviderUnavailable),
            error => BearerRefusal::Token(TokenReason::from(error)),
        })?;
        if self.0.rate.take(verified.sub.clone(), self.0.clock.now_ms()).is_err() {
            return Err(BearerRefusal::Other(Code::TooManyRequests));
        }
        Ok(Program(verified))
    }
}

impl std::fmt::Debug for Bearers {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Bearers").field("accepts", &self.0.accepts).finish_non_exhaustive()
    }
}
