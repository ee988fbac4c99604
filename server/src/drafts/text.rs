//! A text that is edited by UTF-16 positions in logarithmic time: what keeps the cost of a save with the edit. The rope
//! is shared structure, so a clone costs nothing and an edit that turns out to be malformed leaves no trace.

use holdfast::edit::{Edit, EditError};
use ropey::Rope;

/// A document's text on the server.
#[derive(Debug, Clone, Default)]
pub(crate) struct Text(Rope);

impl From<&str> for Text {
    fn from(text: &str) -> Self {
        Self(Rope::from_str(text))
    }
}

impl std::fmt::Display for Text {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.chunks().try_for_each(|chunk| f.write_str(chunk))
    }
}

impl Text {
    /// Length in UTF-16 code units.
    pub(crate) fn length(&self) -> usize {
        self.0.len_utf16_cu()
    }

    /// Size in bytes of UTF-8.
    pub(crate) fn bytes(&self) -> usize {
        self.0.len_bytes()
    }

    /// Applies `edits` one after the other.
    ///
    /// # Errors
    /// [`EditError`] at the first edit that does not fit; the text is then half edited, so work on a clone.
    pub(crate) fn apply(&mut self, edits: &[Edit]) -> Result<(), EditError> {
        edits.iter().try_for_each(|edit| self.splice(edit))
    }

    fn splice(&mut self, edit: &Edit) -> Result<(), EditError> {
        let start = self.char_at(edit.at as usize)?;
        let end = self.char_at(edit.at as usize + edit.deleted as usize)?;
        if start < end {
            self.0.remove(start..end);
        }
        if !edit.inserted.is_empty() {
            self.0.insert(start, &edit.inserted);
        }
        Ok(())
    }

    /// The character that begins at a UTF-16 position (or the end).
    fn char_at(&self, position: usize) -> Result<usize, EditError> {
        if self.length() < position {
            return Err(EditError::OutOfRange);
        }
        let character = self.0.utf16_cu_to_char(position);
        if self.0.char_to_utf16_cu(character) == position { Ok(character) } else { Err(EditError::SplitsSurrogate) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn edit(at: u32, deleted: u32, inserted: &str) -> Edit {
        Edit { at, deleted, inserted: inserted.to_owned() }
    }

    #[test]
    fn positions_are_utf16_and_a_surrogate_pair_is_never_split() {
        let mut text = Text::from("a😀b");
        assert_eq!(text.length(), 4);
        text.apply(&[edit(3, 1, "c"), edit(1, 2, "ü")]).expect("both fit");
        assert_eq!(text.to_string(), "aüc");
        let text = Text::from("a😀b");
        assert_eq!(text.clone().apply(&[edit(2, 0, "x")]), Err(EditError::SplitsSurrogate));
        assert_eq!(text.clone().apply(&[edit(1, 1, "")]), Err(EditError::SplitsSurrogate));
    }

    #[test]
    fn a_position_past_the_end_is_refused_at_the_very_next_unit() {
        let text = Text::from("ab");
        assert_eq!(text.clone().apply(&[edit(2, 0, "c")]), Ok(()));
        assert_eq!(text.clone().apply(&[edit(3, 0, "c")]), Err(EditError::OutOfRange));
        assert_eq!(text.clone().apply(&[edit(1, 2, "")]), Err(EditError::OutOfRange));
        assert_eq!(text.clone().apply(&[edit(u32::MAX, u32::MAX, "")]), Err(EditError::OutOfRange));
    }
}
