//! What one `input` event did to the text, as one splice, found by comparing slices inside the JavaScript engine: a text of
//! a megabyte is never copied into wasm, and a key press costs two comparisons of flat memory.

use holdfast::edit::Edit;
use js_sys::JsString;

/// A text that can be compared in pieces. Positions are UTF-16 code units.
pub(super) trait Units {
    /// How many units.
    fn units(&self) -> u32;
    /// The unit at `at`.
    fn unit(&self, at: u32) -> Option<u16>;
    /// Where the next carriage return is, from `from` on.
    fn next_return(&self, from: u32) -> Option<u32>;
    /// Whether `self[from..from + len]` is `other[other_from..other_from + len]`.
    fn same(&self, from: u32, other: &Self, other_from: u32, len: u32) -> bool;
}

impl Units for JsString {
    fn units(&self) -> u32 {
        self.length()
    }

    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "charCodeAt gives 0..=65535 or NaN")]
    fn unit(&self, at: u32) -> Option<u16> {
        let code = self.char_code_at(at);
        (!code.is_nan()).then_some(code as u16)
    }

    fn next_return(&self, from: u32) -> Option<u32> {
        u32::try_from(self.index_of("\r", i32::try_from(from).ok()?)).ok()
    }

    fn same(&self, from: u32, other: &Self, other_from: u32, len: u32) -> bool {
        self.slice(from, from + len) == other.slice(other_from, other_from + len)
    }
}

/// Where `old` and `new` differ: `new` is `old` with `deleted` units at `at` replaced by `new[at..at + inserted]`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Splice {
    /// Where.
    pub(super) at: u32,
    /// How many units of `old` go.
    pub(super) deleted: u32,
    /// How many units of `new` come.
    pub(super) inserted: u32,
}

/// The splice from `old` to `new`, given where the caret is now: what was typed ends there. The hint decides between equals
/// ("aa" to "aaa") and saves the search; where it is wrong, the result is still right.
pub(super) fn splice<T: Units>(old: &T, new: &T, caret: u32) -> Option<Splice> {
    let (old_len, new_len) = (old.units(), new.units());
    let behind = new_len.saturating_sub(caret).min(old_len);
    let mut suffix = if behind > 0 && ends_alike(old, new, behind) { behind } else { 0 };
    if suffix == 0 && behind > 0 {
        suffix = longest(behind - 1, |len| ends_alike(old, new, len));
    }
    let ahead = (old_len - suffix).min(new_len - suffix);
    let starts_alike = |len| old.same(0, new, 0, len);
    let mut prefix = if starts_alike(ahead) { ahead } else { longest(ahead - 1, starts_alike) };
    // With a wrong hint more of the end may agree.
    suffix += longest(old_len.min(new_len) - suffix - prefix, |len| ends_alike(old, new, suffix + len));
    // Neither end may lie within a surrogate pair.
    if prefix > 0 && splits(old, prefix) | splits(new, prefix) {
        prefix -= 1;
    }
    if suffix > 0 && splits(old, old_len - suffix) | splits(new, new_len - suffix) {
        suffix -= 1;
    }
    let splice = Splice { at: prefix, deleted: old_len - suffix - prefix, inserted: new_len - suffix - prefix };
    (splice.deleted + splice.inserted > 0).then_some(splice)
}

/// The edits that make of `text` what a text area shows of it: every line break one line feed. One small edit for each
/// carriage return, because two windows make the same ones at the same time: two that delete the same character merge into
/// one, where two that replaced a whole passage would leave it there twice.
pub(super) fn without_returns<T: Units>(text: &T) -> Vec<Edit> {
    let mut edits = Vec::new();
    let (mut from, mut gone) = (0, 0);
    while let Some(found) = text.next_return(from) {
        from = found + 1;
        let paired = text.unit(from) == Some(u16::from(b'\n'));
        let inserted = String::from(if paired { "" } else { "\n" });
        edits.push(Edit { at: found - gone, deleted: 1, inserted });
        gone += u32::from(paired);
    }
    edits
}

fn ends_alike<T: Units>(old: &T, new: &T, len: u32) -> bool {
    old.same(old.units() - len, new, new.units() - len, len)
}

/// The largest `len <= most` for which `holds`, which holds for 0 and, once it fails, fails for all that are larger.
fn longest(most: u32, holds: impl Fn(u32) -> bool) -> u32 {
    let (mut yes, mut no) = (0, most + 1);
    while no - yes > 1 {
        let middle = yes + (no - yes) / 2;
        if holds(middle) {
            yes = middle;
        } else {
            no = middle;
        }
    }
    yes
}

/// Whether a cut at `at` falls between the halves of a pair.
pub(super) fn splits<T: Units>(text: &T, at: u32) -> bool {
    let high = |unit: u16| (0xD800..0xDC00).contains(&unit);
    let low = |unit: u16| (0xDC00..0xE000).contains(&unit);
    at > 0 && text.unit(at - 1).is_some_and(high) && text.unit(at).is_some_and(low)
}

#[cfg(test)]
mod tests {
    use holdfast::edit::{apply_to, rebase};

    use super::*;

    impl Units for Vec<u16> {
        fn units(&self) -> u32 {
            u32::try_from(self.len()).expect("short")
        }
        fn unit(&self, at: u32) -> Option<u16> {
            self.get(at as usize).copied()
        }
        fn next_return(&self, from: u32) -> Option<u32> {
            (from..self.units()).find(|at| self.unit(*at) == Some(13))
        }
        fn same(&self, from: u32, other: &Self, other_from: u32, len: u32) -> bool {
            let (from, other_from, len) = (from as usize, other_from as usize, len as usize);
            self[from..from + len] == other[other_from..other_from + len]
        }
    }

    fn between(old: &str, new: &str, caret: u32) -> Option<(u32, u32, String)> {
        let (old, new): (Vec<u16>, Vec<u16>) = (old.encode_utf16().collect(), new.encode_utf16().collect());
        let found = splice(&old, &new, caret)?;
        let (at, deleted, inserted) = (found.at as usize, found.deleted as usize, found.inserted as usize);
        let piece = new[at..at + inserted].to_vec();
        let mut rebuilt = old;
        rebuilt.splice(at..at + deleted, piece.iter().copied());
        assert_eq!(rebuilt, new);
        Some((found.at, found.deleted, String::from_utf16(&piece).expect("no half of a pair")))
    }

    fn edit(at: u32, deleted: u32, inserted: &str) -> Option<(u32, u32, String)> {
        Some((at, deleted, inserted.to_owned()))
    }

    #[test]
    fn typing_deleting_and_replacing_are_one_splice_each() {
        assert_eq!(between("ac", "abc", 2), edit(1, 0, "b"));
        assert_eq!(between("abc", "ac", 1), edit(1, 1, ""));
        assert_eq!(between("hello world", "hello there", 11), edit(6, 5, "there"));
        assert_eq!(between("", "a", 1), edit(0, 0, "a"));
        assert_eq!(between("a", "", 0), edit(0, 1, ""));
        assert_eq!(between("same", "same", 2), None);
    }

    #[test]
    fn the_caret_decides_between_equals() {
        assert_eq!(between("aa", "aaa", 1), edit(0, 0, "a"));
        assert_eq!(between("aa", "aaa", 3), edit(2, 0, "a"));
        assert_eq!(between("aaa", "aa", 1), edit(1, 1, ""));
    }

    #[test]
    fn a_wrong_caret_still_gives_the_right_text() {
        for caret in 0..=9 {
            for (old, new) in
                [("abcdef", "abXdef"), ("abc", "abcabc"), ("abcabc", "abc"), ("", "xyz"), ("xyz", ""), ("ab", "ba")]
            {
                let _ = between(old, new, caret);
            }
        }
    }

    #[test]
    fn a_pair_is_never_split() {
        // 😀 and 😁 share their first half, 😀 and 🐀 (D83D DC00) too.
        assert_eq!(between("a😀b", "a😁b", 3), edit(1, 2, "😁"));
        assert_eq!(between("😀", "😀😀", 2), edit(0, 0, "😀"));
        // U+1F600 and U+1FA00 share neither; U+10600 and U+1F600 share the second half.
        assert_eq!(between("\u{1F600}", "\u{10600}", 0), edit(0, 2, "\u{10600}"));
    }

    #[test]
    fn carriage_returns_go_as_in_a_text_area_and_two_windows_may_take_them_out() {
        for text in ["", "a\nb", "\r", "\r\n", "\n\r", "\r\r\n\n", "😀\r\nb\rc\r\n\r\n", "\r\n\r"] {
            let edits = without_returns(&text.encode_utf16().collect::<Vec<u16>>());
            let shown = text.replace("\r\n", "\n").replace('\r', "\n");
            assert_eq!(apply_to(text, &edits), Ok(shown), "{text:?}");
        }
        let text = "one\r\ntwo\r\nthree";
        let mine = without_returns(&text.encode_utf16().collect::<Vec<u16>>());
        let (theirs, mut rebased) = (mine.clone(), mine);
        let _ = rebase(&mut rebased, &theirs);
        let both = apply_to(text, &theirs).and_then(|text| apply_to(&text, &rebased));
        assert_eq!(both.as_deref(), Ok("one\ntwo\nthree"));
    }
}
