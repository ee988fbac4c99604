//! `HOLDFAST_BENCH_FSYNC_MS=4`: the same measurements as if every fsync took 4 ms longer, for the baseline and the
//! server alike. The conditions that are printed show it, because they are measured under it too.

use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::Command;

use crate::Result;

/// Both go on to the server, which is otherwise started with no environment of ours.
pub(crate) const PASSED_ON: [&str; 2] = ["HOLDFAST_BENCH_FSYNC_MS", "LD_PRELOAD"];

/// What an fsync of a solid-state disk without a cache that survives a power cut takes, in milliseconds.
const DISK_MS: &str = "4";

/// Measures the receipts once more, in a process of its own, as on a disk that waits; whether the promise is kept there.
pub(crate) fn receipts_again() -> Result<bool> {
    println!("\nThis disk answers an fsync out of a cache. The receipts again, every fsync {DISK_MS} ms longer:");
    let mut again = Command::new(std::env::current_exe()?);
    again.env(PASSED_ON[0], DISK_MS).env("HOLDFAST_BENCH_ONLY", "receipts");
    Ok(again.status()?.success())
}

/// Where that is asked for, replaces this process by itself with a slower fsync; returns once it has, or need not.
pub(crate) fn enter() -> Result<()> {
    let [asked, loaded] = PASSED_ON.map(std::env::var_os);
    if asked.is_none() || loaded.is_some() {
        return Ok(());
    }
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/promises/slow_disk.c");
    let library = Path::new(env!("CARGO_TARGET_TMPDIR")).join("slow_disk.so");
    let compiled = Command::new("cc").args(["-shared", "-fPIC", "-O1", "-o"]).arg(&library).arg(source).status()?;
    if !compiled.success() {
        return Err("HOLDFAST_BENCH_FSYNC_MS needs a C compiler".into());
    }
    Err(Command::new(std::env::current_exe()?).env("LD_PRELOAD", library).exec().into())
}
