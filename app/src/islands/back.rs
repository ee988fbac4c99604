//! Policy `early`: who comes back after a pause is asked for the sign-in before they go on, where little of it is left. The
//! banner asks; nothing opens by itself, so that no key goes where it was not meant to.

use std::cell::Cell;
use std::rc::Rc;

use leptos::prelude::*;

use super::desk::Desk;
use super::watch::Watch;
use crate::browser::{every_return, monotonic_ms, on_document, wall_ms};

/// So long without a key, a click or a look is a pause.
const PAUSE_MS: u64 = 5 * 60_000;

pub(super) fn listen(desk: Desk, watch: &Watch) {
    let watch = watch.clone();
    // Both clocks: one may stand still while the computer sleeps, the other may be set.
    let last = Rc::new(Cell::new((monotonic_ms(), wall_ms())));
    let active = move || {
        let now = (monotonic_ms(), wall_ms());
        let before = last.replace(now);
        if PAUSE_MS <= now.0.saturating_sub(before.0) || PAUSE_MS <= now.1.abs_diff(before.1) {
            desk.returned.set(true);
            watch.ask();
        }
    };
    for name in ["keydown", "pointerdown"] {
        let active = active.clone();
        on_document(name, move |_| active());
    }
    every_return(active);
}
