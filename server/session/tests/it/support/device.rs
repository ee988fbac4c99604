//! A browser that knows Device Bound Session Credentials: a key that nobody else has, and a jar with two cookies.

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _};
use axum::http::HeaderMap;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;
use serde_json::{Value, json};

use super::browser::{Answer, Browser};

/// A P-256 key.
pub(crate) struct DeviceKey(EcdsaKeyPair);

impl DeviceKey {
    pub(crate) fn new() -> Self {
        Self(EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).expect("a key"))
    }

    pub(crate) fn jwk(&self) -> Value {
        let point = self.0.public_key().as_ref();
        json!({"kty": "EC", "crv": "P-256", "x": BASE64.encode(&point[1..33]), "y": BASE64.encode(&point[33..])})
    }

    pub(crate) fn sign(&self, header: &Value, claims: &Value) -> String {
        let message = format!("{}.{}", BASE64.encode(header.to_string()), BASE64.encode(claims.to_string()));
        let signature = self.0.sign(&SystemRandom::new(), message.as_bytes()).expect("a signature");
        format!("{message}.{}", BASE64.encode(signature.as_ref()))
    }

    /// A proof that brings the key along.
    pub(crate) fn introduction(&self, challenge: &str) -> String {
        self.sign(&json!({"alg": "ES256", "typ": "dbsc+jwt", "jwk": self.jwk()}), &json!({"jti": challenge}))
    }

    pub(crate) fn proof(&self, challenge: &str) -> String {
        self.sign(&json!({"alg": "ES256", "typ": "dbsc+jwt"}), &json!({"jti": challenge}))
    }
}

/// The browser and what it keeps for the session.
pub(crate) struct BoundBrowser {
    pub(crate) browser: Browser,
    pub(crate) key: DeviceKey,
    /// The challenge of the registration, until there has been one.
    pub(crate) offered: String,
    /// The challenge that came last.
    pub(crate) challenge: String,
    /// `name=value` of the second cookie.
    pub(crate) bound: Option<String>,
    /// The session's name for the browser.
    pub(crate) id: String,
}

impl BoundBrowser {
    /// Takes over a browser in which somebody has just signed in with this answer.
    pub(crate) fn of(browser: Browser, signed_in: &Answer) -> Self {
        let offered = parameter(&signed_in.headers, "secure-session-registration", "challenge=").expect("an offer");
        Self { browser, key: DeviceKey::new(), offered, challenge: String::new(), bound: None, id: String::new() }
    }

    pub(crate) async fn get(&mut self, path: &str) -> Answer {
        self.ask(path, false, &[]).await
    }

    pub(crate) async fn post(&mut self, path: &str) -> Answer {
        self.ask(path, true, &[]).await
    }

    pub(crate) async fn register(&mut self) -> Answer {
        let proof = self.key.introduction(&self.offered);
        self.register_with(&proof).await
    }

    /// As browsers do it: no `Origin`, no body.
    pub(crate) async fn register_with(&mut self, proof: &str) -> Answer {
        let answer = self.ask("/session/device", true, &[("secure-session-response", format!("\"{proof}\""))]).await;
        if answer.status == 200 {
            self.id = answer.json()["session_identifier"].as_str().expect("a name").to_owned();
        }
        answer
    }

    pub(crate) async fn refresh(&mut self) -> Answer {
        let proof = self.key.proof(&self.challenge);
        self.refresh_with(Some(&proof)).await
    }

    pub(crate) async fn refresh_with(&mut self, proof: Option<&str>) -> Answer {
        let mut headers = vec![("sec-secure-session-id", format!("\"{}\"", self.id))];
        headers.extend(proof.map(|proof| ("secure-session-response", format!("\"{proof}\""))));
        self.ask("/session/device/refresh", true, &headers).await
    }

    /// The browser drops the second cookie when its `Max-Age` is over.
    pub(crate) fn forget_bound(&mut self) {
        self.bound = None;
    }

    async fn ask(&mut self, path: &str, posts: bool, headers: &[(&'static str, String)]) -> Answer {
        let own = self.browser.cookie.clone();
        let both = [own.clone(), self.bound.clone()].into_iter().flatten().collect::<Vec<_>>().join("; ");
        self.browser.cookie = (!both.is_empty()).then_some(both);
        for (name, value) in headers {
            self.browser.headers.insert(*name, value.parse().expect("a header value"));
        }
        let answer = if posts { self.browser.post(path, &Value::Null).await } else { self.browser.get(path).await };
        self.browser.headers.clear();
        self.browser.cookie = own;
        for cookie in answer.headers.get_all("set-cookie") {
            let pair = cookie.to_str().expect("ASCII").split(';').next().expect("a pair").to_owned();
            match pair.split_once('=') {
                Some(("__Host-holdfast-bound", _)) => self.bound = Some(pair),
                Some((_, "")) => self.browser.cookie = None,
                _ => self.browser.cookie = Some(pair),
            }
        }
        if let Some(value) = answer.headers.get("secure-session-challenge") {
            let value = value.to_str().expect("ASCII");
            assert_eq!(
                value.split("\";id=\"").nth(1).map(|id| id.trim_end_matches('"')),
                Some(self.row_hex().as_str())
            );
            self.challenge = value.split('"').nth(1).expect("a string").to_owned();
        }
        answer
    }

    pub(crate) fn row_hex(&self) -> String {
        self.browser.row_id().to_hex()
    }
}

/// The string behind `name` in a structured field.
pub(crate) fn parameter(headers: &HeaderMap, header: &str, name: &str) -> Option<String> {
    let value = headers.get(header)?.to_str().ok()?;
    Some(value.split(name).nth(1)?.split('"').nth(1)?.to_owned())
}
