//! The world: what will happen, in order, until everything is mended and quiet.

use std::collections::{BTreeMap, BTreeSet};

use super::device::{Clocks, Device, Screen, Tab};
use super::findings::Findings;
use super::server::{Cookie, Fault, Server};
use crate::entropy::SeededEntropy;
use crate::sync::{Answer, Event, Remote, Start, Sync};
use crate::wire::PatchDraft;

pub(super) const OWNER: &str = "owner";

/// When people stop typing and everything is mended.
pub(super) const MENDED_AT: u64 = 45_000;

/// When everything must be saved.
const QUIET_AT: u64 = MENDED_AT + 240_000;

/// Something that will happen. The first number is the tab, or the device where it says so.
#[derive(Debug)]
pub(super) enum Item {
    Person(usize),
    Wake(usize),
    Arrives(usize, u64, PatchDraft, bool),
    Answer(usize, u64, Answer),
    /// The server answers a question about the session that was asked at this moment.
    Look(usize, Clocks),
    /// The answer reaches the countdown: so much is left, counted from the moment of the question.
    Count(usize, i64, Clocks),
    Stream(usize, Remote),
    CatchUp(usize, u64),
    Written(usize),
    /// Everybody on a device sends what there is.
    Flush(usize),
    /// A device's owner opens the document in a new tab.
    Open(usize),
    /// A device looks for what dead tabs have left in its journal.
    BringHome(usize),
    /// A device's session ends, if nobody has signed in meanwhile.
    Ends(usize),
    WakesUp(usize),
    Chaos,
}

pub(super) struct World {
    random: SeededEntropy,
    pub(super) now: u64,
    pub(super) fault: Fault,
    pub(super) server: Server,
    pub(super) devices: Vec<Device>,
    pub(super) tabs: Vec<Tab>,
    queue: BTreeMap<(u64, u64), Item>,
    pub(super) counter: u64,
    pub(super) fresh: Box<dyn Iterator<Item = char>>,
    pub(super) inserted: BTreeSet<char>,
    pub(super) deleted: BTreeSet<char>,
    /// Nobody can say whether these were inserted or deleted: it was done in the last moment of a tab that crashed.
    pub(super) doubtful: BTreeSet<char>,
    /// What the edit that is being typed inserts and deletes.
    pub(super) typing: Vec<char>,
    pub(super) findings: Findings,
    /// Whether the server keeps what arrives after a session's end; in every other world. A merge out of escrow cannot
    /// divide an edit into several (their numbers are the writer's to give), so only there may text of somebody else be
    /// deleted and inserted again, and a concurrent deletion of it be lost.
    pub(super) escrow: bool,
    told: Option<Vec<String>>,
}

impl World {
    pub(super) fn new(seed: u64, fault: Fault) -> Self {
        let random = SeededEntropy::new(seed);
        // Every character occurs once; the first ones are of one unit, the later ones of two.
        let mut fresh = Box::new(('\u{ff00}'..='\u{ffef}').chain('\u{1f300}'..)) as Box<dyn Iterator<Item = char>>;
        let length = random.next_u64() % 40;
        let text: String = (0..length).filter_map(|_| fresh.next()).collect();
        let mut world = Self {
            now: 0,
            fault,
            server: Server::new(&text, fault),
            devices: Vec::new(),
            tabs: Vec::new(),
            queue: BTreeMap::new(),
            counter: 0,
            fresh,
            inserted: text.chars().collect(),
            deleted: BTreeSet::new(),
            doubtful: BTreeSet::new(),
            typing: Vec::new(),
            findings: Findings::default(),
            escrow: seed % 2 == 1,
            told: None,
            random,
        };
        for device in 0..2 + world.index(3) {
            world.devices.push(Device::new(0));
            world.sign_in(device);
            world.open(device);
        }
        world.later(2_000, Item::Chaos);
        world
    }

    /// Keeps an account of everything that happens.
    pub(super) fn told(mut self) -> Self {
        self.told = Some(Vec::new());
        self
    }

    pub(super) fn tell_of(&mut self, what: impl FnOnce() -> String) {
        let now = self.now;
        if let Some(told) = &mut self.told {
            told.push(format!("{now:>6} {}", what()));
        }
    }

    pub(super) fn random(&self) -> u64 {
        self.random.next_u64()
    }

    pub(super) fn below(&self, limit: u64) -> u64 {
        self.random() % limit.max(1)
    }

    /// An index of something with so many elements.
    pub(super) fn index(&self, len: usize) -> usize {
        usize::try_from(self.below(len as u64)).unwrap_or(0)
    }

    /// Once in `times`, until everything is mended.
    pub(super) fn once_in(&self, times: u64) -> bool {
        self.now < MENDED_AT && self.below(times) == 0
    }

    pub(super) fn later(&mut self, within: u64, item: Item) {
        let at = self.now + self.below(within);
        self.at(at, item);
    }

    pub(super) fn at(&mut self, at: u64, item: Item) {
        self.counter += 1;
        self.queue.insert((at, self.counter), item);
    }

    /// The tabs that live, on one device or (`None`) anywhere.
    pub(super) fn living(&self, device: Option<usize>) -> Vec<usize> {
        let lives = |tab: &usize| self.tabs[*tab].alive && device.is_none_or(|device| self.tabs[*tab].device == device);
        (0..self.tabs.len()).filter(lives).collect()
    }

    /// A new tab reads the draft and shows it; somebody begins to type there.
    pub(super) fn open(&mut self, device: usize) {
        let (head, hash) = (self.server.head(), self.server.hash());
        let writer = format!("writer-{}", self.tabs.len());
        let start = Start { writer: writer.clone(), sub: OWNER.to_owned(), head, hash, seed: self.random() };
        let tab = self.add(device, writer, Sync::new(start), Some(Screen::of(&self.server.text)));
        self.journal_begins(tab, head, hash);
        self.ask(tab, 500);
        self.later(1_000, Item::Person(tab));
    }

    pub(super) fn add(&mut self, device: usize, writer: String, machine: Sync, screen: Option<Screen>) -> usize {
        self.tabs.push(Tab { device, writer, machine, alive: true, screen, awaited: None });
        self.tabs.len() - 1
    }

    /// What was found, or what was wrong; and what happened, where that was asked for.
    pub(super) fn run(mut self) -> (Result<Findings, String>, Vec<String>) {
        let lived = self.live();
        let told = self.told.take().unwrap_or_default();
        (lived.map(|()| self.findings), told)
    }

    fn live(&mut self) -> Result<(), String> {
        while self.queue.first_key_value().is_some_and(|(key, _)| key.0 < MENDED_AT) {
            self.step()?;
        }
        self.now = MENDED_AT;
        self.mend()?;
        while self.queue.first_key_value().is_some_and(|(key, _)| key.0 < QUIET_AT) {
            self.step()?;
        }
        self.is_whole()
    }

    /// Every device is awake, its owner signed in, the network there.
    fn mend(&mut self) -> Result<(), String> {
        self.tell_of(|| "everything is mended".to_owned());
        for device in 0..self.devices.len() {
            self.wake_up(device)?;
            self.devices[device].cookie = Cookie::Owner;
            self.devices[device].ends_at = QUIET_AT * 2;
            for again in 0..5 {
                self.at(MENDED_AT + 1_000 + again * 40_000, Item::BringHome(device));
                self.at(MENDED_AT + 20_000 + again * 40_000, Item::Flush(device));
            }
        }
        self.server.merge_escrow()?;
        for tab in self.living(None) {
            self.tell(tab, Event::SignedIn { sub: OWNER.to_owned() })?;
            self.tell(tab, Event::Online)?;
            self.tell(tab, Event::Flush)?;
        }
        Ok(())
    }

    /// The device on whose being awake an item waits.
    fn waits_for(&self, item: &Item) -> Option<usize> {
        match item {
            Item::Person(tab) | Item::Wake(tab) | Item::Answer(tab, ..) | Item::Count(tab, ..) => Some(*tab),
            Item::Stream(tab, _) | Item::CatchUp(tab, _) | Item::Written(tab) => Some(*tab),
            Item::Open(device) | Item::BringHome(device) | Item::Flush(device) => return Some(*device),
            Item::Arrives(..) | Item::Look(..) | Item::Ends(_) | Item::WakesUp(_) | Item::Chaos => None,
        }
        .map(|tab| self.tabs[tab].device)
    }

    fn step(&mut self) -> Result<(), String> {
        let Some(((at, _), item)) = self.queue.pop_first() else { return Ok(()) };
        self.now = at;
        if let Some(device) = self.waits_for(&item)
            && let Some((_, until)) = self.devices[device].asleep
        {
            self.at(until, item);
            return Ok(());
        }
        self.tell_of(|| format!("{item:?}"));
        match item {
            Item::Person(_) | Item::Chaos | Item::Open(_) | Item::Ends(_) if MENDED_AT <= at => Ok(()),
            Item::Person(tab) => self.person(tab),
            Item::Flush(device) => {
                self.living(Some(device)).into_iter().try_for_each(|tab| self.tell(tab, Event::Flush))
            }
            Item::Wake(tab) => self.tell(tab, Event::Tick),
            Item::Written(tab) => self.written(tab),
            Item::Arrives(tab, request, patch, answered) => self.arrives(tab, request, &patch, answered),
            Item::Answer(tab, request, answer) => self.answered(tab, request, answer),
            Item::Look(tab, asked) => self.look(tab, asked),
            Item::Count(tab, remaining, asked) => {
                self.count(tab, remaining, asked);
                Ok(())
            }
            Item::Stream(tab, remote) => {
                self.findings.remote += 1;
                self.tell(tab, Event::Remote(remote))
            }
            Item::CatchUp(tab, since) => {
                let Tab { device, writer, .. } = &self.tabs[tab];
                let signed_in = self.devices[*device].cookie == Cookie::Owner && !self.once_in(4);
                let found = signed_in.then(|| self.server.since(since, writer));
                self.tell(tab, Event::CaughtUp(found))
            }
            Item::Open(device) => {
                if self.devices[device].cookie == Cookie::Owner {
                    self.open(device);
                } else {
                    self.later(4_000, Item::Open(device));
                }
                Ok(())
            }
            Item::BringHome(device) => self.bring_home(device),
            Item::Ends(device) => {
                let ended = self.devices[device].ends_at <= at && self.devices[device].cookie == Cookie::Owner;
                if ended {
                    self.devices[device].cookie = Cookie::Ended(crate::wire::EndReason::Expired);
                    self.ask_all(device, 4_000);
                }
                Ok(())
            }
            Item::WakesUp(device) => self.wake_up(device),
            Item::Chaos => self.chaos(),
        }
    }
}
