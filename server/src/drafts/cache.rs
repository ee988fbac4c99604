//! The drafts that are being written right now, held open so that a save does not read the whole document again.
//! What is held is only believed after its head and hash have been compared with the row on disk, within the same
//! transaction; so a commit that failed, a second process or a restored file can never be talked over.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use holdfast::receipt::Chain;

use super::text::Text;
use crate::documents::DocumentId;
use crate::storage::drafts::BatchRow;

/// How many drafts, and how many bytes of text, are held at the most.
const MOST_DRAFTS: usize = 256;
const MOST_BYTES: usize = 32 * 1024 * 1024;

/// A draft held open.
#[derive(Debug)]
pub(super) struct Open {
    pub(super) head: u64,
    pub(super) hash: Chain,
    pub(super) saved_at: i64,
    pub(super) text: Text,
    /// Batches and bytes of edits since the snapshot on disk.
    pub(super) since_snapshot: SinceSnapshot,
    /// The last batches of writers that have saved while the draft was held, as far as they are small; what is not here
    /// is asked of the index.
    pub(super) writers: HashMap<String, BatchRow>,
}

/// A writer's last batch is held up to so many bytes of edits, and for so many writers.
const SMALL_BATCH: usize = 4096;
const MOST_WRITERS: usize = 32;

impl Open {
    /// Holds the writer's last batch, or at least no older one.
    pub(super) fn remember(&mut self, batch: BatchRow) {
        self.writers.remove(&batch.writer);
        if batch.bytes() <= SMALL_BATCH {
            if MOST_WRITERS <= self.writers.len() {
                self.writers.clear();
            }
            self.writers.insert(batch.writer.clone(), batch);
        }
    }
}

/// What opening the draft from disk would have to replay.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct SinceSnapshot {
    pub(super) batches: usize,
    pub(super) bytes: usize,
}

#[derive(Default)]
struct Held {
    drafts: HashMap<DocumentId, (u64, Open)>,
    turn: u64,
}

/// See the module's documentation.
#[derive(Default)]
pub(super) struct Cache(Mutex<Held>);

impl Cache {
    fn held(&self) -> MutexGuard<'_, Held> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes a draft out; [`Cache::put`] it back, or the next save reads it from disk.
    pub(super) fn take(&self, id: &DocumentId) -> Option<Open> {
        self.held().drafts.remove(id).map(|(_, open)| open)
    }

    /// Holds a draft, letting go of those that were not used for longest when there are too many.
    pub(super) fn put(&self, id: DocumentId, open: Open) {
        let mut held = self.held();
        held.turn += 1;
        let turn = held.turn;
        held.drafts.insert(id, (turn, open));
        while MOST_DRAFTS < held.drafts.len()
            || (1 < held.drafts.len()
                && MOST_BYTES < held.drafts.values().map(|(_, open)| open.text.bytes()).sum::<usize>())
        {
            let oldest = held.drafts.iter().min_by_key(|(_, (turn, _))| *turn).map(|(id, _)| id.clone());
            let Some(oldest) = oldest else { break };
            held.drafts.remove(&oldest);
        }
    }
}
