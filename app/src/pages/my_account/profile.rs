//! Name, address and password.

use holdfast::wire::{Account, Code};
use leptos::prelude::*;

use super::{AccountForm, complaint, described_by};
use crate::words;

pub(super) fn about_you(
    account: &Account,
    asks_for_code: bool,
    error: Option<(AccountForm, Code)>,
    kept: Option<&(AccountForm, String)>,
) -> impl IntoView + use<> {
    let typed = |form: AccountForm, else_it_is: &str| match kept {
        Some((failed, typed)) if *failed == form => typed.clone(),
        _ => else_it_is.to_owned(),
    };
    let (name, new_email) = (typed(AccountForm::Name, &account.name), typed(AccountForm::Email, ""));
    let asks_for_code = asks_for_code || error.is_some_and(|(form, _)| form == AccountForm::Code);
    view! {
        <section aria-labelledby="about-title">
            <h2 id="about-title">{words::ABOUT_YOU}</h2>
            <form class="account-form" method="post" action="/account/name">
                {complaint(AccountForm::Name, error)}
                <label for="name">{words::NAME}</label>
                <input
                    id="name"
                    name="name"
                    autocomplete="name"
                    maxlength="200"
                    value=name
                    aria-describedby=described_by(AccountForm::Name, error)
                />
                <button class="button-quiet" type="submit">{words::SAVE_NAME}</button>
            </form>
            <form class="account-form" method="post" action="/account/email">
                <p>{words::EMAIL} ": " <strong>{account.email.clone()}</strong></p>
                {complaint(AccountForm::Email, error)}
                <label for="email">{words::NEW_EMAIL}</label>
                <input
                    id="email"
                    name="email"
                    type="email"
                    autocomplete="email"
                    autocapitalize="none"
                    spellcheck="false"
                    required
                    value=new_email
                    aria-describedby=described_by(AccountForm::Email, error).unwrap_or("email-help")
                />
                <p class="account-hint" id="email-help">{words::EMAIL_HELP}</p>
                <button class="button-quiet" type="submit">{words::CHANGE_EMAIL}</button>
            </form>
            <details open=asks_for_code>
                <summary>{words::HAVE_A_CODE}</summary>
                <form class="account-form" method="post" action="/account/email/verify">
                    {complaint(AccountForm::Code, error)}
                    <label for="code">{words::CODE}</label>
                    <input
                        id="code"
                        name="code"
                        inputmode="numeric"
                        autocomplete="one-time-code"
                        required
                        aria-describedby=described_by(AccountForm::Code, error)
                    />
                    <button class="button-quiet" type="submit">{words::CONFIRM_EMAIL}</button>
                </form>
                <form class="account-aside" method="post" action="/account/email/code">
                    <button class="button-plain" type="submit">{words::NEW_CODE}</button>
                </form>
            </details>
        </section>
    }
}

pub(super) fn password(error: Option<(AccountForm, Code)>) -> impl IntoView {
    let failed = described_by(AccountForm::Password, error);
    view! {
        <section aria-labelledby="password-title">
            <h2 id="password-title">{words::CHANGE_PASSWORD}</h2>
            <form class="account-form" method="post" action="/account/password">
                {complaint(AccountForm::Password, error)}
                <label for="current">{words::CURRENT_PASSWORD}</label>
                <input
                    id="current"
                    name="current"
                    type="password"
                    autocomplete="current-password"
                    required
                    aria-describedby=failed
                />
                <label for="new">{words::NEW_PASSWORD}</label>
                <input
                    id="new"
                    name="new"
                    type="password"
                    autocomplete="new-password"
                    required
                    aria-describedby=failed.unwrap_or("password-help")
                />
                <p class="account-hint" id="password-help">{words::PASSWORD_HELP}</p>
                <button class="button-quiet" type="submit">{words::CHANGE_PASSWORD}</button>
            </form>
        </section>
    }
}
