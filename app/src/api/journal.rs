//! The journal's records: `[acked, head, "hash", null or [edits]]` for a base, `[seq, edit]` for an edit.

use holdfast::receipt::Chain;
use holdfast::sync::Record;

use super::read::edit;
use super::write::{push_edit, push_edits, push_number, push_text};
use crate::browser::Json;

/// To JSON.
pub(crate) fn record(record: &Record) -> String {
    let mut json = String::from("[");
    match record {
        Record::Base { acked, head, hash, edits } => {
            push_number(&mut json, *acked);
            json.push(',');
            push_number(&mut json, *head);
            json.push(',');
            push_text(&mut json, &hash.hex());
            json.push(',');
            match edits {
                Some(edits) => push_edits(&mut json, edits),
                None => json.push_str("null"),
            }
        }
        Record::Edit { seq, edit } => {
            push_number(&mut json, *seq);
            json.push(',');
            push_edit(&mut json, edit);
        }
    }
    json.push(']');
    json
}

/// A title that is not saved yet and the one that it takes the place of: `["new", "old"]`, the only record of a log.
pub(crate) fn title_record(title: &str, before: &str) -> String {
    let mut json = String::from("[");
    push_text(&mut json, title);
    json.push(',');
    push_text(&mut json, before);
    json.push(']');
    json
}

/// See [`title_record`].
pub(crate) fn read_title(json: &Json) -> Option<(String, String)> {
    let [title, before] = json.list()?.try_into().ok()?;
    Some((title.text()?, before.text()?))
}

/// From JSON.
pub(crate) fn read_record(json: &Json) -> Option<Record> {
    match json.list()?.as_slice() {
        [seq, typed] => Some(Record::Edit { seq: seq.natural()?, edit: edit(typed)? }),
        [acked, head, hash, edits] => Some(Record::Base {
            acked: acked.natural()?,
            head: head.natural()?,
            hash: Chain::parse(&hash.text()?)?,
            edits: match edits.list() {
                Some(edits) => Some(edits.iter().map(edit).collect::<Option<_>>()?),
                None => None,
            },
        }),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use holdfast::edit::Edit;

    use super::*;

    #[test]
    fn a_record_is_a_short_list() {
        let edit = Edit { at: 3, deleted: 1, inserted: "\"é".to_owned() };
        assert_eq!(record(&Record::Edit { seq: 7, edit: edit.clone() }), r#"[7,[3,1,"\"é"]]"#);
        assert_eq!(title_record("Zeile \"1\"", ""), r#"["Zeile \"1\"",""]"#);
        let hash = Chain::start("");
        let base = |edits| record(&Record::Base { acked: 6, head: 9, hash, edits });
        assert_eq!(base(None), format!(r#"[6,9,"{}",null]"#, hash.hex()));
        assert_eq!(
            base(Some(vec![edit.clone(), edit])),
            format!(r#"[6,9,"{}",[[3,1,"\"é"],[3,1,"\"é"]]]"#, hash.hex())
        );
        assert_eq!(base(Some(vec![])), format!(r#"[6,9,"{}",[]]"#, hash.hex()));
    }
}
