//! History and trash as pages, without scripts: every link is followed and every form is sent as it stands in the page.

use serde_json::json;

use crate::harness::{ADA, Answer, BOB, Browser, TestApp};

async fn page(browser: &Browser, path: &str) -> String {
    let answer = browser.get(path).await;
    assert_eq!((answer.status, answer.header("content-type")), (200, Some("text/html; charset=utf-8")), "{path}");
    answer.text()
}

fn location(answer: &Answer) -> String {
    assert_eq!(answer.status, 303, "{answer:?}");
    answer.header("location").expect("a location").to_owned()
}

/// The `href` or `action` right before this text of a link or a button.
fn target(page: &str, attribute: &str, text: &str) -> String {
    let before = page.split(&format!(">{text}<")).next().filter(|before| before.len() < page.len());
    let before = before.unwrap_or_else(|| panic!("no {text}"));
    let value = before.rsplit(&format!(" {attribute}=\"")).next().expect("an attribute");
    value.split('"').next().expect("a value").to_owned()
}

/// What stands in the page's notice, and after it.
fn notice(page: &str) -> &str {
    page.split_once("class=\"notice\"").expect("a notice").1
}

/// E9, D8, D9: name a version, look at it, see what has changed since, restore it, undo that.
#[tokio::test]
async fn d9_a_version_is_named_compared_restored_and_the_restore_undone() {
    let app = TestApp::start().await;
    let ada = app.signed_in(ADA).await;
    let id = ada.new_document("The boat is red.\n").await;
    let history = target(&page(&ada, &format!("/documents/{id}")).await, "href", "History");
    let save = target(&page(&ada, &history).await, "action", "Save a version");
    assert_eq!(location(&ada.form(&save, &[("name", " Red <boat> ")]).await), history);
    ada.save(&id, "w", 0, 1, json!([[12, 3, "blue"]])).await;

    let listed = page(&ada, &history).await;
    let version = target(&listed, "href", "Red &lt;boat&gt;");
    let text = page(&ada, &version).await;
    assert!(text.contains("The boat is red.\n"), "{text}");
    let changes = page(&ada, &target(&text, "href", "Changes since")).await;
    assert!(changes.contains("red</del>") && changes.contains("blue</ins>"), "{changes}");

    let restored = location(&ada.form(&target(&changes, "action", "Restore"), &[]).await);
    assert_eq!(ada.draft(&id).await["text"], "The boat is red.\n");
    let back = page(&ada, &restored).await;
    let undone = location(&ada.form(&target(notice(&back), "action", "Undo"), &[]).await);
    assert_eq!(ada.draft(&id).await["text"], "The boat is blue.\n");
    assert!(notice(&page(&ada, &undone).await).contains(">Undo<"), "an undo can be undone");
    let listed = page(&ada, &history).await;
    assert!(listed.contains("Before a version was restored") && listed.contains("17 characters"), "{listed}");
}

#[tokio::test]
async fn a_document_goes_to_the_trash_and_comes_back() {
    let app = TestApp::start().await;
    let ada = app.signed_in(ADA).await;
    let id = ada.new_document("text").await;
    let editor = page(&ada, &format!("/documents/{id}")).await;
    let list = location(&ada.form(&target(&editor, "action", "Move to trash"), &[]).await);
    let list = page(&ada, &list).await;
    assert!(list.contains("Moved to the trash.") && !list.contains("A title"), "{list}");
    assert_eq!(location(&ada.form(&target(notice(&list), "action", "Undo"), &[]).await), format!("/documents/{id}"));
    assert_eq!(ada.draft(&id).await["text"], "text");
    ada.delete(&format!("/api/documents/{id}")).await;
    let trash = page(&ada, &target(&page(&ada, "/").await, "href", "Trash")).await;
    assert!(trash.contains("A title") && trash.contains("30 days left"), "{trash}");
    assert_eq!(location(&ada.form(&target(&trash, "action", "Restore"), &[]).await), format!("/documents/{id}"));
    assert!(page(&ada, "/trash").await.contains("The trash is empty."));
}

/// Invariant 3: what is not yours is not there; who is not signed in is sent to sign in, and comes back.
#[tokio::test]
async fn another_users_history_is_not_there() {
    let app = TestApp::start().await;
    let (ada, bob) = (app.signed_in(ADA).await, app.signed_in(BOB).await);
    let id = ada.new_document("secret").await;
    ada.post(&format!("/api/documents/{id}/versions"), &json!({"name": "mine"})).await;
    let before = ada.draft(&id).await;
    for (whose, status) in [(&bob, 404), (&app.browser(), 303)] {
        for path in ["/history", "/versions/1", "/versions/1/changes"].map(|rest| format!("/documents/{id}{rest}")) {
            let answer = whose.get(&path).await;
            assert_eq!(answer.status, status, "{path}");
            assert!(!answer.text().contains("secret") && !answer.text().contains("mine"), "{path}");
            if status == 303 {
                assert_eq!(answer.header("location"), Some(format!("/sign-in?next={path}").as_str()));
            }
        }
        for path in ["/versions", "/versions/1/restore", "/trash"].map(|rest| format!("/documents/{id}{rest}")) {
            assert_eq!(whose.form(&path, &[("name", "x")]).await.status, status, "{path}");
        }
    }
    assert_eq!(ada.draft(&id).await, before);
    ada.delete(&format!("/api/documents/{id}")).await;
    assert_eq!(bob.form(&format!("/trash/{id}/restore"), &[]).await.status, 404);
    assert!(!page(&bob, "/trash").await.contains("A title"));
}
