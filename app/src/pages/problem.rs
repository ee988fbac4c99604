//! The page that says what went wrong, and where to go from there.

use holdfast::wire::User;
use leptos::prelude::*;

use super::data::ProblemPage;
use super::header::header;
use crate::words;

pub(super) fn problem(page: ProblemPage, user: Option<&User>) -> impl IntoView + use<> {
    let code = page.code.as_string();
    let (href, way_on) = if user.is_some() { ("/", words::GO_TO_MY_DOCUMENTS) } else { ("/sign-in", words::SIGN_IN) };
    // Whoever is signed in finds it in the menu.
    let accessibility = user
        .is_none()
        .then(|| view! { <p class="account-aside"><a href="/accessibility">{words::ACCESSIBILITY}</a></p> });
    view! {
        {user.map(|user| header(user, None))}
        <main class="problem" data-code=code>
            <p class="problem-status" aria-hidden="true">{page.code.status().to_string()}</p>
            <h1>{words::problem(page.code)}</h1>
            <p><a class="button-primary" href=href>{way_on}</a></p>
            {accessibility}
        </main>
    }
}
