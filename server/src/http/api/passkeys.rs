//! `/api/account/passkeys`: the passkeys of one's own account, in the browser's own JSON.

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use holdfast::wire::{AddPasskey, PasskeyList, PasskeyOptions, RemovePasskey};
use holdfast_session::routes::{JsonBody, ProblemResponse};
use holdfast_session::sessions::SignedIn;

use super::{AppState, expect_user};

pub(super) async fn list(
    State(state): State<AppState>,
    SignedIn(live): SignedIn,
) -> Result<Json<PasskeyList>, ProblemResponse> {
    Ok(Json(PasskeyList { passkeys: state.sessions.passkeys(&live).await? }))
}

pub(super) async fn begin(
    State(state): State<AppState>,
    SignedIn(live): SignedIn,
    headers: HeaderMap,
) -> Result<Json<PasskeyOptions>, ProblemResponse> {
    expect_user(&live, &headers)?;
    Ok(Json(PasskeyOptions { options: state.sessions.begin_passkey(&live).await? }))
}

pub(super) async fn add(
    State(state): State<AppState>,
    SignedIn(live): SignedIn,
    headers: HeaderMap,
    JsonBody(AddPasskey { credential }): JsonBody<AddPasskey>,
) -> Result<StatusCode, ProblemResponse> {
    expect_user(&live, &headers)?;
    state.sessions.add_passkey(&live, &credential).await?;
    Ok(StatusCode::NO_CONTENT)
}

pub(super) async fn remove(
    State(state): State<AppState>,
    SignedIn(live): SignedIn,
    headers: HeaderMap,
    JsonBody(RemovePasskey { id }): JsonBody<RemovePasskey>,
) -> Result<StatusCode, ProblemResponse> {
    expect_user(&live, &headers)?;
    state.sessions.remove_passkey(&live, &id).await?;
    Ok(StatusCode::NO_CONTENT)
}
