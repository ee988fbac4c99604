//! New tokens for a refresh token: GetTokensFromRefreshToken, and InitiateAuth with REFRESH_TOKEN_AUTH.
//!
//! A rotation never moves the session's end: "the new refresh token is valid for the remaining duration of the original
//! refresh token" ("Refresh tokens", Amazon Cognito Developer Guide).

use std::sync::Arc;

use serde_json::{Map, Value, json};

use super::{Request, client, initiate_auth};
use crate::error::ApiError;
use crate::ids;
use crate::params::{CLIENT_ID, Members, SECRET, TOKEN};
use crate::pool::Shared;
use crate::state::{RefreshToken, State, UserStatus};
use crate::tokens::{Grant, seconds};

/// GetTokensFromRefreshToken: with rotation it is the only way, and returns the token's successor.
pub(crate) async fn get_tokens_from_refresh_token(request: Request) -> Result<Value, ApiError> {
    let mut members = Members::of(&request.body);
    let token = members.required("RefreshToken", &TOKEN);
    let client_id = members.required("ClientId", &CLIENT_ID);
    let secret = members.optional("ClientSecret", &SECRET);
    members.finish()?;
    let pool = &request.pool;
    client::known(pool, &client_id)?;
    client::secret(pool, secret.as_deref()).map_err(ApiError::not_authorized)?;
    let grant = redeem(pool, &token).await?;
    let result = pool.issue(grant, request.fault).await?;
    Ok(json!({ "AuthenticationResult": result }))
}

/// REFRESH_TOKEN_AUTH, which an app client with rotation refuses; the refusal's text is not published and is ours.
pub(super) async fn refresh_token_auth(request: &Request, parameters: &Map<String, Value>) -> Result<Value, ApiError> {
    let pool = &request.pool;
    let token = initiate_auth::parameter(parameters, "REFRESH_TOKEN")?;
    if pool.config.rotation {
        return Err(ApiError::not_authorized("Auth flow not enabled for this client"));
    }
    let state = pool.state();
    let (_, sub) = session_of(&state, token)?;
    let hash = parameters.get("SECRET_HASH").and_then(Value::as_str);
    client::secret_hash(pool, sub, hash).map_err(|problem| problem.at_refresh(pool))?;
    let grant = redeem(pool, token).await?;
    pool.issue(grant, request.fault).await
}

/// The session a refresh token belongs to, and whose it is: `origin_jti` and `sub`.
pub(crate) fn session_of<'a>(state: &'a State, token: &str) -> Result<(&'a str, &'a str), ApiError> {
    let known = state.refresh_tokens.get(&ids::fingerprint(token));
    let session = known.and_then(|token| state.sessions.get_key_value(&token.origin_jti));
    let (origin_jti, session) = session.ok_or_else(|| ApiError::not_authorized("Invalid Refresh Token."))?;
    Ok((origin_jti, &session.sub))
}

/// Takes a refresh token: refuses it for the first reason there is, or spends it where rotation is on.
pub(crate) async fn redeem(pool: &Arc<Shared>, token: &str) -> Result<Grant, ApiError> {
    let now_ms = pool.now_ms();
    let rotation = pool.config.rotation;
    let grace_ms = seconds(pool.config.grace) * 1_000;
    let token = token.to_owned();
    let successor = rotation.then(|| ids::refresh_token(&*pool.entropy));
    let counts = pool.config.max_sessions_per_user.is_some();
    let take = move |state: &mut State| {
        let grant = spend(state, &token, successor, now_ms, grace_ms)?;
        if counts && let Some(session) = state.sessions.get_mut(grant.origin_jti()) {
            session.last_used_at_ms = now_ms;
        }
        Ok(grant)
    };
    pool.write(take).await?
}

fn spend(
    state: &mut State,
    token: &str,
    successor: Option<String>,
    now_ms: i64,
    grace_ms: i64,
) -> Result<Grant, ApiError> {
    let origin_jti = session_of(state, token)?.0.to_owned();
    let invalid = || ApiError::not_authorized("Invalid Refresh Token.");
    let session = state.sessions.get(&origin_jti).ok_or_else(invalid)?;
    let user = state.users.get(&session.sub).ok_or_else(|| ApiError::not_authorized("User does not exist."))?;
    let record = state.refresh_tokens.get_mut(&ids::fingerprint(token)).ok_or_else(invalid)?;
    if !user.enabled {
        return Err(ApiError::not_authorized("User is disabled."));
    }
    if session.revoked {
        return Err(ApiError::not_authorized("Refresh Token has been revoked"));
    }
    if session.expires_at_ms <= now_ms {
        return Err(ApiError::not_authorized("Refresh Token has expired"));
    }
    if user.status == UserStatus::ResetRequired {
        return Err(ApiError::reset_required());
    }
    // A spent token buys tokens again until its grace is over: only fingerprints are kept, so the retry gets a successor
    // of its own and the first one stays good. Cognito does not say that a late reuse ends the session; nor does this.
    if record.spent_at_ms.is_some_and(|spent_at_ms| spent_at_ms + grace_ms <= now_ms) {
        return Err(ApiError::token_reuse());
    }
    let grant = Grant::new(user, &origin_jti, session, successor.clone());
    if let Some(successor) = successor {
        record.spent_at_ms.get_or_insert(now_ms);
        state.refresh_tokens.insert(ids::fingerprint(&successor), RefreshToken { origin_jti, spent_at_ms: None });
        state.prune(now_ms);
    }
    Ok(grant)
}
