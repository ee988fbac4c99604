//! The door: what strangers may ask without being anybody yet. A limit for each address, so that one of them cannot guess
//! without end, have letters sent without end, or take every place at which a sign-in is worked on. Nothing else goes
//! through it: saves of the same address are never counted here. What one *account* may be tried, from wherever, is the
//! session crate's to limit.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::extract::{FromRequestParts, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderValue, Method, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use holdfast::wire::Code;
use holdfast_session::buckets::Buckets;
use holdfast_session::routes::ProblemResponse;

use super::AppState;
use super::peer::{Peer, Proxies};

/// Attempts that fail, from one address: so many at once, and one more every so many milliseconds. An office has one.
const ATTEMPTS: (u32, i64) = (60, 2_000);
/// Letters that are sent, from one address.
const LETTERS: (u32, i64) = (20, 30_000);
/// Requests of one address that are worked on at the same time: well below the places that there are for all.
const INSIDE: usize = 8;

/// What a route does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// A password or a code is tried. One that is right does not count.
    Attempt,
    /// A letter is sent.
    Letter,
}

/// What goes through the door.
fn kind(method: &Method, path: &str) -> Option<Kind> {
    // What comes back from managed login brings a code.
    if method == Method::GET && path == "/sign-in/finish" {
        return Some(Kind::Attempt);
    }
    if method != Method::POST {
        return None;
    }
    match path {
        "/api/session" | "/api/session/challenge" | "/sign-in" | "/sign-in/challenge" => Some(Kind::Attempt),
        "/api/sign-up/confirm" | "/sign-up/confirm" => Some(Kind::Attempt),
        "/api/account/authenticator/verify" | "/account/authenticator/verify" => Some(Kind::Attempt),
        "/api/forgot-password/confirm" | "/forgot-password/confirm" => Some(Kind::Attempt),
        "/api/forgot-password" | "/forgot-password" => Some(Kind::Letter),
        "/api/sign-up" | "/sign-up" | "/api/sign-up/resend" | "/sign-up/resend" => Some(Kind::Letter),
        _ => None,
    }
}

/// The forms' pages say it themselves: what was typed into one must not be lost with it.
fn says_so_itself(path: &str) -> bool {
    !path.starts_with("/api/")
}

/// An address as far as it is one customer's: of IPv6 the first 64 bits, the least that anybody is given
/// (RFC 6177, section 2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
struct Address([u8; 8]);

impl From<IpAddr> for Address {
    fn from(ip: IpAddr) -> Self {
        let mut first = [0; 8];
        match ip.to_canonical() {
            // Within 0000::/8, which nobody is given.
            IpAddr::V4(v4) => first[4..].copy_from_slice(&v4.octets()),
            IpAddr::V6(v6) => first.copy_from_slice(&v6.octets()[..8]),
        }
        Self(first)
    }
}

/// Who is at the door; cheap to clone.
#[derive(Clone)]
pub(crate) struct Door {
    inner: Arc<Inner>,
}

struct Inner {
    proxies: Proxies,
    attempts: Buckets<Address>,
    letters: Buckets<Address>,
    inside: Mutex<HashMap<Address, usize>>,
}

impl Door {
    /// Believes these proxies about who their clients are.
    pub(crate) fn new(proxies: Proxies) -> Self {
        let attempts = Buckets::new(ATTEMPTS.0, ATTEMPTS.1);
        let letters = Buckets::new(LETTERS.0, LETTERS.1);
        Self { inner: Arc::new(Inner { proxies, attempts, letters, inside: Mutex::default() }) }
    }

    fn buckets(&self, kind: Kind) -> &Buckets<Address> {
        match kind {
            Kind::Attempt => &self.inner.attempts,
            Kind::Letter => &self.inner.letters,
        }
    }

    /// A place inside, or how many milliseconds there is none for this address.
    fn enter(&self, kind: Kind, address: Address, now: i64) -> Result<Place, i64> {
        let mut inside = self.inner.inside();
        let here = inside.get(&address).copied().unwrap_or_default();
        if INSIDE <= here {
            return Err(1_000);
        }
        self.buckets(kind).take(address, now)?;
        inside.insert(address, here + 1);
        Ok(Place { door: self.clone(), address })
    }
}

impl Inner {
    fn inside(&self) -> MutexGuard<'_, HashMap<Address, usize>> {
        self.inside.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A request that is being worked on.
struct Place {
    door: Door,
    address: Address,
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut inside = self.door.inner.inside();
        if let Some(here) = inside.get_mut(&self.address) {
            *here -= 1;
            if *here == 0 {
                inside.remove(&self.address);
            }
        }
    }
}

/// The middleware.
pub(crate) async fn pass(State(state): State<AppState>, mut request: Request, next: Next) -> Response {
    let path = request.uri().path();
    let Some(kind) = kind(request.method(), path) else { return next.run(request).await };
    let says_so_itself = says_so_itself(path);
    let peer = request.extensions().get::<Peer>().copied();
    let address = Address::from(state.door.inner.proxies.client(peer, request.headers()));
    match state.door.enter(kind, address, state.clock.now_ms()) {
        Ok(place) => {
            let response = next.run(request).await;
            drop(place);
            // What went well was no attempt, nor was what the server could not answer.
            if kind == Kind::Attempt && !response.status().is_client_error() {
                state.door.buckets(kind).give_back(&address);
            }
            response
        }
        Err(wait) => {
            tracing::debug!(wait, "an address asks too often at the door");
            let mut response = if says_so_itself {
                request.extensions_mut().insert(Turned);
                next.run(request).await
            } else {
                ProblemResponse::from(Code::TooManyRequests).into_response()
            };
            let seconds = wait.saturating_add(999) / 1_000;
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
            response
        }
    }
}

#[derive(Clone, Copy)]
struct Turned;

/// In the handler of a form: whether it is to be worked on.
pub(crate) struct Admitted(pub(crate) Result<(), Code>);

impl<S: Send + Sync> FromRequestParts<S> for Admitted {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Self::Rejection> {
        Ok(Self(parts.extensions.get::<Turned>().map_or(Ok(()), |_| Err(Code::TooManyRequests))))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(text: &str) -> Address {
        Address::from(text.parse::<IpAddr>().expect("an address"))
    }

    #[test]
    fn an_ipv6_customer_is_one_address_and_an_ipv4_address_is_itself_however_it_is_written() {
        assert_eq!(address("2001:db8:1:2::1"), address("2001:db8:1:2:ffff::"));
        assert_ne!(address("2001:db8:1:2::1"), address("2001:db8:1:3::1"));
        assert_eq!(address("192.0.2.1"), address("::ffff:192.0.2.1"));
        assert_ne!(address("192.0.2.1"), address("192.0.2.2"));
    }

    #[test]
    fn what_is_tried_and_what_is_sent_goes_through_the_door_as_a_page_and_as_an_api_and_nothing_else_does() {
        let attempts =
            ["session/challenge", "sign-up/confirm", "account/authenticator/verify", "forgot-password/confirm"];
        for path in attempts {
            assert_eq!(kind(&Method::POST, &format!("/api/{path}")), Some(Kind::Attempt), "{path}");
            let page = path.replace("session/challenge", "sign-in/challenge");
            assert_eq!(kind(&Method::POST, &format!("/{page}")), Some(Kind::Attempt), "{page}");
        }
        for path in ["/api/session", "/sign-in"] {
            assert_eq!(kind(&Method::POST, path), Some(Kind::Attempt), "{path}");
            assert_eq!(kind(&Method::GET, path), None, "{path}");
        }
        assert_eq!(kind(&Method::GET, "/sign-in/finish"), Some(Kind::Attempt), "managed login brings a code");
        for path in ["sign-up", "sign-up/resend", "forgot-password"] {
            assert_eq!(kind(&Method::POST, &format!("/api/{path}")), Some(Kind::Letter), "{path}");
            assert_eq!(kind(&Method::POST, &format!("/{path}")), Some(Kind::Letter), "{path}");
        }
        for path in ["/api/documents", "/api/documents/x/draft", "/sign-out"] {
            assert_eq!(kind(&Method::POST, path), None, "{path}");
        }
    }

    #[test]
    fn one_address_has_a_few_places_and_gives_them_back() {
        let door = Door::new(Proxies::default());
        let (one, other) = (address("192.0.2.1"), address("192.0.2.2"));
        let mut places: Vec<Place> = (0..INSIDE).filter_map(|_| door.enter(Kind::Attempt, one, 0).ok()).collect();
        assert_eq!(places.len(), INSIDE);
        assert_eq!(door.enter(Kind::Letter, one, 0).err(), Some(1_000));
        assert!(door.enter(Kind::Attempt, other, 0).is_ok());
        places.pop();
        assert!(door.enter(Kind::Letter, one, 0).is_ok());
        drop(places);
        assert!(door.inner.inside().is_empty(), "and nothing is remembered of them");
    }
}
