//! Where to go on to after signing in. Only our own pages, matched as a whole and never by their beginning, so that no
//! link can send a person who has just signed in somewhere else.

use crate::documents::DocumentId;

/// The path, if it is one of our pages.
pub(super) fn parse(path: &str) -> Option<String> {
    let known = path == "/" || path.strip_prefix("/documents/").and_then(DocumentId::parse).is_some();
    known.then(|| path.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_our_own_pages_are_gone_on_to() {
        let document = "/documents/0123456789abcdef0123456789abcdef";
        assert_eq!(parse("/").as_deref(), Some("/"));
        assert_eq!(parse(document).as_deref(), Some(document));
        let hostile = [
            "",
            "//evil.example",
            "/\\evil.example",
            "https://evil.example",
            "https:evil.example",
            "javascript:alert(1)",
            "/%2f%2fevil.example",
            "/documents/../../evil",
            "/documents/0123456789abcdef0123456789abcdef@evil.example",
            "/documents/0123456789abcdef0123456789abcdef\r\nSet-Cookie: a=b",
            "/api/session",
        ];
        for path in hostile {
            assert_eq!(parse(path), None, "{path}");
        }
    }
}
