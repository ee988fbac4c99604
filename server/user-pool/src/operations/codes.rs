//! Codes that are mailed or texted: how they are made, where they go, and how they are compared.

use serde_json::{Map, Value};

use crate::control::Message;
use crate::error::ApiError;
use crate::ids;
use crate::pool::Shared;
use crate::state::{Code, User};

/// How long the codes of a sign-up and of an attribute are good: a day ("Verifying updates to email addresses and phone
/// numbers", Amazon Cognito Developer Guide).
pub(super) const CONFIRMATION_MS: i64 = 24 * 60 * 60 * 1_000;
/// How long the code of a forgotten password is good: an hour ("Password, account recovery, and password policies",
/// Amazon Cognito Developer Guide).
pub(crate) const RECOVERY_MS: i64 = 60 * 60 * 1_000;
/// After so many wrong codes only a new code helps.
const MISMATCHES: u32 = 5;

/// Where a code goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Contact {
    /// `email` or `phone_number`.
    pub(crate) attribute: &'static str,
    /// The address or the number itself.
    pub(crate) address: String,
}

/// A code of six digits that is good for `validity_ms` from now.
pub(crate) fn new(pool: &Shared, validity_ms: i64) -> Code {
    Code { digits: ids::code(&*pool.entropy), expires_at_ms: pool.now_ms() + validity_ms, mismatches: 0 }
}

/// Takes the code that `digits` repeat, and refuses them for the first reason there is. A wrong code is counted.
pub(super) fn take(code: &mut Option<Code>, digits: &str, now_ms: i64) -> Result<(), ApiError> {
    let sent = code.as_mut().filter(|code| now_ms < code.expires_at_ms).ok_or_else(ApiError::expired_code)?;
    if sent.mismatches >= MISMATCHES {
        return Err(ApiError::limit_exceeded());
    }
    if sent.digits != digits {
        sent.mismatches += 1;
        return Err(ApiError::code_mismatch());
    }
    *code = None;
    Ok(())
}

impl Contact {
    pub(crate) fn email(address: impl Into<String>) -> Self {
        Self { attribute: "email", address: address.into() }
    }

    pub(super) fn phone(number: impl Into<String>) -> Self {
        Self { attribute: "phone_number", address: number.into() }
    }

    /// Where `user` can be reached to recover the account: a verified address, else a verified number
    /// (`AccountRecoverySetting` of the console's default).
    pub(crate) fn for_recovery(user: &User) -> Option<Self> {
        if user.email_verified {
            return Some(Self::email(&user.email));
        }
        let verified = user.attributes.get("phone_number_verified").is_some_and(|verified| verified == "true");
        user.attributes.get("phone_number").filter(|_| verified).map(Self::phone)
    }

    /// Puts the code into the outbox.
    pub(crate) fn send(self, pool: &Shared, kind: &'static str, code: String) {
        pool.journal.send(Message { to: self.address, kind, code, at_ms: pool.now_ms() });
    }

    /// `CodeDeliveryDetailsType`, the address masked.
    pub(super) fn delivery(&self) -> Map<String, Value> {
        let (medium, destination) = match self.attribute {
            "phone_number" => ("SMS", masked_number(&self.address)),
            _ => ("EMAIL", masked_address(&self.address)),
        };
        let details =
            [("Destination", destination.as_str()), ("DeliveryMedium", medium), ("AttributeName", self.attribute)];
        details.into_iter().map(|(key, value)| (key.to_owned(), value.into())).collect()
    }
}

fn masked_address(address: &str) -> String {
    let mask = |part: &str| part.chars().next().map(|first| format!("{first}***")).unwrap_or_default();
    match address.split_once('@') {
        Some((local, domain)) if !domain.is_empty() => format!("{}@{}", mask(local), mask(domain)),
        Some((local, _)) => mask(local),
        None => mask(address),
    }
}

/// `+*******9836`.
fn masked_number(number: &str) -> String {
    let digits: Vec<char> = number.chars().filter(char::is_ascii_digit).collect();
    let shown = digits.len().saturating_sub(4);
    let last: String = digits.iter().skip(shown).collect();
    format!("+{}{last}", "*".repeat(shown))
}
