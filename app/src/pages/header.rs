//! The quiet line above every page of a signed-in writer.

use holdfast::wire::User;
use leptos::prelude::*;

use crate::words;

/// The product's name, the way to the list, who is signed in, and the way out.
pub(super) fn header(user: &User) -> impl IntoView + use<> {
    view! {
        <header class="header">
            <a class="header-brand" href="/">{words::PRODUCT}</a>
            <nav class="header-nav" aria-label="Main">
                <a href="/">{words::DOCUMENTS}</a>
            </nav>
            <span class="header-user" title=user.email.clone()>{user.email.clone()}</span>
            <form class="header-out" method="post" action="/sign-out" data-sign-out="">
                <button class="button-plain" type="submit">{words::SIGN_OUT}</button>
            </form>
        </header>
    }
}
