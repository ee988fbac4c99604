//! The harness lives in real time: it kills at random instants and measures how long a recovery takes.

use std::time::{Duration, Instant};

#[expect(clippy::disallowed_methods, reason = "a harness measures real time")]
pub(crate) fn now() -> Instant {
    Instant::now()
}

/// Lets time pass: until a random instant, or before asking again.
#[expect(clippy::disallowed_methods, reason = "the instant of a fault depends on nothing, that is its point")]
pub(crate) fn pass(duration: Duration) {
    std::thread::sleep(duration);
}
