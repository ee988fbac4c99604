//! ChangePassword: who is signed in and knows the password sets another. Sessions that exist go on: Cognito does not say
//! that it ends any ("ChangePassword", API Reference).

use std::sync::Arc;

use serde_json::{Value, json};

use super::{Request, get_user};
use crate::error::ApiError;
use crate::limits::Limited;
use crate::params::{Members, PASSWORD, TOKEN};
use crate::passwords;
use crate::state::{State, UserStatus};

/// The new password is judged first; a wrong old one is counted, so that a stolen access token does not guess it.
pub(crate) async fn change_password(request: Request) -> Result<Value, ApiError> {
    let mut members = Members::of(&request.body);
    let previous = members.optional("PreviousPassword", &PASSWORD).unwrap_or_default();
    let proposed = members.required("ProposedPassword", &PASSWORD);
    let token = members.required("AccessToken", &TOKEN);
    members.finish()?;
    let pool = &request.pool;
    let user = get_user::authorized(pool, &token)?;
    if user.status == UserStatus::ResetRequired {
        return Err(ApiError::reset_required());
    }
    passwords::policy(&proposed).map_err(ApiError::nonconforming_password)?;

    pool.limits.check(Limited::ChangePassword, &user.sub, pool.now_ms())?;
    if !pool.passwords.verify(previous, Some(user.password.clone())).await? {
        pool.limits.count(Limited::ChangePassword, &user.sub, pool.now_ms())?;
        return Err(ApiError::bad_credentials());
    }
    let hash = pool.passwords.hash(proposed, &user.sub, Arc::clone(&pool.entropy)).await?;
    let change = move |state: &mut State| {
        // Whoever set another password meanwhile knows something that this request does not.
        let current = state.users.get_mut(&user.sub).filter(|current| current.password == user.password);
        current.ok_or_else(ApiError::bad_credentials)?.password = hash;
        Ok::<_, ApiError>(())
    };
    pool.write(change).await??;
    Ok(json!({}))
}
