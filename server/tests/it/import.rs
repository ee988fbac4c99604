//! Files become documents, each by itself: what is wrong with one is said, and the rest goes on.

use http::{Method, header};
use http_body_util::Full;
use serde_json::{Value, json};

use crate::harness::{ADA, Answer, BOB, Browser, TestApp};

const BOUNDARY: &str = "----a-boundary";

/// A form of files, as a browser sends it.
fn form(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut body = Vec::new();
    for (name, bytes) in files {
        body.extend_from_slice(
            format!(
                "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"files\"; filename=\"{name}\"\r\n\
                 Content-Type: text/plain\r\n\r\n"
            )
            .as_bytes(),
        );
        body.extend_from_slice(bytes);
        body.extend_from_slice(b"\r\n");
    }
    body.extend_from_slice(format!("--{BOUNDARY}--\r\n").as_bytes());
    body
}

async fn send(browser: &Browser, path: &str, body: Vec<u8>) -> Answer {
    let mut request = browser.request(Method::POST, path, None);
    let kind = format!("multipart/form-data; boundary={BOUNDARY}").parse().expect("a header value");
    request.headers_mut().insert(header::CONTENT_TYPE, kind);
    *request.body_mut() = Full::from(body);
    browser.send(request).await
}

pub(crate) async fn import(browser: &Browser, files: &[(&str, &[u8])]) -> Value {
    let answer = send(browser, "/api/import", form(files)).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    answer.json()
}

/// Name and what became of it: `null` for a document.
fn fates(report: &Value) -> Vec<(String, Value)> {
    let files = report["files"].as_array().expect("a list").iter();
    files.map(|file| (file["name"].as_str().expect("a name").to_owned(), file["refused"].clone())).collect()
}

#[tokio::test]
async fn each_file_is_a_document_or_a_clear_word_and_the_rest_goes_on() {
    let app = TestApp::start().await;
    let (ada, bob) = (app.signed_in(ADA).await, app.signed_in(BOB).await);
    let large = vec![b'x'; 11 * 1024 * 1024];
    let one_line = "words and more words ".repeat(50_000);
    let report = import(
        &ada,
        &[
            ("Letter.md", b"# Dear Bob\r\n\r\nhello"),
            ("large.txt", &large),
            ("photo.md", b"\x89PNG\r\n\x1a\n\x00\x00"),
            ("old.txt", b"caf\xe9"),
            ("bomb.zip", b"PK\x03\x04 bomb"),
            ("one line.txt", one_line.as_bytes()),
            ("", b""),
            ("folder/Last.markdown", b""),
        ],
    )
    .await;
    assert_eq!(
        fates(&report),
        [
            ("Letter.md".to_owned(), Value::Null),
            ("large.txt".to_owned(), json!("too_large")),
            ("photo.md".to_owned(), json!("not_text")),
            ("old.txt".to_owned(), json!("not_utf8")),
            ("bomb.zip".to_owned(), json!("kind")),
            ("one line.txt".to_owned(), Value::Null),
            ("Last.markdown".to_owned(), Value::Null),
        ]
    );
    let id = report["files"][0]["document"].as_str().expect("an id");
    assert_eq!(ada.draft(id).await["text"], "# Dear Bob\n\nhello", "line ends as a text area has them");
    let list = ada.get("/api/documents?sort=title").await.json();
    let titles: Vec<&str> =
        list["documents"].as_array().expect("a list").iter().filter_map(|one| one["title"].as_str()).collect();
    assert_eq!(titles, ["Dear Bob", "Last", "one line"], "a heading at the beginning is the title");
    assert_eq!(bob.get("/api/documents").await.json()["total"], 0);
    assert_eq!(ada.get("/api/documents?q=dear").await.json()["total"], 1, "and the search knows them");
}

#[tokio::test]
async fn the_page_without_scripts_says_what_became_of_the_files() {
    let app = TestApp::start().await;
    let ada = app.signed_in(ADA).await;
    let answer = send(&ada, "/import", form(&[("A <b>.md", b"text"), ("<i>.zip", b"PK")])).await;
    assert_eq!(answer.status, 200);
    let page = answer.text();
    assert!(page.contains("1 document imported."), "{page}");
    assert!(
        page.contains("<strong><bdi>&lt;i&gt;.zip</bdi></strong>")
            && page.contains("<p>1 file was not imported:</p>")
            && page.contains("is not a .md or .txt file"),
        "{page}"
    );
    assert!(page.contains(">A &lt;b&gt;</a>"), "{page}");
}

#[tokio::test]
async fn a_thousand_files_at_once_are_a_thousand_documents() {
    let app = TestApp::start().await;
    let ada = app.signed_in(ADA).await;
    let names: Vec<String> = (0..1000).map(|n| format!("File {n}.md")).collect();
    let files: Vec<(&str, &[u8])> = names.iter().map(|name| (name.as_str(), b"a few words".as_slice())).collect();
    let report = import(&ada, &files).await;
    assert_eq!(fates(&report).iter().filter(|(_, refused)| refused.is_null()).count(), 1000);
    assert_eq!(app.number("SELECT count(*) FROM draft_snapshots").await, 1000);
}

#[tokio::test]
async fn more_files_than_are_taken_at_once_are_counted() {
    let app = TestApp::start().await;
    let ada = app.signed_in(ADA).await;
    let files: Vec<(&str, &[u8])> = vec![("a.zip", b""); 10_005];
    let report = import(&ada, &files).await;
    assert_eq!((report["files"].as_array().map(Vec::len), report["left_out"].as_u64()), (Some(10_000), Some(5)));
}

#[tokio::test]
async fn a_body_that_breaks_off_keeps_what_was_whole_and_says_so() {
    let app = TestApp::start().await;
    let ada = app.signed_in(ADA).await;
    let mut body = form(&[("One.md", b"whole"), ("Two.md", b"not whole")]);
    body.truncate(body.len() - 30);
    let report = send(&ada, "/api/import", body).await.json();
    assert_eq!((fates(&report).len(), report["broke_off"].as_str()), (1, Some("malformed")), "{report}");
    assert_eq!(ada.get("/api/documents").await.json()["total"], 1);
    assert_eq!(send(&ada, "/api/import", b"no form".to_vec()).await.code(), "malformed");
    assert_eq!(ada.post("/api/import", &json!({})).await.code(), "unsupported_media_type");
    assert_eq!(app.browser().post("/api/import", &json!({})).await.status, 401);
}
