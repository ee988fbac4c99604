//! A history is as long as its owner likes; an answer is not. Nor is a batch.

use holdfast::edit::{Edit, rebase};
use serde_json::{Value, json};
use std::time::Duration;

use crate::harness::{ADA, Answer, Browser, TestApp};

/// What an answer about missing edits may weigh: a part of at most 1 MiB, and the members around it.
const MOST: usize = 1024 * 1024 + 4096;

/// Six batches of 400 KB, one after the other, by another writer.
async fn history(ada: &Browser) -> String {
    let id = ada.new_document("begin|end").await;
    // So that the text at head 0 can be told for certain, however far the snapshot has moved on.
    assert_eq!(ada.post(&format!("/api/documents/{id}/versions"), &json!({})).await.status, 201);
    for n in 0..6_u64 {
        let words = char::from(b'a' + u8::try_from(n).expect("small")).to_string().repeat(400_000);
        assert_eq!(ada.save(&id, "a", n, n + 1, json!([[0, 0, words]])).await.status, 200);
    }
    id
}

fn edits(answer: &Answer) -> Vec<Edit> {
    serde_json::from_value(answer.json()["edits"].clone()).expect("edits")
}

/// E6, E8
#[tokio::test]
async fn e6_a_conflict_over_a_long_history_is_bounded_and_is_rebased_over_in_rounds() {
    let app = TestApp::start().await;
    let ada = app.signed_in(ADA).await;
    let id = history(&ada).await;
    // What was missed is old enough for both sides to be kept: once, not at every round.
    app.advance(Duration::from_secs(11 * 60));
    let (mut head, mut pending, mut rounds) = (0, vec![Edit::from((6, 0, "mine, ".to_owned()))], 0);
    let receipt = loop {
        let answer = ada.save(&id, "b", head, 1, json!(pending)).await;
        if answer.status == 200 {
            break answer.json();
        }
        assert_eq!((answer.status, answer.code().as_str()), (409, "conflict"));
        assert!(answer.body.len() <= MOST, "{} bytes", answer.body.len());
        let told = answer.json();
        let last = &told["batches"].as_array().expect("batches").last().expect("one at least")["head"];
        assert_eq!(&told["head"], last, "all members are as at the end of the part");
        assert_eq!(told["acked_seq"], 0);
        assert_eq!(told["more"], json!(told["head"] != 6));
        if rounds == 0 {
            assert_eq!(told["sides"], json!({"yours": 3, "draft": 2}), "where the two can be compared");
        } else {
            assert_eq!(told["sides"], Value::Null);
        }
        let _for_the_visible_text = rebase(&mut pending, &edits(&answer));
        head = told["head"].as_u64().expect("a head");
        rounds += 1;
    };
    assert_eq!((rounds, &receipt["head"]), (3, &json!(7)));
    let text = ada.draft(&id).await["text"].as_str().expect("a text").to_owned();
    assert!(text.ends_with("begin|mine, end") && text.len() == 6 * 400_000 + 15);
    let versions = ada.get(&format!("/api/documents/{id}/versions")).await.json();
    let kinds: Vec<&str> = versions["versions"]
        .as_array()
        .expect("versions")
        .iter()
        .filter_map(|version| version["kind"].as_str())
        .filter(|kind| ["merge", "divergent"].contains(kind))
        .collect();
    assert_eq!(kinds, ["divergent", "merge"]);
    let page = ada.get(&format!("/documents/{id}/versions/3/changes?with=2")).await;
    assert_eq!(page.status, 200);
    assert!(page.text().contains("What is different in"), "E8: the review is a page of its own");
    assert_eq!(ada.get(&format!("/documents/{id}/versions/3/changes?with=9")).await.status, 404);
}

/// A writer whose own batches are spread over the parts takes off in each what is in it.
#[tokio::test]
async fn own_batches_within_a_long_history_are_counted_up_to_the_part_that_is_told() {
    let app = TestApp::start().await;
    let ada = app.signed_in(ADA).await;
    let id = history(&ada).await;
    assert_eq!(ada.save(&id, "b", 6, 1, json!([[0, 0, "1"]])).await.status, 200);
    let path = format!("/api/documents/{id}/edits?writer=b&since=");
    let (mut since, mut told) = (0, Vec::new());
    loop {
        let answer = ada.get(&format!("{path}{since}")).await;
        assert!(answer.status == 200 && answer.body.len() <= MOST, "{}", answer.status);
        let part = answer.json();
        told.push((part["head"].as_u64(), part["acked_seq"].as_u64(), part["more"].as_bool()));
        since = part["head"].as_u64().expect("a head");
        if part["more"] != json!(true) {
            break;
        }
    }
    let expected = [(2, 0, Some(true)), (4, 0, Some(true)), (7, 1, Some(false))];
    assert_eq!(told, expected.map(|(head, acked, more)| (Some(head), Some(acked), more)));
}

#[tokio::test]
async fn a_batch_with_too_many_edits_is_refused_and_changes_nothing() {
    let app = TestApp::start().await;
    let ada = app.signed_in(ADA).await;
    let id = ada.new_document("").await;
    let many = |count: usize| Value::from(vec![json!([0, 0, "x"]); count]);
    let answer = ada.save(&id, "w", 0, 1, many(10_001)).await;
    assert_eq!((answer.status, answer.code().as_str()), (413, "too_large"));
    assert_eq!(answer.json()["detail"], "a batch has at most 10000 edits");
    assert_eq!(ada.draft(&id).await["head"], 0);
    assert_eq!(ada.save(&id, "w", 0, 1, many(10_000)).await.status, 200);
    // After the session's end it is told as well, so that the page does not wait for a sign-in in vain.
    app.advance(Duration::from_secs(26 * 60 * 60));
    let answer = ada.save(&id, "w", 1, 10_001, many(10_001)).await;
    assert_eq!((answer.status, answer.code().as_str()), (413, "too_large"));
}
