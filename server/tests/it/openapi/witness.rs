//! Whoever asks, and believes nothing that is not described; and what there is to be asked about.

use std::cell::RefCell;
use std::collections::BTreeSet;

use http::Request;
use http_body_util::Full;
use hyper::body::Bytes;
use serde_json::{Value, json};

use super::description::{Description, Operation, parse};
use crate::harness::{ADA, Answer, Browser, TestApp};

/// Sends, and believes nothing that is not described.
pub(super) struct Witness<'a> {
    pub(super) description: &'a Description,
    /// Operation, status and code; no code where the answer is no problem document.
    pub(super) seen: RefCell<BTreeSet<(&'a str, u16, String)>>,
}

impl<'a> Witness<'a> {
    pub(super) fn new(description: &'a Description) -> Self {
        Self { description, seen: RefCell::default() }
    }

    pub(super) async fn send(
        &self,
        browser: &Browser,
        operation: Operation<'a>,
        request: Request<Full<Bytes>>,
    ) -> Answer {
        let answer = browser.send(request).await;
        if let Err(wrong) = operation.judge(&answer) {
            panic!("{}: {wrong}: {} {}", operation.id(), answer.status, answer.text());
        }
        let is_problem = answer.header("content-type") == Some("application/problem+json");
        let code = if is_problem { answer.code() } else { String::new() };
        self.seen.borrow_mut().insert((operation.id(), answer.status, code));
        answer
    }

    /// Sends the request and expects the refusal.
    pub(super) async fn refused(
        &self,
        browser: &Browser,
        operation: Operation<'a>,
        request: Request<Full<Bytes>>,
        (status, code): (u16, &str),
    ) {
        let answer = self.send(browser, operation, request).await;
        assert_eq!((answer.status, answer.code().as_str()), (status, code), "{}: {}", operation.id(), answer.text());
    }

    /// Sends a body to the operation and expects this code.
    pub(super) async fn body(&self, browser: &Browser, operation: &str, id: &str, body: Value, code: &str) {
        let operation = self.description.named(operation);
        let request = operation.request_with(browser, id, Some(&body));
        self.refused(browser, operation, request, (parse(code).status(), code)).await;
    }
}

/// A document with the text that the examples are made for, and a version.
pub(super) async fn example_document(browser: &Browser) -> String {
    let id = browser.new_document("Hello").await;
    assert_eq!(browser.post(&format!("/api/documents/{id}/versions"), &json!({})).await.status, 201);
    id
}

/// What the `{id}` of this path stands for: a document, one in the trash, or another session of the same user.
pub(super) async fn example_id(app: &TestApp, browser: &Browser, path: &str) -> String {
    if path.starts_with("/api/trash/") {
        let id = example_document(browser).await;
        assert_eq!(browser.delete(&format!("/api/documents/{id}")).await.status, 204);
        return id;
    }
    if !path.starts_with("/api/sessions/") {
        return example_document(browser).await;
    }
    app.signed_in(ADA).await;
    let list = browser.get("/api/sessions").await.json();
    let mut sessions = list["sessions"].as_array().expect("a list").iter();
    let other = sessions.find(|session| session["current"] == false).expect("another session");
    other["id"].as_str().expect("an id").to_owned()
}
