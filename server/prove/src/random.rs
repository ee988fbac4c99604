//! Everything random in a run comes from its seed.

use holdfast::entropy::SeededEntropy;

pub(crate) struct Random(SeededEntropy);

impl Random {
    pub(crate) fn new(seed: u64) -> Self {
        Self(SeededEntropy::new(seed))
    }

    /// Another source, so that what one thread draws does not depend on another's pace.
    pub(crate) fn fork(&self) -> Self {
        Self::new(self.0.next_u64())
    }

    pub(crate) fn next(&self) -> u64 {
        self.0.next_u64()
    }

    /// Less than `limit`; 0 where that is 0.
    pub(crate) fn below(&self, limit: u64) -> u64 {
        self.next() % limit.max(1)
    }

    /// An index of something that has `len` elements.
    pub(crate) fn index(&self, len: usize) -> usize {
        usize::try_from(self.below(len as u64)).unwrap_or(0)
    }

    /// True `parts` times of 1,000.
    pub(crate) fn per_mille(&self, parts: u64) -> bool {
        self.below(1_000) < parts
    }
}
