//! A session's device: the key that it is bound to, once, and the challenge that was answered last.

use holdfast_session::rows::{Device, RowId};
use sqlx::SqliteConnection;

use super::StorageError;

/// See [`holdfast_session::rows::SessionRows::bind`].
pub(super) async fn bind(connection: &mut SqliteConnection, id: RowId, device: &Device) -> Result<bool, StorageError> {
    let bound = sqlx::query(
        "UPDATE sessions
            SET device_key = $2,
                device_proved_at = $3
          WHERE id_hash = $1
            AND device_key IS NULL
            AND ended_at IS NULL",
    )
    .bind(id.as_bytes().as_slice())
    .bind(&device.key)
    .bind(device.proved_at)
    .execute(connection)
    .await?;
    Ok(bound.rows_affected() == 1)
}

/// See [`holdfast_session::rows::SessionRows::prove`].
pub(super) async fn prove(connection: &mut SqliteConnection, id: RowId, at: i64) -> Result<bool, StorageError> {
    let proved = sqlx::query(
        "UPDATE sessions
            SET device_proved_at = $2
          WHERE id_hash = $1
            AND device_proved_at < $2
            AND ended_at IS NULL",
    )
    .bind(id.as_bytes().as_slice())
    .bind(at)
    .execute(connection)
    .await?;
    Ok(proved.rows_affected() == 1)
}
