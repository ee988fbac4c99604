//! `POST /oauth2/revoke` ("Revoke endpoint", Developer Guide; RFC 7009).

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse as _, Response};

use super::parameters::Parameters;
use super::{Answer, call, client_auth, oauth_error, token};
use crate::operations::revoke::revoke as revoke_session;
use crate::pool::Shared;
use crate::tokens::jwt;

pub(super) async fn revoke(State(pool): State<Arc<Shared>>, headers: HeaderMap, body: Bytes) -> Response {
    call(pool, "Revoke", move |pool, _| async move {
        let refuse = |status: StatusCode, error: &'static str| Answer::new(error, oauth_error(status, error));
        let form = Parameters::parse(&body);
        if client_auth::authenticate(&pool, &headers, &form).is_err() {
            return refuse(StatusCode::UNAUTHORIZED, "invalid_client");
        }
        let Some(token) = form.required("token").filter(|_| token::is_form(&headers)) else {
            return refuse(StatusCode::BAD_REQUEST, "invalid_request");
        };
        if jwt::verified_claims(&pool.keys(), token).is_some() {
            return refuse(StatusCode::BAD_REQUEST, "unsupported_token_type");
        }
        match revoke_session(&pool, token).await {
            Ok(()) => Answer::new("ok", StatusCode::OK.into_response()),
            Err(_) => refuse(StatusCode::INTERNAL_SERVER_ERROR, "server_error"),
        }
    })
    .await
}
