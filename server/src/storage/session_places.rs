//! The statements on where sessions are used: a column beside the session's own, which the session crate knows nothing of.

use std::collections::HashMap;

use holdfast::place::Place;
use holdfast_session::rows::RowId;

use super::{Database, StorageError};

/// Notes where the session is used, unless that is noted already. What is noted first stays.
pub(crate) async fn note(database: &Database, id: RowId, place: Place) -> Result<(), StorageError> {
    let noted: Option<Option<String>> = sqlx::query_scalar("SELECT place FROM sessions WHERE id_hash = $1")
        .bind(id.as_bytes().as_slice())
        .fetch_optional(&database.readers)
        .await?;
    if noted != Some(None) {
        return Ok(());
    }
    let work = database.writer.run(move |connection| {
        Box::pin(async move {
            sqlx::query(
                "UPDATE sessions
                    SET place = $2
                  WHERE id_hash = $1
                    AND place IS NULL",
            )
            .bind(id.as_bytes().as_slice())
            .bind(place.name())
            .execute(connection)
            .await?;
            Ok(())
        })
    });
    work.await
}

/// Where the user's live sessions are used, by [`RowId::to_hex`], as far as that is noted.
pub(crate) async fn of(database: &Database, sub: &str) -> Result<HashMap<String, Place>, StorageError> {
    let rows: Vec<(Vec<u8>, String)> = sqlx::query_as(
        "SELECT id_hash,
                place
           FROM sessions
          WHERE sub = $1
            AND ended_at IS NULL
            AND place IS NOT NULL",
    )
    .bind(sub)
    .fetch_all(&database.readers)
    .await?;
    let named = |(id, place): (Vec<u8>, String)| {
        let id = RowId::from_bytes(id.try_into().ok()?);
        // A later Holdfast may know more places than this one.
        Some((id.to_hex(), Place::parse(&place)?))
    };
    Ok(rows.into_iter().filter_map(named).collect())
}
