//! Rows in memory: for tests, for examples, and as the shortest statement of what the port means.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use holdfast::wire::EndReason;

use super::{
    Claim, Claimed, Device, Ended, Ending, Lease, NewSession, Refreshed, RowId, RowsError, SessionRow, SessionRows,
};

/// Sessions that end with the process.
#[derive(Debug, Default)]
pub struct MemoryRows(Mutex<HashMap<RowId, SessionRow>>);

impl MemoryRows {
    fn rows(&self) -> MutexGuard<'_, HashMap<RowId, SessionRow>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn end(row: &mut SessionRow, reason: EndReason, at: i64) {
    row.ended = Some(Ended { at, reason });
    row.tokens = None;
    row.lease = None;
}

#[async_trait]
impl SessionRows for MemoryRows {
    async fn create(&self, new: &NewSession) -> Result<(), RowsError> {
        let mut rows = self.rows();
        if rows.contains_key(&new.id) {
            return Err(RowsError::Unavailable("the id is taken".into()));
        }
        if let Some(old) = new.replaces.and_then(|id| rows.get_mut(&id)).filter(|row| row.ended.is_none()) {
            end(old, EndReason::Replaced, new.created_at);
        }
        let row = SessionRow {
            id: new.id,
            user: new.user.clone(),
            lifetimes: new.lifetimes,
            created_at: new.created_at,
            generation: 0,
            lease: None,
            tokens: Some(new.tokens.clone()),
            device: None,
            ended: None,
        };
        rows.insert(new.id, row);
        Ok(())
    }

    async fn find(&self, id: RowId) -> Result<Option<SessionRow>, RowsError> {
        Ok(self.rows().get(&id).cloned())
    }

    async fn claim(&self, id: RowId, claim: &Claim) -> Result<Claimed, RowsError> {
        let mut rows = self.rows();
        let Some(row) = rows.get_mut(&id) else { return Ok(Claimed::Moved) };
        let claimed = claim.on(row);
        if let Claimed::Taken { .. } = claimed {
            row.lease = Some(claim.lease());
        }
        Ok(claimed)
    }

    async fn release(&self, id: RowId, claim: &Claim, closed_until: i64) -> Result<bool, RowsError> {
        let mut rows = self.rows();
        let Some(row) = rows.get_mut(&id).filter(|row| claim.is_held_on(row)) else { return Ok(false) };
        row.lease = Some(Lease { holder: None, until: closed_until });
        Ok(true)
    }

    async fn store_refresh(&self, id: RowId, refreshed: &Refreshed) -> Result<bool, RowsError> {
        let mut rows = self.rows();
        let alive = rows.get_mut(&id).filter(|row| row.ended.is_none() && row.generation == refreshed.generation);
        let Some(row) = alive else { return Ok(false) };
        row.generation += 1;
        row.lease = None;
        row.tokens = Some(refreshed.tokens.clone());
        row.lifetimes.access_issued_at = refreshed.access_issued_at;
        row.lifetimes.access_expires_at = refreshed.access_expires_at;
        Ok(true)
    }

    async fn touch(&self, id: RowId, at: i64) -> Result<bool, RowsError> {
        let mut rows = self.rows();
        let Some(row) = rows.get_mut(&id).filter(|row| row.ended.is_none()) else { return Ok(false) };
        row.lifetimes.last_activity_at = row.lifetimes.last_activity_at.max(at);
        Ok(true)
    }

    async fn bind(&self, id: RowId, device: &Device) -> Result<bool, RowsError> {
        let mut rows = self.rows();
        let free = rows.get_mut(&id).filter(|row| row.ended.is_none() && row.device.is_none());
        let Some(row) = free else { return Ok(false) };
        row.device = Some(device.clone());
        Ok(true)
    }

    async fn prove(&self, id: RowId, at: i64) -> Result<bool, RowsError> {
        let mut rows = self.rows();
        let alive = rows.get_mut(&id).filter(|row| row.ended.is_none());
        let Some(device) = alive.and_then(|row| row.device.as_mut()).filter(|device| device.proved_at < at) else {
            return Ok(false);
        };
        device.proved_at = at;
        Ok(true)
    }

    async fn set_email(&self, sub: &str, email: &str) -> Result<u64, RowsError> {
        let mut count = 0;
        let mut rows = self.rows();
        let is_other = |row: &&mut SessionRow| row.ended.is_none() && row.user.sub == sub && row.user.email != email;
        for row in rows.values_mut().filter(is_other) {
            email.clone_into(&mut row.user.email);
            count += 1;
        }
        Ok(count)
    }

    async fn end(&self, id: RowId, ending: Ending) -> Result<bool, RowsError> {
        let mut rows = self.rows();
        let alive = rows.get_mut(&id).filter(|row| row.ended.is_none() && ending.only_if.holds(row));
        let Some(row) = alive else { return Ok(false) };
        end(row, ending.reason, ending.at);
        Ok(true)
    }

    async fn list_for(&self, sub: &str) -> Result<Vec<SessionRow>, RowsError> {
        let mut mine: Vec<SessionRow> =
            self.rows().values().filter(|row| row.ended.is_none() && row.user.sub == sub).cloned().collect();
        mine.sort_by_key(|row| (std::cmp::Reverse(row.lifetimes.signed_in_at), row.id));
        Ok(mine)
    }

    async fn purge(&self, before: i64) -> Result<u64, RowsError> {
        let mut rows = self.rows();
        let count = rows.len();
        rows.retain(|_, row| {
            let over = row
                .ended
                .map_or(row.lifetimes.refresh_expires_at.max(row.lifetimes.access_expires_at), |ended| ended.at);
            before < over
        });
        Ok(u64::try_from(count - rows.len()).unwrap_or(u64::MAX))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn rows_in_memory_keep_the_contract() {
        crate::rows::contract::session_rows_contract(&MemoryRows::default()).await;
    }
}
