//! The project's commands, started as `cargo xtask …`: run, build, test, bench, simulate, the auditors' tools, and the conformance kit.
//! This file reads the arguments and picks the command; it knows nothing of how each is done.

#![expect(clippy::print_stdout, reason = "a command-line program speaks on standard output")]

mod bench;
mod bundle;
mod licences;
mod program;
mod run;
mod shell;
mod simulator;
mod sizes;
mod steps;
mod test;
mod tools;

use std::process::ExitCode;

const HELP: &str = "\
cargo xtask run [--port N] [--data DIR] [--fresh] [--seed-cases N] [--dev]
    Builds the app and the reference backend, starts both on one address and prints it with the accounts.
    --port N     port on 127.0.0.1 (8080)
    --data DIR   where the backend keeps its database (target/run-data)
    --fresh      begins with an empty database
    --seed-cases N   fills an empty database with N made-up cases of the whole country, of every track, state and outcome, with dates
                 around now (at most 100000); a database that has them is left as it is
    --dev        rebuilds and reloads on every change of a source file; sends no content security policy

cargo xtask build
    Writes the deployable app to dist/: static files for any host that serves https.

cargo xtask test [--only core|browser|e2e|engines|meeting]
    Everything, as continuous integration does it. Without --only: all of it.
    core         formatting, lints and tests on the host
    browser      lints for wasm32, unit tests in the browser, release build and its size
    e2e          release build, backend, and the journeys through both
    engines      the main job in Firefox and WebKitGTK, as Debian has them; not part of all
    meeting      fifty browsers that train at the same time against a host of files; not part of all

cargo xtask bench [NAME]
    Measures, in the profile `native`, and prints medians of ratios within one run. Without NAME: every bench.
    engine       deadlines against the second counter, folding and deciding against reading, 60 acts against 10
    commands     the backend with 50 clients, on both databases
    browser      a first pull, autosave and the outbox in IndexedDB beside plain JavaScript
    day [--cases N] [--throttle K] [--peer DIR] [--rounds R]
                 a device that is full of cases, offline, on a phone's screen: start, search, opening a case, forms, memory; beside
                 another app built in DIR

cargo xtask due FILE.csv
    Counts deadlines and prints CSV: id,due,derivation,error, in the order of the rows. A wrong row gets its error, the others
    are answered. The header line tells the kind of table; other columns are left alone, the order of columns is free.
    id,rule,start,unit,n,cb_working              start YYYY-MM-DD, unit working|calendar, cb_working true|false: is cuti bersama
                                                 a working day? (empty: as the calendar says)
    id,ruleset,deadline,start_instant,office     ruleset ID or ID@VERSION, start_instant RFC 3339 with Z or offset (its day in the
                                                 office's zone is day 0), office a code of offices.csv; one line for each reading

cargo xtask replay FILE.json
    Reads a case history (a JSON array of acts, or a whole case as GET /v1/cases/ID gives it), prints each act, state, side strands,
    numbers and deadlines with their readings, and decides each act again under the rules it pins: effects that differ are named,
    acts under rules that are not here are marked ??. Exit code 1 if an act differs, is refused or cannot be read.

cargo xtask rules lint [DIR] [--notes]
    Checks the law's files below DIR (src/rules) and names what is wrong with file, line, number and key, in both languages.
    Exit code 1 if there are errors; warnings do not fail.
    --notes      also tells what is only worth knowing
    --explain    tells what each number checks, and why some have less to do here; reads no file

cargo xtask rules book [ID] [--dir DIR]
    Prints each rule set, or the one with this id, as Indonesian sentences with articles and marks, and a Mermaid diagram.

cargo xtask rules explore [ID] [--dir DIR]
    Walks through every case that a rule set allows, without dates, and prints its figures and what should not be, each with the
    shortest way there. Exit code 1 if there is any.

cargo xtask conformance --url URL [--level L] [OPTION…]
    Holds a backend, whoever wrote it, against the contract (tests/backend/CONTRACT.md): asks it over HTTP, says of each article
    whether it holds, and where not, what was found and how it is mended. --help lists the options (accounts, --json, --only …).
    Exit code 0 if everything held, 1 if something did not, 2 if the backend could not be asked.

cargo xtask simulate [--seeds N] [--from S] [--steps K]
    Runs the sync engine through N schedules of faults (10,000 of 300 steps) and checks after every step what the contract promises.
    Prints schedules, steps and faults by kind; on failure the seed. Exit code 1 if a promise is broken.
    --seed X [--trace]    one schedule; if it breaks a promise, the fewest steps that still do
    --carrying            outboxes are also carried by hand
    --files               evidence files instead of text; with --seed X one schedule
    --sweep               loses the power at every commit, send and receipt of N schedules
    --small               every order of events in a small world
    --planted NAME|all    with a bug put in on purpose: which invariant finds it, at which seed

cargo xtask help
    This text.

SIPS_TOOLS names the folder for the pinned tools (otherwise sips-lapangan/tools in the cache folder of the user).
";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    if let Some(&("due" | "replay" | "rules")) = words.first() {
        return program::run("sips-auditor", &words);
    }
    if let Some((&"conformance", rest)) = words.split_first() {
        return program::run("sips-conformance", rest);
    }
    if let Some((&"simulate", rest)) = words.split_first() {
        return simulator::run(rest);
    }
    let outcome = match words.split_first() {
        None | Some((&("help" | "--help" | "-h"), _)) => {
            print!("{HELP}");
            Ok(())
        }
        Some((&"run", rest)) => run::Options::parse(rest).and_then(|options| run::run(&options)),
        Some((&"build", [])) => bundle::build_alone(),
        Some((&"bench", [])) => bench::run(None, &[]),
        Some((&"bench", [name, more @ ..])) => bench::run(Some(name), more),
        Some((&"test", rest)) => test::Scope::parse(rest).and_then(test::test),
        Some(_) => {
            Err(shell::Failure::new(format!("`{}` is not a command of this project", words.join(" ")), "`cargo xtask help` lists them"))
        }
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            println!("\n{failure}");
            ExitCode::FAILURE
        }
    }
}
