//! L09 to L16: states and acts as a graph.

use sips_lapangan::domain::office::{Level, Role};
use sips_lapangan::domain::rule_set::{Kind, Need, When};
use std::collections::BTreeSet;

use super::{Check, targets, texts::is_snake_case, visit};

pub(super) fn check(check: &mut Check<'_>) {
    starts_and_ends(check);
    references(check);
    reachability(check);
    branches(check);
    strands(check);
    people(check);
    order(check);
}

/// L17: the order of acts names each of them once.
fn order(check: &mut Check<'_>) {
    let set = check.set;
    for (index, key) in set.order.iter().enumerate() {
        if !set.act.contains_key(key) {
            check.error(17, "order", &format!("tindakan `{key}` tidak ada"), &format!("there is no act `{key}`"));
        }
        if set.order[..index].contains(key) {
            check.error(17, "order", &format!("`{key}` disebut dua kali"), &format!("`{key}` is named twice"));
        }
    }
    for key in set.act.keys().filter(|key| !set.order.contains(key)) {
        check.warn(
            17,
            "order",
            &format!("`{key}` tidak disebut: ditawarkan paling akhir"),
            &format!("`{key}` is not named: it is offered last"),
        );
    }
}

/// L09 and L14.
fn starts_and_ends(check: &mut Check<'_>) {
    let set = check.set;
    let starts: Vec<&String> = set.state.iter().filter(|(_, state)| state.start).map(|(key, _)| key).collect();
    if starts.len() != 1 {
        let n = starts.len();
        check.error(9, "state", &format!("harus ada tepat satu status awal, ada {n}"), &format!("exactly one state begins, there are {n}"));
    }
    for key in starts {
        let state = &set.state[key.as_str()];
        if state.strand.is_some() || state.end.is_some() {
            check.error(
                9,
                &format!("state.{key}"),
                "status awal ada di jalur utama dan bukan akhir",
                "the first state is of the main strand and no end",
            );
        }
    }
    for (key, act) in set.act.iter().filter(|(_, act)| act.spawns.is_none()) {
        if targets(act).next().is_some() {
            for from in act.from.iter().filter(|from| set.state.get(*from).is_some_and(|state| state.end.is_some())) {
                check.error(
                    9,
                    &format!("act.{key}.from"),
                    &format!("sesudah akhir `{from}` hanya ada catatan dan upaya hukum"),
                    &format!("after the end `{from}` there are only notes and remedies"),
                );
            }
        }
    }
    let ends = set.state.iter().filter(|(_, state)| state.strand.is_none()).filter_map(|(key, state)| Some((key, state.end.as_ref()?)));
    let mut any = false;
    for (key, column) in ends {
        any = true;
        if !is_snake_case(column) {
            check.error(
                14,
                &format!("state.{key}.end"),
                "akhir tidak menyebut satu kolom rekap",
                "an end does not name one column of the recap",
            );
        }
    }
    if !any {
        check.warn(
            14,
            "state",
            "belum ada status akhir: prosedur belum selesai ditulis",
            "there is no end yet: the procedure is not complete",
        );
    }
}

/// L12: what `from`, `to` and `branch` name exists and stays in its strand.
fn references(check: &mut Check<'_>) {
    let set = check.set;
    for (key, state) in set.state.iter() {
        if let Some(strand) = state.strand.as_ref().filter(|strand| !set.strand.contains_key(*strand)) {
            check.error(
                12,
                &format!("state.{key}.strand"),
                &format!("jalur `{strand}` tidak ada"),
                &format!("there is no strand `{strand}`"),
            );
        }
    }
    for (key, act) in set.act.iter() {
        let path = format!("act.{key}");
        if act.from.is_empty() {
            check.error(12, &path, "tanpa status asal", "it is possible in no state");
        }
        for state in act.from.iter().map(String::as_str).chain(targets(act)).filter(|state| !set.state.contains_key(*state)) {
            check.error(12, &path, &format!("status `{state}` tidak ada"), &format!("there is no state `{state}`"));
        }
        let strand_of = |state: &str| set.state.get(state).and_then(|state| state.strand.as_deref());
        let from: BTreeSet<Option<&str>> = act.from.iter().map(|state| strand_of(state)).collect();
        if from.len() > 1 {
            check.error(12, &format!("{path}.from"), "status asal dari beberapa jalur", "it begins in several strands");
        }
        let own = match &act.spawns {
            Some(strand) => {
                if !set.strand.contains_key(strand) {
                    check.error(12, &path, &format!("jalur `{strand}` tidak ada"), &format!("there is no strand `{strand}`"));
                }
                if from.iter().any(Option::is_some) {
                    check.error(
                        12,
                        &format!("{path}.from"),
                        "jalur samping dimulai dari jalur utama",
                        "a side strand begins from the main one",
                    );
                }
                if targets(act).next().is_none() {
                    check.error(12, &path, "jalur samping yang dimulai butuh status", "the strand that it begins needs a state");
                }
                Some(strand.as_str())
            }
            None => from.first().copied().flatten(),
        };
        if targets(act).any(|state| set.state.contains_key(state) && strand_of(state) != own) {
            check.error(12, &path, "tujuan ada di jalur lain", "it leads into another strand");
        }
    }
}

/// L10 and L11, as far as the arrows alone say; conditions are walked through in the exploration.
fn reachability(check: &mut Check<'_>) {
    let set = check.set;
    let mut reached: BTreeSet<&str> = set.start().into_iter().collect();
    let arrows: Vec<(&str, &str)> =
        set.act.values().flat_map(|act| act.from.iter().flat_map(move |from| targets(act).map(move |to| (from.as_str(), to)))).collect();
    while let Some((_, to)) = arrows.iter().find(|(from, to)| reached.contains(from) && !reached.contains(to)) {
        reached.insert(to);
    }
    for key in set.state.keys().filter(|key| !reached.contains(key.as_str())) {
        check.error(10, &format!("state.{key}"), "status ini tidak tercapai", "this state is never reached");
    }
    let strands = set.state.values().map(|state| state.strand.as_deref()).collect::<BTreeSet<_>>();
    for strand in strands {
        let own = |key: &str| set.state.get(key).is_some_and(|state| state.strand.as_deref() == strand);
        let mut ending: BTreeSet<&str> =
            set.state.iter().filter(|(key, state)| own(key) && state.end.is_some()).map(|(key, _)| key.as_str()).collect();
        if ending.is_empty() {
            // Of the main strand L14 says it.
            if let Some(strand) = strand {
                check.error(11, &format!("strand.{strand}"), "jalur ini tidak punya akhir", "this strand has no end");
            }
            continue;
        }
        while let Some((from, _)) = arrows.iter().find(|(from, to)| own(from) && own(to) && ending.contains(to) && !ending.contains(from)) {
            ending.insert(from);
        }
        for key in set.state.keys().filter(|key| own(key) && !ending.contains(key.as_str())) {
            check.error(11, &format!("state.{key}"), "dari sini tidak ada jalan ke akhir", "no way leads from here to an end");
        }
    }
}

/// L13.
fn branches(check: &mut Check<'_>) {
    let set = check.set;
    for (key, act) in set.act.iter() {
        let path = format!("act.{key}");
        let Some(by) = &act.to_by else {
            if !act.branch.is_empty() {
                check.error(13, &format!("{path}.branch"), "cabang tanpa `to_by`", "branches without `to_by`");
            }
            continue;
        };
        if act.to.is_some() {
            check.error(13, &path, "`to` dan `to_by` sekaligus", "both `to` and `to_by`");
        }
        let own = by.split_once('.').is_some_and(|(form, field)| form == act.form && !field.contains('.'));
        let Some(field) = check.field(by).filter(|_| own) else {
            check.error(13, &format!("{path}.to_by"), "bukan isian formulir tindakan ini", "no field of this act's own form");
            continue;
        };
        if field.kind != Kind::Choice || field.need != Need::Must || field.only_if.is_some() {
            check.error(
                13,
                &format!("{path}.to_by"),
                "isian penentu harus pilihan yang selalu wajib",
                "the deciding field must be a choice that is always needed",
            );
        }
        let options: BTreeSet<&str> = field.options.iter().map(|option| option.v.as_str()).collect();
        let branches: BTreeSet<&str> = act.branch.keys().map(String::as_str).collect();
        if options != branches {
            check.error(
                13,
                &format!("{path}.branch"),
                &format!("cabang {branches:?} tidak sama dengan pilihan {options:?}"),
                &format!("branches {branches:?} are not the options {options:?}"),
            );
        }
    }
}

/// L15.
fn strands(check: &mut Check<'_>) {
    let set = check.set;
    for (key, strand) in set.strand.iter() {
        let path = format!("strand.{key}");
        if !set.act.values().any(|act| act.spawns.as_ref() == Some(key)) {
            check.error(15, &path, "tidak ada tindakan yang memulainya", "no act begins it");
        }
        if strand.max == 0 {
            check.error(15, &format!("{path}.max"), "paling banyak nol", "at most none");
        }
        let asked = set.guard.values().any(|guard| {
            let mut asks = false;
            visit(&guard.when, 0, &mut |when, _| asks |= matches!(when, When::Rests(rests) if rests == key));
            asks
        });
        if !asked {
            check.warn(15, &path, "tidak ada yang menanyakan apakah jalur ini sudah selesai", "nothing asks whether this strand rests");
        }
    }
}

/// L16: at each level somebody can perform what that level may do, and can leave each state.
fn people(check: &mut Check<'_>) {
    let set = check.set;
    let works_at = |role: Role, level: Level| match role {
        Role::District => level == Level::District,
        Role::ProvinceAdmin => level == Level::Province,
        Role::NationalAdmin => level == Level::National,
        Role::Counter | Role::Official | Role::Member | Role::Secretary | Role::Operator => level != Level::District,
    };
    for (key, act) in set.act.iter() {
        for level in set.levels_of(act) {
            if !act.by.all().any(|role| works_at(role, *level)) {
                check.error(
                    16,
                    &format!("act.{key}.by"),
                    &format!("tidak ada peran yang bekerja di tingkat {level:?}"),
                    &format!("none of the roles works at the level {level:?}"),
                );
            }
        }
    }
    for (key, state) in set.state.iter().filter(|(_, state)| state.end.is_none() && !set.act.is_empty()) {
        let leaving = || set.act.values().filter(|act| act.spawns.is_none() && act.from.contains(key) && targets(act).next().is_some());
        if leaving().next().is_none() {
            // That there is no way out is L11's to say.
            continue;
        }
        let enters = |level: &Level| {
            let entering = set.act.values().filter(|act| targets(act).any(|to| to == key));
            state.start || entering.into_iter().any(|act| act.by.above || set.levels_of(act).contains(level))
        };
        for level in set.levels.iter().filter(|level| enters(level)) {
            if !leaving().any(|act| act.by.above || set.levels_of(act).contains(level)) {
                check.warn(
                    16,
                    &format!("state.{key}"),
                    &format!("di tingkat {level:?} tidak ada yang dapat meninggalkan `{}`", state.label.id),
                    &format!("at the level {level:?} nobody can leave `{}`", state.label.en),
                );
            }
        }
    }
}
