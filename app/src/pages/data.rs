//! What each page is made of: plain data that the server's handlers load and hand in. A page is a pure function of it.

use holdfast::place::Place as WritingPlace;
use holdfast::wire::{
    Challenge, Code, DiffKind, DocumentList, Draft, EndReason, Imported, SessionStatus, Sort, TrashedDocument, User,
    Version,
};

use super::my_account::{AccountPage, AuthenticatorPage, LeavePage};
use super::reader::Reader;

/// The site's built files, by the URLs they are served under.
#[derive(Debug, Clone, Default)]
pub struct Assets {
    /// The style sheet of every page.
    pub css: String,
    /// The one of all pages but the editor's.
    pub css_of_pages: String,
    /// The file of the typeface with the letters that every page has.
    pub font: Option<String>,
    /// The module that loads the wasm and wakes the islands; `None` gives pages without scripts.
    pub boot: Option<String>,
    /// The module that speaks to the browser about passkeys, on the few pages that do.
    pub passkey: Option<String>,
    /// What the boot module will ask for, so that the browser can ask at once: `.js` and `.wasm` URLs.
    pub preload: Vec<String>,
    /// The module that the list has beside the islands.
    pub list: Option<String>,
    /// The module of pages with days and times of day: it makes them the reader's own.
    pub days: Option<String>,
    /// The module of pages that compare two texts: it goes from change to change.
    pub changes: Option<String>,
}

/// What surrounds every page.
#[derive(Debug, Clone, Default)]
pub struct Chrome {
    /// The site's built files.
    pub assets: Assets,
    /// This response's nonce, as in its Content-Security-Policy header.
    pub nonce: String,
    /// Who is signed in, if anybody.
    pub user: Option<User>,
    /// Whether a sign-in may begin without a password.
    pub choices: bool,
    /// Where people sign in on the pool's own pages: for how many milliseconds that should need no password.
    pub sso_ms: Option<i64>,
    /// How dates are written for whoever asks.
    pub reader: Reader,
}

/// A page.
#[derive(Debug, Clone)]
pub enum Page {
    /// `GET /sign-in`, and the answer to a sign-in that failed.
    SignIn(SignInPage),
    /// A further step of a sign-in.
    Challenge(ChallengePage),
    /// `GET /forgot-password`, and what follows.
    ForgotPassword(ForgotPasswordPage),
    /// `GET /sign-up`, and the answer to a sign-up that failed.
    SignUp(SignUpPage),
    /// Where the mailed code is entered.
    ConfirmSignUp(ConfirmSignUpPage),
    /// `GET /`
    Documents(DocumentsPage),
    /// `GET /documents/{id}`
    Editor(EditorPage),
    /// `GET /documents/{id}/read`
    Read(ReadPage),
    /// `GET /documents/{id}/history`
    History(HistoryPage),
    /// `GET /documents/{id}/saved`
    Saved(SavedPage),
    /// `GET /documents/{id}/versions/{n}`, and `…/changes`
    Version(VersionPage),
    /// `GET /trash`
    Trash(TrashPage),
    /// `GET /account`, and the answer to one of its forms that failed.
    Account(AccountPage),
    /// `GET /account/authenticator`, and the answer to a code that was refused.
    Authenticator(AuthenticatorPage),
    /// `GET /account/delete`
    Leave(LeavePage),
    /// In the window of a sign-in in place, at its end.
    SignedIn,
    /// On the way from the pool's pages, and to them: a page that goes on by itself.
    GoOn(String),
    /// `GET /accessibility`
    Accessibility,
    /// The account is deleted, and nobody is signed in any more.
    Left,
    /// A page that says what went wrong.
    Problem(ProblemPage),
}

/// See [`Page::SignIn`].
#[derive(Debug, Clone, Default)]
pub struct SignInPage {
    /// The path to go on to afterwards.
    pub next: Option<String>,
    /// What was entered before.
    pub email: String,
    /// Why the last attempt failed.
    pub error: Option<Code>,
    /// Why they were sent here.
    pub reason: Option<EndReason>,
    /// Nothing has ended yet: this much is left of the sign-in, in milliseconds, and the policy asks for a new one before
    /// work starts.
    pub left_ms: Option<i64>,
    /// Whether people can make accounts here.
    pub sign_up: bool,
    /// The e-mail address of the demo user, where there is one.
    pub demo: Option<String>,
    /// The server has kept a text that came too late to be saved.
    pub kept: bool,
    /// What has just been done.
    pub notice: Option<SignInNotice>,
    /// Whether the password may be left out.
    pub choices: bool,
    /// The way to the pool's own pages, where people sign in there and not here.
    pub managed: Option<String>,
    /// A text that came too late and that the server does not keep, carried through the sign-in.
    pub unsaved: Option<Unsaved>,
}

/// What was done before the sign-in form came up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SignInNotice {
    /// Somebody has signed out here.
    SignedOut,
    /// A new password was set.
    PasswordSet,
    /// The account was confirmed.
    Confirmed,
}

/// What the editor's form held when its sender was not signed in any more. It travels in the sign-in form and is saved
/// after it, for the document's owner only (WCAG technique G181).
#[derive(Debug, Clone, Default)]
pub struct Unsaved {
    /// The document's id.
    pub document: String,
    /// The draft's head that the text was made on.
    pub head: u64,
    /// The title.
    pub title: String,
    /// The whole text.
    pub text: String,
}

/// What the forms of a sign-in carry from one step to the next.
#[derive(Debug, Clone, Default)]
pub struct Carried {
    /// The path to go on to afterwards.
    pub next: Option<String>,
    /// A text that came too late and that the server does not keep.
    pub unsaved: Option<Unsaved>,
}

/// See [`Page::Challenge`].
#[derive(Debug, Clone)]
pub struct ChallengePage {
    /// What is asked.
    pub challenge: Challenge,
    /// The name that was typed.
    pub email: String,
    /// Why the last answer was refused.
    pub error: Option<Code>,
    /// What goes on to the next step.
    pub carried: Carried,
}

/// See [`Page::ForgotPassword`].
#[derive(Debug, Clone, Default)]
pub struct ForgotPasswordPage {
    /// What was entered before.
    pub email: String,
    /// Why the last attempt failed.
    pub error: Option<Code>,
    /// How far it has come.
    pub stage: ForgotPasswordStage,
    /// It is not forgotten: the pool wants a new one.
    pub required: bool,
    /// What goes on to the sign-in.
    pub carried: Carried,
}

/// How far somebody has come who has forgotten a password.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum ForgotPasswordStage {
    /// Whose is it?
    #[default]
    Ask,
    /// The code, and the new password.
    Code,
}

/// See [`Page::SignUp`].
#[derive(Debug, Clone, Default)]
pub struct SignUpPage {
    /// What was entered before.
    pub email: String,
    /// Why the last attempt failed.
    pub error: Option<Code>,
}

/// See [`Page::ConfirmSignUp`].
#[derive(Debug, Clone, Default)]
pub struct ConfirmSignUpPage {
    /// The address the code was mailed to.
    pub email: String,
    /// Why the last attempt failed.
    pub error: Option<Code>,
    /// Whether a new code has just been mailed.
    pub resent: bool,
    /// Nothing is mailed here: the code stands in the server's log.
    pub in_the_log: bool,
}

/// See [`Page::Documents`].
#[derive(Debug, Clone)]
pub struct DocumentsPage {
    /// What is shown of the list, or of what was found in it.
    pub list: DocumentList,
    /// What was looked for.
    pub typed: String,
    /// How it is sorted.
    pub sort: Sort,
    /// How many lines come before those that are shown.
    pub offset: u32,
    /// The server's clock, milliseconds since the Unix epoch.
    pub now_ms: i64,
    /// What is left of the sign-in.
    pub session: SessionStatus,
    /// What has just been done.
    pub notice: Option<ListNotice>,
}

/// What stands above the list.
#[derive(Debug, Clone)]
pub enum ListNotice {
    /// A document was moved to the trash.
    Trashed {
        /// 32 lower-case hexadecimal digits.
        id: String,
        /// The title; may be empty.
        title: String,
    },
    /// Files were imported.
    Imported(Imported),
}

/// See [`Page::Editor`].
#[derive(Debug, Clone)]
pub struct EditorPage {
    /// 32 lower-case hexadecimal digits.
    pub id: String,
    /// The title; may be empty.
    pub title: String,
    /// The text as it is now, and where it stands.
    pub draft: Draft,
    /// What is left of the sign-in.
    pub session: SessionStatus,
    /// What the form without scripts has just done.
    pub notice: Option<EditorNotice>,
}

/// The answer to the editor's form on a page without scripts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EditorNotice {
    /// The draft is on disk.
    Saved,
    /// The draft is on disk, and a version was made of it.
    VersionSaved,
    /// The text had moved on elsewhere; both sides are in it.
    Merged,
    /// The document is out of the trash again.
    Untrashed,
    /// The text is that of a version again; this one has it as it was before.
    Restored {
        /// `None` where the text was that of the version already.
        undo: Option<u64>,
    },
    /// A restore has been taken back; this version has the text as it was before that.
    RestoreUndone {
        /// `None` where there was nothing to take back.
        undo: Option<u64>,
    },
}

/// See [`Page::Read`].
#[derive(Debug, Clone)]
pub struct ReadPage {
    /// The document's id.
    pub id: String,
    /// Its title; may be empty.
    pub title: String,
    /// Its text as HTML that runs nothing: whoever makes this page answers for that. `None` where it is too long.
    pub html: Option<String>,
    /// What is left of the sign-in.
    pub session: SessionStatus,
}

/// See [`Page::History`].
#[derive(Debug, Clone)]
pub struct HistoryPage {
    /// The document's id.
    pub id: String,
    /// Its title; may be empty.
    pub title: String,
    /// The text that the document has.
    pub now: NowLine,
    /// Newest first.
    pub versions: Vec<HistoryLine>,
    /// The server's clock, milliseconds since the Unix epoch.
    pub now_ms: i64,
    /// What is left of the sign-in.
    pub session: SessionStatus,
}

/// What the history says of the text that the document has.
#[derive(Debug, Clone, Copy)]
pub struct NowLine {
    /// Its length in UTF-16 code units.
    pub length: u64,
    /// How much it differs from the newest version, where that has been counted.
    pub changed: Option<ChangedWords>,
}

/// A line of the history.
#[derive(Debug, Clone)]
pub struct HistoryLine {
    /// The version.
    pub version: Version,
    /// Where it was made, where that is known.
    pub made: Option<Whereabouts>,
    /// How much it differs from the one before, where that has been counted.
    pub changed: Option<ChangedWords>,
    /// Which version became the text instead of this one, where that is known and why it was kept.
    pub restored: Option<u64>,
}

/// Where a version was made, as seen from where somebody looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Whereabouts {
    /// In the browser that asks.
    Here,
    /// Somewhere like that.
    There(WritingPlace),
}

/// How many words came and went.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ChangedWords {
    /// Words that were not in the version before.
    pub added: usize,
    /// Words that are not in this one any more.
    pub removed: usize,
}

/// See [`Page::Saved`].
#[derive(Debug, Clone)]
pub struct SavedPage {
    /// The document's id.
    pub id: String,
    /// Its title; may be empty.
    pub title: String,
    /// When the newest edit was written to disk; `None` where there is none.
    pub saved_at: Option<i64>,
    /// How many edits there are.
    pub edits: u64,
    /// How many times some of them were saved: the draft's head.
    pub saves: u64,
    /// The text's length in UTF-16 code units, and in bytes of UTF-8.
    pub length: u64,
    /// See `length`.
    pub bytes: u64,
    /// SHA-256 of the text in UTF-8, lower-case hexadecimal.
    pub text_sha256: String,
    /// The hash chain, lower-case hexadecimal.
    pub hash: String,
    /// The name of the file that the text becomes.
    pub file_name: String,
    /// What is left of the sign-in.
    pub session: SessionStatus,
}

/// See [`Page::Version`].
#[derive(Debug, Clone)]
pub struct VersionPage {
    /// The document's id.
    pub id: String,
    /// Its title; may be empty.
    pub title: String,
    /// The version.
    pub version: Version,
    /// What of it is looked at.
    pub view: VersionView,
    /// The server's clock, milliseconds since the Unix epoch.
    pub now_ms: i64,
    /// What is left of the sign-in.
    pub session: SessionStatus,
}

/// What of a version is looked at.
#[derive(Debug, Clone)]
pub enum VersionView {
    /// Its text.
    Text(String),
    /// As it reads, as the server has rendered it; `None` where it is too long for that.
    Read(Option<String>),
    /// What has become of it since.
    Changes(Vec<(DiffKind, String)>),
    /// What is different in this other version.
    Compared(Box<Version>, Vec<(DiffKind, String)>),
}

/// See [`Page::Trash`].
#[derive(Debug, Clone)]
pub struct TrashPage {
    /// Last moved first.
    pub documents: Vec<TrashedDocument>,
    /// The title of the one that somebody has followed a link to.
    pub sought: Option<String>,
    /// One has just been deleted for good.
    pub deleted: bool,
    /// The server's clock, milliseconds since the Unix epoch.
    pub now_ms: i64,
    /// What is left of the sign-in.
    pub session: SessionStatus,
}

/// See [`Page::Problem`].
#[derive(Debug, Clone, Copy)]
pub struct ProblemPage {
    /// What went wrong.
    pub code: Code,
}
