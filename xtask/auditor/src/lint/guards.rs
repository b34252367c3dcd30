//! L17 to L31: conditions, counters, switches and deadlines.

use sips_lapangan::domain::rule_set::{DayUnit, Field, Kind, Mark, Missed, Need, Otherwise, When};
use std::collections::BTreeSet;

use super::{Check, Weight, conditions, paths_of, targets, visit};

/// How deep a condition may be.
const MAX_DEPTH: usize = 3;
/// More days than any period of the law has.
const MAX_DAYS: u16 = 366;

pub(super) fn check(check: &mut Check<'_>) {
    references(check);
    unused(check);
    shapes(check);
    effects(check);
    counters_and_switches(check);
    deadlines(check);
}

/// L17 and L18: what a condition names exists and has the right type.
fn references(check: &mut Check<'_>) {
    for (key, when, form) in check.conditions() {
        let mut atoms = Vec::new();
        visit(when, 0, &mut |when, _| atoms.push(when));
        for atom in atoms {
            let whole = |path: &str| match &form {
                Some(form) => format!("{form}.{path}"),
                None => path.to_owned(),
            };
            for path in paths_of(atom).into_iter().filter(|path| *path != "act.date") {
                if check.field(&whole(path)).is_none() {
                    check.error(17, &key, &format!("isian `{path}` tidak ada"), &format!("there is no field `{path}`"));
                }
            }
            names(check, &key, atom);
            types(check, &key, atom, &whole);
            let texts = matches!(
                atom,
                When::Is(_) | When::Filled(_) | When::Ordered(..) | When::Differs(..) | When::All(_) | When::Any(_) | When::Not(_)
            );
            if form.is_some() && !texts {
                check.error(18, &key, "syarat di formulir hanya melihat formulir itu", "a condition in a form sees the form alone");
            }
            // The engine shows these the texts of one past act and nothing else; anything more would never hold.
            if !texts && (key.ends_with(".plus") || key.ends_with(".start_if")) {
                check.error(18, &key, "di sini hanya isian teks yang terlihat", "only the texts of a form are seen here");
            }
        }
    }
    let set = check.set;
    for (key, act) in set.act.iter() {
        let path = format!("act.{key}");
        if !set.form.contains_key(&act.form) {
            check.error(
                17,
                &format!("{path}.form"),
                &format!("formulir `{}` tidak ada", act.form),
                &format!("there is no form `{}`", act.form),
            );
        }
        for guard in act.guards.iter().filter(|guard| !set.guard.contains_key(*guard)) {
            check.error(17, &format!("{path}.guards"), &format!("syarat `{guard}` tidak ada"), &format!("there is no guard `{guard}`"));
        }
        let numbers = check.tree.numbers.as_ref().and_then(|file| file.value.as_ref());
        if let (Some(series), Some(numbers)) = (&act.number, numbers)
            && !numbers.contains_key(series)
        {
            check.error(17, &format!("{path}.number"), &format!("seri `{series}` tidak ada"), &format!("there is no series `{series}`"));
        }
        // A condition that reads another strand's hand-filled form is fine; one that reads `act.date` needs nothing.
        if act.by.role.is_empty() {
            check.error(17, &format!("{path}.by"), "tidak ada yang boleh melakukannya", "nobody may perform it");
        }
    }
    if check.field(&set.applies.by).is_none_or(|field| field.kind != Kind::Date) {
        check.error(17, "applies.by", "bukan isian tanggal", "no field with a date");
    }
}

/// The names that a predicate over the history uses.
fn names(check: &mut Check<'_>, key: &str, atom: &When) {
    let set = check.set;
    let mut missing = |what: &str, en: &str, name: &str, there: bool| {
        if !there {
            check.error(17, key, &format!("{what} `{name}` tidak ada"), &format!("there is no {en} `{name}`"));
        }
    };
    match atom {
        When::Done(act) | When::Never(act) => missing("tindakan", "act", act, set.act.contains_key(act)),
        When::SameDay(one, other) => {
            [one, other].into_iter().for_each(|act| missing("tindakan", "act", act, set.act.contains_key(act)));
        }
        When::Counted(counter, _) => missing("penghitung", "counter", counter, set.counter.contains_key(counter)),
        When::Rests(strand) => missing("jalur", "strand", strand, set.strand.contains_key(strand)),
        When::Open(deadline) | When::Over(deadline) | When::Kept(deadline) => {
            missing("tenggat", "deadline", deadline, set.deadline.contains_key(deadline));
        }
        When::Numbered(series) => {
            let known = set.act.values().any(|act| act.number.as_ref() == Some(series));
            missing("penerbitan nomor", "act that issues the number", series, known);
        }
        When::Switch(switch, value) => match set.switch.get(switch) {
            None => missing("sakelar", "switch", switch, false),
            Some(known) => missing("jawaban sakelar", "answer of the switch", value, known.options.iter().any(|option| option.v == *value)),
        },
        When::At(at) => {
            let Some((strand, states)) = at.split_first() else { return missing("jalur", "strand", "", false) };
            missing("jalur", "strand", strand, strand == "main" || set.strand.contains_key(strand));
            let own = |state: &String| match set.state.get(state) {
                Some(state) => state.strand.as_deref().unwrap_or("main") == strand,
                None => false,
            };
            states.iter().for_each(|state| missing("status jalur itu", "state of that strand", state, own(state)));
            if states.is_empty() {
                missing("status", "state", "", false);
            }
        }
        _ => {}
    }
}

/// Does a predicate fit the kind of its field?
fn types(check: &mut Check<'_>, key: &str, atom: &When, whole: &dyn Fn(&str) -> String) {
    let field = |path: &str| check.field(&whole(path));
    let dated = |path: &str| path == "act.date" || field(path).is_none_or(|field| field.kind == Kind::Date);
    let plain = |field: &Field| !matches!(field.kind, Kind::Rows | Kind::Checklist | Kind::Files);
    let wrong = match atom {
        When::Is(path) => {
            let Some((path, options)) = path.split_first() else { return check.error(18, key, "`is` kosong", "`is` is empty") };
            let Some(field) = field(path) else { return };
            let known: Vec<&str> = match field.kind {
                Kind::Choice => field.options.iter().map(|option| option.v.as_str()).collect(),
                Kind::YesNo => vec!["yes", "no"],
                _ => return check.error(18, key, &format!("`{path}` bukan pilihan"), &format!("`{path}` is no choice")),
            };
            let strange: Vec<&String> = options.iter().filter(|option| !known.contains(&option.as_str()) || *option == "unknown").collect();
            if !strange.is_empty() {
                check.error(
                    18,
                    key,
                    &format!("`{path}` tidak punya pilihan {strange:?}, atau pilihan itu berarti belum diketahui"),
                    &format!("`{path}` has no options {strange:?}, or they mean not known"),
                );
            }
            options.is_empty().then_some(path.as_str())
        }
        When::Ordered(one, other) => [one, other].into_iter().find(|path| !dated(path)).map(String::as_str),
        When::Lead { field, .. } => (!dated(field)).then_some(field.as_str()),
        When::AllOf(path) => field(path).is_some_and(|field| field.kind != Kind::Checklist).then_some(path.as_str()),
        When::AtLeast(path, _) => field(path).is_some_and(|field| plain(field) && field.kind != Kind::Count).then_some(path.as_str()),
        When::Differs(one, other) => {
            [one, other].into_iter().find(|path| field(path).is_some_and(|field| !plain(field))).map(String::as_str)
        }
        _ => None,
    };
    if let Some(path) = wrong {
        check.error(18, key, &format!("jenis isian `{path}` tidak cocok"), &format!("the kind of `{path}` does not fit"));
    }
}

/// L17: guards, counters and switches that nothing uses; L19: guards with the same condition.
fn unused(check: &mut Check<'_>) {
    let set = check.set;
    let mut atoms = Vec::new();
    for (_, when, _) in conditions(set) {
        visit(when, 0, &mut |when, _| atoms.push(when));
    }
    for key in set.guard.keys().filter(|key| !set.act.values().any(|act| act.guards.contains(key))) {
        check.error(17, &format!("guard.{key}"), "tidak ada tindakan dengan syarat ini", "no act has this guard");
    }
    for key in set.counter.keys().filter(|key| !atoms.iter().any(|when| matches!(when, When::Counted(counter, _) if counter == *key))) {
        check.error(17, &format!("counter.{key}"), "tidak ada yang menanyakannya", "nothing asks for it");
    }
    for key in set.switch.keys().filter(|key| !atoms.iter().any(|when| matches!(when, When::Switch(switch, _) if switch == *key))) {
        check.error(17, &format!("switch.{key}"), "tidak ada yang menanyakannya", "nothing asks for it");
    }
    let guards: Vec<_> = set.guard.iter().collect();
    for (index, (key, guard)) in guards.iter().enumerate() {
        if let Some((first, _)) = guards[..index].iter().find(|(_, other)| other.when == guard.when && other.otherwise == guard.otherwise) {
            check.warn(19, &format!("guard.{key}"), &format!("syarat sama dengan `{first}`"), &format!("the same condition as `{first}`"));
        }
    }
}

/// L20 to L23.
fn shapes(check: &mut Check<'_>) {
    let set = check.set;
    for (key, guard) in set.guard.iter() {
        let path = format!("guard.{key}");
        if guard.mark == Mark::Unknown && guard.otherwise == Otherwise::Block {
            check.error(20, &path, "yang belum diketahui tidak boleh menghalangi", "what is unknown must not block");
        }
    }
    for (key, when, _) in check.conditions() {
        let mut wrong: Option<(&str, &str)> = None;
        visit(when, 0, &mut |when, depth| {
            wrong = match when {
                _ if depth > MAX_DEPTH => Some(("lebih dalam dari tiga tingkat", "deeper than three")),
                When::All(all) | When::Any(all) if all.len() < 2 => {
                    Some(("`all` atau `any` dengan kurang dari dua bagian", "`all` or `any` of fewer than two"))
                }
                When::Not(inner) if matches!(**inner, When::Not(_)) => Some(("`not` berganda", "a double `not`")),
                _ => wrong,
            };
        });
        if let Some((id, en)) = wrong {
            check.error(23, &key, id, en);
        }
    }
    for (act_key, act) in set.act.iter() {
        for guard_key in &act.guards {
            let Some(guard) = set.guard.get(guard_key) else { continue };
            let mut asks = BTreeSet::new();
            let mut times = Vec::new();
            visit(&guard.when, 0, &mut |when, _| {
                match when {
                    When::Open(deadline) => times.push(("open", deadline)),
                    When::Over(deadline) => times.push(("over", deadline)),
                    _ => {}
                }
                if matches!(when, When::Is(_) | When::Ordered(..) | When::Differs(..)) {
                    for path in paths_of(when).into_iter().filter(|path| *path != "act.date") {
                        let field = check.field(path);
                        let other_form = path.split('.').next() != Some(act.form.as_str());
                        if other_form || field.is_some_and(|field| field.need != Need::Must || field.only_if.is_some()) {
                            asks.insert(path.to_owned());
                        }
                    }
                }
            });
            let path = format!("guard.{guard_key}");
            if !asks.is_empty() {
                let asks = asks.into_iter().collect::<Vec<_>>().join(", ");
                check.add(
                    22,
                    Weight::Note,
                    &path,
                    &format!("bertanya pada `{act_key}` bila {asks} kosong"),
                    &format!("asks at `{act_key}` while {asks} is empty"),
                );
            }
            for (predicate, name) in times {
                let Some(deadline) = set.deadline.get(name) else { continue };
                if !deadline.met_by.contains(act_key) && deadline.propose.as_ref() != Some(act_key) {
                    check.warn(
                        21,
                        &path,
                        &format!("`{predicate}` menilai waktu `{act_key}`, padahal tindakan itu tidak memenuhi tenggat `{name}` dan tidak diusulkan olehnya; mungkin `kept`"),
                        &format!("`{predicate}` judges the time of `{act_key}`, which neither meets `{name}` nor is proposed by it; `kept` may be meant"),
                    );
                }
            }
        }
    }
}

/// L31: a deadline that only flags blocks nothing.
fn effects(check: &mut Check<'_>) {
    let set = check.set;
    for (key, guard) in set.guard.iter().filter(|(_, guard)| guard.otherwise == Otherwise::Block) {
        let mut flags = Vec::new();
        blocking(&guard.when, false, &mut |deadline| {
            if set.deadline.get(deadline).is_some_and(|rule| rule.missed == Missed::Flag) {
                flags.push(deadline.to_owned());
            }
        });
        for deadline in flags {
            check.error(
                31,
                &format!("guard.{key}"),
                &format!("tenggat `{deadline}` hanya menandai; lewat waktu tidak boleh menghalangi"),
                &format!("deadline `{deadline}` only flags; being late must not block"),
            );
        }
    }
}

/// The deadlines whose passing can make the condition fail.
fn blocking<'a>(when: &'a When, turned: bool, see: &mut dyn FnMut(&'a str)) {
    match when {
        When::Open(deadline) | When::Kept(deadline) if !turned => see(deadline),
        When::Over(deadline) if turned => see(deadline),
        When::All(all) | When::Any(all) => all.iter().for_each(|when| blocking(when, turned, see)),
        When::Not(inner) => blocking(inner, !turned, see),
        _ => {}
    }
}

/// L25 and L42.
fn counters_and_switches(check: &mut Check<'_>) {
    let set = check.set;
    for (key, counter) in set.counter.iter() {
        let path = format!("counter.{key}");
        let Some(act) = set.act.get(&counter.of) else {
            check.error(25, &path, &format!("tindakan `{}` tidak ada", counter.of), &format!("there is no act `{}`", counter.of));
            continue;
        };
        let mut foreign = None;
        visit(&counter.plus, 0, &mut |when, _| {
            let own = |path: &&str| path.split('.').next() == Some(act.form.as_str());
            let paths = paths_of(when);
            if !paths.iter().all(own) || (paths.is_empty() && !matches!(when, When::All(_) | When::Any(_) | When::Not(_))) {
                foreign = Some(());
            }
        });
        if foreign.is_some() {
            check.error(25, &path, "menghitung di luar formulir tindakan itu", "it counts by something else than that act's form");
        }
    }
    let mut zero = Vec::new();
    for (key, when, _) in check.conditions() {
        visit(when, 0, &mut |when, _| {
            if matches!(when, When::Counted(_, 0) | When::AtLeast(_, 0)) {
                zero.push(key.clone());
            }
        });
    }
    for key in zero {
        check.error(25, &key, "selalu terpenuhi: paling sedikit 0", "it always holds: at least 0");
    }
    for (key, switch) in set.switch.iter() {
        let path = format!("switch.{key}");
        let options: BTreeSet<&str> = switch.options.iter().map(|option| option.v.as_str()).collect();
        if options.len() < 2 || options.len() != switch.options.len() {
            check.error(42, &path, "butuh dua jawaban atau lebih, tanpa ulangan", "it needs two answers or more, none twice");
        }
        if !options.contains(switch.default.as_str()) {
            check.error(42, &path, "jawaban awal bukan salah satu pilihan", "the default is none of the answers");
        }
    }
}

/// L26 to L30.
fn deadlines(check: &mut Check<'_>) {
    let set = check.set;
    for (key, deadline) in set.deadline.iter() {
        let path = format!("deadline.{key}");
        if deadline.met_by.is_empty() {
            check.error(27, &path, "tidak ada yang memenuhinya", "nothing meets it");
        }
        for act in deadline.met_by.iter().chain(&deadline.propose).filter(|act| !set.act.contains_key(*act)) {
            check.error(27, &path, &format!("tindakan `{act}` tidak ada"), &format!("there is no act `{act}`"));
        }
        let ids: BTreeSet<&str> = deadline.readings.iter().map(|reading| reading.id.as_str()).collect();
        if ids.len() != deadline.readings.len() {
            check.error(28, &path, "id bacaan berulang", "a reading's id stands twice");
        }
        if deadline.readings.is_empty() {
            check.error(26, &path, "tanpa bacaan", "it has no reading");
        }
        // Readings of which only one applies at a time are no dispute.
        let disputed = deadline.readings.iter().filter(|reading| reading.when.is_none()).count() > 1;
        if disputed {
            if deadline.readings.iter().filter(|reading| reading.default).count() != 1 {
                check.error(28, &path, "beberapa bacaan: tepat satu menjadi bawaan", "several readings: exactly one is the default");
            }
            if deadline.readings.iter().any(|reading| reading.note.is_none()) {
                check.error(28, &path, "beberapa bacaan: masing-masing butuh catatan", "several readings: each needs a note");
            }
        }
        for (index, reading) in deadline.readings.iter().enumerate() {
            let path = format!("{path}.readings.{index}");
            if reading.start_date.is_some() != reading.start_act.is_empty() {
                check.error(26, &path, "butuh tepat satu awal: tanggal atau tindakan", "it needs one start: a date or acts");
            }
            if let Some(start) = &reading.start_date {
                if check.field(start).is_none_or(|field| field.kind != Kind::Date) {
                    check.error(26, &path, &format!("`{start}` bukan isian tanggal"), &format!("`{start}` is no field with a date"));
                }
                if reading.start_if.is_some() {
                    check.error(26, &path, "`start_if` hanya untuk awal dari tindakan", "`start_if` is for starts from acts");
                }
            }
            for act in reading.start_act.iter().filter(|act| !set.act.contains_key(*act)) {
                check.error(26, &path, &format!("tindakan `{act}` tidak ada"), &format!("there is no act `{act}`"));
            }
            if !reading.start_act.is_empty() && !precedes(check, reading.start_act.as_slice(), &deadline.met_by) {
                check.error(26, &path, "awalnya tidak dapat mendahului yang memenuhinya", "its start cannot precede what meets it");
            }
            if reading.n == 0 && reading.unit == DayUnit::Working {
                check.error(29, &path, "0 hari hanya dalam hari kalender", "0 days are calendar days only");
            }
            if reading.n > MAX_DAYS {
                check.error(29, &path, &format!("{} hari: terlalu banyak", reading.n), &format!("{} days: too many", reading.n));
            }
        }
        if (deadline.missed == Missed::Propose) != deadline.propose.is_some() {
            check.error(
                30,
                &path,
                "`missed = \"propose\"` dan `propose` harus bersama",
                "`missed = \"propose\"` and `propose` belong together",
            );
        }
        if let Some(act) = deadline.propose.as_ref().and_then(|act| set.act.get(act)) {
            let asks_over = act.guards.iter().filter_map(|guard| set.guard.get(guard)).any(|guard| {
                let mut over = false;
                visit(&guard.when, 0, &mut |when, _| over |= matches!(when, When::Over(name) if name == key));
                over
            });
            // An act that also meets the deadline is possible before it is over: then nothing is to be waited for.
            let meets = deadline.met_by.iter().any(|met| Some(met) == deadline.propose.as_ref());
            if !asks_over && !meets {
                check.warn(
                    30,
                    &format!("{path}.propose"),
                    "tindakan yang diusulkan tidak menanyakan apakah tenggat ini lewat",
                    "the proposed act does not ask whether this deadline is over",
                );
            }
        }
    }
}

/// Can one of the acts come before one of the others, by the arrows alone? Strands run beside each other, so that there only
/// a strand's own order counts.
fn precedes(check: &Check<'_>, starts: &[String], met_by: &[String]) -> bool {
    let set = check.set;
    starts.iter().filter_map(|start| set.act.get(start)).any(|start| {
        met_by.iter().filter_map(|met| set.act.get(met)).any(|met| {
            let strand = |act| set.strand_of(act).map(str::to_owned);
            if strand(start) != strand(met) || start.spawns.is_some() || met.spawns.is_some() {
                return true;
            }
            let mut reached: BTreeSet<&str> = targets(start).collect();
            if reached.is_empty() {
                reached.extend(start.from.iter().map(String::as_str));
            }
            loop {
                if met.from.iter().any(|from| reached.contains(from.as_str())) {
                    return true;
                }
                let more: Vec<&str> = set
                    .act
                    .values()
                    .filter(|act| act.from.iter().any(|from| reached.contains(from.as_str())))
                    .flat_map(targets)
                    .filter(|to| !reached.contains(to))
                    .collect();
                if more.is_empty() {
                    return false;
                }
                reached.extend(more);
            }
        })
    })
}
