//! JSON web tokens in compact form (RFC 7515, 7.1): made as Cognito makes them, or wrong in one chosen way.

use aws_lc_rs::hmac;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;
use serde_json::{Value, json};

use super::keys::{KeyError, KeyRing, SigningKey};

/// How a token is signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Algorithm {
    Rs256,
    /// `"alg":"none"` and no signature (RFC 8725, 2.1).
    None,
    /// HMAC with the public key as the secret (RFC 8725, 2.1).
    Hs256,
}

pub(crate) fn encode(key: &SigningKey, kid: &str, algorithm: Algorithm, claims: &Value) -> Result<String, KeyError> {
    let name = match algorithm {
        Algorithm::Rs256 => "RS256",
        Algorithm::None => "none",
        Algorithm::Hs256 => "HS256",
    };
    let header = json!({ "kid": kid, "alg": name });
    let message = format!("{}.{}", BASE64.encode(header.to_string()), BASE64.encode(claims.to_string()));
    let signature = match algorithm {
        Algorithm::Rs256 => key.sign(message.as_bytes())?,
        Algorithm::None => Vec::new(),
        Algorithm::Hs256 => {
            let secret = hmac::Key::new(hmac::HMAC_SHA256, key.public_der());
            hmac::sign(&secret, message.as_bytes()).as_ref().to_vec()
        }
    };
    Ok(format!("{message}.{}", BASE64.encode(signature)))
}

/// The claims of a token that one of our keys signed, whatever they say.
pub(crate) fn verified_claims(keys: &KeyRing, token: &str) -> Option<Value> {
    let (message, signature) = token.rsplit_once('.')?;
    let (header, claims) = message.split_once('.')?;
    let header: Value = serde_json::from_slice(&BASE64.decode(header).ok()?).ok()?;
    if header["alg"] != "RS256" {
        return None;
    }
    let key = keys.by_kid(header["kid"].as_str()?)?;
    let claims = serde_json::from_slice(&BASE64.decode(claims).ok()?).ok()?;
    key.verify(message.as_bytes(), &BASE64.decode(signature).ok()?).then_some(claims)
}
