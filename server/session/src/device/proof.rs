//! A proof of possession: a JWT that says which challenge it answers, signed by the device's key (section 9.9 of the draft).
//! Must not know which challenge is expected.

use jsonwebtoken::jwk::{AlgorithmParameters, EllipticCurve, Jwk};
use jsonwebtoken::{Algorithm, DecodingKey, Header, Validation, decode, decode_header};
use serde::{Deserialize, Serialize};

/// A proof with an RSA key of 4096 bits in it is about 2 KB.
const MOST_BYTES: usize = 4096;
/// RFC 7518 section 3.3 asks for 2048 bits at the least: 342 characters. 8192 bits are more than any device makes.
const RSA_CHARACTERS: std::ops::RangeInclusive<usize> = 342..=1366;

/// Why a proof is not believed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum ProofError {
    /// It is no JWT, or not of this kind.
    #[error("this is no proof of a device's key")]
    Malformed,
    /// Its header has no key, or one that is not taken.
    #[error("the proof's key is missing or of a kind that is not taken")]
    Key,
    /// The signature is not this key's.
    #[error("the proof is not signed with the session's key")]
    Signature,
}

/// The public half of a device's key, as the members of its JWK that say what it is (RFC 7638).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kty")]
pub(crate) enum DeviceKey {
    /// ES256.
    #[serde(rename = "EC")]
    P256 {
        /// `P-256`.
        crv: String,
        x: String,
        y: String,
    },
    /// RS256.
    #[serde(rename = "RSA")]
    Rsa { n: String, e: String },
}

impl DeviceKey {
    fn of(jwk: Jwk) -> Result<Self, ProofError> {
        let key = match jwk.algorithm {
            AlgorithmParameters::EllipticCurve(key) if key.curve == EllipticCurve::P256 => {
                Self::P256 { crv: String::from("P-256"), x: key.x, y: key.y }
            }
            AlgorithmParameters::RSA(key) if RSA_CHARACTERS.contains(&key.n.len()) => Self::Rsa { n: key.n, e: key.e },
            _ => return Err(ProofError::Key),
        };
        key.decoding().map(|_| key)
    }

    /// As it stands in the row.
    pub(crate) fn to_text(&self) -> Option<String> {
        serde_json::to_string(self).ok()
    }

    /// Reads [`Self::to_text`] back.
    pub(crate) fn from_text(text: &str) -> Option<Self> {
        serde_json::from_str(text).ok()
    }

    fn algorithm(&self) -> Algorithm {
        match self {
            Self::P256 { .. } => Algorithm::ES256,
            Self::Rsa { .. } => Algorithm::RS256,
        }
    }

    fn decoding(&self) -> Result<DecodingKey, ProofError> {
        let key = match self {
            Self::P256 { x, y, .. } => DecodingKey::from_ec_components(x, y),
            Self::Rsa { n, e } => DecodingKey::from_rsa_components(n, e),
        };
        key.map_err(|_| ProofError::Key)
    }
}

/// What a proof says, once its signature has been verified.
#[derive(Debug, Deserialize)]
pub(crate) struct Proof {
    /// The challenge that it answers.
    pub(crate) jti: String,
}

impl Proof {
    /// Reads a proof that brings its own key, for a registration. That the key is the user's is not shown by it.
    pub(crate) fn with_key(token: &str) -> Result<(Self, DeviceKey), ProofError> {
        let header = header(token)?;
        let key = DeviceKey::of(header.jwk.ok_or(ProofError::Key)?)?;
        Self::verified(token, header.alg, &key).map(|proof| (proof, key))
    }

    /// Reads a proof of this key. One that it may bring itself is not looked at.
    pub(crate) fn of_key(token: &str, key: &DeviceKey) -> Result<Self, ProofError> {
        Self::verified(token, header(token)?.alg, key)
    }

    fn verified(token: &str, alg: Algorithm, key: &DeviceKey) -> Result<Self, ProofError> {
        if alg != key.algorithm() {
            return Err(ProofError::Signature);
        }
        // A proof has no `exp`: how long it is good is the challenge's to say.
        let mut validation = Validation::new(alg);
        validation.set_required_spec_claims::<&str>(&[]);
        validation.validate_exp = false;
        validation.validate_aud = false;
        decode::<Self>(token, &key.decoding()?, &validation).map(|token| token.claims).map_err(|error| {
            match error.kind() {
                jsonwebtoken::errors::ErrorKind::InvalidSignature => ProofError::Signature,
                _ => ProofError::Malformed,
            }
        })
    }
}

fn header(token: &str) -> Result<Header, ProofError> {
    if token.len() > MOST_BYTES || token.split('.').count() != 3 {
        return Err(ProofError::Malformed);
    }
    let header = decode_header(token).map_err(|_| ProofError::Malformed)?;
    let is_ours = header.typ.as_deref() == Some("dbsc+jwt") && header.crit.is_none();
    if is_ours { Ok(header) } else { Err(ProofError::Malformed) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_rsa_key_has_2048_bits_at_the_least_and_8192_at_most() {
        let of = |characters: usize| {
            let n = "A".repeat(characters);
            let jwk: Jwk =
                serde_json::from_value(serde_json::json!({ "kty": "RSA", "n": n, "e": "AQAB" })).expect("a key");
            DeviceKey::of(jwk).map(|_| ())
        };
        assert_eq!((of(342), of(1366)), (Ok(()), Ok(())));
        assert_eq!((of(341), of(1367)), (Err(ProofError::Key), Err(ProofError::Key)));
    }
}
