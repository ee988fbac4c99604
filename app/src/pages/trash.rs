//! The trash: what can still be restored, and for how long.

use holdfast::wire::TrashedDocument;
use leptos::prelude::*;

use super::data::TrashPage;
use super::header::header;
use super::when::{ago, days_left, iso};
use crate::islands::banner::Banner;
use crate::islands::dialog::SignInDialog;
use crate::islands::shell::Shell;
use crate::words;

pub(super) fn trash(page: TrashPage) -> impl IntoView {
    let TrashPage { documents, sought, deleted, now_ms, session } = page;
    let deleted = deleted.then(|| view! { <p class="notice" role="status">{words::DELETED_FOR_GOOD}</p> });
    let sought = sought.map(|title| {
        let [before, after] = words::IS_IN_THE_TRASH;
        view! { <div class="notice" role="status">{before}<bdi>{words::short(&title)}</bdi>{after}</div> }
    });
    let list = if documents.is_empty() {
        view! { <div class="documents-empty"><p>{words::EMPTY_TRASH}</p></div> }.into_any()
    } else {
        let lines = documents.into_iter().map(|document| line(document, now_ms)).collect_view();
        view! { <ul class="documents-list" role="list" aria-label=words::TRASH>{lines}</ul> }.into_any()
    };
    view! {
        <Shell>
            {header(&session.user, None)}
            <Banner />
            <main class="documents">
                {sought}
                {deleted}
                <div class="documents-head">
                    <h1>{words::TRASH}</h1>
                </div>
                {list}
                <p class="documents-aside">{words::TRASH_HELP}</p>
            </main>
            <SignInDialog />
        </Shell>
    }
}

fn line(document: TrashedDocument, now_ms: i64) -> impl IntoView {
    let untitled = document.title.trim().is_empty();
    let title = if untitled { words::UNTITLED.to_owned() } else { document.title };
    let restore = [words::RESTORE, " ", &title].concat();
    let delete = [words::DELETE_FOR_GOOD, ": ", &title].concat();
    let really = [words::DELETE_FOR_GOOD_NOW, ": ", &title].concat();
    view! {
        <li>
            <span class="trash-title" data-untitled=untitled.then_some("")>{title}</span>
            <span class="documents-facts">
                <time datetime=iso(document.trashed_at)>{ago(document.trashed_at, now_ms)}</time>
                <span>{days_left(document.purged_at, now_ms)}</span>
                <form method="post" action=["/trash/", &document.id, "/restore"].concat()>
                    <button class="button-quiet" type="submit" aria-label=restore>{words::RESTORE}</button>
                </form>
                // Two presses: nobody brings it back.
                <details class="trash-delete">
                    <summary aria-label=delete>{words::DELETE_FOR_GOOD}</summary>
                    <form method="post" action=["/trash/", &document.id, "/delete"].concat()>
                        <button class="button-danger" type="submit" aria-label=really>{words::DELETE_FOR_GOOD_NOW}</button>
                    </form>
                </details>
            </span>
        </li>
    }
}
