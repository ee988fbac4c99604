//! Saving edits: receipts, retries, conflicts, and everything malformed.

use holdfast::edit::{Edit, rebase};
use holdfast::receipt::Chain;
use serde_json::json;

use crate::harness::{ADA, BOB, TestApp};

#[tokio::test]
async fn a_save_is_answered_by_a_receipt_and_the_text_is_there() {
    let app = TestApp::start().await;
    let ada = app.signed_in(ADA).await;
    let id = ada.new_document("Hello").await;
    let answer = ada.save(&id, "w1", 0, 1, json!([[5, 0, ", world"], [0, 1, "J"]])).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    let receipt = answer.json();
    assert_eq!((receipt["head"].as_u64(), receipt["acked_seq"].as_u64()), (Some(1), Some(2)));
    let edits = [Edit::from((5, 0, ", world".to_owned())), Edit::from((0, 1, "J".to_owned()))];
    assert_eq!(receipt["hash"], Chain::start("Hello").next(&edits).hex(), "the chain that the browser computes too");
    let draft = ada.draft(&id).await;
    assert_eq!(draft["text"], "Jello, world");
    assert_eq!(draft["hash"], receipt["hash"]);
    assert_eq!(draft["text_sha256"], Chain::start("Jello, world").hex());
}

/// E5
#[tokio::test]
async fn a_retry_changes_nothing_and_gets_the_same_receipt() {
    let app = TestApp::start().await;
    let ada = app.signed_in(ADA).await;
    let id = ada.new_document("").await;
    let first = ada.save(&id, "w1", 0, 1, json!([[0, 0, "a"]])).await.json();
    ada.save(&id, "w1", 1, 2, json!([[1, 0, "b"]])).await;
    ada.save(&id, "w2", 2, 1, json!([[2, 0, "c"]])).await;
    for _ in 0..3 {
        let again = ada.save(&id, "w1", 0, 1, json!([[0, 0, "a"]])).await;
        assert_eq!((again.status, again.json()), (200, first.clone()));
    }
    let app = app.restart().await;
    let restarted = app.signed_in(ADA).await;
    let again = restarted.save(&id, "w1", 0, 1, json!([[0, 0, "a"]])).await;
    assert_eq!((again.status, again.json()), (200, first));
    assert_eq!(restarted.draft(&id).await["text"], "abc");
}

/// E6
#[tokio::test]
async fn a_base_that_is_behind_is_answered_with_the_missing_edits() {
    let app = TestApp::start().await;
    let ada = app.signed_in(ADA).await;
    let id = ada.new_document("text").await;
    ada.save(&id, "a", 0, 1, json!([[4, 0, "!"]])).await;
    ada.save(&id, "a", 1, 2, json!([[0, 0, ">"], [1, 0, " "]])).await;
    let answer = ada.save(&id, "b", 0, 1, json!([[4, 0, "?"]])).await;
    assert_eq!((answer.status, answer.code().as_str()), (409, "conflict"));
    let conflict = answer.json();
    assert_eq!(conflict["head"], 2);
    assert_eq!(conflict["edits"], json!([[4, 0, "!"], [0, 0, ">"], [1, 0, " "]]));
    assert_eq!(conflict["batches"][1], json!({"head": 2, "writer": "a", "len": 2}));
    let accepted: Vec<Edit> = serde_json::from_value(conflict["edits"].clone()).expect("edits");
    let mut pending = vec![Edit::from((4, 0, "?".to_owned()))];
    let _for_the_visible_text = rebase(&mut pending, &accepted);
    let answer = ada.save(&id, "b", 2, 1, json!(pending)).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    assert_eq!(ada.draft(&id).await["text"], "> text!?");
}

/// E5, E10: numbers that were accepted in another form (merged out of escrow, or by another tab out of the journal) are
/// told with everything since the base, one's own batches among it, so that the writer can take them off and go on.
#[tokio::test]
async fn e5_numbers_that_were_accepted_in_another_form_are_a_conflict_for_a_base_that_is_behind() {
    let app = TestApp::start().await;
    let ada = app.signed_in(ADA).await;
    let id = ada.new_document("text").await;
    ada.save(&id, "other", 0, 1, json!([[0, 0, "> "]])).await;
    let first = ada.save(&id, "w", 1, 1, json!([[6, 0, "!"], [7, 0, "?"]])).await;
    assert_eq!(first.status, 200, "{first:?}");
    let behind = [json!([[4, 0, "!"], [5, 0, "?"]]), json!([[4, 0, "!"]]), json!([[6, 0, "!"], [7, 0, "?"]])];
    for edits in behind {
        let answer = ada.save(&id, "w", 0, 1, edits.clone()).await;
        assert_eq!((answer.status, answer.code().as_str()), (409, "conflict"), "{edits}");
        let conflict = answer.json();
        assert_eq!((&conflict["head"], &conflict["acked_seq"]), (&json!(2), &json!(2)), "{edits}");
        assert_eq!(conflict["edits"], json!([[0, 0, "> "], [6, 0, "!"], [7, 0, "?"]]), "{edits}");
        let batches = json!([{"head": 1, "writer": "other", "len": 1}, {"head": 2, "writer": "w", "len": 2}]);
        assert_eq!(conflict["batches"], batches, "{edits}");
    }
    let again = ada.save(&id, "w", 1, 1, json!([[6, 0, "!"], [7, 0, "?"]])).await;
    assert_eq!((again.status, again.json()), (200, first.json()), "the same batch on the same base has its receipt");
    let overlap = ada.save(&id, "w", 2, 2, json!([[0, 0, "x"]])).await;
    assert_eq!((overlap.status, overlap.code().as_str()), (422, "seq_overlap"), "nothing to catch up with");
    assert_eq!(ada.draft(&id).await["text"], "> text!?");
}

#[tokio::test]
async fn malformed_edits_are_refused_with_a_stable_code_and_change_nothing() {
    let app = TestApp::start().await;
    let ada = app.signed_in(ADA).await;
    let id = ada.new_document("a😀b").await;
    ada.save(&id, "w", 0, 1, json!([[0, 0, "x"], [1, 0, "y"]])).await;
    let before = ada.draft(&id).await;
    let path = format!("/api/documents/{id}/draft");
    let batch = |writer: &str, base: u64, seq: u64, edits| json!({"writer": writer, "base_head": base, "seq": seq, "edits": edits});
    let refused = [
        (batch("w", 1, 3, json!([[7, 0, "z"]])), 422, "edit_out_of_range"),
        (batch("w", 1, 3, json!([[6, 1, ""]])), 422, "edit_out_of_range"),
        (batch("w", 1, 3, json!([[0, 4_294_967_295_u32, ""]])), 422, "edit_out_of_range"),
        (batch("w", 1, 3, json!([[4, 0, "z"]])), 422, "edit_splits_surrogate"),
        (batch("w", 1, 3, json!([[3, 1, ""]])), 422, "edit_splits_surrogate"),
        (batch("w", 1, 3, json!([[0, 0, "ok"], [99, 0, "z"]])), 422, "edit_out_of_range"),
        (batch("w", 1, 4, json!([[0, 0, "z"]])), 422, "seq_gap"),
        (batch("new", 1, 2, json!([[0, 0, "z"]])), 422, "seq_gap"),
        (batch("w", 1, 2, json!([[0, 0, "z"]])), 422, "seq_overlap"),
        (batch("w", 1, 1, json!([[0, 0, "other"]])), 422, "seq_overlap"),
        (batch("w", 1, 1, json!([[0, 0, "x"], [1, 0, "y"], [2, 0, "z"]])), 422, "seq_overlap"),
        (batch("w", 2, 3, json!([[0, 0, "z"]])), 422, "head_unknown"),
        (batch("w", u64::MAX, 3, json!([[0, 0, "z"]])), 422, "head_unknown"),
        (batch("w", 1, 0, json!([[0, 0, "z"]])), 422, "invalid"),
        (batch("w", 1, u64::MAX, json!([[0, 0, "z"]])), 422, "invalid"),
        (batch("w", 1, 3, json!([])), 422, "invalid"),
        (batch("", 1, 1, json!([[0, 0, "z"]])), 422, "invalid"),
        (batch("not an id", 1, 1, json!([[0, 0, "z"]])), 422, "invalid"),
        (batch(&"w".repeat(65), 1, 1, json!([[0, 0, "z"]])), 422, "invalid"),
        (batch("w", 1, 3, json!([[-1, 0, "z"]])), 400, "malformed"),
        (batch("w", 1, 3, json!([[0, 0, 7]])), 400, "malformed"),
        (batch("w", 1, 3, json!([[0, 0]])), 400, "malformed"),
        (batch("w", 1, 3, json!("edits")), 400, "malformed"),
        (json!({"writer": "w"}), 400, "malformed"),
        (json!({"writer": "w", "base_head": 1, "seq": 3, "edits": [], "owner": "bob"}), 400, "malformed"),
        (json!([]), 400, "malformed"),
    ];
    for (body, status, code) in refused {
        let answer = ada.patch(&path, &body).await;
        assert_eq!((answer.status, answer.code().as_str()), (status, code), "{body}");
    }
    assert_eq!(ada.draft(&id).await, before);
    let answer = ada.save(&id, "w", 1, 3, json!([[6, 0, "!"]])).await;
    assert_eq!(answer.status, 200, "the writer goes on after its mistakes: {answer:?}");
}

#[tokio::test]
async fn a_lone_surrogate_and_a_foreign_content_type_are_refused() {
    let app = TestApp::start().await;
    let ada = app.signed_in(ADA).await;
    let id = ada.new_document("").await;
    let path = format!("/api/documents/{id}/draft");
    let mut request = ada.request(http::Method::PATCH, &path, Some(&json!(null)));
    *request.body_mut() = r#"{"writer":"w","base_head":0,"seq":1,"edits":[[0,0,"\ud83d"]]}"#.into();
    assert_eq!(ada.send(request).await.code(), "malformed");
    let mut request = ada.request(http::Method::PATCH, &path, Some(&json!({"writer": "w"})));
    request.headers_mut().insert("content-type", "text/plain".parse().expect("a header value"));
    let answer = ada.send(request).await;
    assert_eq!((answer.status, answer.code().as_str()), (415, "unsupported_media_type"));
}

#[tokio::test]
async fn a_document_and_a_batch_have_a_limit_and_the_text_is_kept_at_it() {
    let app = TestApp::start().await;
    let ada = app.signed_in(ADA).await;
    let id = ada.new_document(&"x".repeat(10 * 1024 * 1024)).await;
    let answer = ada.save(&id, "w", 0, 1, json!([[0, 0, "y"]])).await;
    assert_eq!((answer.status, answer.code().as_str()), (413, "too_large"));
    assert_eq!(ada.save(&id, "w", 0, 1, json!([[0, 1, "y"]])).await.status, 200, "at the limit there is still editing");
    let answer = ada.save(&id, "w", 1, 2, json!([[0, 0, "z".repeat(1_100_000)]])).await;
    assert_eq!((answer.status, answer.code().as_str()), (413, "too_large"));
    let answer = ada.post("/api/documents", &json!({"text": "x".repeat(10 * 1024 * 1024 + 1)})).await;
    assert_eq!((answer.status, answer.code().as_str()), (413, "too_large"));
}

/// C7, invariant 3
#[tokio::test]
async fn a_strangers_document_is_not_there_whatever_is_done_to_it() {
    let app = TestApp::start().await;
    let (ada, bob) = (app.signed_in(ADA).await, app.signed_in(BOB).await);
    let id = ada.new_document("ada's").await;
    ada.post(&format!("/api/documents/{id}/versions"), &json!({})).await;
    let before = ada.draft(&id).await;
    let unknown = "0123456789abcdef0123456789abcdef";
    for target in [id.as_str(), unknown, "not-an-id", "%00", "0123456789ABCDEF0123456789ABCDEF"] {
        let path = format!("/api/documents/{target}");
        let answers = [
            bob.get(&path).await,
            bob.patch(&path, &json!({"title": "mine"})).await,
            bob.delete(&path).await,
            bob.get(&format!("{path}/draft")).await,
            bob.save(target, "w", 0, 1, json!([[0, 0, "x"]])).await,
            bob.put_text(&format!("{path}/draft"), "\"0\"", "x").await,
            bob.get(&format!("{path}/versions")).await,
            bob.post(&format!("{path}/versions"), &json!({})).await,
            bob.post(&format!("{path}/versions/1/restore"), &json!({})).await,
        ];
        let bodies: Vec<(u16, String)> = answers.iter().map(|answer| (answer.status, answer.code())).collect();
        assert_eq!(bodies, vec![(404, "not_found".to_owned()); 9], "{target}");
    }
    assert_eq!(ada.draft(&id).await, before);
    assert_eq!(bob.get("/api/documents").await.json()["documents"], json!([]));
}

/// C7
#[tokio::test]
async fn a_page_that_writes_for_another_user_is_refused() {
    let app = TestApp::start().await;
    let (ada, bob) = (app.signed_in(ADA).await, app.signed_in(BOB).await);
    let sub = ada.get("/api/session").await.json()["user"]["sub"].as_str().expect("a sub").to_owned();
    let id = bob.new_document("").await;
    let body = json!({"writer": "w", "base_head": 0, "seq": 1, "edits": [[0, 0, "ada's words"]]});
    let mut request = bob.request(http::Method::PATCH, &format!("/api/documents/{id}/draft"), Some(&body));
    request.headers_mut().insert("holdfast-user", sub.parse().expect("a header value"));
    let answer = bob.send(request).await;
    assert_eq!((answer.status, answer.code().as_str()), (403, "other_user"));
    assert_eq!(bob.draft(&id).await["text"], "");
}

#[tokio::test]
async fn a_whole_text_is_taken_only_on_the_head_it_was_made_on() {
    let app = TestApp::start().await;
    let ada = app.signed_in(ADA).await;
    let id = ada.new_document("one two three").await;
    let path = format!("/api/documents/{id}/draft");
    let etag = ada.get(&path).await.header("etag").map(str::to_owned);
    assert_eq!(etag.as_deref(), Some("\"0\""));
    assert_eq!(ada.put_text(&path, "\"0\"", "one 2 three").await.status, 200);
    let answer = ada.put_text(&path, "\"0\"", "stale").await;
    assert_eq!((answer.status, answer.code().as_str()), (412, "head_moved"));
    assert_eq!(ada.put_text(&path, "latest", "x").await.code(), "invalid");
    let without = ada.request(http::Method::PUT, &path, Some(&json!({"text": "x"})));
    let answer = ada.send(without).await;
    assert_eq!((answer.status, answer.code().as_str()), (428, "if_match_required"));
    let conflict = ada.save(&id, "w", 0, 1, json!([[13, 0, "!"]])).await.json();
    assert_eq!(conflict["edits"], json!([[4, 3, "2"]]), "an open editor rebases over one small splice");
    assert_eq!(ada.draft(&id).await["text"], "one 2 three");
}
