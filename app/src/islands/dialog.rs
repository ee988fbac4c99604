//! Signing in again without leaving the page, with every step that the user pool asks for. Opened by the button only; the
//! text behind it is not touched.

use holdfast::wire::{Challenge, Code, FieldKind, SignIn};
use leptos::ev::SubmitEvent;
use leptos::html::Dialog;
use leptos::prelude::*;
use leptos::task::{spawn_local, tick};

use super::desk::{Desk, Who};
use super::shell::Watcher;
use super::start::Start;
use crate::browser::{Ask, Field, fetch, monotonic_ms};
use crate::{api, steps, words};

/// The first field of a further step, while there is one.
const FIRST: &str = ".step:not([hidden]) input";

/// What an answer leads to.
enum Next {
    /// Signed in.
    Done(Who),
    /// One more step.
    Step(Challenge),
    /// Not that way.
    Refused(Code),
    /// Nothing came back.
    Silence,
}

/// The dialog, closed.
#[island]
pub(crate) fn SignInDialog() -> impl IntoView {
    let (desk, watcher) = (expect_context::<Desk>(), expect_context::<Watcher>());
    let email = desk.owner.with_value(|owner| owner.email.clone());
    let choices = Start::given().is_some_and(|start| start.choices);
    let dialog = NodeRef::<Dialog>::new();
    let busy = RwSignal::new(false);
    let complaint = RwSignal::new("");
    let step = RwSignal::new(None::<Challenge>);
    let in_step = move || step.with(Option::is_some);
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
    let field = move |selector: &str| dialog.get_untracked().and_then(|root| Field::within(&root, selector));
    let closed = move || {
        desk.dialog_open.set(false);
        // Its fields go, and with them what was typed into them.
        step.set(None);
        for selector in ["[name=username]", "[name=password]"] {
            if let Some(field) = field(selector) {
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
        if busy.get_untracked() {
            return;
        }
        let (path, body) = match step.get_untracked() {
            Some(step) => ("/api/session/challenge", answer(&step, field)),
            None => {
                let value = |selector| field(selector).map(|field| field.value()).unwrap_or_default();
                let sign_in = SignIn { username: value("[name=username]"), password: value("[name=password]") };
                ("/api/session", api::sign_in(&sign_in))
            }
        };
        busy.set(true);
        complaint.set("");
        spawn_local(async move {
            let next = send(path, &body, watcher).await;
            busy.set(false);
            let mut said = "";
            match next {
                Next::Done(who) => {
                    // Closing gives the focus back to the button; the text has it next.
                    close();
                    if who == Who::Owner {
                        desk.resume();
                    }
                    return;
                }
                Next::Step(challenge) => {
                    // Fields of its own: what was typed into those of the step before is not to stand in them.
                    step.set(None);
                    tick().await;
                    step.set(Some(challenge));
                }
                Next::Refused(code) => {
                    // 401: what was begun is over, and begins again with the password.
                    if code.status() == 401 {
                        step.set(None);
                    }
                    said = words::problem(code);
                }
                Next::Silence => said = words::NO_CONNECTION,
            }
            complaint.set(said);
            // The fields follow the step.
            tick().await;
            if let Some(first) = field(if step.get_untracked().is_some() { FIRST } else { "[name=password]" }) {
                first.select();
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
                <fieldset class="step" hidden=in_step disabled=in_step>
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
                        required=!choices
                        autofocus
                        aria-describedby="sign-in-again-error"
                    />
                    <p class="account-hint">
                        {choices.then_some(words::OTHER_WAYS)} " "
                        <a href="/forgot-password" target="_blank">{words::FORGOT}</a>
                    </p>
                </fieldset>
                {move || step.with(|step| step.as_ref().map(further))}
                <div class="dialog-buttons">
                    <button class="button-primary" type="submit" aria-disabled=move || busy.get().to_string()>
                        {move || if in_step() { words::CONTINUE } else { words::SIGN_IN }}
                    </button>
                    <button class="button-plain" type="button" on:click=move |_| close()>{words::NOT_NOW}</button>
                </div>
            </form>
        </dialog>
    }
}

/// A further step. Its name is said when the focus comes into it.
fn further(challenge: &Challenge) -> impl IntoView + use<> {
    view! {
        <fieldset class="step">
            <legend>{words::heading(challenge.challenge)}</legend>
            {steps::step(challenge, Some("sign-in-again-error"))}
        </fieldset>
    }
}

/// What stands in the fields of a step.
fn answer(challenge: &Challenge, field: impl Fn(&str) -> Option<Field>) -> String {
    let value = |one: &holdfast::wire::ChallengeField| {
        let chosen = if one.kind == FieldKind::Choice { ":checked" } else { "" };
        let selector = ["[name=\"", &steps::name(one), "\"]", chosen].concat();
        field(&selector).map(|field| field.value()).unwrap_or_default()
    };
    let values: Vec<String> = challenge.fields.iter().map(value).collect();
    let names = challenge.fields.iter().map(|field| field.name.as_str());
    let answers: Vec<(&str, &str)> = names.zip(values.iter().map(String::as_str)).collect();
    api::challenge_answer(challenge.challenge, &answers)
}

async fn send(path: &str, body: &str, watcher: Watcher) -> Next {
    let asked = monotonic_ms();
    let ask = Ask { method: "POST", path, body: Some(body), ..Ask::default() };
    let Some(reply) = fetch(&ask).await else { return Next::Silence };
    if reply.status != 200 {
        return Next::Refused(api::code(&reply).unwrap_or(Code::Internal));
    }
    if let Some(challenge) = api::challenge(&reply.body) {
        return Next::Step(challenge);
    }
    let Some(status) = api::session_status(&reply.body) else { return Next::Refused(Code::Internal) };
    let Some(watch) = watcher.get_value() else { return Next::Silence };
    watch.tell_tabs();
    Next::Done(watch.take(&status, asked, monotonic_ms()))
}
