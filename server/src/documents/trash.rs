//! The trash: thirty days to think better of it, then a document is deleted with everything that belongs to it.

use holdfast::wire::{DocumentSummary, TrashedDocument};

use super::{DocumentId, Documents, Owner};
use crate::storage::{StorageError, documents as rows};

/// How long a document can be restored.
pub(crate) const KEPT_MS: i64 = 30 * 24 * 60 * 60 * 1000;

impl Documents {
    /// What the owner can still restore, last moved first.
    pub(crate) async fn trashed(&self, owner: &Owner) -> Result<Vec<TrashedDocument>, StorageError> {
        let mut reader = self.database.readers.acquire().await?;
        let rows = rows::trashed(&mut reader, owner, self.clock.now_ms() - KEPT_MS).await?;
        let line = |(id, title, trashed_at)| TrashedDocument { id, title, trashed_at, purged_at: trashed_at + KEPT_MS };
        Ok(rows.into_iter().map(line).collect())
    }

    /// Takes a document out of the trash; `None` where it is not in it (any more).
    pub(crate) async fn restore(&self, owner: Owner, id: DocumentId) -> Result<Option<DocumentSummary>, StorageError> {
        let (events, after) = (self.events.clone(), self.clock.now_ms() - KEPT_MS);
        self.database
            .writer
            .run(move |connection| {
                Box::pin(async move {
                    if !rows::restore(connection, &owner, &id, after).await? {
                        return Ok(None);
                    }
                    events.document(&owner, &id);
                    rows::find(connection, &owner, &id).await
                })
            })
            .await
    }
}
