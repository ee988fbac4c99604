//! Undo and redo of one writer's own edits, in a text that others write in, too.
//!
//! A browser's undo steps are positions in the text as it was. Once somebody else's words are in it they are wrong: they take
//! back what the other wrote last, or nothing, or put words in twice. Here a step is what takes the writer's edit back, and is
//! rebased over everything that comes from elsewhere (undo by transformation: Prakash and Knister, "A framework for undoing
//! actions in collaborative systems", ACM TOCHI 1994): it takes back the writer's own words, wherever they stand now, and
//! leaves the other's.

use super::op::cross;
use super::rebase::runs;
use super::{Edit, Op};

/// Typing that goes on after so long is another step.
const PAUSE_MS: u64 = 1_000;
/// Older steps are forgotten.
const MOST_STEPS: usize = 1_000;
/// What the steps may carry of text that was deleted, in bytes.
const MOST_BYTES: usize = 8 << 20;

/// Which way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// Undo.
    Back,
    /// Redo of what was undone.
    Again,
}

/// The steps of one open editor.
#[derive(Debug, Default)]
pub struct Undo {
    /// The last one is undone first.
    back: Vec<Step>,
    /// The last one is redone first.
    again: Vec<Step>,
}

/// What is done at once.
#[derive(Debug, Default)]
struct Step {
    /// The last one is the first to apply, to the text as it is once all steps above are done.
    ops: Vec<Op>,
    /// Typing that goes on from this caret is part of it, until then.
    open: Option<(u32, u64)>,
}

impl Undo {
    /// The writer has made `edits` at once; `deleted` answers what text each deleted. What was undone before cannot be redone.
    pub fn typed(&mut self, edits: &[Edit], now_ms: u64, deleted: impl Fn(&Edit) -> String) {
        self.again.clear();
        let (mut step, mut open) = (Step::default(), None);
        if let [edit] = edits {
            if self.back.last().is_some_and(|last| last.goes_on_with(edit, now_ms)) {
                step = self.back.pop().unwrap_or_default();
            }
            let caret = edit.at.saturating_add(edit.inserted_len());
            open = (!edit.inserted.contains('\n')).then_some((caret, now_ms.saturating_add(PAUSE_MS)));
        }
        for edit in edits {
            step.push(inverse(edit, deleted(edit)));
        }
        step.open = open;
        self.back.push(step);
        self.forget_the_oldest();
    }

    fn forget_the_oldest(&mut self) {
        let mut bytes: usize = self.back.iter().map(Step::bytes).sum();
        let mut gone = 0;
        for step in &self.back {
            if bytes <= MOST_BYTES && self.back.len() - gone <= MOST_STEPS {
                break;
            }
            bytes -= step.bytes();
            gone += 1;
        }
        self.back.drain(..gone);
    }

    /// Somebody else's `edits` are in the text now.
    pub fn moved(&mut self, edits: &[Edit]) {
        for steps in [&mut self.back, &mut self.again] {
            for mut run in runs(edits) {
                for step in steps.iter_mut().rev() {
                    for op in step.ops.iter_mut().rev() {
                        cross(&mut run, op);
                    }
                }
            }
        }
        self.close();
    }

    /// Undoes or redoes one step. `apply` makes an edit, each in the text that the one before it left, and answers what text
    /// it deleted. Answers whether there was anything to do.
    pub fn turn(&mut self, way: Way, mut apply: impl FnMut(&Edit) -> String) -> bool {
        let (from, to) = match way {
            Way::Back => (&mut self.back, &mut self.again),
            Way::Again => (&mut self.again, &mut self.back),
        };
        let mut edits = Vec::new();
        // What others have taken out of the text already is no step.
        while edits.is_empty() {
            let Some(step) = from.pop() else { return false };
            step.ops.into_iter().rev().for_each(|op| op.expand(&mut edits));
        }
        let ops = edits.iter().map(|edit| inverse(edit, apply(edit))).collect();
        to.push(Step { ops, open: None });
        self.close();
        true
    }

    /// What is typed next is another step.
    fn close(&mut self) {
        if let Some(last) = self.back.last_mut() {
            last.open = None;
        }
    }

    /// No step is known any more.
    pub fn forget(&mut self) {
        self.back.clear();
        self.again.clear();
    }
}

impl Step {
    fn goes_on_with(&self, edit: &Edit, now_ms: u64) -> bool {
        self.open.is_some_and(|(caret, until_ms)| {
            now_ms < until_ms && (edit.at == caret || edit.at.saturating_add(edit.deleted) == caret)
        })
    }

    /// How much text it brings back.
    fn bytes(&self) -> usize {
        self.ops.iter().map(|op| op.inserted.len()).sum()
    }

    /// Adds what takes back an edit that was made after all others.
    fn push(&mut self, mut op: Op) {
        if let Some(before) = self.ops.pop() {
            self.ops.extend(op.absorb(before));
        }
        self.ops.push(op);
    }
}

/// What takes `edit` back, which has deleted `deleted`.
fn inverse(edit: &Edit, deleted: String) -> Op {
    Op::from(Edit { at: edit.at, deleted: edit.inserted_len(), inserted: deleted })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::edit::apply_to;

    /// An editor whose every character is another one.
    struct Editor {
        text: String,
        undo: Undo,
        next: u32,
        now_ms: u64,
    }

    impl Editor {
        fn with(text: &str) -> Self {
            Self { text: text.to_owned(), undo: Undo::default(), next: 0x4E00, now_ms: 0 }
        }

        fn types(&mut self, at: u32, deleted: u32, inserted: &str) {
            let edit = Edit { at, deleted, inserted: inserted.to_owned() };
            let gone = apply(&mut self.text, &edit);
            self.undo.typed(&[edit], self.now_ms, |_| gone.clone());
        }

        fn hears(&mut self, at: u32, deleted: u32, inserted: &str) -> String {
            let edit = Edit { at, deleted, inserted: inserted.to_owned() };
            let gone = apply(&mut self.text, &edit);
            self.undo.moved(&[edit]);
            gone
        }

        fn turn(&mut self, way: Way) -> bool {
            let Self { text, undo, .. } = self;
            undo.turn(way, |edit| apply(text, edit))
        }

        /// Two characters that are nowhere else.
        fn fresh(&mut self, len: u32) -> String {
            let new: String = (self.next..self.next + len).filter_map(char::from_u32).collect();
            self.next += len;
            new
        }

        /// A place in the text, from two random numbers.
        fn place(&self, at: u32, len: u32) -> (u32, u32) {
            let all = u32::try_from(self.text.chars().count()).unwrap();
            let at = at % (all + 1);
            (at, len.min(all - at))
        }
    }

    fn apply(text: &mut String, edit: &Edit) -> String {
        let gone = text.chars().skip(edit.at as usize).take(edit.deleted as usize).collect();
        *text = apply_to(text, std::slice::from_ref(edit)).unwrap();
        gone
    }

    #[test]
    fn undo_takes_back_what_this_writer_typed_last_not_what_another_did() {
        let mut editor = Editor::with("Hello");
        editor.types(5, 0, " world");
        editor.hears(0, 0, "Oh. ");
        editor.hears(15, 0, " And more.");
        assert_eq!(editor.text, "Oh. Hello world And more.");
        assert!(editor.turn(Way::Back));
        assert_eq!(editor.text, "Oh. Hello And more.");
        assert!(!editor.turn(Way::Back));
        assert!(editor.turn(Way::Again));
        assert_eq!(editor.text, "Oh. Hello world And more.");
        assert!(!editor.turn(Way::Again));
    }

    #[test]
    fn what_another_writes_into_the_words_that_are_taken_back_stays() {
        let mut editor = Editor::with("");
        editor.types(0, 0, "one two");
        editor.hears(4, 0, "and ");
        assert!(editor.turn(Way::Back));
        assert_eq!(editor.text, "and ");
        editor.hears(4, 0, "so on");
        assert!(editor.turn(Way::Again));
        assert_eq!(editor.text, "one and so ontwo");
    }

    #[test]
    fn typing_is_one_step_until_a_pause_a_line_or_another_place() {
        let mut editor = Editor::with("");
        for (at, letter) in ["o", "n", "e"].into_iter().enumerate() {
            editor.now_ms += PAUSE_MS - 1;
            editor.types(u32::try_from(at).unwrap(), 0, letter);
        }
        editor.types(2, 1, "");
        editor.types(2, 0, "\n");
        editor.types(3, 0, "t");
        editor.types(0, 0, "s");
        editor.now_ms += PAUSE_MS;
        editor.types(1, 0, "p");
        let mut seen = Vec::new();
        while editor.turn(Way::Back) {
            seen.push(editor.text.clone());
        }
        assert_eq!(seen, ["son\nt", "on\nt", "on\n", ""]);
    }

    #[test]
    fn the_oldest_steps_are_forgotten_and_so_is_much_text() {
        let mut editor = Editor::with("");
        for _ in 0..MOST_STEPS + 1 {
            editor.now_ms += PAUSE_MS;
            editor.types(0, 0, "x");
        }
        while editor.turn(Way::Back) {}
        assert_eq!(editor.text, "x");
        let mut undo = Undo::default();
        for _ in 0..3 {
            undo.typed(&[Edit { at: 0, deleted: 1, inserted: String::new() }], 0, |_| "x".repeat(MOST_BYTES / 2));
            undo.close();
        }
        assert_eq!(undo.back.len(), 2);
    }

    #[test]
    fn edits_made_at_once_are_taken_back_at_once() {
        let mut editor = Editor::with("a-b-c");
        let edits = [3, 1].map(|at| Edit { at, deleted: 1, inserted: "+".to_owned() });
        edits.iter().for_each(|edit| {
            apply(&mut editor.text, edit);
        });
        editor.undo.typed(&edits, 0, |_| "-".to_owned());
        assert_eq!(editor.text, "a+b+c");
        assert!(editor.turn(Way::Back));
        assert_eq!(editor.text, "a-b-c");
        assert!(editor.turn(Way::Again));
        assert_eq!(editor.text, "a+b+c");
    }

    proptest! {
        /// Everything of the writer's own is taken back, nothing of anybody else's, in the order in which it stood; and what
        /// is redone is the text that was there.
        #[test]
        fn all_of_ones_own_and_nothing_else_is_taken_back(
            steps in prop::collection::vec((any::<bool>(), any::<u32>(), 0..6_u32, 0..4_u32, 0..1_500_u64), 0..60),
        ) {
            let start: String = ('0'..='9').chain('a'..='z').collect();
            let mut editor = Editor::with(&start);
            let (mut kept, mut own) = (start.clone(), String::new());
            for (is_own, at, deleted, inserted, pause) in steps {
                editor.now_ms += pause;
                let (at, deleted) = editor.place(at, deleted);
                let inserted = editor.fresh(inserted);
                if is_own {
                    editor.types(at, deleted, &inserted);
                    own.push_str(&inserted);
                } else {
                    let gone = editor.hears(at, deleted, &inserted);
                    kept.retain(|character| !gone.contains(character));
                    kept.push_str(&inserted);
                }
            }
            let before = editor.text.clone();
            let mut turned = 0;
            while editor.turn(Way::Back) {
                turned += 1;
            }
            let sorted = |text: &str| { let mut all: Vec<char> = text.chars().collect(); all.sort_unstable(); all };
            prop_assert_eq!(sorted(&editor.text), sorted(&kept));
            let first: String = editor.text.chars().filter(|character| start.contains(*character)).collect();
            let in_order: String = start.chars().filter(|character| kept.contains(*character)).collect();
            prop_assert_eq!(first, in_order);
            for _ in 0..turned {
                prop_assert!(editor.turn(Way::Again));
            }
            prop_assert!(!editor.turn(Way::Again));
            prop_assert_eq!(editor.text, before);
        }

        /// What others write between two steps of undo and redo changes nothing of that.
        #[test]
        fn undo_and_redo_lose_nothing_of_what_comes_meanwhile(
            typed in prop::collection::vec((any::<u32>(), 0..4_u32, 1..4_u32), 1..12),
            turns in prop::collection::vec((0..3_u8, any::<u32>()), 0..40),
        ) {
            let mut editor = Editor::with("0123456789");
            for (at, deleted, inserted) in typed {
                editor.now_ms += PAUSE_MS;
                let ((at, deleted), inserted) = (editor.place(at, deleted), editor.fresh(inserted));
                editor.types(at, deleted, &inserted);
            }
            let mut end = editor.text.clone();
            for (turn, at) in turns {
                match turn {
                    0 => { editor.turn(Way::Back); }
                    1 => { editor.turn(Way::Again); }
                    _ => {
                        let ((at, _), inserted) = (editor.place(at, 0), editor.fresh(1));
                        editor.hears(at, 0, &inserted);
                        end.push_str(&inserted);
                    }
                }
            }
            while editor.turn(Way::Again) {}
            let sorted = |text: &str| { let mut all: Vec<char> = text.chars().collect(); all.sort_unstable(); all };
            prop_assert_eq!(sorted(&editor.text), sorted(&end));
        }
    }
}
