//! What the server tells by itself: edits of the writer's other windows, and that somebody signed in or out.

use std::rc::Rc;

use holdfast::sync::Event;
use leptos::prelude::*;

use super::desk::{Desk, Who};
use super::watch::Watch;
use crate::api;
use crate::browser::{Json, Stream};

/// Hears of the edits of other windows: the document's id and what happened to it.
pub(crate) type Ear = Rc<dyn Fn(&str, Event)>;

/// The one who listens for the editor, where there is one.
pub(crate) type Ears = StoredValue<Option<Ear>, LocalStorage>;

/// Something may have been missed: which head it is now is not known.
const MISSED: Event = Event::Behind { head: u64::MAX };

/// Listens for as long as the owner of this page is the one signed in.
pub(super) fn listen(desk: Desk, watch: &Watch, ears: Ears) {
    let watch = watch.clone();
    let sub = desk.owner.with_value(|owner| owner.sub.clone());
    let stream = Stream::open(&sub, move |kind, data| {
        let ear = ears.get_value();
        match kind.as_str() {
            "session" => watch.ask(),
            "edits" => {
                if let (Some(ear), Some((document, event))) = (ear, api::remote(&Json::parse(&data))) {
                    ear(&document, event);
                }
            }
            "open" => {
                if let Some(ear) = ear {
                    ear("", MISSED);
                }
            }
            _ => {}
        }
    });
    Effect::new(move |_| stream.attend(desk.who.get() == Who::Owner));
}
