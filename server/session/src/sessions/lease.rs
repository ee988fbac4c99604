//! Taking the lease on a session's row before the provider is asked, and waiting for whoever holds it. What a lease means is
//! written at [`crate::rows::Claim`].

use std::time::Duration;

use super::{Live, Sessions};
use crate::rows::{Claim, Claimed, LONGEST_LEASE_MS, Lease, RowsError};

/// How often a row is looked at while another process refreshes it.
const LOOK_EVERY: Duration = Duration::from_millis(50);
/// An access token that is good for so long does for whoever asks now: there is no need to wait for the other process.
const GOOD_ENOUGH_MS: i64 = 5_000;

/// What this process may do about a session that is due.
pub(super) enum Leased {
    /// Ask the provider.
    Mine(Claim),
    /// The row has moved: another process has refreshed or ended the session.
    ReadAgain,
    /// Nothing: another process has just failed, or is at it while the token in hand is still good.
    NotNow,
}

impl Sessions {
    /// Takes the lease, or waits until whoever holds it has brought new tokens or has let it run out.
    pub(super) async fn take_lease(&self, live: &Live) -> Result<Leased, RowsError> {
        loop {
            let now = self.0.clock.now_ms();
            let until = now.saturating_add(LONGEST_LEASE_MS);
            let claim = Claim { generation: live.row.generation, holder: self.0.holder, now, until };
            match self.0.rows.claim(live.row.id, &claim).await? {
                Claimed::Taken { abandoned } => {
                    if abandoned {
                        tracing::warn!("a refresh was begun and never finished; its refresh token is presented again");
                    }
                    return Ok(Leased::Mine(claim));
                }
                Claimed::Moved => return Ok(Leased::ReadAgain),
                Claimed::Held(lease) => {
                    let is_good = now.saturating_add(GOOD_ENOUGH_MS) < live.row.lifetimes.access_expires_at;
                    if lease.holder.is_none() || is_good || !self.wait_out(live, lease).await? {
                        return Ok(Leased::NotNow);
                    }
                }
            }
        }
    }

    /// Until the lease is gone or has run out; `false` where the process is to stop before that.
    async fn wait_out(&self, live: &Live, lease: Lease) -> Result<bool, RowsError> {
        while self.0.clock.now_ms() < lease.until {
            if self.0.tasks.are_closed() {
                return Ok(false);
            }
            #[expect(clippy::disallowed_methods, reason = "another process cannot wake this one up")]
            tokio::time::sleep(LOOK_EVERY).await;
            let row = self.0.rows.find(live.row.id).await?;
            if row.is_none_or(|row| row.lease != Some(lease)) {
                break;
            }
        }
        Ok(true)
    }

    /// Lets go of a lease that brought no tokens, so that nobody waits for them; until `closed_until` nobody asks again.
    /// Where that cannot be written the lease runs out by itself.
    pub(super) async fn give_back(&self, live: &Live, claim: &Claim, closed_until: i64) {
        if let Err(error) = self.0.rows.release(live.row.id, claim, closed_until).await {
            tracing::warn!(error = &error as &dyn std::error::Error, "a lease could not be given back; it runs out");
        }
    }
}
