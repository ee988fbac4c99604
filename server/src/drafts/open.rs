//! A draft's text, rebuilt from its snapshot and the batches after it.

use std::collections::HashMap;

use sqlx::SqliteConnection;

use super::cache::{Cache, Open, SinceSnapshot};
use super::text::Text;
use crate::documents::{DocumentId, Owner};
use crate::storage::drafts::{self as rows, BatchRow, DraftRow};
use crate::storage::{StorageError, versions};

/// Reads a draft; `None` where there is no such document of this owner. Run it in one transaction.
pub(super) async fn from_disk(
    connection: &mut SqliteConnection,
    owner: &Owner,
    id: &DocumentId,
) -> Result<Option<(DraftRow, Open)>, StorageError> {
    let Some(row) = rows::draft(connection, owner, id).await? else { return Ok(None) };
    let open = rebuild(connection, owner, id, &row).await?;
    Ok(Some((row, open)))
}

/// The draft that `row` is the head of, held where it can be, else from disk; `None` as above.
pub(super) async fn held_or_from_disk(
    cache: &Cache,
    connection: &mut SqliteConnection,
    owner: &Owner,
    id: &DocumentId,
) -> Result<Option<Open>, StorageError> {
    let Some(row) = rows::draft(connection, owner, id).await? else { return Ok(None) };
    match cache.take(id) {
        Some(open) if open.head == row.head && open.hash == row.hash => Ok(Some(open)),
        _ => rebuild(connection, owner, id, &row).await.map(Some),
    }
}

/// More batches than this are not replayed to find out what a text once was.
const MOST_REPLAYED: u64 = 50_000;

/// The text as it was at `head`, from the snapshot or a version that is not newer; `None` where there is neither, or `head`
/// is none of the draft's.
pub(super) async fn text_at(
    connection: &mut SqliteConnection,
    owner: &Owner,
    id: &DocumentId,
    head: u64,
) -> Result<Option<String>, StorageError> {
    let Some(row) = rows::draft(connection, owner, id).await? else { return Ok(None) };
    if row.head < head {
        return Ok(None);
    }
    let (snapshot_head, snapshot) = rows::snapshot(connection, owner, id).await?;
    let kept = if snapshot_head <= head {
        Some((snapshot_head, snapshot))
    } else {
        versions::text_before(connection, owner, id, head).await?
    };
    let Some((kept_head, kept)) = kept.filter(|(kept_head, _)| head - kept_head <= MOST_REPLAYED) else {
        return Ok(None);
    };
    let mut text = Text::from(kept.as_str());
    for batch in rows::batches_between(connection, owner, id, kept_head, head).await? {
        replay(&mut text, id, &batch)?;
    }
    Ok(Some(text.to_string()))
}

fn replay(text: &mut Text, id: &DocumentId, batch: &BatchRow) -> Result<(), StorageError> {
    let problem = "an accepted edit does not fit the text";
    text.apply(&batch.edits).map_err(|_| StorageError::Inconsistent {
        table: "draft_batches",
        row: id.to_string(),
        problem,
    })
}

async fn rebuild(
    connection: &mut SqliteConnection,
    owner: &Owner,
    id: &DocumentId,
    row: &DraftRow,
) -> Result<Open, StorageError> {
    let (snapshot_head, snapshot) = rows::snapshot(connection, owner, id).await?;
    let batches = rows::batches_after(connection, owner, id, snapshot_head).await?;
    if snapshot_head + batches.len() as u64 != row.head {
        let problem = "the batches after the snapshot do not lead to the head";
        return Err(StorageError::Inconsistent { table: "draft_batches", row: id.to_string(), problem });
    }
    let mut text = Text::from(snapshot.as_str());
    let mut since_snapshot = SinceSnapshot::default();
    for batch in &batches {
        replay(&mut text, id, batch)?;
        since_snapshot.add(batch);
    }
    Ok(Open { head: row.head, hash: row.hash, saved_at: row.saved_at, text, since_snapshot, writers: HashMap::new() })
}

impl SinceSnapshot {
    pub(super) fn add(&mut self, batch: &BatchRow) {
        self.batches += 1;
        self.bytes += batch.bytes();
    }
}
