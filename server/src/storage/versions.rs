//! The statements on `versions`. The owner is part of every one of them but that which thins them all.

use holdfast::place::Place;
use holdfast::wire::{Version, VersionKind};
use sqlx::{FromRow, SqliteConnection};

use super::StorageError;
use crate::documents::{DocumentId, MadeBy, Owner, SignIn};

#[derive(FromRow)]
struct RawVersion {
    n: i64,
    name: Option<String>,
    kind: String,
    head: i64,
    created_at: i64,
    length: i64,
}

#[derive(FromRow)]
struct RawListed {
    #[sqlx(flatten)]
    version: RawVersion,
    place: Option<String>,
    sign_in: Option<Vec<u8>>,
    restored: Option<i64>,
}

fn version(id: &DocumentId, raw: RawVersion) -> Result<Version, StorageError> {
    let inconsistent =
        || StorageError::Inconsistent { table: "versions", row: id.to_string(), problem: "the kind is unknown" };
    Ok(Version {
        n: raw.n.cast_unsigned(),
        name: raw.name,
        kind: VersionKind::parse(&raw.kind).ok_or_else(inconsistent)?,
        head: raw.head.cast_unsigned(),
        created_at: raw.created_at,
        length: raw.length.cast_unsigned(),
    })
}

/// A version that is to be.
pub(crate) struct New<'a> {
    pub(crate) name: Option<String>,
    pub(crate) kind: VersionKind,
    /// The draft's head that the text is from, or was made on.
    pub(crate) head: u64,
    pub(crate) text: &'a str,
    pub(crate) made_by: MadeBy,
    /// Which version becomes the text instead of this one.
    pub(crate) restored: Option<u64>,
    pub(crate) now: i64,
}

/// A line of the history.
pub(crate) struct Listed {
    pub(crate) version: Version,
    pub(crate) made_by: MadeBy,
    /// Which version became the text instead of this one, where that is why it was kept.
    pub(crate) restored: Option<u64>,
}

/// All versions of a document, newest first, without their texts.
pub(crate) async fn list(
    connection: &mut SqliteConnection,
    owner: &Owner,
    id: &DocumentId,
) -> Result<Vec<Listed>, StorageError> {
    let rows: Vec<RawListed> = sqlx::query_as(
        "SELECT n,
                name,
                kind,
                head,
                created_at,
                length,
                place,
                sign_in,
                restored
           FROM versions
          WHERE document_id = $1
            AND owner = $2
          ORDER BY n DESC",
    )
    .bind(id.as_str())
    .bind(owner.as_str())
    .fetch_all(connection)
    .await?;
    let listed = rows.into_iter().map(|raw| {
        // A later Holdfast may know more places than this one.
        let place = raw.place.as_deref().and_then(Place::parse);
        let sign_in = raw.sign_in.and_then(|bytes| SignIn::try_from(bytes).ok());
        let restored = raw.restored.map(i64::cast_unsigned);
        Ok(Listed { version: version(id, raw.version)?, made_by: MadeBy { place, sign_in }, restored })
    });
    listed.collect()
}

/// The texts of version `n` and the newer ones, newest first.
pub(crate) async fn texts_since(
    connection: &mut SqliteConnection,
    owner: &Owner,
    id: &DocumentId,
    n: u64,
) -> Result<Vec<(u64, String)>, StorageError> {
    let rows: Vec<(i64, String)> = sqlx::query_as(
        "SELECT n,
                text
           FROM versions
          WHERE document_id = $1
            AND owner = $2
            AND n >= $3
          ORDER BY n DESC",
    )
    .bind(id.as_str())
    .bind(owner.as_str())
    .bind(i64::try_from(n).unwrap_or(i64::MAX))
    .fetch_all(connection)
    .await?;
    Ok(rows.into_iter().map(|(n, text)| (n.cast_unsigned(), text)).collect())
}

/// One version.
pub(crate) async fn find(
    connection: &mut SqliteConnection,
    owner: &Owner,
    id: &DocumentId,
    n: u64,
) -> Result<Option<Version>, StorageError> {
    let row: Option<RawVersion> = sqlx::query_as(
        "SELECT n,
                name,
                kind,
                head,
                created_at,
                length
           FROM versions
          WHERE document_id = $1
            AND owner = $2
            AND n = $3",
    )
    .bind(id.as_str())
    .bind(owner.as_str())
    .bind(i64::try_from(n).unwrap_or(i64::MAX))
    .fetch_optional(connection)
    .await?;
    row.map(|raw| version(id, raw)).transpose()
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

/// The newest text that the draft had at a head of at most `head`, and which head that was, as far as a version has kept it.
pub(crate) async fn text_before(
    connection: &mut SqliteConnection,
    owner: &Owner,
    id: &DocumentId,
    head: u64,
) -> Result<Option<(u64, String)>, StorageError> {
    let row: Option<(i64, String)> = sqlx::query_as(
        "SELECT head,
                text
           FROM versions
          WHERE document_id = $1
            AND owner = $2
            AND head <= $3
            AND kind <> $4
          ORDER BY head DESC
          LIMIT 1",
    )
    .bind(id.as_str())
    .bind(owner.as_str())
    .bind(i64::try_from(head).unwrap_or(i64::MAX))
    .bind(VersionKind::Divergent.as_str())
    .fetch_optional(connection)
    .await?;
    Ok(row.map(|(head, text)| (head.cast_unsigned(), text)))
}

/// A new version.
pub(crate) async fn create(
    connection: &mut SqliteConnection,
    owner: &Owner,
    id: &DocumentId,
    new: New<'_>,
) -> Result<Version, StorageError> {
    let length = new.text.encode_utf16().count() as u64;
    let raw: RawVersion = sqlx::query_as(
        "INSERT INTO versions
                (document_id, n, owner, name, kind, head, created_at, length, text, place, sign_in, restored)
         SELECT $1, coalesce(max(n), 0) + 1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11
           FROM versions
          WHERE document_id = $1
            AND owner = $2
         RETURNING n, name, kind, head, created_at, length",
    )
    .bind(id.as_str())
    .bind(owner.as_str())
    .bind(new.name)
    .bind(new.kind.as_str())
    .bind(new.head.cast_signed())
    .bind(new.now)
    .bind(length.cast_signed())
    .bind(new.text)
    .bind(new.made_by.place.map(Place::name))
    .bind(new.made_by.sign_in.map(|sign_in| sign_in.to_vec()))
    .bind(new.restored.map(u64::cast_signed))
    .fetch_one(connection)
    .await?;
    version(id, raw)
}

/// Gives a version another name, or takes it away; `None` where it is not there.
pub(crate) async fn name(
    connection: &mut SqliteConnection,
    owner: &Owner,
    id: &DocumentId,
    n: u64,
    name: Option<&str>,
) -> Result<Option<Version>, StorageError> {
    let row: Option<RawVersion> = sqlx::query_as(
        "UPDATE versions
            SET name = $4
          WHERE document_id = $1
            AND owner = $2
            AND n = $3
         RETURNING n, name, kind, head, created_at, length",
    )
    .bind(id.as_str())
    .bind(owner.as_str())
    .bind(i64::try_from(n).unwrap_or(i64::MAX))
    .bind(name)
    .fetch_optional(connection)
    .await?;
    row.map(|raw| version(id, raw)).transpose()
}

/// The version that has this very text at this very head, of whatever kind.
pub(crate) async fn same(
    connection: &mut SqliteConnection,
    owner: &Owner,
    id: &DocumentId,
    head: u64,
    text: &str,
) -> Result<Option<u64>, StorageError> {
    let n: Option<i64> = sqlx::query_scalar(
        "SELECT n
           FROM versions
          WHERE document_id = $1
            AND owner = $2
            AND head = $3
            AND text = $4
          ORDER BY n DESC
          LIMIT 1",
    )
    .bind(id.as_str())
    .bind(owner.as_str())
    .bind(head.cast_signed())
    .bind(text)
    .fetch_optional(connection)
    .await?;
    Ok(n.map(i64::cast_unsigned))
}

/// When the newest version of this kind was made.
pub(crate) async fn newest_of(
    connection: &mut SqliteConnection,
    owner: &Owner,
    id: &DocumentId,
    kind: VersionKind,
) -> Result<Option<i64>, StorageError> {
    Ok(sqlx::query_scalar(
        "SELECT max(created_at)
           FROM versions
          WHERE document_id = $1
            AND owner = $2
            AND kind = $3",
    )
    .bind(id.as_str())
    .bind(owner.as_str())
    .bind(kind.as_str())
    .fetch_one(connection)
    .await?)
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

/// Deletes up to `most` automatic versions that are too many for their age, everybody's: all of the last day stay, of the
/// last week the newest of each hour, of the last 90 days the newest of each day, and before that the newest of each month
/// (of the calendar, UTC). The other side of a merge is thinned by itself, so that both sides stay. One that somebody has
/// named stays, and takes no other's place. Answers how many.
pub(crate) async fn thin(connection: &mut SqliteConnection, now: i64, most: u32) -> Result<u64, StorageError> {
    const DAY: i64 = 24 * 60 * 60 * 1000;
    let thinned = sqlx::query(
        "DELETE FROM versions
          WHERE rowid IN
                (SELECT id
                   FROM (SELECT rowid AS id,
                                row_number() OVER
                                  (PARTITION BY owner,
                                                document_id,
                                                kind = 'divergent',
                                                CASE
                                                  WHEN created_at > $2 THEN created_at / 3600000
                                                  WHEN created_at > $3 THEN date(created_at / 1000, 'unixepoch')
                                                  ELSE strftime('%Y-%m', created_at / 1000, 'unixepoch')
                                                END
                                       ORDER BY n DESC) AS place
                           FROM versions
                          WHERE kind <> 'saved'
                            AND name IS NULL
                            AND created_at <= $1)
                  WHERE place > 1
                  LIMIT $4)",
    )
    .bind(now - DAY)
    .bind(now - 7 * DAY)
    .bind(now - 90 * DAY)
    .bind(most)
    .execute(connection)
    .await?;
    Ok(thinned.rows_affected())
}
