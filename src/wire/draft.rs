//! Reading a draft, saving edits, and the receipt that makes the word "Saved" true.

use serde::{Deserialize, Serialize};

use crate::edit::Edit;

/// The most that one `PATCH` may carry, in bytes of its body.
pub const MAX_BATCH_BYTES: usize = 1024 * 1024;

/// The most edits that one `PATCH` may carry: each costs the writer task more than its bytes do.
pub const MAX_BATCH_EDITS: usize = 10_000;

/// The most that one answer about missing edits carries, in bytes of its JSON, unless its first batch alone is larger.
pub const MAX_CONFLICT_BYTES: usize = 1024 * 1024;

/// The most that one document may hold, in bytes of UTF-8.
pub const MAX_DOCUMENT_BYTES: usize = 10 * 1024 * 1024;

/// `GET /api/documents/{id}/draft`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Draft {
    /// The draft's version number; also the `ETag`.
    pub head: u64,
    /// The text as it is now.
    pub text: String,
    /// The hash chain at `head`, lower-case hexadecimal (see [`crate::receipt`]).
    pub hash: String,
    /// SHA-256 of `text` in UTF-8, lower-case hexadecimal.
    pub text_sha256: String,
    /// The version on purpose that this draft is based on; 0 when there is none yet.
    pub base_version: u64,
}

/// `PATCH /api/documents/{id}/draft`: the edits with numbers `seq … seq + edits.len() - 1` of one writer, to be applied
/// one after the other to the text at `base_head`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PatchDraft {
    /// The open editor's random id: 1 to 64 characters of `[A-Za-z0-9_-]`.
    pub writer: String,
    /// The head that the edits were made on.
    pub base_head: u64,
    /// The number of the first edit, counted by the writer from 1 without a gap.
    pub seq: u64,
    /// The edits, in order.
    pub edits: Vec<Edit>,
}

/// `PUT /api/documents/{id}/draft`: the whole text, with `If-Match: "<head>"`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PutDraft {
    /// The text that the draft shall have.
    pub text: String,
}

/// The server's word that a writer's edits up to `acked_seq` are on disk.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Receipt {
    /// The draft's version number with these edits in it.
    pub head: u64,
    /// The last of the writer's edits that is on disk.
    pub acked_seq: u64,
    /// The hash chain at `head`, lower-case hexadecimal.
    pub hash: String,
    /// When it was committed, milliseconds since the Unix epoch.
    pub saved_at: i64,
}

/// The `202` for a batch that arrived after its session's end: kept until the same user signs in again, and then saved.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Escrowed {
    /// The number of the batch's last edit.
    pub acked_seq: u64,
}

/// What a `409` carries beside the problem: what the draft accepted after the writer's base, up to `head`.
///
/// Where that is more than [`MAX_CONFLICT_BYTES`], it is the first part of it, and all members are as they were at the
/// end of that part: the writer asks for the edits since `head`, until there is no more ([`Conflict::append`]).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Conflict {
    /// The head that the edits lead to: the draft's, unless there is `more`.
    pub head: u64,
    /// The hash chain at `head`.
    pub hash: String,
    /// The last of this writer's own edits that the draft had at `head`.
    pub acked_seq: u64,
    /// The edits the writer lacks, in order, each on the text that the one before it left.
    pub edits: Vec<Edit>,
    /// How `edits` divides into accepted batches, in order; the hash chain is over these.
    pub batches: Vec<ConflictBatch>,
    /// The draft has moved on beyond `head`.
    #[serde(default)]
    pub more: bool,
    /// Both sides as versions, where they were so far apart that they have been kept.
    #[serde(default)]
    pub sides: Option<Sides>,
}

impl Conflict {
    /// Adds the next part. Put together, the parts are what one answer would have been at the moment of the last: a writer
    /// rebases over them at once, because an edit that is divided on the way has another form than what was merged for it.
    pub fn append(&mut self, next: Self) {
        let Self { head, hash, acked_seq, edits, batches, more, sides: _ } = next;
        (self.head, self.hash, self.acked_seq, self.more) = (head, hash, acked_seq, more);
        self.edits.extend(edits);
        self.batches.extend(batches);
    }
}

/// Two versions that one may want to compare.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sides {
    /// The text as the writer that is behind sees it.
    pub yours: u64,
    /// The draft's text.
    pub draft: u64,
}

/// One accepted batch within [`Conflict::edits`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConflictBatch {
    /// The head that this batch made.
    pub head: u64,
    /// Who wrote it.
    pub writer: String,
    /// How many of the edits are its.
    pub len: usize,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn part(heads: std::ops::Range<u64>, acked_seq: u64, more: bool) -> Conflict {
        let edit = |head| Edit { at: 0, deleted: 0, inserted: format!("{head}") };
        Conflict {
            head: heads.end - 1,
            hash: format!("hash of {}", heads.end - 1),
            acked_seq,
            edits: heads.clone().map(edit).collect(),
            batches: heads.map(|head| ConflictBatch { head, writer: "w".to_owned(), len: 1 }).collect(),
            more,
            sides: None,
        }
    }

    // E6
    #[test]
    fn parts_put_together_are_what_one_answer_would_have_been() {
        let mut told = part(1..4, 1, true);
        told.sides = Some(Sides { yours: 2, draft: 1 });
        told.append(part(4..5, 1, true));
        told.append(part(5..9, 3, false));
        assert_eq!(told, Conflict { sides: Some(Sides { yours: 2, draft: 1 }), ..part(1..9, 3, false) });
    }
}
