//! What is sealed at rest, all of it with AES-256-GCM: tokens under a key that exists only while the browser's cookie is
//! at hand; what is kept for a user who is not there, under a key of the user's ([`UserKey`]).
//!
//! The key of a session is HKDF-SHA256 of the server's key with the cookie's secret as salt, so neither the database
//! with the server's environment nor a stolen cookie alone opens anything. The place a text was sealed for (table, row,
//! column, server key) is authenticated with it: a sealed token moved to another row or column does not open. This
//! module must not know what it seals.

mod keys;
pub(crate) mod moment;
mod user;

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use aws_lc_rs::{digest, hkdf};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;
use holdfast::entropy::Entropy;
use tower_sessions::session::Id;

pub use keys::{Keys, KeysError};
pub use user::{Place, UserKey, open_for_user, seal_for_user, user_keys};

use crate::rows::RowId;
use keys::ServerKey;

/// The version of the wire form `v1.<key id>.<nonce>.<ciphertext and tag>`, the last two in unpadded base64url.
const VERSION: &str = "v1";
/// Separates these keys from any others that are derived from the same server key.
const CONTEXT: &[u8] = b"holdfast session tokens v1";

/// The secret in the cookie: 128 random bits. Does not print.
#[derive(Clone, Copy)]
pub struct CookieSecret([u8; 16]);

impl CookieSecret {
    /// The secret that is this session id.
    #[must_use]
    pub fn of(id: Id) -> Self {
        Self(id.0.to_le_bytes())
    }

    /// A fresh one.
    pub fn random(entropy: &dyn Entropy) -> Self {
        let mut bytes = [0; 16];
        entropy.fill(&mut bytes);
        Self(bytes)
    }

    /// As the session id that stands in the cookie.
    #[must_use]
    pub fn id(&self) -> Id {
        Id(i128::from_le_bytes(self.0))
    }

    /// The key of the row: a hash, so that the table gives nobody a cookie. No salt is needed over 128 random bits.
    #[must_use]
    pub fn row_id(&self) -> RowId {
        let mut bytes = [0; 32];
        bytes.copy_from_slice(digest::digest(&digest::SHA256, &self.0).as_ref());
        RowId::from_bytes(bytes)
    }
}

impl std::fmt::Debug for CookieSecret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("CookieSecret(…)")
    }
}

/// Where a sealed text stands. It opens nowhere else.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Column {
    /// The access token.
    Access,
    /// The ID token.
    Id,
    /// The refresh token.
    Refresh,
}

impl Column {
    fn as_str(self) -> &'static str {
        match self {
            Self::Access => "access_token",
            Self::Id => "id_token",
            Self::Refresh => "refresh_token",
        }
    }
}

/// Why something could not be sealed or opened. Says no more than that on purpose.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SealError {
    /// Not what this server sealed for this place and this cookie.
    #[error("the sealed text does not open")]
    DoesNotOpen,
    /// The text was sealed with a key that is not in the ring any more.
    #[error("the sealed text names a key that is not in the ring")]
    UnknownKey,
    /// The cryptographic library refused.
    #[error("the text cannot be sealed")]
    CannotSeal,
}

/// Seals with the ring's first key.
pub(crate) fn seal(
    keys: &Keys,
    entropy: &dyn Entropy,
    secret: &CookieSecret,
    column: Column,
    text: &str,
) -> Result<String, SealError> {
    let server_key = keys.first();
    let key = session_key(server_key, secret).ok_or(SealError::CannotSeal)?;
    seal_under(&key, &server_key.id, entropy, place(secret, column, server_key), text)
}

/// Opens what [`seal`] made for the same secret and column.
pub(crate) fn open(keys: &Keys, secret: &CookieSecret, column: Column, sealed: &str) -> Result<String, SealError> {
    let sealed = Sealed::parse(sealed)?;
    let server_key = keys.find(sealed.key_id).ok_or(SealError::UnknownKey)?;
    let key = session_key(server_key, secret).ok_or(SealError::DoesNotOpen)?;
    sealed.open_under(&key, place(secret, column, server_key))
}

fn seal_under(
    key: &LessSafeKey,
    key_id: &str,
    entropy: &dyn Entropy,
    place: Aad<String>,
    text: &str,
) -> Result<String, SealError> {
    let mut nonce = [0; NONCE_LEN];
    entropy.fill(&mut nonce);
    let mut sealed = text.as_bytes().to_vec();
    key.seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), place, &mut sealed)
        .map_err(|_| SealError::CannotSeal)?;
    Ok(format!("{VERSION}.{key_id}.{}.{}", BASE64.encode(nonce), BASE64.encode(sealed)))
}

/// A sealed text, taken apart.
struct Sealed<'a> {
    key_id: &'a str,
    nonce: [u8; NONCE_LEN],
    text: Vec<u8>,
}

impl<'a> Sealed<'a> {
    fn parse(sealed: &'a str) -> Result<Self, SealError> {
        let mut parts = sealed.split('.');
        let (Some(VERSION), Some(key_id), Some(nonce), Some(text), None) =
            (parts.next(), parts.next(), parts.next(), parts.next(), parts.next())
        else {
            return Err(SealError::DoesNotOpen);
        };
        let nonce = BASE64.decode(nonce).ok().and_then(|nonce| <[u8; NONCE_LEN]>::try_from(nonce).ok());
        let text = BASE64.decode(text).map_err(|_| SealError::DoesNotOpen)?;
        Ok(Self { key_id, nonce: nonce.ok_or(SealError::DoesNotOpen)?, text })
    }

    fn open_under(mut self, key: &LessSafeKey, place: Aad<String>) -> Result<String, SealError> {
        let nonce = Nonce::assume_unique_for_key(self.nonce);
        let opened = key.open_in_place(nonce, place, &mut self.text).map_err(|_| SealError::DoesNotOpen)?;
        String::from_utf8(opened.to_vec()).map_err(|_| SealError::DoesNotOpen)
    }
}

fn session_key(server_key: &ServerKey, secret: &CookieSecret) -> Option<LessSafeKey> {
    let pseudo_random = hkdf::Salt::new(hkdf::HKDF_SHA256, &secret.0).extract(server_key.bytes());
    let info = [CONTEXT];
    let expanded = pseudo_random.expand(&info, &AES_256_GCM).ok()?;
    Some(LessSafeKey::new(UnboundKey::from(expanded)))
}

fn place(secret: &CookieSecret, column: Column, server_key: &ServerKey) -> Aad<String> {
    Aad::from(format!("sessions|{}|{}|{}", secret.row_id().to_hex(), column.as_str(), server_key.id))
}

#[cfg(test)]
mod tests {
    use super::*;
    use holdfast::entropy::SeededEntropy;

    const TOKEN: &str = "eyJjdHki.SECRET.token";

    fn ring(text: &str) -> Keys {
        Keys::parse(text).expect("a ring")
    }

    fn one() -> Keys {
        ring(&format!("a:{}", base64::engine::general_purpose::STANDARD.encode([7_u8; 32])))
    }

    fn secret(seed: u64) -> CookieSecret {
        CookieSecret::random(&SeededEntropy::new(seed))
    }

    fn sealed(keys: &Keys) -> String {
        seal(keys, &SeededEntropy::new(9), &secret(1), Column::Refresh, TOKEN).expect("sealed")
    }

    // A11
    #[test]
    fn what_is_sealed_opens_with_the_same_cookie_and_shows_nothing() {
        let sealed = sealed(&one());
        assert!(sealed.starts_with("v1.a.") && !sealed.contains("SECRET"), "{sealed}");
        assert_eq!(open(&one(), &secret(1), Column::Refresh, &sealed).as_deref(), Ok(TOKEN));
    }

    // A11
    #[test]
    fn another_cookie_another_column_and_another_server_key_fail_closed() {
        let sealed = sealed(&one());
        assert_eq!(open(&one(), &secret(2), Column::Refresh, &sealed), Err(SealError::DoesNotOpen));
        assert_eq!(open(&one(), &secret(1), Column::Access, &sealed), Err(SealError::DoesNotOpen));
        assert_eq!(open(&one(), &secret(1), Column::Id, &sealed), Err(SealError::DoesNotOpen));
        let same_name = ring(&format!("a:{}", base64::engine::general_purpose::STANDARD.encode([8_u8; 32])));
        assert_eq!(open(&same_name, &secret(1), Column::Refresh, &sealed), Err(SealError::DoesNotOpen));
        let other_name = ring(&format!("b:{}", base64::engine::general_purpose::STANDARD.encode([7_u8; 32])));
        assert_eq!(open(&other_name, &secret(1), Column::Refresh, &sealed), Err(SealError::UnknownKey));
        let renamed = sealed.replacen("v1.a.", "v1.b.", 1);
        assert_eq!(open(&other_name, &secret(1), Column::Refresh, &renamed), Err(SealError::DoesNotOpen));
    }

    // A11
    #[test]
    fn every_flipped_character_and_every_cut_fails_closed() {
        let sealed = sealed(&one());
        for index in 0..sealed.len() {
            let mut bytes = sealed.clone().into_bytes();
            bytes[index] = if bytes[index] == b'A' { b'B' } else { b'A' };
            let tampered = String::from_utf8(bytes).expect("ASCII");
            assert!(open(&one(), &secret(1), Column::Refresh, &tampered).is_err(), "at {index}: {tampered}");
            assert!(open(&one(), &secret(1), Column::Refresh, &sealed[..index]).is_err(), "cut at {index}");
        }
        assert!(open(&one(), &secret(1), Column::Refresh, &format!("{sealed}.")).is_err());
        assert!(open(&one(), &secret(1), Column::Refresh, &format!("{sealed}AAAA")).is_err());
    }

    // P23
    #[test]
    fn p23_a_hundred_thousand_tampered_texts_are_all_refused() {
        let (sealed, keys, random) = (sealed(&one()), one(), SeededEntropy::new(23));
        for _ in 0..100_000 {
            let mut bytes = sealed.clone().into_bytes();
            for _ in 0..=random.next_u64() % 3 {
                let index = usize::try_from(random.next_u64()).expect("64 bits") % bytes.len();
                let other = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
                    [usize::try_from(random.next_u64() % 64).expect("small")];
                bytes[index] = other;
            }
            let tampered = String::from_utf8(bytes).expect("ASCII");
            let opened = open(&keys, &secret(1), Column::Refresh, &tampered);
            assert!(tampered == sealed || opened.is_err(), "{tampered}");
        }
    }

    #[test]
    fn the_first_key_seals_and_all_open() {
        let base64 = |byte: u8| base64::engine::general_purpose::STANDARD.encode([byte; 32]);
        let old = ring(&format!("old:{}", base64(1)));
        let both = ring(&format!("new:{},old:{}", base64(2), base64(1)));
        let from_old = sealed(&old);
        assert_eq!(open(&both, &secret(1), Column::Refresh, &from_old).as_deref(), Ok(TOKEN));
        assert!(sealed(&both).starts_with("v1.new."));
    }

    #[test]
    fn a_nonce_is_never_used_twice_and_an_empty_text_seals_too() {
        let entropy = SeededEntropy::new(3);
        let nonces: std::collections::HashSet<String> = (0..1000)
            .map(|_| seal(&one(), &entropy, &secret(1), Column::Id, "").expect("sealed"))
            .map(|sealed| sealed.split('.').nth(2).expect("a nonce").to_owned())
            .collect();
        assert_eq!(nonces.len(), 1000);
    }

    #[test]
    fn neither_secrets_nor_keys_print() {
        let printed = format!("{:?} {:?}", secret(1), one());
        assert_eq!(printed, r#"CookieSecret(…) Keys(["a"])"#);
    }
}
