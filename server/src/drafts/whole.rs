//! The form without scripts: a whole text made on some head, merged by rebasing where the draft has moved on since.

use holdfast::edit::{rebase, splice_between_str};
use holdfast::wire::{MAX_DOCUMENT_BYTES, PatchDraft, VersionKind};

use super::{Drafts, Refusal, SaveOutcome, open};
use crate::documents::{DocumentId, MadeBy, Owner};
use crate::storage::versions::{self, New};
use crate::storage::{StorageError, drafts as rows};

/// How many edits a form is rebased over at the most.
const MOST_EDITS: usize = 1000;

/// How often the head may move under our feet before that is called an error.
const ATTEMPTS: usize = 8;

/// What became of the form's text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum WholeText {
    /// It is the draft now.
    Saved,
    /// The draft had moved on; both sides are in it.
    Merged,
    /// The draft had moved on so far that the text the form began with is not known any more: kept as a version.
    KeptAsVersion,
    /// The document would be larger than the limit.
    TooLarge,
    /// No such document, no such head, or it is not this owner's.
    NotFound,
}

impl Drafts {
    /// Saves what a form says the text at `base_head` has become.
    ///
    /// # Errors
    /// [`StorageError`] where it could not be written; nothing was acknowledged then.
    pub(crate) async fn save_whole(
        &self,
        owner: Owner,
        id: DocumentId,
        base_head: u64,
        text: String,
        made_by: MadeBy,
    ) -> Result<WholeText, StorageError> {
        let Some(base) = self.text_of(&owner, &id, base_head).await? else {
            return self.keep_as_version(owner, id, base_head, text, made_by).await;
        };
        let Some(edit) = splice_between_str(&base, &text) else { return Ok(WholeText::Saved) };
        let mut patch =
            PatchDraft { writer: format!("form-{}", self.inner.entropy.id()), base_head, seq: 1, edits: vec![edit] };
        let mut merged = false;
        for _ in 0..ATTEMPTS {
            match self.save(owner.clone(), id.clone(), patch.clone(), made_by).await? {
                SaveOutcome::Saved(_) if merged => return Ok(WholeText::Merged),
                SaveOutcome::Saved(_) => return Ok(WholeText::Saved),
                // The same form, sent twice (a double click, a reload): the text is there already.
                SaveOutcome::Conflict(_) if self.has_text(&owner, &id, &text).await? => return Ok(WholeText::Saved),
                // Rebasing costs the product of both sides in the worst case: too far apart is kept, not merged.
                SaveOutcome::Conflict(conflict) if conflict.more || MOST_EDITS < conflict.edits.len() => {
                    return self.keep_as_version(owner, id, base_head, text, made_by).await;
                }
                SaveOutcome::Conflict(conflict) => {
                    // What the form's user sees is made anew by the redirect: only our side is needed.
                    let _for_their_side = rebase(&mut patch.edits, &conflict.edits);
                    patch.base_head = conflict.head;
                    merged = true;
                }
                SaveOutcome::Refused(Refusal::TooLarge) => return Ok(WholeText::TooLarge),
                SaveOutcome::Refused(_) | SaveOutcome::NotFound => return Ok(WholeText::NotFound),
            }
        }
        Err(StorageError::Inconsistent { table: "drafts", row: id.to_string(), problem: "the head never stands still" })
    }

    async fn has_text(&self, owner: &Owner, id: &DocumentId, text: &str) -> Result<bool, StorageError> {
        Ok(self.read(owner, id).await?.is_some_and(|draft| draft.text == text))
    }

    /// The text as it was at `head`, where the snapshot is not newer than it.
    pub(crate) async fn text_of(
        &self,
        owner: &Owner,
        id: &DocumentId,
        head: u64,
    ) -> Result<Option<String>, StorageError> {
        let mut reader = self.inner.database.readers.begin().await?;
        open::text_at(&mut reader, owner, id, head).await
    }

    async fn keep_as_version(
        &self,
        owner: Owner,
        id: DocumentId,
        head: u64,
        text: String,
        made_by: MadeBy,
    ) -> Result<WholeText, StorageError> {
        if MAX_DOCUMENT_BYTES < text.len() {
            return Ok(WholeText::TooLarge);
        }
        let (events, now) = (self.inner.events.clone(), self.inner.clock.now_ms());
        self.inner
            .database
            .writer
            .run(move |connection| {
                Box::pin(async move {
                    match rows::draft(connection, &owner, &id).await? {
                        Some(row) if head <= row.head => {
                            let kind = VersionKind::Divergent;
                            let new = New { name: None, kind, head, text: &text, made_by, restored: None, now };
                            versions::create(connection, &owner, &id, new).await?;
                            events.document(&owner, &id);
                            Ok(WholeText::KeptAsVersion)
                        }
                        _ => Ok(WholeText::NotFound),
                    }
                })
            })
            .await
    }
}
