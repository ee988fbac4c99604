//! `/oauth2/userInfo`: who an access token speaks for ("UserInfo endpoint", Developer Guide; OpenID Connect Core 1.0, 5.3).

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::header::{AUTHORIZATION, WWW_AUTHENTICATE};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse as _, Response};
use serde_json::{Map, Value, json};

use super::{Answer, call};
use crate::operations::get_user;
use crate::pool::Shared;

pub(super) async fn user_info(State(pool): State<Arc<Shared>>, headers: HeaderMap) -> Response {
    call(pool, "UserInfo", move |pool, _| async move {
        let header = headers.get(AUTHORIZATION).and_then(|header| header.to_str().ok());
        let Some(token) = header.and_then(|header| header.strip_prefix("Bearer ")) else {
            return refused("invalid_request", "The request is missing a bearer token");
        };
        let user = match get_user::authorized_for(&pool, token, "openid") {
            Ok(user) => user,
            Err(error) => return refused("invalid_token", error.message.as_deref().unwrap_or_default()),
        };
        let mut claims: Map<String, Value> =
            user.attributes.iter().map(|(name, value)| (name.clone(), json!(value))).collect();
        claims.insert("sub".to_owned(), json!(user.sub));
        claims.insert("username".to_owned(), json!(user.sub));
        claims.insert("email".to_owned(), json!(user.email));
        // A string here, unlike in the ID token.
        claims.insert("email_verified".to_owned(), json!(user.email_verified.to_string()));
        Answer::new("ok", Json(claims).into_response())
    })
    .await
}

/// RFC 6750, 3.
fn refused(error: &'static str, description: &str) -> Answer {
    let status = if error == "invalid_request" { StatusCode::BAD_REQUEST } else { StatusCode::UNAUTHORIZED };
    let body = json!({ "error": error, "error_description": description });
    let mut response = (status, Json(body)).into_response();
    let challenge = format!("Bearer error=\"{error}\", error_description=\"{description}\"");
    if let Ok(challenge) = HeaderValue::from_str(&challenge) {
        response.headers_mut().insert(WWW_AUTHENTICATE, challenge);
    }
    Answer::new(error, response)
}
