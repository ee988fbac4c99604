//! Passkeys of one's own account, against the embedded pool: by the API, and on the page.

use holdfast_user_pool::control::{Fault, FaultKind};
use serde_json::{Value, json};

use crate::harness::{ADA, Answer, Authenticator, BOB, Browser, TestApp};

async fn options(browser: &Browser) -> Value {
    let answer = browser.post("/api/account/passkeys/options", &json!({})).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    answer.json()["options"].clone()
}

async fn add(browser: &Browser, credential: &Value) -> Answer {
    browser.post("/api/account/passkeys", &json!({ "credential": credential })).await
}

pub(crate) async fn added(browser: &Browser, id: u8) -> Authenticator {
    let authenticator = Authenticator::new(id);
    let answer = add(browser, &authenticator.create(&options(browser).await)).await;
    assert_eq!(answer.status, 204, "{answer:?}");
    authenticator
}

async fn ids(browser: &Browser) -> Vec<String> {
    let list = browser.get("/api/account/passkeys").await.json();
    let passkeys = list["passkeys"].as_array().expect("a list").iter();
    passkeys.map(|one| one["id"].as_str().expect("an id").to_owned()).collect()
}

/// What pages say where the pool has no passkeys.
pub(crate) fn without_passkeys(app: &TestApp) {
    let mut rules = app.pool().sign_in_rules();
    rules.first_factors.retain(|factor| factor != "WEB_AUTHN");
    app.pool().set_sign_in_rules(rules).expect("rules");
}

/// S1: the access token authorizes what concerns passkeys, and nothing else goes there.
#[tokio::test]
async fn s1_passkeys_are_added_listed_and_removed_with_the_access_token() {
    let app = TestApp::start().await;
    let ada = app.signed_in(ADA).await;
    assert_eq!(ids(&ada).await, Vec::<String>::new());
    let (one, two) = (added(&ada, 1).await, added(&ada, 2).await);
    assert_eq!(ids(&ada).await, [one.id(), two.id()]);
    let known = options(&ada).await["excludeCredentials"].clone();
    assert_eq!(known[1]["id"], json!(two.id()), "a device makes no second one: {known}");

    for _ in 0..2 {
        let answer = ada.post("/api/account/passkeys/remove", &json!({ "id": one.id() })).await;
        assert_eq!(answer.status, 204, "also where it is gone: {answer:?}");
    }
    assert_eq!(ids(&ada).await, [two.id()]);
    let calls = app.pool().calls();
    for operation in [
        "ListWebAuthnCredentials",
        "StartWebAuthnRegistration",
        "CompleteWebAuthnRegistration",
        "DeleteWebAuthnCredential",
    ] {
        let mut of_it = calls.iter().filter(|call| call.operation == operation).peekable();
        assert!(of_it.peek().is_some(), "{operation} was asked for");
        assert!(of_it.all(|call| call.carries == Some("access")), "{operation}");
    }
}

#[tokio::test]
async fn a_passkey_that_answers_anothers_challenge_or_an_old_one_is_refused() {
    let app = TestApp::start().await;
    let (ada, bob) = (app.signed_in(ADA).await, app.signed_in(BOB).await);
    let asked = options(&ada).await;
    let credential = Authenticator::new(1).create(&asked);
    let refused = add(&bob, &credential).await;
    assert_eq!((refused.status, refused.code().as_str()), (400, "passkey_refused"));
    assert_eq!(add(&ada, &credential).await.status, 204);
    assert_eq!(add(&ada, &credential).await.code(), "passkey_refused");
    assert_eq!(add(&ada, &json!({})).await.code(), "invalid");
    assert_eq!(ids(&bob).await, Vec::<String>::new());
}

#[tokio::test]
async fn the_page_lists_passkeys_and_removes_one_without_scripts() {
    let app = TestApp::start().await;
    let ada = app.signed_in(ADA).await;
    assert!(ada.get("/account").await.text().contains("You have none yet."));
    let one = added(&ada, 1).await;
    let page = ada.get("/account").await.text();
    assert!(page.contains("Passkey 1") && page.contains(&one.id()), "{page}");
    assert!(page.contains("Adding one needs this page"), "{page}");
    let removed = ada.form("/account/passkeys/remove", &[("id", &one.id())]).await;
    assert_eq!((removed.status, removed.header("location")), (303, Some("/account?done=no-passkey")));
    assert_eq!(ids(&ada).await, Vec::<String>::new());
}

#[tokio::test]
async fn where_the_pool_has_no_passkeys_the_page_does_not_speak_of_them() {
    let app = TestApp::start().await;
    without_passkeys(&app);
    let ada = app.signed_in(ADA).await;
    assert!(!ada.get("/account").await.text().contains("Passkeys"));
    let refused = ada.get("/api/account/passkeys").await;
    assert_eq!((refused.status, refused.code().as_str()), (422, "not_offered"));
}

/// A list that cannot be had leaves the rest of the page as it is.
#[tokio::test]
async fn a_list_of_passkeys_that_cannot_be_had_takes_nothing_else_with_it() {
    let app = TestApp::start().await;
    let ada = app.signed_in(ADA).await;
    app.pool().fault(Fault::once("ListWebAuthnCredentials", FaultKind::Error500).times(100)).expect("a fault");
    let page = ada.get("/account").await;
    assert_eq!(page.status, 200);
    assert!(page.text().contains("action=\"/account/password\"") && !page.text().contains("Passkeys"));
}
