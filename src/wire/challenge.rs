//! What may stand between a name and being signed in: the user pool's challenges, and a forgotten password.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// The challenges that can be answered here, by Cognito's own names.
/// <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_RespondToAuthChallenge.html>
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum ChallengeName {
    /// A password that somebody else has set is to be replaced by one of the user's own.
    NewPasswordRequired,
    /// A code of the authenticator app.
    SoftwareTokenMfa,
    /// A code that was sent to the telephone, after the password.
    SmsMfa,
    /// A code that was mailed, after the password or in its place.
    EmailOtp,
    /// A code that was sent to the telephone, in the password's place.
    SmsOtp,
    /// Which second factor is it to be?
    SelectMfaType,
    /// The pool wants a second factor and the user has none: an authenticator app is set up.
    MfaSetup,
    /// Which first factor is it to be?
    SelectChallenge,
    /// The password, chosen as the first factor.
    Password,
    /// A passkey, chosen as the first factor.
    WebAuthn,
}

impl ChallengeName {
    /// Cognito's name for it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::NewPasswordRequired => "NEW_PASSWORD_REQUIRED",
            Self::SoftwareTokenMfa => "SOFTWARE_TOKEN_MFA",
            Self::SmsMfa => "SMS_MFA",
            Self::EmailOtp => "EMAIL_OTP",
            Self::SmsOtp => "SMS_OTP",
            Self::SelectMfaType => "SELECT_MFA_TYPE",
            Self::MfaSetup => "MFA_SETUP",
            Self::SelectChallenge => "SELECT_CHALLENGE",
            Self::Password => "PASSWORD",
            Self::WebAuthn => "WEB_AUTHN",
        }
    }
}

/// A field of a challenge's form.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChallengeField {
    /// `code`, `password`, `new_password`, `choice`, `credential`, or the name of an attribute that the pool wants to know.
    pub name: String,
    /// What goes into it.
    pub kind: FieldKind,
    /// For [`FieldKind::Choice`]: the values to choose from; empty for the others.
    pub choices: Vec<String>,
}

/// What goes into a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FieldKind {
    /// A one-time code.
    Code,
    /// The password.
    Password,
    /// A password that is new.
    NewPassword,
    /// One of the field's choices.
    Choice,
    /// An e-mail address.
    Email,
    /// A telephone number, `+` and digits (E.164).
    Phone,
    /// `AuthenticationResponseJSON`: what `navigator.credentials.get()` makes of [`Challenge::passkey`]. Empty where
    /// nothing came of it.
    Passkey,
    /// Any text.
    Text,
}

/// What is needed to set up an authenticator app.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SoftwareTokenSetup {
    /// The shared secret in base32, to be typed in. Never logged: this type has no `Debug` that prints it.
    pub secret: String,
    /// The same for an app on this device: `otpauth://totp/…`.
    pub uri: String,
    /// The same to be scanned: an SVG document, drawn by the server.
    pub qr_svg: String,
}

impl std::fmt::Debug for SoftwareTokenSetup {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SoftwareTokenSetup").finish_non_exhaustive()
    }
}

/// One more step of a sign-in. What carries it (Cognito's `Session`) is sealed in a cookie of its own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Challenge {
    /// Cognito's name for it.
    pub challenge: ChallengeName,
    /// What to fill in, in this order.
    pub fields: Vec<ChallengeField>,
    /// Where a code was sent, masked by the pool: `a***@e***`.
    pub delivered_to: Option<String>,
    /// For [`ChallengeName::MfaSetup`].
    pub setup: Option<SoftwareTokenSetup>,
    /// For [`ChallengeName::WebAuthn`]: `PublicKeyCredentialRequestOptionsJSON`
    /// (<https://www.w3.org/TR/webauthn-3/#sctn-parseRequestOptionsFromJSON>).
    pub passkey: Option<serde_json::Value>,
    /// Milliseconds until it can be answered no more.
    pub expires_in_ms: i64,
}

/// `POST /api/session/challenge`.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChallengeAnswer {
    /// Which challenge is answered: another one may have taken its place in another tab.
    pub challenge: ChallengeName,
    /// A value for every field. Never logged: this type has no `Debug` that prints them.
    pub answers: BTreeMap<String, String>,
}

impl std::fmt::Debug for ChallengeAnswer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ChallengeAnswer").field("challenge", &self.challenge).finish_non_exhaustive()
    }
}

/// `POST /api/forgot-password`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ForgotPassword {
    /// The e-mail address or username.
    pub email: String,
}

/// `POST /api/forgot-password/confirm`.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ConfirmForgotPassword {
    /// The e-mail address or username.
    pub email: String,
    /// The code that was sent.
    pub code: String,
    /// The new password.
    pub password: String,
}

impl std::fmt::Debug for ConfirmForgotPassword {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ConfirmForgotPassword").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_person_answers_and_what_an_app_is_set_up_with_do_not_print() {
        let answers = BTreeMap::from([(String::from("code"), String::from("CANARY"))]);
        let answer = ChallengeAnswer { challenge: ChallengeName::SmsMfa, answers };
        let canary = || String::from("CANARY");
        let setup = SoftwareTokenSetup { secret: canary(), uri: canary(), qr_svg: canary() };
        let reset = ConfirmForgotPassword { email: canary(), code: canary(), password: canary() };
        let printed = format!("{answer:?} {setup:?} {reset:?}");
        assert!(!printed.contains("CANARY") && printed.contains("SmsMfa"), "{printed}");
    }

    #[test]
    fn a_challenge_has_cognitos_own_name_on_the_wire() {
        for name in [
            ChallengeName::NewPasswordRequired,
            ChallengeName::SoftwareTokenMfa,
            ChallengeName::SmsMfa,
            ChallengeName::EmailOtp,
            ChallengeName::SmsOtp,
            ChallengeName::SelectMfaType,
            ChallengeName::MfaSetup,
            ChallengeName::SelectChallenge,
            ChallengeName::Password,
        ] {
            assert_eq!(serde_json::to_value(name).expect("serializable"), name.as_str());
        }
    }
}
