//! The form that takes files in, and what became of them. It works without scripts; with them the files are sent as soon as
//! they are chosen or dropped, a few at a time.

use holdfast::wire::{ImportRefusal, Imported};
use leptos::prelude::*;
use serde_json::json;

use crate::words;

/// So many of the files that were refused are named.
const MOST_NAMED: usize = 20;

pub(super) fn import_form() -> impl IntoView {
    view! {
        <details class="documents-import" data-import=said()>
            <summary class="button-quiet">{words::IMPORT}</summary>
            <form method="post" action="/import" enctype="multipart/form-data">
                <p>{words::IMPORT_HELP} " " <span data-drop="" hidden>{words::IMPORT_DROP}</span></p>
                // The browser's own, so that keys, focus and the names of what was chosen are the browser's, too.
                <input
                    class="documents-pick"
                    type="file"
                    name="files"
                    multiple
                    required
                    accept=".md,.markdown,.txt,.text,text/markdown,text/plain"
                    aria-label=words::IMPORT_FILES
                />
                <button class="button-primary" type="submit">{words::IMPORT}</button>
            </form>
        </details>
    }
}

/// The words that a script needs, from the same place as the page's.
fn said() -> String {
    let refusals = [
        ImportRefusal::Kind,
        ImportRefusal::TooLarge,
        ImportRefusal::NotText,
        ImportRefusal::NotUtf8,
        ImportRefusal::CannotSave,
    ];
    let refused: serde_json::Map<String, serde_json::Value> = refusals
        .into_iter()
        .filter_map(|refusal| {
            Some((serde_json::to_value(refusal).ok()?.as_str()?.to_owned(), words::not_imported(refusal).into()))
        })
        .collect();
    json!({
        "refused": refused,
        "none": words::NONE_IMPORTED,
        "one": words::imported(1),
        "many": words::IMPORTED,
        "refused_one": words::not_imported_files(1),
        "refused_many": words::NOT_IMPORTED,
        "more": words::MORE_FILES,
        "progress": words::IMPORT_PROGRESS,
        "stopped": words::IMPORT_STOPPED,
        "signed_out": words::IMPORT_SIGNED_OUT,
        "offline": words::IMPORT_OFFLINE,
    })
    .to_string()
}

pub(super) fn imported_notice(imported: Imported) -> impl IntoView {
    let Imported { files, left_out, broke_off } = imported;
    let made = files.iter().filter(|file| file.document.is_some()).count();
    let last = files.last().filter(|_| broke_off.is_some());
    let stopped = last.map(|last| view! { <p>{words::import_broke_off(&last.name)}</p> });
    let refused: Vec<(String, ImportRefusal)> =
        files.into_iter().filter_map(|file| Some((file.name, file.refused?))).collect();
    let all = refused.len() as u64 + left_out;
    let rest = refused.len().saturating_sub(MOST_NAMED) as u64 + left_out;
    let rest = (0 < rest).then(|| view! { <li>{words::more_files(rest)}</li> });
    let named = refused.into_iter().take(MOST_NAMED).map(|(name, why)| {
        view! { <li><strong><bdi>{name}</bdi></strong> " " {words::not_imported(why)} "."</li> }
    });
    let refused = (0 < all).then(|| {
        view! {
            <div class="documents-refused">
                <p>{words::not_imported_files(all)}</p>
                <ul>{named.collect_view()} {rest}</ul>
            </div>
        }
    });
    view! {
        <div class="notice documents-taken" role="status">
            <div class="documents-made" data-none=(made == 0).then_some("")>
                <p>{words::imported(made)}</p>
                {stopped}
            </div>
            {refused}
        </div>
    }
}
