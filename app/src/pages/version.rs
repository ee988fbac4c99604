//! One version: its text, how it reads, or what has become of it since; its name; and the button that brings it back.

use holdfast::wire::{DiffKind, Version};
use leptos::prelude::*;

use super::data::{VersionPage, VersionView};
use super::diff::changes;
use super::header::header;
use super::history::{name, restore_path, size, way_back};
use super::read::prose;
use super::when::{ago, iso};
use crate::islands::banner::Banner;
use crate::islands::dialog::SignInDialog;
use crate::islands::shell::Shell;
use crate::words;

pub(super) fn version(page: VersionPage) -> impl IntoView {
    let VersionPage { id, title, version, view, now_ms, session } = page;
    let path = ["/documents/", &id, "/versions/", &version.n.to_string()].concat();
    let (shows_text, shows_since) = (matches!(view, VersionView::Text(_)), matches!(view, VersionView::Changes(_)));
    let reads = matches!(view, VersionView::Read(_));
    let current = |is_it: bool| is_it.then_some("page");
    let at = version.created_at;
    let why = version
        .name
        .is_some()
        .then(|| words::kind(version.kind))
        .filter(|why| !why.is_empty() && *why != name(&version));
    let body = match view {
        VersionView::Text(text) if text.is_empty() => view! { <p>{words::EMPTY_TEXT}</p> }.into_any(),
        VersionView::Text(text) => view! { <div class="version-text">{text}</div> }.into_any(),
        VersionView::Read(html) => view! { <article class="prose" inner_html=prose(html)></article> }.into_any(),
        VersionView::Changes(parts) => changes(&parts).into_any(),
        VersionView::Compared(other, parts) => compared(&id, &other, &parts, now_ms).into_any(),
    };
    view! {
        <Shell>
            {header(&session.user, Some(&id))}
            <Banner />
            <main class="documents">
                {way_back(&id, &title)}
                <div class="documents-head">
                    <h1>{name(&version)}</h1>
                    <form method="post" action=restore_path(&id, version.n)>
                        <button class="button-primary" type="submit">{words::RESTORE}</button>
                    </form>
                </div>
                <p class="documents-facts">
                    {why.map(|why| view! { <span>{why}</span> })}
                    <time datetime=iso(at)>{ago(at, now_ms)}</time> <span>{size(version.length)}</span>
                </p>
                {naming(&path, &version)}
                <nav class="version-views" aria-label=words::VIEWS>
                    <a href=path.clone() aria-current=current(shows_text)>{words::ITS_TEXT}</a>
                    <a href=[&path, "/read"].concat() aria-current=current(reads)>{words::AS_IT_READS}</a>
                    <a href=[&path, "/changes"].concat() aria-current=current(shows_since)>{words::CHANGES_SINCE}</a>
                    <a href=["/documents/", &id, "/history"].concat()>{words::ALL_VERSIONS}</a>
                </nav>
                {body}
            </main>
            <SignInDialog />
        </Shell>
    }
}

/// Gives the version a name, or another one: what a text was kept for is often known only later. An address that ends in
/// `#name` opens it, and puts the caret into it.
fn naming(path: &str, version: &Version) -> impl IntoView + use<> {
    let given = version.name.clone().unwrap_or_default();
    let button = if given.is_empty() { words::NAME_THIS_VERSION } else { words::RENAME };
    view! {
        <details class="version-naming">
            <summary>{button}</summary>
            <form class="history-save" method="post" action=[path, "/name"].concat()>
                <input id="name" type="text" name="name" aria-label=words::NAME value=given maxlength="300" autocomplete="off" />
                <button class="button-quiet" type="submit">{words::SAVE_NAME}</button>
            </form>
        </details>
    }
}

/// What is different in another version of the same document.
fn compared(id: &str, other: &Version, parts: &[(DiffKind, String)], now_ms: i64) -> impl IntoView + use<> {
    let (path, at) = (["/documents/", id, "/versions/", &other.n.to_string()].concat(), other.created_at);
    view! {
        <p>
            {words::COMPARED_WITH} <a href=path>{name(other)}</a> " (" <time datetime=iso(at)>{ago(at, now_ms)}</time> ")"
        </p>
        {changes(parts)}
    }
}
