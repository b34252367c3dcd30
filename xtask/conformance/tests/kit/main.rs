//! The kit passes the reference backend, and finds every fault that is planted in front of it by the check that should.

mod backend;
#[path = "../../../../tests/backend/tests/support/databases.rs"]
mod databases;
mod faults;
mod fuzz;

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicUsize, Ordering};

use backend::{Backend, ORIGIN};
use faults::{Fault, faults, in_front, level_0_only, no_fault};
use sips_conformance::report::{Report, Verdict};
use sips_conformance::settings::{Settings, seeded};
use sips_conformance::{all, run};

/// Faults that are looked for at the same time.
const AT_ONCE: usize = 4;
/// The time at which the petition of worked case 1 has just been filed.
const WEDNESDAY: &str = "2026-07-08T03:25:00Z";

fn told(report: &Report) -> String {
    report
        .findings
        .iter()
        .filter(|finding| finding.verdict != Verdict::Held)
        .map(|finding| format!("{}: {}\n", finding.id, finding.found))
        .collect()
}

#[test]
fn the_reference_backend_conforms() {
    let backend = Backend::plain();
    let report = run(&backend.settings()).expect("a run");
    assert!(report.conforms(), "{}", told(&report));
    assert_eq!(report.count(Verdict::Held), all().count(), "nothing was passed over: {}", told(&report));
    let text = report.text();
    assert!(text.ends_with(&format!("{} held, 0 failed, 0 passed over\n", all().count())), "{text}");
    let json: serde_json::Value = serde_json::from_str(&report.json()).expect("JSON");
    assert_eq!(json["findings"].as_array().map(Vec::len), Some(all().count()));
}

#[test]
fn what_stands_in_front_does_nothing_by_itself() {
    let backend = Backend::start(WEDNESDAY, |app| in_front(app, no_fault()));
    let report = run(&Settings { thorough: false, ..backend.settings() }).expect("a run");
    assert!(report.conforms(), "{}", told(&report));
}

#[test]
fn level_0_asks_nothing_of_level_1() {
    let backend = Backend::start(WEDNESDAY, |app| in_front(app, level_0_only()));
    let report = run(&Settings { level: 0, ..backend.settings() }).expect("a run");
    assert!(report.conforms(), "{}", told(&report));
    let skipped: Vec<_> = report.findings.iter().filter(|finding| finding.verdict == Verdict::Skipped).collect();
    assert!(skipped.iter().all(|finding| finding.level >= 1), "{}", told(&report));
    // Asked for the higher level it fails, and says so.
    let report = run(&Settings { only: vec!["discovery".to_owned()], ..backend.settings() }).expect("a run");
    assert_eq!(report.of("discovery.level").map(|finding| finding.verdict), Some(Verdict::Failed));
}

#[test]
fn petitions_are_valid_on_any_day() {
    // A Sunday, the last and the first minute of a year, Mataram's midnight, a holiday, and a year that has no calendar yet.
    for now in [
        "2026-07-12T02:00:00Z",
        "2026-12-31T16:59:30Z",
        "2026-12-31T17:00:10Z",
        "2026-07-08T16:00:30Z",
        "2027-01-01T05:00:00Z",
        "2031-03-03T03:00:00Z",
    ] {
        let backend = Backend::start(now, |app| app);
        let only = ["commands.applied", "commands.decided", "commands.order", "commands.future"].map(str::to_owned).to_vec();
        let report = run(&Settings { only, ..backend.settings() }).expect("a run");
        assert_eq!(report.count(Verdict::Held), 4, "{now}: {}", told(&report));
    }
}

#[test]
fn every_planted_fault_is_found_by_the_check_that_should_find_it() {
    let faults = faults();
    let names: BTreeSet<&str> = faults.iter().map(|fault| fault.name).collect();
    assert_eq!(names.len(), faults.len(), "each fault has a name of its own");
    assert!(faults.len() >= 40);
    let next = AtomicUsize::new(0);
    let missed: Vec<String> = std::thread::scope(|scope| {
        let hunt = || {
            let mut missed = Vec::new();
            while let Some(fault) = faults.get(next.fetch_add(1, Ordering::SeqCst)) {
                missed.extend(hunted(fault));
            }
            missed
        };
        let threads: Vec<_> = (0..AT_ONCE).map(|_| scope.spawn(hunt)).collect();
        threads.into_iter().flat_map(|thread| thread.join().expect("a thread that ends")).collect()
    });
    assert!(missed.is_empty(), "{} of {} faults:\n{}", missed.len(), faults.len(), missed.join("\n"));
}

/// Lets the kit look for one fault; what is wrong with how it ended.
fn hunted(fault: &Fault) -> Option<String> {
    let backend = Backend::start(WEDNESDAY, |app| in_front(app, fault.clone()));
    let settings = Settings { only: vec![fault.found_by.to_owned()], ..backend.settings() };
    let report = match run(&settings) {
        Ok(report) => report,
        Err(why) => return Some(format!("\"{}\" ended the run: {}", fault.name, why.0)),
    };
    let finding = report.of(fault.found_by)?;
    match finding.verdict {
        // Whoever mends it is told what was found, and how.
        Verdict::Failed if !finding.found.is_empty() && !finding.mend.is_empty() && !report.conforms() => None,
        _ => Some(format!("\"{}\" was not found by {}: {:?} {}", fault.name, fault.found_by, finding.verdict, finding.found)),
    }
}

#[test]
fn every_check_finds_some_fault() {
    let found: BTreeSet<&str> = faults().iter().map(|fault| fault.found_by).collect();
    let checks: BTreeSet<&str> = all().map(|check| check.id).collect();
    let without: Vec<_> = checks.difference(&found).collect();
    assert!(without.is_empty(), "no fault shows that these can fail: {without:?}");
    assert!(found.is_subset(&checks));
}

#[test]
fn what_cannot_be_asked_is_told_apart_from_what_fails() {
    let backend = Backend::plain();
    let mut wrong = backend.settings();
    wrong.accounts.other.password = "salah".to_owned();
    assert!(run(&wrong).is_err_and(|why| why.0.contains("slamet")));
    let mut one_office = backend.settings();
    one_office.accounts.other = seeded().colleague;
    assert!(run(&one_office).is_err_and(|why| why.0.contains("another office")));
    let mut strangers = backend.settings();
    strangers.accounts.colleague = seeded().other;
    assert!(run(&strangers).is_err_and(|why| why.0.contains("one office")));
    assert!(run(&Settings { level: 4, ..backend.settings() }).is_err());
    let url = backend.url.clone();
    drop(backend);
    assert!(run(&Settings::new(url, 1, seeded())).is_err(), "nobody listens");
}

#[test]
fn the_program_tells_by_its_exit_code() {
    let backend = Backend::plain();
    let program =
        |words: &[&str]| std::process::Command::new(env!("CARGO_BIN_EXE_sips-conformance")).args(words).output().expect("the program");
    let held = program(&["--url", &backend.url, "--only", "discovery", "--json"]);
    assert_eq!(held.status.code(), Some(0));
    let json: serde_json::Value = serde_json::from_slice(&held.stdout).expect("JSON");
    assert_eq!(json["findings"][0]["verdict"], "held");
    let faulty = Backend::start(WEDNESDAY, |app| in_front(app, level_0_only()));
    let failed = program(&["--url", &faulty.url, "--only", "discovery", "--origin", ORIGIN]);
    assert_eq!(failed.status.code(), Some(1));
    let text = String::from_utf8_lossy(&failed.stdout).into_owned();
    for part in ["FAILED", "was found", "to mend", "CONTRACT.md", "discovery.level"] {
        assert!(text.contains(part), "{part}: {text}");
    }
    assert_eq!(program(&["--url", "http://127.0.0.1:1"]).status.code(), Some(2));
    assert_eq!(program(&["--colour"]).status.code(), Some(2));
    let list = program(&["--list"]);
    assert_eq!(String::from_utf8_lossy(&list.stdout).lines().count(), all().count());
}

/// Everything above with the reference backend on PostgreSQL, too.
#[test]
fn the_same_holds_on_postgres() {
    databases::on_postgres("the_same_holds_on_postgres");
}
