//! The page as a whole: its title, its visibility, where it goes next.

use wasm_bindgen::JsCast;
use wasm_bindgen::JsValue;
use web_sys::{Document, Element, Event, HtmlFormElement, SubmitEvent, VisibilityState};

pub(crate) use web_sys::HtmlFormElement as Form;

fn document() -> Option<Document> {
    web_sys::window()?.document()
}

/// The first element that matches `selector`.
pub(crate) fn find(selector: &str) -> Option<Element> {
    document()?.query_selector(selector).ok()?
}

/// The content of the `<meta>` element `name`.
pub(crate) fn meta(name: &str) -> Option<String> {
    find(&["meta[name=", name, "]"].concat())?.get_attribute("content")
}

/// Whether the tab is out of sight.
pub(crate) fn is_hidden() -> bool {
    document().is_some_and(|document| document.visibility_state() == VisibilityState::Hidden)
}

/// The tab's title.
pub(crate) fn title() -> String {
    document().map(|document| document.title()).unwrap_or_default()
}

/// Sets the tab's title, if it is another.
pub(crate) fn set_title(title: &str) {
    if let Some(document) = document()
        && document.title() != title
    {
        document.set_title(title);
    }
}

/// Leaves for `path`.
pub(crate) fn go_to(path: &str) {
    if let Some(window) = web_sys::window() {
        let _ = window.location().assign(path);
    }
}

/// Asks a yes-or-no question in the browser's own dialog.
pub(crate) fn ask_person(question: &str) -> bool {
    web_sys::window().and_then(|window| window.confirm_with_message(question).ok()).unwrap_or(false)
}

/// The value of a submitted form's pressed button: `""` when it has none or was submitted otherwise.
pub(crate) fn pressed(event: &Event) -> String {
    let button = event.dyn_ref::<SubmitEvent>().and_then(SubmitEvent::submitter);
    button.and_then(|button| button.get_attribute("value")).unwrap_or_default()
}

/// The form that an event came from, if it matches `selector`.
pub(crate) fn form(event: &Event, selector: &str) -> Option<HtmlFormElement> {
    let form: HtmlFormElement = event.target()?.dyn_into().ok()?;
    form.matches(selector).ok()?.then_some(form)
}

/// Makes the browser ask before the page is left; called from `beforeunload`.
pub(crate) fn hold_back(event: &Event) {
    event.prevent_default();
    let _ = js_sys::Reflect::set(event, &"returnValue".into(), &JsValue::TRUE);
}
