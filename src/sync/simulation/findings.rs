//! What was reached, so that a change does not silently make the schedules tame.

use std::fmt;

/// The sums over some worlds.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Findings {
    pub(super) typed: u64,
    pub(super) lost: u64,
    pub(super) back: u64,
    pub(super) doubled: u64,
    pub(super) conflicts: u64,
    pub(super) unknown: u64,
    pub(super) escrowed: u64,
    pub(super) sealed: u64,
    pub(super) remote: u64,
    pub(super) crashes: u64,
    pub(super) last_moment: u64,
    pub(super) brought_home: u64,
    pub(super) sleeps: u64,
}

impl Findings {
    /// Adds another world's.
    pub fn add(&mut self, other: &Self) {
        let sums = self.all_mut().into_iter().zip(other.clone().all_mut().map(|number| *number));
        for (sum, number) in sums {
            *sum += number;
        }
    }

    /// Whether everything that schedules are made of has happened more than a hundred times.
    #[must_use]
    pub fn is_exercised(&self) -> bool {
        let Self { typed, conflicts, unknown, escrowed, sealed, remote, crashes, brought_home, sleeps, .. } = *self;
        [typed, conflicts, unknown, escrowed, sealed, remote, crashes, brought_home, sleeps].iter().all(|n| 100 < *n)
    }

    /// How many characters were typed.
    #[must_use]
    pub fn typed(&self) -> u64 {
        self.typed
    }

    /// How many of them are missing in the end.
    #[must_use]
    pub fn lost(&self) -> u64 {
        self.lost
    }

    fn all_mut(&mut self) -> [&mut u64; 13] {
        [
            &mut self.typed,
            &mut self.lost,
            &mut self.back,
            &mut self.doubled,
            &mut self.conflicts,
            &mut self.unknown,
            &mut self.escrowed,
            &mut self.sealed,
            &mut self.remote,
            &mut self.crashes,
            &mut self.last_moment,
            &mut self.brought_home,
            &mut self.sleeps,
        ]
    }
}

impl fmt::Display for Findings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { typed, lost, back, doubled, conflicts, unknown, escrowed, sealed, remote, .. } = self;
        let Self { crashes, last_moment, brought_home, sleeps, .. } = self;
        write!(
            f,
            "typed {typed}, lost {lost}; {crashes} tabs crashed with {last_moment} characters of their last 50 ms, {brought_home} \
             journals brought home; {conflicts} conflicts, {unknown} unknown outcomes, {escrowed} into escrow (deleted and back \
             {back}, doubled {doubled}), {sealed} other users, {remote} live edits, {sleeps} sleeps"
        )
    }
}
