//! `/account`: the page and its plain forms, without a script in sight.

use holdfast_user_pool::control::{Fault, FaultKind, UserAction};

use crate::harness::{ADA, Answer, Browser, TestApp};
use crate::history_pages::SAFARI;

const NEW: &str = "Another-2";

fn leads_to<'a>(answer: &'a Answer, path: &str) -> &'a Answer {
    assert_eq!((answer.status, answer.header("location")), (303, Some(path)), "{}", answer.text());
    answer
}

async fn page(browser: &Browser, path: &str) -> String {
    let answer = browser.get(path).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    answer.text()
}

#[tokio::test]
async fn the_page_shows_the_account_and_each_form_says_what_it_has_done() {
    let app = TestApp::start().await;
    let ada = app.signed_in(ADA).await;
    assert!(page(&ada, "/").await.contains("href=\"/account\""), "the menu leads there");
    assert!(page(&ada, "/account").await.contains("<strong>ada@example.com</strong>"));

    leads_to(&ada.form("/account/name", &[("name", "Ada <Lovelace>")]).await, "/account?done=name");
    let html = page(&ada, "/account?done=name").await;
    assert!(html.contains("Your name is saved.") && html.contains("value=\"Ada &lt;Lovelace&gt;\""), "{html}");

    let fields = [("current", ADA.1), ("new", NEW)];
    leads_to(&ada.form("/account/password", &fields).await, "/account?done=password");
    app.signed_in((ADA.0, NEW)).await;

    leads_to(&ada.form("/account/email", &[("email", "countess@example.com")]).await, "/account?done=code");
    assert!(page(&ada, "/account?done=code").await.contains("<details open"));
    let code = app.pool().outbox().pop().expect("a message").code;
    leads_to(&ada.form("/account/email/verify", &[("code", &code)]).await, "/account?done=email");
    assert!(page(&ada, "/account?done=email").await.contains("<strong>countess@example.com</strong>"));
    assert!(!page(&ada, "/account?done=nonsense").await.contains("class=\"notice\""));
}

#[tokio::test]
async fn a_form_that_failed_is_shown_again_with_what_was_typed_but_for_passwords() {
    let app = TestApp::start().await;
    let ada = app.signed_in(ADA).await;
    let fields = [("current", "Wrong-password-1"), ("new", NEW)];
    let answer = ada.form("/account/password", &fields).await;
    assert_eq!(answer.status, 400);
    let html = answer.text();
    assert!(html.contains("Your current password is not right.") && !html.contains("Wrong-password-1"));

    let answer = ada.form("/account/email", &[("email", "bob@example.com")]).await;
    assert_eq!(answer.status, 400);
    assert!(answer.text().contains("value=\"bob@example.com\""));
    let answer = ada.form("/account/email/verify", &[("code", "1")]).await;
    assert_eq!(answer.status, 400);
    assert!(answer.text().contains("<details open"));
    assert_eq!(ada.get("/api/session").await.status, 200);
}

/// A14
#[tokio::test]
async fn a14_the_page_lists_where_one_is_signed_in_and_ends_one_or_all_others() {
    let app = TestApp::start().await;
    let (ada, second, third) = (app.signed_in(ADA).await, app.signed_in(ADA).await, app.signed_in(ADA).await);
    let html = page(&ada, "/account").await;
    assert_eq!((html.matches("This browser").count(), html.matches(">Another browser<").count()), (1, 2));
    // A browser is known by the first page that it asks for.
    let second = second.calling_itself(SAFARI);
    page(&second, "/").await;
    let phone = |html: &str| html.matches(">Safari on an iPhone<").count();
    assert_eq!(phone(&page(&ada, "/account").await), 1);
    let own = page(&second, "/account").await;
    assert!(
        own.contains("Safari on an iPhone (this browser)") && own.matches(">Another browser<").count() == 2,
        "{own}"
    );
    let one = html.split("action=\"/account/places/").skip(1).find(|rest| !rest.starts_with("others/"));
    let one = one.and_then(|rest| rest.split('"').next()).expect("a form that ends one");
    leads_to(&ada.form(&format!("/account/places/{one}"), &[]).await, "/account?done=there");
    let ended = [second.get("/api/session").await, third.get("/api/session").await];
    assert_eq!(ended.iter().filter(|answer| answer.status == 401).count(), 1);
    leads_to(&ada.form("/account/places/others/end", &[]).await, "/account?done=others");
    for browser in [&second, &third] {
        assert_eq!(browser.get("/api/session").await.code(), "ended_elsewhere");
    }
    assert_eq!(ada.form(&format!("/account/places/{one}"), &[]).await.status, 404);
    leads_to(&ada.form("/account/sign-out", &[]).await, "/sign-in");
    assert_eq!(ada.cookie(), None);
}

#[tokio::test]
async fn while_the_pool_is_down_the_page_still_says_where_one_is_signed_in() {
    let app = TestApp::start().await;
    let ada = app.signed_in(ADA).await;
    app.signed_in(ADA).await;
    app.pool().fault(Fault::once("GetUser", FaultKind::Error500).times(100)).expect("a fault");
    let html = page(&ada, "/account").await;
    assert!(html.contains("cannot be shown or changed at the moment") && html.contains("Another browser"));
    assert!(!html.contains("action=\"/account/password\""));
}

#[tokio::test]
async fn an_account_is_deleted_by_who_types_the_address() {
    let app = TestApp::start().await;
    let ada = app.signed_in(ADA).await;
    let id = ada.new_document("Adas words").await;
    let html = page(&ada, "/account/delete").await;
    assert!(html.contains("href=\"/account/export\""), "the documents come first");
    let answer = ada.form("/account/delete", &[("email", "bob@example.com")]).await;
    assert_eq!(answer.status, 422);
    assert_eq!(ada.draft(&id).await["text"], "Adas words");
    let answer = ada.form("/account/delete", &[("email", " Ada@Example.com ")]).await;
    assert_eq!(answer.status, 200);
    assert!(answer.text().contains("Your account is deleted"));
    assert_eq!(ada.cookie(), None);
    assert_eq!(app.browser().sign_in(ADA.0, ADA.1).await.status, 401);
}

/// A17
#[tokio::test]
async fn a17_who_was_switched_off_meanwhile_is_led_to_the_sign_in_and_told() {
    let app = TestApp::start().await;
    let ada = app.signed_in(ADA).await;
    app.pool().user(ADA.0, UserAction::Disable).await.expect("disabled");
    leads_to(&ada.form("/account/name", &[("name", "Ada")]).await, "/sign-in?next=/account");
    assert!(page(&ada, "/sign-in?next=/account").await.contains("This account has been switched off."));
    leads_to(&app.browser().get("/account").await, "/sign-in?next=/account");
}
