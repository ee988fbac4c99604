//! `holdfast-user-pool`: the embedded user pool as a process of its own.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use holdfast::clock::AdvancingClock;
use holdfast_user_pool::settings::{self, SettingError};
use holdfast_user_pool::{PoolConfig, SystemClock, SystemEntropy, UserPool};
use tokio::signal::unix::{SignalKind, signal};
use tracing_subscriber::EnvFilter;

const HELP: &str = "\
holdfast-user-pool: a user pool that speaks Amazon Cognito's JSON protocol, for development and tests only

Usage: holdfast-user-pool [--help]

Environment variables, all optional:
  HOLDFAST_POOL_ADDR         where to listen                            [127.0.0.1:9229]
  HOLDFAST_DATA              directory that keeps the pool's state      [./data]
  HOLDFAST_POOL_USERS        users, as ada@example.com:Password-1,…     [a demo user, printed at start]
  HOLDFAST_POOL_ACCESS_TTL   validity of access and ID tokens           [60m]
  HOLDFAST_POOL_REFRESH_TTL  validity of refresh tokens                 [24h]
  HOLDFAST_POOL_ROTATION     refresh token rotation, on or off          [off]
  HOLDFAST_POOL_GRACE        how long a rotated token still works       [60s]
  HOLDFAST_POOL_MAX_SESSIONS sessions a user has at once, 1 to 100      [not counted]
  HOLDFAST_POOL_CLIENT_SECRET  the app client's secret, if it has one   [none]
  HOLDFAST_POOL_CALLBACK_URLS where managed login may lead back to,
                             separated by commas                        [no managed login]
  HOLDFAST_POOL_LOGOUT_URLS  where its /logout may lead to              [nowhere]
  HOLDFAST_POOL_SSO_TTL      how long a browser stays signed in there   [60m]
  HOLDFAST_POOL_STRICT       only validities that Cognito takes         [off]
  HOLDFAST_CONTROL           1 opens /__control, on loopback only       [0]
  RUST_LOG                   what is logged                             [info]

Durations are whole numbers with a unit: 90s, 60m, 24h, 30d.";

struct Settings {
    addr: SocketAddr,
    control: bool,
    pool: PoolConfig,
}

fn main() -> ExitCode {
    match std::env::args().nth(1).as_deref() {
        None => {}
        Some("--help" | "-h") => {
            println!("{HELP}");
            return ExitCode::SUCCESS;
        }
        Some(other) => return fail(&format!("unknown argument {other:?} (see holdfast-user-pool --help)")),
    }
    let settings = match settings(|name| std::env::var(name).ok()) {
        Ok(settings) => settings,
        Err(error) => return fail(&error.to_string()),
    };
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info"));
    tracing_subscriber::fmt().with_env_filter(filter).init();
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return fail(&format!("cannot start: {error}")),
    };
    match runtime.block_on(run(settings)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(problem) => fail(&problem),
    }
}

/// One line, because that is what fits into the log of whatever started this.
fn fail(problem: &str) -> ExitCode {
    eprintln!("holdfast-user-pool: {problem}");
    ExitCode::FAILURE
}

fn settings(lookup: impl Fn(&str) -> Option<String>) -> Result<Settings, SettingError> {
    let addr = settings::read(&lookup, "HOLDFAST_POOL_ADDR", "127.0.0.1:9229", |text| {
        text.parse::<SocketAddr>().map_err(|_| format!("{text:?} is not an IP address and a port"))
    })?;
    let addr = addr.unwrap_or_else(|| SocketAddr::from(([127, 0, 0, 1], 9229)));
    let data = lookup("HOLDFAST_DATA").filter(|dir| !dir.is_empty()).unwrap_or_else(|| "./data".to_owned());
    let control = settings::read(&lookup, "HOLDFAST_CONTROL", "1", settings::parse_switch)?.unwrap_or(false);
    if control && !addr.ip().is_loopback() {
        return Err(SettingError {
            variable: "HOLDFAST_CONTROL",
            problem: format!("refused, because HOLDFAST_POOL_ADDR is {addr} and not a loopback address"),
            example: "0",
        });
    }
    let mut pool = PoolConfig::new(PathBuf::from(data));
    settings::apply(&mut pool, &lookup)?;
    pool.client_secret =
        settings::read(&lookup, "HOLDFAST_POOL_CLIENT_SECRET", "a_secret_of_24_characters", parse_secret)?;
    Ok(Settings { addr, control, pool })
}

/// Says nothing of the secret itself.
fn parse_secret(text: &str) -> Result<String, String> {
    let allowed = text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_+".contains(&byte));
    let problem = || "a secret has at least 24 letters, digits, _ and +".to_owned();
    (allowed && text.len() >= 24).then(|| text.to_owned()).ok_or_else(problem)
}

async fn run(settings: Settings) -> Result<(), String> {
    let shutdown = shutdown().map_err(|error| format!("cannot catch signals: {error}"))?;
    let clock = Arc::new(AdvancingClock::new(SystemClock));
    let pool = UserPool::open(settings.pool, Arc::clone(&clock) as _, Arc::new(SystemEntropy))
        .map_err(|error| error.to_string())?;
    let listener = tokio::net::TcpListener::bind(settings.addr)
        .await
        .map_err(|error| format!("HOLDFAST_POOL_ADDR: cannot listen on {}: {error}", settings.addr))?;
    let addr = listener.local_addr().map_err(|error| error.to_string())?;
    pool.set_base_url(&format!("http://{addr}"));

    println!("endpoint  http://{addr}");
    println!("issuer    {}", pool.issuer());
    println!("pool id   {}", pool.pool_id());
    println!("client id {}", pool.client_id());
    if let Some(demo) = pool.demo_user() {
        println!("demo user {}  password {}", demo.email, demo.password);
    }
    let mut router = pool.router();
    if settings.control {
        println!("control   http://{addr}/__control");
        let advance = move |seconds| clock.advance(time::Duration::seconds(seconds));
        router = router.nest("/__control", pool.control_router(advance));
    }
    holdfast_user_pool::serve(router, listener, shutdown).await;
    Ok(())
}

/// Resolves at ctrl-c or SIGTERM. Both are caught from the moment this returns, and so before anyone is told that the
/// pool is up.
fn shutdown() -> std::io::Result<impl Future<Output = ()>> {
    let mut interrupted = signal(SignalKind::interrupt())?;
    let mut terminated = signal(SignalKind::terminate())?;
    Ok(async move {
        tokio::select! {
            _ = interrupted.recv() => {}
            _ = terminated.recv() => {}
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_long_enough_and_never_repeated() {
        let lookup =
            |secret: &'static str| move |name: &str| (name == "HOLDFAST_POOL_CLIENT_SECRET").then(|| secret.to_owned());
        let set = settings(lookup("a_secret_of_24_characters")).unwrap();
        assert_eq!(set.pool.client_secret.as_deref(), Some("a_secret_of_24_characters"));
        let refused = settings(lookup("too-short")).err().map(|error| error.to_string()).unwrap_or_default();
        assert!(refused.starts_with("HOLDFAST_POOL_CLIENT_SECRET") && !refused.contains("too-short"), "{refused}");
    }

    #[test]
    fn the_control_plane_is_refused_beyond_loopback() {
        let lookup = |addr: &'static str| {
            move |name: &str| match name {
                "HOLDFAST_CONTROL" => Some("1".to_owned()),
                "HOLDFAST_POOL_ADDR" => Some(addr.to_owned()),
                _ => None,
            }
        };
        assert!(settings(lookup("127.0.0.1:0")).is_ok_and(|settings| settings.control));
        assert!(settings(lookup("[::1]:0")).is_ok());
        let error = settings(lookup("0.0.0.0:9229")).err().map(|error| error.variable);
        assert_eq!(error, Some("HOLDFAST_CONTROL"));
        assert!(settings(lookup("localhost")).is_err());
    }
}
