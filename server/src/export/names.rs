//! File names made of titles: safe on every file system, and no two the same.

use std::collections::HashSet;

/// The longest name, in characters; a file system allows 255 bytes, and a character may take four.
const LONGEST: usize = 60;

/// The names that have been given, in lower case: some file systems do not tell capitals apart.
#[derive(Default)]
pub(super) struct Names(HashSet<String>);

impl Names {
    /// The file's name for a title: "Letter.md", "Letter (2).md"…
    pub(super) fn of(&mut self, title: &str) -> String {
        let base = base(title);
        let mut name = format!("{base}.md");
        let mut number = 2_u32;
        while !self.0.insert(name.to_lowercase()) {
            name = format!("{base} ({number}).md");
            number += 1;
        }
        name
    }
}

/// Letters, digits, and what means nothing to any file system; it begins with neither a dot nor a space.
fn base(title: &str) -> String {
    let safe = |c: char| if c.is_alphanumeric() || " -_,'!()+&".contains(c) { c } else { ' ' };
    let words = title.chars().map(safe).collect::<String>();
    let words = words.split_whitespace().collect::<Vec<_>>().join(" ");
    let short: String = words.chars().take(LONGEST).collect();
    match short.trim() {
        "" => String::from("Untitled"),
        // Names that Windows keeps for its devices.
        name if ["con", "prn", "aux", "nul"].contains(&&*name.to_lowercase()) => format!("{name}_"),
        name => name.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_title_becomes_a_name_that_leads_nowhere_else() {
        let mut names = Names::default();
        for (title, name) in [
            ("Letter", "Letter.md"),
            ("letter", "letter (2).md"),
            ("../../etc/passwd", "etc passwd.md"),
            ("  Über den Fluß: Teil 1/2 ", "Über den Fluß Teil 1 2.md"),
            ("", "Untitled.md"),
            ("…", "Untitled (2).md"),
            ("NUL", "NUL_.md"),
            ("a\u{0}b\u{202e}c", "a b c.md"),
        ] {
            assert_eq!(names.of(title), name, "{title:?}");
        }
        assert_eq!(names.of(&"x".repeat(300)).len(), LONGEST + 3);
    }
}
