//! From a problem document's code to what the machine makes of it.

use super::Answer;
use crate::wire::{Code, EndReason};

impl Answer {
    /// The answer that a problem with `code` is; `retry_after_ms` is the `Retry-After` header. A `409` is not among
    /// them: it carries a [`crate::wire::Conflict`].
    #[must_use]
    pub fn from_code(code: Code, retry_after_ms: Option<u64>) -> Self {
        if let Some(reason) = EndReason::ALL.into_iter().find(|reason| Code::from(*reason) == code) {
            return Self::SessionEnded(reason);
        }
        match code {
            Code::OtherUser => Self::OtherUser,
            Code::NotFound => Self::NotFound,
            Code::CannotSave => Self::CannotSave { ms: retry_after_ms },
            Code::TooManyRequests | Code::Unavailable | Code::ProviderUnavailable => {
                Self::RetryAfter { ms: retry_after_ms }
            }
            // Without its edits a conflict says nothing.
            Code::TimedOut | Code::Internal | Code::ProviderMisconfigured | Code::Conflict => Self::Failed,
            definite => Self::Rejected(definite),
        }
    }
}
