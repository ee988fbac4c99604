//! How long a refresh token lives is told by no token: it is set, or asked of the user pool once, when the server starts.

use std::sync::Arc;

use holdfast::clock::ManualClock;
use holdfast_user_pool::control::{Fault, FaultKind};

use crate::harness::{ADA, Browser, OutsidePool};

const HOUR: time::Duration = time::Duration::HOUR;
const DESCRIBE: &str = "DescribeUserPoolClient";
const VALIDITY: &str = "HOLDFAST_COGNITO_REFRESH_TOKEN_VALIDITY";

fn not_set() -> (&'static str, String) {
    (VALIDITY, String::new())
}

fn credentials() -> [(&'static str, String); 2] {
    [("AWS_ACCESS_KEY_ID", "AKIAEXAMPLE".to_owned()), ("AWS_SECRET_ACCESS_KEY", "secret".to_owned())]
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn s4_with_credentials_the_pool_is_asked_once_at_the_start_and_its_answer_is_the_deadline() {
    let clock = Arc::new(ManualClock::default());
    let outside =
        OutsidePool::start_with(Arc::clone(&clock) as _, |config| config.refresh_ttl = 5 * config.access_ttl).await;
    let [key, secret] = credentials();
    let variables = [not_set(), key, secret];
    for start in 1..=2_u8 {
        let server = outside.server(&clock, start.into(), &variables).await.expect("it starts");
        for _ in 0..3 {
            let ada = Browser::new(server.addr, &server.origin);
            assert_eq!(ada.sign_in(ADA.0, ADA.1).await.status, 200);
            clock.advance(HOUR);
            assert_eq!(ada.get("/api/documents").await.status, 200, "refreshed");
            assert_eq!(ada.get("/api/session").await.json()["sign_in_by_ms"], 4 * 3_600_000);
        }
        assert_eq!(outside.pool.control().count(DESCRIBE), usize::from(start), "once per start");
        server.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn s4_what_is_set_is_not_asked_and_what_is_neither_set_nor_told_is_one_clear_line() {
    let clock = Arc::new(ManualClock::default());
    let outside = OutsidePool::start(Arc::clone(&clock) as _).await;
    let [key, secret] = credentials();

    let server = outside.server(&clock, 1, &[key.clone(), secret.clone()]).await.expect("it starts");
    server.stop().await;
    let line = |error: holdfast_server::start::StartError| error.line();
    let refused = outside.server(&clock, 2, &[not_set()]).await.err().map(line).expect("it does not start");
    assert!(refused.contains(VALIDITY) && refused.contains(DESCRIBE), "{refused}");
    assert_eq!(outside.pool.control().count(DESCRIBE), 0, "with a setting, or without credentials");

    for _ in 0..3 {
        outside.pool.control().fault(Fault::once(DESCRIBE, FaultKind::Error500)).expect("a fault");
    }
    let refused =
        outside.server(&clock, 3, &[not_set(), key, secret]).await.err().map(line).expect("it does not start");
    assert!(refused.contains(VALIDITY), "{refused}");
}
