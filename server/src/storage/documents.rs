//! The statements on `documents`. The owner is part of every one of them but that which purges the trash of everybody.

use holdfast::wire::DocumentSummary;
use sqlx::{FromRow, SqliteConnection};

use super::StorageError;
use crate::documents::{DocumentId, Owner};

#[derive(FromRow)]
struct RawSummary {
    id: String,
    title: String,
    created_at: i64,
    updated_at: i64,
    head: i64,
    base_version: i64,
    unsaved: bool,
}

impl From<RawSummary> for DocumentSummary {
    fn from(raw: RawSummary) -> Self {
        Self {
            id: raw.id,
            title: raw.title,
            created_at: raw.created_at,
            updated_at: raw.updated_at,
            head: raw.head.cast_unsigned(),
            base_version: raw.base_version.cast_unsigned(),
            unsaved: raw.unsaved,
        }
    }
}

/// All of the owner's documents outside the trash, newest change first.
pub(crate) async fn list(
    connection: &mut SqliteConnection,
    owner: &Owner,
) -> Result<Vec<DocumentSummary>, StorageError> {
    let rows: Vec<RawSummary> = sqlx::query_as(
        "SELECT documents.id,
                documents.title,
                documents.created_at,
                max(documents.titled_at, drafts.saved_at) AS updated_at,
                drafts.head,
                drafts.base_version,
                drafts.head > drafts.version_head AS unsaved
           FROM documents
           JOIN drafts ON drafts.document_id = documents.id
                      AND drafts.owner = documents.owner
          WHERE documents.owner = $1
            AND documents.trashed_at IS NULL
          ORDER BY updated_at DESC, documents.id",
    )
    .bind(owner.as_str())
    .fetch_all(connection)
    .await?;
    Ok(rows.into_iter().map(DocumentSummary::from).collect())
}

/// One of the owner's documents outside the trash.
pub(crate) async fn find(
    connection: &mut SqliteConnection,
    owner: &Owner,
    id: &DocumentId,
) -> Result<Option<DocumentSummary>, StorageError> {
    let row: Option<RawSummary> = sqlx::query_as(
        "SELECT documents.id,
                documents.title,
                documents.created_at,
                max(documents.titled_at, drafts.saved_at) AS updated_at,
                drafts.head,
                drafts.base_version,
                drafts.head > drafts.version_head AS unsaved
           FROM documents
           JOIN drafts ON drafts.document_id = documents.id
                      AND drafts.owner = documents.owner
          WHERE documents.id = $1
            AND documents.owner = $2
            AND documents.trashed_at IS NULL",
    )
    .bind(id.as_str())
    .bind(owner.as_str())
    .fetch_optional(connection)
    .await?;
    Ok(row.map(DocumentSummary::from))
}

/// A new document's row.
pub(crate) async fn create(
    connection: &mut SqliteConnection,
    owner: &Owner,
    id: &DocumentId,
    title: &str,
    now: i64,
) -> Result<(), StorageError> {
    sqlx::query(
        "INSERT INTO documents
                (id, owner, title, created_at, titled_at, trashed_at)
         VALUES ($1, $2, $3, $4, $4, NULL)",
    )
    .bind(id.as_str())
    .bind(owner.as_str())
    .bind(title)
    .bind(now)
    .execute(connection)
    .await?;
    Ok(())
}

/// Another title; `false` where it is that already, or the document is not there.
pub(crate) async fn rename(
    connection: &mut SqliteConnection,
    owner: &Owner,
    id: &DocumentId,
    title: &str,
    now: i64,
) -> Result<bool, StorageError> {
    let renamed = sqlx::query(
        "UPDATE documents
            SET title = $3,
                titled_at = $4
          WHERE id = $1
            AND owner = $2
            AND trashed_at IS NULL
            AND title <> $3",
    )
    .bind(id.as_str())
    .bind(owner.as_str())
    .bind(title)
    .bind(now)
    .execute(connection)
    .await?;
    Ok(renamed.rows_affected() == 1)
}

/// Into the trash; `false` where it is not there (any more).
pub(crate) async fn trash(
    connection: &mut SqliteConnection,
    owner: &Owner,
    id: &DocumentId,
    now: i64,
) -> Result<bool, StorageError> {
    let trashed = sqlx::query(
        "UPDATE documents
            SET trashed_at = $3
          WHERE id = $1
            AND owner = $2
            AND trashed_at IS NULL",
    )
    .bind(id.as_str())
    .bind(owner.as_str())
    .bind(now)
    .execute(connection)
    .await?;
    Ok(trashed.rows_affected() == 1)
}

/// Id, title and moment of what has been moved to the trash after `after`, the last moved first.
pub(crate) async fn trashed(
    connection: &mut SqliteConnection,
    owner: &Owner,
    after: i64,
) -> Result<Vec<(String, String, i64)>, StorageError> {
    Ok(sqlx::query_as(
        "SELECT id,
                title,
                trashed_at
           FROM documents
          WHERE owner = $1
            AND trashed_at > $2
          ORDER BY trashed_at DESC, id",
    )
    .bind(owner.as_str())
    .bind(after)
    .fetch_all(connection)
    .await?)
}

/// Out of the trash; `false` where it is not in it, or was moved there at or before `after`: it may be half gone.
pub(crate) async fn restore(
    connection: &mut SqliteConnection,
    owner: &Owner,
    id: &DocumentId,
    after: i64,
) -> Result<bool, StorageError> {
    let restored = sqlx::query(
        "UPDATE documents
            SET trashed_at = NULL
          WHERE id = $1
            AND owner = $2
            AND trashed_at > $3",
    )
    .bind(id.as_str())
    .bind(owner.as_str())
    .bind(after)
    .execute(connection)
    .await?;
    Ok(restored.rows_affected() == 1)
}

/// Due to be deleted from now on, whenever it was moved to the trash; `false` where it is not in it, or is due already.
pub(crate) async fn delete_for_good(
    connection: &mut SqliteConnection,
    owner: &Owner,
    id: &DocumentId,
    after: i64,
) -> Result<bool, StorageError> {
    let marked = sqlx::query(
        "UPDATE documents
            SET trashed_at = 0
          WHERE id = $1
            AND owner = $2
            AND trashed_at > $3",
    )
    .bind(id.as_str())
    .bind(owner.as_str())
    .bind(after)
    .execute(connection)
    .await?;
    Ok(marked.rows_affected() == 1)
}

/// Deletes one piece of one document that was moved to the trash at or before `before`: up to so many batches, then up to so
/// many versions, at last the document. `false` where nothing is left to do.
pub(crate) async fn purge(
    connection: &mut SqliteConnection,
    before: i64,
    most_batches: u32,
    most_versions: u32,
) -> Result<bool, StorageError> {
    let due: Option<(String, String)> =
        sqlx::query_as("SELECT id, owner FROM documents WHERE trashed_at <= $1 ORDER BY trashed_at LIMIT 1")
            .bind(before)
            .fetch_optional(&mut *connection)
            .await?;
    let Some((id, owner)) = due else { return Ok(false) };
    let batches = "DELETE FROM draft_batches
                    WHERE document_id = $1
                      AND owner = $2
                      AND head IN (SELECT head FROM draft_batches WHERE document_id = $1 AND owner = $2 LIMIT $3)";
    let versions = "DELETE FROM versions
                     WHERE document_id = $1
                       AND owner = $2
                       AND n IN (SELECT n FROM versions WHERE document_id = $1 AND owner = $2 LIMIT $3)";
    for (statement, most) in [(batches, most_batches), (versions, most_versions)] {
        let deleted = sqlx::query(statement).bind(&id).bind(&owner).bind(most).execute(&mut *connection).await?;
        if 0 < deleted.rows_affected() {
            return Ok(true);
        }
    }
    sqlx::query("DELETE FROM documents WHERE id = $1 AND owner = $2")
        .bind(&id)
        .bind(&owner)
        .execute(connection)
        .await?;
    Ok(true)
}
