//! The machine itself: counters, the batches that were sent, and when to send the next.

use std::collections::VecDeque;

use super::backoff::{Backoff, LONGEST_MS};
use super::{Alarm, Answer, Effect, Event, Remote, SaveState, Session, Start, Status, batch};
use crate::edit::{Edit, Op, rebase_ops};
use crate::receipt::Chain;
use crate::wire::{Code, EndReason, PatchDraft, Receipt};

/// Quiet for this long, and what was typed is sent.
const DEBOUNCE_MS: u64 = 400;

/// Nothing typed waits longer than this, however constant the typing.
const MAX_WAIT_MS: u64 = 2_000;

/// A batch that was refused is not tried again sooner.
const REFUSED_MS: u64 = 30_000;

/// Batches of others that wait for the answer to ours; beyond this the next `409` brings them.
const MAX_REMOTE: usize = 256;

/// See [`crate::sync`].
#[derive(Debug)]
pub struct Sync {
    pub(super) writer: String,
    sub: String,
    pub(super) head: u64,
    pub(super) hash: Chain,
    pub(super) typed: u64,
    journalled: u64,
    pub(super) acked: u64,
    /// The last edit in escrow; at least `acked` where it says anything.
    escrowed: u64,
    saved_at: Option<i64>,
    /// The edits `acked + 1 ..= typed`.
    pub(super) pending: Vec<Op>,
    /// Characters inserted by `pending`.
    unsaved: u64,
    /// How the first of `pending` were divided into batches when they were sent.
    pub(super) batches: VecDeque<usize>,
    /// Which of `batches` is next, or in flight; those before it lie in escrow.
    current: usize,
    /// An answer is awaited.
    in_flight: bool,
    /// An attempt to send the current batch had an unknown outcome.
    outcome_unknown: bool,
    /// Batches of others that arrived while ours was out.
    remote: VecDeque<Remote>,

    session: Session,
    /// The last save after the session's end went into escrow, so the next may too.
    escrow_open: bool,
    /// The owner was found to be signed in while a batch was in flight.
    revived: bool,
    /// `404` was answered although the owner is signed in.
    missing: bool,

    /// A `409` was merged, and the merged edits have no receipt yet.
    pub(super) merging: bool,
    trouble: Option<Trouble>,
    alarmed: Option<Alarm>,

    last_typed_at: u64,
    /// When the first edit that was never sent was typed.
    first_unsent_at: Option<u64>,
    urgent: bool,
    hold_until: u64,
    /// `hold_until` is the server's wish, which no event of ours overrides.
    hold_is_servers: bool,
    wake_at: Option<u64>,
    pub(super) backoff: Backoff,
}

/// Why saving does not work.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Trouble {
    /// The server's disk is full or broken; tried again by itself.
    Disk,
    /// A definite no; tried again when something has changed, `REFUSED_MS` apart.
    Refused { changed: bool },
}

impl Sync {
    /// A machine whose visible text is the draft that was read.
    #[must_use]
    pub fn new(start: Start) -> Self {
        Self {
            writer: start.writer,
            sub: start.sub,
            head: start.head,
            hash: start.hash,
            typed: 0,
            journalled: 0,
            acked: 0,
            escrowed: 0,
            saved_at: None,
            pending: Vec::new(),
            unsaved: 0,
            batches: VecDeque::new(),
            current: 0,
            in_flight: false,
            outcome_unknown: false,
            remote: VecDeque::new(),
            session: Session::Live,
            escrow_open: false,
            revived: false,
            missing: false,
            merging: false,
            trouble: None,
            alarmed: None,
            last_typed_at: 0,
            first_unsent_at: None,
            urgent: false,
            hold_until: 0,
            hold_is_servers: false,
            wake_at: None,
            backoff: Backoff::new(start.seed),
        }
    }

    /// Takes in what happened at `now_ms` (monotonic), and says what is to be done, in order.
    pub fn on(&mut self, event: Event, now_ms: u64) -> Vec<Effect> {
        let mut effects = Vec::new();
        if self.wake_at.is_some_and(|at| at <= now_ms) {
            self.wake_at = None;
        }
        match event {
            Event::Typed(edit) => self.typed(edit, now_ms, &mut effects),
            Event::Journalled { seq } => self.journalled = self.journalled.max(seq.min(self.typed)),
            Event::JournalFailed => self.alarm(Alarm::JournalFailed, &mut effects),
            Event::Answered(answer) => self.answered(answer, now_ms, &mut effects),
            Event::Tick => {}
            Event::Online => self.retry_early(now_ms),
            Event::Offline => self.hold_until = self.hold_until.max(now_ms.saturating_add(LONGEST_MS)),
            Event::SignedIn { sub } => self.signed_in(&sub, now_ms),
            Event::SessionEnded(reason) => self.session_ended(reason),
            Event::Flush => {
                self.urgent = true;
                self.retry_early(now_ms);
                self.changed();
            }
            Event::Remote(remote) => self.remote(remote, &mut effects),
        }
        self.pump(now_ms, &mut effects);
        effects
    }

    /// Where everything is.
    #[must_use]
    pub fn status(&self) -> Status {
        Status {
            state: self.state(),
            typed: self.typed,
            journalled: self.journalled.max(self.acked),
            acked: self.acked,
            unsaved_characters: self.unsaved,
            saved_at: self.saved_at,
            session: self.session,
            sealed: self.session == Session::OtherUser,
        }
    }

    fn state(&self) -> SaveState {
        if self.typed <= self.acked {
            SaveState::Saved
        } else if self.trouble.is_some() {
            SaveState::CannotSave
        } else if self.merging {
            SaveState::Conflict
        } else if self.typed <= self.escrowed {
            SaveState::Escrowed
        } else if self.in_flight {
            SaveState::Sending
        } else if self.typed <= self.journalled {
            SaveState::OnDevice
        } else {
            SaveState::OnScreen
        }
    }

    fn typed(&mut self, edit: Edit, now: u64, effects: &mut Vec<Effect>) {
        if edit.is_noop() {
            return;
        }
        for edit in batch::pieces(edit) {
            self.typed += 1;
            self.unsaved += edit.inserted.chars().count() as u64;
            self.pending.push(Op::from(edit.clone()));
            effects.push(Effect::Journal { seq: self.typed, edit });
        }
        self.last_typed_at = now;
        self.first_unsent_at.get_or_insert(now);
        self.changed();
    }

    fn answered(&mut self, answer: Answer, now: u64, effects: &mut Vec<Effect>) {
        if !self.in_flight {
            return;
        }
        self.in_flight = false;
        match answer {
            Answer::Receipt(receipt) => self.receipt(&receipt, now, effects),
            Answer::Escrowed { acked_seq } => self.escrowed(acked_seq, now, effects),
            Answer::Conflict(conflict) => self.conflict(&conflict, now, effects),
            // A session that began while this answer was under way is not the one that it speaks of.
            Answer::SessionEnded(_) | Answer::OtherUser | Answer::NotFound if self.revived => {}
            Answer::SessionEnded(reason) => {
                self.escrow_open = false;
                self.session_ended(reason);
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
                self.hold(now, ms);
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
        self.ack(covered, effects);
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
    }

    /// The first `count` pending edits are on the server's disk.
    pub(super) fn ack(&mut self, count: usize, effects: &mut Vec<Effect>) {
        for op in self.pending.drain(..count.min(self.pending.len())) {
            self.unsaved = self.unsaved.saturating_sub(op.inserted.chars().count() as u64);
            self.acked += 1;
        }
        self.escrowed = self.escrowed.max(self.acked);
        effects.push(Effect::TrimJournal { through: self.acked });
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
    /// copy of it may still be on its way.
    fn may_regroup(&mut self) {
        if !self.outcome_unknown && self.current + 1 == self.batches.len() {
            self.batches.pop_back();
            self.first_unsent_at.get_or_insert(self.last_typed_at);
        }
    }

    fn signed_in(&mut self, sub: &str, now: u64) {
        if sub != self.sub {
            self.session = Session::OtherUser;
            return;
        }
        // What is in flight may have been sent before the sign-in, even if the end was not known here.
        self.revived = self.in_flight;
        if self.session == Session::Live {
            return;
        }
        self.session = Session::Live;
        self.escrow_open = false;
        if !self.in_flight {
            self.current = 0;
        }
        self.urgent = true;
        self.backoff.reset();
        self.hold_until = now;
        self.hold_is_servers = false;
        self.changed();
    }

    fn session_ended(&mut self, reason: EndReason) {
        if self.session != Session::OtherUser {
            self.session = Session::Ended(reason);
        }
    }

    pub(super) fn remote(&mut self, remote: Remote, effects: &mut Vec<Effect>) {
        if remote.writer == self.writer || remote.head <= self.head {
            return;
        }
        if !self.batches.is_empty() {
            if self.remote.len() < MAX_REMOTE {
                self.remote.push_back(remote);
            }
            return;
        }
        // After a gap the next save's answer brings everything.
        if remote.base_head != self.head {
            return;
        }
        if self.hash.next(&remote.edits) != remote.hash {
            return self.alarm(Alarm::HashMismatch, effects);
        }
        self.head = remote.head;
        self.hash = remote.hash;
        let incoming = rebase_ops(&mut self.pending, &remote.edits);
        if !incoming.is_empty() {
            effects.push(Effect::ApplyRemote(incoming));
        }
    }

    /// Something is wrong for good: said aloud, and tried again rarely.
    pub(super) fn refused(&mut self, alarm: Alarm, now: u64, effects: &mut Vec<Effect>) {
        self.trouble = Some(Trouble::Refused { changed: false });
        self.hold(now, Some(REFUSED_MS));
        self.alarm(alarm, effects);
    }

    fn alarm(&mut self, alarm: Alarm, effects: &mut Vec<Effect>) {
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
    }

    fn retry_early(&mut self, now: u64) {
        if !self.hold_is_servers {
            self.hold_until = now;
            self.backoff.reset();
        }
    }

    fn changed(&mut self) {
        if let Some(Trouble::Refused { changed }) = &mut self.trouble {
            *changed = true;
        }
    }

    /// Sends what is due, or asks to be woken when it will be.
    fn pump(&mut self, now: u64, effects: &mut Vec<Effect>) {
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

    /// Before edits are sent for the first time, those that rebasing has divided become several edits, so that nobody's
    /// text is deleted and inserted again on the way. The numbers that this takes are added at the end, where the
    /// journal gets edits that do nothing: number by number the two differ, as a whole they are the same change. Where
    /// the whole does not fit into one batch, each stays one edit instead.
    fn spell_out(&mut self, before: usize, effects: &mut Vec<Effect>) {
        if !self.pending.iter().skip(before).any(Op::has_holes) {
            return;
        }
        let ops = self.pending.split_off(before.min(self.pending.len()));
        let mut edits = Vec::new();
        for op in &ops {
            if op.has_holes() { op.clone().expand(&mut edits) } else { edits.push(op.collapse()) }
        }
        let mut spelled: Vec<Op> = edits.into_iter().map(Op::from).collect();
        if batch::fitting(&spelled) < spelled.len() {
            spelled = ops.iter().map(Op::collapse).map(Op::from).collect();
        }
        for _ in ops.len()..spelled.len() {
            self.typed += 1;
            effects
                .push(Effect::Journal { seq: self.typed, edit: Edit { at: 0, deleted: 0, inserted: String::new() } });
        }
        self.pending.append(&mut spelled);
        self.unsaved = self.pending.iter().map(|op| op.inserted.chars().count() as u64).sum();
    }

    fn send(&mut self, effects: &mut Vec<Effect>) {
        let before: usize = self.batches.iter().take(self.current).sum();
        if self.batches.len() <= self.current {
            self.spell_out(before, effects);
        }
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
