//! The storage port: the rows of the sessions table as domain types, and the writes that are allowed on them.
//!
//! What every implementation owes, and [`contract::session_rows_contract`] checks: a row ends once, and no write of any
//! kind changes an ended row; tokens are replaced by compare-and-swap on [`SessionRow::generation`]; one process at a
//! time holds a row's [lease](Claim); ending a row clears its tokens in the same write. This module must not know SQL, cookies or the identity provider. It sees
//! tokens only sealed.

pub mod contract;
mod device_contract;
mod lease;
mod lease_contract;
mod memory;

use async_trait::async_trait;
use holdfast::session::Lifetimes;
use holdfast::wire::EndReason;

pub use lease::{Claim, Claimed, Holder, LONGEST_LEASE_MS, Lease};
pub use memory::MemoryRows;

/// Where sessions live. All moments are milliseconds since the Unix epoch.
///
/// The refresh, the sign-in and the sign-out call it from tasks of their own; the rest runs inside requests, whose
/// futures are dropped when a client disconnects. A driver that does not survive that must run its writes elsewhere.
#[async_trait]
pub trait SessionRows: Send + Sync + 'static {
    /// Inserts a signed-in row with generation 0. Where `new.replaces` names a row that is alive, that row ends in the
    /// same transaction with [`EndReason::Replaced`] at `new.created_at`. An id that exists already is an error.
    async fn create(&self, new: &NewSession) -> Result<(), RowsError>;

    /// The row, alive or ended; `None` where there never was one or it has been purged.
    async fn find(&self, id: RowId) -> Result<Option<SessionRow>, RowsError>;

    /// Records the intent to refresh, before the provider is asked: gives the row's lease to `claim.holder` until
    /// `claim.until`, if the row is alive, its generation is `claim.generation`, and nobody else's lease
    /// [stands in the way](Lease::blocks). Reading and writing are one transaction, also between processes. Answered
    /// only after a durable commit.
    async fn claim(&self, id: RowId, claim: &Claim) -> Result<Claimed, RowsError>;

    /// Lets go of a lease without new tokens, so that nobody waits for them. Until `closed_until` nobody can claim: the
    /// pause after a failure holds for every process. Changes nothing where the row has ended, its generation has
    /// moved, or the lease is somebody else's by now; `true` when it did.
    async fn release(&self, id: RowId, claim: &Claim, closed_until: i64) -> Result<bool, RowsError>;

    /// Replaces the tokens, raises the generation by one and clears the lease, if the row is alive **and** its
    /// generation is `refreshed.generation`. `true` when it did; only ever answered after a durable commit.
    ///
    /// It does not ask whose the lease is: of two processes that both have an answer the first one to store wins, and a
    /// process that was asleep for longer than its lease still saves the session where nobody else has.
    async fn store_refresh(&self, id: RowId, refreshed: &Refreshed) -> Result<bool, RowsError>;

    /// Moves `last_activity_at` forward to `at` (never back) if the row is alive. `true` when the row is alive.
    async fn touch(&self, id: RowId, at: i64) -> Result<bool, RowsError>;

    /// Binds the row to a device's key, if it is alive and not bound. `true` when this call did it.
    async fn bind(&self, id: RowId, device: &Device) -> Result<bool, RowsError>;

    /// Moves [`Device::proved_at`] forward to `at`, if the row is alive, bound, and `at` is later. `true` when it did: of two
    /// proofs of one challenge one counts.
    async fn prove(&self, id: RowId, at: i64) -> Result<bool, RowsError>;

    /// Gives all rows of this user that are alive the e-mail address that counts now. Answers how many had another.
    async fn set_email(&self, sub: &str, email: &str) -> Result<u64, RowsError>;

    /// Ends the row if it is alive and `ending.only_if` holds: sets the moment and the reason, clears the tokens. `true`
    /// when this call ended it.
    async fn end(&self, id: RowId, ending: Ending) -> Result<bool, RowsError>;

    /// The rows of this user that have not ended, the latest sign-in first.
    async fn list_for(&self, sub: &str) -> Result<Vec<SessionRow>, RowsError>;

    /// Deletes the rows that ended at or before `before`, and those that never ended but whose refresh token and
    /// access token both ran out at or before it. Answers how many.
    async fn purge(&self, before: i64) -> Result<u64, RowsError>;
}

/// The key of a row: SHA-256 of the cookie's value, so that who reads the table cannot use what it finds.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct RowId([u8; 32]);

impl RowId {
    /// The id as it stands in the table.
    #[must_use]
    pub fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The 32 bytes.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// 64 lower-case hexadecimal digits. Harmless to show to the row's owner: it opens nothing.
    #[must_use]
    pub fn to_hex(self) -> String {
        self.0.iter().map(|byte| format!("{byte:02x}")).collect()
    }

    /// Reads [`Self::to_hex`] back.
    #[must_use]
    pub fn from_hex(hex: &str) -> Option<Self> {
        if hex.len() != 64 || !hex.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f')) {
            return None;
        }
        let mut bytes = [0_u8; 32];
        for (index, byte) in bytes.iter_mut().enumerate() {
            *byte = u8::from_str_radix(hex.get(index * 2..index * 2 + 2)?, 16).ok()?;
        }
        Some(Self(bytes))
    }
}

impl std::fmt::Debug for RowId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "RowId({:.8}…)", self.to_hex())
    }
}

/// One row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SessionRow {
    /// The primary key.
    pub id: RowId,
    /// Whose it is: three columns.
    pub user: Identity,
    /// The clocks: five columns.
    pub lifetimes: Lifetimes,
    /// When the row was made, by the server's clock.
    pub created_at: i64,
    /// Begins at 0; every stored refresh raises it by one.
    pub generation: i64,
    /// Who is refreshing, or until when nobody is to: two nullable columns.
    pub lease: Option<Lease>,
    /// `None` exactly when the row has ended: three nullable columns.
    pub tokens: Option<SealedTokens>,
    /// The key that the session is bound to, set once and for good: two nullable columns.
    pub device: Option<Device>,
    /// Set once, never changed: two nullable columns.
    pub ended: Option<Ended>,
}

/// Who signed in, as verified tokens told.
#[derive(Clone, PartialEq, Eq)]
pub struct Identity {
    /// Cognito's `sub`.
    pub sub: String,
    /// The e-mail address of the ID token, or the username where the pool knows none.
    pub email: String,
    /// The username in the pool (in a pool whose users sign in by e-mail: the `sub` again).
    pub username: String,
}

impl std::fmt::Debug for Identity {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Identity").field("sub", &self.sub).finish_non_exhaustive()
    }
}

/// The tokens as [`crate::seal`] sealed them; text, opaque to storage.
#[derive(Clone, PartialEq, Eq)]
pub struct SealedTokens {
    /// The access token.
    pub access: String,
    /// The ID token.
    pub id: String,
    /// The refresh token; an app client may be configured to give none.
    pub refresh: Option<String>,
}

impl std::fmt::Debug for SealedTokens {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SealedTokens").finish_non_exhaustive()
    }
}

/// What a bound session is bound to ([`crate::device`]). Nothing in it is a secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Device {
    /// The public key, as [`crate::device`] writes it; text, opaque to storage.
    pub key: String,
    /// The moment of the challenge that was answered last; 0 until the browser has shown that it keeps the second cookie.
    pub proved_at: i64,
}

/// The end of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ended {
    /// When.
    pub at: i64,
    /// Why.
    pub reason: EndReason,
}

/// What [`SessionRows::create`] inserts.
#[derive(Debug, Clone)]
pub struct NewSession {
    /// The primary key.
    pub id: RowId,
    /// Whose it is.
    pub user: Identity,
    /// The clocks.
    pub lifetimes: Lifetimes,
    /// The server's clock.
    pub created_at: i64,
    /// Sealed for this very row.
    pub tokens: SealedTokens,
    /// The row of the cookie that the browser sent with the sign-in.
    pub replaces: Option<RowId>,
}

/// What [`SessionRows::store_refresh`] writes.
#[derive(Debug, Clone)]
pub struct Refreshed {
    /// The generation that the refresh started from.
    pub generation: i64,
    /// All three tokens, sealed anew.
    pub tokens: SealedTokens,
    /// The new access token's `iat`.
    pub access_issued_at: i64,
    /// The new access token's `exp`.
    pub access_expires_at: i64,
}

/// What [`SessionRows::end`] writes, and under which condition.
#[derive(Debug, Clone, Copy)]
pub struct Ending {
    /// Why.
    pub reason: EndReason,
    /// When.
    pub at: i64,
    /// What must still be so.
    pub only_if: OnlyIf,
}

/// A condition beside "the row is alive".
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OnlyIf {
    /// No further condition: a person has asked for the end.
    Alive,
    /// The generation has not moved: nobody has stored newer tokens than those that were refused.
    Generation(i64),
    /// Neither tokens nor activity have moved: the deadline that passed is still the deadline.
    Untouched {
        /// The generation that was read.
        generation: i64,
        /// The activity that was read.
        last_activity_at: i64,
    },
}

impl OnlyIf {
    /// Whether the condition holds for this row.
    #[must_use]
    pub fn holds(self, row: &SessionRow) -> bool {
        match self {
            Self::Alive => true,
            Self::Generation(generation) => row.generation == generation,
            Self::Untouched { generation, last_activity_at } => {
                row.generation == generation && row.lifetimes.last_activity_at == last_activity_at
            }
        }
    }
}

/// Why storage could not answer.
#[derive(Debug, thiserror::Error)]
pub enum RowsError {
    /// The database could not be asked, or did not take the write.
    #[error("the sessions table cannot be used")]
    Unavailable(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// A row holds what no code of ours writes.
    #[error("the sessions table holds an impossible row: {what}")]
    Inconsistent {
        /// Which column, and how.
        what: String,
    },
}
