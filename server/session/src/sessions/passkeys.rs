//! The passkeys of the user's own account. They are made by the browser and kept by the pool; this server hands on what
//! the two say to each other, and keeps nothing of it.

use holdfast::wire::{Code, Passkey};
use serde_json::Value;

use super::{Live, Sessions};

/// `CredentialId`.
/// <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_DeleteWebAuthnCredential.html>
const MOST_ID_BYTES: usize = 2048;

impl Sessions {
    /// The passkeys that the user can sign in with, where the app client offers that.
    ///
    /// # Errors
    /// [`Code::NotOffered`] where the pool has none; otherwise as [`Self::account`].
    pub async fn passkeys(&self, live: &Live) -> Result<Vec<Passkey>, Code> {
        let provider = &self.0.provider;
        self.with_access(live, |token| async move { provider.passkeys(&token).await }).await
    }

    /// What the browser makes another one of (`PublicKeyCredentialCreationOptionsJSON`).
    ///
    /// # Errors
    /// As [`Self::passkeys`].
    pub async fn begin_passkey(&self, live: &Live) -> Result<Value, Code> {
        let provider = &self.0.provider;
        self.with_access(live, |token| async move { provider.begin_passkey(&token).await }).await
    }

    /// Takes what the browser has made (`RegistrationResponseJSON`).
    ///
    /// # Errors
    /// [`Code::PasskeyRefused`] where it answers another challenge or none; [`Code::Invalid`] where it is no passkey;
    /// otherwise as [`Self::passkeys`].
    pub async fn add_passkey(&self, live: &Live, credential: &Value) -> Result<(), Code> {
        let provider = &self.0.provider;
        self.with_access(live, |token| async move { provider.add_passkey(&token, credential).await }).await
    }

    /// Removes one. That it is gone already is no error; nor is a session ended by it.
    ///
    /// # Errors
    /// As [`Self::passkeys`].
    pub async fn remove_passkey(&self, live: &Live, id: &str) -> Result<(), Code> {
        let id = super::sign_in::plausible(id, MOST_ID_BYTES)?;
        let provider = &self.0.provider;
        self.with_access(live, |token| async move { provider.remove_passkey(&token, id).await }).await
    }
}
