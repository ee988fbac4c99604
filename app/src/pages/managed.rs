//! Signing in on the user pool's own pages: the way there and back.

use leptos::prelude::*;

use super::account::{account, complaint};
use super::data::Unsaved;
use crate::words;
use holdfast::wire::Code;

/// What the window of a sign-in in place does at its end: it tells the tabs, which ask the server, and goes. The nonce is
/// this response's.
const TELL_AND_CLOSE: &str = "new BroadcastChannel(\"holdfast\").postMessage(\"sign-in changed\");close()";

/// The way there in a window of its own.
const WINDOW: &str = "/sign-in/managed?window=1";

/// Instead of the form with a password. A text that came too late stays on this page, because the way leads to another
/// server: the person signs in beside it, and saves it then.
pub(super) fn way(href: String, error: Option<Code>, unsaved: Option<Unsaved>) -> impl IntoView {
    let target = unsaved.as_ref().map(|_| "_blank");
    let unsaved = unsaved.map(|unsaved| {
        view! {
            <p class="account-reason" role="status">{words::TEXT_STAYS_HERE}</p>
            <form class="account-form" method="post" action=["/documents/", &unsaved.document].concat()>
                <input type="hidden" name="head" value=unsaved.head />
                <input type="hidden" name="title" value=unsaved.title />
                <input type="hidden" name="text" value=unsaved.text />
                <button class="button-plain" type="submit" name="action" value="save">{words::SAVE_MY_TEXT}</button>
            </form>
        }
    });
    view! {
        {complaint(error)}
        <p class="account-form">
            <a class="button-primary" href=href target=target>{words::SIGN_IN}</a>
        </p>
        {unsaved}
    }
}

/// Signing in again without leaving the page: `islands::dialog` opens it, and hides the one of its first two sentences that
/// is not true. The link is a plain one; `sign_in_window.js` opens it in a window beside this one and says what has become of
/// that. No dialog and no frame can hold the pool's pages.
pub(super) fn dialog() -> impl IntoView {
    view! {
        <dialog class="dialog" aria-labelledby="sign-in-there" data-managed>
            <div class="account-form">
                <h2 id="sign-in-there">{words::SIGN_IN_TO_CONTINUE}</h2>
                <p>{words::DIALOG_PROMISE}</p>
                <p data-silent>{words::NO_PASSWORD_NEEDED}</p>
                <p data-password>{words::PASSWORD_NEEDED}</p>
                <p role="status" data-window-said="open" hidden>{words::WINDOW_IS_OPEN}</p>
                <p role="status" data-window-said="elsewhere" hidden>{words::WINDOW_IS_ELSEWHERE}</p>
                <p role="status" data-window-said="blocked" hidden>{words::WINDOW_IS_BLOCKED}</p>
                <form class="dialog-buttons" method="dialog">
                    <a
                        class="button-primary"
                        href=WINDOW
                        target="_blank"
                        autofocus
                        data-sign-in-window
                        data-first=words::SIGN_IN
                        data-again=words::OPEN_AGAIN
                    >
                        {words::SIGN_IN}
                    </a>
                    <button class="button-plain">{words::NOT_NOW}</button>
                </form>
            </div>
        </dialog>
    }
}

pub(super) fn signed_in(nonce: &str) -> impl IntoView + use<> {
    account(
        words::SIGNED_IN,
        view! {
            <p>{words::CLOSE_THIS_WINDOW}</p>
            <script nonce=nonce.to_owned() inner_html=TELL_AND_CLOSE></script>
        },
    )
}

/// The document's head has the address, too; where a browser does not follow that, there is the link.
pub(super) fn go_on(url: String) -> impl IntoView {
    account(words::ONE_MOMENT, view! { <p><a href=url>{words::GO_ON}</a></p> })
}
