//! Signing in, and what is left of a session.

use serde::{Deserialize, Serialize};

use super::Challenge;

/// Who is signed in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct User {
    /// Cognito's `sub`: a UUID that never changes.
    pub sub: String,
    /// The e-mail address of the ID token, or the username where the pool knows none.
    pub email: String,
}

/// Which clock ends the session first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LimitKind {
    /// The refresh token's end (with the last access token bought before it).
    Refresh,
    /// The operator's absolute limit.
    Absolute,
    /// The operator's idle limit.
    Idle,
}

impl LimitKind {
    /// The name on the wire and in `data-limit`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Refresh => "refresh",
            Self::Absolute => "absolute",
            Self::Idle => "idle",
        }
    }
}

/// What the operator has chosen to do about the forced sign-in.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Policy {
    /// Count down, keep everything safe, sign in again in place.
    #[default]
    Countdown,
    /// Ask for the sign-in before work starts.
    Early,
    /// Short idle limit, long fresh sign-ins.
    Strict,
}

/// Why a session ended. Stored once, never changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EndReason {
    /// The user signed out here.
    SignedOut,
    /// `sign_in_by` has passed: the refresh token (or the absolute limit) has ended.
    Expired,
    /// The idle limit has passed.
    Idle,
    /// Cognito refused the refresh: revoked, signed out everywhere, evicted or reused.
    Revoked,
    /// Cognito says that the user is disabled.
    Disabled,
    /// Cognito says that the user does not exist any more.
    Deleted,
    /// Cognito wants a new password first.
    PasswordReset,
    /// The same browser signed in again; the old id is dead.
    Replaced,
    /// The user ended this session from another one.
    EndedElsewhere,
}

impl EndReason {
    /// Every reason, for tables and tests.
    pub const ALL: [Self; 9] = [
        Self::SignedOut,
        Self::Expired,
        Self::Idle,
        Self::Revoked,
        Self::Disabled,
        Self::Deleted,
        Self::PasswordReset,
        Self::Replaced,
        Self::EndedElsewhere,
    ];

    /// Whether a deadline has ended the session, and nobody's wish: only then are late saves taken into escrow.
    #[must_use]
    pub fn is_natural(self) -> bool {
        matches!(self, Self::Expired | Self::Idle)
    }

    /// The stable code, in the sessions table and on the wire.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::SignedOut => "signed_out",
            Self::Expired => "expired",
            Self::Idle => "idle",
            Self::Revoked => "revoked",
            Self::Disabled => "disabled",
            Self::Deleted => "deleted",
            Self::PasswordReset => "password_reset",
            Self::Replaced => "replaced",
            Self::EndedElsewhere => "ended_elsewhere",
        }
    }

    /// The reason with this stable code.
    #[must_use]
    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|reason| reason.as_str() == code)
    }
}

/// `GET /api/session`, and the `session` of a successful sign-in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SessionStatus {
    /// Who is signed in.
    pub user: User,
    /// Milliseconds until only a new sign-in helps.
    pub sign_in_by_ms: i64,
    /// Which clock that is.
    pub sign_in_by_kind: LimitKind,
    /// Milliseconds until the access token in hand ends; 0 when it has.
    pub access_ms: i64,
    /// Milliseconds until the refresh token ends; 0 when it has.
    pub refresh_ms: i64,
    /// Milliseconds since the interactive sign-in.
    pub signed_in_ms_ago: i64,
    /// The policy in force.
    pub policy: Policy,
    /// Where people sign in on the pool's own pages: for so many milliseconds a new sign-in in this browser should need no
    /// password. `None` where there are no such pages.
    #[serde(default)]
    pub sso_ms: Option<i64>,
    /// How long before the end the quiet line appears, in milliseconds (already cut to the window).
    pub notice_ms: i64,
    /// How long before the end the banner appears, in milliseconds (already cut to the window).
    pub warning_ms: i64,
    /// Whether a page that is opened now asks for a new sign-in before work starts: the policy wants more to be left.
    pub asks_first: bool,
    /// Whether the identity provider could not be reached at the last attempt to refresh.
    pub provider_unavailable: bool,
}

/// `GET /api/journal-key`: what seals the journal on this user's devices. The first seals, all open.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct JournalKeys {
    /// The keys, one of each of the server's.
    pub keys: Vec<JournalKey>,
}

/// One key.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct JournalKey {
    /// Stands beside what was sealed with it.
    pub id: String,
    /// 32 bytes in base64 (RFC 4648, section 4). Never logged: this type has no `Debug` that prints it.
    pub key: String,
}

impl std::fmt::Debug for JournalKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("JournalKey").field("id", &self.id).finish_non_exhaustive()
    }
}

/// `POST /api/session`.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SignIn {
    /// The e-mail address or username.
    pub username: String,
    /// The password; empty to sign in by another way, where the server offers one. Never logged: this type has no `Debug`
    /// that prints it.
    pub password: String,
}

impl std::fmt::Debug for SignIn {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SignIn").finish_non_exhaustive()
    }
}

/// The `200` of `POST /api/session`: signed in, or one more step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum SignInOutcome {
    /// Cognito asks for more (a one-time code, a new password…). What carries the sign-in on is in a cookie.
    Challenge(Challenge),
    /// Signed in; the cookie is in the answer.
    SignedIn(SessionStatus),
}

/// `POST /api/sign-up`.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SignUp {
    /// The e-mail address, which is also the name to sign in with.
    pub email: String,
    /// The password.
    pub password: String,
}

impl std::fmt::Debug for SignUp {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SignUp").finish_non_exhaustive()
    }
}

/// `POST /api/sign-up/confirm`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ConfirmSignUp {
    /// The e-mail address that signed up.
    pub email: String,
    /// The code that was mailed.
    pub code: String,
}

/// `POST /api/sign-up/resend`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ResendCode {
    /// The e-mail address that signed up.
    pub email: String,
}
