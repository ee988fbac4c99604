//! The statements on `drafts` and `draft_snapshots`, and on the batches that lead from a snapshot to the head. The owner is
//! part of every one of them.

mod batches;

use holdfast::receipt::Chain;
use sqlx::{FromRow, SqliteConnection};

pub(crate) use batches::{
    BatchRow, acked_at, append, batch_of_writer, batches_after, batches_between, edits, first_batches_after,
};

use super::StorageError;
use crate::documents::{DocumentId, Owner};

/// What changes with every save.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct DraftRow {
    pub(crate) head: u64,
    pub(crate) hash: Chain,
    pub(crate) base_version: u64,
    pub(crate) saved_at: i64,
}

#[derive(FromRow)]
struct RawDraft {
    head: i64,
    hash: Vec<u8>,
    base_version: i64,
    saved_at: i64,
}

fn inconsistent(table: &'static str, id: &DocumentId, problem: &'static str) -> StorageError {
    StorageError::Inconsistent { table, row: id.to_string(), problem }
}

fn chain(table: &'static str, id: &DocumentId, hash: &[u8]) -> Result<Chain, StorageError> {
    <[u8; 32]>::try_from(hash).map(Chain::from).map_err(|_| inconsistent(table, id, "the hash is not 32 bytes"))
}

/// The draft's row, where the document is the owner's and not in the trash.
pub(crate) async fn draft(
    connection: &mut SqliteConnection,
    owner: &Owner,
    id: &DocumentId,
) -> Result<Option<DraftRow>, StorageError> {
    let raw: Option<RawDraft> = sqlx::query_as(
        "SELECT drafts.head,
                drafts.hash,
                drafts.base_version,
                drafts.saved_at
           FROM drafts
           JOIN documents ON documents.id = drafts.document_id
                         AND documents.owner = drafts.owner
          WHERE drafts.document_id = $1
            AND drafts.owner = $2
            AND documents.trashed_at IS NULL",
    )
    .bind(id.as_str())
    .bind(owner.as_str())
    .fetch_optional(connection)
    .await?;
    raw.map(|raw| {
        Ok(DraftRow {
            head: raw.head.cast_unsigned(),
            hash: chain("drafts", id, &raw.hash)?,
            base_version: raw.base_version.cast_unsigned(),
            saved_at: raw.saved_at,
        })
    })
    .transpose()
}

/// The newest snapshot: its head and its text.
pub(crate) async fn snapshot(
    connection: &mut SqliteConnection,
    owner: &Owner,
    id: &DocumentId,
) -> Result<(u64, String), StorageError> {
    let row: Option<(i64, String)> = sqlx::query_as(
        "SELECT head,
                text
           FROM draft_snapshots
          WHERE document_id = $1
            AND owner = $2",
    )
    .bind(id.as_str())
    .bind(owner.as_str())
    .fetch_optional(connection)
    .await?;
    row.map(|(head, text)| (head.cast_unsigned(), text))
        .ok_or_else(|| inconsistent("draft_snapshots", id, "a draft has no snapshot"))
}

/// Replaces the snapshot by the text at a newer head. Where the batch that made that head is not on disk with this very
/// hash (its transaction was rolled back after the text had been taken), nothing is changed.
pub(crate) async fn replace_snapshot(
    connection: &mut SqliteConnection,
    owner: &Owner,
    id: &DocumentId,
    (head, hash): (u64, Chain),
    text: &str,
) -> Result<(), StorageError> {
    sqlx::query(
        "UPDATE draft_snapshots
            SET head = $3,
                text = $5
          WHERE document_id = $1
            AND owner = $2
            AND head < $3
            AND EXISTS (SELECT 1
                          FROM draft_batches
                         WHERE document_id = $1
                           AND owner = $2
                           AND head = $3
                           AND hash = $4)",
    )
    .bind(id.as_str())
    .bind(owner.as_str())
    .bind(head.cast_signed())
    .bind(hash.as_bytes().as_slice())
    .bind(text)
    .execute(connection)
    .await?;
    Ok(())
}

/// The first row of a new document's draft, and its first snapshot.
pub(crate) async fn create(
    connection: &mut SqliteConnection,
    owner: &Owner,
    id: &DocumentId,
    text: &str,
    now: i64,
) -> Result<(), StorageError> {
    sqlx::query(
        "INSERT INTO drafts
                (document_id, owner, head, hash, saved_at, base_version, version_head)
         VALUES ($1, $2, 0, $3, $4, 0, $5)",
    )
    .bind(id.as_str())
    .bind(owner.as_str())
    .bind(Chain::start(text).as_bytes().as_slice())
    .bind(now)
    .bind(if text.is_empty() { 0_i64 } else { -1 })
    .execute(&mut *connection)
    .await?;
    sqlx::query(
        "INSERT INTO draft_snapshots
                (document_id, owner, head, text)
         VALUES ($1, $2, 0, $3)",
    )
    .bind(id.as_str())
    .bind(owner.as_str())
    .bind(text)
    .execute(connection)
    .await?;
    Ok(())
}
