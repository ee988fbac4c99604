//! The state machine that carries edits from the keyboard to a receipt, sans I/O: it is told what happened and what
//! time it is, and answers with what is to be done. The browser performs the effects; the simulation performs them
//! under every fault, on this same code.
//!
//! The driver's part of the bargain:
//! - [`Event::Typed`] for every change of the visible text by the user, *before* any other event is handed in, because
//!   [`Effect::ApplyRemote`] speaks of the visible text as the machine knows it;
//! - every [`Effect::Send`] is answered by exactly one [`Event::Answered`], a time-out being [`Answer::Failed`];
//! - `now_ms` comes from a monotonic clock. A late or superfluous [`Event::Tick`] does no harm.

mod answer;
mod answered;
mod backoff;
mod batch;
mod conflict;
pub mod escrow;
mod former;
mod journal;
mod machine;
mod merge;
mod pump;
#[cfg(any(test, feature = "simulation"))]
pub mod simulation;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod traces;

use crate::edit::Edit;
use crate::receipt::Chain;
use crate::wire::{Code, Conflict, EndReason, PatchDraft, Receipt};

pub use backoff::Backoff;
pub use journal::{Left, Record, Replay, replay};
pub use machine::Sync;

/// What a machine starts with: the draft as it was read, and who reads it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Start {
    /// The open editor's random id. A new one for every machine: its edits are numbered from 1.
    pub writer: String,
    /// The user whose draft it is, and who is signed in.
    pub sub: String,
    /// The draft's head.
    pub head: u64,
    /// The hash chain at `head`.
    pub hash: Chain,
    /// Seeds the jitter of retries.
    pub seed: u64,
}

/// What happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// The user changed the text; the visible text already has it.
    Typed(Edit),
    /// The device's journal has the edits up to `seq` durably.
    Journalled {
        /// The last edit's number.
        seq: u64,
    },
    /// The device's journal has failed and may work again: it is to be written anew.
    JournalAgain,
    /// The answer to the one batch in flight.
    Answered(Answer),
    /// A timer asked for by [`Effect::WakeIn`] fired.
    Tick,
    /// The browser believes that the network is back.
    Online,
    /// The writer is back at this window.
    Returned,
    /// Something about the document has changed; it may be out of the trash again.
    PlaceChanged,
    /// The browser believes that there is no network.
    Offline,
    /// Somebody is signed in: from the sign-in dialog, another tab, or a look at the session.
    SignedIn {
        /// Who.
        sub: String,
    },
    /// The session was found to have ended, by other means than a save.
    SessionEnded(EndReason),
    /// Send what there is, now: the page is being hidden, or the user asked for it.
    Flush,
    /// A batch of another writer that the server has accepted, from the event stream.
    Remote(Remote),
    /// The event stream says, or has to fear, that the draft has moved on to this head without telling the edits.
    Behind {
        /// The head, or `u64::MAX` where only the question is clear.
        head: u64,
    },
    /// What [`Effect::CatchUp`] has found; `None` where it found nothing out.
    CaughtUp(Option<Conflict>),
}

/// One accepted batch of another writer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Remote {
    /// Who wrote it; batches of this machine's own writer are ignored.
    pub writer: String,
    /// The head it was accepted on.
    pub base_head: u64,
    /// The head it made.
    pub head: u64,
    /// The hash chain at `head`.
    pub hash: Chain,
    /// Its edits.
    pub edits: Vec<Edit>,
}

/// How the server answered a batch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// `200`: on disk.
    Receipt(Receipt),
    /// `202`: kept by the server until the user has signed in again.
    Escrowed {
        /// The last edit that is kept.
        acked_seq: u64,
    },
    /// `409`: the draft has moved on.
    Conflict(Conflict),
    /// `401`.
    SessionEnded(EndReason),
    /// `403 other_user`: somebody else is signed in.
    OtherUser,
    /// `404`.
    NotFound,
    /// `503 cannot_save`: the server's disk does not take it.
    CannotSave {
        /// When to try again, where the server says so.
        ms: Option<u64>,
    },
    /// Another definite no.
    Rejected(Code),
    /// `429`, or `503` for another reason.
    RetryAfter {
        /// When to try again, where the server says so.
        ms: Option<u64>,
    },
    /// The outcome is unknown: no answer, a broken one, or a server error.
    Failed,
}

/// What the driver is to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Effect {
    /// Send this batch and answer with [`Event::Answered`].
    Send(PatchDraft),
    /// Write the edit into the device's journal.
    Journal {
        /// The edit's number.
        seq: u64,
        /// The edit, as typed.
        edit: Edit,
    },
    /// Receipts cover all that the journal has; what comes next applies to the text at `head`.
    TrimJournal {
        /// The last covered edit's number.
        through: u64,
        /// The draft's head.
        head: u64,
        /// The hash chain at `head`.
        hash: Chain,
    },
    /// Receipts cover some of what the journal has, or its edits were rebased or divided: these take the place of all of
    /// it, and must be on disk before a [`Effect::Send`] that comes with them is performed. What the server accepts is in
    /// this form.
    RewriteJournal {
        /// The last covered edit's number; the edits are those after it.
        through: u64,
        /// The draft's head that they apply to.
        head: u64,
        /// The hash chain at `head`.
        hash: Chain,
        /// All edits that no receipt covers.
        edits: Vec<Edit>,
    },
    /// Ask for the edits since this head and answer with [`Event::CaughtUp`].
    CatchUp {
        /// The head that is known here.
        since: u64,
    },
    /// Apply these to the visible text, in order, without moving the caret out of its place
    /// ([`crate::edit::map_selection`]).
    ApplyRemote(Vec<Edit>),
    /// Send [`Event::Tick`] after this time; it replaces what was asked for before.
    WakeIn {
        /// Milliseconds from now.
        ms: u64,
    },
    /// Find out who is signed in, and answer with [`Event::SignedIn`] or [`Event::SessionEnded`].
    AskSession,
    /// Tell somebody: this must not happen.
    Alarm(Alarm),
}

/// What must not happen, and did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Alarm {
    /// The server's hash is not the hash of what was sent or received: the two texts may differ.
    HashMismatch,
    /// The server has forgotten edits that a receipt had covered, or counts fewer than it was sent.
    ServerLostEdits,
    /// The server has edits of this writer in another form than the writer: read the draft anew.
    Diverged,
    /// The server refuses the batch for good.
    Rejected(Code),
}

/// Whether somebody is signed in, as far as the machine knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Session {
    /// The draft's owner is.
    Live,
    /// The session has ended.
    Ended(EndReason),
    /// Being found out.
    Unknown,
    /// Another user is.
    OtherUser,
}

/// Where everything is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Status {
    /// What to show.
    pub state: SaveState,
    /// The number of the last edit. Merging may add numbers of its own.
    pub typed: u64,
    /// The last edit in the device's journal.
    pub journalled: u64,
    /// The last edit that a receipt covers.
    pub acked: u64,
    /// How many characters no receipt covers: those inserted by the edits after `acked`.
    pub unsaved_characters: u64,
    /// When the server last committed something of this writer, milliseconds since the Unix epoch.
    pub saved_at: Option<i64>,
    /// Whether somebody is signed in.
    pub session: Session,
    /// The last attempt to save brought no answer.
    pub unreachable: bool,
    /// Another user is signed in: nothing is sent, and the text must be hidden and locked.
    pub sealed: bool,
}

/// Where the last edit is. Derived from the counters; the first of this list that holds is shown:
/// `Saved`, `CannotSave`, `Conflict`, `Escrowed`, `Sending`, `OnDevice`, `OnScreen`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SaveState {
    /// A receipt covers everything (`typed == acked`).
    Saved,
    /// The server cannot or will not take it; it is tried again.
    CannotSave,
    /// Another writer was first; the merged edits are on their way.
    Conflict,
    /// The server keeps everything until the next sign-in.
    Escrowed,
    /// A batch is in flight.
    Sending,
    /// Everything is in the device's journal.
    OnDevice,
    /// Some of it is nowhere but on the screen.
    OnScreen,
}

impl SaveState {
    /// The value of `data-save-state`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Saved => "saved",
            Self::CannotSave => "cannot-save",
            Self::Conflict => "conflict",
            Self::Escrowed => "escrowed",
            Self::Sending => "sending",
            Self::OnDevice => "on-device",
            Self::OnScreen => "on-screen",
        }
    }
}
