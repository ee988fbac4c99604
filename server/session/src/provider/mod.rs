//! The identity-provider port: what a session needs from Amazon Cognito, and how its answers are told apart.
//!
//! It must not know HTTP, the SDK, rows or cookies. [`crate::cognito`] implements it; tests script it.

mod account;
mod challenge;
mod error;
mod token;

use std::time::Duration;

use async_trait::async_trait;
use secrecy::SecretString;

pub use account::{AccountProvider, Delivery, Profile};
pub use challenge::{Answer, Challenge};
pub use error::ProviderError;
pub use token::{AccessToken, IdToken, RefreshToken, TokenSet};

/// A user pool's app client. Names follow Cognito's own operations.
#[async_trait]
pub trait IdentityProvider: AccountProvider {
    /// `InitiateAuth`, with the flow that the app client takes. An empty password asks for the other ways in, where
    /// [`Self::offers_choices`].
    async fn sign_in(&self, username: &str, password: &SecretString) -> Result<SignInStep, ProviderError>;

    /// Whether a sign-in may begin without a password (`USER_AUTH`).
    fn offers_choices(&self) -> bool {
        false
    }

    /// `RespondToAuthChallenge`, with what an answer needs beside it (`VerifySoftwareToken`).
    async fn respond(&self, challenge: &Challenge, answer: &Answer) -> Result<SignInStep, ProviderError>;

    /// `ForgotPassword`: has a code sent. A user that does not exist, or that no code can be sent to, is
    /// [`ProviderError::InvalidInput`] where the pool tells it at all.
    async fn forgot_password(&self, username: &str) -> Result<(), ProviderError>;

    /// `ConfirmForgotPassword`: the code, and the new password.
    async fn confirm_forgot_password(
        &self,
        username: &str,
        code: &str,
        password: &SecretString,
    ) -> Result<(), ProviderError>;

    /// `GetTokensFromRefreshToken`: works with rotation on or off and needs no username for a secret hash. The answer
    /// holds a refresh token only where the app client rotates them; otherwise the old one stays good.
    /// <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_GetTokensFromRefreshToken.html>
    async fn refresh(&self, token: &RefreshToken) -> Result<TokenSet, ProviderError>;

    /// `GetUser`, for its yes or no: whether the access token still speaks for its user. Unlike a signature and an `exp`, the
    /// pool's own operations know of a sign-out elsewhere.
    /// <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_GetUser.html>
    async fn confirm(&self, token: &AccessToken) -> Result<(), ProviderError>;

    /// `RevokeToken`: ends this refresh token and what came from it. A token that is no longer good is no error.
    async fn revoke(&self, token: &RefreshToken) -> Result<(), ProviderError>;

    /// `GlobalSignOut`: ends every session of the user.
    async fn global_sign_out(&self, token: &AccessToken) -> Result<(), ProviderError>;

    /// `SignUp`; the e-mail address is the username and an attribute.
    async fn sign_up(&self, email: &str, password: &SecretString) -> Result<(), ProviderError>;

    /// `ConfirmSignUp`.
    async fn confirm_sign_up(&self, email: &str, code: &str) -> Result<(), ProviderError>;

    /// `ResendConfirmationCode`.
    async fn resend_code(&self, email: &str) -> Result<(), ProviderError>;

    /// The app client's `RefreshTokenValidity` by `DescribeUserPoolClient`, the one operation here that AWS wants signed:
    /// `None` where this server has no credentials for it or may not ask.
    async fn refresh_token_validity(&self) -> Option<Duration>;
}

/// Where an interactive sign-in stands.
#[derive(Debug)]
pub enum SignInStep {
    /// Done. The tokens are not verified yet.
    Tokens(TokenSet),
    /// Cognito asks for more.
    Challenge(Challenge),
}
