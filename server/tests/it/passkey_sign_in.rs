//! A sign-in with a passkey (USER_AUTH, WEB_AUTHN), against the embedded pool: by the API and by plain forms.

use serde_json::{Value, json};

use crate::harness::{ADA, Authenticator, Browser, TestApp};
use crate::passkeys::added;
use crate::sign_in_challenges::{answer, asked};

const CHOICE: [(&str, &str); 1] = [("HOLDFAST_COGNITO_AUTH_FLOW", "choice")];

/// Ada with a passkey, and a browser that knows nobody.
async fn with_a_passkey() -> (TestApp, Authenticator, Browser) {
    let app = TestApp::start_with(&CHOICE).await;
    let ada = app.signed_in(ADA).await;
    let authenticator = added(&ada, 1).await;
    let browser = app.browser();
    (app, authenticator, browser)
}

/// As far as the passkey's own step.
async fn chosen(browser: &Browser) -> Value {
    let choose = asked(browser, (ADA.0, "")).await;
    let step = answer(browser, &choose, json!({ "choice": "WEB_AUTHN" })).await;
    assert_eq!(step.status, 200, "{step:?}");
    step.json()
}

#[tokio::test]
async fn a_passkey_signs_in_where_one_may_choose() {
    let (_app, authenticator, browser) = with_a_passkey().await;
    let choose = asked(&browser, (ADA.0, "")).await;
    let choices = choose["fields"][0]["choices"].as_array().expect("choices");
    assert_eq!(choices.last(), Some(&json!("WEB_AUTHN")), "what not every browser has comes last: {choices:?}");
    let step = chosen(&browser).await;
    assert_eq!((&step["challenge"], &step["fields"][0]["kind"]), (&json!("WEB_AUTHN"), &json!("passkey")));
    assert_eq!(step["passkey"]["allowCredentials"][0]["id"], json!(authenticator.id()));
    let credential = authenticator.get(&step["passkey"]).to_string();
    let done = answer(&browser, &step, json!({ "credential": credential })).await;
    assert_eq!(done.json()["user"]["email"], ADA.0, "{done:?}");
    assert_eq!(browser.get("/api/documents").await.status, 200);
}

#[tokio::test]
async fn who_has_no_passkey_is_not_offered_one() {
    let app = TestApp::start_with(&CHOICE).await;
    let choose = asked(&app.browser(), (ADA.0, "")).await;
    assert!(!choose.to_string().contains("WEB_AUTHN"), "{choose}");
}

/// Wrong, another's, or none at all: one answer, and the sign-in begins again.
#[tokio::test]
async fn a_passkey_that_was_cancelled_or_is_not_taken_leads_back_to_the_beginning() {
    let (_app, authenticator, browser) = with_a_passkey().await;
    let stranger = Authenticator::new(1);
    for cancelled in [true, false] {
        let step = chosen(&browser).await;
        let credential = if cancelled { String::new() } else { stranger.get(&step["passkey"]).to_string() };
        let refused = answer(&browser, &step, json!({ "credential": credential })).await;
        assert_eq!((refused.status, refused.code().as_str()), (400, "passkey_refused"), "{refused:?}");
        let again = answer(&browser, &step, json!({ "credential": credential })).await;
        assert_eq!(again.code(), "challenge_expired", "the step is over");
    }
    let step = chosen(&browser).await;
    let credential = authenticator.get(&step["passkey"]).to_string();
    assert_eq!(answer(&browser, &step, json!({ "credential": credential })).await.status, 200);
}

/// The pages: the choice is hidden until a script says that there are passkeys, and without one the way back is told.
#[tokio::test]
async fn the_forms_lead_to_the_passkey_and_back_with_a_reason_and_what_was_carried() {
    let (_app, authenticator, browser) = with_a_passkey().await;
    let choose = browser.form("/sign-in", &[("email", ADA.0), ("password", ""), ("next", "/trash")]).await;
    let page = choose.text();
    assert!(page.contains("class=\"step-choice of-passkeys\"") && page.contains("With a passkey"), "{page}");
    let fields = |credential: &'static str| {
        [("email", ADA.0), ("next", "/trash"), ("challenge", "WEB_AUTHN"), ("answer.credential", credential)]
    };
    let choice =
        [("email", ADA.0), ("next", "/trash"), ("challenge", "SELECT_CHALLENGE"), ("answer.choice", "WEB_AUTHN")];
    let step = browser.form("/sign-in/challenge", &choice).await;
    let page = step.text();
    assert!(page.contains("data-passkey=\"get\"") && page.contains("Use your passkey"), "{page}");
    assert!(page.contains("<noscript>") && page.contains("Start again, and sign in another way"), "{page}");

    let back = browser.form("/sign-in/challenge", &fields("")).await;
    assert_eq!(back.status, 400);
    let page = back.text();
    assert!(page.contains("No passkey was used") && page.contains("action=\"/sign-in\""), "{page}");
    assert!(page.contains("name=\"next\" value=\"/trash\"") && page.contains(ADA.0), "{page}");

    let step = chosen(&browser).await;
    let credential = authenticator.get(&step["passkey"]).to_string();
    let fields = [("email", ADA.0), ("next", "/trash"), ("challenge", "WEB_AUTHN"), ("answer.credential", &credential)];
    let done = browser.form("/sign-in/challenge", &fields).await;
    assert_eq!((done.status, done.header("location")), (303, Some("/trash")), "{}", done.text());
}
