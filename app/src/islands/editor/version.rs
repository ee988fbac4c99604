//! Saving a version on purpose: first everything typed is saved, then the server keeps that state.

use holdfast::sync::{Event, SaveState};
use leptos::prelude::*;
use leptos::task::spawn_local;
use web_sys::Element;

use super::driver::Driver;
use super::{Document, is_owner};
use crate::api;
use crate::browser::{self, Ask, Timer, fetch};
use crate::islands::desk::{Desk, Who};
use crate::words;

/// How long to wait for the last save, in steps of `STEP_MS`.
const STEPS: u32 = 50;
const STEP_MS: u64 = 100;

/// The form that saves where no script runs. Others within the editor, such as what undoes a restore, lead where they lead.
const FORM: &str = ".editor-form";

/// What is said below the text.
#[derive(Clone, Default)]
pub(super) struct Said {
    pub(super) words: String,
    /// The version that was just saved: it can be given a name.
    pub(super) version: Option<u64>,
}

impl From<&str> for Said {
    fn from(words: &str) -> Self {
        Self { words: words.to_owned(), version: None }
    }
}

/// Takes over that form within `root`. Enter in the title goes on to the text.
pub(super) fn listen(document: &Document, root: &Element, driver: &Driver, desk: Desk, said: RwSignal<Said>) {
    let (document, driver) = (document.clone(), driver.clone());
    Effect::new(move |before: Option<Who>| {
        let who = desk.who.get();
        if is_owner(who) && before.is_some_and(|before| !is_owner(before)) {
            // What was said before the sign-in is over with it.
            said.set(Said::default());
        }
        who
    });
    Effect::new(move |_| {
        let is_ahead = desk.work.with(|work| work.state != SaveState::Saved);
        if is_ahead && said.with_untracked(|said| said.version.is_some()) {
            // The text goes on, and is not that version any more.
            said.set(Said::default());
        }
    });
    browser::on(root, "submit", move |event| {
        if !browser::is_from(&event, FORM) {
            return;
        }
        event.prevent_default();
        driver.feed(Event::Flush);
        desk.flush();
        if browser::pressed(&event) == "version" {
            said.set(words::SAVING_VERSION.into());
            save_when_all_is_saved(document.clone(), desk, said, STEPS);
        } else {
            driver.focus();
        }
    });
}

fn save_when_all_is_saved(document: Document, desk: Desk, said: RwSignal<Said>, steps: u32) {
    if !is_owner(desk.who.get_untracked()) {
        said.set(Said::default());
        return desk.dialog_open.set(true);
    }
    if steps == 0 {
        return said.set(words::VERSION_FAILED.into());
    }
    if !desk.is_saved() {
        // The timer keeps itself: it must not be dropped before it has called.
        let again = move || save_when_all_is_saved(document, desk, said, steps - 1);
        return std::mem::forget(Timer::after(STEP_MS, again));
    }
    spawn_local(async move {
        let path = document.path("/versions");
        let headers = [(holdfast::wire::EXPECTED_USER, document.sub.as_str())];
        let ask = Ask { method: "POST", path: &path, headers: &headers, body: Some("{}"), ..Ask::default() };
        let reply = fetch(&ask).await.filter(|reply| (200..300).contains(&reply.status));
        let version = reply.and_then(|reply| api::version(&reply.body));
        let saved = |n| Said { words: words::version_saved(n), version: Some(n) };
        said.set(version.map_or_else(|| words::VERSION_FAILED.into(), saved));
    });
}
