//! The pending edits in the form that they had before [`Sync::spell_out`] divided them.
//!
//! A copy of a batch may still be on its way, or lie in escrow, in the numbers that it was sent with: by this machine, or by
//! the tab whose journal it goes on from. Where such a copy is accepted, the server has those edits undivided. So both forms
//! are carried along until the server has taken either.

use super::Sync;
use super::merge::{Accepted, Differs, Merged, merge};
use super::pump::collapse;
use crate::edit::{Edit, Op, rebase_ops};

/// What the first of the pending edits were.
#[derive(Debug)]
pub(super) struct Former {
    ops: Vec<Op>,
    /// So many of the pending edits they are by now; those behind were never divided.
    are_now: usize,
}

impl Former {
    /// All that is pending, in the former numbers.
    fn whole(&self, pending: &[Op]) -> Vec<Op> {
        self.ops.iter().chain(pending.get(self.are_now..).unwrap_or_default()).cloned().collect()
    }

    pub(super) fn rebase(&mut self, accepted: &[Edit]) {
        rebase_ops(&mut self.ops, accepted);
    }

    /// The server has the first `count` of `pending` as they are now: `None` where that is another form of them, for no copy
    /// of the former one will be accepted any more.
    pub(super) fn after(mut self, count: usize, pending: &[Op]) -> Option<Self> {
        let taken = self.ops.get(..count)?;
        if pending.len() == count || self.are_now < count || collapse(taken) != collapse(pending.get(..count)?) {
            return None;
        }
        self.ops.drain(..count);
        self.are_now -= count;
        Some(self)
    }
}

/// What is pending once the server's batches are merged.
pub(super) struct Rebased {
    pub(super) merged: Merged,
    pub(super) pending: Vec<Op>,
    pub(super) former: Option<Former>,
}

impl Sync {
    /// Remembers `undivided`, which is about to become `are_now` edits.
    pub(super) fn remember(&mut self, undivided: &[Op], are_now: usize) {
        let ops = self.former.take().map_or_else(|| undivided.to_vec(), |former| former.whole(undivided));
        self.former = Some(Former { ops, are_now });
    }

    /// Rebases everything pending over `accepted`, in that form of the two in which the server has what it has of it.
    pub(super) fn rebased<'a, I>(&self, accepted: impl Fn() -> I) -> Result<Rebased, Differs>
    where
        I: Iterator<Item = Accepted<'a>>,
    {
        let over = |mut pending: Vec<Op>| merge(&mut pending, accepted()).map(|merged| (merged, pending));
        let former = self.former.as_ref().map(|former| over(former.whole(&self.pending)));
        match (over(self.pending.clone()), former) {
            (Ok((merged, pending)), Some(Ok((then, ops)))) if then.own == merged.own && !pending.is_empty() => {
                let former = Former { ops, are_now: pending.len() };
                Ok(Rebased { merged, pending, former: Some(former) })
            }
            (Ok((merged, pending)), _) | (Err(Differs), Some(Ok((merged, pending)))) => {
                Ok(Rebased { merged, pending, former: None })
            }
            (Err(Differs), _) => Err(Differs),
        }
    }
}
