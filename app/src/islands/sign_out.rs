//! Signing out from a page that is alive: first everything is saved; what cannot be saved is asked about.

use leptos::prelude::*;
use leptos::task::spawn_local;

use super::desk::Desk;
use super::watch::Watch;
use crate::browser::{self, Ask, Timer, fetch};
use crate::words;

/// How long to wait for the last save, in steps of `STEP_MS`.
const STEPS: u32 = 30;
const STEP_MS: u64 = 100;

/// Takes over the header's form, which works without scripts, too.
pub(super) fn listen(desk: Desk, watch: &Watch) {
    let watch = watch.clone();
    browser::on_document("submit", move |event| {
        let Some(form) = browser::form(&event, "[data-sign-out]") else { return };
        event.prevent_default();
        desk.flush();
        when_saved(desk, STEPS, leave(desk, watch.clone(), form));
    });
}

/// Calls `then` once everything is saved, or when that takes too long.
fn when_saved(desk: Desk, steps: u32, then: impl FnOnce() + 'static) {
    if desk.is_saved() || steps == 0 {
        return then();
    }
    // The timer keeps itself: it must not be dropped before it has called.
    std::mem::forget(Timer::after(STEP_MS, move || when_saved(desk, steps - 1, then)));
}

fn leave(desk: Desk, watch: Watch, form: browser::Form) -> impl FnOnce() + 'static {
    move || {
        if !desk.is_saved() && !browser::ask_person(words::SIGN_OUT_LOSES) {
            return;
        }
        desk.leaving.set_value(true);
        spawn_local(async move {
            let ask = Ask { method: "DELETE", path: "/api/session", ..Ask::default() };
            match fetch(&ask).await {
                Some(reply) if reply.status < 500 => {
                    watch.tell_tabs();
                    browser::go_to("/sign-in");
                }
                // The plain form says what is wrong.
                _ => {
                    let _ = form.submit();
                }
            }
        });
    }
}
