//! A document as it reads: a page without scripts, and the preview beside the text.

use std::time::Duration;

use http::{HeaderValue, Method};
use serde_json::{Value, json};

use crate::harness::{ADA, BOB, TestApp};

#[tokio::test]
async fn a_draft_is_read_as_a_page_and_as_a_preview_by_its_owner_only() {
    let app = TestApp::start().await;
    let ada = app.signed_in(ADA).await;
    let id = ada.new_document("# Log\n\nThe **lamp**.\n").await;
    let (page, preview) = (format!("/documents/{id}/read"), format!("/documents/{id}/preview"));
    let read = ada.get(&page).await;
    assert_eq!((read.status, read.header("content-type")), (200, Some("text/html; charset=utf-8")));
    assert!(read.text().contains("<h2>Log</h2>\n<p>The <strong>lamp</strong>.</p>"), "{}", read.text());
    let shown = ada.get(&preview).await;
    assert_eq!(shown.json(), json!("<h2>Log</h2>\n<p>The <strong>lamp</strong>.</p>\n"));
    assert_eq!(shown.header("cache-control"), Some("no-store"));

    ada.save(&id, "w", 0, 1, json!([[11, 0, "best "]])).await;
    assert!(ada.get(&preview).await.text().contains("The best <strong>lamp"), "the draft, not the last version");

    let bob = app.signed_in(BOB).await;
    assert_eq!((bob.get(&page).await.status, bob.get(&preview).await.status), (404, 404));
    let stranger = app.browser();
    assert_eq!(stranger.get(&page).await.header("location"), Some(format!("/sign-in?next={page}").as_str()));
    assert_eq!(stranger.get(&preview).await.status, 401);
}

#[tokio::test]
async fn a_text_that_is_too_long_for_a_preview_says_so() {
    let app = TestApp::start().await;
    let ada = app.signed_in(ADA).await;
    let id = ada.new_document(&"word ".repeat(220_000)).await;
    let shown: Value = ada.get(&format!("/documents/{id}/preview")).await.json();
    assert!(shown.as_str().expect("markup").contains("too long for a preview"), "{shown}");
}

/// A13, invariant: what the page asks by itself extends nothing.
#[tokio::test]
async fn a13_looking_at_the_preview_again_is_not_activity() {
    let app = TestApp::start_with(&[("HOLDFAST_IDLE_LIMIT", "15m")]).await;
    let ada = app.signed_in(ADA).await;
    let id = ada.new_document("words").await;
    let preview = format!("/documents/{id}/preview");
    let mut seen = Vec::new();
    for _ in 0..3 {
        app.advance(Duration::from_secs(6 * 60));
        let mut asks = ada.request(Method::GET, &preview, None);
        asks.headers_mut().insert("holdfast-unattended", HeaderValue::from_static("1"));
        seen.push(ada.send(asks).await.status);
    }
    assert_eq!(seen, [200, 200, 401]);
}
