//! Whose, and which. Both are parsed once, at the edge; below it a string is never taken for an id.

use std::fmt;

use holdfast::entropy::Entropy;

/// The owner of a document: Cognito's `sub`. Comes from the session, never from a request.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Owner(String);

impl Owner {
    /// The owner with this `sub`.
    #[must_use]
    pub fn new(sub: &str) -> Self {
        Self(sub.to_owned())
    }

    /// The `sub`.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A document's id: 32 lower-case hexadecimal digits.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct DocumentId(String);

impl DocumentId {
    /// The id that `text` is; `None` where it is none.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let is_id = text.len() == 32 && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
        is_id.then(|| Self(text.to_owned()))
    }

    /// A new one.
    #[must_use]
    pub fn random(entropy: &dyn Entropy) -> Self {
        Self(entropy.id())
    }

    /// The digits.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for DocumentId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_thirty_two_lower_case_hexadecimal_digits_are_an_id() {
        assert!(DocumentId::parse("0123456789abcdef0123456789abcdef").is_some());
        for junk in ["", "0123456789ABCDEF0123456789ABCDEF", "0123456789abcdef0123456789abcde", "../../etc/passwd"] {
            assert_eq!(DocumentId::parse(junk), None, "{junk}");
        }
    }
}
