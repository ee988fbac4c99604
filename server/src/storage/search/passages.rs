//! The piece of a text in which words were found.

use holdfast::wire::Passage;
use sqlx::SqliteConnection;

use crate::documents::Owner;
use crate::storage::StorageError;

/// What stands around a word that was found, in SQLite's answer.
const OPEN: char = '\u{2}';
const CLOSE: char = '\u{3}';

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
    .await?;
    Ok(found.into_iter().map(|(number, text)| (number, marked(&text))).collect())
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
