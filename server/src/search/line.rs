//! What the list says of a text: its first line, and where its title stands in the alphabet.

use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::is_combining_mark;

/// The longest first line, in characters: what is longer is never shown.
const LONGEST: usize = 160;

/// The first line with a letter or digit in it, without Markdown's marks before it. Where that only says the title again, the
/// one after it.
pub(super) fn first_line(text: &str, title: &str) -> String {
    let mut lines = text.lines().map(plain).filter(|line| line.chars().any(char::is_alphanumeric));
    match lines.next() {
        Some(line) if key(&line) == key(title) => lines.next(),
        line => line,
    }
    .unwrap_or_default()
}

/// A line without what a heading, a quotation or a list begins with, and no longer than what is looked at.
fn plain(line: &str) -> String {
    let marks = |c: char| c.is_whitespace() || "#>-*+_~`".contains(c);
    line.trim_start_matches(marks)
        .chars()
        .filter(|c| !c.is_control())
        .take(LONGEST)
        .collect::<String>()
        .trim_end()
        .into()
}

/// A title in lower case and without accents: "Über" stands at "u".
pub(super) fn key(title: &str) -> String {
    let folded: String = title.nfd().filter(|c| !is_combining_mark(*c)).collect();
    folded.to_lowercase().trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_line_is_the_first_with_words_and_not_the_title_again() {
        for (text, title, line) in [
            ("The harbour lay still.\nMore", "Letter", "The harbour lay still."),
            ("# Letter\n\nDear Bob", "letter", "Dear Bob"),
            ("# Letter", "Letter", ""),
            ("\n\n---\n> - *Quoted* words", "", "Quoted* words"),
            ("", "", ""),
            ("💬\n1st", "", "1st"),
            ("tab\there\u{1b}[0m", "", "tabhere[0m"),
        ] {
            assert_eq!(first_line(text, title), line, "{text:?}");
        }
        assert_eq!(first_line(&"x".repeat(1_000_000), "").chars().count(), LONGEST);
    }

    #[test]
    fn a_title_stands_where_its_letters_do() {
        assert_eq!(key(" Über "), "uber");
        assert_eq!(key("ÉCOLE"), "ecole");
    }
}
