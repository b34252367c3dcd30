//! Hands `simulate` on to its own package, optimised: a proof by many schedules is one of speed, too.

use std::process::ExitCode;

use crate::shell::{self, Failure};

const SIMULATOR: &str = "sips-simulator";
/// Its profile in `Cargo.toml`, and the folder of its program.
const PROFILE: &str = "simulation";

/// Compiles the simulator if need be and lets it answer on this terminal.
pub fn run(words: &[&str]) -> ExitCode {
    let program = match build() {
        Ok(program) => program,
        Err(failure) => {
            println!("\n{failure}");
            return ExitCode::FAILURE;
        }
    };
    match program.args(words).status() {
        Ok(status) if status.success() => ExitCode::SUCCESS,
        _ => ExitCode::FAILURE,
    }
}

/// Compiles the simulator and gives its program.
///
/// # Errors
/// It does not compile.
pub fn build() -> Result<Program, Failure> {
    let mut build = shell::cargo();
    build.args(["build", "--package", SIMULATOR, "--bin", SIMULATOR, "--profile", PROFILE]);
    shell::watch("compile simulator", &mut build, "mend what the compiler names")?;
    Ok(Program)
}

/// The compiled simulator.
#[derive(Clone, Copy)]
pub struct Program;

impl Program {
    /// A run of it with these words.
    pub fn args(self, words: &[&str]) -> std::process::Command {
        let mut command = std::process::Command::new(shell::target_dir().join(PROFILE).join(SIMULATOR));
        command.args(words);
        command
    }
}
