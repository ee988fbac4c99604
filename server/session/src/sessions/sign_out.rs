//! Signing out, and the practice of an end. The row ends first: that is final, whatever the identity provider says.

use holdfast::wire::{Code, EndReason};
use tower_sessions::Session;

use super::{Live, Sessions, internal};
use crate::provider::RefreshToken;
use crate::rows::{Ending, OnlyIf};
use crate::seal::{Column, CookieSecret};

/// Whether a sign-out had a session to end. The answer to the browser is the same; it is for those who count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SignedOut {
    /// A session that was alive has ended.
    Somebody,
    /// There was none, or it had ended before.
    Nobody,
}

impl Sessions {
    /// Signs out, on this server at once and for good, at the provider as soon as it can be reached. Without a session
    /// there is nothing to do, and that is no error.
    ///
    /// # Errors
    /// When the end could not be written: then the session is still alive.
    pub async fn sign_out(&self, session: &Session) -> Result<SignedOut, Code> {
        let mut who = SignedOut::Nobody;
        if let Some(secret) = session.id().map(CookieSecret::of) {
            let (sessions, ticket) = (self.clone(), self.0.tasks.admit().ok_or(Code::Unavailable)?);
            let ended = tokio::spawn(async move {
                let _ticket = ticket;
                sessions.end_here(secret, EndReason::SignedOut).await
            });
            let (ended, revoking) = ended.await.map_err(|_| Code::Internal)??;
            if ended {
                who = SignedOut::Somebody;
            }
            if let Some(revoking) = revoking {
                // Long enough for most; the task goes on without us.
                drop(tokio::time::timeout(self.0.config.sign_out_patience, revoking).await);
            }
        }
        session.flush().await.map_err(|error| {
            tracing::error!(error = &error as &dyn std::error::Error, "a cookie could not be removed");
            Code::Internal
        })?;
        Ok(who)
    }

    /// Ends a session as if its time were over, for practice: from now on it has [`EndReason::Expired`], like one whose
    /// sign-in window has closed, and its cookie is still told so. Its refresh token, which nobody can use any more, is
    /// taken back at the provider as at a sign-out.
    ///
    /// # Errors
    /// When the end could not be written: then the session is still alive.
    pub async fn practise_expiry(&self, live: &Live) -> Result<(), Code> {
        let (sessions, ticket) = (self.clone(), self.0.tasks.admit().ok_or(Code::Unavailable)?);
        let secret = live.secret;
        let ended = tokio::spawn(async move {
            let _ticket = ticket;
            sessions.end_here(secret, EndReason::Expired).await
        });
        ended.await.map_err(|_| Code::Internal)?.map(|_revoking| ())
    }

    async fn end_here(
        &self,
        secret: CookieSecret,
        reason: EndReason,
    ) -> Result<(bool, Option<tokio::task::JoinHandle<()>>), Code> {
        let token = self.refresh_token_of(Some(secret)).await;
        let id = secret.row_id();
        let ending = Ending { reason, at: self.0.clock.now_ms(), only_if: OnlyIf::Alive };
        let ended = self.0.rows.end(id, ending).await.map_err(|error| internal(&error))?;
        self.0.backoffs.forget(id);
        Ok((ended, token.map(|token| self.revoke_detached(token))))
    }

    /// The refresh token of a session that is alive, where it can be had.
    pub(super) async fn refresh_token_of(&self, secret: Option<CookieSecret>) -> Option<RefreshToken> {
        let live = self.live(secret?).await.ok()?;
        self.open(&live, Column::Refresh, |tokens| tokens.refresh.as_ref()).ok().map(RefreshToken::new)
    }

    /// Takes a refresh token back at the provider, best effort: the row has ended already. Only ever called by a task
    /// that is under way.
    pub(super) fn revoke_detached(&self, token: RefreshToken) -> tokio::task::JoinHandle<()> {
        let (sessions, ticket) = (self.clone(), self.0.tasks.admit_successor());
        tokio::spawn(async move {
            let _ticket = ticket;
            if let Err(error) = sessions.0.provider.revoke(&token).await {
                tracing::warn!(error = %error, "a refresh token could not be revoked; it stays good until it runs out");
            }
        })
    }
}
