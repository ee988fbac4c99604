//! Documents, titles, the trash and versions.

use serde_json::json;

use crate::harness::{ADA, TestApp};

#[tokio::test]
async fn a_document_is_made_listed_renamed_and_moved_to_the_trash() {
    let app = TestApp::start().await;
    let ada = app.signed_in(ADA).await;
    let answer = ada.send(ada.request(http::Method::POST, "/api/documents", None)).await;
    assert_eq!(answer.status, 201, "nothing needs to be said about a new document: {answer:?}");
    let first = answer.json()["id"].as_str().expect("an id").to_owned();
    assert_eq!(answer.header("location"), Some(format!("/api/documents/{first}").as_str()));
    app.clock.advance(time::Duration::seconds(1));
    let second = ada.new_document("text").await;
    app.clock.advance(time::Duration::seconds(1));
    let renamed = ada.patch(&format!("/api/documents/{first}"), &json!({"title": "Første"})).await;
    assert_eq!((renamed.status, renamed.json()["title"].as_str()), (200, Some("Første")));
    let list = ada.get("/api/documents").await.json();
    let ids: Vec<&str> =
        list["documents"].as_array().expect("a list").iter().filter_map(|d| d["id"].as_str()).collect();
    assert_eq!(ids, [first.as_str(), second.as_str()], "newest change first");
    assert_eq!(ada.get(&format!("/api/documents/{second}")).await.json()["text"], "text");
    assert_eq!(ada.delete(&format!("/api/documents/{first}")).await.status, 204);
    assert_eq!(ada.delete(&format!("/api/documents/{first}")).await.status, 404);
    assert_eq!(ada.get(&format!("/api/documents/{first}/draft")).await.status, 404);
    assert_eq!(ada.save(&first, "w", 0, 1, json!([[0, 0, "x"]])).await.status, 404, "no save reaches the trash");
}

#[tokio::test]
async fn a_title_is_one_short_line() {
    let app = TestApp::start().await;
    let ada = app.signed_in(ADA).await;
    let id = ada.new_document("").await;
    for title in ["two\nlines", "\u{0}", &"x".repeat(301)] {
        let answer = ada.patch(&format!("/api/documents/{id}"), &json!({"title": title})).await;
        assert_eq!((answer.status, answer.code().as_str()), (422, "invalid"), "{title:?}");
        assert_eq!(ada.post("/api/documents", &json!({"title": title})).await.code(), "invalid", "{title:?}");
    }
    let longest = "ü".repeat(300);
    assert_eq!(ada.patch(&format!("/api/documents/{id}"), &json!({"title": longest})).await.status, 200);
}

#[tokio::test]
async fn a_version_is_saved_listed_and_restored_and_restoring_can_be_undone() {
    let app = TestApp::start().await;
    let ada = app.signed_in(ADA).await;
    let id = ada.new_document("first").await;
    let versions = format!("/api/documents/{id}/versions");
    let unsaved = |list: serde_json::Value| list["documents"][0]["unsaved"].clone();
    assert_eq!(unsaved(ada.get("/api/documents").await.json()), true);
    let one = ada.post(&versions, &json!({"name": "Draft for Bob"})).await;
    assert_eq!((one.status, one.json()["n"].as_u64(), one.json()["length"].as_u64()), (201, Some(1), Some(5)));
    assert_eq!(unsaved(ada.get("/api/documents").await.json()), false);
    ada.save(&id, "w", 0, 1, json!([[0, 5, "second"]])).await;
    assert_eq!(unsaved(ada.get("/api/documents").await.json()), true);
    let two = ada.send(ada.request(http::Method::POST, &versions, None)).await;
    assert_eq!((two.status, two.json()["n"].as_u64()), (201, Some(2)));
    let listed = ada.get(&versions).await.json();
    assert_eq!(listed["versions"][0]["n"], 2);
    assert_eq!(listed["versions"][1]["name"], "Draft for Bob");
    assert_eq!(ada.post(&format!("{versions}/1/restore"), &json!({})).await.status, 200);
    assert_eq!(ada.draft(&id).await["text"], "first");
    assert_eq!(ada.post(&format!("{versions}/2/restore"), &json!({})).await.status, 200);
    assert_eq!(ada.draft(&id).await["text"], "second");
    for missing in ["9", "0", "-1", "x", "18446744073709551615"] {
        assert_eq!(
            ada.post(&format!("{versions}/{missing}/restore"), &json!({})).await.code(),
            "not_found",
            "{missing}"
        );
    }
    assert_eq!(ada.draft(&id).await["text"], "second");
}

#[tokio::test]
async fn an_open_editor_keeps_its_words_over_a_restore() {
    let app = TestApp::start().await;
    let ada = app.signed_in(ADA).await;
    let id = ada.new_document("old").await;
    ada.post(&format!("/api/documents/{id}/versions"), &json!({})).await;
    ada.save(&id, "w", 0, 1, json!([[0, 3, "new"]])).await;
    ada.post(&format!("/api/documents/{id}/versions/1/restore"), &json!({})).await;
    let answer = ada.save(&id, "w", 1, 2, json!([[3, 0, " words"]])).await;
    assert_eq!(answer.status, 409, "told of the restore, not overwritten by it: {answer:?}");
}
