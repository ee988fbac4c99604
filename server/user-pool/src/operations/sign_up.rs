//! SignUp, ConfirmSignUp and ResendConfirmationCode.
//!
//! The pool has `UsernameAttributes = [email]`: people sign up with their e-mail address, and their username is a UUID.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::{Value, json};

use super::codes::{self, Contact};
use super::{Request, attributes, client};
use crate::error::ApiError;
use crate::params::{CLIENT_ID, CODE, Members, PASSWORD, SECRET, USERNAME};
use crate::state::{State, User, UserStatus};
use crate::{ids, passwords, settings};

pub(crate) async fn sign_up(request: Request) -> Result<Value, ApiError> {
    let mut members = Members::of(&request.body);
    let client_id = members.required("ClientId", &CLIENT_ID);
    let name = members.required("Username", &USERNAME);
    let password = members.required("Password", &PASSWORD);
    let secret_hash = members.optional("SecretHash", &SECRET);
    let attributes = members.attributes("UserAttributes");
    members.finish()?;
    let pool = &request.pool;
    client::known(pool, &client_id)?;
    client::secret_hash(pool, &name, secret_hash.as_deref()).map_err(|problem| problem.at_sign_in(pool))?;
    if !settings::is_email(&name) {
        return Err(ApiError::invalid_parameter("Username should be an email."));
    }
    let attributes = check_attributes(attributes, &name)?;
    passwords::policy(&password).map_err(ApiError::invalid_password)?;

    let sub = ids::uuid(&*pool.entropy);
    let password = pool.passwords.hash(password, &sub, Arc::clone(&pool.entropy)).await?;
    let code = codes::new(pool, codes::CONFIRMATION_MS);
    let digits = code.digits.clone();
    let user = User {
        email_verified: false,
        status: UserStatus::Unconfirmed,
        code: Some(code),
        attributes,
        ..User::new(sub, name, password, pool.now_ms())
    };
    let (sub, contact) = (user.sub.clone(), Contact::email(&user.email));
    let insert = move |state: &mut State| {
        if state.user(&user.email).is_some() {
            return Err(ApiError::username_exists());
        }
        state.users.insert(user.sub.clone(), user);
        Ok(())
    };
    pool.write(insert).await??;
    let delivery = contact.delivery();
    contact.send(pool, "sign_up", digits);
    Ok(json!({ "UserConfirmed": false, "UserSub": sub, "CodeDeliveryDetails": delivery }))
}

/// The attributes beside the address, which can only be the one that is the name; that refusal's text is ours.
fn check_attributes(given: Vec<(String, String)>, name: &str) -> Result<BTreeMap<String, String>, ApiError> {
    for (key, value) in &given {
        attributes::check(key, value)?;
        if key == "email" && value.to_lowercase() != name.to_lowercase() {
            return Err(ApiError::invalid_parameter("User attribute email must be the username."));
        }
    }
    Ok(given.into_iter().filter(|(key, value)| key != "email" && !value.is_empty()).collect())
}

pub(crate) async fn confirm_sign_up(request: Request) -> Result<Value, ApiError> {
    let mut members = Members::of(&request.body);
    let digits = members.required("ConfirmationCode", &CODE);
    let name = client::named_user(&request, members)?;
    let now_ms = request.pool.now_ms();
    request.pool.write(move |state| confirm(state, &name, &digits, now_ms)).await??;
    Ok(json!({}))
}

/// Who does not exist is answered like who has no valid code (PreventUserExistenceErrors).
fn confirm(state: &mut State, name: &str, digits: &str, now_ms: i64) -> Result<(), ApiError> {
    let user = state.user_mut(name).ok_or_else(ApiError::expired_code)?;
    if user.status != UserStatus::Unconfirmed {
        let text = format!("User cannot be confirmed. Current status is {}", status(user.status));
        return Err(ApiError::not_authorized(text));
    }
    if !user.enabled {
        return Err(ApiError::not_authorized("User is disabled."));
    }
    codes::take(&mut user.code, digits, now_ms)?;
    user.status = UserStatus::Confirmed;
    user.email_verified = true;
    Ok(())
}

pub(crate) async fn resend_confirmation_code(request: Request) -> Result<Value, ApiError> {
    let name = client::named_user(&request, Members::of(&request.body))?;
    let pool = &request.pool;
    let code = codes::new(pool, codes::CONFIRMATION_MS);
    let digits = code.digits.clone();
    let target = name.clone();
    let renew = move |state: &mut State| match state.user_mut(&target) {
        None => Ok(None),
        Some(user) if user.status != UserStatus::Unconfirmed => {
            Err(ApiError::invalid_parameter("User is already confirmed."))
        }
        Some(user) => {
            user.code = Some(code);
            Ok(Some(Contact::email(&user.email)))
        }
    };
    // Who does not exist gets the same answer and no message (PreventUserExistenceErrors).
    let contact = pool.write(renew).await??;
    let delivery = contact.as_ref().unwrap_or(&Contact::email(name)).delivery();
    if let Some(contact) = contact {
        contact.send(pool, "resend", digits);
    }
    Ok(json!({ "CodeDeliveryDetails": delivery }))
}

fn status(status: UserStatus) -> &'static str {
    match status {
        UserStatus::Unconfirmed => "UNCONFIRMED",
        UserStatus::Confirmed => "CONFIRMED",
        UserStatus::ResetRequired => "RESET_REQUIRED",
        UserStatus::ForceChangePassword => "FORCE_CHANGE_PASSWORD",
    }
}
