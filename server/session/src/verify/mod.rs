//! What a token must be before it is believed.
//!
//! jsonwebtoken checks the signature, with RS256 pinned and a key that the pool publishes; whatever the token's header
//! says about keys (`jku`, `jwk`, `x5u`, `x5c`) is never read. The claims are checked here, because jsonwebtoken reads
//! the system's clock and Holdfast's clock is a port, and because an access token of Cognito's has no `aud`.
//! <https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-using-tokens-verifying-a-jwt.html>
//!
//! This module must not know sessions: it says what a token says, not what follows from it.

mod claims;

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use holdfast::clock::Clock;
use jsonwebtoken::{Algorithm, Validation, decode, decode_header};

pub use claims::{LEEWAY_S, MOST_SKEW_S, TokenUse, Verified};

use crate::jwks::{Jwks, KeyError};
use crate::provider::TokenSet;
use claims::{Claimed, Claims};

/// Cognito's tokens are 1 to 3 KB; groups and custom attributes can make them larger.
pub const MOST_TOKEN_BYTES: usize = 16 * 1024;

/// Checks tokens of one user pool's app clients.
///
/// Tokens that strangers send (`Authorization: Bearer`) deserve a verifier of their own, with its own [`Jwks`]: key ids
/// that they invent start a cool-down, and during it a key that the pool has just begun to use stays unknown.
#[derive(Clone)]
pub struct Verifier(Arc<Inner>);

struct Inner {
    jwks: Jwks,
    issuers: Vec<String>,
    clients: Vec<String>,
    clock: Arc<dyn Clock>,
}

/// Why a token is not believed. Names the rule, never the value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum VerifyError {
    /// The pool's keys cannot be had: nothing is known about the token.
    #[error("the user pool's keys cannot be had")]
    KeysUnavailable,
    /// Signed, if at all, with a key that the pool does not publish.
    #[error("the token names a key that the user pool does not have")]
    UnknownKey,
    /// Not three parts of base64url with JSON in the first two, or larger than any token.
    #[error("the token is malformed")]
    Malformed,
    /// Not RS256, or a header that this verifier would have to understand (`crit`).
    #[error("the token's header is not acceptable")]
    Header,
    /// The signature does not fit.
    #[error("the token's signature is wrong")]
    Signature,
    /// A claim is missing or has another type.
    #[error("a claim is missing or has the wrong type")]
    Claims,
    /// `exp` has passed.
    #[error("the token has expired")]
    Expired,
    /// `iat` or `nbf` lies in the future.
    #[error("the token is from the future")]
    NotYet,
    /// `iss` is another pool.
    #[error("the token is another pool's")]
    Issuer,
    /// `token_use` is not what is wanted here.
    #[error("the token has another use")]
    TokenUse,
    /// `client_id` or `aud` is another app client.
    #[error("the token is another app client's")]
    Client,
    /// The two tokens of one answer name different users.
    #[error("the tokens of one answer belong to different users")]
    Mixed,
    /// The ID token answers another authentication request.
    #[error("the ID token's nonce is not the request's")]
    Nonce,
}

/// Who has handed a token over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Told {
    /// The pool itself, just now.
    ByThePool,
    /// Whoever came along with it.
    ByAnybody,
}

impl Verifier {
    /// A verifier for tokens of `client_id`, issued by any of `issuers`.
    pub fn new(jwks: Jwks, issuers: Vec<String>, client_id: impl Into<String>, clock: Arc<dyn Clock>) -> Self {
        Self::of_clients(jwks, issuers, vec![client_id.into()], clock)
    }

    /// A verifier for tokens of any of `clients`, issued by any of `issuers`.
    pub fn of_clients(jwks: Jwks, issuers: Vec<String>, clients: Vec<String>, clock: Arc<dyn Clock>) -> Self {
        Self(Arc::new(Inner { jwks, issuers, clients, clock }))
    }

    /// The pool's keys.
    #[must_use]
    pub fn jwks(&self) -> &Jwks {
        &self.0.jwks
    }

    /// Checks an access token.
    ///
    /// # Errors
    /// When it is not to be believed.
    pub async fn access(&self, token: &str) -> Result<Verified, VerifyError> {
        self.check(token, &[TokenUse::Access], Told::ByAnybody).await
    }

    /// Checks an ID token.
    ///
    /// # Errors
    /// When it is not to be believed.
    pub async fn id(&self, token: &str) -> Result<Verified, VerifyError> {
        self.check(token, &[TokenUse::Id], Told::ByAnybody).await
    }

    /// Checks both tokens of a sign-in or a refresh: the access token's claims, with the ID token's e-mail address. The pool
    /// has issued them just now, over our own connection, so its clock may be apart from this server's by up to
    /// [`MOST_SKEW_S`]; the moments in the answer are the pool's.
    ///
    /// # Errors
    /// When either is not to be believed, or they belong to different users.
    pub async fn pair(&self, tokens: &TokenSet) -> Result<Verified, VerifyError> {
        self.pair_for(tokens, None).await
    }

    /// The same, where the ID token must answer the request with this nonce (OpenID Connect Core 1.0, 3.1.3.7).
    ///
    /// # Errors
    /// As [`Self::pair`]; [`VerifyError::Nonce`].
    pub async fn pair_for(&self, tokens: &TokenSet, nonce: Option<&str>) -> Result<Verified, VerifyError> {
        let access = self.check(tokens.access.expose(), &[TokenUse::Access], Told::ByThePool).await?;
        let id = self.check(tokens.id.expose(), &[TokenUse::Id], Told::ByThePool).await?;
        if access.sub != id.sub {
            return Err(VerifyError::Mixed);
        }
        if nonce.is_some() && id.nonce.as_deref() != nonce {
            return Err(VerifyError::Nonce);
        }
        Ok(Verified { email: id.email, ..access })
    }

    /// Checks a token that a stranger sends, which may have any of these uses. One that says itself that it is another
    /// pool's is refused before anybody looks for its key: it costs no fetch, and its owner learns what is wrong.
    ///
    /// # Errors
    /// When it is not to be believed.
    pub async fn presented(&self, token: &str, uses: &[TokenUse]) -> Result<Verified, VerifyError> {
        let claims = token.split('.').nth(1).filter(|_| token.len() <= MOST_TOKEN_BYTES);
        let claims = claims.and_then(|claims| URL_SAFE_NO_PAD.decode(claims).ok());
        let claimed = claims.and_then(|claims| serde_json::from_slice::<Claimed>(&claims).ok());
        if claimed.is_some_and(|claimed| !self.0.issuers.contains(&claimed.iss)) {
            return Err(VerifyError::Issuer);
        }
        self.check(token, uses, Told::ByAnybody).await
    }

    async fn check(&self, token: &str, wanted: &[TokenUse], told: Told) -> Result<Verified, VerifyError> {
        if token.len() > MOST_TOKEN_BYTES || token.split('.').count() != 3 {
            return Err(VerifyError::Malformed);
        }
        let header = decode_header(token).map_err(|_| VerifyError::Malformed)?;
        if header.alg != Algorithm::RS256 || header.crit.is_some() {
            return Err(VerifyError::Header);
        }
        let kid = header.kid.ok_or(VerifyError::Header)?;
        let key = self.0.jwks.find(&kid).await.map_err(|error| match error {
            KeyError::Unknown => VerifyError::UnknownKey,
            KeyError::Unavailable => VerifyError::KeysUnavailable,
        })?;
        let token = decode::<serde_json::Value>(token, &key, &validation()).map_err(|error| {
            use jsonwebtoken::errors::ErrorKind;
            match error.kind() {
                ErrorKind::InvalidSignature => VerifyError::Signature,
                ErrorKind::MissingRequiredClaim(_) => VerifyError::Claims,
                _ => VerifyError::Malformed,
            }
        })?;
        let claims = Claims::deserialize_from(token.claims)?;
        let now = self.0.clock.now().unix_timestamp();
        let now = if told == Told::ByThePool { claims.on_pools_clock(now) } else { now };
        claims.check(wanted, &self.0.issuers, &self.0.clients, now)
    }
}

/// Only the signature, the algorithm and the presence of claims are jsonwebtoken's business here; see the module.
fn validation() -> Validation {
    let mut validation = Validation::new(Algorithm::RS256);
    validation.set_required_spec_claims(&["exp", "iss", "sub"]);
    validation.validate_exp = false;
    validation.validate_nbf = false;
    validation.validate_aud = false;
    validation
}

impl std::fmt::Debug for Verifier {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Verifier").field("issuers", &self.0.issuers).field("jwks", &self.0.jwks).finish_non_exhaustive()
    }
}
