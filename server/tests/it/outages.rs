//! The database is there and cannot be written to: said, with nothing acknowledged, and over when it is over.

use serde_json::json;
use sqlx::SqliteConnection;

use crate::harness::{ADA, TestApp};

async fn run(connection: &mut SqliteConnection, sql: &'static str) {
    sqlx::raw_sql(sql).execute(connection).await.expect("the statement runs");
}

/// E13: another process has the database for longer than a writer waits (5 seconds): a backup, a migration, a shell.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn e13_while_somebody_else_holds_the_database_saves_are_told_so_reading_goes_on_and_nothing_is_lost() {
    let app = TestApp::start().await;
    let ada = app.signed_in(ADA).await;
    let id = ada.new_document("").await;
    assert_eq!(ada.save(&id, "w", 0, 1, json!([[0, 0, "a"]])).await.status, 200);

    let mut holder = app.database().await;
    run(&mut holder, "BEGIN IMMEDIATE").await;
    let refused = ada.save(&id, "w", 1, 2, json!([[1, 0, "b"]])).await;
    assert_eq!((refused.status, refused.code().as_str()), (503, "cannot_save"));
    assert!(refused.header("retry-after").is_some());
    assert_eq!(ada.draft(&id).await["text"], "a", "reading goes on, and nothing of it was taken in");
    assert_eq!(ada.get("/api/session").await.status, 200, "nobody was signed out");

    run(&mut holder, "ROLLBACK").await;
    let saved = ada.save(&id, "w", 1, 2, json!([[1, 0, "b"]])).await;
    assert_eq!((saved.status, &saved.json()["head"]), (200, &json!(2)), "the very same batch, without a restart");
    assert_eq!(ada.draft(&id).await["text"], "ab");
}
