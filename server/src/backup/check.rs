//! Whether a file is a whole database of ours.

use std::path::Path;

use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions as _, Connection as _, SqliteConnection};

use super::BackupError;
use crate::storage;

/// Checks the file at `path`, which people know as `called`; answers how many documents it has.
pub(super) async fn check(path: &Path, called: &Path) -> Result<u64, BackupError> {
    // Nobody else has it: no lock and no log is needed, and none is left behind.
    let options = SqliteConnectOptions::new().filename(path).read_only(true).immutable(true);
    let unreadable = |source| BackupError::Unreadable { path: called.to_owned(), source };
    let mut database = options.disable_statement_logging().connect().await.map_err(unreadable)?;
    let checked = check_open(&mut database, called).await;
    database.close().await.map_err(unreadable)?;
    checked
}

async fn check_open(database: &mut SqliteConnection, called: &Path) -> Result<u64, BackupError> {
    let unreadable = |source| BackupError::Unreadable { path: called.to_owned(), source };
    let damaged = |problem| BackupError::Damaged { path: called.to_owned(), problem };
    let found: Vec<String> =
        sqlx::query_scalar("PRAGMA integrity_check(1)").fetch_all(&mut *database).await.map_err(unreadable)?;
    if found != ["ok"] {
        return Err(damaged(found.concat()));
    }
    let orphans = sqlx::query("PRAGMA foreign_key_check").fetch_all(&mut *database).await.map_err(unreadable)?;
    if !orphans.is_empty() {
        return Err(damaged(format!("{} rows belong to nothing", orphans.len())));
    }
    let migrations = "SELECT version, success FROM _sqlx_migrations ORDER BY version";
    let migrations: Vec<(i64, bool)> = sqlx::query_as(migrations)
        .fetch_all(&mut *database)
        .await
        .map_err(|_no_such_table| BackupError::Foreign(called.to_owned()))?;
    match migrations.iter().find(|(version, _)| !storage::knows_migration(*version)) {
        Some((version, _)) => return Err(BackupError::Newer { path: called.to_owned(), version: *version }),
        None if migrations.is_empty() => return Err(BackupError::Foreign(called.to_owned())),
        None => {}
    }
    if migrations.iter().any(|(_, success)| !success) {
        return Err(damaged("a migration is half done".to_owned()));
    }
    let documents: i64 =
        sqlx::query_scalar("SELECT count(*) FROM documents").fetch_one(database).await.map_err(unreadable)?;
    Ok(documents.cast_unsigned())
}
