//! The history of a document: what was kept, and why.

use holdfast::wire::{Version, VersionKind};
use leptos::prelude::*;

use super::data::HistoryPage;
use super::header::header;
use super::when::{ago, iso};
use crate::islands::banner::Banner;
use crate::islands::dialog::SignInDialog;
use crate::islands::shell::Shell;
use crate::words;

pub(super) fn history(page: HistoryPage) -> impl IntoView {
    let HistoryPage { id, title, versions, now_ms, session } = page;
    let header = header(&session.user, Some(&id));
    let list = if versions.is_empty() {
        view! { <div class="documents-empty"><p>{words::NO_VERSIONS}</p></div> }.into_any()
    } else {
        let lines = versions.iter().map(|version| line(&id, version, now_ms)).collect_view();
        view! { <ul class="documents-list" role="list" aria-label=words::VERSIONS>{lines}</ul> }.into_any()
    };
    view! {
        <Shell>
            {header}
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
                <p class="documents-aside">{words::VERSIONS_HELP}</p>
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

fn line(id: &str, version: &Version, now_ms: i64) -> impl IntoView + use<> {
    let mark = (version.kind == VersionKind::Saved)
        .then(|| view! { <span class="documents-mark">{words::SAVED_ON_PURPOSE}</span> });
    let (at, length) = (version.created_at, size(version.length));
    view! {
        <li>
            <a href=["/documents/", id, "/versions/", &version.n.to_string()].concat()>{name(version)}</a>
            <span class="documents-facts">
                {mark} <span>{length}</span> <time datetime=iso(at)>{ago(at, now_ms)}</time>
            </span>
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
    let digits = length.to_string();
    let mut grouped = String::new();
    for (at, digit) in digits.char_indices() {
        if at != 0 && (digits.len() - at).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped + words::characters(length)
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
