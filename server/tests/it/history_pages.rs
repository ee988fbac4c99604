//! History and trash as pages, without scripts: every link is followed and every form is sent as it stands in the page.

use std::time::Duration;

use http::Method;
use serde_json::json;

use crate::harness::{ADA, Answer, BOB, Browser, TestApp};

const FIREFOX: &str = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:150.0) Gecko/20100101 Firefox/150.0";
pub(crate) const SAFARI: &str = "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) \
                      Version/19.0 Mobile/15E148 Safari/604.1";

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
    let changes = page(&ada, &target(&text, "href", "What has changed since")).await;
    assert!(changes.contains("red</del>") && changes.contains("blue</ins>"), "{changes}");

    let reads = page(&ada, &target(&text, "href", "As it reads")).await;
    assert!(reads.contains("<p>The boat is red.</p>"), "{reads}");
    let rename = target(&text, "action", "Save name");
    assert_eq!(location(&ada.form(&rename, &[("name", "As it was")]).await), version);
    assert!(page(&ada, &version).await.contains("<h1>As it was</h1>"));
    assert_eq!(ada.form(&rename, &[("name", &"x".repeat(301))]).await.status, 422);

    let restored = location(&ada.form(&target(&changes, "action", "Restore"), &[]).await);
    assert_eq!(ada.draft(&id).await["text"], "The boat is red.\n");
    let back = page(&ada, &restored).await;
    // What is written after it is none of the restore's, and its undoing leaves it.
    let head = ada.draft(&id).await["head"].as_u64().expect("a head");
    assert_eq!(ada.save(&id, "after", head, 1, json!([[0, 3, "Our"], [17, 0, "It sails.\n"]])).await.status, 200);
    let undone = location(&ada.form(&target(notice(&back), "action", "Undo"), &[]).await);
    assert_eq!(ada.draft(&id).await["text"], "Our boat is blue.\nIt sails.\n");
    // Pressed twice, it is done once.
    ada.form(&target(notice(&back), "action", "Undo"), &[]).await;
    assert_eq!(ada.draft(&id).await["text"], "Our boat is blue.\nIt sails.\n");
    let again = page(&ada, &undone).await;
    assert!(notice(&again).contains("What was written after it is still here"), "{again}");
    assert!(notice(&page(&ada, &undone).await).contains(">Undo<"), "an undo can be undone");
    let listed = page(&ada, &history).await;
    for words in ["Before “As it was” was restored", "Before a restore was undone", "27 characters"] {
        assert!(listed.contains(words), "{words}: {listed}");
    }
    let now = listed.split("The text as it is").nth(1).and_then(|rest| rest.split("</div>").next()).expect("now");
    assert!(now.contains("1 word added, 1 removed since the last version"), "{now}");
    assert!(now.contains("/versions/3/changes\">What has changed since"), "{now}");
}

/// The line of the history that is called so.
fn line<'a>(page: &'a str, words: &str) -> &'a str {
    let lines = page.split("<li>").find(|line| line.contains(&format!(">{words}<")));
    lines.and_then(|line| line.split("</li>").next()).unwrap_or_else(|| panic!("no {words}: {page}"))
}

/// E9: which day, at what time, why, where, and by how many words it differs from the one before.
#[tokio::test]
async fn e9_the_history_tells_day_by_day_where_a_version_was_made_and_what_it_changed() {
    let app = TestApp::start().await;
    let ada = app.signed_in(ADA).await.calling_itself(FIREFOX);
    let id = ada.new_document("one two three\n").await;
    let (history, versions) = (format!("/documents/{id}/history"), format!("/api/documents/{id}/versions"));
    ada.form(&format!("/documents/{id}/versions"), &[("name", "Beginning")]).await;
    assert_eq!(ada.save(&id, "a", 0, 1, json!([[13, 0, " four"]])).await.status, 200);
    app.advance(Duration::from_secs(16 * 3600));

    let phone = app.signed_in(ADA).await.calling_itself(SAFARI);
    assert_eq!(phone.save(&id, "w", 1, 1, json!([[4, 3, "zwei und"]])).await.status, 200);
    phone.post(&versions, &json!({"name": "From the phone"})).await;
    let program = app.browser().calling_itself(FIREFOX);
    let token = app.tokens(ADA).await.id;
    let named = json!({"name": "By a program"});
    assert_eq!(program.send(program.with_token(&token, Method::POST, &versions, Some(&named))).await.status, 201);
    assert_eq!(phone.save(&id, "w", 2, 2, json!([[0, 0, "zero "]])).await.status, 200);
    phone.form(&format!("/documents/{id}/versions/1/restore"), &[]).await;

    let seen = page(&ada, &history).await;
    let order: Vec<usize> =
        ["Today", "Before “Beginning” was restored", "By a program", "From the phone", "Yesterday", "Beginning"]
            .iter()
            .map(|words| seen.find(&format!(">{words}<")).unwrap_or_else(|| panic!("no {words}: {seen}")))
            .collect();
    assert!(order.is_sorted(), "{order:?}");
    for (of, told) in [
        ("Beginning", &["This browser", "09:00", "14 characters", ">Saved<"][..]),
        // The one before it is the text as it was left.
        ("From the phone", &["Safari on an iPhone", "01:00", "2 words added, 1 removed"]),
        ("By a program", &["A program", "no words changed"]),
        ("As it was left last time", &["1 word added"]),
        ("Before “Beginning” was restored", &["Safari on an iPhone", "1 word added"]),
    ] {
        for words in told {
            assert!(line(&seen, of).contains(words), "{of}: {words}: {}", line(&seen, of));
        }
    }
    let left = line(&seen, "As it was left last time");
    assert!(!left.contains("browser") && !left.contains(" on "), "nobody in particular: {left}");
    assert_eq!(seen.matches("This browser").count(), 1);

    let on_the_phone = page(&phone, &history).await;
    assert!(line(&on_the_phone, "Beginning").contains("Firefox on Windows"));
    assert!(line(&on_the_phone, "From the phone").contains("This browser"));
    // A browser that says nothing, and what was kept before this was noted.
    app.execute("UPDATE versions SET place = NULL, sign_in = NULL").await;
    let unknown = page(&ada, &history).await;
    assert!(
        !unknown.contains("This browser") && !unknown.contains(" on an iPhone") && unknown.contains("From the phone")
    );
}

/// What the reader's browser says of dates counts where no script runs.
#[tokio::test]
async fn times_of_day_are_written_as_the_reader_does() {
    let app = TestApp::start().await;
    let ada = app.signed_in(ADA).await;
    let id = ada.new_document("text").await;
    ada.form(&format!("/documents/{id}/versions"), &[]).await;
    app.advance(Duration::from_secs(9 * 24 * 3600));
    let ada = app.signed_in(ADA).await;
    for (language, day, time) in
        [("en-US,en;q=0.5", "January 15, 2026", "9:00 AM"), ("en-GB", "15 January 2026", "09:00")]
    {
        let mut request = ada.request(Method::GET, &format!("/documents/{id}/history"), None);
        request.headers_mut().insert("accept-language", language.parse().expect("a header value"));
        let seen = ada.send(request).await.text();
        assert!(seen.contains(&format!(">Thursday, {day}<")) && seen.contains(&format!(">{time}<")), "{seen}");
        assert!(seen.contains("Days and times are in UTC."), "{seen}");
    }
}

#[tokio::test]
async fn a_document_goes_to_the_trash_and_comes_back() {
    let app = TestApp::start().await;
    let ada = app.signed_in(ADA).await;
    let id = ada.new_document("text").await;
    let editor = page(&ada, &format!("/documents/{id}")).await;
    let list = location(&ada.form(&target(&editor, "action", "Move to trash"), &[]).await);
    let list = page(&ada, &list).await;
    assert!(list.contains("Moved “<bdi>A title</bdi>” to the trash.") && !list.contains(">A title</a>"), "{list}");
    let back = location(&ada.form(&target(notice(&list), "action", "Undo"), &[]).await);
    assert_eq!(back, format!("/documents/{id}?notice=untrashed"));
    assert!(notice(&page(&ada, &back).await).contains("out of the trash again"));
    assert_eq!(ada.draft(&id).await["text"], "text");
    ada.delete(&format!("/api/documents/{id}")).await;
    let trash = page(&ada, &target(&page(&ada, "/").await, "href", "Trash")).await;
    assert!(trash.contains("A title") && trash.contains("30 days left"), "{trash}");
    assert_eq!(
        location(&ada.form(&target(&trash, "action", "Restore"), &[]).await),
        format!("/documents/{id}?notice=untrashed")
    );
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
        for path in
            ["/history", "/saved", "/versions/1", "/versions/1/changes"].map(|rest| format!("/documents/{id}{rest}"))
        {
            let answer = whose.get(&path).await;
            assert_eq!(answer.status, status, "{path}");
            assert!(!answer.text().contains("secret") && !answer.text().contains("mine"), "{path}");
            if status == 303 {
                assert_eq!(answer.header("location"), Some(format!("/sign-in?next={path}").as_str()));
            }
        }
        for path in ["/versions", "/versions/1/restore", "/versions/1/undo", "/trash"]
            .map(|rest| format!("/documents/{id}{rest}"))
        {
            assert_eq!(whose.form(&path, &[("name", "x")]).await.status, status, "{path}");
        }
    }
    assert_eq!(ada.draft(&id).await, before);
    ada.delete(&format!("/api/documents/{id}")).await;
    assert_eq!(bob.form(&format!("/trash/{id}/restore"), &[]).await.status, 404);
    assert!(!page(&bob, "/trash").await.contains("A title"));
}
