//! The statements on `draft_batches`: every edit that was ever accepted, in the order of its head.

use futures_util::TryStreamExt as _;
use holdfast::edit::Edit;
use holdfast::receipt::Chain;
use sqlx::{FromRow, SqliteConnection};

use super::{chain, inconsistent};
use crate::documents::{DocumentId, Owner};
use crate::storage::StorageError;

/// An accepted batch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct BatchRow {
    pub(crate) head: u64,
    pub(crate) writer: String,
    pub(crate) seq: u64,
    pub(crate) edits: Vec<Edit>,
    pub(crate) hash: Chain,
    pub(crate) saved_at: i64,
}

impl BatchRow {
    /// Roughly what the edits weigh.
    pub(crate) fn bytes(&self) -> usize {
        self.edits.iter().map(|edit| 16 + edit.inserted.len()).sum()
    }

    /// The number of the batch's last edit.
    pub(crate) fn last_seq(&self) -> u64 {
        self.seq + self.edits.len() as u64 - 1
    }
}

#[derive(FromRow)]
struct RawBatch {
    head: i64,
    writer: String,
    seq: i64,
    edits: String,
    hash: Vec<u8>,
    saved_at: i64,
}

/// Appends a batch and moves the head to it. The caller has read the row in the same transaction.
pub(crate) async fn append(
    connection: &mut SqliteConnection,
    owner: &Owner,
    id: &DocumentId,
    batch: &BatchRow,
) -> Result<(), StorageError> {
    let edits = serde_json::to_string(&batch.edits)
        .map_err(|_| inconsistent("draft_batches", id, "the edits cannot be written as JSON"))?;
    let appended = sqlx::query(
        "UPDATE drafts
            SET head = $3,
                hash = $4,
                saved_at = $5
          WHERE document_id = $1
            AND owner = $2
            AND head = $3 - 1;
         INSERT INTO draft_batches
                (document_id, head, owner, writer, seq, len, edits, hash, saved_at)
         VALUES ($1, $3, $2, $6, $7, $8, $9, $4, $5)",
    )
    .bind(id.as_str())
    .bind(owner.as_str())
    .bind(batch.head.cast_signed())
    .bind(batch.hash.as_bytes().as_slice())
    .bind(batch.saved_at)
    .bind(batch.writer.as_str())
    .bind(batch.seq.cast_signed())
    .bind((batch.edits.len() as u64).cast_signed())
    .bind(edits)
    .execute(connection)
    .await?;
    // The batch and the head that it makes: with fewer than both the caller's savepoint is rolled back.
    if appended.rows_affected() != 2 {
        return Err(inconsistent("drafts", id, "the head moved within a transaction"));
    }
    Ok(())
}

/// How many edits a draft has accepted in all.
pub(crate) async fn edits(
    connection: &mut SqliteConnection,
    owner: &Owner,
    id: &DocumentId,
) -> Result<u64, StorageError> {
    let edits: i64 = sqlx::query_scalar(
        "SELECT coalesce(sum(len), 0)
           FROM draft_batches
          WHERE document_id = $1
            AND owner = $2",
    )
    .bind(id.as_str())
    .bind(owner.as_str())
    .fetch_one(connection)
    .await?;
    Ok(edits.cast_unsigned())
}

/// Every batch after `head`, in order.
pub(crate) async fn batches_after(
    connection: &mut SqliteConnection,
    owner: &Owner,
    id: &DocumentId,
    head: u64,
) -> Result<Vec<BatchRow>, StorageError> {
    batches_between(connection, owner, id, head, i64::MAX.cast_unsigned()).await
}

/// Every batch after `head` up to `last`, in order.
pub(crate) async fn batches_between(
    connection: &mut SqliteConnection,
    owner: &Owner,
    id: &DocumentId,
    head: u64,
    last: u64,
) -> Result<Vec<BatchRow>, StorageError> {
    let rows: Vec<RawBatch> = sqlx::query_as(
        "SELECT head,
                writer,
                seq,
                edits,
                hash,
                saved_at
           FROM draft_batches
          WHERE document_id = $1
            AND owner = $2
            AND head > $3
            AND head <= $4
          ORDER BY head",
    )
    .bind(id.as_str())
    .bind(owner.as_str())
    .bind(head.cast_signed())
    .bind(last.cast_signed())
    .fetch_all(connection)
    .await?;
    rows.into_iter().map(|raw| batch(id, raw)).collect()
}

/// What an entry of a conflict's `batches` takes of its JSON at the most, beside the edits.
const CONFLICT_BATCH_JSON: usize = 128;

/// The first batches after `head` that make an answer of at most `most_bytes` of JSON; the first one however large it is.
/// The number of rows that are read follows the answer, not the history.
pub(crate) async fn first_batches_after(
    connection: &mut SqliteConnection,
    owner: &Owner,
    id: &DocumentId,
    head: u64,
    most_bytes: usize,
) -> Result<Vec<BatchRow>, StorageError> {
    let mut rows = sqlx::query_as::<_, RawBatch>(
        "SELECT head,
                writer,
                seq,
                edits,
                hash,
                saved_at
           FROM draft_batches
          WHERE document_id = $1
            AND owner = $2
            AND head > $3
          ORDER BY head",
    )
    .bind(id.as_str())
    .bind(owner.as_str())
    .bind(head.cast_signed())
    .fetch(connection);
    let (mut batches, mut bytes) = (Vec::new(), 0);
    while let Some(raw) = rows.try_next().await? {
        bytes += raw.edits.len() + CONFLICT_BATCH_JSON;
        if most_bytes < bytes && !batches.is_empty() {
            break;
        }
        batches.push(batch(id, raw)?);
    }
    Ok(batches)
}

/// The number of the writer's last edit that the draft had at `head`; 0 for none.
pub(crate) async fn acked_at(
    connection: &mut SqliteConnection,
    owner: &Owner,
    id: &DocumentId,
    writer: &str,
    head: u64,
) -> Result<u64, StorageError> {
    let acked: Option<i64> = sqlx::query_scalar(
        "SELECT seq + len - 1
           FROM draft_batches
          WHERE document_id = $1
            AND owner = $2
            AND writer = $3
            AND head <= $4
          ORDER BY seq DESC
          LIMIT 1",
    )
    .bind(id.as_str())
    .bind(owner.as_str())
    .bind(writer)
    .bind(i64::try_from(head).unwrap_or(i64::MAX))
    .fetch_optional(connection)
    .await?;
    Ok(acked.map_or(0, i64::cast_unsigned))
}

/// The writer's last batch with a number of at most `seq`: its newest one, for `seq = u64::MAX`.
pub(crate) async fn batch_of_writer(
    connection: &mut SqliteConnection,
    owner: &Owner,
    id: &DocumentId,
    writer: &str,
    seq: u64,
) -> Result<Option<BatchRow>, StorageError> {
    let row: Option<RawBatch> = sqlx::query_as(
        "SELECT head,
                writer,
                seq,
                edits,
                hash,
                saved_at
           FROM draft_batches
          WHERE document_id = $1
            AND owner = $2
            AND writer = $3
            AND seq <= $4
          ORDER BY seq DESC
          LIMIT 1",
    )
    .bind(id.as_str())
    .bind(owner.as_str())
    .bind(writer)
    .bind(i64::try_from(seq).unwrap_or(i64::MAX))
    .fetch_optional(connection)
    .await?;
    row.map(|raw| batch(id, raw)).transpose()
}

fn batch(id: &DocumentId, raw: RawBatch) -> Result<BatchRow, StorageError> {
    let edits: Vec<Edit> = serde_json::from_str(&raw.edits)
        .map_err(|_| inconsistent("draft_batches", id, "the edits are not JSON of edits"))?;
    if edits.is_empty() {
        return Err(inconsistent("draft_batches", id, "a batch has no edits"));
    }
    Ok(BatchRow {
        head: raw.head.cast_unsigned(),
        writer: raw.writer,
        seq: raw.seq.cast_unsigned(),
        edits,
        hash: chain("draft_batches", id, &raw.hash)?,
        saved_at: raw.saved_at,
    })
}
