//! The brake on guessing passwords, as Cognito describes it: after five failures a name is locked for a second, and each
//! further failure doubles that, up to about fifteen minutes. Attempts during a lockout are refused and do not count.
//! A successful sign-in, or fifteen quiet minutes, begin anew ("Amazon Cognito user pools authentication flow",
//! Developer Guide).
//!
//! Names without an account are counted like others, so that a lockout tells nothing. The counters live in memory only.

use std::collections::HashMap;
use std::sync::Mutex;

use crate::locks::lock;

const FREE_FAILURES: u32 = 5;
const LONGEST_MS: i64 = 15 * 60 * 1_000;
/// More names than this are not remembered at once; the quiet ones go first.
const NAMES: usize = 10_000;

#[derive(Debug, Clone, Copy, Default)]
struct Attempts {
    failures: u32,
    last_ms: i64,
    locked_until_ms: i64,
}

/// Failed sign-ins by name.
#[derive(Debug, Default)]
pub(crate) struct Lockouts(Mutex<HashMap<String, Attempts>>);

impl Lockouts {
    pub(crate) fn is_locked(&self, name: &str, now_ms: i64) -> bool {
        lock(&self.0).get(name).is_some_and(|attempts| now_ms < attempts.locked_until_ms)
    }

    pub(crate) fn failed(&self, name: &str, now_ms: i64) {
        let mut names = lock(&self.0);
        if names.len() >= NAMES {
            names.retain(|_, attempts| !attempts.is_over(now_ms));
        }
        if names.len() >= NAMES && !names.contains_key(name) {
            names.clear();
        }
        let attempts = names.entry(name.to_owned()).or_default();
        if attempts.is_over(now_ms) {
            *attempts = Attempts::default();
        }
        attempts.failures += 1;
        attempts.last_ms = now_ms;
        if attempts.failures >= FREE_FAILURES {
            let doublings = (attempts.failures - FREE_FAILURES).min(10);
            attempts.locked_until_ms = now_ms + (1_000_i64 << doublings).min(LONGEST_MS);
        }
    }

    pub(crate) fn succeeded(&self, name: &str) {
        lock(&self.0).remove(name);
    }

    pub(crate) fn clear(&self) {
        lock(&self.0).clear();
    }
}

impl Attempts {
    fn is_over(&self, now_ms: i64) -> bool {
        self.last_ms.max(self.locked_until_ms) + LONGEST_MS <= now_ms
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_fifth_failure_locks_for_a_second_and_the_next_for_two() {
        let lockouts = Lockouts::default();
        for _ in 0..4 {
            lockouts.failed("ada", 0);
        }
        assert!(!lockouts.is_locked("ada", 0));
        lockouts.failed("ada", 0);
        assert!(lockouts.is_locked("ada", 999));
        assert!(!lockouts.is_locked("ada", 1_000));
        lockouts.failed("ada", 1_000);
        assert!(lockouts.is_locked("ada", 2_999));
        assert!(!lockouts.is_locked("ada", 3_000));
        assert!(!lockouts.is_locked("grace", 0));
    }

    #[test]
    fn the_longest_lockout_is_fifteen_minutes_and_success_or_quiet_forgets() {
        let lockouts = Lockouts::default();
        for _ in 0..40 {
            lockouts.failed("ada", 0);
        }
        assert!(lockouts.is_locked("ada", LONGEST_MS - 1));
        assert!(!lockouts.is_locked("ada", LONGEST_MS));
        lockouts.failed("ada", 2 * LONGEST_MS);
        assert!(!lockouts.is_locked("ada", 2 * LONGEST_MS), "quiet minutes begin anew");
        for _ in 0..5 {
            lockouts.failed("ada", 2 * LONGEST_MS);
        }
        lockouts.succeeded("ada");
        assert!(!lockouts.is_locked("ada", 2 * LONGEST_MS));
    }
}
