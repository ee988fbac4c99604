//! Which pool and app client, and how long to wait for them.

use std::time::Duration;

use secrecy::SecretString;

/// The app client of a user pool, as its operator writes it down.
#[derive(Debug, Clone)]
pub struct CognitoConfig {
    /// `<region>_<id>`.
    pub user_pool_id: String,
    /// The app client.
    pub client_id: String,
    /// The app client's secret, where it has one.
    pub client_secret: Option<SecretString>,
    /// The other one, while it is being changed: tried where the pool refuses the first.
    pub second_client_secret: Option<SecretString>,
    /// Only where it cannot be read off the pool id.
    pub region: Option<String>,
    /// Another endpoint than AWS's, plain HTTP allowed: an embedded pool, an emulator, a VPC endpoint.
    pub endpoint: Option<String>,
    /// How long to wait.
    pub timeouts: Timeouts,
    /// For `DescribeUserPoolClient` alone; nothing else here is signed.
    pub credentials: Option<StaticCredentials>,
}

impl CognitoConfig {
    /// A public app client at AWS with the default time-outs.
    #[must_use]
    pub fn new(user_pool_id: impl Into<String>, client_id: impl Into<String>) -> Self {
        Self {
            user_pool_id: user_pool_id.into(),
            client_id: client_id.into(),
            client_secret: None,
            second_client_secret: None,
            region: None,
            endpoint: None,
            timeouts: Timeouts::default(),
            credentials: None,
        }
    }

    /// The configured region, else the part of the pool id before its underscore.
    ///
    /// # Errors
    /// When there is neither.
    pub fn region(&self) -> Result<String, ConfigError> {
        let of_pool = || self.user_pool_id.split_once('_').map(|(region, _)| region.to_owned());
        self.region.clone().or_else(of_pool).filter(|region| !region.is_empty()).ok_or(ConfigError::Region)
    }

    /// Both forms of the pool's issuer: the original one, and the one that AWS recommends since 2026. A pool can be
    /// switched between them at any moment.
    /// <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_IssuerConfigurationType.html>
    ///
    /// # Errors
    /// When the region is unknown.
    pub fn issuers(&self) -> Result<Vec<String>, ConfigError> {
        let region = self.region()?;
        let form = |host: &str| format!("https://{host}.{region}.amazonaws.com/{}", self.user_pool_id);
        Ok(vec![form("cognito-idp"), form("issuer-cognito-idp")])
    }

    /// Where the pool publishes its keys: at the configured endpoint, else below the original issuer.
    ///
    /// # Errors
    /// When the region is unknown.
    pub fn jwks_url(&self) -> Result<String, ConfigError> {
        let base = match &self.endpoint {
            Some(endpoint) => format!("{}/{}", endpoint.trim_end_matches('/'), self.user_pool_id),
            None => format!("https://cognito-idp.{}.amazonaws.com/{}", self.region()?, self.user_pool_id),
        };
        Ok(format!("{base}/.well-known/jwks.json"))
    }
}

/// How long to wait for the pool. The SDK by itself has no operation time-out: a hanging pool would hang every page.
#[derive(Debug, Clone, Copy)]
pub struct Timeouts {
    /// For a TCP and TLS connection.
    pub connect: Duration,
    /// For one attempt.
    pub attempt: Duration,
    /// For all attempts together.
    pub operation: Duration,
    /// For a refresh in all: one that is slow is not followed by a second one. It must be well below
    /// [`crate::rows::LONGEST_LEASE_MS`].
    pub refresh: Duration,
}

impl Default for Timeouts {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(2),
            attempt: Duration::from_secs(4),
            operation: Duration::from_secs(10),
            refresh: Duration::from_secs(15),
        }
    }
}

/// Credentials that do not change while the process runs. Prints none of them.
#[derive(Clone)]
pub struct StaticCredentials {
    /// `AWS_ACCESS_KEY_ID`.
    pub access_key_id: String,
    /// `AWS_SECRET_ACCESS_KEY`.
    pub secret_access_key: SecretString,
    /// `AWS_SESSION_TOKEN`.
    pub session_token: Option<SecretString>,
}

impl StaticCredentials {
    /// The credentials that `lookup` (the process's environment, say) has under the names of AWS's own tools, where it
    /// has both halves of the key. What is empty is not there: that is how a variable is switched off.
    /// <https://docs.aws.amazon.com/sdkref/latest/guide/feature-static-credentials.html>
    #[must_use]
    pub fn from_lookup(lookup: impl Fn(&str) -> Option<String>) -> Option<Self> {
        let get = |name| lookup(name).map(|value| value.trim().to_owned()).filter(|value| !value.is_empty());
        Some(Self {
            access_key_id: get("AWS_ACCESS_KEY_ID")?,
            secret_access_key: get("AWS_SECRET_ACCESS_KEY")?.into(),
            session_token: get("AWS_SESSION_TOKEN").map(SecretString::from),
        })
    }
}

impl std::fmt::Debug for StaticCredentials {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("StaticCredentials").finish_non_exhaustive()
    }
}

/// What is wrong with a pool's configuration.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ConfigError {
    /// No region.
    #[error("the user pool id names no region; it looks like eu-west-1_AbCdEfGhI")]
    Region,
}

#[cfg(test)]
mod tests {
    use super::*;
    use secrecy::ExposeSecret as _;

    #[test]
    fn the_region_is_read_off_the_pool_id() {
        let config = CognitoConfig::new("eu-west-1_AbC", "client");
        assert_eq!(config.region().as_deref(), Ok("eu-west-1"));
        assert_eq!(
            config.issuers().expect("issuers"),
            [
                "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_AbC",
                "https://issuer-cognito-idp.eu-west-1.amazonaws.com/eu-west-1_AbC",
            ]
        );
        assert_eq!(
            config.jwks_url().as_deref(),
            Ok("https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_AbC/.well-known/jwks.json")
        );
        assert_eq!(CognitoConfig::new("nonsense", "client").region(), Err(ConfigError::Region));
    }

    // S4
    #[test]
    fn credentials_are_a_whole_key_or_none_and_do_not_print() {
        let from = |pairs: &[(&str, &str)]| {
            StaticCredentials::from_lookup(|name| {
                pairs.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).to_owned())
            })
        };
        let (id, secret) = (("AWS_ACCESS_KEY_ID", "AKIA1"), ("AWS_SECRET_ACCESS_KEY", " s3cret\n"));
        for half in [&[][..], &[id], &[secret], &[id, ("AWS_SECRET_ACCESS_KEY", "")]] {
            assert!(from(half).is_none(), "{half:?}");
        }
        let key = from(&[id, secret, ("AWS_SESSION_TOKEN", "")]).expect("a key");
        assert_eq!((key.access_key_id.as_str(), key.secret_access_key.expose_secret()), ("AKIA1", "s3cret"));
        assert!(key.session_token.is_none());
        let role = from(&[id, secret, ("AWS_SESSION_TOKEN", "t0ken")]).expect("a role's key");
        assert_eq!(role.session_token.as_ref().map(|token| token.expose_secret()), Some("t0ken"));
        let mut config = CognitoConfig::new("eu-west-1_AbC", "client");
        config.credentials = Some(role);
        let printed = format!("{config:?}");
        assert!(!["AKIA1", "s3cret", "t0ken"].iter().any(|part| printed.contains(part)), "{printed}");
    }

    #[test]
    fn an_endpoint_publishes_the_keys_itself() {
        let mut config = CognitoConfig::new("local_pool", "client");
        config.endpoint = Some(String::from("http://127.0.0.1:9229/"));
        assert_eq!(config.jwks_url().as_deref(), Ok("http://127.0.0.1:9229/local_pool/.well-known/jwks.json"));
    }
}
