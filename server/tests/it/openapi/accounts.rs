//! What takes knowing the operations on an account.

use serde_json::{Value, json};

use super::factors::{ask_for_passkeys, ask_for_second_factors};
use super::witness::Witness;
use crate::harness::{ADA, Browser, TestApp};

pub(super) fn mailed_code(app: &TestApp, email: &str) -> String {
    let outbox = app.pool().outbox();
    let message = outbox.iter().rev().find(|message| message.to == email);
    message.expect("a message").code.clone()
}

/// Somebody new, signed in; the password is Password-1.
pub(super) async fn signed_up(app: &TestApp, email: &str) -> Browser {
    let browser = app.browser();
    let answer = browser.post("/api/sign-up", &json!({"email": email, "password": "Password-1"})).await;
    assert_eq!(answer.status, 204, "{answer:?}");
    let confirm = json!({"email": email, "code": mailed_code(app, email)});
    assert_eq!(browser.post("/api/sign-up/confirm", &confirm).await.status, 204);
    assert_eq!(browser.sign_in(email, "Password-1").await.status, 200);
    browser
}

/// What takes knowing the operations on an account.
pub(super) async fn ask_for_more_of_accounts(app: &TestApp, witness: &Witness<'_>) {
    let ada = app.signed_in(ADA).await;
    let body = |operation: &'static str, body: Value, code: &'static str| {
        let ada = ada.clone();
        async move { witness.body(&ada, operation, "", body, code).await }
    };
    body("update_account", json!({"name": "x".repeat(201)}), "invalid").await;
    body("update_account", json!({"email": "bob@example.com"}), "sign_up_refused").await;
    body("change_password", json!({"current": "", "new": "Password-9!"}), "invalid").await;
    body("change_password", json!({"current": "no", "new": "Password-9!"}), "wrong_password").await;
    body("change_password", json!({"current": ADA.1, "new": "short"}), "weak_password").await;
    body("verify_email", json!({"code": ""}), "invalid").await;
    ask_for_second_factors(app, witness).await;
    ask_for_passkeys(app, witness).await;

    let zoe = signed_up(app, "verify@example.com").await;
    let update = witness.description.named("update_account");
    let request = update.request_with(&zoe, "", Some(&json!({"email": "verified@example.com"})));
    assert_eq!(witness.send(&zoe, update, request).await.json()["codes"][0]["destination"], "v***@e***");
    let verify = witness.description.named("verify_email");
    let code = json!({"code": mailed_code(app, "verified@example.com")});
    assert_eq!(witness.send(&zoe, verify, verify.request_with(&zoe, "", Some(&code))).await.status, 204);
    witness.refused(&zoe, verify, verify.request_with(&zoe, "", Some(&code)), (400, "expired_code")).await;
}
