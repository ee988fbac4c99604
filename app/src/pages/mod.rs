//! **The pages**, rendered on the server only: HTML that works without scripts. Each page is a pure function of the data
//! in [`data`]; what is alive in it are the islands it places.

mod accessibility;
mod account;
mod data;
mod diff;
mod document;
mod documents;
mod editor;
mod escape;
mod header;
mod history;
mod leave;
mod managed;
mod my_account;
mod offline;
mod problem;
mod read;
mod reader;
mod saved;
mod sign_in_steps;
mod step;
#[cfg(test)]
mod tests;
mod trash;
mod version;
mod when;
mod writing;

pub use data::{
    Assets, Carried, ChallengePage, ChangedWords, Chrome, ConfirmSignUpPage, DocumentsPage, EditorNotice, EditorPage,
    ForgotPasswordPage, ForgotPasswordStage, HistoryLine, HistoryPage, ListNotice, NowLine, Page, ProblemPage,
    ReadPage, SavedPage, SignInNotice, SignInPage, SignUpPage, TrashPage, Unsaved, VersionPage, VersionView,
    Whereabouts,
};
#[cfg(test)]
pub(crate) use document::PAPER;
pub use document::{document, render, render_step};
pub use my_account::{AccountForm, AccountNotice, AccountPage, AuthenticatorPage, FactorSwitch, LeavePage, Place};
pub use offline::render_offline;
pub use read::prose;
pub use reader::Reader;
