//! Whole texts: a script's `PUT`, the form without scripts, the restoring of a version. Each becomes one splice, the
//! smallest one, so that open editors rebase over it like over any other edit.

use std::sync::Arc;

use holdfast::edit::{Edit, rebase, splice_between_str};
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
        self.back_to(owner, id, n, made_by, Way::Restore).await
    }

    /// Takes back the restore before which version `n` was kept, and keeps the text as it was before that, too. What has been
    /// written since the restore stays: it is rebased over. `None` where there is no such document or version.
    ///
    /// # Errors
    /// [`StorageError`] where it could not be written; nothing was acknowledged then.
    pub(crate) async fn undo_restore(
        &self,
        owner: Owner,
        id: DocumentId,
        n: u64,
        made_by: MadeBy,
    ) -> Result<Option<Restored>, StorageError> {
        self.back_to(owner, id, n, made_by, Way::Undo).await
    }

    async fn back_to(
        &self,
        owner: Owner,
        id: DocumentId,
        n: u64,
        made_by: MadeBy,
        way: Way,
    ) -> Result<Option<Restored>, StorageError> {
        let inner = Arc::clone(&self.inner);
        let work = self.inner.database.writer.run(move |connection| {
            Box::pin(async move { restore(&inner, connection, &owner, id, n, made_by, way).await })
        });
        work.await
    }
}

/// How a version's text comes back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Way {
    /// All of it, and nothing else.
    Restore,
    /// In the place of what a restore put there.
    Undo,
}

/// How the writers of whole texts are called, before what tells one from another.
const WHOLE: &str = "whole";

/// The same, of what takes back the restore before which version `n` was kept.
fn undoing(n: u64) -> String {
    format!("undo-{n}")
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
            splice(inner, connection, owner, &id, &mut open, text, WHOLE)
                .await?
                .unwrap_or_else(|| as_it_is(inner, &open)),
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
    way: Way,
) -> Result<Option<Restored>, StorageError> {
    let Some(mut open) = open::held_or_from_disk(&inner.cache, connection, owner, &id).await? else { return Ok(None) };
    let Some(text) = versions::text(connection, owner, &id, n).await? else {
        inner.cache.put(id, open);
        return Ok(None);
    };
    let text = match way {
        Way::Restore => text,
        Way::Undo => without_restore(connection, owner, &id, n, text, &open).await?,
    };
    let (head, before) = (open.head, open.text.clone());
    let writer = match way {
        Way::Restore => WHOLE.to_owned(),
        Way::Undo => undoing(n),
    };
    let restored = match splice(inner, connection, owner, &id, &mut open, &text, &writer).await? {
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

/// The text without the restore that took the place of version `n`, whose text is `kept`. Where the edits since then are not
/// kept any more, or do not fit beside it, that text itself: what was written since is in the history.
async fn without_restore(
    connection: &mut SqliteConnection,
    owner: &Owner,
    id: &DocumentId,
    n: u64,
    kept: String,
    open: &Open,
) -> Result<String, StorageError> {
    let Some(version) = versions::find(connection, owner, id, n).await? else { return Ok(kept) };
    // The version is the text right before it.
    let restored_at = version.head + 1;
    let Some(restored) = open::text_at(connection, owner, id, restored_at).await? else { return Ok(kept) };
    let Some(inverse) = splice_between_str(&restored, &kept) else { return Ok(open.text.to_string()) };
    let since = rows::batches_after(connection, owner, id, restored_at).await?;
    // Sent twice, it is done once: the inverse would put in again what it has brought back.
    let undoing = undoing(n) + "-";
    if since.iter().any(|batch| batch.writer.starts_with(&undoing)) {
        return Ok(open.text.to_string());
    }
    let since: Vec<Edit> = since.into_iter().flat_map(|batch| batch.edits).collect();
    let mut edits = vec![inverse];
    let _for_the_open_editors = rebase(&mut edits, &since);
    let mut text = open.text.clone();
    let fits = text.apply(&edits).is_ok() && text.bytes() <= MAX_DOCUMENT_BYTES;
    Ok(if fits { text.to_string() } else { kept })
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
    writer: &str,
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
        writer: format!("{writer}-{}", inner.entropy.id()),
        seq: 1,
        edits,
        saved_at: inner.clock.now_ms(),
    };
    rows::append(connection, owner, id, &batch).await?;
    Ok(Some(save::appended(inner, owner, id, open, edited, batch)))
}
