//! Everything a writer has, as one file.

use std::io::{Cursor, Read as _};

use serde_json::json;

use crate::harness::{ADA, Answer, BOB, TestApp};
use crate::import::import;

fn archive(answer: &Answer) -> zip::ZipArchive<Cursor<Vec<u8>>> {
    zip::ZipArchive::new(Cursor::new(answer.body.to_vec())).expect("a whole zip")
}

/// Names and contents of the files in the zip, in its order.
fn files(answer: &Answer) -> Vec<(String, String)> {
    assert_eq!((answer.status, answer.header("content-type")), (200, Some("application/zip")));
    let mut zip = archive(answer);
    let mut files = Vec::new();
    for index in 0..zip.len() {
        let mut file = zip.by_index(index).expect("a file");
        let name = file.name().expect("a name").into_owned();
        let mut text = String::new();
        file.read_to_string(&mut text).expect("a text");
        files.push((name, text));
    }
    files.sort();
    files
}

#[tokio::test]
async fn an_export_has_every_document_of_the_user_and_nobody_elses() {
    let app = TestApp::start().await;
    let (ada, bob) = (app.signed_in(ADA).await, app.signed_in(BOB).await);
    assert_eq!(files(&ada.get("/api/export").await), [], "an empty one opens, too");
    let long = "The harbour lay still. 😀\n".repeat(20_000);
    for (title, text) in [("Letter", "one"), ("letter", "two"), ("../Über", "three\n"), ("Long", long.as_str())] {
        assert_eq!(ada.post("/api/documents", &json!({"title": title, "text": text})).await.status, 201);
    }
    let id = ada.new_document("in the trash").await;
    assert_eq!(ada.delete(&format!("/api/documents/{id}")).await.status, 204);
    bob.new_document("Bobs words").await;

    let answer = ada.get("/api/export").await;
    assert_eq!(answer.header("content-disposition"), Some("attachment; filename=\"holdfast-2026-01-15.zip\""));
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    let mut files = files(&answer);
    // Which of two with the same name comes first is the list's to say.
    let is_letter = |(name, _): &(String, String)| name.to_lowercase().starts_with("letter");
    let letters = files.iter().filter(|file| is_letter(file)).count();
    assert!(letters == 2 && files.iter().any(|(name, _)| name.ends_with(" (2).md")), "{files:?}");
    files.retain(|file| !is_letter(file));
    assert_eq!(
        files,
        [("Long.md".to_owned(), long), ("Über.md".to_owned(), "---\ntitle: \"../Über\"\n---\n\nthree\n".to_owned())]
    );
}

#[tokio::test]
async fn an_export_that_is_imported_again_has_the_same_titles_and_texts() {
    let app = TestApp::start().await;
    let (ada, bob) = (app.signed_in(ADA).await, app.signed_in(BOB).await);
    let documents = [
        ("Letter", "plain words"),
        ("letter", "# Another heading\n\nwords"),
        ("Heading: first", "# Heading: first\n\nwords"),
        ("../a \"b\" / c", "\n\nwords\n\n"),
        ("", "words without a title"),
        ("Empty", ""),
        ("Front", "---\ntitle: \"Matter\"\n---\n\nwords"),
    ];
    for (title, text) in documents {
        assert_eq!(ada.post("/api/documents", &json!({"title": title, "text": text})).await.status, 201);
    }
    let first = files(&ada.get("/api/export").await);
    let sent: Vec<(&str, &[u8])> = first.iter().map(|(name, text)| (name.as_str(), text.as_bytes())).collect();
    import(&bob, &sent).await;
    let mut there = Vec::new();
    let list = bob.get("/api/documents").await.json();
    for document in list["documents"].as_array().expect("a list") {
        let text = bob.draft(document["id"].as_str().expect("an id")).await["text"].clone();
        there
            .push((document["title"].as_str().expect("a title").to_owned(), text.as_str().expect("a text").to_owned()));
    }
    there.sort();
    let mut expected = documents.map(|(title, text)| (title.to_owned(), text.to_owned()));
    expected.sort();
    assert_eq!(there, expected);
}

#[tokio::test]
async fn each_file_of_an_export_has_the_time_of_its_documents_last_change() {
    let app = TestApp::start().await;
    let ada = app.signed_in(ADA).await;
    let id = ada.new_document("Hello").await;
    app.clock.advance(time::Duration::minutes(50));
    assert_eq!(ada.save(&id, "w", 0, 1, json!([[5, 0, ", world"]])).await.status, 200);
    let changed = ada.get(&format!("/api/documents/{id}")).await.json()["updated_at"].as_i64().expect("a moment");
    let changed = time::OffsetDateTime::from_unix_timestamp(changed / 1000).expect("a time");
    let mut zip = archive(&ada.get("/api/export").await);
    let file = zip.by_index(0).expect("a file");
    let at = file.last_modified().expect("a time");
    assert_eq!(
        (i32::from(at.year()), at.month(), at.day(), at.hour(), at.minute(), at.second() / 2),
        (changed.year(), changed.month().into(), changed.day(), changed.hour(), changed.minute(), changed.second() / 2)
    );
}

#[tokio::test]
async fn an_export_has_the_draft_as_it_is_now() {
    let app = TestApp::start().await;
    let ada = app.signed_in(ADA).await;
    let id = ada.new_document("Hello").await;
    assert_eq!(ada.save(&id, "w", 0, 1, json!([[5, 0, ", world"]])).await.status, 200);
    assert_eq!(files(&ada.get("/account/export").await), [("A title.md".to_owned(), "Hello, world".to_owned())]);
}

#[tokio::test]
async fn one_document_is_a_markdown_file_with_the_text_as_it_is_now() {
    let app = TestApp::start().await;
    let (ada, bob) = (app.signed_in(ADA).await, app.signed_in(BOB).await);
    let answer = ada.post("/api/documents", &json!({"title": "Über uns", "text": "# Hello\r\n"})).await;
    let id = answer.json()["id"].as_str().expect("an id").to_owned();
    assert_eq!(ada.save(&id, "w", 0, 1, json!([[0, 0, "A word before\n"]])).await.status, 200);
    for path in [format!("/documents/{id}/export"), format!("/api/documents/{id}/export")] {
        let file = ada.get(&path).await;
        assert_eq!((file.status, file.text().as_str()), (200, "A word before\n# Hello\r\n"));
        assert_eq!(file.header("content-type"), Some("text/markdown; charset=utf-8"));
        let name = "attachment; filename=\"_ber uns.md\"; filename*=UTF-8''%C3%9Cber%20uns.md";
        assert_eq!(file.header("content-disposition"), Some(name));
        assert_eq!(bob.get(&path).await.status, 404, "another's is not there");
    }
}
