//! The second factors of the user's own account: an authenticator app is set up, each factor switched on and off, and one
//! of them asked for first.
//!
//! The secret of an app that is being set up (RFC 6238) is known to the pool, which tells it once, and to whoever sets the
//! app up. A page that shows it again after a mistyped code gets it out of a cookie, sealed with the server's key for this
//! user and bound to an end: it is in no URL, in no log and not in the database.

use holdfast::wire::{Code, SecondFactor, SetSecondFactor, SoftwareTokenSetup};
use secrecy::SecretString;
use serde::{Deserialize, Serialize};

use super::attempts::Attempt;
use super::sign_in::plausible_code;
use super::{Live, Sessions, authenticator};
use crate::layer::PendingCookie;
use crate::seal::{Place, open_for_user, seal_for_user};

/// How long a page may show the secret: long enough to find an app and install it.
const SETUP_MS: i64 = 15 * 60 * 1_000;

/// What the cookie holds, under the seal.
#[derive(Serialize, Deserialize)]
struct Setup {
    secret: String,
    /// Milliseconds since the Unix epoch.
    expires_at: i64,
}

fn place(sub: &str) -> Place<'_> {
    Place { sub, purpose: "authenticator set-up v1", table: "cookie", row: "", column: "step" }
}

impl Sessions {
    /// Begins to set up an authenticator app: from now on the pool waits for its first code.
    ///
    /// # Errors
    /// [`Code::NotOffered`] where the pool has none; otherwise as [`Self::account`].
    pub async fn set_up_authenticator(&self, live: &Live) -> Result<SoftwareTokenSetup, Code> {
        let provider = &self.0.provider;
        let secret = self.with_access(live, |token| async move { provider.associate_software_token(&token).await });
        Ok(self.drawn(live, &secret.await?))
    }

    /// Takes the app's first code, and asks for one at every sign-in from then on.
    ///
    /// # Errors
    /// [`Code::WrongCode`]; [`Code::TooManyRequests`] after a few; [`Code::NotOffered`] where no app is being set up;
    /// otherwise as [`Self::account`]. After [`Code::ProviderUnavailable`] the app is to be set up anew.
    pub async fn verify_authenticator(&self, live: &Live, code: &str) -> Result<(), Code> {
        let code = SecretString::from(plausible_code(code)?);
        let (provider, code) = (&self.0.provider, &code);
        let verifying =
            self.with_access(live, |token| async move { provider.verify_software_token(&token, code).await });
        self.attempt(Attempt::Code, live.sub(), verifying).await?;
        self.set_second_factor(live, SetSecondFactor { factor: SecondFactor::App, enabled: true, preferred: true })
            .await
    }

    /// Switches one second factor on or off, or has it asked for first. No session ends by it.
    ///
    /// # Errors
    /// [`Code::Invalid`] for one that this user cannot have: no app is set up, no number or address is verified; or that
    /// is to be asked for first and is off; otherwise as [`Self::account`].
    pub async fn set_second_factor(&self, live: &Live, set: SetSecondFactor) -> Result<(), Code> {
        if set.preferred && !set.enabled {
            return Err(Code::Invalid);
        }
        let (provider, SetSecondFactor { factor, enabled, preferred }) = (&self.0.provider, set);
        self.with_access(
            live,
            |token| async move { provider.set_second_factor(&token, factor, enabled, preferred).await },
        )
        .await
    }

    /// Has the browser keep what an app is set up with, to be shown again by [`Self::pending_authenticator`].
    ///
    /// # Errors
    /// When it cannot be sealed.
    pub fn keep_authenticator(
        &self,
        cookie: &PendingCookie,
        live: &Live,
        set_up: &SoftwareTokenSetup,
    ) -> Result<(), Code> {
        let expires_at = self.0.clock.now_ms().saturating_add(SETUP_MS);
        let kept = Setup { secret: set_up.secret.clone(), expires_at };
        let sealed = serde_json::to_string(&kept)
            .ok()
            .and_then(|text| seal_for_user(&self.0.keys, self.0.entropy.as_ref(), &place(live.sub()), &text).ok());
        let sealed = sealed.ok_or_else(|| {
            tracing::error!("the secret of an authenticator app could not be sealed");
            Code::Internal
        })?;
        // A cookie lives in whole seconds; the end inside decides.
        cookie.keep(sealed, SETUP_MS.div_euclid(1_000) + 1);
        Ok(())
    }

    /// What this user's browser is setting up; `None` where there is nothing or it has run out.
    #[must_use]
    pub fn pending_authenticator(&self, cookie: &PendingCookie, live: &Live) -> Option<SoftwareTokenSetup> {
        let text = open_for_user(&self.0.keys, &place(live.sub()), &cookie.sealed()?).ok()?;
        let kept: Setup = serde_json::from_str(&text).ok()?;
        (self.0.clock.now_ms() < kept.expires_at).then(|| self.drawn(live, &SecretString::from(kept.secret)))
    }

    fn drawn(&self, live: &Live, secret: &SecretString) -> SoftwareTokenSetup {
        authenticator::set_up(&self.0.config.app_name, &live.user().email, secret)
    }
}
