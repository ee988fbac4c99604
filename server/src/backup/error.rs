//! Why there is no backup, or nothing restored: one line that names what to do.

use std::path::PathBuf;

/// See the module's documentation.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// The URL is not one of SQLite.
    #[error("HOLDFAST_DATABASE_URL: the URL is not understood")]
    Url(#[source] sqlx::Error),
    /// There is a file of that name.
    #[error("{0} is there already, and nothing is ever overwritten: move it away, or choose another name")]
    Exists(PathBuf),
    /// There is no such file.
    #[error("{0} is not there")]
    Missing(PathBuf),
    /// The file is being used, or was copied while it was.
    #[error("{0} has a -wal file beside it: it is in use, or was copied by hand; use what `holdfast backup` has made")]
    InUse(PathBuf),
    /// A file cannot be written.
    #[error("{path} cannot be written")]
    Write {
        /// The file.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: std::io::Error,
    },
    /// The database cannot be copied.
    #[error("{path} cannot be copied")]
    Copy {
        /// The database.
        path: PathBuf,
        /// What SQLite said.
        #[source]
        source: sqlx::Error,
    },
    /// The file is no database, or cannot be read.
    #[error("{path} cannot be read as a database")]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What SQLite said.
        #[source]
        source: sqlx::Error,
    },
    /// Something in it is wrong.
    #[error("{path} is damaged: {problem}")]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What was found first.
        problem: String,
    },
    /// It is somebody else's.
    #[error("{0} is a database, but not one of Holdfast's")]
    Foreign(PathBuf),
    /// It was written by a newer Holdfast.
    #[error("{path} was written by a newer version of Holdfast (migration {version})")]
    Newer {
        /// The file.
        path: PathBuf,
        /// The migration this build does not know.
        version: i64,
    },
}

impl BackupError {
    /// The error and what lies below it, on one line.
    #[must_use]
    pub fn line(&self) -> String {
        crate::start::line(self)
    }
}
