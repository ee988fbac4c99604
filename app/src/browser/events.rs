//! Listening. Every listener lives as long as its page, which is as long as the islands live.

use holdfast::edit::Way;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{Event, EventTarget, KeyboardEvent};

/// Calls `heard` for every event `name` on `target`.
pub(crate) fn on(target: &EventTarget, name: &str, heard: impl FnMut(Event) + 'static) {
    let closure = Closure::<dyn FnMut(Event)>::new(heard);
    let _ = target.add_event_listener_with_callback(name, closure.as_ref().unchecked_ref());
    closure.forget();
}

/// [`on`] for the window.
pub(crate) fn on_window(name: &str, heard: impl FnMut(Event) + 'static) {
    if let Some(window) = web_sys::window() {
        on(&window, name, heard);
    }
}

/// [`on`] for the document.
pub(crate) fn on_document(name: &str, heard: impl FnMut(Event) + 'static) {
    if let Some(document) = web_sys::window().and_then(|window| window.document()) {
        on(&document, name, heard);
    }
}

/// Calls `back` whenever the person or the machine may have been away: the tab is looked at again, comes out of the
/// back-forward cache, wakes, or is online again. May be called several times for one return.
pub(crate) fn every_return(back: impl Fn() + Clone + 'static) {
    for name in ["focus", "pageshow", "online"] {
        let back = back.clone();
        on_window(name, move |_| back());
    }
    for name in ["visibilitychange", "resume"] {
        let back = back.clone();
        on_document(name, move |_| {
            if !super::is_hidden() {
                back();
            }
        });
    }
}

/// Whether this key press is Ctrl-S or Cmd-S.
pub(crate) fn wants_to_save(event: &Event) -> bool {
    event.dyn_ref::<KeyboardEvent>().is_some_and(|key| {
        (key.ctrl_key() || key.meta_key()) && !key.alt_key() && !key.shift_key() && key.key().eq_ignore_ascii_case("s")
    })
}

/// Which way a `beforeinput` or `input` event goes through the browser's undo steps, by key or by menu.
pub(crate) fn way(event: &Event) -> Option<Way> {
    let kind = js_sys::Reflect::get(event, &"inputType".into()).ok()?.as_string()?;
    match kind.as_str() {
        "historyUndo" => Some(Way::Back),
        "historyRedo" => Some(Way::Again),
        _ => None,
    }
}
