//! One event as it goes over the wire: a few lines of `text/event-stream`, written once for all who read them.
//! <https://html.spec.whatwg.org/multipage/server-sent-events.html#parsing-an-event-stream>

use std::borrow::Cow;

use holdfast::wire::{DocumentEvent, EditsEvent, MAX_EVENT_BYTES};
use hyper::body::Bytes;
use serde::Serialize;

use crate::documents::DocumentId;
use crate::storage::drafts::BatchRow;

/// See the module's documentation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Frame {
    /// The lines, with the empty one at their end.
    pub(crate) bytes: Bytes,
    /// Whether it is about the user's sessions, and so perhaps about the reader's own.
    pub(crate) is_about_sessions: bool,
}

/// What is kept of a batch until it can be told: all of it, but edits that are too large for an event are not worth a copy.
pub(super) fn told(batch: &BatchRow) -> BatchRow {
    // No JSON of these edits is shorter.
    let shortest = batch.edits.iter().map(|edit| edit.inserted.len() + "[0,0,\"\"],".len()).sum::<usize>();
    let edits = if shortest <= MAX_EVENT_BYTES { batch.edits.clone() } else { Vec::new() };
    BatchRow {
        head: batch.head,
        writer: batch.writer.clone(),
        seq: batch.seq,
        edits,
        hash: batch.hash,
        saved_at: batch.saved_at,
    }
}

impl Frame {
    /// Without the edits where their JSON is too large, or where the batch was handed in without them.
    pub(super) fn edits(id: &DocumentId, batch: &BatchRow) -> Self {
        let mut event = EditsEvent {
            document: id.as_str().into(),
            writer: batch.writer.as_str().into(),
            base_head: batch.head - 1,
            head: batch.head,
            hash: batch.hash.hex().into(),
            edits: (!batch.edits.is_empty()).then_some(Cow::Borrowed(&batch.edits)),
        };
        let mut data = json(&event);
        if MAX_EVENT_BYTES < data.len() {
            event.edits = None;
            data = json(&event);
        }
        Self::new("edits", &data)
    }

    /// With its title, where that has changed.
    pub(super) fn document(id: &DocumentId, title: Option<&str>) -> Self {
        Self::new("document", &json(&DocumentEvent { document: id.as_str().into(), title: title.map(Cow::from) }))
    }

    pub(crate) fn session() -> Self {
        Self { is_about_sessions: true, ..Self::new("session", "{}") }
    }

    /// A comment: it keeps what lies between from closing a silent connection, and finds out whether the reader is gone.
    pub(crate) fn heartbeat() -> Self {
        Self { bytes: Bytes::from_static(b":\n\n"), is_about_sessions: false }
    }

    fn new(event: &str, data: &str) -> Self {
        let bytes = Bytes::from(format!("event: {event}\ndata: {data}\n\n"));
        Self { bytes, is_about_sessions: false }
    }
}

/// One line: JSON escapes every control character within strings.
fn json(data: &impl Serialize) -> String {
    // Strings, numbers and lists of them cannot fail to serialize.
    serde_json::to_string(data).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use holdfast::edit::Edit;
    use holdfast::receipt::Chain;

    use super::*;

    fn batch(inserted: &str) -> BatchRow {
        let edits = vec![Edit { at: 0, deleted: 0, inserted: inserted.to_owned() }];
        BatchRow { head: 7, writer: "w".to_owned(), seq: 1, hash: Chain::start("").next(&edits), edits, saved_at: 0 }
    }

    fn id() -> DocumentId {
        DocumentId::parse("0123456789abcdef0123456789abcdef").expect("an id")
    }

    #[test]
    fn an_event_is_one_line_whatever_was_typed() {
        let frame = Frame::edits(&id(), &batch("a\r\nb\n\ndata: forged\u{2028}"));
        let text = String::from_utf8(frame.bytes.to_vec()).expect("UTF-8");
        assert_eq!(text.matches('\n').count(), 3, "{text}");
        assert!(!text.contains('\r'));
        let data =
            text.strip_prefix("event: edits\ndata: ").and_then(|rest| rest.strip_suffix("\n\n")).expect("a frame");
        let event: EditsEvent<'_> = serde_json::from_str(data).expect("an event");
        assert_eq!((event.base_head, event.head), (6, 7));
        assert_eq!(event.edits.as_deref(), Some(batch("a\r\nb\n\ndata: forged\u{2028}").edits.as_slice()));
    }

    #[test]
    fn what_is_too_large_goes_without_its_edits() {
        let length = |inserted: &str| Frame::edits(&id(), &batch(inserted)).bytes.len();
        let small = length("x");
        let largest = "x".repeat(MAX_EVENT_BYTES + "event: edits\ndata: \n\n".len() - small + 1);
        assert_eq!(length(&largest), MAX_EVENT_BYTES + "event: edits\ndata: \n\n".len());
        assert!(length(&(largest.clone() + "x")) < small);
        assert_eq!(told(&batch(&largest)), batch(&largest), "the rough measure refuses nothing that fits");
        assert!(told(&batch(&"x".repeat(MAX_EVENT_BYTES))).edits.is_empty());
        assert!(length(&"\u{1}".repeat(MAX_EVENT_BYTES / 2)) < small, "escapes count");
    }
}
