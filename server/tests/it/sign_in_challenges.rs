//! The further steps of a sign-in against the embedded pool, through the AWS SDK: by the API, and by pages without scripts.

use std::time::Duration;

use holdfast_user_pool::control::UserAction;
use serde_json::{Value, json};

use crate::harness::{ADA, Answer, Browser, TestApp};

const NEW: &str = "NEW_PASSWORD_REQUIRED";

pub(crate) async fn answer(browser: &Browser, challenge: &Value, answers: Value) -> Answer {
    let body = json!({ "challenge": challenge["challenge"], "answers": answers });
    browser.post("/api/session/challenge", &body).await
}

pub(crate) async fn asked(browser: &Browser, (email, password): (&str, &str)) -> Value {
    let answer = browser.sign_in(email, password).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    let asked = answer.json();
    assert!(asked["challenge"].is_string(), "{asked}");
    asked
}

#[tokio::test]
async fn a_temporary_password_is_replaced_and_the_missing_attribute_filled_in() {
    let app = TestApp::start().await;
    let mut rules = app.pool().sign_in_rules();
    rules.required_attributes = vec!["name".to_owned()];
    app.pool().set_sign_in_rules(rules).expect("rules");
    app.pool().user(ADA.0, UserAction::ForceNewPassword).await.expect("done");
    let browser = app.browser();
    let challenge = asked(&browser, ADA).await;
    assert_eq!(challenge["challenge"], NEW);
    let names: Vec<&Value> =
        challenge["fields"].as_array().expect("fields").iter().map(|field| &field["name"]).collect();
    assert_eq!(names, ["new_password", "name"]);
    let weak = answer(&browser, &challenge, json!({ "new_password": "short", "name": "Ada" })).await;
    assert_eq!((weak.status, weak.code().as_str()), (400, "weak_password"));
    let done = answer(&browser, &challenge, json!({ "new_password": "Password-9!", "name": "Ada" })).await;
    assert_eq!(done.json()["user"]["email"], ADA.0, "{done:?}");
    assert_eq!(browser.get("/api/documents").await.status, 200);
    assert_eq!(app.browser().sign_in(ADA.0, ADA.1).await.code(), "wrong_credentials");
    assert_eq!(app.browser().sign_in(ADA.0, "Password-9!").await.status, 200);
}

#[tokio::test]
async fn a_step_that_ran_out_leads_back_to_the_sign_in_form_with_a_reason_and_what_was_typed() {
    let app = TestApp::start().await;
    app.pool().user(ADA.0, UserAction::ForceNewPassword).await.expect("done");
    let browser = app.browser();
    let fields = [("email", ADA.0), ("password", ADA.1), ("next", "/trash")];
    let step = browser.form("/sign-in", &fields).await;
    assert_eq!(step.status, 200, "{step:?}");
    app.advance(Duration::from_secs(3 * 60));
    let fields = [("email", ADA.0), ("next", "/trash"), ("challenge", NEW), ("answer.new_password", "Password-9!")];
    let back = browser.form("/sign-in/challenge", &fields).await;
    assert_eq!((back.status, back.header("content-type")), (401, Some("text/html; charset=utf-8")));
    let page = back.text();
    assert!(page.contains("That took too long"), "{page}");
    for kept in ["action=\"/sign-in\"", "value=\"ada@example.com\"", "name=\"next\" value=\"/trash\""] {
        assert!(page.contains(kept), "{kept}: {page}");
    }
    let open = browser.get("/sign-in/challenge").await;
    assert_eq!((open.status, open.header("location")), (303, Some("/sign-in")));
}

#[tokio::test]
async fn a_step_can_be_left_and_shown_again() {
    let app = TestApp::start().await;
    app.pool().user(ADA.0, UserAction::ForceNewPassword).await.expect("done");
    let browser = app.browser();
    browser.form("/sign-in", &[("email", ADA.0), ("password", ADA.1)]).await;
    let again = browser.get("/sign-in/challenge").await;
    assert!(again.status == 200 && again.text().contains(NEW), "{again:?}");
    let left = browser.form("/sign-in/again", &[("email", ADA.0), ("next", "/trash")]).await;
    assert!(left.status == 200 && left.text().contains("action=\"/sign-in\""), "{left:?}");
    assert!(left.text().contains("value=\"/trash\""));
    assert_eq!(browser.get("/sign-in/challenge").await.status, 303, "nothing of it is left");
}
