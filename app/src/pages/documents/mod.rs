//! The list of documents, and what is found in it. Links and forms: a script of its own (`browser/list.js`) makes the search
//! follow what is typed, the arrow keys go through the lines, and marks what only this device has.

mod import;
mod line;

use holdfast::wire::{DocumentList, Sort};
use leptos::prelude::*;

use self::import::{import_form, imported_notice};
use self::line::line;
use super::data::{DocumentsPage, ListNotice};
use super::header::header;
use super::history::undo;
use crate::islands::banner::Banner;
use crate::islands::dialog::SignInDialog;
use crate::islands::shell::Shell;
use crate::words;

pub(super) fn documents(page: DocumentsPage) -> impl IntoView {
    let DocumentsPage { list, typed, sort, offset, now_ms, session, notice } = page;
    let notice = notice.map(|notice| match notice {
        ListNotice::Trashed { id, title } => trashed_notice(&id, &title).into_any(),
        ListNotice::Imported(imported) => imported_notice(imported).into_any(),
    });
    let looked = !typed.trim().is_empty();
    let nothing_yet = list.total == 0 && !looked && offset == 0;
    let tools = tools(&typed, sort, nothing_yet);
    // The page itself says in larger words that nothing was found; this is for who hears it.
    let unseen = (looked && list.documents.is_empty()).then_some("visually-hidden");
    let count = looked.then(|| view! { <span class=unseen>{words::found(list.total)}</span> });
    let results = match list.documents.is_empty() {
        _ if nothing_yet => empty().into_any(),
        true => nothing_found().into_any(),
        false => found(list, &Address { typed: &typed, sort }, offset, now_ms).into_any(),
    };
    view! {
        <Shell>
            {header(&session.user, None)}
            <Banner />
            <main class="documents" data-on-device=words::ON_THIS_DEVICE>
                {notice}
                <div class="documents-head">
                    <h1>{words::DOCUMENTS}</h1>
                    {import_form()}
                    <form method="post" action="/documents" data-new="">
                        <button class="button-primary" type="submit">{words::NEW_DOCUMENT}</button>
                    </form>
                </div>
                {tools}
                <p class="documents-count" role="status" data-count="">{count}</p>
                <div data-results="">{results}</div>
                {help(nothing_yet)}
                <p class="documents-aside">
                    <a href="/trash">{words::TRASH}</a>
                    <a href="/account/export" download hidden=nothing_yet data-with-documents="">{words::DOWNLOAD_ALL}</a>
                </p>
            </main>
            <SignInDialog />
        </Shell>
    }
}

/// Where a part of the list is.
struct Address<'a> {
    typed: &'a str,
    sort: Sort,
}

impl Address<'_> {
    fn at(&self, offset: u32) -> String {
        let mut parts = Vec::new();
        if !self.typed.is_empty() {
            parts.push(["q=", &escape(self.typed)].concat());
        }
        if self.sort == Sort::Title {
            parts.push("sort=title".to_owned());
        }
        if offset != 0 {
            parts.push(format!("offset={offset}"));
        }
        if parts.is_empty() { "/".to_owned() } else { ["/?", &parts.join("&")].concat() }
    }
}

/// What a query may not have as it is, byte by byte (RFC 3986, section 2.1).
fn escape(text: &str) -> String {
    text.bytes().fold(String::new(), |mut escaped, byte| {
        if byte.is_ascii_alphanumeric() {
            escaped.push(char::from(byte));
        } else {
            escaped.push_str(&format!("%{byte:02X}"));
        }
        escaped
    })
}

fn trashed_notice(id: &str, title: &str) -> impl IntoView + use<> {
    let action = ["/trash/", id, "/restore"].concat();
    let [before, after] = words::MOVED_TO_TRASH;
    view! { <div class="notice" role="status">{before} <bdi>{words::short(title)}</bdi> {after} " " {undo(action)}</div> }
}

/// Without documents there is nothing to search; a script shows it with the first ones.
fn tools(typed: &str, sort: Sort, hidden: bool) -> impl IntoView + use<> {
    let way = |to: Sort, name| {
        let current = (to == sort).then_some("true");
        view! { <a href=Address { typed, sort: to }.at(0) aria-current=current>{name}</a> }
    };
    let ways = view! { {way(Sort::Changed, words::BY_CHANGE)} {way(Sort::Title, words::BY_TITLE)} };
    let carried = (sort == Sort::Title).then(|| view! { <input type="hidden" name="sort" value="title" /> });
    view! {
        <div class="documents-tools" hidden=hidden data-with-documents="">
            <form class="documents-search" role="search" method="get" action="/">
                <input
                    type="search"
                    name="q"
                    value=typed.to_owned()
                    aria-label=words::SEARCH_WHERE
                    placeholder=words::SEARCH_WHERE
                    autocomplete="off"
                    spellcheck="false"
                    maxlength="300"
                />
                {carried}
                <button class="button-quiet" type="submit">{words::SEARCH}</button>
            </form>
            <nav class="documents-sort" aria-label=words::SORT_BY data-sort="">
                <span aria-hidden="true">{words::SORT_BY}</span>
                {ways}
            </nav>
        </div>
    }
}

fn empty() -> impl IntoView {
    let steps =
        words::NO_DOCUMENTS_HELP.map(|(do_this, then)| view! { <li><strong>{do_this}</strong> " " {then}</li> });
    view! {
        <div class="documents-empty">
            <p class="documents-empty-lead">{words::NO_DOCUMENTS}</p>
            <ol>{steps.collect_view()}</ol>
        </div>
    }
}

fn nothing_found() -> impl IntoView {
    view! {
        <div class="documents-empty">
            <p class="documents-empty-lead">{words::NOTHING_FOUND}</p>
            <p>{words::NOTHING_FOUND_HELP}</p>
            <p><a href="/">{words::SHOW_ALL}</a></p>
        </div>
    }
}

fn found(list: DocumentList, address: &Address<'_>, offset: u32, now_ms: i64) -> impl IntoView + use<> {
    let DocumentList { documents, total, incomplete } = list;
    let end = offset + u32::try_from(documents.len()).unwrap_or(u32::MAX);
    let more = (u64::from(end) < total).then(|| {
        let left = format!("{} ({})", words::SHOW_MORE, total - u64::from(end));
        view! { <p class="documents-more"><a class="button-quiet" href=address.at(end) data-more="">{left}</a></p> }
    });
    let first = (0 < offset).then(|| {
        view! { <p class="documents-more"><a href=address.at(0)>{words::SHOW_FIRST}</a></p> }
    });
    let reading = incomplete.then(|| view! { <p class="documents-reading">{words::STILL_READING}</p> });
    let lines = documents.into_iter().map(|document| line(document, now_ms)).collect_view();
    let name = if offset == 0 { words::DOCUMENTS.to_owned() } else { words::documents_from(offset + 1, end) };
    view! {
        {reading}
        {first}
        // The role is said again because Safari drops it from a list without markers. What "Show more" brings stays a list
        // of its own (`browser/list.js`), so that the browser can leave out of its work what is out of sight.
        <ul class="documents-list" role="list" aria-label=name>{lines}</ul>
        {more}
    }
}

/// What the keys do is shown once a script makes them do it.
fn help(hidden: bool) -> impl IntoView {
    let keys = words::KEYS.map(|(key, what)| view! { <div><dt><kbd>{key}</kbd></dt><dd>{what}</dd></div> });
    let marks = words::MARKS.map(|(mark, what)| {
        view! { <div><dt><span class="documents-mark">{mark}</span></dt><dd>{what}</dd></div> }
    });
    view! {
        <details class="documents-help" hidden=hidden data-with-documents="">
            <summary>{words::LIST_HELP}</summary>
            <div data-keys="" hidden>
                <dl>{keys.collect_view()}</dl>
                <p>{words::KEYS_WHERE}</p>
            </div>
            <dl>{marks.collect_view()}</dl>
        </details>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_says_what_was_looked_for_whatever_that_was() {
        let address = |typed, sort| Address { typed, sort };
        assert_eq!(address("", Sort::Changed).at(0), "/");
        assert_eq!(address("", Sort::Title).at(100), "/?sort=title&offset=100");
        assert_eq!(address("a&q=ü #", Sort::Changed).at(0), "/?q=a%26q%3D%C3%BC%20%23");
    }
}
