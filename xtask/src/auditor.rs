//! Hands the auditors' commands on to their own package, which knows the law and takes longer to compile than this program.

use std::process::ExitCode;

use crate::shell;

/// Compiles the auditor if need be and lets it answer on this terminal, in the folder that the command was given in.
pub fn run(words: &[&str]) -> ExitCode {
    let mut auditor = shell::cargo();
    if let Ok(here) = std::env::current_dir() {
        auditor.current_dir(here);
    }
    auditor.args(["run", "--quiet", "--package", "sips-auditor", "--manifest-path"]);
    auditor.arg(shell::root().join("Cargo.toml")).arg("--").args(words);
    match auditor.status() {
        Ok(status) if status.success() => ExitCode::SUCCESS,
        Ok(_) => ExitCode::FAILURE,
        Err(error) => {
            println!("\n{}", shell::Failure::new(format!("cargo could not be started: {error}"), "see that Rust is installed"));
            ExitCode::FAILURE
        }
    }
}
