//! A user pool that stands outside of the servers, as Cognito does.

use std::sync::Arc;

use holdfast::clock::{Clock, ManualClock};
use holdfast::entropy::SeededEntropy;
use holdfast_server::settings::from_lookup;
use holdfast_server::start::{Running, StartError, start};
use holdfast_user_pool::{PoolConfig, SystemEntropy, UserPool};
use tempfile::TempDir;
use tokio::net::TcpListener;

use super::ADA;

const SECRET: &str = "the_right_secret_of_the_app_client";

/// A pool that stands beside the servers, and the variables that name it.
pub(crate) struct OutsidePool {
    pub(crate) pool: UserPool,
    variables: Vec<(&'static str, String)>,
    pub(crate) directory: TempDir,
}

impl OutsidePool {
    pub(crate) async fn start(clock: Arc<dyn Clock>) -> Self {
        Self::start_with(clock, |_| {}).await
    }

    /// [`Self::start`] with another configuration than the tests' default.
    pub(crate) async fn start_with(clock: Arc<dyn Clock>, change: impl FnOnce(&mut PoolConfig)) -> Self {
        let directory = tempfile::tempdir().expect("a temporary directory");
        let mut config = PoolConfig::new(directory.path().join("pool"));
        config.users = vec![(ADA.0.to_owned(), ADA.1.to_owned())];
        config.client_secret = Some(SECRET.to_owned());
        change(&mut config);
        let pool = UserPool::open(config, clock, Arc::new(SystemEntropy)).expect("a pool");
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        pool.set_base_url(&url);
        tokio::spawn(pool.clone().serve(listener, std::future::pending()));
        let variables = vec![
            ("HOLDFAST_COGNITO_USER_POOL_ID", pool.pool_id().to_owned()),
            ("HOLDFAST_COGNITO_CLIENT_ID", pool.client_id().to_owned()),
            ("HOLDFAST_COGNITO_CLIENT_SECRET", SECRET.to_owned()),
            ("HOLDFAST_COGNITO_ENDPOINT", url),
            ("HOLDFAST_COGNITO_ISSUER", pool.issuer()),
            ("HOLDFAST_COGNITO_REFRESH_TOKEN_VALIDITY", "24h".to_owned()),
        ];
        Self { pool, variables, directory }
    }

    /// The right values but for these; an empty one is none.
    pub(crate) fn with(&self, wrong: &[(&'static str, String)]) -> Vec<(&'static str, String)> {
        let mut variables = self.variables.clone();
        variables.retain(|(name, _)| wrong.iter().all(|(other, _)| other != name));
        variables.extend_from_slice(wrong);
        variables
    }

    /// A server inside this process, or why it does not start.
    pub(crate) async fn server(
        &self,
        clock: &Arc<ManualClock>,
        seed: u64,
        wrong: &[(&'static str, String)],
    ) -> Result<Running, StartError> {
        let mut variables = self.with(wrong);
        variables.push(("HOLDFAST_METRICS_ADDR", "127.0.0.1:0".to_owned()));
        variables.push(("HOLDFAST_ADDR", "127.0.0.1:0".to_owned()));
        variables.push(("HOLDFAST_DATA", self.directory.path().join("data").display().to_string()));
        let lookup = |name: &str| variables.iter().find(|(other, _)| *other == name).map(|(_, value)| value.clone());
        let settings = from_lookup(lookup).expect("settings");
        start(settings, Arc::clone(clock) as _, Arc::new(SeededEntropy::new(seed))).await
    }
}
