//! What somebody types into the search field, as an expression of FTS5.

/// More words than this are not looked for, nor more letters of one.
const MOST_WORDS: usize = 12;
const LONGEST_WORD: usize = 64;

/// The words, each of which must be there, the last one perhaps not typed to its end; `None` where there are none. Whatever
/// is typed, it is never an expression: each word is a string in quotes, and quotes themselves are left out.
/// <https://sqlite.org/fts5.html#fts5_strings>
pub(super) fn expression(typed: &str) -> Option<String> {
    let words: Vec<String> = typed
        .split(|c: char| c.is_whitespace() || c.is_control() || c == '"')
        // A string without a letter has no words, and nothing would match it.
        .filter(|word| word.chars().any(char::is_alphanumeric))
        .take(MOST_WORDS)
        .map(|word| format!("\"{}\"", word.chars().take(LONGEST_WORD).collect::<String>()))
        .collect();
    (!words.is_empty()).then(|| format!("{}*", words.join(" ")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_quoted_and_the_last_one_may_go_on() {
        for (typed, expected) in [
            ("harbour", Some("\"harbour\"*")),
            ("  the  har", Some("\"the\" \"har\"*")),
            ("AND NOT title:x*", Some("\"AND\" \"NOT\" \"title:x*\"*")),
            ("\"quoted", Some("\"quoted\"*")),
            ("a\0b", Some("\"a\" \"b\"*")),
            ("!!! - ()", None),
            ("", None),
        ] {
            assert_eq!(expression(typed).as_deref(), expected, "{typed:?}");
        }
        assert_eq!(expression(&"x ".repeat(100)).map(|words| words.matches('x').count()), Some(MOST_WORDS));
        assert_eq!(expression(&"x".repeat(100)).map(|words| words.len()), Some(LONGEST_WORD + 3));
    }
}
