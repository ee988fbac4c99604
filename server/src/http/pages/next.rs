//! Where to go on to after signing in. Only our own pages, matched as a whole and never by their beginning, so that no
//! link can send a person who has just signed in somewhere else.

use crate::documents::DocumentId;

/// The path, if it is one of our pages.
pub(super) fn parse(path: &str) -> Option<String> {
    let known = matches!(path, "/" | "/trash" | "/account" | "/account/delete")
        || path.strip_prefix("/documents/").is_some_and(is_of_a_document);
    known.then(|| path.to_owned())
}

/// A document's id, how it reads, what is saved of it, its history, or one of its versions.
fn is_of_a_document(path: &str) -> bool {
    let is_version = |n: &str| (1..=20).contains(&n.len()) && n.bytes().all(|byte| byte.is_ascii_digit());
    let (id, rest) = path.split_once('/').map_or((path, None), |(id, rest)| (id, Some(rest)));
    DocumentId::parse(id).is_some()
        && rest.is_none_or(|rest| match rest.strip_prefix("versions/") {
            Some(version) => is_version(version.strip_suffix("/changes").unwrap_or(version)),
            None => matches!(rest, "history" | "read" | "saved"),
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_our_own_pages_are_gone_on_to() {
        let document = "/documents/0123456789abcdef0123456789abcdef";
        assert_eq!(parse("/").as_deref(), Some("/"));
        for rest in ["", "/read", "/saved", "/history", "/versions/7", "/versions/12/changes"] {
            let path = format!("{document}{rest}");
            assert_eq!(parse(&path), Some(path.clone()));
        }
        for rest in
            ["/", "/history/", "/trash", "/versions/", "/versions/x", "/versions/1/restore", "/versions/1/changes/"]
        {
            assert_eq!(parse(&format!("{document}{rest}")), None, "{rest}");
        }
        for path in ["/trash", "/account", "/account/delete"] {
            assert_eq!(parse(path).as_deref(), Some(path));
        }
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
