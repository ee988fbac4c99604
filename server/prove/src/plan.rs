//! What is asked for on the command line.

use std::path::PathBuf;

use crate::Result;

pub(crate) const USAGE: &str = "usage: holdfast-prove [--seed N] [--long] [--count N] [part…]
parts: simulation keystrokes kill rotation power disk (all of them when none is named)
  --seed N    everything random follows from it (default 1)
  --long      the long run: hours, the figures of docs/proof.md
  --count N   so many seeds, cycles, cuts or failing calls, instead of the part's own number
HOLDFAST_BIN is the release binary, HOLDFAST_TRACES the folder of recorded keystrokes.";

#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Part {
    Simulation,
    Keystrokes,
    Kill,
    Rotation,
    Power,
    Disk,
}

impl Part {
    const ALL: [Self; 6] = [Self::Simulation, Self::Keystrokes, Self::Kill, Self::Rotation, Self::Power, Self::Disk];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Simulation => "simulation",
            Self::Keystrokes => "keystrokes",
            Self::Kill => "kill",
            Self::Rotation => "rotation",
            Self::Power => "power",
            Self::Disk => "disk",
        }
    }
}

pub(crate) struct Plan {
    pub(crate) parts: Vec<Part>,
    pub(crate) seed: u64,
    long: bool,
    count: Option<u64>,
}

impl Plan {
    pub(crate) fn from_arguments(mut arguments: impl Iterator<Item = String>) -> Result<Self> {
        let mut plan = Self { parts: Vec::new(), seed: 1, long: false, count: None };
        while let Some(argument) = arguments.next() {
            let mut number = || -> Result<u64> {
                let value = arguments.next().ok_or_else(|| format!("{argument} needs a number"))?;
                value.parse().map_err(|_| format!("{argument} needs a number, not {value}").into())
            };
            match argument.as_str() {
                "--seed" => plan.seed = number()?,
                "--count" => plan.count = Some(number()?),
                "--long" => plan.long = true,
                name => {
                    let part = Part::ALL.into_iter().find(|part| part.name() == name);
                    plan.parts.push(part.ok_or_else(|| format!("there is no part {name}"))?);
                }
            }
        }
        if plan.parts.is_empty() {
            plan.parts.extend(Part::ALL);
        }
        if plan.count.is_some() && plan.parts.len() != 1 {
            return Err("--count goes with one part".into());
        }
        Ok(plan)
    }

    /// How many of what a part counts: in the short run, which CI has the time for, or in the long one.
    pub(crate) fn count(&self, short: u64, long: u64) -> u64 {
        self.count.unwrap_or(if self.long { long } else { short })
    }

    /// The binary to break.
    pub(crate) fn binary(&self) -> Result<PathBuf> {
        let path = std::env::var_os("HOLDFAST_BIN").ok_or("HOLDFAST_BIN is not set; `make prove` sets it")?;
        let path = PathBuf::from(path);
        path.canonicalize().map_err(|error| format!("HOLDFAST_BIN={}: {error}", path.display()).into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plan(line: &str) -> Result<Plan> {
        Plan::from_arguments(line.split_whitespace().map(str::to_owned))
    }

    #[test]
    fn the_command_line_is_understood_or_refused() {
        let all = plan("").expect("all parts");
        assert_eq!((all.parts.len(), all.seed, all.count(3, 9)), (6, 1, 3));
        let one = plan("kill --seed 7 --long").expect("one part");
        assert_eq!((one.parts.len(), one.seed, one.count(3, 9)), (1, 7, 9));
        assert_eq!(plan("--count 5 disk").expect("a count").count(3, 9), 5);
        for wrong in ["--count 5", "--seed", "--seed x", "kil", "--count 5 kill disk"] {
            assert!(plan(wrong).is_err(), "{wrong}");
        }
    }
}
