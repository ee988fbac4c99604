//! The third ring of errors: what goes over the wire is the session crate's [`ProblemResponse`]. Internal errors are logged
//! here, once, and leave only their code.

use holdfast::wire::Code;
use holdfast_session::routes::ProblemResponse;

use crate::storage::StorageError;

impl From<StorageError> for ProblemResponse {
    fn from(error: StorageError) -> Self {
        tracing::error!(error = &error as &dyn std::error::Error, "a request could not be served from the database");
        Self::from(match error {
            StorageError::Database(_) => Code::CannotSave,
            StorageError::Stopped => Code::Unavailable,
            StorageError::Panicked | StorageError::Inconsistent { .. } => Code::Internal,
        })
    }
}
