//! `cargo xtask bench`: each bench is a program of its own that measures in one run and prints ratios. Absolute numbers are
//! information; a bench fails only by what it says of itself.

use crate::shell::{self, Failure};

/// A bench: its name, the package that holds it, and what it measures.
struct Bench {
    name: &'static str,
    package: &'static str,
    about: &'static str,
}

/// All of them, in the order in which they run.
const BENCHES: &[Bench] = &[Bench { name: "engine", package: "sips-auditor", about: "deadlines, folding and deciding" }];

/// Runs the bench of this name, or all of them.
///
/// # Errors
/// There is no such bench, it does not compile, or it fails by its own words.
pub fn run(name: Option<&str>) -> Result<(), Failure> {
    let chosen: Vec<&Bench> = BENCHES.iter().filter(|bench| name.is_none_or(|name| name == bench.name)).collect();
    if chosen.is_empty() {
        let known: Vec<String> = BENCHES.iter().map(|bench| format!("{} ({})", bench.name, bench.about)).collect();
        return Err(Failure::new(format!("there is no bench `{}`", name.unwrap_or_default()), format!("there are: {}", known.join(", "))));
    }
    for bench in chosen {
        let mut cargo = shell::cargo();
        cargo.args(["bench", "--quiet", "--profile", "native", "--package", bench.package, "--bench", bench.name]);
        let failed = |what: String| Failure::new(format!("bench {}: {what}", bench.name), "see what it prints above");
        match cargo.status() {
            Ok(status) if status.success() => {}
            Ok(status) => return Err(failed(status.to_string())),
            Err(error) => return Err(failed(error.to_string())),
        }
    }
    Ok(())
}
