//! GetUserAttributeVerificationCode and VerifyUserAttribute: an e-mail address or a phone number that proves to be the
//! user's.

use serde_json::{Value, json};

use super::codes::{self, Contact};
use super::{Request, get_user};
use crate::error::ApiError;
use crate::limits::Limited;
use crate::params::{ATTRIBUTE_NAME, CODE, Members, TOKEN};
use crate::state::{Pending, State, User};

pub(crate) async fn get_user_attribute_verification_code(request: Request) -> Result<Value, ApiError> {
    let mut members = Members::of(&request.body);
    let token = members.required("AccessToken", &TOKEN);
    let name = members.required("AttributeName", &ATTRIBUTE_NAME);
    members.finish()?;
    let pool = &request.pool;
    let sub = get_user::authorized(pool, &token)?.sub;
    pool.limits.count(Limited::AttributeCode, &sub, pool.now_ms())?;

    let code = codes::new(pool, codes::CONFIRMATION_MS);
    let digits = code.digits.clone();
    let renew = move |state: &mut State| {
        let user = state.users.get_mut(&sub).ok_or_else(ApiError::user_not_found)?;
        let contact = to_be_verified(user, &name)?;
        user.pending.insert(name, Pending { value: contact.address.clone(), code: Some(code) });
        Ok::<_, ApiError>(contact)
    };
    let contact = pool.write(renew).await??;
    let delivery = contact.delivery();
    contact.send(pool, "verify_attribute", digits);
    Ok(json!({ "CodeDeliveryDetails": delivery }))
}

/// The value that waits, else the one that is there. The texts of the refusals are ours.
fn to_be_verified(user: &User, name: &str) -> Result<Contact, ApiError> {
    let pending = user.pending.get(name).map(|pending| pending.value.clone());
    match name {
        "email" => Ok(Contact::email(pending.unwrap_or_else(|| user.email.clone()))),
        "phone_number" => {
            let number = pending.or_else(|| user.attributes.get(name).cloned());
            let none = || ApiError::invalid_parameter("User does not have a phone number.");
            number.map(Contact::phone).ok_or_else(none)
        }
        _ => Err(ApiError::invalid_parameter(format!("Attribute {name} cannot be verified."))),
    }
}

pub(crate) async fn verify_user_attribute(request: Request) -> Result<Value, ApiError> {
    let mut members = Members::of(&request.body);
    let token = members.required("AccessToken", &TOKEN);
    let name = members.required("AttributeName", &ATTRIBUTE_NAME);
    let digits = members.required("Code", &CODE);
    members.finish()?;
    let pool = &request.pool;
    let sub = get_user::authorized(pool, &token)?.sub;
    let now_ms = pool.now_ms();
    pool.write(move |state| verify(state, &sub, &name, &digits, now_ms)).await??;
    Ok(json!({}))
}

fn verify(state: &mut State, sub: &str, name: &str, digits: &str, now_ms: i64) -> Result<(), ApiError> {
    let user = state.users.get_mut(sub).ok_or_else(ApiError::user_not_found)?;
    let pending = user.pending.get_mut(name).ok_or_else(ApiError::expired_code)?;
    codes::take(&mut pending.code, digits, now_ms)?;
    let value = pending.value.clone();
    let contact = if name == "email" { Contact::email(value) } else { Contact::phone(value) };
    // Somebody else may have come to have the address while the code was on its way.
    if name == "email" && state.users.values().any(|other| other.sub != sub && other.has_email(&contact.address)) {
        return Err(ApiError::alias_exists());
    }
    let user = state.users.get_mut(sub).ok_or_else(ApiError::user_not_found)?;
    user.pending.remove(name);
    user.replace_contact(&contact, true);
    Ok(())
}
