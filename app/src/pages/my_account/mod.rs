//! The account page: what the user pool knows about a writer, where they are signed in, and the way out for good. Plain
//! forms; it works without scripts.

mod data;
mod factors;
mod leave;
mod passkeys;
mod places;
mod profile;

use holdfast::wire::Code;
use leptos::prelude::*;

use super::header::header;
use crate::islands::banner::Banner;
use crate::islands::dialog::SignInDialog;
use crate::islands::shell::Shell;
use crate::words;

pub use data::{AccountForm, AccountNotice, AccountPage, AuthenticatorPage, FactorSwitch, LeavePage, Place};
pub(super) use factors::authenticator;
pub(super) use leave::{leave, left};

pub(super) fn account(page: AccountPage) -> impl IntoView {
    let AccountPage { account, passkeys, asks_for_code, places, notice, error, now_ms, session } = page;
    let notice = notice.map(|notice| view! { <p class="notice" role="status">{said(notice)}</p> });
    let about_you = match account {
        Some(account) => {
            let kept = error.as_ref().map(|(form, _, typed)| (*form, typed.clone()));
            let code = error.as_ref().map(|(form, code, _)| (*form, *code));
            view! {
                {profile::about_you(&account, asks_for_code, code, kept.as_ref())}
                {profile::password(code)}
                {factors::factors(&account, code)}
                {passkeys.map(|all| passkeys::passkeys(all, now_ms, code))}
            }
            .into_any()
        }
        None => view! { <p class="account-reason" role="status">{words::ACCOUNT_UNAVAILABLE}</p> }.into_any(),
    };
    let places_error = error.as_ref().and_then(|(form, code, _)| (*form == AccountForm::Places).then_some(*code));
    view! {
        <Shell>
            {header(&session.user, None)}
            <Banner />
            <main class="documents settings">
                <div class="documents-head">
                    <h1>{words::ACCOUNT}</h1>
                </div>
                {notice}
                {about_you}
                {places::places(places, now_ms, places_error)}
                <section aria-labelledby="documents-title">
                    <h2 id="documents-title">{words::YOUR_DOCUMENTS}</h2>
                    <p class="account-hint">{words::EXPORT_HELP}</p>
                    <p><a class="button-quiet" href="/account/export" download="">{words::DOWNLOAD_ALL}</a></p>
                </section>
                <section aria-labelledby="delete-title">
                    <h2 id="delete-title">{words::DELETE_ACCOUNT}</h2>
                    <p class="account-hint">{words::DELETE_MEANS}</p>
                    <p><a class="button-quiet" href="/account/delete">{words::DELETE_ACCOUNT}</a></p>
                </section>
            </main>
            <SignInDialog />
        </Shell>
    }
}

fn said(notice: AccountNotice) -> &'static str {
    match notice {
        AccountNotice::NameSaved => words::NAME_SAVED,
        AccountNotice::CodeSent => words::CODE_SENT,
        AccountNotice::EmailChanged => words::EMAIL_CHANGED,
        AccountNotice::PasswordChanged => words::PASSWORD_CHANGED,
        AccountNotice::AppSetUp => words::APP_SET_UP,
        AccountNotice::FactorsChanged => words::FACTORS_CHANGED,
        AccountNotice::PasskeyAdded => words::PASSKEY_ADDED,
        AccountNotice::PasskeyRemoved => words::PASSKEY_REMOVED,
        AccountNotice::SignedOutThere => words::SIGNED_OUT_THERE,
        AccountNotice::SignedOutOthers => words::SIGNED_OUT_OTHERS,
    }
}

/// Why a form failed, where it is this one.
fn complaint(form: AccountForm, error: Option<(AccountForm, Code)>) -> impl IntoView + use<> {
    let code = error.filter(|(failed, _)| *failed == form).map(|(_, code)| code);
    code.map(|code| {
        view! { <p class="account-error" id=form.error_id() role="alert">{words::account_problem(code)}</p> }
    })
}

/// What a field of the form is described by, where the form failed.
fn described_by(form: AccountForm, error: Option<(AccountForm, Code)>) -> Option<&'static str> {
    error.filter(|(failed, _)| *failed == form).map(|_| form.error_id())
}
