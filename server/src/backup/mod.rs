//! `holdfast backup` and `holdfast restore`: the database as one file, checked before anybody relies on it.
//!
//! A backup is made by SQLite itself (`VACUUM INTO`), beside a server that goes on: it has every save that was acknowledged
//! before it began. Neither command ever overwrites anything; a file appears under its name when it is whole, checked and
//! on the disk, or not at all.

mod check;
mod error;
mod file;

use std::path::{Path, PathBuf};

use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode};
use sqlx::{ConnectOptions as _, Connection as _};

pub use self::error::BackupError;
use self::file::Unfinished;
use crate::storage;

/// What was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Made {
    /// The file.
    pub path: PathBuf,
    /// Its size in bytes.
    pub bytes: u64,
    /// How many documents it has, the trash included.
    pub documents: u64,
}

/// Copies the database at `url` into the file `to`, which must not be there.
///
/// # Errors
/// One clear line each; nothing is left behind then.
pub async fn backup(url: &str, to: &Path) -> Result<Made, BackupError> {
    file::refuse_existing(to)?;
    let options = storage::options(url).map_err(BackupError::Url)?;
    let from = options.get_filename().to_owned();
    if !from.is_file() {
        return Err(BackupError::Missing(from));
    }
    let unfinished = Unfinished::beside(to)?;
    let said = |source| BackupError::Copy { path: from.clone(), source };
    let mut database = options.connect().await.map_err(said)?;
    // It reads within one transaction: what has been committed by now is in it, and nobody who writes waits for it.
    // <https://sqlite.org/lang_vacuum.html#vacuuminto>
    let target = unfinished.path().display().to_string();
    let copied = sqlx::query("VACUUM INTO $1").bind(target).execute(&mut database).await;
    let closed = database.close().await;
    copied.map_err(said)?;
    closed.map_err(said)?;
    let documents = check::check(unfinished.path(), to).await?;
    let bytes = unfinished.finish(to)?;
    Ok(Made { path: to.to_owned(), bytes, documents })
}

/// Puts the backup `from` in the place of the database at `url`, which must not be there. Everybody signs in anew: who has
/// been signed out since the backup was made must not be signed in again by it.
///
/// # Errors
/// One clear line each; nothing is left behind then.
pub async fn restore(url: &str, from: &Path) -> Result<Made, BackupError> {
    let options = storage::options(url).map_err(BackupError::Url)?;
    let to = options.get_filename().to_owned();
    for part in [to.clone(), file::beside(&to, "-wal"), file::beside(&to, "-shm")] {
        file::refuse_existing(&part)?;
    }
    if !from.is_file() {
        return Err(BackupError::Missing(from.to_owned()));
    }
    // What lies in a log beside the file would be missing from a copy of it.
    if file::beside(from, "-wal").exists() {
        return Err(BackupError::InUse(from.to_owned()));
    }
    file::make_folder(&to)?;
    let unfinished = Unfinished::beside(&to)?;
    unfinished.fill_from(from)?;
    let documents = check::check(unfinished.path(), from).await?;
    end_all_sessions(unfinished.path()).await.map_err(|source| BackupError::Copy { path: from.to_owned(), source })?;
    let bytes = unfinished.finish(&to)?;
    Ok(Made { path: to, bytes, documents })
}

async fn end_all_sessions(path: &Path) -> Result<(), sqlx::Error> {
    let options = SqliteConnectOptions::new().filename(path).journal_mode(SqliteJournalMode::Delete);
    let mut database = options.disable_statement_logging().connect().await?;
    sqlx::query("DELETE FROM sessions").execute(&mut database).await?;
    database.close().await
}
