//! Versions saved on purpose. Restoring one is an edit like any other, so it can be undone and no open editor loses
//! anything by it.

use holdfast::wire::Version;

use super::{DocumentId, Documents, Owner, Refusal, is_title};
use crate::drafts::Drafts;
use crate::storage::{StorageError, versions as rows};

impl Documents {
    /// All versions, newest first; `None` where the document is not there.
    pub(crate) async fn versions(&self, owner: &Owner, id: &DocumentId) -> Result<Option<Vec<Version>>, StorageError> {
        if self.find(owner, id).await?.is_none() {
            return Ok(None);
        }
        let mut reader = self.database.readers.acquire().await?;
        rows::list(&mut reader, owner, id).await.map(Some)
    }

    /// Saves the draft's text as a version; `None` where the document is not there.
    pub(crate) async fn save_version(
        &self,
        drafts: &Drafts,
        owner: Owner,
        id: DocumentId,
        name: Option<String>,
    ) -> Result<Option<Result<Version, Refusal>>, StorageError> {
        if !name.as_deref().is_none_or(is_title) {
            return Ok(Some(Err(Refusal::Title)));
        }
        let (drafts, events, now) = (drafts.clone(), self.events.clone(), self.clock.now_ms());
        let version = self
            .database
            .writer
            .run(move |connection| {
                Box::pin(async move {
                    let Some((head, text)) = drafts.text_now(connection, &owner, &id).await? else { return Ok(None) };
                    let version = rows::create(connection, &owner, &id, name, head, &text, now).await?;
                    rows::base_on(connection, &owner, &id, &version).await?;
                    events.document(&owner, &id);
                    Ok(Some(version))
                })
            })
            .await?;
        Ok(version.map(Ok))
    }
}
