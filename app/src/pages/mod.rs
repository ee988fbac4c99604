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
mod problem;
mod read;
mod sign_in_steps;
mod step;
#[cfg(test)]
mod tests;
mod trash;
mod version;
mod when;
mod writing;

pub use data::{
    Assets, Carried, ChallengePage, Chrome, ConfirmSignUpPage, DocumentsPage, EditorNotice, EditorPage,
    ForgotPasswordPage, ForgotPasswordStage, HistoryPage, ListNotice, Page, ProblemPage, ReadPage, SignInPage,
    SignUpPage, TrashPage, Unsaved, VersionPage, VersionView,
};
pub use document::{document, render, render_step};
pub use my_account::{AccountForm, AccountNotice, AccountPage, AuthenticatorPage, FactorSwitch, LeavePage, Place};
pub use read::prose;
