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
}

/// The requests of the last hour, by what was asked for and for whom.
#[derive(Debug, Default)]
pub(crate) struct Limits(Mutex<HashMap<(Limited, String), Vec<i64>>>);

impl Limits {
    /// Counts one request, or refuses it. A refused one does not count.
    pub(crate) fn count(&self, what: Limited, name: &str, now_ms: i64) -> Result<(), ApiError> {
        let recent = |at_ms: &i64| now_ms < at_ms + HOUR_MS;
        let mut counted = lock(&self.0);
        if counted.len() >= NAMES {
            counted.retain(|_, times| times.iter().any(recent));
        }
        if counted.len() >= NAMES {
            counted.clear();
        }
        let times = counted.entry((what, name.to_owned())).or_default();
        times.retain(recent);
        if times.len() >= PER_HOUR {
            return Err(ApiError::limit_exceeded());
        }
        times.push(now_ms);
        Ok(())
    }

    pub(crate) fn clear(&self) {
        lock(&self.0).clear();
    }
}
