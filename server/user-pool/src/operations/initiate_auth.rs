//! InitiateAuth: the sign-in by password, and the refresh that works while rotation is off.

use std::sync::Arc;

use serde_json::{Map, Value, json};

use super::{Request, client, refresh};
use crate::error::ApiError;
use crate::ids;
use crate::params::{CLIENT_ID, Members};
use crate::pool::Shared;
use crate::state::{RefreshToken, Session, State, UserStatus};
use crate::tokens::{Grant, seconds};

/// `AuthFlowType`.
const FLOWS: [&str; 8] = [
    "USER_SRP_AUTH",
    "REFRESH_TOKEN_AUTH",
    "REFRESH_TOKEN",
    "CUSTOM_AUTH",
    "ADMIN_NO_SRP_AUTH",
    "USER_PASSWORD_AUTH",
    "ADMIN_USER_PASSWORD_AUTH",
    "USER_AUTH",
];

pub(crate) async fn initiate_auth(request: Request) -> Result<Value, ApiError> {
    let mut members = Members::of(&request.body);
    let flow = members.one_of("AuthFlow", &FLOWS);
    let client_id = members.required("ClientId", &CLIENT_ID);
    let parameters = members.map("AuthParameters");
    members.finish()?;
    client::known(&request.pool, &client_id)?;
    let result = match flow {
        "USER_PASSWORD_AUTH" => by_password(&request, &parameters).await?,
        "REFRESH_TOKEN_AUTH" | "REFRESH_TOKEN" => refresh::refresh_token_auth(&request, &parameters).await?,
        "ADMIN_NO_SRP_AUTH" | "ADMIN_USER_PASSWORD_AUTH" => {
            return Err(ApiError::invalid_parameter("Initiate Auth method not supported."));
        }
        other => return Err(ApiError::invalid_parameter(format!("{other} flow not enabled for this client"))),
    };
    Ok(json!({ "AuthenticationResult": result, "ChallengeParameters": {} }))
}

/// A parameter that a flow needs.
pub(super) fn parameter<'a>(parameters: &'a Map<String, Value>, name: &str) -> Result<&'a str, ApiError> {
    let value = parameters.get(name).and_then(Value::as_str).filter(|value| !value.is_empty());
    value.ok_or_else(|| ApiError::missing_parameter(name))
}

/// The words are the same for an unknown user and a wrong password, and so is the effort (PreventUserExistenceErrors).
/// What else stands in the way is told to those who know the password.
async fn by_password(request: &Request, parameters: &Map<String, Value>) -> Result<Value, ApiError> {
    let pool = &request.pool;
    let name = parameter(parameters, "USERNAME")?;
    let password = parameter(parameters, "PASSWORD")?;
    let hash = parameters.get("SECRET_HASH").and_then(Value::as_str);
    client::secret_hash(pool, name, hash).map_err(|problem| problem.at_sign_in(pool))?;

    let user = pool.state().user(name).cloned();
    let counted = user.as_ref().map_or_else(|| name.to_lowercase(), |user| user.sub.clone());
    if pool.lockouts.is_locked(&counted, pool.now_ms()) {
        return Err(ApiError::not_authorized("Password attempts exceeded"));
    }
    // AdminResetUserPassword took the password away, so whichever is given gets the same answer.
    if user.as_ref().is_some_and(|user| user.enabled && user.status == UserStatus::ResetRequired) {
        return Err(ApiError::reset_required());
    }
    let stored = user.as_ref().map(|user| user.password.clone());
    let right = pool.passwords.verify(password.to_owned(), stored).await?;
    let Some(user) = user.filter(|_| right) else {
        pool.lockouts.failed(&counted, pool.now_ms());
        return Err(ApiError::bad_credentials());
    };
    pool.lockouts.succeeded(&counted);

    let grant = sign_in(pool, user.sub).await?;
    pool.issue(grant, request.fault).await
}

/// Begins a session. Whether the user may is decided in the same step, because it may have changed since.
async fn sign_in(pool: &Arc<Shared>, sub: String) -> Result<Grant, ApiError> {
    let now_ms = pool.now_ms();
    let origin_jti = ids::uuid(&*pool.entropy);
    let token = ids::refresh_token(&*pool.entropy);
    let session = Session {
        sub,
        signed_in_at_ms: now_ms,
        expires_at_ms: now_ms + seconds(pool.config.refresh_ttl) * 1_000,
        revoked: false,
    };
    let change = move |state: &mut State| {
        let user = state.users.get(&session.sub).ok_or_else(ApiError::bad_credentials)?;
        if !user.enabled {
            return Err(ApiError::not_authorized("User is disabled."));
        }
        match user.status {
            UserStatus::Unconfirmed => return Err(ApiError::not_confirmed()),
            UserStatus::ResetRequired => return Err(ApiError::reset_required()),
            UserStatus::Confirmed => {}
        }
        let record = RefreshToken { origin_jti: origin_jti.clone(), spent_at_ms: None };
        state.refresh_tokens.insert(ids::fingerprint(&token), record);
        let grant = Grant::new(user, &origin_jti, &session, Some(token));
        state.sessions.insert(origin_jti, session);
        state.prune(now_ms);
        Ok(grant)
    };
    pool.write(change).await?
}
