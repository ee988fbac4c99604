//! What the forms of a sign-in hand on from one step to the next: where to go afterwards, and a text that came too late. A
//! sign-in may take several forms, and the text must be in each of them (WCAG techniques G105 and G181).

use std::collections::HashMap;

use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use holdfast::wire::{Challenge, Code, SignInOutcome};
use holdfast_app::{Carried, ChallengePage, ForgotPasswordPage, Page, SignInPage, Unsaved};

use super::managed::way;
use super::{Renderer, editor, next};
use crate::documents::Owner;
use crate::http::AppState;

/// The fields of a form by their names.
pub(super) type Fields = HashMap<String, String>;

/// What a form has carried. A text without its place is none.
pub(super) fn carried(fields: &mut Fields) -> Carried {
    let mut take = |name: &str| fields.remove(name);
    let unsaved = take("document").zip(take("head").and_then(|head| head.parse().ok()));
    let (title, text) = (take("title").unwrap_or_default(), take("text").unwrap_or_default());
    Carried {
        next: take("next").as_deref().and_then(next::parse),
        unsaved: unsaved.map(|(document, head)| Unsaved { document, head, title, text }),
    }
}

/// One step of a sign-in, as it came.
pub(super) struct Step {
    /// The name that was typed.
    pub(super) email: String,
    pub(super) carried: Carried,
    pub(super) outcome: Result<SignInOutcome, Code>,
    /// What is still asked where the answer was refused and may be mended.
    pub(super) asked: Option<Challenge>,
}

/// Where it leads: on to where they wanted to go, to the next step, to the same one again, or back to the beginning.
pub(super) async fn go_on(state: &AppState, renderer: Renderer, step: Step) -> Response {
    let Step { email, carried, outcome, asked } = step;
    let signed_in = |carried: &Carried| Redirect::to(carried.next.as_deref().unwrap_or("/")).into_response();
    let error = match outcome {
        Ok(SignInOutcome::SignedIn(status)) => {
            let Some(unsaved) = &carried.unsaved else { return signed_in(&carried) };
            match editor::store_carried(state, Owner::new(&status.user.sub), unsaved).await {
                Ok(()) => return signed_in(&carried),
                // The text goes on being carried until its owner signs in.
                Err(refused) if refused.code() == Code::NotFound => Code::OtherUser,
                Err(refused) => refused.code(),
            }
        }
        Ok(SignInOutcome::Challenge(challenge)) => {
            let page = ChallengePage { challenge, email, error: None, carried };
            return renderer.render(StatusCode::OK, None, Page::Challenge(page)).await;
        }
        Err(Code::PasswordReset) => {
            let page = ForgotPasswordPage { email, required: true, carried, ..ForgotPasswordPage::default() };
            return renderer.render(status(Code::PasswordReset), None, Page::ForgotPassword(page)).await;
        }
        Err(code) => code,
    };
    let page = match asked {
        Some(challenge) => Page::Challenge(ChallengePage { challenge, email, error: Some(error), carried }),
        None => Page::SignIn(SignInPage { error: Some(error), ..sign_in_page(state, email, carried) }),
    };
    renderer.render(status(error), None, page).await
}

/// The sign-in form that takes over what was carried.
pub(super) fn sign_in_page(state: &AppState, email: String, carried: Carried) -> SignInPage {
    SignInPage {
        managed: state.sessions.managed_login().map(|_| {
            // Beside a text that stays on the page it is a window that comes to an end of its own.
            way(carried.next.as_deref(), carried.unsaved.is_some(), false)
        }),
        next: carried.next,
        email,
        sign_up: state.sign_up,
        demo: state.demo.as_deref().map(str::to_owned),
        choices: state.sessions.offers_choices(),
        unsaved: carried.unsaved,
        ..SignInPage::default()
    }
}

pub(super) fn status(code: Code) -> StatusCode {
    StatusCode::from_u16(code.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
}
