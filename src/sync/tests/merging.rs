//! Other writers, and the escrow: what comes back and what is sent again.

use super::*;
use crate::wire::ConflictBatch;

#[test]
fn e6_a_conflict_is_merged_and_sent_again_at_once() {
    let (mut sync, _) = in_flight();
    sync.on(typed(1, "b"), 450);
    let theirs = vec![Edit { at: 0, deleted: 0, inserted: "T".to_owned() }];
    let hash = Chain::start("").next(&theirs);
    let conflict = Conflict {
        head: 8,
        hash: hash.hex(),
        acked_seq: 0,
        batches: vec![ConflictBatch { head: 8, writer: "other".into(), len: 1 }],
        edits: theirs.clone(),
        more: false,
        sides: None,
    };
    let effects = sync.on(Event::Answered(Answer::Conflict(conflict.clone())), 500);
    let edits = vec![
        Edit { at: 1, deleted: 0, inserted: "a".to_owned() },
        Edit { at: 2, deleted: 0, inserted: "b".to_owned() },
    ];
    let rewritten = Effect::RewriteJournal { through: 0, head: 8, hash, edits: edits.clone() };
    let patch = PatchDraft { writer: "w".into(), base_head: 8, seq: 1, edits };
    assert_eq!(effects, [Effect::ApplyRemote(theirs), rewritten, Effect::Send(patch.clone())]);
    assert_eq!(state(&sync), SaveState::Conflict);
    sync.on(receipt(&patch, hash), 600);
    assert_eq!(state(&sync), SaveState::Saved);

    let (mut sync, _) = in_flight();
    let forged = Conflict { hash: Chain::start("x").hex(), ..conflict };
    let effects = sync.on(Event::Answered(Answer::Conflict(forged)), 500);
    assert_eq!(effects, [Effect::Alarm(Alarm::HashMismatch)]);
}

#[test]
fn own_edits_that_a_conflict_brings_back_are_not_sent_again() {
    let (mut sync, patch) = in_flight();
    let theirs = Edit { at: 1, deleted: 0, inserted: "T".to_owned() };
    let hash = Chain::start("").next(&patch.edits).next(std::slice::from_ref(&theirs));
    let batch = |head, writer: &str| ConflictBatch { head, writer: writer.into(), len: 1 };
    let conflict = Conflict {
        head: 9,
        hash: hash.hex(),
        acked_seq: 1,
        batches: vec![batch(8, "w"), batch(9, "other")],
        edits: vec![patch.edits[0].clone(), theirs.clone()],
        more: false,
        sides: None,
    };
    let effects = sync.on(Event::Answered(Answer::Conflict(conflict)), 500);
    let trim = Effect::TrimJournal { through: 1, head: 9, hash };
    assert_eq!(effects, [Effect::ApplyRemote(vec![theirs]), trim]);
    assert_eq!((state(&sync), sync.status().acked), (SaveState::Saved, 1));
}

#[test]
fn escrow_takes_one_batch_after_the_other_and_a_sign_in_sends_them_again_as_they_were() {
    let (mut sync, first) = in_flight();
    sync.on(Event::Answered(Answer::Escrowed { acked_seq: 1 }), 500);
    assert_eq!(state(&sync), SaveState::Escrowed);
    sync.on(typed(1, "b"), 600);
    assert_eq!(state(&sync), SaveState::OnScreen);
    let effects = sync.on(Event::Tick, 1_000);
    assert_eq!(sent(&effects).map(|patch| (patch.base_head, patch.seq)), Some((7, 2)));
    sync.on(Event::Answered(Answer::Escrowed { acked_seq: 2 }), 1_100);
    assert_eq!((state(&sync), sync.status().acked), (SaveState::Escrowed, 0));
    let effects = sync.on(Event::SignedIn { sub: "ada".into() }, 2_000);
    assert_eq!(sent(&effects), Some(&first));
    let effects = sync.on(receipt(&first, Chain::start("")), 2_100);
    assert_eq!(sent(&effects).map(|patch| (patch.base_head, patch.seq, patch.edits.len())), Some((8, 2, 1)));
}

/// Found by the simulation (seed 2202557): refused for what is in it when it was sent again, the batch was taken apart and
/// rebased over another's edit; then its copy came out of escrow, as it had been.
#[test]
fn a_batch_in_escrow_stays_as_it_was_even_where_it_is_refused_when_it_is_sent_again() {
    let mut sync = Sync::new(Start { hash: Chain::start("abcd"), ..start() });
    sync.on(Event::Typed(Edit { at: 0, deleted: 4, inserted: "!".to_owned() }), 0);
    let first = sent(&sync.on(Event::Tick, 400)).expect("due").clone();
    sync.on(Event::SignedIn { sub: "ada".into() }, 450);
    let effects = sync.on(Event::Answered(Answer::Escrowed { acked_seq: 1 }), 500);
    assert_eq!(sent(&effects), Some(&first), "the owner is back already");
    sync.on(Event::Answered(Answer::Rejected(Code::TooLarge)), 600);

    let chain = Chain::start("abcd");
    let theirs = Edit { at: 2, deleted: 0, inserted: "X".to_owned() };
    let after_theirs = chain.next(std::slice::from_ref(&theirs));
    let edits = vec![theirs.clone()];
    let remote = Remote { writer: "other".into(), base_head: 7, head: 8, hash: after_theirs, edits };
    assert_eq!(sync.on(Event::Remote(remote), 700), [], "it waits for the batch");
    sync.on(Event::Typed(Edit { at: 1, deleted: 0, inserted: "?".to_owned() }), 800);
    let again = sync.on(Event::Tick, 40_000);
    assert_eq!(sent(&again), Some(&first));

    // The server has rebased it when it came out of escrow: over the X, in one edit.
    let ours = Edit { at: 0, deleted: 5, inserted: "!X".to_owned() };
    let hash = after_theirs.next(std::slice::from_ref(&ours));
    let conflict = Conflict {
        head: 9,
        hash: hash.hex(),
        acked_seq: 1,
        batches: [(8, "other"), (9, "w")]
            .map(|(head, writer)| ConflictBatch { head, writer: writer.into(), len: 1 })
            .into(),
        edits: vec![theirs, ours],
        more: false,
        sides: None,
    };
    let effects = sync.on(Event::Answered(Answer::Conflict(conflict)), 40_100);
    assert_eq!(alarms(&effects), []);
    let patch = sent(&effects).expect("the rest");
    assert_eq!((patch.seq, patch.base_head, patch.edits.len()), (2, 9, 1));
}

#[test]
fn live_edits_of_others_shift_what_is_pending() {
    let mut sync = machine();
    sync.on(typed(0, "a"), 0);
    let edits = vec![Edit { at: 0, deleted: 0, inserted: "T".to_owned() }];
    let hash = Chain::start("").next(&edits);
    let remote = Remote { writer: "other".into(), base_head: 7, head: 8, hash, edits: edits.clone() };
    let effects = sync.on(Event::Remote(remote.clone()), 20);
    let moved = vec![Edit { at: 1, deleted: 0, inserted: "a".to_owned() }];
    let rewritten = Effect::RewriteJournal { through: 0, head: 8, hash, edits: moved };
    assert_eq!(effects, [Effect::ApplyRemote(edits), rewritten]);
    assert_eq!(sync.on(Event::Remote(remote), 30), []);
    let effects = sync.on(Event::Tick, 400);
    assert_eq!(sent(&effects).map(|patch| (patch.base_head, patch.edits[0].at)), Some((8, 1)));
}

#[test]
fn a_merge_that_divides_an_edit_takes_more_numbers_and_tells_the_journal() {
    let mut sync = Sync::new(Start { hash: Chain::start("abcd"), ..start() });
    sync.on(Event::Typed(Edit { at: 0, deleted: 4, inserted: "!".to_owned() }), 0);
    let edits = vec![Edit { at: 2, deleted: 0, inserted: "X".to_owned() }];
    let hash = Chain::start("abcd").next(&edits);
    let remote = Remote { writer: "other".into(), base_head: 7, head: 8, hash, edits };
    let journalled = sync.on(Event::Remote(remote), 10);
    let effects = sync.on(Event::Tick, 400);
    let sent = sent(&effects).expect("due");
    let rewritten = Effect::RewriteJournal { through: 0, head: 8, hash, edits: sent.edits.clone() };
    assert_eq!((&journalled[1], effects.len(), sync.status().typed), (&rewritten, 1, 2));
    assert_eq!(crate::edit::apply_to("abXcd", &sent.edits).as_deref(), Ok("!X"));
    assert!(sent.edits.iter().all(|edit| !edit.inserted.contains('X')));
}

/// Found by the simulation (seed 10889909): a tab died with a save under way. The tab that went on from its journal sent the
/// same, was refused, and divided it over another's edit; then the dead tab's save arrived, went into escrow, and was merged
/// from there as it had been.
#[test]
fn a_copy_of_a_dead_tab_that_is_merged_as_it_was_takes_the_place_of_what_was_divided_meanwhile() {
    let chain = Chain::start("abcd");
    let deletion = Edit { at: 0, deleted: 4, inserted: "!".to_owned() };
    let left = Left { writer: "w".into(), head: 7, hash: chain, acked: 0, edits: vec![deletion] };
    let mut sync = Sync::resume(left, "ada".into(), 1);
    assert!(sent(&sync.on(Event::Tick, 0)).is_some());
    sync.on(Event::Answered(Answer::Rejected(Code::TooLarge)), 100);

    let theirs = Edit { at: 2, deleted: 0, inserted: "X".to_owned() };
    let after_theirs = chain.next(std::slice::from_ref(&theirs));
    let remote =
        Remote { writer: "other".into(), base_head: 7, head: 8, hash: after_theirs, edits: vec![theirs.clone()] };
    sync.on(Event::Remote(remote), 200);
    assert_eq!(sync.status().typed, 2, "divided");
    sync.on(Event::Typed(Edit { at: 2, deleted: 0, inserted: "?".to_owned() }), 300);
    let more = Edit { at: 0, deleted: 0, inserted: "Y".to_owned() };
    let after_more = after_theirs.next(std::slice::from_ref(&more));
    let remote = Remote { writer: "other".into(), base_head: 8, head: 9, hash: after_more, edits: vec![more.clone()] };
    sync.on(Event::Remote(remote), 400);
    let again = sync.on(Event::Tick, 40_000);
    assert_eq!(sent(&again).map(|patch| patch.edits.len()), Some(3));

    let ours = Edit { at: 1, deleted: 5, inserted: "!X".to_owned() };
    let after_ours = after_more.next(std::slice::from_ref(&ours));
    let conflict = Conflict {
        head: 10,
        hash: after_ours.hex(),
        acked_seq: 1,
        batches: vec![ConflictBatch { head: 10, writer: "w".into(), len: 1 }],
        edits: vec![ours],
        more: false,
        sides: None,
    };
    let effects = sync.on(Event::Answered(Answer::Conflict(conflict)), 40_100);
    assert_eq!(alarms(&effects), []);
    let rest = vec![Edit { at: 3, deleted: 0, inserted: "?".to_owned() }];
    let patch = PatchDraft { writer: "w".into(), base_head: 10, seq: 2, edits: rest };
    assert_eq!(sent(&effects), Some(&patch));
    sync.on(receipt(&patch, after_ours), 40_200);
    let status = sync.status();
    assert_eq!((status.state, status.typed, status.acked), (SaveState::Saved, 2, 2));
}

/// The other way round: what was divided is accepted, and the former numbers are of no more use.
#[test]
fn what_was_divided_and_accepted_is_not_taken_for_its_former_self() {
    let chain = Chain::start("abcd");
    let mut sync = Sync::new(Start { hash: chain, ..start() });
    sync.on(Event::Typed(Edit { at: 0, deleted: 4, inserted: "!".to_owned() }), 0);
    let theirs = vec![Edit { at: 2, deleted: 0, inserted: "X".to_owned() }];
    let hash = chain.next(&theirs);
    sync.on(Event::Remote(Remote { writer: "other".into(), base_head: 7, head: 8, hash, edits: theirs }), 10);
    let patch = sent(&sync.on(Event::Tick, 400)).expect("due").clone();
    sync.on(Event::Typed(Edit { at: 0, deleted: 1, inserted: String::new() }), 450);
    sync.on(receipt(&patch, hash), 500);
    assert_eq!((sync.status().acked, sync.status().typed), (2, 3));
    let next = sent(&sync.on(Event::Tick, 900)).expect("due").clone();
    assert_eq!((next.seq, next.base_head, next.edits.len()), (3, 9, 1));
}
