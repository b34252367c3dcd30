//! `cargo xtask bench`: each bench is a program of its own that measures in one run and prints ratios. Absolute numbers are
//! information; a bench fails only by what it says of itself.

use crate::shell::{self, Failure};
use crate::test::{APP, in_browser};
use crate::tools;

/// A bench: its name, what it measures, and where it is.
struct Bench {
    name: &'static str,
    about: &'static str,
    place: Place,
}

#[derive(Clone, Copy)]
enum Place {
    /// A bench of this package, in the profile `native`.
    Package(&'static str),
    /// A test target of the app that runs in a browser, in the release profile.
    Browser(&'static str),
}

/// All of them, in the order in which they run.
const BENCHES: &[Bench] = &[
    Bench { name: "engine", about: "deadlines, folding and deciding", place: Place::Package("sips-auditor") },
    Bench { name: "commands", about: "the backend with 50 clients, on both databases", place: Place::Package("sips-backend") },
    Bench { name: "browser", about: "pulling, autosave and the outbox in IndexedDB", place: Place::Browser("speed") },
];

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
        match bench.place {
            Place::Package(package) => {
                cargo.args(["bench", "--quiet", "--profile", "native", "--package", package, "--bench", bench.name]);
            }
            Place::Browser(target) => {
                tools::wasm_target()?;
                in_browser(&mut cargo, &tools::wasm_tools()?, &tools::browser()?);
                cargo.args(["test", "--release", "--package", APP, "--no-default-features", "--test", target]);
                cargo.args(["--target", "wasm32-unknown-unknown", "--", "--nocapture"]);
            }
        }
        let failed = |what: String| Failure::new(format!("bench {}: {what}", bench.name), "see what it prints above");
        match cargo.status() {
            Ok(status) if status.success() => {}
            Ok(status) => return Err(failed(status.to_string())),
            Err(error) => return Err(failed(error.to_string())),
        }
    }
    Ok(())
}
