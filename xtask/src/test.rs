//! `cargo xtask test`: which steps there are, what each needs, and what goes on at the same time.
//! The tools and the release build take a second lane beside the native tests, since compiling them is the
//! longest wait on a bare machine and the linker of the release build leaves one core idle.

use std::path::PathBuf;
use std::process::Command;
use std::sync::mpsc;
use std::thread;

use crate::bundle;
use crate::licences;
use crate::shell::{self, Failure};
use crate::simulator;
use crate::sizes;
use crate::steps::{Group, Report};
use crate::tools::{self, Browser, WasmTools};

pub const APP: &str = "sips-lapangan";
const BACKEND: &str = "sips-backend";
const WASM: [&str; 2] = ["--target", "wasm32-unknown-unknown"];

/// Which part of the tests is asked for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    All,
    Core,
    Browser,
    EndToEnd,
    /// Not part of all: the main job in other browser engines.
    Engines,
    /// Not part of all: fifty browsers that train at the same time.
    Meeting,
}

impl Scope {
    /// # Errors
    /// The words are not an option of `test`.
    pub fn parse(words: &[&str]) -> Result<Self, Failure> {
        match words {
            [] => Ok(Self::All),
            ["--only", "core"] => Ok(Self::Core),
            ["--only", "browser"] => Ok(Self::Browser),
            ["--only", "e2e"] => Ok(Self::EndToEnd),
            ["--only", "engines"] => Ok(Self::Engines),
            ["--only", "meeting"] => Ok(Self::Meeting),
            _ => Err(Failure::new(
                format!("`test` does not know `{}`", words.join(" ")),
                "`cargo xtask test`, or `--only` with core, browser, e2e, engines or meeting",
            )),
        }
    }

    fn has_core(self) -> bool {
        matches!(self, Self::All | Self::Core)
    }

    fn has_browser(self) -> bool {
        matches!(self, Self::All | Self::Browser)
    }

    fn has_journeys(self) -> bool {
        matches!(self, Self::All | Self::EndToEnd | Self::Meeting)
    }

    fn needs_wasm(self) -> bool {
        self != Self::Core
    }
}

/// Runs every step of the scope, also after one has failed, and prints how each ended.
///
/// # Errors
/// At least one step failed.
pub fn test(scope: Scope) -> Result<(), Failure> {
    tools::check_rust()?;
    let report = Report::new();
    let (ready, tools) = mpsc::channel();
    let (bundled, stage) = thread::scope(|lanes| {
        let lane_report = &report;
        // The sender goes along: should the lane end early, the other one stops waiting.
        let second = lanes.spawn(move || scope.needs_wasm() && release_lane(lane_report, &ready));
        if scope.has_core() {
            native_steps(&report);
        }
        if scope.has_browser() {
            // The other lane sends once, whether it succeeded or not.
            browser_steps(&report, tools.recv().ok().flatten().as_ref());
        }
        let stage = scope.has_journeys().then(|| set_stage(&report));
        (second.join().unwrap_or_default(), stage)
    });
    if let Some(stage) = stage {
        journeys(&report, stage.filter(|_| bundled), scope == Scope::Meeting);
    }
    if scope == Scope::Engines {
        engines(&report, bundled);
    }
    report.close()
}

/// Tools, then the release build and its size. Tells whether `dist/` is there.
fn release_lane(report: &Report, ready: &mpsc::Sender<Option<WasmTools>>) -> bool {
    let tools = report.step(Group::Tools, "wasm tools", tools::wasm_tools);
    // Nobody listens when the browser tests are not asked for.
    let _ = ready.send(tools.clone());
    let Some(tools) = tools else {
        report.not_run(Group::WasmBuilds, "release build and size", "the wasm tools are missing");
        return false;
    };
    let built = report.step(Group::WasmBuilds, "release build", || bundle::build(&tools)).is_some();
    if built {
        report.step(Group::WasmBuilds, "size of the first visit", || sizes::gate(&bundle::dist()));
    }
    built
}

fn native_steps(report: &Report) {
    report.step(Group::NativeBuilds, "formatting", || {
        shell::watch("formatting", shell::cargo().args(["fmt", "--all", "--check"]), "`cargo fmt --all`")
    });
    report.step(Group::NativeBuilds, "licences", licences::check);
    report.step(Group::NativeBuilds, "lints, host", || {
        let mut clippy = shell::cargo();
        clippy.args(["clippy", "--workspace", "--all-targets", "--", "-D", "warnings"]);
        shell::watch("lints, host", &mut clippy, "mend what clippy names")
    });
    let compiled = report.step(Group::NativeBuilds, "compile native tests", || {
        let mut build = shell::cargo();
        build.args(["test", "--workspace", "--no-run"]);
        shell::watch("compile native tests", &mut build, "mend what the compiler names")
    });
    if report.step(Group::Tools, "PostgreSQL", tools::postgres).is_none() {
        println!("      the tests of the backend on PostgreSQL will fail");
    }
    if compiled.is_some() {
        report.step(Group::NativeTests, "native tests", || {
            let tested = shell::watch(
                "native tests",
                shell::cargo().args(["test", "--workspace", "--no-fail-fast"]),
                "run the failed test alone with `cargo test NAME`",
            );
            println!("      {}", count_tests(&shell::log_of("native tests")));
            tested
        });
    } else {
        report.not_run(Group::NativeTests, "native tests", "they did not compile");
    }
    simulation(report);
    report.step(Group::NativeBuilds, "documentation", || {
        let mut doc = shell::cargo();
        doc.args(["doc", "--no-deps", "--lib", "--package", APP]).env("RUSTDOCFLAGS", "-D warnings");
        shell::watch("documentation", &mut doc, "mend what rustdoc names")
    });
}

/// The proof that sync loses nothing, in its parts.
fn simulation(report: &Report) {
    let Some(program) = report.step(Group::NativeBuilds, "compile simulator", simulator::build) else {
        report.not_run(Group::Simulation, "simulation", "the simulator did not compile");
        return;
    };
    for (name, words) in [
        ("simulation: schedules", &["--seeds", "200000"][..]),
        ("simulation: carried by hand", &["--carrying", "--seeds", "40000"]),
        ("simulation: mangled pages", &["--pages", "--seeds", "40000"]),
        ("simulation: evidence files", &["--files", "--seeds", "100000"]),
        ("simulation: crash sweep", &["--sweep", "--seeds", "1000"]),
        ("simulation: small world", &["--small"]),
        ("simulation: planted bugs", &["--planted", "all"]),
    ] {
        report.step(Group::Simulation, name, || {
            let ran = shell::watch(name, &mut program.args(words), "`cargo xtask simulate --seed X --trace` tells how");
            shell::log_of(name).lines().for_each(|line| println!("      {line}"));
            ran
        });
    }
}

fn browser_steps(report: &Report, tools: Option<&WasmTools>) {
    if report.step(Group::Tools, "wasm target", tools::wasm_target).is_none() {
        report.not_run(Group::WasmBuilds, "lints, wasm32", "the wasm target is missing");
        return;
    }
    report.step(Group::WasmBuilds, "lints, wasm32", || {
        let mut clippy = shell::cargo();
        clippy.args(["clippy", "--package", APP, "--lib", "--bins"]).args(WASM).args(["--", "-D", "warnings"]);
        shell::watch("lints, wasm32", &mut clippy, "mend what clippy names")
    });
    report.step(Group::WasmBuilds, "lints, wasm32 without ui", || {
        let mut clippy = shell::cargo();
        clippy.args([
            "clippy",
            "--package",
            APP,
            "--no-default-features",
            "--features",
            "documents",
            "--lib",
            "--bins",
            "--test",
            "browser",
            "--test",
            "speed",
        ]);
        clippy.args(WASM).args(["--", "-D", "warnings"]);
        shell::watch("lints, wasm32 without ui", &mut clippy, "mend what clippy names")
    });
    let compiled = report.step(Group::WasmBuilds, "compile browser unit tests", || {
        shell::watch("compile browser unit tests", browser_tests().arg("--no-run"), "mend what the compiler names")
    });
    let browser = report.step(Group::Tools, "browser", tools::browser);
    let (Some(tools), Some(browser), Some(())) = (tools, browser, compiled) else {
        report.not_run(Group::Browsers, "browser unit tests", "tools, browser or tests are missing");
        return;
    };
    report.step(Group::Browsers, "browser unit tests", || {
        let mut tests = browser_tests();
        in_browser(&mut tests, tools, &browser);
        let tested = shell::watch("browser unit tests", &mut tests, "the output above ends with what the browser said");
        println!("      {}", count_tests(&shell::log_of("browser unit tests")));
        tested
    });
}

/// Lets tests for wasm32 run in a browser.
pub fn in_browser(tests: &mut Command, tools: &WasmTools, browser: &Browser) {
    tests
        .env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUNNER", tools.test_runner())
        .env("CHROMEDRIVER", &browser.chromedriver)
        .env("WASM_BINDGEN_TEST_WEBDRIVER_JSON", shell::root().join("tests/browser/webdriver.json"))
        .env("WASM_BINDGEN_TEST_TIMEOUT", "300");
}

fn browser_tests() -> Command {
    let mut command = shell::cargo();
    command.args(["test", "--package", APP, "--no-default-features", "--test", "browser"]).args(WASM);
    command
}

/// What the journeys need beside the app itself.
struct Stage {
    backend: PathBuf,
    browser: Browser,
}

fn set_stage(report: &Report) -> Option<Stage> {
    let backend = report.step(Group::NativeBuilds, "backend", || backend_binary("dev"));
    let browser = report.step(Group::Tools, "browser for the journeys", tools::browser);
    let packages = report.step(Group::Tools, "npm packages", || tools::node_packages("tests/e2e"));
    packages?;
    Some(Stage { backend: backend?, browser: browser? })
}

/// All of them, or a whole meeting's training alone.
fn journeys(report: &Report, stage: Option<Stage>, meeting: bool) {
    let Some(stage) = stage else {
        let why = "backend, browser, npm packages or release build are missing";
        report.not_run(Group::Browsers, "journeys", why);
        return;
    };
    report.step(Group::Browsers, "journeys", || {
        let mut playwright = shell::program("npx");
        playwright
            .args(["--no-install", "playwright", "test"])
            .current_dir(shell::root().join("tests/e2e"))
            .env("SIPS_BACKEND_BIN", &stage.backend)
            .env("SIPS_DIST", bundle::dist())
            .env("SIPS_CHROMIUM", &stage.browser.chromium);
        if meeting {
            playwright.args(["specs/training-many.spec.mjs", "--workers=1"]).env("SIPS_TRAINEES", "50");
        }
        let advice = "tests/e2e/test-results holds a trace of each failed journey";
        shell::watch("journeys", &mut playwright, advice)
    });
}

/// The main job in Firefox and WebKitGTK.
fn engines(report: &Report, bundled: bool) {
    let backend = report.step(Group::NativeBuilds, "backend", || backend_binary("dev"));
    let browsers = report.step(Group::Tools, "Firefox and WebKitGTK", tools::engines);
    let packages = report.step(Group::Tools, "npm packages", || tools::node_packages("tests/e2e/engines"));
    for (engine, name) in [("firefox", "main job in Firefox"), ("webkit", "main job in WebKitGTK")] {
        let (Some(backend), Some(()), Some(()), true) = (&backend, browsers, packages, bundled) else {
            report.not_run(Group::Browsers, name, "backend, browsers, npm packages or release build are missing");
            continue;
        };
        report.step(Group::Browsers, name, || {
            let mut node = shell::program("node");
            node.args(["main-job.mjs", engine])
                .current_dir(shell::root().join("tests/e2e/engines"))
                .env("SIPS_BACKEND_BIN", backend)
                .env("SIPS_DIST", bundle::dist());
            let ran = shell::watch(name, &mut node, "the step that failed is told above, with what stood on the page");
            shell::log_of(name).lines().filter(|line| line.starts_with("  ok ")).for_each(|line| println!("    {line}"));
            ran
        });
    }
}

/// Builds the reference backend and says where its program lies. The tests take the profile that the native
/// tests have compiled already, `run` the quicker one.
///
/// # Errors
/// It does not compile.
pub fn backend_binary(profile: &str) -> Result<PathBuf, Failure> {
    let label = format!("backend, {profile}");
    let mut build = shell::cargo();
    build.args(["build", "--package", BACKEND, "--bin", BACKEND, "--profile", profile]);
    shell::watch(&label, &mut build, "mend what the compiler names")?;
    let folder = if profile == "dev" { "debug" } else { profile };
    Ok(shell::target_dir().join(folder).join(BACKEND))
}

/// Adds up Rust's own summaries: "test result: ok. 12 passed; 0 failed; …".
fn count_tests(log: &str) -> String {
    let number_before = |line: &str, word: &str| -> u64 {
        let before = line.split(word).next().unwrap_or_default();
        before.split_whitespace().last().and_then(|number| number.parse().ok()).unwrap_or(0)
    };
    let results = log.lines().filter(|line| line.contains("test result:"));
    let (passed, failed) =
        results.fold((0, 0), |(passed, failed), line| (passed + number_before(line, " passed"), failed + number_before(line, " failed")));
    format!("{passed} tests passed, {failed} failed")
}

#[cfg(test)]
mod tests {
    use super::{Scope, count_tests};

    #[test]
    fn the_scope_is_read_from_the_words() {
        assert!(Scope::parse(&[]).is_ok_and(|scope| scope == Scope::All));
        assert!(Scope::parse(&["--only", "core"]).is_ok_and(|scope| !scope.needs_wasm()));
        assert!(Scope::parse(&["--only", "engines"]).is_ok_and(|scope| scope.needs_wasm() && !scope.has_core()));
        assert!(Scope::parse(&["--only"]).is_err());
        assert!(Scope::parse(&["core"]).is_err());
    }

    #[test]
    fn summaries_are_added_up() {
        let log = "test result: ok. 12 passed; 0 failed; 1 ignored\nnoise\ntest result: FAILED. 3 passed; 2 failed; 0 ignored\n";
        assert_eq!(count_tests(log), "15 tests passed, 2 failed");
    }
}
