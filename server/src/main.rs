//! The `holdfast` binary: reads the settings, starts the process, waits until it is asked to stop.

use std::io::Write as _;
use std::process::ExitCode;
use std::sync::Arc;

use holdfast::clock::AdvancingClock;
use holdfast_server::settings::{self, Asked, Log, Settings};
use holdfast_server::start::{announce, start};
use holdfast_user_pool::{SystemClock, SystemEntropy};
use tokio::signal::unix::{SignalKind, signal};
use tracing_subscriber::EnvFilter;

fn main() -> ExitCode {
    // A missing .env file is no error; one that cannot be read or understood is.
    if let Err(error) = dotenvy::dotenv()
        && !error.not_found()
    {
        return refuse(&format!(".env: {error}"));
    }
    let settings = match settings::from_args(std::env::args()) {
        Ok(Asked::Serve(settings)) => *settings,
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
        Ok(runtime) => runtime.block_on(run(settings)),
        Err(error) => refuse(&format!("the runtime cannot be started: {error}")),
    }
}

async fn run(settings: Settings) -> ExitCode {
    let clock = Arc::new(AdvancingClock::new(SystemClock));
    let (mut terminate, mut interrupt) = match (signal(SignalKind::terminate()), signal(SignalKind::interrupt())) {
        (Ok(terminate), Ok(interrupt)) => (terminate, interrupt),
        (Err(error), _) | (_, Err(error)) => return refuse(&format!("signals cannot be received: {error}")),
    };
    let running = match start(settings, clock, Arc::new(SystemEntropy)).await {
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
/// credentials before (RUSTSEC-2023-0125).
fn log(log: &Log) -> Result<(), String> {
    let filter =
        format!("{},aws=info,aws_smithy=info,aws_sdk=info,hyper=info,rustls=info,h2=info,sqlx=info", log.filter);
    let filter = EnvFilter::try_new(filter)
        .map_err(|error| format!("HOLDFAST_LOG: {error} (example: HOLDFAST_LOG=info,holdfast_server=debug)"))?;
    let subscriber = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    if log.json {
        subscriber.json().init()
    } else {
        subscriber.init()
    }
    Ok(())
}
