//! A database filled with made-up cases: what is in it, that it is the same each time, and that officers see it.

use std::collections::{BTreeMap, BTreeSet};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Mutex, OnceLock};

use axum::http::StatusCode;
use sips_backend::accounts::Scope;
use sips_backend::seed::{SeedError, plant};
use sips_backend::settings::Log;
use sips_backend::store::Store;
use sips_lapangan::api::endpoint;
use sips_lapangan::api::wire::Changes;
use sips_lapangan::domain::case::{Act, Case};
use sips_lapangan::domain::digest::Digest;
use sips_lapangan::domain::evidence::files_of;
use sips_lapangan::domain::id::CaseId;
use sips_lapangan::domain::time::Timestamp;
use sips_lapangan::rules;

use crate::databases::{TestDatabase, apart};
use crate::support::{Backend, MINUTE_MS, filed, petition};

const CASES: u32 = 300;

fn now() -> Timestamp {
    filed().plus(5 * MINUTE_MS)
}

fn seeded(database: &TestDatabase, cases: u32, now: Timestamp, log: &Log) -> Result<(), SeedError> {
    apart(|| plant(&database.place().open(false).expect("a store"), cases, now, log))
}

fn silent() -> Log {
    Log::new(|_| {})
}

/// Made once for the tests that only look at it.
fn country() -> TestDatabase {
    static COUNTRY: OnceLock<TestDatabase> = OnceLock::new();
    let made = || {
        let database = TestDatabase::new();
        seeded(&database, CASES, now(), &silent()).expect("a seeded database");
        database
    };
    COUNTRY.get_or_init(made).copy()
}

fn acts(database: &TestDatabase) -> Vec<Act> {
    let read = |store: &Store| store.read(|tx| tx.acts_after(0, &Scope::All, usize::MAX >> 1, usize::MAX));
    let acts = apart(|| read(&database.place().open(false).expect("a store")).expect("acts"));
    acts.into_iter().map(|(_, act)| act).collect()
}

fn folded(acts: &[Act]) -> BTreeMap<CaseId, Case> {
    let mut cases = BTreeMap::new();
    for act in acts {
        cases.entry(act.case_id).or_insert_with(|| Case::new(act.case_id)).apply(act);
    }
    cases
}

#[test]
fn every_track_state_and_outcome_is_there() {
    let acts = acts(&country());
    let cases = folded(&acts);
    assert_eq!(cases.len(), CASES as usize);
    assert!(acts.is_sorted_by_key(|act| act.recorded_at), "in the order in which the server took them");
    assert!(acts.iter().all(|act| act.recorded_at.is_some_and(|recorded| act.happened_at <= recorded && recorded <= now())));

    let mut reached: BTreeSet<(&str, &str)> = BTreeSet::new();
    let mut outcomes: BTreeSet<(&str, String)> = BTreeSet::new();
    for case in cases.values() {
        let track = case.rules.as_ref().expect("rules").id.as_str();
        reached.insert((track, &case.state));
        reached.extend(case.strands.values().map(|strand| (track, strand.state.as_str())));
        let answers = [case.form("decision").text("outcome"), case.form("lapse").text("ground")];
        outcomes.extend(answers.into_iter().filter(|answer| !answer.is_empty()).map(|answer| (track, answer.to_owned())));
    }
    for set in rules::tracks() {
        let track = set.pin.id.as_str();
        let missing: Vec<_> = set.value.state.iter().filter(|(key, state)| !state.start && !reached.contains(&(track, key))).collect();
        assert!(missing.is_empty(), "{track}: {:?}", missing.iter().map(|(key, _)| key).collect::<Vec<_>>());
        for outcome in ["settled", "granted_full", "granted_partial", "rejected", "i"] {
            assert!(outcomes.contains(&(track, outcome.to_owned())), "{track}: {outcome}");
        }
    }
    assert!(outcomes.contains(&("pemilu-penyelenggara", "inadmissible".to_owned())));

    // Late petitions, missing papers, long texts, and offices of every kind.
    assert!(cases.values().any(|case| case.late.iter().any(|deadline| deadline == "filing")));
    assert!(acts.iter().any(|act| act.act == "plenary" && act.effects.iter().any(|effect| format!("{effect:?}").contains("incomplete"))));
    assert!(cases.values().any(|case| case.form("petition").rows("petitum").len() >= 40));
    assert!(cases.values().any(|case| case.form("petition").text("grounds").len() > 15_000));
    let offices: BTreeSet<_> = acts.iter().map(|act| &act.office).collect();
    assert!(rules::offices().len() - offices.len() > 200, "{} offices have cases", offices.len());
}

#[test]
fn the_same_number_and_minute_give_the_same_data() {
    let (one, other) = (TestDatabase::new(), TestDatabase::new());
    seeded(&one, 60, now(), &silent()).expect("a seeded database");
    seeded(&other, 60, now().plus(999), &silent()).expect("a seeded database");
    assert_eq!(acts(&one), acts(&other));
    let tomorrow = TestDatabase::new();
    seeded(&tomorrow, 60, now().plus(24 * 60 * MINUTE_MS), &silent()).expect("a seeded database");
    assert_ne!(acts(&one), acts(&tomorrow), "dates lie around the day");
}

#[test]
fn nothing_is_added_twice() {
    let database = TestDatabase::new();
    seeded(&database, 40, now(), &silent()).expect("a seeded database");
    let before = acts(&database);
    let lines = std::sync::Arc::new(Mutex::new(String::new()));
    let kept = std::sync::Arc::clone(&lines);
    let log = Log::new(move |line| kept.lock().expect("the lines").push_str(line));
    seeded(&database, 40, now().plus(MINUTE_MS), &log).expect("it is left as it is");
    assert!(lines.lock().expect("the lines").contains("nothing was added"));
    assert!(matches!(seeded(&database, 41, now(), &silent()), Err(SeedError::Another(40))));
    assert_eq!(acts(&database), before);
}

#[tokio::test]
async fn a_database_with_work_in_it_is_refused() {
    let mut backend = Backend::new();
    let rina = backend.sign_in("rina").await;
    backend.push_one(&rina, &petition(&rina)).await;
    let copy = backend.copy();
    assert!(matches!(seeded(&copy, 10, now(), &silent()), Err(SeedError::Occupied)));
    assert_eq!(acts(&copy).len(), 1);
}

#[test]
fn what_was_cut_off_goes_on() {
    let (whole, cut) = (TestDatabase::new(), TestDatabase::new());
    seeded(&whole, 100, now(), &silent()).expect("a seeded database");
    let pulled = Log::new(|line| assert!(!line.contains(" of "), "the plug is pulled"));
    assert!(catch_unwind(AssertUnwindSafe(|| seeded(&cut, 100, now(), &pulled))).is_err());
    let before = acts(&cut).len();
    assert!(before > 0 && before < acts(&whole).len(), "{before}");
    seeded(&cut, 100, now().plus(60 * MINUTE_MS), &silent()).expect("a seeded database");
    assert_eq!(acts(&cut), acts(&whole));
}

#[tokio::test]
async fn officers_see_the_cases_of_their_office_and_open_their_files() {
    let backend = Backend::over(country(), |_| {});
    let rina = backend.sign_in("rina").await;
    let token = Some(rina.access_token.as_str());
    let (mut cursor, mut seen, mut whole) = (None::<String>, Vec::new(), Vec::new());
    loop {
        let page: Changes = backend.get(&endpoint::changes(cursor.as_deref()), token).await.json();
        seen.extend(page.acts);
        whole.extend(page.files);
        cursor = Some(page.next);
        if !page.more {
            break;
        }
    }
    assert!(seen.iter().all(|act| act.office.0 == "16.07"));
    let cases = folded(&seen);
    assert!(cases.len() >= 25, "{} cases", cases.len());
    assert!(seen.iter().any(|act| act.by.account == rina.me.account), "some she received herself");
    let named: BTreeSet<Digest> = seen.iter().flat_map(files_of).map(|file| file.sha256).collect();
    assert!(!whole.is_empty() && whole.iter().all(|sha256| named.contains(sha256)));
    let answer = backend.get(&endpoint::file(&whole[0]), token).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
    assert_eq!(Digest::of(&answer.body), whole[0]);
}
