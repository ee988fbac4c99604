//! The further steps of a sign-in, and a forgotten password: plain forms, no scripts.

use leptos::prelude::*;

use super::account::{account, carried, complaint, email_field, password_field};
use super::data::{ChallengePage, ForgotPasswordPage, ForgotPasswordStage};
use super::step;
use crate::words;

pub(super) fn challenge(page: ChallengePage) -> impl IntoView {
    let ChallengePage { challenge, email, error, carried: kept } = page;
    let name = challenge.challenge;
    account(
        words::heading(name),
        view! {
            <form class="account-form" method="post" action="/sign-in/challenge">
                {carried(kept)}
                {complaint(error)}
                <input type="hidden" name="email" value=email />
                {step::step(&challenge, error.map(|_| "error"))}
                <button class="button-primary" type="submit">{words::CONTINUE}</button>
                // A link would leave behind what the form carries.
                <button class="button-plain account-other" type="submit" formaction="/sign-in/again" formnovalidate>
                    {words::SIGN_IN_AGAIN}
                </button>
            </form>
        },
    )
}

pub(super) fn forgot_password(page: ForgotPasswordPage) -> impl IntoView {
    let ForgotPasswordPage { email, error, stage, required, carried: kept } = page;
    let required = required.then(|| view! { <p class="account-reason" role="status">{words::RESET_REQUIRED}</p> });
    match stage {
        ForgotPasswordStage::Ask => account(
            words::NEW_PASSWORD,
            view! {
                {required}
                <p>{words::RESET_ASK}</p>
                <form class="account-form" method="post" action="/forgot-password">
                    {carried(kept)}
                    {complaint(error)}
                    {email_field(email, error)}
                    <button class="button-primary" type="submit">{words::SEND_CODE}</button>
                </form>
                <p class="account-aside"><a href="/sign-in">{words::SIGN_IN}</a></p>
            },
        )
        .into_any(),
        ForgotPasswordStage::Code => account(
            words::NEW_PASSWORD,
            view! {
                <p>{words::RESET_SENT}</p>
                <form class="account-form" method="post" action="/forgot-password/confirm">
                    {carried(kept)}
                    {complaint(error)}
                    <input type="hidden" name="email" autocomplete="username" value=email />
                    <label for="code">{words::CODE}</label>
                    <input
                        id="code"
                        name="code"
                        inputmode="numeric"
                        autocomplete="one-time-code"
                        required
                        autofocus
                        aria-describedby=error.map(|_| "error")
                    />
                    {password_field("new-password", None, false, true)}
                    <p class="account-hint" id="password-hint">{words::PASSWORD_HINT}</p>
                    <button class="button-primary" type="submit">{words::SET_PASSWORD}</button>
                    <button class="button-plain account-other" type="submit" formaction="/forgot-password" formnovalidate>
                        {words::SEND_NEW_CODE}
                    </button>
                </form>
            },
        )
        .into_any(),
    }
}
