//! Signing in again without leaving the page, with every step that the user pool asks for. Opened by the button only; the
//! text behind it is not touched.

use holdfast::session::Phase;
use holdfast::wire::{Code, SignIn};
use leptos::ev::SubmitEvent;
use leptos::html::Dialog;
use leptos::prelude::*;
use leptos::task::{spawn_local, tick};

use super::desk::{Desk, Who};
use super::shell::Watcher;
use super::start::Start;
use crate::browser::{self, Ask, Field, fetch, monotonic_ms};
use crate::{api, words};

/// The dialog where people sign in on the pool's own pages (`pages::managed`).
const MANAGED: &str = "[data-managed]";

/// The first field of a further step, while there is one.
const FIRST: &str = ".step:not([hidden]) input:not([type=hidden])";

/// What is answered: of the choices only the one that is made.
const ANSWERS: &str = "[name^='answer.']:not([type=radio]:not(:checked))";

/// Before the names of those fields.
const PREFIX: &str = "answer.";

/// What an answer leads to.
enum Next {
    /// Signed in.
    Done(Who),
    /// One more step: its fields, as the server has drawn them.
    Step(String),
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
    let (choices, managed) =
        Start::given().map_or((false, false), |start| (start.choices, start.status.sso_ms.is_some()));
    let dialog = NodeRef::<Dialog>::new();
    let busy = RwSignal::new(false);
    let complaint = RwSignal::new("");
    let step = RwSignal::new(String::new());
    let in_step = move || step.with(|step| !step.is_empty());
    Effect::new(move |_| {
        let Some(dialog) = dialog.get() else { return };
        if managed {
            if desk.dialog_open.get() {
                let needs_none = untrack(|| desk.needs_none()) == Some(true);
                browser::ask(MANAGED, if needs_none { "silent" } else { "password" });
            }
        } else if desk.dialog_open.get() && !dialog.open() {
            complaint.set("");
            let _ = dialog.show_modal();
        }
    });
    let close = move || {
        if managed {
            browser::close(MANAGED);
        } else if let Some(dialog) = dialog.get_untracked() {
            dialog.close();
        }
    };
    let field = move |selector: &str| dialog.get_untracked().and_then(|root| Field::within(&root, selector));
    let closed = move || {
        desk.dialog_open.set(false);
        // Its fields go, and with them what was typed into them.
        step.set(String::new());
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
    Effect::new(move |before: Option<Phase>| {
        let phase = desk.phase();
        if managed {
            match before {
                None => managed_closes(desk),
                // A sign-in in time moves the end, and there is nothing more to ask.
                Some(before) if Phase::Warning <= before && phase < Phase::Warning => close(),
                Some(_) => {}
            }
        }
        phase
    });
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        if busy.get_untracked() {
            return;
        }
        let value = |selector| field(selector).map(|field| field.value()).unwrap_or_default();
        let (path, body) = if step.with_untracked(String::is_empty) {
            let sign_in = SignIn { username: value("[name=username]"), password: value("[name=password]") };
            ("/api/session", api::sign_in(&sign_in))
        } else {
            let mut answers = dialog.get_untracked().map(|root| Field::filled(&root, ANSWERS)).unwrap_or_default();
            for (name, _) in &mut answers {
                *name = name.split_off(PREFIX.len());
            }
            ("/api/session/challenge", api::challenge_answer(&value("[name=challenge]"), &answers))
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
                Next::Step(fields) => step.set(fields),
                Next::Refused(code) => {
                    // What was begun is over, and begins again with the password.
                    if code.status() == 401 || code == Code::PasskeyRefused {
                        step.set(String::new());
                    }
                    said = words::problem(code);
                }
                Next::Silence => said = words::NO_CONNECTION,
            }
            complaint.set(said);
            // The fields follow the step.
            tick().await;
            if let Some(first) = field(if step.with_untracked(String::is_empty) { "[name=password]" } else { FIRST }) {
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
                        value=move || if desk.who.get() == Who::Other { String::new() } else { email.clone() }
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
                <fieldset class="step" hidden=move || !in_step() inner_html=move || step.get()></fieldset>
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

/// The writer is back in the text, and the banner's button opens the dialog anew.
fn managed_closes(desk: Desk) {
    if let Some(dialog) = browser::find(MANAGED) {
        browser::on(&dialog, "close", move |_| {
            desk.dialog_open.set(false);
            if desk.who.get_untracked() == Who::Owner {
                desk.resume();
            }
        });
    }
}

async fn send(path: &str, body: &str, watcher: Watcher) -> Next {
    let asked = monotonic_ms();
    let ask = Ask { method: "POST", path, body: Some(body), ..Ask::default() };
    let Some(reply) = fetch(&ask).await else { return Next::Silence };
    if reply.status != 200 {
        return Next::Refused(api::code(&reply).unwrap_or(Code::Internal));
    }
    if api::asks_further(&reply.body) {
        let ask = Ask { method: "GET", path: "/sign-in/step", ..Ask::default() };
        let Some(step) = fetch(&ask).await else { return Next::Silence };
        return match step.body.text() {
            Some(fields) => Next::Step(fields),
            None => Next::Refused(api::code(&step).unwrap_or(Code::Internal)),
        };
    }
    let Some(status) = api::session_status(&reply.body) else { return Next::Refused(Code::Internal) };
    let Some(watch) = watcher.get_value() else { return Next::Silence };
    watch.tell_tabs();
    Next::Done(watch.take(&status, asked, monotonic_ms()))
}
