//! The refresh protocol: one flight per session → read again → still due? → take the lease → ask Cognito → **store** → tell
//! everybody.
//!
//! The flight keeps the requests of this process apart, the lease (`lease`) those of several processes on one database.
//! It is the intent, on disk before the pool is asked: where nothing can be written, nothing is asked, and no token is
//! spent for which there is no place.
//!
//! The tokens are stored before anybody is answered, in a task that no disconnect, no 5xx and no panic of a handler can
//! undo, under two conditions: the row is alive, and its generation is the one the refresh started from. Only a definite
//! no ends a session, and only if nobody stored newer tokens while the no was on its way.
//!
//! `sign_in_by` is the authority on when a session ends. The refresh token's end is an estimate: the pool may undercut
//! it (then its no ends the session early), and at or after it nobody is asked any more, so it is never overrun.

use holdfast::session::{pool_clock_offset, refresh_due};
use holdfast::wire::{Code, EndReason};

use super::flights::{Flight, Landed};
use super::keep::Kept;
use super::lease::Leased;
use super::{Live, READ_AGAIN, Refusal, Sessions, internal};
use crate::provider::{AccessToken, IdToken, ProviderError, RefreshToken, TokenSet};
use crate::rows::{Claim, Ended, Ending, OnlyIf, Refreshed, SealedTokens};
use crate::seal::{Column, CookieSecret, SealError, open, seal};
use crate::verify::{Verified, VerifyError};

/// How long a request waits for a refresh before it goes on with the session as it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Patience {
    /// Up to the provider's operation time-out.
    Read,
    /// A moment: a save needs the session, not a fresh token. Where an attempt has been in flight for longer already,
    /// not at all.
    Save,
}

impl Sessions {
    /// Refreshes the tokens where that is due, possible and not backing off. A failure that is no definite no leaves the
    /// session as it is: what needs the access token finds out from [`Self::access_token`].
    ///
    /// # Errors
    /// When the session has ended, by a definite no or meanwhile.
    pub async fn ensure_fresh(&self, live: Live, patience: Patience) -> Result<Live, Refusal> {
        if !self.is_due(&live) {
            return Ok(live);
        }
        let (id, secret) = (live.row.id, live.secret);
        let may_start = || {
            let now = self.0.clock.now_ms();
            let waits = self.0.backoffs.must_wait(id, now) || !self.0.pace.may_start(now);
            if waits { None } else { self.0.tasks.admit() }
        };
        let sessions = self.clone();
        let flight = self.0.flights.join_or_start(id, may_start, || async move { sessions.fly(secret, None).await });
        let Some(flight) = flight else { return Ok(live) };
        self.wait_for(flight, secret, patience).await
    }

    /// Waits for a flight, but no longer than the request is worth.
    pub(super) async fn wait_for(
        &self,
        flight: Flight,
        secret: CookieSecret,
        patience: Patience,
    ) -> Result<Live, Refusal> {
        let limit = match patience {
            Patience::Read => self.0.config.read_patience,
            Patience::Save => self.0.config.save_patience,
        };
        match tokio::time::timeout_at(flight.started + limit, flight.landed()).await {
            Ok(Landed::Fresh(live)) => Ok(*live),
            Ok(Landed::Refused(refusal)) => Err(refusal),
            Ok(Landed::Unknown) | Err(_) => self.live(secret).await,
        }
    }

    /// The access token, for operations on the user's own account.
    ///
    /// # Errors
    /// [`Code::ProviderUnavailable`] where it has run out and no new one could be had.
    pub fn access_token(&self, live: &Live) -> Result<AccessToken, Code> {
        self.usable(live, Column::Access, |tokens| Some(&tokens.access)).map(AccessToken::new)
    }

    /// The ID token, for resource servers.
    ///
    /// # Errors
    /// [`Code::ProviderUnavailable`] where it has run out and no new one could be had.
    pub fn id_token(&self, live: &Live) -> Result<IdToken, Code> {
        self.usable(live, Column::Id, |tokens| Some(&tokens.id)).map(IdToken::new)
    }

    fn usable(
        &self,
        live: &Live,
        column: Column,
        which: impl Fn(&SealedTokens) -> Option<&String>,
    ) -> Result<String, Code> {
        if live.row.lifetimes.access_expires_at <= self.0.clock.now_ms() {
            return Err(Code::ProviderUnavailable);
        }
        self.open(live, column, which).map_err(|error| {
            tracing::error!(error = %error, "a session's token does not open; was its key taken out of the ring?");
            Code::Internal
        })
    }

    pub(super) fn is_due(&self, live: &Live) -> bool {
        self.is_refreshable(live) && refresh_due(&live.row.lifetimes, self.0.clock.now_ms())
    }

    fn is_refreshable(&self, live: &Live) -> bool {
        let refreshable = live.row.tokens.as_ref().is_some_and(|tokens| tokens.refresh.is_some());
        refreshable && self.0.clock.now_ms() < live.row.lifetimes.refresh_expires_at
    }

    /// Refreshes where that is still due. The tokens of the generation `doubted` are refreshed although they are fresh.
    pub(super) async fn fly(&self, secret: CookieSecret, doubted: Option<i64>) -> Landed {
        for _ in 0..READ_AGAIN {
            let live = match self.live(secret).await {
                Ok(live) if self.is_due(&live) => live,
                Ok(live) if doubted == Some(live.row.generation) && self.is_refreshable(&live) => live,
                Ok(live) => return Landed::Fresh(Box::new(live)),
                Err(refusal) => return Landed::Refused(refusal),
            };
            let claim = match self.take_lease(&live).await {
                Ok(Leased::Mine(claim)) => claim,
                Ok(Leased::ReadAgain) => continue,
                Ok(Leased::NotNow) => return Landed::Unknown,
                Err(error) => {
                    tracing::error!(error = &error as &dyn std::error::Error, "a refresh could not be begun");
                    self.0.backoffs.note(live.row.id, self.0.clock.now_ms(), false, self.0.entropy.as_ref());
                    return Landed::Unknown;
                }
            };
            let token = match self.open(&live, Column::Refresh, |tokens| tokens.refresh.as_ref()) {
                Ok(token) => RefreshToken::new(token),
                Err(error) => return self.failed(&live, &claim, &error).await,
            };
            let asked_at = self.0.clock.now_ms();
            let answer = self.0.provider.refresh(&token).await;
            self.0.pace.note(matches!(answer, Err(ProviderError::Throttled)), self.0.clock.now_ms());
            match answer {
                Ok(tokens) => return self.take(live, claim, &token, tokens, asked_at).await,
                Err(ProviderError::DefiniteNo { reason, code }) => {
                    tracing::info!(session.reason = reason.as_str(), provider.code = code, "the user pool says no");
                    // Where the generation has moved, another process won the race: read again and use its tokens.
                    if let Some(landed) = self.refuse(&live, reason).await {
                        return landed;
                    }
                }
                Err(error) => return self.failed(&live, &claim, &error).await,
            }
        }
        Landed::Unknown
    }

    /// Ends the session, unless its tokens are not the ones that were refused any more.
    async fn refuse(&self, live: &Live, reason: EndReason) -> Option<Landed> {
        let at = self.0.clock.now_ms();
        let only_if = OnlyIf::Generation(live.row.generation);
        match self.0.rows.end(live.row.id, Ending { reason, at, only_if }).await {
            Ok(true) => {
                self.0.backoffs.forget(live.row.id);
                Some(Landed::Refused(Refusal::ended(&live.row, Ended { at, reason })))
            }
            Ok(false) => None,
            Err(error) => Some(Landed::Refused(Refusal { code: internal(&error), former: None })),
        }
    }

    /// Believes and stores what the pool answered to what was asked at `asked_at`.
    async fn take(&self, live: Live, claim: Claim, old: &RefreshToken, tokens: TokenSet, asked_at: i64) -> Landed {
        let verified = match self.0.verifier.pair(&tokens).await {
            Ok(verified) if verified.sub == live.row.user.sub => verified,
            Ok(_) => {
                return self.failed(&live, &claim, &"a refresh answered with another user's tokens").await;
            }
            Err(error) => {
                self.keep_successor(&live, &tokens, error).await;
                return self.failed(&live, &claim, &error).await;
            }
        };
        let refresh = tokens.refresh.as_ref().unwrap_or(old);
        let offset = pool_clock_offset(verified.issued_at, asked_at, self.0.clock.now_ms());
        let refreshed = match self.reseal(&live, &tokens, refresh, &verified, offset) {
            Ok(refreshed) => refreshed,
            Err(error) => return self.failed(&live, &claim, &error).await,
        };
        match self.keep(&live, &refreshed).await {
            Kept::InTheRow => {
                self.0.trouble.is_over();
                self.0.backoffs.forget(live.row.id);
                tracing::debug!(session.generation = live.row.generation + 1, "a session has been refreshed");
            }
            // Somebody else's tokens are the session's. Ours came from the same sign-in, and to take one token back may
            // end all that came from it (`origin_jti` is the same): they are left to run out.
            Kept::Overtaken => self.0.backoffs.forget(live.row.id),
            // The session has ended meanwhile. What the pool just gave is nobody's: take it back.
            Kept::Nowhere => {
                if let Some(orphan) = tokens.refresh {
                    self.revoke_detached(orphan);
                }
            }
            Kept::Unknown => {
                return self.failed(&live, &claim, &"the refreshed tokens could not be stored").await;
            }
        }
        match self.live(live.secret).await {
            Ok(live) => Landed::Fresh(Box::new(live)),
            Err(refusal) => Landed::Refused(refusal),
        }
    }

    fn reseal(
        &self,
        live: &Live,
        tokens: &TokenSet,
        refresh: &RefreshToken,
        verified: &Verified,
        offset: i64,
    ) -> Result<Refreshed, SealError> {
        Ok(Refreshed {
            generation: live.row.generation,
            tokens: self.seal_all(&live.secret, tokens, Some(refresh))?,
            access_issued_at: verified.issued_at + offset,
            access_expires_at: verified.expires_at + offset,
        })
    }

    pub(super) fn seal_all(
        &self,
        secret: &CookieSecret,
        tokens: &TokenSet,
        refresh: Option<&RefreshToken>,
    ) -> Result<SealedTokens, SealError> {
        let seal = |column, text: &str| seal(&self.0.keys, self.0.entropy.as_ref(), secret, column, text);
        Ok(SealedTokens {
            access: seal(Column::Access, tokens.access.expose())?,
            id: seal(Column::Id, tokens.id.expose())?,
            refresh: refresh.map(|token| seal(Column::Refresh, token.expose())).transpose()?,
        })
    }

    pub(super) fn open(
        &self,
        live: &Live,
        column: Column,
        which: impl Fn(&SealedTokens) -> Option<&String>,
    ) -> Result<String, SealError> {
        let sealed = live.row.tokens.as_ref().and_then(which).ok_or(SealError::DoesNotOpen)?;
        open(&self.0.keys, &live.secret, column, sealed)
    }

    /// A failure that ends nobody's session: wait before the next attempt, in every process, and tell the operator.
    async fn failed(&self, live: &Live, claim: &Claim, error: &dyn Failure) -> Landed {
        let now = self.0.clock.now_ms();
        let until = self.0.backoffs.note(live.row.id, now, error.is_throttling(), self.0.entropy.as_ref());
        self.tell_operator(error, now);
        self.give_back(live, claim, until).await;
        Landed::Unknown
    }

    pub(super) fn tell_operator(&self, error: &dyn Failure, now: i64) {
        if !error.is_alarm() {
            tracing::warn!(error = %error, "the user pool did not help; the session goes on");
            return;
        }
        let alarms = self.0.trouble.alarm(error.is_refusal());
        if self.0.backoffs.alarm_is_due(now) {
            tracing::error!(
                alarm = true,
                alarms,
                error = %error,
                "the user pool's answers need an operator; nobody is signed out"
            );
        }
    }
}

/// What went wrong, and whether waiting will not mend it.
pub(super) trait Failure: std::fmt::Display + Send + Sync {
    fn is_alarm(&self) -> bool {
        true
    }

    /// Whether it is this server that is not what the provider knows.
    fn is_refusal(&self) -> bool {
        false
    }

    /// Whether it is the crowd's fault and not the pool's.
    fn is_throttling(&self) -> bool {
        false
    }
}

impl Failure for ProviderError {
    fn is_alarm(&self) -> bool {
        matches!(self, Self::Misconfigured { .. })
    }

    fn is_refusal(&self) -> bool {
        self.is_alarm()
    }

    fn is_throttling(&self) -> bool {
        matches!(self, Self::Throttled)
    }
}

impl Failure for VerifyError {
    fn is_alarm(&self) -> bool {
        !matches!(self, Self::KeysUnavailable)
    }

    fn is_refusal(&self) -> bool {
        matches!(self, Self::Issuer | Self::Client | Self::TokenUse)
    }
}

impl Failure for SealError {}

impl Failure for &str {}
