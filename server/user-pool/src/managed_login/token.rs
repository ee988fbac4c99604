//! `POST /oauth2/token`: tokens for a code, or for a refresh token ("Token endpoint", Developer Guide).

use std::sync::Arc;

use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse as _, Response};
use serde_json::{Value, json};

use super::client_auth;
use super::parameters::Parameters;
use super::{Answer, call, oauth_error};
use crate::control::FaultKind;
use crate::error::ApiError;
use crate::operations::{refresh, sign_in};
use crate::pool::Shared;

/// The error codes of RFC 6749, 5.2.
type Refused = &'static str;

pub(super) async fn token(State(pool): State<Arc<Shared>>, headers: HeaderMap, body: Bytes) -> Response {
    call(pool, "Token", move |pool, fault| async move {
        match grant(&pool, &headers, &body, fault).await {
            Ok(tokens) => Answer::new("ok", Json(tokens).into_response()),
            Err("server_error") => {
                Answer::new("server_error", oauth_error(StatusCode::INTERNAL_SERVER_ERROR, "server_error"))
            }
            // "HTTP/1.1 400 Bad Request" for all of them, `invalid_client` too.
            Err(error) => Answer::new(error, oauth_error(StatusCode::BAD_REQUEST, error)),
        }
    })
    .await
}

/// Whether the body is a form.
pub(super) fn is_form(headers: &HeaderMap) -> bool {
    let value = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let media_type = value.split(';').next().unwrap_or_default().trim();
    media_type.eq_ignore_ascii_case("application/x-www-form-urlencoded")
}

async fn grant(
    pool: &Arc<Shared>,
    headers: &HeaderMap,
    body: &[u8],
    fault: Option<FaultKind>,
) -> Result<Value, Refused> {
    if !is_form(headers) {
        return Err("invalid_request");
    }
    let form = Parameters::parse(body);
    client_auth::authenticate(pool, headers, &form).map_err(|_| "invalid_client")?;
    match form.required("grant_type") {
        Some("authorization_code") => code(pool, &form, fault).await,
        Some("refresh_token") => {
            let token = form.required("refresh_token").ok_or("invalid_request")?;
            let grant = refresh::redeem(pool, token).await.map_err(|error| refusal(&error))?;
            let openid = grant.has_scope("openid") || grant.has_scope(crate::tokens::SCOPE);
            answer(&pool.issue(grant, fault).await.map_err(|error| refusal(&error))?, openid)
        }
        // Allowed by Cognito for clients with scopes of their own, which this one has none of.
        Some("client_credentials") => Err("unauthorized_client"),
        Some(_) => Err("unsupported_grant_type"),
        None => Err("invalid_request"),
    }
}

async fn code(pool: &Arc<Shared>, form: &Parameters, fault: Option<FaultKind>) -> Result<Value, Refused> {
    let code = form.required("code").ok_or("invalid_request")?;
    let redirect_uri = form.required("redirect_uri").ok_or("invalid_request")?;
    let verifier = form.get("code_verifier").map_err(|_| "invalid_request")?;
    let issued = pool.codes.spend(code, pool.now_ms()).ok_or("invalid_grant")?;
    // Not the `invalid_grant` of RFC 6749: seen on the wire (https://stackoverflow.com/questions/50264679).
    if issued.redirect_uri != redirect_uri {
        return Err("unauthorized_client");
    }
    if !issued.takes(verifier) {
        return Err("invalid_grant");
    }
    let begun = sign_in::begin_session(pool, issued.sub, issued.signed_in_at_ms, &issued.scope).await;
    let grant = begun.map_err(|error| refusal(&error))?.of_authentication_request(issued.nonce);
    let openid = grant.has_scope("openid");
    answer(&pool.issue(grant, fault).await.map_err(|error| refusal(&error))?, openid)
}

fn refusal(error: &ApiError) -> Refused {
    if error.status >= 500 { "server_error" } else { "invalid_grant" }
}

/// `AuthenticationResult` as RFC 6749, 5.1 writes it. An ID token is for those who asked with `openid`.
fn answer(result: &Value, openid: bool) -> Result<Value, Refused> {
    let mut tokens = json!({
        "access_token": result["AccessToken"],
        "expires_in": result["ExpiresIn"],
        "token_type": result["TokenType"],
    });
    if let Some(id) = result.get("IdToken").filter(|_| openid) {
        tokens["id_token"] = id.clone();
    }
    if let Some(refresh) = result.get("RefreshToken") {
        tokens["refresh_token"] = refresh.clone();
    }
    Ok(tokens)
}
