//! The user's own account, as the user pool has it.

use serde::{Deserialize, Serialize};

/// `GET /api/account`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Account {
    /// Cognito's `sub`: a UUID that never changes.
    pub sub: String,
    /// The e-mail address; a new one that is not verified yet is not told.
    pub email: String,
    /// Whether the address has been proved to be the user's.
    pub email_verified: bool,
    /// What the user wants to be called; may be empty.
    pub name: String,
    /// The telephone number; may be empty.
    pub phone_number: String,
    /// Whether the number has been proved to be the user's: only then can codes be sent there.
    pub phone_number_verified: bool,
    /// The second factors that are switched on.
    pub second_factors: Vec<SecondFactor>,
    /// The one that is asked for first, where one is chosen.
    pub preferred_factor: Option<SecondFactor>,
}

/// What the pool can ask for after the password, by the names that `GetUser` has for them.
/// <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_GetUser.html>
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum SecondFactor {
    /// A code that an authenticator app shows (RFC 6238).
    #[serde(rename = "SOFTWARE_TOKEN_MFA")]
    App,
    /// A code in a text message.
    #[serde(rename = "SMS_MFA")]
    Sms,
    /// A code that is mailed.
    #[serde(rename = "EMAIL_OTP")]
    Email,
}

impl SecondFactor {
    /// Every one, in the order in which they are offered.
    pub const ALL: [Self; 3] = [Self::App, Self::Sms, Self::Email];

    /// Cognito's name for it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::App => "SOFTWARE_TOKEN_MFA",
            Self::Sms => "SMS_MFA",
            Self::Email => "EMAIL_OTP",
        }
    }

    /// Reads [`Self::as_str`] back.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        match name {
            "EMAIL_MFA" => Some(Self::Email),
            name => Self::ALL.into_iter().find(|factor| factor.as_str() == name),
        }
    }
}

/// `POST /api/account/authenticator/verify`.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct VerifyAuthenticator {
    /// What the app shows. Never logged: this type has no `Debug` that prints it.
    pub code: String,
}

impl std::fmt::Debug for VerifyAuthenticator {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("VerifyAuthenticator").finish_non_exhaustive()
    }
}

/// `POST /api/account/second-factors`: one of them; the others stay as they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SetSecondFactor {
    /// Which.
    pub factor: SecondFactor,
    /// Whether it is asked for after the password.
    pub enabled: bool,
    /// Whether it is the one that is asked for first.
    pub preferred: bool,
}

/// `PATCH /api/account`: what is left out stays as it is.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UpdateAccount {
    /// What the user wants to be called; empty for nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Another e-mail address. It counts once the code that is mailed there has come back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
}

/// The `200` of `PATCH /api/account`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccountUpdated {
    /// Codes that were sent and are to be given to `POST /api/account/email/verify`.
    pub codes: Vec<CodeDelivery>,
}

/// Where a code went.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CodeDelivery {
    /// The attribute that it verifies, such as `email`.
    pub attribute: String,
    /// The address, masked.
    pub destination: String,
}

/// `POST /api/account/email/verify`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct VerifyEmail {
    /// The code that was mailed to the new address.
    pub code: String,
}

/// `POST /api/account/password`.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChangePassword {
    /// The password until now. Never logged: this type has no `Debug` that prints it.
    pub current: String,
    /// The password from now on.
    pub new: String,
}

impl std::fmt::Debug for ChangePassword {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ChangePassword").finish_non_exhaustive()
    }
}
