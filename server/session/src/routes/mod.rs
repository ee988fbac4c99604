//! `/api/session`, `/api/sessions`, `/api/sign-up` and `/api/forgot-password`: the wire's JSON in front of [`Sessions`]. Decides nothing by itself.
//!
//! Two things are the app's: the layer ([`Sessions::layer`]) around the routes, and that a request which changes state
//! comes from the app's own origin.

mod body;
mod elsewhere;
mod extend;
mod problem;

use axum::extract::{DefaultBodyLimit, State};
use axum::response::{IntoResponse as _, Response};
use axum::routing::{delete, get, post};
use axum::{Json, Router};
use holdfast::wire::{
    ChallengeAnswer, Code, ConfirmForgotPassword, ConfirmSignUp, ForgotPassword, ResendCode, SessionStatus, SignIn,
    SignUp,
};
use http::{HeaderValue, StatusCode, header};
use secrecy::SecretString;
use tower_sessions::Session;

pub use body::JsonBody;
pub use problem::{ProblemResponse, problem_json, problem_response};

use crate::device::device_routes;
use crate::layer::{LoginCookies, PendingCookie};
use crate::sessions::{Peek, Sessions};

/// A password and an e-mail address are a few hundred bytes.
const MOST_BYTES: usize = 16 * 1024;

/// The routes, without the layer.
pub fn session_routes(sessions: Sessions) -> Router {
    let session = get(status).post(sign_in).delete(sign_out).fallback(not_allowed);
    Router::new()
        .route("/api/session", session)
        .route("/api/session/extend", post(extend::extend).fallback(not_allowed))
        .route("/api/session/challenge", post(challenge).fallback(not_allowed))
        .route("/api/sessions", get(elsewhere::list).fallback(not_allowed))
        .route("/api/sessions/{id}", delete(elsewhere::end).fallback(not_allowed))
        .route("/api/sign-up", post(sign_up).fallback(not_allowed))
        .route("/api/sign-up/confirm", post(confirm_sign_up).fallback(not_allowed))
        .route("/api/sign-up/resend", post(resend_code).fallback(not_allowed))
        .route("/api/forgot-password", post(forgot_password).fallback(not_allowed))
        .route("/api/forgot-password/confirm", post(confirm_forgot_password).fallback(not_allowed))
        .merge(device_routes())
        .layer(DefaultBodyLimit::max(MOST_BYTES))
        .with_state(sessions)
}

async fn status(State(sessions): State<Sessions>, Peek(live): Peek, cookies: LoginCookies) -> Response {
    let status = SessionStatus { sso_ms: sessions.sso_left(&cookies), ..sessions.status(&live) };
    no_store(Json(status).into_response())
}

async fn sign_in(
    State(sessions): State<Sessions>,
    session: Session,
    pending: PendingCookie,
    JsonBody(body): JsonBody<SignIn>,
) -> Result<Response, ProblemResponse> {
    let outcome = sessions.sign_in(&session, &pending, &body.username, SecretString::from(body.password)).await?;
    Ok(no_store(Json(outcome).into_response()))
}

async fn sign_out(State(sessions): State<Sessions>, session: Session) -> Result<Response, ProblemResponse> {
    let who = sessions.sign_out(&session).await?;
    let mut response = no_content();
    // For the app's own layers; nothing of it is on the wire.
    response.extensions_mut().insert(who);
    Ok(response)
}

async fn challenge(
    State(sessions): State<Sessions>,
    session: Session,
    pending: PendingCookie,
    JsonBody(body): JsonBody<ChallengeAnswer>,
) -> Result<Response, ProblemResponse> {
    let outcome = sessions.answer_challenge(&session, &pending, body.challenge, &body.answers).await?;
    Ok(no_store(Json(outcome).into_response()))
}

async fn forgot_password(
    State(sessions): State<Sessions>,
    JsonBody(body): JsonBody<ForgotPassword>,
) -> Result<Response, ProblemResponse> {
    sessions.forgot_password(&body.email).await?;
    Ok(no_content())
}

async fn confirm_forgot_password(
    State(sessions): State<Sessions>,
    JsonBody(body): JsonBody<ConfirmForgotPassword>,
) -> Result<Response, ProblemResponse> {
    sessions.confirm_forgot_password(&body.email, &body.code, &SecretString::from(body.password)).await?;
    Ok(no_content())
}

async fn sign_up(
    State(sessions): State<Sessions>,
    JsonBody(body): JsonBody<SignUp>,
) -> Result<Response, ProblemResponse> {
    sessions.sign_up(&body.email, &SecretString::from(body.password)).await?;
    Ok(no_content())
}

async fn confirm_sign_up(
    State(sessions): State<Sessions>,
    JsonBody(body): JsonBody<ConfirmSignUp>,
) -> Result<Response, ProblemResponse> {
    sessions.confirm_sign_up(&body.email, &body.code).await?;
    Ok(no_content())
}

async fn resend_code(
    State(sessions): State<Sessions>,
    JsonBody(body): JsonBody<ResendCode>,
) -> Result<Response, ProblemResponse> {
    sessions.resend_code(&body.email).await?;
    Ok(no_content())
}

async fn not_allowed() -> ProblemResponse {
    ProblemResponse::from(Code::MethodNotAllowed)
}

fn no_content() -> Response {
    no_store(StatusCode::NO_CONTENT.into_response())
}

pub(crate) fn no_store(mut response: Response) -> Response {
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}
