//! One splice of a text, and how splices are rebased over each other. All positions and lengths are UTF-16 code units,
//! the browser's own unit; no edit begins or ends within a surrogate pair.

mod apply;
mod between;
mod op;
mod position;
mod rebase;
#[cfg(test)]
mod tests;
#[cfg(test)]
pub(crate) mod traces;
mod undo;

use serde::{Deserialize, Serialize};

pub use apply::{EditError, apply_to};
pub use between::{splice_between, splice_between_str};
pub use position::{Bias, map_position, map_selection};
pub use rebase::rebase;
pub use undo::{Undo, Way};

pub(crate) use op::Op;
pub(crate) use rebase::rebase_ops;

/// One splice: at position `at`, delete `deleted` UTF-16 code units, then insert `inserted` there.
/// On the wire it is the array `[at, deleted, "inserted"]`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "(u32, u32, String)", into = "(u32, u32, String)")]
pub struct Edit {
    /// Position, in UTF-16 code units from the text's beginning.
    pub at: u32,
    /// How many UTF-16 code units go.
    pub deleted: u32,
    /// What comes in their place.
    pub inserted: String,
}

impl Edit {
    /// The length of `inserted` in UTF-16 code units.
    #[must_use]
    pub fn inserted_len(&self) -> u32 {
        utf16_len(&self.inserted)
    }

    /// Whether the edit changes nothing: what rebasing leaves of an edit that the other side has swallowed.
    #[must_use]
    pub fn is_noop(&self) -> bool {
        self.deleted == 0 && self.inserted.is_empty()
    }
}

impl From<(u32, u32, String)> for Edit {
    fn from((at, deleted, inserted): (u32, u32, String)) -> Self {
        Self { at, deleted, inserted }
    }
}

impl From<Edit> for (u32, u32, String) {
    fn from(edit: Edit) -> Self {
        (edit.at, edit.deleted, edit.inserted)
    }
}

/// The length of `text` in UTF-16 code units; texts are far below 4 GiB, and a longer one saturates.
pub(crate) fn utf16_len(text: &str) -> u32 {
    if text.is_ascii() {
        return u32::try_from(text.len()).unwrap_or(u32::MAX);
    }
    u32::try_from(text.chars().map(char::len_utf16).sum::<usize>()).unwrap_or(u32::MAX)
}

/// The byte offset of a UTF-16 position, clamped to the text's end; a position within a pair gives the pair's beginning.
pub(crate) fn byte_offset(text: &str, position: u32) -> usize {
    let mut left = position as usize;
    for (offset, character) in text.char_indices() {
        if left < character.len_utf16() {
            return offset;
        }
        left -= character.len_utf16();
    }
    text.len()
}
