//! The server's key ring: `id:base64,…`. The first key seals, all open, so a key can be replaced without a stop.

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use secrecy::{ExposeSecret, SecretBox};

/// The bytes of a server key.
const KEY_BYTES: usize = 32;

/// A ring of at least one key; cheap to clone. Prints the ids alone.
#[derive(Clone)]
pub struct Keys(Arc<Ring>);

struct Ring {
    first: ServerKey,
    others: Vec<ServerKey>,
}

/// One key of the ring.
pub(super) struct ServerKey {
    pub(super) id: String,
    bytes: SecretBox<[u8; KEY_BYTES]>,
}

impl ServerKey {
    pub(super) fn bytes(&self) -> &[u8] {
        self.bytes.expose_secret()
    }
}

/// What is wrong with a ring. Never holds the key.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum KeysError {
    /// There is no key.
    #[error("there is no key; write id:base64 with 32 random bytes")]
    Empty,
    /// A key has no usable id.
    #[error("key {0} has no id of 1 to 32 letters, digits, - or _ before its colon")]
    Id(usize),
    /// A key is not 32 bytes of base64.
    #[error("key {0} is not the base64 of exactly 32 bytes")]
    Bytes(usize),
    /// Two keys have the same id.
    #[error("key {0} has the id of an earlier one")]
    Twice(usize),
}

impl Keys {
    /// Reads `id:base64,id:base64,…`. The error numbers keys from 1.
    ///
    /// # Errors
    /// Where the ring cannot be used as it stands; nothing is skipped or guessed.
    pub fn parse(ring: &str) -> Result<Self, KeysError> {
        let mut keys: Vec<ServerKey> = Vec::new();
        for (number, key) in (1..).zip(ring.split(',').map(str::trim).filter(|key| !key.is_empty())) {
            let (id, bytes) = key.split_once(':').ok_or(KeysError::Id(number))?;
            let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
            if !(1..=32).contains(&id.len()) || !id.bytes().all(plain) {
                return Err(KeysError::Id(number));
            }
            if keys.iter().any(|key| key.id == id) {
                return Err(KeysError::Twice(number));
            }
            let bytes = STANDARD.decode(bytes).ok().and_then(|bytes| <[u8; KEY_BYTES]>::try_from(bytes).ok());
            let bytes = SecretBox::new(Box::new(bytes.ok_or(KeysError::Bytes(number))?));
            keys.push(ServerKey { id: id.to_owned(), bytes });
        }
        let mut keys = keys.into_iter();
        let first = keys.next().ok_or(KeysError::Empty)?;
        Ok(Self(Arc::new(Ring { first, others: keys.collect() })))
    }

    /// The key that seals.
    pub(super) fn first(&self) -> &ServerKey {
        &self.0.first
    }

    /// Every key, the one that seals first.
    pub(super) fn all(&self) -> impl Iterator<Item = &ServerKey> {
        std::iter::once(&self.0.first).chain(&self.0.others)
    }

    /// The key with this id.
    pub(super) fn find(&self, id: &str) -> Option<&ServerKey> {
        self.all().find(|key| key.id == id)
    }
}

impl std::fmt::Debug for Keys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let ids: Vec<&str> = self.all().map(|key| key.id.as_str()).collect();
        f.debug_tuple("Keys").field(&ids).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ring_that_cannot_be_used_says_which_key_is_wrong() {
        let good = STANDARD.encode([1_u8; KEY_BYTES]);
        let short = STANDARD.encode([1_u8; KEY_BYTES - 1]);
        for (ring, error) in [
            (String::new(), KeysError::Empty),
            (String::from(" , "), KeysError::Empty),
            (good.clone(), KeysError::Id(1)),
            (format!(":{good}"), KeysError::Id(1)),
            (format!("a.b:{good}"), KeysError::Id(1)),
            (format!("a:{good},b:{short}"), KeysError::Bytes(2)),
            (format!("a:{good},b:not base64"), KeysError::Bytes(2)),
            (format!("a:{good},a:{good}"), KeysError::Twice(2)),
        ] {
            assert_eq!(Keys::parse(&ring).err(), Some(error), "{ring}");
        }
        assert!(Keys::parse(&format!(" a:{good} , b-2:{good},")).is_ok());
    }
}
