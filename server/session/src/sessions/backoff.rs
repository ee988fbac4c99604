//! How long a session leaves the identity provider alone after a failure that was no definite no. Per session, in memory:
//! a process that starts anew asks anew.

use std::collections::HashMap;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use holdfast::entropy::Entropy;

use crate::rows::RowId;

/// The least pause: a session asks at most once a second.
const LEAST_MS: i64 = 1_000;
const MOST_MS: i64 = 30_000;
/// The longest pause where the pool throttles: how many ask at all is `pace`'s to say, and a pause much longer than that
/// would leave the quota idle in the end.
const MOST_THROTTLED_MS: i64 = 4_000;
/// Entries that are kept. Beyond it those whose pause is over go first; they only cost a fresh start of the doubling.
const MOST_ENTRIES: usize = 10_000;
const ALARM_EVERY_MS: i64 = 60_000;

/// Which sessions failed to refresh, and until when they wait.
#[derive(Default)]
pub(super) struct Backoffs {
    failing: Mutex<HashMap<RowId, Failing>>,
    alarmed_at: AtomicI64,
}

#[derive(Clone, Copy)]
struct Failing {
    times: u32,
    until: i64,
}

impl Backoffs {
    fn entries(&self) -> MutexGuard<'_, HashMap<RowId, Failing>> {
        self.failing.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether the last attempt failed.
    pub(super) fn is_failing(&self, id: RowId) -> bool {
        self.entries().contains_key(&id)
    }

    /// Whether it is too early for the next attempt.
    pub(super) fn must_wait(&self, id: RowId, now: i64) -> bool {
        self.entries().get(&id).is_some_and(|failing| now < failing.until)
    }

    /// Notes a failure, and answers until when the session waits. The pause doubles from one second to thirty (four where
    /// the pool throttles), and up to half of it is added at random, so that
    /// sessions that failed together do not come back together.
    pub(super) fn note(&self, id: RowId, now: i64, throttled: bool, entropy: &dyn Entropy) -> i64 {
        let mut entries = self.entries();
        if entries.len() >= MOST_ENTRIES && !entries.contains_key(&id) {
            entries.retain(|_, failing| now < failing.until);
            if entries.len() >= MOST_ENTRIES {
                entries.clear();
            }
        }
        let times = entries.get(&id).map_or(0, |failing| failing.times).saturating_add(1);
        let most = if throttled { MOST_THROTTLED_MS } else { MOST_MS };
        let mut random = [0];
        entropy.fill(&mut random);
        let until = now.saturating_add(pause(times, most, random[0]));
        entries.insert(id, Failing { times, until });
        until
    }

    /// The session has refreshed, or ended.
    pub(super) fn forget(&self, id: RowId) {
        self.entries().remove(&id);
    }

    /// Whether the operator is to be told again: once a minute is enough for a fleet that fails as one.
    pub(super) fn alarm_is_due(&self, now: i64) -> bool {
        let last = self.alarmed_at.load(Ordering::SeqCst);
        now.saturating_sub(last) >= ALARM_EVERY_MS
            && self.alarmed_at.compare_exchange(last, now, Ordering::SeqCst, Ordering::SeqCst).is_ok()
    }
}

fn pause(times: u32, most: i64, random: u8) -> i64 {
    let doubled = LEAST_MS.checked_shl(times.saturating_sub(1).min(16)).unwrap_or(most).min(most);
    doubled + doubled / 2 * i64::from(random) / 255
}

#[cfg(test)]
mod tests {
    use super::*;
    use holdfast::entropy::SeededEntropy;

    fn id(number: usize) -> RowId {
        let mut bytes = [0; 32];
        bytes[..8].copy_from_slice(&number.to_le_bytes());
        RowId::from_bytes(bytes)
    }

    #[test]
    fn the_pause_doubles_to_thirty_seconds_and_never_falls_below_one() {
        for (times, least) in [(1, 1_000), (2, 2_000), (5, 16_000), (6, 30_000), (40, 30_000), (u32::MAX, 30_000)] {
            let pause = |random| pause(times, MOST_MS, random);
            assert_eq!((pause(0), pause(255)), (least, least + least / 2), "{times}");
        }
    }

    #[test]
    fn success_begins_anew_and_the_pause_is_over_to_the_millisecond() {
        let (backoffs, entropy) = (Backoffs::default(), SeededEntropy::new(1));
        backoffs.note(id(1), 0, false, &entropy);
        let until = backoffs.entries()[&id(1)].until;
        assert!(backoffs.must_wait(id(1), until - 1) && !backoffs.must_wait(id(1), until));
        assert!(backoffs.is_failing(id(1)) && !backoffs.is_failing(id(2)));
        backoffs.forget(id(1));
        assert!(!backoffs.must_wait(id(1), 0));
    }

    #[test]
    fn the_map_is_bounded() {
        let (backoffs, entropy) = (Backoffs::default(), SeededEntropy::new(1));
        for number in 0..MOST_ENTRIES + 10 {
            backoffs.note(id(number), 0, false, &entropy);
        }
        assert!(backoffs.entries().len() <= MOST_ENTRIES);
        assert!(backoffs.is_failing(id(MOST_ENTRIES + 9)));
    }

    #[test]
    fn a_fleet_that_fails_as_one_alarms_once_a_minute() {
        let backoffs = Backoffs::default();
        let now = 1_768_467_600_000;
        assert!(backoffs.alarm_is_due(now) && !backoffs.alarm_is_due(now));
        assert!(!backoffs.alarm_is_due(now + ALARM_EVERY_MS - 1) && backoffs.alarm_is_due(now + ALARM_EVERY_MS));
    }
}
