//! From a proof to the tokens: what else a sign-in needs, step by step, and the session that it begins.

use std::sync::Arc;

use serde_json::{Map, Value, json};

use super::Request;
use crate::challenges::{Pending, Step};
use crate::error::ApiError;
use crate::ids;
use crate::pool::Shared;
use crate::state::{RefreshToken, Session, State, User, UserStatus};
use crate::tokens::{Grant, seconds};

/// How far a sign-in has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Proved {
    /// The password, by itself or through SRP.
    Password,
}

/// Goes on with the sign-in of the user `sub`, who typed `name`: the next challenge, or tokens.
pub(super) async fn proceed(request: &Request, sub: &str, name: &str, proved: Proved) -> Result<Value, ApiError> {
    let pool = &request.pool;
    let state = pool.state();
    let user = state.users.get(sub).ok_or_else(ApiError::bad_credentials)?;
    may(user)?;
    let step = match proved {
        Proved::Password if user.status == UserStatus::ForceChangePassword => Some(Step::NewPassword),
        Proved::Password => None,
    };
    if let Some(step) = step {
        return Ok(challenge(pool, user, name, step));
    }
    let grant = begin_session(pool, sub.to_owned()).await?;
    let result = pool.issue(grant, request.fault).await?;
    Ok(json!({ "AuthenticationResult": result, "ChallengeParameters": {} }))
}

/// The answer that asks `user` for `step`, under a session of its own.
pub(super) fn challenge(pool: &Shared, user: &User, name: &str, step: Step) -> Value {
    let (challenge, parameters) = (step.name(), parameters(pool, user, &step));
    let pending = Pending { sub: Some(user.sub.clone()), name: name.to_owned(), step };
    let session = pool.challenges.begin(pending, pool.now_ms(), &*pool.entropy);
    json!({ "ChallengeName": challenge, "Session": session, "ChallengeParameters": parameters })
}

/// `ChallengeParameters`: all strings, some of them JSON of their own.
fn parameters(pool: &Shared, user: &User, step: &Step) -> Map<String, Value> {
    let mut parameters = Map::new();
    parameters.insert("USER_ID_FOR_SRP".to_owned(), user.sub.clone().into());
    match step {
        Step::NewPassword => {
            let required = pool.rules().required_attributes.clone();
            let missing: Vec<_> = required
                .iter()
                .filter(|name| !user.attributes.contains_key(*name))
                .map(|name| format!("userAttributes.{name}"))
                .collect();
            let mut known = user.attributes.clone();
            known.insert("email".to_owned(), user.email.clone());
            known.insert("email_verified".to_owned(), user.email_verified.to_string());
            parameters.insert("requiredAttributes".to_owned(), json!(missing).to_string().into());
            parameters.insert("userAttributes".to_owned(), json!(known).to_string().into());
        }
    }
    parameters
}

/// Refuses users whom no proof lets in.
fn may(user: &User) -> Result<(), ApiError> {
    if !user.enabled {
        return Err(ApiError::not_authorized("User is disabled."));
    }
    match user.status {
        UserStatus::Unconfirmed => Err(ApiError::not_confirmed()),
        UserStatus::ResetRequired => Err(ApiError::reset_required()),
        UserStatus::Confirmed | UserStatus::ForceChangePassword => Ok(()),
    }
}

/// Begins a session. Whether the user may is decided in the same step, because it may have changed since.
async fn begin_session(pool: &Arc<Shared>, sub: String) -> Result<Grant, ApiError> {
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
        may(user)?;
        let record = RefreshToken { origin_jti: origin_jti.clone(), spent_at_ms: None };
        state.refresh_tokens.insert(ids::fingerprint(&token), record);
        let grant = Grant::new(user, &origin_jti, &session, Some(token));
        state.sessions.insert(origin_jti, session);
        state.prune(now_ms);
        Ok(grant)
    };
    pool.write(change).await?
}
