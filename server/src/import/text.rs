//! A file's bytes as a document's text, or why they are none.

use holdfast::wire::ImportRefusal;

/// The text of a file: UTF-8, or UTF-16 where its first bytes say so, as some editors on Windows save it. Line ends become
/// those that a browser's text area has, so that positions in the text are the same everywhere
/// (<https://html.spec.whatwg.org/multipage/form-elements.html#concept-textarea-api-value>).
pub(super) fn decode(bytes: Vec<u8>) -> Result<String, ImportRefusal> {
    let text = match bytes.as_slice() {
        [0xEF, 0xBB, 0xBF, rest @ ..] => utf8(rest.to_vec())?,
        [0xFF, 0xFE, rest @ ..] => utf16(rest, u16::from_le_bytes)?,
        [0xFE, 0xFF, rest @ ..] => utf16(rest, u16::from_be_bytes)?,
        _ => utf8(bytes)?,
    };
    // No text has these; programs and pictures that happen to be valid UTF-8 do.
    if text.chars().any(|c| c.is_control() && !matches!(c, '\n' | '\r' | '\t' | '\u{c}' | '\u{80}'..='\u{9f}')) {
        return Err(ImportRefusal::NotText);
    }
    Ok(if text.contains('\r') { text.replace("\r\n", "\n").replace('\r', "\n") } else { text })
}

fn utf8(bytes: Vec<u8>) -> Result<String, ImportRefusal> {
    String::from_utf8(bytes).map_err(|error| {
        // A picture is not a text in another encoding.
        if error.as_bytes().contains(&0) { ImportRefusal::NotText } else { ImportRefusal::NotUtf8 }
    })
}

fn utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> Result<String, ImportRefusal> {
    let pairs = bytes.chunks_exact(2);
    if !pairs.remainder().is_empty() {
        return Err(ImportRefusal::NotText);
    }
    let units = pairs.map(|pair| unit([pair[0], pair[1]]));
    char::decode_utf16(units).collect::<Result<String, _>>().map_err(|_| ImportRefusal::NotText)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_read_and_anything_else_is_told_apart() {
        let utf16: Vec<u8> =
            [0xFEFF_u16].into_iter().chain("Ü\r\n😀".encode_utf16()).flat_map(u16::to_le_bytes).collect();
        let big: Vec<u8> = [0xFEFF_u16].into_iter().chain("Ü".encode_utf16()).flat_map(u16::to_be_bytes).collect();
        let cases: [(&[u8], Result<&str, ImportRefusal>); 11] = [
            (b"plain", Ok("plain")),
            (b"", Ok("")),
            (b"one\r\ntwo\rthree\n", Ok("one\ntwo\nthree\n")),
            ("\u{feff}Über".as_bytes(), Ok("Über")),
            (&utf16, Ok("Ü\n😀")),
            (&big, Ok("Ü")),
            (b"caf\xe9", Err(ImportRefusal::NotUtf8)),
            (b"PK\x03\x04\x14\x00\x00\xff", Err(ImportRefusal::NotText)),
            (b"\x7fELF\x01\x01", Err(ImportRefusal::NotText)),
            (b"a\x00b", Err(ImportRefusal::NotText)),
            (b"\xff\xfea", Err(ImportRefusal::NotText)),
        ];
        for (bytes, expected) in cases {
            assert_eq!(decode(bytes.to_vec()).as_deref(), expected.as_ref().map(|text| *text), "{bytes:?}");
        }
    }
}
