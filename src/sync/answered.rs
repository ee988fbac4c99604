//! What the machine makes of the server's answers.

use super::machine::Trouble;
use super::pump::collapse;
use super::{Alarm, Answer, Effect, Session, Sync};
use crate::receipt::Chain;
use crate::wire::{Code, EndReason, Receipt};

impl Sync {
    pub(super) fn answered(&mut self, answer: Answer, now: u64, effects: &mut Vec<Effect>) {
        if !self.in_flight {
            return;
        }
        self.in_flight = false;
        self.unreachable = answer == Answer::Failed;
        match answer {
            Answer::Receipt(receipt) => self.receipt(&receipt, now, effects),
            Answer::Escrowed { acked_seq } => self.escrowed(acked_seq, now, effects),
            Answer::Conflict(conflict) => self.conflict(&conflict, now, effects),
            // A session that began while this answer was under way is not the one that it speaks of.
            Answer::SessionEnded(_) | Answer::OtherUser | Answer::NotFound if self.revived => {}
            Answer::SessionEnded(reason) => {
                self.session_ended(reason);
                self.escrow_open = false;
            }
            Answer::OtherUser => {
                self.session = Session::OtherUser;
                effects.push(Effect::AskSession);
            }
            Answer::NotFound if self.missing => self.refused(Alarm::Rejected(Code::NotFound), now, effects),
            Answer::NotFound => {
                self.missing = true;
                self.session = Session::Unknown;
                self.hold(now, None);
                effects.push(Effect::AskSession);
            }
            Answer::CannotSave { ms } => {
                self.outcome_unknown = true;
                self.trouble = Some(Trouble::Disk);
                self.alarm(Alarm::Rejected(Code::CannotSave), effects);
                let wait = ms.unwrap_or_else(|| self.backoff.next_disk_ms());
                self.hold(now, Some(wait));
            }
            Answer::Rejected(code) => {
                self.may_regroup();
                let lost = matches!(code, Code::HeadUnknown | Code::SeqGap);
                self.refused(if lost { Alarm::ServerLostEdits } else { Alarm::Rejected(code) }, now, effects);
            }
            Answer::RetryAfter { ms } => {
                self.outcome_unknown = true;
                let wait = ms.unwrap_or_else(|| self.backoff.next_asked_ms());
                self.hold(now, Some(wait));
            }
            Answer::Failed => {
                self.outcome_unknown = true;
                self.hold(now, None);
            }
        }
        if std::mem::take(&mut self.revived) {
            self.current = 0;
            self.urgent = true;
        }
    }

    fn receipt(&mut self, receipt: &Receipt, now: u64, effects: &mut Vec<Effect>) {
        let mut hash = self.hash;
        let mut covered = 0;
        for len in self.batches.iter().take(self.current + 1) {
            hash = hash.next(&collapse(self.pending.get(covered..covered + len).unwrap_or_default()));
            covered += len;
        }
        if receipt.acked_seq < self.acked + covered as u64
            || self.typed < receipt.acked_seq
            || receipt.head <= self.head
        {
            return self.refused(Alarm::ServerLostEdits, now, effects);
        }
        if Chain::parse(&receipt.hash) != Some(hash) {
            return self.refused(Alarm::HashMismatch, now, effects);
        }
        self.head = receipt.head;
        self.hash = hash;
        self.saved_at = Some(receipt.saved_at);
        self.batches.drain(..(self.current + 1).min(self.batches.len()));
        self.ack(covered);
        effects.push(self.journal_as_it_is());
        self.settled();
        self.merging = false;
        // A receipt is given to nobody but the owner. After an end that was learnt meanwhile it says nothing new.
        if self.session == Session::Unknown || self.escrow_open {
            self.session = Session::Live;
            self.escrow_open = false;
        }
        for remote in std::mem::take(&mut self.remote) {
            self.remote(remote, effects);
        }
        self.catch_up(effects);
    }

    /// The first `count` pending edits are on the server's disk.
    pub(super) fn ack(&mut self, count: usize) {
        self.former = self.former.take().and_then(|former| former.after(count, &self.pending));
        for op in self.pending.drain(..count.min(self.pending.len())) {
            self.unsaved = self.unsaved.saturating_sub(op.inserted.chars().count() as u64);
            self.acked += 1;
        }
        self.escrowed = self.escrowed.max(self.acked);
    }

    /// A definite answer: nothing is in doubt any more.
    pub(super) fn settled(&mut self) {
        self.current = 0;
        self.outcome_unknown = false;
        self.trouble = None;
        self.alarmed = None;
        self.missing = false;
        self.hold_until = 0;
        self.hold_is_servers = false;
        self.backoff.reset();
    }

    /// Edits that were rebased are sent at once.
    pub(super) fn send_merged(&mut self, now: u64) {
        self.batches.clear();
        self.merging = !self.pending.is_empty();
        self.first_unsent_at = self.merging.then_some(now);
        self.urgent = true;
    }

    fn escrowed(&mut self, acked_seq: u64, now: u64, effects: &mut Vec<Effect>) {
        let sent: usize = self.batches.iter().take(self.current + 1).sum();
        let last = self.acked + sent as u64;
        if acked_seq < last {
            return self.refused(Alarm::ServerLostEdits, now, effects);
        }
        self.settled_in_escrow(last);
        if self.session == Session::Live && !self.revived {
            self.session = Session::Ended(EndReason::Expired);
        }
        self.escrow_open = self.session != Session::Live;
    }

    fn settled_in_escrow(&mut self, last: u64) {
        let current = self.current + 1;
        self.settled();
        self.current = current;
        self.escrowed = last;
    }

    /// The current batch was refused for what is in it: its edits may be sent together with newer ones, which may mend
    /// it (a text that was too large is not any more). Otherwise a batch is only ever sent again as it was, because a
    /// copy of it may still be on its way, or lie in escrow and be merged from there.
    fn may_regroup(&mut self) {
        let before: usize = self.batches.iter().take(self.current).sum();
        let is_in_escrow = self.acked + (before as u64) < self.escrowed;
        if !self.outcome_unknown && !is_in_escrow && self.current + 1 == self.batches.len() {
            self.batches.pop_back();
            self.first_unsent_at.get_or_insert(self.last_typed_at);
        }
    }
}
