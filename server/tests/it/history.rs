//! Versions that are made by themselves, their thinning, restoring and its undoing, and how two versions differ.

use std::time::Duration;

use serde_json::{Value, json};

use crate::harness::{ADA, BOB, Browser, EventStream, TestApp, eventually};

const HOUR: i64 = 3_600_000;
const DAY: i64 = 24 * HOUR;

/// Kind and text of all versions, the oldest first.
async fn history(browser: &Browser, id: &str) -> Vec<(String, String)> {
    let path = format!("/api/documents/{id}/versions");
    let list = browser.get(&path).await.json();
    let mut history = Vec::new();
    for version in list["versions"].as_array().expect("a list").iter().rev() {
        let read = browser.get(&format!("{path}/{}", version["n"])).await.json();
        assert_eq!((&read["kind"], &read["length"], &read["n"]), (&version["kind"], &version["length"], &version["n"]));
        let text = |value: &Value| value.as_str().expect("a string").to_owned();
        history.push((text(&read["kind"]), text(&read["text"])));
    }
    history
}

fn kinds(history: &[(String, String)]) -> Vec<&str> {
    history.iter().map(|(kind, _)| kind.as_str()).collect()
}

/// D9: the state before a restore is kept, its number is told, and restoring that one undoes it; also an undo is undone.
#[tokio::test]
async fn d9_restoring_is_itself_undoable() {
    let app = TestApp::start().await;
    let ada = app.signed_in(ADA).await;
    let id = ada.new_document("first").await;
    let versions = format!("/api/documents/{id}/versions");
    ada.post(&versions, &json!({"name": "Beginning"})).await;
    ada.save(&id, "w", 0, 1, json!([[5, 0, " and more"]])).await;
    let mut stream = EventStream::open(&ada).await;

    let restored = ada.post(&format!("{versions}/1/restore"), &json!({})).await;
    assert_eq!((restored.status, &restored.json()["undo"]), (200, &json!(2)));
    assert_eq!(restored.header("etag"), Some("\"2\""));
    assert_eq!(ada.draft(&id).await["text"], "first");
    let told = stream.next_of("edits").await;
    assert_eq!((&told["head"], &told["edits"]), (&json!(2), &json!([[5, 9, ""]])), "open editors are told of the edit");

    let undone = ada.post(&format!("{versions}/2/restore"), &json!({})).await.json();
    assert_eq!(ada.draft(&id).await["text"], "first and more");
    let redone = ada.post(&format!("{versions}/{}/restore", undone["undo"]), &json!({})).await.json();
    assert_eq!(ada.draft(&id).await["text"], "first");
    assert!(redone["undo"].is_number());
    let again = ada.post(&format!("{versions}/1/restore"), &json!({})).await.json();
    assert_eq!((&again["undo"], &again["head"]), (&Value::Null, &redone["head"]), "nothing changed, nothing to undo");
    let list = ada.get(&versions).await.json();
    assert_eq!(list["versions"][0]["kind"], "restore");
    assert_eq!((&list["versions"][3]["kind"], &list["versions"][3]["name"]), (&json!("saved"), &json!("Beginning")));
    assert_eq!(
        ada.get("/api/documents").await.json()["documents"][0]["base_version"],
        1,
        "only the one on purpose counts"
    );
}

/// E7, D8: what an open editor types while a version is restored elsewhere is in the text afterwards.
#[tokio::test]
async fn e7_nothing_typed_is_lost_over_a_restore() {
    let app = TestApp::start().await;
    let ada = app.signed_in(ADA).await;
    let id = ada.new_document("one\n\ntwo\n").await;
    ada.post(&format!("/api/documents/{id}/versions"), &json!({})).await;
    ada.save(&id, "w", 0, 1, json!([[5, 3, "TWO"]])).await;
    ada.post(&format!("/api/documents/{id}/versions/1/restore"), &json!({})).await;
    let conflict = ada.save(&id, "w", 1, 2, json!([[3, 0, " typed"]])).await;
    assert_eq!(conflict.status, 409);
    let missing = serde_json::from_value::<Vec<holdfast::edit::Edit>>(conflict.json()["edits"].clone()).expect("edits");
    let mut own = vec![holdfast::edit::Edit::from((3, 0, " typed".to_owned()))];
    let _for_the_visible_text = holdfast::edit::rebase(&mut own, &missing);
    assert_eq!(ada.save(&id, "w", 2, 2, json!(own)).await.status, 200);
    assert_eq!(ada.draft(&id).await["text"], "one typed\n\ntwo\n");
}

/// E7: a writer that has missed more than 200 edits is merged, and both sides are versions; asking again adds nothing.
#[tokio::test]
async fn e7_both_sides_of_a_long_divergence_are_kept() {
    let app = TestApp::start().await;
    let ada = app.signed_in(ADA).await;
    let id = ada.new_document("shared\n").await;
    let hundred = || json!((0..100).map(|_| json!([0, 0, "x"])).collect::<Vec<_>>());
    for n in 0..2_u64 {
        assert_eq!(ada.save(&id, "near", n, 1 + 100 * n, hundred()).await.status, 200);
    }
    assert_eq!(ada.save(&id, "far", 0, 1, json!([[7, 0, "theirs"]])).await.status, 409);
    assert_eq!(history(&ada, &id).await, [], "200 edits are merged without ado");
    assert_eq!(ada.save(&id, "near", 2, 201, json!([[0, 0, "y"]])).await.status, 200);
    for _lost_answer in 0..3 {
        assert_eq!(ada.save(&id, "far", 0, 1, json!([[7, 0, "theirs"]])).await.status, 409);
    }
    let ours = format!("y{}shared\n", "x".repeat(200));
    let both = [("merge".to_owned(), ours.clone()), ("divergent".to_owned(), "shared\ntheirs".to_owned())];
    assert_eq!(history(&ada, &id).await, both);
    assert_eq!(ada.save(&id, "far", 3, 1, json!([[208, 0, "theirs"]])).await.status, 200, "and saving goes on");
    assert_eq!(ada.draft(&id).await["text"], ours + "theirs");
    assert_eq!(history(&ada, &id).await.len(), 2);
}

/// E7: the same for a writer that has been away for more than ten minutes, also where the snapshot has moved on and the text
/// that it began with has to be found by way of a version.
#[tokio::test]
async fn e7_a_device_that_was_offline_keeps_its_side() {
    let app = TestApp::start().await;
    let ada = app.signed_in(ADA).await;
    let id = ada.new_document("one ").await;
    ada.post(&format!("/api/documents/{id}/versions"), &json!({})).await;
    ada.save(&id, "a", 0, 1, json!([[4, 0, "two "]])).await;
    ada.save(&id, "a", 1, 2, json!([[8, 0, "three "]])).await;
    app.advance(Duration::from_secs(599));
    assert_eq!(ada.save(&id, "b", 1, 1, json!([[8, 0, "offline"]])).await.status, 409);
    assert_eq!(kinds(&history(&ada, &id).await), ["saved"], "less than ten minutes");
    app.advance(Duration::from_secs(2));
    app.execute("UPDATE draft_snapshots SET head = 2, text = 'one two three '").await;
    assert_eq!(ada.save(&id, "b", 1, 1, json!([[8, 0, "offline"]])).await.status, 409);
    let kept = history(&ada, &id).await;
    assert_eq!(kinds(&kept), ["saved", "merge", "divergent"]);
    assert_eq!((kept[1].1.as_str(), kept[2].1.as_str()), ("one two three ", "one two offline"));

    let unknown = ada.new_document("forgotten ").await;
    ada.save(&unknown, "a", 0, 1, json!([[0, 0, "x"]])).await;
    app.execute(&format!("UPDATE draft_snapshots SET head = 1, text = 'xforgotten ' WHERE document_id = '{unknown}'"))
        .await;
    app.advance(Duration::from_secs(601));
    for _again in 0..2 {
        assert_eq!(ada.save(&unknown, "b", 0, 1, json!([[10, 0, "y"]])).await.status, 409);
    }
    assert_eq!(kinds(&history(&ada, &unknown).await), ["merge"], "one side at least, and once");
}

/// E9: the first save after more than eight hours keeps the text as it was left; so does a whole text.
#[tokio::test]
async fn e9_the_text_is_kept_as_it_was_left_before_a_long_absence() {
    let app = TestApp::start().await;
    let ada = app.signed_in(ADA).await;
    let (id, empty) = (ada.new_document("evening").await, ada.new_document("").await);
    app.advance(Duration::from_secs(8 * 3600));
    ada.save(&id, "w", 0, 1, json!([[0, 0, "late "]])).await;
    assert_eq!(history(&ada, &id).await, [], "eight hours are a night");
    app.advance(Duration::from_secs(8 * 3600 + 1));
    ada.save(&id, "w", 1, 2, json!([[0, 0, "next "]])).await;
    ada.save(&id, "w", 2, 3, json!([[0, 0, "day "]])).await;
    ada.save(&empty, "w", 0, 1, json!([[0, 0, "x"]])).await;
    assert_eq!(history(&ada, &id).await, [("absence".to_owned(), "late evening".to_owned())]);
    assert_eq!(history(&ada, &empty).await, [], "there was nothing to keep");
    let app = app.restart().await;
    app.advance(Duration::from_secs(9 * 3600));
    let ada = app.signed_in(ADA).await;
    assert_eq!(ada.put_text(&format!("/api/documents/{id}/draft"), "\"3\"", "new").await.status, 200);
    assert_eq!(history(&ada, &id).await[1], ("absence".to_owned(), "day next late evening".to_owned()));
}

/// D8: before a browser adds what it had kept, it has the server keep the draft; sent twice it is one version.
#[tokio::test]
async fn d8_a_version_before_recovered_work_is_automatic_and_made_once() {
    let app = TestApp::start().await;
    let ada = app.signed_in(ADA).await;
    let id = ada.new_document("on the server").await;
    let versions = format!("/api/documents/{id}/versions");
    for _twice in 0..2 {
        let kept = ada.post(&versions, &json!({"name": "Before recovery", "kind": "recovery"})).await;
        assert_eq!((kept.status, &kept.json()["n"], &kept.json()["kind"]), (201, &json!(1), &json!("recovery")));
    }
    assert_eq!(history(&ada, &id).await.len(), 1);
    assert_eq!(ada.get("/api/documents").await.json()["documents"][0]["unsaved"], true);
    assert_eq!(ada.post(&versions, &json!({"kind": "saved"})).await.json()["n"], 2, "on purpose is on purpose");
    let refused = ada.post(&versions, &json!({"kind": "absence"})).await;
    assert_eq!((refused.status, refused.code().as_str()), (422, "invalid"));
}

/// D8: any two versions, and one with the draft, are compared by words.
#[tokio::test]
async fn d8_versions_are_compared_by_words() {
    let app = TestApp::start().await;
    let (ada, bob) = (app.signed_in(ADA).await, app.signed_in(BOB).await);
    let id = ada.new_document("Dear Bob,\nthe meeting is on Monday.\n").await;
    let versions = format!("/api/documents/{id}/versions");
    ada.post(&versions, &json!({})).await;
    ada.save(&id, "w", 0, 1, json!([[28, 6, "Tuesday"]])).await;
    ada.post(&versions, &json!({})).await;
    ada.save(&id, "w", 1, 2, json!([[0, 0, "Draft\n"]])).await;
    let diff = ada.get(&format!("{versions}/1/diff?with=2")).await.json();
    let expected = json!([
        ["equal", "Dear Bob,\nthe meeting is on "],
        ["delete", "Monday"],
        ["insert", "Tuesday"],
        ["equal", ".\n"]
    ]);
    assert_eq!((&diff["from"], &diff["to"], &diff["parts"]), (&json!(1), &json!(2), &expected));
    let draft = ada.get(&format!("{versions}/2/diff?with=draft")).await.json();
    assert_eq!(draft["parts"][0], json!(["insert", "Draft\n"]));
    assert_eq!((&draft["to"], draft["parts"].as_array().map(Vec::len)), (&Value::Null, Some(2)));
    for path in [format!("{versions}/1"), format!("{versions}/1/diff?with=2"), format!("{versions}/1/diff?with=draft")]
    {
        assert_eq!(bob.get(&path).await.code(), "not_found", "{path}");
    }
}

/// E9: a version can be named when it is known what it was good for, whoever made it; nobody else can.
#[tokio::test]
async fn e9_a_version_is_named_afterwards() {
    let app = TestApp::start().await;
    let (ada, bob) = (app.signed_in(ADA).await, app.signed_in(BOB).await);
    let id = ada.new_document("first").await;
    let versions = format!("/api/documents/{id}/versions");
    ada.post(&versions, &json!({})).await;
    ada.save(&id, "w", 0, 1, json!([[5, 0, " and more"]])).await;
    ada.post(&versions, &json!({"kind": "recovery"})).await;
    let mut stream = EventStream::open(&ada).await;

    let named = ada.patch(&format!("{versions}/1"), &json!({"name": " As sent "})).await;
    assert_eq!((named.status, &named.json()["name"], &named.json()["kind"]), (200, &json!("As sent"), &json!("saved")));
    assert_eq!(stream.next_of("document").await, json!({"document": id}), "an open list is told");
    let kept = ada.patch(&format!("{versions}/2"), &json!({"name": "By itself"})).await.json();
    assert_eq!((&kept["name"], &kept["kind"]), (&json!("By itself"), &json!("recovery")));
    let none = ada.patch(&format!("{versions}/1"), &json!({"name": "  "})).await.json();
    assert_eq!((&none["name"], &none["n"]), (&Value::Null, &json!(1)));
    let list = ada.get(&versions).await.json();
    let names: Vec<&Value> =
        list["versions"].as_array().expect("a list").iter().map(|version| &version["name"]).collect();
    assert_eq!(names, [&json!("By itself"), &Value::Null]);
    assert_eq!(ada.get(&format!("{versions}/2")).await.json()["text"], "first and more");

    for (name, status) in [("x".repeat(301), 422), ("two\nlines".to_owned(), 422), ("x".repeat(300), 200)] {
        let answer = ada.patch(&format!("{versions}/1"), &json!({"name": name})).await;
        assert_eq!(answer.status, status, "{name}");
    }
    assert_eq!(bob.patch(&format!("{versions}/1"), &json!({"name": "mine"})).await.status, 404);
    assert_eq!(ada.patch(&format!("{versions}/9"), &json!({"name": "none"})).await.status, 404);
    ada.delete(&format!("/api/documents/{id}")).await;
    assert_eq!(ada.patch(&format!("{versions}/1"), &json!({"name": "in the trash"})).await.status, 404);
}

/// E9: automatic versions are thinned with age by the server's clock; those on purpose never.
#[tokio::test]
async fn e9_automatic_versions_are_thinned_with_age() {
    let app = TestApp::start().await;
    let ada = app.signed_in(ADA).await;
    let (id, other) = (ada.new_document("").await, ada.new_document("").await);
    let now = app.number("SELECT created_at FROM documents LIMIT 1").await;
    // One every twenty minutes of the last ten days, one every four hours of the 90 days before, one a day of the year before that.
    let moments = (1..10 * 72).map(|n| now - n * HOUR / 3).chain((60..600).map(|n| now - n * 4 * HOUR));
    let moments: Vec<i64> = moments.chain((100..465).map(|n| now - n * DAY)).collect();
    let mut sql = String::from("BEGIN;");
    for (document, kind) in [(&id, "absence"), (&id, "divergent"), (&id, "saved"), (&other, "merge")] {
        let owner = format!("(SELECT owner FROM documents WHERE id = '{document}')");
        for moment in moments.iter().rev() {
            let next = format!("(SELECT coalesce(max(n), 0) + 1 FROM versions WHERE document_id = '{document}')");
            sql += &format!(
                "INSERT INTO versions (document_id, n, owner, kind, head, created_at, length, text)
                 VALUES ('{document}', {next}, {owner}, '{kind}', 0, {moment}, 1, 'x');"
            );
        }
    }
    // Two of one day, two hundred days ago; they are more than what is left of that age.
    let named = format!("created_at BETWEEN {} AND {}", now - 201 * DAY, now - 200 * DAY);
    sql += &format!("UPDATE versions SET name = 'By hand' WHERE kind = 'absence' AND {named};");
    app.execute(&(sql + "COMMIT;")).await;
    app.advance(Duration::from_secs(3601));
    let now = now + 3_601_000;
    let count = |what: &str| format!("SELECT count(*) FROM versions WHERE {what}");
    let most = 72 + 6 * 24 + 1 + 84 + 14;
    assert!(most < moments.len() as i64 / 3);
    // Of each kind by itself: one that is not through yet could hide behind one that has fewer.
    let thinned = || async {
        for kind in ["absence", "divergent", "merge"] {
            let days = format!("created_at > {} AND created_at <= {}", now - 90 * DAY, now - 7 * DAY);
            let (all, daily) = (count(&format!("kind = '{kind}'")), count(&format!("kind = '{kind}' AND {days}")));
            if most < app.number(&all).await || 84 < app.number(&daily).await {
                return false;
            }
        }
        true
    };
    eventually("what is too much is gone", thinned).await;
    for kind in ["absence", "divergent", "merge"] {
        let of_age = |younger: i64, older: i64| {
            let between = format!("created_at > {} AND created_at <= {}", now - older, now - younger);
            format!("kind = '{kind}' AND name IS NULL AND {between}")
        };
        let made = |younger: i64, older: i64| {
            moments.iter().filter(|moment| now - older < **moment && **moment <= now - younger).count() as i64
        };
        assert_eq!(app.number(&count(&of_age(0, DAY))).await, made(0, DAY), "{kind}: all of the last day");
        let hourly = app.number(&count(&of_age(DAY, 7 * DAY))).await;
        assert!((6 * 24..=6 * 24 + 1).contains(&hourly), "{kind}: {hourly} of a week");
        let daily = app.number(&count(&of_age(7 * DAY, 90 * DAY))).await;
        assert!((83..=84).contains(&daily), "{kind}: {daily} of 90 days");
        let monthly = app.number(&count(&of_age(90 * DAY, 1000 * DAY))).await;
        assert!((12..=14).contains(&monthly), "{kind}: {monthly} of a year and more");
    }
    assert_eq!(app.number(&count("kind = 'saved'")).await, moments.len() as i64, "on purpose");
    assert_eq!(app.number(&count("name = 'By hand'")).await, 2, "what somebody has named stays");
}
