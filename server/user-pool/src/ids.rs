//! The forms of Cognito's identifiers, made of bytes from [`Entropy`].

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use holdfast::entropy::Entropy;

/// A random (version 4) UUID: the form of `sub`, `jti`, `origin_jti` and `event_id` (RFC 9562, 5.4).
pub(crate) fn uuid(entropy: &dyn Entropy) -> String {
    let mut bytes = [0_u8; 16];
    entropy.fill(&mut bytes);
    uuid_of(bytes)
}

/// The UUID that these bytes make.
pub(crate) fn uuid_of(mut bytes: [u8; 16]) -> String {
    bytes[6] = (bytes[6] & 0x0f) | 0x40;
    bytes[8] = (bytes[8] & 0x3f) | 0x80;
    let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    format!("{}-{}-{}-{}-{}", &hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..])
}

/// `length` characters of `alphabet`, each equally likely.
pub(crate) fn from_alphabet(entropy: &dyn Entropy, alphabet: &[u8], length: usize) -> String {
    let fair = 256 - 256 % alphabet.len();
    let mut out = String::with_capacity(length);
    while out.len() < length {
        let mut bytes = [0_u8; 64];
        entropy.fill(&mut bytes);
        let usable = bytes.iter().map(|&byte| usize::from(byte)).filter(|&byte| byte < fair);
        out.extend(usable.take(length - out.len()).map(|byte| char::from(alphabet[byte % alphabet.len()])));
    }
    out
}

/// A user pool id: region, underscore, nine letters or digits (CreateUserPool, `UserPoolIdType`).
pub(crate) fn pool_id(entropy: &dyn Entropy, region: &str) -> String {
    let name = from_alphabet(entropy, b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789", 9);
    format!("{region}_{name}")
}

/// An app client id: 26 lower-case letters and digits.
pub(crate) fn client_id(entropy: &dyn Entropy) -> String {
    from_alphabet(entropy, b"abcdefghijklmnopqrstuvwxyz0123456789", 26)
}

/// A key id as Cognito writes them: standard base64 of 32 bytes, padded. It may hold `/`, `+` and ends with `=`.
pub(crate) fn key_id(entropy: &dyn Entropy) -> String {
    let mut bytes = [0_u8; 32];
    entropy.fill(&mut bytes);
    STANDARD.encode(bytes)
}

/// Six digits: a confirmation code.
pub(crate) fn code(entropy: &dyn Entropy) -> String {
    from_alphabet(entropy, b"0123456789", 6)
}

/// A password that people can copy by eye and that the default policy accepts: four groups of four, about 90 bits.
pub(crate) fn password(entropy: &dyn Entropy) -> String {
    const READABLE: &[u8] = b"abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789";
    loop {
        let letters = from_alphabet(entropy, READABLE, 16);
        let candidate = format!("{}-{}-{}-{}", &letters[..4], &letters[4..8], &letters[8..12], &letters[12..]);
        if crate::passwords::policy(&candidate).is_ok() {
            return candidate;
        }
    }
}

/// The header every refresh token of Cognito's begins with: it is a JWE (RFC 7516) that only the pool can open.
const JWE_HEADER: &[u8] = br#"{"cty":"JWT","enc":"A256GCM","alg":"RSA-OAEP"}"#;

/// A refresh token: five parts, about 1,800 characters, nothing in it to read. All that is not its header is random.
pub(crate) fn refresh_token(entropy: &dyn Entropy) -> String {
    let part = |length: usize| {
        let mut bytes = vec![0_u8; length];
        entropy.fill(&mut bytes);
        URL_SAFE_NO_PAD.encode(bytes)
    };
    // Encrypted key (RSA 2048), initialization vector, ciphertext, tag: the lengths such a JWE has.
    [URL_SAFE_NO_PAD.encode(JWE_HEADER), part(256), part(12), part(1005), part(16)].join(".")
}

/// A challenge's session: URL-safe base64 of about Cognito's length, nothing of which can be read. It begins like
/// Cognito's.
pub(crate) fn challenge_session(entropy: &dyn Entropy) -> String {
    let mut bytes = [0_u8; 624];
    entropy.fill(&mut bytes);
    bytes[..4].copy_from_slice(&[0x01, 0x80, 0x1e, 0x00]);
    URL_SAFE_NO_PAD.encode(bytes)
}

/// A challenge for an authenticator: 32 bytes in URL-safe base64.
pub(crate) fn web_authn_challenge(entropy: &dyn Entropy) -> String {
    let mut bytes = [0_u8; 32];
    entropy.fill(&mut bytes);
    URL_SAFE_NO_PAD.encode(bytes)
}

/// What is stored of a secret that only has to be recognised: its SHA-256, in hexadecimal.
pub(crate) fn fingerprint(secret: &str) -> String {
    let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, secret.as_bytes());
    digest.as_ref().iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use holdfast::entropy::SeededEntropy;

    #[test]
    fn a_refresh_token_has_five_parts_about_1800_characters_and_cognitos_beginning() {
        let entropy = SeededEntropy::new(7);
        let token = refresh_token(&entropy);
        assert!(token.starts_with("eyJjdHki"));
        assert_eq!(token.split('.').count(), 5);
        assert!((1_750..1_850).contains(&token.len()), "{}", token.len());
        assert_ne!(token, refresh_token(&entropy));
    }

    #[test]
    fn identifiers_have_cognitos_forms() {
        let entropy = SeededEntropy::new(8);
        let id = uuid(&entropy);
        assert_eq!((id.len(), id.as_bytes()[14], id.matches('-').count()), (36, b'4', 4));
        assert_eq!(pool_id(&entropy, "eu-central-1").len(), "eu-central-1_".len() + 9);
        assert_eq!(client_id(&entropy).len(), 26);
        let kid = key_id(&entropy);
        assert!(kid.len() == 44 && kid.ends_with('='));
        assert!(code(&entropy).chars().all(|c| c.is_ascii_digit()));
    }

    #[test]
    fn generated_passwords_conform_to_the_policy() {
        for seed in 0..50 {
            assert_eq!(crate::passwords::policy(&password(&SeededEntropy::new(seed))), Ok(()));
        }
    }
}
