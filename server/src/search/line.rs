//! What the list says of a text: its first line, and where its title stands in the alphabet.

use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::is_combining_mark;

use crate::markdown::plain;

/// The longest first line, in characters: what is longer is never shown.
const LONGEST: usize = 160;

/// As much of a line is looked at, in characters: Markdown's signs and addresses are not shown.
const LOOKED_AT: usize = 8 * LONGEST;

/// So many lines are looked at. Before its first words a text may have pictures.
const MOST_LINES: usize = 1000;

/// The first line with a letter or digit in it, as it is read. Where that only says the title again, the one after it.
pub(super) fn first_line(text: &str, title: &str) -> String {
    let is_said = |line: &str| line.chars().any(char::is_alphanumeric);
    let mut lines = text.lines().filter(|line| is_said(line)).take(MOST_LINES).map(read).filter(|line| is_said(line));
    match lines.next() {
        Some(line) if key(&line) == key(title) => lines.next(),
        line => line,
    }
    .unwrap_or_default()
}

fn read(line: &str) -> String {
    let line: String = line.trim_start().chars().filter(|c| !c.is_control()).take(LOOKED_AT).collect();
    plain::line(&line).chars().take(LONGEST).collect::<String>().trim_end().into()
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
            ("\n\n---\n> - *Quoted* words", "", "Quoted words"),
            ("![](https://example.org/a.png)\n**Bold** [link](https://example.org)", "", "Bold link"),
            ("- [ ] bread", "", "☐ bread"),
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
