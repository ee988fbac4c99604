//! What a journal keeps, and how a machine goes on from it.

use super::*;
use crate::sync::{Left, Record, Remote, Replay, replay};
use crate::wire::ConflictBatch;

fn edit(at: u32, inserted: &str) -> Edit {
    Edit { at, deleted: 0, inserted: inserted.to_owned() }
}

fn base(acked: u64, head: u64, edits: Option<Vec<Edit>>) -> Option<Record> {
    Some(Record::Base { acked, head, hash: Chain::start(""), edits })
}

fn record(seq: u64, edit: Edit) -> Option<Record> {
    Some(Record::Edit { seq, edit })
}

fn left(acked: u64, head: u64, edits: Vec<Edit>) -> Option<Left> {
    Some(Left { writer: "w".to_owned(), head, hash: Chain::start(""), acked, edits })
}

fn read(records: Vec<Option<Record>>) -> Replay {
    replay("w", records)
}

#[test]
fn a_log_gives_back_what_no_receipt_covers() {
    let (a, b, c) = (edit(0, "a"), edit(1, "b"), edit(2, "c"));
    let log =
        vec![base(0, 7, None), record(1, a.clone()), record(2, b.clone()), base(1, 8, None), record(3, c.clone())];
    assert_eq!(read(log), Replay { left: left(1, 8, vec![b, c]), stray: vec![] });
}

#[test]
fn what_was_rebased_takes_the_place_of_what_was_typed() {
    let (a, b, moved) = (edit(0, "a"), edit(1, "b"), edit(4, "a"));
    let log = vec![base(0, 7, None), record(1, a), base(0, 9, Some(vec![moved.clone()])), record(2, b.clone())];
    assert_eq!(read(log), Replay { left: left(0, 9, vec![moved, b]), stray: vec![] });
}

#[test]
fn a_write_that_was_repeated_counts_once() {
    let (a, b) = (edit(0, "a"), edit(1, "b"));
    let log = vec![base(0, 7, None), record(1, a.clone()), record(1, a.clone()), record(2, b.clone())];
    assert_eq!(read(log).left, left(0, 7, vec![a, b]));
}

#[test]
fn behind_a_damaged_record_words_are_kept_but_not_placed() {
    let (a, b, c) = (edit(0, "a"), edit(1, "b"), edit(2, "c"));
    let log = vec![base(0, 7, None), record(1, a.clone()), None, record(3, b.clone()), record(4, c.clone())];
    assert_eq!(read(log.clone()), Replay { left: left(0, 7, vec![a.clone()]), stray: vec![b.clone(), c.clone()] });
    // The damaged one may have been a rebase: what would fit by its number does not count from the same text.
    let log = vec![base(0, 7, None), record(1, a.clone()), None, record(2, b.clone())];
    assert_eq!(read(log), Replay { left: left(0, 7, vec![a.clone()]), stray: vec![b.clone()] });
    // A later receipt or rebase mends it.
    let log = vec![base(0, 7, None), None, record(2, a.clone()), base(2, 8, None), record(3, b.clone())];
    assert_eq!(read(log), Replay { left: left(2, 8, vec![b.clone()]), stray: vec![] });
    let log = vec![None, record(2, a), base(0, 8, Some(vec![b.clone()])), record(2, c.clone())];
    assert_eq!(read(log), Replay { left: left(0, 8, vec![b, c]), stray: vec![] });
    assert_eq!(read(vec![None]), Replay { left: None, stray: vec![] });
}

#[test]
fn d3_another_tab_brings_home_what_a_dead_one_left() {
    let sync = Sync::resume(left(4, 7, vec![edit(0, "a"), edit(1, "b")]).expect("some"), "alice".to_owned(), 1);
    let status = sync.status();
    assert_eq!((status.acked, status.journalled, status.typed, status.unsaved_characters), (4, 6, 6, 2));
    assert_eq!(status.state, SaveState::OnDevice);
    let mut sync = sync;
    let patch = sent(&sync.on(Event::Tick, 0)).expect("sent at once").clone();
    assert_eq!((patch.base_head, patch.seq, patch.edits.len()), (7, 5, 2));
    let effects = sync.on(receipt(&patch, Chain::start("")), 10);
    assert!(matches!(effects[..], [Effect::TrimJournal { through: 6, head: 8, .. }]), "{effects:?}");
    assert_eq!(sync.status().state, SaveState::Saved);
}

#[test]
fn d3_what_the_server_had_already_is_not_taken_twice() {
    // The receipt for the first edit never reached the journal, and another writer came after it.
    let (a, b, theirs) = (edit(0, "a"), edit(1, "b"), edit(0, "T"));
    let mut sync = Sync::resume(left(0, 7, vec![a.clone(), b]).expect("some"), "alice".to_owned(), 1);
    assert!(sent(&sync.on(Event::Tick, 0)).is_some());
    let hash = Chain::start("").next(std::slice::from_ref(&a)).next(std::slice::from_ref(&theirs));
    let batch = |head, writer: &str| ConflictBatch { head, writer: writer.into(), len: 1 };
    let conflict = Conflict {
        head: 9,
        hash: hash.hex(),
        acked_seq: 1,
        edits: vec![a, theirs],
        batches: vec![batch(8, "w"), batch(9, "other")],
        more: false,
        sides: None,
    };
    let effects = sync.on(Event::Answered(Answer::Conflict(conflict)), 10);
    let patch = sent(&effects).expect("the rest, at once");
    assert_eq!((patch.base_head, patch.seq, patch.edits.as_slice()), (9, 2, &[edit(2, "b")][..]));
    let rewritten = Effect::RewriteJournal { through: 1, head: 9, hash, edits: vec![edit(2, "b")] };
    assert!(effects.contains(&rewritten), "{effects:?}");
}

#[test]
fn d3_what_the_dead_tab_had_sent_and_not_written_down_is_learnt_from_the_server() {
    let (a, b) = (edit(0, "a"), edit(1, "b"));
    let mut sync = Sync::resume(left(0, 7, vec![a.clone()]).expect("some"), "alice".to_owned(), 1);
    assert!(sent(&sync.on(Event::Tick, 0)).is_some());
    let hash = Chain::start("").next(&[a.clone(), b.clone()]);
    let batches = vec![ConflictBatch { head: 8, writer: "w".into(), len: 2 }];
    let conflict =
        Conflict { head: 8, hash: hash.hex(), acked_seq: 2, edits: vec![a, b], batches, more: false, sides: None };
    let effects = sync.on(Event::Answered(Answer::Conflict(conflict)), 10);
    assert_eq!(effects, [Effect::TrimJournal { through: 2, head: 8, hash }]);
    assert_eq!((sync.status().state, sync.status().typed), (SaveState::Saved, 2));
}

#[test]
fn a_gap_in_the_stream_is_asked_about_once_and_filled() {
    let mut sync = machine();
    sync.on(typed(0, "x"), 0);
    let theirs = |text: &str| vec![edit(0, text)];
    let hash = Chain::start("").next(&theirs("A")).next(&theirs("B"));
    let late = Remote { writer: "other".into(), base_head: 8, head: 9, hash, edits: theirs("B") };
    assert_eq!(sync.on(Event::Remote(late.clone()), 10), [Effect::CatchUp { since: 7 }]);
    assert_eq!(sync.on(Event::Behind { head: u64::MAX }, 11), []);
    let found = Conflict {
        head: 9,
        hash: hash.hex(),
        acked_seq: 0,
        edits: vec![edit(0, "A"), edit(0, "B")],
        batches: vec![
            ConflictBatch { head: 8, writer: "other".into(), len: 1 },
            ConflictBatch { head: 9, writer: "other".into(), len: 1 },
        ],
        more: false,
        sides: None,
    };
    let effects = sync.on(Event::CaughtUp(Some(found)), 20);
    assert!(matches!(&effects[..], [Effect::ApplyRemote(_), Effect::RewriteJournal { through: 0, head: 9, .. }]));
    assert_eq!(sync.on(Event::Remote(late), 30), []);
    let patch = sent(&sync.on(Event::Tick, 400)).expect("due").clone();
    assert_eq!((patch.base_head, patch.seq), (9, 1));
}
