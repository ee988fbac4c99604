//! The machine itself: counters, the batches that were sent, and when to send the next.

use std::collections::VecDeque;

use super::backoff::{Backoff, LONGEST_MS};
use super::{Alarm, Effect, Event, Remote, SaveState, Session, Start, Status, batch};
use crate::edit::{Edit, Op, rebase_ops};
use crate::receipt::Chain;
use crate::wire::{EndReason, PatchDraft};

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
    pub(super) sub: String,
    pub(super) head: u64,
    pub(super) hash: Chain,
    pub(super) typed: u64,
    pub(super) journalled: u64,
    pub(super) acked: u64,
    /// The last edit in escrow; at least `acked` where it says anything.
    pub(super) escrowed: u64,
    pub(super) saved_at: Option<i64>,
    /// The edits `acked + 1 ..= typed`.
    pub(super) pending: Vec<Op>,
    /// Characters inserted by `pending`.
    pub(super) unsaved: u64,
    /// How the first of `pending` were divided into batches when they were sent.
    pub(super) batches: VecDeque<usize>,
    /// Which of `batches` is next, or in flight; those before it lie in escrow.
    pub(super) current: usize,
    /// An answer is awaited.
    pub(super) in_flight: bool,
    /// An attempt to send the current batch had an unknown outcome.
    pub(super) outcome_unknown: bool,
    /// Batches of others that arrived while ours was out.
    pub(super) remote: VecDeque<Remote>,

    pub(super) session: Session,
    /// The last save after the session's end went into escrow, so the next may too.
    pub(super) escrow_open: bool,
    /// The owner was found to be signed in while a batch was in flight.
    pub(super) revived: bool,
    /// `404` was answered although the owner is signed in.
    pub(super) missing: bool,

    /// A `409` was merged, and the merged edits have no receipt yet.
    pub(super) merging: bool,
    pub(super) trouble: Option<Trouble>,
    pub(super) alarmed: Option<Alarm>,

    pub(super) last_typed_at: u64,
    /// When the first edit that was never sent was typed.
    pub(super) first_unsent_at: Option<u64>,
    pub(super) urgent: bool,
    pub(super) hold_until: u64,
    /// `hold_until` is the server's wish, which no event of ours overrides.
    pub(super) hold_is_servers: bool,
    pub(super) wake_at: Option<u64>,
    pub(super) backoff: Backoff,
}

/// Why saving does not work.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Trouble {
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

    pub(super) fn session_ended(&mut self, reason: EndReason) {
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
    }

    pub(super) fn retry_early(&mut self, now: u64) {
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
