//! ForgotPassword and ConfirmForgotPassword: a new password for whoever reads the account's mail.
//!
//! With PreventUserExistenceErrors nobody learns from them who has an account ("Managing user existence error responses",
//! Amazon Cognito Developer Guide): a delivery is simulated, and a code for nobody is a wrong one.

use std::sync::Arc;

use serde_json::{Value, json};

use super::codes::{self, Contact};
use super::{Request, client};
use crate::error::ApiError;
use crate::limits::Limited;
use crate::params::{CODE, Members, PASSWORD};
use crate::passwords;
use crate::pool::Shared;
use crate::state::{State, UserStatus};

pub(crate) async fn forgot_password(request: Request) -> Result<Value, ApiError> {
    let name = client::named_user(&request, Members::of(&request.body))?;
    let pool = &request.pool;
    let counted = pool.counted_name(&name);
    pool.limits.count(Limited::ForgotPassword, &counted, pool.now_ms())?;

    let code = codes::new(pool, codes::RECOVERY_MS);
    let digits = code.digits.clone();
    let target = name.clone();
    let renew = move |state: &mut State| {
        let contact = recoverable(state, &target)?;
        if let Some(user) = state.user_mut(&target) {
            user.reset_code = Some(code);
        }
        Ok(contact)
    };
    let delivery = match pool.write(renew).await? {
        Ok(contact) => {
            let delivery = contact.delivery();
            contact.send(pool, "forgot_password", digits);
            delivery
        }
        Err(_) if pool.config.prevent_user_existence_errors => Contact::email(name).delivery(),
        Err(error) => return Err(error),
    };
    Ok(json!({ "CodeDeliveryDetails": delivery }))
}

/// Where the code for `name` goes, or why there can be none.
fn recoverable(state: &State, name: &str) -> Result<Contact, ApiError> {
    let user = state.user(name).ok_or_else(ApiError::unknown_username)?;
    if !user.enabled {
        return Err(ApiError::not_authorized("User is disabled."));
    }
    let contact = Contact::for_recovery(user).ok_or_else(|| {
        let text = "Cannot reset password for the user as there is no registered/verified email or phone_number";
        ApiError::invalid_parameter(text)
    })?;
    if !matches!(user.status, UserStatus::Confirmed | UserStatus::ResetRequired) {
        return Err(ApiError::not_authorized("User password cannot be reset in the current state."));
    }
    Ok(contact)
}

/// The password is judged first: that tells nothing about the account, and a weak one costs no code.
pub(crate) async fn confirm_forgot_password(request: Request) -> Result<Value, ApiError> {
    let mut members = Members::of(&request.body);
    let digits = members.required("ConfirmationCode", &CODE);
    let password = members.required("Password", &PASSWORD);
    let name = client::named_user(&request, members)?;
    let pool = &request.pool;
    passwords::policy(&password).map_err(ApiError::nonconforming_password)?;

    let hash = pool.passwords.hash(password, &pool.counted_name(&name), Arc::clone(&pool.entropy)).await?;
    let now_ms = pool.now_ms();
    let prevent = pool.config.prevent_user_existence_errors;
    let change = move |state: &mut State| {
        let user = match state.user_mut(&name) {
            Some(user) if user.enabled => user,
            _ if prevent => return Err(ApiError::code_mismatch()),
            Some(_) => return Err(ApiError::not_authorized("User is disabled.")),
            None => return Err(ApiError::unknown_username()),
        };
        codes::take(&mut user.reset_code, &digits, now_ms)?;
        user.password = hash;
        if user.status == UserStatus::ResetRequired {
            user.status = UserStatus::Confirmed;
        }
        Ok(())
    };
    pool.write(change).await??;
    Ok(json!({}))
}

impl Shared {
    /// What attempts are counted by: the user where there is one, else the name as it was typed.
    pub(crate) fn counted_name(&self, name: &str) -> String {
        self.state().user(name).map_or_else(|| name.to_lowercase(), |user| user.sub.clone())
    }
}
