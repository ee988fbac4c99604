//! The words that stand in the pages as the server renders them; the islands carry none of these.

use holdfast::session::{Phase, Told, words as countdown_words};
use holdfast::wire::ImportRefusal;

/// The product in one sentence.
pub(crate) const PROMISE: &str = "A quiet place to write, where no word you type is ever lost.";
/// The list's heading, name and link.
pub(crate) const DOCUMENTS: &str = "Documents";
/// The button that makes a document.
pub(crate) const NEW_DOCUMENT: &str = "New document";
/// The mark of a document that is in a version as it is.
pub(crate) fn saved_in_version(n: u64) -> String {
    format!("Saved in version {n}")
}
/// The mark of a draft of which there is no version.
pub(crate) const SAVED_NO_VERSION: &str = "Saved, no version yet";
/// The mark of a draft that is ahead of its newest version.
pub(crate) fn saved_since_version(n: u64) -> String {
    format!("Saved, changed since version {n}")
}
/// The mark of a document of which something came after the end of a sign-in.
pub(crate) const IN_ESCROW: &str = "Waits for your next sign-in";
/// The mark of a document with words that only this browser has; a script puts it there.
pub(crate) const ON_THIS_DEVICE: &str = "On this device only";
/// What the marks mean.
pub(crate) const MARKS: [(&str, &str); 5] = [
    ("Saved in version 1", "Every word is saved, and the text is still as it was in that version."),
    (SAVED_NO_VERSION, "A draft: every word is saved by itself. Save a version when you want to be able to go back."),
    ("Saved, changed since version 1", "A draft that goes on from that version. Every word of it is saved, too."),
    (
        ON_THIS_DEVICE,
        "This browser has words that are still on their way. It keeps them for 30 days; do not clear its data.",
    ),
    (
        IN_ESCROW,
        "Words that came after you were signed out. They wait for 30 days or longer, and are added when you sign in.",
    ),
];
/// Above what the marks mean, and what the keys do.
pub(crate) const LIST_HELP: &str = "Keys and marks";
/// What the keys do, in the list.
pub(crate) const KEYS: [(&str, &str); 5] = [
    ("↓", "go into the list, from the search or the top of the page"),
    ("↑ ↓ or k j", "go up and down in it"),
    ("Enter", "open the document"),
    ("/", "search"),
    ("n", "start a new document"),
];
/// When they do so.
pub(crate) const KEYS_WHERE: &str = "Letter keys work only while you are in the list, never while you type.";
/// The search field.
pub(crate) const SEARCH: &str = "Search";
/// What it searches.
pub(crate) const SEARCH_WHERE: &str = "Search titles and text";
/// How the list is sorted.
pub(crate) const SORT_BY: &str = "Sort by";
/// One way.
pub(crate) const BY_CHANGE: &str = "Last change";
/// Another.
pub(crate) const BY_TITLE: &str = "Title";
/// The way to the next lines.
pub(crate) const SHOW_MORE: &str = "Show more";
/// The way back from them.
pub(crate) const SHOW_FIRST: &str = "Back to the first";
/// Nothing was found.
pub(crate) const NOTHING_FOUND: &str = "Nothing found.";
/// What to do about it.
pub(crate) const NOTHING_FOUND_HELP: &str =
    "Every word you type must be in the title or the text. Try fewer of them, or only the beginning of one.";
/// Away from what was found.
pub(crate) const SHOW_ALL: &str = "Show all documents";
/// Something may be missing from what was found.
pub(crate) const STILL_READING: &str = "Your documents are still being read. Some may be missing here for a moment.";
/// The empty list.
pub(crate) const NO_DOCUMENTS: &str = "Nothing here yet.";
/// What to do about it, and what to expect.
pub(crate) const NO_DOCUMENTS_HELP: [(&str, &str); 3] = [
    ("Start a document and write.", "Everything you type is saved by itself, moment by moment."),
    ("Save a version when you want to keep the text as it is.", "You can always go back to it."),
    ("You may be asked to sign in again.", "You are told in time, you can go on writing, and nothing is lost."),
];

/// The way to a file of a document.
pub(crate) const DOWNLOAD_MARKDOWN: &str = "Download as Markdown";
/// Makes documents of files.
pub(crate) const IMPORT: &str = "Import";
/// The field for them.
pub(crate) const IMPORT_FILES: &str = "Files to import";
/// What they may be.
pub(crate) const IMPORT_HELP: &str =
    "Markdown and text files, up to 10 MB each. Each becomes a document, called by its first heading or its name.";
/// What can be done besides, where scripts run.
pub(crate) const IMPORT_DROP: &str = "You can also drop files anywhere on this page.";
/// While they are on their way; a script counts.
pub(crate) const IMPORT_PROGRESS: &str = "Importing {n} of {all}…";
/// Something stopped it; a script says after which file.
pub(crate) const IMPORT_STOPPED: &str = "The import stopped after {n} of {all} files, before “{name}”.";
/// What to do where nobody is signed in any more.
pub(crate) const IMPORT_SIGNED_OUT: &str = "Sign in, then import the rest.";
/// What to do where there is no connection.
pub(crate) const IMPORT_OFFLINE: &str = "Check your connection, then import the rest.";

/// Why a file was not imported.
pub(crate) fn not_imported(refusal: ImportRefusal) -> &'static str {
    match refusal {
        ImportRefusal::Kind => "is not a .md or .txt file",
        ImportRefusal::TooLarge => "is larger than 10 MB",
        ImportRefusal::NotText => "is not text",
        ImportRefusal::NotUtf8 => "is not in UTF-8. Save it as UTF-8, then try again",
        ImportRefusal::CannotSave => "could not be saved. Try again",
    }
}

/// An import that was more than is taken at once.
pub(crate) fn import_broke_off(name: &str) -> String {
    ["Nothing after “", name, "” was imported: it was too much at once, or took too long. Import the rest now."]
        .concat()
}

/// How many documents were made, in words that a script fills in, too.
pub(crate) fn imported(documents: usize) -> String {
    match documents {
        0 => NONE_IMPORTED.to_owned(),
        1 => "1 document imported.".to_owned(),
        n => IMPORTED.replace("{n}", &n.to_string()),
    }
}

/// For none.
pub(crate) const NONE_IMPORTED: &str = "Nothing was imported.";
/// For more than one.
pub(crate) const IMPORTED: &str = "{n} documents imported.";

/// Above the files that were refused, in words that a script fills in, too.
pub(crate) fn not_imported_files(files: u64) -> String {
    match files {
        1 => "1 file was not imported:".to_owned(),
        n => NOT_IMPORTED.replace("{n}", &n.to_string()),
    }
}

/// For more than one.
pub(crate) const NOT_IMPORTED: &str = "{n} files were not imported:";

/// How many files are not named any more.
pub(crate) fn more_files(files: u64) -> String {
    MORE_FILES.replace("{n}", &files.to_string())
}

/// See [`more_files`].
pub(crate) const MORE_FILES: &str = "… and {n} more.";

/// What a further part of the list is called, for who hears it.
pub(crate) fn documents_from(first: u32, last: u32) -> String {
    format!("Documents {first} to {last}")
}

/// How many were found.
pub(crate) fn found(total: u64) -> String {
    match total {
        0 => NOTHING_FOUND.to_owned(),
        1 => "1 document found".to_owned(),
        _ => format!("{total} documents found"),
    }
}

/// How long ago.
pub(crate) const JUST_NOW: &str = "just now";
/// "5 minutes ago".
pub(crate) fn ago(n: i64, unit: Unit) -> String {
    let unit = match (unit, n == 1) {
        (Unit::Minute, true) => " minute ago",
        (Unit::Minute, false) => " minutes ago",
        (Unit::Hour, true) => " hour ago",
        (Unit::Hour, false) => " hours ago",
        (Unit::Day, true) => " day ago",
        (Unit::Day, false) => " days ago",
    };
    n.to_string() + unit
}
/// See [`ago`].
#[derive(Debug, Clone, Copy)]
pub(crate) enum Unit {
    Minute,
    Hour,
    Day,
}
/// "30 days left".
pub(crate) fn days_left(days: i64) -> String {
    match days {
        ..1 => "less than a day left".to_owned(),
        1 => "1 day left".to_owned(),
        days => format!("{days} days left"),
    }
}

/// Creating an account.
pub(crate) const CREATE_ACCOUNT: &str = "Create account";
/// Confirming an e-mail address.
pub(crate) const CONFIRM: &str = "Confirm";
/// The field for the mailed code.
pub(crate) const CODE: &str = "Code";
/// Below the field for a new password.
pub(crate) const PASSWORD_HINT: &str =
    "At least 8 characters, with a capital letter, a small letter, a digit and a symbol.";
/// Has another code sent.
pub(crate) const SEND_NEW_CODE: &str = "Send a new code";
/// The heading and the field of a new password.
pub(crate) const NEW_PASSWORD: &str = "New password";
/// Why there has to be one.
pub(crate) const RESET_REQUIRED: &str = "This account needs a new password before you can sign in.";
/// How it is done.
pub(crate) const RESET_ASK: &str = "We send a code to the address of your account. With it you choose a new password.";
/// Has the code sent.
pub(crate) const SEND_CODE: &str = "Send me a code";
/// It was sent, if there is anybody to send it to.
pub(crate) const RESET_SENT: &str = "If there is an account with this address, a code is on its way to it.";
/// Sets the new password.
pub(crate) const SET_PASSWORD: &str = "Set the new password";
/// It is set.
pub(crate) const PASSWORD_IS_SET: &str = "Your new password is set. Sign in with it.";
/// A new account may be used.
pub(crate) const ACCOUNT_IS_CONFIRMED: &str = "Your account is confirmed. Sign in with your password.";
/// Leaves a step of a sign-in.
pub(crate) const SIGN_IN_AGAIN: &str = "Start again";
/// The title's accessible name.
pub(crate) const TITLE: &str = "Title";
/// The text's accessible name.
pub(crate) const DOCUMENT_TEXT: &str = "Document text";
/// Invites the first word.
pub(crate) const START_WRITING: &str = "Start writing… A line that begins with # is a heading, one with - a list.";
/// Saves the draft, on pages without scripts.
pub(crate) const SAVE: &str = "Save";
/// Saves on purpose.
pub(crate) const SAVE_A_VERSION: &str = "Save a version";
/// Where a page broke, instead of the save status; a script puts it there.
pub(crate) const BROKEN: &str = "Something broke on this page. Copy your last words, then reload.";
/// The title of a page that says what went wrong.
pub(crate) const SORRY: &str = "Sorry";
/// The header's navigation.
pub(crate) const MAIN_MENU: &str = "Main";
/// A document's name.
pub(crate) fn name(title: &str) -> &str {
    if title.trim().is_empty() { super::UNTITLED } else { title.trim() }
}
/// Without scripts: the draft is saved.
pub(crate) const TEXT_SAVED: &str = "Saved.";
/// So is a version.
pub(crate) const VERSION_IS_SAVED: &str = "Version saved.";
/// So it is, and somebody else had written, too.
pub(crate) const BOTH_SIDES_ARE_IN: &str =
    "The text had changed elsewhere in the meantime. Both sides are in it now; have a look.";
/// A version is the text again.
pub(crate) const RESTORED: &str = "Restored. The text as it was before is in the history.";
/// A restore was taken back.
pub(crate) const RESTORE_UNDONE: &str = "The restore is undone. What was written after it is still here.";
/// It was the text before.
pub(crate) const RESTORED_ALREADY: &str = "The text was that of this version already.";
/// On the sign-in page of a Holdfast with the embedded pool: before the address, and after it.
pub(crate) const TRYING_IT_OUT: &str = "Trying it out? Sign in as";
/// On the page that asks for a code, there: nothing is mailed.
pub(crate) const CODE_IS_IN_THE_LOG: &str = "Trying it out? No mail is sent here: the code stands in the server’s log.";
pub(crate) const DEMO_PASSWORD: &str = "with the password that was printed when the server started.";
/// The way to an account.
pub(crate) const NEW_HERE: &str = "New here?";
pub(crate) const CREATE_AN_ACCOUNT: &str = "Create an account";
/// The way back from there.
pub(crate) const HAVE_ONE: &str = "Already have one?";
/// Where the mailed code is entered.
pub(crate) const CHECK_YOUR_MAIL: &str = "Check your email";
pub(crate) const CODE_SENT_TO: &str = "We sent a code to";
pub(crate) const NO_MAIL: &str = "No email?";
pub(crate) const NEW_CODE_SENT: &str = "A new code is on its way.";
/// Above the sign-in form of somebody who still is signed in, but not for long.
pub(crate) fn sign_in_early(left_ms: i64) -> String {
    let left = Told { phase: Phase::Notice, remaining_ms: left_ms, ..Told::default() };
    [&countdown_words(&left), " Do it now, before you start: then nothing interrupts you."].concat()
}
/// Above the sign-in form that carries a text.
pub(crate) const TEXT_IS_KEPT: &str = "Your text is kept on this page and will be saved once you sign in.";
/// The same, where people sign in on the pool's own pages.
pub(crate) const TEXT_STAYS_HERE: &str =
    "Your text is kept on this page. Sign in in another tab, come back to this one, and save it.";
/// Its button.
pub(crate) const SAVE_MY_TEXT: &str = "Save my text";
/// Where people sign in on the pool's own pages, said before they go there.
pub(crate) const NO_PASSWORD_NEEDED: &str = "You should not be asked for your password.";
pub(crate) const PASSWORD_NEEDED: &str = "A window will open, and ask for your password.";
/// What has become of that window.
pub(crate) const WINDOW_IS_OPEN: &str =
    "Sign in in the window that has opened. This page goes on by itself. Have you closed it?";
pub(crate) const WINDOW_IS_ELSEWHERE: &str =
    "A window to sign in is open already, from another tab. Once you are signed in there, this page goes on, too.";
pub(crate) const WINDOW_IS_BLOCKED: &str = "Your browser has blocked the window. The button now opens a tab instead.";
pub(crate) const OPEN_AGAIN: &str = "Open it again";
/// At the end of a sign-in in a window of its own.
pub(crate) const SIGNED_IN: &str = "You are signed in";
pub(crate) const CLOSE_THIS_WINDOW: &str = "You can close this window and go on where you were.";
/// A page that goes on by itself.
pub(crate) const ONE_MOMENT: &str = "One moment";
/// Where it does not.
pub(crate) const GO_ON: &str = "Go on";
/// Above the sign-in form where the server keeps a text.
pub(crate) const TEXT_IS_IN_ESCROW: &str =
    "Your text is kept. It will be in the document once you sign in, here or elsewhere.";
/// The question before a sign-out with unsaved work.
pub(crate) const LEAVE_TITLE: &str = "Sign out with unsaved words?";
/// The same where it cannot be done.
pub(crate) const LEAVE_TITLE_UNCONNECTED: &str = "You cannot sign out just now";
/// Why it is asked.
pub(crate) const LEAVE_WHY: &str = "Some of what you typed has not reached the server.";
/// Why nothing of it can be done.
pub(crate) const LEAVE_UNCONNECTED: &str = "There is no connection at the moment, and signing out needs one. Your words stay in this \
    browser, and are saved when the connection is back. Sign out then.";
/// Tries to save once more, then signs out.
pub(crate) const LEAVE_SEND: &str = "Try to save it, then sign out";
/// Leaves it in the sealed journal.
pub(crate) const LEAVE_KEEP: &str = "Keep it locked on this device for 30 days, and sign out";
/// Drops it.
pub(crate) const LEAVE_DISCARD: &str = "Throw it away, and sign out";
/// Closes the question.
pub(crate) const LEAVE_STAY: &str = "Stay signed in";
/// How a document reads, beside its text or on a page of its own.
pub(crate) const PREVIEW: &str = "Preview";
/// There.
pub(crate) const TOO_LONG_TO_READ: &str = "This text is too long for a preview. It is whole in the editor.";
/// Makes a version the text again, or takes a document out of the trash.
pub(crate) const RESTORE: &str = "Restore";
/// The trash's heading, name and link.
pub(crate) const TRASH: &str = "Trash";
/// The button that throws a document away.
pub(crate) const MOVE_TO_TRASH: &str = "Move to trash";
/// Said in a document that was restored.
pub(crate) const OUT_OF_THE_TRASH: &str = "This document is out of the trash again.";
/// Opens the way to the end of a document before its time; the accessible name goes on with its title.
pub(crate) const DELETE_FOR_GOOD: &str = "Delete for good";
/// That way's button.
pub(crate) const DELETE_FOR_GOOD_NOW: &str = "Yes, delete it with its history";
/// Said when a document has been thrown away, around its title.
pub(crate) const MOVED_TO_TRASH: [&str; 2] = ["Moved “", "” to the trash."];
/// Said when a document has been deleted for good.
pub(crate) const DELETED_FOR_GOOD: &str = "Deleted for good, with its history.";
/// Said where a link leads to a document that is in the trash, around its title.
pub(crate) const IS_IN_THE_TRASH: [&str; 2] = ["“", "” is in the trash. Restore it to open it."];
/// The empty trash.
pub(crate) const EMPTY_TRASH: &str = "The trash is empty.";
/// Below the trash's list.
pub(crate) const TRASH_HELP: &str = "After 30 days a document is deleted for good, with its history.";
/// The menu in the header.
pub(crate) const MORE: &str = "More";
/// Ends the sign-in, for practice.
pub(crate) const PRACTISE_AN_EXPIRY: &str = "Practise an expiry";
/// What it does.
pub(crate) const PRACTISE_HELP: &str =
    "Ends your sign-in now, in this browser, so that you can try out what happens to a text.";
