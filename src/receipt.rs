//! The hash chain that server and browser compute alike: it names a text *and* the way it came about, and extending it
//! costs the edit, not the text.
//!
//! `start` is the SHA-256 of the text in UTF-8. Each accepted batch of edits makes the next one: the SHA-256 of the
//! previous 32 bytes followed, for each edit, by `at`, `deleted` and the byte length of `inserted` (32 bits each, most
//! significant byte first) and the UTF-8 bytes of `inserted`. The lengths make the encoding injective.
//!
//! Anybody can check a receipt; in Python:
//!
//! ```python
//! from hashlib import sha256
//! from struct import pack
//!
//! def chain(previous, edits):
//!     h = sha256(previous)
//!     for at, deleted, inserted in edits:
//!         data = inserted.encode()
//!         h.update(pack(">III", at, deleted, len(data)) + data)
//!     return h.digest()
//!
//! start = sha256("Grüße 😀".encode()).digest()
//! print(start.hex())
//! print(chain(start, [[6, 2, "an alle"], [0, 0, "…"]]).hex())
//! ```
//!
//! prints
//!
//! ```text
//! 3436cf1c2f912923eb6c58432bc973f1e3bf57852f000822b53954e45e6c5be4
//! 463a3d2c6e886f4c327e60d6c432a29c348b851a88dd10b77f6bfdc70d70946a
//! ```

use sha2::{Digest, Sha256};

use crate::edit::Edit;

/// One link of the chain.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Chain([u8; 32]);

impl Chain {
    /// The chain of a draft that starts from `text`.
    #[must_use]
    pub fn start(text: &str) -> Self {
        Self(Sha256::digest(text).into())
    }

    /// The chain once the batch `edits` is accepted.
    #[must_use]
    pub fn next(&self, edits: &[Edit]) -> Self {
        let mut hasher = Sha256::new_with_prefix(self.0);
        for edit in edits {
            hasher.update(edit.at.to_be_bytes());
            hasher.update(edit.deleted.to_be_bytes());
            hasher.update(u32::try_from(edit.inserted.len()).unwrap_or(u32::MAX).to_be_bytes());
            hasher.update(edit.inserted.as_bytes());
        }
        Self(hasher.finalize().into())
    }

    /// As it stands in JSON: 64 lower-case hexadecimal digits.
    #[must_use]
    pub fn hex(&self) -> String {
        const DIGITS: &[u8; 16] = b"0123456789abcdef";
        let digit = |nibble: u8| char::from(DIGITS[usize::from(nibble & 15)]);
        self.0.iter().flat_map(|byte| [digit(byte >> 4), digit(*byte)]).collect()
    }

    /// The chain that `hex` spells; `None` unless it is 64 hexadecimal digits.
    #[must_use]
    pub fn parse(hex: &str) -> Option<Self> {
        let digits = hex.as_bytes();
        if digits.len() != 64 {
            return None;
        }
        let mut bytes = [0_u8; 32];
        for (byte, pair) in bytes.iter_mut().zip(digits.chunks_exact(2)) {
            for digit in pair {
                *byte = (*byte << 4) | u8::try_from(char::from(*digit).to_digit(16)?).ok()?;
            }
        }
        Some(Self(bytes))
    }

    /// The 32 bytes, for a BLOB column.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl From<[u8; 32]> for Chain {
    fn from(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }
}

impl std::fmt::Debug for Chain {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.hex())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn edit(at: u32, deleted: u32, inserted: &str) -> Edit {
        Edit { at, deleted, inserted: inserted.to_owned() }
    }

    #[test]
    fn the_chain_is_what_pythons_hashlib_makes_of_it() {
        let start = Chain::start("Grüße 😀");
        assert_eq!(start.hex(), "3436cf1c2f912923eb6c58432bc973f1e3bf57852f000822b53954e45e6c5be4");
        let next = start.next(&[edit(6, 2, "an alle"), edit(0, 0, "…")]);
        assert_eq!(next.hex(), "463a3d2c6e886f4c327e60d6c432a29c348b851a88dd10b77f6bfdc70d70946a");
    }

    #[test]
    fn hexadecimal_survives_the_round_trip_and_nothing_else_is_taken() {
        let chain = Chain::start("");
        assert_eq!(Chain::parse(&chain.hex()), Some(chain));
        assert_eq!(Chain::parse(&chain.hex().to_uppercase()), Some(chain));
        for wrong in ["", "00", &"g".repeat(64), &"+1".repeat(32), &"ü".repeat(32), &"0".repeat(65)] {
            assert_eq!(Chain::parse(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn another_division_of_the_same_bytes_gives_another_hash() {
        let start = Chain::start("ab");
        let joined = start.next(&[edit(0, 0, "x"), edit(1, 0, "y")]);
        assert_ne!(joined, start.next(&[edit(0, 0, "x")]).next(&[edit(1, 0, "y")]));
        assert_ne!(joined, start.next(&[edit(0, 0, "xy")]));
    }
}
