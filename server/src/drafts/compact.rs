//! Folding batches into the snapshot, in the background and never within a save, so that opening a document stays
//! fast. It is asked for when replaying would cost about as much as writing a new snapshot does; over a document's life
//! the snapshots then cost no more than the edits themselves.

use std::sync::{Arc, Weak};

use holdfast::receipt::Chain;
use tokio::sync::mpsc;

use super::Inner;
use super::cache::{Open, SinceSnapshot};
use super::text::Text;
use crate::documents::{DocumentId, Owner};
use crate::storage::StorageError;
use crate::storage::drafts as rows;

/// Fewer and lighter batches than this are replayed in no time.
const FEWEST: usize = 128;
const LIGHTEST: usize = 16 * 1024;
/// More batches, or heavier ones, are not left to be replayed, however large the text is.
const MOST: usize = 4096;
const HEAVIEST: usize = 1024 * 1024;

/// A draft whose snapshot should be renewed.
pub(super) struct Due {
    owner: Owner,
    id: DocumentId,
    head: u64,
    hash: Chain,
    /// Shares its structure with the text that is held: taking it along costs nothing.
    text: Text,
}

/// Asks for a new snapshot where it is worth it, and begins to count anew. Where the queue is full the next save asks again.
pub(super) fn ask(inner: &Inner, owner: &Owner, id: &DocumentId, open: &mut Open) {
    let SinceSnapshot { batches, bytes } = open.since_snapshot;
    let noticed = FEWEST <= batches || LIGHTEST <= bytes;
    let as_costly_as_the_text = noticed && open.text.bytes() <= bytes * 8;
    if as_costly_as_the_text || MOST <= batches || HEAVIEST <= bytes {
        let (owner, id, text) = (owner.clone(), id.clone(), open.text.clone());
        if inner.compactor.try_send(Due { owner, id, head: open.head, hash: open.hash, text }).is_ok() {
            open.since_snapshot = SinceSnapshot::default();
        }
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
    let Due { owner, id, head, hash, text } = due;
    let text = text.to_string();
    inner
        .database
        .writer
        .run(move |connection| {
            Box::pin(async move { rows::replace_snapshot(connection, &owner, &id, (head, hash), &text).await })
        })
        .await
}
