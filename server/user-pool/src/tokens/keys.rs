//! The signing keys: two RSA keys of 2,048 bits at a time, one for access tokens and one for ID tokens, and the older ones
//! that are still published ("Verifying JSON web tokens", Amazon Cognito Developer Guide).

use aws_lc_rs::encoding::{AsDer as _, Pkcs8V1Der};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::KeySize;
use aws_lc_rs::signature::{KeyPair as _, RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_SHA256, RsaKeyPair, UnparsedPublicKey};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use holdfast::entropy::Entropy;
use serde_json::{Value, json};

use crate::ids;
use crate::state::{Purpose, StoredKey};

/// A key could not be made, read or used.
#[derive(Debug, thiserror::Error)]
#[error("a signing key could not be {0}")]
pub(crate) struct KeyError(&'static str);

/// All keys that are published. Of each purpose the newest signs.
pub(crate) struct KeyRing(Vec<SigningKey>);

pub(crate) struct SigningKey {
    pub(crate) kid: String,
    purpose: Purpose,
    pair: RsaKeyPair,
}

impl KeyRing {
    pub(crate) fn read(stored: &[StoredKey]) -> Result<Self, KeyError> {
        stored.iter().map(SigningKey::read).collect::<Result<_, _>>().map(Self)
    }

    /// The key that signs tokens of that purpose.
    pub(crate) fn signer(&self, purpose: Purpose) -> Result<&SigningKey, KeyError> {
        self.0.iter().rev().find(|key| key.purpose == purpose).ok_or(KeyError("found"))
    }

    pub(crate) fn by_kid(&self, kid: &str) -> Option<&SigningKey> {
        self.0.iter().find(|key| key.kid == kid)
    }

    /// The key set as it is published (RFC 7517, 5).
    pub(crate) fn jwks(&self) -> Value {
        json!({ "keys": self.0.iter().map(SigningKey::jwk).collect::<Vec<_>>() })
    }
}

impl SigningKey {
    fn read(stored: &StoredKey) -> Result<Self, KeyError> {
        let der = STANDARD.decode(&stored.pkcs8).map_err(|_| KeyError("read"))?;
        let pair = RsaKeyPair::from_pkcs8(&der).map_err(|_| KeyError("read"))?;
        Ok(Self { kid: stored.kid.clone(), purpose: stored.purpose, pair })
    }

    /// RSASSA-PKCS1-v1_5 over SHA-256 (RFC 7518, 3.3).
    pub(crate) fn sign(&self, message: &[u8]) -> Result<Vec<u8>, KeyError> {
        let mut signature = vec![0; self.pair.public_modulus_len()];
        self.pair
            .sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), message, &mut signature)
            .map_err(|_| KeyError("used"))?;
        Ok(signature)
    }

    pub(crate) fn verify(&self, message: &[u8], signature: &[u8]) -> bool {
        let public = UnparsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, self.pair.public_key().as_ref());
        public.verify(message, signature).is_ok()
    }

    /// The public key's DER: what an attacker of a careless verifier would use as an HMAC secret.
    pub(crate) fn public_der(&self) -> &[u8] {
        self.pair.public_key().as_ref()
    }

    fn jwk(&self) -> Value {
        let public = self.pair.public_key();
        json!({
            "alg": "RS256",
            "e": URL_SAFE_NO_PAD.encode(public.exponent().big_endian_without_leading_zero()),
            "kid": self.kid,
            "kty": "RSA",
            "n": URL_SAFE_NO_PAD.encode(public.modulus().big_endian_without_leading_zero()),
            "use": "sig",
        })
    }
}

/// A new pair of keys, one for each purpose.
pub(crate) fn generate(entropy: &dyn Entropy) -> Result<[StoredKey; 2], KeyError> {
    let key = |purpose| -> Result<StoredKey, KeyError> {
        let pair = RsaKeyPair::generate(KeySize::Rsa2048).map_err(|_| KeyError("made"))?;
        let der: Pkcs8V1Der<'_> = pair.as_der().map_err(|_| KeyError("made"))?;
        Ok(StoredKey { kid: ids::key_id(entropy), purpose, pkcs8: STANDARD.encode(der.as_ref()) })
    };
    Ok([key(Purpose::Access)?, key(Purpose::Id)?])
}
