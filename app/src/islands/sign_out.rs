//! Signing out from a page that is alive: first everything is saved; what cannot be saved is asked about. And the drill, an
//! end without leaving. The dialog's markup is in the page (`pages::leave`): what is pressed in it comes back as the dialog's
//! `returnValue`.

use leptos::prelude::*;
use leptos::task::spawn_local;

use super::desk::Desk;
use super::watch::Watch;
use crate::browser::{self, Ask, Timer, fetch, wait};
use crate::words;

/// How long to wait for the last save, in steps of `STEP_MS`.
const STEPS: u32 = 30;
const STEP_MS: u64 = 100;

/// The dialog that asks.
const DIALOG: &str = "[data-leave]";
/// The same, while what it says is that there is no connection.
const UNCONNECTED: &str = "[data-leave][data-how=offline]";
/// The header's button.
const BUTTON: &str = "[data-sign-out] button";

/// Takes over the header's form, which works without scripts, too.
pub(super) fn listen(desk: Desk, watch: &Watch) {
    let pressed = watch.clone();
    browser::on_document("submit", move |event| {
        if browser::is_from(&event, "[data-sign-out]") {
            event.prevent_default();
            save_and_leave(desk, pressed.clone());
        } else if browser::is_from(&event, "[data-drill]") {
            event.prevent_default();
            practise(desk, pressed.clone());
        }
    });
    // Only an editor has something to ask about.
    let Some(dialog) = browser::find(DIALOG) else { return };
    browser::on_window("online", |_| browser::close(UNCONNECTED));
    let watch = watch.clone();
    browser::on(&dialog, "close", move |_| match browser::chosen(DIALOG).as_str() {
        "send" => save_and_leave(desk, watch.clone()),
        "keep" => leave(desk, watch.clone(), "/api/session"),
        "download" => {
            if let Some(text) = browser::find("textarea") {
                browser::download(&browser::title(), &text);
            }
            ask(desk);
        }
        "discard" => {
            desk.discards.update(|count| *count += 1);
            leave(desk, watch.clone(), "/api/session?unsaved=discarded");
        }
        // Escape: the writer stays.
        _ => {}
    });
}

/// The server really ends this sign-in; the page walks through it with the writer's own text.
fn practise(desk: Desk, watch: Watch) {
    // The menu that the button is in would lie over the banner's.
    if let Some(menu) = browser::find("details[open]") {
        let _ = menu.remove_attribute("open");
    }
    // In the middle of writing is where an expiry comes.
    desk.resume();
    spawn_local(async move {
        fetch(&Ask { method: "POST", path: "/drill", ..Ask::default() }).await;
        watch.ask();
    });
}

/// Saves everything and leaves; where that takes too long, it is asked what to do.
fn save_and_leave(desk: Desk, watch: Watch) {
    desk.flush();
    browser::write(BUTTON, words::SIGNING_OUT);
    when_saved(desk, watch, STEPS);
}

/// What is on the disk of this device may stay there, locked, until its owner is back. Without a connection nobody can be
/// signed out: the cookie is the server's to take.
fn ask(desk: Desk) {
    browser::write(BUTTON, words::SIGN_OUT);
    let kept = desk.work.with_untracked(|work| work.kept);
    let how = if browser::is_offline() {
        "offline"
    } else if kept {
        ""
    } else {
        "unkept"
    };
    browser::ask(DIALOG, how);
}

fn when_saved(desk: Desk, watch: Watch, steps: u32) {
    if desk.is_saved() {
        return leave(desk, watch, "/api/session");
    }
    if steps == 0 || browser::is_offline() {
        return ask(desk);
    }
    // The timer keeps itself: it must not be dropped before it has called.
    std::mem::forget(Timer::after(STEP_MS, move || when_saved(desk, watch, steps - 1)));
}

fn leave(desk: Desk, watch: Watch, path: &'static str) {
    desk.leaving.set_value(true);
    spawn_local(async move {
        let ask = Ask { method: "DELETE", path, ..Ask::default() };
        // What was discarded is off the disk before the page goes.
        wait(STEP_MS).await;
        match fetch(&ask).await {
            Some(reply) if reply.status < 500 => {
                watch.tell_tabs();
                browser::go_to("/signed-out");
            }
            // Nobody has been signed out: the page stays, and says so.
            _ => {
                desk.leaving.set_value(false);
                browser::write(BUTTON, words::SIGN_OUT);
                desk.tell(words::SIGN_OUT_FAILED.to_owned().into());
            }
        }
    });
}
