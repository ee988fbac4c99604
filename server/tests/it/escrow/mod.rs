//! E10: a save with a session that a deadline has ended is kept by the server, sealed, and released to the same user only.

mod at_rest;
mod forms;
mod limits;
mod merging;
mod window;

use std::time::Duration;

use serde_json::json;

use crate::harness::{ADA, Answer, Browser, TestApp};

const HOUR: Duration = Duration::from_secs(3600);
const DAY: Duration = Duration::from_secs(24 * 3600);

/// Ada's desk, whose session has just been ended by the deadline, and a document with this text at head 0.
async fn expired(app: &TestApp, text: &str) -> (Browser, String) {
    let desk = app.signed_in(ADA).await;
    let id = desk.new_document(text).await;
    app.advance(DAY);
    assert_eq!(desk.get("/api/session").await.code(), "expired");
    (desk, id)
}

async fn in_escrow(app: &TestApp) -> i64 {
    app.number("SELECT count(*) FROM escrow").await
}

fn kept(answer: &Answer, acked_seq: u64) {
    assert_eq!((answer.status, answer.json()), (202, json!({"acked_seq": acked_seq})), "{answer:?}");
    assert_eq!(answer.header("cache-control"), Some("no-store"));
}
