//! What the machine sends, and when.

use super::machine::Trouble;
use super::{Alarm, Effect, Session, Sync, batch};
use crate::edit::{Edit, Op};
use crate::wire::PatchDraft;

/// Quiet for this long, and what was typed is sent.
const DEBOUNCE_MS: u64 = 400;

/// Nothing typed waits longer than this, however constant the typing.
const MAX_WAIT_MS: u64 = 2_000;

/// While no answer comes, the writer's doings lead to an attempt no more often than this.
const ATTEMPT_MS: u64 = 1_000;

/// A batch that was refused is not tried again sooner.
const REFUSED_MS: u64 = 30_000;

impl Sync {
    /// Something is wrong for good: said aloud, and tried again rarely.
    pub(super) fn refused(&mut self, alarm: Alarm, now: u64, effects: &mut Vec<Effect>) {
        self.trouble = Some(Trouble::Refused { changed: false });
        self.hold(now, Some(REFUSED_MS));
        self.alarm(alarm, effects);
    }

    pub(super) fn alarm(&mut self, alarm: Alarm, effects: &mut Vec<Effect>) {
        if self.alarmed != Some(alarm) {
            self.alarmed = Some(alarm);
            effects.push(Effect::Alarm(alarm));
        }
    }

    /// Waits: as long as the server said, else by the back-off.
    pub(super) fn hold(&mut self, now: u64, servers_ms: Option<u64>) {
        self.hold_is_servers = servers_ms.is_some();
        let wait = servers_ms.unwrap_or_else(|| self.backoff.next_ms());
        self.hold_until = now.saturating_add(wait);
        self.held_at = now;
    }

    /// The writer is there: a wait that is nobody's wish ends now, but the attempts stay `ATTEMPT_MS` apart.
    pub(super) fn retry_soon(&mut self, now: u64) {
        if !self.hold_is_servers {
            self.hold_until = self.hold_until.min(now.max(self.held_at.saturating_add(ATTEMPT_MS)));
        }
    }

    pub(super) fn retry_early(&mut self, now: u64) {
        if !self.hold_is_servers {
            self.hold_until = now;
            self.backoff.reset();
        }
    }

    /// What was refused may be taken now.
    pub(super) fn retry_refused(&mut self, now: u64) {
        if matches!(self.trouble, Some(Trouble::Refused { .. })) {
            self.hold_is_servers = false;
            self.retry_early(now);
            self.changed();
        }
    }

    pub(super) fn changed(&mut self) {
        if let Some(Trouble::Refused { changed }) = &mut self.trouble {
            *changed = true;
        }
    }

    /// Sends what is due, or asks to be woken when it will be.
    pub(super) fn pump(&mut self, now: u64, effects: &mut Vec<Effect>) {
        let Some(due) = self.due() else { return };
        if now < due {
            if self.wake_at.is_none_or(|at| due < at) {
                self.wake_at = Some(due);
                effects.push(Effect::WakeIn { ms: due - now });
            }
            return;
        }
        if self.session == Session::Unknown {
            self.hold(now, None);
            effects.push(Effect::AskSession);
            return self.pump(now, effects);
        }
        self.send(effects);
    }

    /// When there is something to do; `None` while only an event from outside can bring it.
    fn due(&self) -> Option<u64> {
        if self.in_flight || self.trouble == Some(Trouble::Refused { changed: false }) {
            return None;
        }
        match self.session {
            Session::Live => {}
            Session::Ended(_) if self.escrow_open => {}
            Session::Unknown => return Some(self.hold_until),
            Session::Ended(_) | Session::OtherUser => return None,
        }
        if self.current < self.batches.len() || (self.urgent && self.first_unsent_at.is_some()) {
            return Some(self.hold_until);
        }
        let first = self.first_unsent_at?;
        let quiet = self.last_typed_at.saturating_add(DEBOUNCE_MS);
        Some(quiet.min(first.saturating_add(MAX_WAIT_MS)).max(self.hold_until))
    }

    /// What rebasing has divided becomes several edits, so that nobody's text is deleted and inserted again on the way. The
    /// numbers that this takes are added at the end. Where the whole does not fit into one batch, each stays one edit.
    pub(super) fn spell_out(&mut self) {
        if !self.pending.iter().any(Op::has_holes) {
            return;
        }
        let ops = std::mem::take(&mut self.pending);
        let mut edits = Vec::new();
        for op in &ops {
            if op.has_holes() { op.clone().expand(&mut edits) } else { edits.push(op.collapse()) }
        }
        self.pending = edits.into_iter().map(Op::from).collect();
        if batch::fitting(&self.pending) < self.pending.len() {
            self.pending = ops.iter().map(Op::collapse).map(Op::from).collect();
        }
        self.remember(&ops, self.pending.len());
        self.renumber();
    }

    /// Counts what is pending anew, where it has become more edits or fewer.
    pub(super) fn renumber(&mut self) {
        self.typed = self.acked + self.pending.len() as u64;
        self.journalled = self.journalled.min(self.typed);
        self.unsaved = self.pending.iter().map(|op| op.inserted.chars().count() as u64).sum();
    }

    fn send(&mut self, effects: &mut Vec<Effect>) {
        let before: usize = self.batches.iter().take(self.current).sum();
        let unsent = self.pending.get(before..).unwrap_or_default();
        let len = match self.batches.get(self.current) {
            Some(len) => *len,
            None => {
                let len = batch::fitting(unsent);
                if len == 0 {
                    self.first_unsent_at = None;
                    return;
                }
                if unsent.len() <= len {
                    self.first_unsent_at = None;
                    self.urgent = false;
                }
                self.batches.push_back(len);
                self.outcome_unknown = false;
                len
            }
        };
        let edits = collapse(unsent.get(..len).unwrap_or_default());
        let seq = self.acked + before as u64 + 1;
        self.in_flight = true;
        effects.push(Effect::Send(PatchDraft { writer: self.writer.clone(), base_head: self.head, seq, edits }));
    }
}

pub(super) fn collapse(ops: &[Op]) -> Vec<Edit> {
    ops.iter().map(Op::collapse).collect()
}
