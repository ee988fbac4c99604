//! What the parts have found, as the last lines of the run.

use std::fmt;
use std::process::ExitCode;

use crate::Result;
use crate::plan::Part;

/// What a part has to say when nothing was lost and its control was caught: one line of figures.
pub(crate) enum Figures {
    /// Carried out.
    Line(String),
    /// Not carried out, and why.
    Skipped(String),
}

#[derive(Default)]
pub(crate) struct Count {
    lines: Vec<String>,
    passed: u32,
    failed: u32,
    skipped: u32,
}

impl Count {
    pub(crate) fn add(&mut self, part: Part, figures: Result<Figures>) {
        let line = match figures {
            Ok(Figures::Line(line)) => {
                self.passed += 1;
                format!("{}: {line}", part.name())
            }
            Ok(Figures::Skipped(why)) => {
                self.skipped += 1;
                format!("skipped: {}: {why}", part.name())
            }
            Err(error) => {
                self.failed += 1;
                format!("{}: FAILED: {error}", part.name())
            }
        };
        println!("{line}");
        self.lines.push(line);
    }

    /// Everything again, and the line that `make test` counts.
    pub(crate) fn finish(self) -> ExitCode {
        println!("\n{self}");
        if self.failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
    }
}

impl fmt::Display for Count {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for line in &self.lines {
            writeln!(f, "{line}")?;
        }
        let Self { passed, failed, skipped, .. } = self;
        write!(f, "count: {passed} passed, {failed} failed, {skipped} skipped")
    }
}
