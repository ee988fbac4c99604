//! The same app over the AWS SDK and the embedded user pool, through loopback.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use holdfast::clock::ManualClock;
use holdfast::entropy::SeededEntropy;
use holdfast_session::cognito::{Cognito, CognitoConfig, SignInFlow, Timeouts};
use holdfast_session::jwks::{HttpFetch, Jwks};
use holdfast_session::rows::MemoryRows;
use holdfast_session::sessions::{Ports, Sessions, SessionsConfig};
use holdfast_session::verify::Verifier;
use holdfast_user_pool::{PoolConfig, UserPool};
use tokio::net::TcpListener;
use tokio::sync::Semaphore;

use super::{Browser, HOUR, keys, router};

static NUMBER: AtomicU32 = AtomicU32::new(0);

pub(crate) struct Real {
    pub(crate) clock: Arc<ManualClock>,
    pub(crate) pool: UserPool,
    pub(crate) rows: Arc<MemoryRows>,
    pub(crate) config: CognitoConfig,
    pub(crate) browser: Browser,
    dir: PathBuf,
}

impl Real {
    pub(crate) async fn new(adjust: impl FnOnce(&mut PoolConfig)) -> Self {
        Self::with(adjust, |_| {}, |_, _| SignInFlow::Password).await
    }

    /// One that does not wait for a pool that is slow, nor asks for a lost answer.
    pub(crate) async fn impatient(adjust: impl FnOnce(&mut PoolConfig)) -> Self {
        let client = |config: &mut CognitoConfig| config.timeouts.refresh = Duration::from_millis(400);
        Self::with(adjust, client, |_, _| SignInFlow::Password).await
    }

    /// With another client than the pool's own words make, and another beginning of a sign-in.
    pub(crate) async fn with(
        adjust: impl FnOnce(&mut PoolConfig),
        client: impl FnOnce(&mut CognitoConfig),
        flow: impl FnOnce(Arc<ManualClock>, Arc<SeededEntropy>) -> SignInFlow,
    ) -> Self {
        let number = NUMBER.fetch_add(1, Ordering::SeqCst);
        let dir = std::env::temp_dir().join(format!("holdfast-session-{}-{number}", std::process::id()));
        let mut pool_config = PoolConfig::new(&dir);
        pool_config.users = vec![(String::from("ada@example.com"), String::from("Password-1"))];
        adjust(&mut pool_config);
        let clock = Arc::new(ManualClock::default());
        let entropy = Arc::new(SeededEntropy::new(11));
        let pool = UserPool::open(pool_config, clock.clone(), entropy.clone()).expect("a pool");
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        pool.set_base_url(&url);
        tokio::spawn(pool.clone().serve(listener, std::future::pending()));

        let mut config = CognitoConfig {
            endpoint: Some(url),
            client_secret: pool.client_secret().map(Into::into),
            timeouts: Timeouts {
                connect: Duration::from_millis(500),
                attempt: Duration::from_millis(400),
                operation: Duration::from_millis(1500),
                refresh: Duration::from_millis(1500),
            },
            ..CognitoConfig::new(pool.pool_id(), pool.client_id())
        };
        client(&mut config);
        let flow = flow(clock.clone(), entropy.clone());
        let jwks = Jwks::new(HttpFetch::new(&config.jwks_url().expect("a URL")).expect("a URL"), clock.clone());
        let rows = Arc::new(MemoryRows::default());
        let ports = Ports {
            provider: Arc::new(Cognito::new(config.clone()).expect("a client").with_flow(flow)),
            verifier: Verifier::new(jwks, vec![pool.issuer()], pool.client_id(), clock.clone()),
            rows: rows.clone(),
            keys: keys(),
            clock: clock.clone(),
            entropy,
            sign_in_hook: None,
        };
        let sessions = Sessions::new(SessionsConfig { secure: false, ..SessionsConfig::new(24 * HOUR) }, ports);
        assert!(sessions.fetch_keys().await && sessions.provider_keys_known());
        let gate = Arc::new(Semaphore::new(0));
        let browser = Browser::new(router(&sessions, &gate, &gate));
        Self { clock, pool, rows, config, browser, dir }
    }

    pub(crate) fn advance(&self, ms: i64) {
        self.clock.advance(time::Duration::milliseconds(ms));
    }

    pub(crate) fn refreshes(&self) -> usize {
        self.pool.control().count("GetTokensFromRefreshToken")
    }
}

impl Drop for Real {
    fn drop(&mut self) {
        drop(std::fs::remove_dir_all(&self.dir));
    }
}
