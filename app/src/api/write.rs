//! To JSON.

use holdfast::wire::{PatchDraft, SignIn};

/// The body of `PATCH …/draft`.
pub(crate) fn patch_draft(batch: &PatchDraft) -> String {
    let mut json = String::from(r#"{"writer":"#);
    push_text(&mut json, &batch.writer);
    json.push_str(r#","base_head":"#);
    json.push_str(&batch.base_head.to_string());
    json.push_str(r#","seq":"#);
    json.push_str(&batch.seq.to_string());
    json.push_str(r#","edits":["#);
    for (index, edit) in batch.edits.iter().enumerate() {
        json.push_str(if index == 0 { "[" } else { ",[" });
        json.push_str(&edit.at.to_string());
        json.push(',');
        json.push_str(&edit.deleted.to_string());
        json.push(',');
        push_text(&mut json, &edit.inserted);
        json.push(']');
    }
    json.push_str("]}");
    json
}

/// The body of `PATCH /api/documents/{id}`.
pub(crate) fn rename(title: &str) -> String {
    object(&[("title", title)])
}

/// The body of `POST /api/session`.
pub(crate) fn sign_in(sign_in: &SignIn) -> String {
    object(&[("username", &sign_in.username), ("password", &sign_in.password)])
}

fn object(members: &[(&str, &str)]) -> String {
    let mut json = String::from("{");
    for (index, (key, value)) in members.iter().enumerate() {
        if index > 0 {
            json.push(',');
        }
        push_text(&mut json, key);
        json.push(':');
        push_text(&mut json, value);
    }
    json.push('}');
    json
}

/// A string with its quotation marks.
fn push_text(json: &mut String, text: &str) {
    json.push('"');
    for c in text.chars() {
        match c {
            '"' => json.push_str("\\\""),
            '\\' => json.push_str("\\\\"),
            '\n' => json.push_str("\\n"),
            '\0'..' ' => {
                let code = u32::from(c);
                json.push_str("\\u00");
                json.extend([code >> 4, code & 15].map(|digit| char::from_digit(digit, 16).unwrap_or('0')));
            }
            c => json.push(c),
        }
    }
    json.push('"');
}

#[cfg(test)]
mod tests {
    use holdfast::edit::Edit;
    use holdfast::wire::RenameDocument;

    use super::*;

    fn every_character() -> String {
        ('\0'..='\u{9f}').chain("\\\"/\u{2028}\u{2029}é😀\u{10ffff}".chars()).collect()
    }

    #[test]
    fn a_batch_is_what_the_derived_code_writes_and_reads() {
        let batch = PatchDraft {
            writer: "0a".into(),
            base_head: u64::MAX,
            seq: 1,
            edits: vec![
                Edit { at: 0, deleted: u32::MAX, inserted: every_character() },
                Edit { at: 1, deleted: 0, inserted: String::new() },
            ],
        };
        assert_eq!(serde_json::from_str::<PatchDraft>(&patch_draft(&batch)).expect("readable"), batch);
        let empty = PatchDraft { edits: vec![], ..batch };
        assert_eq!(patch_draft(&empty), serde_json::to_string(&empty).expect("serializable"));
    }

    #[test]
    fn names_and_passwords_may_hold_anything() {
        let title = RenameDocument { title: every_character() };
        assert_eq!(serde_json::from_str::<RenameDocument>(&rename(&title.title)).expect("readable"), title);
        let body = SignIn { username: "a\"b".into(), password: every_character() };
        assert_eq!(serde_json::from_str::<SignIn>(&sign_in(&body)).expect("readable"), body);
    }
}
