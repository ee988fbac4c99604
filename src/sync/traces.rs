//! Recorded keystrokes through the machine, against a second writer, with answers that get lost.

use ropey::Rope;

use super::*;
use crate::edit::traces::{apply, edit_of, trace};
use crate::entropy::SeededEntropy;
use crate::wire::ConflictBatch;

/// The server's side: the accepted batches, of which `a` and `z` write every one.
struct Server {
    text: Rope,
    head: u64,
    hash: Chain,
    log: Vec<(String, Vec<Edit>, Receipt)>,
}

impl Server {
    fn accept(&mut self, patch: &PatchDraft) -> Answer {
        let last = patch.seq + patch.edits.len() as u64 - 1;
        let known = self.log.iter().rev().find(|(writer, ..)| *writer == patch.writer).map(|(.., receipt)| receipt);
        if let Some(receipt) = known.filter(|receipt| receipt.acked_seq == last) {
            return Answer::Receipt(receipt.clone());
        }
        if patch.base_head < self.head {
            let missing = &self.log[usize::try_from(patch.base_head).expect("small")..];
            let batch = |(writer, edits, receipt): &(String, Vec<Edit>, Receipt)| ConflictBatch {
                head: receipt.head,
                writer: writer.clone(),
                len: edits.len(),
            };
            return Answer::Conflict(Conflict {
                head: self.head,
                hash: self.hash.hex(),
                acked_seq: patch.seq - 1,
                edits: missing.iter().flat_map(|(_, edits, _)| edits.clone()).collect(),
                batches: missing.iter().map(batch).collect(),
                more: false,
                sides: None,
            });
        }
        for edit in &patch.edits {
            apply(&mut self.text, edit);
        }
        self.head += 1;
        self.hash = self.hash.next(&patch.edits);
        let receipt = Receipt { head: self.head, acked_seq: last, hash: self.hash.hex(), saved_at: 0 };
        self.log.push((patch.writer.clone(), patch.edits.clone(), receipt.clone()));
        Answer::Receipt(receipt)
    }
}

/// Types a recording at ten edits a second, while a second writer puts marks before the text; every tenth answer is lost.
/// Returns the text without what the second writer wrote.
fn replay(name: &str) -> Option<(String, String)> {
    let trace = trace(name)?;
    let hash = Chain::start(&trace.start_content);
    let mut server = Server { text: Rope::from_str(&trace.start_content), head: 0, hash, log: Vec::new() };
    let start = Start { writer: "a".into(), sub: "ada".into(), head: 0, hash, seed: 1 };
    let (mut sync, mut visible, random) = (Sync::new(start), server.text.clone(), SeededEntropy::new(1));
    // What the writer sees without the other's marks: the recording's positions are those of this text.
    let mut own = server.text.clone();
    let (mut now, mut others, mut conflicts) = (0, 0, 0);
    let mut events: Vec<Event> = Vec::new();
    let mut patches = trace.txns.into_iter().flat_map(|txn| txn.patches);
    loop {
        events.push(match patches.next() {
            Some(patch) => {
                let mut edit = edit_of(&own, patch);
                let marks = visible.len_utf16_cu() - own.len_utf16_cu();
                apply(&mut own, &edit);
                edit.at += u32::try_from(marks).expect("small");
                apply(&mut visible, &edit);
                Event::Typed(edit)
            }
            None if sync.status().state == SaveState::Saved => break,
            None => Event::Flush,
        });
        now += 100;
        while let Some(event) = events.pop() {
            for effect in sync.on(event, now) {
                match effect {
                    Effect::Send(patch) => {
                        if random.next_u64().is_multiple_of(10) {
                            others += 1;
                            let edits = vec![Edit { at: 0, deleted: 0, inserted: "\u{10FFFD}".to_owned() }];
                            let mark = PatchDraft { writer: "z".into(), base_head: server.head, seq: others, edits };
                            server.accept(&mark);
                        }
                        let mut answer = server.accept(&patch);
                        conflicts += u32::from(matches!(answer, Answer::Conflict(_)));
                        if random.next_u64().is_multiple_of(10) {
                            answer = Answer::Failed;
                        }
                        events.push(Event::Answered(answer));
                    }
                    Effect::ApplyRemote(edits) => edits.iter().for_each(|edit| drop(apply(&mut visible, edit))),
                    Effect::Alarm(alarm) => panic!("{alarm:?}"),
                    _ => {}
                }
            }
        }
    }
    assert!(visible == server.text);
    let text: String = server.text.chars().filter(|c| *c != '\u{10FFFD}').collect();
    println!(
        "{name}: {} edits in {} batches, {conflicts} conflicts with {others} marks",
        sync.status().acked,
        server.head
    );
    Some((text, trace.end_content))
}

#[test]
fn recorded_keystrokes_arrive_byte_equal_against_a_second_writer_and_lost_answers() {
    for name in ["automerge-paper", "json-crdt-patch", "sveltecomponent"] {
        if let Some((text, expected)) = replay(name) {
            assert!(text == expected, "{name} differs");
        }
    }
}
