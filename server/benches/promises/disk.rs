//! Where the figures come from: cores, load, file system, and how long its fsync takes.

use std::io::Write;
use std::path::Path;

use crate::Result;
use crate::stats::{milliseconds, now, percentile};

const FSYNCS: usize = 200;

/// Faster than this (p50, milliseconds) an fsync is answered by a cache, and one commit for many gains little: two cores
/// cannot make ten times as many receipts as such a disk makes commits.
const CACHE_MS: f64 = 2.0;

/// For the reader of the table, and whether the disk is one that sharing a commit is for.
pub(crate) fn conditions(directory: &Path) -> Result<(String, bool)> {
    let cores = std::thread::available_parallelism()?.get();
    let load = std::fs::read_to_string("/proc/loadavg")?;
    let load: f64 = load.split(' ').next().unwrap_or_default().parse()?;
    let (p50, p99) = fsync_latency(directory)?;
    let mut text = format!(
        "{cores} cores, load {load:.1}; {} with an fsync of {p50:.2} ms (p50), {p99:.2} ms (p99)",
        file_system(directory)?
    );
    if cores as f64 / 2.0 < load {
        text.push_str("\nTHE MACHINE IS BUSY: rates and ratios say little; measure again when it is at rest");
    }
    Ok((text, CACHE_MS <= p50))
}

/// The type of the file system that holds `directory`.
fn file_system(directory: &Path) -> Result<String> {
    let directory = directory.canonicalize()?;
    let mounts = std::fs::read_to_string("/proc/self/mounts")?;
    let holding = mounts.lines().filter_map(|line| {
        let mut fields = line.split(' ').skip(1);
        let (point, kind) = (fields.next()?, fields.next()?);
        directory.starts_with(point).then_some((point.len(), kind))
    });
    let (_, kind) = holding.max_by_key(|(length, _)| *length).ok_or("no file system holds the directory")?;
    if kind == "tmpfs" {
        return Err("the target directory is in memory: nothing durable can be measured there".into());
    }
    Ok(kind.to_owned())
}

/// What appending a page and forcing it to the disk takes: p50 and p99, in milliseconds.
fn fsync_latency(directory: &Path) -> Result<(f64, f64)> {
    let mut file = std::fs::File::create(directory.join("fsync"))?;
    let mut times = Vec::with_capacity(FSYNCS);
    for _ in 0..FSYNCS {
        file.write_all(&[1; 4096])?;
        let began = now();
        file.sync_data()?;
        times.push(milliseconds(began.elapsed()));
    }
    percentile(&times, 0.5).zip(percentile(&times, 0.99)).ok_or_else(|| "no fsync was measured".into())
}
