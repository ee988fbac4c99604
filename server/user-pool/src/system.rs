//! The machine's own clock and randomness: the only place of this crate that reads either.

use holdfast::clock::Clock;
use holdfast::entropy::Entropy;
use time::OffsetDateTime;

/// The machine's clock.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "this is the Clock that everything else is given")]
    fn now(&self) -> OffsetDateTime {
        OffsetDateTime::now_utc()
    }
}

/// The cryptographically secure generator of AWS-LC.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemEntropy;

impl Entropy for SystemEntropy {
    #[expect(clippy::disallowed_methods, reason = "this is the Entropy that everything else is given")]
    fn fill(&self, buffer: &mut [u8]) {
        if aws_lc_rs::rand::fill(buffer).is_err() {
            // Going on with predictable bytes would hand out guessable tokens.
            tracing::error!("the system's random generator failed");
            std::process::abort();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn random_bytes_are_not_repeated_and_the_clock_is_after_this_was_written() {
        assert_ne!(SystemEntropy.id(), SystemEntropy.id());
        assert!(SystemClock.now() > time::macros::datetime!(2026-01-01 00:00 UTC));
    }
}
