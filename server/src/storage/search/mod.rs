//! The statements on `search_documents` and `search_words`: the list, what is found, and what is to be read again. The owner
//! is part of every one of them.

mod list;
mod passages;

use sqlx::{FromRow, SqliteConnection};

use super::StorageError;
use crate::documents::{DocumentId, Owner};

pub(crate) use self::list::{Part, list};

/// A document whose words are to be read again.
#[derive(Debug, FromRow)]
pub(crate) struct Stale {
    pub(crate) number: i64,
    pub(crate) document_id: String,
    pub(crate) title: String,
}

/// What a document's row is to say.
#[derive(Debug)]
pub(crate) struct Read {
    pub(crate) number: i64,
    pub(crate) id: DocumentId,
    pub(crate) head: u64,
    pub(crate) title: String,
    pub(crate) title_key: String,
    pub(crate) first_line: String,
    /// As much of the text as is searched.
    pub(crate) text: String,
}

/// The owner's documents that have changed since their words were read, those made last first.
pub(crate) async fn stale(
    connection: &mut SqliteConnection,
    owner: &Owner,
    most: u32,
) -> Result<Vec<Stale>, StorageError> {
    Ok(sqlx::query_as(
        "SELECT search_documents.number,
                search_documents.document_id,
                documents.title
           FROM search_documents
           JOIN documents ON documents.id = search_documents.document_id
                         AND documents.owner = search_documents.owner
          WHERE search_documents.owner = $1
            AND search_documents.stale = 1
            AND documents.trashed_at IS NULL
          ORDER BY search_documents.number DESC
          LIMIT $2",
    )
    .bind(owner.as_str())
    .bind(most)
    .fetch_all(connection)
    .await?)
}

/// Puts what was read in the place of what was there. A document that has changed meanwhile is to be read once more; one that
/// has gone is left out.
pub(crate) async fn put(connection: &mut SqliteConnection, owner: &Owner, read: &Read) -> Result<(), StorageError> {
    let put = sqlx::query(
        "UPDATE search_documents
            SET title_key = $4,
                first_line = $5,
                size = $6,
                changed_at = coalesce((SELECT max(documents.titled_at, drafts.saved_at)
                                         FROM documents
                                         JOIN drafts ON drafts.document_id = documents.id
                                        WHERE documents.id = $2
                                          AND documents.owner = $1
                                          AND drafts.owner = $1), changed_at),
                stale = NOT EXISTS (SELECT 1
                                      FROM drafts
                                      JOIN documents ON documents.id = drafts.document_id
                                     WHERE drafts.document_id = $2
                                       AND drafts.owner = $1
                                       AND drafts.head = $7
                                       AND documents.title = $8)
          WHERE number = $3
            AND document_id = $2
            AND owner = $1",
    )
    .bind(owner.as_str())
    .bind(read.id.as_str())
    .bind(read.number)
    .bind(&read.title_key)
    .bind(&read.first_line)
    .bind(i64::try_from(read.text.len()).unwrap_or(i64::MAX))
    .bind(read.head.cast_signed())
    .bind(&read.title)
    .execute(&mut *connection)
    .await?;
    if put.rows_affected() == 1 {
        // The row's number is this owner's, and was compared with the document a statement ago.
        sqlx::query("INSERT OR REPLACE INTO search_words (rowid, title, text) VALUES ($1, $2, $3)")
            .bind(read.number)
            .bind(&read.title)
            .bind(&read.text)
            .execute(connection)
            .await?;
    }
    Ok(())
}
