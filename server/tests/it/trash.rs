//! The trash: thirty days to think better of it.

use std::time::Duration;

use serde_json::json;

use crate::harness::{ADA, BOB, EventStream, TestApp, eventually};

const DAY: Duration = Duration::from_secs(24 * 3600);

#[tokio::test]
async fn what_was_thrown_away_is_listed_and_comes_back_whole() {
    let app = TestApp::start().await;
    let (ada, bob) = (app.signed_in(ADA).await, app.signed_in(BOB).await);
    let id = ada.new_document("text").await;
    ada.post(&format!("/api/documents/{id}/versions"), &json!({"name": "One"})).await;
    ada.save(&id, "w", 0, 1, json!([[4, 0, "!"]])).await;
    let (before, summary) = (ada.draft(&id).await, ada.get("/api/documents").await.json());
    assert_eq!(ada.get("/api/trash").await.json(), json!({"documents": []}));
    assert_eq!(ada.delete(&format!("/api/documents/{id}")).await.status, 204);

    let trash = ada.get("/api/trash").await.json();
    let line = &trash["documents"][0];
    assert_eq!((&line["id"], &line["title"]), (&json!(id), &json!("A title")));
    let kept = line["purged_at"].as_i64().expect("a moment") - line["trashed_at"].as_i64().expect("a moment");
    assert_eq!(kept, 30 * 24 * 3600 * 1000);
    assert_eq!(bob.get("/api/trash").await.json(), json!({"documents": []}), "another user's trash is another one");
    let restore = format!("/api/trash/{id}/restore");
    assert_eq!(bob.post(&restore, &json!({})).await.code(), "not_found");

    let mut stream = EventStream::open(&ada).await;
    let restored = ada.post(&restore, &json!({})).await;
    let mut listed = summary["documents"][0].clone();
    // What only the list has.
    for member in ["first_line", "in_escrow", "passage"] {
        assert!(listed.as_object_mut().expect("a line").remove(member).is_some(), "{member}");
    }
    assert_eq!((restored.status, restored.json()), (200, listed));
    assert_eq!(stream.next_of("document").await, json!({"document": id}));
    assert_eq!(ada.draft(&id).await, before);
    assert_eq!(ada.get(&format!("/api/documents/{id}/versions/1")).await.json()["text"], "text");
    assert_eq!(ada.save(&id, "w", 1, 2, json!([[0, 0, "x"]])).await.status, 200, "its writer goes on");
    assert_eq!(ada.post(&restore, &json!({})).await.code(), "not_found", "it is not there any more");
}

#[tokio::test]
async fn what_is_in_the_trash_can_be_deleted_for_good_before_its_time() {
    let app = TestApp::start().await;
    let (ada, bob) = (app.signed_in(ADA).await, app.signed_in(BOB).await);
    let (id, kept) = (ada.new_document("text").await, ada.new_document("kept").await);
    ada.save(&id, "w", 0, 1, json!([[4, 0, "!"]])).await;
    ada.post(&format!("/api/documents/{id}/versions"), &json!({})).await;
    let forever = format!("/api/trash/{id}");
    assert_eq!(ada.delete(&forever).await.code(), "not_found", "what is not in the trash is safe from that");
    for id in [&id, &kept] {
        ada.delete(&format!("/api/documents/{id}")).await;
    }
    assert_eq!(bob.delete(&forever).await.code(), "not_found");
    assert_eq!(ada.get("/api/trash").await.json()["documents"].as_array().map(Vec::len), Some(2));

    assert_eq!(ada.delete(&forever).await.status, 204);
    assert_eq!(ada.get("/api/trash").await.json()["documents"].as_array().map(Vec::len), Some(1));
    for table in ["documents", "drafts", "draft_snapshots"] {
        assert_eq!(app.number(&format!("SELECT count(*) FROM {table}")).await, 1, "{table}: without waiting");
    }
    for table in ["draft_batches", "versions"] {
        assert_eq!(app.number(&format!("SELECT count(*) FROM {table}")).await, 0, "{table}");
    }
    assert_eq!(ada.post(&format!("{forever}/restore"), &json!({})).await.code(), "not_found");
    assert_eq!(ada.delete(&forever).await.code(), "not_found");
    assert_eq!(ada.post(&format!("/api/trash/{kept}/restore"), &json!({})).await.status, 200);
    assert_eq!(ada.draft(&kept).await["text"], "kept");
}

#[tokio::test]
async fn after_thirty_days_it_is_deleted_with_everything_that_belongs_to_it() {
    let app = TestApp::start().await;
    let ada = app.signed_in(ADA).await;
    let (id, kept) = (ada.new_document("text").await, ada.new_document("kept").await);
    for head in 0..5_u64 {
        ada.save(&id, "w", head, head + 1, json!([[0, 0, "x"]])).await;
        ada.post(&format!("/api/documents/{id}/versions"), &json!({})).await;
    }
    ada.delete(&format!("/api/documents/{id}")).await;
    app.advance(DAY * 30 - Duration::from_secs(1));
    let ada = app.signed_in(ADA).await;
    assert_eq!(ada.get("/api/trash").await.json()["documents"][0]["id"], json!(id), "the thirtieth day is not over");
    app.advance(Duration::from_secs(1));
    assert_eq!(ada.get("/api/trash").await.json(), json!({"documents": []}));
    assert_eq!(ada.post(&format!("/api/trash/{id}/restore"), &json!({})).await.code(), "not_found", "nor half of it");
    app.advance(Duration::from_secs(3600));
    for table in ["documents", "drafts", "draft_snapshots"] {
        let gone = || async { app.number(&format!("SELECT count(*) FROM {table}")).await == 1 };
        eventually(&format!("{table} hold the other one only"), gone).await;
    }
    for table in ["draft_batches", "versions"] {
        assert_eq!(app.number(&format!("SELECT count(*) FROM {table}")).await, 0, "{table}");
    }
    assert_eq!(ada.draft(&kept).await["text"], "kept");
}
