//! The control plane: what breaks the pool on demand, ends its users' sessions and shows what it was asked.
//!
//! [`Control`] is the handle for the same process; [`UserPool::control_router`](crate::UserPool::control_router) is the
//! same over HTTP.

mod faults;
mod journal;
mod routes;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use crate::error::ApiError;
use crate::operations::codes::{self, Contact};
use crate::pool::Shared;
use crate::rules::SignInRules;
use crate::seed;
use crate::state::{Mfa, SoftwareToken, UserStatus};
use crate::tokens::keys::{self, KeyRing};
use crate::totp;

pub(crate) use faults::Faults;
pub use faults::{Fault, FaultKind};
pub(crate) use journal::Journal;
pub use journal::{Call, Message};

/// At most so many old pairs of keys stay published.
const PUBLISHED_PAIRS: usize = 10;

/// A handle on the pool for tests and for `/__control`. Cheap to clone.
#[derive(Clone)]
pub struct Control {
    shared: Arc<Shared>,
}

/// What can be done to a user, as an administrator would.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UserAction {
    /// AdminDisableUser: no sign-in, no refresh; everything issued is revoked and stays so.
    Disable,
    /// AdminEnableUser.
    Enable,
    /// AdminUserGlobalSignOut: everything issued is revoked.
    SignOut,
    /// AdminResetUserPassword: the password is no longer good, a code is mailed, and sign-ins get
    /// PasswordResetRequiredException until ConfirmForgotPassword sets another.
    ResetPassword,
    /// A temporary password, as after AdminCreateUser: the one the user has signs in once more, and leads to
    /// NEW_PASSWORD_REQUIRED.
    ForceNewPassword,
    /// AdminDeleteUser.
    Delete,
}

/// Whose tokens to revoke.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Revoke {
    /// Everybody's.
    All,
    /// Those of the user with that e-mail address or `sub`.
    User(String),
    /// Those of the session this refresh token belongs to.
    Token(String),
}

/// What becomes of the keys that signed until now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OldKeys {
    /// They stay in the key set, as Cognito's do for a while.
    Published,
    /// They leave the key set: tokens they signed no longer verify.
    Dropped,
}

/// Why the control plane did not do what it was told.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ControlError {
    /// There is nobody and nothing of that name.
    #[error("no such {0}")]
    NotFound(&'static str),
    /// The request makes no sense.
    #[error("{0}")]
    Invalid(String),
    /// The pool itself failed; its log says how.
    #[error("the user pool failed, see its log")]
    Failed,
}

impl Control {
    pub(crate) fn new(shared: Arc<Shared>) -> Self {
        Self { shared }
    }

    /// Makes the next `fault.times` matching calls fail in that way. Faults of one operation are used up in the order in
    /// which they came.
    ///
    /// # Errors
    /// When no operation has that name, or the times are zero.
    pub fn fault(&self, fault: Fault) -> Result<(), ControlError> {
        self.shared.faults.add(fault)
    }

    /// Forgets all faults that have not happened yet.
    pub fn clear_faults(&self) {
        self.shared.faults.clear();
    }

    /// Does something to a user, named by e-mail address or `sub`.
    ///
    /// # Errors
    /// When there is no such user, or the state cannot be stored.
    pub async fn user(&self, name: &str, action: UserAction) -> Result<(), ControlError> {
        let name = name.to_owned();
        let code = codes::new(&self.shared, codes::RECOVERY_MS);
        let digits = code.digits.clone();
        let done = self.shared.write(move |state| {
            let user = state.user_mut(&name)?;
            let sub = user.sub.clone();
            let contact = Contact::for_recovery(user).filter(|_| action == UserAction::ResetPassword);
            match action {
                UserAction::Disable => user.enabled = false,
                UserAction::Enable => user.enabled = true,
                UserAction::ResetPassword => {
                    user.status = UserStatus::ResetRequired;
                    user.reset_code = Some(code);
                }
                UserAction::ForceNewPassword => user.status = UserStatus::ForceChangePassword,
                UserAction::SignOut => {}
                UserAction::Delete => drop(state.users.remove(&sub)),
            }
            if matches!(action, UserAction::Disable | UserAction::SignOut) {
                state.revoke_sessions_of(&sub);
            }
            Some(contact)
        });
        if let Some(contact) = done.await?.ok_or(ControlError::NotFound("user"))? {
            contact.send(&self.shared, "forgot_password", digits);
        }
        Ok(())
    }

    /// Revokes refresh tokens, and with them the access tokens that came from them.
    ///
    /// # Errors
    /// When there is no such user or token, or the state cannot be stored.
    pub async fn revoke(&self, whose: Revoke) -> Result<(), ControlError> {
        let done = self.shared.write(move |state| match whose {
            Revoke::All => {
                state.sessions.values_mut().for_each(|session| session.revoked = true);
                Ok(())
            }
            Revoke::User(name) => {
                let sub = state.user(&name).ok_or(ControlError::NotFound("user"))?.sub.clone();
                state.revoke_sessions_of(&sub);
                Ok(())
            }
            Revoke::Token(token) => {
                let unknown = ControlError::NotFound("token");
                let Some(token) = state.refresh_tokens.get(&crate::ids::fingerprint(&token)) else {
                    return Err(unknown);
                };
                state.sessions.get_mut(&token.origin_jti).ok_or(unknown)?.revoked = true;
                Ok(())
            }
        });
        done.await?
    }

    /// Makes two new keys, which sign from now on.
    ///
    /// # Errors
    /// When keys cannot be made or stored.
    pub async fn rotate_keys(&self, old: OldKeys) -> Result<(), ControlError> {
        let shared = Arc::clone(&self.shared);
        let made = tokio::task::spawn_blocking(move || keys::generate(&*shared.entropy)).await;
        let made = made.map_err(|_panicked| ControlError::Failed)?.map_err(|_| ControlError::Failed)?;
        let stored = self.shared.write(move |state| {
            if old == OldKeys::Dropped {
                state.keys.clear();
            }
            state.keys.extend(made);
            let surplus = state.keys.len().saturating_sub(2 * PUBLISHED_PAIRS);
            state.keys.drain(..surplus);
            state.keys.clone()
        });
        let ring = KeyRing::read(&stored.await?).map_err(|_| ControlError::Failed)?;
        self.shared.use_keys(ring);
        Ok(())
    }

    /// Gives the app client these secrets, the newest first: one, or two during a change, as AddUserPoolClientSecret and
    /// DeleteUserPoolClientSecret do. A restart goes back to the configured one.
    ///
    /// # Errors
    /// When there are none or more than two, one has fewer than 24 characters, or the client was configured without a
    /// secret: such a client cannot get one.
    pub fn set_client_secrets(&self, secrets: Vec<String>) -> Result<(), ControlError> {
        if self.shared.config.client_secret.is_none() {
            return Err(ControlError::Invalid("this app client has no secret".to_owned()));
        }
        if !(1..=2).contains(&secrets.len()) || secrets.iter().any(|secret| secret.len() < 24) {
            return Err(ControlError::Invalid("give one secret or two, of at least 24 characters".to_owned()));
        }
        self.shared.use_client_secrets(secrets);
        Ok(())
    }

    /// What is asked of who signs in, now.
    #[must_use]
    pub fn sign_in_rules(&self) -> SignInRules {
        self.shared.rules()
    }

    /// From now on this is asked of who signs in, until a reset or a restart.
    ///
    /// # Errors
    /// When an authentication flow is unknown.
    pub fn set_sign_in_rules(&self, rules: SignInRules) -> Result<(), ControlError> {
        rules.check().map_err(ControlError::Invalid)?;
        self.shared.use_rules(rules);
        Ok(())
    }

    /// Gives a user attributes, as AdminUpdateUserAttributes does; an empty value takes one away. `email_verified` is one of
    /// them, `true` or not.
    ///
    /// # Errors
    /// When there is no such user, it is about `sub` or `email`, which stay, or the state cannot be stored.
    pub async fn set_attributes(
        &self,
        name: &str,
        mut attributes: BTreeMap<String, String>,
    ) -> Result<(), ControlError> {
        if let Some(fixed) = ["sub", "email"].into_iter().find(|fixed| attributes.contains_key(*fixed)) {
            return Err(ControlError::Invalid(format!("{fixed} stays as it is")));
        }
        let verified = attributes.remove("email_verified").map(|value| value == "true");
        let name = name.to_owned();
        let done = self.shared.write(move |state| {
            let user = state.user_mut(&name)?;
            user.email_verified = verified.unwrap_or(user.email_verified);
            user.attributes.extend(attributes);
            user.attributes.retain(|_, value| !value.is_empty());
            Some(())
        });
        done.await?.ok_or(ControlError::NotFound("user"))
    }

    /// Gives a user an authenticator app with that secret, in base32 and of ten bytes at least: in use and preferred.
    ///
    /// # Errors
    /// When it is no secret, there is no such user, or the state cannot be stored.
    pub async fn set_software_token(&self, name: &str, secret: &str) -> Result<(), ControlError> {
        if !totp::is_secret(secret) {
            return Err(ControlError::Invalid("secret must be base32 of at least ten bytes".to_owned()));
        }
        let (name, secret) = (name.to_owned(), secret.to_owned());
        let done = self.shared.write(move |state| {
            let factors = &mut state.user_mut(&name)?.factors;
            factors.software_token = Some(SoftwareToken { secret, last_step: i64::MIN });
            factors.set(Mfa::SoftwareToken, true, true);
            Some(())
        });
        done.await?.ok_or(ControlError::NotFound("user"))
    }

    /// Whether `auth_time` moves to the moment of each refresh, as emulators do. Cognito's stays at the sign-in.
    pub fn mutate_auth_time_moves(&self, moves: bool) {
        self.shared.auth_time_moves.store(moves, Ordering::SeqCst);
    }

    /// The latest calls, oldest first; ten thousand are kept.
    #[must_use]
    pub fn calls(&self) -> Vec<Call> {
        self.shared.journal.calls()
    }

    /// How many of the kept calls were of that operation.
    #[must_use]
    pub fn count(&self, operation: &str) -> usize {
        self.shared.journal.calls().iter().filter(|call| call.operation == operation).count()
    }

    /// The messages that would have been mailed, oldest first; a thousand are kept.
    #[must_use]
    pub fn outbox(&self) -> Vec<Message> {
        self.shared.journal.outbox()
    }

    /// Back to how the pool was opened: the configured users alone and enabled, no sessions, no faults, no mutation, an
    /// empty log and outbox. Ids, keys, the users' `sub` and the clock stay.
    ///
    /// # Errors
    /// When the state cannot be stored.
    pub async fn reset(&self) -> Result<(), ControlError> {
        let shared = Arc::clone(&self.shared);
        let now_ms = shared.now_ms();
        self.shared.write(move |state| seed::replant(state, &shared.seeds, now_ms)).await?;
        self.shared.faults.clear();
        self.shared.lockouts.clear();
        self.shared.limits.clear();
        self.shared.challenges.clear();
        self.shared.codes.clear();
        self.shared.use_rules(self.shared.config.sign_in.clone());
        self.shared.journal.clear();
        self.mutate_auth_time_moves(false);
        self.shared.use_client_secrets(self.shared.config.client_secret.iter().cloned().collect());
        Ok(())
    }
}

impl From<ApiError> for ControlError {
    fn from(_: ApiError) -> Self {
        Self::Failed
    }
}
