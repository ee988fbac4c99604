//! Many machines, one model server, a lossy network, sessions that come and go, all from one seed.
//!
//! `HOLDFAST_SIM_SEED=n` replays one seed, `HOLDFAST_SIM_SEEDS=n` runs seeds 0 … n.

mod server;
mod world;

use world::{Findings, World};

use server::Fault;

fn number(variable: &str) -> Option<u64> {
    std::env::var(variable).ok()?.parse().ok()
}

fn run(seed: u64, fault: Fault) -> Result<Findings, String> {
    World::new(seed, fault).run()
}

#[test]
fn nothing_typed_is_ever_missing_under_any_schedule() {
    let seeds = match number("HOLDFAST_SIM_SEED") {
        Some(seed) => seed..seed + 1,
        None => 0..number("HOLDFAST_SIM_SEEDS").unwrap_or(2_000),
    };
    let mut all = Findings::default();
    let count = seeds.end - seeds.start;
    for seed in seeds {
        match run(seed, Fault::None) {
            Ok(findings) => all.add(&findings),
            Err(what) => panic!("seed {seed}: {what}\nreplay with HOLDFAST_SIM_SEED={seed}"),
        }
    }
    println!("simulation: {count} seeds, {all}");
    if 100 < count {
        assert!(all.exercised(), "the schedules no longer reach everything: {all}");
    }
}

#[test]
fn a_server_that_acknowledges_before_it_has_stored_is_caught() {
    assert!(60 <= caught(Fault::AcksBeforeStoring));
}

#[test]
fn a_server_that_takes_a_retry_for_a_new_batch_is_caught() {
    assert!(60 <= caught(Fault::AcceptsTwice));
}

#[test]
fn a_server_that_lets_the_last_writer_win_is_caught() {
    assert!(90 <= caught(Fault::LastWriterWins));
}

#[test]
fn a_server_that_stores_something_else_than_it_was_sent_is_caught() {
    assert!(90 <= caught(Fault::DropsAnEdit));
}

/// How many of a hundred seeds the checker or an alarm of the machine catches.
fn caught(fault: Fault) -> usize {
    let caught = (0..100).filter(|seed| run(*seed, fault).is_err()).count();
    println!("simulation, control {fault:?}: {caught} of 100 seeds caught");
    caught
}
