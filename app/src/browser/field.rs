//! A one-line field.

use std::cell::RefCell;

use wasm_bindgen::JsCast;
use web_sys::{Element, EventTarget, HtmlInputElement};

use super::page::Seat;

/// A text field: the title, or one of a form.
pub(crate) struct Field(HtmlInputElement, RefCell<Option<Seat>>);

impl Field {
    /// The first field within `root` that matches `selector`.
    pub(crate) fn within(root: &Element, selector: &str) -> Option<Self> {
        root.query_selector(selector).ok()??.dyn_into().ok().map(|field| Self(field, RefCell::default()))
    }

    /// Name and value of every field within `root` that matches `selector`.
    pub(crate) fn filled(root: &Element, selector: &str) -> Vec<(String, String)> {
        let Ok(fields) = root.query_selector_all(selector) else { return Vec::new() };
        let fields = (0..fields.length()).filter_map(|index| fields.item(index)?.dyn_into::<HtmlInputElement>().ok());
        fields.map(|field| (field.name(), field.value())).collect()
    }

    /// The element, to listen to.
    pub(crate) fn target(&self) -> &EventTarget {
        &self.0
    }

    /// What stands in it.
    pub(crate) fn value(&self) -> String {
        self.0.value()
    }

    /// Puts something else into it.
    pub(crate) fn set_value(&self, value: &str) {
        self.0.set_value(value);
    }

    /// What the server rendered.
    pub(crate) fn default_value(&self) -> String {
        self.0.default_value()
    }

    /// Gives it the focus, with all that stands in it selected.
    pub(crate) fn select(&self) {
        let _ = self.0.focus();
        self.0.select();
    }

    /// Puts a new field in its place, as the server rendered it. The browser forgets the typing in the old one: left in the
    /// undo history, which the page has one of, it would stand before the last words of the text.
    pub(crate) fn renew(&self) {
        let Ok(Ok(new)) = self.0.clone_node().map(JsCast::dyn_into::<HtmlInputElement>) else { return };
        // A clone takes over what was typed (HTML standard, "cloning steps" of input elements): a password must not stay.
        new.set_value(&self.0.default_value());
        let _ = self.0.replace_with_with_node_1(&new);
    }

    /// Takes it out of the page, for as long as another user sits before it, or puts it back.
    pub(crate) fn set_away(&self, away: bool) {
        let mut seat = self.1.borrow_mut();
        match seat.take() {
            None if away => *seat = Seat::leave(&self.0),
            Some(own) if !away => own.take(&self.0),
            still => *seat = still,
        }
    }
}
