//! F6: practising an expiry. The session is really ended, as if its time were over.

use serde_json::json;

use crate::harness::{ADA, EventStream, TestApp, eventually};

#[tokio::test]
async fn f6_practising_an_expiry_really_ends_the_session_and_only_this_one() {
    let app = TestApp::start().await;
    let (ada, elsewhere) = (app.signed_in(ADA).await, app.signed_in(ADA).await);
    let id = ada.new_document("text").await;
    let editor = format!("/documents/{id}");
    assert!(ada.get(&editor).await.text().contains("action=\"/drill\" data-drill"), "the form is in the header");
    let stream = EventStream::open(&ada).await;

    let mut form = ada.request(http::Method::POST, "/drill", None);
    let asked_on = format!("{}{editor}?notice=saved", app.running.origin);
    form.headers_mut().insert("referer", asked_on.parse().expect("a header value"));
    let answer = ada.send(form).await;
    assert_eq!((answer.status, answer.header("location")), (303, Some(editor.as_str())), "back to where it was asked");
    assert_eq!(answer.header("set-cookie"), None, "the cookie stays: it tells whose session it was, and why it ended");

    assert_eq!(ada.get("/api/session").await.code(), "expired");
    let rest = stream.rest().await;
    assert_eq!(rest.last().map(|event| event.kind.as_str()), Some("session"), "open pages are told");
    assert_eq!(elsewhere.get("/api/session").await.status, 200);
    eventually("its refresh token is taken back", || async { 0 < app.pool().count("RevokeToken") }).await;

    let page = ada.get(&editor).await;
    assert_eq!(page.header("location"), Some(format!("/sign-in?next={editor}").as_str()));
    assert_eq!(
        ada.save(&id, "w", 0, 1, json!([[4, 0, "!"]])).await.status,
        202,
        "what is typed meanwhile is in escrow"
    );
    assert_eq!(ada.sign_in(ADA.0, ADA.1).await.status, 200);
    assert_eq!(ada.draft(&id).await["text"], "text!");
    assert_eq!(ada.save(&id, "w", 1, 2, json!([[5, 0, "?"]])).await.status, 200, "and writing goes on");
}

#[tokio::test]
async fn f6_only_our_own_pages_are_gone_back_to() {
    let app = TestApp::start().await;
    for referrer in ["https://evil.example/", "//evil.example", "/documents/x", ""] {
        let ada = app.signed_in(ADA).await;
        let mut form = ada.request(http::Method::POST, "/drill", None);
        form.headers_mut().insert("referer", referrer.parse().expect("a header value"));
        let answer = ada.send(form).await;
        assert_eq!((answer.status, answer.header("location")), (303, Some("/")), "{referrer}");
    }
    let nobody = app.browser().form("/drill", &[]).await;
    assert_eq!((nobody.status, nobody.header("location")), (303, Some("/sign-in")));
}
