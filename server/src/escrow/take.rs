//! Taking a late save in.

use std::sync::Arc;

use holdfast::clock::Clock as _;
use holdfast::wire::{MAX_BATCH_BYTES, MAX_BATCH_EDITS, PatchDraft};
use holdfast_session::sessions::Former;
use sqlx::SqliteConnection;

use super::sealed::{Opened, Whose};
use super::{Escrow, Inner, MOST_BYTES, MOST_ROWS};
use crate::documents::{DocumentId, Owner};
use crate::drafts::{Refusal, malformed};
use crate::storage::escrow::{self as rows, EscrowRow};
use crate::storage::{StorageError, drafts, sessions};

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

impl Taken {
    /// In one word.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Kept(_) => "kept",
            Self::Refused => "refused",
            Self::TooLarge => "too_large",
            Self::TooMany => "too_many",
        }
    }
}

impl Escrow {
    /// Keeps a batch for the user whose session has ended. The same batch again changes nothing. Where the user is back
    /// already, the sign-in has merged without it, and it is merged now.
    ///
    /// # Errors
    /// [`StorageError`] where it could not be written; nothing was promised then.
    pub(crate) async fn take(&self, former: &Former, late: Late) -> Result<Taken, StorageError> {
        let Late { document, patch, title } = late;
        let now = self.inner.clock.now_ms();
        let is_malformed = malformed(&patch).is_some_and(|refusal| refusal != Refusal::TooManyEdits);
        if !self.is_open_for(former) || (is_malformed && title.is_none()) {
            return Ok(Taken::Refused);
        }
        if self.inner.drafts.answered_head(&document, &patch.writer).is_some_and(|head| patch.base_head < head) {
            return Ok(Taken::Refused);
        }
        if MAX_BATCH_EDITS < patch.edits.len()
            || MAX_BATCH_BYTES < patch.edits.iter().map(|edit| edit.inserted.len()).sum()
        {
            return Ok(Taken::TooLarge);
        }
        if self.inner.rate.take(former.session, now).is_err() {
            return Ok(Taken::TooMany);
        }
        let last_seq = patch.seq.saturating_add(patch.edits.len() as u64).saturating_sub(1);
        let (inner, owner, ended_at) = (Arc::clone(&self.inner), Owner::new(&former.sub), former.ended_at);
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
                    inner.keep(connection, &whose, &row, &opened, (ended_at, now)).await
                })
            })
            .await?;
        Ok(match kept {
            Kept::Not(taken) => taken,
            Kept::Already => Taken::Kept(last_seq),
            Kept::New { is_back } => {
                if is_back {
                    self.merge_behind(Owner::new(&former.sub));
                }
                Taken::Kept(last_seq)
            }
        })
    }

    /// Merges without anybody waiting for it. What fails is merged at the next sign-in.
    fn merge_behind(&self, owner: Owner) {
        let escrow = self.clone();
        tokio::spawn(async move {
            if let Err(error) = escrow.merge(&owner).await {
                tracing::error!(error = &error as &dyn std::error::Error, "a late save was not merged at once");
            }
        });
    }

    /// Whether saves of this ended session are still taken.
    pub(crate) fn is_open_for(&self, former: &Former) -> bool {
        let closes_at = former.ended_at.saturating_add(self.inner.open_for_ms);
        former.ended_naturally() && self.inner.clock.now_ms() < closes_at
    }
}

/// What has been done with a batch.
enum Kept {
    /// Nothing.
    Not(Taken),
    /// It was there.
    Already,
    /// It is there now. `is_back`: the user has signed in since the session ended.
    New { is_back: bool },
}

impl Inner {
    async fn keep(
        &self,
        connection: &mut SqliteConnection,
        whose: &Whose<'_>,
        row: &EscrowRow,
        opened: &Opened,
        (ended_at, now): (i64, i64),
    ) -> Result<Kept, StorageError> {
        let Whose { owner, document, writer } = *whose;
        match drafts::draft(connection, owner, document).await? {
            Some(draft) if row.base_head <= draft.head => {}
            _ => return Ok(Kept::Not(Taken::Refused)),
        }
        let sessions::Since { is_back, is_distrusted } = sessions::since(connection, owner, ended_at).await?;
        if is_distrusted {
            return Ok(Kept::Not(Taken::Refused));
        }
        let alike = rows::alike(connection, owner, document, writer, (row.base_head, row.seq)).await?;
        if alike.iter().any(|other| self.open(whose, other).as_ref() == Ok(opened)) {
            return Ok(Kept::Already);
        }
        let (rows, bytes) = rows::total(connection, owner).await?;
        if MOST_ROWS <= rows || MOST_BYTES < bytes.saturating_add(row.size() as u64) {
            return Ok(Kept::Not(Taken::TooMany));
        }
        rows::insert(connection, owner, document, writer, row, now).await?;
        Ok(Kept::New { is_back })
    }
}
