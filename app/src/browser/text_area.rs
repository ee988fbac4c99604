//! The text area: its edits read as splices, edits from elsewhere put into it, its caret left alone.

use holdfast::edit::{Edit, map_selection};
use js_sys::{Array, JsString, Reflect};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Element, EventTarget, HtmlTextAreaElement};

use super::page::{Seat, is_focused, type_text};
use super::splice::{Splice, Units, splice, without_returns};

/// Larger edits from elsewhere are not put in as if typed.
const TYPED_BYTES: usize = 2_000;

/// The text area, and the text it had when it was last looked at.
///
/// That text may hold carriage returns, which only another program can have put there and no text area shows: then all
/// positions behind one differ, and the next [`changes`](Self::changes) take them out.
pub(crate) struct TextArea {
    element: HtmlTextAreaElement,
    seen: JsString,
    /// Whether `seen` may hold carriage returns: looking for them costs a walk through the text.
    returns: bool,
    /// Out of the page: where it belongs, and how far it was scrolled.
    away: Option<(Seat, i32)>,
}

impl TextArea {
    /// The text area within `root`. What it shows may differ already from the text that the server rendered: see
    /// [`changes`](Self::changes).
    pub(crate) fn within(root: &Element) -> Option<Self> {
        let element: HtmlTextAreaElement = root.query_selector("textarea").ok()??.dyn_into().ok()?;
        let seen = string(&element, "defaultValue");
        Some(Self { element, seen, returns: true, away: None })
    }

    /// The element, to listen to.
    pub(crate) fn target(&self) -> &EventTarget {
        &self.element
    }

    /// What has changed since the last look, in order, beginning with the text as it was then.
    ///
    /// The first look compares with the text that the server sent, so it gives what was typed before this code ran.
    pub(crate) fn changes(&mut self) -> Vec<Edit> {
        let mut edits = Vec::new();
        if self.returns {
            edits = without_returns(&self.seen);
            self.seen = self.shown(&self.seen);
            self.returns = false;
        }
        let now = string(&self.element, "value");
        if let Some(pieces) = self.pieces(&now) {
            self.seen = now;
            edits.extend(pieces);
            return edits;
        }
        let caret = self.element.selection_end().ok().flatten().unwrap_or_else(|| now.length());
        if let Some(Splice { at, deleted, inserted }) = splice(&self.seen, &now, caret) {
            edits.push(Edit { at, deleted, inserted: String::from(&now.slice(at, at + inserted)) });
        }
        self.seen = now;
        edits
    }

    /// What a script says it has just put in at several places at once (`app/write/edit.js`), where that gives `now`. One
    /// splice over all of them would take in everything between them, and what another window writes there.
    fn pieces(&self, now: &JsString) -> Option<Vec<Edit>> {
        let pieces: Array = Reflect::get(&self.element, &JsValue::from_str("pieces")).ok()?.dyn_into().ok()?;
        let (mut edits, mut text, mut read) = (Vec::new(), JsString::from(""), 0);
        for piece in pieces.iter() {
            let piece: Array = piece.dyn_into().ok()?;
            let (at, deleted, inserted) = (position(&piece.get(0))?, position(&piece.get(1))?, piece.get(2));
            text = text.concat(&self.seen.slice(read, at)).concat(&inserted);
            read = at.saturating_add(deleted);
            edits.push(Edit { at, deleted, inserted: inserted.as_string()? });
        }
        // The last place first: so none moves those that are still to come.
        edits.reverse();
        (text.concat(&self.seen.slice(read, self.seen.length())) == *now).then_some(edits)
    }

    /// Puts edits from elsewhere into the text; the caret and the selection stay with the words they are at, the view where
    /// it is. Answers whether the browser's undo steps are still good.
    ///
    /// The edits count every unit that the server counts, so it is `seen` that they are put into, and what the text area
    /// makes of that is shown.
    pub(crate) fn apply(&mut self, edits: &[Edit]) -> bool {
        let scroll = self.element.scroll_top();
        let mut undoable = true;
        self.returns |= edits.iter().any(|edit| edit.inserted.contains('\r'));
        for edit in edits {
            let Edit { at, deleted, inserted } = edit;
            let (start, end) = (*at, at.saturating_add(*deleted));
            let rest = self.seen.slice(end, self.seen.length());
            self.seen = self.seen.slice(0, start).concat(&JsValue::from_str(inserted)).concat(&rest);
            if !self.returns {
                undoable &= self.insert(edit) || {
                    self.put(start, end, inserted);
                    false
                };
            }
        }
        if self.returns {
            let (shows, shall) = (string(&self.element, "value"), self.shown(&self.seen));
            if let Some(Splice { at, deleted, inserted }) = splice(&shows, &shall, shall.units()) {
                self.put(at, at + deleted, &String::from(&shall.slice(at, at + inserted)));
                undoable = false;
            }
        }
        self.element.set_scroll_top(scroll);
        undoable
    }

    /// Puts one edit in as if it had been typed: only so do the browser's undo steps stay true. It can where the writer is in
    /// the text and the edit is small: a line costs Chromium 12 ms this way.
    fn insert(&self, edit: &Edit) -> bool {
        if edit.is_noop() {
            return true;
        }
        let Edit { at, deleted, inserted } = edit;
        if inserted.len() > TYPED_BYTES || !is_focused(&self.element) {
            return false;
        }
        let (Ok(Some(start)), Ok(Some(end))) = (self.element.selection_start(), self.element.selection_end()) else {
            return false;
        };
        let direction = self.element.selection_direction().ok().flatten().unwrap_or_default();
        let _ = self.element.set_selection_range(*at, at.saturating_add(*deleted));
        let done = type_text(inserted);
        let (start, end) = if done { map_selection((start, end), edit) } else { (start, end) };
        let _ = self.element.set_selection_range_with_direction(start, end, &direction);
        done
    }

    /// Takes in another text: what it has and this one lacks is put in, and nothing is taken out. What this text has beside
    /// it are the next [`changes`](Self::changes).
    pub(crate) fn meet(&mut self, theirs: &str) {
        let theirs = JsString::from(theirs);
        let (shown, ours) = (self.shown(&theirs), string(&self.element, "value"));
        if let Some(Splice { at, deleted, .. }) = splice(&shown, &ours, ours.units()) {
            self.put(at, at, &String::from(&shown.slice(at, at + deleted)));
        }
        (self.seen, self.returns) = (theirs, true);
    }

    fn put(&self, start: u32, end: u32, inserted: &str) {
        let _ = self.element.set_range_text_with_start_and_end_and_mode(inserted, start, end, "preserve");
    }

    /// What a text area shows of `text`, by the browser's own rule: asked of a copy that is in no page.
    fn shown(&self, text: &JsString) -> JsString {
        let Ok(Ok(copy)) = self.element.clone_node().map(JsCast::dyn_into::<HtmlTextAreaElement>) else {
            return text.clone();
        };
        let _ = Reflect::set(&copy, &JsValue::from_str("value"), text);
        string(&copy, "value")
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

    /// Takes the text out of the page, for as long as another user sits before it, or puts it back.
    pub(crate) fn set_away(&mut self, away: bool) {
        self.element.set_read_only(away);
        match self.away.take() {
            None if away => {
                let scroll = self.element.scroll_top();
                self.away = Seat::leave(&self.element).map(|seat| (seat, scroll));
            }
            Some((seat, scroll)) if !away => {
                seat.take(&self.element);
                self.element.set_scroll_top(scroll);
            }
            still => self.away = still,
        }
    }
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "what is out of range is cut off, and checked"
)]
fn position(value: &JsValue) -> Option<u32> {
    value.as_f64().map(|position| position as u32)
}

/// A string property as JavaScript's own string: nothing is copied.
fn string(element: &HtmlTextAreaElement, property: &str) -> JsString {
    Reflect::get(element, &JsValue::from_str(property))
        .ok()
        .and_then(|value| value.dyn_into().ok())
        .unwrap_or_else(|| JsString::from(""))
}
