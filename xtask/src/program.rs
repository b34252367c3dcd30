//! Hands commands on to packages of their own, which know the law and take longer to compile than this program.

use std::process::ExitCode;

use crate::shell;

/// Compiles the package if need be and lets it answer on this terminal, in the folder that the command was given in.
pub fn run(package: &str, words: &[&str]) -> ExitCode {
    let mut program = shell::cargo();
    if let Ok(here) = std::env::current_dir() {
        program.current_dir(here);
    }
    program.args(["run", "--quiet", "--package", package, "--manifest-path"]);
    program.arg(shell::root().join("Cargo.toml")).arg("--").args(words);
    match program.status() {
        // Its exit code says more than whether it went well.
        Ok(status) => status.code().and_then(|code| u8::try_from(code).ok()).map_or(ExitCode::FAILURE, ExitCode::from),
        Err(error) => {
            println!("\n{}", shell::Failure::new(format!("cargo could not be started: {error}"), "see that Rust is installed"));
            ExitCode::FAILURE
        }
    }
}
