//! Who a sign-in is about, and the password as the first factor.

use std::sync::Arc;

use serde_json::{Map, Value};

use super::{Request, client, initiate_auth};
use crate::error::ApiError;
use crate::pool::Shared;
use crate::state::{State, User, UserStatus};

/// Whoever has a name, or a stand-in for nobody that cannot be told from a user (PreventUserExistenceErrors).
pub(super) struct Subject {
    pub(super) user: User,
    pub(super) exists: bool,
}

/// `USERNAME`, with the `SECRET_HASH` that goes with it checked.
pub(super) fn name<'a>(request: &Request, parameters: &'a Map<String, Value>) -> Result<&'a str, ApiError> {
    let pool = &request.pool;
    let name = initiate_auth::parameter(parameters, "USERNAME")?;
    let hash = parameters.get("SECRET_HASH").and_then(Value::as_str);
    client::secret_hash(pool, name, hash).map_err(|problem| problem.at_sign_in(pool))?;
    Ok(name)
}

pub(super) fn subject(pool: &Shared, name: &str) -> Result<Subject, ApiError> {
    match pool.state().user(name) {
        Some(user) => Ok(Subject { user: user.clone(), exists: true }),
        None if !pool.config.prevent_user_existence_errors => Err(ApiError::user_not_found()),
        None => Ok(Subject { user: pool.phantoms.user(name), exists: false }),
    }
}

/// What failures are counted by: the user, or a name that nobody has.
pub(super) fn counted(user: &User, exists: bool, name: &str) -> String {
    if exists { user.sub.clone() } else { name.to_lowercase() }
}

pub(super) fn refuse_locked(pool: &Shared, subject: &Subject, name: &str) -> Result<(), ApiError> {
    if pool.lockouts.is_locked(&counted(&subject.user, subject.exists, name), pool.now_ms()) {
        return Err(ApiError::not_authorized("Password attempts exceeded"));
    }
    Ok(())
}

/// The `sub` of the user whose name and password these are.
///
/// The words are the same for an unknown user and a wrong password, and so is the effort (PreventUserExistenceErrors).
/// What else stands in the way is told to those who know the password.
pub(crate) async fn password(pool: &Arc<Shared>, name: &str, password: &str) -> Result<String, ApiError> {
    let subject = subject(pool, name)?;
    refuse_locked(pool, &subject, name)?;
    let Subject { user, exists } = subject;
    // AdminResetUserPassword took the password away, so whichever is given gets the same answer.
    if user.enabled && user.status == UserStatus::ResetRequired {
        return Err(ApiError::reset_required());
    }
    let stored = exists.then(|| user.password.clone());
    let right = pool.passwords.verify(password.to_owned(), stored).await?;
    if !right {
        pool.lockouts.failed(&counted(&user, exists, name), pool.now_ms());
        return Err(ApiError::bad_credentials());
    }
    pool.lockouts.succeeded(&user.sub);
    if user.password.srp.is_none() {
        add_verifier(pool, &user, password).await?;
    }
    Ok(user.sub)
}

/// A state of the first version kept no verifier for SRP; now that the password is known, it can be made.
async fn add_verifier(pool: &Arc<Shared>, user: &User, password: &str) -> Result<(), ApiError> {
    let made = pool.passwords.hash(password.to_owned(), &user.sub, Arc::clone(&pool.entropy)).await?;
    let (sub, old) = (user.sub.clone(), user.password.clone());
    let add = move |state: &mut State| {
        if let Some(user) = state.users.get_mut(&sub).filter(|user| user.password == old) {
            user.password = made;
        }
    };
    pool.write(add).await
}
