//! The identity provider that is Amazon Cognito, over the AWS SDK. Every operation that sessions need is unsigned, so
//! the server holds no AWS credentials; only `validity` can use some where there are any.
//!
//! This module must not know rows, cookies or deadlines, and decides nothing: `classify` says what an answer means.

mod account;
mod classify;
mod config;
mod document;
mod secrets;
mod sign_in;
mod srp;
mod validity;

use std::time::Duration;

use async_trait::async_trait;
use aws_sdk_cognitoidentityprovider::Client;
use aws_sdk_cognitoidentityprovider::config::retry::RetryConfig;
use aws_sdk_cognitoidentityprovider::config::timeout::TimeoutConfig;
use aws_sdk_cognitoidentityprovider::config::{BehaviorVersion, Config, Credentials, Region};
use aws_sdk_cognitoidentityprovider::types::{AttributeType, AuthenticationResultType};
use secrecy::{ExposeSecret, SecretString};

pub use config::{CognitoConfig, ConfigError, StaticCredentials, Timeouts};
pub use sign_in::SignInFlow;

use crate::provider::{
    AccessToken, Answer, Challenge, IdToken, IdentityProvider, ProviderError, RefreshToken, SignInStep, TokenSet,
};
use classify::{Operation, classify};
use secrets::{Secrets, exposed, secret_hash};

/// Attempts per operation, but for a refresh, which has its own rule. The third attempt of the SDK's default would outlast
/// the operation's time-out.
const MAX_ATTEMPTS: u32 = 2;

/// Before a refresh whose answer was lost is asked for again, within the grace period of at most 60 s that rotation has
/// for this. A grace of 0 loses the session either way.
/// <https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-using-the-refresh-token.html>
const LOST_ANSWER_PAUSE: Duration = Duration::from_secs(1);

/// One app client of one user pool.
pub struct Cognito {
    client: Client,
    config: CognitoConfig,
    secrets: Secrets,
    flow: SignInFlow,
}

impl Cognito {
    /// A client for the configured pool. Makes no request.
    ///
    /// # Errors
    /// When the pool id names no region and none is configured.
    pub fn new(config: CognitoConfig) -> Result<Self, ConfigError> {
        let timeouts = TimeoutConfig::builder()
            .connect_timeout(config.timeouts.connect)
            .operation_attempt_timeout(config.timeouts.attempt)
            .operation_timeout(config.timeouts.operation)
            .build();
        let retry = RetryConfig::standard()
            .with_max_attempts(MAX_ATTEMPTS)
            .with_initial_backoff(Duration::from_millis(500))
            .with_max_backoff(Duration::from_secs(2));
        let mut builder = Config::builder()
            .behavior_version(BehaviorVersion::latest())
            .region(Region::new(config.region()?))
            .timeout_config(timeouts)
            .retry_config(retry);
        if let Some(endpoint) = &config.endpoint {
            builder = builder.endpoint_url(endpoint);
        }
        if let Some(credentials) = &config.credentials {
            builder = builder.credentials_provider(Credentials::new(
                &credentials.access_key_id,
                credentials.secret_access_key.expose_secret(),
                credentials.session_token.as_ref().map(|token| token.expose_secret().to_owned()),
                None,
                "holdfast",
            ));
        }
        let secrets = Secrets::new(config.client_secret.as_ref(), config.second_client_secret.as_ref());
        Ok(Self { client: Client::from_conf(builder.build()), config, secrets, flow: SignInFlow::default() })
    }

    /// The same client, whose sign-ins begin in this way.
    #[must_use]
    pub fn with_flow(self, flow: SignInFlow) -> Self {
        Self { flow, ..self }
    }

    async fn refresh_once(&self, token: &RefreshToken) -> Result<TokenSet, ProviderError> {
        let answer = self.secrets.attempt(|secret| {
            let timeouts = TimeoutConfig::builder()
                .connect_timeout(self.config.timeouts.connect)
                .operation_attempt_timeout(self.config.timeouts.refresh)
                .operation_timeout(self.config.timeouts.refresh)
                .build();
            let once = Config::builder().timeout_config(timeouts).retry_config(RetryConfig::disabled());
            let request = self
                .client
                .get_tokens_from_refresh_token()
                .client_id(&self.config.client_id)
                .set_client_secret(exposed(secret))
                .refresh_token(token.expose())
                .customize()
                .config_override(once);
            async move { request.send().await.map_err(|error| classify(Operation::Refresh, &error)) }
        });
        tokens(answer.await?.authentication_result())
    }
}

/// An answer without both tokens is not an answer.
fn tokens(result: Option<&AuthenticationResultType>) -> Result<TokenSet, ProviderError> {
    let result = result.ok_or_else(|| ProviderError::unavailable("an answer without tokens"))?;
    let (Some(access), Some(id)) = (result.access_token(), result.id_token()) else {
        return Err(ProviderError::unavailable("an answer without an access or ID token"));
    };
    Ok(TokenSet {
        access: AccessToken::new(access),
        id: IdToken::new(id),
        refresh: result.refresh_token().map(RefreshToken::new),
    })
}

#[async_trait]
impl IdentityProvider for Cognito {
    async fn sign_in(&self, username: &str, password: &SecretString) -> Result<SignInStep, ProviderError> {
        self.begin(username, password).await
    }

    fn offers_choices(&self) -> bool {
        matches!(self.flow, SignInFlow::Choice)
    }

    async fn respond(&self, challenge: &Challenge, answer: &Answer) -> Result<SignInStep, ProviderError> {
        self.answer(challenge, answer).await
    }

    async fn forgot_password(&self, username: &str) -> Result<(), ProviderError> {
        let client_id = &self.config.client_id;
        let answer = self.secrets.attempt(|secret| {
            let request = self
                .client
                .forgot_password()
                .client_id(client_id)
                .set_secret_hash(secret_hash(secret.as_ref(), username, client_id))
                .username(username);
            async move { request.send().await.map_err(|error| classify(Operation::ForgotPassword, &error)) }
        });
        answer.await.map(drop)
    }

    async fn confirm_forgot_password(
        &self,
        username: &str,
        code: &str,
        password: &SecretString,
    ) -> Result<(), ProviderError> {
        let client_id = &self.config.client_id;
        let answer = self.secrets.attempt(|secret| {
            let request = self
                .client
                .confirm_forgot_password()
                .client_id(client_id)
                .set_secret_hash(secret_hash(secret.as_ref(), username, client_id))
                .username(username)
                .confirmation_code(code)
                .password(password.expose_secret());
            async move { request.send().await.map_err(|error| classify(Operation::ConfirmForgotPassword, &error)) }
        });
        answer.await.map(drop)
    }

    /// In all within the refresh's time-out. Where no answer came back that can be believed the pool may have spent the
    /// token; asked again within the grace period it answers with a successor. So it is asked once more, after a second,
    /// but not where it is slow or throttles: two calls for one expiry are what it needs least then.
    async fn refresh(&self, token: &RefreshToken) -> Result<TokenSet, ProviderError> {
        let attempts = async {
            match self.refresh_once(token).await {
                Err(ProviderError::Unavailable { .. }) => {
                    #[expect(clippy::disallowed_methods, reason = "a real pause, as the SDK's own would be")]
                    tokio::time::sleep(LOST_ANSWER_PAUSE).await;
                    self.refresh_once(token).await
                }
                answer => answer,
            }
        };
        let answer = tokio::time::timeout(self.config.timeouts.refresh, attempts).await;
        answer.unwrap_or_else(|_elapsed| Err(ProviderError::unavailable("timed out")))
    }

    async fn confirm(&self, token: &AccessToken) -> Result<(), ProviderError> {
        let request = self.client.get_user().access_token(token.expose());
        request.send().await.map(drop).map_err(|error| classify(Operation::GetUser, &error))
    }

    async fn revoke(&self, token: &RefreshToken) -> Result<(), ProviderError> {
        let answer = self.secrets.attempt(|secret| {
            let request = self
                .client
                .revoke_token()
                .client_id(&self.config.client_id)
                .set_client_secret(exposed(secret))
                .token(token.expose());
            async move { request.send().await.map_err(|error| classify(Operation::Revoke, &error)) }
        });
        answer.await.map(drop)
    }

    async fn global_sign_out(&self, token: &AccessToken) -> Result<(), ProviderError> {
        let request = self.client.global_sign_out().access_token(token.expose());
        request.send().await.map(drop).map_err(|error| classify(Operation::GlobalSignOut, &error))
    }

    async fn sign_up(&self, email: &str, password: &SecretString) -> Result<(), ProviderError> {
        let attribute = AttributeType::builder().name("email").value(email).build();
        let attribute = attribute.map_err(|_| ProviderError::InvalidInput)?;
        let client_id = &self.config.client_id;
        let answer = self.secrets.attempt(|secret| {
            let request = self
                .client
                .sign_up()
                .client_id(client_id)
                .set_secret_hash(secret_hash(secret.as_ref(), email, client_id))
                .username(email)
                .password(password.expose_secret())
                .user_attributes(attribute.clone());
            async move { request.send().await.map_err(|error| classify(Operation::SignUp, &error)) }
        });
        answer.await.map(drop)
    }

    async fn confirm_sign_up(&self, email: &str, code: &str) -> Result<(), ProviderError> {
        let client_id = &self.config.client_id;
        let answer = self.secrets.attempt(|secret| {
            let request = self
                .client
                .confirm_sign_up()
                .client_id(client_id)
                .set_secret_hash(secret_hash(secret.as_ref(), email, client_id))
                .username(email)
                .confirmation_code(code);
            async move { request.send().await.map_err(|error| classify(Operation::ConfirmSignUp, &error)) }
        });
        answer.await.map(drop)
    }

    async fn resend_code(&self, email: &str) -> Result<(), ProviderError> {
        let client_id = &self.config.client_id;
        let answer = self.secrets.attempt(|secret| {
            let request = self
                .client
                .resend_confirmation_code()
                .client_id(client_id)
                .set_secret_hash(secret_hash(secret.as_ref(), email, client_id))
                .username(email);
            async move { request.send().await.map_err(|error| classify(Operation::ResendCode, &error)) }
        });
        answer.await.map(drop)
    }

    async fn refresh_token_validity(&self) -> Option<Duration> {
        validity::ask(&self.client, &self.config).await
    }
}
