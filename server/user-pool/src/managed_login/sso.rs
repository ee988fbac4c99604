//! The browser's own sign-in at managed login, in the cookie `cognito`: who has one is given codes without a login page.
//!
//! It has a lifetime of its own, which begins anew with each code; no token's end and no GlobalSignOut ends it
//! ("Managed login", Developer Guide), only `/logout` does.

use std::sync::Arc;

use axum::http::header::{COOKIE, SET_COOKIE};
use axum::http::{HeaderMap, HeaderValue};
use axum::response::Response;

use crate::error::ApiError;
use crate::ids;
use crate::operations::sign_in;
use crate::pool::Shared;
use crate::state::BrowserSession;
use crate::tokens::seconds;

pub(super) const COOKIE_NAME: &str = "cognito";

/// The value of one cookie. Of two with one name neither is believed.
pub(super) fn cookie<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let pairs = headers.get_all(COOKIE).iter().filter_map(|value| value.to_str().ok());
    let pairs = pairs.flat_map(|value| value.split(';')).filter_map(|pair| pair.trim().split_once('='));
    let mut values = pairs.filter(|(key, _)| *key == name).map(|(_, value)| value);
    values.next().filter(|_| values.next().is_none())
}

pub(super) fn set_cookie(response: &mut Response, pool: &Shared, name: &str, value: &str, max_age: i64) {
    let secure = if pool.domain().starts_with("https://") { "; Secure" } else { "" };
    let cookie = format!("{name}={value}; Path=/; Max-Age={max_age}; HttpOnly; SameSite=Lax{secure}");
    if let Ok(cookie) = HeaderValue::from_str(&cookie) {
        response.headers_mut().append(SET_COOKIE, cookie);
    }
}

/// The sign-in of this browser, while it lives and its user may sign in.
pub(super) fn current(pool: &Shared, headers: &HeaderMap) -> Option<BrowserSession> {
    let state = pool.state();
    let session = state.browser_sessions.get(&ids::fingerprint(cookie(headers, COOKIE_NAME)?))?;
    let user = state.users.get(&session.sub)?;
    (pool.now_ms() < session.expires_at_ms && sign_in::may(user).is_ok()).then(|| session.clone())
}

/// Begins or goes on with a browser's sign-in, for its whole lifetime from now on. The cookie's new value: an older one is
/// good no more, so that nobody who planted or saw it has part in this (session fixation).
pub(super) async fn keep(
    pool: &Arc<Shared>,
    headers: &HeaderMap,
    sub: &str,
    signed_in_at_ms: i64,
) -> Result<String, ApiError> {
    let now_ms = pool.now_ms();
    let value = ids::uuid(&*pool.entropy);
    let session = BrowserSession {
        sub: sub.to_owned(),
        signed_in_at_ms,
        expires_at_ms: now_ms + seconds(pool.config.sso_ttl) * 1_000,
    };
    let (old, new) = (cookie(headers, COOKIE_NAME).map(ids::fingerprint), ids::fingerprint(&value));
    pool.write(move |state| {
        old.and_then(|old| state.browser_sessions.remove(&old));
        state.prune(now_ms);
        state.browser_sessions.insert(new, session);
    })
    .await?;
    Ok(value)
}

/// Ends it.
pub(super) async fn end(pool: &Arc<Shared>, headers: &HeaderMap) -> Result<(), ApiError> {
    let Some(old) = cookie(headers, COOKIE_NAME).map(ids::fingerprint) else { return Ok(()) };
    pool.write(move |state| drop(state.browser_sessions.remove(&old))).await
}
