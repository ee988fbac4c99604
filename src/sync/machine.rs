//! The machine itself: its counters, and what it makes of everything but the server's answers.

use std::collections::VecDeque;

use super::backoff::Backoff;
use super::former::Former;
use super::pump::collapse;
use super::{Alarm, Effect, Event, Left, Remote, SaveState, Session, Start, Status, batch};
use crate::edit::{Edit, Op, rebase_ops};
use crate::receipt::Chain;
use crate::wire::EndReason;

/// Without a network nothing is tried for so long, unless something happens.
const OFFLINE_MS: u64 = 30_000;

/// Batches of others that wait for the answer to ours; beyond this the next `409` brings them.
const MAX_REMOTE: usize = 256;

/// See [`crate::sync`].
#[derive(Debug)]
pub struct Sync {
    pub(super) writer: String,
    pub(super) sub: String,
    /// It goes on from a journal.
    pub(super) resumed: bool,
    pub(super) head: u64,
    pub(super) hash: Chain,
    pub(super) typed: u64,
    pub(super) journalled: u64,
    pub(super) acked: u64,
    /// The last edit in escrow; none lies there where it is not beyond `acked`.
    pub(super) escrowed: u64,
    pub(super) saved_at: Option<i64>,
    /// The edits `acked + 1 ..= typed`.
    pub(super) pending: Vec<Op>,
    /// How the first of `pending` were numbered before rebasing divided them, while the server may have them so.
    pub(super) former: Option<Former>,
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
    /// The newest head that was heard of.
    pub(super) heard_of: u64,
    /// The edits up to it are being asked for.
    pub(super) catching_up: bool,

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
    /// When `hold_until` was set for an attempt that failed.
    pub(super) held_at: u64,
    /// The last attempt brought no answer.
    pub(super) unreachable: bool,
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
            resumed: false,
            head: start.head,
            hash: start.hash,
            typed: 0,
            journalled: 0,
            acked: 0,
            escrowed: 0,
            saved_at: None,
            pending: Vec::new(),
            former: None,
            unsaved: 0,
            batches: VecDeque::new(),
            current: 0,
            in_flight: false,
            outcome_unknown: false,
            remote: VecDeque::new(),
            heard_of: 0,
            catching_up: false,
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
            held_at: 0,
            unreachable: false,
            wake_at: None,
            backoff: Backoff::new(start.seed),
        }
    }

    /// A machine without a visible text that brings home what a journal has kept: it goes on under the same writer's
    /// numbers, so that what the server has already is not taken twice. Its first event sends.
    #[must_use]
    pub fn resume(left: Left, sub: String, seed: u64) -> Self {
        let Left { writer, head, hash, acked, edits } = left;
        let mut sync = Self::new(Start { writer, sub, head, hash, seed });
        sync.resumed = true;
        sync.acked = acked;
        sync.typed = acked + edits.len() as u64;
        sync.journalled = sync.typed;
        sync.unsaved = edits.iter().map(|edit| edit.inserted.chars().count() as u64).sum();
        sync.first_unsent_at = (!edits.is_empty()).then_some(0);
        sync.urgent = true;
        sync.pending = edits.into_iter().map(Op::from).collect();
        sync
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
            Event::JournalAgain => effects.push(self.journal_as_it_is()),
            Event::Answered(answer) => self.answered(answer, now_ms, &mut effects),
            Event::Tick => {}
            Event::Online => self.retry_early(now_ms),
            Event::Returned => self.retry_soon(now_ms),
            Event::PlaceChanged => self.retry_refused(now_ms),
            Event::Offline => self.hold_until = self.hold_until.max(now_ms.saturating_add(OFFLINE_MS)),
            Event::SignedIn { sub } => self.signed_in(&sub, now_ms),
            Event::SessionEnded(reason) => self.session_ended(reason),
            Event::Flush => {
                self.urgent = true;
                self.retry_early(now_ms);
                self.changed();
            }
            Event::Remote(remote) => self.remote(remote, &mut effects),
            Event::Behind { head } => {
                self.heard_of = self.heard_of.max(head);
                self.catch_up(&mut effects);
            }
            Event::CaughtUp(found) => self.caught_up(found.as_ref(), &mut effects),
        }
        self.pump(now_ms, &mut effects);
        effects
    }

    /// The open editor's id.
    #[must_use]
    pub fn writer(&self) -> &str {
        &self.writer
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
            unreachable: self.unreachable,
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
        self.retry_soon(now);
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

    /// A first save after a natural end is tried: the server may take it into escrow.
    pub(super) fn session_ended(&mut self, reason: EndReason) {
        if matches!(self.session, Session::Live | Session::Unknown) {
            self.escrow_open = reason.is_natural();
        }
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
        if remote.base_head != self.head {
            self.heard_of = self.heard_of.max(remote.head);
            return self.catch_up(effects);
        }
        if self.hash.next(&remote.edits) != remote.hash {
            return self.alarm(Alarm::HashMismatch, effects);
        }
        self.head = remote.head;
        self.hash = remote.hash;
        let incoming = rebase_ops(&mut self.pending, &remote.edits);
        if let Some(former) = &mut self.former {
            former.rebase(&remote.edits);
        }
        self.moved(incoming, effects);
    }

    /// The pending edits, none of which is out, apply to another head now: the visible text and the journal follow. The
    /// journal keeps them as they will be sent: written as one edit, one that others have written into would delete their
    /// text and insert it again, whoever goes on from the journal.
    pub(super) fn moved(&mut self, incoming: Vec<Edit>, effects: &mut Vec<Effect>) {
        if !incoming.is_empty() {
            effects.push(Effect::ApplyRemote(incoming));
        }
        self.spell_out();
        effects.push(self.journal_as_it_is());
    }

    /// Brings the journal to what is pending now.
    pub(super) fn journal_as_it_is(&self) -> Effect {
        let Self { acked: through, head, hash, .. } = *self;
        if self.pending.is_empty() {
            return Effect::TrimJournal { through, head, hash };
        }
        Effect::RewriteJournal { through, head, hash, edits: collapse(&self.pending) }
    }

    /// Asks for what is missing, unless the answer to a batch of ours will bring it.
    pub(super) fn catch_up(&mut self, effects: &mut Vec<Effect>) {
        if self.head < self.heard_of && !self.catching_up && self.batches.is_empty() && self.session == Session::Live {
            self.catching_up = true;
            effects.push(Effect::CatchUp { since: self.head });
        }
    }
}
