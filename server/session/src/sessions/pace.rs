//! How many refreshes this process begins while the provider throttles: as many in a second as it let through in the last
//! one, and a quarter more.
//!
//! After an outage thousands of sessions are due at once, and a quota of some twenty calls a second is all there is. If
//! each only backed off by itself, most of them would wait their longest pause while the quota lies idle; if none did,
//! the throttled calls would crowd out the others. A session that is not let through goes on with what it has and comes
//! again with its next request.

use std::sync::{Mutex, PoisonError};

/// A quota is counted by the second.
const WINDOW_MS: i64 = 1_000;
/// Begun in a second even where none was let through in the last one: else nobody would find out that the trouble is over.
const LEAST: u32 = 5;

/// Without a limit until the provider throttles, and again after a second in which nothing was throttled or held back.
#[derive(Default)]
pub(super) struct Pace(Mutex<Option<Window>>);

#[derive(Debug)]
struct Window {
    began: i64,
    /// How many may still begin.
    left: u32,
    let_through: u32,
    throttled: u32,
    held_back: u32,
}

impl Window {
    fn new(began: i64, left: u32) -> Self {
        Self { began, left, let_through: 0, throttled: 0, held_back: 0 }
    }

    /// The window after this one; `None`: no limit any more.
    fn next(&self, now: i64) -> Option<Self> {
        match (self.throttled, self.held_back) {
            (0, 0) => None,
            (0, _) => Some(Self::new(now, self.let_through.saturating_mul(2).max(LEAST))),
            _ => Some(Self::new(now, (self.let_through + self.let_through / 4).max(LEAST))),
        }
    }
}

impl Pace {
    fn current<T>(&self, now: i64, with: impl FnOnce(&mut Option<Window>) -> T) -> T {
        let mut window = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(over) = window.as_ref().filter(|window| WINDOW_MS <= now.saturating_sub(window.began)) {
            *window = over.next(now);
        }
        with(&mut window)
    }

    /// Takes a place; `false` where there is none in this second.
    pub(super) fn may_start(&self, now: i64) -> bool {
        self.current(now, |window| match window {
            None => true,
            Some(window) if window.left == 0 => {
                window.held_back += 1;
                false
            }
            Some(window) => {
                window.left -= 1;
                true
            }
        })
    }

    /// Notes how the provider answered.
    pub(super) fn note(&self, throttled: bool, now: i64) {
        self.current(now, |window| match window {
            None if throttled => *window = Some(Window { throttled: 1, ..Window::new(now, 0) }),
            None => {}
            Some(window) if throttled => window.throttled += 1,
            Some(window) => window.let_through += 1,
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// How many of `wanted` are begun in this second by a provider that lets `quota` through.
    fn second(pace: &Pace, now: i64, wanted: u32, quota: u32) -> (u32, u32) {
        let begun = (0..wanted).filter(|_| pace.may_start(now)).count() as u32;
        for number in 0..begun {
            pace.note(quota <= number, now);
        }
        (begun, begun.min(quota))
    }

    #[test]
    fn without_throttling_there_is_no_limit() {
        let pace = Pace::default();
        assert_eq!(second(&pace, 0, 10_000, u32::MAX), (10_000, 10_000));
    }

    #[test]
    fn a_quota_is_found_within_seconds_used_up_and_overrun_by_a_quarter() {
        let pace = Pace::default();
        assert_eq!(second(&pace, 0, 2_000, 20).0, 2_000, "nobody knows before the first one is throttled");
        let seconds: Vec<_> = (1..60).map(|n| second(&pace, n * 1_000, 1_000, 20)).collect();
        assert!(seconds.iter().skip(4).all(|(begun, through)| *begun <= 25 && *through == 20), "{seconds:?}");
    }

    #[test]
    fn an_outage_is_probed_and_its_end_is_found() {
        let pace = Pace::default();
        second(&pace, 0, 100, 0);
        assert!((1..10).all(|n| second(&pace, n * 1_000, 100, 0).0 == LEAST));
        let after: Vec<_> = (10..16).map(|n| second(&pace, n * 1_000, 100, u32::MAX).0).collect();
        assert_eq!(after, [5, 10, 20, 40, 80, 100], "{after:?}");
        assert_eq!(second(&pace, 17_000, 10_000, u32::MAX).0, 10_000, "a second without trouble, and it is forgotten");
    }
}
