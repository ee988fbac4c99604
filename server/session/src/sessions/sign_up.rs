//! Signing up, and a forgotten password: a code is sent, and comes back. Nothing here tells who has an account.

use holdfast::wire::Code;
use secrecy::{ExposeSecret as _, SecretString};

use super::Sessions;
use super::attempts::Attempt;
use super::sign_in::{MOST_PASSWORD_BYTES, MOST_USERNAME_BYTES, plausible, plausible_code};
use crate::provider::ProviderError;

impl Sessions {
    /// Signs up; the pool sends a code.
    ///
    /// # Errors
    /// What the pool does not like about it.
    pub async fn sign_up(&self, email: &str, password: &SecretString) -> Result<(), Code> {
        let email = plausible(email.trim(), MOST_USERNAME_BYTES)?;
        plausible(password.expose_secret(), MOST_PASSWORD_BYTES)?;
        self.told(self.0.provider.sign_up(email, password).await)
    }

    /// Confirms a sign-up with the code.
    ///
    /// # Errors
    /// [`Code::WrongCode`] for a wrong code, one that has run out or was tried too often, a user who is confirmed already
    /// and an unknown one alike: which of them it is would tell who has an account.
    pub async fn confirm_sign_up(&self, email: &str, code: &str) -> Result<(), Code> {
        let email = plausible(email.trim(), MOST_USERNAME_BYTES)?;
        let code = &plausible_code(code)?;
        let asking = async {
            match self.0.provider.confirm_sign_up(email, code).await {
                Err(ProviderError::ExpiredCode | ProviderError::LimitExceeded) => Err(Code::WrongCode),
                other => self.told(other),
            }
        };
        self.attempt(Attempt::Code, email, asking).await
    }

    /// Has the pool send another code. Whether there is such a user, and whether it is confirmed, is not told.
    ///
    /// # Errors
    /// When the pool cannot be asked, or has been asked too often.
    pub async fn resend_code(&self, email: &str) -> Result<(), Code> {
        let email = plausible(email.trim(), MOST_USERNAME_BYTES)?;
        let asking = async {
            match self.0.provider.resend_code(email).await {
                // Only somebody who is there can have been sent too many.
                Err(ProviderError::InvalidInput | ProviderError::LimitExceeded) => Ok(()),
                other => self.told(other),
            }
        };
        self.attempt(Attempt::Letter, email, asking).await
    }

    /// Has the pool send a code to who has forgotten the password. Whether there is such a user is not told.
    ///
    /// # Errors
    /// When the pool cannot be asked, or has been asked too often.
    pub async fn forgot_password(&self, email: &str) -> Result<(), Code> {
        let email = plausible(email.trim(), MOST_USERNAME_BYTES)?;
        let asking = async {
            match self.0.provider.forgot_password(email).await {
                // Only somebody who is there can have been sent too many.
                Err(ProviderError::InvalidInput | ProviderError::LimitExceeded) => Ok(()),
                other => self.told(other),
            }
        };
        self.attempt(Attempt::Letter, email, asking).await
    }

    /// Sets a new password with the code that was sent. Nobody is signed in by it, and nobody out.
    ///
    /// # Errors
    /// [`Code::WrongCode`] for a wrong code, one that has run out and an unknown user alike; [`Code::WeakPassword`];
    /// [`Code::TooManyRequests`] for an account with too many wrong ones.
    pub async fn confirm_forgot_password(&self, email: &str, code: &str, password: &SecretString) -> Result<(), Code> {
        let email = plausible(email.trim(), MOST_USERNAME_BYTES)?;
        let code = &plausible_code(code)?;
        plausible(password.expose_secret(), MOST_PASSWORD_BYTES)?;
        let asking = async {
            match self.0.provider.confirm_forgot_password(email, code, password).await {
                // Only somebody who is there can have let a code run out, or have mistyped too many.
                Err(ProviderError::ExpiredCode | ProviderError::LimitExceeded) => Err(Code::WrongCode),
                other => self.told(other),
            }
        };
        self.attempt(Attempt::Code, email, asking).await
    }
}
