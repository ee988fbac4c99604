//! The editor's page: a form that saves without scripts, with the editor island around it.

use leptos::prelude::*;

use super::data::{EditorNotice, EditorPage};
use super::escape;
use super::header::header;
use super::history::{undo, undo_path};
use super::leave::leave;
use super::writing::writing;
use crate::islands::banner::Banner;
use crate::islands::dialog::SignInDialog;
use crate::islands::editor::Editor;
use crate::islands::shell::Shell;
use crate::words;

pub(super) fn editor(page: EditorPage) -> impl IntoView {
    let EditorPage { id, title, draft, session, notice } = page;
    let heading = if title.trim().is_empty() { words::UNTITLED.to_owned() } else { title.clone() };
    let action = ["/documents/", &id].concat();
    let head = draft.head.to_string();
    let text = escape::textarea(&draft.text);
    // Nobody has read what nobody has written: the first key press goes into the text.
    let is_new = draft.head == 0 && draft.text.is_empty();
    let notice = notice.map(|notice| {
        let undo = match notice {
            EditorNotice::Restored { undo: Some(n) } | EditorNotice::RestoreUndone { undo: Some(n) } => {
                Some(undo(undo_path(&id, n)))
            }
            _ => None,
        };
        view! { <div class="notice" role="status">{said(notice)} " " {undo}</div> }
    });
    // The text travels once, in the text area: the island reads it from there.
    view! {
        <Shell>
            {header(&session.user, Some(&id))}
            <Banner />
            <main class="editor-page">
                <h1 class="visually-hidden">{heading}</h1>
                <Editor>
                    {notice}
                    <form class="editor-form" method="post" action=action.clone() autocomplete="off">
                        <input type="hidden" name="head" value=head />
                        <div class="editor-bar">
                            <input
                                class="editor-title"
                                type="text"
                                name="title"
                                aria-label=words::TITLE
                                placeholder=words::UNTITLED
                                value=title
                                maxlength="300"
                                autocomplete="off"
                            />
                            <a class="button-quiet" href=[&action, "/read"].concat() data-preview=[&action, "/preview"].concat()>
                                {words::PREVIEW}
                            </a>
                            <button class="button-quiet editor-plain-save" type="submit" name="action" value="save">
                                {words::SAVE}
                            </button>
                            <button class="button-quiet" type="submit" name="action" value="version">
                                {words::SAVE_A_VERSION}
                            </button>
                        </div>
                        <div class="editor-sheets" data-sheets="">
                            <div class="editor-sheet">
                                <div class="editor-found" aria-hidden="true"><div data-found=""></div></div>
                                <textarea
                                    class="editor-text"
                                    name="text"
                                    aria-label=words::DOCUMENT_TEXT
                                    placeholder=words::START_WRITING
                                    autocomplete="off"
                                    spellcheck="true"
                                    autofocus=is_new
                                    inner_html=text
                                ></textarea>
                                <div class="editor-printed" data-printed=""></div>
                            </div>
                        </div>
                    </form>
                    {writing()}
                </Editor>
            </main>
            <SignInDialog />
            {leave()}
        </Shell>
    }
}

fn said(notice: EditorNotice) -> &'static str {
    match notice {
        EditorNotice::Saved => words::TEXT_SAVED,
        EditorNotice::VersionSaved => words::VERSION_IS_SAVED,
        EditorNotice::Merged => words::BOTH_SIDES_ARE_IN,
        EditorNotice::Untrashed => words::OUT_OF_THE_TRASH,
        EditorNotice::Restored { undo: Some(_) } => words::RESTORED,
        EditorNotice::Restored { undo: None } => words::RESTORED_ALREADY,
        EditorNotice::RestoreUndone { .. } => words::RESTORE_UNDONE,
    }
}
