//! What is merged when the user is back, and in which form.

use std::time::Duration;

use holdfast::edit::{Edit, apply_to};
use serde_json::{Value, json};

use super::{DAY, HOUR, expired, in_escrow, kept};
use crate::harness::{ADA, BOB, TestApp, eventually};

/// E10, C11, A17: 202 with the dead cookie, revealed to nobody, not even to that cookie; the owner gets it at the next
/// sign-in, from another device, and nobody else does.
#[tokio::test]
async fn e10_a_save_after_the_deadline_is_kept_for_its_owner_and_merged_at_the_next_sign_in_from_any_device() {
    let app = TestApp::start().await;
    let (desk, id) = expired(&app, "text").await;
    kept(&desk.save(&id, "w", 0, 1, json!([[4, 0, " and"], [8, 0, " more"]])).await, 2);
    kept(&desk.save(&id, "w", 0, 3, json!([[13, 0, "!"]])).await, 3);
    assert_eq!(desk.get(&format!("/api/documents/{id}/draft")).await.code(), "expired");
    assert_eq!(app.number("SELECT head FROM drafts").await, 0, "nothing is merged before somebody signs in");

    let bob = app.signed_in(BOB).await;
    assert_eq!(bob.get(&format!("/api/documents/{id}/draft")).await.code(), "not_found");
    assert_eq!(app.number("SELECT head FROM drafts").await, 0, "nor when somebody else does");

    let phone = app.signed_in(ADA).await;
    assert_eq!(app.number("SELECT head FROM drafts").await, 2, "merged before the sign-in is answered");
    assert_eq!(phone.draft(&id).await["text"], "text and more!");
}

/// E10, E5: the tab that comes back sends what it sent before, and gets receipts; nothing is doubled.
#[tokio::test]
async fn e10_the_tab_that_comes_back_finds_its_own_batches() {
    let app = TestApp::start().await;
    let (desk, id) = expired(&app, "").await;
    kept(&desk.save(&id, "w", 0, 1, json!([[0, 0, "a"]])).await, 1);
    kept(&desk.save(&id, "w", 0, 2, json!([[1, 0, "b"]])).await, 2);
    desk.sign_in(ADA.0, ADA.1).await;
    let first = desk.save(&id, "w", 0, 1, json!([[0, 0, "a"]])).await;
    assert_eq!((first.status, &first.json()["head"]), (200, &json!(1)));
    let second = desk.save(&id, "w", 1, 2, json!([[1, 0, "b"]])).await;
    assert_eq!((second.status, &second.json()["head"]), (200, &json!(2)));
    let third = desk.save(&id, "w", 2, 3, json!([[2, 0, "c"]])).await;
    assert_eq!(third.status, 200, "{third:?}");
    assert_eq!(desk.draft(&id).await["text"], "abc");
}

/// E10, E6: another device has gone on meanwhile. Nothing of either is lost, and the tab that comes back catches up.
#[tokio::test]
async fn e10_what_another_device_wrote_meanwhile_is_merged_with_it() {
    let app = TestApp::start().await;
    let desk = app.signed_in(ADA).await;
    let id = desk.new_document("one two").await;
    app.advance(12 * HOUR);
    // The phone has been signed in since before the desk's end: that is no sign-in after it.
    let phone = app.signed_in(ADA).await;
    app.advance(12 * HOUR);
    assert_eq!(phone.save(&id, "phone", 0, 1, json!([[0, 0, "> "], [5, 1, "-"]])).await.status, 200);
    kept(&desk.save(&id, "desk", 0, 1, json!([[3, 0, " and a half"]])).await, 1);
    kept(&desk.save(&id, "desk", 0, 2, json!([[18, 0, "."]])).await, 2);
    assert_eq!(phone.save(&id, "phone", 1, 3, json!([[9, 0, "?"]])).await.status, 200);
    let tablet = app.signed_in(ADA).await;
    let text = tablet.draft(&id).await["text"].as_str().expect("a text").to_owned();
    for words in ["> one", " and a half", "-", "two", ".", "?"] {
        assert_eq!(text.matches(words).count(), 1, "{words:?} in {text:?}");
    }
    desk.sign_in(ADA.0, ADA.1).await;
    let conflict = desk.save(&id, "desk", 0, 1, json!([[3, 0, " and a half"]])).await;
    assert_eq!((conflict.status, &conflict.json()["acked_seq"]), (409, &json!(2)));
    let edits: Vec<Edit> = serde_json::from_value(conflict.json()["edits"].clone()).expect("edits");
    assert_eq!(apply_to("one two", &edits).as_deref(), Ok(text.as_str()), "everything since the base");
    assert_eq!(desk.draft(&id).await["text"], text, "nothing is doubled");
}

/// E10: a save that lands after the merge of a sign-in (the tab has yet to learn of it, or its request was slow) is merged
/// when it is noticed, and does not wait for the next sign-in.
#[tokio::test]
async fn e10_a_late_save_that_lands_after_the_sign_ins_merge_is_merged_at_once() {
    let app = TestApp::start().await;
    let (desk, id) = expired(&app, "text").await;
    let late = desk.copy();
    assert_eq!(desk.sign_in(ADA.0, ADA.1).await.status, 200);
    kept(&late.save(&id, "w", 0, 1, json!([[4, 0, ", late"]])).await, 1);
    eventually("it is in the draft", || async { desk.draft(&id).await["text"] == "text, late" }).await;
    let again = desk.save(&id, "w", 0, 1, json!([[4, 0, ", late"]])).await;
    assert_eq!(
        (again.status, &again.json()["head"]),
        (200, &json!(1)),
        "the tab that sends it itself gets its receipt"
    );
}

/// E10: the tab goes on typing with its dead cookie after another device's sign-in has merged what it sent before.
#[tokio::test]
async fn e10_what_comes_after_a_merge_is_merged_on_top_of_it() {
    let app = TestApp::start().await;
    let (desk, id) = expired(&app, "").await;
    kept(&desk.save(&id, "w", 0, 1, json!([[0, 0, "one"]])).await, 1);
    let phone = app.signed_in(ADA).await;
    assert_eq!(phone.save(&id, "phone", 1, 1, json!([[0, 0, "phone "]])).await.status, 200);
    kept(&desk.save(&id, "w", 0, 2, json!([[3, 0, " two"]])).await, 2);
    let tablet = app.signed_in(ADA).await;
    assert_eq!(tablet.draft(&id).await["text"], "phone one two");
}

/// E5: the same batch again changes nothing, and what was accepted before the end is not taken twice.
#[tokio::test]
async fn e10_a_copy_changes_nothing() {
    let app = TestApp::start().await;
    let desk = app.signed_in(ADA).await;
    let id = desk.new_document("").await;
    assert_eq!(desk.save(&id, "w", 0, 1, json!([[0, 0, "a"]])).await.status, 200, "and the answer is lost");
    app.advance(DAY);
    for _ in 0..3 {
        kept(&desk.save(&id, "w", 0, 1, json!([[0, 0, "a"]])).await, 1);
        kept(&desk.save(&id, "w", 0, 2, json!([[1, 0, "b"]])).await, 2);
    }
    assert_eq!(in_escrow(&app).await, 2);
    assert_eq!(app.signed_in(ADA).await.draft(&id).await["text"], "ab");
    kept(&desk.save(&id, "w", 0, 2, json!([[1, 0, "b"]])).await, 2);
    assert_eq!(app.signed_in(ADA).await.draft(&id).await["text"], "ab");
}

/// A late copy: the writer was answered 409 and has rebased its batch since; a copy of the old form arrives after the end.
#[tokio::test]
async fn e10_a_copy_of_what_its_writer_has_rebased_since_is_not_taken() {
    let app = TestApp::start().await;
    let desk = app.signed_in(ADA).await;
    let id = desk.new_document("text").await;
    assert_eq!(desk.save(&id, "other", 0, 1, json!([[0, 0, "> "]])).await.status, 200);
    assert_eq!(desk.save(&id, "w", 0, 1, json!([[4, 0, "!"]])).await.status, 409);
    app.advance(DAY);
    assert_eq!(desk.save(&id, "w", 0, 1, json!([[4, 0, "!"]])).await.code(), "expired");
    assert_eq!(in_escrow(&app).await, 0);
    kept(&desk.save(&id, "w", 1, 1, json!([[6, 0, "!"], [7, 0, "?"]])).await, 2);
    assert_eq!(app.signed_in(ADA).await.draft(&id).await["text"], "> text!?");
}

/// What cannot be merged is not dropped: it is a version of the document.
#[tokio::test]
async fn e10_what_cannot_be_merged_is_kept_aside_as_a_version() {
    let app = TestApp::start().await;
    let (desk, id) = expired(&app, "text").await;
    kept(&desk.save(&id, "gap", 0, 2, json!([[4, 0, " lost?"]])).await, 2);
    kept(&desk.save(&id, "outside", 0, 1, json!([[99, 0, "out there"]])).await, 1);
    let phone = app.signed_in(ADA).await;
    assert_eq!(phone.draft(&id).await["text"], "text");
    let aside = || async {
        let versions = phone.get(&format!("/api/documents/{id}/versions")).await.json()["versions"].clone();
        let is_aside = |version: &&Value| version["name"] == "Kept aside: typed after the sign-in had ended";
        versions.as_array().expect("versions").iter().filter(is_aside).map(|version| version["n"].clone()).collect()
    };
    let kept_aside: Vec<Value> = aside().await;
    assert_eq!(kept_aside, [json!(2), json!(1)]);
    for (n, expected) in [(1, "text lost?"), (2, "out there")] {
        assert_eq!(phone.post(&format!("/api/documents/{id}/versions/{n}/restore"), &Value::Null).await.status, 200);
        assert_eq!(phone.draft(&id).await["text"], expected);
    }
    app.signed_in(ADA).await;
    assert_eq!(aside().await, kept_aside, "once");
}

/// More batches than are merged in one piece of work, over what another device wrote: all of them, in their order, once.
#[tokio::test]
async fn e10_many_batches_are_merged_in_several_pieces_of_work() {
    let app = TestApp::start().await;
    let (desk, id) = expired(&app, "").await;
    for n in 0..600_u32 {
        if n % 100 == 0 {
            app.advance(Duration::from_secs(60));
        }
        let answer = desk.save(&id, "w", 0, u64::from(n) + 1, json!([[4 * n, 0, format!("{n:03} ")]])).await;
        kept(&answer, u64::from(n) + 1);
    }
    let phone = app.signed_in(ADA).await;
    assert_eq!(app.number("SELECT count(*) FROM draft_batches").await, 600);
    assert_eq!(phone.save(&id, "phone", 600, 1, json!([[0, 0, "> "]])).await.status, 200);
    kept(&desk.save(&id, "w", 0, 601, json!([[2400, 0, "end"]])).await, 601);
    let text: String = (0..600).map(|n| format!("{n:03} ")).collect();
    assert_eq!(app.signed_in(ADA).await.draft(&id).await["text"], format!("> {text}end"));
}
