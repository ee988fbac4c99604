//! People who type what was recorded, each at a machine of their own, and one server between them.

use std::collections::HashMap;

use holdfast::receipt::Chain;
use holdfast::sync::{Answer, Effect, Event, Record, Remote, SaveState, Start, Sync, replay};
use holdfast::wire::{Conflict, ConflictBatch, EndReason, PatchDraft, Receipt};
use ropey::Rope;

use super::trace::apply;
use crate::Result;
use crate::random::Random;

const OWNER: &str = "ada";

/// What is broken on purpose.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Broken {
    Nothing,
    /// One batch of a thousand loses its first edit on the server.
    Server,
    /// Nothing is written into the journal.
    Journal,
}

pub(super) struct Server {
    pub(super) text: Rope,
    hash: Chain,
    log: Vec<(PatchDraft, Receipt)>,
    acked: HashMap<String, u64>,
    broken: Broken,
}

impl Server {
    pub(super) fn head(&self) -> u64 {
        self.log.len() as u64
    }

    pub(super) fn accept(&mut self, patch: &PatchDraft) -> Result<Answer> {
        let last = self.log.iter().rev().find(|(accepted, _)| accepted.writer == patch.writer);
        if let Some((_, receipt)) = last.filter(|(accepted, _)| accepted == patch) {
            return Ok(Answer::Receipt(receipt.clone()));
        }
        if patch.base_head < self.head() {
            return Ok(Answer::Conflict(self.since(patch.base_head, &patch.writer)));
        }
        let lost = usize::from(self.broken == Broken::Server && self.head() % 1_000 == 999);
        for edit in patch.edits.iter().skip(lost) {
            apply(&mut self.text, edit)?;
        }
        self.hash = self.hash.next(&patch.edits);
        let acked_seq = patch.seq + patch.edits.len() as u64 - 1;
        let receipt = Receipt { head: self.head() + 1, acked_seq, hash: self.hash.hex(), saved_at: 0 };
        self.acked.insert(patch.writer.clone(), acked_seq);
        self.log.push((patch.clone(), receipt.clone()));
        Ok(Answer::Receipt(receipt))
    }

    fn since(&self, head: u64, writer: &str) -> Conflict {
        let missing = self.log.get(usize::try_from(head).unwrap_or(usize::MAX)..).unwrap_or_default();
        let batch = |(patch, receipt): &(PatchDraft, Receipt)| ConflictBatch {
            head: receipt.head,
            writer: patch.writer.clone(),
            len: patch.edits.len(),
        };
        Conflict {
            head: self.head(),
            hash: self.hash.hex(),
            acked_seq: self.acked.get(writer).copied().unwrap_or(0),
            edits: missing.iter().flat_map(|(patch, _)| patch.edits.clone()).collect(),
            batches: missing.iter().map(batch).collect(),
            more: false,
            sides: None,
        }
    }
}

pub(super) struct Typist {
    writer: String,
    sync: Sync,
    pub(super) visible: Rope,
    journal: Vec<Record>,
}

#[derive(Default)]
pub(super) struct Tally {
    pub(super) conflicts: u64,
    pub(super) unanswered: u64,
    pub(super) crashes: u64,
    pub(super) ended: u64,
}

pub(super) struct Desk {
    pub(super) server: Server,
    pub(super) typists: Vec<Typist>,
    pub(super) random: Random,
    pub(super) tally: Tally,
    writers: u64,
    now: u64,
}

impl Desk {
    pub(super) fn new(text: &str, typists: usize, broken: Broken, random: Random) -> Self {
        let (text, hash) = (Rope::from_str(text), Chain::start(text));
        let server = Server { text, hash, log: Vec::new(), acked: HashMap::new(), broken };
        let mut desk = Self { server, typists: Vec::new(), random, tally: Tally::default(), writers: 0, now: 0 };
        for _ in 0..typists {
            let typist = desk.sit_down();
            desk.typists.push(typist);
        }
        desk
    }

    /// A new tab, with the draft as it is.
    fn sit_down(&mut self) -> Typist {
        self.writers += 1;
        let writer = format!("writer-{}", self.writers);
        let (head, hash) = (self.server.head(), self.server.hash);
        let start = Start { writer: writer.clone(), sub: OWNER.to_owned(), head, hash, seed: self.random.next() };
        let journal = vec![Record::Base { acked: 0, head, hash, edits: None }];
        Typist { writer, sync: Sync::new(start), visible: self.server.text.clone(), journal }
    }

    /// A tenth of a second later, something happens to somebody.
    pub(super) fn later(&mut self, who: usize, event: Event) -> Result<()> {
        self.now += 100;
        self.tell(who, event)
    }

    fn tell(&mut self, who: usize, event: Event) -> Result<()> {
        let mut events = vec![event];
        while let Some(event) = events.pop() {
            for effect in self.typists[who].sync.on(event, self.now) {
                match effect {
                    Effect::Send(patch) => events.push(Event::Answered(self.answer(who, &patch)?)),
                    Effect::CatchUp { since } => {
                        let found = self.server.since(since, &self.typists[who].writer);
                        events.push(Event::CaughtUp(Some(found)));
                    }
                    Effect::ApplyRemote(edits) => {
                        for edit in &edits {
                            apply(&mut self.typists[who].visible, edit)?;
                        }
                    }
                    Effect::Journal { seq, edit } => self.write(who, Record::Edit { seq, edit }),
                    Effect::TrimJournal { through: acked, head, hash } => {
                        self.typists[who].journal.clear();
                        self.write(who, Record::Base { acked, head, hash, edits: None });
                    }
                    Effect::RewriteJournal { through: acked, head, hash, edits } => {
                        self.typists[who].journal.clear();
                        self.write(who, Record::Base { acked, head, hash, edits: Some(edits) });
                    }
                    Effect::AskSession => events.push(Event::SignedIn { sub: OWNER.to_owned() }),
                    Effect::Alarm(alarm) => return Err(format!("alarm {alarm:?}").into()),
                    Effect::WakeIn { .. } => {}
                }
            }
        }
        Ok(())
    }

    fn write(&mut self, who: usize, record: Record) {
        if self.server.broken != Broken::Journal {
            self.typists[who].journal.push(record);
        }
    }

    /// Now and then a request is lost, or its answer, or the session has ended.
    fn answer(&mut self, who: usize, patch: &PatchDraft) -> Result<Answer> {
        if self.random.per_mille(5) {
            self.tally.ended += 1;
            return Ok(Answer::SessionEnded(EndReason::Expired));
        }
        if self.random.per_mille(50) {
            self.tally.unanswered += 1;
            return Ok(Answer::Failed);
        }
        let before = self.server.head();
        let answer = self.server.accept(patch)?;
        self.tally.conflicts += u64::from(matches!(answer, Answer::Conflict(_)));
        if before < self.server.head() {
            self.stream(who, patch, before)?;
        }
        let lost = self.random.per_mille(100);
        self.tally.unanswered += u64::from(lost);
        Ok(if lost { Answer::Failed } else { answer })
    }

    /// The others hear of a batch, most of the time.
    fn stream(&mut self, who: usize, patch: &PatchDraft, base_head: u64) -> Result<()> {
        for other in (0..self.typists.len()).filter(|other| *other != who).collect::<Vec<_>>() {
            if self.random.per_mille(700) {
                let (writer, edits) = (patch.writer.clone(), patch.edits.clone());
                let remote = Remote { writer, base_head, head: base_head + 1, hash: self.server.hash, edits };
                self.tell(other, Event::Remote(remote))?;
            }
        }
        Ok(())
    }

    /// The tab is gone. What its journal has is brought home, and its person goes on in a new one.
    pub(super) fn crash(&mut self, who: usize) -> Result<()> {
        self.tally.crashes += 1;
        let (writer, journal) = (self.typists[who].writer.clone(), std::mem::take(&mut self.typists[who].journal));
        let found = replay(&writer, journal.into_iter().map(Some));
        if !found.stray.is_empty() {
            return Err("nobody knows where journalled edits belong".into());
        }
        if let Some(left) = found.left {
            let sync = Sync::resume(left, OWNER.to_owned(), self.random.next());
            self.typists[who] = Typist { writer, sync, visible: Rope::new(), journal: Vec::new() };
            // It has no screen: what others have written is of no concern to it.
            self.bring_home(who)?;
        }
        self.typists[who] = self.sit_down();
        Ok(())
    }

    fn bring_home(&mut self, who: usize) -> Result<()> {
        while self.typists[who].sync.status().state != SaveState::Saved {
            self.now += 1_000;
            let mut events = vec![Event::Flush, Event::SignedIn { sub: OWNER.to_owned() }];
            while let Some(event) = events.pop() {
                for effect in self.typists[who].sync.on(event, self.now) {
                    match effect {
                        Effect::Send(patch) => events.push(Event::Answered(self.server.accept(&patch)?)),
                        Effect::Alarm(alarm) => return Err(format!("alarm {alarm:?} on the way home").into()),
                        _ => {}
                    }
                }
            }
        }
        Ok(())
    }

    /// Everybody stops typing, and everything is saved.
    pub(super) fn finish(&mut self) -> Result<()> {
        for _ in 0..1_000 {
            for who in 0..self.typists.len() {
                self.now += 1_000;
                self.tell(who, Event::SignedIn { sub: OWNER.to_owned() })?;
                self.tell(who, Event::Behind { head: u64::MAX })?;
                self.tell(who, Event::Flush)?;
            }
            let saved = |typist: &Typist| typist.sync.status().state == SaveState::Saved;
            if self.typists.iter().all(|typist| saved(typist) && typist.visible == self.server.text) {
                return Ok(());
            }
        }
        Err("not everything is saved and equal in the end".into())
    }
}
