//! One line of the list: what it is called, how it begins, where it is, and since when.

use holdfast::wire::{ListedDocument, Passage};
use leptos::prelude::*;

use crate::pages::when::{ago, iso};
use crate::words;

pub(super) fn line(document: ListedDocument, now_ms: i64) -> impl IntoView {
    let ListedDocument { summary, first_line, in_escrow, passage } = document;
    let untitled = summary.title.trim().is_empty();
    let title = if untitled { words::UNTITLED.to_owned() } else { summary.title };
    let place = match (in_escrow, summary.unsaved, summary.base_version) {
        (true, _, _) => Some(("escrow", words::IN_ESCROW.to_owned())),
        (false, true, 0) => Some(("draft", words::SAVED_NO_VERSION.to_owned())),
        (false, true, version) => Some(("draft", words::saved_since_version(version))),
        (false, false, 0) => None,
        (false, false, version) => Some(("saved", words::saved_in_version(version))),
    };
    let place = place.map(|(place, mark)| view! { <span class="documents-mark" data-place=place>{mark}</span> });
    let words = if passage.is_empty() { first_line.into_any() } else { found(passage).into_any() };
    view! {
        <li data-document=summary.id.clone()>
            <a href=["/documents/", &summary.id].concat() data-untitled=untitled.then_some("")>{title}</a>
            <span class="documents-facts">
                {place} <time datetime=iso(summary.updated_at)>{ago(summary.updated_at, now_ms)}</time>
            </span>
            <p class="documents-line">{words}</p>
        </li>
    }
}

fn found(passage: Vec<Passage>) -> impl IntoView {
    let piece = |Passage { text, found }| {
        if found { view! { <mark>{text}</mark> }.into_any() } else { text.into_any() }
    };
    passage.into_iter().map(piece).collect_view()
}
