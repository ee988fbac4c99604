//! The world around the machines: people, browsers, the network, and the checker.

use std::collections::{BTreeMap, BTreeSet};

use super::server::{Cookie, Fault, Server};
use crate::edit::{Edit, apply_to, byte_offset, utf16_len};
use crate::entropy::SeededEntropy;
use crate::receipt::Chain;
use crate::sync::{Answer, Effect, Event, Remote, SaveState, Start, Sync};
use crate::wire::{Code, EndReason, PatchDraft};

const OWNER: &str = "owner";

/// When people stop typing and everything is mended.
const MENDED_AT: u64 = 45_000;

/// When everything must be saved.
const QUIET_AT: u64 = MENDED_AT + 240_000;

/// How long the driver waits for an answer.
const TIMEOUT_MS: u64 = 4_000;

/// What was reached, so that a change does not silently make the schedules tame.
#[derive(Debug, Default)]
pub(super) struct Findings {
    typed: u64,
    lost: u64,
    back: u64,
    doubled: u64,
    conflicts: u64,
    retries: u64,
    escrowed: u64,
    sealed: u64,
    remote: u64,
}

impl Findings {
    pub(super) fn add(&mut self, other: &Self) {
        self.typed += other.typed;
        self.lost += other.lost;
        self.back += other.back;
        self.doubled += other.doubled;
        self.conflicts += other.conflicts;
        self.retries += other.retries;
        self.escrowed += other.escrowed;
        self.sealed += other.sealed;
        self.remote += other.remote;
    }

    pub(super) fn exercised(&self) -> bool {
        [self.typed, self.conflicts, self.retries, self.escrowed, self.sealed, self.remote].iter().all(|n| 100 < *n)
    }
}

impl std::fmt::Display for Findings {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { typed, lost, back, doubled, conflicts, retries, escrowed, sealed, remote } = self;
        write!(
            f,
            "typed {typed}, lost {lost}, deleted and back {back}, doubled {doubled}; {conflicts} conflicts, {retries} unknown outcomes, \
             {escrowed} into escrow, {sealed} other users, {remote} live edits"
        )
    }
}

struct Browser {
    writer: String,
    machine: Sync,
    text: String,
    cookie: Cookie,
    /// The number of the request whose answer is awaited.
    awaited: Option<u64>,
    caret: u32,
}

/// Something that will happen.
enum Item {
    Person(usize),
    Wake(usize),
    Arrives(usize, u64, PatchDraft, bool),
    Answer(usize, u64, Answer),
    Look(usize),
    Stream(usize, Remote),
    CatchUp(usize, u64),
    Journalled(usize, u64),
    Flush(usize),
    Chaos,
}

pub(super) struct World {
    random: SeededEntropy,
    now: u64,
    server: Server,
    browsers: Vec<Browser>,
    queue: BTreeMap<(u64, u64), Item>,
    counter: u64,
    fresh: Box<dyn Iterator<Item = char>>,
    inserted: BTreeSet<char>,
    deleted: BTreeSet<char>,
    findings: Findings,
    /// Whether the server keeps what arrives after a session's end; in every other world. A merge out of escrow cannot
    /// divide an edit into several (their numbers are the writer's to give), so only there may text of somebody else be
    /// deleted and inserted again, and a concurrent deletion of it be lost.
    escrow: bool,
}

impl World {
    pub(super) fn new(seed: u64, fault: Fault) -> Self {
        let random = SeededEntropy::new(seed);
        // Every character occurs once; the first ones are of one unit, the later ones of two.
        let mut fresh = Box::new(('\u{ff00}'..='\u{ffef}').chain('\u{1f300}'..)) as Box<dyn Iterator<Item = char>>;
        let text: String = fresh.by_ref().take(usize::try_from(random.next_u64() % 40).expect("small")).collect();
        let browsers = (0..2 + random.next_u64() % 3).map(|number| {
            let writer = format!("writer-{number}");
            let start = Start {
                writer: writer.clone(),
                sub: OWNER.to_owned(),
                head: 0,
                hash: Chain::start(&text),
                seed: random.next_u64(),
            };
            Browser {
                writer,
                machine: Sync::new(start),
                text: text.clone(),
                cookie: Cookie::Owner,
                awaited: None,
                caret: 0,
            }
        });
        let mut world = Self {
            now: 0,
            server: Server::new(&text, fault),
            browsers: browsers.collect(),
            queue: BTreeMap::new(),
            counter: 0,
            fresh,
            inserted: text.chars().collect(),
            deleted: BTreeSet::new(),
            findings: Findings::default(),
            escrow: seed % 2 == 1,
            random,
        };
        for browser in 0..world.browsers.len() {
            world.later(1_000, Item::Person(browser));
        }
        world.later(2_000, Item::Chaos);
        world
    }

    fn below(&self, limit: u64) -> u64 {
        self.random.next_u64() % limit.max(1)
    }

    /// Once in `times`, until everything is mended.
    fn once_in(&self, times: u64) -> bool {
        self.now < MENDED_AT && self.below(times) == 0
    }

    fn later(&mut self, within: u64, item: Item) {
        let at = self.now + self.below(within);
        self.at(at, item);
    }

    fn at(&mut self, at: u64, item: Item) {
        self.counter += 1;
        self.queue.insert((at, self.counter), item);
    }

    pub(super) fn run(mut self) -> Result<Findings, String> {
        while let Some((&key, _)) = self.queue.first_key_value()
            && key.0 < MENDED_AT
        {
            self.step()?;
        }
        self.now = MENDED_AT;
        self.server.merge_escrow();
        for browser in 0..self.browsers.len() {
            self.browsers[browser].cookie = Cookie::Owner;
            self.tell(browser, Event::SignedIn { sub: OWNER.to_owned() })?;
            self.tell(browser, Event::Online)?;
            self.tell(browser, Event::Flush)?;
        }
        for again in 1..6 {
            for browser in 0..self.browsers.len() {
                self.at(MENDED_AT + again * 40_000, Item::Flush(browser));
            }
        }
        while self.queue.first_key_value().is_some_and(|(key, _)| key.0 < QUIET_AT) {
            self.step()?;
        }
        self.quiescent()
    }

    fn step(&mut self) -> Result<(), String> {
        let Some(((at, _), item)) = self.queue.pop_first() else { return Ok(()) };
        self.now = at;
        match item {
            Item::Person(_) | Item::Chaos if MENDED_AT <= at => Ok(()),
            Item::Person(browser) => self.person(browser),
            Item::Flush(browser) => self.tell(browser, Event::Flush),
            Item::Wake(browser) => self.tell(browser, Event::Tick),
            Item::Journalled(browser, seq) => self.tell(browser, Event::Journalled { seq }),
            Item::Arrives(browser, request, patch, answered) => {
                self.arrives(browser, request, &patch, answered);
                Ok(())
            }
            Item::Answer(browser, request, answer) => {
                if self.browsers[browser].awaited != Some(request) {
                    return Ok(());
                }
                self.browsers[browser].awaited = None;
                match answer {
                    Answer::Conflict(_) => self.findings.conflicts += 1,
                    Answer::Failed => self.findings.retries += 1,
                    Answer::Escrowed { .. } => self.findings.escrowed += 1,
                    _ => {}
                }
                self.tell(browser, Event::Answered(answer))
            }
            Item::Look(browser) => match self.browsers[browser].cookie {
                Cookie::Owner => self.tell(browser, Event::SignedIn { sub: OWNER.to_owned() }),
                Cookie::Somebody => self.tell(browser, Event::SignedIn { sub: "somebody".to_owned() }),
                Cookie::Ended(reason) => self.tell(browser, Event::SessionEnded(reason)),
            },
            Item::Stream(browser, remote) => {
                self.findings.remote += 1;
                self.tell(browser, Event::Remote(remote))
            }
            Item::CatchUp(browser, since) => {
                let writer = self.browsers[browser].writer.clone();
                let signed_in = self.browsers[browser].cookie == Cookie::Owner && !self.once_in(4);
                let found = signed_in.then(|| self.server.since(since, &writer));
                self.tell(browser, Event::CaughtUp(found))
            }
            Item::Chaos => self.chaos(),
        }
    }

    /// A person types, deletes, or moves the caret.
    fn person(&mut self, browser: usize) -> Result<(), String> {
        let pause = if self.below(6) == 0 { 6_000 } else { 300 };
        self.later(pause, Item::Person(browser));
        if self.browsers[browser].machine.status().sealed {
            return Ok(());
        }
        let text = self.browsers[browser].text.clone();
        let bounds: Vec<u32> = std::iter::once(0)
            .chain(text.chars().scan(0, |end, c| {
                *end += u32::try_from(c.len_utf16()).unwrap_or(1);
                Some(*end)
            }))
            .collect();
        let pick = |random: u64| bounds[usize::try_from(random % bounds.len() as u64).unwrap_or(0)];
        let caret = self.browsers[browser].caret;
        let at = if self.below(4) == 0 || !bounds.contains(&caret) { pick(self.random.next_u64()) } else { caret };
        let index = bounds.iter().position(|bound| *bound == at).unwrap_or(0);
        let longest = if self.below(8) == 0 { 30 } else { 3 };
        let end = match self.below(3) {
            0 => bounds[(index + usize::try_from(self.below(longest)).unwrap_or(0)).min(bounds.len() - 1)],
            _ => at,
        };
        let count = usize::try_from(self.below(4)).unwrap_or(0);
        let inserted: String = self.fresh.by_ref().take(count).collect();
        self.deleted.extend(text[byte_offset(&text, at)..byte_offset(&text, end)].chars());
        self.inserted.extend(inserted.chars());
        self.findings.typed += count as u64;
        let edit = Edit { at, deleted: end - at, inserted };
        let browser_state = &mut self.browsers[browser];
        browser_state.caret = at + edit.inserted_len();
        browser_state.text = apply_to(&text, std::slice::from_ref(&edit)).map_err(|error| error.to_string())?;
        self.tell(browser, Event::Typed(edit))
    }

    fn chaos(&mut self) -> Result<(), String> {
        self.later(3_000, Item::Chaos);
        let browser = usize::try_from(self.below(self.browsers.len() as u64)).unwrap_or(0);
        match self.below(10) {
            0 | 1 => {
                self.browsers[browser].cookie =
                    Cookie::Ended([EndReason::Expired, EndReason::Expired, EndReason::Revoked][self.below(3) as usize]);
                self.later(4_000, Item::Look(browser));
            }
            2 => {
                self.browsers[browser].cookie = Cookie::Somebody;
                self.later(4_000, Item::Look(browser));
            }
            3..6 => {
                self.browsers[browser].cookie = Cookie::Owner;
                self.server.merge_escrow();
                self.later(1_000, Item::Look(browser));
            }
            6 => return self.tell(browser, Event::Offline),
            7 => return self.tell(browser, Event::Online),
            8 => return self.tell(browser, Event::Flush),
            _ => {
                if self.below(2) == 0 {
                    self.server.crash()
                } else {
                    self.server.sync_to_disk()
                }
            }
        }
        Ok(())
    }

    /// A request reaches the server (perhaps for the second time).
    fn arrives(&mut self, browser: usize, request: u64, patch: &PatchDraft, answered: bool) {
        let before = self.server.log.len();
        let answer = match self.below(40) {
            0 if self.now < MENDED_AT => Answer::RetryAfter { ms: Some(self.below(3_000)) },
            1 if self.now < MENDED_AT => Answer::CannotSave { ms: None },
            2 if self.now < MENDED_AT => Answer::NotFound,
            3 if self.now < MENDED_AT => Answer::Rejected(Code::TooLarge),
            roll => self.server.patch(patch, self.browsers[browser].cookie, self.escrow && roll % 2 == 0),
        };
        if answered {
            self.later(500, Item::Answer(browser, request, answer));
        }
        for accepted in self.server.log.get(before..).unwrap_or_default().to_vec() {
            for other in 0..self.browsers.len() {
                if other != browser && self.below(3) != 0 {
                    let remote = Remote {
                        writer: accepted.writer.clone(),
                        base_head: accepted.base_head,
                        head: accepted.head,
                        hash: accepted.hash,
                        edits: accepted.edits.clone(),
                    };
                    self.later(800, Item::Stream(other, remote));
                }
            }
        }
    }

    /// Tells a machine what happened, performs its effects, and looks at what it claims.
    fn tell(&mut self, browser: usize, event: Event) -> Result<(), String> {
        if let Event::SignedIn { sub } = &event
            && sub != OWNER
        {
            self.findings.sealed += 1;
        }
        let effects = self.browsers[browser].machine.on(event, self.now);
        for effect in effects {
            match effect {
                Effect::Send(patch) => self.send(browser, patch)?,
                Effect::Journal { seq, .. } => {
                    if self.below(3) != 0 {
                        self.later(50, Item::Journalled(browser, seq));
                    }
                }
                Effect::TrimJournal { through, .. } | Effect::RewriteJournal { through, .. } => {
                    if self.server.acked(&self.browsers[browser].writer) < through {
                        return Err("the journal was trimmed beyond what the server has".to_owned());
                    }
                }
                Effect::CatchUp { since } => self.later(900, Item::CatchUp(browser, since)),
                Effect::ApplyRemote(edits) => {
                    let state = &mut self.browsers[browser];
                    state.text = apply_to(&state.text, &edits).map_err(|error| error.to_string())?;
                    state.caret = state.caret.min(utf16_len(&state.text));
                }
                // A timer may be late.
                Effect::WakeIn { ms } => {
                    let at = self.now + ms + self.below(20);
                    self.at(at, Item::Wake(browser));
                }
                Effect::AskSession => self.later(500, Item::Look(browser)),
                Effect::Alarm(alarm) => {
                    let expected = matches!(
                        alarm,
                        crate::sync::Alarm::Rejected(Code::CannotSave | Code::TooLarge | Code::NotFound)
                    );
                    if !expected {
                        return Err(format!("alarm {alarm:?} in {}", self.browsers[browser].writer));
                    }
                }
            }
        }
        self.check(browser)
    }

    fn send(&mut self, browser: usize, patch: PatchDraft) -> Result<(), String> {
        let state = &mut self.browsers[browser];
        if state.awaited.is_some() {
            return Err("two batches in flight".to_owned());
        }
        if state.machine.status().sealed {
            return Err("sent while another user is signed in".to_owned());
        }
        self.counter += 1;
        let request = self.counter;
        state.awaited = Some(request);
        let lost_on_the_way_back = self.once_in(8);
        if !self.once_in(8) {
            self.later(500, Item::Arrives(browser, request, patch.clone(), !lost_on_the_way_back));
        }
        if self.once_in(10) {
            self.later(8_000, Item::Arrives(browser, request, patch, false));
        }
        let at = self.now + TIMEOUT_MS;
        self.at(at, Item::Answer(browser, request, Answer::Failed));
        Ok(())
    }

    /// "Saved" is only ever said of what the server has.
    fn check(&self, browser: usize) -> Result<(), String> {
        let state = &self.browsers[browser];
        let status = state.machine.status();
        let on_server = self.server.acked(&state.writer);
        if on_server < status.acked || (status.state == SaveState::Saved && on_server < status.typed) {
            return Err(format!("{} was shown as saved: {status:?}, the server has {on_server}", state.writer));
        }
        if status.acked < status.typed && status.state == SaveState::Saved {
            return Err(format!("saved although {status:?}"));
        }
        Ok(())
    }

    fn quiescent(mut self) -> Result<Findings, String> {
        // Everybody hears of everything, in order.
        let log = self.server.log.clone();
        for browser in 0..self.browsers.len() {
            let status = self.browsers[browser].machine.status();
            if status.state != SaveState::Saved || status.unsaved_characters != 0 {
                return Err(format!("not saved in the end: {status:?} {:?}", self.browsers[browser].machine));
            }
            for accepted in &log {
                let remote = Remote {
                    writer: accepted.writer.clone(),
                    base_head: accepted.base_head,
                    head: accepted.head,
                    hash: accepted.hash,
                    edits: accepted.edits.clone(),
                };
                self.tell(browser, Event::Remote(remote))?;
            }
            let browser = &self.browsers[browser];
            if browser.text != self.server.text {
                return Err(format!("{} sees another text than the server's", browser.writer));
            }
        }
        let mut accepted: BTreeMap<&str, u64> = BTreeMap::new();
        for batch in &log {
            let next = accepted.entry(&batch.writer).or_insert(1);
            if batch.seq != *next {
                return Err(format!("{} was accepted twice or with a gap", batch.writer));
            }
            *next += batch.edits.len() as u64;
        }
        let text: BTreeSet<char> = self.server.text.chars().collect();
        self.findings.doubled = (self.server.text.chars().count() - text.len()) as u64;
        if self.findings.doubled != 0 && !self.escrow {
            return Err("something is doubled".to_owned());
        }
        self.findings.lost = self.inserted.difference(&self.deleted).filter(|c| !text.contains(c)).count() as u64;
        self.findings.back = self.deleted.intersection(&text).count() as u64;
        if self.findings.lost != 0 {
            return Err(format!("{} characters are missing", self.findings.lost));
        }
        if self.findings.back != 0 && !self.escrow {
            return Err(format!("{} deleted characters are back", self.findings.back));
        }
        Ok(self.findings)
    }
}
