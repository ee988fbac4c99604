//! **The islands**: what is alive in the pages. The shell surrounds the others and hands them their shared state.
#![expect(missing_docs, reason = "temporary")]

use holdfast::wire::SessionStatus;
use leptos::prelude::*;

#[island]
pub fn Shell(status: SessionStatus, children: Children) -> impl IntoView {
    let _ = status;
    children()
}

#[island]
pub fn Banner() -> impl IntoView {
    view! { <div data-session-phase="quiet" data-remaining-seconds="0"></div> }
}

#[island]
pub fn Editor(id: String, head: u64, hash: String, children: Children) -> impl IntoView {
    let _ = (id, head, hash);
    view! { <div class="editor">{children()}</div> }
}

#[island]
pub fn SignInDialog(email: String) -> impl IntoView {
    let _ = email;
    view! { <dialog></dialog> }
}
