//! The title saves itself like the text does, by a machine small enough to see through: the last thing typed is what is
//! sent, one request at a time, until the server has it.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use holdfast::wire::EXPECTED_USER;
use leptos::prelude::*;
use leptos::task::spawn_local;
use web_sys::Element;

use super::status::Status;
use super::{Document, is_owner};
use crate::api;
use crate::browser::{self, Ask, Field, Timer, fetch, monotonic_ms};
use crate::islands::desk::{Desk, Who};
use crate::words;

const DEBOUNCE_MS: u64 = 400;
const MAX_WAIT_MS: u64 = 2_000;
const RETRY_MS: u64 = 3_000;

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
    status: Status,
    saved: RefCell<String>,
    dirty_since: Cell<Option<u64>>,
    in_flight: Cell<bool>,
    timer: RefCell<Option<Timer>>,
}

impl Title {
    /// Takes over the title within `root`, where there is one.
    pub(super) fn start(document: Document, root: &Element, desk: Desk, status: Status) -> Option<Self> {
        let field = Field::within(root, "[name=title]")?;
        let title = Self(Rc::new(Inner {
            saved: RefCell::new(field.default_value()),
            field,
            document,
            desk,
            status,
            dirty_since: Cell::new(None),
            in_flight: Cell::new(false),
            timer: RefCell::default(),
        }));
        let typed = title.clone();
        browser::on(title.0.field.target(), "input", move |_| typed.typed());
        let (flushed, flushes) = (title.clone(), desk.flushes);
        Effect::new(move |_| {
            if flushes.get() > 0 {
                flushed.send();
            }
        });
        let hidden = title.clone();
        browser::on_window("pagehide", move |_| hidden.send());
        if title.is_dirty() {
            title.typed();
        }
        Some(title)
    }

    /// Somebody is signed in, or nobody.
    pub(super) fn set_who(&self, who: Who) {
        self.0.field.set_read_only(who == Who::Other);
        if is_owner(who) {
            self.send();
        }
    }

    fn is_dirty(&self) -> bool {
        *self.0.saved.borrow() != self.0.field.value()
    }

    fn typed(&self) {
        let inner = &self.0;
        let name = inner.field.value();
        let name = if name.trim().is_empty() { words::UNTITLED } else { name.trim() };
        inner.desk.name.set([name, " · ", words::PRODUCT].concat());
        let now = monotonic_ms();
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
        let ask = Ask {
            method: "PATCH",
            path: &inner.document.path(""),
            headers: &[(EXPECTED_USER, &inner.document.sub)],
            body: Some(&body),
            keepalive: browser::is_hidden(),
        };
        let reply = fetch(&ask).await;
        inner.in_flight.set(false);
        let status = reply.as_ref().map_or(0, |reply| reply.status);
        match status {
            200..300 => {
                *inner.saved.borrow_mut() = sent;
                if self.is_dirty() {
                    inner.status.set_title(TitleState::Waiting);
                    self.send_in(DEBOUNCE_MS);
                } else {
                    inner.status.set_title(TitleState::Saved);
                }
            }
            401 => {
                inner.status.set_title(TitleState::Waiting);
                if let Some(reason) = reply.as_ref().and_then(api::ended) {
                    inner.desk.set_who(Who::Nobody(reason));
                }
            }
            // Another title may do; another user's sign-in will not be long.
            400..=403 | 405..=407 | 409..=428 => inner.status.set_title(TitleState::Refused),
            _ => {
                inner.status.set_title(TitleState::Waiting);
                self.send_in(RETRY_MS);
            }
        }
    }
}
