//! Makes tokens, good and bad, with real RSA keys.

use std::sync::{Arc, LazyLock, Mutex};

use async_trait::async_trait;
use aws_lc_rs::hmac;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::KeySize;
use aws_lc_rs::signature::{KeyPair as _, RSA_PKCS1_SHA256, RsaKeyPair};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;
use holdfast_session::jwks::{FetchError, FetchKeys};
use serde_json::{Value, json};

pub(crate) const ISSUER: &str = "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_Test";
pub(crate) const CLIENT: &str = "client-1";

/// RSA keys are slow to make, and one serves all tests.
static KEY: LazyLock<Arc<RsaKeyPair>> =
    LazyLock::new(|| Arc::new(RsaKeyPair::generate(KeySize::Rsa2048).expect("a key")));
static OTHER_KEY: LazyLock<Arc<RsaKeyPair>> =
    LazyLock::new(|| Arc::new(RsaKeyPair::generate(KeySize::Rsa2048).expect("a key")));

/// A signer with a key id.
#[derive(Clone)]
pub(crate) struct Forge {
    pub(crate) kid: String,
    key: Arc<RsaKeyPair>,
}

impl Forge {
    pub(crate) fn new() -> Self {
        Self { kid: String::from("kid+/="), key: Arc::clone(&KEY) }
    }

    /// A key that the pool does not publish.
    pub(crate) fn foreign() -> Self {
        Self { kid: String::from("foreign"), key: Arc::clone(&OTHER_KEY) }
    }

    pub(crate) fn named(&self, kid: &str) -> Self {
        Self { kid: kid.to_owned(), key: Arc::clone(&self.key) }
    }

    pub(crate) fn header(&self) -> Value {
        json!({ "alg": "RS256", "kid": self.kid })
    }

    pub(crate) fn token(&self, claims: &Value) -> String {
        self.token_with(&self.header(), claims)
    }

    pub(crate) fn token_with(&self, header: &Value, claims: &Value) -> String {
        self.sign(&format!("{}.{}", BASE64.encode(header.to_string()), BASE64.encode(claims.to_string())))
    }

    /// Signs whatever stands before the last point.
    pub(crate) fn sign(&self, message: &str) -> String {
        let mut signature = vec![0; self.key.public_modulus_len()];
        self.key
            .sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), message.as_bytes(), &mut signature)
            .expect("a signature");
        format!("{message}.{}", BASE64.encode(signature))
    }

    pub(crate) fn public_der(&self) -> Vec<u8> {
        self.key.public_key().as_ref().to_vec()
    }

    pub(crate) fn jwk(&self) -> Value {
        let public = self.key.public_key();
        json!({
            "kty": "RSA", "alg": "RS256", "use": "sig", "kid": self.kid,
            "n": BASE64.encode(public.modulus().big_endian_without_leading_zero()),
            "e": BASE64.encode(public.exponent().big_endian_without_leading_zero()),
        })
    }

    pub(crate) fn key_set(&self) -> Vec<u8> {
        json!({ "keys": [self.jwk()] }).to_string().into_bytes()
    }
}

pub(crate) fn hmac_sha256(secret: &[u8], message: &str) -> String {
    BASE64.encode(hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, secret), message.as_bytes()))
}

/// A key set that a test can change, and that counts.
#[derive(Clone)]
pub(crate) struct StaticKeys(Arc<Mutex<(Option<Vec<u8>>, usize)>>);

impl StaticKeys {
    pub(crate) fn of(forge: &Forge) -> Self {
        Self(Arc::new(Mutex::new((Some(forge.key_set()), 0))))
    }

    /// `None`: cannot be reached.
    pub(crate) fn set(&self, body: Option<Vec<u8>>) {
        self.0.lock().expect("a lock").0 = body;
    }

    pub(crate) fn fetches(&self) -> usize {
        self.0.lock().expect("a lock").1
    }
}

#[async_trait]
impl FetchKeys for StaticKeys {
    async fn fetch(&self) -> Result<Vec<u8>, FetchError> {
        // A real fetch takes a while: whoever else wants keys meanwhile must wait and not fetch too.
        tokio::task::yield_now().await;
        let mut state = self.0.lock().expect("a lock");
        state.1 += 1;
        state.0.clone().ok_or(FetchError::Unreachable)
    }
}
