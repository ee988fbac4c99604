//! Signing in, signing out, signing up.
//!
//! A sign-in always makes a new id and ends the session of the cookie that came with it, in one transaction. A sign-out
//! ends the row first: that is final whatever the identity provider says. Both run in tasks of their own, so that a
//! browser that goes away leaves nothing half done.

use holdfast::session::{Lifetimes, pool_clock_offset, refresh_expires_at};
use holdfast::wire::{Code, EndReason, SignInOutcome};
use secrecy::{ExposeSecret as _, SecretString};
use tower_sessions::Session;

use super::attempts::Attempt;
use super::{Live, Sessions, internal};
use crate::layer::PendingCookie;
use crate::provider::{Answer, Challenge, ProviderError, RefreshToken, SignInStep, TokenSet};
use crate::rows::{Ending, Identity, NewSession, OnlyIf};
use crate::seal::{Column, CookieSecret};
use crate::store;
use crate::verify::VerifyError;

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

/// What the tokens of a new session come from.
#[derive(Clone, Copy)]
pub(super) enum Family<'a> {
    /// A sign-in that has just been made: the refresh token counts from `auth_time`.
    OfSignIn,
    /// A code of managed login, in answer to the request with this nonce: the refresh token counts from the exchange. The
    /// sign-in may be older, and that is what an absolute limit counts from.
    OfRequest { nonce: &'a str },
}

/// Whether a sign-out had a session to end. The answer to the browser is the same; it is for those who count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SignedOut {
    /// A session that was alive has ended.
    Somebody,
    /// There was none, or it had ended before.
    Nobody,
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

    /// Signs out, on this server at once and for good, at the provider as soon as it can be reached. Without a session
    /// there is nothing to do, and that is no error.
    ///
    /// # Errors
    /// When the end could not be written: then the session is still alive.
    pub async fn sign_out(&self, session: &Session) -> Result<SignedOut, Code> {
        let mut who = SignedOut::Nobody;
        if let Some(secret) = session.id().map(CookieSecret::of) {
            let (sessions, ticket) = (self.clone(), self.0.tasks.admit().ok_or(Code::Unavailable)?);
            let ended = tokio::spawn(async move {
                let _ticket = ticket;
                sessions.end_here(secret, EndReason::SignedOut).await
            });
            let (ended, revoking) = ended.await.map_err(|_| Code::Internal)??;
            if ended {
                who = SignedOut::Somebody;
            }
            if let Some(revoking) = revoking {
                // Long enough for most; the task goes on without us.
                drop(tokio::time::timeout(self.0.config.sign_out_patience, revoking).await);
            }
        }
        session.flush().await.map_err(|error| {
            tracing::error!(error = &error as &dyn std::error::Error, "a cookie could not be removed");
            Code::Internal
        })?;
        Ok(who)
    }

    /// Ends a session as if its time were over, for practice: from now on it has [`EndReason::Expired`], like one whose
    /// sign-in window has closed, and its cookie is still told so. Its refresh token, which nobody can use any more, is
    /// taken back at the provider as at a sign-out.
    ///
    /// # Errors
    /// When the end could not be written: then the session is still alive.
    pub async fn practise_expiry(&self, live: &Live) -> Result<(), Code> {
        let (sessions, ticket) = (self.clone(), self.0.tasks.admit().ok_or(Code::Unavailable)?);
        let secret = live.secret;
        let ended = tokio::spawn(async move {
            let _ticket = ticket;
            sessions.end_here(secret, EndReason::Expired).await
        });
        ended.await.map_err(|_| Code::Internal)?.map(|_revoking| ())
    }

    /// Signs up; the pool sends a code.
    ///
    /// # Errors
    /// What the pool does not like about it.
    pub async fn sign_up(&self, email: &str, password: &SecretString) -> Result<(), Code> {
        let email = plausible(email.trim(), MOST_USERNAME_BYTES)?;
        plausible(password.expose_secret(), MOST_PASSWORD_BYTES)?;
        self.told(self.0.provider.sign_up(email, password).await)
    }

    /// Confirms a sign-up with the code.
    ///
    /// # Errors
    /// [`Code::WrongCode`] for a wrong code, one that has run out or was tried too often, a user who is confirmed already
    /// and an unknown one alike: which of them it is would tell who has an account.
    pub async fn confirm_sign_up(&self, email: &str, code: &str) -> Result<(), Code> {
        let email = plausible(email.trim(), MOST_USERNAME_BYTES)?;
        let code = plausible(code.trim(), MOST_CODE_BYTES)?;
        let asking = async {
            match self.0.provider.confirm_sign_up(email, code).await {
                Err(ProviderError::ExpiredCode | ProviderError::LimitExceeded) => Err(Code::WrongCode),
                other => self.told(other),
            }
        };
        self.attempt(Attempt::Code, email, asking).await
    }

    /// Has the pool send another code. Whether there is such a user, and whether it is confirmed, is not told.
    ///
    /// # Errors
    /// When the pool cannot be asked, or has been asked too often.
    pub async fn resend_code(&self, email: &str) -> Result<(), Code> {
        let email = plausible(email.trim(), MOST_USERNAME_BYTES)?;
        let asking = async {
            match self.0.provider.resend_code(email).await {
                // Only somebody who is there can have been sent too many.
                Err(ProviderError::InvalidInput | ProviderError::LimitExceeded) => Ok(()),
                other => self.told(other),
            }
        };
        self.attempt(Attempt::Letter, email, asking).await
    }

    /// Has the pool send a code to who has forgotten the password. Whether there is such a user is not told.
    ///
    /// # Errors
    /// When the pool cannot be asked, or has been asked too often.
    pub async fn forgot_password(&self, email: &str) -> Result<(), Code> {
        let email = plausible(email.trim(), MOST_USERNAME_BYTES)?;
        let asking = async {
            match self.0.provider.forgot_password(email).await {
                // Only somebody who is there can have been sent too many.
                Err(ProviderError::InvalidInput | ProviderError::LimitExceeded) => Ok(()),
                other => self.told(other),
            }
        };
        self.attempt(Attempt::Letter, email, asking).await
    }

    /// Sets a new password with the code that was sent. Nobody is signed in by it, and nobody out.
    ///
    /// # Errors
    /// [`Code::WrongCode`] for a wrong code, one that has run out and an unknown user alike; [`Code::WeakPassword`];
    /// [`Code::TooManyRequests`] for an account with too many wrong ones.
    pub async fn confirm_forgot_password(&self, email: &str, code: &str, password: &SecretString) -> Result<(), Code> {
        let email = plausible(email.trim(), MOST_USERNAME_BYTES)?;
        let code = plausible(code.trim(), MOST_CODE_BYTES)?;
        plausible(password.expose_secret(), MOST_PASSWORD_BYTES)?;
        let asking = async {
            match self.0.provider.confirm_forgot_password(email, code, password).await {
                // Only somebody who is there can have let a code run out, or have mistyped too many.
                Err(ProviderError::ExpiredCode | ProviderError::LimitExceeded) => Err(Code::WrongCode),
                other => self.told(other),
            }
        };
        self.attempt(Attempt::Code, email, asking).await
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

    /// The session that these tokens begin, in the place of the browser's old one.
    pub(super) async fn begin(
        &self,
        old: Option<CookieSecret>,
        tokens: &TokenSet,
        asked_at: i64,
        family: Family<'_>,
    ) -> Result<Live, Code> {
        let (secret, new) = self.believed(old, tokens, asked_at, family).await?;
        self.0.trouble.is_over();
        let former = self.refresh_token_of(old).await;
        self.0.rows.create(&new).await.map_err(|error| internal(&error))?;
        if let Some(id) = new.replaces {
            self.0.backoffs.forget(id);
        }
        if let Some(token) = former {
            self.revoke_detached(token);
        }
        if let Some(hook) = &self.0.sign_in_hook {
            hook.signed_in(&new.user.sub).await;
        }
        self.live(secret).await.map_err(|refusal| refusal.code)
    }

    /// The new row, from tokens that have been verified. `asked_at` is the moment of the question that they answer.
    async fn believed(
        &self,
        old: Option<CookieSecret>,
        tokens: &TokenSet,
        asked_at: i64,
        family: Family<'_>,
    ) -> Result<(CookieSecret, NewSession), Code> {
        let nonce = match family {
            Family::OfSignIn => None,
            Family::OfRequest { nonce } => Some(nonce),
        };
        let verified = self.0.verifier.pair_for(tokens, nonce).await.map_err(|error| {
            self.tell_operator(&error, self.0.clock.now_ms());
            match error {
                VerifyError::Issuer | VerifyError::Client | VerifyError::TokenUse => Code::ProviderMisconfigured,
                _ => Code::ProviderUnavailable,
            }
        })?;
        let now = self.0.clock.now_ms();
        // An app client that gives no refresh token has a session as long as its access token.
        let validity = tokens.refresh.as_ref().map_or(0, |_| self.0.config.refresh_token_validity_ms);
        // Deadlines are enforced by this server's clock and meant by the pool's.
        let offset = pool_clock_offset(verified.issued_at, asked_at, now);
        let signed_in_at = verified.auth_time.min(verified.issued_at) + offset;
        let lifetimes = Lifetimes {
            signed_in_at: signed_in_at.min(now),
            refresh_expires_at: match family {
                Family::OfSignIn => refresh_expires_at(signed_in_at, now, validity),
                // The code's own refresh token, which is new however old the sign-in is that the pool has continued.
                Family::OfRequest { .. } => refresh_expires_at(verified.issued_at + offset, now, validity),
            },
            access_issued_at: verified.issued_at + offset,
            access_expires_at: verified.expires_at + offset,
            last_activity_at: now,
        };
        let secret = CookieSecret::random(self.0.entropy.as_ref());
        let sealed = self.seal_all(&secret, tokens, tokens.refresh.as_ref()).map_err(|error| {
            tracing::error!(error = %error, "the tokens of a sign-in could not be sealed");
            Code::Internal
        })?;
        let email = verified.email.unwrap_or_else(|| verified.username.clone());
        let new = NewSession {
            id: secret.row_id(),
            user: Identity { sub: verified.sub, email, username: verified.username },
            lifetimes,
            created_at: now,
            tokens: sealed,
            replaces: old.map(|old| old.row_id()),
        };
        Ok((secret, new))
    }

    async fn end_here(
        &self,
        secret: CookieSecret,
        reason: EndReason,
    ) -> Result<(bool, Option<tokio::task::JoinHandle<()>>), Code> {
        let token = self.refresh_token_of(Some(secret)).await;
        let id = secret.row_id();
        let ending = Ending { reason, at: self.0.clock.now_ms(), only_if: OnlyIf::Alive };
        let ended = self.0.rows.end(id, ending).await.map_err(|error| internal(&error))?;
        self.0.backoffs.forget(id);
        Ok((ended, token.map(|token| self.revoke_detached(token))))
    }

    /// The refresh token of a session that is alive, where it can be had.
    async fn refresh_token_of(&self, secret: Option<CookieSecret>) -> Option<RefreshToken> {
        let live = self.live(secret?).await.ok()?;
        self.open(&live, Column::Refresh, |tokens| tokens.refresh.as_ref()).ok().map(RefreshToken::new)
    }

    /// Takes a refresh token back at the provider, best effort: the row has ended already. Only ever called by a task
    /// that is under way.
    pub(super) fn revoke_detached(&self, token: RefreshToken) -> tokio::task::JoinHandle<()> {
        let (sessions, ticket) = (self.clone(), self.0.tasks.admit_successor());
        tokio::spawn(async move {
            let _ticket = ticket;
            if let Err(error) = sessions.0.provider.revoke(&token).await {
                tracing::warn!(error = %error, "a refresh token could not be revoked; it stays good until it runs out");
            }
        })
    }
}

pub(super) fn plausible(value: &str, most_bytes: usize) -> Result<&str, Code> {
    if value.is_empty() || value.len() > most_bytes { Err(Code::Invalid) } else { Ok(value) }
}
