//! Signing in on the user pool's own pages: there, back again, and out.

use axum::extract::{Query, RawQuery, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use holdfast::wire::Code;
use holdfast_app::{Carried, Page, SignInPage};
use holdfast_session::layer::LoginCookies;
use serde::Deserialize;
use tower_sessions::Session;

use super::account::SIGNED_OUT;
use super::carried::{sign_in_page, status};
use super::{Renderer, next};
use crate::http::AppState;
use crate::http::door::Admitted;

/// Where the pool leads the browser back to: one of the app client's callback URLs.
pub(crate) const CALLBACK: &str = "/sign-in/callback";

/// What is kept in the place of a path for a sign-in in a window of its own.
const WINDOW: &str = "window";

#[derive(Deserialize)]
pub(super) struct Begin {
    next: Option<String>,
    /// In a window of its own, beside the page that waits for it.
    window: Option<String>,
    /// Not silently.
    page: Option<String>,
}

/// Off to the pool's pages.
pub(super) async fn begin(
    State(state): State<AppState>,
    cookies: LoginCookies,
    renderer: Renderer,
    Admitted(admitted): Admitted,
    Query(begin): Query<Begin>,
) -> Response {
    let app = match begin.window {
        Some(_) => WINDOW.to_owned(),
        None => begin.next.as_deref().and_then(next::parse).unwrap_or_default(),
    };
    let url = admitted.and_then(|()| state.sessions.begin_managed_login(&cookies, &app, begin.page.is_some()));
    match url {
        Ok(url) => Redirect::to(&url).into_response(),
        Err(code) => renderer.problem(code, None).await,
    }
}

/// Back from there, by a navigation from another site: the browser holds its `Strict` cookies back. Nothing is decided here;
/// the page goes on by itself, with them.
pub(super) async fn callback(renderer: Renderer, RawQuery(query): RawQuery) -> Response {
    let query = query.unwrap_or_default();
    renderer.render(StatusCode::OK, None, Page::GoOn(format!("/sign-in/finish?{query}"))).await
}

/// The end of it: signed in, or back at the sign-in page with the reason.
pub(super) async fn finish(
    State(state): State<AppState>,
    session: Session,
    cookies: LoginCookies,
    renderer: Renderer,
    Admitted(admitted): Admitted,
    RawQuery(query): RawQuery,
) -> Response {
    if let Err(code) = admitted {
        return renderer.problem(code, None).await;
    }
    let outcome = state.sessions.finish_managed_login(&session, &cookies, &query.unwrap_or_default()).await;
    let app = outcome.app.unwrap_or_default();
    let in_window = app == WINDOW;
    let next = next::parse(&app);
    match outcome.result {
        Ok(_) if in_window => renderer.render(StatusCode::OK, None, Page::SignedIn).await,
        Ok(_) => Redirect::to(next.as_deref().unwrap_or("/")).into_response(),
        Err(_) if outcome.wants_page => Redirect::to(&way(next.as_deref(), in_window, true)).into_response(),
        Err(code) => {
            let page = sign_in_page(&state, String::new(), Carried { next: next.clone(), unsaved: None });
            let managed = Some(way(next.as_deref(), in_window, true)).filter(|_| page.managed.is_some());
            let page = SignInPage { error: Some(reason(code)), managed, ..page };
            renderer.render(status(reason(code)), None, Page::SignIn(page)).await
        }
    }
}

/// Out: the browser's sign-in at the pool is ended there, or the next one here would ask for nothing.
pub(super) async fn signed_out(State(state): State<AppState>, cookies: LoginCookies) -> Response {
    match state.sessions.managed_login() {
        Some(login) => {
            state.sessions.forget_managed_login(&cookies);
            Redirect::to(&login.logout_url()).into_response()
        }
        None => Redirect::to(SIGNED_OUT).into_response(),
    }
}

/// The way to the pool's pages.
pub(super) fn way(next: Option<&str>, in_window: bool, with_page: bool) -> String {
    let mut way = String::from("/sign-in/managed");
    let mut separator = '?';
    // What `next::parse` lets through needs no escaping in a query.
    let next = next.map(|next| format!("next={next}"));
    let (window, page) = (in_window.then(|| "window=1".to_owned()), with_page.then(|| "page=1".to_owned()));
    for pair in [next, window, page].into_iter().flatten() {
        way.push(separator);
        way.push_str(&pair);
        separator = '&';
    }
    way
}

/// A code that this server was refused is nothing a person can do anything about.
fn reason(code: Code) -> Code {
    match code {
        Code::Internal | Code::ProviderMisconfigured => Code::ProviderUnavailable,
        code => code,
    }
}
