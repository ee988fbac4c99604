//! `GET /api/events`: what is told to open pages, to whom, in which order, and when a stream ends.

use std::time::Duration;

use holdfast::edit::Edit;
use holdfast::receipt::Chain;
use holdfast_user_pool::control::UserAction;
use serde_json::json;

use crate::harness::{ADA, BOB, Browser, Event, EventStream, TestApp, eventually};

/// How long a stream may live after its session's end, and after the process was asked to stop (P17, P9).
const SOON: Duration = Duration::from_secs(2);

fn kinds(events: &[Event]) -> Vec<&str> {
    events.iter().map(|event| event.kind.as_str()).collect()
}

/// E7: two writers at once; a reader of the stream follows both, with no gap and the very hashes of the receipts.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn e7_every_accepted_batch_is_told_in_the_order_of_the_heads() {
    const BATCHES: u64 = 60;
    let app = TestApp::start().await;
    let (ada, other) = (app.signed_in(ADA).await, app.signed_in(ADA).await);
    let id = ada.new_document("Hello").await;
    let mut stream = EventStream::open(&other).await;
    let writers = ["w1", "w2"].map(|writer| {
        let (ada, id) = (ada.clone(), id.clone());
        tokio::spawn(async move {
            let (mut base, mut seq) = (0_u64, 1);
            while seq <= BATCHES {
                // At the beginning of the text: there is nothing to rebase.
                let answer = ada.save(&id, writer, base, seq, json!([[0, 0, format!("{writer}.{seq}\n")]])).await;
                base = answer.json()["head"].as_u64().expect("a head");
                seq += u64::from(answer.status == 200);
            }
        })
    });
    let (mut head, mut hash) = (0, Chain::start("Hello"));
    while head < 2 * BATCHES {
        let data = stream.next_of("edits").await;
        assert_eq!(
            (&data["document"], &data["base_head"], &data["head"]),
            (&json!(id), &json!(head), &json!(head + 1))
        );
        let edits: Vec<Edit> = serde_json::from_value(data["edits"].clone()).expect("edits");
        assert!(edits[0].inserted.starts_with(data["writer"].as_str().expect("a writer")), "{data}");
        (head, hash) = (head + 1, hash.next(&edits));
        assert_eq!(data["hash"], hash.hex());
    }
    for writer in writers {
        writer.await.expect("no panic");
    }
    assert_eq!(ada.draft(&id).await["hash"], hash.hex());
}

/// Invariant 5: what changed nothing is told to nobody; every way to change the text is told.
#[tokio::test]
async fn only_what_was_accepted_is_told() {
    let app = TestApp::start().await;
    let ada = app.signed_in(ADA).await;
    let id = ada.new_document("one").await;
    let path = format!("/api/documents/{id}");
    let mut stream = EventStream::open(&ada).await;
    for _ in 0..3 {
        ada.save(&id, "w", 0, 1, json!([[3, 0, "!"]])).await;
    }
    ada.save(&id, "w", 1, 2, json!([[99, 0, "x"]])).await;
    ada.save(&id, "late", 0, 1, json!([[0, 0, "x"]])).await;
    assert_eq!(ada.put_text(&format!("{path}/draft"), "\"1\"", "one, two").await.status, 200);
    assert_eq!(ada.post(&format!("{path}/versions"), &json!({})).await.status, 201);
    ada.patch(&path, &json!({"title": "Another"})).await;
    ada.patch(&path, &json!({"title": "Another"})).await;
    ada.save(&id, "w", 2, 2, json!([[0, 0, "x".repeat(40_000)]])).await;
    assert_eq!(ada.delete(&path).await.status, 204);

    let mut told = Vec::new();
    for _ in 0..6 {
        told.push(stream.next().await.expect("an event"));
    }
    assert_eq!(kinds(&told), ["edits", "edits", "document", "document", "edits", "document"]);
    assert_eq!(told[0].data["edits"], json!([[3, 0, "!"]]));
    assert_eq!(told[1].data["edits"], json!([[3, 1, ", two"]]));
    assert_eq!(told[2].data, json!({"document": id}));
    assert_eq!(told[3].data, json!({"document": id, "title": "Another"}), "a title is told with its document");
    assert_eq!(told[4].data.get("edits"), None, "too large for an event");
    assert_eq!((&told[4].data["base_head"], &told[4].data["head"]), (&json!(2), &json!(3)));
}

/// Who has missed something asks for the rest, and is told how much of its own has arrived.
#[tokio::test]
async fn the_edits_since_a_head_are_those_of_a_conflict() {
    let app = TestApp::start().await;
    let (ada, bob) = (app.signed_in(ADA).await, app.signed_in(BOB).await);
    let id = ada.new_document("").await;
    for n in 0..3_u64 {
        ada.save(&id, "a", n, n + 1, json!([[n, 0, "x"]])).await;
    }
    let path = format!("/api/documents/{id}/edits");
    let conflict = ada.save(&id, "b", 1, 1, json!([[0, 0, "y"]])).await.json();
    let mut since = ada.get(&format!("{path}?since=1&writer=b")).await.json();
    for member in ["head", "hash", "acked_seq", "edits", "batches", "more"] {
        assert_eq!(since[member].take(), conflict[member], "{member}");
    }
    let own = ada.get(&format!("{path}?since=0&writer=a")).await.json();
    assert_eq!((&own["acked_seq"], own["batches"].as_array().map(Vec::len)), (&json!(3), Some(3)));
    let nothing = ada.get(&format!("{path}?since=3&writer=a")).await;
    assert_eq!((nothing.status, nothing.json()["edits"].clone()), (200, json!([])));
    assert_eq!(nothing.json()["hash"], ada.draft(&id).await["hash"]);
    for (query, code) in
        [("since=4&writer=a", "head_unknown"), ("since=-1&writer=a", "invalid"), ("since=0", "invalid")]
    {
        let answer = ada.get(&format!("{path}?{query}")).await;
        assert_eq!((answer.status, answer.code().as_str()), (422, code), "{query}");
    }
    assert_eq!(bob.get(&format!("{path}?since=0&writer=a")).await.status, 404);
}

/// Invariant 14: another user is told nothing, neither of texts nor of sessions.
#[tokio::test]
async fn a_stranger_is_told_nothing() {
    let app = TestApp::start().await;
    let (ada, bob) = (app.signed_in(ADA).await, app.signed_in(BOB).await);
    let mut bobs = EventStream::open(&bob).await;
    let id = ada.new_document("").await;
    ada.save(&id, "w", 0, 1, json!([[0, 0, "secret"]])).await;
    ada.delete(&format!("/api/documents/{id}")).await;
    ada.delete("/api/session").await;
    let own = bob.new_document("").await;
    bob.save(&own, "w", 0, 1, json!([[0, 0, "mine"]])).await;
    let first = bobs.next().await.expect("an event");
    assert_eq!((first.kind.as_str(), &first.data["document"]), ("edits", &json!(own)), "{first:?}");
    assert_eq!(app.browser().get("/api/events").await.code(), "signed_out");
}

/// P17: signing out ends the session's own streams at once; those of the user's other sessions are told.
#[tokio::test]
async fn p17_a_stream_ends_with_its_session() {
    let app = TestApp::start().await;
    let (ada, elsewhere) = (app.signed_in(ADA).await, app.signed_in(ADA).await);
    let id = elsewhere.new_document("").await;
    let (own, mut other) = (EventStream::open(&ada).await, EventStream::open(&elsewhere).await);
    assert_eq!(ada.delete("/api/session").await.status, 204);
    let rest = tokio::time::timeout(SOON, own.rest()).await.expect("closed within two seconds");
    assert_eq!(kinds(&rest), ["session"]);
    elsewhere.save(&id, "w", 0, 1, json!([[0, 0, "x"]])).await;
    assert_eq!(other.next().await.expect("an event").kind, "session", "the user's other sessions are told");
    assert_eq!(other.next().await.expect("an event").kind, "edits", "and go on");

    let third = app.signed_in(ADA).await;
    assert_eq!(other.next().await.expect("an event").kind, "session", "of a sign-in too");
    let sessions = third.get("/api/sessions").await.json();
    let sessions = sessions["sessions"].as_array().expect("a list").clone();
    let ended = sessions.iter().find(|session| session["current"] == false).expect("the other one");
    let path = format!("/api/sessions/{}", ended["id"].as_str().expect("an id"));
    assert_eq!(third.delete(&path).await.status, 204);
    let rest = tokio::time::timeout(SOON, other.rest()).await.expect("closed within two seconds");
    assert_eq!(kinds(&rest), ["session"], "ended from elsewhere");
    let answer = elsewhere.get("/api/events").await;
    assert_eq!((answer.status, answer.code().as_str()), (401, "ended_elsewhere"));
}

/// P17, A13: an open stream extends no idle limit, and ends when the limit is reached, with nobody asking.
#[tokio::test]
async fn a13_reading_events_is_not_activity() {
    let app = TestApp::start_with(&[("HOLDFAST_IDLE_LIMIT", "10m")]).await;
    let (ada, writer) = (app.signed_in(ADA).await, app.signed_in(ADA).await);
    let id = writer.new_document("").await;
    let mut stream = EventStream::open(&ada).await;
    let mut seq = 0;
    for _ in 0..3 {
        app.advance(Duration::from_secs(199));
        seq += 1;
        assert_eq!(writer.save(&id, "w", seq - 1, seq, json!([[0, 0, "x"]])).await.status, 200);
        stream.next_of("edits").await;
    }
    app.advance(Duration::from_secs(3));
    let rest = tokio::time::timeout(SOON, stream.rest()).await.expect("closed within two seconds of the limit");
    assert_eq!(kinds(&rest).last(), Some(&"session"), "{rest:?}");
    assert_eq!(ada.get("/api/session").await.code(), "idle");
    assert_eq!(writer.get("/api/session").await.status, 200, "whoever was active stays");
}

/// A session that is used goes on, and so does its stream: the deadline it was opened with has moved.
#[tokio::test]
async fn a_stream_goes_on_where_the_session_does() {
    let app = TestApp::start_with(&[("HOLDFAST_IDLE_LIMIT", "10m")]).await;
    let ada = app.signed_in(ADA).await;
    let id = ada.new_document("").await;
    let mut stream = EventStream::open(&ada).await;
    for head in 0..4_u64 {
        app.advance(Duration::from_secs(400));
        assert_eq!(ada.save(&id, "w", head, head + 1, json!([[0, 0, "x"]])).await.status, 200);
        assert_eq!(stream.next_of("edits").await["head"], json!(head + 1));
    }
}

/// A revocation that any request of the session notices ends its streams.
#[tokio::test]
async fn a15_a_revocation_that_is_noticed_ends_the_stream() {
    let app = TestApp::start().await;
    let ada = app.signed_in(ADA).await;
    let stream = EventStream::open(&ada).await;
    app.pool().user(ADA.0, UserAction::Disable).await.expect("the pool knows ada");
    app.advance(Duration::from_secs(3600));
    assert_eq!(ada.get("/api/documents").await.status, 401);
    let rest = tokio::time::timeout(SOON, stream.rest()).await.expect("closed within two seconds");
    assert_eq!(kinds(&rest), ["session"]);
}

#[tokio::test]
async fn a_session_has_six_streams_and_the_seventh_waits_for_one_to_close() {
    let app = TestApp::start().await;
    let (ada, elsewhere) = (app.signed_in(ADA).await, app.signed_in(ADA).await);
    let mut streams = Vec::new();
    for _ in 0..6 {
        streams.push(EventStream::open(&ada).await);
    }
    let seventh = ada.get("/api/events").await;
    assert_eq!((seventh.status, seventh.code().as_str()), (429, "too_many_requests"));
    assert!(seventh.header("retry-after").is_some());
    assert!(EventStream::try_open(&elsewhere).await.is_ok(), "another session has its own");
    streams.pop();
    eventually("the place of the one that is gone is free", || async { EventStream::try_open(&ada).await.is_ok() })
        .await;
}

/// A reader that does not read is let go; the others and the writer never wait for it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_reader_that_does_not_read_holds_nobody_up() {
    const BATCHES: u64 = 900;
    let app = TestApp::start().await;
    let ada = app.signed_in(ADA).await;
    let id = ada.new_document("").await;
    let slow = EventStream::open(&ada).await;
    let mut quick = EventStream::open(&ada).await;
    let word = "x".repeat(30_000);
    for head in 0..BATCHES {
        let edits = json!([[0, 0, word], [0, 30_000, ""]]);
        assert_eq!(ada.save(&id, "w", head, 2 * head + 1, edits).await.status, 200);
        assert_eq!(quick.next_of("edits").await["head"], json!(head + 1));
    }
    let told = slow.rest().await.len() as u64;
    assert!(told < BATCHES, "27 MB were held for a reader that does not read");
}

/// P9: open streams do not keep the process from stopping; they end cleanly.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn p9_stopping_ends_every_stream_at_once() {
    let app = TestApp::start().await;
    let mut streams = Vec::new();
    for _ in 0..17 {
        let ada = app.signed_in(ADA).await;
        for _ in 0..6 {
            streams.push(EventStream::open(&ada).await);
        }
    }
    let stopped = tokio::time::timeout(SOON, app.stop()).await;
    assert!(stopped.is_ok(), "still there two seconds later");
    for stream in streams {
        assert!(stream.rest().await.iter().all(|event| event.kind == "session"), "ended, not cut");
    }
}

/// P9: the real process is asked to stop (SIGTERM) while a hundred streams are open and two hundred saves are under way.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn p9_a_terminated_process_is_gone_soon_and_in_order() {
    let data = tempfile::tempdir().expect("a temporary directory");
    let (mut child, first) = crate::kill::spawn(data.path()).await;
    let mut streams = Vec::new();
    for _ in 0..17 {
        let browser = Browser::new(first.addr(), &format!("http://{}", first.addr()));
        assert_eq!(browser.sign_in(ADA.0, ADA.1).await.status, 200);
        for _ in 0..6 {
            streams.push(EventStream::open(&browser).await);
        }
    }
    assert_eq!(first.sign_in(ADA.0, ADA.1).await.status, 200);
    let id = first.new_document("").await;
    let saves: Vec<_> = (0..200_u64)
        .map(|n| {
            let (browser, id) = (first.clone(), id.clone());
            tokio::spawn(async move { browser.save(&id, &format!("w{n}"), 0, 1, json!([[0, 0, "x"]])).await.status })
        })
        .collect();
    let pid = child.id().expect("it runs").to_string();
    let asked = tokio::process::Command::new("kill").args(["-TERM", &pid]).status().await.expect("kill runs");
    assert!(asked.success());
    let ended = tokio::time::timeout(SOON, child.wait()).await.expect("gone within two seconds").expect("its status");
    assert!(ended.success(), "{ended}");
    for stream in streams {
        stream.rest().await;
    }
    let answered = futures_util::future::join_all(saves).await;
    // Each was answered, or its connection was refused or closed: none hangs, and none is told what is not so.
    assert!(answered.iter().flatten().all(|status| matches!(status, 200 | 409 | 503)), "{answered:?}");
}

/// P17: whichever comes first, the end or the stream: no stream outlives its session.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn p17_no_stream_wins_a_race_against_its_sessions_end() {
    const RACES: usize = 60;
    let app = TestApp::start().await;
    let mut opened = 0;
    for _ in 0..RACES {
        let ada = app.signed_in(ADA).await;
        let copy = ada.copy();
        let (stream, out) = tokio::join!(EventStream::try_open(&copy), ada.delete("/api/session"));
        assert_eq!(out.status, 204);
        if let Ok(stream) = stream {
            opened += 1;
            let rest = tokio::time::timeout(SOON, stream.rest()).await.expect("closed within two seconds");
            assert!(rest.iter().all(|event| event.kind == "session"), "{rest:?}");
        }
        assert_eq!(copy.get("/api/events").await.status, 401);
    }
    println!("{opened} of {RACES} streams were opened before the end");
}

/// The stream begins with something to read, and asks what lies between not to hold it back.
#[tokio::test]
async fn the_first_bytes_come_at_once() {
    let app = TestApp::start().await;
    let ada = app.signed_in(ADA).await;
    let answer = ada.get("/api/events").await;
    assert_eq!((answer.status, answer.header("x-accel-buffering")), (200, Some("no")));
    let mut stream = EventStream::open(&ada).await;
    let began = tokio::time::timeout(SOON, stream.first_bytes()).await.expect("at once");
    assert_eq!(began, ":\n\n");
}
