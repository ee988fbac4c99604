//! The list of documents, and the search in it.
//!
//! Words are indexed by SQLite's FTS5. A save only marks its document; what is marked is read again right before somebody
//! looks, so that neither the cost of a save nor its latency follows the document (what the mark costs is one row of fixed
//! size). What is more than a moment's work is done behind the answer, and the answer says so.

mod line;
mod query;

use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};

use holdfast::wire::{DocumentList, Sort};

use crate::documents::{DocumentId, Owner};
use crate::drafts::Drafts;
use crate::storage::search as rows;
use crate::storage::{Database, StorageError};

/// How many documents are read before an answer, and how many bytes of them within one piece of the writer's work: saves
/// wait for a piece no longer than for a save of a large batch.
const MOST_AT_ONCE: u32 = 64;
const PIECE: usize = 128 * 1024;

/// As much of a text is searched; a novel has less.
const SEARCHED: usize = 1024 * 1024;

/// Nobody types more than this, in characters.
pub(crate) const LONGEST_QUERY: usize = 300;

/// What to show.
#[derive(Debug, Clone, Default)]
pub(crate) struct Asked {
    /// What was typed; nothing is everything.
    pub(crate) typed: String,
    pub(crate) sort: Sort,
    pub(crate) offset: u32,
    pub(crate) limit: u32,
}

/// The search; cheap to clone.
#[derive(Clone)]
pub(crate) struct Search {
    database: Database,
    drafts: Drafts,
    /// Whose documents are being read behind an answer.
    reading: Arc<Mutex<HashSet<Owner>>>,
}

impl Search {
    pub(crate) fn new(database: Database, drafts: Drafts) -> Self {
        Self { database, drafts, reading: Arc::default() }
    }

    /// A part of the owner's list, or of what is found in it.
    pub(crate) async fn list(&self, owner: &Owner, asked: &Asked) -> Result<DocumentList, StorageError> {
        // The list is there also while nothing can be written; it shows then what was known before.
        let incomplete = self.read_some(owner).await.unwrap_or_else(|error| {
            not_read(&error);
            false
        });
        if incomplete {
            self.read_the_rest(owner.clone());
        }
        let words = query::expression(&asked.typed);
        if words.is_none() && !asked.typed.trim().is_empty() {
            return Ok(DocumentList { documents: Vec::new(), total: 0, incomplete });
        }
        let part = rows::Part { words: words.as_deref(), sort: asked.sort, offset: asked.offset, limit: asked.limit };
        let mut reader = self.database.readers.begin().await?;
        let (documents, total) = rows::list(&mut reader, owner, part).await?;
        Ok(DocumentList { documents, total, incomplete })
    }

    /// Reads what has changed, up to so many documents; whether there are more.
    async fn read_some(&self, owner: &Owner) -> Result<bool, StorageError> {
        let mut reader = self.database.readers.acquire().await?;
        let mut stale = rows::stale(&mut reader, owner, MOST_AT_ONCE + 1).await?;
        drop(reader);
        let more = MOST_AT_ONCE < u32::try_from(stale.len()).unwrap_or(u32::MAX);
        if more {
            stale.pop();
        }
        let (mut piece, mut bytes) = (Vec::new(), 0);
        for document in stale {
            let read = match self.read(owner, document).await {
                Ok(Some(read)) => read,
                Ok(None) => continue,
                // One that is damaged does not take the others down; it is tried again at the next look.
                Err(error) => {
                    not_read(&error);
                    continue;
                }
            };
            bytes += read.text.len();
            piece.push(read);
            if PIECE <= bytes {
                self.put(owner, std::mem::take(&mut piece)).await?;
                bytes = 0;
            }
        }
        self.put(owner, piece).await?;
        Ok(more)
    }

    async fn read(&self, owner: &Owner, stale: rows::Stale) -> Result<Option<rows::Read>, StorageError> {
        let Some(id) = DocumentId::parse(&stale.document_id) else { return Ok(None) };
        let Some((head, mut text)) = self.drafts.text(owner, &id).await? else { return Ok(None) };
        let (title_key, first_line) = (line::key(&stale.title), line::first_line(&text, &stale.title));
        text.truncate(text.floor_char_boundary(SEARCHED));
        Ok(Some(rows::Read { number: stale.number, id, head, title: stale.title, title_key, first_line, text }))
    }

    async fn put(&self, owner: &Owner, piece: Vec<rows::Read>) -> Result<(), StorageError> {
        if piece.is_empty() {
            return Ok(());
        }
        let owner = owner.clone();
        let put = self.database.writer.run(move |connection| {
            Box::pin(async move {
                for read in &piece {
                    rows::put(connection, &owner, read).await?;
                }
                Ok(())
            })
        });
        put.await
    }

    /// Goes on until nothing has changed, once for each owner at a time.
    pub(crate) fn read_the_rest(&self, owner: Owner) {
        if !self.reading.lock().unwrap_or_else(PoisonError::into_inner).insert(owner.clone()) {
            return;
        }
        let search = self.clone();
        tokio::spawn(async move {
            let read = loop {
                match search.read_some(&owner).await {
                    Ok(true) => {}
                    Ok(false) => break Ok(()),
                    Err(error) => break Err(error),
                }
            };
            search.reading.lock().unwrap_or_else(PoisonError::into_inner).remove(&owner);
            if let Err(error) = read {
                not_read(&error);
            }
        });
    }
}

fn not_read(error: &StorageError) {
    tracing::warn!(error = error as &dyn std::error::Error, "a document was not read for the list and the search");
}
