//! Properties of edits and of rebasing. Texts are made of characters that occur only once, so that "in the result
//! exactly once" and "in this order" can be read off the result.

use std::collections::BTreeSet;

use proptest::prelude::*;

use super::op::cross;
use super::*;
use crate::entropy::SeededEntropy;

/// Hands out characters that never repeat: ASCII, combining marks, CR LF, emoji and other astral ones in turn.
struct Alphabet(Box<dyn Iterator<Item = char>>);

impl Alphabet {
    fn new() -> Self {
        let ascii = (' '..='~').chain("\r\n\t".chars());
        let combining = ('\u{300}'..='\u{36f}').chain('À'..='ÿ');
        let emoji = '\u{1F600}'..='\u{1F9FF}';
        let mut mixed: Vec<char> = Vec::new();
        for ((a, b), c) in ascii.zip(combining.cycle()).zip(emoji) {
            mixed.extend([a, b, c]);
        }
        let seen: BTreeSet<char> = mixed.iter().copied().collect();
        assert_eq!(seen.len(), mixed.len());
        Self(Box::new(mixed.into_iter().chain('\u{20000}'..='\u{2A6DF}')))
    }

    fn take(&mut self, count: usize) -> String {
        self.0.by_ref().take(count).collect()
    }
}

/// `edit` as it applies once `over` is in the text; both were made on the same text. `edit_is_accepted` says which of the
/// two the server has accepted.
fn transform(edit: &Edit, over: &Edit, edit_is_accepted: bool) -> Edit {
    let (mut edit, mut over) = (Op::from(edit.clone()), Op::from(over.clone()));
    if edit_is_accepted {
        cross(&mut edit, &mut over)
    } else {
        cross(&mut over, &mut edit)
    }
    edit.collapse()
}

/// A random edit of `text`, on character boundaries.
fn random_edit(random: &SeededEntropy, text: &str, alphabet: &mut Alphabet) -> Edit {
    let below = |limit: usize| usize::try_from(random.next_u64() % limit.max(1) as u64).expect("fits");
    let characters: Vec<char> = text.chars().collect();
    let start = below(characters.len() + 1);
    let longest = if below(5) == 0 { characters.len() - start } else { (characters.len() - start).min(4) };
    let deleted = if below(2) == 0 { 0 } else { below(longest + 1) };
    let inserted = alphabet.take(if 0 < deleted { below(4) } else { 1 + below(3) });
    let units = |characters: &[char]| characters.iter().map(|c| c.len_utf16() as u32).sum();
    Edit { at: units(&characters[..start]), deleted: units(&characters[start..start + deleted]), inserted }
}

/// `count` random edits in a row, and the text they lead to. Every other list is typed in one place.
fn random_edits(random: &SeededEntropy, text: &str, count: usize, alphabet: &mut Alphabet) -> (Vec<Edit>, String) {
    let mut text = text.to_owned();
    let mut edits: Vec<Edit> = Vec::new();
    for _ in 0..count {
        let mut edit = random_edit(random, &text, alphabet);
        if let Some(last) = edits.last()
            && random.next_u64().is_multiple_of(2)
        {
            edit = Edit { at: last.at + last.inserted_len(), deleted: 0, inserted: alphabet.take(1) };
        }
        text = apply_to(&text, std::slice::from_ref(&edit)).expect("made for this text");
        edits.push(edit);
    }
    (edits, text)
}

/// What a merge must contain: what neither side deleted and what either inserted (and did not delete itself).
fn merged_set(base: &str, ours: &str, theirs: &str) -> BTreeSet<char> {
    let [base, ours, theirs] = [base, ours, theirs].map(|text| text.chars().collect::<BTreeSet<char>>());
    ours.union(&theirs).filter(|c| !base.contains(c) || (ours.contains(c) && theirs.contains(c))).copied().collect()
}

fn assert_merged(merged: &str, base: &str, ours: &str, theirs: &str) {
    let set: BTreeSet<char> = merged.chars().collect();
    assert_eq!(set.len(), merged.chars().count(), "something is doubled in {merged:?}");
    assert_eq!(set, merged_set(base, ours, theirs));
    for side in [ours, theirs] {
        let kept: String = merged.chars().filter(|c| side.contains(*c)).collect();
        let expected: String = side.chars().filter(|c| set.contains(c)).collect();
        assert_eq!(kept, expected, "the order of one side's own text has changed");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn two_single_edits_converge_and_keep_every_insertion(seed: u64, length in 0_usize..12) {
        let (random, mut alphabet) = (SeededEntropy::new(seed), Alphabet::new());
        let base = alphabet.take(length);
        let accepted = random_edit(&random, &base, &mut alphabet);
        let pending = random_edit(&random, &base, &mut alphabet);
        let ours = apply_to(&base, std::slice::from_ref(&pending)).expect("in range");
        let theirs = apply_to(&base, std::slice::from_ref(&accepted)).expect("in range");
        let merged = apply_to(&theirs, &[transform(&pending, &accepted, false)]).expect("in range");
        prop_assert_eq!(&merged, &apply_to(&ours, &[transform(&accepted, &pending, true)]).expect("in range"));
        assert_merged(&merged, &base, &ours, &theirs);
    }

    #[test]
    fn lists_converge_and_every_edit_stays_one_edit(
        seed: u64, length in 0_usize..30, ours in 0_usize..12, theirs in 0_usize..12
    ) {
        let (random, mut alphabet) = (SeededEntropy::new(seed), Alphabet::new());
        let base = alphabet.take(length);
        let (mut pending, ours_text) = random_edits(&random, &base, ours, &mut alphabet);
        let (accepted, theirs_text) = random_edits(&random, &base, theirs, &mut alphabet);
        let incoming = rebase(&mut pending, &accepted);
        prop_assert_eq!(pending.len(), ours);
        let merged = apply_to(&theirs_text, &pending).expect("in range, no pair split");
        prop_assert_eq!(&merged, &apply_to(&ours_text, &incoming).expect("in range, no pair split"));
        assert_merged(&merged, &base, &ours_text, &theirs_text);
    }

    #[test]
    fn rebasing_batch_by_batch_keeps_what_rebasing_at_once_keeps(
        seed: u64, length in 0_usize..20, ours in 0_usize..8, theirs in 0_usize..12, cut in 0_usize..12
    ) {
        let (random, mut alphabet) = (SeededEntropy::new(seed), Alphabet::new());
        let base = alphabet.take(length);
        let (pending, ours_text) = random_edits(&random, &base, ours, &mut alphabet);
        let (accepted, theirs_text) = random_edits(&random, &base, theirs, &mut alphabet);
        let mut at_once: Vec<Op> = pending.iter().cloned().map(Op::from).collect();
        let mut in_steps = at_once.clone();
        let mut one_by_one = at_once.clone();
        rebase_ops(&mut at_once, &accepted);
        let (first, second) = accepted.split_at(cut.min(accepted.len()));
        let mut incoming = rebase_ops(&mut in_steps, first);
        incoming.extend(rebase_ops(&mut in_steps, second));
        for edit in &accepted {
            rebase_ops(&mut one_by_one, std::slice::from_ref(edit));
        }
        // Where two insertions meet, the order may differ with the way (once in some hundred thousand cases); what is in
        // the text does not.
        let characters = |ops: &[Op]| -> BTreeSet<char> {
            let edits: Vec<Edit> = ops.iter().map(Op::collapse).collect();
            apply_to(&theirs_text, &edits).expect("in range").chars().collect()
        };
        prop_assert_eq!(characters(&at_once), characters(&in_steps));
        prop_assert_eq!(characters(&at_once), characters(&one_by_one));
        let merged = apply_to(&ours_text, &incoming).expect("in range");
        assert_merged(&merged, &base, &ours_text, &theirs_text);
    }

    #[test]
    fn the_splice_between_two_texts_turns_one_into_the_other(seed: u64, length in 0_usize..12, caret in 0_usize..20) {
        // Few different characters, so that there are many ambiguities; 😀 and 😁 share their high surrogate.
        let random = SeededEntropy::new(seed);
        let text = |length: usize| -> String {
            (0..length).map(|_| ['a', 'b', '😀', '😁', '\u{301}'][(random.next_u64() % 5) as usize]).collect()
        };
        let (old, new) = (text(length), text(usize::try_from(random.next_u64() % 12).expect("fits")));
        let units = |text: &str| text.encode_utf16().collect::<Vec<u16>>();
        for edit in [
            splice_between(&units(&old), &units(&new), None),
            splice_between(&units(&old), &units(&new), Some(caret)),
            splice_between_str(&old, &new),
        ] {
            prop_assert_eq!(edit.is_none(), old == new);
            prop_assert_eq!(&apply_to(&old, &edit.into_iter().collect::<Vec<_>>()).expect("no pair split"), &new);
        }
    }

    #[test]
    fn a_typed_character_is_found_where_the_caret_says(seed: u64, length in 0_usize..12) {
        let random = SeededEntropy::new(seed);
        let pick = || ['a', '😀'][(random.next_u64() % 2) as usize];
        let old: Vec<char> = (0..length).map(|_| pick()).collect();
        let at = usize::try_from(random.next_u64() % (length as u64 + 1)).expect("fits");
        let mut new = old.clone();
        new.insert(at, pick());
        let units = |characters: &[char]| characters.iter().collect::<String>().encode_utf16().collect::<Vec<u16>>();
        let start = units(&new[..at]).len();
        let edit = splice_between(&units(&old), &units(&new), Some(start + new[at].len_utf16())).expect("different");
        prop_assert_eq!(edit, Edit { at: start as u32, deleted: 0, inserted: new[at].to_string() });
    }

    #[test]
    fn a_selection_goes_on_covering_what_it_covered(seed: u64, length in 0_usize..12, from: u8, to: u8) {
        let (random, mut alphabet) = (SeededEntropy::new(seed), Alphabet::new());
        let text = alphabet.take(length);
        let edit = random_edit(&random, &text, &mut alphabet);
        let after = apply_to(&text, std::slice::from_ref(&edit)).expect("in range");
        let mut bounds: Vec<u32> = vec![0];
        bounds.extend(text.chars().scan(0, |end, c| { *end += c.len_utf16() as u32; Some(*end) }));
        let (a, b) = (bounds[usize::from(from) % bounds.len()], bounds[usize::from(to) % bounds.len()]);
        let (start, end) = map_selection((a.min(b), a.max(b)), &edit);
        prop_assert!(start <= end && end <= utf16_len(&after));
        let covered = &after[byte_offset(&after, start)..byte_offset(&after, end)];
        for character in text[byte_offset(&text, a.min(b))..byte_offset(&text, a.max(b))].chars() {
            prop_assert!(covered.contains(character) || !after.contains(character), "{} lost from the selection", character);
        }
        for character in covered.chars() {
            let inside = edit.inserted.contains(character) && a.min(b) <= edit.at && edit.at <= a.max(b);
            prop_assert!(inside || text[byte_offset(&text, a.min(b))..byte_offset(&text, a.max(b))].contains(character));
        }
    }
}

fn edit(at: u32, deleted: u32, inserted: &str) -> Edit {
    Edit { at, deleted, inserted: inserted.to_owned() }
}

#[test]
fn an_edit_is_three_values_on_the_wire() {
    assert_eq!(serde_json::to_string(&edit(1, 2, "\"é")).expect("serializable"), r#"[1,2,"\"é"]"#);
    assert!(edit(4, 0, "").is_noop());
    assert_eq!(edit(0, 0, "a😀").inserted_len(), 3);
}

#[test]
fn an_edit_past_the_end_or_within_a_pair_is_refused() {
    assert_eq!(apply_to("ab", &[edit(3, 0, "x")]), Err(EditError::OutOfRange));
    assert_eq!(apply_to("ab", &[edit(1, 2, "")]), Err(EditError::OutOfRange));
    assert_eq!(apply_to("ab", &[edit(u32::MAX, u32::MAX, "")]), Err(EditError::OutOfRange));
    assert_eq!(apply_to("😀", &[edit(1, 0, "x")]), Err(EditError::SplitsSurrogate));
    assert_eq!(apply_to("😀", &[edit(0, 1, "")]), Err(EditError::SplitsSurrogate));
    assert_eq!(apply_to("😀", &[edit(2, 0, "x"), edit(0, 2, "")]).as_deref(), Ok("x"));
}

#[test]
fn text_typed_into_a_paragraph_that_somebody_deletes_survives_and_can_still_be_corrected() {
    // Theirs: "X" and "Y" typed into "abcd", then "X" deleted again. Ours: everything deleted, "!" in its place.
    let accepted = [edit(2, 0, "XY"), edit(2, 1, "")];
    let mut pending = vec![edit(0, 4, "!")];
    let incoming = rebase(&mut pending, &accepted);
    assert_eq!(apply_to("abYcd", &pending).as_deref(), Ok("!Y"));
    assert_eq!(apply_to("!", &incoming).as_deref(), Ok("!Y"));
}

#[test]
fn the_accepted_insertion_comes_first_and_a_bare_insertion_stands_before_a_replacement() {
    assert_eq!(transform(&edit(1, 0, "p"), &edit(1, 0, "A"), false), edit(2, 0, "p"));
    assert_eq!(transform(&edit(1, 0, "A"), &edit(1, 0, "p"), true), edit(1, 0, "A"));
    assert_eq!(transform(&edit(1, 0, "p"), &edit(1, 2, "A"), false), edit(1, 0, "p"));
    assert_eq!(transform(&edit(1, 2, "A"), &edit(1, 0, "p"), true), edit(2, 2, "A"));
}

#[test]
fn what_the_other_side_has_deleted_already_is_not_deleted_twice() {
    assert!(transform(&edit(2, 2, ""), &edit(1, 5, ""), false).is_noop());
    assert_eq!(transform(&edit(0, 4, ""), &edit(2, 4, ""), false), edit(0, 2, ""));
    assert_eq!(transform(&edit(2, 4, "x"), &edit(0, 4, ""), false), edit(0, 2, "x"));
    assert_eq!(transform(&edit(0, 6, "x"), &edit(2, 2, "AB"), false), edit(0, 6, "xAB"));
}

#[test]
fn the_shared_half_of_two_emoji_is_not_torn() {
    let units = |text: &str| text.encode_utf16().collect::<Vec<u16>>();
    assert_eq!(splice_between(&units("a😀b"), &units("a😁b"), None), Some(edit(1, 2, "😁")));
    assert_eq!(splice_between_str("a😀b", "a😁b"), Some(edit(1, 2, "😁")));
    assert_eq!(splice_between(&units("aaa"), &units("aaaa"), Some(1)), Some(edit(0, 0, "a")));
    assert_eq!(splice_between(&units("aaa"), &units("aaaa"), None), Some(edit(3, 0, "a")));
    assert_eq!(splice_between(&units("abcdef"), &units("Xabcdef"), Some(7)), Some(edit(0, 0, "X")));
}

#[test]
fn a_caret_stays_before_what_is_inserted_at_it() {
    assert_eq!(map_selection((3, 3), &edit(3, 0, "xy")), (3, 3));
    assert_eq!(map_position(3, &edit(3, 0, "xy"), Bias::After), 5);
    assert_eq!(map_selection((3, 3), &edit(1, 1, "xyz")), (5, 5));
    assert_eq!(map_selection((3, 5), &edit(3, 0, "xy")), (5, 7));
    assert_eq!(map_selection((3, 5), &edit(5, 0, "xy")), (3, 5));
    assert_eq!(map_selection((3, 5), &edit(2, 6, "new")), (5, 5));
}

#[test]
fn ten_thousand_edits_against_ten_thousand_are_rebased_in_no_time() {
    // The worst case: nothing on the accepted side is a run, everything on ours is scattered.
    let scattered = |salt: u32, text: &str| -> Vec<Edit> {
        (0..10_000_u32).map(|i| edit(i.wrapping_mul(7_919).wrapping_add(salt) % 100_000, i % 3, text)).collect()
    };
    let (mut pending, accepted) = (scattered(1, "p"), scattered(50_021, "a"));
    let incoming = rebase(&mut pending, &accepted);
    let base = "x".repeat(150_000);
    let fold = |edits: &[&[Edit]]| {
        let mut text = ropey::Rope::from_str(&base);
        for edit in edits.iter().copied().flatten() {
            text.remove(edit.at as usize..(edit.at + edit.deleted) as usize);
            text.insert(edit.at as usize, &edit.inserted);
        }
        text.to_string()
    };
    assert_eq!(fold(&[&scattered(1, "p"), &incoming]), fold(&[&accepted, &pending]));
}
