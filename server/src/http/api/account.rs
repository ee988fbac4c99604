//! `/api/account`: what the user pool knows about the user, and `/api/export`. Each operation on the account carries the
//! session's access token to the pool.

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use holdfast::clock::from_unix_ms;
use holdfast::wire::{Account, AccountUpdated, ChangePassword, Code, CodeDelivery, UpdateAccount, VerifyEmail};
use holdfast_session::routes::{JsonBody, ProblemResponse};
use holdfast_session::sessions::{Live, SignedIn};
use secrecy::SecretString;
use tower_sessions::Session;

use super::{AppState, expect_user, owner};
use crate::export;
use crate::http::leave;

pub(super) async fn read(
    State(state): State<AppState>,
    SignedIn(live): SignedIn,
) -> Result<Json<Account>, ProblemResponse> {
    Ok(Json(state.sessions.account(&live).await?))
}

pub(super) async fn update(
    State(state): State<AppState>,
    SignedIn(live): SignedIn,
    headers: HeaderMap,
    JsonBody(update): JsonBody<UpdateAccount>,
) -> Result<Json<AccountUpdated>, ProblemResponse> {
    expect_user(&live, &headers)?;
    let codes = state.sessions.update_account(&live, &update).await?;
    Ok(Json(AccountUpdated { codes }))
}

pub(super) async fn send_email_code(
    State(state): State<AppState>,
    SignedIn(live): SignedIn,
    headers: HeaderMap,
) -> Result<Json<CodeDelivery>, ProblemResponse> {
    expect_user(&live, &headers)?;
    Ok(Json(state.sessions.send_email_code(&live).await?))
}

pub(super) async fn verify_email(
    State(state): State<AppState>,
    SignedIn(live): SignedIn,
    headers: HeaderMap,
    JsonBody(VerifyEmail { code }): JsonBody<VerifyEmail>,
) -> Result<StatusCode, ProblemResponse> {
    expect_user(&live, &headers)?;
    state.sessions.verify_email(&live, &code).await?;
    Ok(StatusCode::NO_CONTENT)
}

pub(super) async fn change_password(
    State(state): State<AppState>,
    SignedIn(live): SignedIn,
    headers: HeaderMap,
    JsonBody(ChangePassword { current, new }): JsonBody<ChangePassword>,
) -> Result<StatusCode, ProblemResponse> {
    expect_user(&live, &headers)?;
    state.sessions.change_password(&live, &SecretString::from(current), &SecretString::from(new)).await?;
    Ok(StatusCode::NO_CONTENT)
}

pub(super) async fn sign_out_everywhere(
    State(state): State<AppState>,
    SignedIn(live): SignedIn,
    session: Session,
    headers: HeaderMap,
) -> Result<StatusCode, ProblemResponse> {
    expect_user(&live, &headers)?;
    state.sessions.sign_out_everywhere(&session, &live).await?;
    Ok(StatusCode::NO_CONTENT)
}

pub(super) async fn delete(
    State(state): State<AppState>,
    SignedIn(live): SignedIn,
    session: Session,
    headers: HeaderMap,
) -> Result<StatusCode, ProblemResponse> {
    expect_user(&live, &headers)?;
    leave::delete_account(&state, &session, &live).await?;
    Ok(StatusCode::NO_CONTENT)
}

pub(super) async fn export(
    State(state): State<AppState>,
    SignedIn(live): SignedIn,
) -> Result<Response, ProblemResponse> {
    everything(&state, &live).await
}

/// All documents as a file to keep.
pub(in crate::http) async fn everything(state: &AppState, live: &Live) -> Result<Response, ProblemResponse> {
    let body = export::body(&state.documents, state.drafts.clone(), owner(live)).await?;
    let today = from_unix_ms(state.clock.now_ms()).date();
    let disposition = format!("attachment; filename=\"holdfast-{today}.zip\"");
    let disposition = HeaderValue::try_from(disposition).map_err(|_| Code::Internal)?;
    let zip = HeaderValue::from_static("application/zip");
    Ok(([(header::CONTENT_TYPE, zip), (header::CONTENT_DISPOSITION, disposition)], body).into_response())
}
