//! The lease on a session's row, which keeps two processes from refreshing it at once. Both statements run in the writer's
//! `BEGIN IMMEDIATE` transaction: nobody, in whatever process, writes between the reading and the writing.

use holdfast_session::rows::{Claim, Claimed, RowId, RowsError, SessionRow};
use sqlx::SqliteConnection;

use super::StorageError;
use super::sessions::Raw;

pub(super) async fn claim(
    connection: &mut SqliteConnection,
    id: RowId,
    claim: Claim,
) -> Result<Result<Claimed, RowsError>, StorageError> {
    let raw: Option<Raw> = sqlx::query_as("SELECT * FROM sessions WHERE id_hash = $1")
        .bind(id.as_bytes().as_slice())
        .fetch_optional(&mut *connection)
        .await?;
    let claimed = match raw.map(SessionRow::try_from).transpose() {
        Ok(Some(row)) => claim.on(&row),
        Ok(None) => Claimed::Moved,
        Err(error) => return Ok(Err(error)),
    };
    if let Claimed::Taken { .. } = claimed {
        sqlx::query(
            "UPDATE sessions
                SET lease_holder = $2,
                    lease_until = $3
              WHERE id_hash = $1",
        )
        .bind(id.as_bytes().as_slice())
        .bind(claim.holder.0.as_slice())
        .bind(claim.until)
        .execute(connection)
        .await?;
    }
    Ok(Ok(claimed))
}

pub(super) async fn release(
    connection: &mut SqliteConnection,
    id: RowId,
    claim: Claim,
    closed_until: i64,
) -> Result<bool, StorageError> {
    let released = sqlx::query(
        "UPDATE sessions
            SET lease_holder = NULL,
                lease_until = $4
          WHERE id_hash = $1
            AND ended_at IS NULL
            AND generation = $2
            AND lease_holder = $3",
    )
    .bind(id.as_bytes().as_slice())
    .bind(claim.generation)
    .bind(claim.holder.0.as_slice())
    .bind(closed_until)
    .execute(connection)
    .await?;
    Ok(released.rows_affected() == 1)
}
