//! The history of a document: what was kept, day by day, why, where, and how much it differs.

use holdfast::session::count;
use holdfast::wire::{Version, VersionKind};
use leptos::prelude::*;

use super::data::{HistoryLine, HistoryPage, Whereabouts};
use super::header::header;
use super::when::{clock, day, iso};
use crate::islands::banner::Banner;
use crate::islands::dialog::SignInDialog;
use crate::islands::shell::Shell;
use crate::words;

pub(super) fn history(page: HistoryPage) -> impl IntoView {
    let HistoryPage { id, title, versions, now_ms, session } = page;
    let list = if versions.is_empty() {
        view! { <div class="documents-empty"><p>{words::NO_VERSIONS}</p></div> }.into_any()
    } else {
        let of_one_day = |one: &HistoryLine, next: &HistoryLine| {
            day(one.version.created_at, now_ms) == day(next.version.created_at, now_ms)
        };
        let days = versions.chunk_by(of_one_day).enumerate().map(|(nth, lines)| of_day(&id, nth, lines, now_ms));
        let (today, yesterday) = (words::TODAY, words::YESTERDAY);
        view! {
            <ul class="history" role="list" aria-label=words::VERSIONS data-days="" data-today=today data-yesterday=yesterday>
                {days.collect_view()}
            </ul>
        }
        .into_any()
    };
    view! {
        <Shell>
            {header(&session.user, Some(&id))}
            <Banner />
            <main class="documents">
                {way_back(&id, &title)}
                <div class="documents-head">
                    <h1>{words::HISTORY}</h1>
                    <form class="history-save" method="post" action=["/documents/", &id, "/versions"].concat()>
                        <input
                            type="text"
                            name="name"
                            aria-label=words::VERSION_NAME
                            placeholder=words::VERSION_NAME
                            maxlength="300"
                            autocomplete="off"
                        />
                        <button class="button-quiet" type="submit">{words::SAVE_A_VERSION}</button>
                    </form>
                </div>
                {list}
                <p class="documents-aside">
                    <span>{words::VERSIONS_HELP} " " <span data-utc="">{words::TIMES_ARE_UTC}</span></span>
                </p>
                <p class="history-receipt"><a href=["/documents/", &id, "/saved"].concat()>{words::WHAT_IS_SAVED}</a></p>
            </main>
            <SignInDialog />
        </Shell>
    }
}

/// The link to the text that the page is about.
pub(super) fn way_back(id: &str, title: &str) -> impl IntoView + use<> {
    let title = if title.trim().is_empty() { words::UNTITLED } else { title.trim() };
    view! { <p class="way-back"><a href=["/documents/", id].concat()>{["← ", title].concat()}</a></p> }
}

/// The versions of one day, under its name.
fn of_day(id: &str, nth: usize, lines: &[HistoryLine], now_ms: i64) -> impl IntoView + use<> {
    let name = ["day-", &nth.to_string()].concat();
    let which = lines.first().map(|line| day(line.version.created_at, now_ms));
    let lines = lines.iter().map(|one| line(id, one)).collect_view();
    view! {
        <li class="history-day">
            <h2 id=name.clone()>{which}</h2>
            <ul role="list" aria-labelledby=name>{lines}</ul>
        </li>
    }
}

fn line(id: &str, line: &HistoryLine) -> impl IntoView + use<> {
    let HistoryLine { version, made, changed } = line;
    let at = version.created_at;
    let is_saved = version.kind == VersionKind::Saved;
    let mark = is_saved.then(|| view! { <span class="documents-mark">{words::SAVED_ON_PURPOSE}</span> });
    // An automatic one that has got a name still says what it is.
    let why = version.name.as_ref().map(|_| words::kind(version.kind)).filter(|why| !why.is_empty());
    let place = made.map(|made| match made {
        Whereabouts::Here => words::THIS_BROWSER.to_owned(),
        Whereabouts::There(place) => words::place(place),
    });
    let facts = [
        why.map(str::to_owned),
        place,
        changed.map(|changed| words::changed_words(changed.added, changed.removed)),
        Some(size(version.length)),
    ];
    let facts = facts.into_iter().flatten().map(|fact| view! { <span>{fact}</span> }).collect_view();
    view! {
        <li>
            <time class="history-time" datetime=iso(at) data-clock="">{clock(at)}</time>
            <div>
                <a href=["/documents/", id, "/versions/", &version.n.to_string()].concat()>{name(version)}</a>
                <span class="documents-facts">{mark} {facts}</span>
            </div>
        </li>
    }
}

/// What a version is called: its name, else why there is one.
pub(super) fn name(version: &Version) -> String {
    let given = version.name.as_deref().map(str::trim).filter(|name| !name.is_empty());
    given.map_or_else(
        || match version.kind {
            VersionKind::Saved => words::version_title(version.n),
            kind => words::kind(kind).to_owned(),
        },
        str::to_owned,
    )
}

/// "1,234 characters".
pub(super) fn size(length: u64) -> String {
    count(length, words::characters(length))
}

/// Where the form goes that makes version `n` the text again.
pub(super) fn restore_path(id: &str, n: u64) -> String {
    ["/documents/", id, "/versions/", &n.to_string(), "/restore"].concat()
}

/// The button in a notice that takes back what has just been done.
pub(super) fn undo(action: String) -> impl IntoView {
    view! {
        <form method="post" action=action>
            <button class="button-plain" type="submit">{words::UNDO}</button>
        </form>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_grouped_by_thousands() {
        for (length, words) in [
            (0, "0 characters"),
            (1, "1 character"),
            (999, "999 characters"),
            (1234, "1,234 characters"),
            (10_485_760, "10,485,760 characters"),
        ] {
            assert_eq!(size(length), words);
        }
    }
}
