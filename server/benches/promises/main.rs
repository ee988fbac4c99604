//! `make bench`: the numbers that Holdfast promises, each measured here and beside its baseline from the same run. The
//! release binary is driven over real HTTP; the exit code says whether every promise is kept.
//!
//! | variable | |
//! |---|---|
//! | `HOLDFAST_BIN` | the binary to measure (`make bench` sets it) |
//! | `HOLDFAST_BENCH_SITE` | the folder of the built site (`make bench` sets it) |
//! | `HOLDFAST_BENCH_SHORT=1` | fewer and shorter rounds: under 30 seconds, for CI |
//! | `HOLDFAST_BENCH_FSYNC_MS` | make every fsync this much slower, see `slow_disk` |
//! | `HOLDFAST_BENCH_ONLY` | `page`, `receipts`, `saves`, `history`, `session`, `list`, `start` or `memory`: measure that alone |

mod baseline;
mod client;
mod disk;
mod history;
mod list;
mod page;
mod plan;
mod receipts;
mod rest;
mod saves;
mod server;
mod session;
mod slow_disk;
mod stats;
mod table;

use std::process::ExitCode;

use plan::Plan;
use table::{Row, Table};

/// Whatever goes wrong ends the run: a number that was not measured is no number.
type Result<T> = std::result::Result<T, Box<dyn std::error::Error + Send + Sync>>;

/// One thread for all clients: the other core is the server's.
#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    match measure().await {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => {
            eprintln!("bench: a promise is broken");
            ExitCode::FAILURE
        }
        Err(error) => {
            eprintln!("bench: {error}");
            ExitCode::from(2)
        }
    }
}

async fn measure() -> Result<bool> {
    slow_disk::enter()?;
    let plan = Plan::from_environment()?;
    let (conditions, waits_for_the_disk) = disk::conditions(plan.directory.path())?;
    println!("{conditions}");
    let mut table = Table::default();
    if plan.measures("page") {
        table.add(page::size(&plan)?);
    }
    if plan.measures("receipts") {
        receipts::measure(&plan, waits_for_the_disk, &mut table).await?;
    }
    if plan.measures("saves") {
        saves::measure(&plan, &mut table).await?;
    }
    if plan.measures("history") {
        history::measure(&plan, &mut table).await?;
    }
    if plan.measures("session") {
        table.add(session::measure(&plan).await?);
    }
    if plan.measures("list") {
        list::measure(&plan, &mut table).await?;
    }
    if plan.measures("start") {
        table.add(rest::start(&plan).await?);
    }
    if plan.measures("memory") {
        table.add(rest::memory(&plan).await?);
    }
    if plan.only.is_none() {
        table.add(Row::by_hand("`make run` from bare", "15 min"));
        table.add(Row::by_hand("warm rebuild, one line of app changed", "60 s"));
    }
    print!("{table}");
    let slower = if waits_for_the_disk || !plan.measures("receipts") { true } else { slow_disk::receipts_again()? };
    Ok(table.kept() && slower)
}
