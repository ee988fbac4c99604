//! Managed login: signing in on the user pool's own pages, by redirect. The authorization code flow of OpenID Connect
//! (Core 1.0, 3.1) with PKCE (RFC 7636), as Cognito serves it on the pool's domain.
//! <https://docs.aws.amazon.com/cognito/latest/developerguide/authorization-endpoint.html>
//!
//! This module must not know sessions or cookies: it asks for a code, and exchanges it.

mod exchange;
mod request;

use std::sync::Arc;

use secrecy::SecretString;

pub(crate) use request::{Begun, NotFinished};

use exchange::Client;

/// What the pages of this server are asked for: all operations on the user's own account take such a token.
const SCOPE: &str = "openid email aws.cognito.signin.user.admin";

/// The app client's managed login.
#[derive(Clone)]
pub struct ManagedLogin {
    config: Arc<ManagedLoginConfig>,
    client: Client,
}

/// What the operator has set up at the pool.
#[derive(Debug, Clone)]
pub struct ManagedLoginConfig {
    /// The domain's origin, such as `https://write.auth.eu-central-1.amazoncognito.com`.
    pub domain: String,
    /// The app client.
    pub client_id: String,
    /// Its secrets, where it has any: two while they are being changed.
    pub client_secrets: Vec<SecretString>,
    /// One of the app client's callback URLs, on this server.
    pub redirect_uri: String,
    /// One of its sign-out URLs, on this server.
    pub logout_uri: String,
    /// The pool's issuers, which an `iss` beside the code must be among (RFC 9207).
    pub issuers: Vec<String>,
    /// For how long a browser stays signed in at the pool after a sign-in there: `MaxValidityMinutes` of
    /// `ClientSSOSessionConfigType`, an hour by default.
    pub sso_ms: i64,
}

/// The system has no certificates, or none that can be read.
#[derive(Debug, thiserror::Error)]
#[error("the system's certificates cannot be read")]
pub struct NoCertificates;

impl ManagedLogin {
    /// Makes no request.
    ///
    /// # Errors
    /// When the domain is reached over https and the system has no certificates.
    pub fn new(config: ManagedLoginConfig) -> Result<Self, NoCertificates> {
        let client = Client::new(&config.domain)?;
        Ok(Self { config: Arc::new(config), client })
    }

    /// The page that ends the browser's sign-in at the pool, and leads back here.
    /// <https://docs.aws.amazon.com/cognito/latest/developerguide/logout-endpoint.html>
    #[must_use]
    pub fn logout_url(&self) -> String {
        let pairs = [("client_id", self.config.client_id.as_str()), ("logout_uri", self.config.logout_uri.as_str())];
        self.url("/logout", &pairs)
    }

    pub(crate) fn sso_ms(&self) -> i64 {
        self.config.sso_ms
    }

    fn url(&self, path: &str, pairs: &[(&str, &str)]) -> String {
        let query = form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish();
        format!("{}{path}?{query}", self.config.domain)
    }
}

impl std::fmt::Debug for ManagedLogin {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ManagedLogin").field("domain", &self.config.domain).finish_non_exhaustive()
    }
}
