//! The page as a whole: its title, its visibility, where it goes next.

use wasm_bindgen::JsCast;
use wasm_bindgen::JsValue;
use web_sys::{Document, Element, Event, HtmlDialogElement, HtmlDocument, Node, SubmitEvent, VisibilityState};

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

/// Whether the focus is in `element`.
pub(super) fn is_focused(element: &Element) -> bool {
    document().and_then(|document| document.active_element()).is_some_and(|active| active == *element)
}

/// Tells the scripts that listen to `element` that its text is another one.
pub(super) fn announce_input(element: &Element) {
    if let Ok(event) = Event::new("input") {
        let _ = element.dispatch_event(&event);
    }
}

/// Puts `text` in the place of what is selected, as typing would, with the `input` event that typing brings.
pub(super) fn type_text(text: &str) -> bool {
    // `web_sys::Document` has no editing commands: that is `HTMLDocument`'s, which every page is.
    let document: Option<HtmlDocument> = document().and_then(|document| document.dyn_into().ok());
    let command = if text.is_empty() { "delete" } else { "insertText" };
    document.is_some_and(|document| document.exec_command_with_show_ui_and_value(command, false, text).unwrap_or(false))
}

/// Where an element that was taken out of the page belongs.
pub(super) struct Seat {
    parent: Node,
    next: Option<Node>,
}

impl Seat {
    /// Takes `element` out of the page: whoever looks there finds nothing of it. It is not emptied, because an empty field
    /// is one that a browser may bring back after a reload, and then it would be an edit that deletes everything.
    pub(super) fn leave(element: &Element) -> Option<Self> {
        let seat = Self { parent: element.parent_node()?, next: element.next_sibling() };
        element.remove();
        Some(seat)
    }

    /// Puts it back.
    pub(super) fn take(self, element: &Element) {
        let _ = self.parent.insert_before(element, self.next.as_ref());
    }
}

/// Leaves for `path`.
pub(crate) fn go_to(path: &str) {
    if let Some(window) = web_sys::window() {
        let _ = window.location().assign(path);
    }
}

fn dialog(selector: &str) -> Option<HtmlDialogElement> {
    find(selector)?.dyn_into().ok()
}

/// Opens the dialog `selector`. What is said and offered there depends on `how` (`style/dialog.css`).
pub(crate) fn ask(selector: &str, how: &str) {
    let Some(dialog) = dialog(selector) else { return };
    dialog.set_return_value("");
    let _ = dialog.set_attribute("data-how", how);
    let _ = dialog.show_modal();
}

/// Whether the browser knows that it has no connection. That it knows of one does not mean that there is any.
pub(crate) fn is_offline() -> bool {
    web_sys::window().is_some_and(|window| !window.navigator().on_line())
}

/// Writes `text` into the first element that matches `selector`, if it is another.
pub(crate) fn write(selector: &str, text: &str) {
    if let Some(element) = find(selector).filter(|element| element.text_content().as_deref() != Some(text)) {
        element.set_text_content(Some(text));
    }
}

/// Takes the first element that matches `selector` out of the page, for good.
pub(crate) fn take_out(selector: &str) {
    if let Some(element) = find(selector) {
        element.remove();
    }
}

/// Closes the dialog `selector`.
pub(crate) fn close(selector: &str) {
    if let Some(dialog) = dialog(selector) {
        dialog.close();
    }
}

/// What was pressed in the dialog `selector`: `""` when it was closed otherwise.
pub(crate) fn chosen(selector: &str) -> String {
    dialog(selector).map(|dialog| dialog.return_value()).unwrap_or_default()
}

/// The value of a submitted form's pressed button: `""` when it has none or was submitted otherwise.
pub(crate) fn pressed(event: &Event) -> String {
    let button = event.dyn_ref::<SubmitEvent>().and_then(SubmitEvent::submitter);
    button.and_then(|button| button.get_attribute("value")).unwrap_or_default()
}

/// Whether an event comes from an element that matches `selector`.
pub(crate) fn is_from(event: &Event, selector: &str) -> bool {
    let target: Option<Element> = event.target().and_then(|target| target.dyn_into().ok());
    target.is_some_and(|target| target.matches(selector).unwrap_or(false))
}

/// Makes the browser ask before the page is left; called from `beforeunload`.
pub(crate) fn hold_back(event: &Event) {
    event.prevent_default();
    let _ = js_sys::Reflect::set(event, &"returnValue".into(), &JsValue::TRUE);
}
