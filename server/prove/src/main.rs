//! `make prove`: Holdfast is broken on purpose, thousands of times, and what was lost is counted. The release binary is
//! driven from outside, over HTTP; the state machine is the very code that ships. Every part has a *control*, something
//! that is really broken, which it must catch: a proof that cannot fail proves nothing. `docs/proof.md` tells it all.

mod author;
mod count;
mod disk;
mod http;
mod integrity;
mod keystrokes;
mod kill;
mod plan;
mod power;
mod random;
mod rotation;
mod server;
mod shim;
mod simulation;
mod stopwatch;

use std::process::ExitCode;

use count::Count;
use plan::{Part, Plan};

/// What ends a part: something was lost, a control was not caught, or the part could not be carried out.
type Result<T> = std::result::Result<T, Box<dyn std::error::Error + Send + Sync>>;

fn main() -> ExitCode {
    let plan = match Plan::from_arguments(std::env::args().skip(1)) {
        Ok(plan) => plan,
        Err(error) => {
            eprintln!("prove: {error}\n\n{}", plan::USAGE);
            return ExitCode::from(2);
        }
    };
    let mut count = Count::default();
    for part in &plan.parts {
        println!("==> {}", part.name());
        let figures = match part {
            Part::Simulation => simulation::prove(&plan),
            Part::Keystrokes => keystrokes::prove(&plan),
            Part::Kill => kill::prove(&plan),
            Part::Rotation => rotation::prove(&plan),
            Part::Power => power::prove(&plan),
            Part::Disk => disk::prove(&plan),
        };
        count.add(*part, figures);
    }
    count.finish()
}
