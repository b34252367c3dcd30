//! `cargo xtask bench`: each bench is a program of its own that measures in one run and prints ratios. Absolute numbers are
//! information; a bench fails only by what it says of itself.

use crate::bundle;
use crate::shell::{self, Failure};
use crate::test::{APP, backend_binary, in_browser};
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
    /// A script beside the journeys, over the release build and the reference backend.
    Script(&'static str),
}

/// All of them, in the order in which they run.
const BENCHES: &[Bench] = &[
    Bench { name: "engine", about: "deadlines, folding and deciding", place: Place::Package("sips-auditor") },
    Bench { name: "commands", about: "the backend with 50 clients, on both databases", place: Place::Package("sips-backend") },
    Bench { name: "browser", about: "pulling, autosave and the outbox in IndexedDB", place: Place::Browser("speed") },
    Bench { name: "day", about: "start, search, cases and forms on a full device", place: Place::Script("bench/day.mjs") },
];

/// Runs the bench of this name, with what it takes of further words, or all of them.
///
/// # Errors
/// There is no such bench, it does not compile, or it fails by its own words.
pub fn run(name: Option<&str>, more: &[&str]) -> Result<(), Failure> {
    let chosen: Vec<&Bench> = BENCHES.iter().filter(|bench| name.is_none_or(|name| name == bench.name)).collect();
    if chosen.is_empty() {
        let known: Vec<String> = BENCHES.iter().map(|bench| format!("{} ({})", bench.name, bench.about)).collect();
        return Err(Failure::new(format!("there is no bench `{}`", name.unwrap_or_default()), format!("there are: {}", known.join(", "))));
    }
    for bench in chosen {
        if let Place::Script(script) = bench.place {
            script_over_release(bench.name, script, more)?;
            continue;
        }
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
            Place::Script(_) => {}
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

/// Runs a script over the release build and the backend, both made here unless the environment names them.
fn script_over_release(name: &str, script: &str, more: &[&str]) -> Result<(), Failure> {
    let browser = tools::browser()?;
    tools::node_packages("tests/e2e")?;
    let given = |name: &str| std::env::var_os(name).map(std::path::PathBuf::from);
    let dist = given("SIPS_DIST").map_or_else(|| bundle::build(&tools::wasm_tools()?).map(|_| bundle::dist()), Ok)?;
    let backend = given("SIPS_BACKEND_BIN").map_or_else(|| backend_binary("native"), Ok)?;
    let status = shell::program("node")
        .arg(script)
        .args(more)
        .current_dir(shell::root().join("tests/e2e"))
        .env("SIPS_BACKEND_BIN", backend)
        .env("SIPS_DIST", dist)
        .env("SIPS_CHROMIUM", &browser.chromium)
        .status();
    match status {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(Failure::new(format!("bench {name}: {status}"), "see what it prints above")),
        Err(error) => Err(Failure::new(format!("bench {name}: {error}"), "install Node; the journeys need it, too")),
    }
}
