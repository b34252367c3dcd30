//! The record of a test run: which steps there were, how each ended, how long it took, and whether each
//! group of steps stays inside its share of the time. It starts nothing.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use crate::shell::Failure;

/// What a step's time is counted towards. Groups overlap on the clock, since tools and release build go on
/// beside the native tests.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Group {
    Tools,
    WasmBuilds,
    NativeBuilds,
    NativeTests,
    Simulation,
    Browsers,
}

impl Group {
    const ALL: [Self; 6] = [Self::Tools, Self::WasmBuilds, Self::NativeBuilds, Self::NativeTests, Self::Simulation, Self::Browsers];

    const fn name(self) -> &'static str {
        match self {
            Self::Tools => "tools",
            Self::WasmBuilds => "wasm builds",
            Self::NativeBuilds => "native builds",
            Self::NativeTests => "native tests",
            Self::Simulation => "simulation",
            Self::Browsers => "browsers",
        }
    }

    /// Minutes that the group may take on a bare machine with two cores.
    const fn budget_minutes(self) -> u64 {
        match self {
            Self::Tools => 7,
            Self::WasmBuilds => 10,
            Self::NativeBuilds => 8,
            Self::NativeTests => 9,
            Self::Simulation => 8,
            Self::Browsers => 12,
        }
    }
}

enum Outcome {
    Passed,
    Failed(Failure),
    /// Not started, since something it needs had failed; counted with the failed ones.
    NotRun(String),
}

struct Step {
    group: Group,
    name: String,
    took: Duration,
    outcome: Outcome,
}

/// Collects steps, also from several threads at once.
pub struct Report {
    started: Instant,
    steps: Mutex<Vec<Step>>,
}

impl Report {
    pub fn new() -> Self {
        Self { started: Instant::now(), steps: Mutex::new(Vec::new()) }
    }

    /// Runs one step and keeps how it ended. `None` means that it failed and the report says why.
    pub fn step<T>(&self, group: Group, name: &str, work: impl FnOnce() -> Result<T, Failure>) -> Option<T> {
        println!("  ... {name}");
        let started = Instant::now();
        let result = work();
        let took = started.elapsed();
        let (value, outcome) = match result {
            Ok(value) => (Some(value), Outcome::Passed),
            Err(failure) => (None, Outcome::Failed(failure)),
        };
        let word = if value.is_some() { " ok " } else { "FAIL" };
        println!(" {word} {name} ({} s)", took.as_secs());
        self.keep(Step { group, name: name.to_owned(), took, outcome });
        value
    }

    /// Notes a step that could not be tried, with what it was waiting for.
    pub fn not_run(&self, group: Group, name: &str, why: &str) {
        self.keep(Step { group, name: name.to_owned(), took: Duration::ZERO, outcome: Outcome::NotRun(why.to_owned()) });
    }

    fn keep(&self, step: Step) {
        self.steps.lock().unwrap_or_else(PoisonError::into_inner).push(step);
    }

    /// Prints the tables and the closing count.
    ///
    /// # Errors
    /// At least one step failed or could not be run.
    pub fn close(self) -> Result<(), Failure> {
        let wall = self.started.elapsed();
        let steps = self.steps.into_inner().unwrap_or_else(PoisonError::into_inner);

        println!("\n{:<34} {:<14} {:>8}  result", "step", "group", "seconds");
        for step in &steps {
            let word = match step.outcome {
                Outcome::Passed => "passed",
                Outcome::Failed(_) => "FAILED",
                Outcome::NotRun(_) => "not run",
            };
            println!("{:<34} {:<14} {:>8.1}  {word}", step.name, step.group.name(), step.took.as_secs_f64());
        }

        println!("\n{:<34} {:>8} {:>8}", "group (minutes)", "used", "budget");
        for group in Group::ALL {
            let used: Duration = steps.iter().filter(|step| step.group == group).map(|step| step.took).sum();
            let over = if used.as_secs() > group.budget_minutes() * 60 { "  over budget" } else { "" };
            println!("{:<34} {:>8.1} {:>8}{over}", group.name(), used.as_secs_f64() / 60.0, group.budget_minutes());
        }
        println!("{:<34} {:>8.1}", "on the clock", wall.as_secs_f64() / 60.0);

        let mut failed = 0;
        for step in &steps {
            match &step.outcome {
                Outcome::Passed => continue,
                Outcome::Failed(failure) => println!("\nFAILED: {}\n{failure}", step.name),
                Outcome::NotRun(why) => println!("\nNOT RUN: {}: {why}", step.name),
            }
            failed += 1;
        }
        println!("\n{} passed, {failed} failed", steps.len() - failed);
        if failed == 0 {
            return Ok(());
        }
        Err(Failure::new(format!("{failed} of {} steps failed", steps.len()), "mend the first one above, then run it again"))
    }
}
