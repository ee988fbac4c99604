//! Getting refreshed tokens into the row. With rotation on they are the only good ones by now, so storing is tried again,
//! and a write of which no answer came back is looked for before anything is concluded from it.

use std::time::Duration;

use super::{Live, Sessions};
use crate::provider::TokenSet;
use crate::rows::{Refreshed, RowsError, SealedTokens};
use crate::seal::{Column, seal};
use crate::verify::VerifyError;

const ATTEMPTS: u32 = 5;

/// What has become of refreshed tokens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kept {
    /// They are the session's.
    InTheRow,
    /// Another process was faster: the session has other tokens of the same sign-in.
    Overtaken,
    /// The row has ended: nobody needs them.
    Nowhere,
    /// Nobody knows. They may be the session's, so they must not be taken back.
    Unknown,
}

impl Sessions {
    pub(super) async fn keep(&self, live: &Live, refreshed: &Refreshed) -> Kept {
        let mut pause = Duration::from_millis(50);
        for attempt in 1..=ATTEMPTS {
            let kept = match self.0.rows.store_refresh(live.row.id, refreshed).await {
                Ok(true) => Ok(Kept::InTheRow),
                // The generation may be gone because an earlier attempt, whose answer was lost, has raised it.
                Ok(false) => self.look_for(live, refreshed).await,
                Err(error) => Err(error),
            };
            match kept {
                Ok(kept) => return kept,
                Err(error) => {
                    tracing::error!(attempt, error = &error as &dyn std::error::Error, "tokens could not be stored");
                }
            }
            #[expect(clippy::disallowed_methods, reason = "a real pause: the database is busy or its disk is full")]
            tokio::time::sleep(pause).await;
            pause *= 2;
        }
        Kept::Unknown
    }

    async fn look_for(&self, live: &Live, refreshed: &Refreshed) -> Result<Kept, RowsError> {
        let row = self.0.rows.find(live.row.id).await?;
        // Every sealing has a nonce of its own: the same text is the same write.
        Ok(match row.and_then(|row| row.tokens) {
            Some(tokens) if tokens == refreshed.tokens => Kept::InTheRow,
            Some(_) => Kept::Overtaken,
            None => Kept::Nowhere,
        })
    }

    /// With rotation on, the old refresh token is spent even where the new access token cannot be believed *yet*: keys
    /// that cannot be had, clocks that are apart. The successor is opaque, came over the same authenticated connection
    /// and says nothing about who the user is; it is kept, and the access token in hand stays what it was.
    pub(super) async fn keep_successor(&self, live: &Live, tokens: &TokenSet, error: VerifyError) {
        use VerifyError::{Expired, KeysUnavailable, NotYet, UnknownKey};
        let (Some(successor), Some(sealed)) = (&tokens.refresh, &live.row.tokens) else { return };
        if !matches!(error, KeysUnavailable | UnknownKey | NotYet | Expired) {
            return;
        }
        let text = seal(&self.0.keys, self.0.entropy.as_ref(), &live.secret, Column::Refresh, successor.expose());
        if let Ok(text) = text {
            let refreshed = Refreshed {
                generation: live.row.generation,
                tokens: SealedTokens { refresh: Some(text), ..sealed.clone() },
                access_issued_at: live.row.lifetimes.access_issued_at,
                access_expires_at: live.row.lifetimes.access_expires_at,
            };
            self.keep(live, &refreshed).await;
        }
    }
}
