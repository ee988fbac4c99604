//! A part of the list, in an order that an index has: what is not shown is not looked at, unless it was searched for.

use holdfast::wire::{DocumentSummary, ListedDocument, Passage, Sort};
use sqlx::{FromRow, SqliteConnection};

use super::passages::passages;
use crate::documents::Owner;
use crate::storage::StorageError;

/// A part of the list: what to look for, how it is sorted, and which lines.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Part<'a> {
    /// An expression of FTS5, or everything.
    pub(crate) words: Option<&'a str>,
    pub(crate) sort: Sort,
    pub(crate) offset: u32,
    pub(crate) limit: u32,
}

#[derive(FromRow)]
struct RawLine {
    id: String,
    title: String,
    created_at: i64,
    updated_at: i64,
    head: i64,
    base_version: i64,
    unsaved: bool,
    first_line: String,
    in_escrow: bool,
    number: i64,
}

/// The part of the list, and how many lines there are in all.
pub(crate) async fn list(
    connection: &mut SqliteConnection,
    owner: &Owner,
    part: Part<'_>,
) -> Result<(Vec<ListedDocument>, u64), StorageError> {
    let range = numbers(connection, owner).await?;
    let rows: Vec<RawLine> = sqlx::query_as(sqlx::AssertSqlSafe(lines(part)))
        .bind(owner.as_str())
        .bind(part.words)
        .bind(range.0)
        .bind(range.1)
        .bind(part.limit)
        .bind(part.offset)
        .fetch_all(&mut *connection)
        .await?;
    let total: i64 = sqlx::query_scalar(sqlx::AssertSqlSafe(count(part)))
        .bind(owner.as_str())
        .bind(part.words)
        .bind(range.0)
        .bind(range.1)
        .fetch_one(&mut *connection)
        .await?;
    let passages = match part.words {
        Some(words) => {
            let numbers: Vec<i64> = rows.iter().map(|row| row.number).collect();
            passages(connection, owner, words, range, &numbers).await?
        }
        None => Vec::new(),
    };
    let line = |raw: RawLine| {
        let passage = passages.iter().find(|(number, _)| *number == raw.number).map(|(_, passage)| passage.clone());
        raw.listed(passage.unwrap_or_default())
    };
    Ok((rows.into_iter().map(line).collect(), total.cast_unsigned()))
}

/// The statement for the lines. What is sorted is small: the lines are put together for those that are shown, and their first
/// lines, which are most of a row, are read only then.
fn lines(part: Part<'_>) -> String {
    let (key, order) = match part.sort {
        Sort::Changed => ("changed_at", "changed_at DESC, search_documents.document_id"),
        Sort::Title => ("title_key", "title_key = '', title_key, search_documents.document_id"),
    };
    let found = found(part);
    format!(
        "SELECT documents.id,
                documents.title,
                documents.created_at,
                max(documents.titled_at, drafts.saved_at) AS updated_at,
                drafts.head,
                drafts.base_version,
                drafts.head > drafts.version_head AS unsaved,
                (SELECT lines.first_line
                   FROM search_documents AS lines
                  WHERE lines.number = search_documents.number
                    AND lines.owner = $1) AS first_line,
                EXISTS (SELECT 1
                          FROM escrow
                         WHERE escrow.owner = $1
                           AND escrow.document_id = documents.id
                           AND escrow.settled_at IS NULL) AS in_escrow,
                search_documents.number
           FROM (SELECT search_documents.number,
                        search_documents.document_id,
                        search_documents.{key}
                   FROM {found}
                  ORDER BY {order}
                  LIMIT $5 OFFSET $6) AS search_documents
     CROSS JOIN documents ON documents.id = search_documents.document_id
                         AND documents.owner = $1
     CROSS JOIN drafts ON drafts.document_id = search_documents.document_id
                      AND drafts.owner = $1
          ORDER BY {order}"
    )
}

fn count(part: Part<'_>) -> String {
    format!("SELECT count(*) FROM {}", found(part))
}

/// Where the lines come from. A cross join is carried out in the order in which it stands
/// (<https://sqlite.org/optoverview.html#crossjoin>): left alone, SQLite searches once for each document.
fn found(part: Part<'_>) -> &'static str {
    match part.words {
        Some(_) => {
            "search_words
             CROSS JOIN search_documents ON search_documents.number = search_words.rowid
                  WHERE search_documents.owner = $1
                    AND search_documents.trashed = 0
                    AND search_words MATCH $2
                    AND search_words.rowid >= $3
                    AND search_words.rowid < $4"
        }
        None => {
            "search_documents
                  WHERE search_documents.owner = $1
                    AND search_documents.trashed = 0
                    AND $2 IS NULL
                    AND $3 <= $4"
        }
    }
}

/// The range of the owner's numbers; an empty one where there are none.
async fn numbers(connection: &mut SqliteConnection, owner: &Owner) -> Result<(i64, i64), StorageError> {
    let number: Option<i64> = sqlx::query_scalar("SELECT number FROM search_owners WHERE owner = $1")
        .bind(owner.as_str())
        .fetch_optional(connection)
        .await?;
    Ok(number.map_or((0, 0), |number| (number << 32, (number + 1) << 32)))
}

impl RawLine {
    fn listed(self, passage: Vec<Passage>) -> ListedDocument {
        let summary = DocumentSummary {
            id: self.id,
            title: self.title,
            created_at: self.created_at,
            updated_at: self.updated_at,
            head: self.head.cast_unsigned(),
            base_version: self.base_version.cast_unsigned(),
            unsaved: self.unsaved,
        };
        ListedDocument { summary, first_line: self.first_line, in_escrow: self.in_escrow, passage }
    }
}
