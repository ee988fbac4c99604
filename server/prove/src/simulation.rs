//! E12, P6, P32: whole worlds from seeds, over the state machines that ship (`holdfast::sync::simulation`), on all cores.
//!
//! The controls are worlds in which one thing is really broken; each must be found in at least so many of a hundred.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

use holdfast::sync::simulation::{Fault, Findings, run, schedule};

use crate::Result;
use crate::count::Figures;
use crate::plan::Plan;
use crate::stopwatch::now;

/// So many seeds are handed to a core at a time.
const HANDFUL: u64 = 64;
/// After so many handfuls something is said.
const TOLD: u64 = 1_000;

pub(crate) fn prove(plan: &Plan) -> Result<Figures> {
    let (began, seeds) = (now(), plan.count(10_000, 1_000_000));
    let cores = std::thread::available_parallelism()?.get();
    let (next, all) = (AtomicU64::new(0), Mutex::new((Findings::default(), None::<(u64, String)>)));
    std::thread::scope(|scope| {
        for _ in 0..cores {
            scope.spawn(|| {
                loop {
                    let from = next.fetch_add(HANDFUL, Ordering::Relaxed);
                    if seeds <= from {
                        break;
                    }
                    let mut own = Findings::default();
                    for number in from..seeds.min(from + HANDFUL) {
                        let seed = plan.seed.wrapping_add(number);
                        match run(seed, Fault::None) {
                            Ok(findings) => own.add(&findings),
                            Err(what) => {
                                next.fetch_max(seeds, Ordering::Relaxed);
                                all.lock().unwrap_or_else(PoisonError::into_inner).1 = Some((seed, what));
                            }
                        }
                    }
                    all.lock().unwrap_or_else(PoisonError::into_inner).0.add(&own);
                    if from % (TOLD * HANDFUL) == 0 && 0 < from {
                        println!("    about {from} seeds");
                    }
                }
            });
        }
    });
    let (findings, failed) = all.into_inner().unwrap_or_else(PoisonError::into_inner);
    if let Some((seed, what)) = failed {
        println!("{}", schedule(seed, Fault::None).join("\n"));
        return Err(format!("seed {seed}: {what}; `--seed {seed} --count 1` replays it").into());
    }
    let took = began.elapsed();
    let controls = controls(plan.seed)?;
    let rate = seeds as f64 / took.as_secs_f64();
    let line = format!(
        "{seeds} seeds from {}, {findings}; 0 alarms; {rate:.0} seeds/s on {cores} cores; controls: {controls}",
        plan.seed
    );
    if 1_000 <= seeds && !findings.is_exercised() {
        return Err(format!("the schedules no longer reach everything: {line}").into());
    }
    Ok(Figures::Line(line))
}

fn controls(first: u64) -> Result<String> {
    let mut found = Vec::new();
    for (fault, at_least) in Fault::CONTROLS {
        let caught = (first..first + 100).filter(|seed| run(*seed, fault).is_err()).count();
        if caught < at_least {
            return Err(format!("the control {fault:?} was caught in {caught} of 100 worlds only").into());
        }
        found.push(format!("{fault:?} {caught}%"));
    }
    Ok(found.join(", "))
}
