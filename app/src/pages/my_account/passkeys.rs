//! The passkeys: listed and removed by plain forms. Making one takes the browser's own dialog, which `browser/passkey.js`
//! opens; where there is no such thing, or no script, the page says so.

use holdfast::wire::{Code, Passkey};
use leptos::prelude::*;

use super::super::when::{ago, iso};
use super::{AccountForm, complaint};
use crate::words;

pub(super) fn passkeys(passkeys: Vec<Passkey>, now_ms: i64, error: Option<(AccountForm, Code)>) -> impl IntoView {
    let none = passkeys.is_empty().then(|| view! { <p>{words::NO_PASSKEY}</p> });
    let lines = passkeys.into_iter().map(|passkey| line(&passkey, now_ms)).collect_view();
    view! {
        <section aria-labelledby="passkeys-title">
            <h2 id="passkeys-title">{words::PASSKEYS}</h2>
            <p class="account-hint">{words::PASSKEYS_HELP}</p>
            {complaint(AccountForm::Passkeys, error)}
            {none}
            <ul class="documents-list" role="list" aria-labelledby="passkeys-title">{lines}</ul>
            <div
                class="settings-actions"
                data-passkey="create"
                data-no-domain=words::PASSKEY_NO_DOMAIN
                data-unknown=words::PASSKEY_UNKNOWN
                data-cancelled=words::PASSKEY_CANCELLED
                data-there=words::PASSKEY_THERE
                data-failed=words::PASSKEY_FAILED
            >
                <button class="button-quiet" type="button" hidden>{words::ADD_PASSKEY}</button>
                <p role="status">{words::PASSKEY_NEEDS_SCRIPT}</p>
            </div>
        </section>
    }
}

fn line(passkey: &Passkey, now_ms: i64) -> impl IntoView + use<> {
    let made = words::passkey_made(&ago(passkey.created_at, now_ms));
    let label = [words::REMOVE_PASSKEY, ", ", &passkey.name].concat();
    view! {
        <li>
            <span class="trash-title">{passkey.name.clone()}</span>
            <span class="documents-facts">
                <time datetime=iso(passkey.created_at)>{made}</time>
                <form method="post" action="/account/passkeys/remove">
                    <input type="hidden" name="id" value=passkey.id.clone() />
                    <button class="button-quiet" type="submit" aria-label=label>{words::REMOVE_PASSKEY}</button>
                </form>
            </span>
        </li>
    }
}
