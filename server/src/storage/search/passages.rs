//! The piece of a text in which words were found.

use holdfast::wire::Passage;
use sqlx::SqliteConnection;

use crate::documents::Owner;
use crate::markdown::plain::{self, CLOSE, OPEN};
use crate::storage::StorageError;

/// A passage is not looked for in a text that is longer, in bytes: SQLite reads all of it to find the best one.
const LONGEST_WITH_PASSAGE: i64 = 64 * 1024;

/// So many lines have a passage: each costs as much as a text of theirs is long.
const MOST_PASSAGES: usize = 30;

/// The passages in which the words were found, of the lines with these numbers.
pub(super) async fn passages(
    connection: &mut SqliteConnection,
    owner: &Owner,
    words: &str,
    (first, end): (i64, i64),
    numbers: &[i64],
) -> Result<Vec<(i64, Vec<Passage>)>, StorageError> {
    let shown = numbers.iter().take(MOST_PASSAGES).map(i64::to_string).collect::<Vec<_>>().join(",");
    // With the plus sign SQLite walks through what matches once, instead of once for each number.
    let found: Vec<(i64, String)> = sqlx::query_as(
        "SELECT search_words.rowid,
                snippet(search_words, 1, $7, $8, '…', 20)
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
    .bind(OPEN.to_string())
    .bind(CLOSE.to_string())
    .fetch_all(connection)
    .await?;
    Ok(found.into_iter().map(|(number, text)| (number, marked(&text))).collect())
}

/// SQLite's passage as it is read, in pieces; none where nothing in it was found: then it was the title.
fn marked(text: &str) -> Vec<Passage> {
    let text = plain::passage(text);
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_passage_is_cut_where_words_were_found() {
        let piece = |text: &str, found| Passage { text: text.to_owned(), found };
        let found = |text: &str| marked(&text.replace('<', &OPEN.to_string()).replace('>', &CLOSE.to_string()));
        assert_eq!(
            found("…the <harbour> lay\n**<still>**"),
            [piece("…the ", false), piece("harbour", true), piece(" lay ", false), piece("still", true)]
        );
        assert_eq!(found("nothing was found in it"), []);
        assert_eq!(found(">><"), [], "an author's own characters");
    }
}
