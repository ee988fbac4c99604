//! Versions: saved on purpose, or made by themselves. Restoring one is an edit like any other, so it can be undone and no
//! open editor loses anything by it.

use std::collections::HashMap;

use holdfast::wire::{CreateVersion, Diff, Version, VersionKind, VersionText};

use super::{Changed, DocumentId, Documents, MadeBy, Owner, Refusal, diff, is_title};
use crate::drafts::Drafts;
use crate::storage::versions::{self as rows, Listed, New};
use crate::storage::{StorageError, drafts as draft_rows};

/// The text of now among the versions, none of which has this number.
const NOW: u64 = u64::MAX;

impl Documents {
    /// All versions, newest first; `None` where the document is not there.
    pub(crate) async fn versions(&self, owner: &Owner, id: &DocumentId) -> Result<Option<Vec<Listed>>, StorageError> {
        if self.find(owner, id).await?.is_none() {
            return Ok(None);
        }
        let mut reader = self.database.readers.acquire().await?;
        rows::list(&mut reader, owner, id).await.map(Some)
    }

    /// By how many words the newest versions differ from the one before each, and the text of `now` from the newest one: as
    /// many as can be told at once.
    pub(crate) async fn changed_words(
        &self,
        owner: &Owner,
        id: &DocumentId,
        versions: &[Listed],
        now: String,
    ) -> Result<(HashMap<u64, Changed>, Option<Changed>), StorageError> {
        let Some(oldest) = diff::within_reach(&now, versions.iter().map(|listed| &listed.version)) else {
            return Ok((HashMap::new(), None));
        };
        let mut reader = self.database.readers.acquire().await?;
        let texts = rows::texts_since(&mut reader, owner, id, oldest).await?;
        drop(reader);
        let texts = std::iter::once((NOW, now)).chain(texts).collect();
        let mut changed = diff::changed_words(texts).await.ok_or(StorageError::Panicked)?;
        let now = changed.remove(&NOW);
        Ok((changed, now))
    }

    /// One version with its text; `None` where it or the document is not there.
    pub(crate) async fn version(
        &self,
        owner: &Owner,
        id: &DocumentId,
        n: u64,
    ) -> Result<Option<VersionText>, StorageError> {
        let mut reader = self.database.readers.begin().await?;
        if draft_rows::draft(&mut reader, owner, id).await?.is_none() {
            return Ok(None);
        }
        let Some(version) = rows::find(&mut reader, owner, id, n).await? else { return Ok(None) };
        let text = rows::text(&mut reader, owner, id, n).await?;
        Ok(text.map(|text| VersionText { version, text }))
    }

    /// How version `from` differs from version `to`, or from the draft; `None` where one of them is not there.
    pub(crate) async fn diff(
        &self,
        drafts: &Drafts,
        owner: &Owner,
        id: &DocumentId,
        from: u64,
        to: Option<u64>,
    ) -> Result<Option<Diff>, StorageError> {
        let Some(old) = self.version(owner, id, from).await? else { return Ok(None) };
        let new = match to {
            Some(to) => self.version(owner, id, to).await?.map(|version| version.text),
            None => drafts.read(owner, id).await?.map(|draft| draft.text),
        };
        let Some(new) = new else { return Ok(None) };
        let parts = diff::compare(old.text, new).await.ok_or(StorageError::Panicked)?;
        Ok(Some(Diff { from, to, parts }))
    }

    /// Names a version, or takes its name away where `name` is empty; `None` where it or the document is not there. The text stays what it is, and
    /// one that was made by itself is not thinned out while it has a name.
    pub(crate) async fn name_version(
        &self,
        owner: Owner,
        id: DocumentId,
        n: u64,
        name: String,
    ) -> Result<Option<Result<Version, Refusal>>, StorageError> {
        let name = Some(name.trim().to_owned()).filter(|name| !name.is_empty());
        if !name.as_deref().is_none_or(is_title) {
            return Ok(Some(Err(Refusal::Title)));
        }
        let events = self.events.clone();
        let named = self
            .database
            .writer
            .run(move |connection| {
                Box::pin(async move {
                    if draft_rows::draft(connection, &owner, &id).await?.is_none() {
                        return Ok(None);
                    }
                    let named = rows::name(connection, &owner, &id, n, name.as_deref()).await?;
                    if named.is_some() {
                        events.document(&owner, &id);
                    }
                    Ok(named)
                })
            })
            .await?;
        Ok(named.map(Ok))
    }

    /// Keeps the draft's text as a version; `None` where the document is not there. One that says it is for recovered work
    /// does not count as saved on purpose, and the same state is kept once.
    pub(crate) async fn save_version(
        &self,
        drafts: &Drafts,
        owner: Owner,
        id: DocumentId,
        new: CreateVersion,
        made_by: MadeBy,
    ) -> Result<Option<Result<Version, Refusal>>, StorageError> {
        let CreateVersion { name, kind } = new;
        if !name.as_deref().is_none_or(is_title) {
            return Ok(Some(Err(Refusal::Title)));
        }
        if !matches!(kind, VersionKind::Saved | VersionKind::Recovery) {
            return Ok(Some(Err(Refusal::Kind)));
        }
        let (drafts, events, now) = (drafts.clone(), self.events.clone(), self.clock.now_ms());
        let version = self
            .database
            .writer
            .run(move |connection| {
                Box::pin(async move {
                    if kind == VersionKind::Recovery {
                        let kept = drafts.keep_now(connection, &owner, &id, kind, name, made_by).await?;
                        let Some(n) = kept else { return Ok(None) };
                        return rows::find(connection, &owner, &id, n).await;
                    }
                    let Some((head, text)) = drafts.text_now(connection, &owner, &id).await? else { return Ok(None) };
                    let new = New { name, kind, head, text: &text, made_by, restored: None, now };
                    let version = rows::create(connection, &owner, &id, new).await?;
                    rows::base_on(connection, &owner, &id, &version).await?;
                    events.document(&owner, &id);
                    Ok(Some(version))
                })
            })
            .await?;
        Ok(version.map(Ok))
    }
}
