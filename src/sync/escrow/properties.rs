//! A tab that writes on after its session has ended, other devices that write meanwhile, sign-ins here and elsewhere at any
//! moment: what [`settle`] appends is what the tab's own machine takes for its own, and nothing is lost or doubled.

use std::collections::BTreeSet;

use super::{Kept, Logged, Settled, settle};
use crate::edit::{Edit, apply_to};
use crate::entropy::SeededEntropy;
use crate::receipt::Chain;
use crate::sync::{Answer, Effect, Event, SaveState, Start, Sync};
use crate::wire::{Conflict, ConflictBatch, PatchDraft, Receipt};

const TAB: &str = "tab";

struct Batch {
    writer: String,
    logged: Logged,
    hash: Chain,
}

struct World {
    random: SeededEntropy,
    fresh: Box<dyn Iterator<Item = char>>,
    inserted: BTreeSet<char>,
    deleted: BTreeSet<char>,
    now: u64,
    // The server.
    text: String,
    log: Vec<Batch>,
    start: Chain,
    kept: Vec<Kept>,
    answered: u64,
    // The tab.
    tab: Sync,
    seen: String,
    live: bool,
    in_flight: Option<PatchDraft>,
    merged: usize,
}

impl World {
    fn new(seed: u64) -> Self {
        let start = Chain::start("");
        let tab = Sync::new(Start { writer: TAB.into(), sub: "ada".into(), head: 0, hash: start, seed });
        Self {
            random: SeededEntropy::new(seed),
            fresh: Box::new('\u{1f300}'..),
            inserted: BTreeSet::new(),
            deleted: BTreeSet::new(),
            now: 0,
            text: String::new(),
            log: Vec::new(),
            start,
            kept: Vec::new(),
            answered: 0,
            tab,
            seen: String::new(),
            live: true,
            in_flight: None,
            merged: 0,
        }
    }

    fn below(&self, limit: usize) -> usize {
        usize::try_from(self.random.next_u64() % limit as u64).expect("small")
    }

    fn head(&self) -> u64 {
        self.log.len() as u64
    }

    fn hash(&self) -> Chain {
        self.log.last().map_or(self.start, |batch| batch.hash)
    }

    fn acked(&self) -> u64 {
        self.log
            .iter()
            .filter(|batch| batch.logged.own)
            .map(|batch| batch.logged.seq + batch.logged.edits.len() as u64 - 1)
            .max()
            .unwrap_or(0)
    }

    /// Any change of `text`; every inserted character is there once in the whole world.
    fn change(&mut self, text: &str) -> Edit {
        let characters = text.chars().count();
        let at = self.below(characters + 1);
        let gone = if self.below(3) == 0 { self.below(6).min(characters - at) } else { 0 };
        let count = self.below(4).max(usize::from(gone == 0));
        let inserted: String = self.fresh.by_ref().take(count).collect();
        self.inserted.extend(inserted.chars());
        self.deleted.extend(text.chars().skip(at).take(gone));
        // All of them are of two units.
        let units = |count: usize| u32::try_from(2 * count).expect("small");
        Edit { at: units(at), deleted: units(gone), inserted }
    }

    fn append(&mut self, writer: &str, seq: u64, edits: Vec<Edit>) {
        self.text = apply_to(&self.text, &edits).expect("what is appended fits");
        let hash = self.hash().next(&edits);
        let logged = Logged { head: self.head() + 1, own: writer == TAB, seq, edits };
        self.log.push(Batch { writer: writer.into(), logged, hash });
    }

    fn save(&mut self, patch: &PatchDraft) -> Answer {
        let receipt = |batch: &Batch| {
            let acked_seq = batch.logged.seq + batch.logged.edits.len() as u64 - 1;
            Answer::Receipt(Receipt { head: batch.logged.head, acked_seq, hash: batch.hash.hex(), saved_at: 1 })
        };
        let same = |batch: &&Batch| {
            batch.logged.own
                && batch.logged.head == patch.base_head + 1
                && batch.logged.seq == patch.seq
                && batch.logged.edits == patch.edits
        };
        if let Some(batch) = self.log.iter().find(same) {
            return receipt(batch);
        }
        if patch.base_head < self.head() {
            self.answered = self.head();
            let missing = &self.log[usize::try_from(patch.base_head).expect("small")..];
            let batch = |batch: &Batch| ConflictBatch {
                head: batch.logged.head,
                writer: batch.writer.clone(),
                len: batch.logged.edits.len(),
            };
            return Answer::Conflict(Conflict {
                head: self.head(),
                hash: self.hash().hex(),
                acked_seq: self.acked(),
                edits: missing.iter().flat_map(|batch| batch.logged.edits.clone()).collect(),
                batches: missing.iter().map(batch).collect(),
                more: false,
                sides: None,
            });
        }
        assert_eq!(patch.seq, self.acked() + 1);
        self.append(TAB, patch.seq, patch.edits.clone());
        receipt(self.log.last().expect("appended"))
    }

    fn merge(&mut self) {
        let log = self.log.iter().map(|batch| batch.logged.clone()).collect();
        let Settled { append, aside } = settle(&self.kept, log, self.head(), self.acked());
        assert_eq!(aside, Vec::<usize>::new());
        self.merged += append.len();
        for (seq, edits) in append {
            self.append(TAB, seq, edits);
        }
    }

    /// The request arrives; now and then the answer is lost.
    fn deliver(&mut self) {
        let Some(patch) = self.in_flight.take() else { return };
        let answer = if self.live {
            self.save(&patch)
        } else if patch.base_head < self.answered {
            Answer::SessionEnded(crate::wire::EndReason::Expired)
        } else {
            let PatchDraft { base_head, seq, edits, .. } = patch;
            let acked_seq = seq + edits.len() as u64 - 1;
            self.kept.push(Kept { base_head, seq, edits });
            Answer::Escrowed { acked_seq }
        };
        let answer = if self.below(5) == 0 { Answer::Failed } else { answer };
        self.tell(Event::Answered(answer));
    }

    fn tell(&mut self, event: Event) {
        for effect in self.tab.on(event, self.now) {
            match effect {
                Effect::Send(patch) => self.in_flight = Some(patch),
                Effect::ApplyRemote(edits) => self.seen = apply_to(&self.seen, &edits).expect("they fit"),
                Effect::Alarm(alarm) => panic!("{alarm:?}"),
                Effect::AskSession if self.live => self.tell(Event::SignedIn { sub: "ada".into() }),
                _ => {}
            }
        }
    }

    fn step(&mut self) {
        self.now += self.below(1_500) as u64;
        match self.below(12) {
            0..4 => {
                let edit = self.change(&self.seen.clone());
                self.seen = apply_to(&self.seen, std::slice::from_ref(&edit)).expect("it fits");
                self.tell(Event::Typed(edit));
            }
            4 => {
                let edit = self.change(&self.text.clone());
                let writer = format!("phone-{}", self.head());
                self.append(&writer, 1, vec![edit]);
            }
            5 => self.live = false,
            6 => self.merge(),
            7 if self.below(2) == 0 => self.sign_in(),
            _ => {
                self.tell(Event::Tick);
                self.deliver();
            }
        }
    }

    fn sign_in(&mut self) {
        self.live = true;
        self.merge();
        self.tell(Event::SignedIn { sub: "ada".into() });
    }
}

// E10, P5
#[test]
fn e10_a_tab_that_comes_back_agrees_with_what_was_merged_for_it_meanwhile() {
    let mut merged = 0;
    for seed in 0..500 {
        let mut world = World::new(seed);
        for _ in 0..120 {
            world.step();
        }
        world.sign_in();
        for _ in 0..100 {
            world.now += 40_000;
            world.tell(Event::Tick);
            world.deliver();
        }
        assert_eq!(world.tab.status().state, SaveState::Saved, "seed {seed}");
        // What others wrote after the tab's last save is told with its next one.
        let edit = world.change("");
        world.seen.insert_str(0, &edit.inserted);
        world.tell(Event::Typed(edit));
        for _ in 0..100 {
            world.now += 40_000;
            world.tell(Event::Tick);
            world.deliver();
        }
        assert_eq!(world.seen, world.text, "seed {seed}");
        let there: BTreeSet<char> = world.text.chars().collect();
        assert_eq!(there.len(), world.text.chars().count(), "seed {seed}: something is doubled");
        let lost: Vec<_> = world.inserted.difference(&world.deleted).filter(|c| !there.contains(c)).collect();
        assert_eq!(lost, Vec::<&char>::new(), "seed {seed}");
        merged += world.merged;
    }
    assert!(500 < merged, "the schedules hardly merge: {merged}");
}
