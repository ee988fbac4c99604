//! Many saves at once, restarts in between, and stopping in the middle: what has a receipt is there.

use std::time::Duration;

use futures_util::FutureExt as _;
use holdfast::edit::{Edit, rebase};
use http::Method;
use serde_json::json;

use crate::harness::{ADA, Browser, EventStream, TestApp};

/// Saves one edit, rebasing until it is accepted, as a browser does.
async fn save_rebasing(browser: &Browser, id: &str, writer: &str, seq: u64, base: &mut u64, edit: Edit) {
    let mut pending = vec![edit];
    loop {
        let answer = browser.save(id, writer, *base, seq, json!(pending)).await;
        let body = answer.json();
        match answer.status {
            200 => {
                *base = body["head"].as_u64().expect("a head");
                return;
            }
            409 => {
                let missing: Vec<Edit> = serde_json::from_value(body["edits"].clone()).expect("edits");
                let _for_the_visible_text = rebase(&mut pending, &missing);
                *base = body["head"].as_u64().expect("a head");
            }
            status => panic!("{status}: {body}"),
        }
    }
}

/// E6, E7: eight writers on one document; every insertion of every one of them is in the text.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn e7_writers_who_write_at_once_lose_nothing_of_each_other() {
    let app = TestApp::start().await;
    let ada = app.signed_in(ADA).await;
    let id = ada.new_document("").await;
    let writers: Vec<_> = (0..8_u32)
        .map(|writer| {
            let (ada, id) = (ada.clone(), id.clone());
            tokio::spawn(async move {
                let mut base = 0;
                for n in 1..=20_u64 {
                    let edit = Edit::from((0, 0, format!("[{writer}.{n}]")));
                    save_rebasing(&ada, &id, &format!("w{writer}"), n, &mut base, edit).await;
                }
            })
        })
        .collect();
    for writer in writers {
        writer.await.expect("no panic");
    }
    let draft = ada.draft(&id).await;
    assert_eq!(draft["head"], 160);
    let text = draft["text"].as_str().expect("a text");
    for writer in 0..8 {
        for n in 1..=20 {
            let word = format!("[{writer}.{n}]");
            assert_eq!(text.matches(&word).count(), 1, "{word}");
        }
    }
}

/// The text is rebuilt from snapshot and edits, before and after the edits have been folded into a new snapshot.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_long_history_is_folded_in_the_background_and_the_text_stays_the_same() {
    let app = TestApp::start().await;
    let ada = app.signed_in(ADA).await;
    let id = ada.new_document("😀").await;
    let mut expected = String::from("😀");
    for n in 0..400_u64 {
        let word = format!("{n} ");
        assert_eq!(ada.save(&id, "w", n, n + 1, json!([[2, 0, word]])).await.status, 200);
        expected.insert_str("😀".len(), &word);
    }
    crate::harness::eventually("a newer snapshot", || async {
        0 < app.number("SELECT head FROM draft_snapshots").await
    })
    .await;
    assert_eq!(ada.draft(&id).await["text"], expected);
    let before = ada.draft(&id).await;
    let app = app.restart().await;
    let ada = app.signed_in(ADA).await;
    assert_eq!(ada.draft(&id).await, before);
    assert_eq!(ada.save(&id, "w", 400, 401, json!([[0, 0, "!"]])).await.status, 200);
    let behind = ada.save(&id, "late", 1, 1, json!([[0, 0, "late "]])).await.json();
    assert_eq!(
        behind["edits"].as_array().map(Vec::len),
        Some(400),
        "a writer from before the snapshot still catches up"
    );
}

/// Stopping drains: a save that was sent is answered, or it is not acknowledged; what was acknowledged is there.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn stopping_the_server_loses_no_receipt() {
    let app = TestApp::start().await;
    let ada = app.signed_in(ADA).await;
    let mut ids = Vec::new();
    for _ in 0..20 {
        ids.push(ada.new_document("").await);
    }
    let mut streams = Vec::new();
    for _ in 0..6 {
        streams.push(EventStream::open(&ada).await);
    }
    let saves: Vec<_> = ids
        .iter()
        .map(|id| {
            let (ada, id) = (ada.clone(), id.clone());
            tokio::spawn(async move {
                let mut head = 0;
                while head < 1000 {
                    let save = tokio::spawn({
                        let (ada, id) = (ada.clone(), id.clone());
                        async move { ada.save(&id, "w", head, head + 1, json!([[0, 0, "x"]])).await }
                    });
                    match save.await {
                        Ok(answer) if answer.status == 200 => head += 1,
                        _stopped => break,
                    }
                }
                (id, head)
            })
        })
        .collect();
    tokio::time::timeout(Duration::from_millis(300), std::future::pending::<()>()).await.unwrap_err();
    let cookie = ada.cookie();
    let app = tokio::time::timeout(Duration::from_secs(10), app.restart()).await.expect("stopped within ten seconds");
    let ada = app.browser();
    ada.set_cookie(cookie);
    let mut receipts = 0;
    for save in saves {
        let (id, head) = save.await.expect("no panic");
        receipts += head;
        let text = ada.draft(&id).await["text"].as_str().expect("a text").len() as u64;
        assert!(head <= text && text <= head + 1, "{head} receipts, {text} characters");
    }
    assert!(0 < receipts);
    for stream in streams {
        let told = stream.rest().await.iter().filter(|event| event.kind == "edits").count() as u64;
        assert!(0 < told && told <= receipts + 20, "open streams were told until they were ended: {told}");
    }
}

/// A client that goes away does not take its save with it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_save_whose_client_has_left_is_carried_out() {
    let app = TestApp::start().await;
    let ada = app.signed_in(ADA).await;
    let id = ada.new_document("").await;
    for n in 0..20_u64 {
        let body = json!({"writer": "w", "base_head": n, "seq": n + 1, "edits": [[0, 0, "x"]]});
        let request = ada.request(Method::PATCH, &format!("/api/documents/{id}/draft"), Some(&body));
        let arrived = || async { app.number("SELECT head FROM drafts").await == (n + 1).cast_signed() };
        let wait = crate::harness::eventually("the save is on disk", arrived);
        ada.send_and_leave(request, wait).await;
        let retry = ada.patch(&format!("/api/documents/{id}/draft"), &body).await;
        assert_eq!((retry.status, retry.json()["head"].as_u64()), (200, Some(n + 1)));
    }
}

/// A client that goes away while its document is read leaves no transaction open: a reader stuck in an old snapshot would
/// take signed-out sessions for alive ones.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn readers_whose_clients_have_left_see_the_present_again() {
    let app = TestApp::start().await;
    let ada = app.signed_in(ADA).await;
    let id = ada.new_document(&"many words ".repeat(200_000)).await;
    for n in 0..24_u64 {
        let request = ada.request(Method::GET, &format!("/api/documents/{id}/draft"), None);
        ada.send_and_leave(
            request,
            tokio::time::timeout(Duration::from_millis(n), std::future::pending::<()>()).map(drop),
        )
        .await;
    }
    assert_eq!(ada.save(&id, "w", 0, 1, json!([[0, 0, "x"]])).await.status, 200);
    for _ in 0..12 {
        assert_eq!(ada.draft(&id).await["head"], 1, "no reader is left behind");
    }
    let copy = ada.copy();
    assert_eq!(ada.delete("/api/session").await.status / 100, 2);
    for _ in 0..12 {
        assert_eq!(copy.get("/api/documents").await.code(), "signed_out");
    }
}
