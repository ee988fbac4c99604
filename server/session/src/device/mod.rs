//! Device Bound Session Credentials: where the browser offers it, a session is bound to a key that does not leave the
//! device, and a stolen cookie alone opens nothing for longer than ten minutes.
//! <https://w3c.github.io/webappsec-dbsc/> (the draft of 2026-02-17)
//!
//! 1. The answer that signs in says where a key may be registered ([`REGISTRATION`]), with a challenge.
//! 2. A browser that knows this makes a key and sends a proof that has its public half in it. The key is bound to the row
//!    ([`crate::rows::SessionRows::bind`]); the browser gets a second cookie for [`BOUND_MS`].
//! 3. Once that cookie has come back, this session is alive only together with it. When it runs out, the browser holds its requests
//!    back, proves again, and goes on; nobody notices.
//!
//! A browser that does not know any of this ignores one header, and its session is what it always was; so is that of one
//! which registers a key and then does not send the cookie. Only over https: the second cookie is a `__Host-` cookie like
//! the first.
//!
//! | threat | what stands against it |
//! |---|---|
//! | the cookie is stolen | what is asked without the second cookie is refused, and ends nothing: the session goes on where the key is |
//! | a thief registers a key of theirs | once per session, for five minutes after the sign-in, and only with the challenge, which was in that one answer and is signed |
//! | a proof is sent again | a proof counts only if its challenge is later than that of the last one: the row is moved forward by compare-and-swap |
//! | a challenge, proof or cookie of another session | challenges and cookies are signed with the session's own secret; the key is the row's |
//! | another page makes the browser send one | both routes ask for headers that no page of another origin can send ([`is_browsers_own`]) |
//!
//! What it does not do: malware that is there *while* the user signs in can register a key of its own; the draft says so,
//! too. This module must not know rows or sessions; what is done about them is `sessions/device.rs`.

mod proof;
mod routes;

use http::{HeaderMap, HeaderName, HeaderValue};
use serde::Serialize;

pub(crate) use proof::{DeviceKey, Proof};
pub(crate) use routes::device_routes;

/// Tells a browser that a key may be registered.
pub const REGISTRATION: HeaderName = HeaderName::from_static("secure-session-registration");
/// A challenge for the next proof.
pub const CHALLENGE: HeaderName = HeaderName::from_static("secure-session-challenge");
/// A proof: a JWT that the device's key has signed.
pub const RESPONSE: HeaderName = HeaderName::from_static("secure-session-response");
/// Which session the browser means. No script can set it.
pub const SESSION_ID: HeaderName = HeaderName::from_static("sec-secure-session-id");

/// Where a key is registered.
pub const REGISTER_PATH: &str = "/session/device";
/// Where a proof earns the next cookie.
pub const REFRESH_PATH: &str = "/session/device/refresh";

/// The cookie that a proof earns.
pub const BOUND_COOKIE: &str = "__Host-holdfast-bound";
/// What the browser compares with the cookie it holds.
const BOUND_ATTRIBUTES: &str = "Path=/; Secure; HttpOnly; SameSite=Strict";
/// How long it is good: what a thief of both cookies gets. The draft's own example has ten minutes, and Chromium signs only
/// a few times in nine.
pub const BOUND_MS: i64 = 10 * 60_000;
/// How long a key may be registered after the sign-in.
pub const REGISTRATION_MS: i64 = 5 * 60_000;
/// How long a challenge may be answered: one that came along with a cookie is used when that runs out.
pub const CHALLENGE_MS: i64 = BOUND_MS + 5 * 60_000;

/// Whether the request is one of those that browsers make by themselves for this. They come from below the page, without
/// `Origin` and `Sec-Fetch-Site`, so the app's own check of those must let them through; what stands for it is a header that
/// only a browser (`Sec-…`, a forbidden name in the Fetch standard) or a page of the same origin (any other name needs a
/// preflight) can send.
#[must_use]
pub fn is_browsers_own(path: &str, headers: &HeaderMap) -> bool {
    match path {
        REGISTER_PATH => headers.contains_key(RESPONSE),
        REFRESH_PATH => headers.contains_key(SESSION_ID),
        _ => false,
    }
}

/// The value of [`REGISTRATION`].
pub(crate) fn registration(challenge: &str) -> Option<HeaderValue> {
    HeaderValue::try_from(format!(r#"(ES256 RS256);path="{REGISTER_PATH}";challenge="{challenge}""#)).ok()
}

/// The value of [`CHALLENGE`].
pub(crate) fn challenge(challenge: &str, session: &str) -> Option<HeaderValue> {
    HeaderValue::try_from(format!(r#""{challenge}";id="{session}""#)).ok()
}

/// The `Set-Cookie` of a signed moment.
pub(crate) fn bound_cookie(value: &str) -> Option<HeaderValue> {
    let seconds = BOUND_MS / 1000;
    HeaderValue::try_from(format!("{BOUND_COOKIE}={value}; Max-Age={seconds}; {BOUND_ATTRIBUTES}")).ok()
}

/// A structured field that is one string (RFC 9651 section 3.3.3), or the same without its quotes, as earlier drafts had it.
pub(crate) fn string_item<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a str> {
    let mut values = headers.get_all(name).iter();
    let (value, None) = (values.next()?.to_str().ok()?.trim(), values.next()) else { return None };
    let value = value.strip_prefix('"').and_then(|value| value.strip_suffix('"')).unwrap_or(value);
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
    (!value.is_empty() && value.bytes().all(is_plain)).then_some(value)
}

/// The JSON session instructions of section 9.6. The scope is this origin: `include_site` would take in its neighbours.
#[derive(Debug, Serialize)]
pub(crate) struct Instructions<'a> {
    session_identifier: &'a str,
    refresh_url: &'static str,
    scope: Scope,
    credentials: [Credential; 1],
}

#[derive(Debug, Serialize)]
struct Scope {
    include_site: bool,
}

#[derive(Debug, Serialize)]
struct Credential {
    #[serde(rename = "type")]
    kind: &'static str,
    name: &'static str,
    attributes: &'static str,
}

impl<'a> Instructions<'a> {
    /// For the session of this public name.
    pub(crate) fn for_session(session_identifier: &'a str) -> Self {
        let credential = Credential { kind: "cookie", name: BOUND_COOKIE, attributes: BOUND_ATTRIBUTES };
        let scope = Scope { include_site: false };
        Self { session_identifier, refresh_url: REFRESH_PATH, scope, credentials: [credential] }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_header_is_one_string_with_or_without_its_quotes_and_never_two() {
        let of = |values: &[&'static str]| {
            let mut headers = HeaderMap::new();
            for value in values {
                headers.append(RESPONSE, HeaderValue::from_static(value));
            }
            string_item(&headers, &RESPONSE).map(str::to_owned)
        };
        assert_eq!(of(&["\"a.b-c_1\""]).as_deref(), Some("a.b-c_1"));
        assert_eq!(of(&[" a.b-c_1 "]).as_deref(), Some("a.b-c_1"));
        for none in [&[][..], &[""], &["\"\""], &["a", "a"], &["\"a\", \"b\""], &["a;b"], &["\"a"]] {
            assert_eq!(of(none), None, "{none:?}");
        }
    }
}
