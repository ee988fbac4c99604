//! The lease on a row: the intent to refresh it, written down before the provider is asked.
//!
//! Two server processes on one database must not both present a refresh token that rotates. So whoever wants to refresh
//! first puts a lease into the row. It outlasts the provider's operation time-out: one that is shorter than the call it
//! guards is worse than none, because then two hold it. A process that dies with a lease leaves it behind; it runs out,
//! and the next one to need the tokens takes it over and presents the same refresh token again, within the grace period
//! that rotation has for this. What keeps two holders apart nevertheless is the row's generation, not the lease.

use super::SessionRow;

/// How long a lease lasts: longer than two waits for the database (5 s each), the provider's time-out for a refresh (15 s)
/// and one for its keys together, and far shorter than the 60 s of a rotation's grace.
pub const LONGEST_LEASE_MS: i64 = 30_000;

/// The longest that a failure closes a row: the longest pause of a session that fails to refresh.
pub(crate) const LONGEST_CLOSED_MS: i64 = 45_000;

/// How much older than a lease a claim may be that finds it: `now` is read before the wait for the database, twice 5 s at
/// the most, and the clocks of two hosts are a little apart. Without it the process whose clock was read a millisecond
/// earlier took a lease that had just been taken for one from before the clock was set back, and both asked.
const ASKED_BEFORE_MS: i64 = 15_000;

/// Names one process for as long as it runs; says nothing about anybody.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Holder(pub [u8; 16]);

/// What stands in a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lease {
    /// Who is refreshing; `None`: nobody, and nobody is to before `until`.
    pub holder: Option<Holder>,
    /// When it runs out, in milliseconds since the Unix epoch.
    pub until: i64,
}

impl Lease {
    /// Whether `claim` has to wait for this lease. One's own never blocks: a process has one refresh per session under way,
    /// and where that has broken off nobody else will finish it. Nor does one that ends later than any lease begun now
    /// could: the clock has been set back since.
    #[must_use]
    pub fn blocks(&self, claim: &Claim) -> bool {
        let longest = self.holder.map_or(LONGEST_CLOSED_MS, |_| LONGEST_LEASE_MS) + ASKED_BEFORE_MS;
        self.holder != Some(claim.holder) && claim.now < self.until && self.until <= claim.now.saturating_add(longest)
    }
}

/// The intent to refresh.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Claim {
    /// The generation whose refresh token will be presented.
    pub generation: i64,
    /// This process.
    pub holder: Holder,
    /// The server's clock.
    pub now: i64,
    /// When the lease is to run out: [`LONGEST_LEASE_MS`] from now at the most.
    pub until: i64,
}

/// What became of a claim.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Claimed {
    /// The lease is the claimant's.
    Taken {
        /// A lease of somebody who never brought a result has run out: the refresh token may be spent already.
        abandoned: bool,
    },
    /// This one stands in the way.
    Held(Lease),
    /// The row has ended, is gone, or has newer tokens: read it again.
    Moved,
}

impl Claim {
    /// What this claim gets on this row: the rule itself, for every implementation.
    #[must_use]
    pub fn on(&self, row: &SessionRow) -> Claimed {
        if row.ended.is_some() || row.generation != self.generation {
            return Claimed::Moved;
        }
        match row.lease {
            Some(lease) if lease.blocks(self) => Claimed::Held(lease),
            Some(lease) => Claimed::Taken { abandoned: lease.holder.is_some() },
            None => Claimed::Taken { abandoned: false },
        }
    }

    /// The lease that it puts into the row.
    #[must_use]
    pub fn lease(&self) -> Lease {
        Lease { holder: Some(self.holder), until: self.until }
    }

    /// Whether the lease in this row is the one this claim put there.
    #[must_use]
    pub fn is_held_on(&self, row: &SessionRow) -> bool {
        row.ended.is_none()
            && row.generation == self.generation
            && row.lease.is_some_and(|lease| lease.holder == Some(self.holder))
    }
}
