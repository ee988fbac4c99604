//! The limits on what a user, or someone who names that user, may ask for in an hour. Cognito allows five to twenty
//! requests "depending on the risk" ("Quotas in Amazon Cognito", Developer Guide); here it is five.
//!
//! Names without an account are counted like others. The counters live in memory only.

use std::collections::HashMap;
use std::sync::Mutex;

use crate::error::ApiError;
use crate::locks::lock;

const PER_HOUR: usize = 5;
const HOUR_MS: i64 = 60 * 60 * 1_000;
/// More names than this are not remembered at once; the quiet ones go first.
const NAMES: usize = 10_000;

/// What is limited.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Limited {
    /// Codes for a forgotten password.
    ForgotPassword,
    /// Wrong old passwords at ChangePassword.
    ChangePassword,
    /// Codes for an attribute that were asked for again.
    AttributeCode,
}

/// The requests of the last hour, by what was asked for and for whom.
#[derive(Debug, Default)]
pub(crate) struct Limits(Mutex<HashMap<(Limited, String), Vec<i64>>>);

impl Limits {
    /// Counts one request, or refuses it. A refused one does not count.
    pub(crate) fn count(&self, what: Limited, name: &str, now_ms: i64) -> Result<(), ApiError> {
        self.check(what, name, now_ms)?;
        let mut counted = lock(&self.0);
        if counted.len() >= NAMES {
            counted.retain(|_, times| times.iter().any(|&at_ms| is_recent(at_ms, now_ms)));
        }
        if counted.len() >= NAMES {
            counted.clear();
        }
        let times = counted.entry((what, name.to_owned())).or_default();
        times.retain(|&at_ms| is_recent(at_ms, now_ms));
        times.push(now_ms);
        Ok(())
    }

    /// Refuses where a further request would be one too many; counts nothing.
    pub(crate) fn check(&self, what: Limited, name: &str, now_ms: i64) -> Result<(), ApiError> {
        let counted = lock(&self.0);
        let times = counted.get(&(what, name.to_owned())).map(Vec::as_slice).unwrap_or_default();
        let recent = times.iter().filter(|&&at_ms| is_recent(at_ms, now_ms)).count();
        if recent >= PER_HOUR { Err(ApiError::limit_exceeded()) } else { Ok(()) }
    }

    pub(crate) fn clear(&self) {
        lock(&self.0).clear();
    }
}

fn is_recent(at_ms: i64, now_ms: i64) -> bool {
    now_ms < at_ms + HOUR_MS
}
