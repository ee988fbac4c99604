//! Everything the pool remembers: users, sessions, fingerprints of refresh tokens, signing keys.
//!
//! Values only; [`store`] puts them on the disk.

mod eviction;
mod factors;
mod migrate;
pub(crate) mod private;
pub(crate) mod store;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::passwords::StoredPassword;
use crate::tokens::SCOPE;
pub(crate) use factors::{Factors, Mfa, SoftwareToken};
pub(crate) use store::{Store, StoreError};

/// The version of the file's form. A file of a later version is refused.
pub(crate) const VERSION: u32 = 2;

/// How long an ended session is remembered, so that its tokens are still told "expired" or "revoked" and not "invalid".
/// No access token outlives it: a day is the longest validity Cognito allows them.
const REMEMBERED_MS: i64 = 24 * 60 * 60 * 1_000;

#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct State {
    pub(crate) version: u32,
    pub(crate) pool_id: String,
    pub(crate) client_id: String,
    pub(crate) created_at_ms: i64,
    /// In order of their making; the last of each purpose signs.
    pub(crate) keys: Vec<StoredKey>,
    /// By `sub`.
    pub(crate) users: BTreeMap<String, User>,
    /// By `origin_jti`.
    pub(crate) sessions: BTreeMap<String, Session>,
    /// By the token's SHA-256.
    pub(crate) refresh_tokens: BTreeMap<String, RefreshToken>,
    /// By the cookie's SHA-256.
    #[serde(default)]
    pub(crate) browser_sessions: BTreeMap<String, BrowserSession>,
}

#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct StoredKey {
    pub(crate) kid: String,
    pub(crate) purpose: Purpose,
    /// PKCS#8 (RFC 5208), base64.
    pub(crate) pkcs8: String,
}

/// Cognito signs access tokens and ID tokens with different keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Purpose {
    Access,
    Id,
}

#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct User {
    pub(crate) sub: String,
    /// As it was given; compared without regard to case.
    pub(crate) email: String,
    pub(crate) email_verified: bool,
    pub(crate) enabled: bool,
    pub(crate) status: UserStatus,
    pub(crate) password: StoredPassword,
    pub(crate) created_at_ms: i64,
    /// Confirms a sign-up.
    pub(crate) code: Option<Code>,
    /// Attributes other than `email`: the standard ones of OpenID Connect (Core 1.0, 5.1) by their names.
    #[serde(default)]
    pub(crate) attributes: BTreeMap<String, String>,
    /// What signs the user in beside or instead of the password.
    #[serde(default)]
    pub(crate) factors: Factors,
    /// Buys a new password, once.
    #[serde(default)]
    pub(crate) reset_code: Option<Code>,
    /// Addresses and numbers that wait for their code, by the attribute's name.
    #[serde(default)]
    pub(crate) pending: BTreeMap<String, Pending>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub(crate) enum UserStatus {
    Unconfirmed,
    Confirmed,
    ResetRequired,
    /// The next sign-in must choose a new password: NEW_PASSWORD_REQUIRED.
    ForceChangePassword,
}

/// A confirmation code that was sent.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Code {
    pub(crate) digits: String,
    pub(crate) expires_at_ms: i64,
    pub(crate) mismatches: u32,
}

/// A value of `email` or `phone_number` that is to be verified.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Pending {
    pub(crate) value: String,
    /// `None` once it was used.
    pub(crate) code: Option<Code>,
}

/// One interactive sign-in and all tokens that come from it.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Session {
    pub(crate) sub: String,
    pub(crate) signed_in_at_ms: i64,
    /// Sign-in + validity. Neither a refresh nor a rotation moves it.
    pub(crate) expires_at_ms: i64,
    pub(crate) revoked: bool,
    /// What the access tokens say in `scope`, separated by spaces.
    #[serde(default = "api_scope")]
    pub(crate) scope: String,
    /// The latest sign-in or refresh; kept up to date only where sessions are counted.
    #[serde(default)]
    pub(crate) last_used_at_ms: i64,
}

#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct RefreshToken {
    pub(crate) origin_jti: String,
    /// When rotation first replaced it.
    pub(crate) spent_at_ms: Option<i64>,
}

fn api_scope() -> String {
    SCOPE.to_owned()
}

/// A browser that is signed in to managed login: what the cookie `cognito` stands for.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct BrowserSession {
    pub(crate) sub: String,
    /// The interactive sign-in.
    pub(crate) signed_in_at_ms: i64,
    /// Moved on each time a code is given out in it.
    pub(crate) expires_at_ms: i64,
}

impl State {
    /// The user of that name: the e-mail address in any case, or the `sub`.
    pub(crate) fn user(&self, name: &str) -> Option<&User> {
        self.users.get(name).or_else(|| self.users.values().find(|user| user.has_email(name)))
    }

    pub(crate) fn user_mut(&mut self, name: &str) -> Option<&mut User> {
        let sub = self.user(name)?.sub.clone();
        self.users.get_mut(&sub)
    }

    /// Revokes every session of `sub`, as GlobalSignOut and disabling a user do.
    pub(crate) fn revoke_sessions_of(&mut self, sub: &str) {
        for session in self.sessions.values_mut().filter(|session| session.sub == sub) {
            session.revoked = true;
        }
    }

    /// Forgets sessions that ended long ago, and their tokens.
    pub(crate) fn prune(&mut self, now_ms: i64) {
        self.browser_sessions.retain(|_, session| now_ms < session.expires_at_ms);
        let before = self.sessions.len();
        self.sessions.retain(|_, session| now_ms < session.expires_at_ms.saturating_add(REMEMBERED_MS));
        if self.sessions.len() < before {
            let sessions = &self.sessions;
            self.refresh_tokens.retain(|_, token| sessions.contains_key(&token.origin_jti));
        }
    }
}

impl User {
    /// A confirmed and enabled user with a verified address, and nothing else.
    pub(crate) fn new(sub: String, email: String, password: StoredPassword, created_at_ms: i64) -> Self {
        Self {
            sub,
            email,
            email_verified: true,
            enabled: true,
            status: UserStatus::Confirmed,
            password,
            created_at_ms,
            code: None,
            attributes: BTreeMap::new(),
            factors: Factors::default(),
            reset_code: None,
            pending: BTreeMap::new(),
        }
    }

    /// Where codes are texted to.
    pub(crate) fn verified_phone_number(&self) -> Option<&str> {
        let verified = self.attributes.get("phone_number_verified").is_some_and(|verified| verified == "true");
        self.attributes.get("phone_number").map(String::as_str).filter(|_| verified)
    }

    pub(crate) fn has_email(&self, name: &str) -> bool {
        self.email.to_lowercase() == name.to_lowercase()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_ended_session_is_remembered_for_a_day_and_then_forgotten_with_its_tokens() {
        let session = Session {
            sub: "s".to_owned(),
            signed_in_at_ms: 0,
            expires_at_ms: 1_000,
            revoked: false,
            scope: api_scope(),
            last_used_at_ms: 0,
        };
        let token = RefreshToken { origin_jti: "o".to_owned(), spent_at_ms: None };
        let mut state = State {
            version: VERSION,
            pool_id: String::new(),
            client_id: String::new(),
            created_at_ms: 0,
            keys: Vec::new(),
            users: BTreeMap::new(),
            sessions: BTreeMap::from([("o".to_owned(), session)]),
            refresh_tokens: BTreeMap::from([("f".to_owned(), token)]),
            browser_sessions: BTreeMap::new(),
        };
        state.prune(1_000 + REMEMBERED_MS - 1);
        assert_eq!((state.sessions.len(), state.refresh_tokens.len()), (1, 1));
        state.prune(1_000 + REMEMBERED_MS);
        assert_eq!((state.sessions.len(), state.refresh_tokens.len()), (0, 0));
    }
}
