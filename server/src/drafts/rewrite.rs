//! Whole texts: a script's `PUT`, the form without scripts, the restoring of a version. Each becomes one splice, the
//! smallest one, so that open editors rebase over it like over any other edit.

use std::sync::Arc;

use holdfast::edit::splice_between_str;
use holdfast::wire::{MAX_DOCUMENT_BYTES, Receipt, Restored, VersionKind};
use sqlx::SqliteConnection;

use super::cache::Open;
use super::{Drafts, Inner, PutOutcome, kept, open, save};
use crate::documents::{DocumentId, MadeBy, Owner};
use crate::storage::StorageError;
use crate::storage::drafts::{self as rows, BatchRow};
use crate::storage::versions::{self, New};

impl Drafts {
    /// Makes the draft's text another one, made on `base_head`.
    ///
    /// # Errors
    /// [`StorageError`] where it could not be written; nothing was acknowledged then.
    pub(crate) async fn rewrite(
        &self,
        owner: Owner,
        id: DocumentId,
        base_head: u64,
        text: String,
    ) -> Result<PutOutcome, StorageError> {
        let inner = Arc::clone(&self.inner);
        self.inner
            .database
            .writer
            .run(move |connection| Box::pin(async move { put(&inner, connection, &owner, id, base_head, &text).await }))
            .await
    }

    /// Makes the draft's text that of version `n`, whatever the head is now, and keeps the text as it was before as a
    /// version. `None` where there is no such document or version.
    ///
    /// # Errors
    /// [`StorageError`] where it could not be written; nothing was acknowledged then.
    pub(crate) async fn restore(
        &self,
        owner: Owner,
        id: DocumentId,
        n: u64,
        made_by: MadeBy,
    ) -> Result<Option<Restored>, StorageError> {
        let inner = Arc::clone(&self.inner);
        self.inner
            .database
            .writer
            .run(move |connection| Box::pin(async move { restore(&inner, connection, &owner, id, n, made_by).await }))
            .await
    }
}

async fn put(
    inner: &Inner,
    connection: &mut SqliteConnection,
    owner: &Owner,
    id: DocumentId,
    base_head: u64,
    text: &str,
) -> Result<PutOutcome, StorageError> {
    let Some(mut open) = open::held_or_from_disk(&inner.cache, connection, owner, &id).await? else {
        return Ok(PutOutcome::NotFound);
    };
    let outcome = if base_head != open.head {
        PutOutcome::HeadMoved(open.head)
    } else if MAX_DOCUMENT_BYTES < text.len() {
        PutOutcome::TooLarge
    } else {
        kept::after_absence(inner, connection, owner, &id, &open).await?;
        PutOutcome::Saved(
            splice(inner, connection, owner, &id, &mut open, text).await?.unwrap_or_else(|| as_it_is(inner, &open)),
        )
    };
    inner.cache.put(id, open);
    Ok(outcome)
}

async fn restore(
    inner: &Inner,
    connection: &mut SqliteConnection,
    owner: &Owner,
    id: DocumentId,
    n: u64,
    made_by: MadeBy,
) -> Result<Option<Restored>, StorageError> {
    let Some(mut open) = open::held_or_from_disk(&inner.cache, connection, owner, &id).await? else { return Ok(None) };
    let Some(text) = versions::text(connection, owner, &id, n).await? else {
        inner.cache.put(id, open);
        return Ok(None);
    };
    let (head, before) = (open.head, open.text.clone());
    let restored = match splice(inner, connection, owner, &id, &mut open, &text).await? {
        None => Restored { receipt: as_it_is(inner, &open), undo: None },
        Some(receipt) => {
            let before = before.to_string();
            let (kind, now) = (VersionKind::Restore, receipt.saved_at);
            let new = New { name: None, kind, head, text: &before, made_by, restored: Some(n), now };
            Restored { receipt, undo: Some(kept::keep(inner, connection, owner, &id, new).await?) }
        }
    };
    inner.cache.put(id, open);
    Ok(Some(restored))
}

/// The receipt for a text that is there already.
fn as_it_is(inner: &Inner, open: &Open) -> Receipt {
    Receipt { head: open.head, acked_seq: 0, hash: open.hash.hex(), saved_at: inner.clock.now_ms() }
}

/// Makes the text another one by one edit; `None` where it is the same already.
async fn splice(
    inner: &Inner,
    connection: &mut SqliteConnection,
    owner: &Owner,
    id: &DocumentId,
    open: &mut Open,
    text: &str,
) -> Result<Option<Receipt>, StorageError> {
    let Some(edit) = splice_between_str(&open.text.to_string(), text) else { return Ok(None) };
    let edits = vec![edit];
    let mut edited = open.text.clone();
    if edited.apply(&edits).is_err() {
        return Err(StorageError::Inconsistent {
            table: "drafts",
            row: id.to_string(),
            problem: "a splice computed from the text does not fit it",
        });
    }
    let batch = BatchRow {
        head: open.head + 1,
        hash: open.hash.next(&edits),
        writer: format!("whole-{}", inner.entropy.id()),
        seq: 1,
        edits,
        saved_at: inner.clock.now_ms(),
    };
    rows::append(connection, owner, id, &batch).await?;
    Ok(Some(save::appended(inner, owner, id, open, edited, batch)))
}
