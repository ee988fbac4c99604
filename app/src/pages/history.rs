//! The history of a document: what was kept, day by day, why, where, and how much it differs.

use holdfast::session::count;
use holdfast::wire::{Version, VersionKind};
use leptos::prelude::*;

use super::data::{ChangedWords, HistoryLine, HistoryPage, NowLine, Whereabouts};
use super::header::header;
use super::when::{clock, day, iso};
use crate::islands::banner::Banner;
use crate::islands::dialog::SignInDialog;
use crate::islands::shell::Shell;
use crate::words;

pub(super) fn history(page: HistoryPage) -> impl IntoView {
    let HistoryPage { id, title, now, versions, now_ms, session } = page;
    let newest = versions.first().map(|line| line.version.n);
    let now_line = newest.map(|newest| now_line(&id, newest, now));
    let list = if versions.is_empty() {
        view! { <div class="documents-empty"><p>{words::NO_VERSIONS}</p></div> }.into_any()
    } else {
        let of_one_day = |one: &HistoryLine, next: &HistoryLine| {
            day(one.version.created_at, now_ms) == day(next.version.created_at, now_ms)
        };
        let days =
            versions.chunk_by(of_one_day).enumerate().map(|(nth, lines)| of_day(&id, nth, lines, &versions, now_ms));
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
                {now_line}
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

/// The text that the document has, and how it differs from the newest version.
fn now_line(id: &str, newest: u64, now: NowLine) -> impl IntoView + use<> {
    let text = ["/documents/", id].concat();
    let changes = [&text, "/versions/", &newest.to_string(), "/changes"].concat();
    let changed = now.changed.map(|ChangedWords { added, removed }| match (added, removed) {
        (0, 0) => words::UNCHANGED_SINCE.to_owned(),
        _ => words::changed_since_the_last(added, removed),
    });
    let differs = now.changed.is_none_or(|changed| changed.added + changed.removed != 0);
    let changes = differs.then(|| view! { <a href=changes>{words::CHANGES_SINCE}</a> });
    view! {
        <div class="history-now">
            <span class="history-time">{words::NOW}</span>
            <div>
                <a class="history-text" href=text>{words::TEXT_NOW}</a>
                <span class="documents-facts">
                    {changed.map(|changed| view! { <span>{changed}</span> })}
                    <span>{size(now.length)}</span>
                    {changes}
                </span>
            </div>
        </div>
    }
}

/// The versions of one day, under its name.
fn of_day(id: &str, nth: usize, lines: &[HistoryLine], all: &[HistoryLine], now_ms: i64) -> impl IntoView + use<> {
    let name = ["day-", &nth.to_string()].concat();
    let which = lines.first().map(|line| day(line.version.created_at, now_ms));
    let lines = lines.iter().map(|one| line(id, one, all)).collect_view();
    view! {
        <li class="history-day">
            <h2 id=name.clone()>{which}</h2>
            <ul role="list" aria-labelledby=name>{lines}</ul>
        </li>
    }
}

fn line(id: &str, line: &HistoryLine, all: &[HistoryLine]) -> impl IntoView + use<> {
    let HistoryLine { version, made, changed, restored } = line;
    let at = version.created_at;
    let is_saved = version.kind == VersionKind::Saved;
    let mark = is_saved.then(|| view! { <span class="documents-mark">{words::SAVED_ON_PURPOSE}</span> });
    // An automatic one that has got a name still says what it is.
    let restored = restored.and_then(|n| all.iter().find(|line| line.version.n == n));
    let kind = restored.and_then(before_restoring).unwrap_or_else(|| words::kind(version.kind).to_owned());
    let is_named = version.name.is_some();
    let (name, why) = if is_named || kind.is_empty() { (name(version), Some(kind)) } else { (kind, None) };
    let why = why.filter(|why| !why.is_empty() && *why != name);
    let place = made.map(|made| match made {
        Whereabouts::Here => words::THIS_BROWSER.to_owned(),
        Whereabouts::There(place) => words::place(place),
    });
    let facts = [
        why,
        place,
        changed.map(|changed| words::changed_words(changed.added, changed.removed)),
        Some(size(version.length)),
    ];
    let facts = facts.into_iter().flatten().map(|fact| view! { <span>{fact}</span> }).collect_view();
    view! {
        <li>
            <time class="history-time" datetime=iso(at) data-clock="">{clock(at)}</time>
            <div>
                <a href=["/documents/", id, "/versions/", &version.n.to_string()].concat()>{name}</a>
                <span class="documents-facts">{mark} {facts}</span>
            </div>
        </li>
    }
}

/// Why a text was kept that `restored` took the place of: which one that was, where it has a name to say.
fn before_restoring(restored: &HistoryLine) -> Option<String> {
    let version = &restored.version;
    match version.kind {
        VersionKind::Restore if version.name.is_none() => Some(words::BEFORE_UNDOING.to_owned()),
        VersionKind::Saved => Some(words::before_restoring(&name(version))),
        _ => version.name.as_ref().map(|_| words::before_restoring(&name(version))),
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

/// Where the form goes that takes back the restore before which version `n` was kept.
pub(super) fn undo_path(id: &str, n: u64) -> String {
    ["/documents/", id, "/versions/", &n.to_string(), "/undo"].concat()
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
