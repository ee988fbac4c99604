//! **The user interface of Holdfast**: pages that the server renders and that work without scripts, and the islands in them
//! that wake up in the browser.
//!
//! | module | owns |
//! |---|---|
//! | `pages` | every page, as a pure function of the data it is given (server only) |
//! | `islands` | what is alive: the shell with its shared state, the banner, the dialog, the editor |
//! | `api` | the wire's JSON, read and written with little code |
//! | `browser` | the only files that touch web-sys |
//! | `words` | every word a person reads |
//!
//! It knows the domain and the HTTP contract; it knows no server, no database and no token. Islands speak the HTTP API
//! through one small client and call no server function.

// A page is one type, as deep as its markup.
#![recursion_limit = "256"]

mod api;
mod browser;
mod islands;
#[cfg(feature = "ssr")]
mod pages;
#[cfg(feature = "ssr")]
#[cfg(test)]
mod style;
mod words;

#[cfg(feature = "ssr")]
pub use pages::{
    AccountForm, AccountNotice, AccountPage, Assets, AuthenticatorPage, Carried, ChallengePage, ChangedWords, Chrome,
    ConfirmSignUpPage, DocumentsPage, EditorNotice, EditorPage, FactorSwitch, ForgotPasswordPage, ForgotPasswordStage,
    HistoryLine, HistoryPage, LeavePage, ListNotice, NowLine, Page, Place, ProblemPage, ReadPage, Reader, SavedPage,
    SignInNotice, SignInPage, SignUpPage, TrashPage, Unsaved, VersionPage, VersionView, Whereabouts, document, prose,
    render, render_offline, render_step,
};
