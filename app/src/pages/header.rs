//! The quiet line above every page of a signed-in writer.

use holdfast::wire::User;
use leptos::prelude::*;

use crate::islands::desk::Desk;
use crate::islands::time_left::TimeLeft;
use crate::words;

/// Which of the header's places the page is, given as a context: the header marks it (WCAG 2.2, 2.4.8).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum Here {
    /// The list.
    Documents,
    /// A document's history.
    History,
    /// The account.
    Account,
    /// The trash.
    Trash,
    /// None of them.
    #[default]
    Elsewhere,
}

/// The product's name, the way to the list, who is signed in, what is rarely needed, and the way out. On the page of one
/// document (its id is `document`) the ways to its history and into the trash, too.
pub(super) fn header(user: &User, document: Option<&str>) -> impl IntoView + use<> {
    let here = use_context::<Here>().unwrap_or_default();
    let current = |place| (place == here).then_some("page");
    let history = document.map(|id| {
        let href = ["/documents/", id, "/history"].concat();
        view! { <a class="header-document" href=href aria-current=current(Here::History)>{words::HISTORY}</a> }
    });
    let download = document
        .map(|id| view! { <a class="header-document" href=["/documents/", id, "/export"].concat() download>{words::DOWNLOAD_MARKDOWN}</a> });
    let throw_away = document.map(|id| {
        view! {
            <form class="header-document" method="post" action=["/documents/", id, "/trash"].concat()>
                <button class="button-plain" type="submit">{words::MOVE_TO_TRASH}</button>
            </form>
        }
    });
    // A page that says what went wrong has no watch, and no desk.
    let time_left = use_context::<Desk>().map(|_| view! { <TimeLeft /> });
    view! {
        <header class="header">
            <a class="header-brand" href="/">{words::PRODUCT}</a>
            <nav class="header-nav" aria-label=words::MAIN_MENU>
                <a href="/" aria-current=current(Here::Documents)>{words::DOCUMENTS}</a>
                {history}
            </nav>
            <span class="header-user">{user.email.clone()}</span>
            <details class="header-more">
                <summary>{words::MORE}</summary>
                <div>
                    {time_left}
                    {download}
                    {throw_away}
                    <a href="/account" aria-current=current(Here::Account)>{words::ACCOUNT}</a>
                    <a href="/trash" aria-current=current(Here::Trash)>{words::TRASH}</a>
                    <form method="post" action="/drill" data-drill="">
                        <button class="button-plain" type="submit" aria-describedby="drill-help">
                            {words::PRACTISE_AN_EXPIRY}
                        </button>
                        <p class="header-help" id="drill-help">{words::PRACTISE_HELP}</p>
                    </form>
                    <a href="/accessibility">{words::ACCESSIBILITY}</a>
                </div>
            </details>
            <form class="header-out" method="post" action="/sign-out" data-sign-out="">
                <button class="button-plain" type="submit">{words::SIGN_OUT}</button>
            </form>
        </header>
    }
}
