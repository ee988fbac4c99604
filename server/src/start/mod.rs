//! The composition root: opens everything, wires it, serves it, and drains it at the end. Only here are all parts known
//! at once; tests start the very same process with a clock of their own.

mod announce;
mod data;
mod error;
mod provider;
mod waiting;

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::Request;
use axum::http::{StatusCode, header};
use axum::middleware::{Next, from_fn};
use axum::response::{IntoResponse as _, Response};
use holdfast::clock::{AdvancingClock, Clock, ManualClock};
use holdfast::entropy::Entropy;
use holdfast::session::ask_first_window;
use holdfast_session::sessions::{Ports, Sessions, SessionsConfig};
use holdfast_user_pool::{DemoUser, UserPool};
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;

pub use self::announce::announce;
pub use self::error::StartError;
pub(crate) use self::error::line;
use self::provider::{Clocks, Wired};
use crate::documents::{Documents, house};
use crate::drafts::Drafts;
use crate::escrow::{Escrow, Parts};
use crate::events::Events;
use crate::http::{AppState, Door, places_for_imports, router, serve};
use crate::metrics::{self, Metrics};
use crate::search::Search;
use crate::settings::{KEEP_ENDED_MS, PolicySettings, Settings};
use crate::storage::sessions::SqliteSessions;
use crate::storage::{Database, StorageError};

/// How long a refresh under way may take to be stored when the process is asked to stop.
const DRAIN_SESSIONS: Duration = Duration::from_secs(5);

/// A clock that `/__control/advance` can push ahead.
pub trait SteerableClock: Clock {
    /// Moves the clock forward.
    fn advance(&self, by: time::Duration);
}

impl<C: Clock> SteerableClock for AdvancingClock<C> {
    fn advance(&self, by: time::Duration) {
        self.advance(by);
    }
}

impl SteerableClock for ManualClock {
    fn advance(&self, by: time::Duration) {
        self.advance(by);
    }
}

/// A running process.
pub struct Running {
    /// Where it listens.
    pub addr: SocketAddr,
    /// The one origin.
    pub origin: String,
    /// Where metrics are served, if they are.
    pub metrics_addr: Option<SocketAddr>,
    /// The embedded pool, where that is the provider.
    pub pool: Option<UserPool>,
    stop: watch::Sender<bool>,
    serving: JoinHandle<()>,
}

impl Running {
    /// The demo user of the embedded pool, where no users are configured.
    #[must_use]
    pub fn demo_user(&self) -> Option<&DemoUser> {
        self.pool.as_ref().and_then(UserPool::demo_user)
    }

    /// Stops accepting, lets requests in flight finish, commits what they handed in, closes the database.
    pub async fn stop(self) {
        self.stop.send_replace(true);
        if let Err(error) = self.serving.await {
            tracing::error!(error = &error as &dyn std::error::Error, "the server did not stop cleanly");
        }
    }
}

/// Starts the process; when this returns it serves. While it waits for the database it says so to whoever asks.
///
/// # Errors
/// One clear line for the person who started it ([`StartError`]).
pub async fn start(
    settings: Settings,
    clock: Arc<dyn SteerableClock>,
    entropy: Arc<dyn Entropy>,
) -> Result<Running, StartError> {
    let pool_clock = Arc::clone(&clock) as Arc<dyn Clock>;
    start_apart(settings, clock, pool_clock, entropy).await
}

/// [`start`] with a clock of its own for the embedded pool: Cognito's clock is not this machine's.
///
/// # Errors
/// As [`start`].
pub async fn start_apart(
    settings: Settings,
    clock: Arc<dyn SteerableClock>,
    pool_clock: Arc<dyn Clock>,
    entropy: Arc<dyn Entropy>,
) -> Result<Running, StartError> {
    let listener =
        TcpListener::bind(settings.addr).await.map_err(|source| StartError::Listen { addr: settings.addr, source })?;
    let addr = listener.local_addr().map_err(|source| StartError::Listen { addr: settings.addr, source })?;
    let origin = settings.public_url.clone().unwrap_or_else(|| format!("http://{addr}"));
    let metrics_listener = listen_for_metrics(settings.metrics_addr).await?;
    let metrics_addr = metrics_listener.as_ref().map(|(_, addr)| *addr);
    data::prepare(&settings.data)?;
    let keys = data::keys(&settings.data, settings.keys.as_deref(), &*entropy)?;
    let (database, writer_task) = tokio::select! {
        opened = Database::open(&settings.database_url) => opened?,
        never = waiting::answer(&listener) => match never {},
    };
    let plain_clock: Arc<dyn Clock> = Arc::clone(&clock) as Arc<dyn Clock>;

    let (stop, stopped) = watch::channel(false);
    let wired = provider::wire(
        &settings,
        &origin,
        Clocks { server: &plain_clock, pool: &pool_clock },
        &entropy,
        stopped.clone(),
    )
    .await?;
    let Wired { provider, verifier, bearers, refresh_token_validity_ms, managed_login, pool } = wired;
    let config = SessionsConfig {
        limits: settings.policy.limits,
        policy: settings.policy.policy,
        ask_first_ms: settings.policy.ask_first_ms,
        revocation_check_ms: settings.policy.revocation_check_ms,
        notice_ms: settings.thresholds.notice_ms,
        warning_ms: settings.thresholds.warning_ms,
        secure: origin.starts_with("https://"),
        device_binding: settings.device_binding,
        late_saves_ms: settings.escrow_ms,
        managed_login,
        ..SessionsConfig::new(refresh_token_validity_ms)
    };
    warn_of_short_windows(&settings.policy, refresh_token_validity_ms);
    let events = Events::default();
    let metrics = Metrics::default();
    let rows = Arc::new(SqliteSessions(database.clone(), events.clone(), metrics.clone()));
    let drafts = Drafts::start(database.clone(), events.clone(), Arc::clone(&plain_clock), Arc::clone(&entropy));
    let escrow = Escrow::new(Parts {
        database: database.clone(),
        drafts: drafts.clone(),
        events: events.clone(),
        keys: keys.clone(),
        clock: Arc::clone(&plain_clock),
        entropy: Arc::clone(&entropy),
        open_for_ms: settings.escrow_ms,
    });
    let ports = Ports {
        provider,
        verifier,
        rows,
        keys: keys.clone(),
        clock: Arc::clone(&plain_clock),
        entropy: Arc::clone(&entropy),
        sign_in_hook: Some(Arc::new(escrow.clone())),
    };
    let sessions = Sessions::new(config, ports);
    tokio::spawn(keep_house(sessions.clone(), escrow.clone(), Arc::clone(&plain_clock), stopped.clone()));

    let (draining, counted) = (sessions.clone(), sessions.clone());
    let documents = Documents::new(database.clone(), events.clone(), Arc::clone(&plain_clock), Arc::clone(&entropy));
    tokio::spawn(house::keep(documents.clone(), stopped.clone()));
    let state = AppState {
        sessions,
        bearers,
        documents,
        search: Search::new(database.clone(), drafts.clone()),
        drafts,
        events: events.clone(),
        metrics: metrics.clone(),
        escrow,
        database: database.clone(),
        clock: plain_clock,
        entropy,
        keys,
        origin: origin.as_str().into(),
        sign_up: true,
        imports: places_for_imports(),
        door: Door::new(settings.trusted_proxies.clone()),
        last_check: Arc::default(),
        demo: pool.as_ref().and_then(|pool| pool.demo_user()).map(|demo| demo.email.as_str().into()),
    };
    let control = pool.as_ref().filter(|_| settings.control).map(|pool| {
        let authority: Arc<str> = addr.to_string().into();
        let only_here = from_fn(move |request, next| require_host(Arc::clone(&authority), request, next));
        control(pool, clock, database.clone()).layer(only_here)
    });
    if let Some((listener, _)) = metrics_listener {
        tokio::spawn(serve::serve(listener, metrics::router(metrics, database.clone(), counted), stopped.clone()));
    }
    let router = router(state, control);
    tokio::spawn(close_streams(events, stopped.clone()));
    let serving = tokio::spawn(async move {
        serve::serve(listener, router, stopped).await;
        if !draining.drain(DRAIN_SESSIONS).await {
            tracing::warn!("a sign-in, sign-out or refresh was still under way when the time to finish it was over");
        }
        database.close(writer_task).await;
    });
    Ok(Running { addr, origin, metrics_addr, pool, stop, serving })
}

/// The listener for metrics, where they are wanted.
async fn listen_for_metrics(addr: Option<SocketAddr>) -> Result<Option<(TcpListener, SocketAddr)>, StartError> {
    let Some(wanted) = addr else { return Ok(None) };
    let said = |source| StartError::ListenForMetrics { addr: wanted, source };
    let listener = TcpListener::bind(wanted).await.map_err(said)?;
    let addr = listener.local_addr().map_err(said)?;
    Ok(Some((listener, addr)))
}

/// A sign-in that gives less than the policy wants would never be enough: the policy gives way, and says so.
fn warn_of_short_windows(policy: &PolicySettings, refresh_token_validity_ms: i64) {
    let whole = policy.limits.absolute.map_or(refresh_token_validity_ms, |limit| limit.min(refresh_token_validity_ms));
    let window = ask_first_window(policy.ask_first_ms, whole);
    if window < policy.ask_first_ms {
        tracing::warn!(
            variable = policy.window_variable(),
            wanted_minutes = policy.ask_first_ms / 60_000,
            minutes = window / 60_000,
            "a new sign-in lasts less than twice the policy's window; half of what it lasts is used"
        );
    }
}

/// A page whose name was made to point at this machine (DNS rebinding) sends its own name as the host.
async fn require_host(authority: Arc<str>, request: Request, next: Next) -> Response {
    let host = request.headers().get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
    if host.replacen("localhost:", "127.0.0.1:", 1) == *authority {
        return next.run(request).await;
    }
    StatusCode::MISDIRECTED_REQUEST.into_response()
}

/// `/__control`: the pool's own routes, with a clock and a reset that reach the server too.
fn control(pool: &UserPool, clock: Arc<dyn SteerableClock>, database: Database) -> axum::Router {
    pool.control_router_with_reset(
        move |seconds| clock.advance(time::Duration::seconds(seconds)),
        move || {
            let writer = database.writer.clone();
            async move {
                let emptied = writer
                    .run(|connection| {
                        Box::pin(async move {
                            sqlx::query("DELETE FROM documents").execute(&mut *connection).await?;
                            sqlx::query("DELETE FROM sessions").execute(connection).await?;
                            Ok::<_, StorageError>(())
                        })
                    })
                    .await;
                emptied.map_err(|error| error.to_string())
            }
        },
    )
}

/// What nobody asks for: the pool's keys are fetched before the first sign-in; old sessions, and what nobody has come for,
/// are swept away.
async fn keep_house(sessions: Sessions, escrow: Escrow, clock: Arc<dyn Clock>, mut stopped: watch::Receiver<bool>) {
    let mut hourly = tokio::time::interval(Duration::from_secs(3600));
    if !sessions.fetch_keys().await {
        tracing::warn!("the user pool's keys could not be fetched yet");
    }
    loop {
        tokio::select! {
            _ = hourly.tick() => {
                if let Err(error) = sessions.purge(clock.now_ms() - KEEP_ENDED_MS).await {
                    tracing::warn!(error = &error as &dyn std::error::Error, "old sessions were not swept away");
                }
                if let Err(error) = escrow.sweep().await {
                    tracing::warn!(error = &error as &dyn std::error::Error, "old escrow was not swept away");
                }
            }
            () = is_set(&mut stopped) => return,
        }
    }
}

/// A stream never ends by itself, and the drain would wait for it: all end as soon as the process is asked to stop.
/// <https://github.com/hyperium/hyper/issues/2787>
async fn close_streams(events: Events, mut stopped: watch::Receiver<bool>) {
    is_set(&mut stopped).await;
    events.close();
}

/// Waits until the process is asked to stop.
pub(crate) async fn is_set(stopped: &mut watch::Receiver<bool>) {
    // A sender that is gone has stopped too.
    drop(stopped.wait_for(|stop| *stop).await);
}
