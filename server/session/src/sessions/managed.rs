//! Signing in by managed login: there and back again.
//!
//! What is kept of a request (state, nonce, verifier) stands sealed in a cookie of ten minutes. It is removed with the first
//! answer, good or bad, and the code in that answer is good once at the pool.

use holdfast::wire::Code;
use tower_sessions::Session;

use super::begin::Family;
use super::{Live, Sessions};
use crate::layer::LoginCookies;
use crate::managed_login::{Begun, ManagedLogin, NotFinished};
use crate::seal::{CookieSecret, Place, open_for_user, seal_for_user};
use crate::store;

/// How long a person may take on the pool's pages.
const REQUEST_MS: i64 = 10 * 60 * 1000;
const PLACE: Place<'_> = Place { sub: "", purpose: "managed login v1", table: "cookie", row: "", column: "login" };
/// What the app may have kept meanwhile, such as a path.
const MOST_APP_BYTES: usize = 512;

/// How a managed login has ended.
#[derive(Debug)]
pub struct ManagedOutcome {
    /// What the app had kept when it began; `None` where the request is not known any more.
    pub app: Option<String>,
    /// The session, or why there is none: [`Code::ChallengeExpired`] where the request has run out, was answered before, or
    /// was left by the person.
    pub result: Result<Live, Code>,
    /// No page was to be shown, and the pool wants to show one: it is to be begun again, not silently.
    pub wants_page: bool,
}

impl Sessions {
    /// The app client's managed login, where it has one.
    #[must_use]
    pub fn managed_login(&self) -> Option<&ManagedLogin> {
        self.0.config.managed_login.as_ref()
    }

    /// How much is left of this browser's sign-in at the pool, in milliseconds: for so long a new sign-in here needs no
    /// password. An estimate, because only the pool knows; `None` without managed login.
    #[must_use]
    pub fn sso_left(&self, cookies: &LoginCookies) -> Option<i64> {
        self.managed_login().map(|_| cookies.sso_left(self.0.clock.now_ms()))
    }

    /// Begins: the URL to send the browser to. Where the browser should still be signed in at the pool no page is shown,
    /// unless `with_page`. `app` comes back at the end.
    ///
    /// # Errors
    /// [`Code::NotFound`] without managed login; [`Code::Invalid`] for an `app` that is too long.
    pub fn begin_managed_login(&self, cookies: &LoginCookies, app: &str, with_page: bool) -> Result<String, Code> {
        let login = self.managed_login().ok_or(Code::NotFound)?;
        if app.len() > MOST_APP_BYTES {
            return Err(Code::Invalid);
        }
        let now = self.0.clock.now_ms();
        let silent = !with_page && cookies.sso_left(now) > 0;
        let begun = Begun::new(self.0.entropy.as_ref(), now.saturating_add(REQUEST_MS), silent, app.to_owned());
        let sealed = serde_json::to_string(&begun)
            .ok()
            .and_then(|text| seal_for_user(&self.0.keys, self.0.entropy.as_ref(), &PLACE, &text).ok());
        let sealed = sealed.ok_or_else(|| {
            tracing::error!("a managed login could not be sealed");
            Code::Internal
        })?;
        cookies.request.keep(sealed, REQUEST_MS / 1000);
        Ok(login.authorize_url(&begun))
    }

    /// Ends: the callback's query becomes a session, as a password does.
    pub async fn finish_managed_login(&self, session: &Session, cookies: &LoginCookies, query: &str) -> ManagedOutcome {
        let begun = self.begun(cookies);
        if cookies.request.sealed().is_some() {
            cookies.request.drop();
        }
        let (Some(login), Some(begun)) = (self.managed_login().cloned(), begun) else {
            return ManagedOutcome { app: None, result: Err(Code::ChallengeExpired), wants_page: false };
        };
        let app = Some(begun.app.clone());
        let code = match begun.finish(&login, query) {
            Ok(finished) => finished.code,
            Err(why) => {
                let wants_page = why == NotFinished::LoginRequired;
                if wants_page {
                    cookies.sso.drop();
                }
                return ManagedOutcome { app, result: Err(Code::ChallengeExpired), wants_page };
            }
        };
        let result = self.exchanged(session, login.clone(), code, begun).await;
        if result.is_ok() && login.sso_ms() > 0 {
            let until = self.0.clock.now_ms().saturating_add(login.sso_ms());
            cookies.sso.keep(until.to_string(), login.sso_ms().div_euclid(1000));
        }
        ManagedOutcome { app, result, wants_page: false }
    }

    /// Forgets that this browser was signed in at the pool: it is on its way to [`ManagedLogin::logout_url`].
    pub fn forget_managed_login(&self, cookies: &LoginCookies) {
        cookies.sso.drop();
    }

    async fn exchanged(
        &self,
        session: &Session,
        login: ManagedLogin,
        code: String,
        begun: Begun,
    ) -> Result<Live, Code> {
        let old = session.id().map(CookieSecret::of);
        let (sessions, ticket) = (self.clone(), self.0.tasks.admit().ok_or(Code::Unavailable)?);
        let live = tokio::spawn(async move {
            let _ticket = ticket;
            let _permit = sessions.0.sign_ins.try_acquire().map_err(|_| Code::TooManyRequests)?;
            let asked_at = sessions.0.clock.now_ms();
            let tokens = sessions.told(login.exchange(&code, &begun.verifier).await)?;
            sessions.begin(old, &tokens, asked_at, Family::OfRequest { nonce: &begun.nonce }).await
        });
        let live = live.await.map_err(|_| Code::Internal)??;
        store::adopt(session, &live.secret).await.map_err(|error| {
            tracing::error!(error = &error as &dyn std::error::Error, "a new session got no cookie");
            Code::Internal
        })?;
        Ok(live)
    }

    fn begun(&self, cookies: &LoginCookies) -> Option<Begun> {
        let text = open_for_user(&self.0.keys, &PLACE, &cookies.request.sealed()?).ok()?;
        let begun: Begun = serde_json::from_str(&text).ok()?;
        (self.0.clock.now_ms() < begun.expires_at).then_some(begun)
    }
}
