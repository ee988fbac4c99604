//! Configuration: environment variables (a `.env` file is read too) or the flags of the same names. A wrong value stops
//! the start with the variable's name, the value's problem and an example.

mod api;
mod cognito;
mod managed;
mod policy;
mod proxies;
mod table;

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{Arg, ArgMatches, Command, value_parser};
use holdfast::session::Thresholds;
use holdfast_user_pool::PoolConfig;
use holdfast_user_pool::settings::{self as values, SettingError, read};

pub use self::api::Api;
pub use self::cognito::{AuthFlow, Cognito};
pub use self::managed::ManagedLogin;
pub use self::policy::PolicySettings;
pub use self::proxies::Proxies;
pub use self::table::{VARIABLES, Variable};

/// Sessions are kept this long after their end, so that a cookie of yesterday is still told why.
pub(crate) const KEEP_ENDED_MS: i64 = 30 * 24 * 60 * 60 * 1000;

/// Where tokens come from.
#[derive(Debug, Clone)]
pub enum Provider {
    /// The pool inside this process, over loopback HTTP.
    Embedded(Box<PoolConfig>),
    /// Amazon Cognito, or what speaks its protocol.
    Cognito(Box<Cognito>),
}

/// How to log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Log {
    /// Filter directives.
    pub filter: String,
    /// One JSON object per line instead of text.
    pub json: bool,
}

/// Everything the process needs to know.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Where to listen.
    pub addr: SocketAddr,
    /// The one origin, without a trailing slash; `None` until the port is known: `http://<addr>`.
    pub public_url: Option<String>,
    /// Proxies whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Proxies,
    /// The data directory.
    pub data: PathBuf,
    /// The database.
    pub database_url: String,
    /// The key ring as configured; `None`: the key file in the data directory.
    pub keys: Option<String>,
    /// Where tokens come from.
    pub provider: Provider,
    /// Which tokens programs may bring.
    pub api: Api,
    /// How a sign-in begins.
    pub auth_flow: AuthFlow,
    /// Where people sign in on the pool's own pages.
    pub managed_login: Option<ManagedLogin>,
    /// The operator's policy, and their own limits.
    pub policy: PolicySettings,
    /// How long after a natural end saves are still taken, in milliseconds; 0 turns it off.
    pub escrow_ms: i64,
    /// When notice and warning are due, before they are cut to the window.
    pub thresholds: Thresholds,
    /// Whether sessions are bound to a key of the device where the browser offers it.
    pub device_binding: bool,
    /// Where metrics are served; `None`: nowhere.
    pub metrics_addr: Option<SocketAddr>,
    /// Whether `/__control` is open.
    pub control: bool,
    /// How to log.
    pub log: Log,
}

/// What there is to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Task {
    /// Serve, until asked to stop.
    Serve,
    /// Copy the database into this file.
    Backup(PathBuf),
    /// Put this backup in the place of the database.
    Restore(PathBuf),
}

/// What the command line asks for.
#[derive(Debug)]
pub enum Asked {
    /// Do this with these settings.
    Run(Box<Settings>, Task),
    /// Print this text and leave (`--help`, `--version`).
    Print(String),
}

/// Reads the command line and the environment.
///
/// # Errors
/// One line for the person who started the process.
pub fn from_args(args: impl IntoIterator<Item = String>) -> Result<Asked, String> {
    let mut command = Command::new("holdfast")
        .version(env!("CARGO_PKG_VERSION"))
        .about("A document editor in which a session may end at any instant and no typed character is lost.")
        .subcommand(with_file(
            "backup",
            "Copy the database into a file that is not there yet, also while Holdfast runs, and check it",
        ))
        .subcommand(with_file("restore", "Put a backup in the place of a database that is not there"))
        .after_help("Every flag is also an environment variable; a .env file in the working directory is read.");
    for variable in VARIABLES {
        command = command.arg(
            Arg::new(variable.name)
                .long(flag(variable.name))
                .env(variable.name)
                .hide_env_values(true)
                .value_name("VALUE")
                .help(format!("{} [default: {}]", variable.help, variable.default)),
        );
    }
    let matches = match command.try_get_matches_from(args) {
        Ok(matches) => matches,
        Err(error) if error.use_stderr() => return Err(error.to_string().trim_end().to_owned()),
        Err(help) => return Ok(Asked::Print(help.to_string())),
    };
    // What is no variable of ours (AWS's own credentials) is looked up in the environment itself.
    let lookup = |name: &str| match matches.try_get_one::<String>(name) {
        Ok(value) => value.cloned(),
        Err(_unknown) => std::env::var(name).ok(),
    };
    let settings = Box::new(from_lookup(lookup).map_err(|error| error.to_string())?);
    let file = |matches: &ArgMatches| matches.get_one::<PathBuf>("FILE").cloned().unwrap_or_default();
    let task = match matches.subcommand() {
        Some(("backup", matches)) => Task::Backup(file(matches)),
        Some(("restore", matches)) => Task::Restore(file(matches)),
        _ => Task::Serve,
    };
    Ok(Asked::Run(settings, task))
}

fn with_file(name: &'static str, about: &'static str) -> Command {
    let file = Arg::new("FILE").required(true).value_parser(value_parser!(PathBuf)).help("The backup");
    Command::new(name).about(about).arg(file)
}

/// `HOLDFAST_POOL_ACCESS_TTL` is `--pool-access-ttl`.
fn flag(name: &str) -> String {
    name.trim_start_matches("HOLDFAST_").to_ascii_lowercase().replace('_', "-")
}

/// Reads the settings from anything that knows variables by name.
///
/// # Errors
/// The first variable whose value cannot be used.
pub fn from_lookup(lookup: impl Fn(&str) -> Option<String>) -> Result<Settings, SettingError> {
    let addr = read(&lookup, "HOLDFAST_ADDR", "127.0.0.1:3000", parse_addr)?
        .unwrap_or(SocketAddr::from(([127, 0, 0, 1], 3000)));
    let public_url = read(&lookup, "HOLDFAST_PUBLIC_URL", "https://write.example.com", parse_origin)?;
    let data = PathBuf::from(lookup("HOLDFAST_DATA").filter(|text| !text.is_empty()).unwrap_or("./data".into()));
    let database_url = read(&lookup, "HOLDFAST_DATABASE_URL", "sqlite://data/holdfast.db", |text| {
        let known = text.starts_with("sqlite:");
        known.then(|| text.to_owned()).ok_or_else(|| format!("{text:?} does not begin with sqlite:"))
    })?
    .unwrap_or_else(|| format!("sqlite://{}", data.join("holdfast.db").display()));
    let provider = match Cognito::read(&lookup)? {
        Some(cognito) => Provider::Cognito(Box::new(cognito)),
        None => {
            let mut pool = PoolConfig::new(&data);
            values::apply(&mut pool, &lookup)?;
            Provider::Embedded(Box::new(pool))
        }
    };
    let control = read(&lookup, "HOLDFAST_CONTROL", "1", values::parse_switch)?.unwrap_or(false);
    check_control(control, &provider, addr)?;
    let managed_login = ManagedLogin::read(&lookup, &provider)?;
    Ok(Settings {
        addr,
        public_url,
        trusted_proxies: read(&lookup, "HOLDFAST_TRUSTED_PROXIES", "10.0.0.0/8", Proxies::parse)?.unwrap_or_default(),
        data,
        database_url,
        keys: read(&lookup, "HOLDFAST_KEYS", "2026a:<base64 of 32 random bytes>", parse_keys)?,
        provider,
        api: Api::read(&lookup)?,
        managed_login,
        auth_flow: read(&lookup, "HOLDFAST_COGNITO_AUTH_FLOW", "srp", cognito::parse_auth_flow)?.unwrap_or_default(),
        policy: PolicySettings::read(&lookup)?,
        thresholds: Thresholds {
            notice_ms: read(&lookup, "HOLDFAST_NOTICE", "60m", parse_ms)?.unwrap_or(60 * 60_000),
            warning_ms: read(&lookup, "HOLDFAST_WARNING", "10m", parse_ms)?.unwrap_or(10 * 60_000),
        },
        escrow_ms: read(&lookup, "HOLDFAST_ESCROW", "24h", parse_escrow)?.unwrap_or(24 * 60 * 60_000),
        device_binding: read(&lookup, "HOLDFAST_DBSC", "off", values::parse_switch)?.unwrap_or(true),
        metrics_addr: read(&lookup, "HOLDFAST_METRICS_ADDR", "127.0.0.1:9464", parse_addr)?,
        control,
        log: Log {
            filter: lookup("HOLDFAST_LOG").filter(|text| !text.is_empty()).unwrap_or_else(|| "info".to_owned()),
            json: read(&lookup, "HOLDFAST_LOG_FORMAT", "json", parse_log_format)?.unwrap_or(false),
        },
    })
}

/// `/__control` moves clocks and disables users: never against a real pool, never reachable from another machine.
fn check_control(control: bool, provider: &Provider, addr: SocketAddr) -> Result<(), SettingError> {
    let problem = match provider {
        _ if !control => return Ok(()),
        Provider::Cognito(_) => "the control routes need the embedded pool, and a Cognito pool is configured",
        Provider::Embedded(_) if !addr.ip().is_loopback() => "the control routes need a loopback HOLDFAST_ADDR",
        Provider::Embedded(_) => return Ok(()),
    };
    Err(SettingError { variable: "HOLDFAST_CONTROL", problem: problem.to_owned(), example: "0" })
}

fn parse_addr(text: &str) -> Result<SocketAddr, String> {
    text.parse().map_err(|_| format!("{text:?} is not an IP address and port"))
}

fn parse_origin(text: &str) -> Result<String, String> {
    let problem = || format!("{text:?} is not an origin (scheme, host and port, nothing behind it)");
    let uri: http::Uri = text.parse().map_err(|_| problem())?;
    let (Some(scheme), Some(authority)) = (uri.scheme_str(), uri.authority()) else { return Err(problem()) };
    let bare = matches!(scheme, "http" | "https") && uri.query().is_none() && matches!(uri.path(), "" | "/");
    if !bare || authority.as_str().contains('@') {
        return Err(problem());
    }
    Ok(format!("{scheme}://{}", authority.as_str().to_ascii_lowercase()))
}

fn parse_keys(text: &str) -> Result<String, String> {
    holdfast_session::seal::Keys::parse(text).map(|_| text.to_owned()).map_err(|error| error.to_string())
}

fn parse_ms(text: &str) -> Result<i64, String> {
    values::parse_duration(text).map(|duration| i64::try_from(duration.as_millis()).unwrap_or(i64::MAX))
}

/// Ended sessions are forgotten after thirty days, and with them whose a late save is.
fn parse_escrow(text: &str) -> Result<i64, String> {
    match parse_ms(text)? {
        ms if ms <= KEEP_ENDED_MS => Ok(ms),
        _ => Err(format!("{text:?} is longer than ended sessions are remembered, which is 30d")),
    }
}

fn parse_log_format(text: &str) -> Result<bool, String> {
    match text {
        "json" => Ok(true),
        "text" => Ok(false),
        _ => Err(format!("{text:?} is neither text nor json")),
    }
}

#[cfg(test)]
mod tests;
