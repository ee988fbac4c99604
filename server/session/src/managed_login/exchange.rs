//! `POST /oauth2/token`: the tokens for a code.
//! <https://docs.aws.amazon.com/cognito/latest/developerguide/token-endpoint.html>

use std::sync::Arc;
use std::time::Duration;

use axum::body::Bytes;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::header::{AUTHORIZATION, CONTENT_TYPE};
use http::{Method, Request, StatusCode};
use http_body_util::{BodyExt as _, Full, Limited};
use hyper_rustls::{ConfigBuilderExt as _, HttpsConnector};
use hyper_util::client::legacy::Client as HyperClient;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use rustls::{ClientConfig, RootCertStore};
use secrecy::{ExposeSecret as _, SecretString};
use serde::Deserialize;

use super::{ManagedLogin, NoCertificates};
use crate::provider::{AccessToken, IdToken, ProviderError, RefreshToken, TokenSet};

/// Three tokens, and a refresh token may be long.
const MOST_BYTES: usize = 128 * 1024;
const TIMEOUT: Duration = Duration::from_secs(10);

#[derive(Clone)]
pub(super) struct Client(HyperClient<HttpsConnector<HttpConnector>, Full<Bytes>>, Arc<str>);

#[derive(Deserialize)]
struct Tokens {
    access_token: String,
    id_token: String,
    refresh_token: Option<String>,
}

#[derive(Deserialize)]
struct Refusal {
    error: String,
}

impl Client {
    pub(super) fn new(domain: &str) -> Result<Self, NoCertificates> {
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let tls = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(|_| NoCertificates)?;
        let tls = if domain.starts_with("https://") {
            tls.with_native_roots().map_err(|_| NoCertificates)?
        } else {
            // An embedded pool on loopback, which needs no certificates.
            tls.with_root_certificates(RootCertStore::empty())
        };
        let mut http = HttpConnector::new();
        http.enforce_http(false);
        let connector = HttpsConnector::from((http, tls.with_no_client_auth()));
        let client = HyperClient::builder(TokioExecutor::new()).build(connector);
        Ok(Self(client, format!("{domain}/oauth2/token").into()))
    }
}

impl ManagedLogin {
    /// The tokens for a code. Asked once: a code is good once, and whether a lost answer had used it up nobody can tell.
    pub(crate) async fn exchange(&self, code: &str, verifier: &str) -> Result<TokenSet, ProviderError> {
        let mut answer = self.ask(code, verifier, self.config.client_secrets.first()).await;
        if matches!(&answer, Err(ProviderError::Misconfigured { what }) if what == "invalid_client")
            && let Some(other) = self.config.client_secrets.get(1)
        {
            answer = self.ask(code, verifier, Some(other)).await;
        }
        answer
    }

    async fn ask(&self, code: &str, verifier: &str, secret: Option<&SecretString>) -> Result<TokenSet, ProviderError> {
        let pairs = [
            ("grant_type", "authorization_code"),
            ("client_id", &self.config.client_id),
            ("code", code),
            ("redirect_uri", &self.config.redirect_uri),
            ("code_verifier", verifier),
        ];
        let form = form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish();
        let Client(client, url) = &self.client;
        let mut request = Request::builder()
            .method(Method::POST)
            .uri(url.as_ref())
            .header(CONTENT_TYPE, "application/x-www-form-urlencoded");
        if let Some(secret) = secret {
            // Each half form-encoded before they are joined (RFC 6749, 2.3.1); Cognito's have nothing to encode.
            let encoded = |text: &str| form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
            let pair = format!("{}:{}", encoded(&self.config.client_id), encoded(secret.expose_secret()));
            request = request.header(AUTHORIZATION, format!("Basic {}", STANDARD.encode(pair)));
        }
        let request = request.body(Full::from(form)).map_err(|_| ProviderError::misconfigured("domain"))?;
        let asking = async {
            let answer = client.request(request).await.map_err(|_| ProviderError::unavailable("token endpoint"))?;
            let status = answer.status();
            let body = Limited::new(answer.into_body(), MOST_BYTES).collect().await;
            let body = body.map_err(|_| ProviderError::unavailable("a token endpoint's answer that broke off"))?;
            read(status, &body.to_bytes())
        };
        tokio::time::timeout(TIMEOUT, asking).await.unwrap_or_else(|_| Err(ProviderError::unavailable("timed out")))
    }
}

/// The tokens, or what the error codes of RFC 6749, 5.2, mean here.
fn read(status: StatusCode, body: &[u8]) -> Result<TokenSet, ProviderError> {
    if status == StatusCode::OK {
        let tokens: Tokens = serde_json::from_slice(body)
            .map_err(|_| ProviderError::unavailable("an answer without an access or ID token"))?;
        return Ok(TokenSet {
            access: AccessToken::new(tokens.access_token),
            id: IdToken::new(tokens.id_token),
            refresh: tokens.refresh_token.map(RefreshToken::new),
        });
    }
    if status == StatusCode::TOO_MANY_REQUESTS {
        return Err(ProviderError::Throttled);
    }
    let error = serde_json::from_slice::<Refusal>(body).map(|refusal| refusal.error).unwrap_or_default();
    match error.as_str() {
        // Used up, too old, or of somebody else's request.
        "invalid_grant" if status.is_client_error() => Err(ProviderError::ChallengeExpired),
        "invalid_client" | "unauthorized_client" | "invalid_request" if status.is_client_error() => {
            Err(ProviderError::Misconfigured { what: error })
        }
        _ => Err(ProviderError::unavailable(format!("token endpoint, status {}", status.as_u16()))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A pool that takes the client's new secret only.
    async fn changed() -> String {
        let new = format!("Basic {}", STANDARD.encode("client:new"));
        let token = async move |headers: http::HeaderMap| {
            if headers.get(AUTHORIZATION).is_some_and(|sent| sent.as_bytes() == new.as_bytes()) {
                (StatusCode::OK, r#"{"access_token":"a","id_token":"i","refresh_token":"r"}"#)
            } else {
                (StatusCode::BAD_REQUEST, r#"{"error":"invalid_client"}"#)
            }
        };
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let domain = format!("http://{}", listener.local_addr().expect("an address"));
        let router = axum::Router::new().route("/oauth2/token", axum::routing::post(token));
        tokio::spawn(async move { axum::serve(listener, router).await });
        domain
    }

    #[tokio::test]
    async fn while_a_secret_is_being_changed_the_other_one_is_tried_too() {
        let domain = changed().await;
        for (secrets, is_taken) in
            [(&["new"][..], true), (&["old", "new"], true), (&["new", "old"], true), (&["old"], false)]
        {
            let login = ManagedLogin::new(super::super::ManagedLoginConfig {
                domain: domain.clone(),
                client_id: String::from("client"),
                client_secrets: secrets.iter().map(|secret| SecretString::from(*secret)).collect(),
                redirect_uri: String::from("https://app.example/sign-in/callback"),
                logout_uri: String::from("https://app.example/"),
                issuers: Vec::new(),
                sso_ms: 0,
            });
            let answer = login.expect("no certificates needed").exchange("code", "verifier").await;
            assert_eq!(answer.is_ok(), is_taken, "{secrets:?}");
        }
    }

    #[test]
    fn each_answer_of_the_token_endpoint_is_told_apart() {
        let refused = |status: u16, body: &str| {
            read(StatusCode::from_u16(status).expect("a status"), body.as_bytes()).map(drop).expect_err("no tokens")
        };
        assert_eq!(refused(400, r#"{"error":"invalid_grant"}"#), ProviderError::ChallengeExpired);
        assert_eq!(refused(400, r#"{"error":"invalid_client"}"#), ProviderError::misconfigured("invalid_client"));
        assert_eq!(refused(429, ""), ProviderError::Throttled);
        for (status, body) in [(502, "<html>"), (500, r#"{"error":"invalid_grant"}"#), (200, "{}"), (302, "")] {
            assert!(matches!(refused(status, body), ProviderError::Unavailable { .. }), "{status} {body}");
        }
        let tokens = read(StatusCode::OK, br#"{"access_token":"a","id_token":"i","token_type":"Bearer"}"#);
        assert!(tokens.is_ok_and(|tokens| tokens.refresh.is_none()));
    }
}
