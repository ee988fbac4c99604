//! Signing in: by name and password, and by what the pool asks for next ([`super::challenge`]). It runs in a task of its
//! own, so that a browser that goes away leaves nothing half done; what follows from the tokens is in [`super::begin`].

use holdfast::wire::{Code, SignInOutcome};
use secrecy::{ExposeSecret as _, SecretString};
use tower_sessions::Session;

use super::attempts::Attempt;
use super::begin::Family;
use super::{Live, Sessions};
use crate::layer::PendingCookie;
use crate::provider::{Answer, Challenge, ProviderError, SignInStep};
use crate::seal::CookieSecret;
use crate::store;

/// Cognito's own limits on a username and a password.
/// <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_SignUp.html>
pub(super) const MOST_USERNAME_BYTES: usize = 512;
pub(super) const MOST_PASSWORD_BYTES: usize = 1024;
/// A confirmation code is six digits; the API takes up to 2048 characters.
pub(super) const MOST_CODE_BYTES: usize = 64;

/// What a person asks with.
pub(super) enum Asked {
    Password(SecretString),
    Answer(Box<Challenge>, Answer),
}

impl Asked {
    /// What it counts as where it is wrong.
    fn attempt(&self) -> Attempt {
        match self {
            Self::Password(_) | Self::Answer(_, Answer::Password(_)) => Attempt::Password,
            Self::Answer(..) => Attempt::Code,
        }
    }
}

enum Step {
    Challenge(Box<Challenge>),
    Done(Box<Live>),
}

impl Sessions {
    /// Signs in by name and password, and gives the request's session its new id; or tells what the pool asks next, and puts
    /// into `cookie` what carries the sign-in on. An empty password asks for the other ways in, where the provider has any.
    ///
    /// # Errors
    /// [`Code::WrongCredentials`] for a wrong password, an unknown and an unconfirmed user alike; [`Code::PasswordReset`];
    /// [`Code::TooManyRequests`] for an account with too many wrong ones; what the provider's trouble is otherwise.
    pub async fn sign_in(
        &self,
        session: &Session,
        cookie: &PendingCookie,
        username: &str,
        password: SecretString,
    ) -> Result<SignInOutcome, Code> {
        let username = plausible(username.trim(), MOST_USERNAME_BYTES)?.to_owned();
        if !(password.expose_secret().is_empty() && self.offers_choices()) {
            plausible(password.expose_secret(), MOST_PASSWORD_BYTES)?;
        }
        self.go_on(session, cookie, username, Asked::Password(password)).await
    }

    /// Whether a sign-in may begin with the name alone.
    #[must_use]
    pub fn offers_choices(&self) -> bool {
        self.0.provider.offers_choices()
    }

    /// Asks the provider, and does what its answer says.
    pub(super) async fn go_on(
        &self,
        session: &Session,
        cookie: &PendingCookie,
        account: String,
        asked: Asked,
    ) -> Result<SignInOutcome, Code> {
        let old = session.id().map(CookieSecret::of);
        let (sessions, ticket) = (self.clone(), self.0.tasks.admit().ok_or(Code::Unavailable)?);
        let name = account.clone();
        let step = tokio::spawn(async move {
            let _ticket = ticket;
            let attempt = asked.attempt();
            let establishing = sessions.establish(old, &name, asked);
            sessions.attempt(attempt, &name, establishing).await
        });
        match step.await.map_err(|_| Code::Internal)?? {
            Step::Challenge(challenge) => self.put(cookie, account, *challenge),
            Step::Done(live) => {
                store::adopt(session, &live.secret).await.map_err(|error| {
                    tracing::error!(error = &error as &dyn std::error::Error, "a new session got no cookie");
                    Code::Internal
                })?;
                self.abandon_challenge(cookie);
                Ok(SignInOutcome::SignedIn(self.status(&live)))
            }
        }
    }

    /// Carries an attempt out, unless this account has been tried too often. What is no attempt does not count: a password
    /// or a code that is right, an answer that says nothing about it.
    pub(super) async fn attempt<T>(
        &self,
        attempt: Attempt,
        name: &str,
        asking: impl Future<Output = Result<T, Code>>,
    ) -> Result<T, Code> {
        if !self.0.attempts.admit(attempt, name, self.0.clock.now_ms()) {
            return Err(Code::TooManyRequests);
        }
        let answer = asking.await;
        let counts = match &answer {
            Ok(_) => attempt == Attempt::Letter,
            Err(code) => matches!(code, Code::WrongCredentials | Code::WrongCode),
        };
        if !counts {
            self.0.attempts.forgive(attempt, name);
        }
        answer
    }

    pub(super) fn told<T>(&self, answer: Result<T, ProviderError>) -> Result<T, Code> {
        answer.map_err(|error| {
            if matches!(error.code(), Code::ProviderUnavailable | Code::ProviderMisconfigured) {
                self.tell_operator(&error, self.0.clock.now_ms());
            }
            error.code()
        })
    }

    async fn establish(&self, old: Option<CookieSecret>, account: &str, asked: Asked) -> Result<Step, Code> {
        // A crowd at the door must not take the provider's quota from the sessions that refresh.
        let _permit = self.0.sign_ins.try_acquire().map_err(|_| Code::TooManyRequests)?;
        let asked_at = self.0.clock.now_ms();
        let provider = &self.0.provider;
        let step = match asked {
            Asked::Password(password) => provider.sign_in(account, &password).await,
            Asked::Answer(challenge, answer) => provider.respond(&challenge, &answer).await,
        };
        let tokens = match self.told(step)? {
            SignInStep::Tokens(tokens) => tokens,
            SignInStep::Challenge(challenge) => return Ok(Step::Challenge(Box::new(challenge))),
        };
        self.begin(old, &tokens, asked_at, Family::OfSignIn).await.map(|live| Step::Done(Box::new(live)))
    }
}

pub(super) fn plausible(value: &str, most_bytes: usize) -> Result<&str, Code> {
    if value.is_empty() || value.len() > most_bytes { Err(Code::Invalid) } else { Ok(value) }
}

/// A code without the spaces in it: apps show "123 456", and people type what they see.
pub(super) fn plausible_code(code: &str) -> Result<String, Code> {
    let code = code.split_whitespace().collect::<String>();
    plausible(&code, MOST_CODE_BYTES)?;
    Ok(code)
}
