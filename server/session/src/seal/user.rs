//! Keys of one user's, for what is kept while that user is not there: derived from a server key, the purpose and the
//! user's `sub` by HKDF-SHA256 (RFC 5869), so that what was sealed for one user or purpose opens for no other.

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, UnboundKey};
use aws_lc_rs::hkdf;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use holdfast::entropy::Entropy;
use secrecy::{ExposeSecret, SecretBox};

use super::keys::ServerKey;
use super::{Keys, SealError, Sealed, seal_under};

/// A key of one user's. Does not print.
pub struct UserKey {
    id: String,
    bytes: SecretBox<[u8; 32]>,
}

impl UserKey {
    /// The id of the server key that it was derived from.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The 32 bytes in base64 (RFC 4648, section 4), for the user's own browser. Never log it.
    #[must_use]
    pub fn base64(&self) -> String {
        STANDARD.encode(self.bytes.expose_secret())
    }

    fn derive(server_key: &ServerKey, purpose: &str, sub: &str) -> Result<Self, SealError> {
        let pseudo_random = hkdf::Salt::new(hkdf::HKDF_SHA256, &[]).extract(server_key.bytes());
        // No purpose of ours holds a zero byte, so no two pairs are spelled alike.
        let info = [purpose.as_bytes(), &[0], sub.as_bytes()];
        let mut bytes = Box::new([0; 32]);
        let expanded = pseudo_random.expand(&info, hkdf::HKDF_SHA256).map_err(|_| SealError::CannotSeal)?;
        expanded.fill(bytes.as_mut_slice()).map_err(|_| SealError::CannotSeal)?;
        Ok(Self { id: server_key.id.clone(), bytes: SecretBox::new(bytes) })
    }

    fn cipher(&self) -> Result<LessSafeKey, SealError> {
        let key = UnboundKey::new(&AES_256_GCM, self.bytes.expose_secret()).map_err(|_| SealError::CannotSeal)?;
        Ok(LessSafeKey::new(key))
    }
}

impl std::fmt::Debug for UserKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "UserKey({}…)", self.id)
    }
}

/// The user's keys for a purpose, one of every key of the ring: the first seals, all open.
///
/// # Errors
/// Where the cryptographic library refuses.
pub fn user_keys(keys: &Keys, purpose: &str, sub: &str) -> Result<Vec<UserKey>, SealError> {
    keys.all().map(|key| UserKey::derive(key, purpose, sub)).collect()
}

/// Whose, what for, and where a sealed text stands. It opens for nobody and nothing else.
#[derive(Debug, Clone, Copy)]
pub struct Place<'a> {
    /// The user's `sub`.
    pub sub: &'a str,
    /// What the key is for, with a version: `app escrow v1`.
    pub purpose: &'a str,
    /// The table.
    pub table: &'a str,
    /// The row's key.
    pub row: &'a str,
    /// The column.
    pub column: &'a str,
}

impl Place<'_> {
    fn authenticated(&self, key_id: &str) -> Aad<String> {
        Aad::from(format!("{}|{}|{}|{key_id}", self.table, self.row, self.column))
    }
}

/// Seals with the ring's first key.
///
/// # Errors
/// Where the cryptographic library refuses.
pub fn seal_for_user(keys: &Keys, entropy: &dyn Entropy, place: &Place<'_>, text: &str) -> Result<String, SealError> {
    let key = UserKey::derive(keys.first(), place.purpose, place.sub)?;
    seal_under(&key.cipher()?, &key.id, entropy, place.authenticated(&key.id), text)
}

/// Opens what [`seal_for_user`] made for the same place.
///
/// # Errors
/// Where it was sealed for another place, has been changed, or names a key that is not in the ring.
pub fn open_for_user(keys: &Keys, place: &Place<'_>, sealed: &str) -> Result<String, SealError> {
    let sealed = Sealed::parse(sealed)?;
    let server_key = keys.find(sealed.key_id).ok_or(SealError::UnknownKey)?;
    let key = UserKey::derive(server_key, place.purpose, place.sub)?;
    sealed.open_under(&key.cipher()?, place.authenticated(&key.id))
}

#[cfg(test)]
mod tests {
    use super::*;
    use holdfast::entropy::SeededEntropy;

    fn ring(ids: &[(&str, u8)]) -> Keys {
        let keys: Vec<String> = ids.iter().map(|(id, byte)| format!("{id}:{}", STANDARD.encode([*byte; 32]))).collect();
        Keys::parse(&keys.join(",")).expect("a ring")
    }

    fn place() -> Place<'static> {
        Place { sub: "ada", purpose: "test v1", table: "escrow", row: "7", column: "edits" }
    }

    fn sealed(keys: &Keys) -> String {
        seal_for_user(keys, &SeededEntropy::new(1), &place(), "CANARY").expect("sealed")
    }

    /// RFC 5869 with HMAC-SHA256, computed by hand in Python: `prk = hmac(32 zero bytes, key)`,
    /// `okm = hmac(prk, b"test v1\0ada\x01")`.
    #[test]
    fn a_users_key_is_hkdf_of_the_server_key() {
        let keys = user_keys(&ring(&[("k1", 7), ("k0", 8)]), "test v1", "ada").expect("keys");
        let spelled: Vec<(&str, String)> = keys.iter().map(|key| (key.id(), key.base64())).collect();
        assert_eq!(
            spelled,
            [
                ("k1", "nv2eG5fELKxPYCKGQSDxW6TS5PLZKO+/rlVg4jxqS0k=".to_owned()),
                ("k0", "0BvdA+X66NKy6ihDKWNYcwMU4dxFiBuaxSHSfbjaNyE=".to_owned()),
            ]
        );
    }

    // E10
    #[test]
    fn what_is_sealed_for_a_user_opens_in_its_place_alone() {
        let keys = ring(&[("k1", 7)]);
        let sealed = sealed(&keys);
        assert!(sealed.starts_with("v1.k1.") && !sealed.contains("CANARY"), "{sealed}");
        assert_eq!(open_for_user(&keys, &place(), &sealed).as_deref(), Ok("CANARY"));
        let elsewhere = [
            Place { sub: "bob", ..place() },
            Place { purpose: "test v2", ..place() },
            Place { table: "sessions", ..place() },
            Place { row: "8", ..place() },
            Place { column: "title", ..place() },
        ];
        for place in elsewhere {
            assert_eq!(open_for_user(&keys, &place, &sealed), Err(SealError::DoesNotOpen), "{place:?}");
        }
        assert_eq!(open_for_user(&ring(&[("k1", 9)]), &place(), &sealed), Err(SealError::DoesNotOpen));
        assert_eq!(open_for_user(&ring(&[("k2", 7)]), &place(), &sealed), Err(SealError::UnknownKey));
        assert_eq!(open_for_user(&keys, &place(), &format!("{sealed}AAAA")), Err(SealError::DoesNotOpen));
    }

    #[test]
    fn an_older_key_of_the_ring_opens_still() {
        let sealed = sealed(&ring(&[("k1", 7)]));
        let rotated = ring(&[("k2", 8), ("k1", 7)]);
        assert_eq!(open_for_user(&rotated, &place(), &sealed).as_deref(), Ok("CANARY"));
    }

    #[test]
    fn a_key_does_not_print() {
        let keys = user_keys(&ring(&[("k1", 7)]), "test v1", "ada").expect("keys");
        assert_eq!(format!("{keys:?}"), "[UserKey(k1…)]");
    }
}
