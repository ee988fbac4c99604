//! The statements on `versions`. The owner is part of every one of them.

use holdfast::wire::Version;
use sqlx::{FromRow, SqliteConnection};

use super::StorageError;
use crate::documents::{DocumentId, Owner};

#[derive(FromRow)]
struct RawVersion {
    n: i64,
    name: Option<String>,
    head: i64,
    created_at: i64,
    length: i64,
}

impl From<RawVersion> for Version {
    fn from(raw: RawVersion) -> Self {
        Self {
            n: raw.n.cast_unsigned(),
            name: raw.name,
            head: raw.head.cast_unsigned(),
            created_at: raw.created_at,
            length: raw.length.cast_unsigned(),
        }
    }
}

/// All versions of a document, newest first.
pub(crate) async fn list(
    connection: &mut SqliteConnection,
    owner: &Owner,
    id: &DocumentId,
) -> Result<Vec<Version>, StorageError> {
    let rows: Vec<RawVersion> = sqlx::query_as(
        "SELECT n,
                name,
                head,
                created_at,
                length
           FROM versions
          WHERE document_id = $1
            AND owner = $2
          ORDER BY n DESC",
    )
    .bind(id.as_str())
    .bind(owner.as_str())
    .fetch_all(connection)
    .await?;
    Ok(rows.into_iter().map(Version::from).collect())
}

/// A version's text.
pub(crate) async fn text(
    connection: &mut SqliteConnection,
    owner: &Owner,
    id: &DocumentId,
    n: u64,
) -> Result<Option<String>, StorageError> {
    Ok(sqlx::query_scalar(
        "SELECT text
           FROM versions
          WHERE document_id = $1
            AND owner = $2
            AND n = $3",
    )
    .bind(id.as_str())
    .bind(owner.as_str())
    .bind(i64::try_from(n).unwrap_or(i64::MAX))
    .fetch_optional(connection)
    .await?)
}

/// A new version.
pub(crate) async fn create(
    connection: &mut SqliteConnection,
    owner: &Owner,
    id: &DocumentId,
    name: Option<String>,
    head: u64,
    text: &str,
    now: i64,
) -> Result<Version, StorageError> {
    let length = text.encode_utf16().count() as u64;
    let raw: RawVersion = sqlx::query_as(
        "INSERT INTO versions
                (document_id, n, owner, name, head, created_at, length, text)
         SELECT $1, coalesce(max(n), 0) + 1, $2, $3, $4, $5, $6, $7
           FROM versions
          WHERE document_id = $1
            AND owner = $2
         RETURNING n, name, head, created_at, length",
    )
    .bind(id.as_str())
    .bind(owner.as_str())
    .bind(name)
    .bind(head.cast_signed())
    .bind(now)
    .bind(length.cast_signed())
    .bind(text)
    .fetch_one(connection)
    .await?;
    Ok(Version::from(raw))
}

/// The draft is based on this version from now on.
pub(crate) async fn base_on(
    connection: &mut SqliteConnection,
    owner: &Owner,
    id: &DocumentId,
    version: &Version,
) -> Result<(), StorageError> {
    sqlx::query(
        "UPDATE drafts
            SET base_version = $3,
                version_head = $4
          WHERE document_id = $1
            AND owner = $2",
    )
    .bind(id.as_str())
    .bind(owner.as_str())
    .bind(version.n.cast_signed())
    .bind(version.head.cast_signed())
    .execute(connection)
    .await?;
    Ok(())
}
