//! An app with sessions, its pool and its browsers.

mod account;
mod browser;
mod device;
mod forge;
mod pool;
mod real;
mod rows;

use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::request::Parts;
use axum::response::Redirect;
use axum::routing::{get, post};
use base64::Engine as _;
use holdfast::clock::{Clock as _, ManualClock};
use holdfast::entropy::SeededEntropy;
use holdfast::session::Limits;
use holdfast::wire::Code;
use holdfast_session::jwks::Jwks;
use holdfast_session::provider::IdentityProvider;
use holdfast_session::routes::{ProblemResponse, session_routes};
use holdfast_session::rows::{MemoryRows, RowId, SessionRow, SessionRows};
use holdfast_session::seal::Keys;
use holdfast_session::sessions::{
    Live, Patience, Peek, Ports, Refusal, Saver, SavingSession, Sessions, SessionsConfig, SignedIn,
};
use holdfast_session::store::RowStore;
use holdfast_session::verify::Verifier;
use tokio::sync::Semaphore;
use tower_sessions::Session;

pub(crate) use browser::{Answer, Browser};
pub(crate) use device::{BoundBrowser, DeviceKey};
pub(crate) use forge::{CLIENT, Forge, ISSUER, StaticKeys, hmac_sha256};
pub(crate) use pool::{Answered, FakePool, Next, Refresh};
pub(crate) use real::Real;
pub(crate) use rows::{FaultyRows, Store};

pub(crate) const SECOND: i64 = 1_000;
pub(crate) const MINUTE: i64 = 60 * SECOND;
pub(crate) const HOUR: i64 = 60 * MINUTE;

/// Everything of one test.
pub(crate) struct App {
    pub(crate) clock: Arc<ManualClock>,
    pub(crate) pool: Arc<FakePool>,
    pub(crate) rows: Arc<MemoryRows>,
    /// What the sessions see of them.
    pub(crate) faults: Arc<FaultyRows>,
    pub(crate) sessions: Sessions,
    pub(crate) router: Router,
    /// `/slow` answers once for every permit.
    pub(crate) slow: Arc<Semaphore>,
    /// One permit for every `/slow` that has its session.
    pub(crate) slow_entered: Arc<Semaphore>,
}

#[derive(Clone)]
struct Gates {
    sessions: Sessions,
    slow: Arc<Semaphore>,
    entered: Arc<Semaphore>,
}

impl App {
    /// Access tokens of an hour, refresh tokens of a day, http.
    pub(crate) fn new() -> Self {
        Self::with(|_| {})
    }

    pub(crate) fn with(adjust: impl FnOnce(&mut SessionsConfig)) -> Self {
        let clock = Arc::new(ManualClock::default());
        let pool = Arc::new(FakePool::new(Arc::clone(&clock)));
        let jwks = Jwks::new(StaticKeys::of(pool.forge()), clock.clone());
        Self::over(clock, pool, jwks, adjust)
    }

    pub(crate) fn over(
        clock: Arc<ManualClock>,
        pool: Arc<FakePool>,
        jwks: Jwks,
        adjust: impl FnOnce(&mut SessionsConfig),
    ) -> Self {
        let mut config = SessionsConfig { secure: false, ..SessionsConfig::new(24 * HOUR) };
        adjust(&mut config);
        Self::process(clock, pool, jwks, Arc::new(MemoryRows::default()), config, (7, keys()))
    }

    /// Another server process with the same rows, the same pool and the same clock.
    pub(crate) fn second_process(&self) -> Self {
        self.restarted_with(8, keys())
    }

    /// The next process on the same rows, with these keys.
    pub(crate) fn restarted_with(&self, seed: u64, keys: Keys) -> Self {
        let jwks = Jwks::new(StaticKeys::of(self.pool.forge()), self.clock.clone());
        let config = SessionsConfig { secure: false, ..SessionsConfig::new(24 * HOUR) };
        let (clock, pool, rows) = (Arc::clone(&self.clock), Arc::clone(&self.pool), Arc::clone(&self.rows));
        Self::process(clock, pool, jwks, rows, config, (seed, keys))
    }

    fn process(
        clock: Arc<ManualClock>,
        pool: Arc<FakePool>,
        jwks: Jwks,
        rows: Arc<MemoryRows>,
        config: SessionsConfig,
        (seed, keys): (u64, Keys),
    ) -> Self {
        let faults = Arc::new(FaultyRows::over(Arc::clone(&rows)));
        let ports = Ports {
            provider: Arc::clone(&pool) as Arc<dyn IdentityProvider>,
            verifier: Verifier::new(jwks, vec![ISSUER.to_owned()], CLIENT, clock.clone()),
            rows: faults.clone(),
            keys,
            clock: clock.clone(),
            entropy: Arc::new(SeededEntropy::new(seed)),
            sign_in_hook: None,
        };
        let sessions = Sessions::new(config, ports);
        let (slow, slow_entered) = (Arc::new(Semaphore::new(0)), Arc::new(Semaphore::new(0)));
        let router = router(&sessions, &slow, &slow_entered);
        Self { clock, pool, rows, faults, sessions, router, slow, slow_entered }
    }

    pub(crate) fn browser(&self) -> Browser {
        Browser::new(self.router.clone())
    }

    /// A browser with another one's cookie, at this process.
    pub(crate) fn browser_of(&self, other: &Browser) -> Browser {
        let mut browser = self.browser();
        browser.cookie.clone_from(&other.cookie);
        browser
    }

    /// A browser in which Ada has signed in.
    pub(crate) async fn signed_in(&self) -> Browser {
        let mut browser = self.browser();
        let answer = browser.sign_in("ada@example.com", "Password-1").await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
        browser
    }

    fn session_of(&self, browser: &Browser) -> Session {
        let store = RowStore::new(self.rows.clone(), self.clock.clone(), Limits::default());
        Session::new(Some(browser.id()), Arc::new(store), None)
    }

    /// The browser's session as a handler would get it.
    pub(crate) async fn sessions_live(&self, browser: &Browser) -> Live {
        self.sessions.current(&self.session_of(browser), &browser.headers).await.expect("alive")
    }

    pub(crate) async fn refusal(&self, browser: &Browser) -> Refusal {
        self.sessions.current(&self.session_of(browser), &browser.headers).await.expect_err("ended")
    }

    pub(crate) fn advance(&self, ms: i64) {
        self.clock.advance(time::Duration::milliseconds(ms));
    }

    pub(crate) fn now(&self) -> i64 {
        self.clock.now_ms()
    }

    pub(crate) async fn row(&self, browser: &Browser) -> SessionRow {
        self.rows.find(browser.row_id()).await.expect("memory").expect("a row")
    }

    pub(crate) async fn row_by_id(&self, id: RowId) -> SessionRow {
        self.rows.find(id).await.expect("memory").expect("a row")
    }
}

pub(crate) fn keys() -> Keys {
    Keys::parse(&format!("k1:{}", base64::engine::general_purpose::STANDARD.encode([7_u8; 32]))).expect("a ring")
}

/// Lets every task that can run do so.
pub(crate) async fn settle() {
    for _ in 0..500 {
        tokio::task::yield_now().await;
    }
}

/// The app's routes and this crate's, inside the layer.
pub(crate) fn router(sessions: &Sessions, gate: &Arc<Semaphore>, entered: &Arc<Semaphore>) -> Router {
    let gates = Gates { sessions: sessions.clone(), slow: gate.clone(), entered: entered.clone() };
    Router::new()
        .route("/work", get(work))
        .route("/save", post(save))
        .route("/late", post(late))
        .route("/slow", get(slow))
        .route("/broken", get(broken))
        .route("/panics", get(panics))
        .route("/peek", get(peek))
        .route("/page", get(page))
        .with_state(gates)
        .merge(session_routes(sessions.clone()))
        .layer(sessions.layer())
}

/// What no app may do: hands the access token out. It is how a test sees which one the server holds.
async fn work(State(gates): State<Gates>, SignedIn(live): SignedIn) -> Result<String, ProblemResponse> {
    Ok(gates.sessions.access_token(&live)?.expose().to_owned())
}

async fn save(SavingSession(live): SavingSession) -> String {
    format!("saved for {}", live.sub())
}

async fn late(saver: Saver) -> String {
    match saver {
        Saver::SignedIn(live) => format!("saved for {}", live.sub()),
        Saver::Former(former) => format!("kept for {} since {}", former.sub, former.ended_at),
    }
}

async fn slow(State(gates): State<Gates>, SignedIn(live): SignedIn) -> Result<String, ProblemResponse> {
    gates.entered.add_permits(1);
    gates.slow.acquire().await.map_err(|_| Code::Internal)?.forget();
    Ok(format!("done for {}", live.sub()))
}

async fn broken(SignedIn(_): SignedIn) -> StatusCode {
    StatusCode::INTERNAL_SERVER_ERROR
}

async fn panics(SignedIn(_): SignedIn) -> StatusCode {
    panic!("on purpose")
}

/// A page sends to the sign-in where there is nobody, and is used like any other route.
async fn page(parts: Parts) -> Result<String, Redirect> {
    let live = Sessions::used(&parts, Patience::Read).await.map_err(|refusal| match refusal.code.status() {
        401 => Redirect::to("/sign-in"),
        _ => Redirect::to("/sorry"),
    })?;
    Ok(live.sub().to_owned())
}

async fn peek(Peek(live): Peek) -> String {
    live.sub().to_owned()
}
