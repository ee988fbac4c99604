//! Whether the pool still knows a sign-in. Access tokens are good until their own end by what is in them, so a sign-out
//! elsewhere is noticed at the next refresh: up to an hour later. Who wants to know sooner asks `GetUser`.
//!
//! Its no is only a doubt: the token may have run out, or lack the scope for it. Then the refresh token is asked, and that
//! answer counts ([`super::refresh`]). Only what a person does asks, and a session at most once per interval.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use super::flights::Landed;
use super::{Live, Patience, Refusal, Sessions};
use crate::provider::{AccessToken, ProviderError};
use crate::rows::RowId;
use crate::seal::{Column, CookieSecret};

/// A person who presses a button again and again asks the pool once.
const LEAST_MS: i64 = 2_000;
/// Entries that are kept. Beyond it all are forgotten, which costs each session one question.
const MOST_ENTRIES: usize = 10_000;

/// When each session last asked. Per process: two of them ask twice as often.
#[derive(Default)]
pub(super) struct Confirmations(Mutex<HashMap<RowId, i64>>);

impl Confirmations {
    /// Whether `every` milliseconds have gone since the last question, and since `since`; then this is the next one.
    fn begin(&self, id: RowId, now: i64, every: i64, since: i64) -> bool {
        let mut asked = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let last = asked.get(&id).copied().unwrap_or(i64::MIN).max(since);
        if now.saturating_sub(last) < every {
            return false;
        }
        if asked.len() >= MOST_ENTRIES {
            asked.clear();
        }
        asked.insert(id, now);
        true
    }
}

impl Sessions {
    /// Asks the pool now whether it still knows the sign-in, refreshing where that is due. That the pool cannot be asked
    /// changes nothing.
    ///
    /// # Errors
    /// When the session has ended, by the pool's no or otherwise.
    pub async fn confirm(&self, live: Live, patience: Patience) -> Result<Live, Refusal> {
        if self.0.confirmations.begin(live.row.id, self.0.clock.now_ms(), LEAST_MS, i64::MIN) {
            self.fly_to_confirm(live, patience).await
        } else {
            self.ensure_fresh(live, patience).await
        }
    }

    /// [`Self::ensure_fresh`], and once per interval [`Self::confirm`], where the operator wants that.
    pub(super) async fn confirm_where_due(&self, live: Live, patience: Patience) -> Result<Live, Refusal> {
        let (now, issued) = (self.0.clock.now_ms(), live.row.lifetimes.access_issued_at);
        let every = self.0.config.revocation_check_ms;
        // Tokens that the pool has just issued are an answer, too.
        if every.is_some_and(|every| self.0.confirmations.begin(live.row.id, now, every, issued)) {
            self.fly_to_confirm(live, patience).await
        } else {
            self.ensure_fresh(live, patience).await
        }
    }

    async fn fly_to_confirm(&self, live: Live, patience: Patience) -> Result<Live, Refusal> {
        let (sessions, secret) = (self.clone(), live.secret);
        let may_start = || self.0.tasks.admit();
        let flight =
            self.0.flights.join_or_start(live.row.id, may_start, || async move { sessions.ask_pool(secret).await });
        match flight {
            Some(flight) => self.wait_for(flight, secret, patience).await,
            None => Ok(live),
        }
    }

    async fn ask_pool(&self, secret: CookieSecret) -> Landed {
        let live = match self.live(secret).await {
            Ok(live) if self.is_due(&live) => return self.fly(secret, None).await,
            Ok(live) => live,
            Err(refusal) => return Landed::Refused(refusal),
        };
        let Ok(token) = self.open(&live, Column::Access, |tokens| Some(&tokens.access)) else {
            return Landed::Unknown;
        };
        match self.0.provider.confirm(&AccessToken::new(token)).await {
            Ok(()) => Landed::Fresh(Box::new(live)),
            Err(ProviderError::DefiniteNo { .. }) => self.fly(secret, Some(live.row.generation)).await,
            Err(error) => {
                self.tell_operator(&error, self.0.clock.now_ms());
                Landed::Unknown
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a15_a_session_asks_at_most_once_per_interval_to_the_millisecond() {
        let asked = Confirmations::default();
        let (one, other) = (RowId::from_bytes([1; 32]), RowId::from_bytes([2; 32]));
        assert!(!asked.begin(one, 59_999, 60_000, 0), "fresh tokens are an answer");
        assert!(asked.begin(one, 60_000, 60_000, 0));
        assert!(!asked.begin(one, 119_999, 60_000, 0));
        assert!(asked.begin(other, 119_999, 60_000, 0));
        assert!(asked.begin(one, 120_000, 60_000, 0));
    }

    #[test]
    fn the_map_is_bounded() {
        let asked = Confirmations::default();
        for number in 0..=MOST_ENTRIES {
            let mut bytes = [0; 32];
            bytes[..8].copy_from_slice(&number.to_le_bytes());
            asked.begin(RowId::from_bytes(bytes), 1, 1, 0);
        }
        assert!(asked.0.lock().expect("a lock").len() <= MOST_ENTRIES);
    }
}
