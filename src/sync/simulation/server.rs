//! A model of the server: a text, the accepted batches, and what it answers.

use std::collections::{BTreeMap, BTreeSet};

use crate::edit::{Edit, apply_to};
use crate::receipt::Chain;
use crate::sync::Answer;
use crate::sync::escrow::{Kept, Logged, Settled, settle};
use crate::wire::{Code, Conflict, ConflictBatch, EndReason, PatchDraft, Receipt};

/// What is wrong, on purpose.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// Nothing.
    None,
    /// The server sends the receipt first, and a crash forgets what was not stored.
    AcksBeforeStoring,
    /// The server takes a retry for a new batch.
    AcceptsTwice,
    /// The server ignores the base and takes every batch as it is, where it fits.
    LastWriterWins,
    /// Now and then one edit of a batch does not reach the server's disk.
    DropsAnEdit,
    /// Nothing is written into any device's journal.
    JournalOff,
    /// What a dead tab has left is brought home under a new writer's name.
    ForgetsTheWriter,
    /// The server takes what another user's session sends.
    IgnoresTheUser,
    /// The countdown begins when the answer comes, not when the question was asked.
    CountsFromTheAnswer,
}

impl Fault {
    /// All that must be caught, and in how many of a hundred worlds at least.
    pub const CONTROLS: [(Self, usize); 8] = [
        (Self::AcksBeforeStoring, 30),
        (Self::AcceptsTwice, 30),
        (Self::LastWriterWins, 60),
        (Self::DropsAnEdit, 60),
        (Self::JournalOff, 20),
        (Self::ForgetsTheWriter, 2),
        (Self::IgnoresTheUser, 10),
        (Self::CountsFromTheAnswer, 60),
    ];

    /// Whether the server is what is wrong.
    fn is_the_servers(self) -> bool {
        use Fault::{AcceptsTwice, AcksBeforeStoring, DropsAnEdit, IgnoresTheUser, LastWriterWins};
        matches!(self, AcksBeforeStoring | AcceptsTwice | LastWriterWins | DropsAnEdit | IgnoresTheUser)
    }
}

/// Who is signed in, in one browser.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Cookie {
    Owner,
    Ended(EndReason),
    Somebody,
}

#[derive(Debug, Clone)]
pub(super) struct Accepted {
    pub(super) writer: String,
    pub(super) base_head: u64,
    pub(super) seq: u64,
    pub(super) edits: Vec<Edit>,
    pub(super) head: u64,
    pub(super) hash: Chain,
}

#[derive(Debug, Clone)]
pub(super) struct Server {
    fault: Fault,
    pub(super) text: String,
    pub(super) log: Vec<Accepted>,
    pub(super) acked: BTreeMap<String, u64>,
    start: Chain,
    escrow: Vec<PatchDraft>,
    /// The highest head that each writer was answered `409` with: a batch on an older one is a late copy.
    answered: BTreeMap<String, u64>,
    /// What a crash leaves of a server that acknowledges before it has stored.
    stored: Option<Box<Self>>,
}

impl Server {
    pub(super) fn new(text: &str, fault: Fault) -> Self {
        Self {
            fault: if fault.is_the_servers() { fault } else { Fault::None },
            text: text.to_owned(),
            log: Vec::new(),
            acked: BTreeMap::new(),
            start: Chain::start(text),
            escrow: Vec::new(),
            answered: BTreeMap::new(),
            stored: None,
        }
    }

    pub(super) fn head(&self) -> u64 {
        self.log.len() as u64
    }

    pub(super) fn hash(&self) -> Chain {
        self.log.last().map_or(self.start, |accepted| accepted.hash)
    }

    pub(super) fn acked(&self, writer: &str) -> u64 {
        self.acked.get(writer).copied().unwrap_or(0)
    }

    /// What was acknowledged reaches the disk.
    pub(super) fn sync_to_disk(&mut self) {
        if self.fault == Fault::AcksBeforeStoring {
            self.stored = None;
            self.stored = Some(Box::new(self.clone()));
        }
    }

    /// Power is gone and back.
    pub(super) fn crash(&mut self) {
        if let Some(stored) = self.stored.take() {
            *self = *stored;
        }
    }

    pub(super) fn patch(&mut self, patch: &PatchDraft, cookie: Cookie, escrow: bool) -> Answer {
        match cookie {
            Cookie::Owner => self.accept(patch),
            Cookie::Somebody if self.fault == Fault::IgnoresTheUser => self.accept(patch),
            Cookie::Somebody => Answer::OtherUser,
            Cookie::Ended(EndReason::Expired)
                if escrow && self.answered.get(&patch.writer).is_none_or(|head| *head <= patch.base_head) =>
            {
                self.escrow.push(patch.clone());
                Answer::Escrowed { acked_seq: patch.seq + patch.edits.len() as u64 - 1 }
            }
            Cookie::Ended(reason) => Answer::SessionEnded(reason),
        }
    }

    fn accept(&mut self, patch: &PatchDraft) -> Answer {
        let same = |accepted: &&Accepted| {
            accepted.writer == patch.writer
                && accepted.base_head == patch.base_head
                && accepted.seq == patch.seq
                && accepted.edits == patch.edits
        };
        if let Some(accepted) = self.log.iter().find(same) {
            if self.fault == Fault::AcceptsTwice {
                return self.append(patch.writer.clone(), self.head(), patch.seq, patch.edits.clone());
            }
            return Self::receipt(accepted);
        }
        if self.head() < patch.base_head {
            return Answer::Rejected(Code::HeadUnknown);
        }
        if patch.base_head < self.head() && self.fault != Fault::LastWriterWins {
            return self.conflict(patch);
        }
        if self.fault == Fault::None && patch.seq != self.acked(&patch.writer) + 1 {
            return Answer::Rejected(Code::SeqGap);
        }
        let receipt = self.append(patch.writer.clone(), patch.base_head, patch.seq, patch.edits.clone());
        if self.stored.is_none() {
            self.sync_to_disk();
        }
        receipt
    }

    fn append(&mut self, writer: String, base_head: u64, seq: u64, edits: Vec<Edit>) -> Answer {
        let last = seq + edits.len() as u64 - 1;
        if self.fault == Fault::LastWriterWins {
            for edit in &edits {
                if let Ok(text) = apply_to(&self.text, std::slice::from_ref(edit)) {
                    self.text = text;
                }
            }
        } else {
            let lost = usize::from(self.fault == Fault::DropsAnEdit && self.head() % 5 == 3);
            match apply_to(&self.text, &edits[lost..]) {
                Ok(text) => self.text = text,
                Err(_) => return Answer::Rejected(Code::EditOutOfRange),
            }
        }
        let hash = self.hash().next(&edits);
        self.acked.insert(writer.clone(), last);
        self.log.push(Accepted { writer, base_head, seq, edits, head: self.head() + 1, hash });
        Self::receipt(&self.log[self.log.len() - 1])
    }

    fn receipt(accepted: &Accepted) -> Answer {
        Answer::Receipt(Receipt {
            head: accepted.head,
            acked_seq: accepted.seq + accepted.edits.len() as u64 - 1,
            hash: accepted.hash.hex(),
            saved_at: 1,
        })
    }

    fn conflict(&mut self, patch: &PatchDraft) -> Answer {
        let head = self.head();
        self.answered
            .entry(patch.writer.clone())
            .and_modify(|answered| *answered = head.max(*answered))
            .or_insert(head);
        Answer::Conflict(self.since(patch.base_head, &patch.writer))
    }

    /// What `writer` lacks after `head`.
    pub(super) fn since(&self, head: u64, writer: &str) -> Conflict {
        let missing = &self.log[usize::try_from(head).unwrap_or(usize::MAX).min(self.log.len())..];
        let batch = |a: &Accepted| ConflictBatch { head: a.head, writer: a.writer.clone(), len: a.edits.len() };
        Conflict {
            head: self.head(),
            hash: self.hash().hex(),
            acked_seq: self.acked(writer),
            edits: missing.iter().flat_map(|accepted| accepted.edits.clone()).collect(),
            batches: missing.iter().map(batch).collect(),
            more: false,
            sides: None,
        }
    }

    /// The owner has signed in: what lies in escrow is merged, as the writer itself would have.
    ///
    /// Copies stay, because later batches of the same writer were made on top of them.
    pub(super) fn merge_escrow(&mut self) -> Result<(), String> {
        let writers: BTreeSet<String> = self.escrow.iter().map(|patch| patch.writer.clone()).collect();
        for writer in writers {
            let own = self.escrow.iter().filter(|patch| patch.writer == writer);
            let kept: Vec<Kept> = own
                .map(|patch| Kept { base_head: patch.base_head, seq: patch.seq, edits: patch.edits.clone() })
                .collect();
            let logged = |accepted: &Accepted| Logged {
                head: accepted.head,
                own: accepted.writer == writer,
                seq: accepted.seq,
                edits: accepted.edits.clone(),
            };
            let Settled { append, aside } =
                settle(&kept, self.log.iter().map(logged).collect(), self.head(), self.acked(&writer));
            if !aside.is_empty() {
                return Err(format!("{writer}: what is in escrow and what was accepted differ"));
            }
            for (seq, edits) in append {
                self.append(writer.clone(), self.head(), seq, edits);
            }
        }
        Ok(())
    }
}
