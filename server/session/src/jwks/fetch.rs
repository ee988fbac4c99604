//! One `GET` of the key set: no redirect is followed, the answer is small or refused, and it comes in time or not at all.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use http::Uri;
use http_body_util::{BodyExt as _, Empty, Limited};
use hyper_rustls::{ConfigBuilderExt as _, HttpsConnector};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use rustls::{ClientConfig, RootCertStore};

/// Two keys are 1 KB.
const MOST_BYTES: usize = 64 * 1024;
const TIMEOUT: Duration = Duration::from_secs(5);

/// Where the key set comes from.
#[async_trait]
pub trait FetchKeys: Send + Sync + 'static {
    /// The body of `jwks.json`.
    async fn fetch(&self) -> Result<Vec<u8>, FetchError>;
}

/// Why there is no key set.
#[derive(Debug, thiserror::Error)]
pub enum FetchError {
    /// The URL cannot be fetched from at all.
    #[error("the key set's URL is neither http nor https, or the system's certificates cannot be read")]
    Unusable,
    /// No answer.
    #[error("the key set cannot be reached")]
    Unreachable,
    /// Too late.
    #[error("the key set did not come in time")]
    TimedOut,
    /// An answer, but not 200; redirects are among these.
    #[error("the key set was answered with status {0}")]
    Status(u16),
    /// The answer broke off or is larger than a key set can be.
    #[error("the key set is too large or broke off")]
    Body,
    /// The answer is no key set with a usable key.
    #[error("the answer is not a key set with a usable key")]
    NotAKeySet,
}

/// Over HTTP/1.1: https with the system's certificates, or plain http for a pool on loopback.
pub struct HttpFetch {
    client: Client<HttpsConnector<HttpConnector>, Empty<&'static [u8]>>,
    url: Uri,
}

impl HttpFetch {
    /// Fetches from this URL.
    ///
    /// # Errors
    /// When the URL cannot be fetched from, or the system has no certificates.
    pub fn new(url: &str) -> Result<Self, FetchError> {
        let url: Uri = url.parse().map_err(|_| FetchError::Unusable)?;
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let tls = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(|_| FetchError::Unusable)?;
        let tls = match url.scheme_str() {
            Some("https") => tls.with_native_roots().map_err(|_| FetchError::Unusable)?,
            // Certificates are of no use here, and a machine without any must still be able to run an embedded pool.
            Some("http") => tls.with_root_certificates(RootCertStore::empty()),
            _ => return Err(FetchError::Unusable),
        };
        let mut http = HttpConnector::new();
        http.enforce_http(false);
        let connector = HttpsConnector::from((http, tls.with_no_client_auth()));
        Ok(Self { client: Client::builder(TokioExecutor::new()).build(connector), url })
    }

    async fn get(&self) -> Result<Vec<u8>, FetchError> {
        let answer = self.client.get(self.url.clone()).await.map_err(|_| FetchError::Unreachable)?;
        if answer.status() != http::StatusCode::OK {
            return Err(FetchError::Status(answer.status().as_u16()));
        }
        let body = Limited::new(answer.into_body(), MOST_BYTES).collect().await.map_err(|_| FetchError::Body)?;
        Ok(body.to_bytes().to_vec())
    }
}

#[async_trait]
impl FetchKeys for HttpFetch {
    async fn fetch(&self) -> Result<Vec<u8>, FetchError> {
        tokio::time::timeout(TIMEOUT, self.get()).await.unwrap_or(Err(FetchError::TimedOut))
    }
}
