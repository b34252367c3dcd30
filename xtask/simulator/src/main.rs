//! `cargo xtask simulate`: reads the words and prints what came of the schedules.

#![expect(clippy::print_stdout, reason = "a command-line program speaks on standard output")]

use std::process::ExitCode;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use sips_simulator::planted::Planted;
use sips_simulator::run::{CARRYING, Failure, PAGES, STEPS, Schedule, many, over};
use sips_simulator::{files, small, sweep};

/// A schedule is small pieces of memory asked for and given back by the ten thousand: half of its time with the system's allocator.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const HELP: &str = "\
cargo xtask simulate [--seeds N] [--from S] [--steps K]   runs N schedules (10,000) of K steps (300) from seed S (0) on all cores
cargo xtask simulate --seed X [--trace]                   runs one; if it breaks a promise, tells the fewest steps that do
cargo xtask simulate --sweep [--seeds N]                  loses the power at every boundary of N schedules
cargo xtask simulate --small                              explores a small world completely
cargo xtask simulate --files [--seeds N] [--seed X]       runs schedules of evidence files
cargo xtask simulate --carrying [--seeds N] [--from S]    runs schedules in which drafts and outboxes are also carried by hand (with --sweep, too)
cargo xtask simulate --pages [--seeds N] [--from S]       runs schedules in which pages lack acts, or have some that nobody can read (likewise)
cargo xtask simulate --planted NAME|all [--seeds N]       looks for a bug that was put in on purpose, or for each of them
";

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let has = |name: &str| words.iter().any(|word| word == name);
    let after = |name: &str| words.iter().position(|word| word == name).and_then(|at| words.get(at + 1));
    let number = |name: &str| after(name).and_then(|word| word.parse::<u64>().ok());
    if has("--help") || words.iter().any(|word| !word.starts_with("--") && word.parse::<u64>().is_err() && after("--planted") != Some(word))
    {
        print!("{HELP}");
        return ExitCode::FAILURE;
    }
    if after("--planted").is_some_and(|name| name == "all") {
        return every_planted(number("--seeds").unwrap_or(100_000));
    }
    let named = after("--planted").and_then(|name| Planted::ALL.iter().find(|(bug, _)| format!("{bug:?}") == *name));
    let planted = named.map_or(Planted::None, |(bug, _)| *bug);
    let steps = number("--steps").map_or(STEPS, |steps| steps as usize);
    if has("--files") {
        return evidence(number("--seed"), number("--from").unwrap_or(0), number("--seeds").unwrap_or(10_000));
    }
    if let Some(seed) = number("--seed") {
        let schedule = Schedule::draw(seed, steps);
        let (violation, _) = schedule.check(planted, true);
        let Some(violation) = violation else {
            println!("seed {seed}: nothing is broken");
            if has("--trace") {
                println!("{}", schedule.trace(planted));
            }
            return ExitCode::SUCCESS;
        };
        println!("seed {seed}: invariant {} is broken: {}", violation.invariant, violation.what);
        let small = schedule.shrink(planted, violation.invariant);
        println!("{} of {} steps are enough:", small.events.len(), schedule.events.len());
        println!("{}", small.trace(planted));
        return ExitCode::FAILURE;
    }
    let (from, seeds) = (number("--from").unwrap_or(0), number("--seeds").unwrap_or(10_000));
    let from = match () {
        () if has("--carrying") => from + CARRYING,
        () if has("--pages") => from + PAGES,
        () => from,
    };
    let started = Instant::now();
    if has("--small") {
        return small(planted);
    }
    if has("--sweep") {
        let crashes = AtomicU64::new(0);
        let failure = over(
            from,
            seeds,
            |seed| sweep::sweep(seed, planted),
            |count| {
                crashes.fetch_add(count, Ordering::Relaxed);
            },
        );
        println!("{seeds} schedules of {} steps, {} crashes, {:.1} s", sweep::STEPS, crashes.into_inner(), started.elapsed().as_secs_f64());
        return told(failure);
    }
    let (failure, counts) = many(from, seeds, steps, planted, None);
    println!("{}in {:.1} s", counts.table(), started.elapsed().as_secs_f64());
    told(failure)
}

/// Schedules of files: one told, or many run.
fn evidence(seed: Option<u64>, from: u64, seeds: u64) -> ExitCode {
    if let Some(seed) = seed {
        let schedule = files::Schedule::draw(seed);
        let Err(violation) = schedule.check(files::Flaw::None) else {
            println!("files, seed {seed}: nothing is broken");
            return ExitCode::SUCCESS;
        };
        println!("{}", schedule.told(files::Flaw::None, violation.invariant));
        return ExitCode::FAILURE;
    }
    let (started, arrived) = (Instant::now(), AtomicU64::new(0));
    let add = |count| {
        arrived.fetch_add(count, Ordering::Relaxed);
    };
    let failure = files::many(from, seeds, files::Flaw::None, None, add);
    let seconds = started.elapsed().as_secs_f64();
    println!("{seeds} schedules of {} steps with files, {} files arrived, {seconds:.1} s", files::STEPS, arrived.into_inner());
    if let Some(failure) = &failure {
        println!("`cargo xtask simulate --files --seed {}` tells how", failure.seed);
    }
    told(failure)
}

/// Looks for each bug by the invariants that it has to break.
fn every_planted(seeds: u64) -> ExitCode {
    // A bug may stop the program: that is told as a broken promise, not as a trace of the stack.
    std::panic::set_hook(Box::new(|_| {}));
    let mut missed = 0;
    for (planted, breaks) in Planted::ALL {
        match many(planted.from(), seeds, STEPS, *planted, Some(breaks)).0 {
            Some(Failure { seed, violation }) => {
                println!("{:<22} invariant {:>2}, seed {seed}", format!("{planted:?}"), violation.invariant)
            }
            None => {
                missed += 1;
                println!("{:<22} NOT FOUND", format!("{planted:?}"));
            }
        }
    }
    for (flaw, breaks) in files::Flaw::ALL {
        match files::many(0, seeds, *flaw, Some(breaks), drop) {
            Some(Failure { seed, violation }) => {
                println!("{:<22} invariant {:>2}, seed {seed}", format!("{flaw:?}"), violation.invariant)
            }
            None => {
                missed += 1;
                println!("{:<22} NOT FOUND", format!("{flaw:?}"));
            }
        }
    }
    let bugs = Planted::ALL.len() + files::Flaw::ALL.len();
    println!("{bugs} planted bugs, {missed} not found within {seeds} schedules");
    if missed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn small(planted: Planted) -> ExitCode {
    for same_field in [true, false] {
        let started = Instant::now();
        match small::explore(planted, same_field) {
            Ok(explored) => println!(
                "small world, same field {same_field}: {} states, {} steps, {} ends, {:.1} s",
                explored.states,
                explored.steps,
                explored.ends,
                started.elapsed().as_secs_f64()
            ),
            Err((violation, path)) => {
                println!("small world: invariant {} is broken: {}", violation.invariant, violation.what);
                path.iter().for_each(|event| println!("  {} {} {}", event.kind.name(), event.a, event.b));
                return ExitCode::FAILURE;
            }
        }
    }
    ExitCode::SUCCESS
}

fn told(failure: Option<Failure>) -> ExitCode {
    let Some(failure) = failure else { return ExitCode::SUCCESS };
    println!("seed {}: invariant {} is broken: {}", failure.seed, failure.violation.invariant, failure.violation.what);
    println!("`cargo xtask simulate --seed {} --trace` tells how", failure.seed);
    ExitCode::FAILURE
}
