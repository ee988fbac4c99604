//! The text area: its edits read as splices, edits from elsewhere put into it, its caret left alone.
//!
//! Undo is the browser's own for as long as nobody else's words are in the text. Then its steps are positions that no longer
//! hold: Chromium takes back what came from elsewhere, or nothing, and its redo writes words twice, which would be saved. From
//! there on the writer's own steps are taken instead, which have been kept meanwhile ([`Undo`]).

use holdfast::edit::{Edit, Undo, Way, map_selection};
use js_sys::{Array, JsString, Reflect};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Element, EventTarget, HtmlTextAreaElement};

use super::page::{Seat, announce_input, is_focused, type_text};
use super::splice::{Splice, Units, splice, splits, without_returns};

/// Of what undo brings back, so much at most is put in as if typed: 200 lines take Chromium more than a second.
const TYPED_UNITS: u32 = 100;

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
    undo: Undo,
    /// Words from elsewhere are in the text: the browser's undo steps are not good any more.
    shared: bool,
}

impl TextArea {
    /// The text area within `root`. What it shows may differ already from the text that the server rendered: see
    /// [`changes`](Self::changes).
    pub(crate) fn within(root: &Element) -> Option<Self> {
        let element: HtmlTextAreaElement = root.query_selector("textarea").ok()??.dyn_into().ok()?;
        let seen = string(&element, "defaultValue");
        Some(Self { element, seen, returns: true, away: None, undo: Undo::default(), shared: false })
    }

    /// The element, to listen to.
    pub(crate) fn target(&self) -> &EventTarget {
        &self.element
    }

    /// What has changed since the last look, in order, beginning with the text as it was then; `way` is the browser's, where it
    /// has just undone or redone a step.
    ///
    /// The first look compares with the text that the server sent, so it gives what was typed before this code ran.
    pub(crate) fn changes(&mut self, now_ms: u64, way: Option<Way>) -> Vec<Edit> {
        let mut edits = Vec::new();
        let is_typed = !self.returns;
        if self.returns {
            edits = without_returns(&self.seen);
            self.seen = self.shown(&self.seen);
            self.returns = false;
        }
        let now = string(&self.element, "value");
        if now == self.seen {
            // Chromium announces some changes twice, and pieces may fit once more.
        } else if let Some(pieces) = self.pieces(&now) {
            edits.extend(pieces);
        } else {
            let caret = self.element.selection_end().ok().flatten().unwrap_or_else(|| now.length());
            if let Some(Splice { at, deleted, inserted }) = splice(&self.seen, &now, caret) {
                edits.push(Edit { at, deleted, inserted: String::from(&now.slice(at, at + inserted)) });
            }
        }
        match way {
            // What a reload has left, and what is not the writer's doing.
            _ if !is_typed => self.undo.moved(&edits),
            Some(way) => self.retrace(way, &now),
            // Of several pieces the last one comes first: none moves another.
            None if !edits.is_empty() => self.undo.typed(&edits, now_ms, |edit| covered(&self.seen, edit)),
            None => {}
        }
        self.seen = now;
        edits
    }

    /// The browser has taken a step that led to `now`: one or several of ours. Where it is none, ours are not good any more.
    fn retrace(&mut self, way: Way, now: &JsString) {
        let mut text = self.seen.clone();
        while text != *now && self.undo.turn(way, |edit| take(&mut text, edit)) {}
        if text != *now {
            self.undo.forget();
        }
    }

    /// Whether undo and redo are [`turn`](Self::turn)'s.
    pub(crate) fn is_shared(&self) -> bool {
        self.shared
    }

    /// Puts back what a step of the browser's has just changed, where its steps are not good any more.
    pub(crate) fn hold(&self) {
        let (now, caret) = (string(&self.element, "value"), self.seen.units());
        if let Some(Splice { at, deleted, inserted }) = splice(&now, &self.shown(&self.seen), caret) {
            self.put(at, at + deleted, &String::from(&self.shown(&self.seen).slice(at, at + inserted)));
        }
    }

    /// Undoes or redoes a step of the writer's own, and answers which edits that was.
    pub(crate) fn turn(&mut self, way: Way) -> Vec<Edit> {
        let (mut edits, mut text) = (Vec::new(), self.seen.clone());
        self.undo.turn(way, |edit| {
            edits.push(edit.clone());
            take(&mut text, edit)
        });
        let caret = edits.last().map_or(0, |edit| edit.at + edit.inserted_len());
        if let Some(Splice { at, deleted, inserted }) = splice(&self.seen, &text, caret) {
            // The last of it as if typed: so the browser shows the writer where it was, and every script hears of it. Typing is
            // for what has the focus.
            let _ = self.element.focus();
            let mut typed = at + inserted.saturating_sub(TYPED_UNITS);
            typed -= u32::from(splits(&text, typed));
            if at < typed {
                self.put(at, at + deleted, &String::from(&text.slice(at, typed)));
            }
            let end = if at < typed { typed } else { at + deleted };
            let _ = self.element.set_selection_range(typed, end);
            let words = String::from(&text.slice(typed, at + inserted));
            if !type_text(&words) {
                self.put(typed, end, &words);
            }
            let _ = self.element.set_selection_range(caret, caret);
        }
        self.seen = text;
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
    /// it is.
    ///
    /// The edits count every unit that the server counts, so it is `seen` that they are put into, and what the text area
    /// makes of that is shown.
    pub(crate) fn apply(&mut self, edits: &[Edit]) {
        if edits.iter().all(Edit::is_noop) {
            return;
        }
        self.undo.moved(edits);
        self.shared = true;
        let scroll = self.element.scroll_top();
        let direction = self.element.selection_direction().ok().flatten().unwrap_or_default();
        let ends = (self.element.selection_start(), self.element.selection_end());
        let mut selection = match ends {
            (Ok(Some(start)), Ok(Some(end))) => (start, end),
            _ => (0, 0),
        };
        self.returns |= edits.iter().any(|edit| edit.inserted.contains('\r'));
        for edit in edits {
            take(&mut self.seen, edit);
            if !self.returns {
                self.put(edit.at, edit.at.saturating_add(edit.deleted), &edit.inserted);
                selection = map_selection(selection, edit);
            }
        }
        if self.returns {
            let (shows, shall) = (string(&self.element, "value"), self.shown(&self.seen));
            if let Some(Splice { at, deleted, inserted }) = splice(&shows, &shall, shall.units()) {
                let inserted = String::from(&shall.slice(at, at + inserted));
                self.put(at, at + deleted, &inserted);
                selection = map_selection(selection, &Edit { at, deleted, inserted });
            }
        }
        // Elsewhere the browser has kept it well enough, and a selection would take the focus in some.
        if is_focused(&self.element) {
            let (start, end) = selection;
            let _ = self.element.set_selection_range_with_direction(start, end, &direction);
        }
        self.element.set_scroll_top(scroll);
        announce_input(&self.element);
    }

    /// Takes in another text: what it has and this one lacks is put in, and nothing is taken out. What this text has beside
    /// it are the next [`changes`](Self::changes).
    pub(crate) fn meet(&mut self, theirs: &str) {
        let theirs = JsString::from(theirs);
        let (shown, ours) = (self.shown(&theirs), string(&self.element, "value"));
        if let Some(Splice { at, deleted, .. }) = splice(&shown, &ours, ours.units()) {
            self.put(at, at, &String::from(&shown.slice(at, at + deleted)));
        }
        (self.seen, self.returns, self.shared) = (theirs, true, true);
        self.undo.forget();
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

/// Puts `edit` into `text`, and answers what it has deleted.
fn take(text: &mut JsString, edit: &Edit) -> String {
    let gone = covered(text, edit);
    let rest = text.slice(edit.at.saturating_add(edit.deleted), text.length());
    *text = text.slice(0, edit.at).concat(&JsValue::from_str(&edit.inserted)).concat(&rest);
    gone
}

/// What `edit` deletes of `text`.
fn covered(text: &JsString, edit: &Edit) -> String {
    String::from(&text.slice(edit.at, edit.at.saturating_add(edit.deleted)))
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
