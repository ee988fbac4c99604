//! How long to wait before the next attempt: exponential, with jitter, so that a server that comes back is not met by
//! everybody at once.

/// The first wait is drawn from the upper half of this, in milliseconds.
const FIRST_MS: u64 = 1_000;

/// Where no answer comes, no wait is longer: a server that is back shall not be waited for.
const LONGEST_MS: u64 = 5_000;

/// Where the server asks for fewer requests, no wait is longer.
const LONGEST_ASKED_MS: u64 = 30_000;

/// Where the server says that it cannot write, no wait is longer: the disk may be free again at any moment.
const LONGEST_DISK_MS: u64 = 1_500;

/// How long to wait before the next attempt.
#[derive(Debug, Clone)]
pub struct Backoff {
    attempts: u32,
    random: u64,
}

impl Backoff {
    /// No failure yet; `seed` seeds the jitter.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        Self { attempts: 0, random: seed }
    }

    /// The wait after one more failure: between half of and the full 1 s, 2 s, 4 s, 5 s.
    pub fn next_ms(&mut self) -> u64 {
        self.next_below(LONGEST_MS)
    }

    /// As [`Self::next_ms`] for a server that has asked for fewer requests without saying when: up to 30 s.
    pub fn next_asked_ms(&mut self) -> u64 {
        self.next_below(LONGEST_ASKED_MS)
    }

    fn next_below(&mut self, longest: u64) -> u64 {
        let full = FIRST_MS.saturating_mul(1 << self.attempts.min(10)).min(longest);
        self.attempts = self.attempts.saturating_add(1);
        full / 2 + self.draw() % (full / 2 + 1)
    }

    /// As [`Self::next_ms`] for a server whose disk is full.
    pub(super) fn next_disk_ms(&mut self) -> u64 {
        self.next_ms().min(LONGEST_DISK_MS)
    }

    /// It has worked: the next failure is the first again.
    pub fn reset(&mut self) {
        self.attempts = 0;
    }

    /// SplitMix64: jitter needs no secrecy.
    fn draw(&mut self) -> u64 {
        self.random = self.random.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.random;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }
}
