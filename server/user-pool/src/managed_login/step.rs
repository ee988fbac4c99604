//! What the login page asks for, read off the sign-in that waits for an answer.

use crate::challenges::{self, CodeBy};
use crate::pool::Shared;
use crate::state::Mfa;

/// One form of the page.
pub(super) enum Step {
    Password { name: String },
    Challenge(Asked),
}

/// A challenge, and what answers it.
pub(super) struct Asked {
    pub(super) name: String,
    pub(super) session: String,
    pub(super) challenge: &'static str,
    /// The member of `ChallengeResponses` that the answer is.
    pub(super) response: &'static str,
    pub(super) field: Field,
    /// The secret of an authenticator app that is being set up, once there is one.
    pub(super) secret: Option<String>,
    /// Attributes that are wanted beside the answer.
    pub(super) attributes: Vec<String>,
}

/// The field of the answer.
pub(super) enum Field {
    Code(&'static str),
    NewPassword,
    /// One of these.
    Choice(Vec<Mfa>),
}

impl Step {
    /// The step at which `session` waits, if this page has it and the session is still good: passkeys and the choice of a
    /// first factor are for clients of the API.
    pub(super) fn of(pool: &Shared, session: &str, name: &str) -> Option<Self> {
        let pending = pool.challenges.look(session, pool.now_ms()).ok()?;
        let (response, field) = match &pending.step {
            challenges::Step::NewPassword => ("NEW_PASSWORD", Field::NewPassword),
            challenges::Step::SoftwareToken => {
                ("SOFTWARE_TOKEN_MFA_CODE", Field::Code("Code of your authenticator app"))
            }
            challenges::Step::Code { by: CodeBy::SmsMfa, .. } => {
                ("SMS_MFA_CODE", Field::Code("Code that was texted to you"))
            }
            challenges::Step::Code { by: CodeBy::Email, .. } => {
                ("EMAIL_OTP_CODE", Field::Code("Code that was mailed to you"))
            }
            challenges::Step::SelectMfa(offered) => ("ANSWER", Field::Choice(offered.clone())),
            challenges::Step::SetUpMfa { .. } => ("", Field::Code("First code that the app shows")),
            _ => return None,
        };
        let secret = match &pending.step {
            challenges::Step::SetUpMfa { secret, .. } => secret.clone(),
            _ => None,
        };
        let attributes = match (&pending.step, &pending.sub) {
            (challenges::Step::NewPassword, Some(sub)) => missing_attributes(pool, sub),
            _ => Vec::new(),
        };
        Some(Self::Challenge(Asked {
            name: name.to_owned(),
            session: session.to_owned(),
            challenge: pending.step.name(),
            response,
            field,
            secret,
            attributes,
        }))
    }
}

fn missing_attributes(pool: &Shared, sub: &str) -> Vec<String> {
    let state = pool.state();
    let Some(user) = state.users.get(sub) else { return Vec::new() };
    let mut required = pool.rules().required_attributes;
    required.retain(|name| !user.attributes.contains_key(name));
    required
}
