//! A new password, by a step of the sign-in and by a mailed code.

use std::time::Duration;

use holdfast_user_pool::control::{Fault, FaultKind, UserAction};
use serde_json::json;

use super::accounts::mailed_code;
use super::witness::Witness;
use crate::harness::TestApp;

/// A new password, by a step of the sign-in and by a mailed code.
pub(super) async fn ask_for_steps(app: &TestApp, witness: &Witness<'_>) {
    let browser = app.browser();
    let zoe = "zoe@example.com";
    let sign_in = witness.description.named("sign_in");
    let begin = async |password: &str| {
        app.pool().user(zoe, UserAction::ForceNewPassword).await.expect("done");
        let body = json!({"username": zoe, "password": password});
        let request = sign_in.request_with(&browser, "", Some(&body));
        assert_eq!(witness.send(&browser, sign_in, request).await.json()["challenge"], "NEW_PASSWORD_REQUIRED");
    };
    begin("Password-9!").await;
    let answers = |password: &str| json!({"challenge": "NEW_PASSWORD_REQUIRED", "answers": {"new_password": password}});
    witness.body(&browser, "answer_challenge", "", answers(""), "invalid").await;
    witness.body(&browser, "answer_challenge", "", answers("short"), "weak_password").await;
    let operation = witness.description.named("answer_challenge");
    for (kind, refusal) in
        [(FaultKind::Throttle, (429, "too_many_requests")), (FaultKind::Error500, (503, "provider_unavailable"))]
    {
        app.pool().fault(Fault::once("RespondToAuthChallenge", kind).times(100)).expect("a fault");
        let request = operation.request_with(&browser, "", Some(&answers("Password-8!")));
        witness.refused(&browser, operation, request, refusal).await;
        app.pool().clear_faults();
    }
    let request = operation.request_with(&browser, "", Some(&answers("Password-8!")));
    assert_eq!(witness.send(&browser, operation, request).await.status, 200);
    begin("Password-8!").await;
    app.pool().fault(Fault::once("RespondToAuthChallenge", FaultKind::WrongIss).times(100)).expect("a fault");
    let request = operation.request_with(&browser, "", Some(&answers("Password-7!")));
    witness.refused(&browser, operation, request, (502, "provider_misconfigured")).await;
    app.pool().clear_faults();

    witness.body(&browser, "forgot_password", "", json!({"email": ""}), "invalid").await;
    let forgot = witness.description.named("forgot_password");
    let request = forgot.request_with(&browser, "", Some(&json!({"email": zoe})));
    assert_eq!(witness.send(&browser, forgot, request).await.status, 204);
    let code = mailed_code(app, zoe);
    let body = |code: &str, password: &str| json!({"email": zoe, "code": code, "password": password});
    witness.body(&browser, "confirm_forgot_password", "", body("", "Password-6!"), "invalid").await;
    witness.body(&browser, "confirm_forgot_password", "", body("000000", "Password-6!"), "wrong_code").await;
    witness.body(&browser, "confirm_forgot_password", "", body(&code, "short"), "weak_password").await;
    let confirm = witness.description.named("confirm_forgot_password");
    let request = confirm.request_with(&browser, "", Some(&body(&code, "Password-6!")));
    assert_eq!(witness.send(&browser, confirm, request).await.status, 204);
    assert_eq!(browser.send(forgot.request_with(&browser, "", Some(&json!({"email": zoe})))).await.status, 204);
    let code = mailed_code(app, zoe);
    app.advance(Duration::from_secs(25 * 3600));
    witness.body(&browser, "confirm_forgot_password", "", body(&code, "Password-5!"), "wrong_code").await;
}
