//! The baseline of group commit: one connection with the very pragmas of the server's writer, one transaction per save,
//! one after the other. It writes the rows that a save writes and does nothing else: no HTTP, no session, no reads.

use std::path::Path;
use std::time::Duration;

use holdfast::edit::Edit;
use holdfast::receipt::Chain;
use holdfast_server::storage::Database;
use sqlx::{ConnectOptions, Connection, SqliteConnection};

use crate::Result;
use crate::stats::now;

struct Draft {
    id: String,
    head: i64,
    hash: Chain,
}

/// Commits per second in a new database in `directory`, the saves going round these many documents.
pub(crate) async fn commits_per_second(directory: &Path, documents: usize, during: Duration) -> Result<f64> {
    let url = format!("sqlite://{}", directory.join("baseline.db").display());
    let (database, task) = Database::open(&url).await?;
    let options = database.readers.connect_options().as_ref().clone().read_only(false);
    database.close(task).await;
    let mut connection = options.connect().await?;
    let mut drafts = Vec::with_capacity(documents);
    for number in 0..documents {
        drafts.push(create(&mut connection, format!("{number:032x}")).await?);
    }
    let (began, mut commits) = (now(), 0_u32);
    while began.elapsed() < during {
        for draft in &mut drafts {
            save(&mut connection, draft).await?;
            commits += 1;
        }
    }
    let rate = f64::from(commits) / began.elapsed().as_secs_f64();
    connection.close().await?;
    Ok(rate)
}

async fn create(connection: &mut SqliteConnection, id: String) -> Result<Draft> {
    let hash = Chain::start("");
    sqlx::query("INSERT INTO documents VALUES ($1, 'ada', 'A title', 0, 0, NULL)")
        .bind(&id)
        .execute(&mut *connection)
        .await?;
    sqlx::query("INSERT INTO drafts VALUES ($1, 'ada', 0, $2, 0, 0, 0)")
        .bind(&id)
        .bind(hash.as_bytes().as_slice())
        .execute(connection)
        .await?;
    Ok(Draft { id, head: 0, hash })
}

async fn save(connection: &mut SqliteConnection, draft: &mut Draft) -> Result<()> {
    let edits = vec![Edit { at: u32::try_from(draft.head)?, deleted: 0, inserted: "x".to_owned() }];
    draft.head += 1;
    draft.hash = draft.hash.next(&edits);
    sqlx::query("BEGIN IMMEDIATE").execute(&mut *connection).await?;
    sqlx::query("UPDATE drafts SET head = $2, hash = $3, saved_at = $4 WHERE document_id = $1 AND owner = 'ada'")
        .bind(&draft.id)
        .bind(draft.head)
        .bind(draft.hash.as_bytes().as_slice())
        .bind(draft.head)
        .execute(&mut *connection)
        .await?;
    sqlx::query("INSERT INTO draft_batches VALUES ($1, $2, 'ada', 'bench', $2, 1, $3, $4, $5)")
        .bind(&draft.id)
        .bind(draft.head)
        .bind(serde_json::to_string(&edits)?)
        .bind(draft.hash.as_bytes().as_slice())
        .bind(draft.head)
        .execute(&mut *connection)
        .await?;
    sqlx::query("COMMIT").execute(connection).await?;
    Ok(())
}
