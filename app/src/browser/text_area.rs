//! The text area: its edits read as splices, edits from elsewhere put into it, its caret left alone.

use holdfast::edit::Edit;
use js_sys::{JsString, Reflect};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Element, EventTarget, HtmlTextAreaElement};

use super::splice::{Splice, splice};

/// The text area, and the text it had when it was last looked at.
pub(crate) struct TextArea {
    element: HtmlTextAreaElement,
    seen: JsString,
}

impl TextArea {
    /// The text area within `root`. What it shows may differ already from the text that the server rendered: see
    /// [`changes`](Self::changes).
    pub(crate) fn within(root: &Element) -> Option<Self> {
        let element: HtmlTextAreaElement = root.query_selector("textarea").ok()??.dyn_into().ok()?;
        let seen = string(&element, "defaultValue");
        Some(Self { element, seen })
    }

    /// The element, to listen to.
    pub(crate) fn target(&self) -> &EventTarget {
        &self.element
    }

    /// What has changed since the last look, in positions of the text as it was then.
    ///
    /// The first look compares with the text that the server sent, so it gives what was typed before this code ran. A text
    /// with carriage returns in it, which only another program can have put there, shows without them: then the first
    /// change takes them out of the draft, too, and from there on positions agree.
    pub(crate) fn changes(&mut self) -> Option<Edit> {
        let now = string(&self.element, "value");
        let caret = self.element.selection_end().ok().flatten().unwrap_or_else(|| now.length());
        let Splice { at, deleted, inserted } = splice(&self.seen, &now, caret)?;
        let inserted = String::from(&now.slice(at, at + inserted));
        self.seen = now;
        Some(Edit { at, deleted, inserted })
    }

    /// Puts edits from elsewhere into the text; the caret and the selection stay with the words they are at, the view where
    /// it is. `setRangeText` is what the platform has for this: `execCommand` would need the focus and would offer somebody
    /// else's words to the writer's undo key.
    pub(crate) fn apply(&mut self, edits: &[Edit]) {
        let scroll = self.element.scroll_top();
        for Edit { at, deleted, inserted } in edits {
            let (start, end) = (*at, at.saturating_add(*deleted));
            let _ = self.element.set_range_text_with_start_and_end_and_mode(inserted, start, end, "preserve");
        }
        self.element.set_scroll_top(scroll);
        self.seen = string(&self.element, "value");
    }

    /// Gives the writer the focus back: caret, selection and view exactly as they were.
    pub(crate) fn resume(&self) {
        let (start, end) = (self.element.selection_start(), self.element.selection_end());
        let direction = self.element.selection_direction().ok().flatten().unwrap_or_default();
        let scroll = self.element.scroll_top();
        let _ = self.element.focus();
        if let (Ok(Some(start)), Ok(Some(end))) = (start, end) {
            let _ = self.element.set_selection_range_with_direction(start, end, &direction);
        }
        self.element.set_scroll_top(scroll);
    }

    /// Gives the focus to the text.
    pub(crate) fn focus(&self) {
        let _ = self.element.focus();
    }

    /// Whether the text can be changed.
    pub(crate) fn set_read_only(&self, read_only: bool) {
        self.element.set_read_only(read_only);
    }
}

/// A string property as JavaScript's own string: nothing is copied.
fn string(element: &HtmlTextAreaElement, property: &str) -> JsString {
    Reflect::get(element, &JsValue::from_str(property))
        .ok()
        .and_then(|value| value.dyn_into().ok())
        .unwrap_or_else(|| JsString::from(""))
}
