//! The statements on `search_documents` and `search_words`: the list, what is found, and what is to be read again. The owner
//! is part of every one of them.

use holdfast::wire::{DocumentSummary, ListedDocument, Passage, Sort};
use sqlx::{FromRow, SqliteConnection};

use super::StorageError;
use crate::documents::{DocumentId, Owner};

/// What stands around a word that was found, in SQLite's answer.
const OPEN: char = '\u{2}';
const CLOSE: char = '\u{3}';

/// A passage is not looked for in a text that is longer, in bytes: SQLite reads all of it to find the best one.
const LONGEST_WITH_PASSAGE: i64 = 64 * 1024;

/// So many lines have a passage: each costs as much as a text of theirs is long.
const MOST_PASSAGES: usize = 30;

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
    total: i64,
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

/// A part of the list, and how many lines there are in all.
pub(crate) async fn list(
    connection: &mut SqliteConnection,
    owner: &Owner,
    part: Part<'_>,
) -> Result<(Vec<ListedDocument>, u64), StorageError> {
    // What is sorted is small: the lines are put together for those that are shown.
    // A cross join is carried out in the order in which it stands (<https://sqlite.org/optoverview.html#crossjoin>): left
    // alone, SQLite searches once for each document.
    let found = match (part.words, part.sort) {
        (Some(_), _) => {
            "search_words
             CROSS JOIN search_documents ON search_documents.number = search_words.rowid
                                        AND search_documents.owner = $1
             CROSS JOIN documents ON documents.id = search_documents.document_id"
        }
        (None, Sort::Title) => {
            "documents
             JOIN search_documents ON search_documents.document_id = documents.id
                                  AND search_documents.owner = $1"
        }
        (None, Sort::Changed) => "documents",
    };
    let matching = match part.words {
        Some(_) => "AND search_words MATCH $2 AND search_words.rowid >= $3 AND search_words.rowid < $4",
        None => "AND $2 IS NULL AND $3 <= $4",
    };
    let (key, order, shown_order) = match part.sort {
        Sort::Changed => ("''", "updated_at DESC, id", "shown.updated_at DESC, shown.id"),
        Sort::Title => (
            "search_documents.title_key",
            "title_key = '', title_key, id",
            "shown.title_key = '', shown.title_key, shown.id",
        ),
    };
    let statement = format!(
        "SELECT documents.id,
                documents.title,
                documents.created_at,
                shown.updated_at,
                drafts.head,
                drafts.base_version,
                drafts.head > drafts.version_head AS unsaved,
                search_documents.first_line,
                EXISTS (SELECT 1
                          FROM escrow
                         WHERE escrow.owner = $1
                           AND escrow.document_id = documents.id
                           AND escrow.settled_at IS NULL) AS in_escrow,
                search_documents.number,
                shown.total
           FROM (SELECT documents.id AS id,
                        max(documents.titled_at, drafts.saved_at) AS updated_at,
                        {key} AS title_key,
                        count(*) OVER () AS total
                   FROM {found}
                   JOIN drafts ON drafts.document_id = documents.id
                              AND drafts.owner = $1
                  WHERE documents.owner = $1
                    AND documents.trashed_at IS NULL
                    {matching}
                  ORDER BY {order}
                  LIMIT $5 OFFSET $6) AS shown
           JOIN documents ON documents.id = shown.id
                         AND documents.owner = $1
           JOIN drafts ON drafts.document_id = shown.id
                      AND drafts.owner = $1
           JOIN search_documents ON search_documents.document_id = shown.id
                                AND search_documents.owner = $1
          ORDER BY {shown_order}"
    );
    let (first, end) = numbers(connection, owner).await?;
    let rows: Vec<RawLine> = sqlx::query_as(sqlx::AssertSqlSafe(statement))
        .bind(owner.as_str())
        .bind(part.words)
        .bind(first)
        .bind(end)
        .bind(part.limit)
        .bind(part.offset)
        .fetch_all(&mut *connection)
        .await?;
    let total = rows.first().map_or(0, |row| row.total.cast_unsigned());
    let passages = match part.words {
        Some(words) => passages(connection, owner, words, (first, end), &rows).await?,
        None => Vec::new(),
    };
    let line = |raw: RawLine| {
        let passage = passages.iter().find(|(number, _)| *number == raw.number).map(|(_, text)| marked(text));
        raw.listed(passage.unwrap_or_default())
    };
    Ok((rows.into_iter().map(line).collect(), total))
}

/// The range of the owner's numbers; an empty one where there are none.
async fn numbers(connection: &mut SqliteConnection, owner: &Owner) -> Result<(i64, i64), StorageError> {
    let number: Option<i64> = sqlx::query_scalar("SELECT number FROM search_owners WHERE owner = $1")
        .bind(owner.as_str())
        .fetch_optional(connection)
        .await?;
    Ok(number.map_or((0, 0), |number| (number << 32, (number + 1) << 32)))
}

/// The passages in which the words were found, of the lines that are shown.
async fn passages(
    connection: &mut SqliteConnection,
    owner: &Owner,
    words: &str,
    (first, end): (i64, i64),
    rows: &[RawLine],
) -> Result<Vec<(i64, String)>, StorageError> {
    let shown = rows.iter().take(MOST_PASSAGES).map(|row| row.number.to_string()).collect::<Vec<_>>().join(",");
    // With the plus sign SQLite walks through what matches once, instead of once for each number.
    Ok(sqlx::query_as(
        "SELECT search_words.rowid,
                snippet(search_words, 1, char(2), char(3), '…', 20)
           FROM search_words
     CROSS JOIN search_documents ON search_documents.number = search_words.rowid
          WHERE search_words MATCH $2
            AND search_words.rowid >= $3
            AND search_words.rowid < $4
            AND +search_words.rowid IN (SELECT value FROM json_each($5))
            AND search_documents.owner = $1
            AND search_documents.size <= $6",
    )
    .bind(owner.as_str())
    .bind(words)
    .bind(first)
    .bind(end)
    .bind(format!("[{shown}]"))
    .bind(LONGEST_WITH_PASSAGE)
    .fetch_all(connection)
    .await?)
}

/// SQLite's passage in pieces; none where nothing in it was found: then it was the title.
fn marked(text: &str) -> Vec<Passage> {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let mut pieces = Vec::new();
    let mut found = false;
    for piece in text.split_inclusive([OPEN, CLOSE]) {
        let inner = piece.trim_end_matches([OPEN, CLOSE]);
        if !inner.is_empty() {
            pieces.push(Passage { text: inner.to_owned(), found });
        }
        found = piece.ends_with(OPEN);
    }
    if pieces.iter().any(|piece| piece.found) { pieces } else { Vec::new() }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_passage_is_cut_where_words_were_found() {
        let piece = |text: &str, found| Passage { text: text.to_owned(), found };
        assert_eq!(
            marked("…the \u{2}harbour\u{3} lay\n\u{2}still\u{3}"),
            [piece("…the ", false), piece("harbour", true), piece(" lay ", false), piece("still", true)]
        );
        assert_eq!(marked("nothing was found in it"), []);
        assert_eq!(marked("\u{3}\u{3}\u{2}"), [], "an author's own control characters");
    }
}
