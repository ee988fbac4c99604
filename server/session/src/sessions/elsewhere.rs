//! The user's sessions in other browsers: which there are, and ending them from here.

use holdfast::session::sign_in_by;
use holdfast::wire::{Code, EndReason};
use serde::{Deserialize, Serialize};

use super::{Live, Sessions, internal};
use crate::rows::{Ending, OnlyIf, RowId, SessionRow};

/// `GET /api/sessions`, the latest sign-in first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SessionList {
    /// The user's live sessions, the one that asks among them.
    pub sessions: Vec<SessionSummary>,
}

/// One live session of the user's.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SessionSummary {
    /// 64 lower-case hexadecimal digits. It opens nothing.
    pub id: String,
    /// Milliseconds since the interactive sign-in.
    pub signed_in_ms_ago: i64,
    /// Milliseconds since a person last did something there, as far as that is noted: a minute late where no idle
    /// limit needs it exactly.
    pub last_active_ms_ago: i64,
    /// Whether it is the session that asks.
    pub current: bool,
}

impl Sessions {
    /// The user's live sessions, this one among them, the latest sign-in first.
    ///
    /// # Errors
    /// When storage cannot answer.
    pub async fn list(&self, live: &Live) -> Result<Vec<SessionSummary>, Code> {
        let now = self.0.clock.now_ms();
        let ago = |at: i64| now.saturating_sub(at).max(0);
        let rows = self.0.rows.list_for(live.sub()).await.map_err(|error| internal(&error))?;
        Ok(rows
            .iter()
            .filter(|row| self.is_alive(row, now))
            .map(|row| SessionSummary {
                id: row.id.to_hex(),
                signed_in_ms_ago: ago(row.lifetimes.signed_in_at),
                last_active_ms_ago: ago(row.lifetimes.last_activity_at),
                current: row.id == live.row_id(),
            })
            .collect())
    }

    /// Ends another session of the same user. Its tokens stay good at Cognito until they run out, because only its own
    /// cookie opens them; here they are gone.
    ///
    /// # Errors
    /// [`Code::NotFound`] where the session is not this user's, or has ended.
    pub async fn end_elsewhere(&self, live: &Live, id: RowId) -> Result<(), Code> {
        let row = self.0.rows.find(id).await.map_err(|error| internal(&error))?;
        let now = self.0.clock.now_ms();
        let mine = row.is_some_and(|row| row.user.sub == live.sub() && self.is_alive(&row, now));
        if mine && self.end_from_elsewhere(id, now).await? { Ok(()) } else { Err(Code::NotFound) }
    }

    /// Ends all other sessions of the same user; see [`Self::end_elsewhere`]. That there are none is no error. Those whose
    /// deadline has passed unnoticed end like the others: nothing that comes from them is wanted any more.
    ///
    /// # Errors
    /// When storage cannot answer: some of them may have ended then.
    pub async fn end_others(&self, live: &Live) -> Result<(), Code> {
        let now = self.0.clock.now_ms();
        let rows = self.0.rows.list_for(live.sub()).await.map_err(|error| internal(&error))?;
        for row in rows.iter().filter(|row| row.id != live.row_id()) {
            self.end_from_elsewhere(row.id, now).await?;
        }
        if let Some(hook) = &self.0.sign_in_hook {
            hook.others_ended(live.sub()).await;
        }
        Ok(())
    }

    /// Whether it is for the user to end. One whose deadline has passed has ended by that, whether or not somebody has
    /// come and noted it.
    fn is_alive(&self, row: &SessionRow, now: i64) -> bool {
        row.ended.is_none() && !sign_in_by(&row.lifetimes, &self.0.config.limits).has_passed(now)
    }

    async fn end_from_elsewhere(&self, id: RowId, at: i64) -> Result<bool, Code> {
        let ending = Ending { reason: EndReason::EndedElsewhere, at, only_if: OnlyIf::Alive };
        let ended = self.0.rows.end(id, ending).await.map_err(|error| internal(&error))?;
        self.0.backoffs.forget(id);
        Ok(ended)
    }
}
