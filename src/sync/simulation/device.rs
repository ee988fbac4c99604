//! A device: who is signed in on it, its clocks, its tabs, and the journal that outlives them.

use std::collections::{BTreeMap, VecDeque};

use super::server::Cookie;
use crate::session::Countdown;
use crate::sync::{Record, Sync};
use crate::wire::PatchDraft;

/// How long a record may take to be durable.
pub(super) const JOURNAL_MS: u64 = 50;

/// A moment, as a device's two clocks tell it, in milliseconds.
#[derive(Debug, Clone, Copy)]
pub(super) struct Clocks {
    pub(super) monotonic: u64,
    pub(super) wall: i64,
}

pub(super) struct Device {
    pub(super) cookie: Cookie,
    /// When the owner must sign in again, at the latest.
    pub(super) ends_at: u64,
    /// Since when and until when it sleeps.
    pub(super) asleep: Option<(u64, u64)>,
    /// How long it has slept, which its monotonic clock has not counted.
    pub(super) slept: u64,
    /// How far its wall clock is ahead of the world's, after jumps.
    pub(super) wall_ahead: i64,
    /// What tabs have written, by writer.
    pub(super) journals: BTreeMap<String, Journal>,
}

impl Device {
    pub(super) fn new(ends_at: u64) -> Self {
        let journals = BTreeMap::new();
        Self { cookie: Cookie::Owner, ends_at, asleep: None, slept: 0, wall_ahead: 0, journals }
    }

    pub(super) fn monotonic(&self, now: u64) -> u64 {
        self.asleep.map_or(now, |(since, _)| since) - self.slept
    }

    pub(super) fn clocks(&self, now: u64) -> Clocks {
        Clocks { monotonic: self.monotonic(now), wall: 1_700_000_000_000 + now.cast_signed() + self.wall_ahead }
    }
}

/// The log of one writer: what is durable, and what is on its way there, in order.
#[derive(Default)]
pub(super) struct Journal {
    pub(super) records: Vec<Record>,
    pub(super) queue: VecDeque<Writing>,
    /// When the last of `queue` is durable.
    pub(super) due: u64,
}

pub(super) struct Writing {
    pub(super) record: Record,
    /// The characters that the edit has inserted or deleted: a crash before it is durable may lose them.
    pub(super) at_risk: Vec<char>,
    /// Sent as soon as it is durable, and not before.
    pub(super) then: Option<PatchDraft>,
}

pub(super) struct Tab {
    pub(super) device: usize,
    pub(super) writer: String,
    pub(super) machine: Sync,
    pub(super) alive: bool,
    /// `None` for one that only brings home what another has left.
    pub(super) screen: Option<Screen>,
    /// The number of the request whose answer is awaited.
    pub(super) awaited: Option<u64>,
}

pub(super) struct Screen {
    pub(super) text: String,
    pub(super) caret: u32,
    pub(super) countdown: Option<Countdown>,
    /// The countdown may be wrong, and has been asked about.
    pub(super) doubtful: bool,
}

impl Screen {
    pub(super) fn of(text: &str) -> Self {
        Self { text: text.to_owned(), caret: 0, countdown: None, doubtful: false }
    }
}
