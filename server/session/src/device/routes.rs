//! The two routes that browsers ask by themselves. Not part of the API: no program has a reason to.

use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use axum::routing::post;
use axum::{Json, Router};
use holdfast::wire::Code;
use http::{HeaderMap, HeaderValue, StatusCode, header};
use tower_sessions::Session;

use super::{CHALLENGE, Instructions, REFRESH_PATH, REGISTER_PATH, RESPONSE, SESSION_ID, string_item};
use crate::routes::{ProblemResponse, no_store, problem_response};
use crate::sessions::{Bound, Proved, Sessions};

/// The routes, without the layer.
pub(crate) fn device_routes() -> Router<Sessions> {
    Router::new().route(REGISTER_PATH, post(register)).route(REFRESH_PATH, post(refresh))
}

async fn register(
    State(sessions): State<Sessions>,
    session: Session,
    headers: HeaderMap,
) -> Result<Response, ProblemResponse> {
    let proof = string_item(&headers, &RESPONSE).ok_or(Code::Malformed)?;
    Ok(bound(&sessions.bind_device(&session, proof).await?))
}

/// Without a proof, or with one whose challenge is of no use any more: `403` and a challenge, after which the browser asks
/// once more. Whatever else is wrong is `401`, which makes it forget this session of its own.
async fn refresh(
    State(sessions): State<Sessions>,
    session: Session,
    headers: HeaderMap,
) -> Result<Response, ProblemResponse> {
    let id = string_item(&headers, &SESSION_ID).ok_or(Code::Malformed)?;
    let proof = string_item(&headers, &RESPONSE);
    Ok(match sessions.prove_device(&session, id, proof).await? {
        Proved::Bound(earned) => bound(&earned),
        Proved::Challenged(challenge) => {
            let mut response = problem_response(Code::NotThisBrowser);
            *response.status_mut() = StatusCode::FORBIDDEN;
            response.headers_mut().insert(CHALLENGE, challenge);
            response
        }
    })
}

fn bound(earned: &Bound) -> Response {
    let mut response = no_store(Json(Instructions::for_session(&earned.session)).into_response());
    let headers = response.headers_mut();
    headers.insert(header::SET_COOKIE, earned.cookie.clone());
    headers.insert(CHALLENGE, earned.challenge.clone());
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response
}
