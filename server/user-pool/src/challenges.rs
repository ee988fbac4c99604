//! Sign-ins that wait for an answer: what each challenge's `Session` stands for.
//!
//! A session is opaque, good for one step and for [`VALIDITY_MS`], and bound to the user who began; the next step has a
//! new one. A wrong code does not use it up: Cognito answers CodeMismatchException as often as it is tried, and takes the
//! right code afterwards. They live in memory only, so a restart of the pool ends them.

use std::collections::HashMap;
use std::sync::Mutex;

use holdfast::entropy::Entropy;

use crate::error::ApiError;
use crate::ids;
use crate::locks::lock;
use crate::srp::Exchange;
use crate::state::Mfa;

/// `AuthSessionValidity`, three minutes: the default and the least that Cognito allows.
pub(crate) const VALIDITY_MS: i64 = 3 * 60 * 1_000;
/// How long an expired one is still told "expired".
const REMEMBERED_MS: i64 = 24 * 60 * 60 * 1_000;
/// More than this are not remembered at once; the expired ones go first, then all.
const SESSIONS: usize = 10_000;

/// A sign-in at the step where it waits.
#[derive(Clone)]
pub(crate) struct Pending {
    /// Whose; none where nobody has the name and nobody is to learn that (PreventUserExistenceErrors).
    pub(crate) sub: Option<String>,
    /// The name that was typed.
    pub(crate) name: String,
    pub(crate) step: Step,
}

/// What the user is asked for.
#[derive(Clone)]
pub(crate) enum Step {
    NewPassword,
    /// A code that was sent.
    Code {
        by: CodeBy,
        digits: String,
    },
    /// A code of the authenticator app.
    SoftwareToken,
    /// Which second factor, of these.
    SelectMfa(Vec<Mfa>),
    /// An authenticator app: its secret once there is one, and the time step of the code that proved it.
    SetUpMfa {
        secret: Option<String>,
        proved: Option<i64>,
    },
    PasswordVerifier(Box<Exchange>),
    /// Which first factor.
    Choose,
    Password,
    /// A passkey's signature over this challenge.
    WebAuthn {
        challenge: String,
    },
    /// No step of a sign-in: the registration of a passkey, whose challenge is the session.
    RegisterPasskey,
}

/// Which way a code goes, and for what.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum CodeBy {
    /// As a second factor.
    SmsMfa,
    /// As the first factor.
    SmsOtp,
    /// As either: the challenge has the same name.
    Email,
}

impl Step {
    /// `ChallengeName`.
    pub(crate) fn name(&self) -> &'static str {
        match self {
            Self::NewPassword => "NEW_PASSWORD_REQUIRED",
            Self::Code { by: CodeBy::SmsMfa, .. } => "SMS_MFA",
            Self::Code { by: CodeBy::SmsOtp, .. } => "SMS_OTP",
            Self::Code { by: CodeBy::Email, .. } => "EMAIL_OTP",
            Self::SoftwareToken => "SOFTWARE_TOKEN_MFA",
            Self::SelectMfa(_) => "SELECT_MFA_TYPE",
            Self::SetUpMfa { .. } => "MFA_SETUP",
            Self::PasswordVerifier(_) => "PASSWORD_VERIFIER",
            Self::Choose => "SELECT_CHALLENGE",
            Self::Password => "PASSWORD",
            Self::WebAuthn { .. } => "WEB_AUTHN",
            Self::RegisterPasskey => "",
        }
    }
}

/// The sessions that are out, by the fingerprint of their text.
#[derive(Default)]
pub(crate) struct Challenges(Mutex<HashMap<String, (Pending, i64)>>);

impl Challenges {
    /// Begins a step; the text of its session.
    pub(crate) fn begin(&self, pending: Pending, now_ms: i64, entropy: &dyn Entropy) -> String {
        let session = ids::challenge_session(entropy);
        let mut sessions = lock(&self.0);
        if sessions.len() >= SESSIONS {
            sessions.retain(|_, (_, expires_at_ms)| now_ms < *expires_at_ms);
        }
        if sessions.len() >= SESSIONS {
            sessions.clear();
        }
        sessions.retain(|_, (_, expires_at_ms)| now_ms < *expires_at_ms + REMEMBERED_MS);
        sessions.insert(ids::fingerprint(&session), (pending, now_ms + VALIDITY_MS));
        session
    }

    /// What the session stands for; it stays as it is.
    pub(crate) fn look(&self, session: &str, now_ms: i64) -> Result<Pending, ApiError> {
        match lock(&self.0).get(&ids::fingerprint(session)) {
            Some((pending, expires_at_ms)) if now_ms < *expires_at_ms => Ok(pending.clone()),
            Some(_) => Err(ApiError::not_authorized("Invalid session for the user, session is expired.")),
            None => Err(ApiError::invalid_session()),
        }
    }

    /// Uses the session up. Of two who answer at once, one is refused.
    pub(crate) fn spend(&self, session: &str, now_ms: i64) -> Result<Pending, ApiError> {
        let pending = self.look(session, now_ms)?;
        match lock(&self.0).remove(&ids::fingerprint(session)) {
            Some(_) => Ok(pending),
            None => Err(ApiError::invalid_session()),
        }
    }

    pub(crate) fn clear(&self) {
        lock(&self.0).clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use holdfast::entropy::SeededEntropy;

    fn pending() -> Pending {
        Pending { sub: None, name: "ada".to_owned(), step: Step::NewPassword }
    }

    #[test]
    fn a_session_is_good_once_and_for_three_minutes() {
        let (challenges, entropy) = (Challenges::default(), SeededEntropy::new(1));
        let session = challenges.begin(pending(), 0, &entropy);
        assert!((20..=4_096).contains(&session.len()));
        let error = |result: Result<Pending, ApiError>| result.err().and_then(|error| error.message);
        assert_eq!(error(challenges.look(&session, VALIDITY_MS - 1)), None);
        let expired = Some("Invalid session for the user, session is expired.".to_owned());
        assert_eq!(error(challenges.spend(&session, VALIDITY_MS)), expired);
        assert_eq!(error(challenges.spend(&session, 0)), None);
        assert_eq!(error(challenges.spend(&session, 0)), Some("Invalid session for the user.".to_owned()));
        assert_eq!(error(challenges.look("junk", 0)), Some("Invalid session for the user.".to_owned()));
    }

    #[test]
    fn expired_sessions_do_not_pile_up() {
        let (challenges, entropy) = (Challenges::default(), SeededEntropy::new(1));
        for _ in 0..10 {
            challenges.begin(pending(), 0, &entropy);
        }
        challenges.begin(pending(), VALIDITY_MS + REMEMBERED_MS, &entropy);
        assert_eq!(lock(&challenges.0).len(), 1);
    }
}
