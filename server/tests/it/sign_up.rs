//! Signing up, and the pages that work without scripts.

use http::Method;
use serde_json::json;

use crate::harness::{ADA, Browser, TestApp};

fn code_for(app: &TestApp, email: &str) -> String {
    let outbox = app.pool().outbox();
    let message = outbox.iter().rev().find(|message| message.to == email).expect("a message");
    message.code.clone()
}

#[tokio::test]
async fn a_user_signs_up_confirms_and_signs_in() {
    let app = TestApp::start().await;
    let eve = app.browser();
    let (email, password) = ("eve@example.com", "Password-3!");
    let weak = eve.post("/api/sign-up", &json!({"email": email, "password": "short"})).await;
    assert_eq!((weak.status, weak.code().as_str()), (400, "weak_password"));
    assert_eq!(eve.post("/api/sign-up", &json!({"email": email, "password": password})).await.status / 100, 2);
    let wrong = eve.post("/api/sign-up/confirm", &json!({"email": email, "code": "000000"})).await;
    assert_eq!((wrong.status, wrong.code().as_str()), (400, "wrong_code"));
    assert_eq!(eve.post("/api/sign-up/resend", &json!({"email": email})).await.status / 100, 2);
    let code = code_for(&app, email);
    assert_eq!(eve.post("/api/sign-up/confirm", &json!({"email": email, "code": code})).await.status / 100, 2);
    assert_eq!(eve.sign_in(email, password).await.status, 200);
}

async fn page(browser: &Browser, path: &str) -> String {
    let answer = browser.get(path).await;
    assert_eq!(answer.status, 200, "{path}: {answer:?}");
    assert_eq!(answer.header("content-type"), Some("text/html; charset=utf-8"));
    answer.text()
}

fn location(answer: &crate::harness::Answer) -> String {
    assert_eq!(answer.status, 303, "{answer:?}");
    answer.header("location").expect("a location").to_owned()
}

/// C1, without scripts: sign up, write, save, sign out, come back.
#[tokio::test]
async fn the_pages_work_without_scripts() {
    let app = TestApp::start().await;
    let eve = app.browser();
    assert_eq!(location(&eve.get("/").await), "/sign-in");
    let fields = [("email", "eve@example.com"), ("password", "Password-3!")];
    assert_eq!(eve.form("/sign-up", &fields).await.status, 200);
    let code = code_for(&app, "eve@example.com");
    let confirmed = eve.form("/sign-up/confirm", &[("email", "eve@example.com"), ("code", &code)]).await;
    let told = confirmed.text();
    assert!(told.contains("Your account is confirmed.") && told.contains(r#"value="eve@example.com""#), "{told}");
    assert_eq!(eve.form("/sign-in", &[("email", "eve@example.com"), ("password", "no")]).await.status, 401);
    assert_eq!(location(&eve.form("/sign-in", &fields).await), "/");
    let editor = location(&eve.form("/documents", &[]).await);
    assert!(page(&eve, &editor).await.contains("<textarea"));
    let fields = [("head", "0"), ("title", "Zeile & <b>"), ("text", "one\r\ntwo 😀"), ("action", "save")];
    let saved = location(&eve.form(&editor, &fields).await);
    assert!(page(&eve, &saved).await.contains("one\ntwo 😀"));
    let id = editor.trim_start_matches("/documents/").to_owned();
    assert_eq!(eve.draft(&id).await["text"], "one\ntwo 😀");
    assert!(page(&eve, "/").await.contains("Zeile &amp; &lt;b&gt;"));
    assert_eq!(location(&eve.form("/sign-out", &[]).await), "/sign-in?out=1");
    assert!(page(&eve, "/sign-in?out=1").await.contains("You are signed out."));
    assert_eq!(location(&eve.get(&editor).await), format!("/sign-in?next={editor}"));
    let fields = [("email", "eve@example.com"), ("password", "Password-3!"), ("next", editor.as_str())];
    assert_eq!(location(&eve.form("/sign-in", &fields).await), editor);
    let fields = [("email", "eve@example.com"), ("password", "Password-3!"), ("next", "//evil.example")];
    assert_eq!(location(&eve.form("/sign-in", &fields).await), "/", "only our own pages are gone on to");
}

/// E7 without scripts: a form made on an older head is merged, and where that head is no longer known it is kept.
#[tokio::test]
async fn a_form_that_was_overtaken_is_merged_and_never_dropped() {
    let app = TestApp::start().await;
    let ada = app.signed_in(ADA).await;
    let id = ada.new_document("first\nsecond").await;
    ada.save(&id, "w", 0, 1, json!([[0, 5, "FIRST"]])).await;
    let fields = [("head", "0"), ("title", "t"), ("text", "first\r\nsecond line"), ("action", "save")];
    let answer = ada.form(&format!("/documents/{id}"), &fields).await;
    assert_eq!(location(&answer), format!("/documents/{id}?notice=merged"));
    assert_eq!(ada.draft(&id).await["text"], "FIRST\nsecond line");
    let fields_again = [("head", "2"), ("title", "t"), ("text", "FIRST\r\nsecond line!")];
    for _double_click in 0..2 {
        assert_eq!(ada.form(&format!("/documents/{id}"), &fields_again).await.status, 303);
    }
    assert_eq!(ada.draft(&id).await["text"], "FIRST\nsecond line!", "a double click is one save");
    ada.save(&id, "w", 3, 2, json!([[17, 1, ""]])).await;
    app.execute("UPDATE draft_snapshots SET head = 4, text = 'FIRST' || char(10) || 'second line'").await;
    let answer = ada.form(&format!("/documents/{id}"), &fields).await;
    assert_eq!(location(&answer), format!("/documents/{id}?notice=version"));
    let versions = ada.get(&format!("/api/documents/{id}/versions")).await.json();
    assert_eq!(versions["versions"][0]["length"], "first\nsecond line".len());
    assert_eq!(ada.draft(&id).await["text"], "FIRST\nsecond line");
}

#[tokio::test]
async fn a_wrong_path_is_a_page_for_people_and_a_problem_for_programs() {
    let app = TestApp::start().await;
    let browser = app.browser();
    let mut request = browser.request(Method::GET, "/nowhere", None);
    request.headers_mut().insert("accept", "text/html,*/*".parse().expect("a header value"));
    let answer = browser.send(request).await;
    assert_eq!((answer.status, answer.header("content-type")), (404, Some("text/html; charset=utf-8")));
    assert_eq!(browser.get("/nowhere").await.code(), "not_found");
}

/// C13, WCAG technique G181: a form that is posted when the sign-in has ended carries its text through the next one. It
/// is saved for its owner; another user who signs in on that page gets nothing of it into their documents.
#[tokio::test]
async fn c13_a_form_posted_after_the_end_is_saved_after_the_next_sign_in() {
    let app = TestApp::start().await;
    let ada = app.signed_in(ADA).await;
    let id = ada.new_document("").await;
    app.advance(std::time::Duration::from_secs(48 * 3600));
    let text = "late\r\n\"words\" & <more> 😀";
    let fields = [("head", "0"), ("title", "Late"), ("text", text), ("action", "save")];
    let carried = ada.form(&format!("/documents/{id}"), &fields).await;
    assert_eq!(carried.status, 401, "{carried:?}");
    assert!(carried.text().contains("&lt;more&gt;") || carried.text().contains("<more>"), "the text is in the form");
    assert!(!carried.text().contains("value=\"late\r\n\"words"), "and cannot break out of it");
    let next = format!("/documents/{id}");
    let sign_in = |(email, password): (&'static str, &'static str)| {
        vec![
            ("email", email),
            ("password", password),
            ("next", next.as_str()),
            ("document", id.as_str()),
            ("head", "0"),
            ("title", "Late"),
            ("text", text),
        ]
    };
    let bob = app.browser();
    let refused = bob.form("/sign-in", &sign_in(crate::harness::BOB)).await;
    assert_eq!(refused.status, 403, "{refused:?}");
    assert!(refused.text().contains("name=\"text\""), "the text goes on waiting for its owner");
    assert_eq!(bob.get("/api/documents").await.json()["documents"], json!([]));
    assert_eq!(location(&ada.form("/sign-in", &sign_in(ADA)).await), next);
    assert_eq!(ada.draft(&id).await["text"], "late\n\"words\" & <more> 😀");
}
