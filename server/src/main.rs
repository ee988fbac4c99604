//! The `holdfast` binary: reads the settings, starts the process, waits until it is asked to stop.

use std::io::{IsTerminal as _, Write as _};
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use holdfast::clock::AdvancingClock;
use holdfast_server::backup::{self, Made};
use holdfast_server::settings::{self, Asked, Log, Settings, Task};
use holdfast_server::start::{announce, start};
use holdfast_user_pool::{SystemClock, SystemEntropy};
use tokio::signal::unix::{SignalKind, signal};
use tracing::Level;
use tracing_subscriber::filter::filter_fn;
use tracing_subscriber::layer::{Layer as _, SubscriberExt as _};
use tracing_subscriber::util::SubscriberInitExt as _;
use tracing_subscriber::{EnvFilter, fmt};

const LAST_MOMENT: Duration = Duration::from_secs(1);

fn main() -> ExitCode {
    // A missing .env file is no error; one that cannot be read or understood is.
    if let Err(error) = dotenvy::dotenv()
        && !error.not_found()
    {
        return refuse(&format!(".env: {error}"));
    }
    let (settings, task) = match settings::from_args(std::env::args()) {
        Ok(Asked::Run(settings, task)) => (*settings, task),
        Ok(Asked::Print(text)) => {
            let _closed_pipe = write!(std::io::stdout(), "{text}");
            return ExitCode::SUCCESS;
        }
        Err(line) => return refuse(&line),
    };
    if let Err(line) = log(&settings.log) {
        return refuse(&line);
    }
    match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => {
            let code = runtime.block_on(carry_out(settings, task));
            // Everything that was acknowledged is on disk by now; what still computes is not waited for.
            runtime.shutdown_timeout(LAST_MOMENT);
            code
        }
        Err(error) => refuse(&format!("the runtime cannot be started: {error}")),
    }
}

async fn carry_out(settings: Settings, task: Task) -> ExitCode {
    let made = match task {
        Task::Serve => return serve(settings).await,
        Task::Backup(file) => backup::backup(&settings.database_url, &file).await,
        Task::Restore(file) => backup::restore(&settings.database_url, &file).await,
    };
    match made {
        Ok(Made { path, bytes, documents }) => {
            let line = format!("{}: {documents} documents, {bytes} bytes, checked", path.display());
            let _closed_pipe = writeln!(std::io::stdout(), "{line}");
            ExitCode::SUCCESS
        }
        Err(error) => refuse(&error.line()),
    }
}

async fn serve(settings: Settings) -> ExitCode {
    let clock = Arc::new(AdvancingClock::new(SystemClock));
    let (mut terminate, mut interrupt) = match (signal(SignalKind::terminate()), signal(SignalKind::interrupt())) {
        (Ok(terminate), Ok(interrupt)) => (terminate, interrupt),
        (Err(error), _) | (_, Err(error)) => return refuse(&format!("signals cannot be received: {error}")),
    };
    // Starting waits for a database that somebody else has; it can be stopped all the same.
    let started = tokio::select! {
        started = start(settings, clock, Arc::new(SystemEntropy)) => started,
        _ = terminate.recv() => return ExitCode::SUCCESS,
        _ = interrupt.recv() => return ExitCode::SUCCESS,
    };
    let running = match started {
        Ok(running) => running,
        Err(error) => return refuse(&error.line()),
    };
    let _closed_pipe = write!(std::io::stdout(), "{}", announce(&running));
    tokio::select! {
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
    }
    tracing::info!("stopping");
    running.stop().await;
    ExitCode::SUCCESS
}

fn refuse(line: &str) -> ExitCode {
    let _closed_pipe = writeln!(std::io::stderr(), "holdfast: {line}");
    ExitCode::FAILURE
}

/// Logs go to stderr. What is below us is capped at `info` whatever the filter says: traces of AWS crates have held
/// credentials before (RUSTSEC-2023-0125). Two filters, because the more specific directive of one wins.
fn log(log: &Log) -> Result<(), String> {
    let asked = EnvFilter::try_new(&log.filter)
        .map_err(|error| format!("HOLDFAST_LOG: {error} (example: HOLDFAST_LOG=info,holdfast_server=debug)"))?;
    // What tower-sessions finds suspicious, a cookie whose session is gone, is every sign-in after an expiry.
    let cap = filter_fn(|meta| {
        let most = if meta.target().starts_with("tower_sessions") { Level::ERROR } else { Level::INFO };
        *meta.level() <= most || meta.target().starts_with("holdfast")
    });
    // Colours are for a terminal; in a file or a journal they are noise.
    let lines = fmt::layer().with_writer(std::io::stderr);
    let lines = if std::io::stderr().is_terminal() { lines } else { lines.with_ansi(false) };
    let registry = tracing_subscriber::registry();
    if log.json {
        registry.with(lines.json().with_filter(asked).with_filter(cap)).init();
    } else {
        registry.with(lines.with_filter(asked).with_filter(cap)).init();
    }
    Ok(())
}
