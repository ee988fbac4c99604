//! Keeps the desk true: counts down on the monotonic clock, and asks the server again whenever the count may be wrong.
//! Asking is no activity: it keeps nobody signed in.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use holdfast::session::Countdown;
use holdfast::wire::{EndReason, LimitKind, SessionStatus};
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::desk::{Desk, Who, asks_first, thresholds, until};
use crate::api;
use crate::browser::{Ask, Reply, Tabs, Timer, every_return, fetch, is_hidden, monotonic_ms, wall_ms};
use crate::words;

/// A tab that is looked at asks this often, so that a sign-out elsewhere is noticed.
const ASK_EVERY_MS: u64 = 60_000;

/// After a save, which may have moved an idle limit, the tab asks again, but not more often than this.
const ASK_AFTER_SAVE_MS: u64 = 5_000;

/// A question that got no answer is asked again after this.
const ASK_AFTER_FAILURE_MS: u64 = 5_000;

/// Nearer to the end than this the deadline is asked for once more: a last refresh may have moved it.
const LAST_LOOK_MS: i64 = 5_000;

/// The one that keeps the desk true.
#[derive(Clone)]
pub(crate) struct Watch {
    desk: Desk,
    tabs: Tabs,
    state: Rc<State>,
}

#[derive(Default)]
struct State {
    asking: Cell<bool>,
    /// Something has happened since the question in flight was asked: its answer may be older than that.
    again: Cell<bool>,
    /// The last question got no answer.
    unanswered: Cell<bool>,
    asked_at: Cell<u64>,
    /// When the last question was asked, on the monotonic and on the wall clock.
    question: Cell<(u64, i64)>,
    /// When the server last said who is signed in.
    heard_at: Cell<u64>,
    timer: RefCell<Option<Timer>>,
}

impl Watch {
    /// Begins to count and to listen.
    pub(crate) fn start(desk: Desk, freshly_signed_in: bool) -> Self {
        let watch = Self { desk, tabs: Tabs::open(), state: Rc::default() };
        if freshly_signed_in {
            watch.tabs.tell();
        }
        let ask = watch.clone();
        watch.tabs.listen(move || ask.ask());
        let (tell, desk) = (watch.clone(), watch.desk);
        // An end that was found here is looked for by the other tabs at once, too.
        Effect::new(move |before: Option<bool>| {
            let over = matches!(desk.who.get(), Who::Nobody(_));
            if over && before == Some(false) {
                tell.tell_tabs();
            }
            over
        });
        let back = watch.clone();
        every_return(move || back.ask());
        watch.tick();
        watch
    }

    /// Takes in what the server said about the one who is signed in, between the moments `asked` and `answered`.
    pub(crate) fn take(&self, status: &SessionStatus, asked: u64, answered: u64) -> Who {
        let desk = &self.desk;
        let who = if desk.owner.with_value(|owner| owner.sub == status.user.sub) { Who::Owner } else { Who::Other };
        if who == Who::Owner {
            let mut countdown = Countdown::start(status.sign_in_by_ms, asked);
            // From here on its clocks are compared: a computer that slept on the question has to ask again.
            let (question, wall) = self.state.question.get();
            if question == asked {
                countdown.is_doubtful(question, wall);
            }
            desk.countdown.set_value(countdown);
            desk.thresholds.set_value(thresholds(status));
            desk.asks_first.set(asks_first(status));
            if !status.asks_first {
                desk.returned.set(false);
            }
            desk.limit.set(status.sign_in_by_kind);
            desk.troubled.set(status.provider_unavailable);
            desk.sso_until.set_value(until(status.sso_ms, asked));
            self.state.asked_at.set(answered);
        }
        self.state.heard_at.set(answered);
        desk.set_who(who);
        self.tick();
        who
    }

    /// Takes in that nobody is signed in, as the answer to something asked at `asked` says. Where somebody has been found to
    /// be signed in since then, in the dialog most likely, it may speak of the time before that: then it is asked again.
    pub(crate) fn take_end(&self, reason: EndReason, asked: u64) {
        if asked < self.state.heard_at.get() {
            self.ask();
        } else {
            self.desk.set_who(Who::Nobody(reason));
        }
    }

    /// Asks the server who is signed in and for how long. One question at a time: while one is in flight another follows
    /// it, since the answer to a question that was asked before may speak of the time before.
    pub(crate) fn ask(&self) {
        self.tick_quietly();
        if self.state.asking.replace(true) {
            self.state.again.set(true);
            return;
        }
        let watch = self.clone();
        spawn_local(async move {
            let asked = monotonic_ms();
            watch.state.question.set((asked, wall_ms()));
            let reply = fetch(&Ask { method: "GET", path: "/api/session", ..Ask::default() }).await;
            watch.state.asking.set(false);
            watch.state.asked_at.set(monotonic_ms());
            watch.state.unanswered.set(reply.is_none());
            let again = watch.state.again.take();
            if let Some(reply) = reply {
                watch.take_reply(&reply, asked);
            }
            if again {
                watch.ask();
            }
        });
    }

    fn take_reply(&self, reply: &Reply, asked: u64) {
        if let Some(reason) = api::ended(reply) {
            self.take_end(reason, asked);
        } else if asked < self.state.heard_at.get() {
            self.ask();
        } else if reply.status == 200
            && let Some(status) = api::session_status(&reply.body)
        {
            self.desk.unsay(words::SIGN_OUT_FAILED);
            self.take(&status, asked, monotonic_ms());
        }
    }

    /// A save has gone through.
    pub(crate) fn saved(&self) {
        let (desk, thresholds) = (&self.desk, self.desk.thresholds.get_value());
        // The warning of an idle limit is not true any more.
        let moved =
            desk.limit.get_untracked() == LimitKind::Idle && desk.remaining_ms.get_untracked() <= thresholds.warning_ms;
        if moved || ASK_AFTER_SAVE_MS <= monotonic_ms().saturating_sub(self.state.asked_at.get()) {
            self.ask();
        }
    }

    /// Tells the other tabs that somebody signed in or out here.
    pub(crate) fn tell_tabs(&self) {
        self.tabs.tell();
    }

    /// Counts, and comes back when the next second has gone.
    fn tick(&self) {
        let now = monotonic_ms() + 1;
        let before = self.desk.remaining_ms.get_untracked();
        let remaining = self.tick_quietly();
        let crossed = |mark: i64| remaining <= mark && mark < before;
        let thresholds = self.desk.thresholds.get_value();
        let doubtful = self.desk.countdown.try_update_value(|countdown| countdown.is_doubtful(now, wall_ms()));
        let patience = if self.state.unanswered.get() { ASK_AFTER_FAILURE_MS } else { ASK_EVERY_MS };
        let late = patience <= now.saturating_sub(self.state.asked_at.get());
        if doubtful == Some(true)
            || [thresholds.warning_ms, LAST_LOOK_MS, 0].into_iter().any(crossed)
            || (late && !is_hidden() && self.desk.who.get_untracked() == Who::Owner)
        {
            self.ask();
        }
        let watch = self.clone();
        let next = u64::try_from(remaining % 1000).unwrap_or(0) + 1;
        *self.state.timer.borrow_mut() = Timer::after(if remaining == 0 { 1000 } else { next }, move || watch.tick());
    }

    fn tick_quietly(&self) -> i64 {
        let now = monotonic_ms() + 1;
        let remaining = self.desk.countdown.get_value().remaining(now);
        let silent = self.desk.sso_until.get_value().map(|until| now < until);
        if self.desk.silent.get_untracked() != silent {
            self.desk.silent.set(silent);
        }
        if self.desk.remaining_ms.get_untracked() != remaining {
            self.desk.remaining_ms.set(remaining);
        }
        remaining
    }
}
