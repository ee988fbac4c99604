//! The trash: thirty days to think better of it, then a document is deleted with everything that belongs to it.

use holdfast::wire::{DocumentSummary, TrashedDocument};

use super::{DocumentId, Documents, Owner, house};
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

    /// Deletes a document that is in the trash, with everything that belongs to it; `false` where it is not in it. It is gone
    /// for everybody once it is marked, and for the disk when this answers: what a crash leaves of it is swept away later.
    pub(crate) async fn delete_for_good(&self, owner: Owner, id: DocumentId) -> Result<bool, StorageError> {
        let (events, after) = (self.events.clone(), self.clock.now_ms() - KEPT_MS);
        let marked = self
            .database
            .writer
            .run(move |connection| {
                Box::pin(async move {
                    let marked = rows::delete_for_good(connection, &owner, &id, after).await?;
                    if marked {
                        events.document(&owner, &id);
                    }
                    Ok(marked)
                })
            })
            .await?;
        if marked {
            house::empty_trash(self, 0).await?;
        }
        Ok(marked)
    }
}
