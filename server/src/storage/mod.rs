//! The SQLite database: one writer with group commit, readers beside it, and the refusal to run on a SQLite that
//! corrupts. Everything else in the server speaks to these tables through [`Writer::run`] and [`Database::readers`].

mod devices;
pub(crate) mod documents;
pub(crate) mod drafts;
pub(crate) mod escrow;
mod leases;
pub(crate) mod leaving;
mod lookups;
pub(crate) mod search;
pub(crate) mod session_places;
pub mod sessions;
pub(crate) mod versions;
mod writer;

use std::path::Path;
use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

use sqlx::migrate::MigrateError;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{ConnectOptions, Connection, SqliteConnection, SqlitePool};

pub use lookups::Lookups;
pub(crate) use writer::after_commit;
pub use writer::{Future, Writer, WriterTask};

/// The first SQLite without the WAL-reset bug (3.7.0 to 3.51.2 could corrupt a database in WAL mode).
/// <https://sqlite.org/wal.html#walresetbug>
const OLDEST_SAFE_SQLITE: (u32, u32, u32) = (3, 51, 3);

static MIGRATIONS: sqlx::migrate::Migrator = sqlx::migrate!("../migrations/sqlite");

/// Why a statement has no answer: it was rolled back, or (a commit that failed half-way) its outcome is unknown. Either
/// way nobody is told that it was carried out.
#[derive(Debug, Clone, thiserror::Error)]
pub enum StorageError {
    /// SQLite (or the disk below it) refused.
    #[error("could not carry out a statement")]
    Database(#[source] Arc<sqlx::Error>),
    /// The writer has stopped: the process is shutting down.
    #[error("the writer has stopped")]
    Stopped,
    /// A piece of work panicked; its whole transaction was rolled back.
    #[error("a piece of work panicked within a transaction")]
    Panicked,
    /// A row that no statement of ours could have written.
    #[error("the row {row} of {table} is inconsistent: {problem}")]
    Inconsistent {
        /// The table.
        table: &'static str,
        /// Its key.
        row: String,
        /// What is wrong with it.
        problem: &'static str,
    },
}

impl From<sqlx::Error> for StorageError {
    fn from(error: sqlx::Error) -> Self {
        Self::Database(Arc::new(error))
    }
}

/// Why the database could not be opened: one clear line each.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The URL is not one of SQLite.
    #[error("the database URL is not understood")]
    Url(#[source] sqlx::Error),
    /// The file cannot be created, read or written.
    #[error("the database {path} cannot be opened")]
    Open {
        /// The file.
        path: String,
        /// What SQLite said.
        #[source]
        source: sqlx::Error,
    },
    /// The linked SQLite has the WAL-reset bug.
    #[error("this SQLite is {0}, which can corrupt databases; at least 3.51.3 is needed")]
    Sqlite(String),
    /// The file was written by a newer Holdfast.
    #[error("the database {path} was written by a newer version of Holdfast (migration {version})")]
    Newer {
        /// The file.
        path: String,
        /// The migration this build does not know.
        version: i64,
    },
    /// A migration failed.
    #[error("the database {path} cannot be migrated")]
    Migrate {
        /// The file.
        path: String,
        /// What went wrong.
        #[source]
        source: MigrateError,
    },
}

/// An open database.
#[derive(Clone)]
pub struct Database {
    /// Read-only connections.
    pub readers: SqlitePool,
    /// Where sessions are looked up.
    pub(crate) lookups: Lookups,
    /// The one way to write.
    pub writer: Writer,
}

impl Database {
    /// Opens (and creates, and migrates) the database at `url`, such as `sqlite://data/holdfast.db`. While somebody else has
    /// it for themselves (a migration by another process, a backup, a shell) it waits, for as long as that takes.
    ///
    /// # Errors
    /// See [`OpenError`].
    pub async fn open(url: &str) -> Result<(Self, WriterTask), OpenError> {
        let options = options(url).map_err(OpenError::Url)?;
        loop {
            match Self::try_open(&options).await {
                Err(error) if error.is_busy() => {
                    tracing::warn!(
                        error = &error as &dyn std::error::Error,
                        "somebody else has the database; nothing can be saved until they are done"
                    );
                    breathe().await;
                }
                opened => return opened,
            }
        }
    }

    async fn try_open(options: &SqliteConnectOptions) -> Result<(Self, WriterTask), OpenError> {
        let path = options.get_filename().display().to_string();
        let open = |source| OpenError::Open { path: path.clone(), source };

        create_for_owner(options.get_filename()).map_err(|source| open(sqlx::Error::Io(source)))?;
        let mut connection = options.clone().create_if_missing(true).connect().await.map_err(open)?;
        let version: String =
            sqlx::query_scalar("SELECT sqlite_version()").fetch_one(&mut connection).await.map_err(open)?;
        if !is_safe(&version) {
            return Err(OpenError::Sqlite(version));
        }
        migrate(&mut connection).await.map_err(|source| match source {
            MigrateError::VersionMissing(version) => OpenError::Newer { path: path.clone(), version },
            source => OpenError::Migrate { path: path.clone(), source },
        })?;

        let readers = SqlitePoolOptions::new()
            .min_connections(1)
            .max_connections(4)
            // A file needs no asking whether it is still there: a trip to the connection's thread less for every request.
            .test_before_acquire(false)
            .acquire_timeout(Duration::from_secs(5))
            .idle_timeout(None)
            .max_lifetime(None)
            .connect_with(options.clone().read_only(true))
            .await
            .map_err(open)?;
        let lookups = Lookups::open(&options.clone().read_only(true)).await.map_err(open)?;
        let (writer, task) = Writer::start(connection);
        Ok((Self { readers, lookups, writer }, task))
    }

    /// Closes the readers and waits until everything that was handed to the writer is on disk.
    pub async fn close(self, task: WriterTask) {
        task.finish().await;
        self.lookups.close().await;
        self.readers.close().await;
    }
}

/// All migrations in one transaction, which has the write lock before it looks which of them are missing: of several
/// processes that start at once one migrates, and the others find it done. sqlx itself locks nothing in SQLite.
async fn migrate(connection: &mut SqliteConnection) -> Result<(), MigrateError> {
    let mut transaction = connection.begin_with("BEGIN IMMEDIATE").await?;
    MIGRATIONS.run_direct(None, &mut *transaction, false).await?;
    Ok(transaction.commit().await?)
}

/// SQLite has waited five seconds by itself, mostly; where a wait could never end it answers at once.
/// <https://sqlite.org/c3ref/busy_handler.html>
#[expect(clippy::disallowed_methods, reason = "nobody tells when another process lets go of a file")]
async fn breathe() {
    tokio::time::sleep(Duration::from_millis(100)).await;
}

impl OpenError {
    /// Whether it is over when somebody else is done. `SQLITE_BUSY` is 5 and `SQLITE_LOCKED` 6, in the lowest byte.
    /// <https://sqlite.org/rescode.html>
    fn is_busy(&self) -> bool {
        let source = match self {
            Self::Open { source, .. } => source,
            Self::Migrate {
                source: MigrateError::Execute(source) | MigrateError::ExecuteMigration(source, _), ..
            } => source,
            _ => return false,
        };
        let code = source.as_database_error().and_then(sqlx::error::DatabaseError::code);
        code.and_then(|code| code.parse::<u32>().ok()).is_some_and(|code| matches!(code & 0xff, 5 | 6))
    }
}

/// Every pragma that matters is said aloud: sqlx sets neither the journal mode nor `synchronous`. `FULL` is what makes
/// a commit in WAL mode survive a power cut; `NORMAL` "might roll back following a power loss".
/// <https://sqlite.org/pragma.html#pragma_synchronous>
pub(crate) fn options(url: &str) -> Result<SqliteConnectOptions, sqlx::Error> {
    Ok(SqliteConnectOptions::from_str(url)?
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .busy_timeout(Duration::from_secs(5))
        .foreign_keys(true)
        .pragma("journal_size_limit", "67108864")
        .pragma("wal_autocheckpoint", "1000")
        .pragma("secure_delete", "ON")
        .pragma("temp_store", "MEMORY")
        .pragma("mmap_size", "0")
        .pragma("trusted_schema", "OFF")
        .statement_cache_capacity(64)
        .disable_statement_logging())
}

/// Whether this build has the migration.
pub(crate) fn knows_migration(version: i64) -> bool {
    MIGRATIONS.version_exists(version)
}

fn is_safe(version: &str) -> bool {
    let mut parts = version.split('.').map(|part| part.parse::<u32>().unwrap_or(0));
    let mut next = || parts.next().unwrap_or(0);
    OLDEST_SAFE_SQLITE <= (next(), next(), next())
}

/// The database is nobody else's to read. It is made before SQLite opens it, because `-wal` and `-shm` take its mode.
fn create_for_owner(path: &Path) -> std::io::Result<()> {
    use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
    let file = std::fs::OpenOptions::new().create(true).append(true).mode(0o600).open(path)?;
    file.set_permissions(std::fs::Permissions::from_mode(0o600))
}

/// Closes a connection, logging what goes wrong: nobody is left to tell.
async fn close_quietly(connection: SqliteConnection) {
    if let Err(error) = connection.close().await {
        tracing::warn!(error = &error as &dyn std::error::Error, "the database did not close cleanly");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sqlite_with_the_wal_reset_bug_is_refused() {
        for unsafe_version in ["3.46.0", "3.51.2", "3.9", "", "junk"] {
            assert!(!is_safe(unsafe_version), "{unsafe_version}");
        }
        for safe in ["3.51.3", "3.52.0", "4.0.0"] {
            assert!(is_safe(safe), "{safe}");
        }
    }
}
