//! SignUp, ConfirmSignUp and ResendConfirmationCode.
//!
//! The pool has `UsernameAttributes = [email]`: people sign up with their e-mail address, and their username is a UUID.

use std::sync::Arc;

use serde_json::{Map, Value, json};

use super::{Request, client};
use crate::control::Message;
use crate::error::ApiError;
use crate::params::{CLIENT_ID, CODE, Members, PASSWORD, SECRET, USERNAME};
use crate::pool::Shared;
use crate::state::{Code, State, User, UserStatus};
use crate::{ids, passwords, settings};

const CODE_VALIDITY_MS: i64 = 24 * 60 * 60 * 1_000;
/// After so many wrong codes only a new code helps.
const MISMATCHES: u32 = 5;

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
    check_attributes(&attributes, &name)?;
    passwords::policy(&password).map_err(ApiError::invalid_password)?;

    let now_ms = pool.now_ms();
    let user = User {
        sub: ids::uuid(&*pool.entropy),
        email: name,
        email_verified: false,
        enabled: true,
        status: UserStatus::Unconfirmed,
        password: pool.passwords.hash(password, Arc::clone(&pool.entropy)).await?,
        created_at_ms: now_ms,
        code: Some(new_code(pool, now_ms)),
    };
    let (sub, email) = (user.sub.clone(), user.email.clone());
    let digits = user.code.as_ref().map(|code| code.digits.clone()).unwrap_or_default();
    let insert = move |state: &mut State| {
        if state.user(&user.email).is_some() {
            return Err(ApiError::username_exists());
        }
        state.users.insert(user.sub.clone(), user);
        Ok(())
    };
    pool.write(insert).await??;
    let delivery = delivery(&email);
    pool.journal.send(Message { to: email, kind: "sign_up", code: digits, at_ms: now_ms });
    Ok(json!({ "UserConfirmed": false, "UserSub": sub, "CodeDeliveryDetails": delivery }))
}

/// Only the address can be given, and only the one that is the name; the texts of the two refusals are ours.
fn check_attributes(attributes: &[(String, String)], name: &str) -> Result<(), ApiError> {
    for (key, value) in attributes {
        if key != "email" {
            let text =
                format!("Attributes did not conform to the schema: {key}: Attribute does not exist in the schema.\n");
            return Err(ApiError::invalid_parameter(text));
        }
        if value.to_lowercase() != name.to_lowercase() {
            return Err(ApiError::invalid_parameter("User attribute email must be the username."));
        }
    }
    Ok(())
}

pub(crate) async fn confirm_sign_up(request: Request) -> Result<Value, ApiError> {
    let mut members = Members::of(&request.body);
    let digits = members.required("ConfirmationCode", &CODE);
    let name = name_of_unconfirmed(&request, members)?;
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
    let code = user.code.as_mut().filter(|code| now_ms < code.expires_at_ms).ok_or_else(ApiError::expired_code)?;
    if code.mismatches >= MISMATCHES {
        return Err(ApiError::limit_exceeded());
    }
    if code.digits != digits {
        code.mismatches += 1;
        return Err(ApiError::code_mismatch());
    }
    user.code = None;
    user.status = UserStatus::Confirmed;
    user.email_verified = true;
    Ok(())
}

pub(crate) async fn resend_confirmation_code(request: Request) -> Result<Value, ApiError> {
    let name = name_of_unconfirmed(&request, Members::of(&request.body))?;
    let pool = &request.pool;
    let now_ms = pool.now_ms();
    let code = new_code(pool, now_ms);
    let digits = code.digits.clone();
    let target = name.clone();
    let renew = move |state: &mut State| match state.user_mut(&target) {
        None => Ok(None),
        Some(user) if user.status != UserStatus::Unconfirmed => {
            Err(ApiError::invalid_parameter("User is already confirmed."))
        }
        Some(user) => {
            user.code = Some(code);
            Ok(Some(user.email.clone()))
        }
    };
    // Who does not exist gets the same answer and no message (PreventUserExistenceErrors).
    let email = pool.write(renew).await??;
    let delivery = delivery(email.as_deref().unwrap_or(&name));
    if let Some(to) = email {
        pool.journal.send(Message { to, kind: "resend", code: digits, at_ms: now_ms });
    }
    Ok(json!({ "CodeDeliveryDetails": delivery }))
}

/// The members that ConfirmSignUp and ResendConfirmationCode share, checked; the name they are about.
fn name_of_unconfirmed(request: &Request, mut members: Members<'_>) -> Result<String, ApiError> {
    let client_id = members.required("ClientId", &CLIENT_ID);
    let name = members.required("Username", &USERNAME);
    let secret_hash = members.optional("SecretHash", &SECRET);
    members.finish()?;
    let pool = &request.pool;
    client::known(pool, &client_id)?;
    client::secret_hash(pool, &name, secret_hash.as_deref()).map_err(|problem| problem.at_sign_in(pool))?;
    Ok(name)
}

fn new_code(pool: &Shared, now_ms: i64) -> Code {
    Code { digits: ids::code(&*pool.entropy), expires_at_ms: now_ms + CODE_VALIDITY_MS, mismatches: 0 }
}

/// Where a code went, the address masked (`CodeDeliveryDetailsType`).
fn delivery(email: &str) -> Map<String, Value> {
    let mask = |part: &str| part.chars().next().map(|first| format!("{first}***")).unwrap_or_default();
    let (local, domain) = email.split_once('@').unwrap_or((email, ""));
    let destination = if domain.is_empty() { mask(local) } else { format!("{}@{}", mask(local), mask(domain)) };
    let details = [("Destination", destination.as_str()), ("DeliveryMedium", "EMAIL"), ("AttributeName", "email")];
    details.into_iter().map(|(key, value)| (key.to_owned(), value.into())).collect()
}

fn status(status: UserStatus) -> &'static str {
    match status {
        UserStatus::Unconfirmed => "UNCONFIRMED",
        UserStatus::Confirmed => "CONFIRMED",
        UserStatus::ResetRequired => "RESET_REQUIRED",
    }
}
