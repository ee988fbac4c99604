//! Managed login: the login page and the endpoints of OAuth 2.0 (RFC 6749, with PKCE, RFC 7636) and OpenID Connect that
//! Cognito serves on a user pool's domain ("User pool endpoints and managed login reference", Developer Guide).
//!
//! Every call is written into the log under the endpoint's name, and faults can be asked for by it.

mod authorize;
mod client_auth;
mod codes;
mod login;
mod logout;
mod page;
mod parameters;
mod request;
mod revoke;
mod sso;
mod step;
mod token;
mod user_info;

use std::sync::Arc;

use axum::Router;
use axum::http::header::{CACHE_CONTROL, LOCATION};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse as _, Response};
use axum::routing::{get, post};
use serde_json::json;

use crate::control::{Call, FaultKind};
use crate::http::answer;
use crate::ids;
use crate::pool::Shared;

pub(crate) use codes::Codes;

/// What faults and the log call the endpoints.
pub(crate) const ENDPOINTS: [&str; 6] = ["Authorize", "Login", "Token", "UserInfo", "Revoke", "Logout"];

/// `AllowedOAuthScopes` of the app client.
pub(crate) const SCOPES: [&str; 5] = ["openid", "email", "phone", "profile", crate::tokens::SCOPE];

pub(crate) fn router() -> Router<Arc<Shared>> {
    Router::new()
        .route("/oauth2/authorize", get(authorize::authorize))
        .route("/login", get(login::show).post(login::submit))
        .route("/oauth2/token", post(token::token))
        .route("/oauth2/userInfo", get(user_info::user_info).post(user_info::user_info))
        .route("/oauth2/revoke", post(revoke::revoke))
        .route("/logout", get(logout::logout))
}

/// What an endpoint answers, and what the log says about it.
struct Answer {
    response: Box<Response>,
    /// `ok`, an error code, or `login`.
    outcome: &'static str,
}

impl Answer {
    fn new(outcome: &'static str, response: Response) -> Self {
        Self { response: Box::new(response), outcome }
    }

    /// Sends the browser on.
    fn redirect(outcome: &'static str, to: &str) -> Self {
        let mut response = StatusCode::FOUND.into_response();
        match HeaderValue::from_str(to) {
            Ok(to) => drop(response.headers_mut().insert(LOCATION, to)),
            // A registered URL has only characters that a header takes, and all that is added to it is encoded.
            Err(_) => *response.status_mut() = StatusCode::INTERNAL_SERVER_ERROR,
        }
        Self::new(outcome, response)
    }
}

/// Runs one call of an endpoint: the fault it meets, the work, the log. In a task of its own, because a client that goes
/// away does not stop halfway what it asked for.
async fn call<F>(
    pool: Arc<Shared>,
    endpoint: &'static str,
    work: impl FnOnce(Arc<Shared>, Option<FaultKind>) -> F,
) -> Response
where
    F: Future<Output = Answer> + Send + 'static,
{
    let fault = pool.faults.take(endpoint);
    let kind = fault.as_ref().map(|fault| fault.kind);
    let record = |outcome: &str| {
        pool.journal.record(Call {
            operation: endpoint.to_owned(),
            outcome: outcome.to_owned(),
            message: None,
            carries: None,
            fault: kind.map(FaultKind::name),
            at_ms: pool.now_ms(),
        });
    };
    if let Some(kind) = kind.filter(|kind| kind.comes_first()) {
        record("none");
        return match kind {
            // What Cognito says here is not published; the texts are ours.
            FaultKind::Throttle => oauth_error(StatusCode::TOO_MANY_REQUESTS, "rate_exceeded"),
            FaultKind::Error500 => oauth_error(StatusCode::INTERNAL_SERVER_ERROR, "server_error"),
            _ => answer::instead(kind, &ids::uuid(&*pool.entropy)).await,
        };
    }
    let task = tokio::spawn(work(Arc::clone(&pool), kind));
    let failed = |_panicked| Answer::new("server_error", StatusCode::INTERNAL_SERVER_ERROR.into_response());
    let Answer { mut response, outcome } = task.await.unwrap_or_else(failed);
    record(outcome);
    response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    answer::delivered(fault.as_ref(), *response).await
}

/// An error as the token endpoint and its neighbours write it (RFC 6749, 5.2).
fn oauth_error(status: StatusCode, error: &str) -> Response {
    (status, axum::Json(json!({ "error": error }))).into_response()
}
