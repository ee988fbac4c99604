//! `/api/account/authenticator` and `/api/account/second-factors`: what is asked after the password.

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use holdfast::wire::{SetSecondFactor, SoftwareTokenSetup, VerifyAuthenticator};
use holdfast_session::routes::{JsonBody, ProblemResponse};
use holdfast_session::sessions::SignedIn;

use super::{AppState, expect_user};

pub(super) async fn set_up_authenticator(
    State(state): State<AppState>,
    SignedIn(live): SignedIn,
    headers: HeaderMap,
) -> Result<Json<SoftwareTokenSetup>, ProblemResponse> {
    expect_user(&live, &headers)?;
    Ok(Json(state.sessions.set_up_authenticator(&live).await?))
}

pub(super) async fn verify_authenticator(
    State(state): State<AppState>,
    SignedIn(live): SignedIn,
    headers: HeaderMap,
    JsonBody(VerifyAuthenticator { code }): JsonBody<VerifyAuthenticator>,
) -> Result<StatusCode, ProblemResponse> {
    expect_user(&live, &headers)?;
    state.sessions.verify_authenticator(&live, &code).await?;
    Ok(StatusCode::NO_CONTENT)
}

pub(super) async fn set(
    State(state): State<AppState>,
    SignedIn(live): SignedIn,
    headers: HeaderMap,
    JsonBody(set): JsonBody<SetSecondFactor>,
) -> Result<StatusCode, ProblemResponse> {
    expect_user(&live, &headers)?;
    state.sessions.set_second_factor(&live, set).await?;
    Ok(StatusCode::NO_CONTENT)
}
