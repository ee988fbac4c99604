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
