//! Requests that an access token authorizes: whether it still does, and GetUser.

use serde_json::{Value, json};

use super::Request;
use crate::error::ApiError;
use crate::params::{Members, TOKEN};
use crate::pool::Shared;
use crate::state::User;
use crate::tokens::{SCOPE, jwt};

/// The user an access token speaks for. Unlike a verifier that looks only at signature and `exp`, Cognito's own actions
/// refuse revoked tokens ("Revoking tokens", Developer Guide).
pub(super) fn authorized(pool: &Shared, token: &str) -> Result<User, ApiError> {
    authorized_for(pool, token, SCOPE)
}

/// The same, where the token must have another scope.
pub(crate) fn authorized_for(pool: &Shared, token: &str, needed: &str) -> Result<User, ApiError> {
    let invalid = || ApiError::not_authorized("Invalid Access Token");
    let claims = jwt::verified_claims(&pool.keys(), token).ok_or_else(invalid)?;
    if claims["token_use"] != "access" || claims["client_id"] != pool.client_id.as_str() {
        return Err(invalid());
    }
    if claims["exp"].as_i64().ok_or_else(invalid)?.saturating_mul(1_000) <= pool.now_ms() {
        return Err(ApiError::not_authorized("Access Token has expired"));
    }
    if !claims["scope"].as_str().unwrap_or_default().split(' ').any(|scope| scope == needed) {
        return Err(ApiError::not_authorized("Access Token does not have required scopes"));
    }
    let state = pool.state();
    let sub = claims["sub"].as_str().ok_or_else(invalid)?;
    let user = state.users.get(sub).ok_or_else(ApiError::user_not_found)?;
    if !user.enabled {
        return Err(ApiError::not_authorized("User is disabled."));
    }
    let session = claims["origin_jti"].as_str().and_then(|origin_jti| state.sessions.get(origin_jti));
    if session.is_none_or(|session| session.revoked) {
        return Err(ApiError::not_authorized("Access Token has been revoked"));
    }
    Ok(user.clone())
}

pub(crate) fn get_user(request: &Request) -> Result<Value, ApiError> {
    let mut members = Members::of(&request.body);
    let token = members.required("AccessToken", &TOKEN);
    members.finish()?;
    let user = authorized(&request.pool, &token)?;
    let mut attributes = vec![
        json!({ "Name": "email", "Value": user.email }),
        json!({ "Name": "email_verified", "Value": user.email_verified.to_string() }),
        json!({ "Name": "sub", "Value": user.sub }),
    ];
    attributes.extend(user.attributes.iter().map(|(name, value)| json!({ "Name": name, "Value": value })));
    let mut answer = json!({ "Username": user.sub, "UserAttributes": attributes });
    show_mfa(&user, &mut answer);
    Ok(answer)
}

/// Adds `UserMFASettingList` and `PreferredMfaSetting`, where there are any.
pub(super) fn show_mfa(user: &User, answer: &mut Value) {
    let in_use: Vec<_> = user.factors.enabled.iter().map(|mfa| mfa.name()).collect();
    if !in_use.is_empty() {
        answer["UserMFASettingList"] = json!(in_use);
    }
    if let Some(preferred) = user.factors.preferred {
        answer["PreferredMfaSetting"] = preferred.name().into();
    }
}
