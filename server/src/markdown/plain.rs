//! One line of Markdown as a person reads it: without signs, a link by its words, a picture by its description, a task with
//! its box. For what shows a line or two of a text where there is no room for more. A line is looked at by itself, so that
//! the cost is the line's.

use pulldown_cmark::{Event, Parser, Tag, TagEnd};

use super::options;

/// What stands around words that were found, while their line is read. No text has these: Unicode keeps them out of what is
/// interchanged (<https://www.unicode.org/faq/private_use.html#noncharacters>). To Markdown they are letters.
pub(crate) const OPEN: char = '\u{fdd0}';
/// See [`OPEN`].
pub(crate) const CLOSE: char = '\u{fdd1}';

/// Between a table's cells.
const CELLS: &str = " · ";

/// The line without Markdown's signs; empty where nothing of it is read.
pub(crate) fn line(line: &str) -> String {
    let line = line.trim();
    // A line that only draws: a rule, a heading's underline, a table's.
    if !line.chars().any(|c| c.is_alphanumeric() || c == OPEN) && line.chars().all(|c| "-=*_|:+#>~` ".contains(c)) {
        return String::new();
    }
    if let Some(row) = line.strip_prefix('|') {
        let cells = row.split('|').map(inline).filter(|cell| !cell.is_empty());
        return cells.collect::<Vec<_>>().join(CELLS);
    }
    inline(line)
}

fn inline(line: &str) -> String {
    let mut plain = String::with_capacity(line.len());
    let mut addresses: Vec<String> = Vec::new();
    for event in Parser::new_ext(line.trim(), options()) {
        match event {
            Event::Text(text) | Event::Code(text) | Event::Html(text) | Event::InlineHtml(text) => {
                plain.push_str(&text)
            }
            Event::TaskListMarker(done) => plain.push_str(if done { "☑ " } else { "☐ " }),
            Event::SoftBreak | Event::HardBreak => plain.push(' '),
            Event::Start(Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. }) => addresses.push(dest_url.into()),
            Event::End(TagEnd::Link | TagEnd::Image) => {
                // Nobody reads the address, but here it is what was found.
                let address = addresses.pop().filter(|address| address.contains(OPEN) && !plain.ends_with(&**address));
                if let Some(address) = address {
                    plain.extend([" (", &address, ")"]);
                }
            }
            _ => {}
        }
    }
    // What was found must be seen, wherever Markdown has hidden it.
    if line.contains(OPEN) && !plain.contains(OPEN) { line.to_owned() } else { plain.trim().to_owned() }
}

/// A passage cut out of a text, in one line. Its ends may be in the middle of anything.
pub(crate) fn passage(passage: &str) -> String {
    let whole = whole_at_the_end(&whole_at_the_start(passage));
    let lines: Vec<String> = whole.lines().map(line).filter(|line| !line.is_empty()).collect();
    let words = lines.iter().flat_map(|line| line.split_whitespace()).collect::<Vec<_>>().join(" ");
    // Signs whose other half was cut off.
    ["**", "~~", "__"].iter().fold(words, |words, sign| words.replace(sign, ""))
}

/// Where a passage is cut.
const CUT: char = '…';

/// Without the rest of a link that began before the passage: "…words](address) and" or "…ress) and".
fn whole_at_the_start(passage: &str) -> String {
    let Some(rest) = passage.strip_prefix(CUT) else { return passage.to_owned() };
    let line = rest.lines().next().unwrap_or_default();
    let Some(close) = line.find(')') else { return passage.to_owned() };
    let before = &line[..close];
    let (words, address) = match before.split_once("](") {
        Some((words, address)) if !words.contains('[') => (words, address),
        // An address has no spaces; a remark in brackets is none.
        None if !before.contains(['(', '[']) && before.contains(['/', '.']) && !before.contains(' ') => ("", before),
        _ => return passage.to_owned(),
    };
    let address = if address.contains(OPEN) { [" (", address, ")"].concat() } else { String::new() };
    let after = &rest[close + 1..];
    let after = if words.is_empty() && address.is_empty() { after.trim_start() } else { after };
    [&CUT.to_string(), words, &address, after].concat()
}

/// Without the beginning of a link that goes on after the passage: `see [words](addre…` or `see [wor…`.
fn whole_at_the_end(passage: &str) -> String {
    let Some(rest) = passage.strip_suffix(CUT) else { return passage.to_owned() };
    let last = rest.rfind('\n').map_or(0, |at| at + 1);
    let (before, line) = rest.split_at(last);
    let Some(open) = line.rfind('[') else { return passage.to_owned() };
    let (head, link) = (line[..open].strip_suffix('!').unwrap_or(&line[..open]), &line[open + 1..]);
    let link = match link.split_once("](") {
        Some((_, address)) if address.contains(')') => return passage.to_owned(),
        Some((words, address)) if address.contains(OPEN) => [words, " (", address].concat(),
        Some((words, _)) => words.to_owned(),
        None if link.contains(']') => return passage.to_owned(),
        None => link.to_owned(),
    };
    [before, head, &link, &CUT.to_string()].concat()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// `<` and `>` for the signs around what was found.
    fn marked(text: &str) -> String {
        text.replace('<', &OPEN.to_string()).replace('>', &CLOSE.to_string())
    }

    #[test]
    fn a_line_is_what_a_person_reads_of_it() {
        for (text, read) in [
            ("**bold** and *slanted*, ~~gone~~, `code`", "bold and slanted, gone, code"),
            ("see [the guide](https://example.org/a_b_c) now", "see the guide now"),
            ("![A harbour](https://example.org/h.png)", "A harbour"),
            ("- [ ] buy bread", "☐ buy bread"),
            ("* [x] **done**", "☑ done"),
            ("# Head", "Head"),
            ("## Head ##", "Head"),
            ("> - *Quoted* words", "Quoted words"),
            ("1. first", "first"),
            ("| Name | **Age** |", "Name · Age"),
            ("|---|:--:|", ""),
            ("===", ""),
            ("* * *", ""),
            ("```rust", ""),
            ("<https://example.org>", "https://example.org"),
            ("Dear <Bob>", "Dear <Bob>"),
            ("2 * 3 * 4 and snake_case_name", "2 * 3 * 4 and snake_case_name"),
            ("\\*as it is\\* &amp; so", "*as it is* & so"),
            ("[ref]: https://example.org", ""),
            ("💬", "💬"),
            ("(a remark)", "(a remark)"),
        ] {
            assert_eq!(line(text), read, "{text:?}");
        }
    }

    #[test]
    fn what_was_found_stays_marked_wherever_it_was() {
        for (text, read) in [
            ("a **<bold> word**", "a <bold> word"),
            ("**<bold>**", "<bold>"),
            ("[the <guide>](https://example.org)", "the <guide>"),
            ("[the guide](https://<example>.org/a)", "the guide (https://<example>.org/a)"),
            ("[ref]: https://<example>.org", "[ref]: https://<example>.org"),
            ("```<rust>", "```<rust>"),
            ("| a | <b> |", "a · <b>"),
        ] {
            assert_eq!(line(&marked(text)), marked(read), "{text:?}");
        }
    }

    #[test]
    fn a_passage_may_be_cut_in_the_middle_of_anything() {
        for (text, read) in [
            ("…guide](https://example.org/x) and <more> words…", "…guide and <more> words…"),
            ("…example.org/x) and <more> words…", "…and <more> words…"),
            ("…so (he said) and <more>…", "…so (he said) and <more>…"),
            ("…he said) and <more>…", "…he said) and <more>…"),
            ("<more> and [the guide](https://exam…", "<more> and the guide…"),
            ("<more> and ![the gui…", "<more> and the gui…"),
            ("the guide](https://a.org) [x](https://<exam>…", "the guide](https://a.org) x (https://<exam>…"),
            ("…bold** and <more>\n\n## Head\n\n- [ ] a *task*", "…bold and <more> Head ☐ a task"),
            ("…one\n| a | <b> |\n|---|---|\n| c | d |…", "…one a · <b> c · d · …"),
        ] {
            assert_eq!(passage(&marked(text)), marked(read), "{text:?}");
        }
    }

    proptest! {
        #[test]
        fn whatever_a_passage_is_what_was_found_is_in_it(
            before in "[-#>*_~`|!a-z0-9 \\[\\]()/.:\n…é]{0,40}",
            after in "[-#>*_~`|!a-z0-9 \\[\\]()/.:\n…é]{0,40}",
        ) {
            let text = [&*before, &OPEN.to_string(), "word", &CLOSE.to_string(), &*after].concat();
            let found = [OPEN.to_string(), "word".into(), CLOSE.to_string()].concat();
            let read = passage(&text);
            prop_assert!(read.contains(&found), "{text:?} {read:?}");
        }
    }
}
