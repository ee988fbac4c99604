//! Carries out what the sync machine wants of the journal, and keeps the log whole when the disk fails: after a failure
//! nothing is added until everything can be written anew, because a log with a gap cannot be brought home.

use std::cell::{Cell, RefCell};

use holdfast::sync::{Effect, Record, Start};

use super::Document;
use crate::api;
use crate::browser::journal::{self, Log, Refused};

/// See the module.
pub(super) struct Keeper {
    log: Log,
    /// What the next edit of an empty log stands on.
    base: RefCell<Record>,
    /// Nothing is in the log that counts.
    empty: Cell<bool>,
    failed: Cell<bool>,
}

/// A write that is under way.
pub(super) struct Kept<F> {
    /// The last edit in it.
    pub(super) seq: u64,
    /// It is in a new form, which must be on disk before it is sent.
    pub(super) rewritten: bool,
    /// How it went.
    pub(super) written: F,
}

impl Keeper {
    /// A log for a new writer.
    pub(super) fn new(start: &Start, document: &Document) -> Self {
        let log = Log { sub: document.sub.clone(), document: document.id.clone(), writer: start.writer.clone() };
        log.begin();
        let base = Record::Base { acked: 0, head: start.head, hash: start.hash, edits: None };
        Self { log, base: RefCell::new(base), empty: Cell::new(true), failed: Cell::new(false) }
    }

    /// Writes what `effects` say; nothing where there is nothing to write, or not yet.
    pub(super) fn keep(&self, effects: &[Effect]) -> Option<Kept<impl Future<Output = Result<(), Refused>> + use<>>> {
        let (mut anew, mut rewritten, mut last, mut records) = (false, false, 0, Vec::new());
        for effect in effects {
            match effect {
                Effect::Journal { seq, edit } if !self.failed.get() => {
                    if self.empty.replace(false) {
                        records.push(api::record(&self.base.borrow()));
                    }
                    records.push(api::record(&Record::Edit { seq: *seq, edit: edit.clone() }));
                    last = *seq;
                }
                Effect::TrimJournal { through, head, hash } => {
                    *self.base.borrow_mut() = Record::Base { acked: *through, head: *head, hash: *hash, edits: None };
                    anew |= !self.empty.replace(true);
                    records.clear();
                    self.failed.set(false);
                }
                Effect::RewriteJournal { through, head, hash, edits } => {
                    last = through + edits.len() as u64;
                    let all = Record::Base { acked: *through, head: *head, hash: *hash, edits: Some(edits.clone()) };
                    records = vec![api::record(&all)];
                    (anew, rewritten) = (true, true);
                    self.empty.set(false);
                    self.failed.set(false);
                }
                _ => {}
            }
        }
        if last == 1 {
            // The first word in this tab is the moment to ask.
            journal::keep_for_good();
        }
        (anew || !records.is_empty()).then(|| Kept { seq: last, rewritten, written: self.log.write(anew, &records) })
    }

    /// Forgets everything, for good.
    pub(super) fn discard(&self) -> impl Future<Output = Result<(), Refused>> + use<> {
        self.stop();
        self.log.write(true, &[])
    }

    /// Whether the log has all that it was given.
    pub(super) fn is_whole(&self) -> bool {
        !self.failed.get()
    }

    /// A write has failed: nothing is added until the journal is written anew.
    pub(super) fn stop(&self) {
        self.failed.set(true);
    }
}
