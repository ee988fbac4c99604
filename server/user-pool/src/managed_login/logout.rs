//! `GET /logout`: ends the browser's own sign-in, and no token ("Logout endpoint", Developer Guide).

use std::sync::Arc;

use axum::extract::{RawQuery, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;

use super::parameters::Parameters;
use super::request::{AuthenticationRequest, refusal_page};
use super::{Answer, call, page, sso};
use crate::pool::Shared;

pub(super) async fn logout(State(pool): State<Arc<Shared>>, headers: HeaderMap, RawQuery(query): RawQuery) -> Response {
    call(pool, "Logout", move |pool, _| async move {
        let query = query.unwrap_or_default();
        let parameters = Parameters::parse(query.as_bytes());
        if parameters.required("client_id") != Some(&pool.client_id) {
            return refusal_page("invalid_client");
        }
        let mut answer = match (parameters.required("logout_uri"), parameters.required("redirect_uri")) {
            (Some(uri), None) if pool.config.logout_urls.iter().any(|url| url == uri) => Answer::redirect("ok", uri),
            // To sign in again, or as somebody else.
            (None, Some(_)) => match AuthenticationRequest::read(&pool, &parameters) {
                Ok(_) => Answer::redirect("login", &format!("{}/login?{query}", pool.domain())),
                Err(answer) => return answer,
            },
            _ => return refusal_page("redirect_mismatch"),
        };
        if sso::end(&pool, &headers).await.is_err() {
            return Answer::new("server_error", page::refusal(StatusCode::INTERNAL_SERVER_ERROR, "server_error"));
        }
        sso::set_cookie(&mut answer.response, &pool, sso::COOKIE_NAME, "", 0);
        answer
    })
    .await
}
