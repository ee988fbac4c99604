//! What signs a user in beside the password: second factors and which of them is asked for.

use serde::{Deserialize, Serialize};

use crate::webauthn::Passkey;

/// A second factor, by the name it has in `UserMFASettingList` and as a challenge.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(crate) enum Mfa {
    #[serde(rename = "SMS_MFA")]
    Sms,
    #[serde(rename = "EMAIL_OTP")]
    Email,
    #[serde(rename = "SOFTWARE_TOKEN_MFA")]
    SoftwareToken,
}

#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Factors {
    /// In use, in the order of their names.
    pub(crate) enabled: Vec<Mfa>,
    /// Which one is asked for where several are in use.
    pub(crate) preferred: Option<Mfa>,
    pub(crate) software_token: Option<SoftwareToken>,
    /// The secret that AssociateSoftwareToken gave out last and that no code has proved yet, in base32.
    pub(crate) unverified: Option<String>,
    /// In the order of their registration.
    pub(crate) passkeys: Vec<Passkey>,
}

/// An authenticator app whose code has been seen.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct SoftwareToken {
    /// In base32 (RFC 4648, 6).
    pub(crate) secret: String,
    /// The newest time step a code of which was taken (RFC 6238, 5.2: none is taken twice).
    pub(crate) last_step: i64,
}

impl Mfa {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Sms => "SMS_MFA",
            Self::Email => "EMAIL_OTP",
            Self::SoftwareToken => "SOFTWARE_TOKEN_MFA",
        }
    }

    /// The factor of that name. The API's reference calls the one by e-mail both EMAIL_MFA and EMAIL_OTP.
    pub(crate) fn named(name: &str) -> Option<Self> {
        match name {
            "SMS_MFA" => Some(Self::Sms),
            "EMAIL_OTP" | "EMAIL_MFA" => Some(Self::Email),
            "SOFTWARE_TOKEN_MFA" => Some(Self::SoftwareToken),
            _ => None,
        }
    }
}

impl Factors {
    /// Puts a factor into or out of use.
    pub(crate) fn set(&mut self, mfa: Mfa, enabled: bool, preferred: bool) {
        self.enabled.retain(|&other| other != mfa);
        if enabled {
            self.enabled.push(mfa);
            self.enabled.sort();
        }
        if enabled && preferred {
            self.preferred = Some(mfa);
        } else if self.preferred == Some(mfa) {
            self.preferred = None;
        }
    }
}
