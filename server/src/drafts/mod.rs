//! Drafts: the unsaved work on a document, autosaved all the time.
//!
//! A save appends a batch of edits and moves the head; the text itself is a snapshot plus the batches after it, folded
//! together in the background. So the cost of a save follows the edit, never the document, and a receipt is given only
//! after the commit that holds it ([`crate::storage::Writer`]).

mod answered;
mod cache;
mod compact;
mod kept;
mod open;
mod rewrite;
mod save;
pub(crate) mod text;
mod whole;

use std::sync::Arc;

use holdfast::clock::Clock;
use holdfast::edit::Edit;
use holdfast::entropy::Entropy;
use holdfast::receipt::Chain;
use holdfast::wire::{
    Conflict, ConflictBatch, Draft, MAX_BATCH_BYTES, MAX_BATCH_EDITS, MAX_CONFLICT_BYTES, PatchDraft, Receipt,
    VersionKind,
};
use sha2::{Digest, Sha256};
use sqlx::SqliteConnection;
use tokio::sync::mpsc;

use self::answered::Answered;
use self::cache::Cache;
use self::kept::Behind;
use self::save::Accepted;
use crate::documents::{DocumentId, MadeBy, Owner};
use crate::events::Events;
use crate::storage::drafts as rows;
use crate::storage::versions::New;
use crate::storage::{Database, StorageError};

pub(crate) use self::whole::WholeText;

/// What became of a save. A conflict is a value, not an error.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SaveOutcome {
    /// On disk.
    Saved(Receipt),
    /// The base is behind: these are the edits the writer lacks.
    Conflict(Box<Conflict>),
    /// Nothing was changed, and sending the same again never will.
    Refused(Refusal),
    /// No such document, or it is not this owner's.
    NotFound,
}

/// Why a batch is refused for good.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// The writer's id is not 1 to 64 characters of `[A-Za-z0-9_-]`.
    Writer,
    /// The batch has no edits, or numbers that cannot be.
    Empty,
    /// The batch has more than [`MAX_BATCH_EDITS`] edits.
    TooManyEdits,
    /// An edit lies outside the text.
    OutOfRange,
    /// An edit begins or ends within a surrogate pair.
    SplitsSurrogate,
    /// The numbers have a gap; the writer's next one is `expected`.
    SeqGap {
        /// The number that the server expects next from this writer.
        expected: u64,
    },
    /// The batch overlaps an accepted one without being it; the writer's next number is `expected`.
    SeqOverlap {
        /// The number that the server expects next from this writer.
        expected: u64,
    },
    /// `base_head` is ahead of the head.
    HeadUnknown {
        /// The draft's head.
        head: u64,
    },
    /// The document would be larger than the limit.
    TooLarge,
}

/// What became of a whole text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum PutOutcome {
    /// On disk (or already so).
    Saved(Receipt),
    /// The head is another one.
    HeadMoved(u64),
    /// The document would be larger than the limit.
    TooLarge,
    /// No such document, or it is not this owner's.
    NotFound,
}

/// What is on disk of a draft.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct OnDisk {
    pub(crate) head: u64,
    /// How many edits have made it, over all its saves.
    pub(crate) edits: u64,
    pub(crate) saved_at: i64,
    pub(crate) hash: String,
    pub(crate) text_sha256: String,
    /// Of the text, in UTF-16 code units and in bytes of UTF-8.
    pub(crate) length: u64,
    pub(crate) bytes: u64,
}

/// All drafts of the process; cheap to clone.
#[derive(Clone)]
pub struct Drafts {
    inner: Arc<Inner>,
}

struct Inner {
    database: Database,
    clock: Arc<dyn Clock>,
    entropy: Arc<dyn Entropy>,
    events: Events,
    cache: Cache,
    answered: Answered,
    compactor: mpsc::Sender<compact::Due>,
}

impl Drafts {
    /// Starts the service and its background compaction. Both end when the last clone is dropped.
    #[must_use]
    pub fn start(database: Database, events: Events, clock: Arc<dyn Clock>, entropy: Arc<dyn Entropy>) -> Self {
        let (compactor, due) = mpsc::channel(64);
        let inner = Arc::new(Inner {
            database,
            clock,
            entropy,
            events,
            cache: Cache::default(),
            answered: Answered::default(),
            compactor,
        });
        compact::start(Arc::downgrade(&inner), due);
        Self { inner }
    }

    /// The draft as it is on disk.
    ///
    /// # Errors
    /// [`StorageError`] where the database cannot be read.
    pub async fn read(&self, owner: &Owner, id: &DocumentId) -> Result<Option<Draft>, StorageError> {
        // One read transaction, or a save between two statements would tear head and text apart. It ends when it is
        // dropped, also where the client has gone and this future with it.
        let mut reader = self.inner.database.readers.begin().await?;
        let Some((row, open)) = open::from_disk(&mut reader, owner, id).await? else { return Ok(None) };
        drop(reader);
        let text = open.text.to_string();
        let text_sha256 = hex(&Sha256::digest(text.as_bytes()));
        Ok(Some(Draft { head: row.head, text, hash: row.hash.hex(), text_sha256, base_version: row.base_version }))
    }

    /// What is on disk of a draft, without the text itself; `None` where the document is not there.
    pub(crate) async fn on_disk(&self, owner: &Owner, id: &DocumentId) -> Result<Option<OnDisk>, StorageError> {
        let mut reader = self.inner.database.readers.begin().await?;
        let Some((row, open)) = open::from_disk(&mut reader, owner, id).await? else { return Ok(None) };
        let edits = rows::edits(&mut reader, owner, id).await?;
        drop(reader);
        let text = open.text.to_string();
        Ok(Some(OnDisk {
            head: row.head,
            edits,
            saved_at: row.saved_at,
            hash: row.hash.hex(),
            text_sha256: hex(&Sha256::digest(text.as_bytes())),
            length: open.text.length() as u64,
            bytes: text.len() as u64,
        }))
    }

    /// The draft's head and text as they are on disk; `None` where the document is not there.
    pub(crate) async fn text(&self, owner: &Owner, id: &DocumentId) -> Result<Option<(u64, String)>, StorageError> {
        let mut reader = self.inner.database.readers.begin().await?;
        Ok(open::from_disk(&mut reader, owner, id).await?.map(|(row, open)| (row.head, open.text.to_string())))
    }

    /// What a writer that knows the draft at `since` lacks, and how much of its own is there; `None` where the document is
    /// not there. Nothing is changed by it.
    ///
    /// # Errors
    /// [`StorageError`] where the database cannot be read.
    pub(crate) async fn edits_since(
        &self,
        owner: &Owner,
        id: &DocumentId,
        since: u64,
        writer: &str,
    ) -> Result<Option<Result<Conflict, Refusal>>, StorageError> {
        if !is_writer(writer) {
            return Ok(Some(Err(Refusal::Writer)));
        }
        let mut reader = self.inner.database.readers.begin().await?;
        let Some(row) = rows::draft(&mut reader, owner, id).await? else { return Ok(None) };
        if row.head < since {
            return Ok(Some(Err(Refusal::HeadUnknown { head: row.head })));
        }
        let missing = rows::first_batches_after(&mut reader, owner, id, since, MAX_CONFLICT_BYTES).await?;
        let reached = missing.last().map_or((row.head, row.hash), |last| (last.head, last.hash));
        let acked_seq = rows::acked_at(&mut reader, owner, id, writer, reached.0).await?;
        Ok(Some(Ok(Inner::conflict(missing, reached, acked_seq, row.head))))
    }

    /// Keeps the draft's text as an automatic version, unless it is kept already, within the writer's transaction; answers
    /// the version's number, or `None` where the document is not there.
    pub(crate) async fn keep_now(
        &self,
        connection: &mut SqliteConnection,
        owner: &Owner,
        id: &DocumentId,
        kind: VersionKind,
        name: Option<String>,
        made_by: MadeBy,
    ) -> Result<Option<u64>, StorageError> {
        let Some((head, text)) = self.text_now(connection, owner, id).await? else { return Ok(None) };
        let new = New { name, kind, head, text: &text, made_by, restored: None, now: self.inner.clock.now_ms() };
        kept::keep(&self.inner, connection, owner, id, new).await.map(Some)
    }

    /// The draft's head and text within the writer's transaction; `None` where the document is not there.
    pub(crate) async fn text_now(
        &self,
        connection: &mut SqliteConnection,
        owner: &Owner,
        id: &DocumentId,
    ) -> Result<Option<(u64, String)>, StorageError> {
        let Some(open) = open::held_or_from_disk(&self.inner.cache, connection, owner, id).await? else {
            return Ok(None);
        };
        let now = (open.head, open.text.to_string());
        self.inner.cache.put(id.clone(), open);
        Ok(Some(now))
    }

    /// Accepts one batch of edits, which `made_by` has made. Carried to the end whether or not the caller waits for it.
    ///
    /// # Errors
    /// [`StorageError`] where it could not be written; nothing was acknowledged then.
    pub(crate) async fn save(
        &self,
        owner: Owner,
        id: DocumentId,
        patch: PatchDraft,
        made_by: MadeBy,
    ) -> Result<SaveOutcome, StorageError> {
        if let Some(refusal) = malformed(&patch) {
            return Ok(SaveOutcome::Refused(refusal));
        }
        let (inner, base_head, writer) = (Arc::clone(&self.inner), patch.base_head, patch.writer.clone());
        let (whose, which) = (owner.clone(), id.clone());
        let accepted = self
            .inner
            .database
            .writer
            .run(move |connection| Box::pin(async move { save::save(&inner, connection, &owner, id, patch).await }))
            .await?;
        match accepted {
            Accepted::Answer(outcome) => Ok(outcome),
            Accepted::Behind { head, hash, edits } => {
                let mut reader = self.inner.database.readers.acquire().await?;
                let missing =
                    rows::first_batches_after(&mut reader, &whose, &which, base_head, MAX_CONFLICT_BYTES).await?;
                let reached = missing.last().map_or((head, hash), |last| (last.head, last.hash));
                let acked_seq = rows::acked_at(&mut reader, &whose, &which, &writer, reached.0).await?;
                drop(reader);
                let is_part = reached.0 < head;
                let goes_on = self.inner.answered.note(which.clone(), writer.clone(), base_head, (reached.0, is_part));
                let behind = Behind { writer: &writer, made_by, base_head, edits, missing: &missing };
                // The next part of a long history: both sides were kept at the first one.
                let kept = if goes_on { Ok(None) } else { kept::both_sides(&self.inner, whose, which, behind).await };
                let sides = kept.unwrap_or_else(|error| {
                    // The conflict itself must not wait for it: nothing of either side is lost by merging.
                    tracing::warn!(error = &error as &dyn std::error::Error, "the sides of a merge were not kept");
                    None
                });
                let conflict = Conflict { sides, ..Inner::conflict(missing, reached, acked_seq, head) };
                Ok(SaveOutcome::Conflict(Box::new(conflict)))
            }
        }
    }

    /// As [`Self::save`], as a part of the piece of work that is under way; what the writer lacks is not looked up.
    pub(crate) async fn append(
        &self,
        connection: &mut SqliteConnection,
        owner: &Owner,
        id: &DocumentId,
        patch: PatchDraft,
    ) -> Result<Appended, StorageError> {
        if let Some(refusal) = malformed(&patch) {
            return Ok(Appended::Refused(refusal));
        }
        Ok(match save::save(&self.inner, connection, owner, id.clone(), patch).await? {
            Accepted::Answer(SaveOutcome::Saved(receipt)) => Appended::Saved(receipt),
            Accepted::Answer(SaveOutcome::Refused(refusal)) => Appended::Refused(refusal),
            Accepted::Answer(SaveOutcome::NotFound) => Appended::NotFound,
            Accepted::Answer(SaveOutcome::Conflict(_)) | Accepted::Behind { .. } => Appended::Behind,
        })
    }

    /// The text as it was at `head`, where it can still be told.
    pub(crate) async fn text_at(
        &self,
        connection: &mut SqliteConnection,
        owner: &Owner,
        id: &DocumentId,
        head: u64,
    ) -> Result<Option<String>, StorageError> {
        open::text_at(connection, owner, id, head).await
    }

    /// The highest head that this writer of this draft was answered a conflict with, as far as that is remembered: what
    /// it sent on an older base it has rebased since.
    pub(crate) fn answered_head(&self, id: &DocumentId, writer: &str) -> Option<u64> {
        self.inner.answered.head(id, writer)
    }
}

/// What became of [`Drafts::append`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Appended {
    /// In the draft, once the piece of work is committed.
    Saved(Receipt),
    /// The base is behind.
    Behind,
    /// Sending the same again never helps.
    Refused(Refusal),
    /// No such document, or it is not this owner's.
    NotFound,
}

impl Inner {
    /// The receipt for an accepted batch; the same one for every retry.
    fn receipt(batch: &rows::BatchRow) -> Receipt {
        Receipt { head: batch.head, acked_seq: batch.last_seq(), hash: batch.hash.hex(), saved_at: batch.saved_at }
    }

    /// What a writer lacks, up to the head that `reached` is; `head` is the draft's.
    fn conflict(missing: Vec<rows::BatchRow>, reached: (u64, Chain), acked_seq: u64, head: u64) -> Conflict {
        let mut edits: Vec<Edit> = Vec::new();
        let mut batches = Vec::with_capacity(missing.len());
        for batch in missing {
            batches.push(ConflictBatch { head: batch.head, writer: batch.writer, len: batch.edits.len() });
            edits.extend(batch.edits);
        }
        Conflict {
            head: reached.0,
            hash: reached.1.hex(),
            acked_seq,
            edits,
            batches,
            more: reached.0 < head,
            sides: None,
        }
    }
}

/// What is wrong with a batch, whatever the draft is.
pub(crate) fn malformed(patch: &PatchDraft) -> Option<Refusal> {
    if !is_writer(&patch.writer) {
        return Some(Refusal::Writer);
    }
    let last = patch.seq.checked_add(patch.edits.len() as u64);
    let is_numbered = patch.seq != 0 && last.is_some_and(|last| last <= i64::MAX.cast_unsigned());
    if MAX_BATCH_EDITS < patch.edits.len() {
        return Some(Refusal::TooManyEdits);
    }
    (patch.edits.is_empty() || !is_numbered).then_some(Refusal::Empty)
}

/// Whether a writer's id is one: 1 to 64 characters of `[A-Za-z0-9_-]`.
fn is_writer(writer: &str) -> bool {
    (1..=64).contains(&writer.len())
        && writer.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-')
}

/// Lower-case hexadecimal digits.
pub(crate) fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write;
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        let _infallible = write!(text, "{byte:02x}");
        text
    })
}

/// A batch larger than this is never sent by us; the HTTP edge refuses larger bodies.
const _: () = assert!(MAX_BATCH_BYTES <= holdfast::wire::MAX_DOCUMENT_BYTES);
