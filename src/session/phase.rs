//! How near the forced sign-in is.

/// What the banner shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Phase {
    /// Nothing to say.
    Quiet,
    /// A quiet line.
    Notice,
    /// The banner.
    Warning,
    /// The moment has passed.
    Expired,
    /// Another user is signed in. No clock leads here: only [`crate::sync::Status::sealed`] does.
    Sealed,
}

impl Phase {
    /// The value of `data-session-phase`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Quiet => "quiet",
            Self::Notice => "notice",
            Self::Warning => "warning",
            Self::Expired => "expired",
            Self::Sealed => "sealed",
        }
    }
}

/// How long before the end the phases begin, in milliseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Thresholds {
    /// The quiet line.
    pub notice_ms: i64,
    /// The banner.
    pub warning_ms: i64,
}

impl Default for Thresholds {
    fn default() -> Self {
        Self { notice_ms: 60 * 60_000, warning_ms: 10 * 60_000 }
    }
}

impl Thresholds {
    /// Each cut to half of the sign-in window where that is shorter, so that a short window does not begin with its
    /// warning.
    #[must_use]
    pub fn cut_to_window(self, window_ms: i64) -> Self {
        let half = window_ms.max(0) / 2;
        Self { notice_ms: self.notice_ms.min(half), warning_ms: self.warning_ms.min(half) }
    }
}

/// The phase with `remaining_ms` left. A phase has begun when `remaining <= threshold`.
#[must_use]
pub fn phase(remaining_ms: i64, thresholds: &Thresholds) -> Phase {
    if remaining_ms <= 0 {
        Phase::Expired
    } else if remaining_ms <= thresholds.warning_ms {
        Phase::Warning
    } else if remaining_ms <= thresholds.notice_ms {
        Phase::Notice
    } else {
        Phase::Quiet
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn each_phase_begins_to_the_millisecond() {
        let thresholds = Thresholds::default();
        for (boundary, before, after) in [
            (3_600_000, Phase::Quiet, Phase::Notice),
            (600_000, Phase::Notice, Phase::Warning),
            (0, Phase::Warning, Phase::Expired),
        ] {
            assert_eq!(phase(boundary + 1, &thresholds), before);
            assert_eq!(phase(boundary, &thresholds), after);
            assert_eq!(phase(boundary - 1, &thresholds), after);
        }
    }

    #[test]
    fn a_window_of_a_minute_warns_in_its_second_half() {
        let cut = Thresholds::default().cut_to_window(60_000);
        assert_eq!(cut, Thresholds { notice_ms: 30_000, warning_ms: 30_000 });
        assert_eq!(phase(30_001, &cut), Phase::Quiet);
        assert_eq!(phase(30_000, &cut), Phase::Warning);
        assert_eq!(Thresholds::default().cut_to_window(24 * 3_600_000), Thresholds::default());
        assert_eq!(phase(1, &Thresholds::default().cut_to_window(-5)), Phase::Quiet);
    }

    proptest! {
        #[test]
        fn phases_only_go_forward_as_time_runs_out(
            now in -10_000_000_i64..10_000_000, later in 0_i64..10_000_000, window in 0_i64..100_000_000
        ) {
            let thresholds = Thresholds::default().cut_to_window(window);
            prop_assert!(phase(now, &thresholds) <= phase(now - later, &thresholds));
        }
    }
}
