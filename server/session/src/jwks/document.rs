//! The key set as the pool publishes it, RFC 7517. What is not an RSA key for RS256 signatures is skipped.

use std::collections::HashMap;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::DecodingKey;
use serde::Deserialize;

use super::FetchError;

/// RFC 7518 section 3.3: a key of at least 2048 bits must be used with RS256.
const LEAST_MODULUS_BYTES: usize = 256;

#[derive(Deserialize)]
struct KeySet {
    keys: Vec<serde_json::Value>,
}

#[derive(Deserialize)]
struct Key {
    kid: String,
    kty: String,
    alg: Option<String>,
    #[serde(rename = "use")]
    usage: Option<String>,
    n: String,
    e: String,
}

/// The usable keys by id. A set without one is no answer: it must not take the place of keys that work.
pub(super) fn parse(body: &[u8]) -> Result<HashMap<String, DecodingKey>, FetchError> {
    let set: KeySet = serde_json::from_slice(body).map_err(|_| FetchError::NotAKeySet)?;
    let keys: HashMap<String, DecodingKey> = set.keys.into_iter().filter_map(usable).collect();
    if keys.is_empty() { Err(FetchError::NotAKeySet) } else { Ok(keys) }
}

fn usable(value: serde_json::Value) -> Option<(String, DecodingKey)> {
    let key: Key = serde_json::from_value(value).ok()?;
    let for_signatures = key.usage.as_deref().is_none_or(|usage| usage == "sig");
    let for_rs256 = key.kty == "RSA" && key.alg.as_deref().is_none_or(|alg| alg == "RS256");
    let modulus = URL_SAFE_NO_PAD.decode(&key.n).ok()?;
    let exponent = URL_SAFE_NO_PAD.decode(&key.e).ok()?;
    (for_signatures && for_rs256 && modulus.len() >= LEAST_MODULUS_BYTES)
        .then(|| (key.kid, DecodingKey::from_rsa_raw_components(&modulus, &exponent)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_rsa_signature_keys_of_2048_bits_are_taken() {
        let key = |kid: &str, kty: &str, alg: &str, usage: &str, bytes: usize| {
            let modulus = URL_SAFE_NO_PAD.encode(vec![0xC5_u8; bytes]);
            format!(r#"{{"kid":"{kid}","kty":"{kty}","alg":"{alg}","use":"{usage}","n":"{modulus}","e":"AQAB"}}"#)
        };
        let set = [
            key("good+/=", "RSA", "RS256", "sig", 256),
            key("encrypts", "RSA", "RS256", "enc", 256),
            key("other", "RSA", "PS256", "sig", 256),
            key("short", "RSA", "RS256", "sig", 128),
            key("curve", "EC", "ES256", "sig", 256),
            String::from(r#"{"kty":"oct","k":"c2VjcmV0"}"#),
            String::from("17"),
        ];
        let keys = parse(format!(r#"{{"keys":[{}]}}"#, set.join(",")).as_bytes()).expect("a set");
        assert_eq!(keys.keys().collect::<Vec<_>>(), ["good+/="]);
    }

    #[test]
    fn what_holds_no_usable_key_is_no_answer() {
        for body in ["", "{}", "<html>", r#"{"keys":[]}"#, r#"{"keys":[{"kid":"a"}]}"#, r#"{"keys":{}}"#] {
            assert!(parse(body.as_bytes()).is_err(), "{body}");
        }
    }
}
