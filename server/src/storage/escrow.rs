//! The statements on `escrow`. The owner is part of every one of them but the sweep. What is sealed is opaque here.

use sqlx::{FromRow, SqliteConnection};

use super::StorageError;
use crate::documents::{DocumentId, Owner};

/// One batch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct EscrowRow {
    pub(crate) id: String,
    pub(crate) base_head: u64,
    pub(crate) seq: u64,
    pub(crate) is_settled: bool,
    pub(crate) title_sealed: Option<String>,
    pub(crate) edits_sealed: String,
}

impl EscrowRow {
    /// Bytes of what is sealed.
    pub(crate) fn size(&self) -> usize {
        self.edits_sealed.len() + self.title_sealed.as_ref().map_or(0, String::len)
    }
}

#[derive(FromRow)]
struct Raw {
    id: String,
    base_head: i64,
    seq: i64,
    settled_at: Option<i64>,
    title_sealed: Option<String>,
    edits_sealed: String,
}

impl From<Raw> for EscrowRow {
    fn from(raw: Raw) -> Self {
        Self {
            id: raw.id,
            base_head: raw.base_head.cast_unsigned(),
            seq: raw.seq.cast_unsigned(),
            is_settled: raw.settled_at.is_some(),
            title_sealed: raw.title_sealed,
            edits_sealed: raw.edits_sealed,
        }
    }
}

/// How many batches the owner has in escrow, and their bytes.
pub(crate) async fn total(connection: &mut SqliteConnection, owner: &Owner) -> Result<(u64, u64), StorageError> {
    let (rows, bytes): (i64, i64) = sqlx::query_as(
        "SELECT count(*),
                coalesce(sum(size), 0)
           FROM escrow
          WHERE owner = $1",
    )
    .bind(owner.as_str())
    .fetch_one(connection)
    .await?;
    Ok((rows.cast_unsigned(), bytes.cast_unsigned()))
}

/// Which writers of which documents have something that waits for the owner.
pub(crate) async fn waiting(
    connection: &mut SqliteConnection,
    owner: &Owner,
) -> Result<Vec<(DocumentId, String)>, StorageError> {
    let rows: Vec<(String, String)> = sqlx::query_as(
        "SELECT document_id,
                writer
           FROM escrow
          WHERE owner = $1
            AND settled_at IS NULL
          GROUP BY document_id, writer
          ORDER BY min(kept_at), document_id, writer",
    )
    .bind(owner.as_str())
    .fetch_all(connection)
    .await?;
    Ok(rows.into_iter().filter_map(|(id, writer)| DocumentId::parse(&id).map(|id| (id, writer))).collect())
}

/// All of a writer's batches, those among them that have been dealt with.
pub(crate) async fn of_writer(
    connection: &mut SqliteConnection,
    owner: &Owner,
    document: &DocumentId,
    writer: &str,
) -> Result<Vec<EscrowRow>, StorageError> {
    let rows: Vec<Raw> = sqlx::query_as(
        "SELECT id,
                base_head,
                seq,
                settled_at,
                title_sealed,
                edits_sealed
           FROM escrow
          WHERE owner = $1
            AND document_id = $2
            AND writer = $3
          ORDER BY base_head, seq, kept_at, id",
    )
    .bind(owner.as_str())
    .bind(document.as_str())
    .bind(writer)
    .fetch_all(connection)
    .await?;
    Ok(rows.into_iter().map(EscrowRow::from).collect())
}

/// The batches that may be the same as one with this number on this base.
pub(crate) async fn alike(
    connection: &mut SqliteConnection,
    owner: &Owner,
    document: &DocumentId,
    writer: &str,
    (base_head, seq): (u64, u64),
) -> Result<Vec<EscrowRow>, StorageError> {
    let rows: Vec<Raw> = sqlx::query_as(
        "SELECT id,
                base_head,
                seq,
                settled_at,
                title_sealed,
                edits_sealed
           FROM escrow
          WHERE owner = $1
            AND document_id = $2
            AND writer = $3
            AND base_head = $4
            AND seq = $5",
    )
    .bind(owner.as_str())
    .bind(document.as_str())
    .bind(writer)
    .bind(base_head.cast_signed())
    .bind(seq.cast_signed())
    .fetch_all(connection)
    .await?;
    Ok(rows.into_iter().map(EscrowRow::from).collect())
}

/// Takes a batch in.
pub(crate) async fn insert(
    connection: &mut SqliteConnection,
    owner: &Owner,
    document: &DocumentId,
    writer: &str,
    row: &EscrowRow,
    now: i64,
) -> Result<(), StorageError> {
    sqlx::query(
        "INSERT INTO escrow
                (id, owner, document_id, writer, base_head, seq, kept_at, size, title_sealed, edits_sealed)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
    )
    .bind(&row.id)
    .bind(owner.as_str())
    .bind(document.as_str())
    .bind(writer)
    .bind(row.base_head.cast_signed())
    .bind(row.seq.cast_signed())
    .bind(now)
    .bind((row.size() as u64).cast_signed())
    .bind(row.title_sealed.as_deref())
    .bind(&row.edits_sealed)
    .execute(connection)
    .await?;
    Ok(())
}

/// This batch has been dealt with.
pub(crate) async fn settle(
    connection: &mut SqliteConnection,
    owner: &Owner,
    id: &str,
    now: i64,
) -> Result<(), StorageError> {
    sqlx::query(
        "UPDATE escrow
            SET settled_at = $3
          WHERE id = $1
            AND owner = $2
            AND settled_at IS NULL",
    )
    .bind(id)
    .bind(owner.as_str())
    .bind(now)
    .execute(connection)
    .await?;
    Ok(())
}

/// How many batches of everybody's wait: a number for those who run the process.
pub(crate) async fn waiting_rows(connection: &mut SqliteConnection) -> Result<i64, StorageError> {
    let count = "SELECT count(*) FROM escrow WHERE settled_at IS NULL";
    Ok(sqlx::query_scalar(count).fetch_one(connection).await?)
}

/// Deletes what nobody can need any more: a writer's batches as a whole, where the last of them came before
/// `settled_before` and all have been dealt with, or it came before `waiting_before`. Answers how many.
pub(crate) async fn sweep(
    connection: &mut SqliteConnection,
    settled_before: i64,
    waiting_before: i64,
) -> Result<u64, StorageError> {
    let swept = sqlx::query(
        "DELETE FROM escrow
          WHERE (owner, document_id, writer) IN
                (SELECT owner,
                        document_id,
                        writer
                   FROM escrow
                  GROUP BY owner, document_id, writer
                 HAVING max(kept_at) < $2
                     OR (max(kept_at) < $1 AND count(*) = count(settled_at)))",
    )
    .bind(settled_before)
    .bind(waiting_before)
    .execute(connection)
    .await?;
    Ok(swept.rows_affected())
}
