//! Documents: what a user owns. Titles, the list, the trash, and the history.

mod diff;
pub(crate) mod house;
mod ids;
mod leaving;
mod made_by;
mod trash;
mod versions;

use std::sync::Arc;

use holdfast::clock::Clock;
use holdfast::entropy::Entropy;
use holdfast::wire::{CreateDocument, DocumentSummary, MAX_DOCUMENT_BYTES};

pub(crate) use self::diff::Changed;
pub use self::ids::{DocumentId, Owner};
pub(crate) use self::made_by::{MadeBy, SignIn};
use crate::events::Events;
use crate::storage::documents as rows;
use crate::storage::{Database, StorageError, drafts};

/// The longest title and version name, in characters.
pub(crate) const LONGEST_TITLE: usize = 300;

/// Why a document is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// The title is too long or has control characters (line breaks among them).
    Title,
    /// The text is too large.
    TooLarge,
    /// Nobody but the server makes versions of this kind.
    Kind,
}

/// All documents of the process; cheap to clone.
#[derive(Clone)]
pub struct Documents {
    database: Database,
    events: Events,
    clock: Arc<dyn Clock>,
    entropy: Arc<dyn Entropy>,
}

impl Documents {
    /// The service over a database.
    #[must_use]
    pub fn new(database: Database, events: Events, clock: Arc<dyn Clock>, entropy: Arc<dyn Entropy>) -> Self {
        Self { database, events, clock, entropy }
    }

    /// The owner's documents, newest change first.
    pub(crate) async fn list(&self, owner: &Owner) -> Result<Vec<DocumentSummary>, StorageError> {
        let mut reader = self.database.readers.acquire().await?;
        rows::list(&mut reader, owner).await
    }

    /// One document of the owner's.
    pub(crate) async fn find(&self, owner: &Owner, id: &DocumentId) -> Result<Option<DocumentSummary>, StorageError> {
        let mut reader = self.database.readers.acquire().await?;
        rows::find(&mut reader, owner, id).await
    }

    /// Makes a document, and its draft with the text to begin with.
    pub(crate) async fn create(
        &self,
        owner: Owner,
        new: CreateDocument,
    ) -> Result<Result<DocumentSummary, Refusal>, StorageError> {
        if !is_title(&new.title) {
            return Ok(Err(Refusal::Title));
        }
        if MAX_DOCUMENT_BYTES < new.text.len() {
            return Ok(Err(Refusal::TooLarge));
        }
        let (id, now) = (DocumentId::random(&*self.entropy), self.clock.now_ms());
        let summary = DocumentSummary {
            id: id.to_string(),
            title: new.title.clone(),
            created_at: now,
            updated_at: now,
            head: 0,
            base_version: 0,
            unsaved: !new.text.is_empty(),
        };
        self.database
            .writer
            .run(move |connection| {
                Box::pin(async move {
                    rows::create(connection, &owner, &id, &new.title, now).await?;
                    drafts::create(connection, &owner, &id, &new.text, now).await
                })
            })
            .await?;
        Ok(Ok(summary))
    }

    /// Makes documents of texts that are none yet, all of them or none; their ids. What is no title becomes none.
    pub(crate) async fn create_all(
        &self,
        owner: Owner,
        all: Vec<CreateDocument>,
    ) -> Result<Vec<DocumentId>, StorageError> {
        let now = self.clock.now_ms();
        let ids: Vec<DocumentId> = all.iter().map(|_| DocumentId::random(&*self.entropy)).collect();
        let made = ids.clone();
        self.database
            .writer
            .run(move |connection| {
                Box::pin(async move {
                    for (id, new) in ids.iter().zip(&all) {
                        let title = if is_title(&new.title) { new.title.as_str() } else { "" };
                        rows::create(connection, &owner, id, title, now).await?;
                        drafts::create(connection, &owner, id, &new.text, now).await?;
                    }
                    Ok(())
                })
            })
            .await?;
        Ok(made)
    }

    /// Gives a document another title; `None` where it is not there.
    pub(crate) async fn rename(
        &self,
        owner: Owner,
        id: DocumentId,
        title: String,
    ) -> Result<Option<Result<DocumentSummary, Refusal>>, StorageError> {
        if !is_title(&title) {
            return Ok(Some(Err(Refusal::Title)));
        }
        let (events, now) = (self.events.clone(), self.clock.now_ms());
        let renamed = self
            .database
            .writer
            .run(move |connection| {
                Box::pin(async move {
                    if rows::rename(connection, &owner, &id, &title, now).await? {
                        events.renamed(&owner, &id, &title);
                    }
                    rows::find(connection, &owner, &id).await
                })
            })
            .await?;
        Ok(renamed.map(Ok))
    }

    /// Moves a document to the trash; `false` where it is not there.
    pub(crate) async fn trash(&self, owner: Owner, id: DocumentId) -> Result<bool, StorageError> {
        let (events, now) = (self.events.clone(), self.clock.now_ms());
        self.database
            .writer
            .run(move |connection| {
                Box::pin(async move {
                    let trashed = rows::trash(connection, &owner, &id, now).await?;
                    if trashed {
                        events.document(&owner, &id);
                    }
                    Ok(trashed)
                })
            })
            .await
    }
}

/// One line of at most [`LONGEST_TITLE`] characters.
pub(crate) fn is_title(title: &str) -> bool {
    title.chars().count() <= LONGEST_TITLE && !title.chars().any(char::is_control)
}
