//! Threat: strangers at the door. What one address and one account may try is limited, whatever a request claims about
//! itself; nobody else notices, and nobody learns who has an account.

use holdfast_user_pool::control::{Fault, FaultKind};
use http::Method;
use serde_json::{Value, json};
use std::time::Duration;

use crate::harness::{ADA, Answer, Browser, TestApp, eventually};

/// A proxy of ours stands before the server, so that a test has as many addresses as it needs.
const PROXY: (&str, &str) = ("HOLDFAST_TRUSTED_PROXIES", "127.0.0.1");

/// Posts as a client that says it was sent on for this address.
async fn post_from(browser: &Browser, address: &str, path: &str, body: &Value) -> Answer {
    let mut request = browser.request(Method::POST, path, Some(body));
    request.headers_mut().insert("x-forwarded-for", address.parse().expect("a header value"));
    browser.send(request).await
}

fn wrong_code(n: usize) -> Value {
    json!({"email": format!("nobody-{n}@example.com"), "code": "000000"})
}

async fn exhaust(browser: &Browser, address: impl Fn(usize) -> String) -> usize {
    for n in 0..200 {
        let answer = post_from(browser, &address(n), "/api/sign-up/confirm", &wrong_code(n)).await;
        if answer.status == 429 {
            assert_eq!((answer.code().as_str(), answer.header("retry-after")), ("too_many_requests", Some("2")));
            return n;
        }
        assert_eq!((answer.status, answer.code().as_str()), (400, "wrong_code"));
    }
    panic!("never turned away")
}

/// Threat 26
#[tokio::test]
async fn one_address_is_turned_away_whatever_it_says_about_itself_and_its_saves_are_not() {
    let app = TestApp::start().await;
    let ada = app.signed_in(ADA).await;
    let id = ada.new_document("").await;
    let stranger = app.browser();
    assert_eq!(exhaust(&stranger, |n| format!("198.51.100.{n}")).await, 60);
    assert_eq!(stranger.sign_in(ADA.0, ADA.1).await.status, 429, "not even with the right password");
    assert_eq!(ada.save(&id, "w", 0, 1, json!([[0, 0, "saved"]])).await.status, 200);
    assert_eq!(ada.get("/api/session").await.status, 200);
    app.advance(Duration::from_secs(2));
    assert_eq!(stranger.sign_in(ADA.0, ADA.1).await.status, 200);
    assert_eq!(stranger.sign_in(ADA.0, ADA.1).await.status, 200, "what goes well does not count");
}

#[tokio::test]
async fn behind_a_proxy_that_is_believed_every_client_has_its_own_limit_and_an_ipv6_customer_has_one() {
    let app = TestApp::start_with(&[PROXY]).await;
    let stranger = app.browser();
    let forged = |n: usize| format!("203.0.113.{n}, 198.51.100.7");
    assert_eq!(exhaust(&stranger, forged).await, 60, "the right-most hop counts");
    assert_eq!(exhaust(&stranger, |n| format!("2001:db8:0:1::{n:x}")).await, 60, "a /64 is one customer");
    let body = json!({"username": ADA.0, "password": ADA.1});
    assert_eq!(post_from(&stranger, "198.51.100.7", "/api/session", &body).await.status, 429);
    assert_eq!(post_from(&stranger, "198.51.100.8", "/api/session", &body).await.status, 200);
    assert_eq!(post_from(&stranger, "2001:db8:0:2::1", "/api/session", &body).await.status, 200);
}

/// A form that is turned away goes on carrying the text that was typed into it.
#[tokio::test]
async fn c13_a_sign_in_form_that_is_turned_away_keeps_its_text() {
    let app = TestApp::start().await;
    let stranger = app.browser();
    exhaust(&stranger, |_| String::from("192.0.2.1")).await;
    let fields = [
        ("email", ADA.0),
        ("password", ADA.1),
        ("next", "/"),
        ("document", "0123456789abcdef0123456789abcdef"),
        ("head", "0"),
        ("title", "Late"),
        ("text", "words of the evening"),
    ];
    let answer = stranger.form("/sign-in", &fields).await;
    assert_eq!((answer.status, answer.header("retry-after")), (429, Some("2")));
    assert!(answer.text().contains("words of the evening"), "{}", answer.text());
    assert!(answer.text().contains("Too many attempts"));
    for path in ["/sign-up/confirm", "/sign-up/resend", "/sign-up"] {
        let fields = [("email", "eve@example.com"), ("password", "Password-3!"), ("code", "1"), ("next", "")];
        let expected = if path == "/sign-up/confirm" { 429 } else { 200 };
        assert_eq!(stranger.form(path, &fields).await.status, expected, "{path}: letters are counted apart");
    }
}

/// One address holds eight of the places at which sign-ins are worked on, and the others are there for everybody else.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn strangers_at_one_address_cannot_fill_the_places_for_everybody() {
    let app = TestApp::start_with(&[PROXY]).await;
    app.pool().fault(Fault::once("InitiateAuth", FaultKind::Hang).times(1_000)).expect("a fault");
    let body = json!({"username": "nobody@example.com", "password": "Password-0"});
    let mut waiting = Vec::new();
    for n in 0..8_usize {
        let stranger = app.browser();
        let body = body.clone();
        waiting.push(tokio::spawn(async move { post_from(&stranger, "192.0.2.1", "/api/session", &body).await }));
        let pool = app.pool();
        eventually("the pool is asked", || async { n < pool.count("InitiateAuth") }).await;
    }
    let ninth = post_from(&app.browser(), "192.0.2.1", "/api/session", &body).await;
    assert_eq!((ninth.status, ninth.code().as_str()), (429, "too_many_requests"));
    // Those that hang go on hanging; whoever comes now is answered.
    app.pool().clear_faults();
    let right = json!({"username": ADA.0, "password": ADA.1});
    assert_eq!(post_from(&app.browser(), "192.0.2.2", "/api/session", &right).await.status, 200);
    waiting.iter().for_each(tokio::task::JoinHandle::abort);
}

/// Codes and letters tell nobody who has an account here: one who has, one who has not, one who has yet to confirm.
#[tokio::test]
async fn confirming_and_resending_answer_alike_whoever_is_asked_about() {
    let app = TestApp::start_with(&[PROXY]).await;
    let stranger = app.browser();
    let unconfirmed = json!({"email": "late@example.com", "password": "Password-9!"});
    assert_eq!(stranger.post("/api/sign-up", &unconfirmed).await.status, 204);
    let mut told = Vec::new();
    for (n, email) in ["late@example.com", ADA.0, "nobody@example.com"].into_iter().enumerate() {
        let mut answers = Vec::new();
        // Every attempt from another address: it is the account that is tried too often.
        for attempt in 0..7 {
            let address = format!("198.51.100.{}", 10 * n + attempt);
            let code = json!({"email": email, "code": "0000001"});
            let confirmed = post_from(&stranger, &address, "/api/sign-up/confirm", &code).await;
            answers.push((confirmed.status, confirmed.text()));
        }
        for attempt in 0..6 {
            let address = format!("198.51.100.{}", 10 * n + attempt);
            let resent = post_from(&stranger, &address, "/api/sign-up/resend", &json!({"email": email})).await;
            answers.push((resent.status, resent.text()));
        }
        told.push(answers);
    }
    assert_eq!(told[0], told[1]);
    assert_eq!(told[1], told[2]);
    let statuses: Vec<u16> = told[0].iter().map(|(status, _)| *status).collect();
    assert_eq!(statuses, [400, 400, 400, 400, 400, 429, 429, 204, 204, 204, 204, 204, 429]);
    // A day later the code has run out, which is told of nobody either.
    app.advance(Duration::from_secs(25 * 60 * 60));
    for email in ["late@example.com", ADA.0, "nobody@example.com"] {
        let code = json!({"email": email, "code": "000000"});
        let answer = post_from(&stranger, "198.51.100.99", "/api/sign-up/confirm", &code).await;
        assert_eq!((answer.status, answer.code().as_str()), (400, "wrong_code"), "{email}");
    }
}
