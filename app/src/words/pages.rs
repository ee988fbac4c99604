//! The words that stand in the pages as the server renders them; the islands carry none of these.

/// The product in one sentence.
pub(crate) const PROMISE: &str = "A quiet place to write, where no word you type is ever lost.";
/// The list's heading, name and link.
pub(crate) const DOCUMENTS: &str = "Documents";
/// The button that makes a document.
pub(crate) const NEW_DOCUMENT: &str = "New document";
/// The mark of a document whose draft is ahead of its newest version.
pub(crate) const UNSAVED_DRAFT: &str = "Draft";
/// The empty list.
pub(crate) const NO_DOCUMENTS: &str = "Nothing here yet.";
/// What to do about it, and what to expect.
pub(crate) const NO_DOCUMENTS_HELP: &str = "Start a document and write. Everything you type is saved by itself, moment by \
    moment. When you want to keep a certain state, save a version.";
/// Signing out.
pub(crate) const SIGN_OUT: &str = "Sign out";
/// Creating an account.
pub(crate) const CREATE_ACCOUNT: &str = "Create account";
/// Confirming an e-mail address.
pub(crate) const CONFIRM: &str = "Confirm";
/// The field for the mailed code.
pub(crate) const CODE: &str = "Code";
/// The title's accessible name.
pub(crate) const TITLE: &str = "Title";
/// The text's accessible name.
pub(crate) const DOCUMENT_TEXT: &str = "Document text";
/// Invites the first word.
pub(crate) const START_WRITING: &str = "Start writing…";
/// Saves the draft, on pages without scripts.
pub(crate) const SAVE: &str = "Save";
/// Saves on purpose.
pub(crate) const SAVE_A_VERSION: &str = "Save a version";
/// Above the sign-in form that carries a text.
pub(crate) const TEXT_IS_KEPT: &str = "Your text is kept on this page and will be saved once you sign in.";
/// The question before a sign-out with unsaved work.
pub(crate) const LEAVE_TITLE: &str = "Sign out with unsaved words?";
/// Why it is asked.
pub(crate) const LEAVE_WHY: &str = "Some of what you typed has not reached the server.";
/// Tries to save once more, then signs out.
pub(crate) const LEAVE_SEND: &str = "Try to save it, then sign out";
/// Leaves it in the sealed journal.
pub(crate) const LEAVE_KEEP: &str = "Keep it locked on this device, and sign out";
/// Drops it.
pub(crate) const LEAVE_DISCARD: &str = "Throw it away, and sign out";
/// Closes the question.
pub(crate) const LEAVE_STAY: &str = "Stay signed in";
