//! A one-line field.

use wasm_bindgen::JsCast;
use web_sys::{Element, EventTarget, HtmlInputElement};

/// The title.
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

    /// Whether it can be changed.
    pub(crate) fn set_read_only(&self, read_only: bool) {
        self.0.set_read_only(read_only);
    }
}
