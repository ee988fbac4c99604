//! What becomes of batches that were kept for a writer after its session had ended, once the user is signed in again.
//!
//! The writer may be gone, or it may come back and send the same batches itself; so they are appended under its own
//! numbers, in the batches it sent, and in the very form that its own merging of a `409` gives them. Three things are
//! told apart: what has to be appended, what the draft has already, and what cannot be merged and must be kept aside.

use std::cmp::Reverse;
use std::collections::BTreeSet;

use super::merge::{Accepted, Merged, merge};
use crate::edit::{Edit, Op};

/// One batch in escrow, as the writer sent it. Batches on the same `base_head` were made on top of each other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    /// The head that the first of the writer's batches on it was made on.
    pub base_head: u64,
    /// The number of the first edit.
    pub seq: u64,
    /// The edits, in order.
    pub edits: Vec<Edit>,
}

impl Kept {
    /// The number of the last edit.
    #[must_use]
    pub fn last_seq(&self) -> u64 {
        self.seq.saturating_add(self.edits.len() as u64).saturating_sub(1)
    }
}

/// One batch that the draft has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Logged {
    /// The head that it made.
    pub head: u64,
    /// It is of the writer whose batches are in escrow.
    pub own: bool,
    /// The number of its first edit.
    pub seq: u64,
    /// Its edits.
    pub edits: Vec<Edit>,
}

/// What is to be done with a writer's batches.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Settled {
    /// To be appended at the head, each on the one before it: the number of the first edit, and the edits.
    pub append: Vec<(u64, Vec<Edit>)>,
    /// What cannot be merged, as places in the given list: edits that the draft has in another form, numbers with a gap
    /// before them, a base that the draft never had.
    pub aside: Vec<usize>,
}

/// Decides about all of one writer's batches in one draft. `log` is what the draft has accepted since the least of their
/// bases, in order; `head` is the draft's head, and `acked` the number of the writer's last accepted edit.
///
/// A writer's base only ever moves on, so of two forms of the same numbers the one on the higher base counts.
#[must_use]
pub fn settle(kept: &[Kept], mut log: Vec<Logged>, head: u64, mut acked: u64) -> Settled {
    let mut settled = Settled::default();
    let bases: BTreeSet<u64> = kept.iter().map(|batch| batch.base_head).collect();
    for base_head in bases.into_iter().rev() {
        let mut here: Vec<(usize, &Kept)> = (0..).zip(kept).filter(|(_, batch)| batch.base_head == base_head).collect();
        here.sort_by_key(|(_, batch)| (batch.seq, Reverse(batch.edits.len())));
        // Anything else is a late copy of what was accepted meanwhile, perhaps in another form.
        let missing =
            |acked: u64| here.iter().filter(move |(_, batch)| acked < batch.last_seq()).map(|(place, _)| *place);
        if missing(acked).next().is_none() {
            continue;
        }
        let (stack, apart) = Stack::of(&here);
        let since = log.iter().filter(|batch| base_head < batch.head);
        match stack.rebased(since) {
            Some(rebased) if base_head <= head && (rebased.edits.is_empty() || rebased.seq == acked + 1) => {
                for (seq, edits) in rebased.batches() {
                    acked = seq + edits.len() as u64 - 1;
                    let top = log.last().map_or(head, |last| last.head.max(head));
                    log.push(Logged { head: top + 1, own: true, seq, edits: edits.clone() });
                    settled.append.push((seq, edits));
                }
                settled.aside.extend(apart);
            }
            _ => settled.aside.extend(missing(acked)),
        }
    }
    settled
}

/// A writer's edits on one base, without a gap, and where the batches end that they were sent in.
struct Stack {
    /// The number of the first edit.
    seq: u64,
    edits: Vec<Edit>,
    ends: Vec<usize>,
}

impl Stack {
    /// Puts batches together that are in the order of their numbers. Copies and overlaps count once; the places of those
    /// come back that have a gap before them, or the same numbers in another form.
    fn of(batches: &[(usize, &Kept)]) -> (Self, Vec<usize>) {
        let seq = batches.first().map_or(1, |(_, first)| first.seq);
        let mut stack = Self { seq, edits: Vec::new(), ends: Vec::new() };
        let mut apart = Vec::new();
        for (place, batch) in batches {
            let begins = usize::try_from(batch.seq - seq).unwrap_or(usize::MAX);
            let Some(known) =
                stack.edits.get(begins..).filter(|known| known.iter().zip(&batch.edits).all(|(a, b)| a == b))
            else {
                apart.push(*place);
                continue;
            };
            if let Some(more) = batch.edits.get(known.len()..).filter(|more| !more.is_empty()) {
                stack.edits.extend_from_slice(more);
                stack.ends.push(stack.edits.len());
            }
        }
        (stack, apart)
    }

    /// What is left of the stack once the draft has `since`; `None` where the draft has it in another form.
    fn rebased<'a>(self, since: impl Iterator<Item = &'a Logged> + Clone) -> Option<Self> {
        let mut next = self.seq;
        for batch in since.clone().filter(|batch| batch.own) {
            if batch.seq != next {
                return None;
            }
            next += batch.edits.len() as u64;
        }
        let mut ops: Vec<Op> = self.edits.into_iter().map(Op::from).collect();
        let accepted = since.map(|batch| Accepted { own: batch.own, edits: &batch.edits });
        let Merged { own, incoming: _ } = merge(&mut ops, accepted).ok()?;
        let ends = self.ends.into_iter().filter_map(|end| end.checked_sub(own)).filter(|end| 0 < *end);
        let edits = ops.iter().map(Op::collapse).collect();
        Some(Self { seq: self.seq + own as u64, edits, ends: ends.collect() })
    }

    /// The batches, each with the number of its first edit.
    fn batches(self) -> impl Iterator<Item = (u64, Vec<Edit>)> {
        let (mut begin, mut rest) = (0, self.edits.into_iter());
        self.ends.into_iter().map(move |end| {
            let batch = (self.seq + begin as u64, rest.by_ref().take(end - begin).collect());
            begin = end;
            batch
        })
    }
}

#[cfg(test)]
mod properties;

#[cfg(test)]
mod tests {
    use super::*;

    fn insert(at: u32, text: &str) -> Edit {
        Edit { at, deleted: 0, inserted: text.to_owned() }
    }

    fn kept(base_head: u64, seq: u64, texts: &[&str]) -> Kept {
        Kept { base_head, seq, edits: texts.iter().map(|text| insert(0, text)).collect() }
    }

    fn logged(head: u64, own: bool, seq: u64, edits: Vec<Edit>) -> Logged {
        Logged { head, own, seq, edits }
    }

    // E10
    #[test]
    fn batches_keep_their_numbers_and_their_ends_and_go_over_what_others_wrote() {
        let log = vec![logged(6, false, 1, vec![insert(0, "there")])];
        let batches = [kept(5, 3, &["c"]), kept(5, 1, &["a", "b"])];
        let settled = settle(&batches, log, 6, 0);
        assert_eq!(settled.aside, Vec::<usize>::new());
        assert_eq!(settled.append, [(1, vec![insert(5, "a"), insert(5, "b")]), (3, vec![insert(5, "c")])]);
    }

    #[test]
    fn what_the_draft_has_already_is_not_appended_again_however_it_was_divided() {
        let own = logged(6, true, 1, vec![insert(0, "a"), insert(0, "b")]);
        for batches in [
            vec![kept(5, 1, &["a"]), kept(5, 2, &["b", "c"])],
            vec![kept(5, 1, &["a", "b", "c"]), kept(5, 1, &["a", "b", "c"]), kept(5, 2, &["b"])],
        ] {
            let settled = settle(&batches, vec![own.clone()], 6, 2);
            assert_eq!(settled, Settled { append: vec![(3, vec![insert(0, "c")])], aside: vec![] });
        }
        let settled = settle(&[kept(5, 1, &["a"])], vec![own], 6, 2);
        assert_eq!(settled, Settled::default());
    }

    #[test]
    fn of_two_forms_of_the_same_numbers_the_one_on_the_higher_base_counts() {
        let log = vec![logged(6, false, 1, vec![insert(0, "there")])];
        let newer = Kept { base_head: 6, seq: 1, edits: vec![insert(5, "a"), insert(6, "b")] };
        let settled = settle(&[kept(5, 1, &["a"]), newer.clone()], log, 6, 0);
        assert_eq!(settled, Settled { append: vec![(1, newer.edits)], aside: vec![] });
    }

    #[test]
    fn what_is_beyond_the_higher_base_is_taken_from_the_lower_one() {
        let settled = settle(
            &[kept(5, 1, &["a"]), kept(5, 2, &["b"]), kept(6, 2, &["b"])],
            vec![logged(6, true, 1, vec![insert(0, "a")])],
            6,
            1,
        );
        assert_eq!(settled, Settled { append: vec![(2, vec![insert(0, "b")])], aside: vec![] });
        let batches = [kept(5, 1, &["a"]), kept(5, 2, &["b"]), kept(5, 3, &["c"]), kept(6, 2, &["b"])];
        let settled = settle(&batches, vec![logged(6, true, 1, vec![insert(0, "a")])], 6, 1);
        let append = vec![(2, vec![insert(0, "b")]), (3, vec![insert(0, "c")])];
        assert_eq!(settled, Settled { append, aside: vec![] });
    }

    #[test]
    fn other_forms_gaps_and_unknown_bases_are_kept_aside() {
        let own = logged(6, true, 1, vec![insert(0, "x")]);
        let differs = settle(&[kept(5, 1, &["a"]), kept(5, 2, &["b"])], vec![own], 6, 1);
        assert_eq!(differs, Settled { append: vec![], aside: vec![1] });
        let gap = settle(&[kept(5, 1, &["a"]), kept(5, 3, &["c"])], vec![], 5, 0);
        assert_eq!(gap, Settled { append: vec![(1, vec![insert(0, "a")])], aside: vec![1] });
        let gap_before = settle(&[kept(5, 2, &["b"])], vec![], 5, 0);
        assert_eq!(gap_before, Settled { append: vec![], aside: vec![0] });
        let ahead = settle(&[kept(9, 1, &["a"])], vec![], 5, 0);
        assert_eq!(ahead, Settled { append: vec![], aside: vec![0] });
        let forked = settle(&[kept(5, 1, &["a"]), kept(5, 1, &["b", "c"])], vec![], 5, 0);
        assert_eq!(forked.aside, [0]);
    }
}
