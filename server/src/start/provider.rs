//! Where tokens come from: the embedded pool over loopback HTTP, or Amazon Cognito. Behind this file there is no
//! difference.

use std::sync::Arc;
use std::time::Duration;

use holdfast::clock::Clock;
use holdfast::entropy::Entropy;
use holdfast_session::bearer::Bearers;
use holdfast_session::cognito::{Cognito, CognitoConfig, SignInFlow};
use holdfast_session::jwks::{HttpFetch, Jwks};
use holdfast_session::provider::IdentityProvider;
use holdfast_session::verify::Verifier;
use holdfast_user_pool::{PoolConfig, UserPool};
use secrecy::SecretString;
use tokio::net::TcpListener;
use tokio::sync::watch;

use super::{StartError, is_set};
use crate::settings::{self, AuthFlow, Provider, Settings};

/// What the rest needs of the provider.
pub(super) struct Wired {
    pub(super) provider: Arc<dyn IdentityProvider>,
    pub(super) verifier: Verifier,
    /// Of the tokens that programs bring.
    pub(super) bearers: Bearers,
    pub(super) refresh_token_validity_ms: i64,
    pub(super) pool: Option<UserPool>,
}

/// The server's clock, and the embedded pool's.
#[derive(Clone, Copy)]
pub(super) struct Clocks<'a> {
    pub(super) server: &'a Arc<dyn Clock>,
    pub(super) pool: &'a Arc<dyn Clock>,
}

pub(super) async fn wire(
    settings: &Settings,
    clocks: Clocks<'_>,
    entropy: &Arc<dyn Entropy>,
    stopped: watch::Receiver<bool>,
) -> Result<Wired, StartError> {
    let flow = match settings.auth_flow {
        AuthFlow::Password => SignInFlow::Password,
        AuthFlow::Srp => SignInFlow::Srp { clock: Arc::clone(clocks.server), entropy: Arc::clone(entropy) },
        AuthFlow::Choice => SignInFlow::Choice,
    };
    match &settings.provider {
        Provider::Embedded(config) => embedded((**config).clone(), flow, &settings.api, clocks, entropy, stopped).await,
        Provider::Cognito(config) => cognito(config, flow, &settings.api, clocks.server).await,
    }
}

async fn embedded(
    config: PoolConfig,
    flow: SignInFlow,
    api: &settings::Api,
    clocks: Clocks<'_>,
    entropy: &Arc<dyn Entropy>,
    mut stopped: watch::Receiver<bool>,
) -> Result<Wired, StartError> {
    let validity = config.refresh_ttl;
    let pool = UserPool::open(config, Arc::clone(clocks.pool), Arc::clone(entropy))?;
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.map_err(StartError::PoolPort)?;
    let base = format!("http://{}", listener.local_addr().map_err(StartError::PoolPort)?);
    pool.set_base_url(&base);
    let serving = pool.clone();
    tokio::spawn(async move {
        serving.serve(listener, async move { is_set(&mut stopped).await }).await;
    });
    let mut config = CognitoConfig::new(pool.pool_id(), pool.client_id());
    config.client_secret = pool.client_secret().map(SecretString::from);
    config.endpoint = Some(base);
    let jwks_url = format!("{}/.well-known/jwks.json", pool.issuer());
    let client = client(&config)?.with_flow(flow);
    let believed = Believed { jwks_url, issuers: vec![pool.issuer()], client_id: config.client_id.clone() };
    Ok(Wired {
        provider: Arc::new(client),
        verifier: believed.verifier(&[], clocks.server)?,
        bearers: believed.bearers(api, clocks.server)?,
        refresh_token_validity_ms: whole_milliseconds(validity),
        pool: Some(pool),
    })
}

async fn cognito(
    configured: &settings::Cognito,
    flow: SignInFlow,
    api: &settings::Api,
    clock: &Arc<dyn Clock>,
) -> Result<Wired, StartError> {
    let mut config = CognitoConfig::new(configured.user_pool_id.as_str(), configured.client_id.as_str());
    config.client_secret.clone_from(&configured.client_secret);
    config.second_client_secret.clone_from(&configured.second_client_secret);
    config.endpoint.clone_from(&configured.endpoint);
    config.region = Some(configured.region.clone());
    config.credentials.clone_from(&configured.credentials);
    let client = client(&config)?.with_flow(flow);
    let asked = match configured.refresh_token_validity_ms {
        Some(ms) => Some(ms),
        None => client.refresh_token_validity().await.map(whole_milliseconds),
    };
    let refresh_token_validity_ms = asked.ok_or_else(|| StartError::Provider {
        variable: "HOLDFAST_COGNITO_REFRESH_TOKEN_VALIDITY",
        problem: "is needed: no token tells it, and this server may not call DescribeUserPoolClient".to_owned(),
        example: "30d",
    })?;
    let believed = Believed {
        jwks_url: configured.jwks_url.clone(),
        issuers: configured.issuers.clone(),
        client_id: config.client_id.clone(),
    };
    Ok(Wired {
        provider: Arc::new(client),
        verifier: believed.verifier(&[], clock)?,
        bearers: believed.bearers(api, clock)?,
        refresh_token_validity_ms,
        pool: None,
    })
}

fn client(config: &CognitoConfig) -> Result<Cognito, StartError> {
    Cognito::new(config.clone()).map_err(|error| StartError::Provider {
        variable: "HOLDFAST_COGNITO_USER_POOL_ID",
        problem: error.to_string(),
        example: "eu-central-1_Ab12Cd34E",
    })
}

/// Whose tokens are believed.
struct Believed {
    jwks_url: String,
    issuers: Vec<String>,
    client_id: String,
}

impl Believed {
    /// Of the app client and of these others, with a key set of its own.
    fn verifier(&self, others: &[String], clock: &Arc<dyn Clock>) -> Result<Verifier, StartError> {
        let fetch = HttpFetch::new(&self.jwks_url).map_err(|error| StartError::Provider {
            variable: "HOLDFAST_COGNITO_JWKS_URL",
            problem: error.to_string(),
            example: "https://cognito-idp.eu-central-1.amazonaws.com/eu-central-1_Ab12Cd34E/.well-known/jwks.json",
        })?;
        let jwks = Jwks::new(fetch, Arc::clone(clock));
        let clients = std::iter::once(&self.client_id).chain(others).cloned().collect();
        Ok(Verifier::of_clients(jwks, self.issuers.clone(), clients, Arc::clone(clock)))
    }

    /// Key ids that strangers invent must not keep the sessions' verifier from the pool's new keys: another key set.
    fn bearers(&self, api: &settings::Api, clock: &Arc<dyn Clock>) -> Result<Bearers, StartError> {
        Ok(Bearers::new(self.verifier(&api.clients, clock)?, &api.bearer, Arc::clone(clock)))
    }
}

fn whole_milliseconds(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}
