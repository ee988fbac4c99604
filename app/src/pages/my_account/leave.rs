//! The end of an account: what goes with it, the documents to take away first, and a word that nobody types by accident.

use leptos::prelude::*;

use super::super::header::header;
use super::LeavePage;
use crate::islands::banner::Banner;
use crate::islands::dialog::SignInDialog;
use crate::islands::shell::Shell;
use crate::words;

pub(in crate::pages) fn leave(page: LeavePage) -> impl IntoView {
    let LeavePage { error, session } = page;
    let complaint = error.map(|code| {
        view! { <p class="account-error" id="leave-error" role="alert">{words::account_problem(code)}</p> }
    });
    view! {
        <Shell>
            {header(&session.user, None)}
            <Banner />
            <main class="documents settings">
                <div class="documents-head">
                    <h1>{words::DELETE_ACCOUNT}</h1>
                </div>
                <p>{words::DELETE_MEANS}</p>
                <p>{words::DOWNLOAD_FIRST}</p>
                <p><a class="button-quiet" href="/account/export" download="">{words::DOWNLOAD_ALL}</a></p>
                <form class="account-form" method="post" action="/account/delete">
                    {complaint}
                    <label for="email">{words::TYPE_YOUR_EMAIL}</label>
                    <input
                        id="email"
                        name="email"
                        type="email"
                        autocomplete="off"
                        autocapitalize="none"
                        spellcheck="false"
                        required
                        placeholder=session.user.email.clone()
                        aria-describedby=error.map(|_| "leave-error")
                    />
                    <button class="button-danger" type="submit">{words::DELETE_ACCOUNT}</button>
                </form>
                <p class="account-aside"><a href="/account">{words::KEEP_ACCOUNT}</a></p>
            </main>
            <SignInDialog />
        </Shell>
    }
}

pub(in crate::pages) fn left() -> impl IntoView {
    view! {
        <main class="account">
            <div class="account-product">
                <p class="account-brand">{words::PRODUCT}</p>
                <p class="account-promise">{words::PROMISE}</p>
            </div>
            <h1>{words::ACCOUNT_DELETED}</h1>
            <p>{words::ALL_GONE}</p>
        </main>
    }
}
