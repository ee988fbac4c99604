//! The form in which edits are rebased: a splice whose deletion may have *holes*.
//!
//! A splice that deletes a paragraph and meets a concurrent insertion in its middle has to delete on both sides of it
//! and keep it. As a single splice that would be "delete everything, insert the kept text again", and a later edit *of
//! the kept text* would then be lost or doubled. So the hole is remembered for as long as the edit is rebased, and
//! spelled out when the edit is sent: as several splices ([`Op::expand`]), or where it has to stay one, as that one
//! ([`Op::collapse`]).

use super::{Edit, byte_offset, utf16_len};

/// Inserts at `at`, then deletes what follows, keeping each hole's text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Op {
    pub(crate) at: u32,
    pub(crate) deleted: u32,
    /// Never changed by rebasing: every character is inserted exactly once.
    pub(crate) inserted: String,
    pub(crate) inserted_len: u32,
    /// Nearly always empty.
    holes: Vec<Hole>,
}

/// Text that is kept within a deletion, and how many units are deleted after it. Neither is ever empty.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Hole {
    kept: String,
    kept_len: u32,
    deleted: u32,
}

impl From<Edit> for Op {
    fn from(edit: Edit) -> Self {
        let inserted_len = edit.inserted_len();
        Self { at: edit.at, deleted: edit.deleted, inserted: edit.inserted, inserted_len, holes: Vec::new() }
    }
}

impl Op {
    /// The end of what the op touches in the text it applies to.
    fn end(&self) -> u32 {
        let start = self.at.saturating_add(self.deleted);
        self.holes.iter().fold(start, |end, hole| end.saturating_add(hole.kept_len).saturating_add(hole.deleted))
    }

    /// Whether it takes several splices to do this without touching what is kept.
    pub(crate) fn has_holes(&self) -> bool {
        !self.holes.is_empty()
    }

    /// All text that [`Self::collapse`] inserts.
    pub(crate) fn carried(&self) -> impl Iterator<Item = &str> {
        std::iter::once(self.inserted.as_str()).chain(self.holes.iter().map(|hole| hole.kept.as_str()))
    }

    /// The same change as one splice: what lies in holes is deleted and inserted again.
    pub(crate) fn collapse(&self) -> Edit {
        Edit { at: self.at, deleted: self.end().saturating_sub(self.at), inserted: self.carried().collect() }
    }

    /// The same change as several splices in order, none of which touches what is kept.
    pub(crate) fn expand(self, edits: &mut Vec<Edit>) {
        let mut at = self.at.saturating_add(self.inserted_len);
        let first = Edit { at: self.at, deleted: self.deleted, inserted: self.inserted };
        if !first.is_noop() {
            edits.push(first);
        }
        for hole in self.holes {
            at = at.saturating_add(hole.kept_len);
            edits.push(Edit { at, deleted: hole.deleted, inserted: String::new() });
        }
    }

    /// Takes `next`, made on the text that `self` left, into `self` where both are one run of typing or of deleting;
    /// gives it back otherwise. Rebasing over the run gives what rebasing over its parts gives.
    pub(crate) fn absorb(&mut self, next: Self) -> Option<Self> {
        if !self.holes.is_empty() || !next.holes.is_empty() {
            return Some(next);
        }
        let inserted_end = self.at.saturating_add(self.inserted_len);
        if self.inserted_len == 0 && next.inserted_len == 0 {
            if next.at == self.at || next.at.saturating_add(next.deleted) == self.at {
                self.at = next.at;
                self.deleted = self.deleted.saturating_add(next.deleted);
                return None;
            }
        } else if 0 < self.inserted_len && self.at <= next.at && next.at.saturating_add(next.deleted) == inserted_end {
            self.inserted.truncate(byte_offset(&self.inserted, next.at - self.at));
            self.inserted.push_str(&next.inserted);
            self.inserted_len = (next.at - self.at).saturating_add(next.inserted_len);
            return None;
        }
        Some(next)
    }
}

/// Carries two concurrent ops past each other: both apply to the same text; afterwards `pending` applies to the text
/// with `accepted` in it and `accepted` to the text with `pending` in it, and both ways lead to the same text: what
/// either deleted is gone, what either inserted is there once.
///
/// Two insertions stand in the order of their positions; at the same position the op that reaches less far comes first
/// (so a bare insertion stands before a replacement), and of two that reach equally far the accepted one.
pub(crate) fn cross(accepted: &mut Op, pending: &mut Op) {
    let accepted_first = (accepted.at, accepted.end()) <= (pending.at, pending.end());
    if accepted.holes.is_empty() && pending.holes.is_empty() {
        if accepted_first {
            cross_splices(accepted, pending)
        } else {
            cross_splices(pending, accepted)
        }
        return;
    }
    let over_pending = follow(accepted, pending, accepted_first);
    *pending = follow(pending, accepted, !accepted_first);
    *accepted = over_pending;
}

/// [`cross`] for two ops without holes, of which `first` comes first.
fn cross_splices(first: &mut Op, second: &mut Op) {
    let first_end = first.at.saturating_add(first.deleted);
    if first_end <= second.at {
        second.at = (second.at - first.deleted).saturating_add(first.inserted_len);
        return;
    }
    // `second` begins within what `first` deletes. (At the same position it reaches at least as far.)
    let second_end = second.at.saturating_add(second.deleted);
    let before = second.at - first.at;
    if first_end <= second_end {
        first.deleted = before;
        second.deleted = second_end - first_end;
    } else {
        let after = first_end - second_end;
        first.deleted = before;
        if second.inserted_len == 0 {
            first.deleted += after;
        } else {
            first.holes.push(Hole { kept: second.inserted.clone(), kept_len: second.inserted_len, deleted: after });
        }
        second.deleted = 0;
    }
    second.at = first.at.saturating_add(first.inserted_len);
}

/// `op` as it applies once `other` is in the text: the general case.
fn follow(op: &Op, other: &Op, op_first: bool) -> Op {
    let gone = Deleted::of(other);
    let mut at = op.at - gone.within(0, op.at);
    if !op_first {
        at = at.saturating_add(other.inserted_len);
    }
    let mut result = Builder::new(at, op);
    // Where the other's insertion falls within the op, it is one more thing to keep.
    let mut foreign = (op_first && other.at < op.end()).then_some(other.at);
    let mut start = op.at;
    let segments = std::iter::once((None, op.deleted))
        .chain(op.holes.iter().flat_map(|hole| [(Some(hole.kept.as_str()), hole.kept_len), (None, hole.deleted)]));
    for (kept, len) in segments {
        let end = start.saturating_add(len);
        let cut = foreign.filter(|position| *position < end).map(|position| position.max(start));
        for (from, to, foreign_after) in match cut {
            Some(cut) => [(start, cut, true), (cut, end, false)],
            None => [(start, end, false), (end, end, false)],
        } {
            match kept {
                None => result.delete(to - from - gone.within(from, to)),
                Some(text) => gone.survivors(from, to, |a, b| {
                    let bytes = byte_offset(text, a - start)..byte_offset(text, b - start);
                    result.keep(text.get(bytes).unwrap_or_default());
                }),
            }
            if foreign_after {
                result.keep(&other.inserted);
                foreign = None;
            }
        }
        start = end;
    }
    result.finish()
}

/// The ranges that an op deletes, in order.
struct Deleted(Vec<(u32, u32)>);

impl Deleted {
    fn of(op: &Op) -> Self {
        let mut end = op.at.saturating_add(op.deleted);
        let mut ranges = vec![(op.at, end)];
        for hole in &op.holes {
            let start = end.saturating_add(hole.kept_len);
            end = start.saturating_add(hole.deleted);
            ranges.push((start, end));
        }
        Self(ranges)
    }

    /// How many units between `from` and `to` are deleted.
    fn within(&self, from: u32, to: u32) -> u32 {
        self.0.iter().map(|(start, end)| (*end).min(to).saturating_sub((*start).max(from))).sum()
    }

    /// Calls `each` with every stretch between `from` and `to` that is not deleted.
    fn survivors(&self, mut from: u32, to: u32, mut each: impl FnMut(u32, u32)) {
        for (start, end) in &self.0 {
            if from < *start && from < to {
                each(from, (*start).min(to));
            }
            from = from.max(*end);
        }
        if from < to {
            each(from, to);
        }
    }
}

/// Puts an op together from left to right.
struct Builder {
    op: Op,
    kept: String,
}

impl Builder {
    fn new(at: u32, like: &Op) -> Self {
        let (inserted, inserted_len) = (like.inserted.clone(), like.inserted_len);
        Self { op: Op { at, deleted: 0, inserted, inserted_len, holes: Vec::new() }, kept: String::new() }
    }

    fn keep(&mut self, text: &str) {
        self.kept.push_str(text);
    }

    fn delete(&mut self, units: u32) {
        if units == 0 {
            return;
        }
        if !self.kept.is_empty() {
            let kept = std::mem::take(&mut self.kept);
            let kept_len = utf16_len(&kept);
            if self.op.inserted.is_empty() && self.op.deleted == 0 && self.op.holes.is_empty() {
                self.op.at = self.op.at.saturating_add(kept_len);
                self.op.deleted = units;
            } else {
                self.op.holes.push(Hole { kept, kept_len, deleted: units });
            }
            return;
        }
        match self.op.holes.last_mut() {
            Some(hole) => hole.deleted = hole.deleted.saturating_add(units),
            None => self.op.deleted = self.op.deleted.saturating_add(units),
        }
    }

    /// Text kept after the last deletion is none of the op's business.
    fn finish(self) -> Op {
        self.op
    }
}
