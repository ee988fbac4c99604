//! The documents of somebody who deletes the account. They go into the trash first, and only when the account is gone are
//! they put where the next sweep deletes them: whatever happens in between, no document is lost to an account that goes on,
//! and none is kept for one that does not.

use super::{Documents, Owner};
use crate::storage::{StorageError, leaving};

impl Documents {
    /// Moves all documents to the trash; the moment is what [`Self::unpack`] needs.
    pub(crate) async fn pack_up(&self, owner: Owner) -> Result<i64, StorageError> {
        let now = self.clock.now_ms();
        self.database
            .writer
            .run(move |connection| Box::pin(async move { leaving::pack_up(connection, &owner, now).await }))
            .await?;
        Ok(now)
    }

    /// Takes back what was packed at that moment.
    pub(crate) async fn unpack(&self, owner: Owner, packed_at: i64) -> Result<(), StorageError> {
        self.database
            .writer
            .run(move |connection| Box::pin(async move { leaving::unpack(connection, &owner, packed_at).await }))
            .await
    }

    /// Gives everything of the owner's to the next sweep, which deletes it for good.
    pub(crate) async fn forget_all(&self, owner: Owner) -> Result<(), StorageError> {
        self.database
            .writer
            .run(move |connection| Box::pin(async move { leaving::forget(connection, &owner).await }))
            .await
    }
}
