//! Cognito sessions in an axum app of one page: `cargo run -p holdfast-session --example tiny`, with
//! `USER_POOL_ID`, `CLIENT_ID`, `SESSION_KEYS` (`id:base64` of 32 random bytes) and `RUST_LOG` of your own.

use std::sync::Arc;

use aws_lc_rs::rand::{SecureRandom as _, SystemRandom};
use axum::{Router, routing::get};
use holdfast::{clock::Clock, entropy::Entropy};
use holdfast_session::cognito::{Cognito, CognitoConfig};
use holdfast_session::jwks::{HttpFetch, Jwks};
use holdfast_session::sessions::{Ports, Sessions, SessionsConfig, SignedIn};
use holdfast_session::{routes::session_routes, rows::MemoryRows, seal::Keys, verify::Verifier};

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
    let system = Arc::new(System(SystemRandom::new()));
    let pool = CognitoConfig::new(std::env::var("USER_POOL_ID")?, std::env::var("CLIENT_ID")?);
    let jwks = Jwks::new(HttpFetch::new(&pool.jwks_url()?)?, system.clone());
    let ports = Ports {
        verifier: Verifier::new(jwks, pool.issuers()?, pool.client_id.clone(), system.clone()),
        provider: Arc::new(Cognito::new(pool)?),
        rows: Arc::new(MemoryRows::default()),
        keys: Keys::parse(&std::env::var("SESSION_KEYS")?)?,
        clock: system.clone(),
        entropy: system,
        sign_in_hook: None,
    };
    let a_month = 30 * 24 * 3_600_000;
    let sessions = Sessions::new(SessionsConfig { secure: false, ..SessionsConfig::new(a_month) }, ports);
    let app = Router::new()
        .route("/", get(|SignedIn(live): SignedIn| async move { format!("Hello, {}", live.user().email) }))
        .merge(session_routes(sessions.clone()))
        .layer(sessions.layer());
    Ok(axum::serve(tokio::net::TcpListener::bind("127.0.0.1:3000").await?, app).await?)
}
