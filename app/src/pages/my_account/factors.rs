//! What is asked after the password: which factors are on, which comes first, and the setting up of an authenticator app.

use holdfast::wire::{Account, ChallengeName, Code, SecondFactor};
use leptos::prelude::*;

use super::super::header::header;
use super::super::step;
use super::{AccountForm, AuthenticatorPage, FactorSwitch};
use crate::islands::banner::Banner;
use crate::islands::dialog::SignInDialog;
use crate::islands::shell::Shell;
use crate::words;

pub(super) fn factors(account: &Account, error: Option<(AccountForm, Code)>) -> impl IntoView + use<> {
    let code = error.filter(|(form, _)| *form == AccountForm::Factors).map(|(_, code)| code);
    let complaint = code.map(|code| {
        let id = AccountForm::Factors.error_id();
        view! { <p class="account-error" id=id role="alert">{words::factor_problem(code)}</p> }
    });
    let lines = SecondFactor::ALL.into_iter().filter(|factor| can_have(account, *factor));
    let lines = lines.map(|factor| line(account, factor)).collect_view();
    view! {
        <section aria-labelledby="factors-title">
            <h2 id="factors-title">{words::SECOND_FACTORS}</h2>
            <p class="account-hint">{words::SECOND_FACTORS_HELP}</p>
            {complaint}
            <ul class="documents-list" role="list" aria-labelledby="factors-title">{lines}</ul>
        </section>
    }
}

/// A code needs a way to its user. What is on can be switched off, whatever it needs.
fn can_have(account: &Account, factor: SecondFactor) -> bool {
    account.second_factors.contains(&factor)
        || match factor {
            SecondFactor::App => true,
            SecondFactor::Sms => account.phone_number_verified,
            SecondFactor::Email => account.email_verified,
        }
}

fn line(account: &Account, factor: SecondFactor) -> impl IntoView + use<> {
    let name = words::second_factor(factor);
    let (is_on, first) = (account.second_factors.contains(&factor), account.preferred_factor == Some(factor));
    let state = match (is_on, first) {
        (true, true) => words::FACTOR_FIRST,
        (true, false) => words::FACTOR_ON,
        (false, _) => words::FACTOR_OFF,
    };
    let set_up = (factor == SecondFactor::App && !is_on).then(|| {
        view! {
            <form method="post" action="/account/authenticator">
                <button class="button-quiet" type="submit">{words::SET_UP_APP}</button>
            </form>
        }
    });
    let button = |to: FactorSwitch, word: &'static str| {
        view! {
            <form method="post" action="/account/second-factors">
                <input type="hidden" name="factor" value=factor.as_str() />
                <input type="hidden" name="to" value=to.as_str() />
                <button class="button-quiet" type="submit" aria-label=[word, ", ", name].concat()>{word}</button>
            </form>
        }
    };
    let to_first = (is_on && !first).then(|| button(FactorSwitch::First, words::ASK_FIRST));
    let to_on = (!is_on && factor != SecondFactor::App).then(|| button(FactorSwitch::On, words::SWITCH_ON));
    let to_off = is_on.then(|| button(FactorSwitch::Off, words::SWITCH_OFF));
    view! {
        <li>
            <span class="trash-title">{name}</span>
            <span class="documents-facts">
                <span>{state}</span>
                {set_up} {to_first} {to_on} {to_off}
            </span>
        </li>
    }
}

pub(in crate::pages) fn authenticator(page: AuthenticatorPage) -> impl IntoView {
    let AuthenticatorPage { set_up, error, session } = page;
    let complaint = error
        .map(|code| view! { <p class="account-error" id="code-error" role="alert">{words::factor_problem(code)}</p> });
    view! {
        <Shell>
            {header(&session.user, None)}
            <Banner />
            <main class="documents settings">
                <div class="documents-head">
                    <h1>{words::heading(ChallengeName::MfaSetup)}</h1>
                </div>
                <p>{words::explanation(ChallengeName::MfaSetup, None)}</p>
                {step::set_up(&set_up)}
                <form class="account-form" method="post" action="/account/authenticator/verify">
                    {complaint}
                    <label for="code">{words::CODE}</label>
                    <input
                        id="code"
                        name="code"
                        inputmode="numeric"
                        autocomplete="one-time-code"
                        required
                        autofocus
                        aria-describedby=error.map(|_| "code-error")
                    />
                    <button class="button-primary" type="submit">{words::USE_APP}</button>
                </form>
                <p class="account-aside"><a href="/account">{words::NOT_NOW}</a></p>
            </main>
            <SignInDialog />
        </Shell>
    }
}
