//! The program behind `cargo xtask due|replay|rules`: reads the words, opens the files, prints, and says by its exit code
//! whether something was wrong. What is printed is made in the library.

#![expect(clippy::print_stdout, reason = "a command-line program speaks on standard output")]

use sips_auditor::{due, replay};
use std::fs;
use std::process::ExitCode;

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    match run(&words) {
        Ok((text, fine)) => {
            print!("{text}");
            if fine { ExitCode::SUCCESS } else { ExitCode::FAILURE }
        }
        Err(problem) => {
            eprintln!("{problem}");
            ExitCode::FAILURE
        }
    }
}

fn run(words: &[&str]) -> Result<(String, bool), String> {
    match words {
        ["due", file] => Ok((due::answer(&read(file)?)?, true)),
        ["replay", file] => {
            let replayed = replay::replay(&read(file)?)?;
            Ok((replayed.text, replayed.divergent == 0))
        }
        _ => Err(format!("`{}`: `cargo xtask help`", words.join(" "))),
    }
}

fn read(file: &str) -> Result<Vec<u8>, String> {
    fs::read(file).map_err(|error| format!("{file}: {error}"))
}
