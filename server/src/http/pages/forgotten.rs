//! `/forgot-password`: a new password by way of a code, by plain forms. Nothing here tells who has an account.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use holdfast_app::{ForgotPasswordPage, ForgotPasswordStage, Page, SignInNotice, SignInPage};
use secrecy::SecretString;

use super::Renderer;
use super::account::if_admitted;
use super::carried::{Fields, carried, sign_in_page, status};
use super::whole_text::WholeTextForm;
use crate::http::AppState;
use crate::http::door::Admitted;

pub(super) async fn page(renderer: Renderer) -> Response {
    renderer.render(StatusCode::OK, None, Page::ForgotPassword(ForgotPasswordPage::default())).await
}

/// Has a code sent; `ask` only asks for the address.
pub(super) async fn send(
    State(state): State<AppState>,
    renderer: Renderer,
    Admitted(admitted): Admitted,
    WholeTextForm(mut fields): WholeTextForm<Fields>,
) -> Response {
    let carried = carried(&mut fields);
    let email = fields.remove("email").unwrap_or_default().trim().to_owned();
    let mut page = ForgotPasswordPage { email, carried, ..ForgotPasswordPage::default() };
    if !fields.contains_key("ask") {
        match if_admitted(admitted, state.sessions.forgot_password(&page.email)).await {
            Ok(()) => page.stage = ForgotPasswordStage::Code,
            Err(code) => page.error = Some(code),
        }
    }
    renderer.render(page.error.map_or(StatusCode::OK, status), None, Page::ForgotPassword(page)).await
}

/// Sets the new password; the sign-in with it comes next.
pub(super) async fn confirm(
    State(state): State<AppState>,
    renderer: Renderer,
    Admitted(admitted): Admitted,
    WholeTextForm(mut fields): WholeTextForm<Fields>,
) -> Response {
    let carried = carried(&mut fields);
    let mut take = |name: &str| fields.remove(name).unwrap_or_default();
    let (email, code, password) = (take("email"), take("code"), SecretString::from(take("password")));
    match if_admitted(admitted, state.sessions.confirm_forgot_password(&email, &code, &password)).await {
        Ok(()) => {
            let page = SignInPage { notice: Some(SignInNotice::PasswordSet), ..sign_in_page(&state, email, carried) };
            renderer.render(StatusCode::OK, None, Page::SignIn(page)).await
        }
        Err(error) => {
            let stage = ForgotPasswordStage::Code;
            let page = ForgotPasswordPage { email, error: Some(error), stage, required: false, carried };
            renderer.render(status(error), None, Page::ForgotPassword(page)).await
        }
    }
}
