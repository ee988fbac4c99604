//! What has changed, for readers: insertions and deletions in the running text, and what is unchanged for long folded away.

use std::borrow::Cow;

use holdfast::wire::DiffKind;
use leptos::prelude::*;

use super::history::size;
use crate::words;

/// So much of an unchanged stretch is shown beside a change, in bytes…
const CONTEXT: usize = 240;
/// …and less than this is not worth folding.
const SHORTEST_FOLD: usize = 160;
/// So much of one change is shown at its beginning and at its end.
const MOST_SHOWN: usize = 40_000;

/// What is shown of a comparison.
#[derive(Debug, PartialEq, Eq)]
enum Piece<'a> {
    Text(DiffKind, Cow<'a, str>),
    /// So many UTF-16 code units are not shown.
    Fold(DiffKind, u64),
}

pub(super) fn changes(parts: &[(DiffKind, String)]) -> impl IntoView + use<> {
    if parts.iter().all(|(kind, _)| *kind == DiffKind::Equal) {
        return view! { <p>{words::NO_CHANGES}</p> }.into_any();
    }
    let pieces = pieces(parts);
    // One place where something has changed: what is gone, and what has come instead.
    let places: Vec<&[Piece<'_>]> = pieces.chunk_by(|one, next| is_changed(one) == is_changed(next)).collect();
    let count = places.iter().filter(|place| place.first().is_some_and(is_changed)).count();
    let text = places.into_iter().map(|place| {
        let shown = place.iter().map(piece).collect_view();
        if place.first().is_some_and(is_changed) {
            view! { <span data-change="">{shown}</span> }.into_any()
        } else {
            shown.into_any()
        }
    });
    view! {
        <div class="version-changes" data-changes="" data-said=words::CHANGE_OF>
            <span role="status">{words::places_changed(count)}</span>
            <button class="button-quiet" type="button" hidden>{words::PREVIOUS_CHANGE}</button>
            <button class="button-quiet" type="button" hidden>{words::NEXT_CHANGE}</button>
        </div>
        <div class="version-text">{text.collect_view()}</div>
    }
    .into_any()
}

/// Whether it belongs to a place where something has changed. What is folded within one does, too.
fn is_changed(piece: &Piece<'_>) -> bool {
    matches!(
        piece,
        Piece::Text(DiffKind::Insert | DiffKind::Delete, _) | Piece::Fold(DiffKind::Insert | DiffKind::Delete, _)
    )
}

fn piece(piece: &Piece<'_>) -> AnyView {
    match piece {
        Piece::Text(DiffKind::Equal, text) => text.clone().into_owned().into_any(),
        Piece::Text(DiffKind::Insert, text) => {
            view! { <ins><span class="visually-hidden">{words::INSERTED}</span>{text.clone().into_owned()}</ins> }
                .into_any()
        }
        Piece::Text(DiffKind::Delete, text) => {
            view! { <del><span class="visually-hidden">{words::DELETED}</span>{text.clone().into_owned()}</del> }
                .into_any()
        }
        Piece::Fold(_, length) => {
            view! { <span class="version-fold">{["… ", &size(*length), " …"].concat()}</span> }.into_any()
        }
    }
}

fn pieces(parts: &[(DiffKind, String)]) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    for (at, (kind, text)) in parts.iter().enumerate() {
        let (before, after) = match kind {
            DiffKind::Equal => {
                let beside = |is_change: bool| if is_change { CONTEXT } else { 0 };
                (beside(at != 0), beside(at + 1 != parts.len()))
            }
            DiffKind::Insert | DiffKind::Delete => (MOST_SHOWN, MOST_SHOWN),
        };
        fold(*kind, text, before, after, &mut pieces);
    }
    pieces
}

/// Shows about `before` bytes at the beginning and `after` at the end, whole lines or words, and folds what is between.
fn fold<'a>(kind: DiffKind, text: &'a str, before: usize, after: usize, pieces: &mut Vec<Piece<'a>>) {
    if text.len() <= before + after + SHORTEST_FOLD {
        pieces.push(Piece::Text(kind, Cow::Borrowed(text)));
        return;
    }
    let (shown, rest) = text.split_at(beginning(text, before));
    let (folded, end) = rest.split_at(ending(rest, after));
    for (text, is_fold) in [(shown, false), (folded, true), (end, false)] {
        if is_fold {
            pieces.push(Piece::Fold(kind, text.encode_utf16().count() as u64));
        } else if !text.is_empty() {
            pieces.push(Piece::Text(kind, Cow::Borrowed(text)));
        }
    }
}

/// Where the first `bytes` or a little less end: before a line's end or a space, where there is one.
fn beginning(text: &str, bytes: usize) -> usize {
    let at = text.floor_char_boundary(bytes);
    let near = |found: Option<usize>| found.filter(|found| at / 2 <= *found);
    near(text[..at].rfind('\n')).or_else(|| near(text[..at].rfind(' '))).unwrap_or(at)
}

/// Where the last `bytes` or a little less begin: after a line's end or a space, where there is one.
fn ending(text: &str, bytes: usize) -> usize {
    let at = text.ceil_char_boundary(text.len() - bytes);
    let near = |found: Option<usize>| found.filter(|found| *found <= bytes / 2).map(|found| at + found + 1);
    near(text[at..].find('\n')).or_else(|| near(text[at..].find(' '))).unwrap_or(at)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_unchanged_stretches_are_folded_between_words() {
        let long = "wörds ".repeat(400);
        let parts = vec![
            (DiffKind::Equal, long.clone()),
            (DiffKind::Delete, "old".to_owned()),
            (DiffKind::Insert, "new".to_owned()),
            (DiffKind::Equal, long.clone()),
            (DiffKind::Insert, "more".to_owned()),
            (DiffKind::Equal, "short".to_owned()),
        ];
        let pieces = pieces(&parts);
        let kinds: Vec<_> = pieces.iter().map(|piece| matches!(piece, Piece::Fold(..))).collect();
        assert_eq!(kinds, [true, false, false, false, false, true, false, false, false]);
        let units = |piece: &Piece<'_>| match piece {
            Piece::Fold(_, length) => *length,
            Piece::Text(_, text) => text.encode_utf16().count() as u64,
        };
        let all: u64 = parts.iter().map(|(_, text)| text.encode_utf16().count() as u64).sum();
        assert_eq!(pieces.iter().map(units).sum::<u64>(), all, "nothing is missing");
        let Piece::Text(DiffKind::Equal, context) = &pieces[1] else { panic!("{:?}", pieces[1]) };
        assert!(context.starts_with("wörds ") && context.len() <= CONTEXT, "{context}");
    }

    #[test]
    fn what_has_no_words_is_cut_between_characters() {
        for bytes in 0..20 {
            let text = "😀".repeat(500);
            let mut pieces = Vec::new();
            fold(DiffKind::Insert, &text, bytes, bytes, &mut pieces);
            assert!(pieces.iter().any(|piece| matches!(piece, Piece::Fold(..))));
        }
    }
}
