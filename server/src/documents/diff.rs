//! How two texts differ, for people: by words within the lines that have changed. Texts may be of any size, so there is a
//! limit to the effort: where it is reached, what is left is compared by lines, and at last told as a whole.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use holdfast::wire::{DiffKind, Version};
use similar::{Algorithm, DiffOp, capture_diff_slices_deadline};

/// A part of the one, of the other, or of both texts.
type Part = (DiffKind, String);

/// How long two texts are compared. Cutting into lines and words, and writing the parts down, comes on top.
const EFFORT: Duration = Duration::from_millis(500);
/// A changed stretch of more bytes than this is not compared by words.
const MOST_BY_WORDS: usize = 256 * 1024;
/// What is equal between two changes and no longer than this is told as changed: islands of one short word are no help.
const SHORT: usize = 3;

/// A whole history is not compared: so many of the newest versions, and so much text of them (in UTF-16 code units).
const MOST_VERSIONS: usize = 60;
const MOST_TEXT: u64 = 1024 * 1024;
/// How long all of them are compared: somebody waits for the page.
const EFFORT_FOR_ALL: Duration = Duration::from_millis(100);

/// By how many words one version differs from another.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Changed {
    pub(crate) added: usize,
    pub(crate) removed: usize,
}

/// The number of the oldest version whose text takes part in [`changed_words`] beside the text of `now`; `versions` are the
/// newest first.
pub(super) fn within_reach<'a>(now: &str, versions: impl Iterator<Item = &'a Version>) -> Option<u64> {
    let mut text = now.encode_utf16().count() as u64;
    let near = versions.take(MOST_VERSIONS).take_while(|version| {
        text += version.length;
        text <= MOST_TEXT
    });
    near.last().map(|oldest| oldest.n)
}

/// By how many words each text differs from the one after it, as far as there is time; `None` where the thread is gone.
pub(super) async fn changed_words(texts: Vec<(u64, String)>) -> Option<HashMap<u64, Changed>> {
    let compared = tokio::task::spawn_blocking(move || {
        #[expect(clippy::disallowed_methods, reason = "a limit to the effort, no moment that anything is judged by")]
        let now = Instant::now;
        let deadline = now() + EFFORT_FOR_ALL;
        let mut all = HashMap::new();
        for pair in texts.windows(2) {
            let [(n, new), (_, old)] = pair else { continue };
            let changed = count(&parts(old, new, Some(deadline)));
            // Told by lines where there was no time: nothing that one could count.
            if deadline <= now() {
                break;
            }
            all.insert(*n, changed);
        }
        all
    });
    compared.await.inspect_err(|error| tracing::error!(%error, "versions could not be compared")).ok()
}

fn count(parts: &[Part]) -> Changed {
    let words_of = |wanted: DiffKind| {
        let of_kind = parts.iter().filter(|(kind, _)| *kind == wanted);
        of_kind.flat_map(|(_, text)| words(text)).filter(|word| word.contains(char::is_alphanumeric)).count()
    };
    Changed { added: words_of(DiffKind::Insert), removed: words_of(DiffKind::Delete) }
}

/// Compares on a thread where it holds up nobody; `None` where that thread is gone.
pub(super) async fn compare(old: String, new: String) -> Option<Vec<Part>> {
    let compared = tokio::task::spawn_blocking(move || {
        #[expect(clippy::disallowed_methods, reason = "a limit to the effort, no moment that anything is judged by")]
        let deadline = Instant::now() + EFFORT;
        parts(&old, &new, Some(deadline))
    });
    match compared.await {
        Ok(parts) => Some(parts),
        Err(error) => {
            tracing::error!(error = &error as &dyn std::error::Error, "two texts could not be compared");
            None
        }
    }
}

/// The parts of both texts, in order; no two neighbours are of one kind, none is empty, and of two changes at one place the
/// deletion stands first.
fn parts(old: &str, new: &str, deadline: Option<Instant>) -> Vec<Part> {
    let (old_lines, new_lines) = (lines(old), lines(new));
    let mut parts = Parts::default();
    for op in capture_diff_slices_deadline(Algorithm::Myers, &old_lines, &new_lines, deadline) {
        let (old, new) = (old_lines[op.old_range()].concat(), new_lines[op.new_range()].concat());
        match op {
            DiffOp::Equal { .. } => parts.push(DiffKind::Equal, &old),
            DiffOp::Replace { .. } if old.len() + new.len() <= MOST_BY_WORDS => {
                by_words(&old, &new, deadline, &mut parts);
            }
            DiffOp::Delete { .. } | DiffOp::Insert { .. } | DiffOp::Replace { .. } => parts.change(&old, &new),
        }
    }
    parts.done()
}

fn by_words(old: &str, new: &str, deadline: Option<Instant>, parts: &mut Parts) {
    let (old_words, new_words) = (words(old), words(new));
    for op in capture_diff_slices_deadline(Algorithm::Myers, &old_words, &new_words, deadline) {
        let (old, new) = (old_words[op.old_range()].concat(), new_words[op.new_range()].concat());
        match op {
            DiffOp::Equal { .. } => parts.push(DiffKind::Equal, &old),
            DiffOp::Delete { .. } | DiffOp::Insert { .. } | DiffOp::Replace { .. } => parts.change(&old, &new),
        }
    }
}

/// Parts as they are found: changes are collected until something that is equal and long enough ends them.
#[derive(Default)]
struct Parts {
    done: Vec<Part>,
    deleted: String,
    inserted: String,
    /// What is equal after the changes, and has not yet turned out to be long enough.
    equal: String,
}

impl Parts {
    fn push(&mut self, kind: DiffKind, text: &str) {
        match kind {
            DiffKind::Equal => self.equal.push_str(text),
            DiffKind::Delete => self.change(text, ""),
            DiffKind::Insert => self.change("", text),
        }
    }

    fn change(&mut self, deleted: &str, inserted: &str) {
        if deleted.is_empty() && inserted.is_empty() {
            return;
        }
        let has_changes = !self.deleted.is_empty() || !self.inserted.is_empty();
        let is_island = self.equal.len() <= SHORT && !self.equal.contains('\n');
        if has_changes && is_island {
            self.deleted.push_str(&self.equal);
            self.inserted.push_str(&self.equal);
            self.equal.clear();
        } else {
            self.flush();
        }
        self.deleted.push_str(deleted);
        self.inserted.push_str(inserted);
    }

    /// Writes down the changes and what is equal after them.
    fn flush(&mut self) {
        for (kind, text) in [
            (DiffKind::Delete, &mut self.deleted),
            (DiffKind::Insert, &mut self.inserted),
            (DiffKind::Equal, &mut self.equal),
        ] {
            if !text.is_empty() {
                self.done.push((kind, std::mem::take(text)));
            }
        }
    }

    fn done(mut self) -> Vec<Part> {
        self.flush();
        self.done
    }
}

/// Lines with their ends.
fn lines(text: &str) -> Vec<&str> {
    text.split_inclusive('\n').collect()
}

/// Words, and what stands between them: a run of letters and digits, a run of white space, or one other character.
fn words(text: &str) -> Vec<&str> {
    #[derive(PartialEq, Clone, Copy)]
    enum Class {
        Word,
        Space,
        Other,
    }
    let class = |character: char| match character {
        c if c.is_alphanumeric() || c == '\'' || c == '’' => Class::Word,
        c if c.is_whitespace() => Class::Space,
        _ => Class::Other,
    };
    let mut words = Vec::new();
    let (mut start, mut last) = (0, None);
    for (at, character) in text.char_indices() {
        let now = class(character);
        if last.is_some_and(|last| last != now || now == Class::Other) {
            words.push(&text[start..at]);
            start = at;
        }
        last = Some(now);
    }
    if start < text.len() {
        words.push(&text[start..]);
    }
    words
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn told(old: &str, new: &str) -> String {
        let told = parts(old, new, None).into_iter().map(|(kind, text)| match kind {
            DiffKind::Equal => text,
            DiffKind::Delete => format!("[-{text}]"),
            DiffKind::Insert => format!("[+{text}]"),
        });
        told.collect()
    }

    #[test]
    fn d8_a_change_is_told_by_words() {
        assert_eq!(told("The quick brown fox.\n", "The quick red fox.\n"), "The quick [-brown][+red] fox.\n");
        assert_eq!(told("same\nold line\nsame\n", "same\nnew line\nsame\n"), "same\n[-old][+new] line\nsame\n");
        assert_eq!(told("", "all"), "[+all]");
        assert_eq!(told("all", ""), "[-all]");
        assert_eq!(told("as it is", "as it is"), "as it is");
        assert_eq!(told("one\ntwo\n", "one\nzero\ntwo\n"), "one\n[+zero\n]two\n");
    }

    #[test]
    fn islands_of_one_short_word_are_part_of_the_change() {
        assert_eq!(told("cats and a dog", "birds and a horse"), "[-cats][+birds] and a [-dog][+horse]");
        assert_eq!(told("one a two", "six a ten"), "[-one a two][+six a ten]");
    }

    fn line(n: u64, length: u64) -> Version {
        let kind = holdfast::wire::VersionKind::Saved;
        Version { n, name: None, kind, head: 0, created_at: 0, length }
    }

    #[tokio::test]
    async fn e9_versions_are_compared_with_the_one_before_in_words() {
        let texts = ["one, two!", "one two – three", "one two – three", "", "six"];
        let newest_first = (0..5).rev().map(|n| (n as u64 + 1, texts[n].to_owned())).collect();
        let all = changed_words(newest_first).await.expect("compared");
        let told = |n| all.get(&n).map(|changed| (changed.added, changed.removed));
        assert_eq!([1, 2, 3, 4, 5].map(told), [None, Some((1, 0)), Some((0, 0)), Some((0, 3)), Some((1, 0))]);
    }

    #[test]
    fn e9_a_long_history_is_compared_as_far_as_it_is_near() {
        let reach = |lengths: &[u64]| {
            let all: Vec<Version> = (1..).zip(lengths).map(|(n, length)| line(n, *length)).collect();
            within_reach("", all.iter().rev())
        };
        assert_eq!(reach(&[]), None);
        assert_eq!(reach(&[5, 5]), Some(1));
        assert_eq!(reach(&[5; 100]), Some(41));
        assert_eq!(reach(&[MOST_TEXT, 5]), Some(2));
        assert_eq!(reach(&[5, MOST_TEXT + 1]), None);
    }

    proptest! {
        #[test]
        fn the_parts_are_the_texts(old in "[a-c \n.😀]{0,60}", new in "[a-c \n.😀]{0,60}") {
            let parts = parts(&old, &new, None);
            let side = |other: DiffKind| -> String {
                parts.iter().filter(|(kind, _)| *kind != other).map(|(_, text)| text.as_str()).collect()
            };
            prop_assert_eq!(side(DiffKind::Insert), old);
            prop_assert_eq!(side(DiffKind::Delete), new);
            prop_assert!(parts.iter().all(|(_, text)| !text.is_empty()));
            prop_assert!(parts.windows(2).all(|pair| pair[0].0 != pair[1].0));
        }
    }

    /// Two texts of the largest size with nothing in common, and two that are shuffled: the effort has a limit.
    #[tokio::test]
    async fn the_largest_texts_are_compared_within_the_effort() {
        let text = |salt: usize, step: usize| -> String {
            let mut text = String::new();
            for line in 0.. {
                if 10 * 1024 * 1024 < text.len() + 100 {
                    return text;
                }
                text.push_str(&format!("{} line with some words {salt}\n", line * step % 10_007));
            }
            text
        };
        for (old, new) in
            [(text(1, 1), text(2, 1)), (text(1, 1), text(1, 3)), ("x y ".repeat(2 << 20), "y z ".repeat(2 << 20))]
        {
            let longest = Duration::from_secs(if cfg!(debug_assertions) { 6 } else { 1 });
            let sizes = (old.len(), new.len());
            let compared = tokio::time::timeout(longest, compare(old, new)).await;
            let parts = compared.unwrap_or_else(|_| panic!("{sizes:?} took too long")).expect("compared");
            assert!(!parts.is_empty());
        }
    }
}
