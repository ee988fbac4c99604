//! Time-based one-time passwords of six digits (RFC 6238 over RFC 4226, SHA-1, steps of 30 seconds), as authenticator
//! apps make them and Cognito takes them.

use aws_lc_rs::hmac;
use data_encoding::BASE32_NOPAD;
use holdfast::entropy::Entropy;

const STEP_MS: i64 = 30_000;
/// How many steps a clock may be off, in either direction (RFC 6238, 6).
const TOLERANCE: i64 = 1;

/// A new secret of 32 bytes in base32, which is what `SecretCode` holds.
pub(crate) fn secret(entropy: &dyn Entropy) -> String {
    let mut bytes = [0_u8; 32];
    entropy.fill(&mut bytes);
    BASE32_NOPAD.encode(&bytes)
}

/// Whether it can be the secret of an authenticator app.
pub(crate) fn is_secret(text: &str) -> bool {
    BASE32_NOPAD.decode(text.as_bytes()).is_ok_and(|bytes| bytes.len() >= 10)
}

/// The time step of which `code` is the code, if it is one at `now_ms` or one step around it.
pub(crate) fn step_of(code: &str, secret: &str, now_ms: i64) -> Option<i64> {
    let secret = BASE32_NOPAD.decode(secret.as_bytes()).ok()?;
    let now = now_ms.div_euclid(STEP_MS);
    let mut steps = (now - TOLERANCE..=now + TOLERANCE).rev();
    steps.find(|&step| at(&secret, step) == code)
}

/// The code of one step (RFC 4226, 5.3).
fn at(secret: &[u8], step: i64) -> String {
    let tag = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, secret), &step.to_be_bytes());
    let bytes = tag.as_ref();
    let offset = usize::from(bytes[bytes.len() - 1] & 0x0f);
    let cut = bytes[offset..offset + 4].iter().fold(0_u32, |number, &byte| number << 8 | u32::from(byte));
    format!("{:06}", (cut & 0x7fff_ffff) % 1_000_000)
}

#[cfg(test)]
mod tests {
    use super::*;
    use holdfast::entropy::SeededEntropy;

    #[test]
    fn codes_are_those_of_rfc_6238_cut_to_six_digits() {
        let secret = b"12345678901234567890";
        for (seconds, code) in [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (1_111_111_111, "050471"),
            (1_234_567_890, "005924"),
            (2_000_000_000, "279037"),
            (20_000_000_000, "353130"),
        ] {
            assert_eq!(at(secret, seconds / 30), code, "{seconds}");
        }
    }

    #[test]
    fn a_code_is_taken_one_step_early_and_one_step_late_and_no_further() {
        let secret = secret(&SeededEntropy::new(1));
        assert_eq!(secret.len(), 52);
        let code = at(&BASE32_NOPAD.decode(secret.as_bytes()).unwrap(), 100);
        for (now_ms, step) in [
            (98 * 30_000 + 29_999, None),
            (99 * 30_000, Some(100)),
            (102 * 30_000 - 1, Some(100)),
            (102 * 30_000, None),
        ] {
            assert_eq!(step_of(&code, &secret, now_ms), step, "{now_ms}");
        }
        assert_eq!(step_of("", &secret, 0), None);
        assert!(is_secret(&secret) && !is_secret("1") && !is_secret("AAAA"));
    }
}
