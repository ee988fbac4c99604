//! The cookie: its name and attributes, and what tower-sessions leaves to be mended around it; and the cookie of a sign-in
//! that is not through yet. Must not know rows.
//!
//! `SameSite=Strict` is right here: no cross-site navigation ever needs to arrive signed in. Managed login, which comes back
//! from another site, goes on from there by a navigation of the app's own ([`LoginCookies`]).

mod cookies;
mod login;
mod pending;

use std::task::{Context, Poll};

use axum::response::Response;
use http::Request;
use tower::{Layer, Service};
use tower_sessions::cookie::SameSite;
use tower_sessions::{Expiry, SessionManagerLayer};

pub(crate) use cookies::{carries_cookie, only_cookie};
pub use login::LoginCookies;
pub use pending::PendingCookie;

use crate::device::REGISTRATION;
use crate::seal::CookieSecret;
use crate::sessions::Sessions;
use crate::store::RowStore;

/// Over https: the prefix makes browsers refuse the cookie without Secure, with a Domain, or with another path, so a
/// neighbouring host cannot plant one. RFC 6265bis section 4.1.3.2.
pub const SECURE_COOKIE: &str = "__Host-holdfast";
/// Over http, where `__Host-` does not work; loopback only.
pub const PLAIN_COOKIE: &str = "holdfast";

/// Browsers keep no cookie for longer. RFC 6265bis section 5.5.
const LONGEST_COOKIE: time::Duration = time::Duration::days(400);

/// Puts the request's session and [`Sessions`] where the extractors find them, and the cookie into the response.
#[derive(Clone)]
pub struct SessionLayer {
    sessions: Sessions,
    manager: SessionManagerLayer<RowStore>,
    name: &'static str,
    secure: bool,
}

impl SessionLayer {
    pub(crate) fn new(sessions: Sessions, store: RowStore, secure: bool, lifetime: time::Duration) -> Self {
        let name = if secure { SECURE_COOKIE } else { PLAIN_COOKIE };
        // The cookie outlives the session, so that its end can be told; the row decides, never the cookie.
        let max_age = lifetime.saturating_add(time::Duration::days(2)).min(LONGEST_COOKIE);
        let manager = SessionManagerLayer::new(store)
            .with_name(name)
            .with_secure(secure)
            .with_http_only(true)
            .with_same_site(SameSite::Strict)
            .with_path("/")
            .with_expiry(Expiry::OnInactivity(max_age));
        Self { sessions, manager, name, secure }
    }
}

impl std::fmt::Debug for SessionLayer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SessionLayer").field("cookie", &self.name).finish_non_exhaustive()
    }
}

impl<S> Layer<S> for SessionLayer {
    type Service = WithSessions<<SessionManagerLayer<RowStore> as Layer<S>>::Service>;

    fn layer(&self, inner: S) -> Self::Service {
        WithSessions {
            inner: self.manager.layer(inner),
            sessions: self.sessions.clone(),
            name: self.name,
            secure: self.secure,
        }
    }
}

/// The service that [`SessionLayer`] makes.
#[derive(Clone)]
pub struct WithSessions<S> {
    inner: S,
    sessions: Sessions,
    name: &'static str,
    secure: bool,
}

impl<S, B> Service<Request<B>> for WithSessions<S>
where
    S: Service<Request<B>, Response = Response>,
    S::Future: Send + 'static,
    S::Error: 'static,
{
    type Response = Response;
    type Error = S::Error;
    type Future = std::pin::Pin<Box<dyn Future<Output = Result<Response, S::Error>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, mut request: Request<B>) -> Self::Future {
        cookies::drop_ambiguous(request.headers_mut(), self.name);
        request.extensions_mut().insert(self.sessions.clone());
        let pending = PendingCookie::of(request.headers(), self.name);
        request.extensions_mut().insert(pending.clone());
        let login = LoginCookies::of(request.headers(), self.name);
        request.extensions_mut().insert(login.clone());
        let response = self.inner.call(request);
        let (name, secure, sessions) = (self.name, self.secure, self.sessions.clone());
        Box::pin(async move {
            let mut response = response.await?;
            cookies::mend_removals(response.headers_mut(), name, secure);
            pending.write(response.headers_mut(), name, secure);
            login.write(response.headers_mut(), name, secure);
            // Only a sign-in sets the cookie, by whatever way the user came in.
            let new = cookies::newly_set(response.headers(), name).map(CookieSecret::of);
            if let Some(offer) = new.and_then(|secret| sessions.registration_offer(&secret)) {
                response.headers_mut().insert(REGISTRATION, offer);
            }
            Ok(response)
        })
    }
}
