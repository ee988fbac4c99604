//! Where a caret or a selection goes when somebody else's edit is applied.

use super::Edit;

/// On which side of text inserted exactly at a position the position stays.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bias {
    /// Before it.
    Before,
    /// After it.
    After,
}

/// Where `position` (UTF-16 code units) lies once `edit` is applied. A position within deleted text goes to the edge
/// that `bias` names of what came in its place.
#[must_use]
pub fn map_position(position: u32, edit: &Edit, bias: Bias) -> u32 {
    let end = edit.at.saturating_add(edit.deleted);
    if position < edit.at {
        return position;
    }
    if end < position {
        return (position - edit.deleted).saturating_add(edit.inserted_len());
    }
    let stays = if edit.deleted == 0 || (edit.at < position && position < end) {
        bias == Bias::Before
    } else {
        position == edit.at
    };
    if stays { edit.at } else { edit.at.saturating_add(edit.inserted_len()) }
}

/// Where a selection `(start, end)` lies once `edit` is applied. A selection goes on covering the text it covered and
/// takes in nothing at its edges; a bare caret stays before what is inserted at it, so that the word being typed stays
/// in one piece.
#[must_use]
pub fn map_selection(selection: (u32, u32), edit: &Edit) -> (u32, u32) {
    let (start, end) = selection;
    if start == end {
        let caret = map_position(start, edit, Bias::Before);
        return (caret, caret);
    }
    let start = map_position(start, edit, Bias::After);
    (start, map_position(end, edit, Bias::Before).max(start))
}
