//! The cookies of managed login: the request that is under way, sealed, and until when the pool will ask for no password.
//!
//! Both are `Strict`. The pool leads the browser back by a navigation from another site, which carries no such cookie, nor
//! the session's own; so the app answers that one with a page that goes on by itself, from its own origin, and only then
//! is anything decided. A `Lax` cookie would arrive a step earlier, with no session to replace.

use axum::extract::FromRequestParts;
use holdfast::wire::Code;
use http::HeaderMap;
use http::request::Parts;

use super::PendingCookie;
use crate::sessions::Refusal;

/// What this browser has of managed login.
#[derive(Debug, Clone, Default)]
pub struct LoginCookies {
    pub(crate) request: PendingCookie,
    /// Milliseconds since the Unix epoch. Nothing is decided by it but what is said and asked first, so it is not sealed.
    pub(crate) sso: PendingCookie,
}

impl LoginCookies {
    pub(super) fn of(headers: &HeaderMap, name: &str) -> Self {
        Self {
            request: PendingCookie::of(headers, &format!("{name}-login")),
            sso: PendingCookie::of(headers, &format!("{name}-sso")),
        }
    }

    pub(super) fn write(&self, headers: &mut HeaderMap, name: &str, secure: bool) {
        self.request.write(headers, &format!("{name}-login"), secure);
        self.sso.write(headers, &format!("{name}-sso"), secure);
    }

    /// How much is left of the browser's sign-in at the pool, in milliseconds, as far as is known here.
    pub(crate) fn sso_left(&self, now: i64) -> i64 {
        let until = self.sso.sealed().and_then(|text| text.parse::<i64>().ok()).unwrap_or(0);
        until.saturating_sub(now).max(0)
    }
}

impl<S: Send + Sync> FromRequestParts<S> for LoginCookies {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Refusal> {
        parts.extensions.get::<Self>().cloned().ok_or_else(|| {
            tracing::error!("a route of managed login is not inside Sessions::layer()");
            Refusal::new(Code::Internal)
        })
    }
}
