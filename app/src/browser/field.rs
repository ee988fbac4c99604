//! A one-line field.

use wasm_bindgen::JsCast;
use web_sys::{Element, EventTarget, HtmlInputElement};

/// A text field: the title, or one of a form.
pub(crate) struct Field(HtmlInputElement);

impl Field {
    /// The first field within `root` that matches `selector`.
    pub(crate) fn within(root: &Element, selector: &str) -> Option<Self> {
        root.query_selector(selector).ok()??.dyn_into().ok().map(Self)
    }

    /// The element, to listen to.
    pub(crate) fn target(&self) -> &EventTarget {
        &self.0
    }

    /// What stands in it.
    pub(crate) fn value(&self) -> String {
        self.0.value()
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

    /// Whether it can be changed.
    pub(crate) fn set_read_only(&self, read_only: bool) {
        self.0.set_read_only(read_only);
    }
}
