//! What the server tells by itself: edits of the writer's other windows, and that somebody signed in or out.

use std::rc::Rc;

use holdfast::sync::Event;
use leptos::prelude::*;

use super::desk::{Desk, Who};
use super::watch::Watch;
use crate::api;
use crate::browser::{Json, Stream, find};
use crate::words;

/// What other windows do to a document.
#[derive(Clone)]
pub(crate) enum Heard {
    /// To its text.
    Edits(Event),
    /// Its title is this one now.
    Title(String),
}

/// Hears of it: the document's id and what happened to it.
pub(crate) type Ear = Rc<dyn Fn(&str, Heard)>;

/// The one who listens for the editor, where there is one.
pub(crate) type Ears = StoredValue<Option<Ear>, LocalStorage>;

/// Something may have been missed: which head it is now is not known.
const MISSED: Event = Event::Behind { head: u64::MAX };

/// Listens for as long as the owner of this page is the one signed in.
pub(super) fn listen(desk: Desk, watch: &Watch, ears: Ears) {
    let watch = watch.clone();
    let sub = desk.owner.with_value(|owner| owner.sub.clone());
    let stream = Stream::open(&sub, move |kind, data| match kind.as_str() {
        "session" => watch.ask(),
        "edits" => {
            if let Some((document, event)) = api::remote(&Json::parse(&data)) {
                tell(ears, &document, Heard::Edits(event));
            }
        }
        "document" => {
            let told = Json::parse(&data);
            if let Some((document, title)) = api::renamed(&told) {
                renamed(ears, &document, title);
            } else if let Some(document) = told.get("document").text() {
                tell(ears, &document, Heard::Edits(Event::PlaceChanged));
            }
        }
        "open" => tell(ears, "", Heard::Edits(MISSED)),
        _ => {}
    });
    Effect::new(move |_| stream.attend(desk.who.get() == Who::Owner));
}

fn tell(ears: Ears, document: &str, heard: Heard) {
    if let Some(ear) = ears.get_value() {
        ear(document, heard);
    }
}

/// A document has another title: its editor shows it, and so does the list.
pub(super) fn renamed(ears: Ears, document: &str, title: String) {
    if let Some(link) = find(&[".documents-list a[href$='", document, "']"].concat()) {
        let untitled = title.trim().is_empty();
        link.set_text_content(Some(if untitled { words::UNTITLED } else { &title }));
        let _ = link.toggle_attribute_with_force("data-untitled", untitled);
    }
    tell(ears, document, Heard::Title(title));
}
