//! Versions that are made by themselves, of a text that is about to change a lot: so that nothing of it can be missed.

use holdfast::edit::Edit;
use holdfast::wire::{Sides, VersionKind};
use sqlx::SqliteConnection;

use super::cache::Open;
use super::text::Text;
use super::{Inner, open};
use crate::documents::{DocumentId, MadeBy, Owner};
use crate::storage::drafts::BatchRow;
use crate::storage::versions::{self, New};
use crate::storage::{Database, StorageError};

/// Nobody has saved for so long: the text is kept as it was left before it is changed.
const LONG_ABSENCE_MS: i64 = 8 * 60 * 60 * 1000;

/// A writer lacks so many edits of others, or has lacked one for so long: it is merged, but both sides are kept.
const MANY_EDITS: usize = 200;
const LONG_DIVERGENCE_MS: i64 = 10 * 60 * 1000;

/// A writer whose own side cannot be made again is kept at most this often: it may ask the same several times.
const OFTEN_MS: i64 = 60 * 1000;

/// Keeps a text of the draft, unless it is kept already; answers the version's number. Call it within a piece of work.
pub(crate) async fn keep(
    inner: &Inner,
    connection: &mut SqliteConnection,
    owner: &Owner,
    id: &DocumentId,
    new: New<'_>,
) -> Result<u64, StorageError> {
    if let Some(n) = versions::same(connection, owner, id, new.head, new.text).await? {
        return Ok(n);
    }
    let version = versions::create(connection, owner, id, new).await?;
    inner.events.document(owner, id);
    Ok(version.n)
}

/// To be called before a batch is appended: keeps the text as it was left where that is long ago.
pub(super) async fn after_absence(
    inner: &Inner,
    connection: &mut SqliteConnection,
    owner: &Owner,
    id: &DocumentId,
    open: &Open,
) -> Result<(), StorageError> {
    let now = inner.clock.now_ms();
    if LONG_ABSENCE_MS < now.saturating_sub(open.saved_at) && open.text.length() != 0 {
        let text = open.text.to_string();
        // Where it was left is not known; where somebody goes on with it says nothing of this text.
        let made_by = MadeBy::UNKNOWN;
        let new =
            New { name: None, kind: VersionKind::Absence, head: open.head, text: &text, made_by, restored: None, now };
        keep(inner, connection, owner, id, new).await?;
    }
    Ok(())
}

/// A writer that is behind, and what it sent.
pub(super) struct Behind<'a> {
    pub(super) writer: &'a str,
    /// Where it is.
    pub(super) made_by: MadeBy,
    pub(super) base_head: u64,
    pub(super) edits: Vec<Edit>,
    /// What it lacks.
    pub(super) missing: &'a [BatchRow],
}

impl Behind<'_> {
    /// Whether what it lacks is much, or old. Its own batches do not count: it knows them.
    fn is_far(&self, now: i64) -> bool {
        let mut of_others = self.missing.iter().filter(|batch| batch.writer != self.writer).peekable();
        let oldest = of_others.peek().map(|batch| batch.saved_at);
        let edits: usize = of_others.map(|batch| batch.edits.len()).sum();
        MANY_EDITS < edits || oldest.is_some_and(|oldest| LONG_DIVERGENCE_MS < now.saturating_sub(oldest))
    }
}

/// Keeps both sides before a writer that is far behind rebases: the draft's text, and the text as that writer sees it,
/// as far as the text that it began with can be had. Answers with both, where both have been kept just now.
pub(super) async fn both_sides(
    inner: &std::sync::Arc<Inner>,
    owner: Owner,
    id: DocumentId,
    behind: Behind<'_>,
) -> Result<Option<Sides>, StorageError> {
    let now = inner.clock.now_ms();
    if !behind.is_far(now) {
        return Ok(None);
    }
    let (base_head, behind_by) = (behind.base_head, behind.made_by);
    let theirs = text_of(&inner.database, &owner, &id, base_head, &behind.edits).await?;
    let inner = std::sync::Arc::clone(inner);
    let writer = inner.database.writer.clone();
    writer
        .run(move |connection| {
            Box::pin(async move {
                let asked_before = match &theirs {
                    Some(theirs) => versions::same(connection, &owner, &id, base_head, theirs).await?.is_some(),
                    None => {
                        let newest = versions::newest_of(connection, &owner, &id, VersionKind::Merge).await?;
                        newest.is_some_and(|newest| now.saturating_sub(newest) < OFTEN_MS)
                    }
                };
                if asked_before {
                    return Ok(None);
                }
                let Some(open) = open::held_or_from_disk(&inner.cache, connection, &owner, &id).await? else {
                    return Ok(None);
                };
                let ours = open.text.to_string();
                let made_by = MadeBy::UNKNOWN;
                let new = New {
                    name: None,
                    kind: VersionKind::Merge,
                    head: open.head,
                    text: &ours,
                    made_by,
                    restored: None,
                    now,
                };
                let draft = keep(&inner, connection, &owner, &id, new).await?;
                let mut sides = None;
                if let Some(text) = &theirs {
                    let made_by = behind_by;
                    let new = New {
                        name: None,
                        kind: VersionKind::Divergent,
                        head: base_head,
                        text,
                        made_by,
                        restored: None,
                        now,
                    };
                    let yours = keep(&inner, connection, &owner, &id, new).await?;
                    sides = Some(Sides { yours, draft });
                }
                inner.cache.put(id, open);
                Ok(sides)
            })
        })
        .await
}

/// The text at `base_head` with `edits` in it.
async fn text_of(
    database: &Database,
    owner: &Owner,
    id: &DocumentId,
    base_head: u64,
    edits: &[Edit],
) -> Result<Option<String>, StorageError> {
    let mut reader = database.readers.begin().await?;
    let Some(base) = open::text_at(&mut reader, owner, id, base_head).await? else { return Ok(None) };
    drop(reader);
    let mut text = Text::from(base.as_str());
    // Edits that do not fit are refused when they come again.
    Ok(text.apply(edits).ok().map(|()| text.to_string()))
}
