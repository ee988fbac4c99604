//! Time comes in through [`Clock`]. Nothing in this crate reads a clock; the process and the tests hand one in.
//!
//! The boundary rule of the whole project: a deadline has passed when `deadline <= now`.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use time::{Duration, OffsetDateTime};

/// Where "now" comes from.
pub trait Clock: Send + Sync + 'static {
    /// The current moment, UTC.
    fn now(&self) -> OffsetDateTime;

    /// The current moment in whole milliseconds since the Unix epoch, the unit of every column and of the wire.
    fn now_ms(&self) -> i64 {
        unix_ms(self.now())
    }
}

impl<C: Clock + ?Sized> Clock for Arc<C> {
    fn now(&self) -> OffsetDateTime {
        (**self).now()
    }
}

/// Whole milliseconds since the Unix epoch, rounded down.
#[must_use]
pub fn unix_ms(at: OffsetDateTime) -> i64 {
    i64::try_from(at.unix_timestamp_nanos().div_euclid(1_000_000)).unwrap_or(i64::MAX)
}

/// The moment `ms` milliseconds after the Unix epoch; out-of-range values are clamped to the nearest representable one.
#[must_use]
pub fn from_unix_ms(ms: i64) -> OffsetDateTime {
    OffsetDateTime::from_unix_timestamp_nanos(i128::from(ms) * 1_000_000).unwrap_or(if ms < 0 {
        OffsetDateTime::UNIX_EPOCH
    } else {
        time::macros::datetime!(9999-12-31 23:59:59 UTC)
    })
}

/// A clock that only moves when it is told to, and never backwards.
#[derive(Debug)]
pub struct ManualClock {
    ms: AtomicI64,
}

impl ManualClock {
    /// The moment at which a default clock stands: 2026-01-15 09:00:00 UTC.
    pub const DEFAULT: OffsetDateTime = time::macros::datetime!(2026-01-15 09:00:00 UTC);

    /// A clock that stands at `at`.
    #[must_use]
    pub fn at(at: OffsetDateTime) -> Self {
        Self { ms: AtomicI64::new(unix_ms(at)) }
    }

    /// Moves the clock forward; a negative duration moves nothing.
    pub fn advance(&self, by: Duration) {
        let ms = i64::try_from(by.whole_milliseconds()).unwrap_or(i64::MAX);
        self.ms.fetch_add(ms.max(0), Ordering::SeqCst);
    }
}

impl Default for ManualClock {
    fn default() -> Self {
        Self::at(Self::DEFAULT)
    }
}

impl Clock for ManualClock {
    fn now(&self) -> OffsetDateTime {
        from_unix_ms(self.ms.load(Ordering::SeqCst))
    }
}

/// A running clock that can be pushed ahead: what `/__control/advance` moves, for server and user pool together.
pub struct AdvancingClock<C> {
    base: C,
    ahead_ms: AtomicI64,
}

impl<C: Clock> AdvancingClock<C> {
    /// A clock that shows what `base` shows until it is advanced.
    pub fn new(base: C) -> Self {
        Self { base, ahead_ms: AtomicI64::new(0) }
    }

    /// Pushes the clock ahead; a negative duration moves nothing.
    pub fn advance(&self, by: Duration) {
        let ms = i64::try_from(by.whole_milliseconds()).unwrap_or(i64::MAX);
        self.ahead_ms.fetch_add(ms.max(0), Ordering::SeqCst);
    }
}

impl<C: Clock> Clock for AdvancingClock<C> {
    fn now(&self) -> OffsetDateTime {
        self.base.now() + Duration::milliseconds(self.ahead_ms.load(Ordering::SeqCst))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_manual_clock_moves_only_forward_and_only_when_told() {
        let clock = ManualClock::default();
        let start = clock.now_ms();
        clock.advance(Duration::seconds(-5));
        assert_eq!(clock.now_ms(), start);
        clock.advance(Duration::milliseconds(1));
        assert_eq!(clock.now_ms(), start + 1);
    }

    #[test]
    fn milliseconds_survive_the_round_trip() {
        for ms in [0, 1, -1, 1_768_467_600_123] {
            assert_eq!(unix_ms(from_unix_ms(ms)), ms);
        }
    }

    #[test]
    fn an_advanced_clock_stays_ahead_of_its_base() {
        let base = Arc::new(ManualClock::default());
        let clock = AdvancingClock::new(Arc::clone(&base));
        clock.advance(Duration::hours(2));
        base.advance(Duration::seconds(1));
        assert_eq!(clock.now() - ManualClock::DEFAULT, Duration::hours(2) + Duration::seconds(1));
    }
}
