//! The words around the text area: finding, the outline, the counts, the keys. Scripts fill numbers in where `{n}` stands.

/// The accessible name of the row below the text.
pub(crate) const WRITING: &str = "Writing";
/// The accessible name of the buttons that stand in for keys.
pub(crate) const FORMAT: &str = "Format";
/// What they do, by the name that the script knows it by.
pub(crate) const FORMATS: [(&str, &str); 6] = [
    ("bold", "Bold"),
    ("italic", "Italic"),
    ("heading", "Heading"),
    ("list", "List"),
    ("task", "Task"),
    ("link", "Link"),
];
/// Closes the preview where it stands in the place of the text.
pub(crate) const BACK_TO_WRITING: &str = "Back to writing";
/// Opens the bar that finds; the name of its field and of the bar, too.
pub(crate) const FIND: &str = "Find";
/// The bar's accessible name.
pub(crate) const FIND_IN_TEXT: &str = "Find in the text";
/// What is looked for.
pub(crate) const FIND_WHAT: &str = "Find this";
/// What shall stand there instead.
pub(crate) const REPLACE_WITH: &str = "Replace with";
/// Capitals count.
pub(crate) const MATCH_CASE: &str = "Match case";
/// Only what begins and ends where words do.
pub(crate) const WHOLE_WORDS: &str = "Whole words";
/// To the place before.
pub(crate) const FIND_PREVIOUS: &str = "Previous";
/// To the next place.
pub(crate) const FIND_NEXT: &str = "Next";
/// Replaces what is shown.
pub(crate) const REPLACE: &str = "Replace";
/// Replaces everything that was found.
pub(crate) const REPLACE_ALL: &str = "Replace all";
/// Closes the bar, or the list of keys.
pub(crate) const CLOSE: &str = "Close";
/// Which of the places is shown.
pub(crate) const FOUND_PLACE: &str = "{n} of {all}";
/// There is none.
pub(crate) const FOUND_NONE: &str = "Not found";
/// One place was replaced.
pub(crate) const REPLACED_ONE: &str = "1 replaced";
/// More were.
pub(crate) const REPLACED: &str = "{n} replaced";

/// Opens the list of headings; its name, too.
pub(crate) const OUTLINE: &str = "Outline";
/// There are none.
pub(crate) const NO_HEADINGS: &str = "No headings yet. A line that begins with # is one.";

/// Opens what explains the signs and the keys.
pub(crate) const HELP: &str = "Help";
/// Its heading.
pub(crate) const HELP_WITH_WRITING: &str = "Help with writing";
/// Above the keys.
pub(crate) const KEYBOARD_SHORTCUTS: &str = "Keyboard shortcuts";
/// What the keys do while one writes. On Apple's keyboards a script writes their names.
pub(crate) const WRITING_KEYS: [(&str, &str); 14] = [
    ("Ctrl+B", "bold"),
    ("Ctrl+I", "italic"),
    ("Ctrl+K", "link; or paste an address over the words"),
    ("Ctrl+Alt+1", "heading; 2 and 3 for smaller ones, 0 for none"),
    ("Enter", "goes on with a list, a quotation or a table; once more ends it"),
    ("Shift+Enter", "a plain new line"),
    ("Ctrl+]", "move a list item one level in"),
    ("Ctrl+[", "move it one level out"),
    ("Ctrl+F", "find and replace; once more for the browser's own"),
    ("Ctrl+Z", "undo, as everywhere"),
    ("Ctrl+S", "save now; it saves by itself, too"),
    ("Ctrl+Shift+V", "paste without headings, bold and the like"),
    ("Tab", "out of the text, to what comes next"),
    ("Ctrl+/", "this help"),
];
/// Pressing again.
pub(crate) const KEYS_AGAIN: &str = "Press the same keys again to take bold, italic, a link or a heading away.";
/// Above what a text is written with.
pub(crate) const MARKDOWN: &str = "At the beginning of a line";
/// What makes a line more than a line (CommonMark, and tasks and tables of GitHub's).
pub(crate) const MARKDOWN_SIGNS: [(&str, &str); 6] = [
    ("# ", "a heading; ## and ### for smaller ones"),
    ("- ", "a list"),
    ("1. ", "a numbered list"),
    ("- [ ] ", "a task to tick off"),
    ("> ", "a quotation"),
    ("| a | b |", "the first row of a table; Enter goes on with it, and an empty row ends it"),
];

/// How many words there are: for one, and for any other number.
pub(crate) const COUNT_WORDS: [&str; 2] = ["{n} word", "{n} words"];
/// How many characters.
pub(crate) const COUNT_CHARACTERS: [&str; 2] = ["{n} character", "{n} characters"];
/// Behind them, where only what is selected was counted.
pub(crate) const COUNT_SELECTED: &str = "selected";
