//! The program behind `cargo xtask conformance`: reads the words, runs, prints the report, and says by its exit code how it went.

use std::io::Write as _;
use std::process::ExitCode;

use sips_conformance::settings::{self, Task, USAGE};

/// It could not be asked.
const COULD_NOT_RUN: u8 = 2;

fn main() -> ExitCode {
    let task = match settings::read(std::env::args_os().skip(1)) {
        Ok(task) => task,
        Err(wrong) => {
            eprintln!("{wrong}\n\n{USAGE}");
            return ExitCode::from(COULD_NOT_RUN);
        }
    };
    let (text, code) = match task {
        Task::Help => (format!("{USAGE}\n"), 0),
        Task::List => {
            let lines = sips_conformance::all().map(|check| format!("{}  {:32}  {}\n", check.level, check.id, check.holds));
            (lines.collect(), 0)
        }
        Task::Run(settings, json) => match sips_conformance::run(&settings) {
            Ok(report) => (if json { report.json() } else { report.text() }, u8::from(!report.conforms())),
            Err(why) => {
                eprintln!("{}", why.0);
                return ExitCode::from(COULD_NOT_RUN);
            }
        },
    };
    // Whoever reads only the first lines closes the pipe; that is no fault.
    let _ = std::io::stdout().write_all(text.as_bytes());
    ExitCode::from(code)
}
