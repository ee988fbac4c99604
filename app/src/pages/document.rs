//! The whole HTML document around a page. Under the strict Content-Security-Policy there is nothing inline: one style
//! sheet and a second one where nobody writes, one boot module, and on pages without islands no script at all.

use std::sync::Arc;

use holdfast::wire::{Challenge, ChallengeName, SessionStatus};
use hydration_context::SsrSharedContext;
use leptos::html;
use leptos::prelude::*;

use super::accessibility::accessibility;
use super::account::{confirm_sign_up, sign_in, sign_up};
use super::data::{
    Assets, Chrome, DocumentsPage, EditorPage, HistoryPage, Page, ReadPage, SavedPage, TrashPage, VersionPage,
    VersionView,
};
use super::documents::documents;
use super::editor::editor;
use super::header::Here;
use super::history::history;
use super::managed::{self, go_on, signed_in};
use super::my_account::{AccountPage, AuthenticatorPage, LeavePage, account, authenticator, leave, left};
use super::problem::problem;
use super::read::read;
use super::saved::saved;
use super::sign_in_steps::{challenge, forgot_password};
use super::step;
use super::trash::trash;
use super::version::version;
use crate::islands::start::{META, Start, StartDocument};
use crate::words;

/// The paper's colour in light and in dark, `--paper` of `style/tokens.css` as sRGB: what a phone paints around the page.
pub(crate) const PAPER: (&str, &str) = ("#fcfaf7", "#181411");

/// The page as a complete response body. Renders in an owner of its own, so it can be called from anywhere.
#[must_use]
pub fn render(page: Page, chrome: Chrome) -> String {
    let owner = Owner::new_root(Some(Arc::new(SsrSharedContext::new_islands())));
    let html = owner.with(|| document(page, chrome).to_html());
    owner.unset();
    html
}

/// The markup of a further step for the dialog to sign in again, whose complaint is `sign-in-again-error`.
#[must_use]
pub fn render_step(challenge: &Challenge) -> String {
    let owner = Owner::new_root(Some(Arc::new(SsrSharedContext::new())));
    let html = owner.with(|| step::for_the_dialog(challenge, "sign-in-again-error").to_html());
    owner.unset();
    html
}

/// The page as a view. Islands need an owner with a shared context: [`render`] brings one.
pub fn document(page: Page, chrome: Chrome) -> impl IntoView {
    let Chrome { assets, nonce, user, choices, sso_ms, reader } = chrome;
    let title = title(&page);
    let start = start(&page, choices).map(|start| {
        let status = SessionStatus { sso_ms, ..start.status };
        Start { status, ..start }
    });
    let dialog = start.as_ref().filter(|_| sso_ms.is_some()).map(|_| managed::dialog());
    let scripts = start.is_some().then(|| scripts(&assets, &nonce));
    let list = matches!(page, Page::Documents(_)).then(|| assets.list.clone()).flatten();
    let list = list.map(|src| view! { <script type="module" src=src nonce=nonce.clone()></script> });
    let days = matches!(page, Page::History(_) | Page::Saved(_)).then(|| assets.days.clone()).flatten();
    let days = days.map(|src| view! { <script type="module" src=src nonce=nonce.clone()></script> });
    let compares =
        matches!(&page, Page::Version(VersionPage { view: VersionView::Changes(_) | VersionView::Compared(..), .. }));
    let changes = compares.then(|| assets.changes.clone()).flatten();
    let changes = changes.map(|src| view! { <script type="module" src=src nonce=nonce.clone()></script> });
    // Who writes waits for nothing that only other pages show.
    let css_of_pages = (!matches!(page, Page::Editor(_))).then(|| assets.css_of_pages.clone());
    let css_of_pages = css_of_pages.filter(|url| !url.is_empty());
    let css_of_pages = css_of_pages.map(|url| view! { <link rel="stylesheet" href=url nonce=nonce.clone() /> });
    let font = assets.font.clone().map(|url| {
        view! { <link rel="preload" href=url r#as="font" r#type="font/woff2" crossorigin="anonymous" /> }
    });
    let speaks_of_passkeys = match &page {
        Page::Account(_) => true,
        Page::Challenge(page) => {
            let way = ChallengeName::WebAuthn;
            let mut choices = page.challenge.fields.iter().flat_map(|field| &field.choices);
            page.challenge.challenge == way || choices.any(|choice| choice == way.as_str())
        }
        _ => false,
    };
    let passkey = assets.passkey.clone().filter(|_| speaks_of_passkeys);
    let passkey = passkey.map(|url| view! { <script type="module" src=url nonce=nonce.clone()></script> });
    let carried = start.as_ref().map(|start| serde_json::to_string(start).unwrap_or_default());
    let carried = carried.map(|start| {
        view! {
            <meta name=META content=start />
            <meta name="holdfast-broken" content=words::BROKEN />
        }
    });
    let refresh = match &page {
        Page::GoOn(url) => Some(["0;url=", url].concat()),
        _ => None,
    };
    let refresh = refresh.map(|to| view! { <meta http-equiv="refresh" content=to /> });
    if let Some(start) = start {
        provide_context(start);
    }
    provide_context(here(&page));
    provide_context(reader);
    let body = match page {
        Page::SignIn(page) => sign_in(page).into_any(),
        Page::Challenge(page) => challenge(page).into_any(),
        Page::ForgotPassword(page) => forgot_password(page).into_any(),
        Page::SignUp(page) => sign_up(page).into_any(),
        Page::ConfirmSignUp(page) => confirm_sign_up(page).into_any(),
        Page::Documents(page) => documents(page).into_any(),
        Page::Editor(page) => editor(page).into_any(),
        Page::Read(page) => read(page).into_any(),
        Page::History(page) => history(page).into_any(),
        Page::Saved(page) => saved(page).into_any(),
        Page::Version(page) => version(page).into_any(),
        Page::Trash(page) => trash(page).into_any(),
        Page::Account(page) => account(page).into_any(),
        Page::Authenticator(page) => authenticator(page).into_any(),
        Page::Leave(page) => leave(page).into_any(),
        Page::SignedIn => signed_in(&nonce).into_any(),
        Page::GoOn(url) => go_on(url).into_any(),
        Page::Accessibility => accessibility().into_any(),
        Page::Left => left().into_any(),
        Page::Problem(page) => problem(page, user.as_ref()).into_any(),
    };
    view! {
        <!DOCTYPE html>
        <html lang="en">
            <head>
                <meta charset="utf-8" />
                <meta name="viewport" content="width=device-width, initial-scale=1, interactive-widget=resizes-content" />
                <meta name="color-scheme" content="light dark" />
                <meta name="description" content=words::PROMISE />
                <title>{title}</title>
                {refresh}
                {around("(prefers-color-scheme: light)", PAPER.0)}
                {around("(prefers-color-scheme: dark)", PAPER.1)}
                <link rel="icon" href="/favicon.svg" r#type="image/svg+xml" />
                <link rel="apple-touch-icon" href="/icon-180.png" />
                <link rel="manifest" href="/manifest.webmanifest" />
                {font}
                <link rel="stylesheet" href=assets.css nonce=nonce />
                {css_of_pages}
                {carried}
                {scripts}
                {list}
                {days}
                {changes}
                {passkey}
            </head>
            <body>{body} {dialog}</body>
        </html>
    }
}

/// The colour around the page where this media query holds; the macro knows no such attribute of `<meta>`.
fn around(media: &'static str, colour: &'static str) -> impl IntoView {
    html::meta().name("theme-color").content(colour).attr("media", media)
}

/// What the islands begin with, on pages that have any.
fn start(page: &Page, choices: bool) -> Option<Start> {
    match page {
        Page::Documents(DocumentsPage { session, .. })
        | Page::Read(ReadPage { session, .. })
        | Page::History(HistoryPage { session, .. })
        | Page::Saved(SavedPage { session, .. })
        | Page::Version(VersionPage { session, .. })
        | Page::Trash(TrashPage { session, .. })
        | Page::Account(AccountPage { session, .. })
        | Page::Authenticator(AuthenticatorPage { session, .. })
        | Page::Leave(LeavePage { session, .. }) => Some(Start { status: session.clone(), document: None, choices }),
        Page::Editor(EditorPage { id, draft, session, .. }) => {
            let document = StartDocument { id: id.clone(), head: draft.head, hash: draft.hash.clone() };
            Some(Start { status: session.clone(), document: Some(document), choices })
        }
        _ => None,
    }
}

fn here(page: &Page) -> Here {
    match page {
        Page::Documents(_) => Here::Documents,
        Page::History(_) | Page::Version(_) => Here::History,
        Page::Account(_) | Page::Authenticator(_) | Page::Leave(_) => Here::Account,
        Page::Trash(_) => Here::Trash,
        _ => Here::Elsewhere,
    }
}

fn title(page: &Page) -> String {
    let name = match page {
        Page::SignIn(_) => words::SIGN_IN,
        Page::Challenge(page) => words::heading(page.challenge.challenge),
        Page::ForgotPassword(_) => words::NEW_PASSWORD,
        Page::SignUp(_) => words::CREATE_ACCOUNT,
        Page::ConfirmSignUp(_) => words::CONFIRM,
        Page::Documents(_) => words::DOCUMENTS,
        Page::Editor(EditorPage { title, .. }) => words::name(title),
        Page::Read(ReadPage { title, .. })
        | Page::History(HistoryPage { title, .. })
        | Page::Saved(SavedPage { title, .. })
        | Page::Version(VersionPage { title, .. }) => words::name(title),
        Page::Trash(_) => words::TRASH,
        Page::Account(_) => words::ACCOUNT,
        Page::Authenticator(_) => words::heading(ChallengeName::MfaSetup),
        Page::Leave(_) => words::DELETE_ACCOUNT,
        Page::SignedIn => words::SIGNED_IN,
        Page::GoOn(_) => words::ONE_MOMENT,
        Page::Accessibility => words::ACCESSIBILITY,
        Page::Left => words::ACCOUNT_DELETED,
        Page::Problem(_) => words::SORRY,
    };
    // What of the document it is stands first: a tab is narrow, and a title long.
    let part = match page {
        Page::Read(_) => Some(words::PREVIEW.to_owned()),
        Page::History(_) => Some(words::HISTORY.to_owned()),
        Page::Saved(_) => Some(words::WHAT_IS_SAVED.to_owned()),
        Page::Version(VersionPage { version, view: VersionView::Text(_) | VersionView::Read(_), .. }) => {
            Some(words::version_title(version.n))
        }
        Page::Version(VersionPage { version, .. }) => Some(words::changes_title(version.n)),
        _ => None,
    };
    let part = part.map(|part| part + " · ").unwrap_or_default();
    [&part, name, words::AND_PRODUCT].concat()
}

fn scripts(assets: &Assets, nonce: &str) -> impl IntoView + use<> {
    let boot = assets.boot.clone()?;
    let preload = assets.preload.iter().map(|url| preload(url.clone())).collect_view();
    Some(view! {
        {preload}
        <script type="module" src=boot nonce=nonce.to_owned()></script>
    })
}

/// The nonce stays off these: in an attribute that the page can read, a style sheet's selectors could read it too.
fn preload(url: String) -> impl IntoView {
    if url.ends_with(".wasm") {
        view! { <link rel="preload" href=url r#as="fetch" r#type="application/wasm" crossorigin="anonymous" /> }
            .into_any()
    } else {
        view! { <link rel="modulepreload" href=url /> }.into_any()
    }
}
