//! What is answered while the pool fails, and when the tables are gone.

use holdfast_user_pool::control::{Fault, FaultKind};
use serde_json::json;

use super::description::Operation;
use super::witness::{Witness, example_document};
use crate::harness::{ADA, TestApp};

pub(super) fn asks_for_sessions_only(operation: &Operation<'_>) -> bool {
    let of_the_account = operation.path.starts_with("/api/account") && operation.id() != "delete_account";
    of_the_account
        || operation.path.starts_with("/api/session")
        || ["/api/events", "/api/journal-key"].contains(&operation.path)
}

/// The pool fails, then the tables are gone: those first that documents are in, then that of the sessions.
pub(super) async fn ask_while_all_is_broken(app: &TestApp, witness: &Witness<'_>) {
    let (ada, stranger) = (app.signed_in(ADA).await, app.browser());
    let id = example_document(&ada).await;
    let of_the_pool = [
        ("InitiateAuth", "sign_in"),
        ("SignUp", "sign_up"),
        ("ConfirmSignUp", "confirm_sign_up"),
        ("ResendConfirmationCode", "resend_code"),
        ("ForgotPassword", "forgot_password"),
        ("ConfirmForgotPassword", "confirm_forgot_password"),
    ];
    for (asked, operation) in of_the_pool {
        let operation = witness.description.named(operation);
        for (kind, refusal) in [
            (FaultKind::Throttle, (429, "too_many_requests")),
            (FaultKind::Error500, (503, "provider_unavailable")),
            (FaultKind::WrongIss, (502, "provider_misconfigured")),
        ] {
            if kind == FaultKind::WrongIss && asked != "InitiateAuth" {
                continue; // the others give no tokens
            }
            app.pool().fault(Fault::once(asked, kind).times(100)).expect("a fault");
            witness.refused(&stranger, operation, operation.request(&stranger, ""), refusal).await;
            app.pool().clear_faults();
        }
    }
    let of_accounts = [
        ("GetUser", "read_account"),
        ("UpdateUserAttributes", "update_account"),
        ("GetUserAttributeVerificationCode", "send_email_code"),
        ("VerifyUserAttribute", "verify_email"),
        ("ChangePassword", "change_password"),
        ("AssociateSoftwareToken", "set_up_authenticator"),
        ("VerifySoftwareToken", "verify_authenticator"),
        ("SetUserMFAPreference", "set_second_factor"),
        ("ListWebAuthnCredentials", "list_passkeys"),
        ("StartWebAuthnRegistration", "begin_passkey"),
        ("CompleteWebAuthnRegistration", "add_passkey"),
        ("DeleteWebAuthnCredential", "remove_passkey"),
        ("DeleteUser", "delete_account"),
    ];
    for (asked, operation) in of_accounts {
        let operation = witness.description.named(operation);
        for (kind, refusal) in
            [(FaultKind::Throttle, (429, "too_many_requests")), (FaultKind::Error500, (503, "provider_unavailable"))]
        {
            app.pool().fault(Fault::once(asked, kind).times(100)).expect("a fault");
            witness.refused(&ada, operation, operation.request(&ada, ""), refusal).await;
            app.pool().clear_faults();
        }
    }
    for table in ["documents", "drafts", "draft_batches", "draft_snapshots", "versions", "health"] {
        app.execute(&format!("ALTER TABLE {table} RENAME TO {table}_gone")).await;
    }
    let ready = witness.description.named("ready");
    let answer = witness.send(&stranger, ready, ready.request(&stranger, "")).await;
    assert_eq!((answer.status, &answer.json()["database"]), (503, &json!("cannot_save")));
    let operations = || witness.description.operations().filter(Operation::needs_session);
    for operation in operations().filter(|operation| !asks_for_sessions_only(operation)) {
        witness.refused(&ada, operation, operation.request(&ada, &id), (503, "cannot_save")).await;
    }
    app.execute("ALTER TABLE sessions RENAME TO sessions_gone").await;
    for operation in operations().chain([witness.description.named("sign_in"), witness.description.named("sign_out")]) {
        witness.refused(&ada, operation, operation.request(&ada, &id), (500, "internal")).await;
    }
}
