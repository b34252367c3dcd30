//! Walking through whole rule sets: those that ship are sound, the figures are printed, and a rule set that was made unsound
//! is caught, each kind of fault under its own name.

#![expect(clippy::print_stdout, reason = "the figures are part of what is tested")]

use sips_auditor::explore::{Explored, explore, explore_with};
use sips_auditor::tree::parse;
use sips_lapangan::domain::rule_set::{ActRule, RuleSet, See, When};
use sips_lapangan::rules;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

const SMALL: &str = include_str!("data/tree/sets/contoh/1.toml");

fn read(text: &str) -> RuleSet {
    let mut findings = Vec::new();
    let file = parse::<RuleSet>(Path::new("1.toml"), text, &mut findings);
    file.value.unwrap_or_else(|| panic!("{findings:?}"))
}

fn changed(from: &str, to: &str) -> Explored {
    assert!(SMALL.contains(from), "{from}");
    explore(&read(&SMALL.replacen(from, to, 1)))
}

/// Is it found, as a violation or as something that never occurs?
fn catches(from: &str, to: &str, words: &str) {
    assert!(SMALL.contains(from), "{from}");
    let set = read(&SMALL.replacen(from, to, 1));
    let explored = explore(&set);
    let told: Vec<String> = explored.violations.iter().cloned().chain(explored.missing(&set)).collect();
    assert!(!explored.is_sound(&set) && told.iter().any(|told| told.contains(words)), "`{words}` not in {told:#?}");
}

#[test]
fn the_rule_sets_that_ship_are_sound() {
    for set in rules::sets() {
        let started = std::time::Instant::now();
        let explored = explore(&set.value);
        println!("{}{:.1} s", explored.describe(&set.value), started.elapsed().as_secs_f64());
        assert!(explored.is_sound(&set.value), "{}", explored.describe(&set.value));
    }
}

#[test]
fn each_answer_of_each_switch_is_sound_too() {
    for set in rules::sets() {
        for (key, switch) in set.value.switch.iter() {
            for option in switch.options.iter().filter(|option| option.v != switch.default) {
                let explored = explore_with(&set.value, &BTreeMap::from([(key.clone(), option.v.clone())]));
                assert!(!explored.cut_short && explored.violations.is_empty(), "{key} = {}: {}", option.v, explored.describe(&set.value));
            }
        }
    }
}

#[test]
fn the_small_set_has_the_figures_that_were_counted() {
    let set = read(SMALL);
    let explored = explore(&set);
    assert!(explored.is_sound(&set), "{}", explored.describe(&set));
    assert_eq!(explored.reached.len(), set.state.len());
    assert_eq!(explored.acts.len(), set.act.len());
    // Twice the same.
    assert_eq!(explored.describe(&set), explore(&set).describe(&set));
}

#[test]
fn a_case_without_a_way_out_is_caught() {
    let petition = "has_papers = { when = { any = [{ all_of = \"papers.papers\" }, { never = \"complete_papers\" }] }, else = \"warn\"";
    catches(petition, &petition.replace("warn", "block"), "no way leads the case to an end");
    catches(
        "answer = { label = { id = \"Jawab\", en = \"Answer\" }, by = { role = [\"member\"] }, from = [\"objected\"], to = \"answered\", form = \"plain\",",
        "answer = { label = { id = \"Jawab\", en = \"Answer\" }, by = { role = [\"member\"] }, from = [\"objected\"], to = \"answered\", form = \"plain\", guards = [\"all_rests\"],",
        "state `answered` is never reached",
    );
}

#[test]
fn the_invariants_bite() {
    // I1, I2: a way around the plenary, and around the register.
    catches("from = [\"complete\"], to = \"mediation\"", "from = [\"complete\", \"incomplete\"], to = \"mediation\"", "I1");
    catches(
        "note = { label",
        "skip = { label = { id = \"Lompat\", en = \"Skip\" }, by = { role = [\"member\"] }, from = [\"complete\"], to = \"mediation\", form = \"plain\", src = [\"TEXT\"], mark = \"C\" }\nnote = { label",
        "I2",
    );
    // I3: the days to the decision run from the register.
    catches("start_act = [\"register\"], n = 12", "start_act = [\"plenary\"], n = 12", "I3");
    // I4: one summons is not enough, and no condition at all still less.
    catches("counted = [\"absences\", 2]", "counted = [\"absences\", 1]", "I4");
    catches("guards = [\"absent_twice\"]", "guards = []", "I4");
    // I8: a deadline that only flags must not take an act away.
    catches(
        "{ open = \"filing\" }, else = \"warn\"",
        "{ open = \"filing\" }, else = \"block\"",
        "I8 `receive` is refused once filing has passed",
    );
}

/// The rule set of a track as it ships, to be made unsound.
fn shipped(track: &str) -> RuleSet {
    rules::sets().find(|set| set.pin.id == track).expect("the track ships").value.clone()
}

fn told(set: &RuleSet, words: &str) {
    let found = explore(set).violations;
    assert!(found.iter().any(|found| found.contains(words)), "`{words}` not in {found:#?}");
}

/// They speak of the keys that the shipped sets use: each of them, made unsound, is caught.
#[test]
fn the_invariants_bite_in_the_sets_that_ship() {
    for guard in ["f", "g", "h"] {
        let mut set = shipped("pemilihan-penyelenggara");
        let text = serde_json::to_string(&set.guard).expect("guards are JSON");
        let asked = format!("{{\"not\":{{\"is\":[\"lapse.ground\",\"{guard}\"]}}}},{{\"counted\":[\"");
        let at = text.find(&asked).expect("the guard of this ground") + asked.len();
        let changed = format!("{}{}", &text[..at], text[at..].replacen("\",2]", "\",1]", 1));
        set.guard = serde_json::from_str(&changed).expect("guards");
        told(&set, &format!("I4 `lapse` on ground {guard} after"));
    }
    for track in ["pemilu-penyelenggara", "pemilihan-penyelenggara"] {
        let mut around = small(shipped(track), &[]);
        act(&mut around, "register").from.push("incomplete".to_owned());
        told(&around, "I1 registered without the plenary's `complete`");
        let mut early = small(shipped(track), &[]);
        let mediation = if track == "pemilu-penyelenggara" { "mediation" } else { "closed_deliberation" };
        act(&mut early, "not_register").to = Some(mediation.to_owned());
        told(&early, "I2 mediation before the act of registering");
    }
}

/// Track A is large; without its side strands, but for those named, it shows the same.
fn small(mut set: RuleSet, with: &[&str]) -> RuleSet {
    let is_left_out = |act: &ActRule| act.spawns.as_deref().is_some_and(|strand| !with.contains(&strand));
    let strands: Vec<String> = set.act.iter().filter(|(_, act)| is_left_out(act)).map(|(key, _)| key.clone()).collect();
    strands.iter().for_each(|key| drop(set.act.remove(key.as_str())));
    set
}

fn act<'a>(set: &'a mut RuleSet, key: &str) -> &'a mut ActRule {
    set.act.get_or_insert_with(key.to_owned(), || panic!("it is there"))
}

/// I5, I6: an agreement in part leads on, and only an agreement settles.
#[test]
fn an_agreement_settles_and_nothing_else_does() {
    let mut partial = shipped("pemilihan-penyelenggara");
    act(&mut partial, "mediation_result").branch.insert("partial".to_owned(), "awaiting_decision".to_owned());
    told(&partial, "I5 an agreement in part leads to `awaiting_decision`");
    for track in ["pemilu-penyelenggara", "pemilihan-penyelenggara", "pemilu-antarpeserta", "pemilihan-antarpeserta"] {
        for (guard, words) in [
            ("settled_needs_agreement", "I6 settled without an agreement"),
            ("agreement_is_settled", "I6 an agreement is passed over without a reason"),
        ] {
            let mut set = small(shipped(track), &[]);
            act(&mut set, "read_decision").guards.retain(|key| key != guard);
            told(&set, words);
        }
    }
    // A guard that lets an agreement in part settle is found, too.
    let mut lenient = small(shipped("pemilihan-penyelenggara"), &[]);
    let guard = lenient.guard.get_or_insert_with("settled_needs_agreement".to_owned(), || panic!("it is there"));
    let text = serde_json::to_string(&guard.when).expect("a condition is JSON");
    guard.when = serde_json::from_str(&text.replacen("\"full\"", "\"full\",\"partial\"", 1)).expect("a condition");
    told(&lenient, "I6 settled without an agreement");
}

/// I7: no suit at the court but about its three objects, whether the guard is missing or too wide.
#[test]
fn only_three_objects_go_to_the_court() {
    let track = "pemilu-penyelenggara";
    let mut free = small(shipped(track), &["appeal"]);
    act(&mut free, "appeal").guards.retain(|guard| guard != "object_goes_to_court");
    told(&free, "I7 a suit about the stage");
    let mut wide = small(shipped(track), &["appeal"]);
    let guard = wide.guard.get_or_insert_with("object_goes_to_court".to_owned(), || panic!("it is there"));
    let When::Is(stages) = &mut guard.when else { panic!("it names the stages") };
    stages.push("dcs".to_owned());
    told(&wide, "I7 a suit about the stage `dcs`");
}

/// I12: what was said in mediation stays there, and no decision is public before it was read.
#[test]
fn closed_doors_and_drafts_stay_closed() {
    for (track, paper) in [("pemilu-penyelenggara", "mediation_minutes"), ("pemilihan-penyelenggara", "mediation_notes")] {
        let mut open = small(shipped(track), &[]);
        open.paper.get_or_insert_with(paper.to_owned(), || panic!("it is there")).see = See::Public;
        told(&open, &format!("I12 `{paper}` tells everybody of the mediation"));
        let mut early = small(shipped(track), &[]);
        early.paper.get_or_insert_with("decision".to_owned(), || panic!("it is there")).of = "close_hearings".to_owned();
        told(&early, "I12 `decision` is public before the decision is read");
        let mut unread = small(shipped(track), &[]);
        act(&mut unread, "read_decision").to = None;
        told(&unread, "I12 `decision` is public before the decision is read");
    }
}

/// An invariant that nothing is held against says nothing.
#[test]
fn every_invariant_is_held_against_something() {
    let looked: BTreeSet<u8> = rules::sets().flat_map(|set| explore(&small(set.value.clone(), &["appeal"])).looked.into_keys()).collect();
    assert_eq!(looked, BTreeSet::from([1, 2, 4, 5, 6, 7, 9, 10, 11, 12]));
}

#[test]
fn late_acts_are_never_lost() {
    let blocks = changed(
        "office_closes = { when = { any = [{ switch = [\"closing\", \"always\"] }, { kept = \"decision\" }] }, else = \"warn\"",
        "office_closes = { when = { any = [{ switch = [\"closing\", \"always\"] }, { kept = \"decision\" }] }, else = \"block\"",
    );
    assert!(blocks.violations.iter().any(|told| told.contains("no way leads the case to an end")), "{:?}", blocks.violations);
    let early = changed("guards = [\"met_once\"]", "guards = [\"met_once\", \"while_open\"]");
    assert!(early.violations.is_empty(), "a guard that is not there changes nothing");
    let text = SMALL
        .replacen("guards = [\"met_once\"]", "guards = [\"met_once\", \"while_open\"]", 1)
        .replacen(
            "[guard]",
            "[guard]\nwhile_open = { when = { open = \"decision\" }, else = \"block\", why = { id = \"Lewat\", en = \"Late\" }, src = [\"TEXT\"], mark = \"C\" }",
            1,
        );
    let lost = explore(&read(&text));
    assert!(lost.violations.iter().any(|told| told.starts_with("I8 `decide` is lost")), "{:?}", lost.violations);
}

#[test]
fn numbers_ends_and_side_strands_are_watched() {
    catches("form = \"meeting\", src", "form = \"meeting\", number = \"register\", src", "I10");
    catches("guards = [\"all_rests\", \"office_closes\"]", "guards = [\"office_closes\"]", "I11");
    catches(
        "from = [\"decided\", \"closed\"], form = \"plain\"",
        "from = [\"decided\", \"closed\"], to = \"decided\", form = \"plain\"",
        "I9",
    );
    // Where a person is asked, closing with a reason is no fault.
    let asked = changed(
        "all_rests = { when = { rests = \"objection\" }, else = \"block\"",
        "all_rests = { when = { rests = \"objection\" }, else = \"warn\"",
    );
    assert!(asked.violations.is_empty(), "{:?}", asked.violations);
}

#[test]
fn what_cannot_happen_is_named() {
    catches(
        "counted = [\"absences\", 2]",
        "all = [{ counted = [\"absences\", 2] }, { done = \"decide\" }]",
        "act `lapse_absent` never occurs",
    );
    let set = read(&SMALL.replacen("from = [\"incomplete\"], to = \"not_registered\"", "from = [\"closed\"], to = \"not_registered\"", 1));
    assert!(!explore(&set).is_sound(&set));
}

/// A mutant that no check notices would be an untested line: every block of the small set is needed by some invariant or
/// way, or is told as never refusing.
#[test]
fn dropping_a_block_changes_what_is_found() {
    let set = read(SMALL);
    let sound = explore(&set);
    for (key, guard) in set.guard.iter() {
        if guard.otherwise == sips_lapangan::domain::rule_set::Otherwise::Block {
            assert!(sound.refusals.iter().any(|(_, refused)| refused == key), "{key} refuses somewhere");
        }
    }
}
