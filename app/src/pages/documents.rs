//! The list of documents.

use holdfast::wire::DocumentSummary;
use leptos::prelude::*;

use super::data::DocumentsPage;
use super::header::header;
use super::history::undo;
use super::when::{ago, iso};
use crate::islands::banner::Banner;
use crate::islands::dialog::SignInDialog;
use crate::islands::shell::Shell;
use crate::words;

pub(super) fn documents(page: DocumentsPage) -> impl IntoView {
    let DocumentsPage { documents, now_ms, session, trashed } = page;
    let header = header(&session.user, None);
    let list = if documents.is_empty() { empty().into_any() } else { list(documents, now_ms).into_any() };
    view! {
        <Shell>
            {header}
            <Banner />
            <main class="documents">
                {trashed.as_deref().map(trashed_notice)}
                <div class="documents-head">
                    <h1>{words::DOCUMENTS}</h1>
                    <form method="post" action="/documents">
                        <button class="button-primary" type="submit">{words::NEW_DOCUMENT}</button>
                    </form>
                </div>
                {list}
                <p class="documents-aside"><a href="/trash">{words::TRASH}</a></p>
            </main>
            <SignInDialog />
        </Shell>
    }
}

fn trashed_notice(id: &str) -> impl IntoView + use<> {
    let action = ["/trash/", id, "/restore"].concat();
    view! { <div class="notice" role="status">{words::MOVED_TO_TRASH} " " {undo(action)}</div> }
}

fn empty() -> impl IntoView {
    view! {
        <div class="documents-empty">
            <p class="documents-empty-lead">{words::NO_DOCUMENTS}</p>
            <p>{words::NO_DOCUMENTS_HELP}</p>
        </div>
    }
}

fn list(documents: Vec<DocumentSummary>, now_ms: i64) -> impl IntoView {
    let lines = documents.into_iter().map(|document| line(document, now_ms)).collect_view();
    // The role is said again because Safari drops it from a list without markers.
    view! { <ul class="documents-list" role="list" aria-label=words::DOCUMENTS>{lines}</ul> }
}

fn line(document: DocumentSummary, now_ms: i64) -> impl IntoView {
    let untitled = document.title.trim().is_empty();
    let title = if untitled { words::UNTITLED.to_owned() } else { document.title };
    let mark = document.unsaved.then(|| view! { <span class="documents-mark">{words::UNSAVED_DRAFT}</span> });
    view! {
        <li>
            <a href=["/documents/", &document.id].concat() data-untitled=untitled.then_some("")>{title}</a>
            <span class="documents-facts">
                {mark} <time datetime=iso(document.updated_at)>{ago(document.updated_at, now_ms)}</time>
            </span>
        </li>
    }
}
