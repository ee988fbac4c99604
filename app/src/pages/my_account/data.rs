//! What the account page is made of.

use holdfast::wire::{Account, Code, Passkey, SessionStatus, SoftwareTokenSetup};

/// `GET /account`, and the answer to one of its forms that failed.
#[derive(Debug, Clone)]
pub struct AccountPage {
    /// What the user pool knows; `None` where it cannot be asked.
    pub account: Option<Account>,
    /// The passkeys; `None` where the pool has none to offer, or cannot be asked.
    pub passkeys: Option<Vec<Passkey>>,
    /// Whether the field for the mailed code is open.
    pub asks_for_code: bool,
    /// Where the user is signed in, the latest sign-in first.
    pub places: Vec<Place>,
    /// What a form has just done.
    pub notice: Option<AccountNotice>,
    /// Which form failed, why, and what was typed into it (never a password).
    pub error: Option<(AccountForm, Code, String)>,
    /// The server's clock, milliseconds since the Unix epoch.
    pub now_ms: i64,
    /// What is left of the sign-in.
    pub session: SessionStatus,
}

/// A browser in which the user is signed in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// 64 lower-case hexadecimal digits.
    pub id: String,
    /// Which browser it is, on which system, as far as that is known.
    pub browser: Option<holdfast::place::Place>,
    /// Milliseconds since the sign-in there.
    pub signed_in_ms_ago: i64,
    /// Milliseconds since a person last did something there.
    pub last_active_ms_ago: i64,
    /// Whether it is the browser that asks.
    pub current: bool,
}

/// The page's forms.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AccountForm {
    /// The name.
    Name,
    /// Another address.
    Email,
    /// The code that was mailed to it.
    Code,
    /// Another password.
    Password,
    /// The second factors.
    Factors,
    /// The passkeys.
    Passkeys,
    /// Signing out elsewhere.
    Places,
}

impl AccountForm {
    /// The id of the element that says why the form failed.
    pub(super) fn error_id(self) -> &'static str {
        match self {
            Self::Name => "name-error",
            Self::Email => "email-error",
            Self::Code => "code-error",
            Self::Password => "password-error",
            Self::Factors => "factors-error",
            Self::Passkeys => "passkeys-error",
            Self::Places => "places-error",
        }
    }
}

/// What a form has just done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AccountNotice {
    /// The name is saved.
    NameSaved,
    /// A code is on its way to the new address.
    CodeSent,
    /// The new address counts.
    EmailChanged,
    /// The new password counts.
    PasswordChanged,
    /// An authenticator app is set up.
    AppSetUp,
    /// A second factor is on, off or the first.
    FactorsChanged,
    /// A passkey is added.
    PasskeyAdded,
    /// A passkey is removed.
    PasskeyRemoved,
    /// One other place is signed out.
    SignedOutThere,
    /// All others are.
    SignedOutOthers,
}

impl AccountNotice {
    /// As it stands in the page's address.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::NameSaved => "name",
            Self::CodeSent => "code",
            Self::EmailChanged => "email",
            Self::PasswordChanged => "password",
            Self::AppSetUp => "app",
            Self::FactorsChanged => "factors",
            Self::PasskeyAdded => "passkey",
            Self::PasskeyRemoved => "no-passkey",
            Self::SignedOutThere => "there",
            Self::SignedOutOthers => "others",
        }
    }

    /// Reads [`Self::as_str`] back.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        let all = [
            Self::NameSaved,
            Self::CodeSent,
            Self::EmailChanged,
            Self::PasswordChanged,
            Self::AppSetUp,
            Self::FactorsChanged,
            Self::PasskeyAdded,
            Self::PasskeyRemoved,
            Self::SignedOutThere,
            Self::SignedOutOthers,
        ];
        all.into_iter().find(|notice| notice.as_str() == word)
    }
}

/// What the button of a second factor does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FactorSwitch {
    /// It is asked for.
    On,
    /// It is not.
    Off,
    /// It is asked for before the others.
    First,
}

impl FactorSwitch {
    /// As it stands in the form.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::On => "on",
            Self::Off => "off",
            Self::First => "first",
        }
    }

    /// Reads [`Self::as_str`] back.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        [Self::On, Self::Off, Self::First].into_iter().find(|switch| switch.as_str() == word)
    }
}

/// `GET /account/authenticator`, and the answer to a code that was refused.
#[derive(Debug, Clone)]
pub struct AuthenticatorPage {
    /// What the app is set up with.
    pub set_up: SoftwareTokenSetup,
    /// Why the last code was refused.
    pub error: Option<Code>,
    /// What is left of the sign-in.
    pub session: SessionStatus,
}

/// `GET /account/delete`
#[derive(Debug, Clone)]
pub struct LeavePage {
    /// Why the last attempt failed.
    pub error: Option<Code>,
    /// What is left of the sign-in.
    pub session: SessionStatus,
}
