//! `GET /oauth2/authorize`: a code for a browser that is signed in, else the login page ("Authorize endpoint", Developer
//! Guide).

use std::sync::Arc;

use axum::extract::{RawQuery, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;

use super::codes::Issued;
use super::parameters::Parameters;
use super::request::{AuthenticationRequest, Prompt};
use super::{Answer, call, page, sso};
use crate::pool::Shared;
use crate::tokens::seconds;

pub(super) async fn authorize(
    State(pool): State<Arc<Shared>>,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
) -> Response {
    call(pool, "Authorize", move |pool, _| async move {
        let query = query.unwrap_or_default();
        let request = match AuthenticationRequest::read(&pool, &Parameters::parse(query.as_bytes())) {
            Ok(request) => request,
            Err(answer) => return answer,
        };
        let fresh = |at_ms: i64| request.max_age.is_none_or(|age| pool.now_ms() < at_ms + (age + 1) * 1_000);
        let session = sso::current(&pool, &headers).filter(|session| fresh(session.signed_in_at_ms));
        match session.filter(|_| request.prompt != Prompt::Login) {
            Some(session) => give_code(&pool, &headers, &request, &session.sub, session.signed_in_at_ms).await,
            None if request.prompt == Prompt::None => request.refuse("login_required"),
            // The login page takes the same parameters ("Login endpoint", Developer Guide).
            None => Answer::redirect("login", &format!("{}/login?{query}", pool.domain())),
        }
    })
    .await
}

/// Back to the client with a code; the browser stays signed in for the whole of its time again.
pub(super) async fn give_code(
    pool: &Arc<Shared>,
    headers: &HeaderMap,
    request: &AuthenticationRequest,
    sub: &str,
    signed_in_at_ms: i64,
) -> Answer {
    let Ok(cookie) = sso::keep(pool, headers, sub, signed_in_at_ms).await else {
        return Answer::new("server_error", page::refusal(StatusCode::INTERNAL_SERVER_ERROR, "server_error"));
    };
    let issued = Issued {
        sub: sub.to_owned(),
        signed_in_at_ms,
        redirect_uri: request.redirect_uri.clone(),
        scope: request.scope.clone(),
        nonce: request.nonce.clone(),
        code_challenge: request.code_challenge.clone(),
    };
    let code = pool.codes.issue(issued, pool.now_ms(), &*pool.entropy);
    let mut answer = request.back("ok", ("code", &code));
    sso::set_cookie(&mut answer.response, pool, sso::COOKIE_NAME, &cookie, seconds(pool.config.sso_ttl));
    answer
}
