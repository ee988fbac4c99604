//! Applying edits: the reference that everything faster is compared with.

use thiserror::Error;

use super::Edit;

/// Why an edit cannot be applied.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum EditError {
    /// The edit lies (partly) outside the text.
    #[error("an edit lies outside the text")]
    OutOfRange,
    /// The edit begins or ends within a surrogate pair.
    #[error("an edit splits a surrogate pair")]
    SplitsSurrogate,
}

/// Applies `edits` one after the other, each to the text that the one before it left.
///
/// Costs the text's length per edit: for tests and for small texts.
///
/// # Errors
/// Where an edit lies outside the text it meets, or splits a surrogate pair there.
pub fn apply_to(text: &str, edits: &[Edit]) -> Result<String, EditError> {
    let mut units: Vec<u16> = text.encode_utf16().collect();
    for edit in edits {
        let start = edit.at as usize;
        let end = start.checked_add(edit.deleted as usize).ok_or(EditError::OutOfRange)?;
        if units.len() < end {
            return Err(EditError::OutOfRange);
        }
        if splits_pair(&units, start) || splits_pair(&units, end) {
            return Err(EditError::SplitsSurrogate);
        }
        units.splice(start..end, edit.inserted.encode_utf16());
    }
    String::from_utf16(&units).map_err(|_| EditError::SplitsSurrogate)
}

/// Whether `at` lies between a high surrogate and the low one that belongs to it.
pub(super) fn splits_pair(units: &[u16], at: usize) -> bool {
    let before = at.checked_sub(1).and_then(|i| units.get(i));
    matches!((before, units.get(at)), (Some(0xD800..=0xDBFF), Some(0xDC00..=0xDFFF)))
}
