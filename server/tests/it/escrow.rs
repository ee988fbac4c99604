//! E10: a save with a session that a deadline has ended is kept by the server, sealed, and released to the same user only.

use std::time::Duration;

use holdfast::edit::{Edit, apply_to};
use holdfast_user_pool::control::UserAction;
use serde_json::{Value, json};

use crate::harness::{ADA, Answer, BOB, Browser, Process, TestApp, eventually};

const HOUR: Duration = Duration::from_secs(3600);
const DAY: Duration = Duration::from_secs(24 * 3600);

/// Ada's desk, whose session has just been ended by the deadline, and a document with this text at head 0.
async fn expired(app: &TestApp, text: &str) -> (Browser, String) {
    let desk = app.signed_in(ADA).await;
    let id = desk.new_document(text).await;
    app.advance(DAY);
    assert_eq!(desk.get("/api/session").await.code(), "expired");
    (desk, id)
}

async fn in_escrow(app: &TestApp) -> i64 {
    app.number("SELECT count(*) FROM escrow").await
}

fn kept(answer: &Answer, acked_seq: u64) {
    assert_eq!((answer.status, answer.json()), (202, json!({"acked_seq": acked_seq})), "{answer:?}");
    assert_eq!(answer.header("cache-control"), Some("no-store"));
}

/// E10, C11, A17: 202 with the dead cookie, revealed to nobody, not even to that cookie; the owner gets it at the next
/// sign-in, from another device, and nobody else does.
#[tokio::test]
async fn e10_a_save_after_the_deadline_is_kept_for_its_owner_and_merged_at_the_next_sign_in_from_any_device() {
    let app = TestApp::start().await;
    let (desk, id) = expired(&app, "text").await;
    kept(&desk.save(&id, "w", 0, 1, json!([[4, 0, " and"], [8, 0, " more"]])).await, 2);
    kept(&desk.save(&id, "w", 0, 3, json!([[13, 0, "!"]])).await, 3);
    assert_eq!(desk.get(&format!("/api/documents/{id}/draft")).await.code(), "expired");
    assert_eq!(app.number("SELECT head FROM drafts").await, 0, "nothing is merged before somebody signs in");

    let bob = app.signed_in(BOB).await;
    assert_eq!(bob.get(&format!("/api/documents/{id}/draft")).await.code(), "not_found");
    assert_eq!(app.number("SELECT head FROM drafts").await, 0, "nor when somebody else does");

    let phone = app.signed_in(ADA).await;
    assert_eq!(app.number("SELECT head FROM drafts").await, 2, "merged before the sign-in is answered");
    assert_eq!(phone.draft(&id).await["text"], "text and more!");
}

/// E10, E5: the tab that comes back sends what it sent before, and gets receipts; nothing is doubled.
#[tokio::test]
async fn e10_the_tab_that_comes_back_finds_its_own_batches() {
    let app = TestApp::start().await;
    let (desk, id) = expired(&app, "").await;
    kept(&desk.save(&id, "w", 0, 1, json!([[0, 0, "a"]])).await, 1);
    kept(&desk.save(&id, "w", 0, 2, json!([[1, 0, "b"]])).await, 2);
    desk.sign_in(ADA.0, ADA.1).await;
    let first = desk.save(&id, "w", 0, 1, json!([[0, 0, "a"]])).await;
    assert_eq!((first.status, &first.json()["head"]), (200, &json!(1)));
    let second = desk.save(&id, "w", 1, 2, json!([[1, 0, "b"]])).await;
    assert_eq!((second.status, &second.json()["head"]), (200, &json!(2)));
    let third = desk.save(&id, "w", 2, 3, json!([[2, 0, "c"]])).await;
    assert_eq!(third.status, 200, "{third:?}");
    assert_eq!(desk.draft(&id).await["text"], "abc");
}

/// E10, E6: another device has gone on meanwhile. Nothing of either is lost, and the tab that comes back catches up.
#[tokio::test]
async fn e10_what_another_device_wrote_meanwhile_is_merged_with_it() {
    let app = TestApp::start().await;
    let (desk, id) = expired(&app, "one two").await;
    let phone = app.signed_in(ADA).await;
    assert_eq!(phone.save(&id, "phone", 0, 1, json!([[0, 0, "> "], [5, 1, "-"]])).await.status, 200);
    kept(&desk.save(&id, "desk", 0, 1, json!([[3, 0, " and a half"]])).await, 1);
    kept(&desk.save(&id, "desk", 0, 2, json!([[18, 0, "."]])).await, 2);
    assert_eq!(phone.save(&id, "phone", 1, 3, json!([[9, 0, "?"]])).await.status, 200);
    let tablet = app.signed_in(ADA).await;
    let text = tablet.draft(&id).await["text"].as_str().expect("a text").to_owned();
    for words in ["> one", " and a half", "-", "two", ".", "?"] {
        assert_eq!(text.matches(words).count(), 1, "{words:?} in {text:?}");
    }
    desk.sign_in(ADA.0, ADA.1).await;
    let conflict = desk.save(&id, "desk", 0, 1, json!([[3, 0, " and a half"]])).await;
    assert_eq!((conflict.status, &conflict.json()["acked_seq"]), (409, &json!(2)));
    let edits: Vec<Edit> = serde_json::from_value(conflict.json()["edits"].clone()).expect("edits");
    assert_eq!(apply_to("one two", &edits).as_deref(), Ok(text.as_str()), "everything since the base");
    assert_eq!(desk.draft(&id).await["text"], text, "nothing is doubled");
}

/// E10: the tab goes on typing with its dead cookie after another device's sign-in has merged what it sent before.
#[tokio::test]
async fn e10_what_comes_after_a_merge_is_merged_on_top_of_it() {
    let app = TestApp::start().await;
    let (desk, id) = expired(&app, "").await;
    kept(&desk.save(&id, "w", 0, 1, json!([[0, 0, "one"]])).await, 1);
    let phone = app.signed_in(ADA).await;
    assert_eq!(phone.save(&id, "phone", 1, 1, json!([[0, 0, "phone "]])).await.status, 200);
    kept(&desk.save(&id, "w", 0, 2, json!([[3, 0, " two"]])).await, 2);
    let tablet = app.signed_in(ADA).await;
    assert_eq!(tablet.draft(&id).await["text"], "phone one two");
}

/// E5: the same batch again changes nothing, and what was accepted before the end is not taken twice.
#[tokio::test]
async fn e10_a_copy_changes_nothing() {
    let app = TestApp::start().await;
    let desk = app.signed_in(ADA).await;
    let id = desk.new_document("").await;
    assert_eq!(desk.save(&id, "w", 0, 1, json!([[0, 0, "a"]])).await.status, 200, "and the answer is lost");
    app.advance(DAY);
    for _ in 0..3 {
        kept(&desk.save(&id, "w", 0, 1, json!([[0, 0, "a"]])).await, 1);
        kept(&desk.save(&id, "w", 0, 2, json!([[1, 0, "b"]])).await, 2);
    }
    assert_eq!(in_escrow(&app).await, 2);
    assert_eq!(app.signed_in(ADA).await.draft(&id).await["text"], "ab");
    kept(&desk.save(&id, "w", 0, 2, json!([[1, 0, "b"]])).await, 2);
    assert_eq!(app.signed_in(ADA).await.draft(&id).await["text"], "ab");
}

/// A late copy: the writer was answered 409 and has rebased its batch since; a copy of the old form arrives after the end.
#[tokio::test]
async fn e10_a_copy_of_what_its_writer_has_rebased_since_is_not_taken() {
    let app = TestApp::start().await;
    let desk = app.signed_in(ADA).await;
    let id = desk.new_document("text").await;
    assert_eq!(desk.save(&id, "other", 0, 1, json!([[0, 0, "> "]])).await.status, 200);
    assert_eq!(desk.save(&id, "w", 0, 1, json!([[4, 0, "!"]])).await.status, 409);
    app.advance(DAY);
    assert_eq!(desk.save(&id, "w", 0, 1, json!([[4, 0, "!"]])).await.code(), "expired");
    assert_eq!(in_escrow(&app).await, 0);
    kept(&desk.save(&id, "w", 1, 1, json!([[6, 0, "!"], [7, 0, "?"]])).await, 2);
    assert_eq!(app.signed_in(ADA).await.draft(&id).await["text"], "> text!?");
}

/// A17, C13: only an end that nobody wished leaves the door open, and only for a while.
#[tokio::test]
async fn e10_after_a_sign_out_a_revocation_or_a_disabling_nothing_is_kept() {
    for code in ["signed_out", "ended_elsewhere", "replaced", "disabled", "revoked", "deleted"] {
        let app = TestApp::start().await;
        let desk = app.signed_in(ADA).await;
        let id = desk.new_document("").await;
        match code {
            "signed_out" => assert_eq!(desk.copy().delete("/api/session").await.status, 204),
            "ended_elsewhere" => {
                let phone = app.signed_in(ADA).await;
                assert_eq!(phone.delete("/api/sessions/others").await.status, 204);
            }
            "replaced" => assert_eq!(desk.copy().sign_in(ADA.0, ADA.1).await.status, 200),
            "disabled" => app.pool().user(ADA.0, UserAction::Disable).await.expect("a user"),
            "revoked" => app.pool().user(ADA.0, UserAction::SignOut).await.expect("a user"),
            _ => app.pool().user(ADA.0, UserAction::Delete).await.expect("a user"),
        }
        // Time for a refresh, by which the pool's no is heard.
        app.advance(HOUR);
        for _ in 0..2 {
            let refused = desk.save(&id, "w", 0, 1, json!([[0, 0, "x"]])).await;
            assert_eq!((refused.status, refused.code().as_str()), (401, code));
            app.advance(DAY);
        }
        assert_eq!(in_escrow(&app).await, 0, "{code}");
    }
}

/// A17, A13: the idle and the absolute limit are deadlines too, and the reason is told as before.
#[tokio::test]
async fn e10_every_deadline_counts_and_the_window_closes_to_the_millisecond() {
    for (variable, code) in [("HOLDFAST_IDLE_LIMIT", "idle"), ("HOLDFAST_ABSOLUTE_LIMIT", "expired")] {
        let app = TestApp::start_with(&[(variable, "15m"), ("HOLDFAST_ESCROW", "2h")]).await;
        let desk = app.signed_in(ADA).await;
        let id = desk.new_document("").await;
        app.advance(Duration::from_secs(15 * 60));
        kept(&desk.save(&id, "w", 0, 1, json!([[0, 0, "a"]])).await, 1);
        app.advance(2 * HOUR - Duration::from_millis(1));
        kept(&desk.save(&id, "w", 0, 2, json!([[1, 0, "b"]])).await, 2);
        app.advance(Duration::from_millis(1));
        assert_eq!(desk.save(&id, "w", 0, 3, json!([[2, 0, "c"]])).await.code(), code);
        assert_eq!(app.signed_in(ADA).await.draft(&id).await["text"], "ab");
    }
    let app = TestApp::start_with(&[("HOLDFAST_ESCROW", "0")]).await;
    let (desk, id) = expired(&app, "").await;
    assert_eq!(desk.save(&id, "w", 0, 1, json!([[0, 0, "a"]])).await.code(), "expired", "0 turns it off");
}

/// Invariant 14, P21: whatever is wrong with a late save, the answer is the one that there was nobody.
#[tokio::test]
async fn e10_a_late_save_tells_nothing_about_documents_or_users() {
    let app = TestApp::start().await;
    let bob = app.signed_in(BOB).await;
    let of_bob = bob.new_document("Bob's").await;
    let (desk, id) = expired(&app, "text").await;
    let trashed = app.signed_in(ADA).await;
    let in_the_trash = trashed.new_document("").await;
    assert_eq!(trashed.delete(&format!("/api/documents/{in_the_trash}")).await.status, 204);
    let unknown = "0".repeat(32);
    let edits = || json!([[0, 0, "x"]]);
    let path = |id: &str| format!("/api/documents/{id}/draft");
    for id in [of_bob.as_str(), unknown.as_str(), in_the_trash.as_str()] {
        assert_eq!(desk.save(id, "w", 0, 1, edits()).await.code(), "expired", "{id}");
    }
    assert_eq!(desk.save(&id, "w", 1, 1, edits()).await.code(), "expired", "a base ahead of the head");
    assert_eq!(desk.save(&id, "", 0, 1, edits()).await.code(), "expired", "no writer");
    assert_eq!(desk.save(&id, "w", 0, 1, json!([])).await.code(), "expired", "no edits");
    assert_eq!(desk.patch(&path(&id), &json!({"writer": "w"})).await.code(), "expired", "no batch");
    let body = json!({"writer": "w", "base_head": 0, "seq": 1, "edits": [[0, 0, "x"]]});
    let mut request = desk.request(http::Method::PATCH, &path(&id), Some(&body));
    request.headers_mut().insert("holdfast-user", "somebody-else".parse().expect("a header value"));
    assert_eq!(desk.send(request).await.code(), "expired", "a page of somebody else's");
    let mut request = desk.request(http::Method::PATCH, &path(&id), Some(&body));
    request.headers_mut().insert("origin", "https://evil.example".parse().expect("a header value"));
    assert_eq!(desk.send(request).await.code(), "cross_origin");
    assert_eq!(in_escrow(&app).await, 0);
    let large = json!([[0, 0, "x".repeat(1024 * 1024 + 1)]]);
    assert_eq!(desk.save(&id, "w", 0, 1, large).await.code(), "too_large");
    assert_eq!(in_escrow(&app).await, 0);
    kept(&desk.save(&id, "w", 0, 1, edits()).await, 1);
}

/// What cannot be merged is not dropped: it is a version of the document.
#[tokio::test]
async fn e10_what_cannot_be_merged_is_kept_aside_as_a_version() {
    let app = TestApp::start().await;
    let (desk, id) = expired(&app, "text").await;
    kept(&desk.save(&id, "gap", 0, 2, json!([[4, 0, " lost?"]])).await, 2);
    kept(&desk.save(&id, "outside", 0, 1, json!([[99, 0, "out there"]])).await, 1);
    let phone = app.signed_in(ADA).await;
    assert_eq!(phone.draft(&id).await["text"], "text");
    let aside = || async {
        let versions = phone.get(&format!("/api/documents/{id}/versions")).await.json()["versions"].clone();
        let is_aside = |version: &&Value| version["name"] == "Kept aside: typed after the sign-in had ended";
        versions.as_array().expect("versions").iter().filter(is_aside).map(|version| version["n"].clone()).collect()
    };
    let kept_aside: Vec<Value> = aside().await;
    assert_eq!(kept_aside, [json!(2), json!(1)]);
    for (n, expected) in [(1, "text lost?"), (2, "out there")] {
        assert_eq!(phone.post(&format!("/api/documents/{id}/versions/{n}/restore"), &Value::Null).await.status, 200);
        assert_eq!(phone.draft(&id).await["text"], expected);
    }
    app.signed_in(ADA).await;
    assert_eq!(aside().await, kept_aside, "once");
}

/// C13, WCAG techniques G105 and G181: the form of a browser without scripts, posted after the end. Its text and title are
/// in the document after the next sign-in, from this or any other browser, merged with what was written meanwhile.
#[tokio::test]
async fn c13_a_plain_form_posted_after_the_end_is_kept_for_the_next_sign_in_from_any_browser() {
    let app = TestApp::start().await;
    let (desk, id) = expired(&app, "one\ntwo\n").await;
    let path = format!("/documents/{id}");
    let fields = [("head", "0"), ("title", "Late"), ("text", "one\r\ntwo\r\nthree\r\n"), ("action", "save")];
    for _ in 0..2 {
        let answer = desk.form(&path, &fields).await;
        let location = format!("/sign-in?next={path}&kept=1");
        assert_eq!((answer.status, answer.header("location")), (303, Some(location.as_str())), "{answer:?}");
        let page = desk.get(&location).await;
        assert!(page.text().contains("Your text is kept."), "{}", page.text());
        assert!(!page.text().contains("three"), "what is kept is shown to nobody");
    }
    assert_eq!(in_escrow(&app).await, 1, "the same form twice is one text");
    let phone = app.signed_in(ADA).await;
    assert_eq!(phone.draft(&id).await["text"], "one\ntwo\nthree\n");
    assert_eq!(phone.get(&format!("/api/documents/{id}")).await.json()["title"], "Late");

    app.advance(DAY);
    let tablet = app.signed_in(ADA).await;
    assert_eq!(tablet.save(&id, "tablet", 1, 1, json!([[0, 0, "zero\n"]])).await.status, 200);
    let fields = [("head", "1"), ("title", "Late"), ("text", "one\ntwo\nthree\nfour\n")];
    assert_eq!(phone.form(&path, &fields).await.status, 303);
    let back = phone.form("/sign-in", &[("email", ADA.0), ("password", ADA.1), ("next", &path)]).await;
    assert_eq!((back.status, back.header("location")), (303, Some(path.as_str())));
    assert_eq!(phone.draft(&id).await["text"], "zero\none\ntwo\nthree\nfour\n");
}

/// C13: where the server does not keep the form, it travels through the sign-in page as before.
#[tokio::test]
async fn c13_a_form_that_is_not_kept_is_carried() {
    let app = TestApp::start().await;
    let (desk, id) = expired(&app, "").await;
    let bob = app.signed_in(BOB).await;
    let of_bob = bob.new_document("").await;
    let fields = |head: &'static str, title: &'static str| [("head", head), ("title", title), ("text", "late words")];
    for (id, head, title) in [(&of_bob, "0", "t"), (&id, "7", "t"), (&id, "0", "two\nlines")] {
        let carried = desk.form(&format!("/documents/{id}"), &fields(head, title)).await;
        assert_eq!(carried.status, 401, "{carried:?}");
        assert!(carried.text().contains("late words"));
    }
    assert_eq!(
        desk.form(&format!("/documents/{id}"), &[("head", "0"), ("title", "A title"), ("text", "")]).await.status,
        303
    );
    assert_eq!(in_escrow(&app).await, 0, "nothing changed, nothing kept");
    app.advance(DAY);
    assert_eq!(desk.form(&format!("/documents/{id}"), &fields("0", "t")).await.status, 401);
    assert_eq!(in_escrow(&app).await, 0);
}

/// An ended session may bring a burst, then two saves a second; one that brings more is told when to come again.
#[tokio::test]
async fn e10_the_rate_of_late_saves_is_limited_per_session() {
    let app = TestApp::start().await;
    let phone = app.signed_in(ADA).await;
    let (desk, id) = expired(&app, "").await;
    let save = |browser: Browser, n: u64| {
        let id = id.clone();
        async move { browser.save(&id, "w", 0, n, json!([[0, 0, "x"]])).await }
    };
    for n in 1..=120 {
        kept(&save(desk.clone(), n).await, n);
    }
    let refused = save(desk.clone(), 121).await;
    assert_eq!((refused.code().as_str(), refused.header("retry-after")), ("too_many_requests", Some("5")));
    app.advance(Duration::from_secs(5));
    for n in 121..=130 {
        kept(&save(desk.clone(), n).await, n);
    }
    assert_eq!(save(desk.clone(), 131).await.status, 429);
    assert_eq!(phone.save(&id, "phone", 0, 1, json!([[0, 0, "x"]])).await.status, 202, "another session has its own");
    assert_eq!(app.signed_in(ADA).await.draft(&id).await["text"].as_str().map(str::len), Some(131));
}

/// More batches than are merged in one piece of work, over what another device wrote: all of them, in their order, once.
#[tokio::test]
async fn e10_many_batches_are_merged_in_several_pieces_of_work() {
    let app = TestApp::start().await;
    let (desk, id) = expired(&app, "").await;
    for n in 0..600_u32 {
        if n % 100 == 0 {
            app.advance(Duration::from_secs(60));
        }
        let answer = desk.save(&id, "w", 0, u64::from(n) + 1, json!([[4 * n, 0, format!("{n:03} ")]])).await;
        kept(&answer, u64::from(n) + 1);
    }
    let phone = app.signed_in(ADA).await;
    assert_eq!(app.number("SELECT count(*) FROM draft_batches").await, 600);
    assert_eq!(phone.save(&id, "phone", 600, 1, json!([[0, 0, "> "]])).await.status, 200);
    kept(&desk.save(&id, "w", 0, 601, json!([[2400, 0, "end"]])).await, 601);
    let text: String = (0..600).map(|n| format!("{n:03} ")).collect();
    assert_eq!(app.signed_in(ADA).await.draft(&id).await["text"], format!("> {text}end"));
}

/// One user's escrow is limited in all, and nobody else's by it. What does not fit is refused, and what is there stays.
#[tokio::test]
async fn e10_the_escrow_of_a_user_is_limited() {
    let app = TestApp::start().await;
    let bob = app.signed_in(BOB).await;
    let of_bob = bob.new_document("").await;
    let (desk, id) = expired(&app, "").await;
    let large = "x".repeat(1_000_000);
    let mut taken = 0;
    let refused = loop {
        let answer = desk.save(&id, "w", 0, taken + 1, json!([[0, 0, large]])).await;
        if answer.status != 202 {
            break answer;
        }
        taken += 1;
        assert!(taken < 40, "no limit");
    };
    assert_eq!(refused.code(), "too_many_requests");
    // 32 MiB of what is sealed, which is in base64.
    assert_eq!(taken, 25);
    kept(&desk.save(&id, "w", 0, taken + 1, json!([[0, 0, "small"]])).await, taken + 1);
    kept(&bob.save(&of_bob, "w", 0, 1, json!([[0, 0, large]])).await, 1);
    // A document holds 10 MiB: ten of them fit into it, the others are kept aside.
    let phone = app.signed_in(ADA).await;
    assert_eq!(phone.draft(&id).await["text"].as_str().map(str::len), Some(10_000_000));
    assert_eq!(app.number("SELECT length FROM versions").await, 25_000_005);
}

/// What nobody comes for is deleted thirty days after the window; what has been merged, once no further batch of its
/// writer can come. Neither earlier.
#[tokio::test]
async fn e10_escrow_is_swept_away_in_its_time() {
    let app = TestApp::start().await;
    let bob = app.signed_in(BOB).await;
    let of_bob = bob.new_document("").await;
    let (desk, id) = expired(&app, "").await;
    kept(&bob.save(&of_bob, "w", 0, 1, json!([[0, 0, "b"]])).await, 1);
    kept(&desk.save(&id, "w", 0, 1, json!([[0, 0, "a"]])).await, 1);
    assert_eq!(app.signed_in(ADA).await.draft(&id).await["text"], "a");
    app.advance(DAY);
    let app = app.restart().await;
    app.signed_in(ADA).await;
    assert_eq!(in_escrow(&app).await, 2);
    app.advance(Duration::from_millis(1));
    let app = app.restart().await;
    eventually("what has been merged is gone", || async { in_escrow(&app).await == 1 }).await;
    app.advance(30 * DAY - Duration::from_millis(1));
    let app = app.restart().await;
    app.signed_in(ADA).await;
    assert_eq!(in_escrow(&app).await, 1);
    app.advance(Duration::from_millis(1));
    let app = app.restart().await;
    eventually("what nobody has come for is gone", || async { in_escrow(&app).await == 0 }).await;
}

/// F2: a forced expiry never tells the browser to clear its storage, and the cookie stays, so that what is still on its way
/// has a name.
#[tokio::test]
async fn f2_a_forced_expiry_clears_nothing_in_the_browser() {
    let app = TestApp::start().await;
    let (desk, id) = expired(&app, "text").await;
    let cookie = desk.cookie();
    let answers = [
        desk.get("/").await,
        desk.get("/sign-in").await,
        desk.get(&format!("/documents/{id}")).await,
        desk.get("/api/session").await,
        desk.get("/api/documents").await,
        desk.get("/api/events").await,
        desk.get("/api/journal-key").await,
        desk.save(&id, "w", 0, 1, json!([[0, 0, "x"]])).await,
        desk.save(&id, "w", 7, 1, json!([[0, 0, "x"]])).await,
        desk.put_text(&format!("/api/documents/{id}/draft"), "\"0\"", "all").await,
        desk.form(&format!("/documents/{id}"), &[("head", "0"), ("title", "A title"), ("text", "mine")]).await,
        desk.post("/api/documents", &json!({})).await,
        desk.delete(&format!("/api/documents/{id}")).await,
    ];
    for answer in answers {
        assert_eq!(answer.header("clear-site-data"), None, "{answer:?}");
        assert_eq!(answer.header("set-cookie"), None, "{answer:?}");
    }
    assert_eq!(desk.cookie(), cookie);
}

/// Sealed at rest: what was typed is on no disk in the clear before its owner is back.
#[tokio::test]
async fn e10_what_is_in_escrow_is_sealed_at_rest() {
    let app = TestApp::start().await;
    let (desk, id) = expired(&app, "").await;
    kept(&desk.save(&id, "w", 0, 1, json!([[0, 0, "CANARY-8161"]])).await, 1);
    assert_eq!(app.number("SELECT count(*) FROM escrow WHERE edits_sealed LIKE 'v1.first.%'").await, 1);
    let app = app.restart().await;
    let files = || {
        let entries = std::fs::read_dir(app.data.path()).expect("a directory");
        entries.map(|entry| entry.expect("an entry").path()).filter(|path| path.is_file()).collect::<Vec<_>>()
    };
    let has_canary = |path: &std::path::Path| {
        std::fs::read(path).expect("a file").windows(11).any(|window| window == b"CANARY-8161")
    };
    assert!(files().iter().all(|path| !has_canary(path)));
    app.execute("UPDATE escrow SET document_id = document_id, seq = seq").await;
    assert_eq!(app.signed_in(ADA).await.draft(&id).await["text"], "CANARY-8161");
    assert!(files().iter().any(|path| has_canary(path)), "the draft is in the clear: the search can find it");
}

/// A row that was moved to somebody else opens for nobody, is left as it is, and keeps nobody from signing in.
#[tokio::test]
async fn e10_a_row_that_was_moved_to_another_user_does_not_open() {
    let app = TestApp::start().await;
    let bob = app.signed_in(BOB).await;
    let of_bob = bob.new_document("Bob's").await;
    let (desk, id) = expired(&app, "").await;
    kept(&desk.save(&id, "w", 0, 1, json!([[0, 0, "of Ada"]])).await, 1);
    let sub = "(SELECT owner FROM documents WHERE title = 'A title' AND id = '".to_owned() + &of_bob + "')";
    app.execute(&format!("UPDATE escrow SET owner = {sub}, document_id = '{of_bob}'")).await;
    let bob = app.signed_in(BOB).await;
    assert_eq!(bob.draft(&of_bob).await["text"], "Bob's");
    assert_eq!(app.number("SELECT count(*) FROM escrow WHERE settled_at IS NULL").await, 1);
}

/// `kill -9` between the 202 and the sign-in: a 202 is a promise that is on disk.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn e10_what_is_kept_survives_the_server_being_killed() {
    let directory = tempfile::tempdir().expect("a temporary directory");
    let process = Process::start(directory.path()).await;
    let desk = process.signed_in(ADA).await;
    let id = desk.new_document("text").await;
    process.advance(DAY).await;
    kept(&desk.save(&id, "w", 0, 1, json!([[4, 0, "!"]])).await, 1);
    process.kill().await;
    let process = Process::start(directory.path()).await;
    let phone = process.signed_in(ADA).await;
    assert_eq!(phone.draft(&id).await["text"], "text!");
    process.kill().await;
    let log = std::fs::read_to_string(directory.path().join("log")).expect("a log");
    assert!(log.contains("escrow is merged") && !log.contains("text!"), "{log}");
}
