//! What only programs are told.

use std::time::Duration;

use holdfast_user_pool::control::{Fault, FaultKind};
use http::Request;
use http::header::{AUTHORIZATION, COOKIE, ORIGIN};
use http_body_util::Full;
use hyper::body::Bytes;

use super::description::Operation;
use super::witness::{Witness, example_document, example_id};
use crate::harness::{ADA, Browser, TestApp};

/// The request as a program sends it.
pub(super) fn of_program(operation: &Operation<'_>, browser: &Browser, id: &str, token: &str) -> Request<Full<Bytes>> {
    let mut request = operation.request(browser, id);
    request.headers_mut().remove(COOKIE);
    request.headers_mut().remove(ORIGIN);
    request.headers_mut().insert(AUTHORIZATION, format!("Bearer {token}").parse().expect("a header value"));
    request
}

/// What only programs are told: before the pool's keys are known, with a cookie beside the token, with a bad token, and
/// once they have come too often.
pub(super) async fn ask_as_a_program(app: &TestApp, witness: &Witness<'_>) {
    let (ada, token) = (app.signed_in(ADA).await, app.tokens(ADA).await.id);
    let operations = || witness.description.operations().filter(Operation::is_for_programs);
    let id = example_document(&ada).await;
    app.pool().fault(Fault::once("JWKS", FaultKind::Error500)).expect("a fault");
    for operation in operations() {
        let request = of_program(&operation, &ada, &id, &token);
        witness.refused(&ada, operation, request, (503, "provider_unavailable")).await;
    }
    app.advance(Duration::from_secs(5));
    for operation in operations() {
        let id = example_id(app, &ada, operation.path).await;
        let mut both = of_program(&operation, &ada, &id, &token);
        both.headers_mut().insert(COOKIE, ada.cookie().expect("a cookie").parse().expect("a header value"));
        witness.refused(&ada, operation, both, (400, "ambiguous_credentials")).await;
        let bad = of_program(&operation, &ada, &id, "no.such.token");
        witness.refused(&ada, operation, bad, (401, "invalid_token")).await;
        let answer = witness.send(&ada, operation, of_program(&operation, &ada, &id, &token)).await;
        assert_eq!(answer.status / 100, 2, "{}: {}", operation.id(), answer.text());
    }
    let list = witness.description.named("list_documents");
    for _ in 0..60 {
        witness.send(&ada, list, of_program(&list, &ada, &id, &token)).await;
    }
    for operation in operations() {
        let request = of_program(&operation, &ada, &id, &token);
        witness.refused(&ada, operation, request, (429, "too_many_requests")).await;
    }
}
