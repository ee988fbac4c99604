//! The statements on the documents of somebody who leaves. The owner is part of each of them.

use sqlx::SqliteConnection;

use super::StorageError;
use crate::documents::Owner;

/// Everything into the trash at `now`.
pub(crate) async fn pack_up(connection: &mut SqliteConnection, owner: &Owner, now: i64) -> Result<(), StorageError> {
    sqlx::query("UPDATE documents SET trashed_at = $2 WHERE owner = $1 AND trashed_at IS NULL")
        .bind(owner.as_str())
        .bind(now)
        .execute(connection)
        .await?;
    Ok(())
}

/// Out of the trash what came into it at `packed_at`.
pub(crate) async fn unpack(
    connection: &mut SqliteConnection,
    owner: &Owner,
    packed_at: i64,
) -> Result<(), StorageError> {
    sqlx::query("UPDATE documents SET trashed_at = NULL WHERE owner = $1 AND trashed_at = $2")
        .bind(owner.as_str())
        .bind(packed_at)
        .execute(connection)
        .await?;
    Ok(())
}

/// Everything in the trash for longer than anything is kept there.
pub(crate) async fn forget(connection: &mut SqliteConnection, owner: &Owner) -> Result<(), StorageError> {
    sqlx::query("UPDATE documents SET trashed_at = 0 WHERE owner = $1")
        .bind(owner.as_str())
        .execute(connection)
        .await?;
    Ok(())
}
