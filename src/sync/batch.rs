//! How much goes into one request, counted in bytes of its JSON.

use crate::edit::{Edit, Op};
use crate::wire::{MAX_BATCH_BYTES, MAX_BATCH_EDITS};

/// The most that the edits of one batch may take; the rest of [`MAX_BATCH_BYTES`] is for the envelope.
const MAX_EDITS_JSON: usize = MAX_BATCH_BYTES - 8 * 1024;

/// The most that one edit's `inserted` may take. The distance to [`MAX_EDITS_JSON`] leaves room for text of others that
/// a rebased edit has to carry.
const MAX_INSERTED_JSON: usize = 900 * 1024;

/// `[4294967295,4294967295,""],`
const EDIT_OVERHEAD: usize = 28;

/// The bytes that `character` takes within a JSON string (RFC 8259, section 7: only what must be escaped is).
fn json_len(character: char) -> usize {
    match character {
        '"' | '\\' | '\n' | '\r' | '\t' | '\u{8}' | '\u{c}' => 2,
        '\0'..='\u{1f}' => 6,
        _ => character.len_utf8(),
    }
}

fn json_len_of(text: &str) -> usize {
    text.chars().map(json_len).sum()
}

/// `edit` in pieces that each fit into a request: nearly always itself. The first piece deletes, the others insert
/// where the one before them ended, so that each is an edit with a number of its own.
pub(super) fn pieces(edit: Edit) -> Vec<Edit> {
    // No character takes more than six bytes of JSON per byte of its own.
    if edit.inserted.len() <= MAX_INSERTED_JSON / 6 {
        return vec![edit];
    }
    let mut pieces = Vec::new();
    let Edit { mut at, mut deleted, inserted } = edit;
    let mut rest = inserted.as_str();
    while !rest.is_empty() {
        let mut room = MAX_INSERTED_JSON;
        let fits = rest.char_indices().find(|(_, character)| {
            let left = room.checked_sub(json_len(*character));
            room = left.unwrap_or_default();
            left.is_none()
        });
        let (piece, after) = rest.split_at(fits.map_or(rest.len(), |(offset, _)| offset));
        let piece = Edit { at, deleted, inserted: piece.to_owned() };
        at = at.saturating_add(piece.inserted_len());
        deleted = 0;
        pieces.push(piece);
        rest = after;
    }
    pieces
}

/// How many of the first `ops` fit into one request; at least one.
pub(super) fn fitting(ops: &[Op]) -> usize {
    let mut room = MAX_EDITS_JSON;
    let fits = ops.iter().take(MAX_BATCH_EDITS).take_while(|op| {
        let left = room.checked_sub(EDIT_OVERHEAD + op.carried().map(json_len_of).sum::<usize>());
        room = left.unwrap_or_default();
        left.is_some()
    });
    fits.count().max(1).min(ops.len())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::edit::apply_to;
    use crate::wire::PatchDraft;

    fn typed(at: u32, deleted: u32, inserted: String) -> Edit {
        Edit { at, deleted, inserted }
    }

    #[test]
    fn the_estimate_is_never_below_the_json_that_serde_writes() {
        let all: String = ('\0'..='\u{2ff}').chain("😀\u{2028}\u{7f}".chars()).collect();
        let edit = typed(u32::MAX, u32::MAX, all);
        let json = serde_json::to_string(&edit).expect("serializable");
        assert!(json.len() < EDIT_OVERHEAD + json_len_of(&edit.inserted));
        assert_eq!(json.len() - r#"[4294967295,4294967295,""]"#.len(), json_len_of(&edit.inserted));
    }

    #[test]
    fn a_paste_of_nine_hundred_kib_is_one_edit_and_a_larger_one_several_that_do_the_same() {
        assert_eq!(pieces(typed(0, 0, "a".repeat(MAX_INSERTED_JSON))).len(), 1);
        for unit in ["a", "😀", "\u{1}", "\"é"] {
            let edit = typed(1, 2, unit.repeat(2_000_000 / unit.len()));
            let several = pieces(edit.clone());
            assert!(2 <= several.len(), "{unit}");
            assert_eq!(apply_to("abcd", &several), apply_to("abcd", &[edit]));
        }
    }

    #[test]
    fn a_batch_never_has_more_edits_than_the_server_takes() {
        let ops = vec![Op::from(typed(0, 0, "a".to_owned())); MAX_BATCH_EDITS + 1];
        assert_eq!(fitting(&ops), MAX_BATCH_EDITS);
        assert_eq!(fitting(&ops[2..]), MAX_BATCH_EDITS - 1);
    }

    #[test]
    fn a_batch_stays_below_the_limit_of_a_request() {
        let ops: Vec<Op> = (0..40).map(|_| Op::from(typed(7, 0, "\u{1}😀\"".repeat(9_000)))).collect();
        let mut sent = 0;
        while sent < ops.len() {
            let len = fitting(&ops[sent..]);
            let edits = ops[sent..sent + len].iter().map(Op::collapse).collect();
            let batch = PatchDraft { writer: "w".repeat(64), base_head: u64::MAX, seq: u64::MAX, edits };
            assert!(serde_json::to_string(&batch).expect("serializable").len() <= MAX_BATCH_BYTES);
            sent += len;
        }
    }
}
