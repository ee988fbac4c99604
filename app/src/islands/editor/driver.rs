//! Performs what the domain's sync machine asks for. It decides nothing: every rule of saving is in the machine.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use holdfast::edit::{Edit, Way};
use holdfast::receipt::Chain;
use holdfast::sync::{Alarm, Answer, Effect as Task, Event, Start, Sync};
use holdfast::wire::PatchDraft;
use leptos::prelude::*;
use leptos::task::spawn_local;
use web_sys::Element;

use super::keeper::Keeper;
use super::send;
use super::status::Status;
use super::{ATTENDED_MS, Document, is_owner};
use crate::browser::journal::Refused;
use crate::browser::{self, TextArea, Timer, monotonic_ms, wait};
use crate::islands::desk::{Desk, News, Who};
use crate::islands::watch::Watch;
use crate::words;

/// So much changed at once by another window is worth a word: the writer may not recognize the text.
const A_LOT: usize = 1_000;

/// After the journal has failed it is tried again so often.
const JOURNAL_AGAIN_MS: u64 = 3_000;

/// The hash chain that the page came with. What cannot be read is the chain of nothing: the first receipt will say so.
pub(super) fn chain(hex: &str) -> Chain {
    Chain::parse(hex).unwrap_or_else(|| Chain::start(""))
}

/// The machine with its hands.
#[derive(Clone)]
pub(super) struct Driver(Rc<Inner>);

struct Inner {
    machine: RefCell<Sync>,
    keeper: RefCell<Rc<Keeper>>,
    area: RefCell<TextArea>,
    /// An input method is composing: nothing may change the text under it.
    composing: Cell<bool>,
    /// Edits from elsewhere are being put in.
    applying: Cell<bool>,
    /// What was heard meanwhile.
    held: RefCell<Vec<Event>>,
    last_key: Cell<u64>,
    /// How often this window may still begin anew: what does not help three times never will.
    anew: Cell<u8>,
    wake: RefCell<Option<Timer>>,
    document: Document,
    desk: Desk,
    watch: Watch,
    status: Status,
}

impl Driver {
    /// Takes over the text area within `root`.
    pub(super) fn start(
        start: Start,
        document: Document,
        root: &Element,
        desk: Desk,
        watch: &Watch,
        status: Status,
    ) -> Option<Self> {
        let driver = Self(Rc::new(Inner {
            keeper: RefCell::new(Rc::new(Keeper::new(&start, &document))),
            machine: RefCell::new(Sync::new(start)),
            area: RefCell::new(TextArea::within(root)?),
            composing: Cell::new(false),
            applying: Cell::new(false),
            held: RefCell::default(),
            last_key: Cell::new(monotonic_ms()),
            anew: Cell::new(3),
            wake: RefCell::default(),
            document,
            desk,
            watch: watch.clone(),
            status,
        }));
        driver.listen();
        // What was typed before this code ran is the first edit.
        driver.feed(Event::Tick);
        Some(driver)
    }

    fn listen(&self) {
        let on_text = |name: &str, then: fn(&Self, &web_sys::Event)| {
            let driver = self.clone();
            browser::on(self.0.area.borrow().target(), name, move |event| then(&driver, &event));
        };
        on_text("input", |driver, event| {
            if driver.0.applying.get() {
                return;
            }
            driver.0.last_key.set(monotonic_ms());
            let way = browser::way(event);
            if let Some(way) = way.filter(|_| driver.0.area.borrow().is_shared()) {
                // Not every browser lets its own step be prevented, and a script's command asks nobody.
                driver.0.area.borrow().hold();
                return driver.turn(way);
            }
            let edits = driver.0.area.borrow_mut().changes(monotonic_ms(), way);
            driver.hear(edits, Event::Tick);
        });
        on_text("compositionstart", |driver, _| driver.0.composing.set(true));
        on_text("compositionend", |driver, _| {
            driver.0.composing.set(false);
            driver.feed(Event::Tick);
            for event in driver.0.held.take() {
                driver.feed(event);
            }
        });
        for (name, event) in [
            ("online", Event::Online),
            ("focus", Event::Returned),
            ("offline", Event::Offline),
            // Before the browser asks whether to leave, so that what was just typed is on its way meanwhile.
            ("beforeunload", Event::Flush),
            ("pagehide", Event::Flush),
        ] {
            let driver = self.clone();
            browser::on_window(name, move |_| driver.feed(event.clone()));
        }
        // In no other field, either: the browser's steps of all fields lie on one pile.
        let driver = self.clone();
        browser::on_document("beforeinput", move |event| {
            let Some(way) = browser::way(&event) else { return };
            if driver.0.area.borrow().is_shared() {
                event.prevent_default();
                if event.default_prevented() && browser::is_from(&event, "textarea") {
                    driver.turn(way);
                }
            }
        });
        let driver = self.clone();
        browser::on_document("visibilitychange", move |_| {
            driver.feed(if browser::is_hidden() { Event::Flush } else { Event::Tick });
        });
        let driver = self.clone();
        browser::on_document("keydown", move |event| {
            if browser::wants_to_save(&event) {
                event.prevent_default();
                driver.feed(Event::Flush);
            }
        });
        let (driver, flushes) = (self.clone(), self.0.desk.flushes);
        Effect::new(move |_| {
            if flushes.get() > 0 {
                driver.feed(Event::Flush);
            }
        });
        let (driver, discards) = (self.clone(), self.0.desk.discards);
        Effect::new(move |_| {
            if discards.get() > 0 {
                let gone = driver.0.keeper.borrow().discard();
                spawn_local(async move {
                    let _ = gone.await;
                });
            }
        });
        let (driver, resumes) = (self.clone(), self.0.desk.resumes);
        Effect::new(move |_| {
            if resumes.get() > 0 {
                driver.0.area.borrow().resume();
            }
        });
    }

    /// Tells the machine what happened, after everything that was typed before it.
    pub(super) fn feed(&self, event: Event) {
        let inner = &self.0;
        if inner.composing.get() && matches!(event, Event::Answered(_) | Event::Remote(_) | Event::CaughtUp(_)) {
            inner.held.borrow_mut().push(event);
            return;
        }
        let typed = inner.area.borrow_mut().changes(monotonic_ms(), None);
        self.hear(typed, event);
    }

    /// Undoes or redoes a step of the writer's own, in a text that others write in.
    fn turn(&self, way: Way) {
        if self.0.composing.get() {
            return;
        }
        self.feed(Event::Tick);
        self.0.applying.set(true);
        let edits = self.0.area.borrow_mut().turn(way);
        self.0.applying.set(false);
        self.0.last_key.set(monotonic_ms());
        self.hear(edits, Event::Tick);
    }

    /// Tells the machine what the text has already, and then what happened.
    fn hear(&self, typed: Vec<Edit>, event: Event) {
        let inner = &self.0;
        let now = monotonic_ms();
        let mut tasks = Vec::new();
        for event in typed.into_iter().map(Event::Typed).chain([event]) {
            tasks.extend(inner.machine.borrow_mut().on(event, now));
        }
        let merged = tasks.iter().any(|task| matches!(task, Task::ApplyRemote(_)));
        let tasks = self.keep(tasks);
        for task in tasks {
            self.perform(task);
        }
        inner.status.set_text(inner.machine.borrow().status());
        if merged {
            // What came may not be quite what is shown: then that is the next edit.
            self.feed(Event::Tick);
        }
    }

    /// Writes to the journal what is to be written; the answer is what is left to do at once.
    fn keep(&self, mut tasks: Vec<Task>) -> Vec<Task> {
        let keeper = Rc::clone(&self.0.keeper.borrow());
        let Some(kept) = keeper.keep(&tasks) else { return tasks };
        // The server must not have a form of the edits that the journal lacks.
        let later = if kept.rewritten { tasks.iter().position(|task| matches!(task, Task::Send(_))) } else { None };
        let later = later.map(|index| tasks.remove(index));
        let driver = self.clone();
        spawn_local(async move {
            match kept.written.await {
                // What was written behind a write that failed lies behind a gap; what another log has says nothing of this.
                Ok(()) if keeper.is_whole() && Rc::ptr_eq(&keeper, &driver.0.keeper.borrow()) => {
                    driver.0.status.set_journal(true);
                    driver.feed(Event::Journalled { seq: kept.seq });
                }
                Ok(()) => {}
                Err(refused) => {
                    keeper.stop();
                    if refused == Refused::Broken {
                        driver.0.status.set_journal(false);
                    }
                    let driver = driver.clone();
                    spawn_local(async move {
                        wait(JOURNAL_AGAIN_MS).await;
                        driver.feed(Event::JournalAgain);
                    });
                }
            }
            if let Some(task) = later {
                driver.perform(task);
            }
        });
        tasks
    }

    /// Somebody is signed in, or nobody.
    pub(super) fn set_who(&self, who: Who) {
        self.0.area.borrow_mut().set_away(who == Who::Other);
        self.feed(match who {
            Who::Owner => Event::SignedIn { sub: self.0.document.sub.clone() },
            Who::Nobody(reason) => Event::SessionEnded(reason),
            // All that the machine wants to know of another user is that it is another.
            Who::Other => Event::SignedIn { sub: String::new() },
        });
    }

    /// The open editor's id.
    pub(super) fn writer(&self) -> String {
        self.0.machine.borrow().writer().to_owned()
    }

    /// Gives the focus to the text.
    pub(super) fn focus(&self) {
        self.0.area.borrow().focus();
    }

    fn perform(&self, task: Task) {
        match task {
            Task::Send(batch) => self.send(batch),
            // Done by `keep`.
            Task::Journal { .. } | Task::TrimJournal { .. } | Task::RewriteJournal { .. } => {}
            Task::CatchUp { since } => {
                let driver = self.clone();
                spawn_local(async move {
                    let writer = driver.writer();
                    let found = send::since(&driver.0.document, since, &writer).await;
                    driver.feed(Event::CaughtUp(found));
                });
            }
            Task::ApplyRemote(edits) => {
                // Putting them in makes an `input` event of its own.
                self.0.applying.set(true);
                self.0.area.borrow_mut().apply(&edits);
                self.0.applying.set(false);
                let changed: usize = edits.iter().map(|edit| edit.inserted.len() + edit.deleted as usize).sum();
                if A_LOT <= changed {
                    self.changed_elsewhere(["/documents/", &self.0.document.id, "/history"].concat());
                }
            }
            Task::WakeIn { ms } => {
                let driver = self.clone();
                *self.0.wake.borrow_mut() = Timer::after(ms, move || driver.feed(Event::Tick));
            }
            Task::AskSession => self.0.watch.ask(),
            Task::Alarm(alarm) => {
                self.0.status.set_alarm(alarm);
                if matches!(alarm, Alarm::HashMismatch | Alarm::ServerLostEdits | Alarm::Diverged) {
                    self.begin_anew();
                }
            }
        }
    }

    fn send(&self, batch: PatchDraft) {
        let driver = self.clone();
        let unattended = ATTENDED_MS < monotonic_ms().saturating_sub(self.0.last_key.get());
        spawn_local(async move {
            let inner = &driver.0;
            let asked = monotonic_ms();
            let answer = send::send(&inner.document, &batch, unattended).await;
            let ended = match &answer {
                Answer::SessionEnded(reason) => Some(*reason),
                _ => None,
            };
            // A new writer has taken over meanwhile.
            if inner.machine.borrow().writer() != batch.writer {
                return;
            }
            let saved = matches!(answer, Answer::Receipt(_));
            let review = send::review(&inner.document, &answer);
            driver.feed(Event::Answered(answer));
            if let Some(review) = review {
                driver.changed_elsewhere(review);
            }
            match ended {
                // The machine knows best whether that answer still counts: a sign-in may have overtaken it. While an input
                // method composes it has not heard it yet, and the writer shall not wait for that.
                Some(reason) if driver.is_ended() || inner.composing.get() => inner.watch.take_end(reason, asked),
                _ if saved && is_owner(inner.desk.who.get_untracked()) => inner.watch.saved(),
                _ if driver.is_ended() => inner.watch.ask(),
                _ => {}
            }
        });
    }

    /// The server does not have what it should, after a restore from a backup most likely. Its text is taken in, what this
    /// window has beside it is put to it, and a new writer goes on from there: nothing goes on either side.
    fn begin_anew(&self) {
        let driver = self.clone();
        let inner = &self.0;
        if inner.anew.get() == 0 || inner.composing.get() {
            return;
        }
        inner.anew.set(inner.anew.get() - 1);
        spawn_local(async move {
            let inner = &driver.0;
            let Some((head, hash, text)) = send::draft(&inner.document).await else { return };
            inner.area.borrow_mut().meet(&text);
            let writer = browser::random_id();
            let start = Start { seed: monotonic_ms(), writer, sub: inner.document.sub.clone(), head, hash };
            let keeper = Rc::new(Keeper::new(&start, &inner.document));
            *inner.machine.borrow_mut() = Sync::new(start);
            let old = inner.keeper.replace(keeper);
            driver.feed(Event::Flush);
            // The old log may go only when the new one has everything.
            for _ in 0..100 {
                wait(100).await;
                let status = inner.machine.borrow().status();
                if status.typed <= status.journalled {
                    let _ = old.discard().await;
                    break;
                }
            }
        });
    }

    /// The writer may not recognize the text, and is shown where to look at what has changed.
    fn changed_elsewhere(&self, review: String) {
        let news = News::from(words::CHANGED_ELSEWHERE.to_owned());
        self.0.desk.tell(News { review: Some(review), ..news });
    }

    fn is_ended(&self) -> bool {
        matches!(self.0.machine.borrow().status().session, holdfast::sync::Session::Ended(_))
    }
}
