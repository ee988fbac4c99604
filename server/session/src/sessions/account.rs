//! The user's own account, each operation with the session's access token, which the request has refreshed where that was
//! due ([`super::SignedIn`]).

use holdfast::wire::{Account, Code, CodeDelivery, EndReason, UpdateAccount};
use secrecy::{ExposeSecret as _, SecretString};
use tower_sessions::Session;

use super::flights::Landed;
use super::sign_in::{MOST_PASSWORD_BYTES, MOST_USERNAME_BYTES, plausible, plausible_code};
use super::{Live, Refusal, Sessions, internal};
use crate::provider::{AccessToken, Delivery, ProviderError};
use crate::rows::{Ending, OnlyIf};

/// The longest name that is taken; Cognito takes 2048 characters.
const MOST_NAME_CHARACTERS: usize = 200;

/// The attribute that this app lets its users verify.
const EMAIL: &str = "email";

impl Sessions {
    /// What the pool knows about the user. An address that has come to count is the one of the user's sessions from now on.
    ///
    /// # Errors
    /// What the provider's trouble is; the reason of the end where the session has ended by it.
    pub async fn account(&self, live: &Live) -> Result<Account, Code> {
        let provider = &self.0.provider;
        let profile = self.with_access(live, |token| async move { provider.get_user(&token).await }).await?;
        if let Some(email) = profile.get(EMAIL).filter(|email| !email.is_empty() && *email != live.user().email) {
            // Shown in the header; who is signed in is said by the `sub`. Another day's request would try again.
            if let Err(error) = self.0.rows.set_email(live.sub(), email).await {
                let _logged = internal(&error);
            }
        }
        Ok(Account {
            sub: live.sub().to_owned(),
            email: profile.get(EMAIL).unwrap_or_default().to_owned(),
            email_verified: profile.get("email_verified") == Some("true"),
            name: profile.get("name").unwrap_or_default().to_owned(),
            phone_number: profile.get("phone_number").unwrap_or_default().to_owned(),
            phone_number_verified: profile.get("phone_number_verified") == Some("true"),
            second_factors: profile.second_factors,
            preferred_factor: profile.preferred_factor,
        })
    }

    /// Changes name and address; what is `None` stays as it is. Says where codes went that are to be verified.
    ///
    /// # Errors
    /// [`Code::Invalid`], [`Code::SignUpRefused`] for an address that somebody else has; otherwise as [`Self::account`].
    pub async fn update_account(&self, live: &Live, update: &UpdateAccount) -> Result<Vec<CodeDelivery>, Code> {
        let mut attributes = Vec::new();
        if let Some(name) = &update.name {
            let name = name.trim();
            if MOST_NAME_CHARACTERS < name.chars().count() || name.chars().any(char::is_control) {
                return Err(Code::Invalid);
            }
            attributes.push(("name", name));
        }
        if let Some(email) = &update.email {
            attributes.push((EMAIL, plausible(email.trim(), MOST_USERNAME_BYTES)?));
        }
        if attributes.is_empty() {
            return Ok(Vec::new());
        }
        let (provider, attributes) = (&self.0.provider, &attributes);
        let sent =
            self.with_access(live, |token| async move { provider.update_attributes(&token, attributes).await }).await?;
        Ok(sent.into_iter().map(told_delivery).collect())
    }

    /// Has the pool send another code for the address that waits, or the one that is there.
    ///
    /// # Errors
    /// [`Code::TooManyRequests`] after a few; otherwise as [`Self::account`].
    pub async fn send_email_code(&self, live: &Live) -> Result<CodeDelivery, Code> {
        let provider = &self.0.provider;
        self.with_access(live, |token| async move { provider.send_attribute_code(&token, EMAIL).await })
            .await
            .map(told_delivery)
    }

    /// Verifies the address that waits; from now on the user signs in with it.
    ///
    /// # Errors
    /// [`Code::WrongCode`], [`Code::ExpiredCode`]; [`Code::SignUpRefused`] where somebody else has come to have the
    /// address; otherwise as [`Self::account`].
    pub async fn verify_email(&self, live: &Live, code: &str) -> Result<(), Code> {
        let code = &plausible_code(code)?;
        let provider = &self.0.provider;
        self.with_access(live, |token| async move { provider.verify_attribute(&token, EMAIL, code).await }).await?;
        // It counts whether or not it could be read back; then the next look at the account does it.
        let _ = self.account(live).await;
        Ok(())
    }

    /// Changes the password. No session ends by it.
    ///
    /// # Errors
    /// [`Code::WrongPassword`] for a wrong old one, [`Code::WeakPassword`], [`Code::TooManyRequests`] after a few;
    /// otherwise as [`Self::account`]. After [`Code::ProviderUnavailable`] it may have been changed or not.
    pub async fn change_password(&self, live: &Live, current: &SecretString, new: &SecretString) -> Result<(), Code> {
        plausible(current.expose_secret(), MOST_PASSWORD_BYTES)?;
        plausible(new.expose_secret(), MOST_PASSWORD_BYTES)?;
        let provider = &self.0.provider;
        self.with_access(live, |token| async move {
            match provider.change_password(&token, current, new).await {
                // One name for a wrong password and for a token that is not taken: which it was, another question tells.
                Err(ProviderError::WrongCredentials) => {
                    provider.get_user(&token).await?;
                    Err(ProviderError::WrongCredentials)
                }
                other => other,
            }
        })
        .await
        .map_err(|code| if code == Code::WrongCredentials { Code::WrongPassword } else { code })
    }

    /// Deletes the account at the pool, and ends all of the user's sessions. What the app keeps of the user is the app's
    /// to delete.
    ///
    /// # Errors
    /// As [`Self::account`]; then the account is still there.
    pub async fn delete_account(&self, session: &Session, live: &Live) -> Result<(), Code> {
        let provider = &self.0.provider;
        let deleted = self.with_access(live, |token| async move { provider.delete_user(&token).await }).await;
        match deleted {
            // Also where an earlier attempt has deleted it and its answer was lost.
            Ok(()) | Err(Code::Deleted) => {}
            Err(code) => return Err(code),
        }
        // A session that could not be ended here ends at its next refresh, for the same reason.
        let _logged = self.end_all(live, EndReason::Deleted, EndReason::Deleted).await;
        let _logged = self.remove_cookie(session).await;
        Ok(())
    }

    /// Signs the user out everywhere: all sessions here end at once and for good, and at the pool everything that was
    /// issued to the user is taken back (`GlobalSignOut`), also to other apps of the same pool.
    ///
    /// # Errors
    /// When storage cannot answer: some of the sessions may have ended then. That the pool cannot be asked is no error:
    /// the refresh tokens of the ended sessions are opened by nobody any more.
    pub async fn sign_out_everywhere(&self, session: &Session, live: &Live) -> Result<(), Code> {
        let (sessions, ticket) = (self.clone(), self.0.tasks.admit().ok_or(Code::Unavailable)?);
        let live = live.clone();
        let ended = tokio::spawn(async move {
            let _ticket = ticket;
            let provider = &sessions.0.provider;
            let asked = sessions.with_access(&live, |token| async move { provider.global_sign_out(&token).await });
            if let Err(code) = asked.await {
                tracing::warn!(code = code.as_string(), "a user could not be signed out everywhere at the user pool");
            }
            sessions.end_all(&live, EndReason::SignedOut, EndReason::EndedElsewhere).await
        });
        ended.await.map_err(|_| Code::Internal)??;
        self.remove_cookie(session).await
    }

    /// Performs an operation with the access token. A token that the pool does not take is no end of the session yet: the
    /// refresh token is asked, whose answer is.
    pub(super) async fn with_access<T, F>(&self, live: &Live, operation: impl Fn(AccessToken) -> F) -> Result<T, Code>
    where
        F: Future<Output = Result<T, ProviderError>>,
    {
        let first = operation(self.access_token(live)?).await;
        if !matches!(first, Err(ProviderError::DefiniteNo { .. })) {
            return self.told(first);
        }
        let renewed = self.renewed(live).await.map_err(|refusal| refusal.code)?;
        match operation(self.access_token(&renewed)?).await {
            Err(ProviderError::DefiniteNo { code, .. }) => self.told(Err(ProviderError::misconfigured(code))),
            second => self.told(second),
        }
    }

    /// The session with other tokens than these, which the pool does not take although they look good.
    ///
    /// # Errors
    /// When the pool does not take the refresh token either: then the session has ended by that.
    async fn renewed(&self, live: &Live) -> Result<Live, Refusal> {
        let (id, secret, doubted) = (live.row.id, live.secret, live.row.generation);
        let sessions = self.clone();
        let start = || async move { sessions.fly(secret, Some(doubted)).await };
        let flight = self.0.flights.join_or_start(id, || self.0.tasks.admit(), start);
        let Some(flight) = flight else { return Err(Refusal::new(Code::Unavailable)) };
        match tokio::time::timeout_at(flight.started + self.0.config.read_patience, flight.landed()).await {
            Ok(Landed::Fresh(live)) => Ok(*live),
            Ok(Landed::Refused(refusal)) => Err(refusal),
            Ok(Landed::Unknown) | Err(_) => Err(Refusal::new(Code::ProviderUnavailable)),
        }
    }

    async fn end_all(&self, live: &Live, here: EndReason, elsewhere: EndReason) -> Result<(), Code> {
        let at = self.0.clock.now_ms();
        let rows = self.0.rows.list_for(live.sub()).await.map_err(|error| internal(&error))?;
        for row in rows {
            let reason = if row.id == live.row_id() { here } else { elsewhere };
            let ending = Ending { reason, at, only_if: OnlyIf::Alive };
            self.0.rows.end(row.id, ending).await.map_err(|error| internal(&error))?;
            self.0.backoffs.forget(row.id);
        }
        Ok(())
    }

    async fn remove_cookie(&self, session: &Session) -> Result<(), Code> {
        session.flush().await.map_err(|error| {
            tracing::error!(error = &error as &dyn std::error::Error, "a cookie could not be removed");
            Code::Internal
        })
    }
}

fn told_delivery(delivery: Delivery) -> CodeDelivery {
    CodeDelivery { attribute: delivery.attribute, destination: delivery.destination }
}
