//! What is measured, with what, and for how long.

use std::path::PathBuf;
use std::time::Duration;

use tempfile::TempDir;

use crate::Result;

pub(crate) struct Plan {
    /// The binary to measure.
    pub(crate) binary: PathBuf,
    /// The folder of the built site.
    pub(crate) site: PathBuf,
    /// Data directories go here: on the disk of the checkout, never in memory.
    pub(crate) directory: TempDir,
    /// Measure this alone.
    pub(crate) only: Option<String>,
    /// How often what is a rate is measured; the median counts.
    pub(crate) rounds: usize,
    /// How long one round of receipts takes.
    pub(crate) receipts_for: Duration,
    /// Saves of one round into each document. A document of 1 MB gets a new snapshot every 4,096 saves, so that a long
    /// round has exactly the share of one that every save owes.
    pub(crate) saves: u64,
    /// Requests of one round that shows what a session costs. CPU time is told in steps of 10 ms.
    pub(crate) requests: u64,
    /// How often the process is started.
    pub(crate) starts: usize,
    /// How long it is left alone before its memory is read.
    pub(crate) rest: Duration,
}

impl Plan {
    pub(crate) fn from_environment() -> Result<Self> {
        let path = |name: &str| {
            let value = std::env::var_os(name).ok_or_else(|| format!("{name} is not set: run `make bench`"))?;
            let path = std::path::absolute(PathBuf::from(value))?;
            if path.exists() { Ok(path) } else { Err(format!("{name}: {} is not there", path.display())) }
                .map_err(<Box<dyn std::error::Error + Send + Sync>>::from)
        };
        let short = std::env::var_os("HOLDFAST_BENCH_SHORT").is_some_and(|value| value == "1");
        let seconds = Duration::from_secs;
        Ok(Self {
            binary: path("HOLDFAST_BIN")?,
            site: path("HOLDFAST_BENCH_SITE")?,
            directory: tempfile::Builder::new().prefix("bench-").tempdir_in(env!("CARGO_TARGET_TMPDIR"))?,
            only: std::env::var("HOLDFAST_BENCH_ONLY").ok().filter(|only| !only.is_empty()),
            rounds: if short { 1 } else { 3 },
            receipts_for: seconds(if short { 1 } else { 5 }),
            saves: if short { 400 } else { 4096 },
            requests: if short { 2_000 } else { 20_000 },
            starts: if short { 5 } else { 10 },
            rest: seconds(if short { 2 } else { 5 }),
        })
    }

    pub(crate) fn measures(&self, what: &str) -> bool {
        self.only.as_deref().is_none_or(|only| only == what)
    }
}
