//! A further step of a sign-in as a form: one list of fields, whatever is asked. The same on the page that works without
//! scripts and in the dialog, which asks the server for this markup: it would weigh more in wasm than the dialog.

use holdfast::wire::{Challenge, ChallengeField, ChallengeName, FieldKind, SoftwareTokenSetup};
use leptos::prelude::*;

use crate::words;

/// The name of a field in the form.
fn name(field: &ChallengeField) -> String {
    ["answer.", &field.name].concat()
}

/// What to do, what it takes, and the fields. `error` is the id of the element that says what was wrong, if there is one.
pub(super) fn step(challenge: &Challenge, error: Option<&'static str>) -> impl IntoView + use<> {
    let told = words::explanation(challenge.challenge, challenge.delivered_to.as_deref());
    let told = (!told.is_empty()).then(|| view! { <p>{told}</p> });
    let fields: Vec<AnyView> =
        challenge.fields.iter().enumerate().map(|(index, field)| one(field, index == 0, error)).collect();
    let fields =
        if challenge.challenge == ChallengeName::WebAuthn { vec![passkey(challenge).into_any()] } else { fields };
    view! {
        <input type="hidden" name="challenge" value=challenge.challenge.as_str() />
        {told}
        {challenge.setup.as_ref().map(set_up)}
        {fields}
    }
}

/// The same for the dialog, with the heading that is said when the focus comes into it. `error` is the id of the dialog's.
pub(super) fn for_the_dialog(challenge: &Challenge, error: &'static str) -> impl IntoView + use<> {
    view! {
        <legend>{words::heading(challenge.challenge)}</legend>
        {step(challenge, Some(error))}
    }
}

pub(super) fn set_up(setup: &SoftwareTokenSetup) -> impl IntoView + use<> {
    // Groups of four are easier to type; apps ignore the spaces.
    let key: Vec<String> = setup.secret.as_bytes().chunks(4).map(|four| String::from_utf8_lossy(four).into()).collect();
    view! {
        <div class="step-picture" role="img" aria-label=words::QR_CODE inner_html=setup.qr_svg.clone()></div>
        <p class="account-hint">{words::SETUP_KEY} ": " <code>{key.join(" ")}</code></p>
    }
}

/// The browser's own dialog does it, which `browser/passkey.js` opens when the form is sent.
fn passkey(challenge: &Challenge) -> impl IntoView + use<> {
    let options = challenge.passkey.as_ref().map(ToString::to_string);
    view! {
        <div data-passkey="get" data-options=options>
            <input type="hidden" name="answer.credential" value="" />
        </div>
        <noscript>
            <p>{words::PASSKEY_TAKES_SCRIPT}</p>
        </noscript>
    }
}

fn one(field: &ChallengeField, first: bool, error: Option<&'static str>) -> AnyView {
    let name = name(field);
    if field.kind == FieldKind::Choice {
        let choices: Vec<AnyView> = field
            .choices
            .iter()
            .enumerate()
            .map(|(index, way)| {
                let label = words::choice(way).to_owned();
                let (name, way) = (name.clone(), way.clone());
                // Shown where the browser has passkeys, which a script tells.
                let class = if way == "WEB_AUTHN" { "step-choice of-passkeys" } else { "step-choice" };
                view! {
                <label class=class>
                    <input type="radio" name=name value=way required checked=index == 0 autofocus=first && index == 0 />
                    {label}
                </label>
            }
            .into_any()
            })
            .collect();
        return view! {
            <fieldset class="step-choices" aria-describedby=error>
                <legend class="visually-hidden">{words::label(&field.name)}</legend>
                {choices}
            </fieldset>
        }
        .into_any();
    }
    let (kind, mode, complete) = match field.kind {
        FieldKind::Code => ("text", "numeric", "one-time-code"),
        FieldKind::Password => ("password", "text", "current-password"),
        FieldKind::NewPassword => ("password", "text", "new-password"),
        FieldKind::Email => ("email", "email", "email"),
        FieldKind::Phone => ("tel", "tel", "tel"),
        _ => ("text", "text", if field.name == "name" { "name" } else { "on" }),
    };
    view! {
        <label for=name.clone()>{words::label(&field.name)}</label>
        <input
            id=name.clone()
            name=name
            type=kind
            inputmode=mode
            autocomplete=complete
            required
            autofocus=first
            aria-describedby=error
        />
    }
    .into_any()
}
