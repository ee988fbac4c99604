//! Why the process does not start: one line that names what to change.

use std::net::SocketAddr;

use crate::storage::OpenError;

/// See the module's documentation. [`StartError::line`] is what the person reads.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The address cannot be listened on.
    #[error("HOLDFAST_ADDR: cannot listen on {addr} (example: HOLDFAST_ADDR=127.0.0.1:3001)")]
    Listen {
        /// The address.
        addr: SocketAddr,
        /// What the system said.
        #[source]
        source: std::io::Error,
    },
    /// The address for metrics cannot be listened on.
    #[error("HOLDFAST_METRICS_ADDR: cannot listen on {addr} (example: HOLDFAST_METRICS_ADDR=127.0.0.1:9464)")]
    ListenForMetrics {
        /// The address.
        addr: SocketAddr,
        /// What the system said.
        #[source]
        source: std::io::Error,
    },
    /// The data directory cannot be used.
    #[error("HOLDFAST_DATA: cannot use the directory {path} (example: HOLDFAST_DATA=./data)")]
    Data {
        /// The directory, or a file in it.
        path: String,
        /// What the system said.
        #[source]
        source: std::io::Error,
    },
    /// The key file does not hold keys.
    #[error(
        "HOLDFAST_KEYS: the key file {path} does not hold keys (example: HOLDFAST_KEYS=2026a:<base64 of 32 bytes>)"
    )]
    Keys {
        /// The file.
        path: String,
        /// What is wrong with it.
        #[source]
        source: holdfast_session::seal::KeysError,
    },
    /// The database cannot be used.
    #[error("HOLDFAST_DATABASE_URL: {0}")]
    Database(#[from] OpenError),
    /// The embedded pool cannot be opened.
    #[error("HOLDFAST_DATA: the embedded user pool cannot be opened")]
    Pool(#[from] holdfast_user_pool::OpenError),
    /// The embedded pool cannot be listened to.
    #[error("the embedded user pool cannot listen on a loopback port")]
    PoolPort(#[source] std::io::Error),
    /// The configured pool cannot be used.
    #[error("{variable}: {problem} (example: {variable}={example})")]
    Provider {
        /// The variable.
        variable: &'static str,
        /// The problem.
        problem: String,
        /// A value that would do.
        example: &'static str,
    },
}

impl StartError {
    /// The error and what lies below it, on one line.
    #[must_use]
    pub fn line(&self) -> String {
        self::line(self)
    }
}

/// An error and what lies below it, on one line.
pub(crate) fn line(error: &dyn std::error::Error) -> String {
    let mut line = error.to_string();
    let mut below = error.source();
    while let Some(error) = below {
        let text = error.to_string();
        // Some errors repeat their source.
        if !line.contains(&text) {
            line.push_str(": ");
            line.push_str(&text);
        }
        below = error.source();
    }
    line.replace('\n', " ")
}
