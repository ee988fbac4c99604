//! Escrow: saves that arrive after a deadline has ended their session. They are sealed, limited, shown to nobody, and
//! merged into the draft when the same user signs in next, from any device.
//!
//! What is merged, and in which form, is the domain's to say ([`holdfast::sync::escrow`]), so that the tab that sent it can
//! come back and find its own edits. It must not know HTTP.

mod aside;
mod form;
mod merge;
mod sealed;
mod take;

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use holdfast::clock::Clock;
use holdfast::entropy::Entropy;
use holdfast_session::buckets::Buckets;
use holdfast_session::rows::RowId;
use holdfast_session::seal::Keys;
use holdfast_session::sessions::SignInHook;

pub(crate) use self::form::Form;
pub(crate) use self::take::{Late, Taken};
use crate::documents::Owner;
use crate::drafts::Drafts;
use crate::events::Events;
use crate::storage::escrow as rows;
use crate::storage::{Database, StorageError, sessions};

/// What one user may have in escrow: bytes of what is sealed, and batches.
const MOST_BYTES: u64 = 32 * 1024 * 1024;
const MOST_ROWS: u64 = 20_000;

/// What an ended session may bring at once, and how often it may go on after that, in milliseconds: a person who types
/// brings a save or two in a second, a tab that has been offline has several batches.
const RATE: (u32, i64) = (120, 500);

/// How long what nobody has come for is kept after the last save of its writer, beside the time in which saves are taken.
const KEEP_WAITING_MS: i64 = 30 * 24 * 60 * 60 * 1000;

/// How long a sign-in waits for its merge; a longer one goes on behind it.
const PATIENCE: Duration = Duration::from_secs(10);

/// The escrow of the process; cheap to clone.
#[derive(Clone)]
pub struct Escrow {
    inner: Arc<Inner>,
}

struct Inner {
    database: Database,
    drafts: Drafts,
    events: Events,
    keys: Keys,
    clock: Arc<dyn Clock>,
    entropy: Arc<dyn Entropy>,
    /// How long after a session's end its saves are taken; 0 for never.
    open_for_ms: i64,
    /// By ended session.
    rate: Buckets<RowId>,
}

/// What the escrow is made of.
pub struct Parts {
    /// Where it is kept.
    pub database: Database,
    /// What it is merged into.
    pub drafts: Drafts,
    /// Who is told of versions that are made on the way.
    pub events: Events,
    /// The server's keys.
    pub keys: Keys,
    /// Time.
    pub clock: Arc<dyn Clock>,
    /// Randomness.
    pub entropy: Arc<dyn Entropy>,
    /// How long after a session's natural end its saves are taken, in milliseconds; 0 for never.
    pub open_for_ms: i64,
}

impl Escrow {
    /// The service over these parts.
    #[must_use]
    pub fn new(parts: Parts) -> Self {
        let Parts { database, drafts, events, keys, clock, entropy, open_for_ms } = parts;
        let rate = Buckets::new(RATE.0, RATE.1);
        Self { inner: Arc::new(Inner { database, drafts, events, keys, clock, entropy, open_for_ms, rate }) }
    }

    /// Deletes what nobody can need any more: batches that have been dealt with once no further one of their writer can
    /// come, and all that nobody has come for in thirty days more. Answers how many.
    ///
    /// # Errors
    /// [`StorageError`] where the database did not take it.
    pub async fn sweep(&self) -> Result<u64, StorageError> {
        let settled_before = self.inner.clock.now_ms().saturating_sub(self.inner.open_for_ms);
        let waiting_before = settled_before.saturating_sub(KEEP_WAITING_MS);
        self.inner
            .database
            .writer
            .run(move |connection| {
                Box::pin(async move { rows::sweep(connection, settled_before, waiting_before).await })
            })
            .await
    }
}

#[async_trait]
impl SignInHook for Escrow {
    /// Who ends all other sessions does not want late saves of those either that had ended before. A failure is logged: the
    /// other sessions have ended all the same.
    async fn others_ended(&self, sub: &str) {
        let owner = Owner::new(sub);
        let forgotten = self
            .inner
            .database
            .writer
            .run(move |connection| Box::pin(async move { sessions::forget_former(connection, &owner).await }));
        if let Err(error) = forgotten.await {
            tracing::error!(error = &error as &dyn std::error::Error, "escrow was not closed for former sessions");
        }
    }

    /// Merges what waits for this user. A failure keeps nobody out: it is logged, and tried again at the next sign-in.
    async fn signed_in(&self, sub: &str) {
        let (escrow, owner) = (self.clone(), Owner::new(sub));
        let merging = tokio::spawn(async move { escrow.merge(&owner).await });
        match tokio::time::timeout(PATIENCE, merging).await {
            Ok(Ok(Ok(()))) => {}
            Ok(Ok(Err(error))) => {
                tracing::error!(error = &error as &dyn std::error::Error, "escrow was not merged at a sign-in");
            }
            Ok(Err(_panicked)) => tracing::error!("merging escrow panicked"),
            Err(_elapsed) => tracing::warn!("merging escrow takes long; the sign-in is answered before it"),
        }
    }
}
