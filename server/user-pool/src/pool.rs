//! The pool itself: what every operation, the key set and the control plane share.

use std::collections::BTreeMap;
use std::fmt;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, RwLock};

use holdfast::clock::Clock;
use holdfast::entropy::Entropy;

use crate::challenges::Challenges;
use crate::config::PoolConfig;
use crate::control::{Control, FaultKind, Faults, Journal};
use crate::error::ApiError;
use crate::limits::Limits;
use crate::lockout::Lockouts;
use crate::managed_login::Codes;
use crate::passwords::Passwords;
use crate::phantoms::Phantoms;
use crate::rules::SignInRules;
use crate::seed::{self, DemoUser};
use crate::state::{State, Store, StoreError, VERSION};
use crate::tokens::keys::{self, KeyError, KeyRing};
use crate::tokens::{Grant, Issuer};
use crate::{ids, locks};

/// A user pool with one app client. Cheap to clone; all clones are the same pool.
#[derive(Clone)]
pub struct UserPool {
    shared: Arc<Shared>,
}

/// Why a pool could not be opened. The text is one line and names the file or the setting.
#[derive(Debug, thiserror::Error)]
#[error("user pool: {0}")]
pub struct OpenError(String);

impl UserPool {
    /// Opens the pool that `config.data_dir` holds, or makes one there. Blocks: it reads the disk, hashes the configured
    /// users' passwords and, the first time, makes two RSA keys.
    ///
    /// # Errors
    /// A configuration that cannot be; a directory that cannot be written or is in use by another process; a state file
    /// that is damaged or of a later version. A damaged file is never replaced.
    pub fn open(config: PoolConfig, clock: Arc<dyn Clock>, entropy: Arc<dyn Entropy>) -> Result<Self, OpenError> {
        config.check().map_err(OpenError)?;
        let dir = config.data_dir.join("user-pool");
        let now_ms = clock.now_ms();

        let store = Store::open(dir.clone(), || {
            let keys = keys::generate(&*entropy)?.to_vec();
            Ok(fresh(&config, keys, now_ms, &*entropy))
        })?;

        let demo = seed::demo(&config, &dir, &*entropy)?;
        let mut users = config.users.clone();
        users.extend(demo.iter().map(|demo| (demo.email.clone(), demo.password.clone())));
        let hashed = seed::hash(&store.read(), &users, &*entropy)?;
        store.write(|state| seed::plant(state, &hashed, now_ms))?;

        let state = store.read();
        let keys = KeyRing::read(&state.keys)?;
        let phantoms = Phantoms::new(&*entropy);
        Ok(Self {
            shared: Arc::new(Shared {
                pool_id: state.pool_id.clone(),
                client_id: state.client_id.clone(),
                created_at_ms: state.created_at_ms,
                client_secrets: RwLock::new(Arc::new(config.client_secret.iter().cloned().collect())),
                rules: RwLock::new(config.sign_in.clone()),
                config,
                clock,
                entropy,
                store,
                keys: RwLock::new(Arc::new(keys)),
                base_url: RwLock::new("http://127.0.0.1:9229".to_owned()),
                passwords: Passwords::new(&state.pool_id),
                lockouts: Lockouts::default(),
                limits: Limits::default(),
                challenges: Challenges::default(),
                codes: Codes::default(),
                domain: RwLock::new(None),
                phantoms,
                faults: Faults::default(),
                journal: Journal::default(),
                auth_time_moves: AtomicBool::new(false),
                seeds: hashed,
                demo,
            }),
        })
    }

    /// The pool's id, like `eu-central-1_AbCdEf123`; the same after every restart.
    #[must_use]
    pub fn pool_id(&self) -> &str {
        &self.shared.pool_id
    }

    /// The app client's id; the same after every restart.
    #[must_use]
    pub fn client_id(&self) -> &str {
        &self.shared.client_id
    }

    /// The app client's secret, if it is configured with one.
    #[must_use]
    pub fn client_secret(&self) -> Option<&str> {
        self.shared.config.client_secret.as_deref()
    }

    /// The demo user, where no users are configured.
    #[must_use]
    pub fn demo_user(&self) -> Option<&DemoUser> {
        self.shared.demo.as_ref()
    }

    /// Says where the pool is reached, without a slash at the end: what `iss` begins with. Until then it is
    /// `http://127.0.0.1:9229`.
    pub fn set_base_url(&self, url: &str) {
        url.trim_end_matches('/').clone_into(&mut locks::write(&self.shared.base_url));
    }

    /// Says where browsers reach managed login, without a slash at the end, if not at the base URL: Cognito's has a domain of
    /// its own, too.
    pub fn set_domain(&self, url: &str) {
        *locks::write(&self.shared.domain) = Some(url.trim_end_matches('/').to_owned());
    }

    /// Where browsers reach managed login.
    #[must_use]
    pub fn domain(&self) -> String {
        self.shared.domain()
    }

    /// What the tokens say in `iss`: `<base url>/<pool id>`.
    #[must_use]
    pub fn issuer(&self) -> String {
        self.shared.issuer()
    }

    /// Cognito's endpoint: `POST /` and the documents under `/<pool id>/.well-known/`.
    ///
    /// The faults that drop a connection work best under [`serve`](crate::serve()); under another server the answer
    /// breaks off instead.
    pub fn router(&self) -> axum::Router {
        crate::http::router(&self.shared)
    }

    /// Serves [`router`](Self::router) until `shutdown`, then lets running requests end for at most three seconds.
    pub async fn serve(self, listener: tokio::net::TcpListener, shutdown: impl Future<Output = ()>) {
        crate::http::serve::serve(self.router(), listener, shutdown).await;
    }

    /// The handle that breaks, ends and looks into things.
    #[must_use]
    pub fn control(&self) -> Control {
        Control::new(Arc::clone(&self.shared))
    }
}

impl fmt::Debug for UserPool {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UserPool").field("pool_id", &self.shared.pool_id).finish_non_exhaustive()
    }
}

fn fresh(config: &PoolConfig, keys: Vec<crate::state::StoredKey>, now_ms: i64, entropy: &dyn Entropy) -> State {
    State {
        version: VERSION,
        pool_id: ids::pool_id(entropy, &config.region),
        client_id: ids::client_id(entropy),
        created_at_ms: now_ms,
        keys,
        users: BTreeMap::new(),
        sessions: BTreeMap::new(),
        browser_sessions: BTreeMap::new(),
        refresh_tokens: BTreeMap::new(),
    }
}

/// What all clones of a pool share.
pub(crate) struct Shared {
    pub(crate) pool_id: String,
    pub(crate) client_id: String,
    pub(crate) created_at_ms: i64,
    pub(crate) config: PoolConfig,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) entropy: Arc<dyn Entropy>,
    store: Store,
    keys: RwLock<Arc<KeyRing>>,
    base_url: RwLock<String>,
    /// None, one, or two during a change (AddUserPoolClientSecret); the newest first.
    client_secrets: RwLock<Arc<Vec<String>>>,
    pub(crate) passwords: Passwords,
    pub(crate) lockouts: Lockouts,
    pub(crate) limits: Limits,
    pub(crate) challenges: Challenges,
    pub(crate) codes: Codes,
    /// Where managed login is, if not at the base URL.
    domain: RwLock<Option<String>>,
    pub(crate) phantoms: Phantoms,
    rules: RwLock<SignInRules>,
    pub(crate) faults: Faults,
    pub(crate) journal: Journal,
    pub(crate) auth_time_moves: AtomicBool,
    /// The configured users and their hashes: what a reset goes back to.
    pub(crate) seeds: Vec<seed::Seed>,
    demo: Option<DemoUser>,
}

impl Shared {
    pub(crate) fn now_ms(&self) -> i64 {
        self.clock.now_ms()
    }

    pub(crate) fn issuer(&self) -> String {
        format!("{}/{}", locks::read(&self.base_url), self.pool_id)
    }

    /// Where browsers reach managed login.
    pub(crate) fn domain(&self) -> String {
        locks::read(&self.domain).clone().unwrap_or_else(|| locks::read(&self.base_url).clone())
    }

    /// The app client's secrets: each is as good as the other.
    pub(crate) fn client_secrets(&self) -> Arc<Vec<String>> {
        Arc::clone(&locks::read(&self.client_secrets))
    }

    /// From now on these are the app client's secrets.
    pub(crate) fn use_client_secrets(&self, secrets: Vec<String>) {
        *locks::write(&self.client_secrets) = Arc::new(secrets);
    }

    pub(crate) fn keys(&self) -> Arc<KeyRing> {
        Arc::clone(&locks::read(&self.keys))
    }

    /// From now on these keys sign and are published.
    pub(crate) fn use_keys(&self, keys: KeyRing) {
        *locks::write(&self.keys) = Arc::new(keys);
    }

    /// What is asked of who signs in, now.
    pub(crate) fn rules(&self) -> SignInRules {
        locks::read(&self.rules).clone()
    }

    /// From now on this is asked of who signs in.
    pub(crate) fn use_rules(&self, rules: SignInRules) {
        *locks::write(&self.rules) = rules;
    }

    /// The state as it is now.
    pub(crate) fn state(&self) -> Arc<State> {
        self.store.read()
    }

    /// Changes the state; when this returns, the change is on the disk.
    pub(crate) async fn write<T: Send + 'static>(
        self: &Arc<Self>,
        change: impl FnOnce(&mut State) -> T + Send + 'static,
    ) -> Result<T, ApiError> {
        let shared = Arc::clone(self);
        let written = tokio::task::spawn_blocking(move || shared.store.write(change)).await;
        Ok(written.map_err(|_panicked| ApiError::internal())??)
    }

    /// The tokens of `grant`, with the one fault that was asked for.
    pub(crate) async fn issue(
        self: &Arc<Self>,
        grant: Grant,
        fault: Option<FaultKind>,
    ) -> Result<serde_json::Value, ApiError> {
        let shared = Arc::clone(self);
        let signed = tokio::task::spawn_blocking(move || {
            let keys = shared.keys();
            let issuer = Issuer {
                config: &shared.config,
                entropy: &*shared.entropy,
                keys: &keys,
                client_id: &shared.client_id,
                iss: shared.issuer(),
                now_ms: shared.now_ms(),
                auth_time_moves: shared.auth_time_moves.load(Ordering::SeqCst),
                fault,
            };
            issuer.issue(&grant)
        });
        signed.await.map_err(|_panicked| ApiError::internal())?.map_err(|error| {
            tracing::error!("user pool: {error}");
            ApiError::internal()
        })
    }
}

impl From<StoreError> for OpenError {
    fn from(error: StoreError) -> Self {
        match std::error::Error::source(&error) {
            Some(cause) => Self(format!("{error}: {cause}")),
            None => Self(error.to_string()),
        }
    }
}

impl From<KeyError> for OpenError {
    fn from(error: KeyError) -> Self {
        Self(error.to_string())
    }
}

impl OpenError {
    pub(crate) fn io(path: &Path, error: &std::io::Error) -> Self {
        Self(format!("cannot use {}: {error}", path.display()))
    }

    pub(crate) fn hash(error: &argon2::password_hash::Error) -> Self {
        Self(format!("could not hash a configured password: {error}"))
    }
}
