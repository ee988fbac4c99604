//! The end of sessions: RevokeToken for one, GlobalSignOut for all of a user's.

use std::sync::Arc;

use serde_json::{Value, json};

use super::{Request, client, get_user};
use crate::error::ApiError;
use crate::ids;
use crate::params::{CLIENT_ID, Members, SECRET, TOKEN};
use crate::pool::Shared;
use crate::state::State;
use crate::tokens::jwt;

/// RevokeToken. A token that nobody knows, or that is revoked already, is answered like any other.
pub(crate) async fn revoke_token(request: Request) -> Result<Value, ApiError> {
    let mut members = Members::of(&request.body);
    let token = members.required("Token", &TOKEN);
    let client_id = members.required("ClientId", &CLIENT_ID);
    let secret = members.optional("ClientSecret", &SECRET);
    members.finish()?;
    let pool = &request.pool;
    client::known(pool, &client_id)?;
    client::secret(pool, secret.as_deref()).map_err(ApiError::unauthorized)?;
    if jwt::verified_claims(&pool.keys(), &token).is_some() {
        return Err(ApiError::unsupported_token_type());
    }
    revoke(pool, &token).await?;
    Ok(json!({}))
}

/// Ends the session that a refresh token belongs to, if it belongs to one.
pub(crate) async fn revoke(pool: &Arc<Shared>, token: &str) -> Result<(), ApiError> {
    let fingerprint = ids::fingerprint(token);
    let revoke = move |state: &mut State| {
        if let Some(token) = state.refresh_tokens.get(&fingerprint)
            && let Some(session) = state.sessions.get_mut(&token.origin_jti)
        {
            session.revoked = true;
        }
    };
    pool.write(revoke).await
}

/// GlobalSignOut.
pub(crate) async fn global_sign_out(request: Request) -> Result<Value, ApiError> {
    let mut members = Members::of(&request.body);
    let token = members.required("AccessToken", &TOKEN);
    members.finish()?;
    let user = get_user::authorized(&request.pool, &token)?;
    request.pool.write(move |state| state.revoke_sessions_of(&user.sub)).await?;
    Ok(json!({}))
}
