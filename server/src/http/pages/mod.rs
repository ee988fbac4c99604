//! The HTML pages, and the forms that work without scripts. A page needs a session like any route, but where there is
//! none it answers with the way to the sign-in page instead of a problem document.

mod accessibility;
mod account;
mod carried;
mod challenge;
mod drill;
mod editor;
mod files;
mod forgotten;
mod history;
mod list;
mod managed;
mod my_account;
mod next;
mod passkeys;
mod read;
mod saved;
mod second_factors;
mod trash;
mod visitor;
mod whole_text;

use axum::Router;
use axum::extract::{DefaultBodyLimit, FromRequestParts, Request};
use axum::http::request::Parts;
use axum::http::{StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use axum::routing::{get, post};
use holdfast::wire::{Code, User};
use holdfast_app::{Chrome, Page, ProblemPage, Reader};

use super::AppState;
use super::headers::Nonce;
use crate::import::IMPORT_BODY;
use holdfast_session::layer::LoginCookies;
use holdfast_session::routes::ProblemResponse;
use holdfast_session::sessions::Sessions;

pub(crate) use managed::CALLBACK;

pub(super) fn router() -> Router<AppState> {
    Router::new()
        .route("/", get(list::page))
        .route("/documents", post(list::create))
        .route("/import", post(files::import).layer(DefaultBodyLimit::max(IMPORT_BODY)))
        .route("/documents/{id}", get(editor::page))
        .route("/documents/{id}", post(editor::save))
        .route("/documents/{id}/read", get(read::page))
        .route("/documents/{id}/preview", get(read::preview))
        .route("/documents/{id}/export", get(files::export))
        .route("/documents/{id}/history", get(history::page))
        .route("/documents/{id}/saved", get(saved::page))
        .route("/documents/{id}/versions", post(history::save))
        .route("/documents/{id}/versions/{n}", get(history::text))
        .route("/documents/{id}/versions/{n}/read", get(history::read))
        .route("/documents/{id}/versions/{n}/changes", get(history::changes))
        .route("/documents/{id}/versions/{n}/name", post(history::name))
        .route("/documents/{id}/versions/{n}/restore", post(history::restore))
        .route("/documents/{id}/versions/{n}/undo", post(history::undo))
        .route("/documents/{id}/trash", post(trash::throw_away))
        .route("/trash", get(trash::page))
        .route("/trash/{id}/delete", post(trash::delete))
        .route("/trash/{id}/restore", post(trash::restore))
        .route("/account", get(my_account::page))
        .route("/account/name", post(my_account::rename))
        .route("/account/email", post(my_account::change_email))
        .route("/account/email/code", post(my_account::send_email_code))
        .route("/account/email/verify", post(my_account::verify_email))
        .route("/account/password", post(my_account::change_password))
        .route("/account/authenticator", get(second_factors::page).post(second_factors::begin))
        .route("/account/authenticator/verify", post(second_factors::verify))
        .route("/account/passkeys/remove", post(passkeys::remove))
        .route("/account/second-factors", post(second_factors::switch))
        .route("/account/places/{id}/end", post(my_account::end_place))
        .route("/account/sign-out", post(my_account::sign_out_everywhere))
        .route("/account/export", get(my_account::export))
        .route("/account/delete", get(my_account::leave_page).post(my_account::leave))
        .route("/drill", post(drill::practise))
        .route("/accessibility", get(accessibility::page))
        .route("/sign-in", get(account::sign_in_page))
        .route("/sign-in", post(account::sign_in))
        .route("/sign-in/challenge", get(challenge::page).post(challenge::answer))
        .route("/sign-in/step", get(challenge::step))
        .route("/sign-in/again", post(challenge::again))
        .route("/forgot-password", get(forgotten::page).post(forgotten::send))
        .route("/forgot-password/confirm", post(forgotten::confirm))
        .route("/sign-in/managed", get(managed::begin))
        .route(CALLBACK, get(managed::callback))
        .route("/sign-in/finish", get(managed::finish))
        .route("/sign-out", post(account::sign_out))
        .route("/signed-out", get(managed::signed_out))
        .route("/sign-up", get(account::sign_up_page).post(account::sign_up))
        .route("/sign-up/confirm", post(account::confirm))
        .route("/sign-up/resend", post(account::resend))
}

/// What it takes to render a page in answer to this request.
pub(super) struct Renderer {
    nonce: String,
    choices: bool,
    sso_ms: Option<i64>,
    reader: Reader,
}

impl<S: Send + Sync> FromRequestParts<S> for Renderer {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Self::Rejection> {
        let nonce = parts.extensions.get::<Nonce>().map(|Nonce(nonce)| nonce.clone()).unwrap_or_default();
        let sessions = parts.extensions.get::<Sessions>();
        let choices = sessions.is_some_and(Sessions::offers_choices);
        let cookies = parts.extensions.get::<LoginCookies>();
        let sso_ms = sessions.zip(cookies).and_then(|(sessions, cookies)| sessions.sso_left(cookies));
        let language = parts.headers.get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
        let reader = Reader::of(language.unwrap_or_default());
        Ok(Self { nonce, choices, sso_ms, reader })
    }
}

impl Renderer {
    /// The page as a response. Rendered in one go on this thread, not streamed by leptos_axum: a page is a pure function
    /// of its data, so there is nothing to wait for; a stream is dropped on whatever thread the connection ends on, where
    /// leptos' thread-local values panic; and it appends inline scripts that no page of ours needs.
    async fn render(self, status: StatusCode, user: Option<User>, page: Page) -> Response {
        let chrome = Chrome {
            assets: super::site::assets(),
            nonce: self.nonce,
            user,
            choices: self.choices,
            sso_ms: self.sso_ms,
            reader: self.reader,
        };
        (status, Html(holdfast_app::render(page, chrome))).into_response()
    }

    /// The page that says what went wrong.
    pub(super) async fn problem(self, code: Code, user: Option<User>) -> Response {
        let status = StatusCode::from_u16(code.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        self.render(status, user, Page::Problem(ProblemPage { code })).await
    }
}

/// A path that nothing serves: a page for people, a problem document for programs.
pub(super) async fn not_found(renderer: Renderer, request: Request) -> Response {
    let wants_page = request
        .headers()
        .get(header::ACCEPT)
        .and_then(|accept| accept.to_str().ok())
        .is_some_and(|accept| accept.contains("text/html"));
    if wants_page && !request.uri().path().starts_with("/api/") {
        return renderer.problem(Code::NotFound, None).await;
    }
    ProblemResponse::from(Code::NotFound).into_response()
}
