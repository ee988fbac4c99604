//! The cookie of a sign-in that is not through yet: what stands in it is sealed, and belongs to
//! [`crate::sessions`]. It is apart from the session's own cookie, because there is no session yet, and the one that there
//! may be (whoever signs in again in place) stays what it is until the sign-in is through.
//!
//! Cognito's `Session` may have 4096 characters, and a browser keeps 4096 bytes in a cookie (RFC 6265bis, section 5.7), so
//! the sealed text is spread over as many cookies as it takes.

use std::sync::{Arc, Mutex, PoisonError};

use axum::extract::FromRequestParts;
use holdfast::wire::Code;
use http::header::{COOKIE, SET_COOKIE};
use http::request::Parts;
use http::{HeaderMap, HeaderValue};

use crate::sessions::Refusal;

/// The most that one cookie holds, its name and attributes left out.
const PART_BYTES: usize = 3_500;
/// For a `Session` of 4096 characters, its base64 and what stands beside it.
const MOST_PARTS: usize = 3;

/// The pending sign-in of the request's browser, and what the response makes of it.
#[derive(Debug, Clone, Default)]
pub struct PendingCookie(Arc<Mutex<State>>);

#[derive(Default)]
struct State {
    sent: Option<String>,
    /// How many cookies of it the browser has.
    parts: usize,
    change: Option<Change>,
}

enum Change {
    Keep { sealed: String, seconds: i64 },
    Drop,
}

impl std::fmt::Debug for State {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("State").field("parts", &self.parts).finish_non_exhaustive()
    }
}

impl PendingCookie {
    /// What this request's browser has sent under `name`.
    pub(super) fn of(headers: &HeaderMap, name: &str) -> Self {
        let pairs: Vec<(&str, &str)> = headers
            .get_all(COOKIE)
            .iter()
            .filter_map(|value| value.to_str().ok())
            .flat_map(|value| value.split(';'))
            .filter_map(|pair| pair.trim().split_once('='))
            .collect();
        let part = |number| {
            let name = part_name(name, number);
            // Of two with one name neither is believed, as with the session's own.
            let mut values = pairs.iter().filter(|(key, _)| *key == name).map(|(_, value)| *value);
            values.next().filter(|_| values.next().is_none())
        };
        let parts: Vec<&str> = (0..MOST_PARTS).map_while(part).collect();
        let sent = Some(parts.concat()).filter(|sent| !sent.is_empty());
        Self(Arc::new(Mutex::new(State { sent, parts: parts.len(), change: None })))
    }

    /// The sealed text, as it stands now.
    pub(crate) fn sealed(&self) -> Option<String> {
        let state = self.state();
        match &state.change {
            Some(Change::Keep { sealed, .. }) => Some(sealed.clone()),
            Some(Change::Drop) => None,
            None => state.sent.clone(),
        }
    }

    /// The response sets it.
    pub(crate) fn keep(&self, sealed: String, seconds: i64) {
        self.state().change = Some(Change::Keep { sealed, seconds });
    }

    /// The response removes it.
    pub(crate) fn drop(&self) {
        self.state().change = Some(Change::Drop);
    }

    /// Writes what has become of it into the response.
    pub(super) fn write(&self, headers: &mut HeaderMap, name: &str, secure: bool) {
        let mut state = self.state();
        let had = state.parts;
        let (sealed, seconds) = match state.change.take() {
            None => return,
            Some(Change::Keep { sealed, seconds }) => (sealed, seconds),
            Some(Change::Drop) => (String::new(), 0),
        };
        let secure = if secure { "; Secure" } else { "" };
        let mut set = |number: usize, value: &str, seconds: i64| {
            let cookie = format!(
                "{}={value}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Strict{secure}",
                part_name(name, number)
            );
            if let Ok(cookie) = HeaderValue::from_str(&cookie) {
                headers.append(SET_COOKIE, cookie);
            }
        };
        let parts: Vec<&[u8]> = sealed.as_bytes().chunks(PART_BYTES).take(MOST_PARTS).collect();
        for (number, part) in parts.iter().enumerate() {
            set(number, std::str::from_utf8(part).unwrap_or_default(), seconds);
        }
        // What is left over of a longer one would be taken for its end.
        for number in parts.len()..had {
            set(number, "", 0);
        }
    }

    fn state(&self) -> std::sync::MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<S: Send + Sync> FromRequestParts<S> for PendingCookie {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Refusal> {
        parts.extensions.get::<Self>().cloned().ok_or_else(|| {
            tracing::error!("a route that signs in is not inside Sessions::layer()");
            Refusal::new(Code::Internal)
        })
    }
}

fn part_name(name: &str, number: usize) -> String {
    if number == 0 { format!("{name}-step") } else { format!("{name}-step-{number}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NAME: &str = "__Host-holdfast";

    /// A browser as far as these cookies go.
    fn after(jar: &mut Vec<(String, String)>, change: impl FnOnce(&PendingCookie)) -> Vec<String> {
        let mut request = HeaderMap::new();
        let sent: Vec<String> = jar.iter().map(|(name, value)| format!("{name}={value}")).collect();
        request.insert(COOKIE, HeaderValue::from_str(&sent.join("; ")).expect("ASCII"));
        let pending = PendingCookie::of(&request, NAME);
        change(&pending);
        let mut response = HeaderMap::new();
        pending.write(&mut response, NAME, true);
        let set: Vec<String> =
            response.get_all(SET_COOKIE).iter().map(|value| value.to_str().expect("ASCII").to_owned()).collect();
        for cookie in &set {
            let (name, value) = cookie.split(';').next().and_then(|pair| pair.split_once('=')).expect("a pair");
            jar.retain(|(other, _)| other != name);
            if !cookie.contains("Max-Age=0") {
                jar.push((name.to_owned(), value.to_owned()));
            }
        }
        set
    }

    #[test]
    fn a_long_text_is_spread_and_a_shorter_one_leaves_nothing_of_it() {
        let mut jar = vec![(String::from("theme"), String::from("dark"))];
        let long = "a".repeat(PART_BYTES) + &"b".repeat(PART_BYTES) + "c";
        let set = after(&mut jar, |pending| pending.keep(long.clone(), 180));
        assert_eq!(set.len(), 3);
        assert!(set.iter().all(|cookie| cookie.len() <= 4096), "browsers drop what is longer");
        assert!(set[0].starts_with("__Host-holdfast-step=a") && set[2].starts_with("__Host-holdfast-step-2=c;"));
        for attribute in ["; Path=/", "; Max-Age=180", "; HttpOnly", "; SameSite=Strict", "; Secure"] {
            assert!(set[1].contains(attribute), "{}", set[1]);
        }
        let mut seen = None;
        after(&mut jar, |pending| seen = pending.sealed());
        assert_eq!(seen.as_deref(), Some(long.as_str()));
        after(&mut jar, |pending| pending.keep(String::from("short"), 180));
        after(&mut jar, |pending| seen = pending.sealed());
        assert_eq!(seen.as_deref(), Some("short"));
        let set = after(&mut jar, PendingCookie::drop);
        assert_eq!(set.len(), 1);
        after(&mut jar, |pending| seen = pending.sealed());
        assert_eq!(seen, None);
        assert_eq!(jar.len(), 1, "{jar:?}");
    }

    #[test]
    fn of_two_with_one_name_neither_is_believed() {
        let mut headers = HeaderMap::new();
        headers.append(COOKIE, HeaderValue::from_static("__Host-holdfast-step=eve; a=b"));
        headers.append(COOKIE, HeaderValue::from_static("__Host-holdfast-step=ada"));
        assert_eq!(PendingCookie::of(&headers, NAME).sealed(), None);
    }
}
