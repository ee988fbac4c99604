//! How often somebody may do something: a bucket of tokens for each, in memory and bounded.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Mutex, PoisonError};

/// Buckets that are remembered; beyond it those go first that have all their tokens again.
const MOST: usize = 10_000;

/// A bucket for every `K`.
#[derive(Debug)]
pub struct Rate<K> {
    ms_per_token: i64,
    burst: i64,
    /// The moment at which the bucket will be full says how many tokens are missing.
    full_at: Mutex<HashMap<K, i64>>,
}

impl<K: Eq + Hash> Rate<K> {
    /// One token comes back every `ms_per_token`, and `burst` may be taken at once.
    #[must_use]
    pub fn new(ms_per_token: i64, burst: i64) -> Self {
        Self { ms_per_token: ms_per_token.max(1), burst, full_at: Mutex::default() }
    }

    /// Takes one of this one's tokens; `false` where there is none.
    pub fn admit(&self, who: K, now: i64) -> bool {
        let mut full_at = self.full_at.lock().unwrap_or_else(PoisonError::into_inner);
        if MOST <= full_at.len() && !full_at.contains_key(&who) {
            full_at.retain(|_, full_at| now < *full_at);
            if MOST <= full_at.len() {
                return false;
            }
        }
        let bucket = full_at.entry(who).or_insert(now);
        let next = now.max(*bucket).saturating_add(self.ms_per_token);
        let is_admitted = next.saturating_sub(now) <= self.burst.saturating_mul(self.ms_per_token);
        if is_admitted {
            *bucket = next;
        }
        is_admitted
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_burst_is_taken_then_two_in_a_second_and_everybody_has_their_own() {
        let rate = Rate::new(500, 120);
        assert_eq!((0..200).filter(|_| rate.admit(1, 1_000)).count(), 120);
        assert!(rate.admit(2, 1_000));
        assert!(!rate.admit(1, 1_499) && rate.admit(1, 1_500) && !rate.admit(1, 1_501));
        assert_eq!((0..200).filter(|_| rate.admit(1, 1_500 + 10_000)).count(), 20);
        assert_eq!((0..200).filter(|_| rate.admit(1, 1_000_000)).count(), 120);
    }

    #[test]
    fn the_memory_is_bounded_and_makes_room_with_time() {
        let rate = Rate::new(500, 120);
        for n in 0..MOST {
            assert!(rate.admit(n, 0));
        }
        assert!(!rate.admit(usize::MAX, 0) && rate.admit(0, 0));
        assert!(rate.admit(usize::MAX, 1_000));
    }
}
