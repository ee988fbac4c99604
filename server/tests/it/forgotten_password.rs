//! A forgotten password and a forced reset, by pages without scripts.

use std::time::Duration;

use holdfast_user_pool::control::UserAction;

use crate::harness::{ADA, Answer, TestApp};

const NEW: &str = "Password-9!";

fn mailed(app: &TestApp) -> String {
    let outbox = app.pool().outbox();
    outbox.iter().rev().find(|message| message.to == ADA.0).expect("a message").code.clone()
}

fn page(answer: &Answer, status: u16) -> String {
    assert_eq!(
        (answer.status, answer.header("content-type")),
        (status, Some("text/html; charset=utf-8")),
        "{answer:?}"
    );
    answer.text()
}

#[tokio::test]
async fn a_forgotten_password_is_set_anew_without_scripts_and_without_telling_who_has_an_account() {
    let app = TestApp::start().await;
    let browser = app.browser();
    assert!(page(&browser.get("/sign-in").await, 200).contains("formaction=\"/forgot-password\""));
    let asked = page(&browser.form("/forgot-password", &[("email", ADA.0), ("password", ""), ("ask", "1")]).await, 200);
    assert!(asked.contains("value=\"ada@example.com\"") && asked.contains("Send me a code"), "{asked}");
    assert!(app.pool().outbox().is_empty(), "nothing is sent before it is asked for");
    let sent = page(&browser.form("/forgot-password", &[("email", ADA.0)]).await, 200);
    let nobody = page(&browser.form("/forgot-password", &[("email", "nobody@example.com")]).await, 200);
    let anonymous = |page: &str| {
        let page = page.replace(ADA.0, "…").replace("nobody@example.com", "…");
        // Every response has a nonce of its own.
        page.split("nonce=\"")
            .map(|part| part.split_once('"').map_or(part, |(_, rest)| rest).to_owned())
            .collect::<String>()
    };
    assert_eq!(anonymous(&sent), anonymous(&nobody));
    let confirm = async |code: &str, password: &str| {
        let fields = [("email", ADA.0), ("code", code), ("password", password), ("next", "/trash")];
        browser.form("/forgot-password/confirm", &fields).await
    };
    assert!(page(&confirm("000000", NEW).await, 400).contains("That code is not right"));
    let code = mailed(&app);
    assert!(page(&confirm(&code, "short").await, 400).contains("not strong enough"));
    let done = page(&confirm(&code, NEW).await, 200);
    for part in ["Your new password is set", "action=\"/sign-in\"", "value=\"ada@example.com\"", "value=\"/trash\""] {
        assert!(done.contains(part), "{part}: {done}");
    }
    let fields = [("email", ADA.0), ("password", NEW), ("next", "/trash")];
    let signed_in = browser.form("/sign-in", &fields).await;
    assert_eq!((signed_in.status, signed_in.header("location")), (303, Some("/trash")));
}

#[tokio::test]
async fn a_code_that_has_run_out_leads_to_a_new_one_and_tells_no_more_than_a_wrong_one() {
    let app = TestApp::start().await;
    let browser = app.browser();
    browser.form("/forgot-password", &[("email", ADA.0)]).await;
    let code = mailed(&app);
    app.advance(Duration::from_secs(25 * 3600));
    let fields = [("email", ADA.0), ("code", code.as_str()), ("password", NEW)];
    let late = page(&browser.form("/forgot-password/confirm", &fields).await, 400);
    assert!(late.contains("or has run out") && late.contains("Send a new code"), "{late}");
}

#[tokio::test]
async fn who_must_reset_the_password_first_gets_an_explanation_and_the_way() {
    let app = TestApp::start().await;
    app.pool().user(ADA.0, UserAction::ResetPassword).await.expect("done");
    let browser = app.browser();
    let fields = [("email", ADA.0), ("password", ADA.1), ("next", "/trash")];
    let told = page(&browser.form("/sign-in", &fields).await, 401);
    for part in ["needs a new password", "action=\"/forgot-password\"", "value=\"ada@example.com\"", "value=\"/trash\""]
    {
        assert!(told.contains(part), "{part}: {told}");
    }
    browser.form("/forgot-password", &[("email", ADA.0)]).await;
    let code = mailed(&app);
    let fields = [("email", ADA.0), ("code", code.as_str()), ("password", NEW)];
    assert_eq!(browser.form("/forgot-password/confirm", &fields).await.status, 200);
    assert_eq!(browser.sign_in(ADA.0, NEW).await.status, 200);
}
