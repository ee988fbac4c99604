//! The identity provider that is Amazon Cognito, over the AWS SDK. Every operation that sessions need is unsigned, so
//! the server holds no AWS credentials; only `validity` can use some where there are any.
//!
//! This module must not know rows, cookies or deadlines, and decides nothing: `classify` says what an answer means.

mod account;
mod classify;
mod config;
mod validity;

use std::time::Duration;

use async_trait::async_trait;
use aws_lc_rs::hmac;
use aws_sdk_cognitoidentityprovider::Client;
use aws_sdk_cognitoidentityprovider::config::retry::RetryConfig;
use aws_sdk_cognitoidentityprovider::config::timeout::TimeoutConfig;
use aws_sdk_cognitoidentityprovider::config::{BehaviorVersion, Config, Credentials, Region};
use aws_sdk_cognitoidentityprovider::types::{AttributeType, AuthFlowType, AuthenticationResultType};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use secrecy::{ExposeSecret, SecretString};

pub use config::{CognitoConfig, ConfigError, StaticCredentials, Timeouts};

use crate::provider::{
    AccessToken, Challenge, IdToken, IdentityProvider, ProviderError, RefreshToken, SignInStep, TokenSet,
};
use classify::{Operation, classify};

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
        Ok(Self { client: Client::from_conf(builder.build()), config })
    }

    async fn refresh_once(&self, token: &RefreshToken) -> Result<TokenSet, ProviderError> {
        let request = self
            .client
            .get_tokens_from_refresh_token()
            .client_id(&self.config.client_id)
            .set_client_secret(self.client_secret())
            .refresh_token(token.expose());
        let timeouts = TimeoutConfig::builder()
            .connect_timeout(self.config.timeouts.connect)
            .operation_attempt_timeout(self.config.timeouts.refresh)
            .operation_timeout(self.config.timeouts.refresh)
            .build();
        let once = Config::builder().timeout_config(timeouts).retry_config(RetryConfig::disabled());
        let answer = request.customize().config_override(once).send().await;
        let answer = answer.map_err(|error| classify(Operation::Refresh, &error))?;
        tokens(answer.authentication_result())
    }

    fn client_secret(&self) -> Option<String> {
        self.config.client_secret.as_ref().map(|secret| secret.expose_secret().to_owned())
    }

    /// `SECRET_HASH`: Base64(HMAC-SHA256(client secret, username + client id)).
    /// <https://docs.aws.amazon.com/cognito/latest/developerguide/signing-up-users-in-your-app.html>
    fn secret_hash(&self, username: &str) -> Option<String> {
        let secret = self.config.client_secret.as_ref()?;
        let key = hmac::Key::new(hmac::HMAC_SHA256, secret.expose_secret().as_bytes());
        let message = format!("{username}{}", self.config.client_id);
        Some(STANDARD.encode(hmac::sign(&key, message.as_bytes())))
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
        let mut request = self
            .client
            .initiate_auth()
            .client_id(&self.config.client_id)
            .auth_flow(AuthFlowType::UserPasswordAuth)
            .auth_parameters("USERNAME", username)
            .auth_parameters("PASSWORD", password.expose_secret());
        if let Some(hash) = self.secret_hash(username) {
            request = request.auth_parameters("SECRET_HASH", hash);
        }
        let answer = request.send().await.map_err(|error| classify(Operation::SignIn, &error))?;
        match answer.challenge_name() {
            Some(name) => Ok(SignInStep::Challenge(Challenge {
                name: name.as_str().to_owned(),
                session: answer.session().map(SecretString::from),
            })),
            None => tokens(answer.authentication_result()).map(SignInStep::Tokens),
        }
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
        let request = self
            .client
            .revoke_token()
            .client_id(&self.config.client_id)
            .set_client_secret(self.client_secret())
            .token(token.expose());
        request.send().await.map(drop).map_err(|error| classify(Operation::Revoke, &error))
    }

    async fn global_sign_out(&self, token: &AccessToken) -> Result<(), ProviderError> {
        let request = self.client.global_sign_out().access_token(token.expose());
        request.send().await.map(drop).map_err(|error| classify(Operation::GlobalSignOut, &error))
    }

    async fn sign_up(&self, email: &str, password: &SecretString) -> Result<(), ProviderError> {
        let attribute = AttributeType::builder().name("email").value(email).build();
        let attribute = attribute.map_err(|_| ProviderError::InvalidInput)?;
        let request = self
            .client
            .sign_up()
            .client_id(&self.config.client_id)
            .set_secret_hash(self.secret_hash(email))
            .username(email)
            .password(password.expose_secret())
            .user_attributes(attribute);
        request.send().await.map(drop).map_err(|error| classify(Operation::SignUp, &error))
    }

    async fn confirm_sign_up(&self, email: &str, code: &str) -> Result<(), ProviderError> {
        let request = self
            .client
            .confirm_sign_up()
            .client_id(&self.config.client_id)
            .set_secret_hash(self.secret_hash(email))
            .username(email)
            .confirmation_code(code);
        request.send().await.map(drop).map_err(|error| classify(Operation::ConfirmSignUp, &error))
    }

    async fn resend_code(&self, email: &str) -> Result<(), ProviderError> {
        let request = self
            .client
            .resend_confirmation_code()
            .client_id(&self.config.client_id)
            .set_secret_hash(self.secret_hash(email))
            .username(email);
        request.send().await.map(drop).map_err(|error| classify(Operation::ResendCode, &error))
    }

    async fn refresh_token_validity(&self) -> Option<Duration> {
        validity::ask(&self.client, &self.config).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_hash_is_the_hmac_of_username_and_client_id() {
        let mut config = CognitoConfig::new("eu-west-1_abc", "client");
        config.client_secret = Some(SecretString::from("secret"));
        let cognito = Cognito::new(config).expect("a client");
        // printf 'ada@example.comclient' | openssl dgst -sha256 -hmac secret -binary | base64
        let expected = "pCfmF0r7Gu0NuqTNTEkVYGLmqkeLB+7ZDlvCeFKuOH0=";
        assert_eq!(cognito.secret_hash("ada@example.com").as_deref(), Some(expected));
    }
}
