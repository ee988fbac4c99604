//! The service: who is signed in, until when, and everything that changes it.
//!
//! Identity comes from the row that the cookie names, never from an argument. [`Sessions`] is what the routes and the
//! extractors are made of, and what an app calls directly from its own handlers. It must not know what the app does.

mod account;
mod attempts;
mod authenticator;
mod backoff;
mod begin;
mod challenge;
mod config;
mod confirm;
mod device;
mod elsewhere;
mod extract;
mod flights;
mod keep;
mod lease;
mod live;
mod managed;
mod pace;
mod passkeys;
mod refresh;
mod second_factors;
mod sign_in;
mod sign_out;
mod sign_up;
mod status;
mod tasks;
mod trouble;

use std::sync::Arc;
use std::time::Duration;

use holdfast::clock::Clock;
use holdfast::entropy::Entropy;
use holdfast::session::sign_in_by;
use holdfast::wire::{Code, EndReason, LimitKind};
use http::HeaderMap;
use tower_sessions::Session;

pub use config::{Ports, SessionsConfig, SignInHook};
pub use elsewhere::{SessionList, SessionSummary};
pub use extract::{Peek, Saver, SavingSession, SignedIn};
pub use live::{Former, Live, Refusal};
pub use managed::ManagedOutcome;
pub use refresh::Patience;
pub use sign_out::SignedOut;

pub(crate) use device::{Bound, Proved};

use crate::layer::SessionLayer;
use crate::provider::IdentityProvider;
use crate::rows::{Ended, Ending, Holder, OnlyIf, RowsError, SessionRows};
use crate::seal::{CookieSecret, Keys};
use crate::store::RowStore;
use crate::verify::Verifier;
use attempts::Attempts;
use backoff::Backoffs;
use confirm::Confirmations;
use device::Brings;
use flights::Flights;
use pace::Pace;
use tasks::Tasks;
use trouble::Trouble;

/// Activity is written at most this often where an idle limit has to be enforced: it is exact to this…
const TOUCH_EVERY_MS: i64 = 1_000;
/// …and this often where it is only shown in a list.
const TOUCH_EVERY_WITHOUT_LIMIT_MS: i64 = 60_000;
/// A row can move under a reader only so often before something else is wrong.
const READ_AGAIN: usize = 4;

/// Cognito sessions. Cheap to clone.
#[derive(Clone)]
pub struct Sessions(Arc<Inner>);

struct Inner {
    config: SessionsConfig,
    provider: Arc<dyn IdentityProvider>,
    verifier: Verifier,
    rows: Arc<dyn SessionRows>,
    keys: Keys,
    clock: Arc<dyn Clock>,
    entropy: Arc<dyn Entropy>,
    sign_in_hook: Option<Arc<dyn SignInHook>>,
    flights: Flights,
    backoffs: Backoffs,
    confirmations: Confirmations,
    trouble: Trouble,
    pace: Pace,
    /// This process, among those on the same database.
    holder: Holder,
    attempts: Attempts,
    tasks: Tasks,
    sign_ins: tokio::sync::Semaphore,
}

impl Sessions {
    /// The service over these ports.
    #[must_use]
    pub fn new(config: SessionsConfig, ports: Ports) -> Self {
        let Ports { provider, verifier, rows, keys, clock, entropy, sign_in_hook } = ports;
        let mut holder = [0; 16];
        entropy.fill(&mut holder);
        Self(Arc::new(Inner {
            holder: Holder(holder),
            pace: Pace::default(),
            sign_ins: tokio::sync::Semaphore::new(config.concurrent_sign_ins),
            config,
            provider,
            verifier,
            rows,
            keys,
            clock,
            entropy,
            sign_in_hook,
            flights: Flights::default(),
            backoffs: Backoffs::default(),
            confirmations: Confirmations::default(),
            trouble: Trouble::default(),
            attempts: Attempts::default(),
            tasks: Tasks::new(),
        }))
    }

    /// The layer that every route with a session goes through.
    #[must_use]
    pub fn layer(&self) -> SessionLayer {
        let config = &self.0.config;
        let store = RowStore::new(Arc::clone(&self.0.rows), Arc::clone(&self.0.clock), config.limits);
        let lifetime = config.refresh_token_validity_ms.saturating_add(config.late_saves_ms);
        SessionLayer::new(self.clone(), store, config.secure, time::Duration::milliseconds(lifetime))
    }

    /// The live session of this request, or why there is none. Asking is neither activity nor a reason to refresh. A
    /// session whose deadline has passed ends here, at the deadline.
    ///
    /// # Errors
    /// With the reason of the end, and whose session it was; [`Code::SignedOut`] where none is known;
    /// [`Code::NotThisBrowser`] where the session is bound to a device and `headers`, the request's, do not show it.
    pub async fn current(&self, session: &Session, headers: &HeaderMap) -> Result<Live, Refusal> {
        let secret = session.id().map(CookieSecret::of).ok_or(Refusal::new(Code::SignedOut))?;
        let brings = self.brings(&secret, headers);
        let live = self.judge(secret, brings).await?;
        self.note_device(&live.row, brings).await;
        Ok(live)
    }

    /// The same session as it is now: for what goes on after its request has been answered.
    ///
    /// # Errors
    /// As [`Self::current`], but for the device, which only requests show ([`Self::device_shown_until`]).
    pub async fn again(&self, live: &Live) -> Result<Live, Refusal> {
        self.live(live.secret).await
    }

    /// Notes that a person did something, unless that has just been noted.
    pub async fn touch(&self, live: &mut Live) {
        let now = self.0.clock.now_ms();
        let every =
            self.0.config.limits.idle.map_or(TOUCH_EVERY_WITHOUT_LIMIT_MS, |idle| TOUCH_EVERY_MS.min(idle / 60));
        if now.saturating_sub(live.row.lifetimes.last_activity_at) < every.max(1) {
            return;
        }
        match self.0.rows.touch(live.row.id, now).await {
            Ok(_) => {
                live.row.lifetimes.last_activity_at = now;
                live.deadline = sign_in_by(&live.row.lifetimes, &self.0.config.limits);
            }
            Err(error) => {
                tracing::error!(error = &error as &dyn std::error::Error, "activity could not be noted");
            }
        }
    }

    /// For the end of the process: call it before the storage closes, and after the last request. Waits until no
    /// refresh, sign-in or sign-out is under way, with what they still have to take back at the provider; `false` when
    /// that took longer than `patience`. From the call on sign-ins and sign-outs are refused with
    /// [`Code::Unavailable`], and no refresh begins: requests go on with the tokens in hand.
    pub async fn drain(&self, patience: Duration) -> bool {
        self.0.tasks.drain(patience).await
    }

    /// Deletes what has been over since `before`: call it from time to time. Tombstones must be kept for as long as the
    /// reason of an end is to be told.
    ///
    /// # Errors
    /// When storage cannot answer.
    pub async fn purge(&self, before: i64) -> Result<u64, RowsError> {
        self.0.rows.purge(before).await
    }

    /// Requests that waited for a refresh which another request had started, since the process started: each of them
    /// would have been a second refresh of the same tokens.
    #[must_use]
    pub fn refreshes_joined(&self) -> u64 {
        self.0.flights.joined()
    }

    /// Reads the pool's keys, for the start of the process; `false` when they cannot be had now.
    pub async fn fetch_keys(&self) -> bool {
        self.0.verifier.jwks().prime().await.is_ok()
    }

    /// Whether the pool's keys are known: without them nobody can sign in.
    #[must_use]
    pub fn provider_keys_known(&self) -> bool {
        self.0.verifier.jwks().are_known()
    }

    /// [`Self::judge`] for the server's own work.
    async fn live(&self, secret: CookieSecret) -> Result<Live, Refusal> {
        self.judge(secret, Brings::NotAsked).await
    }

    /// Whether the last thing that the provider said of this server was that it is not configured as it should be: nobody can
    /// sign in, and nobody is signed out.
    #[must_use]
    pub fn provider_refuses(&self) -> bool {
        self.0.trouble.provider_refuses()
    }

    /// How often since the start there was something that an operator has to mend.
    #[must_use]
    pub fn alarms(&self) -> u64 {
        self.0.trouble.alarms()
    }

    /// Reads the row and judges it by the clock, and by what the request brings.
    async fn judge(&self, secret: CookieSecret, brings: Brings) -> Result<Live, Refusal> {
        let id = secret.row_id();
        for _ in 0..READ_AGAIN {
            let row = self.0.rows.find(id).await.map_err(|error| Refusal::new(internal(&error)))?;
            let row = row.ok_or(Refusal::new(Code::SignedOut))?;
            if self.lacks_device(&row, brings) {
                return Err(Refusal::new(Code::NotThisBrowser));
            }
            if let Some(ended) = row.ended {
                return Err(Refusal::ended(&row, ended));
            }
            let deadline = sign_in_by(&row.lifetimes, &self.0.config.limits);
            if !deadline.has_passed(self.0.clock.now_ms()) {
                return Ok(Live { row, secret, deadline });
            }
            let reason = match deadline.kind {
                LimitKind::Idle => EndReason::Idle,
                LimitKind::Refresh | LimitKind::Absolute => EndReason::Expired,
            };
            // Only what was judged may end: a touch or a refresh in between has moved the deadline.
            let only_if =
                OnlyIf::Untouched { generation: row.generation, last_activity_at: row.lifetimes.last_activity_at };
            let ended = Ended { at: deadline.at, reason };
            let ending = Ending { reason, at: deadline.at, only_if };
            if self.0.rows.end(id, ending).await.map_err(|error| Refusal::new(internal(&error)))? {
                self.0.backoffs.forget(id);
                tracing::info!(session.reason = reason.as_str(), "a session has ended");
                return Err(Refusal::ended(&row, ended));
            }
        }
        tracing::error!("a session's row keeps moving under its reader");
        Err(Refusal::new(Code::Internal))
    }
}

/// Storage's errors are logged where they are handled, once, and told to nobody.
pub(crate) fn internal(error: &RowsError) -> Code {
    tracing::error!(error = error as &dyn std::error::Error, "a session could not be read or written");
    Code::Internal
}

impl std::fmt::Debug for Sessions {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Sessions").field("config", &self.0.config).finish_non_exhaustive()
    }
}
