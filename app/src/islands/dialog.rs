//! Signing in again without leaving the page. Opened by the button only; the text behind it is not touched.

use holdfast::wire::{Code, SignIn};
use leptos::ev::SubmitEvent;
use leptos::html::Dialog;
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::desk::{Desk, Who};
use super::shell::Watcher;
use crate::api;
use crate::browser::{Ask, Field, fetch, monotonic_ms};
use crate::words;

/// The dialog, closed.
#[island]
pub(crate) fn SignInDialog() -> impl IntoView {
    let (desk, watcher) = (expect_context::<Desk>(), expect_context::<Watcher>());
    let email = desk.owner.with_value(|owner| owner.email.clone());
    let dialog = NodeRef::<Dialog>::new();
    let busy = RwSignal::new(false);
    let complaint = RwSignal::new("");
    Effect::new(move |_| {
        let Some(dialog) = dialog.get() else { return };
        if desk.dialog_open.get() && !dialog.open() {
            complaint.set("");
            let _ = dialog.show_modal();
        }
    });
    let close = move || {
        if let Some(dialog) = dialog.get_untracked() {
            dialog.close();
        }
    };
    let closed = move || {
        desk.dialog_open.set(false);
        let root = dialog.get_untracked();
        for selector in ["[name=username]", "[name=password]"] {
            if let Some(field) = root.as_ref().and_then(|root| Field::within(root, selector)) {
                field.renew();
            }
        }
    };
    Effect::new(move |before: Option<bool>| {
        let owner = desk.who.get() == Who::Owner;
        // One sign-in is enough for all tabs.
        if owner && before == Some(false) && !busy.get_untracked() {
            close();
        }
        owner
    });
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        let Some(root) = dialog.get_untracked() else { return };
        let field = |selector| Field::within(&root, selector);
        let (Some(name), Some(password)) = (field("[name=username]"), field("[name=password]")) else { return };
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        complaint.set("");
        let sign_in = SignIn { username: name.value(), password: password.value() };
        spawn_local(async move {
            let outcome = sign_in_as(&sign_in, watcher).await;
            busy.set(false);
            match outcome {
                Ok(who) => {
                    // Closing gives the focus back to the button; the text has it next.
                    close();
                    if who == Who::Owner {
                        desk.resume();
                    }
                }
                Err(said) => {
                    complaint.set(said);
                    password.select();
                }
            }
        });
    };
    view! {
        <dialog
            class="dialog"
            aria-labelledby="sign-in-again"
            node_ref=dialog
            on:close=move |_| closed()
        >
            <form class="account-form" method="dialog" on:submit=submit>
                <h2 id="sign-in-again">{words::SIGN_IN_TO_CONTINUE}</h2>
                <p>{words::DIALOG_PROMISE}</p>
                <p class="account-error" id="sign-in-again-error" role="alert" hidden=move || complaint.get().is_empty()>
                    {move || complaint.get()}
                </p>
                <label for="sign-in-again-email">{words::EMAIL}</label>
                <input
                    id="sign-in-again-email"
                    name="username"
                    type="text"
                    inputmode="email"
                    autocomplete="username"
                    autocapitalize="none"
                    spellcheck="false"
                    required
                    value=email
                />
                <label for="sign-in-again-password">{words::PASSWORD}</label>
                <input
                    id="sign-in-again-password"
                    name="password"
                    type="password"
                    autocomplete="current-password"
                    required
                    autofocus
                    aria-describedby="sign-in-again-error"
                />
                <div class="dialog-buttons">
                    <button class="button-primary" type="submit" aria-disabled=move || busy.get().to_string()>
                        {words::SIGN_IN}
                    </button>
                    <button class="button-plain" type="button" on:click=move |_| close()>{words::NOT_NOW}</button>
                </div>
            </form>
        </dialog>
    }
}

/// Signs in; the answer says who is signed in now, or what to tell the person.
async fn sign_in_as(sign_in: &SignIn, watcher: Watcher) -> Result<Who, &'static str> {
    let body = api::sign_in(sign_in);
    let asked = monotonic_ms();
    let ask = Ask { method: "POST", path: "/api/session", body: Some(&body), ..Ask::default() };
    let reply = fetch(&ask).await.ok_or(words::NO_CONNECTION)?;
    if reply.status != 200 {
        return Err(words::problem(api::code(&reply).unwrap_or(Code::Internal)));
    }
    if reply.body.get("challenge").text().is_some() {
        return Err(words::MORE_STEPS);
    }
    let status = api::session_status(&reply.body).ok_or(words::problem(Code::Internal))?;
    let watch = watcher.get_value().ok_or(words::NO_CONNECTION)?;
    watch.tell_tabs();
    Ok(watch.take(&status, asked, monotonic_ms()))
}
