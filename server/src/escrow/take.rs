//! Taking a late save in.

use std::sync::Arc;

use holdfast::clock::Clock as _;
use holdfast::wire::{MAX_BATCH_BYTES, PatchDraft};
use holdfast_session::sessions::Former;
use sqlx::SqliteConnection;

use super::sealed::{Opened, Whose};
use super::{Escrow, Inner, MOST_BYTES, MOST_ROWS};
use crate::documents::{DocumentId, Owner};
use crate::drafts::malformed;
use crate::storage::escrow::{self as rows, EscrowRow};
use crate::storage::{StorageError, drafts};

/// A late save.
#[derive(Debug, Clone)]
pub(crate) struct Late {
    /// Where it belongs.
    pub(crate) document: DocumentId,
    /// The edits.
    pub(crate) patch: PatchDraft,
    /// Another title, where a form brings one.
    pub(crate) title: Option<String>,
}

/// What became of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Taken {
    /// On disk, sealed, until the user signs in; through the edit with this number.
    Kept(u64),
    /// Not taken, and why is nobody's business: the time is over, there is no such document, the batch is malformed or
    /// was sent before its writer rebased it.
    Refused,
    /// The batch is too large.
    TooLarge,
    /// Too many at once, or too much in all.
    TooMany,
}

impl Escrow {
    /// Keeps a batch for the user whose session has ended. The same batch again changes nothing.
    ///
    /// # Errors
    /// [`StorageError`] where it could not be written; nothing was promised then.
    pub(crate) async fn take(&self, former: &Former, late: Late) -> Result<Taken, StorageError> {
        let Late { document, patch, title } = late;
        let now = self.inner.clock.now_ms();
        if !self.is_open_for(former) || (malformed(&patch).is_some() && title.is_none()) {
            return Ok(Taken::Refused);
        }
        if self.inner.drafts.answered_head(&document, &patch.writer).is_some_and(|head| patch.base_head < head) {
            return Ok(Taken::Refused);
        }
        if MAX_BATCH_BYTES < patch.edits.iter().map(|edit| edit.inserted.len()).sum() {
            return Ok(Taken::TooLarge);
        }
        if !self.inner.rate.admit(former.session, now) {
            return Ok(Taken::TooMany);
        }
        let last_seq = patch.seq.saturating_add(patch.edits.len() as u64).saturating_sub(1);
        let (inner, owner) = (Arc::clone(&self.inner), Owner::new(&former.sub));
        let PatchDraft { writer, base_head, seq, edits } = patch;
        let opened = Opened { edits, title };
        let whose = Whose { owner: &owner, document: &document, writer: &writer };
        let row = inner.seal(&whose, (base_head, seq), &opened).map_err(|_| StorageError::Inconsistent {
            table: "escrow",
            row: document.to_string(),
            problem: "a batch could not be sealed",
        })?;
        let kept = self
            .inner
            .database
            .writer
            .run(move |connection| {
                Box::pin(async move {
                    let whose = Whose { owner: &owner, document: &document, writer: &writer };
                    inner.keep(connection, &whose, &row, &opened, now).await
                })
            })
            .await?;
        Ok(kept.unwrap_or(Taken::Kept(last_seq)))
    }

    /// Whether saves of this ended session are still taken.
    pub(crate) fn is_open_for(&self, former: &Former) -> bool {
        let closes_at = former.ended_at.saturating_add(self.inner.open_for_ms);
        former.ended_naturally() && self.inner.clock.now_ms() < closes_at
    }
}

impl Inner {
    /// `None` where the batch is kept.
    async fn keep(
        &self,
        connection: &mut SqliteConnection,
        whose: &Whose<'_>,
        row: &EscrowRow,
        opened: &Opened,
        now: i64,
    ) -> Result<Option<Taken>, StorageError> {
        let Whose { owner, document, writer } = *whose;
        match drafts::draft(connection, owner, document).await? {
            Some(draft) if row.base_head <= draft.head => {}
            _ => return Ok(Some(Taken::Refused)),
        }
        let alike = rows::alike(connection, owner, document, writer, (row.base_head, row.seq)).await?;
        if alike.iter().any(|other| self.open(whose, other).as_ref() == Ok(opened)) {
            return Ok(None);
        }
        let (rows, bytes) = rows::total(connection, owner).await?;
        if MOST_ROWS <= rows || MOST_BYTES < bytes.saturating_add(row.size() as u64) {
            return Ok(Some(Taken::TooMany));
        }
        rows::insert(connection, owner, document, writer, row, now).await?;
        Ok(None)
    }
}
