//! The worked cases of the domain notes, played against the rule sets: one file under `scenarios/` for each case, with its
//! variants. `scenarios/README.md` explains the format. No case is told here.

#[path = "scenarios/play.rs"]
mod play;
#[path = "scenarios/script.rs"]
mod script;
#[path = "scenarios/walk.rs"]
mod walk;

use std::collections::BTreeSet;
use std::path::Path;

use script::{Bases, File};
use sips_lapangan::rules;

fn files() -> Vec<File> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/scenarios");
    let mut paths: Vec<_> = std::fs::read_dir(&folder)
        .expect("the folder of scenarios")
        .map(|entry| entry.expect("an entry of the folder").path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "toml"))
        .collect();
    paths.sort();
    paths.iter().map(|path| File::read(path)).collect()
}

#[test]
fn the_worked_cases_go_as_they_are_told() {
    let bases = Bases::read(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src/training/bases.toml"));
    let mut wrong = Vec::new();
    let mut played = 0;
    for file in files() {
        for scenario in &file.scenario {
            played += 1;
            if let Err(difference) = play::play(&file, scenario, &bases) {
                wrong.push(format!("{} › {}: {difference}", file.name, scenario.name));
            }
        }
    }
    assert!(played > 0);
    assert!(wrong.is_empty(), "{} of {played} scenarios went otherwise:\n{}", wrong.len(), wrong.join("\n"));
}

/// Each worked case with each of its variants is told, by track where the case has two.
#[test]
fn every_variant_of_the_worked_cases_is_told() {
    let told = [
        ("pemilu-penyelenggara", &["1", "2", "2b", "2c", "2d", "4", "4a", "4b", "4c", "5", "11a", "11c", "12a", "12b", "12c", "12d"][..]),
        ("pemilihan-penyelenggara", &["6a", "6b", "7", "11a", "11b"]),
        ("pemilu-antarpeserta", &["10a", "10b", "10c", "10d", "10e", "10f"]),
        ("pemilihan-antarpeserta", &["10a", "10b", "10c", "10d", "10e", "10f"]),
    ];
    let files = files();
    for (set, variants) in told {
        let names: BTreeSet<&str> = files
            .iter()
            .filter(|file| file.set == set)
            .flat_map(|file| &file.scenario)
            .map(|scenario| scenario.name.split([':', ',']).next().unwrap_or_default())
            .collect();
        let missing: Vec<_> = variants.iter().filter(|variant| !names.contains(*variant)).collect();
        assert!(missing.is_empty(), "{set}: no scenario tells {missing:?}");
    }
}

#[test]
fn every_act_of_a_played_rule_set_is_performed_and_every_block_is_met() {
    let bases = Bases::read(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src/training/bases.toml"));
    let files = files();
    for set in rules::sets() {
        let mut seen = play::Seen::default();
        for file in files.iter().filter(|file| file.set == set.pin.id) {
            for scenario in &file.scenario {
                // The other test tells what went wrong.
                seen.extend(play::play(file, scenario, &bases).unwrap_or_default());
            }
        }
        if seen.acts.is_empty() {
            continue;
        }
        let acts: Vec<_> = set.value.act.keys().filter(|act| !seen.acts.contains(*act)).collect();
        let blocks: Vec<_> = set
            .value
            .guard
            .iter()
            .filter(|(_, guard)| guard.otherwise == sips_lapangan::domain::rule_set::Otherwise::Block)
            .map(|(key, _)| key)
            .filter(|key| !seen.refusals.contains(&format!("guard:{key}")))
            .collect();
        assert!(acts.is_empty() && blocks.is_empty(), "{}: no scenario performs {acts:?}, none is refused by {blocks:?}", set.pin.id);
    }
}

#[test]
fn a_scenario_that_differs_is_told_with_its_step() {
    let bases = Bases::read(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src/training/bases.toml"));
    let text = r#"
        set = "pemilu-penyelenggara"
        office = "16.07"
        [[scenario]]
        name = "wrong"
        step = [{ base = "petition", at = "2026-07-08 10.20", state = "decided", due = { filing = ["2026-07-10"] } }]
    "#;
    let file = File::parse("made up", text);
    let difference = play::play(&file, &file.scenario[0], &bases).expect_err("it goes otherwise");
    for part in ["step 1 (receive)", "state is filed, not decided", "filing", "2026-07-09"] {
        assert!(difference.contains(part), "{part}: {difference}");
    }
    let names: BTreeSet<_> = files().iter().flat_map(|file| file.scenario.iter().map(|s| (file.name.clone(), s.name.clone()))).collect();
    assert_eq!(names.len(), files().iter().map(|file| file.scenario.len()).sum::<usize>(), "names are unique in their file");
}
