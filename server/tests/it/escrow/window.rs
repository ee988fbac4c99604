//! Whose late saves are taken, and until when.

use std::time::Duration;

use holdfast_user_pool::control::UserAction;
use serde_json::json;

use super::{DAY, HOUR, expired, in_escrow, kept};
use crate::harness::{ADA, BOB, TestApp};

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

/// Who signs out everywhere else, or is disabled, after a deadline had ended a session does not want its late saves either.
/// A sign-out of one other session says nothing about this one.
#[tokio::test]
async fn e10_what_ends_all_sessions_closes_the_escrow_of_those_that_had_ended_before() {
    for (noticed, code) in [(true, "signed_out"), (false, "ended_elsewhere")] {
        let app = TestApp::start().await;
        let desk = app.signed_in(ADA).await;
        let id = desk.new_document("").await;
        app.advance(DAY);
        if noticed {
            kept(&desk.save(&id, "w", 0, 1, json!([[0, 0, "before"]])).await, 1);
        }
        let (phone, tablet) = (app.signed_in(ADA).await, app.signed_in(ADA).await);
        assert_eq!(tablet.delete("/api/session").await.status, 204);
        if noticed {
            kept(&desk.save(&id, "w", 0, 2, json!([[6, 0, ", and after one sign-out"]])).await, 2);
        }
        assert_eq!(phone.delete("/api/sessions/others").await.status, 204);
        assert_eq!(desk.save(&id, "w", 0, 3, json!([[0, 0, "x"]])).await.code(), code);
        let text = if noticed { "before, and after one sign-out" } else { "" };
        assert_eq!(app.signed_in(ADA).await.draft(&id).await["text"], text);
    }
}

/// A pool that has taken a session of the user back, or has told that the account is disabled, is believed for those that
/// had ended before, too.
#[tokio::test]
async fn e10_what_the_pool_takes_back_closes_the_escrow_of_sessions_that_had_ended_before() {
    for action in [UserAction::Disable, UserAction::SignOut, UserAction::Delete] {
        let app = TestApp::start().await;
        let desk = app.signed_in(ADA).await;
        let id = desk.new_document("").await;
        app.advance(12 * HOUR);
        let phone = app.signed_in(ADA).await;
        app.advance(12 * HOUR);
        kept(&desk.save(&id, "w", 0, 1, json!([[0, 0, "before"]])).await, 1);
        app.pool().user(ADA.0, action).await.expect("a user");
        app.advance(HOUR);
        assert_eq!(phone.get("/api/documents").await.status, 401, "the pool's no is heard");
        assert_eq!(desk.save(&id, "w", 0, 2, json!([[6, 0, "x"]])).await.code(), "expired");
        assert_eq!(in_escrow(&app).await, 1);
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

/// F2: whatever has ended the session, on every path that a browser may ask.
#[tokio::test]
async fn f2_no_end_that_was_not_asked_for_clears_the_storage_on_any_path() {
    for code in ["expired", "ended_elsewhere", "disabled", "revoked"] {
        let app = TestApp::start().await;
        let desk = app.signed_in(ADA).await;
        let id = desk.new_document("").await;
        match code {
            "expired" => app.advance(DAY),
            "ended_elsewhere" => {
                let phone = app.signed_in(ADA).await;
                assert_eq!(phone.delete("/api/sessions/others").await.status, 204);
            }
            "disabled" => app.pool().user(ADA.0, UserAction::Disable).await.expect("a user"),
            _ => app.pool().user(ADA.0, UserAction::SignOut).await.expect("a user"),
        }
        app.advance(HOUR);
        // The first one to ask is told of the end by the pool.
        assert_eq!(desk.get("/api/documents").await.code(), code);
        let of_document =
            ["", "/draft", "/edits?since=0&writer=w", "/versions", "/versions/1", "/versions/1/diff?with=draft"];
        let mut paths: Vec<String> = of_document.iter().map(|rest| format!("/api/documents/{id}{rest}")).collect();
        paths.extend(
            ["", "/history", "/versions/1", "/versions/1/changes"].map(|rest| format!("/documents/{id}{rest}")),
        );
        paths.extend(
            ["/", "/sign-in", "/sign-up", "/trash", "/nowhere", "/healthz", "/readyz", "/pkg/nothing.js"]
                .map(str::to_owned),
        );
        paths.extend(
            ["session", "sessions", "documents", "trash", "events", "journal-key", "openapi.json", "nowhere"]
                .map(|path| format!("/api/{path}")),
        );
        for path in paths {
            let answer = desk.get(&path).await;
            assert_eq!(answer.header("clear-site-data"), None, "{code} {path}");
            assert_eq!(answer.header("set-cookie"), None, "{code} {path}");
        }
    }
}
