//! Merging a `409`: everything pending is rebased over what the server accepted in the meantime.

use super::former::Rebased;
use super::merge::Accepted;
use super::{Alarm, Effect, Sync};
use crate::receipt::Chain;
use crate::wire::{Conflict, ConflictBatch};

impl Sync {
    pub(super) fn conflict(&mut self, conflict: &Conflict, now: u64, effects: &mut Vec<Effect>) {
        // A tab may send what its journal has not written down yet, and die: whoever goes on from the journal learns it here.
        let unheard_of = self.typed < conflict.acked_seq && !self.resumed;
        if conflict.head < self.head || conflict.acked_seq < self.acked || unheard_of {
            return self.refused(Alarm::ServerLostEdits, now, effects);
        }
        if conflict.head == self.head {
            // Nothing to rebase over: another attempt, but not at once and for ever.
            return self.hold(now, None);
        }
        if self.take_in(conflict, now, effects) {
            self.settled();
            self.send_merged(now);
        }
    }

    /// What the event stream did not tell has been asked for.
    pub(super) fn caught_up(&mut self, found: Option<&Conflict>, effects: &mut Vec<Effect>) {
        self.catching_up = false;
        let Some(found) = found else { return };
        // A batch has gone out meanwhile: its answer brings everything.
        if !self.batches.is_empty() || found.head < self.head {
            return;
        }
        self.heard_of = self.heard_of.min(found.head);
        // Every batch makes one head. What begins at another head than ours was asked for before ours moved on.
        if found.head - self.head == found.batches.len() as u64 && self.head < found.head {
            self.take_in(found, 0, effects);
        }
        self.catch_up(effects);
    }

    /// Rebases everything pending over what the server has; `false` where that cannot be.
    fn take_in(&mut self, conflict: &Conflict, now: u64, effects: &mut Vec<Effect>) -> bool {
        let Some(hash) = self.verified(conflict) else {
            self.refused(Alarm::HashMismatch, now, effects);
            return false;
        };
        let Ok(Rebased { merged, pending, former }) = self.rebased(|| self.accepted(conflict)) else {
            self.refused(Alarm::Diverged, now, effects);
            return false;
        };
        let covered = self.acked + merged.own as u64;
        let has_more = self.resumed && pending.is_empty() && covered < conflict.acked_seq;
        if conflict.acked_seq != covered && !has_more {
            self.refused(Alarm::ServerLostEdits, now, effects);
            return false;
        }
        self.acked = conflict.acked_seq;
        // What lay in escrow has been merged from there by now, or never will be.
        self.escrowed = self.acked;
        self.pending = pending;
        self.former = former;
        self.renumber();
        self.head = conflict.head;
        self.hash = hash;
        self.moved(merged.incoming, effects);
        true
    }

    /// The chain at the conflict's head, where its batches lead from ours to it.
    fn verified(&self, conflict: &Conflict) -> Option<Chain> {
        let mut hash = self.hash;
        let mut edits = conflict.edits.as_slice();
        for ConflictBatch { len, .. } in &conflict.batches {
            let (batch, rest) = edits.split_at_checked(*len)?;
            hash = hash.next(batch);
            edits = rest;
        }
        (edits.is_empty() && Chain::parse(&conflict.hash) == Some(hash)).then_some(hash)
    }

    /// The conflict's batches. Those of this machine's own writer came there from escrow, or from the journal by
    /// another tab.
    fn accepted<'a>(&self, conflict: &'a Conflict) -> impl Iterator<Item = Accepted<'a>> {
        let mut edits = conflict.edits.as_slice();
        conflict.batches.iter().map_while(move |batch| {
            let (accepted, rest) = edits.split_at_checked(batch.len)?;
            edits = rest;
            Some(Accepted { own: batch.writer == self.writer, edits: accepted })
        })
    }
}
