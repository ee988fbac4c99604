//! The title saves itself like the text does, by a machine small enough to see through: the last thing typed is what is
//! sent, one request at a time, until the server has it. Until then it is in a log of its own in the device's journal.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use holdfast::sync::Backoff;
use holdfast::wire::{EXPECTED_USER, UNATTENDED};
use leptos::prelude::*;
use leptos::task::spawn_local;
use web_sys::Element;

use super::status::Status;
use super::{ATTENDED_MS, Document, is_owner};
use crate::api;
use crate::browser::journal::Log;
use crate::browser::{self, Ask, Field, Timer, fetch, monotonic_ms};
use crate::islands::desk::{Desk, Who};
use crate::islands::watch::Watch;
use crate::words;

const DEBOUNCE_MS: u64 = 400;
const MAX_WAIT_MS: u64 = 2_000;

/// Where the title is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum TitleState {
    /// On the server.
    Saved,
    /// On the screen.
    Waiting,
    /// On its way.
    Sending,
    /// The server will not have this one.
    Refused,
}

/// See the module.
#[derive(Clone)]
pub(super) struct Title(Rc<Inner>);

struct Inner {
    field: Field,
    document: Document,
    desk: Desk,
    watch: Watch,
    status: Status,
    saved: RefCell<String>,
    log: Log,
    /// Something is in the log.
    kept: Cell<bool>,
    /// Counts what was written to it.
    writes: Cell<u32>,
    /// Titles that were sent from here and not heard of yet.
    sent: RefCell<Vec<String>>,
    dirty_since: Cell<Option<u64>>,
    in_flight: Cell<bool>,
    timer: RefCell<Option<Timer>>,
    last_key: Cell<u64>,
    backoff: RefCell<Backoff>,
    /// The last attempt failed, so the next is nobody's doing.
    retrying: Cell<bool>,
}

impl Title {
    /// Takes over the title within `root`, where there is one. `writer` is the open editor's id.
    pub(super) fn start(
        document: Document,
        writer: String,
        root: &Element,
        desk: Desk,
        watch: &Watch,
        status: Status,
        seed: u64,
    ) -> Option<Self> {
        let field = Field::within(root, "[name=title]")?;
        let log = Log { sub: document.sub.clone(), document: document.id.clone(), writer: writer + "-title" };
        log.begin();
        let title = Self(Rc::new(Inner {
            saved: RefCell::new(field.default_value()),
            log,
            kept: Cell::new(false),
            writes: Cell::new(0),
            sent: RefCell::default(),
            field,
            document,
            desk,
            watch: watch.clone(),
            status,
            dirty_since: Cell::new(None),
            in_flight: Cell::new(false),
            timer: RefCell::default(),
            last_key: Cell::new(monotonic_ms()),
            backoff: RefCell::new(Backoff::new(seed)),
            retrying: Cell::new(false),
        }));
        let typed = title.clone();
        browser::on(title.0.field.target(), "input", move |_| typed.typed());
        let (flushed, flushes) = (title.clone(), desk.flushes);
        Effect::new(move |_| {
            if flushes.get() > 0 {
                flushed.send();
            }
        });
        let (dropped, discards) = (title.clone(), desk.discards);
        Effect::new(move |_| {
            if discards.get() > 0 {
                dropped.write(&[]);
            }
        });
        for name in ["beforeunload", "pagehide"] {
            let leaving = title.clone();
            browser::on_window(name, move |_| leaving.send());
        }
        if title.is_dirty() {
            title.typed();
        }
        Some(title)
    }

    /// Somebody is signed in, or nobody.
    pub(super) fn set_who(&self, who: Who) {
        self.0.field.set_away(who == Who::Other);
        if is_owner(who) {
            self.send();
        }
    }

    /// Another window, or another device, has given the document this title.
    pub(super) fn heard(&self, title: &str) {
        let inner = &self.0;
        let mut sent = inner.sent.borrow_mut();
        if let Some(own) = sent.iter().position(|sent| sent == title) {
            sent.drain(..=own);
            return;
        }
        // What is being typed here is newer.
        if !inner.in_flight.get() && !self.is_dirty() {
            *inner.saved.borrow_mut() = title.to_owned();
            inner.field.set_value(title);
            self.show_name();
        }
    }

    /// Brings the device's journal to what is not saved.
    fn keep(&self) {
        let inner = &self.0;
        if self.is_dirty() {
            self.write(&[api::title_record(&inner.field.value(), &inner.saved.borrow())]);
        } else if inner.kept.get() {
            self.write(&[]);
        }
    }

    fn write(&self, records: &[String]) {
        self.0.kept.set(!records.is_empty());
        self.0.status.set_title_kept(false);
        let nth = self.0.writes.get().wrapping_add(1);
        self.0.writes.set(nth);
        let written = self.0.log.write(true, records);
        let title = self.clone();
        spawn_local(async move {
            // The text's journal says it where the disk does not take anything.
            if written.await.is_ok() && title.0.writes.get() == nth {
                title.0.status.set_title_kept(title.0.kept.get());
            }
        });
    }

    fn show_name(&self) {
        let name = self.0.field.value();
        let name = if name.trim().is_empty() { words::UNTITLED } else { name.trim() };
        self.0.desk.name.set([name, words::AND_PRODUCT].concat());
    }

    fn is_dirty(&self) -> bool {
        *self.0.saved.borrow() != self.0.field.value()
    }

    fn typed(&self) {
        let inner = &self.0;
        self.show_name();
        self.keep();
        let now = monotonic_ms();
        inner.last_key.set(now);
        inner.retrying.set(false);
        let since = inner.dirty_since.get().unwrap_or(now);
        inner.dirty_since.set(Some(since));
        if !inner.in_flight.get() {
            inner.status.set_title(if self.is_dirty() { TitleState::Waiting } else { TitleState::Saved });
        }
        self.send_in(DEBOUNCE_MS.min((since + MAX_WAIT_MS).saturating_sub(now)));
    }

    fn send_in(&self, ms: u64) {
        let title = self.clone();
        *self.0.timer.borrow_mut() = Timer::after(ms, move || title.send());
    }

    fn send(&self) {
        let inner = &self.0;
        if inner.in_flight.get() || !self.is_dirty() || !is_owner(inner.desk.who.get_untracked()) {
            return;
        }
        inner.in_flight.set(true);
        inner.dirty_since.set(None);
        inner.status.set_title(TitleState::Sending);
        let title = self.clone();
        spawn_local(async move { title.rename().await });
    }

    async fn rename(&self) {
        let inner = &self.0;
        let sent = inner.field.value();
        let body = api::rename(&sent);
        inner.sent.borrow_mut().push(sent.clone());
        let asked = monotonic_ms();
        let unattended = inner.retrying.get() || ATTENDED_MS < asked.saturating_sub(inner.last_key.get());
        let headers = [(EXPECTED_USER, inner.document.sub.as_str()), (UNATTENDED, "1")];
        let ask = Ask {
            method: "PATCH",
            path: &inner.document.path(""),
            headers: if unattended { &headers } else { &headers[..1] },
            body: Some(&body),
            keepalive: true,
        };
        let reply = fetch(&ask).await;
        inner.in_flight.set(false);
        let outcome = outcome(reply.as_ref().map(|reply| reply.status));
        inner.retrying.set(outcome == Outcome::Unknown);
        if outcome != Outcome::Unknown {
            inner.backoff.borrow_mut().reset();
        }
        match outcome {
            Outcome::Saved => {
                *inner.saved.borrow_mut() = sent;
                self.keep();
                if self.is_dirty() {
                    inner.status.set_title(TitleState::Waiting);
                    self.send_in(DEBOUNCE_MS);
                } else {
                    inner.status.set_title(TitleState::Saved);
                }
            }
            Outcome::Ended => {
                inner.status.set_title(TitleState::Waiting);
                if let Some(reason) = reply.as_ref().and_then(api::ended) {
                    inner.watch.take_end(reason, asked);
                }
            }
            Outcome::Refused => inner.status.set_title(TitleState::Refused),
            Outcome::Unknown => {
                inner.status.set_title(TitleState::Waiting);
                let mut backoff = inner.backoff.borrow_mut();
                let asked = reply.as_ref().is_some_and(|reply| reply.status == 429);
                let ms = if asked { backoff.next_asked_ms() } else { backoff.next_ms() };
                self.send_in(reply.and_then(|reply| reply.retry_after_ms).unwrap_or(ms));
            }
        }
    }
}

/// What became of a title.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Outcome {
    Saved,
    /// Nobody is signed in: it waits.
    Ended,
    /// Another title may do, and another user's sign-in will not be long; a document that is not there has no title.
    Refused,
    /// Nothing came back, or nothing definite: it is tried again.
    Unknown,
}

fn outcome(status: Option<u16>) -> Outcome {
    match status {
        Some(200..300) => Outcome::Saved,
        Some(401) => Outcome::Ended,
        Some(408 | 429) => Outcome::Unknown,
        Some(400..500) => Outcome::Refused,
        _ => Outcome::Unknown,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_may_still_work_is_tried_again() {
        for (status, expected) in [
            (200, Outcome::Saved),
            (401, Outcome::Ended),
            (403, Outcome::Refused),
            (404, Outcome::Refused),
            (413, Outcome::Refused),
            (408, Outcome::Unknown),
            (429, Outcome::Unknown),
            (500, Outcome::Unknown),
            (503, Outcome::Unknown),
        ] {
            assert_eq!(outcome(Some(status)), expected, "{status}");
        }
        assert_eq!(outcome(None), Outcome::Unknown);
    }
}
