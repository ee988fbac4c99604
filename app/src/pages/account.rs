//! Signing in, making an account, confirming it: plain forms, no scripts.

use holdfast::wire::{Code, EndReason};
use leptos::prelude::*;

use super::data::{Carried, ConfirmSignUpPage, SignInNotice, SignInPage, SignUpPage};
use super::managed;
use crate::words;

pub(super) fn sign_in(page: SignInPage) -> impl IntoView {
    let SignInPage { next, email, error, reason, left_ms, kept, notice, choices, managed, sign_up, demo, unsaved } =
        page;
    let kept = kept.then(|| view! { <p class="account-reason" role="status">{words::TEXT_IS_IN_ESCROW}</p> });
    let notice = notice.map(|notice| {
        let said = match notice {
            SignInNotice::SignedOut => words::problem(Code::SignedOut),
            SignInNotice::PasswordSet => words::PASSWORD_IS_SET,
            SignInNotice::Confirmed => words::ACCOUNT_IS_CONFIRMED,
        };
        view! { <p class="notice" role="status">{said}</p> }
    });
    let reason = reason.filter(|reason| *reason != EndReason::SignedOut);
    let reason =
        reason.map(|reason| view! { <p class="account-reason" role="status">{words::problem(reason.into())}</p> });
    let early =
        left_ms.map(|left_ms| view! { <p class="account-reason" role="status">{words::sign_in_early(left_ms)}</p> });
    let demo = demo.map(|email| {
        view! {
            <p class="account-aside">
                {words::TRYING_IT_OUT} " " <strong>{email}</strong> " " {words::DEMO_PASSWORD}
            </p>
        }
    });
    let sign_up = sign_up.then(|| {
        view! { <p class="account-aside">{words::NEW_HERE} " " <a href="/sign-up">{words::CREATE_AN_ACCOUNT}</a></p> }
    });
    let way = match managed {
        Some(href) => managed::way(href, error, unsaved).into_any(),
        None => password(email, error, choices, Carried { next, unsaved }).into_any(),
    };
    account(
        words::SIGN_IN,
        view! {
            {reason}
            {early}
            {kept}
            {notice}
            {way}
            {sign_up}
            {demo}
        },
    )
}

/// The form with name and password.
fn password(email: String, error: Option<Code>, choices: bool, taken_along: Carried) -> impl IntoView {
    let hint = choices.then(|| view! { <p class="account-hint">{words::OTHER_WAYS}</p> });
    let known = !email.is_empty();
    view! {
        <form class="account-form" method="post" action="/sign-in">
            {carried(taken_along)}
            {complaint(error)}
            {email_field(email, error)}
            {password_field("current-password", error, known, !choices)}
            {hint}
            <button class="button-primary" type="submit">{words::SIGN_IN}</button>
            // A link would leave behind what the form carries.
            <button
                class="button-plain account-other"
                type="submit"
                formaction="/forgot-password"
                formnovalidate
                name="ask"
                value="1"
            >
                {words::FORGOT}
            </button>
        </form>
    }
}

pub(super) fn sign_up(page: SignUpPage) -> impl IntoView {
    let SignUpPage { email, error } = page;
    account(
        words::CREATE_ACCOUNT,
        view! {
            <form class="account-form" method="post" action="/sign-up">
                {complaint(error)}
                {email_field(email, error)}
                {password_field("new-password", error, false, true)}
                <p class="account-hint" id="password-hint">{words::PASSWORD_HINT}</p>
                <button class="button-primary" type="submit">{words::CREATE_ACCOUNT}</button>
            </form>
            <p class="account-aside">{words::HAVE_ONE} " " <a href="/sign-in">{words::SIGN_IN}</a></p>
        },
    )
}

pub(super) fn confirm_sign_up(page: ConfirmSignUpPage) -> impl IntoView {
    let ConfirmSignUpPage { email, error, resent, in_the_log } = page;
    let in_the_log = in_the_log.then(|| view! { <p class="account-aside">{words::CODE_IS_IN_THE_LOG}</p> });
    let resent = resent.then(|| view! { <p class="account-reason" role="status">{words::NEW_CODE_SENT}</p> });
    account(
        words::CHECK_YOUR_MAIL,
        view! {
            {resent}
            <p>{words::CODE_SENT_TO} " " <strong>{email.clone()}</strong> "."</p>
            <form class="account-form" method="post" action="/sign-up/confirm">
                {complaint(error)}
                <input type="hidden" name="email" value=email.clone() />
                <label for="code">{words::CODE}</label>
                <input
                    id="code"
                    name="code"
                    inputmode="numeric"
                    autocomplete="one-time-code"
                    required
                    autofocus
                    aria-describedby=error.map(|_| "error")
                    aria-invalid=error.map(|_| "true")
                />
                <button class="button-primary" type="submit">{words::CONFIRM}</button>
            </form>
            <form class="account-aside" method="post" action="/sign-up/resend">
                <input type="hidden" name="email" value=email />
                {words::NO_MAIL} " " <button class="button-plain" type="submit">{words::SEND_NEW_CODE}</button>
            </form>
            {in_the_log}
        },
    )
}

/// What the form takes along to the next step, unseen; and that it does.
pub(super) fn carried(carried: Carried) -> impl IntoView {
    let Carried { next, unsaved } = carried;
    let unsaved = unsaved.map(|unsaved| {
        view! {
            <p class="account-reason" role="status">{words::TEXT_IS_KEPT}</p>
            <input type="hidden" name="document" value=unsaved.document />
            <input type="hidden" name="head" value=unsaved.head />
            <input type="hidden" name="title" value=unsaved.title />
            <input type="hidden" name="text" value=unsaved.text />
        }
    });
    let next = next.map(|next| view! { <input type="hidden" name="next" value=next /> });
    view! {
        {next}
        {unsaved}
    }
}

/// The frame of these pages.
pub(super) fn account(heading: &'static str, form: impl IntoView) -> impl IntoView {
    view! {
        <main class="account">
            <div class="account-product">
                <p class="account-brand">{words::PRODUCT}</p>
                <p class="account-promise">{words::PROMISE}</p>
            </div>
            <h1>{heading}</h1>
            {form}
            <p class="account-aside"><a href="/accessibility">{words::ACCESSIBILITY}</a></p>
        </main>
    }
}

pub(super) fn complaint(error: Option<Code>) -> impl IntoView {
    error.map(|code| view! { <p class="account-error" id="error" role="alert">{words::problem(code)}</p> })
}

pub(super) fn email_field(email: String, error: Option<Code>) -> impl IntoView {
    let focus = email.is_empty();
    view! {
        <label for="email">{words::EMAIL}</label>
        <input
            id="email"
            name="email"
            type="email"
            autocomplete="username"
            autocapitalize="none"
            spellcheck="false"
            required
            autofocus=focus
            value=email
            aria-describedby=error.map(|_| "error")
        />
    }
}

/// `next` says that it is the field to go on with.
pub(super) fn password_field(
    autocomplete: &'static str,
    error: Option<Code>,
    next: bool,
    required: bool,
) -> impl IntoView {
    let is_new = autocomplete == "new-password";
    let label = if is_new { words::NEW_PASSWORD } else { words::PASSWORD };
    let described_by = match (error.is_some(), is_new) {
        (true, true) => Some("error password-hint"),
        (true, false) => Some("error"),
        (false, true) => Some("password-hint"),
        (false, false) => None,
    };
    view! {
        <label for="password">{label}</label>
        <input
            id="password"
            name="password"
            type="password"
            autocomplete=autocomplete
            required=required
            autofocus=error.is_some() || next
            aria-describedby=described_by
        />
    }
}
