//! The machine, event by event.

mod journal;
mod merging;

use super::*;

fn start() -> Start {
    Start { writer: "w".into(), sub: "ada".into(), head: 7, hash: Chain::start(""), seed: 1 }
}

fn machine() -> Sync {
    Sync::new(start())
}

fn typed(at: u32, text: &str) -> Event {
    Event::Typed(Edit { at, deleted: 0, inserted: text.to_owned() })
}

fn sent(effects: &[Effect]) -> Option<&PatchDraft> {
    effects.iter().find_map(|effect| match effect {
        Effect::Send(patch) => Some(patch),
        _ => None,
    })
}

fn alarms(effects: &[Effect]) -> Vec<Alarm> {
    effects.iter().filter_map(|effect| if let Effect::Alarm(alarm) = effect { Some(*alarm) } else { None }).collect()
}

/// The server's receipt for a batch that was the only one since the start.
fn receipt(patch: &PatchDraft, hash: Chain) -> Event {
    Event::Answered(Answer::Receipt(Receipt {
        head: patch.base_head + 1,
        acked_seq: patch.seq + patch.edits.len() as u64 - 1,
        hash: hash.next(&patch.edits).hex(),
        saved_at: 1_234,
    }))
}

/// Types "a" at 0 ms and has it sent at 400 ms.
fn in_flight() -> (Sync, PatchDraft) {
    let mut sync = machine();
    sync.on(typed(0, "a"), 0);
    let patch = sent(&sync.on(Event::Tick, 400)).expect("due").clone();
    (sync, patch)
}

fn state(sync: &Sync) -> SaveState {
    sync.status().state
}

#[test]
fn a_keystroke_is_journalled_at_once_and_sent_after_400_ms_of_quiet() {
    let mut sync = machine();
    assert_eq!(state(&sync), SaveState::Saved);
    let edit = Edit { at: 0, deleted: 0, inserted: "é😀".to_owned() };
    let effects = sync.on(Event::Typed(edit.clone()), 1_000);
    assert_eq!(effects, [Effect::Journal { seq: 1, edit: edit.clone() }, Effect::WakeIn { ms: 400 }]);
    assert_eq!(state(&sync), SaveState::OnScreen);
    assert_eq!(sync.status().unsaved_characters, 2);
    sync.on(Event::Journalled { seq: 1 }, 1_010);
    assert_eq!(state(&sync), SaveState::OnDevice);
    assert_eq!(sent(&sync.on(Event::Tick, 1_399)), None);
    let effects = sync.on(Event::Tick, 1_400);
    let patch = PatchDraft { writer: "w".into(), base_head: 7, seq: 1, edits: vec![edit] };
    assert_eq!(effects, [Effect::Send(patch.clone())]);
    assert_eq!(state(&sync), SaveState::Sending);
    let effects = sync.on(receipt(&patch, Chain::start("")), 1_500);
    assert_eq!(effects, [Effect::TrimJournal { through: 1, head: 8, hash: Chain::start("").next(&patch.edits) }]);
    let status = sync.status();
    assert_eq!((status.state, status.acked, status.unsaved_characters), (SaveState::Saved, 1, 0));
    assert_eq!(status.saved_at, Some(1_234));
}

#[test]
fn e3_what_is_typed_during_a_save_stays_unsaved() {
    let (mut sync, patch) = in_flight();
    sync.on(typed(1, "b"), 450);
    assert_eq!(state(&sync), SaveState::Sending);
    let effects = sync.on(receipt(&patch, Chain::start("")), 500);
    assert_eq!(state(&sync), SaveState::OnScreen);
    assert_eq!(sent(&effects), None);
    let effects = sync.on(Event::Tick, 850);
    assert_eq!(sent(&effects).map(|patch| (patch.base_head, patch.seq)), Some((8, 2)));
}

#[test]
fn e4_constant_typing_is_saved_every_two_seconds() {
    let mut sync = machine();
    let (mut hash, mut saves) = (Chain::start(""), 0);
    for step in 0..600_u32 {
        let now = u64::from(step) * 100;
        let effects = sync.on(typed(step, "x"), now);
        if let Some(patch) = sent(&effects).cloned() {
            saves += 1;
            assert!(patch.edits.len() <= 21);
            sync.on(receipt(&patch, hash), now + 50);
            hash = hash.next(&patch.edits);
        }
    }
    assert!((28..=30).contains(&saves), "{saves} saves in a minute without a pause");
}

#[test]
fn e5_a_batch_whose_outcome_is_unknown_is_sent_again_unchanged_and_with_patience() {
    let (mut sync, patch) = in_flight();
    let mut now = 400;
    let mut waits = Vec::new();
    for attempt in 0..12 {
        sync.on(typed(attempt + 1, "more"), now);
        let effects = sync.on(Event::Answered(Answer::Failed), now);
        assert_eq!(state(&sync), SaveState::OnScreen);
        let Some(Effect::WakeIn { ms }) = effects.last() else { panic!("{effects:?}") };
        waits.push(*ms);
        assert_eq!(sent(&sync.on(Event::Tick, now + ms - 1)), None);
        now += ms;
        assert_eq!(sent(&sync.on(Event::Tick, now)), Some(&patch));
    }
    assert!(waits.iter().all(|ms| (500..=5_000).contains(ms)), "{waits:?}");
    assert!(waits[0] <= 1_000 && 2_500 <= waits[11]);
}

#[test]
fn the_writer_who_types_or_returns_waits_a_second_for_the_next_attempt_and_not_longer() {
    for event in [typed(1, "b"), Event::Returned] {
        let (mut sync, patch) = in_flight();
        let mut now = 500;
        for _ in 0..6 {
            sync.on(Event::Answered(Answer::Failed), now);
            assert!(sync.status().unreachable);
            assert_eq!(sent(&sync.on(event.clone(), now + 1)), None);
            let sent_again = (now..=now + 1_000).find(|at| sent(&sync.on(Event::Tick, *at)) == Some(&patch));
            now = sent_again.expect("within a second");
        }
        sync.on(Event::Answered(Answer::Failed), now);
        assert_eq!(sent(&sync.on(event, now + 1_000)), Some(&patch));
        sync.on(receipt(&patch, Chain::start("")), now + 1_100);
        assert!(!sync.status().unreachable);
    }
}

#[test]
fn a_server_that_asks_for_fewer_requests_is_not_pressed_by_typing() {
    let (mut sync, patch) = in_flight();
    let mut now = 500;
    let mut longest = 0;
    for _ in 0..12 {
        sync.on(Event::Answered(Answer::RetryAfter { ms: None }), now);
        let before = now;
        while sent(&sync.on(typed(0, "b"), now)) != Some(&patch) {
            now += 50;
        }
        longest = longest.max(now - before);
    }
    assert!((15_000..=30_050).contains(&longest), "{longest}");
}

#[test]
fn the_network_is_back_and_it_is_tried_at_once() {
    let (mut sync, patch) = in_flight();
    sync.on(Event::Answered(Answer::Failed), 500);
    sync.on(Event::Offline, 510);
    assert_eq!(sent(&sync.on(Event::Tick, 5_000)), None);
    assert_eq!(sent(&sync.on(Event::Online, 6_000)), Some(&patch));
}

#[test]
fn a_retry_after_is_kept_even_when_the_page_is_hidden() {
    let (mut sync, patch) = in_flight();
    let effects = sync.on(Event::Answered(Answer::RetryAfter { ms: Some(5_000) }), 500);
    assert_eq!(effects, [Effect::WakeIn { ms: 5_000 }]);
    assert_eq!(sent(&sync.on(Event::Flush, 5_499)), None);
    assert_eq!(sent(&sync.on(Event::Tick, 5_500)), Some(&patch));
}

#[test]
fn flush_does_not_wait_for_quiet() {
    let mut sync = machine();
    sync.on(typed(0, "a"), 0);
    assert!(sent(&sync.on(Event::Flush, 1)).is_some());
    assert_eq!(sync.on(Event::Flush, 2), []);
}

#[test]
fn c10_after_the_end_nothing_is_sent_and_c5_a_sign_in_sends_everything_at_once() {
    let (mut sync, patch) = in_flight();
    sync.on(Event::Answered(Answer::SessionEnded(EndReason::Expired)), 500);
    assert_eq!(sync.status().session, Session::Ended(EndReason::Expired));
    for n in 1..=500_u32 {
        let effects = sync.on(typed(n, "x"), 500 + u64::from(n) * 1_000);
        assert!(matches!(effects[..], [Effect::Journal { .. }]), "{effects:?}");
    }
    assert_eq!((state(&sync), sync.status().unsaved_characters), (SaveState::OnScreen, 501));
    assert_eq!(sync.on(Event::Flush, 600_000), []);
    let effects = sync.on(Event::SignedIn { sub: "ada".into() }, 600_001);
    assert_eq!(sent(&effects), Some(&patch));
    let effects = sync.on(receipt(&patch, Chain::start("")), 600_050);
    assert_eq!(sent(&effects).map(|patch| (patch.seq, patch.edits.len())), Some((2, 500)));
}

#[test]
fn e10_after_a_natural_end_one_save_asks_whether_the_server_keeps_it_and_a_no_is_final() {
    for (reason, asks) in [(EndReason::Expired, true), (EndReason::Idle, true), (EndReason::Revoked, false)] {
        let mut sync = machine();
        sync.on(Event::SessionEnded(reason), 0);
        sync.on(typed(0, "a"), 100);
        let effects = sync.on(Event::Tick, 500);
        assert_eq!(sent(&effects).is_some(), asks, "{reason:?}");
        sync.on(Event::Answered(Answer::SessionEnded(reason)), 600);
        sync.on(Event::SessionEnded(reason), 700);
        assert_eq!(sync.on(Event::Flush, 800), [], "{reason:?}");
    }
}

#[test]
fn c7_another_user_seals_the_text_until_the_owner_is_back() {
    for answered in [true, false] {
        let (mut sync, patch) = in_flight();
        if answered {
            let effects = sync.on(Event::Answered(Answer::OtherUser), 500);
            assert!(effects.contains(&Effect::AskSession));
        } else {
            sync.on(Event::Answered(Answer::SessionEnded(EndReason::Expired)), 500);
            sync.on(Event::SignedIn { sub: "eve".into() }, 510);
        }
        assert!(sync.status().sealed);
        for event in [Event::Flush, Event::Online, Event::Tick, Event::SignedIn { sub: "eve".into() }] {
            assert_eq!(sync.on(event, 99_000), []);
        }
        sync.on(Event::SessionEnded(EndReason::Expired), 99_500);
        assert!(sync.status().sealed, "eve's session has ended, ada is not back");
        assert_eq!(sent(&sync.on(Event::SignedIn { sub: "ada".into() }, 100_000)), Some(&patch));
        assert!(!sync.status().sealed);
    }
}

#[test]
fn a_document_that_is_not_there_is_asked_about_before_it_is_believed() {
    let (mut sync, patch) = in_flight();
    assert!(sync.on(Event::Answered(Answer::NotFound), 500).contains(&Effect::AskSession));
    assert_eq!(sync.status().session, Session::Unknown);
    assert_eq!(sent(&sync.on(Event::SignedIn { sub: "ada".into() }, 600)), Some(&patch));
    let effects = sync.on(Event::Answered(Answer::NotFound), 700);
    assert_eq!(alarms(&effects), [Alarm::Rejected(Code::NotFound)]);
    assert_eq!(state(&sync), SaveState::CannotSave);
    // Out of the trash again: nobody has to type for it to be saved.
    assert_eq!(sent(&sync.on(Event::Tick, 60_000)), None);
    assert_eq!(sent(&sync.on(Event::PlaceChanged, 60_001)), Some(&patch));
    sync.on(receipt(&patch, Chain::start("")), 60_100);
    assert_eq!(state(&sync), SaveState::Saved);
}

#[test]
fn a_batch_that_is_refused_is_told_and_tried_again_only_when_something_changed_and_not_at_once() {
    let (mut sync, _) = in_flight();
    let effects = sync.on(Event::Answered(Answer::Rejected(Code::TooLarge)), 500);
    assert_eq!(effects, [Effect::Alarm(Alarm::Rejected(Code::TooLarge))]);
    assert_eq!(state(&sync), SaveState::CannotSave);
    assert_eq!(sync.on(Event::Tick, 100_000), []);
    let effects = sync.on(Event::Typed(Edit { at: 0, deleted: 1, inserted: String::new() }), 100_001);
    assert_eq!(sent(&effects).map(|patch| patch.edits.len()), Some(2), "the deletion goes with it");
    sync.on(Event::Answered(Answer::Rejected(Code::TooLarge)), 100_500);
    assert_eq!(sent(&sync.on(typed(0, "b"), 100_501)), None);
    assert_eq!(sent(&sync.on(Event::Tick, 130_499)), None);
    assert!(sent(&sync.on(Event::Tick, 130_500)).is_some());
}

#[test]
fn e13_a_full_disk_is_told_and_tried_again_within_two_seconds_for_ever() {
    let (mut sync, patch) = in_flight();
    let mut now = 400;
    for _ in 0..20 {
        let effects = sync.on(Event::Answered(Answer::CannotSave { ms: None }), now);
        assert_eq!(state(&sync), SaveState::CannotSave);
        let Some(Effect::WakeIn { ms }) = effects.last() else { panic!("{effects:?}") };
        assert!(*ms <= 2_000);
        now += ms;
        assert_eq!(sent(&sync.on(Event::Tick, now)), Some(&patch));
    }
    sync.on(receipt(&patch, Chain::start("")), now);
    assert_eq!(state(&sync), SaveState::Saved);
}

#[test]
fn e11_a_receipt_that_does_not_cover_what_was_sent_or_has_another_hash_is_not_believed() {
    let wrong = [
        (Alarm::ServerLostEdits, 7, 1, true),
        (Alarm::ServerLostEdits, 8, 0, true),
        (Alarm::ServerLostEdits, 8, 2, true),
        (Alarm::HashMismatch, 8, 1, false),
    ];
    for (alarm, head, acked_seq, right_hash) in wrong {
        let (mut sync, patch) = in_flight();
        let hash = Chain::start("").next(if right_hash { &patch.edits } else { &[] }).hex();
        let answer = Answer::Receipt(Receipt { head, acked_seq, hash, saved_at: 1 });
        assert_eq!(alarms(&sync.on(Event::Answered(answer), 500)), [alarm]);
        assert_eq!((state(&sync), sync.status().acked), (SaveState::CannotSave, 0));
        sync.on(Event::Flush, 510);
        assert_eq!(sent(&sync.on(Event::Tick, 30_500)), Some(&patch));
    }
}

#[test]
fn every_code_becomes_one_answer() {
    assert_eq!(Answer::from_code(Code::Expired, None), Answer::SessionEnded(EndReason::Expired));
    assert_eq!(Answer::from_code(Code::OtherUser, None), Answer::OtherUser);
    assert_eq!(Answer::from_code(Code::TooManyRequests, Some(5)), Answer::RetryAfter { ms: Some(5) });
    assert_eq!(Answer::from_code(Code::CannotSave, None), Answer::CannotSave { ms: None });
    assert_eq!(Answer::from_code(Code::Internal, None), Answer::Failed);
    assert_eq!(Answer::from_code(Code::SeqGap, None), Answer::Rejected(Code::SeqGap));
}

#[test]
fn a_journal_that_works_again_gets_everything_that_no_receipt_covers() {
    let mut sync = machine();
    sync.on(typed(0, "a"), 0);
    let edits = vec![Edit { at: 0, deleted: 0, inserted: "a".to_owned() }];
    let all = Effect::RewriteJournal { through: 0, head: 7, hash: Chain::start(""), edits };
    assert_eq!(sync.on(Event::JournalAgain, 1), [all]);
}
