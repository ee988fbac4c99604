//! The refusals that the description itself asks for, of every operation.

use http::header::{CONTENT_TYPE, COOKIE, IF_MATCH, ORIGIN};
use serde_json::{Value, json};

use super::accounts::signed_up;
use super::description::Operation;
use super::witness::{Witness, example_id};
use crate::harness::{ADA, TestApp};

/// A body over the limit of its route.
pub(super) fn too_large(operation: Operation<'_>) -> Value {
    match operation.id() {
        "save_edits" => json!({"writer": "w", "base_head": 0, "seq": 1, "edits": [[0, 0, "x".repeat(1_100_000)]]}),
        "create_document" | "replace_text" => json!({"text": "x".repeat(10 * 1024 * 1024 + 1)}),
        _ => json!("x".repeat(70_000)),
    }
}

/// The refusals that the description itself asks for, of every operation; and its examples work.
pub(super) async fn ask_everything(app: &TestApp, witness: &Witness<'_>) {
    let ada = app.signed_in(ADA).await;
    let (stranger, unknown) = (app.browser(), "0123456789abcdef0123456789abcdef");
    for operation in witness.description.operations() {
        let browser = if operation.needs_session() { &ada } else { &stranger };
        let id = example_id(app, &ada, operation.path).await;
        let fresh = || operation.request(browser, &id);

        if operation.changes_something() {
            let mut request = fresh();
            request.headers_mut().remove(ORIGIN);
            witness.refused(browser, operation, request, (403, "cross_origin")).await;
        }
        if operation.needs_session() {
            let mut request = fresh();
            request.headers_mut().remove(COOKIE);
            witness.refused(&stranger, operation, request, (401, "signed_out")).await;
        }
        if operation.path.contains("{id}") {
            witness.refused(browser, operation, operation.request(browser, unknown), (404, "not_found")).await;
        }
        if operation.example().is_some() {
            let mut request = fresh();
            *request.body_mut() = "{".into();
            witness.refused(browser, operation, request, (400, "malformed")).await;
            let request = operation.request_with(browser, &id, Some(&json!({"stranger": 1})));
            witness.refused(browser, operation, request, (400, "malformed")).await;
            let mut request = fresh();
            request.headers_mut().insert(CONTENT_TYPE, "text/plain".parse().expect("a header value"));
            witness.refused(browser, operation, request, (415, "unsupported_media_type")).await;
            let request = operation.request_with(browser, &id, Some(&too_large(operation)));
            witness.refused(browser, operation, request, (413, "too_large")).await;
        }
        if operation.takes_header("If-Match") {
            let mut request = fresh();
            request.headers_mut().remove(IF_MATCH);
            witness.refused(browser, operation, request, (428, "if_match_required")).await;
            for (value, refusal) in [("latest", (422, "invalid")), ("\"7\"", (412, "head_moved"))] {
                let mut request = fresh();
                request.headers_mut().insert(IF_MATCH, value.parse().expect("a header value"));
                witness.refused(browser, operation, request, refusal).await;
            }
        }
        if operation.needs_session() {
            let mut request = fresh();
            request.headers_mut().insert("holdfast-user", "somebody-else".parse().expect("a header value"));
            if operation.takes_header("holdfast-user") {
                witness.refused(browser, operation, request, (403, "other_user")).await;
            } else {
                let browser = app.signed_in(ADA).await;
                let own = example_id(app, &browser, operation.path).await;
                let mut request = operation.request(&browser, &own);
                request.headers_mut().insert("holdfast-user", "somebody-else".parse().expect("a header value"));
                let answer = witness.send(&browser, operation, request).await;
                assert_eq!(answer.status / 100, 2, "{} reads holdfast-user", operation.id());
            }
        }
        // What changes an account for good is asked by somebody whom nobody else needs.
        let newcomer;
        let for_good = ["change_password", "delete_account", "sign_out_everywhere"];
        let (browser, request) = if for_good.contains(&operation.id()) {
            newcomer = signed_up(app, &format!("{}@example.com", operation.id())).await;
            (&newcomer, operation.request(&newcomer, &id))
        } else {
            (browser, fresh())
        };
        let answer = witness.send(browser, operation, request).await;
        match operation.id() {
            "add_passkey" => assert_eq!(answer.code(), "invalid"),
            "verify_email" | "verify_authenticator" => assert_eq!(answer.code(), "wrong_code"),
            "answer_challenge" => assert_eq!(answer.code(), "challenge_expired"),
            "confirm_sign_up" | "confirm_forgot_password" => assert_eq!(answer.code(), "wrong_code"),
            id => assert_eq!(answer.status / 100, 2, "the example of {id}: {}", answer.text()),
        }
    }
}
