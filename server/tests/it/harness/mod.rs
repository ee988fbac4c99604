//! A process under test, and browsers that speak to it.

mod authenticator;
mod browser;
mod event_stream;
mod outside_pool;
mod pool_user;
mod process;
mod tokens;

use std::sync::Arc;
use std::time::Duration;

use holdfast::clock::{Clock, ManualClock};
use holdfast::entropy::SeededEntropy;
use holdfast_server::settings::{Provider, Settings, from_lookup};
use holdfast_server::start::{Running, SteerableClock, start_apart};
use holdfast_user_pool::control::Control;
use sqlx::{Connection as _, SqliteConnection};
use tempfile::TempDir;

pub(crate) use authenticator::Authenticator;
pub(crate) use browser::{Answer, Browser};
pub(crate) use event_stream::{Event, EventStream};
pub(crate) use outside_pool::OutsidePool;
pub(crate) use pool_user::PoolUser;
pub(crate) use process::Process;

pub(crate) const ADA: (&str, &str) = ("ada@example.com", "Password-1");
pub(crate) const BOB: (&str, &str) = ("bob@example.com", "Password-2");

/// A running server with two users, a manual clock and a data directory of its own.
pub(crate) struct TestApp {
    pub(crate) clock: Arc<ManualClock>,
    /// The embedded pool's clock; the same, unless a test wants them apart.
    pool_clock: Arc<ManualClock>,
    pub(crate) running: Running,
    pub(crate) data: TempDir,
    settings: Settings,
    /// Every process draws other ids than the one before it on the same data.
    starts: u64,
}

impl TestApp {
    pub(crate) async fn start() -> Self {
        Self::start_with(&[]).await
    }

    /// Starts with these variables beside the defaults of the tests.
    pub(crate) async fn start_with(variables: &[(&str, &str)]) -> Self {
        let clock = Arc::new(ManualClock::default());
        Self::start_on(Arc::clone(&clock), clock, variables).await
    }

    /// Starts a server whose clock is `seconds` ahead of the pool's.
    pub(crate) async fn start_ahead_of_the_pool(seconds: i64, variables: &[(&str, &str)]) -> Self {
        let apart = ManualClock::DEFAULT + time::Duration::seconds(seconds);
        Self::start_on(Arc::new(ManualClock::at(apart)), Arc::new(ManualClock::default()), variables).await
    }

    async fn start_on(clock: Arc<ManualClock>, pool_clock: Arc<ManualClock>, variables: &[(&str, &str)]) -> Self {
        let data = tempfile::tempdir().expect("a temporary directory");
        let settings = settings(data.path().to_str().expect("a path in UTF-8"), variables);
        let running = run(&settings, &clock, &pool_clock, 1).await;
        let starts = 1;
        Self { clock, pool_clock, running, data, settings, starts }
    }

    /// Stops the process and starts it again on the same data; the clock goes on.
    pub(crate) async fn restart(self) -> Self {
        self.restart_with(&[]).await
    }

    /// [`Self::restart`] with these variables beside the defaults of the tests, and no others; none keeps what there is.
    pub(crate) async fn restart_with(self, variables: &[(&str, &str)]) -> Self {
        let Self { clock, pool_clock, running, data, settings: before, starts } = self;
        running.stop().await;
        let settings = match variables {
            [] => before,
            variables => settings(data.path().to_str().expect("a path in UTF-8"), variables),
        };
        let starts = starts + 1;
        let running = run(&settings, &clock, &pool_clock, starts).await;
        Self { clock, pool_clock, running, data, settings, starts }
    }

    /// Stops the process and keeps its data.
    pub(crate) async fn stop(self) -> TempDir {
        self.running.stop().await;
        self.data
    }

    /// The embedded pool's control plane.
    pub(crate) fn pool(&self) -> Control {
        self.running.pool.as_ref().expect("the embedded pool").control()
    }

    /// How often Cognito was asked to refresh.
    pub(crate) fn refreshes(&self) -> usize {
        self.pool().count("GetTokensFromRefreshToken")
    }

    /// A browser with no cookie.
    pub(crate) fn browser(&self) -> Browser {
        Browser::new(self.running.addr, &self.running.origin)
    }

    /// A browser in which this user has signed in.
    pub(crate) async fn signed_in(&self, (email, password): (&str, &str)) -> Browser {
        let browser = self.browser();
        let answer = browser.sign_in(email, password).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        browser
    }

    /// A connection of the test's own to the database file.
    pub(crate) async fn database(&self) -> SqliteConnection {
        let url = format!("sqlite://{}", self.data.path().join("holdfast.db").display());
        SqliteConnection::connect(&url).await.expect("the database opens")
    }

    /// Changes the database behind the server's back.
    pub(crate) async fn execute(&self, sql: &str) {
        let sql = sqlx::AssertSqlSafe(sql.to_owned());
        sqlx::raw_sql(sql).execute(&mut self.database().await).await.expect("the statement runs");
    }

    /// One number from the database.
    pub(crate) async fn number(&self, sql: &str) -> i64 {
        let sql = sqlx::AssertSqlSafe(sql.to_owned());
        sqlx::query_scalar(sql).fetch_one(&mut self.database().await).await.expect("a number")
    }

    pub(crate) fn advance(&self, by: Duration) {
        let by = by.try_into().expect("a duration of this century");
        self.clock.advance(by);
        if !Arc::ptr_eq(&self.clock, &self.pool_clock) {
            self.pool_clock.advance(by);
        }
    }
}

/// The settings of a test: small passwords' cost stays what it is, the address is any free port.
pub(crate) fn settings(data: &str, variables: &[(&str, &str)]) -> Settings {
    let mut all = vec![
        ("HOLDFAST_ADDR", "127.0.0.1:0"),
        ("HOLDFAST_DATA", data),
        ("HOLDFAST_POOL_USERS", "ada@example.com:Password-1,bob@example.com:Password-2"),
    ];
    all.extend_from_slice(variables);
    let settings = from_lookup(|name| {
        all.iter().rev().find(|(variable, _)| *variable == name).map(|(_, value)| (*value).to_owned())
    });
    let settings = settings.expect("the settings of a test");
    assert!(matches!(settings.provider, Provider::Embedded(_)), "tests need no network");
    settings
}

async fn run(settings: &Settings, clock: &Arc<ManualClock>, pool_clock: &Arc<ManualClock>, seed: u64) -> Running {
    let clock = Arc::clone(clock) as Arc<dyn SteerableClock>;
    let pool_clock = Arc::clone(pool_clock) as Arc<dyn Clock>;
    let entropy = Arc::new(SeededEntropy::new(seed));
    start_apart(settings.clone(), clock, pool_clock, entropy).await.expect("the server starts")
}

/// Waits until `holds`, by asking again and again; fails after ten seconds.
pub(crate) async fn eventually<F: Future<Output = bool>>(what: &str, mut holds: impl FnMut() -> F) {
    let mut tick = tokio::time::interval(Duration::from_millis(10));
    let waiting = async {
        loop {
            tick.tick().await;
            if holds().await {
                return;
            }
        }
    };
    assert!(tokio::time::timeout(Duration::from_secs(10), waiting).await.is_ok(), "never happened: {what}");
}
