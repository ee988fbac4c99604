//! How many saves an ended session may bring: a bucket of tokens for each, in memory.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use holdfast_session::rows::RowId;

/// A person who types brings a save or two in a second.
const PER_SECOND: i64 = 2;
/// What may come at once: a tab that has been offline has several batches.
const BURST: i64 = 120;
/// Sessions that are remembered; beyond it those go first that have all their tokens again.
const MOST: usize = 10_000;

const MS_PER_TOKEN: i64 = 1000 / PER_SECOND;

/// See the module's documentation.
#[derive(Default)]
pub(super) struct Rate(Mutex<HashMap<RowId, i64>>);

impl Rate {
    /// Takes one token of this session's; `false` where there is none.
    pub(super) fn admit(&self, session: RowId, now: i64) -> bool {
        let mut full_at = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if MOST <= full_at.len() && !full_at.contains_key(&session) {
            full_at.retain(|_, full_at| now < *full_at);
            if MOST <= full_at.len() {
                return false;
            }
        }
        // The moment at which the bucket will be full says how many tokens are missing.
        let bucket = full_at.entry(session).or_insert(now);
        let next = now.max(*bucket).saturating_add(MS_PER_TOKEN);
        let is_admitted = next.saturating_sub(now) <= BURST * MS_PER_TOKEN;
        if is_admitted {
            *bucket = next;
        }
        is_admitted
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn session(n: u16) -> RowId {
        let mut bytes = [0; 32];
        bytes[..2].copy_from_slice(&n.to_le_bytes());
        RowId::from_bytes(bytes)
    }

    #[test]
    fn a_burst_is_taken_then_two_in_a_second_and_every_session_has_its_own() {
        let rate = Rate::default();
        assert_eq!((0..200).filter(|_| rate.admit(session(1), 1_000)).count(), 120);
        assert!(rate.admit(session(2), 1_000));
        assert!(!rate.admit(session(1), 1_499) && rate.admit(session(1), 1_500) && !rate.admit(session(1), 1_501));
        assert_eq!((0..200).filter(|_| rate.admit(session(1), 1_500 + 10_000)).count(), 20);
        assert_eq!((0..200).filter(|_| rate.admit(session(1), 1_000_000)).count(), 120);
    }

    #[test]
    fn the_memory_is_bounded_and_makes_room_with_time() {
        let rate = Rate::default();
        for n in 0..u16::try_from(MOST).expect("small") {
            assert!(rate.admit(session(n), 0));
        }
        assert!(!rate.admit(session(u16::MAX), 0) && rate.admit(session(0), 0));
        assert!(rate.admit(session(u16::MAX), 1_000));
    }
}
