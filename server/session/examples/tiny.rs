//! Cognito sessions in an axum app of one page, step by step in `docs/lift.md`. Started by
//! `cargo run -p holdfast-session --example tiny`, with `USER_POOL_ID`, `CLIENT_ID` and `SESSION_KEYS` (`id:base64` of 32
//! random bytes); with `ENDPOINT`, too, for the embedded user pool.

use std::sync::Arc;

use aws_lc_rs::rand::{SecureRandom as _, SystemRandom};
use axum::{Router, routing::get};
use holdfast::{clock::Clock, entropy::Entropy};
use holdfast_session::cognito::{Cognito, CognitoConfig, ConfigError};
use holdfast_session::jwks::{HttpFetch, Jwks};
use holdfast_session::sessions::{Ports, Sessions, SessionsConfig, SignedIn};
use holdfast_session::{routes::session_routes, rows::MemoryRows, seal::Keys, verify::Verifier};

/// The app client's RefreshTokenValidity, in milliseconds: no token tells it.
const A_DAY: i64 = 24 * 3_600_000;

/// The whole app. Time and randomness are arguments, so that a test can live a day of it in a moment.
pub(crate) fn app(
    pool: CognitoConfig,
    keys: Keys,
    clock: Arc<dyn Clock>,
    entropy: Arc<dyn Entropy>,
) -> Result<Router, Box<dyn std::error::Error>> {
    let jwks = Jwks::new(HttpFetch::new(&pool.jwks_url()?)?, clock.clone());
    let ports = Ports {
        verifier: Verifier::new(jwks, issuers(&pool)?, pool.client_id.clone(), clock.clone()),
        provider: Arc::new(Cognito::new(pool)?),
        rows: Arc::new(MemoryRows::default()), // a table of yours
        keys,
        clock,
        entropy,
        sign_in_hook: None,
    };
    let sessions = Sessions::new(SessionsConfig { secure: false, ..SessionsConfig::new(A_DAY) }, ports);
    let asked = sessions.clone();
    let page = async move |SignedIn(live): SignedIn| {
        let minutes = asked.status(&live).sign_in_by_ms / 60_000;
        format!("Hello, {}. Sign in again within {minutes} minutes.", live.user().email)
    };
    Ok(Router::new().route("/", get(page)).merge(session_routes(sessions.clone())).layer(sessions.layer()))
}

/// Cognito's two, or that of the endpoint: the embedded pool's is its own address.
fn issuers(pool: &CognitoConfig) -> Result<Vec<String>, ConfigError> {
    match &pool.endpoint {
        Some(endpoint) => Ok(vec![format!("{endpoint}/{}", pool.user_pool_id)]),
        None => pool.issuers(),
    }
}

struct System(SystemRandom);

impl Clock for System {
    #[expect(clippy::disallowed_methods, reason = "the one place of this app where time comes from")]
    fn now(&self) -> time::OffsetDateTime {
        time::OffsetDateTime::now_utc()
    }
}

impl Entropy for System {
    #[expect(clippy::expect_used, reason = "without randomness there is no session")]
    fn fill(&self, buffer: &mut [u8]) {
        self.0.fill(buffer).expect("the operating system's randomness");
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let var = std::env::var;
    let pool =
        CognitoConfig { endpoint: var("ENDPOINT").ok(), ..CognitoConfig::new(var("USER_POOL_ID")?, var("CLIENT_ID")?) };
    let system = Arc::new(System(SystemRandom::new()));
    let app = app(pool, Keys::parse(&var("SESSION_KEYS")?)?, system.clone(), system)?;
    let listener = tokio::net::TcpListener::bind(var("ADDR").unwrap_or("127.0.0.1:3000".to_owned())).await?;
    Ok(axum::serve(listener, app).await?)
}
