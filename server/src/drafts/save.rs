//! Accepting a batch of edits, inside the writer's transaction.
//!
//! The order of the checks is the protocol: a retry is recognized before anything else (it changes nothing and gets the
//! same receipt), then gaps in the writer's numbers, then the base, then the edits themselves. Numbers that were accepted
//! in another form (out of escrow, rebased over somebody's edits) are a writer's that has to catch up, like any other
//! whose base is behind.

use holdfast::edit::{Edit, EditError};
use holdfast::receipt::Chain;
use holdfast::wire::{MAX_DOCUMENT_BYTES, PatchDraft};
use sqlx::SqliteConnection;

use super::cache::Open;
use super::{Inner, Refusal, SaveOutcome, compact, kept, open};
use crate::documents::{DocumentId, Owner};
use crate::storage::StorageError;
use crate::storage::drafts::{self as rows, BatchRow};

/// What the transaction has decided.
pub(super) enum Accepted {
    /// The answer.
    Answer(SaveOutcome),
    /// The base is behind. What the writer lacks is read afterwards, by a reader: batches never change, and a long history
    /// must not hold up everybody's saves. `edits` are the writer's own, as they came.
    Behind { head: u64, hash: Chain, edits: Vec<Edit> },
}

pub(super) async fn save(
    inner: &Inner,
    connection: &mut SqliteConnection,
    owner: &Owner,
    id: DocumentId,
    patch: PatchDraft,
) -> Result<Accepted, StorageError> {
    let Some(mut open) = open::held_or_from_disk(&inner.cache, connection, owner, &id).await? else {
        return Ok(Accepted::Answer(SaveOutcome::NotFound));
    };
    let outcome = accept(inner, connection, owner, &id, &mut open, patch).await?;
    inner.cache.put(id, open);
    Ok(outcome)
}

async fn accept(
    inner: &Inner,
    connection: &mut SqliteConnection,
    owner: &Owner,
    id: &DocumentId,
    open: &mut Open,
    patch: PatchDraft,
) -> Result<Accepted, StorageError> {
    let last = match open.writers.get(&patch.writer) {
        Some(batch) => Some(batch.clone()),
        None => rows::batch_of_writer(connection, owner, id, &patch.writer, u64::MAX).await?,
    };
    let acked_seq = last.as_ref().map_or(0, BatchRow::last_seq);
    if patch.seq <= acked_seq {
        return retry(connection, owner, id, open, last, patch).await;
    }
    let expected = acked_seq + 1;
    if expected < patch.seq {
        return Ok(refused(Refusal::SeqGap { expected }));
    }
    if open.head < patch.base_head {
        return Ok(refused(Refusal::HeadUnknown { head: open.head }));
    }
    if patch.base_head < open.head {
        return Ok(Accepted::Behind { head: open.head, hash: open.hash, edits: patch.edits });
    }
    let mut text = open.text.clone();
    match text.apply(&patch.edits) {
        Ok(()) => {}
        Err(EditError::OutOfRange) => return Ok(refused(Refusal::OutOfRange)),
        Err(EditError::SplitsSurrogate) => return Ok(refused(Refusal::SplitsSurrogate)),
    }
    if MAX_DOCUMENT_BYTES < text.bytes() {
        return Ok(refused(Refusal::TooLarge));
    }
    kept::after_absence(inner, connection, owner, id, open).await?;
    let batch = BatchRow {
        head: open.head + 1,
        hash: open.hash.next(&patch.edits),
        writer: patch.writer,
        seq: patch.seq,
        edits: patch.edits,
        saved_at: inner.clock.now_ms(),
    };
    rows::append(connection, owner, id, &batch).await?;
    Ok(Accepted::Answer(SaveOutcome::Saved(appended(inner, owner, id, open, text, batch))))
}

fn refused(refusal: Refusal) -> Accepted {
    Accepted::Answer(SaveOutcome::Refused(refusal))
}

/// What is held follows what was just written.
pub(super) fn appended(
    inner: &Inner,
    owner: &Owner,
    id: &DocumentId,
    open: &mut Open,
    text: super::text::Text,
    batch: BatchRow,
) -> holdfast::wire::Receipt {
    let receipt = Inner::receipt(&batch);
    open.head = batch.head;
    open.hash = batch.hash;
    open.saved_at = batch.saved_at;
    open.text = text;
    open.since_snapshot.add(&batch);
    inner.events.edits(owner, id, &batch);
    open.remember(batch);
    compact::ask(inner, owner, id, open);
    receipt
}

/// `(writer, seq)` was accepted before: the very same batch gets the very same receipt, one in another form whatever its
/// base lacks. Where the base lacks nothing, it is refused.
async fn retry(
    connection: &mut SqliteConnection,
    owner: &Owner,
    id: &DocumentId,
    open: &Open,
    last: Option<BatchRow>,
    patch: PatchDraft,
) -> Result<Accepted, StorageError> {
    let acked_seq = last.as_ref().map_or(0, BatchRow::last_seq);
    let accepted = match last {
        Some(batch) if batch.seq <= patch.seq => Some(batch),
        _ => rows::batch_of_writer(connection, owner, id, &patch.writer, patch.seq).await?,
    };
    let is_behind = patch.base_head < open.head;
    let same = accepted.filter(|batch| batch.seq == patch.seq && batch.edits == patch.edits);
    Ok(match same {
        // On another base the same edits have another hash.
        Some(batch) if patch.base_head + 1 == batch.head || !is_behind => {
            Accepted::Answer(SaveOutcome::Saved(Inner::receipt(&batch)))
        }
        _ if is_behind => Accepted::Behind { head: open.head, hash: open.hash, edits: patch.edits },
        _ => refused(Refusal::SeqOverlap { expected: acked_seq + 1 }),
    })
}
