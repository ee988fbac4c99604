//! What a Markdown file is called: what its own beginning says, or else its name. And the way back, so that an export that
//! is imported again gives the same titles and texts.
//!
//! A text is never changed for its title: a heading stays where it was written. Only front matter that says nothing but the
//! title, as an export writes it, is no part of the text.

use std::borrow::Cow;

use pulldown_cmark::{Event, HeadingLevel, Parser, Tag, TagEnd};

use super::options;

/// As much of a text is looked through for its title, in bytes.
const LOOKED_AT: usize = 16 * 1024;

/// A line around front matter, as Jekyll, Hugo, Pandoc and Obsidian know it.
const FENCE: &str = "---\n";

/// What a file named `name` says: title and text.
pub(crate) fn read(name: &str, mut file: String) -> (String, String) {
    let beginning = Beginning::of(&file);
    let title = beginning.title.unwrap_or_else(|| name.to_owned());
    file.drain(..beginning.text_at);
    (title, file)
}

/// The file named `name` that [`read`] makes title and text of: the text itself where that is enough, otherwise with the
/// title above it.
pub(crate) fn write<'a>(name: &str, title: &str, text: &'a str) -> Cow<'a, str> {
    let beginning = Beginning::of(text);
    if beginning.text_at == 0 && beginning.title.as_deref().unwrap_or(name) == title {
        return Cow::Borrowed(text);
    }
    // JSON's strings are strings of YAML, too.
    let title = serde_json::Value::from(title);
    Cow::Owned(format!("{FENCE}title: {title}\n{FENCE}\n{text}"))
}

#[derive(Debug, Default)]
struct Beginning {
    title: Option<String>,
    /// Where the document's text begins.
    text_at: usize,
}

impl Beginning {
    fn of(file: &str) -> Self {
        let looked_at = &file[..file.floor_char_boundary(LOOKED_AT)];
        let Some((matter, text)) = looked_at.strip_prefix(FENCE).and_then(|rest| rest.split_once("\n---\n")) else {
            return Self { title: heading(looked_at), text_at: 0 };
        };
        let Some(title) = matter.lines().find_map(|line| scalar(line.strip_prefix("title:")?.trim())) else {
            return Self { title: heading(text), text_at: 0 };
        };
        if matter.contains('\n') {
            return Self { title: Some(title).filter(|title| !title.is_empty()), text_at: 0 };
        }
        let text_at = looked_at.len() - text.len() + usize::from(text.starts_with('\n'));
        Self { title: Some(title), text_at }
    }
}

/// A string of YAML in one of its three ways to write it; what else a value may be is no title.
fn scalar(value: &str) -> Option<String> {
    match value.chars().next()? {
        '"' => serde_json::from_str(value).ok(),
        '\'' => Some(value.strip_prefix('\'')?.strip_suffix('\'')?.replace("''", "'")),
        '|' | '>' | '[' | '{' | '&' | '*' | '!' | '#' | '%' | '@' => None,
        _ => Some(value.split(" #").next().unwrap_or_default().trim_end().to_owned()),
    }
}

/// The heading of the first level with which a text begins, as it is read.
fn heading(text: &str) -> Option<String> {
    let mut events = Parser::new_ext(text, options());
    let Some(Event::Start(Tag::Heading { level: HeadingLevel::H1, .. })) = events.next() else { return None };
    let mut words = String::new();
    for event in events {
        match event {
            Event::End(TagEnd::Heading(_)) => break,
            Event::Text(text) | Event::Code(text) | Event::InlineHtml(text) => words.push_str(&text),
            Event::SoftBreak | Event::HardBreak => words.push(' '),
            _ => {}
        }
    }
    let words: String = words.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    let words = words.split_whitespace().collect::<Vec<_>>().join(" ");
    (!words.is_empty()).then_some(words)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_file_is_called_as_its_beginning_says_and_otherwise_by_its_name() {
        for (file, title, text) in [
            ("# Dear Bob\n\nhello", "Dear Bob", None),
            ("\n\n# The *big* [list](https://example.org) #\n", "The big list", None),
            ("Two lines\nof it\n====\nhello", "Two lines of it", None),
            ("hello\n\n# Later", "name", None),
            ("## Second level", "name", None),
            ("#tag", "name", None),
            ("#\n", "name", None),
            ("", "name", None),
            ("---\ntitle: \"A: \\\"b\\\"\"\n---\n\n# Head\n", "A: \"b\"", Some("# Head\n")),
            ("---\ntitle: 'It''s'\n---\ntext", "It's", Some("text")),
            ("---\ntitle: Plain words # and a remark\ndate: 2026-01-01\n---\ntext", "Plain words", None),
            ("---\ndate: 2026-01-01\n---\n# Head\n", "Head", None),
            ("---\ntitle: [a, b]\n---\ntext", "name", None),
            ("---\ntitle: >\n  folded\n---\ntext", "name", None),
            ("---\n\nafter a rule\n", "name", None),
        ] {
            let expected = (title.to_owned(), text.unwrap_or(file).to_owned());
            assert_eq!(read("name", file.to_owned()), expected, "{file:?}");
        }
    }

    #[test]
    fn a_text_that_says_its_title_is_written_as_it_is() {
        for (name, title, text) in [("Letter", "Letter", "hello"), ("A b", "A: b", "# A: b\n\nhello")] {
            assert!(matches!(write(name, title, text), Cow::Borrowed(_)), "{title}");
        }
        assert_eq!(write("A b", "A: b", "hello"), "---\ntitle: \"A: b\"\n---\n\nhello");
        assert_eq!(write("Untitled", "", "hello"), "---\ntitle: \"\"\n---\n\nhello");
        let matter = "---\ntitle: \"A\"\n---\n\nhello";
        assert_eq!(write("A", "A", matter), [matter.trim_end_matches("hello"), matter].concat(), "a text's own");
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_again_title_and_text_byte_by_byte(
            name in "[a-z ]{0,8}",
            title in r#"(name|[a-z"'#:\\ é💬\[\]]{0,12})"#,
            text in r##"(---\n|# |title: |"|\n|=|[a-z#é ]){0,24}"##,
        ) {
            let file = write(&name, &title, &text).into_owned();
            prop_assert_eq!(read(&name, file), (title, text));
        }
    }
}
