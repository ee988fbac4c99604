//! Counting down in the browser, on its monotonic clock, without ever showing more time than there is.

/// What is left, from one answer of the server.
///
/// The server says how much remains *at the moment it answers*, and nobody knows when between question and answer that
/// was. The deadline is taken from the **question**: `asked_at + remaining`. As the server answered at some
/// `c >= asked_at`, the true deadline `c + remaining` is never earlier, so what is shown is never more than what there
/// is, and less by at most the time that question and answer took.
///
/// Moments are milliseconds of one monotonic clock. Round `asked_at` down and `now` up, and the promise holds to the
/// fraction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Countdown {
    ends_at: u64,
    /// How far the wall clock was ahead of the monotonic one when they were last compared.
    ahead: Option<i64>,
}

/// The two clocks may drift this far apart before it means that the computer slept (or somebody set the clock).
const SLEPT_MS: i64 = 1_500;

impl Countdown {
    /// Begins with an answer: `remaining_ms` as the server said it.
    #[must_use]
    pub fn start(remaining_ms: i64, asked_at: u64) -> Self {
        let remaining = u64::try_from(remaining_ms).unwrap_or(0);
        Self { ends_at: asked_at.saturating_add(remaining), ahead: None }
    }

    /// Milliseconds left, 0 when the moment has come. Never grows while the clock does not run backwards.
    #[must_use]
    pub fn remaining(&self, now: u64) -> i64 {
        i64::try_from(self.ends_at.saturating_sub(now)).unwrap_or(i64::MAX)
    }

    /// Whether to ask the server again at once: the wall clock has moved against the monotonic one, which on several
    /// systems stands still while the computer sleeps (a known gap in W3C's *High Resolution Time*). Call it at every tick,
    /// wake, focus and pageshow.
    pub fn is_doubtful(&mut self, now: u64, wall_ms: i64) -> bool {
        let ahead = wall_ms.saturating_sub(i64::try_from(now).unwrap_or(i64::MAX));
        let doubtful = self.ahead.is_some_and(|before| SLEPT_MS < ahead.abs_diff(before) as i64);
        self.ahead = Some(ahead);
        doubtful
    }
}

const SECOND: i64 = 1_000;
const MINUTE: i64 = 60 * SECOND;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;

/// How finely `remaining_ms` is shown: whole days, hours and minutes far from the end, tens of seconds in the last two
/// minutes, seconds in the last twenty.
pub(super) fn pace(remaining_ms: i64) -> i64 {
    match remaining_ms {
        ..20_000 => SECOND,
        20_000..120_000 => 10 * SECOND,
        120_000..7_200_000 => MINUTE,
        7_200_000..172_800_000 => HOUR,
        172_800_000.. => DAY,
    }
}

/// What is shown of `remaining_ms`: rounded down, because less is the truth and more is not.
pub(super) fn floor_to_pace(remaining_ms: i64) -> i64 {
    let remaining = remaining_ms.max(0);
    remaining - remaining % pace(remaining)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::entropy::SeededEntropy;
    use proptest::prelude::*;

    #[test]
    fn b4_five_hundred_answers_with_delays_up_to_five_seconds_never_show_more_than_there_is() {
        let random = SeededEntropy::new(500);
        for _ in 0..500 {
            let true_deadline = 1_000_000 + random.next_u64() % 100_000_000;
            let asked_at = random.next_u64() % 1_000_000;
            let delay = random.next_u64() % 5_001;
            let computed_at = asked_at + random.next_u64() % (delay + 1);
            let answered_at = asked_at + delay;
            let said = i64::try_from(true_deadline - computed_at).expect("fits");
            let countdown = Countdown::start(said, asked_at);
            for _ in 0..20 {
                let now = answered_at + random.next_u64() % 110_000_000;
                let truth = i64::try_from(true_deadline.saturating_sub(now)).expect("fits");
                let shown = countdown.remaining(now);
                assert!(shown <= truth && truth <= shown + 5_000);
            }
        }
    }

    #[test]
    fn b6_a_jump_of_the_clock_takes_time_away_and_never_below_nothing() {
        let countdown = Countdown::start(60_000, 1_000);
        assert_eq!(countdown.remaining(1_200), 59_800);
        assert_eq!(countdown.remaining(61_000 - 1), 1);
        assert_eq!(countdown.remaining(61_000), 0);
        assert_eq!(countdown.remaining(u64::MAX), 0);
        assert_eq!(Countdown::start(-5, 10).remaining(10), 0);
    }

    #[test]
    fn b6_a_sleep_that_the_monotonic_clock_did_not_count_is_noticed_once() {
        let mut countdown = Countdown::start(600_000, 0);
        assert!(!countdown.is_doubtful(0, 1_700_000_000_000));
        assert!(!countdown.is_doubtful(60_000, 1_700_000_061_000));
        assert!(countdown.is_doubtful(61_000, 1_700_003_600_000));
        assert!(!countdown.is_doubtful(62_000, 1_700_003_601_000));
        assert!(countdown.is_doubtful(63_000, 1_699_900_000_000));
    }

    proptest! {
        #[test]
        fn what_is_left_never_grows(remaining in 0_i64..1_000_000_000, now in 0_u64..1_000_000_000, later in 0_u64..1_000_000_000) {
            let countdown = Countdown::start(remaining, 0);
            prop_assert!(countdown.remaining(now + later) <= countdown.remaining(now));
        }
    }
}
