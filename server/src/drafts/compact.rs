//! Folding batches into the snapshot, in the background and never within a save, so that opening a document stays
//! fast. It is asked for when replaying would cost about as much as writing a new snapshot does; over a document's life
//! the snapshots then cost no more than the edits themselves.

use std::sync::{Arc, Weak};

use holdfast::receipt::Chain;
use tokio::sync::mpsc;

use super::Inner;
use super::cache::{Open, SinceSnapshot};
use crate::documents::{DocumentId, Owner};
use crate::storage::StorageError;
use crate::storage::drafts as rows;

/// Fewer batches than this are replayed in no time.
const FEWEST: usize = 128;
/// More batches than this are not left to be replayed, however large the text is.
const MOST: usize = 4096;

/// A draft whose snapshot should be renewed.
pub(super) struct Due {
    owner: Owner,
    id: DocumentId,
    head: u64,
    hash: Chain,
    since_snapshot: SinceSnapshot,
}

/// Asks for a new snapshot where it is worth it. Where the queue is full nothing is lost: the next save asks again.
pub(super) fn ask(inner: &Inner, owner: &Owner, id: &DocumentId, open: &Open) {
    let SinceSnapshot { batches, bytes } = open.since_snapshot;
    let worth_it = FEWEST <= batches && (open.text.bytes() <= bytes * 4 || MOST <= batches);
    if worth_it && batches % FEWEST == 0 {
        let due = Due {
            owner: owner.clone(),
            id: id.clone(),
            head: open.head,
            hash: open.hash,
            since_snapshot: open.since_snapshot,
        };
        let _asked_again_by_a_later_save = inner.compactor.try_send(due);
    }
}

/// Serves the queue until the drafts are dropped.
pub(super) fn start(inner: Weak<Inner>, mut queue: mpsc::Receiver<Due>) {
    tokio::spawn(async move {
        while let Some(due) = queue.recv().await {
            let Some(inner) = inner.upgrade() else { break };
            if let Err(error) = compact(&inner, due).await {
                tracing::warn!(error = &error as &dyn std::error::Error, "a snapshot was not renewed");
            }
        }
    });
}

async fn compact(inner: &Arc<Inner>, due: Due) -> Result<(), StorageError> {
    let Due { owner, id, head, hash, since_snapshot } = due;
    // Where a later save has been accepted meanwhile the held text is another one; its own request is on the way.
    let Some(text) = inner.cache.text_at(&id, hash) else { return Ok(()) };
    let text = text.to_string();
    let key = id.clone();
    inner
        .database
        .writer
        .run(move |connection| {
            Box::pin(async move { rows::replace_snapshot(connection, &owner, &id, (head, hash), &text).await })
        })
        .await?;
    inner.cache.compacted(&key, since_snapshot);
    Ok(())
}
