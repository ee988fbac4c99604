//! Text for the inside of a `<textarea>`. Leptos writes that element's children unescaped, so this is the one place that
//! keeps a writer's `</textarea>` a piece of text.

/// `text` as the inner HTML of a `<textarea>`.
///
/// The parser drops one line feed right after the start tag, so one is put there; it turns a bare carriage return into a
/// line feed, so those are written as character references and the DOM's `defaultValue` is the text to the last byte.
pub(super) fn textarea(text: &str) -> String {
    let mut html = String::with_capacity(text.len() + text.len() / 32 + 1);
    html.push('\n');
    for c in text.chars() {
        match c {
            '&' => html.push_str("&amp;"),
            '<' => html.push_str("&lt;"),
            '\r' => html.push_str("&#13;"),
            c => html.push(c),
        }
    }
    html
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_cannot_end_its_element_or_lose_a_character() {
        assert_eq!(textarea("\n</textarea><script>&amp;"), "\n\n&lt;/textarea>&lt;script>&amp;amp;");
        assert_eq!(textarea("a\r\nb"), "\na&#13;\nb");
        assert_eq!(textarea(""), "\n");
    }
}
