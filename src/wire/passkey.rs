//! Passkeys (Web Authentication, Level 3), in the JSON that browsers read and write:
//! <https://www.w3.org/TR/webauthn-3/#sctn-parseCreationOptionsFromJSON>. Nobody between the browser and the pool looks
//! into it.

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// `GET /api/account/passkeys`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PasskeyList {
    /// The newest last.
    pub passkeys: Vec<Passkey>,
}

/// One passkey of the user's.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Passkey {
    /// The credential's id, as the pool has it.
    pub id: String,
    /// The pool's name for it.
    pub name: String,
    /// When it was made, milliseconds since the Unix epoch.
    pub created_at: i64,
}

/// `POST /api/account/passkeys/options`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PasskeyOptions {
    /// `PublicKeyCredentialCreationOptionsJSON`, for `navigator.credentials.create()`.
    pub options: Value,
}

/// `POST /api/account/passkeys`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AddPasskey {
    /// `RegistrationResponseJSON`: what was created.
    pub credential: Value,
}

/// `POST /api/account/passkeys/remove`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RemovePasskey {
    /// [`Passkey::id`].
    pub id: String,
}
