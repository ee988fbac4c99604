//! The form of a browser without scripts, posted after the end.

use super::{DAY, expired, in_escrow};
use crate::harness::{ADA, BOB, TestApp};
use serde_json::json;

/// C13, WCAG techniques G105 and G181: the form of a browser without scripts, posted after the end. Its text and title are
/// in the document after the next sign-in, from this or any other browser, merged with what was written meanwhile.
#[tokio::test]
async fn c13_a_plain_form_posted_after_the_end_is_kept_for_the_next_sign_in_from_any_browser() {
    let app = TestApp::start().await;
    let (desk, id) = expired(&app, "one\ntwo\n").await;
    let path = format!("/documents/{id}");
    let fields = [("head", "0"), ("title", "Late"), ("text", "one\r\ntwo\r\nthree\r\n"), ("action", "save")];
    for _ in 0..2 {
        let answer = desk.form(&path, &fields).await;
        let location = format!("/sign-in?next={path}&kept=1");
        assert_eq!((answer.status, answer.header("location")), (303, Some(location.as_str())), "{answer:?}");
        let page = desk.get(&location).await;
        assert!(page.text().contains("Your text is kept."), "{}", page.text());
        assert!(!page.text().contains("three"), "what is kept is shown to nobody");
    }
    assert_eq!(in_escrow(&app).await, 1, "the same form twice is one text");
    let phone = app.signed_in(ADA).await;
    assert_eq!(phone.draft(&id).await["text"], "one\ntwo\nthree\n");
    assert_eq!(phone.get(&format!("/api/documents/{id}")).await.json()["title"], "Late");

    app.advance(DAY);
    let tablet = app.signed_in(ADA).await;
    assert_eq!(tablet.save(&id, "tablet", 1, 1, json!([[0, 0, "zero\n"]])).await.status, 200);
    let fields = [("head", "1"), ("title", "Late"), ("text", "one\ntwo\nthree\nfour\n")];
    assert_eq!(phone.form(&path, &fields).await.status, 303);
    let back = phone.form("/sign-in", &[("email", ADA.0), ("password", ADA.1), ("next", &path)]).await;
    assert_eq!((back.status, back.header("location")), (303, Some(path.as_str())));
    assert_eq!(phone.draft(&id).await["text"], "zero\none\ntwo\nthree\nfour\n");
}

/// C13: where the server does not keep the form, it travels through the sign-in page as before.
#[tokio::test]
async fn c13_a_form_that_is_not_kept_is_carried() {
    let app = TestApp::start().await;
    let (desk, id) = expired(&app, "").await;
    let bob = app.signed_in(BOB).await;
    let of_bob = bob.new_document("").await;
    let fields = |head: &'static str, title: &'static str| [("head", head), ("title", title), ("text", "late words")];
    for (id, head, title) in [(&of_bob, "0", "t"), (&id, "7", "t"), (&id, "0", "two\nlines")] {
        let carried = desk.form(&format!("/documents/{id}"), &fields(head, title)).await;
        assert_eq!(carried.status, 401, "{carried:?}");
        assert!(carried.text().contains("late words"));
    }
    assert_eq!(
        desk.form(&format!("/documents/{id}"), &[("head", "0"), ("title", "A title"), ("text", "")]).await.status,
        303
    );
    assert_eq!(in_escrow(&app).await, 0, "nothing changed, nothing kept");
    app.advance(DAY);
    assert_eq!(desk.form(&format!("/documents/{id}"), &fields("0", "t")).await.status, 401);
    assert_eq!(in_escrow(&app).await, 0);
}
