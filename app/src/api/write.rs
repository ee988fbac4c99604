//! To JSON.

use holdfast::edit::Edit;
use holdfast::wire::{PatchDraft, SignIn};

/// The body of `PATCH …/draft`.
pub(crate) fn patch_draft(batch: &PatchDraft) -> String {
    let mut json = String::from(r#"{"writer":"#);
    push_text(&mut json, &batch.writer);
    json.push_str(r#","base_head":"#);
    push_number(&mut json, batch.base_head);
    json.push_str(r#","seq":"#);
    push_number(&mut json, batch.seq);
    json.push_str(r#","edits":"#);
    push_edits(&mut json, &batch.edits);
    json.push('}');
    json
}

pub(super) fn push_edits(json: &mut String, edits: &[Edit]) {
    json.push('[');
    for (index, edit) in edits.iter().enumerate() {
        if index > 0 {
            json.push(',');
        }
        push_edit(json, edit);
    }
    json.push(']');
}

pub(super) fn push_edit(json: &mut String, edit: &Edit) {
    json.push('[');
    push_number(json, edit.at.into());
    json.push(',');
    push_number(json, edit.deleted.into());
    json.push(',');
    push_text(json, &edit.inserted);
    json.push(']');
}

pub(super) fn push_number(json: &mut String, number: u64) {
    json.push_str(&number.to_string());
}

/// The body of `PATCH /api/documents/{id}`.
pub(crate) fn rename(title: &str) -> String {
    object(&[("title", title)])
}

/// The body of `POST …/versions`.
pub(crate) fn create_version(name: &str, kind: &str) -> String {
    object(&[("name", name), ("kind", kind)])
}

/// The body of `POST /api/documents`.
pub(crate) fn create_document(title: &str, text: &str) -> String {
    object(&[("title", title), ("text", text)])
}

/// The body of `POST /api/session`.
pub(crate) fn sign_in(sign_in: &SignIn) -> String {
    object(&[("username", &sign_in.username), ("password", &sign_in.password)])
}

/// The body of `POST /api/session/challenge`.
pub(crate) fn challenge_answer(challenge: &str, answers: &[(String, String)]) -> String {
    let answers: Vec<(&str, &str)> = answers.iter().map(|(name, answer)| (name.as_str(), answer.as_str())).collect();
    [r#"{"challenge":""#, challenge, r#"","answers":"#, &object(&answers), "}"].concat()
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

/// A string with its quotation marks. Byte for byte what serde_json writes: the domain counts on that form when it decides
/// how much fits into one request.
pub(super) fn push_text(json: &mut String, text: &str) {
    json.push('"');
    for c in text.chars() {
        match c {
            '"' => json.push_str("\\\""),
            '\\' => json.push_str("\\\\"),
            '\n' => json.push_str("\\n"),
            '\r' => json.push_str("\\r"),
            '\t' => json.push_str("\\t"),
            '\u{8}' => json.push_str("\\b"),
            '\u{c}' => json.push_str("\\f"),
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
    use holdfast::entropy::SeededEntropy;
    use holdfast::receipt::Chain;
    use holdfast::sync::{Effect, Event, Start, Sync};
    use holdfast::wire::{ChallengeAnswer, ChallengeName, MAX_BATCH_BYTES, RenameDocument};

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

    /// The domain's own test holds its count of bytes to serde_json's output; this holds serde_json's output to ours.
    #[test]
    fn a_batch_is_byte_for_byte_what_serde_json_writes() {
        let random = SeededEntropy::new(19);
        let alphabet: Vec<char> = every_character().chars().collect();
        for round in 0..500 {
            let draw = || alphabet[random.next_u64() as usize % alphabet.len()];
            let edits = (0..round % 7).map(|at| Edit { at, deleted: at, inserted: (0..40).map(|_| draw()).collect() });
            let batch = PatchDraft { writer: "w-_9".into(), base_head: 3, seq: 1, edits: edits.collect() };
            assert_eq!(patch_draft(&batch), serde_json::to_string(&batch).expect("serializable"));
        }
    }

    #[test]
    fn a_paste_of_any_kind_goes_in_requests_that_the_server_takes() {
        for unit in ["a\tb\tc\r\n", "\t", "\r", "\u{8}\u{c}", "\u{1}", "\"", "\\", "😀", "é\u{7f}\u{2028}"] {
            let start = Start { writer: "w".repeat(64), sub: "a".into(), head: 1, hash: Chain::start(""), seed: 1 };
            let mut sync = Sync::new(start);
            let pasted = Edit { at: 0, deleted: 0, inserted: unit.repeat(2_000_000 / unit.len()) };
            sync.on(Event::Typed(pasted), 0);
            let batch = sync.on(Event::Flush, 1).into_iter().find_map(|effect| match effect {
                Effect::Send(batch) => Some(batch),
                _ => None,
            });
            let body = patch_draft(&batch.expect("sent"));
            assert!((800_000..=MAX_BATCH_BYTES).contains(&body.len()), "{unit:?}: {}", body.len());
        }
    }

    #[test]
    fn names_and_passwords_may_hold_anything() {
        let title = RenameDocument { title: every_character() };
        assert_eq!(serde_json::from_str::<RenameDocument>(&rename(&title.title)).expect("readable"), title);
        let body = SignIn { username: "a\"b".into(), password: every_character() };
        assert_eq!(serde_json::from_str::<SignIn>(&sign_in(&body)).expect("readable"), body);
        let written =
            challenge_answer("SELECT_MFA_TYPE", &[("code".into(), every_character()), ("name".into(), String::new())]);
        let read = serde_json::from_str::<ChallengeAnswer>(&written).expect("readable");
        assert_eq!(read.challenge, ChallengeName::SelectMfaType);
        assert_eq!(read.answers, [("code".into(), every_character()), ("name".into(), String::new())].into());
    }
}
