//! The attributes of users: which there are, who may write them, and UpdateUserAttributes and DeleteUserAttributes.
//!
//! With `AttributesRequireVerificationBeforeUpdate` ("keep original attribute value active when an update is pending", on
//! in a pool that the console made) a new e-mail address or phone number is only noted until its code comes back; without
//! it the new value replaces the old one at once and is not verified.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::codes::{self, Contact};
use super::{Request, get_user};
use crate::error::ApiError;
use crate::params::{Members, TOKEN};
use crate::pool::Shared;
use crate::settings;
use crate::state::{Code, Pending, State, User};

/// The standard attributes that an app client may write ("Working with user attributes", Amazon Cognito Developer Guide).
const WRITABLE: [&str; 17] = [
    "address",
    "birthdate",
    "email",
    "family_name",
    "gender",
    "given_name",
    "locale",
    "middle_name",
    "name",
    "nickname",
    "phone_number",
    "picture",
    "preferred_username",
    "profile",
    "updated_at",
    "website",
    "zoneinfo",
];
/// Those that only the pool itself writes.
const RESERVED: [&str; 3] = ["sub", "email_verified", "phone_number_verified"];
/// `AttributeValueType`.
const LONGEST_VALUE: usize = 2_048;

/// Refuses an attribute that a client cannot write, or whose value cannot be.
pub(crate) fn check(key: &str, value: &str) -> Result<(), ApiError> {
    if RESERVED.contains(&key) {
        return Err(ApiError::not_authorized("A client attempted to write unauthorized attribute"));
    }
    if !WRITABLE.contains(&key) {
        let text =
            format!("Attributes did not conform to the schema: {key}: Attribute does not exist in the schema.\n");
        return Err(ApiError::invalid_parameter(text));
    }
    let too_long = value.chars().count() > LONGEST_VALUE;
    let problem = match key {
        "email" if !settings::is_email(value) => "Invalid email address format.".to_owned(),
        "phone_number" if !value.is_empty() && !is_phone_number(value) => "Invalid phone number format.".to_owned(),
        "birthdate" if !value.is_empty() && value.chars().count() != 10 => {
            format!("Attributes did not conform to the schema: {key}: String must be exactly 10 characters long.\n")
        }
        _ if too_long => {
            format!("Attributes did not conform to the schema: {key}: String is longer than {LONGEST_VALUE}.\n")
        }
        _ => return Ok(()),
    };
    Err(ApiError::invalid_parameter(problem))
}

/// E.164: a plus and up to fifteen digits.
fn is_phone_number(text: &str) -> bool {
    text.strip_prefix('+')
        .is_some_and(|digits| (1..=15).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit()))
}

pub(crate) async fn update_user_attributes(request: Request) -> Result<Value, ApiError> {
    let mut members = Members::of(&request.body);
    members.require("UserAttributes");
    let attributes = members.attributes("UserAttributes");
    let token = members.required("AccessToken", &TOKEN);
    members.finish()?;
    let pool = &request.pool;
    let sub = get_user::authorized(pool, &token)?.sub;
    for (key, value) in &attributes {
        check(key, value)?;
    }

    let codes = attributes.iter().map(|_| codes::new(pool, codes::CONFIRMATION_MS)).collect();
    let keeps_original = pool.config.verify_before_update;
    let update = move |state: &mut State| Update { sub, keeps_original }.apply(state, attributes, codes);
    let sent = pool.write(update).await??;
    Ok(json!({ "CodeDeliveryDetailsList": deliver(pool, sent) }))
}

fn deliver(pool: &Shared, sent: Vec<(Contact, String)>) -> Vec<Map<String, Value>> {
    let deliver = |(contact, digits): (Contact, String)| {
        let delivery = contact.delivery();
        contact.send(pool, "verify_attribute", digits);
        delivery
    };
    sent.into_iter().map(deliver).collect()
}

struct Update {
    sub: String,
    keeps_original: bool,
}

impl Update {
    /// All of them or none; the codes that are to be sent.
    fn apply(
        &self,
        state: &mut State,
        attributes: Vec<(String, String)>,
        codes: Vec<Code>,
    ) -> Result<Vec<(Contact, String)>, ApiError> {
        let mut user = state.users.get(&self.sub).cloned().ok_or_else(ApiError::user_not_found)?;
        let mut sent = Vec::new();
        for ((key, value), code) in attributes.into_iter().zip(codes) {
            let Some(contact) = changed_contact(&user, &key, &value) else {
                set(&mut user.attributes, &key, value);
                continue;
            };
            if key == "email" && state.user(&value).is_some_and(|other| other.sub != user.sub) {
                return Err(ApiError::alias_exists());
            }
            if !self.keeps_original {
                user.replace_contact(&contact, false);
            }
            sent.push((contact, code.digits.clone()));
            user.pending.insert(key, Pending { value, code: Some(code) });
        }
        state.users.insert(user.sub.clone(), user);
        Ok(sent)
    }
}

/// Where the code of a new address or number goes; nowhere if it is no such attribute, or goes, or is verified already.
fn changed_contact(user: &User, key: &str, value: &str) -> Option<Contact> {
    match key {
        "email" if user.email_verified && user.email == value => None,
        "email" => Some(Contact::email(value)),
        "phone_number" if value.is_empty() || user.attributes.get(key).is_some_and(|old| old == value) => None,
        "phone_number" => Some(Contact::phone(value)),
        _ => None,
    }
}

/// A blank value deletes the attribute.
fn set(attributes: &mut BTreeMap<String, String>, key: &str, value: String) {
    match key {
        "email" => {}
        _ if value.is_empty() => remove(attributes, key),
        _ => drop(attributes.insert(key.to_owned(), value)),
    }
}

fn remove(attributes: &mut BTreeMap<String, String>, key: &str) {
    attributes.remove(key);
    if key == "phone_number" {
        attributes.remove("phone_number_verified");
    }
}

impl User {
    /// Puts a new address or number in place of the old one.
    pub(super) fn replace_contact(&mut self, contact: &Contact, verified: bool) {
        if contact.attribute == "email" {
            self.email.clone_from(&contact.address);
            self.email_verified = verified;
        } else {
            self.attributes.insert(contact.attribute.to_owned(), contact.address.clone());
            self.attributes.insert(format!("{}_verified", contact.attribute), verified.to_string());
        }
    }
}

/// DeleteUserAttributes. The address is what the user signs in with, and stays.
pub(crate) async fn delete_user_attributes(request: Request) -> Result<Value, ApiError> {
    let mut members = Members::of(&request.body);
    let names = members.strings("UserAttributeNames");
    let token = members.required("AccessToken", &TOKEN);
    members.finish()?;
    let sub = get_user::authorized(&request.pool, &token)?.sub;
    for name in &names {
        check(name, "")?;
    }
    let delete = move |state: &mut State| {
        let user = state.users.get_mut(&sub).ok_or_else(ApiError::user_not_found)?;
        names.iter().for_each(|name| remove(&mut user.attributes, name));
        Ok::<_, ApiError>(())
    };
    request.pool.write(delete).await??;
    Ok(json!({}))
}
