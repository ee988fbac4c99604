//! How often something may be tried: a bucket of tokens for each key (a session, an account, an address), in memory that
//! is bounded whoever asks. Time is an argument.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Keys of one generation. With more, those are forgotten first that have all their tokens again, then those that have
/// not asked for longest: so nobody is locked out by a crowd, and the crowd gains what it has keys for.
const MOST: usize = 10_000;

/// Buckets that hold `at_once` tokens each and get one back every `every_ms` milliseconds.
#[derive(Debug)]
pub struct Buckets<K> {
    every_ms: i64,
    all_ms: i64,
    generations: Mutex<Generations<K>>,
}

/// The moments, in milliseconds since the epoch, at which buckets will be full: that says how many tokens are missing.
#[derive(Debug)]
struct Generations<K> {
    young: HashMap<K, i64>,
    old: HashMap<K, i64>,
}

impl<K: Eq + Hash> Buckets<K> {
    /// All buckets are full.
    #[must_use]
    pub fn new(at_once: u32, every_ms: i64) -> Self {
        let generations = Mutex::new(Generations { young: HashMap::new(), old: HashMap::new() });
        Self { every_ms, all_ms: every_ms.saturating_mul(at_once.into()), generations }
    }

    fn generations(&self) -> MutexGuard<'_, Generations<K>> {
        self.generations.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes a token out of this key's bucket.
    ///
    /// # Errors
    /// Where there is none: in how many milliseconds there will be one.
    pub fn take(&self, key: K, now: i64) -> Result<(), i64> {
        let mut generations = self.generations();
        let full_at = generations.full_at(&key).map_or(now, |full_at| full_at.max(now));
        let next = full_at.saturating_add(self.every_ms);
        let missing = next.saturating_sub(now).saturating_sub(self.all_ms);
        if 0 < missing {
            return Err(missing);
        }
        generations.make_room_for(&key, now);
        generations.young.insert(key, next);
        Ok(())
    }

    /// Puts a token back that was taken for nothing.
    pub fn give_back(&self, key: &K) {
        let mut generations = self.generations();
        let Generations { young, old } = &mut *generations;
        if let Some(full_at) = young.get_mut(key).or_else(|| old.get_mut(key)) {
            *full_at = full_at.saturating_sub(self.every_ms);
        }
    }
}

impl<K: Eq + Hash> Generations<K> {
    fn full_at(&self, key: &K) -> Option<i64> {
        self.young.get(key).or_else(|| self.old.get(key)).copied()
    }

    fn make_room_for(&mut self, key: &K, now: i64) {
        if self.young.len() < MOST || self.young.contains_key(key) {
            return;
        }
        self.young.retain(|_, full_at| now < *full_at);
        if MOST <= self.young.len() {
            self.old = std::mem::take(&mut self.young);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn buckets() -> Buckets<u32> {
        Buckets::new(120, 500)
    }

    fn taken(buckets: &Buckets<u32>, key: u32, now: i64) -> usize {
        (0..200).filter(|_| buckets.take(key, now).is_ok()).count()
    }

    #[test]
    fn a_burst_is_taken_then_one_at_a_time_and_every_key_has_its_own() {
        let buckets = buckets();
        assert_eq!(taken(&buckets, 1, 1_000), 120);
        assert_eq!(buckets.take(2, 1_000), Ok(()));
        assert_eq!((buckets.take(1, 1_000), buckets.take(1, 1_499)), (Err(500), Err(1)));
        assert_eq!((buckets.take(1, 1_500), buckets.take(1, 1_501)), (Ok(()), Err(499)));
        assert_eq!(taken(&buckets, 1, 1_500 + 10_000), 20);
        assert_eq!(taken(&buckets, 1, 1_000_000), 120);
    }

    #[test]
    fn what_is_given_back_can_be_taken_again_but_no_more_than_that() {
        let buckets = buckets();
        assert_eq!(taken(&buckets, 1, 0), 120);
        buckets.give_back(&1);
        assert_eq!(taken(&buckets, 1, 0), 1);
        buckets.give_back(&2);
        assert_eq!(taken(&buckets, 2, 0), 120);
        // Full already by time: what comes back beside it is not hoarded.
        assert_eq!(buckets.take(3, 0), Ok(()));
        buckets.give_back(&3);
        buckets.give_back(&3);
        assert_eq!(taken(&buckets, 3, 600_000), 120);
    }

    #[test]
    fn the_memory_is_bounded_and_a_crowd_locks_nobody_out() {
        let buckets = buckets();
        assert_eq!(taken(&buckets, 0, 0), 120);
        let crowd = u32::try_from(MOST).expect("small");
        for key in 1..=crowd {
            assert_eq!(buckets.take(key, 0), Ok(()));
        }
        assert_eq!((buckets.take(0, 0), buckets.take(u32::MAX, 0)), (Err(500), Ok(())));
        for key in 1..=5 * crowd {
            let _some_are_forgotten = buckets.take(key, 0);
        }
        let generations = buckets.generations();
        assert!(generations.young.len() <= MOST && generations.old.len() <= MOST);
    }
}
