//! Where tokens come from: the embedded pool over loopback HTTP, or Amazon Cognito. Behind this file there is no
//! difference.

use std::sync::Arc;
use std::time::Duration;

use holdfast::clock::Clock;
use holdfast::entropy::Entropy;
use holdfast_session::bearer::Bearers;
use holdfast_session::cognito::{Cognito, CognitoConfig, SignInFlow};
use holdfast_session::jwks::{HttpFetch, Jwks};
use holdfast_session::managed_login::{ManagedLogin, ManagedLoginConfig};
use holdfast_session::provider::IdentityProvider;
use holdfast_session::verify::Verifier;
use holdfast_user_pool::{PoolConfig, UserPool};
use secrecy::SecretString;
use tokio::net::TcpListener;
use tokio::sync::watch;

use super::{StartError, is_set};
use crate::http::CALLBACK;
use crate::settings::{self, AuthFlow, Provider, Settings};

/// What the rest needs of the provider.
pub(super) struct Wired {
    pub(super) provider: Arc<dyn IdentityProvider>,
    pub(super) verifier: Verifier,
    /// Of the tokens that programs bring.
    pub(super) bearers: Bearers,
    pub(super) refresh_token_validity_ms: i64,
    pub(super) managed_login: Option<ManagedLogin>,
    pub(super) pool: Option<UserPool>,
}

/// Where managed login leads back to, on this server: the app client's callback URL and its sign-out URL.
fn urls(origin: &str) -> (String, String) {
    (format!("{origin}{CALLBACK}"), format!("{origin}/"))
}

/// The server's clock, and the embedded pool's.
#[derive(Clone, Copy)]
pub(super) struct Clocks<'a> {
    pub(super) server: &'a Arc<dyn Clock>,
    pub(super) pool: &'a Arc<dyn Clock>,
}

pub(super) async fn wire(
    settings: &Settings,
    origin: &str,
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
        Provider::Embedded(config) => {
            let mut config = (**config).clone();
            if let Some(managed) = &settings.managed_login {
                let (callback, logout) = urls(origin);
                config.callback_urls.push(callback);
                config.logout_urls.push(logout);
                config.sso_ttl = Duration::from_millis(managed.sso_ms.unsigned_abs());
            }
            embedded(config, flow, settings, origin, clocks, entropy, stopped).await
        }
        Provider::Cognito(config) => cognito(config, flow, settings, origin, clocks.server).await,
    }
}

async fn embedded(
    config: PoolConfig,
    flow: SignInFlow,
    settings: &Settings,
    origin: &str,
    clocks: Clocks<'_>,
    entropy: &Arc<dyn Entropy>,
    mut stopped: watch::Receiver<bool>,
) -> Result<Wired, StartError> {
    let validity = config.refresh_ttl;
    let pool = UserPool::open(config, Arc::clone(clocks.pool), Arc::clone(entropy))?;
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.map_err(StartError::PoolPort)?;
    let base = format!("http://{}", listener.local_addr().map_err(StartError::PoolPort)?);
    pool.set_base_url(&base);
    pool.set_domain(&neighbour(&base, origin));
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
    let managed_login = settings.managed_login.as_ref();
    let managed_login =
        managed_login.map(|managed| managed_login_at(pool.domain(), managed, &config, &believed, origin));
    Ok(Wired {
        managed_login: managed_login.transpose()?,
        provider: Arc::new(client),
        verifier: believed.verifier(&[], clocks.server)?,
        bearers: believed.bearers(&settings.api, clocks.server)?,
        refresh_token_validity_ms: whole_milliseconds(validity),
        pool: Some(pool),
    })
}

async fn cognito(
    configured: &settings::Cognito,
    flow: SignInFlow,
    settings: &Settings,
    origin: &str,
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
    let managed_login = settings.managed_login.as_ref().and_then(|managed| Some((managed.domain.clone()?, managed)));
    let managed_login =
        managed_login.map(|(domain, managed)| managed_login_at(domain, managed, &config, &believed, origin));
    Ok(Wired {
        managed_login: managed_login.transpose()?,
        provider: Arc::new(client),
        verifier: believed.verifier(&[], clock)?,
        bearers: believed.bearers(&settings.api, clock)?,
        refresh_token_validity_ms,
        pool: None,
    })
}

fn managed_login_at(
    domain: String,
    managed: &settings::ManagedLogin,
    client: &CognitoConfig,
    believed: &Believed,
    origin: &str,
) -> Result<ManagedLogin, StartError> {
    let (redirect_uri, logout_uri) = urls(origin);
    let config = ManagedLoginConfig {
        domain,
        client_id: client.client_id.clone(),
        client_secrets: client.client_secret.iter().chain(&client.second_client_secret).cloned().collect(),
        redirect_uri,
        logout_uri,
        issuers: believed.issuers.clone(),
        sso_ms: managed.sso_ms,
    };
    ManagedLogin::new(config).map_err(|error| StartError::Provider {
        variable: "HOLDFAST_COGNITO_DOMAIN",
        problem: error.to_string(),
        example: "https://write.auth.eu-central-1.amazoncognito.com",
    })
}

/// The embedded pool's address under this machine's other name, so that its pages are another *site*, as Cognito's are: the
/// two share no cookie, and what only works on one site is noticed.
fn neighbour(base: &str, origin: &str) -> String {
    if origin.contains("//localhost") { base.to_owned() } else { base.replacen("127.0.0.1", "localhost", 1) }
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
