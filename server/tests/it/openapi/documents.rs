//! What takes knowing the operation: documents, saves, streams, sign-ups.

use std::time::Duration;

use http::Method;
use http_body_util::Full;
use serde_json::{Value, json};

use super::accounts::mailed_code;
use super::steps::ask_for_steps;
use super::witness::{Witness, example_document};
use crate::harness::{ADA, EventStream, TestApp};

/// What takes knowing the operation.
pub(super) async fn ask_for_more(app: &TestApp, witness: &Witness<'_>) {
    ask_for_lists_and_files(app, witness).await;
    let (ada, stranger) = (app.signed_in(ADA).await, app.browser());
    let long = json!("x".repeat(301));
    let id = ada.new_document("Hello 😀").await;
    for operation in ["create_document", "rename_document"] {
        witness.body(&ada, operation, &id, json!({"title": long}), "invalid").await;
    }
    for operation in ["save_version", "name_version"] {
        witness.body(&ada, operation, &id, json!({"name": long}), "invalid").await;
    }
    witness.body(&ada, "save_version", &id, json!({"kind": "merge"}), "invalid").await;
    let compare = witness.description.named("compare_versions");
    for (query, refusal) in
        [("with=yesterday", (422, "invalid")), ("", (422, "invalid")), ("with=9", (404, "not_found"))]
    {
        let request = ada.request(Method::GET, &format!("/api/documents/{id}/versions/1/diff?{query}"), None);
        witness.refused(&ada, compare, request, refusal).await;
    }

    let batch = |base_head: u64, seq: u64, edits: Value| json!({"writer": "w", "base_head": base_head, "seq": seq, "edits": edits});
    assert_eq!(ada.save(&id, "w", 0, 1, json!([[0, 0, "a"], [1, 0, "b"]])).await.status, 200);
    assert_eq!(ada.save(&id, "v", 1, 1, json!([[0, 0, "c"]])).await.status, 200);
    for (body, code) in [
        (batch(0, 3, json!([[0, 0, "x"]])), "conflict"),
        (batch(2, 3, json!([[99, 0, "x"]])), "edit_out_of_range"),
        (batch(2, 3, json!([[10, 0, "x"]])), "edit_splits_surrogate"),
        (batch(2, 4, json!([[0, 0, "x"]])), "seq_gap"),
        (batch(2, 2, json!([[0, 0, "x"]])), "seq_overlap"),
        (batch(9, 3, json!([[0, 0, "x"]])), "head_unknown"),
        (batch(2, 3, json!([])), "invalid"),
    ] {
        witness.body(&ada, "save_edits", &id, body, code).await;
    }

    let read_edits = witness.description.named("read_edits");
    for (query, code) in [("since=9&writer=w", "head_unknown"), ("since=0&writer=", "invalid"), ("writer=w", "invalid")]
    {
        let path = format!("/api/documents/{id}/edits?{query}");
        let request = ada.request(Method::GET, &path, None);
        witness.refused(&ada, read_edits, request, (422, code)).await;
    }
    let read_events = witness.description.named("read_events");
    let streams: Vec<_> = futures_util::future::join_all((0..6).map(|_| EventStream::open(&ada))).await;
    let request = read_events.request(&ada, "");
    witness.refused(&ada, read_events, request, (429, "too_many_requests")).await;
    drop(streams);

    let late = app.signed_in(ADA).await;
    let late_id = example_document(&late).await;
    app.advance(Duration::from_secs(24 * 3600));
    let save_edits = witness.description.named("save_edits");
    assert_eq!(witness.send(&late, save_edits, save_edits.request(&late, &late_id)).await.status, 202);
    let answers = futures_util::future::join_all((0..121).map(|_| late.send(save_edits.request(&late, &late_id))));
    assert!(answers.await.iter().any(|answer| answer.status == 429));
    witness.refused(&late, save_edits, save_edits.request(&late, &late_id), (429, "too_many_requests")).await;

    let account = |password: &str| json!({"email": "zoe@example.com", "password": password});
    witness.body(&stranger, "sign_in", "", json!({"username": ADA.0, "password": "no"}), "wrong_credentials").await;
    witness.body(&stranger, "sign_in", "", json!({"username": "", "password": "no"}), "invalid").await;
    witness.body(&stranger, "sign_up", "", account(""), "invalid").await;
    witness.body(&stranger, "sign_up", "", account("short"), "weak_password").await;
    witness.body(&stranger, "sign_up", "", json!({"email": ADA.0, "password": "Password-9!"}), "sign_up_refused").await;
    assert_eq!(stranger.post("/api/sign-up", &account("Password-9!")).await.status, 204);
    let code = mailed_code(app, "zoe@example.com");
    let confirm = |code: &str| json!({"email": "zoe@example.com", "code": code});
    witness.body(&stranger, "confirm_sign_up", "", confirm(""), "invalid").await;
    witness.body(&stranger, "resend_code", "", json!({"email": ""}), "invalid").await;
    let operation = witness.description.named("confirm_sign_up");
    let request = operation.request_with(&stranger, "", Some(&confirm(&code)));
    assert_eq!(witness.send(&stranger, operation, request).await.status, 204);

    ask_for_steps(app, witness).await;

    let late = json!({"email": "late@example.com", "password": "Password-9!"});
    assert_eq!(stranger.post("/api/sign-up", &late).await.status, 204);
    let code = mailed_code(app, "late@example.com");
    app.advance(Duration::from_secs(25 * 3600));
    let late = json!({"email": "late@example.com", "code": code});
    witness.body(&stranger, "confirm_sign_up", "", late, "wrong_code").await;
}

async fn ask_for_lists_and_files(app: &TestApp, witness: &Witness<'_>) {
    let (operation, somebody) = (witness.description.named("import_documents"), app.signed_in(ADA).await);
    let list = witness.description.named("list_documents");
    let wrong = somebody.request(Method::GET, "/api/documents?sort=size", None);
    witness.refused(&somebody, list, wrong, (422, "invalid")).await;
    let mut broken = operation.request(&somebody, "");
    *broken.body_mut() = Full::from("no form");
    witness.refused(&somebody, operation, broken, (400, "malformed")).await;
    let json = operation.request_with(&somebody, "", Some(&json!({})));
    witness.refused(&somebody, operation, json, (415, "unsupported_media_type")).await;
}
