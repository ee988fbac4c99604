//! What stands around the text where scripts run: the bar that finds, and one quiet row with the outline, the keys and the
//! counts. The script that brings it to life (`app/write/`) has no word of its own.

use leptos::prelude::*;

use crate::words;

/// Behind the editor's form: a form cannot stand in another.
pub(super) fn writing() -> impl IntoView {
    let [one_word, many_words] = words::COUNT_WORDS;
    let [one_character, many_characters] = words::COUNT_CHARACTERS;
    view! {
        {find_bar()}
        <div class="writing" role="group" aria-label=words::WRITING data-writing="">
            <button class="button-accent writing-back" type="button" data-back="">{words::BACK_TO_WRITING}</button>
            {format()}
            <button class="button-plain writing-undo" type="button" data-undo="">{words::UNDO}</button>
            <button class="button-plain" type="button" aria-expanded="false" aria-controls="find-bar" data-find="">
                {words::FIND}
            </button>
            <button class="button-plain" type="button" popovertarget="outline">{words::OUTLINE}</button>
            <button class="button-plain" type="button" aria-haspopup="dialog" data-help="">
                {words::HELP}
            </button>
            <p class="writing-counts" data-counts="">
                <span data-one=one_word data-other=many_words></span>
                <span class="writing-characters" data-one=one_character data-other=many_characters></span>
                <span class="writing-selected">{words::COUNT_SELECTED}</span>
            </p>
        </div>
        <nav class="outline" id="outline" popover="auto" tabindex="-1" aria-label=words::OUTLINE data-outline="">
            <p data-none="">{words::NO_HEADINGS}</p>
        </nav>
        {keys()}
    }
}

/// What the keys do, for who has none; the style shows it where the screen is touched.
fn format() -> impl IntoView {
    let buttons = words::FORMATS
        .map(|(way, word)| view! { <button class="button-plain" type="button" value=way>{word}</button> });
    view! { <div class="writing-format" role="group" aria-label=words::FORMAT data-format="">{buttons.collect_view()}</div> }
}

fn find_bar() -> impl IntoView {
    view! {
        <form class="find-bar" id="find-bar" role="search" aria-label=words::FIND_IN_TEXT autocomplete="off" hidden data-find-bar="">
            <div class="find-line">
                <input type="text" name="query" aria-label=words::FIND_WHAT placeholder=words::FIND spellcheck="false" maxlength="1000" />
                <output
                    class="find-place"
                    data-none=words::FOUND_NONE
                    data-place=words::FOUND_PLACE
                    data-one=words::REPLACED_ONE
                    data-other=words::REPLACED
                ></output>
                <button class="button-quiet" type="submit" value="previous">{words::FIND_PREVIOUS}</button>
                <button class="button-quiet" type="submit" value="next">{words::FIND_NEXT}</button>
                <label><input type="checkbox" name="exact" />{words::MATCH_CASE}</label>
                <label><input type="checkbox" name="whole" />{words::WHOLE_WORDS}</label>
                <button class="button-plain find-close" type="button" data-close="">{words::CLOSE}</button>
            </div>
            <div class="find-line">
                <input type="text" name="words" aria-label=words::REPLACE_WITH placeholder=words::REPLACE_WITH maxlength="1000" />
                <button class="button-quiet" type="submit" value="replace">{words::REPLACE}</button>
                <button class="button-quiet" type="submit" value="all">{words::REPLACE_ALL}</button>
            </div>
        </form>
    }
}

fn keys() -> impl IntoView {
    let rows = |all: &'static [(&'static str, &'static str)]| {
        let row = |&(key, what)| view! { <div><dt><kbd>{key}</kbd></dt><dd>{what}</dd></div> };
        all.iter().map(row).collect_view()
    };
    view! {
        <dialog class="dialog keys" aria-labelledby="keys-heading" data-help-dialog="">
            <h2 id="keys-heading">{words::HELP_WITH_WRITING}</h2>
            <h3>{words::MARKDOWN}</h3>
            <dl>{rows(&words::MARKDOWN_SIGNS)}</dl>
            <div class="keys-keyboard">
                <h3>{words::KEYBOARD_SHORTCUTS}</h3>
                <dl>{rows(&words::WRITING_KEYS)}</dl>
                <p>{words::KEYS_AGAIN}</p>
            </div>
            <form class="dialog-buttons" method="dialog">
                <button class="button-primary" type="submit">{words::CLOSE}</button>
            </form>
        </dialog>
    }
}
