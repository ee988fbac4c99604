//! NEW_PASSWORD_REQUIRED: a password of the user's own, and the attributes that the pool requires.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::Value;

use super::Answer;
use crate::error::ApiError;
use crate::operations::attributes;
use crate::operations::sign_in::{self, Proved};
use crate::passwords;
use crate::state::{State, UserStatus};

/// The session stays good until password and attributes are in order, so that the user can try again.
pub(super) async fn respond(answer: &Answer<'_>) -> Result<Value, ApiError> {
    let pool = &answer.request.pool;
    let password = answer.response("NEW_PASSWORD")?;
    let sub = answer.sub()?.to_owned();
    passwords::policy(password).map_err(ApiError::nonconforming_password)?;
    let given = given_attributes(answer);
    for (name, value) in &given {
        attributes::check(name, value)?;
    }
    check(answer, &sub, &given)?;

    let stored = pool.passwords.hash(password.to_owned(), &sub, Arc::clone(&pool.entropy)).await?;
    answer.spend()?;
    let change = {
        let sub = sub.clone();
        move |state: &mut State| {
            let user = state.users.get_mut(&sub).ok_or_else(ApiError::bad_credentials)?;
            user.password = stored;
            user.status = UserStatus::Confirmed;
            user.attributes.extend(given);
            Ok::<_, ApiError>(())
        }
    };
    pool.write(change).await??;
    sign_in::proceed(answer.request, &sub, &answer.pending.name, Proved::Password).await
}

/// The responses named `userAttributes.<name>`.
fn given_attributes(answer: &Answer<'_>) -> BTreeMap<String, String> {
    let attribute = |(key, value): (&String, &Value)| {
        let name = key.strip_prefix("userAttributes.")?;
        Some((name.to_owned(), value.as_str()?.to_owned()))
    };
    answer.responses.iter().filter_map(attribute).filter(|(_, value)| !value.is_empty()).collect()
}

fn check(answer: &Answer<'_>, sub: &str, given: &BTreeMap<String, String>) -> Result<(), ApiError> {
    let pool = &answer.request.pool;
    let state = pool.state();
    let user = state.users.get(sub).ok_or_else(ApiError::bad_credentials)?;
    if given.get("email").is_some_and(|email| *email != user.email) {
        return Err(ApiError::not_authorized("Cannot modify an already provided email"));
    }
    let rules = pool.rules();
    let missing =
        rules.required_attributes.iter().find(|&name| !user.attributes.contains_key(name) && !given.contains_key(name));
    match missing {
        Some(name) => Err(ApiError::invalid_parameter(format!("Invalid attributes given, {name} is missing"))),
        None => Ok(()),
    }
}
