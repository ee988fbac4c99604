//! What a user's **access token** is for: operations on the user's own account. None of them takes a name or a client
//! secret; the token alone says whose account it is.

use async_trait::async_trait;
use holdfast::wire::{Passkey, SecondFactor};
use secrecy::SecretString;
use serde_json::Value;

use super::{AccessToken, ProviderError};

/// A user pool, as the users' own accounts see it. Names follow Cognito's own operations. Each may answer
/// [`ProviderError::DefiniteNo`]: then this access token is not taken any more, and the refresh token knows why.
#[async_trait]
pub trait AccountProvider: Send + Sync + 'static {
    /// `GetUser`.
    async fn get_user(&self, token: &AccessToken) -> Result<Profile, ProviderError>;

    /// `UpdateUserAttributes`: all of them or none. An empty value removes an attribute. A new e-mail address or phone
    /// number may count only once it is verified; the answer says where codes went.
    async fn update_attributes(
        &self,
        token: &AccessToken,
        attributes: &[(&str, &str)],
    ) -> Result<Vec<Delivery>, ProviderError>;

    /// `GetUserAttributeVerificationCode`: another code for the value that waits, or the one that is there.
    async fn send_attribute_code(&self, token: &AccessToken, attribute: &str) -> Result<Delivery, ProviderError>;

    /// `VerifyUserAttribute`.
    async fn verify_attribute(&self, token: &AccessToken, attribute: &str, code: &str) -> Result<(), ProviderError>;

    /// `ChangePassword`, in one attempt: once it has taken effect, another would find the old password wrong.
    /// [`ProviderError::WrongCredentials`] where the old one is wrong **or** the token is not taken: the pool has one
    /// answer for both.
    async fn change_password(
        &self,
        token: &AccessToken,
        current: &SecretString,
        new: &SecretString,
    ) -> Result<(), ProviderError>;

    /// `AssociateSoftwareToken`: the secret, in base32, that an authenticator app is to share with the pool. It counts once
    /// [`Self::verify_software_token`] has proved that an app has it; another one takes its place until then.
    /// [`ProviderError::NotOffered`] where the pool has no authenticator apps.
    async fn associate_software_token(&self, token: &AccessToken) -> Result<SecretString, ProviderError>;

    /// `VerifySoftwareToken`: the code that the app shows.
    async fn verify_software_token(&self, token: &AccessToken, code: &SecretString) -> Result<(), ProviderError>;

    /// `SetUserMFAPreference`, for one factor; the others stay as they are.
    /// [`ProviderError::InvalidInput`] where the user cannot have it: no app is set up, no number is verified.
    async fn set_second_factor(
        &self,
        token: &AccessToken,
        factor: SecondFactor,
        enabled: bool,
        preferred: bool,
    ) -> Result<(), ProviderError>;

    /// `ListWebAuthnCredentials`, all pages of it. [`ProviderError::NotOffered`] where the pool has no passkeys.
    async fn passkeys(&self, token: &AccessToken) -> Result<Vec<Passkey>, ProviderError>;

    /// `StartWebAuthnRegistration`: the options for the browser. They hold a challenge that is good for one answer.
    async fn begin_passkey(&self, token: &AccessToken) -> Result<Value, ProviderError>;

    /// `CompleteWebAuthnRegistration`: what the browser made of them. [`ProviderError::PasskeyRefused`] where it answers
    /// another challenge, or has ways that the pool does not take.
    async fn add_passkey(&self, token: &AccessToken, credential: &Value) -> Result<(), ProviderError>;

    /// `DeleteWebAuthnCredential`. One that is not there is no error.
    async fn remove_passkey(&self, token: &AccessToken, id: &str) -> Result<(), ProviderError>;

    /// `DeleteUser`: the end of the account.
    async fn delete_user(&self, token: &AccessToken) -> Result<(), ProviderError>;
}

/// What the pool knows about a user.
#[derive(Clone, PartialEq, Eq)]
pub struct Profile {
    /// The name in the pool.
    pub username: String,
    /// Names and values, as the pool has them.
    pub attributes: Vec<(String, String)>,
    /// `UserMFASettingList`: the second factors that are switched on.
    pub second_factors: Vec<SecondFactor>,
    /// `PreferredMfaSetting`.
    pub preferred_factor: Option<SecondFactor>,
}

impl Profile {
    /// An attribute's value.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }
}

impl std::fmt::Debug for Profile {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Profile").finish_non_exhaustive()
    }
}

/// Where a code went (`CodeDeliveryDetailsType`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delivery {
    /// The attribute it verifies.
    pub attribute: String,
    /// The address or number, masked by the pool.
    pub destination: String,
}
