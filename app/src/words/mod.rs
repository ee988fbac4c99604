//! **Every word a person reads**, in one place, beside the countdown's own words in the domain. Plain and short; what the
//! machine calls a session, a token or a head is never named here.

#[cfg(feature = "ssr")]
mod accessibility;
#[cfg(feature = "ssr")]
mod account;
#[cfg(feature = "ssr")]
mod challenge;
#[cfg(feature = "ssr")]
mod history;
#[cfg(feature = "ssr")]
mod offline;
#[cfg(feature = "ssr")]
mod pages;
#[cfg(test)]
pub(crate) mod tests;
#[cfg(feature = "ssr")]
mod writing;

use holdfast::session::{count, work_words};
use holdfast::sync::{Alarm, SaveState};
use holdfast::wire::{Code, EndReason};

#[cfg(feature = "ssr")]
pub(crate) use self::accessibility::*;
#[cfg(feature = "ssr")]
pub(crate) use self::account::*;
#[cfg(feature = "ssr")]
pub(crate) use self::challenge::*;
#[cfg(feature = "ssr")]
pub(crate) use self::history::*;
#[cfg(feature = "ssr")]
pub(crate) use self::offline::*;
#[cfg(feature = "ssr")]
pub(crate) use self::pages::*;
#[cfg(feature = "ssr")]
pub(crate) use self::writing::*;

/// The product's name.
pub(crate) const PRODUCT: &str = "Holdfast";
/// Behind a document's name in the tab's title.
pub(crate) const AND_PRODUCT: &str = " · Holdfast";

/// The name of a document that has none.
pub(crate) const UNTITLED: &str = "Untitled";

/// Signing in.
pub(crate) const SIGN_IN: &str = "Sign in";
/// The banner's button, and the sealed editor's.
pub(crate) const SIGN_IN_NOW: &str = "Sign in now";
/// In the menu, at any time.
pub(crate) const SIGN_IN_AGAIN_NOW: &str = "Sign in again now";
/// The banner's button where nothing more is needed.
pub(crate) const STAY_SIGNED_IN: &str = "Stay signed in";
/// Puts the banner off until the last minute.
pub(crate) const REMIND_ME_LATER: &str = "Remind me later";
/// That button was pressed, and nobody has heard it.
pub(crate) const NOT_HEARD: &str =
    "There is no connection at the moment: it is not known yet that you are still here. Try again.";
/// Added to the banner's sentence for a writer who has just come back.
pub(crate) const BEFORE_YOU_GO_ON: &str = " Sign in before you go on, and nothing interrupts you.";
/// The dialog's name.
pub(crate) const SIGN_IN_TO_CONTINUE: &str = "Sign in to continue";
/// What the dialog promises.
pub(crate) const DIALOG_PROMISE: &str = "Your text stays as it is. You go on where you stopped.";
/// Nothing came back.
pub(crate) const NO_CONNECTION: &str = "There is no connection at the moment. Your text stays here; try again.";
/// The banner's accessible name.
pub(crate) const SIGN_IN_STATE: &str = "Your sign-in";
/// Added to the banner's sentence.
pub(crate) const PROVIDER_TROUBLED: &str = " Signing in may not work at the moment.";
/// Closes the dialog.
pub(crate) const NOT_NOW: &str = "Not now";
/// Signing out.
pub(crate) const SIGN_OUT: &str = "Sign out";
/// While that takes a moment.
pub(crate) const SIGNING_OUT: &str = "Signing out…";
/// A sign-out that did not reach the server.
pub(crate) const SIGN_OUT_FAILED: &str =
    "There is no connection, and signing out needs one: you are still signed in. Sign out when it is back.";
/// Goes on to the next step, or is signed in.
pub(crate) const CONTINUE: &str = "Continue";
/// Where the sign-in may begin without a password.
pub(crate) const OTHER_WAYS: &str = "No password at hand? Leave it empty and choose another way.";
/// The way to a new password.
pub(crate) const FORGOT: &str = "Forgot your password?";
/// A form's labels.
pub(crate) const EMAIL: &str = "Email";
/// See [`EMAIL`].
pub(crate) const PASSWORD: &str = "Password";

/// While a version is being saved.
pub(crate) const SAVING_VERSION: &str = "Saving a version…";
/// When that failed.
pub(crate) const VERSION_FAILED: &str = "The version could not be saved. Try again.";

/// The way to a name for it.
pub(crate) const NAME_IT: &str = "Name it";
/// "Version 3 saved".
pub(crate) fn version_saved(n: u64) -> String {
    ["Version ", &n.to_string(), " saved"].concat()
}

/// Everything is on the server, and was from the start.
pub(crate) fn saved() -> String {
    String::from("Saved")
}
/// Everything is on the server, since then.
pub(crate) fn saved_at(time: &str) -> String {
    ["Saved ", time].concat()
}
/// The way to what that means, beside it.
pub(crate) const RECEIPT: &str = "Receipt";
/// The usual moment between typing and "Saved".
pub(crate) const SAVING: &str = "Saving…";
/// The server keeps it until the owner is back.
pub(crate) const ESCROWED: &str = "Kept safe until you sign in again";
/// Two windows wrote at the same time.
pub(crate) const MERGING: &str = "Bringing your two windows together…";

/// "Not saved yet: 12 characters are only on this device."
pub(crate) fn not_saved(unsaved: u64, place: SaveState) -> String {
    ["Not saved yet: ", &lower(work_words(unsaved, place))].concat()
}

/// "No connection. Trying again… 12 characters are only on this device."
pub(crate) fn no_connection(unsaved: u64, place: SaveState) -> String {
    ["No connection. Trying again… ", &work_words(unsaved, place).unwrap_or_default()].concat()
}

/// Why saving does not work, and what to do.
pub(crate) fn cannot_save(unsaved: u64, place: SaveState, alarm: Option<Alarm>) -> String {
    let why = match alarm {
        Some(Alarm::Rejected(Code::CannotSave)) | None => "Saving does not work at the moment, we keep trying: ",
        Some(Alarm::Rejected(Code::TooLarge)) => "This text has become too long to save. Make it shorter: ",
        Some(Alarm::Rejected(Code::NotFound)) => {
            "This document is in the trash, or deleted. Restore it there, or copy your text: "
        }
        Some(_) => "This window can no longer save. Copy your last words, then reload the page: ",
    };
    [why, &lower(work_words(unsaved, place))].concat()
}

/// The title of a document made of words that have no place any more.
pub(crate) const RECOVERED_WORDS: &str = "Recovered words";
/// What a journal has brought home, before the document's title.
pub(crate) fn words_added(characters: u64, moment: &str) -> String {
    let (many, they) = if characters == 1 { (" character", "It is") } else { (" characters", "They are") };
    [&count(characters, many), " typed on this device (", moment, ") had not reached the server. ", they, " now in "]
        .concat()
}
/// In the place of a title that nobody could ask for.
pub(crate) const THE_TEXT: &str = "the text";
/// What could not be put into its text, before the title of the document that it became.
pub(crate) fn words_aside(moment: &str) -> String {
    ["Words typed on this device (", moment, ") no longer had a place. They are now in a new document, "].concat()
}
/// A title that had not been saved, before itself.
pub(crate) const TITLE_ADDED: &str =
    "A title typed on this device had not reached the server. The document has it now: ";
/// One that came too late, before the document's title of now.
pub(crate) fn title_aside(title: &str) -> String {
    [&title_gone(title), " It has got another one since: "].concat()
}
/// One whose document is gone.
pub(crate) fn title_gone(title: &str) -> String {
    ["The title “\u{2068}", &short(title), "\u{2069}” was typed on this device and is no longer its document’s."]
        .concat()
}
/// A title within a sentence: never longer than a line. What is cut off is said.
pub(crate) fn short(title: &str) -> String {
    const LONGEST: usize = 60;
    match title.trim() {
        "" => UNTITLED.to_owned(),
        title => match title.char_indices().nth(LONGEST) {
            Some((end, _)) => [title[..end].trim_end(), "…"].concat(),
            None => title.to_owned(),
        },
    }
}
/// What no key opens.
pub(crate) fn words_unreadable(moment: &str) -> String {
    ["Something kept on this device (", moment, ") cannot be opened. It stays here, in case it can be later."].concat()
}
/// What nobody came back for.
pub(crate) fn words_purged(moment: &str) -> String {
    ["Words typed on this device (", moment, ") were kept for 30 days and have been removed."].concat()
}
/// Another window has changed a lot at once, after hours without a connection most likely.
pub(crate) const CHANGED_ELSEWHERE: &str =
    "A lot was changed in another window or on another device, and is in this text now.";
/// The way to where that can be looked at.
pub(crate) const REVIEW: &str = "See what has changed";
/// Takes back what was added.
pub(crate) const UNDO: &str = "Undo";
/// After that.
pub(crate) const UNDONE: &str = "Taken back. It is still in the history.";
/// Closes a message.
pub(crate) const ALL_RIGHT: &str = "OK";
/// The device cannot keep a copy.
pub(crate) const NO_JOURNAL: &str = "This device cannot keep a copy of your text (its storage is full or switched off). Keep this tab open until everything is saved.";
/// The way to have the words in any case.
pub(crate) const DOWNLOAD: &str = "Download my text";

fn lower(words: Option<String>) -> String {
    let mut words = words.unwrap_or_default();
    // They begin with a number or with "Your".
    if words.starts_with('Y') {
        words.replace_range(..1, "y");
    }
    words
}

/// The sealed editor's accessible name.
pub(crate) const SEALED: &str = "Locked";
/// The sealed editor: whose work waits. Enough of the address for its owner, too little for anybody else.
pub(crate) fn sealed(owner: &str) -> String {
    let (name, place) = owner.split_once('@').unwrap_or((owner, ""));
    let initial = name.get(..name.chars().next().map_or(0, char::len_utf8)).unwrap_or_default();
    let at = if place.is_empty() { "" } else { "@" };
    ["This text belongs to ", initial, "…", at, place, ". It waits here, out of sight, until they sign in."].concat()
}
/// The sealed editor: what it means for the one who looks at it.
pub(crate) const SEALED_HELP: &str =
    "Someone else has signed in here. Nothing of this text is shown or saved for them.";
/// The way out of it.
pub(crate) const GO_TO_MY_DOCUMENTS: &str = "Go to my documents";

/// The tab's title shortly before the end: "(9 min) Letter · Holdfast".
pub(crate) fn title_warning(left_ms: i64, name: &str) -> String {
    let (number, unit) = if left_ms < 60_000 { (left_ms / 1000, " s) ") } else { (left_ms / 60_000, " min) ") };
    ["(", &number.to_string(), unit, name].concat()
}
/// The tab's title after it.
pub(crate) fn title_expired(name: &str) -> String {
    ["Sign in · ", name].concat()
}

/// Why a sign-in has ended before its time, as the banner's first sentence; nothing where its time was over.
pub(crate) fn why(reason: EndReason) -> &'static str {
    match reason {
        EndReason::Expired => "",
        reason => problem(Code::from(reason)),
    }
}

/// What went wrong, for the one who filled in a form or followed a link.
#[must_use]
pub(crate) fn problem(code: Code) -> &'static str {
    match code {
        Code::WrongCredentials => "The email or password is not right.",
        Code::ChallengeExpired => "That took too long, or was done already. Please sign in again.",
        Code::WrongCode => "That code is not right, or has run out. Use the newest one, or ask for a new one.",
        Code::ExpiredCode => "That code has run out. Ask for a new one.",
        Code::WeakPassword => {
            "That password is not strong enough. Make it longer, and mix capital and small letters, digits and symbols."
        }
        Code::PasskeyRefused => "No passkey was used, or it is not accepted here. Choose how to sign in.",
        Code::SignUpRefused => "This email address cannot be used.",
        Code::ProviderUnavailable | Code::Unavailable | Code::TimedOut => {
            "Signing in does not work at the moment. Your work is safe; try again in a little while."
        }
        Code::ProviderMisconfigured => "Signing in is not set up correctly here. Please tell whoever runs this site.",
        Code::TooManyRequests => "Too many attempts. Wait a minute, then try again.",
        Code::NotFound => "There is nothing here, or it is not yours.",
        Code::OtherUser => "Someone else is signed in now.",
        Code::CannotSave => "Your text could not be saved just now. Go back, keep it, and try again.",
        Code::TooLarge => "This is too large to save.",
        Code::Expired => "It was time to sign in again.",
        Code::Idle => "You were away for a while, so you were signed out.",
        Code::Revoked | Code::EndedElsewhere => "You were signed out from somewhere else.",
        Code::Disabled => "This account has been switched off.",
        Code::Deleted => "This account no longer exists.",
        Code::PasswordReset => "This account needs a new password.",
        Code::SignedOut | Code::Replaced => "You are signed out.",
        _ => "Something went wrong. Please try again.",
    }
}
