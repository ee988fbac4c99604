//! The outermost island of every page of a signed-in writer: provides the desk and starts the watch.

use holdfast::session::Phase;
use leptos::prelude::*;

use super::desk::{Desk, Who};
use super::live::{self, Ears};
use super::start::Start;
use super::watch::Watch;
use super::{back, recovery, sign_out};
use crate::browser;
use crate::words;

/// A sign-in younger than this was made on the page before: the other tabs do not know of it yet.
const FRESH_MS: i64 = 30_000;

/// The watch, once the page is alive; there is none on the server.
pub(crate) type Watcher = StoredValue<Option<Watch>, LocalStorage>;

/// Surrounds the page.
#[island]
pub(crate) fn Shell(children: Children) -> impl IntoView {
    let start = Start::given();
    let writes = start.as_ref().is_some_and(|start| start.document.is_some());
    let status = start.map(|start| start.status);
    let fresh = status.as_ref().is_some_and(|status| status.signed_in_ms_ago < FRESH_MS);
    let desk = Desk::new(status, writes);
    let watcher: Watcher = StoredValue::new_local(None);
    let ears: Ears = StoredValue::new_local(None);
    provide_context(desk);
    provide_context(watcher);
    provide_context(ears);
    Effect::new(move |_| {
        let watch = Watch::start(desk, fresh);
        sign_out::listen(desk, &watch);
        live::listen(desk, &watch, ears);
        recovery::start(desk, ears);
        back::listen(desk, &watch);
        watcher.set_value(Some(watch));
        desk.name.set(browser::title());
    });
    Effect::new(move |_| show_title(desk));
    Effect::new(move |_| {
        // Another's list is not theirs to see; an open editor locks itself instead.
        if desk.who.get() == Who::Other && browser::find(".editor").is_none() {
            browser::go_to("/");
        }
    });
    children()
}

/// The tab's title warns those who look at another tab; the editor's heading is the document's name. Neither is for another
/// user's eyes.
fn show_title(desk: Desk) {
    let name = desk.name.get();
    if name.is_empty() {
        return;
    }
    let phase = desk.phase();
    let heading = if phase == Phase::Sealed { words::SEALED } else { name.trim_end_matches(words::AND_PRODUCT) };
    browser::write(".editor-page h1", heading);
    match phase {
        Phase::Quiet | Phase::Notice => browser::set_title(&name),
        Phase::Warning => browser::set_title(&words::title_warning(desk.left_ms(), &name)),
        Phase::Expired => browser::set_title(&words::title_expired(&name)),
        Phase::Sealed => browser::set_title(words::PRODUCT),
    }
}
