//! A moment that this server has signed for one session and one purpose: what a browser is given to bring back, without a
//! row being written for it. It says nothing to whoever reads it and can be made by nobody who lacks the server's key *or*
//! the cookie's secret.

use aws_lc_rs::{constant_time, hkdf, hmac};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;

use super::keys::{Keys, ServerKey};
use super::{CookieSecret, SealError};

/// Separates these keys from any others that are derived from the same server key.
const CONTEXT: &[u8] = b"holdfast session moments v1";
const MOMENT_BYTES: usize = 8;
const TAG_BYTES: usize = 32;

/// What a moment was signed for; it is good for nothing else.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// A challenge for the registration of a device's key: when it was made.
    Registration,
    /// A challenge for a proof with that key: when it was made.
    Proof,
    /// The short-lived cookie that a proof has earned: when it runs out.
    BoundCookie,
}

impl Purpose {
    fn label(self) -> u8 {
        match self {
            Self::Registration => 1,
            Self::Proof => 2,
            Self::BoundCookie => 3,
        }
    }
}

/// 54 characters of base64url: the moment, and HMAC-SHA256 over purpose and moment.
pub(crate) fn sign(keys: &Keys, secret: &CookieSecret, purpose: Purpose, at: i64) -> Result<String, SealError> {
    let key = key(keys.first(), secret).ok_or(SealError::CannotSeal)?;
    let mut bytes = at.to_be_bytes().to_vec();
    bytes.extend_from_slice(hmac::sign(&key, &message(purpose, at)).as_ref());
    Ok(BASE64.encode(bytes))
}

/// The moment that [`sign`] made this text of, for the same secret and purpose, with any key of the ring.
pub(crate) fn read(keys: &Keys, secret: &CookieSecret, purpose: Purpose, text: &str) -> Option<i64> {
    let bytes = BASE64.decode(text).ok().filter(|bytes| bytes.len() == MOMENT_BYTES + TAG_BYTES)?;
    let (moment, tag) = bytes.split_at(MOMENT_BYTES);
    let at = i64::from_be_bytes(moment.try_into().ok()?);
    let is_ours = |server_key| {
        let key = key(server_key, secret)?;
        let expected = hmac::sign(&key, &message(purpose, at));
        constant_time::verify_slices_are_equal(expected.as_ref(), tag).ok()
    };
    keys.all().any(|server_key| is_ours(server_key).is_some()).then_some(at)
}

fn message(purpose: Purpose, at: i64) -> [u8; MOMENT_BYTES + 1] {
    let mut message = [purpose.label(); MOMENT_BYTES + 1];
    message[1..].copy_from_slice(&at.to_be_bytes());
    message
}

fn key(server_key: &ServerKey, secret: &CookieSecret) -> Option<hmac::Key> {
    let pseudo_random = hkdf::Salt::new(hkdf::HKDF_SHA256, &secret.0).extract(server_key.bytes());
    Some(pseudo_random.expand(&[CONTEXT], hmac::HMAC_SHA256).ok()?.into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use base64::engine::general_purpose::STANDARD;
    use holdfast::entropy::SeededEntropy;

    const AT: i64 = 1_768_467_600_000;

    fn ring(byte: u8) -> Keys {
        Keys::parse(&format!("k{byte}:{}", STANDARD.encode([byte; 32]))).expect("a ring")
    }

    fn secret(seed: u64) -> CookieSecret {
        CookieSecret::random(&SeededEntropy::new(seed))
    }

    // A18
    #[test]
    fn a_moment_is_read_back_for_its_session_and_purpose_only() {
        let text = sign(&ring(7), &secret(1), Purpose::Proof, AT).expect("signed");
        assert_eq!(read(&ring(7), &secret(1), Purpose::Proof, &text), Some(AT));
        assert_eq!(read(&ring(7), &secret(2), Purpose::Proof, &text), None, "another session's");
        assert_eq!(read(&ring(8), &secret(1), Purpose::Proof, &text), None, "another server's");
        for other in [Purpose::Registration, Purpose::BoundCookie] {
            assert_eq!(read(&ring(7), &secret(1), other, &text), None, "{other:?}");
        }
    }

    #[test]
    fn every_key_of_the_ring_reads_and_the_first_one_signs() {
        let old = sign(&ring(1), &secret(1), Purpose::Proof, AT).expect("signed");
        let both = Keys::parse(&format!("n:{},o:{}", STANDARD.encode([2; 32]), STANDARD.encode([1; 32])));
        assert_eq!(read(&both.expect("a ring"), &secret(1), Purpose::Proof, &old), Some(AT));
    }

    #[test]
    fn every_changed_character_and_every_cut_is_refused() {
        let text = sign(&ring(7), &secret(1), Purpose::BoundCookie, AT).expect("signed");
        for index in 0..text.len() {
            let mut bytes = text.clone().into_bytes();
            bytes[index] = if bytes[index] == b'A' { b'B' } else { b'A' };
            let changed = String::from_utf8(bytes).expect("ASCII");
            assert_eq!(read(&ring(7), &secret(1), Purpose::BoundCookie, &changed), None, "at {index}");
            assert_eq!(read(&ring(7), &secret(1), Purpose::BoundCookie, &text[..index]), None, "cut at {index}");
        }
    }
}
