//! Whole texts: a script's `PUT`, the form without scripts, the restoring of a version. Each becomes one splice, the
//! smallest one, so that open editors rebase over it like over any other edit.

use holdfast::edit::splice_between_str;
use holdfast::wire::{MAX_DOCUMENT_BYTES, Receipt};
use sqlx::SqliteConnection;

use super::{Drafts, Inner, PutOutcome, open, save};
use crate::documents::{DocumentId, Owner};
use crate::storage::StorageError;
use crate::storage::drafts::{self as rows, BatchRow};

/// Where the new text comes from.
pub(crate) enum Rewrite {
    /// Here it is, made on this head.
    Text {
        /// The head that `text` was made on.
        base_head: u64,
        /// The whole text.
        text: String,
    },
    /// The text of a version, whatever the head is now.
    Version(u64),
}

impl Drafts {
    /// Makes the draft's text another one.
    ///
    /// # Errors
    /// [`StorageError`] where it could not be written; nothing was acknowledged then.
    pub(crate) async fn rewrite(
        &self,
        owner: Owner,
        id: DocumentId,
        rewrite: Rewrite,
    ) -> Result<PutOutcome, StorageError> {
        let inner = std::sync::Arc::clone(&self.inner);
        self.inner
            .database
            .writer
            .run(move |connection| Box::pin(async move { run(&inner, connection, &owner, id, rewrite).await }))
            .await
    }
}

async fn run(
    inner: &Inner,
    connection: &mut SqliteConnection,
    owner: &Owner,
    id: DocumentId,
    rewrite: Rewrite,
) -> Result<PutOutcome, StorageError> {
    let Some(mut open) = open::held_or_from_disk(&inner.cache, connection, owner, &id).await? else {
        return Ok(PutOutcome::NotFound);
    };
    let text = match rewrite {
        Rewrite::Text { base_head, text } if base_head == open.head => text,
        Rewrite::Text { .. } => {
            let head = open.head;
            inner.cache.put(id, open);
            return Ok(PutOutcome::HeadMoved(head));
        }
        Rewrite::Version(n) => match crate::storage::versions::text(connection, owner, &id, n).await? {
            Some(text) => text,
            None => return Ok(PutOutcome::NotFound),
        },
    };
    if MAX_DOCUMENT_BYTES < text.len() {
        inner.cache.put(id, open);
        return Ok(PutOutcome::TooLarge);
    }
    let Some(edit) = splice_between_str(&open.text.to_string(), &text) else {
        let receipt = Receipt { head: open.head, acked_seq: 0, hash: open.hash.hex(), saved_at: inner.clock.now_ms() };
        inner.cache.put(id, open);
        return Ok(PutOutcome::Saved(receipt));
    };
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
    rows::append(connection, owner, &id, &batch).await?;
    let receipt = save::appended(inner, owner, &id, &mut open, edited, batch);
    inner.cache.put(id, open);
    Ok(PutOutcome::Saved(receipt))
}
