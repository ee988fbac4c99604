//! The sessions table keeps the session crate's contract, and commits are durable.

use holdfast_server::events::Events;
use holdfast_server::metrics::Metrics;
use holdfast_server::storage::Database;
use holdfast_server::storage::sessions::SqliteSessions;
use holdfast_session::rows::contract::session_rows_contract;

#[tokio::test]
async fn sessions_in_sqlite_keep_the_contract() {
    let data = tempfile::tempdir().expect("a temporary directory");
    let url = format!("sqlite://{}", data.path().join("test.db").display());
    let (database, task) = Database::open(&url).await.expect("the database opens");
    session_rows_contract(&SqliteSessions(database.clone(), Events::default(), Metrics::default())).await;
    database.close(task).await;
}

/// E1: without FULL a commit in WAL mode may be rolled back by a power cut.
#[tokio::test]
async fn every_commit_of_the_writer_is_durable_by_its_pragmas() {
    let data = tempfile::tempdir().expect("a temporary directory");
    let url = format!("sqlite://{}", data.path().join("test.db").display());
    let (database, task) = Database::open(&url).await.expect("the database opens");
    let (journal, synchronous): (String, i64) = database
        .writer
        .run(|connection| {
            Box::pin(async move {
                let journal = sqlx::query_scalar("PRAGMA journal_mode").fetch_one(&mut *connection).await?;
                let synchronous = sqlx::query_scalar("PRAGMA synchronous").fetch_one(connection).await?;
                Ok((journal, synchronous))
            })
        })
        .await
        .expect("the pragmas are told");
    assert_eq!((journal.as_str(), synchronous), ("wal", 2), "2 is FULL");
    database.close(task).await;
}

/// Work that fails takes only its own writes back; the rest of its group is committed.
#[tokio::test]
async fn a_failing_piece_of_work_spoils_no_other() {
    let data = tempfile::tempdir().expect("a temporary directory");
    let url = format!("sqlite://{}", data.path().join("test.db").display());
    let (database, task) = Database::open(&url).await.expect("the database opens");
    let works = (0..40_i64).map(|n| {
        let writer = database.writer.clone();
        tokio::spawn(async move {
            writer
                .run(move |connection| {
                    Box::pin(async move {
                        sqlx::query("INSERT INTO health (id, checked_at) VALUES (1, $1) ON CONFLICT (id) DO UPDATE SET checked_at = checked_at + 1")
                            .bind(1_i64)
                            .execute(&mut *connection)
                            .await?;
                        if n % 4 == 0 {
                            sqlx::query("INSERT INTO health (id, checked_at) VALUES (2, 0)").execute(connection).await?;
                        }
                        Ok(())
                    })
                })
                .await
                .is_ok()
        })
    });
    let mut carried_out = 0;
    for work in works.collect::<Vec<_>>() {
        carried_out += i64::from(work.await.expect("no panic"));
    }
    assert_eq!(carried_out, 30);
    let counted: i64 =
        sqlx::query_scalar("SELECT checked_at FROM health").fetch_one(&database.readers).await.expect("a number");
    assert_eq!(counted, 30);
    database.close(task).await;
}

/// SQLite rolls a whole transaction back by itself when the disk fails within a statement. What shared it is told so, and
/// nothing of it is on disk; the writer goes on. The same for a piece of work that panics.
#[tokio::test]
async fn a_broken_transaction_commits_nothing_of_anybody() {
    let data = tempfile::tempdir().expect("a temporary directory");
    let url = format!("sqlite://{}", data.path().join("test.db").display());
    let (database, task) = Database::open(&url).await.expect("the database opens");
    for panics in [false, true] {
        let works = (0..12_i64).map(|n| {
            let writer = database.writer.clone();
            tokio::spawn(async move {
                let written = writer.run(move |connection| {
                    Box::pin(async move {
                        let count = "INSERT INTO health (id, checked_at) VALUES (1, 1) ON CONFLICT (id) DO UPDATE SET checked_at = checked_at + 1";
                        sqlx::query(count).execute(&mut *connection).await?;
                        assert!(n != 5 || !panics, "a bug within a piece of work");
                        if n == 5 {
                            sqlx::query("ROLLBACK").execute(connection).await?;
                        }
                        Ok(())
                    })
                });
                written.await.is_ok()
            })
        });
        let mut told_written = 0_i64;
        for work in works.collect::<Vec<_>>() {
            told_written += i64::from(work.await.expect("no panic out here"));
        }
        let on_disk: Option<i64> = sqlx::query_scalar("SELECT checked_at FROM health")
            .fetch_optional(&database.readers)
            .await
            .expect("a number");
        assert_eq!(on_disk.unwrap_or(0), told_written, "told written is written, and nothing else is");
        let emptied = database.writer.run(|connection| {
            Box::pin(async move {
                sqlx::query("DELETE FROM health").execute(connection).await?;
                Ok(())
            })
        });
        emptied.await.expect("the writer goes on");
    }
    database.close(task).await;
}
