//! How the identity provider's refusals are told apart. Only [`ProviderError::DefiniteNo`] may end a session.

use holdfast::wire::{Code, EndReason};

/// Why an operation did not succeed. Holds Cognito's error code at most: its messages can name users.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ProviderError {
    /// The refresh token will never work again.
    #[error("the user pool says no for good ({code})")]
    DefiniteNo {
        /// What to tell the user.
        reason: EndReason,
        /// Cognito's exception name.
        code: String,
    },
    /// Wrong password, unknown user, unconfirmed user: not to be told apart.
    #[error("incorrect username or password")]
    WrongCredentials,
    /// The pool wants a new password before this user signs in, by way of a code.
    #[error("the user pool wants the password to be reset first")]
    PasswordResetRequired,
    /// The step of a sign-in has run out, or was taken before.
    #[error("the challenge has run out")]
    ChallengeExpired,
    /// Too many requests for the pool or the account.
    #[error("the user pool is throttling")]
    Throttled,
    /// No answer, or none that can be believed: time-outs, resets, 5xx, HTML, keys that cannot be had.
    #[error("the user pool cannot be reached ({what})")]
    Unavailable {
        /// What was seen; no text from the wire but an exception name.
        what: String,
    },
    /// The pool refuses this server, not this user: an operator has to act.
    #[error("the user pool refuses this server's configuration ({what})")]
    Misconfigured {
        /// What was seen; no text from the wire but an exception name.
        what: String,
    },
    /// The confirmation code is wrong.
    #[error("the confirmation code is wrong")]
    CodeMismatch,
    /// The confirmation code has run out.
    #[error("the confirmation code has run out")]
    ExpiredCode,
    /// The pool's password policy refuses the password.
    #[error("the password does not conform to the policy")]
    InvalidPassword,
    /// The name is taken, or a trigger of the pool refuses it.
    #[error("this user cannot be signed up")]
    SignUpRefused,
    /// Too many attempts of one kind for one user.
    #[error("an attempt limit is exceeded")]
    LimitExceeded,
    /// The pool does not take a value that the user gave.
    #[error("the user pool does not take a given value")]
    InvalidInput,
    /// The passkey answers another challenge, or none that the pool takes.
    #[error("the user pool does not take the passkey")]
    PasskeyRefused,
    /// The pool has this switched off.
    #[error("the user pool does not offer this")]
    NotOffered,
}

impl ProviderError {
    /// An [`Self::Unavailable`].
    pub fn unavailable(what: impl Into<String>) -> Self {
        Self::Unavailable { what: what.into() }
    }

    /// A [`Self::Misconfigured`].
    pub fn misconfigured(what: impl Into<String>) -> Self {
        Self::Misconfigured { what: what.into() }
    }

    /// What the wire says about it.
    #[must_use]
    pub fn code(&self) -> Code {
        match self {
            Self::DefiniteNo { reason, .. } => Code::from(*reason),
            Self::WrongCredentials => Code::WrongCredentials,
            Self::PasswordResetRequired => Code::PasswordReset,
            Self::ChallengeExpired => Code::ChallengeExpired,
            Self::Throttled | Self::LimitExceeded => Code::TooManyRequests,
            Self::Unavailable { .. } => Code::ProviderUnavailable,
            Self::Misconfigured { .. } => Code::ProviderMisconfigured,
            Self::CodeMismatch => Code::WrongCode,
            Self::ExpiredCode => Code::ExpiredCode,
            Self::InvalidPassword => Code::WeakPassword,
            Self::SignUpRefused => Code::SignUpRefused,
            Self::InvalidInput => Code::Invalid,
            Self::PasskeyRefused => Code::PasskeyRefused,
            Self::NotOffered => Code::NotOffered,
        }
    }
}
