//! What a request learns about its session: that it is alive, or why it is not.

use holdfast::session::{Deadline, Lifetimes};
use holdfast::wire::{Code, EndReason, User};

use crate::rows::{Ended, RowId, SessionRow};
use crate::seal::CookieSecret;

/// A session that was alive when it was read. Whoever holds one may act for its user.
#[derive(Debug, Clone)]
pub struct Live {
    pub(super) row: SessionRow,
    pub(super) secret: CookieSecret,
    pub(super) deadline: Deadline,
}

impl Live {
    /// Cognito's `sub`: the owner in every statement that reads or writes something of the user's.
    #[must_use]
    pub fn sub(&self) -> &str {
        &self.row.user.sub
    }

    /// As the wire tells it.
    #[must_use]
    pub fn user(&self) -> User {
        User { sub: self.row.user.sub.clone(), email: self.row.user.email.clone() }
    }

    /// The session's public name: good for a list, useless as a cookie.
    #[must_use]
    pub fn row_id(&self) -> RowId {
        self.row.id
    }

    /// The moment after which only a new sign-in helps.
    #[must_use]
    pub fn deadline(&self) -> Deadline {
        self.deadline
    }

    /// All clocks.
    #[must_use]
    pub fn lifetimes(&self) -> &Lifetimes {
        &self.row.lifetimes
    }
}

/// Why a request has no session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// What the wire says.
    pub code: Code,
    /// Whose session the cookie once named, where that is known: enough to keep a late save for its owner, not enough
    /// to show anything to anybody.
    pub former: Option<Former>,
}

/// A session that has ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Former {
    /// The session's public name.
    pub session: RowId,
    /// Whose it was.
    pub sub: String,
    /// Why it ended.
    pub reason: EndReason,
    /// When, in milliseconds since the Unix epoch; for a deadline, the deadline itself.
    pub ended_at: i64,
}

impl Former {
    /// Whether a deadline has ended it, and nobody's wish: what arrives later is still from the person who was signed
    /// in. After a sign-out, a revocation or the like it may be from whoever holds the cookie now.
    #[must_use]
    pub fn ended_naturally(&self) -> bool {
        Self::is_natural(self.reason)
    }

    /// See [`Self::ended_naturally`].
    pub(super) fn is_natural(reason: EndReason) -> bool {
        match reason {
            EndReason::Expired | EndReason::Idle => true,
            EndReason::SignedOut
            | EndReason::Revoked
            | EndReason::Disabled
            | EndReason::Deleted
            | EndReason::PasswordReset
            | EndReason::Replaced
            | EndReason::EndedElsewhere => false,
        }
    }
}

impl Refusal {
    pub(crate) fn new(code: Code) -> Self {
        Self { code, former: None }
    }

    pub(super) fn ended(row: &SessionRow, ended: Ended) -> Self {
        let former = Former { session: row.id, sub: row.user.sub.clone(), reason: ended.reason, ended_at: ended.at };
        Self { code: Code::from(ended.reason), former: Some(former) }
    }
}
