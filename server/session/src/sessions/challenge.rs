//! The steps of a sign-in between the password and the session.
//!
//! What a step needs to be answered, Cognito's `Session` above all, is kept by the browser in a cookie of its own, sealed
//! with the server's key: so it outlives a restart, and any process on the same keys can go on with it. It names the user
//! and its end, both under the seal. It is good for one answer because Cognito's `Session` is: what was answered once is
//! refused there, and every answer here replaces or removes the cookie. A code that was mistyped leaves it as it is.

use std::collections::BTreeMap;

use holdfast::wire::{self, ChallengeField, ChallengeName, Code, FieldKind, SignInOutcome};
use secrecy::{ExposeSecret as _, SecretString};
use serde::{Deserialize, Serialize};
use tower_sessions::Session;

use super::sign_in::{Asked, MOST_CODE_BYTES, MOST_PASSWORD_BYTES, plausible, plausible_code};
use super::{Sessions, authenticator};
use crate::layer::PendingCookie;
use crate::provider::{Answer, Challenge};
use crate::seal::{Place, open_for_user, seal_for_user};

/// An attribute's longest value.
/// <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AttributeType.html>
const MOST_ATTRIBUTE_BYTES: usize = 2048;

/// A signed credential is about 1 KiB; the largest user handle and credential id that there may be make it 3.
const MOST_CREDENTIAL_BYTES: usize = 8_192;

/// Nobody is known yet, so the key is no user's; who it is stands inside.
const PLACE: Place<'_> = Place { sub: "", purpose: "pending sign-in v1", table: "cookie", row: "", column: "step" };

/// What the cookie holds, under the seal.
#[derive(Serialize, Deserialize)]
pub(super) struct Pending {
    /// The name that was typed.
    account: String,
    /// Milliseconds since the Unix epoch.
    expires_at: i64,
    name: ChallengeName,
    username: String,
    session: Option<String>,
    delivered_to: Option<String>,
    required_attributes: Vec<String>,
    choices: Vec<String>,
    setup_secret: Option<String>,
    #[serde(default)]
    passkey_options: Option<String>,
}

impl Sessions {
    /// Answers the challenge that the cookie holds.
    ///
    /// # Errors
    /// [`Code::ChallengeExpired`], [`Code::WrongCredentials`], [`Code::PasskeyRefused`] and [`Code::PasswordReset`] end it:
    /// the sign-in begins again.
    /// After any other it can be answered once more.
    pub async fn answer_challenge(
        &self,
        session: &Session,
        cookie: &PendingCookie,
        name: ChallengeName,
        answers: &BTreeMap<String, String>,
    ) -> Result<SignInOutcome, Code> {
        let outcome = match self.answered(session, cookie, name, answers).await {
            Err(Code::WrongCredentials) if name == ChallengeName::WebAuthn => Err(Code::PasskeyRefused),
            outcome => outcome,
        };
        if let Err(Code::ChallengeExpired | Code::WrongCredentials | Code::PasskeyRefused | Code::PasswordReset) =
            outcome
        {
            cookie.drop();
        }
        outcome
    }

    /// The challenge that the cookie holds, to be shown again; `None` where there is none or it has run out.
    #[must_use]
    pub fn pending_challenge(&self, cookie: &PendingCookie) -> Option<wire::Challenge> {
        self.pending(cookie).map(|pending| self.told_to_the_browser(&pending))
    }

    /// Leaves the sign-in that the cookie holds.
    pub fn abandon_challenge(&self, cookie: &PendingCookie) {
        if cookie.sealed().is_some() {
            cookie.drop();
        }
    }

    async fn answered(
        &self,
        session: &Session,
        cookie: &PendingCookie,
        name: ChallengeName,
        answers: &BTreeMap<String, String>,
    ) -> Result<SignInOutcome, Code> {
        let pending = self.pending(cookie).filter(|pending| pending.name == name).ok_or(Code::ChallengeExpired)?;
        let answer = pending.answer(answers)?;
        if matches!((name, &answer), (ChallengeName::SelectChallenge, Answer::Choice(way)) if way == "PASSWORD") {
            // The pool takes the password together with the choice of it, so it is asked for first.
            return self.ask(cookie, &Pending { name: ChallengeName::Password, ..pending });
        }
        let account = pending.account.clone();
        self.go_on(session, cookie, account, Asked::Answer(Box::new(pending.into_challenge()), answer)).await
    }

    /// One more step: into the cookie with it, and to the browser what it may know.
    pub(super) fn put(&self, cookie: &PendingCookie, account: String, asked: Challenge) -> Result<SignInOutcome, Code> {
        let expires_at = self.0.clock.now_ms().saturating_add(self.0.config.challenge_ms);
        self.ask(cookie, &Pending::of(account, expires_at, asked))
    }

    fn ask(&self, cookie: &PendingCookie, pending: &Pending) -> Result<SignInOutcome, Code> {
        let sealed = serde_json::to_string(pending)
            .ok()
            .and_then(|text| seal_for_user(&self.0.keys, self.0.entropy.as_ref(), &PLACE, &text).ok());
        let sealed = sealed.ok_or_else(|| {
            tracing::error!("a step of a sign-in could not be sealed");
            Code::Internal
        })?;
        let told = self.told_to_the_browser(pending);
        // A cookie lives in whole seconds; the end inside decides.
        cookie.keep(sealed, told.expires_in_ms.div_euclid(1000) + 1);
        Ok(SignInOutcome::Challenge(told))
    }

    fn pending(&self, cookie: &PendingCookie) -> Option<Pending> {
        let text = open_for_user(&self.0.keys, &PLACE, &cookie.sealed()?).ok()?;
        let pending: Pending = serde_json::from_str(&text).ok()?;
        (self.0.clock.now_ms() < pending.expires_at).then_some(pending)
    }

    fn told_to_the_browser(&self, pending: &Pending) -> wire::Challenge {
        let setup = pending.setup_secret.clone().map(SecretString::from);
        let setup = setup.map(|secret| authenticator::set_up(&self.0.config.app_name, &pending.account, &secret));
        wire::Challenge {
            challenge: pending.name,
            fields: pending.fields(),
            delivered_to: pending.delivered_to.clone(),
            setup,
            passkey: pending.passkey_options.as_deref().and_then(|options| serde_json::from_str(options).ok()),
            expires_in_ms: pending.expires_at.saturating_sub(self.0.clock.now_ms()).max(0),
        }
    }
}

impl Pending {
    fn of(account: String, expires_at: i64, challenge: Challenge) -> Self {
        let exposed = |secret: SecretString| secret.expose_secret().to_owned();
        Self {
            account,
            expires_at,
            name: challenge.name,
            username: challenge.username,
            session: challenge.session.map(exposed),
            delivered_to: challenge.delivered_to,
            required_attributes: challenge.required_attributes,
            choices: challenge.choices,
            setup_secret: challenge.setup_secret.map(exposed),
            passkey_options: challenge.passkey_options,
        }
    }

    fn into_challenge(self) -> Challenge {
        Challenge {
            name: self.name,
            username: self.username,
            session: self.session.map(SecretString::from),
            delivered_to: self.delivered_to,
            required_attributes: self.required_attributes,
            choices: self.choices,
            setup_secret: self.setup_secret.map(SecretString::from),
            passkey_options: self.passkey_options,
        }
    }

    fn fields(&self) -> Vec<ChallengeField> {
        let field = |name: &str, kind| ChallengeField { name: name.to_owned(), kind, choices: Vec::new() };
        match self.name {
            ChallengeName::NewPasswordRequired => {
                let attributes = self.required_attributes.iter().map(|name| {
                    let kind = match name.as_str() {
                        "email" => FieldKind::Email,
                        "phone_number" => FieldKind::Phone,
                        _ => FieldKind::Text,
                    };
                    field(name, kind)
                });
                std::iter::once(field("new_password", FieldKind::NewPassword)).chain(attributes).collect()
            }
            ChallengeName::SelectMfaType | ChallengeName::SelectChallenge => {
                vec![ChallengeField { choices: self.choices.clone(), ..field("choice", FieldKind::Choice) }]
            }
            ChallengeName::WebAuthn => vec![field("credential", FieldKind::Passkey)],
            ChallengeName::Password => vec![field("password", FieldKind::Password)],
            ChallengeName::SoftwareTokenMfa
            | ChallengeName::SmsMfa
            | ChallengeName::EmailOtp
            | ChallengeName::SmsOtp
            | ChallengeName::MfaSetup => vec![field("code", FieldKind::Code)],
        }
    }

    /// The answer, where every field has a value that it may have, and there is nothing else.
    fn answer(&self, answers: &BTreeMap<String, String>) -> Result<Answer, Code> {
        let fields = self.fields();
        if answers.keys().any(|name| fields.iter().all(|field| field.name != *name)) {
            return Err(Code::Invalid);
        }
        let value = |name: &str, most| answers.get(name).map_or(Err(Code::Invalid), |value| plausible(value, most));
        let secret = |name, most| value(name, most).map(SecretString::from);
        match self.name {
            ChallengeName::NewPasswordRequired => {
                let attribute = |name: &String| {
                    value(name, MOST_ATTRIBUTE_BYTES).map(|value| (name.clone(), value.trim().to_owned()))
                };
                let attributes = self.required_attributes.iter().map(attribute).collect::<Result<_, _>>()?;
                secret("new_password", MOST_PASSWORD_BYTES).map(|password| Answer::NewPassword(password, attributes))
            }
            ChallengeName::SelectMfaType | ChallengeName::SelectChallenge => {
                let choice = answers.get("choice").filter(|choice| self.choices.contains(choice));
                choice.cloned().map(Answer::Choice).ok_or(Code::Invalid)
            }
            ChallengeName::WebAuthn => match answers.get("credential").map(String::as_str) {
                Some("") => Err(Code::PasskeyRefused),
                _ => value("credential", MOST_CREDENTIAL_BYTES).map(|one| Answer::Passkey(one.to_owned())),
            },
            ChallengeName::Password => secret("password", MOST_PASSWORD_BYTES).map(Answer::Password),
            ChallengeName::SoftwareTokenMfa
            | ChallengeName::SmsMfa
            | ChallengeName::EmailOtp
            | ChallengeName::SmsOtp
            | ChallengeName::MfaSetup => {
                plausible_code(value("code", MOST_CODE_BYTES)?).map(|code| Answer::Code(SecretString::from(code)))
            }
        }
    }
}
