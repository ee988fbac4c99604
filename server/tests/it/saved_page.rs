//! The receipt behind "Saved": what the page says is so, and can be checked as it says.

use std::process::Command;

use serde_json::json;

use crate::harness::{ADA, Browser, TestApp};

async fn saved(browser: &Browser, id: &str) -> String {
    let answer = browser.get(&format!("/documents/{id}/saved")).await;
    assert_eq!((answer.status, answer.header("cache-control")), (200, Some("no-store")), "{answer:?}");
    answer.text()
}

fn sum<'a>(page: &'a str, which: &str) -> &'a str {
    let after = page.split_once(&format!("data-sum=\"{which}\">")).expect("a sum").1;
    after.split('<').next().expect("its end")
}

/// E1: when, how much, both sums; the very command on the page gives the sum of the file that the page links to.
#[tokio::test]
async fn e1_the_receipt_is_true_and_its_command_checks_it() {
    let app = TestApp::start().await;
    let ada = app.signed_in(ADA).await;
    let answer = ada.post("/api/documents", &json!({"title": "Ada's \"log\"", "text": "Grüße 😀\n"})).await;
    let id = answer.json()["id"].as_str().expect("an id").to_owned();
    assert!(saved(&ada, &id).await.contains("None yet"));
    ada.save(&id, "w", 0, 1, json!([[6, 2, "an alle"], [0, 0, "…"]])).await;
    ada.save(&id, "w", 1, 3, json!([[0, 0, "x"]])).await;

    let (page, draft) = (saved(&ada, &id).await, ada.draft(&id).await);
    assert_eq!(
        (sum(&page, "chain"), sum(&page, "text")),
        (draft["hash"].as_str().expect("a hash"), draft["text_sha256"].as_str().expect("a hash"),)
    );
    for words in ["3 edits in 2 saves", "16 characters, 20 bytes", "datetime=\"2026-01-15T09:00:00Z\""] {
        assert!(page.contains(words), "{words}: {page}");
    }

    // As a person does it: the link, a file of that name, the command.
    let link = format!("/documents/{id}/export");
    assert!(page.contains(&format!("href=\"{link}\"")));
    let file = ada.get(&link).await;
    let disposition = file.header("content-disposition").expect("a name").to_owned();
    let command = page.split_once("<pre><code>").expect("a command").1.split('<').next().expect("its end");
    let command = command.replace("&#x27;", "'").replace("&#39;", "'").replace("&quot;", "\"").replace("&amp;", "&");
    let folder = tempfile::tempdir().expect("a folder");
    let name = command.strip_prefix("sha256sum ").expect("a command");
    let wanted = Command::new("sh").args(["-c", &format!("printf %s {name}")]).output().expect("a shell");
    let wanted = String::from_utf8(wanted.stdout).expect("a name");
    assert!(disposition.contains("filename"), "{disposition}");
    std::fs::write(folder.path().join(&wanted), &file.body).expect("writable");
    let told = Command::new("sh").args(["-c", &command]).current_dir(folder.path()).output().expect("a shell");
    let told = String::from_utf8(told.stdout).expect("a text");
    assert_eq!(told.trim_start_matches('\\').split(' ').next(), Some(sum(&page, "text")), "{command}: {told}");
}
