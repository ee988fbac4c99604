//! The user's own account over the API: each operation with the access token, and what becomes of the sessions by it.

use std::time::Duration;

use holdfast_user_pool::control::{Fault, FaultKind, OldKeys, Revoke};
use serde_json::json;

use crate::harness::{ADA, BOB, Browser, TestApp, eventually};

const HOUR: Duration = Duration::from_secs(3600);
const NEW: &str = "Another-2";

fn mailed_code(app: &TestApp, email: &str) -> String {
    let outbox = app.pool().outbox();
    outbox.iter().rev().find(|message| message.to == email).expect("a message").code.clone()
}

async fn change_password(browser: &Browser, current: &str, new: &str) -> u16 {
    browser.post("/api/account/password", &json!({"current": current, "new": new})).await.status
}

/// S1: the access token authorizes operations on the account, and nothing else goes there.
#[tokio::test]
async fn s1_every_account_operation_carries_the_access_token_and_nothing_else_does() {
    let app = TestApp::start().await;
    let ada = app.signed_in(ADA).await;
    assert_eq!(ada.get("/api/account").await.status, 200);
    let update = json!({"name": "Ada", "email": "countess@example.com"});
    assert_eq!(ada.patch("/api/account", &update).await.status, 200);
    assert_eq!(ada.post("/api/account/email/code", &json!({})).await.status, 200);
    let code = json!({"code": mailed_code(&app, "countess@example.com")});
    assert_eq!(ada.post("/api/account/email/verify", &code).await.status, 204);
    assert_eq!(change_password(&ada, ADA.1, NEW).await, 204);
    app.advance(HOUR);
    assert_eq!(ada.get("/api/documents").await.status, 200);
    assert_eq!(ada.post("/api/account/sign-out", &json!({})).await.status, 204);
    let again = app.signed_in(("countess@example.com", NEW)).await;
    assert_eq!(again.delete("/api/account").await.status, 204);

    let calls = app.pool().calls();
    for operation in [
        "GetUser",
        "UpdateUserAttributes",
        "GetUserAttributeVerificationCode",
        "VerifyUserAttribute",
        "ChangePassword",
        "GlobalSignOut",
        "DeleteUser",
    ] {
        let mut of_it = calls.iter().filter(|call| call.operation == operation).peekable();
        assert!(of_it.peek().is_some(), "{operation} was asked for");
        assert!(of_it.all(|call| call.carries == Some("access")), "{operation}");
    }
    for call in calls.iter().filter(|call| call.operation == "GetTokensFromRefreshToken") {
        assert_eq!(call.carries, Some("refresh"));
    }
    assert!(calls.iter().all(|call| call.carries != Some("id")), "the pool never gets an ID token");
}

/// S3, A2: like everything else, an account operation refreshes on demand, once.
#[tokio::test]
async fn an_account_operation_refreshes_where_that_is_due() {
    let app = TestApp::start().await;
    let ada = app.signed_in(ADA).await;
    app.advance(2 * HOUR);
    assert_eq!(ada.get("/api/account").await.status, 200);
    assert_eq!((app.refreshes(), app.pool().count("GetUser")), (1, 1));
    assert_eq!(ada.patch("/api/account", &json!({"name": "Ada"})).await.status, 200);
    assert_eq!(app.refreshes(), 1);
    assert_eq!(ada.get("/api/account").await.json()["name"], "Ada");
}

/// A refused access token is no end of the session: the refresh token is asked, and its answer is.
#[tokio::test]
async fn a_token_that_is_not_taken_is_renewed_where_the_refresh_token_still_is() {
    let app = TestApp::start().await;
    let ada = app.signed_in(ADA).await;
    app.pool().rotate_keys(OldKeys::Dropped).await.expect("new keys");
    let answer = ada.get("/api/account").await;
    assert_eq!((answer.status, app.refreshes()), (200, 1), "{answer:?}");
    assert_eq!(app.pool().count("GetUser"), 2);
    assert_eq!(ada.get("/api/session").await.status, 200);
}

/// A17: where it is not, the session has ended, and the reason is told.
#[tokio::test]
async fn a17_a_revocation_is_noticed_by_an_account_operation_and_told() {
    let app = TestApp::start().await;
    let ada = app.signed_in(ADA).await;
    app.pool().revoke(Revoke::All).await.expect("revoked");
    let answer = ada.post("/api/account/password", &json!({"current": ADA.1, "new": NEW})).await;
    assert_eq!((answer.status, answer.code().as_str()), (401, "revoked"));
    assert_eq!(ada.get("/api/session").await.code(), "revoked");
}

#[tokio::test]
async fn a_new_address_counts_once_its_code_has_come_back() {
    let app = TestApp::start().await;
    let (ada, elsewhere, bob) = (app.signed_in(ADA).await, app.signed_in(ADA).await, app.signed_in(BOB).await);
    let answer = ada.patch("/api/account", &json!({"email": "countess@example.com"})).await;
    assert_eq!(answer.json(), json!({"codes": [{"attribute": "email", "destination": "c***@e***"}]}));
    assert_eq!(ada.get("/api/account").await.json()["email"], ADA.0);
    let wrong = ada.post("/api/account/email/verify", &json!({"code": "x"})).await;
    assert_eq!((wrong.status, wrong.code().as_str()), (400, "wrong_code"));
    let code = json!({"code": mailed_code(&app, "countess@example.com")});
    assert_eq!(ada.post("/api/account/email/verify", &code).await.status, 204);
    for browser in [&ada, &elsewhere] {
        let session = browser.get("/api/session").await.json();
        assert_eq!(session["user"]["email"], "countess@example.com", "all of the user's sessions say it at once");
    }
    let account = ada.get("/api/account").await.json();
    assert_eq!((&account["email"], &account["email_verified"]), (&json!("countess@example.com"), &json!(true)));
    assert_eq!(bob.get("/api/session").await.json()["user"]["email"], BOB.0);
    assert!(ada.get("/").await.text().contains("countess@example.com"), "and so does the header");
    app.signed_in(("countess@example.com", ADA.1)).await;
    assert_eq!(app.browser().sign_in(ADA.0, ADA.1).await.status, 401);
}

/// What is verified is the pool's to say.
#[tokio::test]
async fn an_address_and_a_number_count_as_verified_where_the_pool_says_so() {
    let app = TestApp::start().await;
    let ada = app.signed_in(ADA).await;
    let verified = async |email: &str, phone: &str| {
        let attributes =
            [("email_verified", email), ("phone_number", "+441632960000"), ("phone_number_verified", phone)];
        let attributes = attributes.map(|(name, value)| (name.to_owned(), value.to_owned()));
        app.pool().set_attributes(ADA.0, attributes.into()).await.expect("attributes");
        let account = ada.get("/api/account").await.json();
        assert_eq!(account["phone_number"], "+441632960000");
        (account["email_verified"] == json!(true), account["phone_number_verified"] == json!(true))
    };
    assert_eq!(verified("true", "false").await, (true, false));
    assert_eq!(verified("false", "true").await, (false, true));
    assert_eq!(verified("", "").await, (false, false), "nor where it says nothing");
}

#[tokio::test]
async fn a_name_is_a_line_of_some_length() {
    let app = TestApp::start().await;
    let ada = app.signed_in(ADA).await;
    let longest = "\u{e9}".repeat(200);
    for name in [format!("{longest}x"), "Ada\nLovelace".to_owned(), "Ada\u{7f}".to_owned(), "a\0b".to_owned()] {
        let answer = ada.patch("/api/account", &json!({ "name": name })).await;
        assert_eq!((answer.status, answer.code().as_str()), (422, "invalid"), "{name:?}");
    }
    assert_eq!(app.pool().count("UpdateUserAttributes"), 0, "the pool takes more than that");
    for name in [longest.as_str(), "  Ada Lovelace\n", ""] {
        assert_eq!(ada.patch("/api/account", &json!({ "name": name })).await.status, 200, "{name:?}");
        assert_eq!(ada.get("/api/account").await.json()["name"], name.trim());
    }
}

#[tokio::test]
async fn a_password_is_changed_by_who_knows_it_and_no_session_ends() {
    let app = TestApp::start().await;
    let (ada, elsewhere) = (app.signed_in(ADA).await, app.signed_in(ADA).await);
    let wrong = ada.post("/api/account/password", &json!({"current": "Wrong-1!", "new": NEW})).await;
    assert_eq!((wrong.status, wrong.code().as_str()), (400, "wrong_password"));
    assert_eq!(ada.get("/api/session").await.status, 200, "a wrong password ends nothing");
    assert_eq!(change_password(&ada, ADA.1, NEW).await, 204);
    assert_eq!(app.browser().sign_in(ADA.0, ADA.1).await.status, 401);
    app.signed_in((ADA.0, NEW)).await;
    app.advance(2 * HOUR);
    for browser in [&ada, &elsewhere] {
        assert_eq!(browser.get("/api/documents").await.status, 200);
    }
}

/// A14: everywhere is everywhere, here too; another user's sessions are another user's.
#[tokio::test]
async fn a14_signing_out_everywhere_ends_every_session_of_the_user_and_nobody_elses() {
    let app = TestApp::start().await;
    let (ada, elsewhere, bob) = (app.signed_in(ADA).await, app.signed_in(ADA).await, app.signed_in(BOB).await);
    let kept = ada.copy();
    let answer = ada.post("/api/account/sign-out", &json!({})).await;
    assert_eq!(answer.status, 204);
    assert_eq!(ada.cookie(), None);
    assert_eq!(kept.get("/api/session").await.code(), "signed_out");
    assert_eq!(elsewhere.get("/api/session").await.code(), "ended_elsewhere");
    assert_eq!(bob.get("/api/session").await.status, 200);
    assert_eq!(app.pool().count("GlobalSignOut"), 1);
}

/// A14: a lost laptop can be signed out while the pool cannot be asked.
#[tokio::test]
async fn a14_signing_out_everywhere_works_here_while_the_pool_is_down() {
    let app = TestApp::start().await;
    let (ada, elsewhere) = (app.signed_in(ADA).await, app.signed_in(ADA).await);
    app.pool().fault(Fault::once("*", FaultKind::Error500).times(100)).expect("a fault");
    assert_eq!(ada.post("/api/account/sign-out", &json!({})).await.status, 204);
    assert_eq!(elsewhere.get("/api/session").await.code(), "ended_elsewhere");
}

#[tokio::test]
async fn a_deleted_account_takes_its_documents_and_its_sessions_along() {
    let app = TestApp::start().await;
    let (ada, elsewhere, bob) = (app.signed_in(ADA).await, app.signed_in(ADA).await, app.signed_in(BOB).await);
    let id = ada.new_document("Adas words").await;
    let bobs = bob.new_document("Bobs words").await;
    assert_eq!(ada.delete("/api/account").await.status, 204);
    assert_eq!(ada.cookie(), None);
    assert_eq!(elsewhere.get(&format!("/api/documents/{id}")).await.code(), "deleted");
    assert_eq!(app.browser().sign_in(ADA.0, ADA.1).await.status, 401);
    assert_eq!(app.number("SELECT count(*) FROM documents WHERE trashed_at = 0").await, 1, "the next sweep's");
    assert_eq!(bob.draft(&bobs).await["text"], "Bobs words");

    app.advance(2 * HOUR);
    eventually("the sweep deletes them for good", || async { app.number("SELECT count(*) FROM documents").await == 1 })
        .await;
}

#[tokio::test]
async fn an_account_that_the_pool_does_not_delete_keeps_everything() {
    let app = TestApp::start().await;
    let ada = app.signed_in(ADA).await;
    let id = ada.new_document("Adas words").await;
    app.pool().fault(Fault::once("DeleteUser", FaultKind::Error500).times(100)).expect("a fault");
    let answer = ada.delete("/api/account").await;
    assert_eq!((answer.status, answer.code().as_str()), (503, "provider_unavailable"));
    app.pool().clear_faults();
    assert_eq!(ada.draft(&id).await["text"], "Adas words");
    assert_eq!(ada.get("/api/trash").await.json()["documents"], json!([]));

    // An answer that is lost is one that took effect.
    app.pool().fault(Fault::once("DeleteUser", FaultKind::ResetAfter)).expect("a fault");
    assert_eq!(ada.delete("/api/account").await.status, 204);
    assert_eq!(app.browser().sign_in(ADA.0, ADA.1).await.status, 401);
}
