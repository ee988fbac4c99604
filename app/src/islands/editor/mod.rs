//! The editor: around the form that works without scripts, it carries every edit to a receipt and says where the work is.
//!
//! | module | owns |
//! |---|---|
//! | `driver` | performs what the domain's sync machine asks for |
//! | `keeper` | the device's journal of this editor |
//! | `send` | one batch over HTTP, and what its answer means |
//! | `title` | the title's own small machine |
//! | `version` | saving on purpose |
//! | `status` | the save status, in words |

mod driver;
mod keeper;
pub(super) mod send;
mod status;
mod title;
mod version;

use std::rc::Rc;

use holdfast::session::Phase;
use holdfast::sync;
use leptos::html::Div;
use leptos::prelude::*;

use self::driver::Driver;
use self::status::Status;
use self::title::Title;
use self::version::Said;
use super::desk::{Desk, Who};
use super::live::{Ears, Heard};
use super::shell::Watcher;
use super::start::{META, Start, StartDocument};
use crate::browser;
use crate::words;

/// A save this long after the last key press was not made by a person at the keyboard.
const ATTENDED_MS: u64 = 10_000;

/// Which document this is.
#[derive(Debug, Clone)]
pub(crate) struct Document {
    /// Its id.
    pub(crate) id: String,
    /// Its owner.
    pub(crate) sub: String,
}

impl Document {
    /// Its path in the API, with `rest` behind it.
    pub(crate) fn path(&self, rest: &str) -> String {
        ["/api/documents/", &self.id, rest].concat()
    }
}

/// `children` is the form.
#[island]
pub(crate) fn Editor(children: Children) -> impl IntoView {
    let (desk, watcher) = (expect_context::<Desk>(), expect_context::<Watcher>());
    let ears = expect_context::<Ears>();
    let root = NodeRef::<Div>::new();
    let status = Status::new();
    let said = RwSignal::new(Said::default());
    let alive = RwSignal::new(false);
    Effect::new(move |_| {
        let (Some(root), Some(watch)) = (root.get(), watcher.get_value()) else { return };
        let Some(StartDocument { id, head, hash }) = Start::given().and_then(|start| start.document) else { return };
        let document = Document { id, sub: desk.owner.with_value(|owner| owner.sub.clone()) };
        let writer = browser::random_id();
        let seed = u64::from_str_radix(writer.get(..16).unwrap_or_default(), 16).unwrap_or(1);
        let start = sync::Start { seed, writer, sub: document.sub.clone(), head, hash: driver::chain(&hash) };
        let Some(driver) = Driver::start(start, document.clone(), &root, desk, &watch, status) else { return };
        let title = Title::start(document.clone(), driver.writer(), &root, desk, &watch, status, seed);
        let (ear, ear_of_title, id) = (driver.clone(), title.clone(), document.id.clone());
        // Without a document: something may have been missed in any of them.
        ears.set_value(Some(Rc::new(move |about: &str, heard| {
            if about == id || about.is_empty() {
                match heard {
                    Heard::Edits(event) => ear.feed(event),
                    Heard::Title(title) => ear_of_title.iter().for_each(|own| own.heard(&title)),
                }
            }
        })));
        version::listen(&document, &root, &driver, desk, said);
        // Only for what would be gone: what the device's disk has comes home by itself, whoever opens Holdfast next.
        browser::on_window("beforeunload", move |event| {
            if !desk.is_safe() && !desk.leaving.get_value() {
                browser::hold_back(&event);
            }
        });
        Effect::new(move |_| {
            let who = desk.who.get();
            driver.set_who(who);
            if let Some(title) = &title {
                title.set_who(who);
            }
        });
        alive.set(true);
    });
    Effect::new(move |_| desk.work.set(status.work()));
    let sealed = Memo::new(move |_| desk.phase() == Phase::Sealed);
    let owner = desk.owner.with_value(|owner| owner.email.clone());
    let whose = owner.clone();
    Effect::new(move |_| {
        let is_sealed = sealed.get();
        browser::write(".header-user", if is_sealed { "" } else { &whose });
        if is_sealed {
            // Whose page it is: it was read when the islands woke.
            browser::take_out(&["meta[name=", META, "]"].concat());
        }
    });
    let path = Start::given().and_then(|start| start.document).map(|document| ["/documents/", &document.id].concat());
    let path = path.unwrap_or_default();
    let receipt = [&path, "/saved"].concat();
    // Always somewhere, like every link.
    let naming =
        move || [&path, "/versions/", &said.with(|said| said.version).unwrap_or(1).to_string(), "#name"].concat();
    let nameless = move || said.with(|said| said.version.is_none());
    view! {
        <div class="editor" node_ref=root data-alive=move || mark(alive.get()) data-sealed=move || mark(sealed.get())>
            {children()}
            <div class="editor-foot">
                <p class="editor-said" role="status">{move || said.with(|said| said.words.clone())} " " <a href=naming hidden=nameless>{words::NAME_IT}</a></p>
                {status.view()}
                <a class="editor-receipt" href=receipt>{words::RECEIPT}</a>
            </div>
            <section class="editor-sealed" aria-label=words::SEALED hidden=move || !sealed.get()>
                <p class="editor-sealed-lead">{words::sealed(&owner)}</p>
                <p>{words::SEALED_HELP}</p>
                <p class="editor-sealed-ways">
                    <button class="button-primary" type="button" on:click=move |_| desk.dialog_open.set(true)>
                        {words::SIGN_IN_NOW}
                    </button>
                    <a href="/">{words::GO_TO_MY_DOCUMENTS}</a>
                </p>
            </section>
        </div>
    }
}

/// The value of an attribute that is there or not.
fn mark(there: bool) -> Option<&'static str> {
    there.then_some("")
}

/// Whether the owner is signed in.
fn is_owner(who: Who) -> bool {
    who == Who::Owner
}
