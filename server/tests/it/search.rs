//! The list and the search: what is shown, whose it is, and that a search sees what a save has just brought.

use serde_json::{Value, json};

use crate::harness::{ADA, BOB, Browser, TestApp, eventually};

/// A query as a form sends it.
fn encoded(typed: &str) -> String {
    typed.bytes().map(|byte| format!("%{byte:02X}")).collect()
}

async fn found(browser: &Browser, typed: &str) -> Vec<String> {
    let answer = browser.get(&format!("/api/documents?q={}", encoded(typed))).await;
    assert_eq!(answer.status, 200, "{typed:?}: {answer:?}");
    titles(&answer.json())
}

fn titles(list: &Value) -> Vec<String> {
    let documents = list["documents"].as_array().expect("a list");
    documents.iter().map(|document| document["title"].as_str().expect("a title").to_owned()).collect()
}

async fn write(browser: &Browser, title: &str, text: &str) -> String {
    let answer = browser.post("/api/documents", &json!({"title": title, "text": text})).await;
    assert_eq!(answer.status, 201, "{answer:?}");
    answer.json()["id"].as_str().expect("an id").to_owned()
}

#[tokio::test]
async fn words_are_found_in_titles_and_texts_without_accents_and_by_their_beginnings() {
    let app = TestApp::start().await;
    let ada = app.signed_in(ADA).await;
    write(&ada, "Harbour log", "The Ärmel of the coat was wet.\nNothing else.").await;
    app.clock.advance(time::Duration::seconds(1));
    write(&ada, "Résumé", "Eight years at the lighthouse, e-mail and all.").await;
    for (typed, expected) in [
        ("harbour", &["Harbour log"][..]),
        ("HARB", &["Harbour log"]),
        ("armel", &["Harbour log"]),
        ("ärm", &["Harbour log"]),
        ("resume", &["Résumé"]),
        ("re\u{301}sume\u{301}", &["Résumé"]),
        ("the", &["Résumé", "Harbour log"]),
        ("light the", &[]),
        ("the light", &["Résumé"]),
        ("e-mail", &["Résumé"]),
        ("", &["Résumé", "Harbour log"]),
        ("  ", &["Résumé", "Harbour log"]),
        ("nowhere", &[]),
        ("!?", &[]),
    ] {
        assert_eq!(found(&ada, typed).await, expected, "{typed:?}");
    }
    let answer = ada.get("/api/documents?q=coat").await.json();
    let found = &answer["documents"][0];
    assert_eq!(found["first_line"], "The Ärmel of the coat was wet.");
    let marked: Vec<&str> = found["passage"]
        .as_array()
        .expect("a passage")
        .iter()
        .filter(|piece| piece["found"] == true)
        .filter_map(|piece| piece["text"].as_str())
        .collect();
    assert_eq!(marked, ["coat"]);
}

#[tokio::test]
async fn lines_and_passages_are_read_without_markdowns_signs() {
    let app = TestApp::start().await;
    let ada = app.signed_in(ADA).await;
    write(&ada, "Trip", "**Bring** the [map](https://maps.example/harbour) - [x]\n\n# Packing\n\n- [ ] a *lamp*").await;
    let page = ada.get("/").await.text();
    assert!(page.contains(">Bring the map - [x]</p>"), "{page}");
    for (typed, line) in [
        ("lamp", ">Bring the map - [x] Packing ☐ a <mark>lamp</mark></p>"),
        ("map", ">Bring the <mark>map</mark> (https://<mark>maps</mark>.example/harbour) - [x] Packing ☐ a lamp</p>"),
        ("harbour", ">Bring the map (https://maps.example/<mark>harbour</mark>) - [x] Packing ☐ a lamp</p>"),
    ] {
        // Hydration's own marks are not read.
        let page = ada.get(&format!("/?q={typed}")).await.text().replace("<!>", "");
        assert!(page.contains(line), "{typed}: {page}");
    }
}

#[tokio::test]
async fn whatever_is_typed_is_words_and_never_an_expression() {
    let app = TestApp::start().await;
    let ada = app.signed_in(ADA).await;
    write(&ada, "One", "a text").await;
    let hostile = [
        "\"",
        "\"\"",
        "a\"b",
        "AND",
        "OR",
        "NOT",
        "NEAR(",
        "title:",
        "text : a",
        "{title text} : a",
        "^a",
        "a*",
        "*",
        "-a",
        "a - b",
        "(",
        "a)",
        "a + b",
        "'",
        "a' OR 1=1 --",
        ";DROP TABLE documents",
        "\u{0}",
        "a\u{0}\"b",
        "\u{202e}a",
        "💬",
        "%",
        "_",
        "\\",
        "[a]",
        "a,b",
        "NOT a",
        "a AND",
        "\u{1}\u{2}\u{3}",
    ];
    for typed in hostile {
        let page = ada.get(&format!("/?q={}", encoded(typed))).await;
        assert_eq!(page.status, 200, "{typed:?}: {}", page.text());
        let _found = found(&ada, typed).await;
    }
    assert_eq!(found(&ada, &"long ".repeat(2000)).await, [] as [&str; 0]);
}

#[tokio::test]
async fn nobody_finds_what_is_anothers_or_in_the_trash() {
    let app = TestApp::start().await;
    let (ada, bob) = (app.signed_in(ADA).await, app.signed_in(BOB).await);
    let id = write(&ada, "Secret", "the password is swordfish").await;
    write(&bob, "Fishing", "a swordfish was seen").await;
    assert_eq!(found(&bob, "swordfish").await, ["Fishing"]);
    assert_eq!(found(&ada, "swordfish").await, ["Secret"]);
    assert_eq!(titles(&bob.get("/api/documents").await.json()), ["Fishing"]);
    assert_eq!(ada.delete(&format!("/api/documents/{id}")).await.status, 204);
    assert_eq!(found(&ada, "swordfish").await, [] as [&str; 0]);
    assert_eq!(ada.post(&format!("/api/trash/{id}/restore"), &json!({})).await.status, 200);
    assert_eq!(found(&ada, "swordfish").await, ["Secret"]);
}

#[tokio::test]
async fn a_search_sees_the_last_save_and_the_last_title_and_forgets_what_they_replaced() {
    let app = TestApp::start().await;
    let ada = app.signed_in(ADA).await;
    let id = write(&ada, "Draft", "first words").await;
    assert_eq!(found(&ada, "first").await, ["Draft"]);
    assert_eq!(ada.save(&id, "w", 0, 1, json!([[0, 5, "second"]])).await.status, 200);
    assert_eq!(app.number("SELECT stale FROM search_documents").await, 1, "a save only marks the document");
    assert_eq!(found(&ada, "second").await, ["Draft"]);
    assert_eq!(app.number("SELECT stale FROM search_documents").await, 0);
    assert_eq!(found(&ada, "first").await, [] as [&str; 0]);
    assert_eq!(ada.patch(&format!("/api/documents/{id}"), &json!({"title": "Letter"})).await.status, 200);
    assert_eq!(found(&ada, "letter").await, ["Letter"]);
    assert_eq!(found(&ada, "draft").await, [] as [&str; 0]);
}

#[tokio::test]
async fn what_is_deleted_for_good_leaves_no_word_behind() {
    let app = TestApp::start().await;
    let ada = app.signed_in(ADA).await;
    let id = write(&ada, "Secret", "swordfish").await;
    assert_eq!(found(&ada, "swordfish").await, ["Secret"]);
    app.execute("PRAGMA foreign_keys = ON; UPDATE documents SET trashed_at = 0").await;
    let app = app.restart().await;
    let gone = || async { app.number("SELECT count(*) FROM documents").await == 0 };
    eventually("the trash is emptied", gone).await;
    for table in ["search_documents", "search_words", "search_owners", "search_words_content"] {
        assert_eq!(app.number(&format!("SELECT count(*) FROM {table}")).await, 0, "{table}, {id}");
    }
    app.execute("INSERT INTO search_words (search_words) VALUES ('integrity-check')").await;
}

#[tokio::test]
async fn the_list_is_sorted_and_comes_in_parts() {
    let app = TestApp::start().await;
    let ada = app.signed_in(ADA).await;
    for title in ["über", "Alpha", "zebra", "", "Éclair"] {
        write(&ada, title, "text").await;
        app.clock.advance(time::Duration::seconds(1));
    }
    let list = |query: &'static str| {
        let ada = ada.clone();
        async move { ada.get(&format!("/api/documents{query}")).await.json() }
    };
    assert_eq!(titles(&list("?sort=title").await), ["Alpha", "Éclair", "über", "zebra", ""]);
    assert_eq!(titles(&list("?sort=changed").await), ["Éclair", "", "zebra", "Alpha", "über"]);
    let part = list("?sort=title&offset=1&limit=2").await;
    assert_eq!((titles(&part), part["total"].as_u64()), (vec!["Éclair".to_owned(), "über".to_owned()], Some(5)));
    assert_eq!(titles(&list("?q=text&sort=title&limit=1").await), ["Alpha"]);
    assert_eq!(titles(&list("?offset=5").await), [] as [&str; 0]);
    for wrong in ["?sort=size", "?offset=-1", "?limit=many"] {
        assert_eq!(ada.get(&format!("/api/documents{wrong}")).await.code(), "invalid", "{wrong}");
        assert_eq!(ada.get(&format!("/{wrong}")).await.status, 200, "a person sees the list");
    }
}

#[tokio::test]
async fn what_changes_comes_first_and_what_is_in_the_trash_comes_back_to_its_place() {
    let app = TestApp::start().await;
    let ada = app.signed_in(ADA).await;
    let mut ids = Vec::new();
    for title in ["one", "two", "three"] {
        ids.push(write(&ada, title, "text").await);
        app.clock.advance(time::Duration::seconds(1));
    }
    let listed = || async { titles(&ada.get("/api/documents").await.json()) };
    assert_eq!(listed().await, ["three", "two", "one"]);
    ada.save(&ids[0], "w", 0, 1, json!([[0, 0, "more "]])).await;
    assert_eq!(listed().await, ["one", "three", "two"]);
    let trash = ada.delete(&format!("/api/documents/{}", ids[2])).await;
    assert!(trash.status < 300, "{trash:?}");
    assert_eq!(listed().await, ["one", "two"]);
    assert_eq!(ada.get("/api/documents?q=text").await.json()["total"], 2);
    let back = ada.post(&format!("/api/trash/{}/restore", ids[2]), &json!({})).await;
    assert!(back.status < 300, "{back:?}");
    assert_eq!(listed().await, ["one", "three", "two"]);
}

#[tokio::test]
async fn a_page_says_where_a_document_is_and_what_was_found_in_it() {
    let app = TestApp::start().await;
    let ada = app.signed_in(ADA).await;
    let page = ada.get("/").await.text();
    assert!(
        page.contains("Nothing here yet.")
            && page.contains("<div hidden data-with-documents=\"\" class=\"documents-tools\""),
        "an empty list teaches: {page}"
    );
    let id = write(&ada, "Letter", "Dear <Bob>,\n\nthe harbour lay still").await;
    let page = ada.get("/").await.text();
    assert!(page.contains("data-place=\"draft\"") && page.contains("Dear &lt;Bob&gt;,"), "{page}");
    // Once in the line, once where the marks are explained.
    let marked = |page: &str, mark: &str| page.matches(&format!(">{mark}</span>")).count() == 2;
    assert!(marked(&page, "Saved, no version yet"), "{page}");
    ada.post(&format!("/api/documents/{id}/versions"), &json!({})).await;
    let page = ada.get("/").await.text();
    assert!(page.contains("data-place=\"saved\"") && marked(&page, "Saved in version 1"), "{page}");
    assert_eq!(ada.save(&id, "w", 0, 1, json!([[0, 0, "My "]])).await.status, 200);
    let page = ada.get("/").await.text();
    assert!(marked(&page, "Saved, changed since version 1"), "{page}");
    let page = ada.get("/?q=harb").await.text();
    assert!(page.contains("<mark>harbour</mark>") && page.contains("1 document found"), "{page}");
    let page = ada.get("/?q=%3Cscript%3E&sort=title").await.text();
    assert!(page.contains("Nothing found.") && page.contains("value=\"&lt;script&gt;\""), "{page}");
}

#[tokio::test]
async fn a_long_list_has_a_first_page_and_a_way_on() {
    let app = TestApp::start().await;
    let ada = app.signed_in(ADA).await;
    let many: Vec<_> = (0..130).map(|n| write(&ada, if n == 0 { "The oldest" } else { "Another" }, "words")).collect();
    for one in many {
        one.await;
        app.clock.advance(time::Duration::milliseconds(1));
    }
    let page = ada.get("/").await.text();
    assert_eq!(page.matches("<li data-document=").count(), 100);
    assert!(page.contains("href=\"/?offset=100\"") && page.contains("(30)"), "{page}");
    let page = ada.get("/?offset=100").await.text();
    assert_eq!(page.matches("<li data-document=").count(), 30);
    assert!(page.contains("The oldest") && page.contains("Back to the first"), "{page}");
    let all_read = || async { ada.get("/api/documents?q=words").await.json()["total"] == 130 };
    eventually("what is more than a moment's work is read behind the answer", all_read).await;
}

#[tokio::test]
async fn documents_of_before_the_search_are_found_after_the_upgrade() {
    let app = TestApp::start().await;
    let (ada, bob) = (app.signed_in(ADA).await, app.signed_in(BOB).await);
    write(&ada, "One", "words of old").await;
    write(&ada, "Two", "more words").await;
    write(&bob, "Bobs", "his words").await;
    app.execute(
        "DROP TRIGGER search_made; DROP TRIGGER search_saved; DROP TRIGGER search_renamed; DROP TRIGGER search_deleted;
         DROP TRIGGER search_dated; DROP TRIGGER search_trashed;
         DROP TABLE search_words; DROP TABLE search_documents; DROP TABLE search_owners;
         DELETE FROM _sqlx_migrations WHERE version IN (9, 10)",
    )
    .await;
    let (before, app) = (ada.cookie(), app.restart().await);
    let again = app.browser();
    again.set_cookie(before);
    assert_eq!(found(&again, "words").await.len(), 2);
    write(&again, "Three", "new words").await;
    assert_eq!(found(&again, "words").await.len(), 3);
}
