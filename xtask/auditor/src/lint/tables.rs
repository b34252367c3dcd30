//! L38 to L43 beyond one rule set: sources, calendars, offices, number templates, and the versions of a set.

use serde_json::Value;
use sips_lapangan::domain::calendar::{Calendar, YearStatus};
use sips_lapangan::domain::rule_set::Mark;
use sips_lapangan::domain::text::read_time;
use sips_lapangan::domain::time::LocalDate;
use std::collections::{BTreeMap, BTreeSet};

use super::{Finding, Weight};
use crate::tree::{File, Tree};

/// Columns of `offices.csv`.
const COLUMNS: &str = "code,level,parent,name,organiser,zone,register_code,counter_closes,online_closes,source,mark";
/// What a number template may print.
const TOKENS: [&str; 4] = ["office.register_code", "channel", "month:roman", "year"];

pub(super) fn check(tree: &Tree, findings: &mut Vec<Finding>) {
    sources(tree, findings);
    for file in &tree.calendars {
        if let Some(calendar) = &file.value {
            days(file, calendar, tree, findings);
        }
    }
    offices(tree, findings);
    numbers(tree, findings);
    versions(tree, findings);
}

fn add<T>(findings: &mut Vec<Finding>, file: &File<T>, code: u8, weight: Weight, key: &str, id: &str, en: &str) {
    findings.push(Finding::new(code, weight, &file.path, file.line(key), key, id, en));
}

/// L05, L38: how a source was read is one of four words, and something names it.
fn sources(tree: &Tree, findings: &mut Vec<Finding>) {
    let Some(file) = &tree.sources else { return };
    let Some(sources) = &file.value else { return };
    let mut named = BTreeSet::new();
    let jsons = tree
        .sets
        .iter()
        .chain(&tree.streams)
        .filter_map(|file| file.json.as_ref())
        .chain(tree.calendars.iter().filter_map(|file| file.json.as_ref()));
    jsons.chain(tree.numbers.iter().filter_map(|file| file.json.as_ref())).for_each(|json| collect(json, &mut named));
    named.extend(tree.offices.iter().flat_map(|text| text.lines().skip(1)).filter_map(|line| line.rsplit(',').nth(1)).map(str::to_owned));
    let terms = tree.glossary.iter().flat_map(|text| text.lines().skip(1));
    named.extend(terms.filter_map(|line| line.rsplit('\t').nth(1)).map(str::to_owned));
    for (key, source) in sources.iter() {
        if !matches!(source.how.as_str(), "text" | "press" | "older_rule" | "inference") {
            add(findings, file, 5, Weight::Error, key, "`how` tidak dikenal", "`how` is none of the four words");
        }
        if source.work.id.trim().is_empty() || source.work.en.trim().is_empty() {
            add(findings, file, 4, Weight::Error, key, "teks kosong dalam satu bahasa", "a text is empty in one language");
        }
        if !source.url.is_empty() && !source.url.starts_with("https://") && !source.url.starts_with("http://") {
            add(findings, file, 5, Weight::Error, key, "alamat tidak sah", "no valid address");
        }
        if !named.contains(key) {
            add(findings, file, 38, Weight::Warning, key, "tidak ada yang menyebut sumber ini", "nothing names this source");
        }
    }
}

fn collect(value: &Value, named: &mut BTreeSet<String>) {
    match value {
        Value::Object(map) => map.iter().for_each(|(key, item)| match (key.as_str(), item.as_array()) {
            ("src", Some(keys)) => named.extend(keys.iter().filter_map(|key| key.as_str().map(str::to_owned))),
            _ => collect(item, named),
        }),
        Value::Array(items) => items.iter().for_each(|item| collect(item, named)),
        _ => {}
    }
}

/// L39.
fn days(file: &File<Calendar>, calendar: &Calendar, tree: &Tree, findings: &mut Vec<Finding>) {
    for (key, year) in calendar.year.iter() {
        let path = format!("year.{key}");
        let mut error = |code, id: &str, en: &str| add(findings, file, code, Weight::Error, &path, id, en);
        if year.day.iter().enumerate().any(|(index, day)| day.is_out_of_order(&year.day[..index])) {
            error(39, "hari tidak urut atau berulang", "days are not in order, or one stands twice");
        }
        if year.day.iter().any(|day| day.date.year().to_string() != *key) {
            error(39, "hari dari tahun lain", "a day of another year");
        }
        if year.day.iter().any(|day| day.id.trim().is_empty() || day.en.trim().is_empty()) {
            error(4, "hari tanpa nama dalam satu bahasa", "a day without a name in one language");
        }
        if year.day.is_empty() {
            error(39, "tahun tanpa hari libur", "a year without any day off");
        }
        if year.status == YearStatus::Decreed && year.decree.trim().is_empty() {
            error(39, "keputusan tidak disebut", "the decree is not named");
        }
        if year.status == YearStatus::Expected && year.mark == Mark::Confirmed {
            error(39, "tahun yang baru diperkirakan tidak bertanda C", "a year that is only expected is not marked C");
        }
        let known = tree.sources.as_ref().and_then(|file| file.value.as_ref());
        if year.src.is_empty() || known.is_some_and(|known| year.src.iter().any(|name| !known.contains_key(name))) {
            error(5, "tanpa sumber yang dikenal", "no known source");
        }
    }
}

/// L40. The app's own reader takes no quoted cells, so that a comma in a name is an error here.
fn offices(tree: &Tree, findings: &mut Vec<Finding>) {
    let Some(text) = &tree.offices else { return };
    let path = tree.folder.join("offices.csv");
    let mut error = |line: usize, key: &str, id: &str, en: &str| findings.push(Finding::new(40, Weight::Error, &path, line, key, id, en));
    if text.lines().next() != Some(COLUMNS) {
        error(1, "", &format!("baris judul bukan {COLUMNS}"), &format!("the header line is not {COLUMNS}"));
        return;
    }
    let rank = |level: &str| ["national", "province", "regency", "district"].iter().position(|known| *known == level);
    let mut known: BTreeMap<&str, usize> = BTreeMap::new();
    let mut rows = Vec::new();
    for (index, line) in text.lines().enumerate().skip(1) {
        let cells: Vec<&str> = line.split(',').collect();
        let [code, level, parent, name, organiser, zone, register, counter, online, source, mark] = cells[..] else {
            error(index + 1, "", "jumlah kolom salah", "the wrong number of columns");
            continue;
        };
        let mut wrong = |is: bool, id: &str, en: &str| {
            if is {
                error(index + 1, code, id, en);
            }
        };
        let Some(own) = rank(level) else {
            wrong(true, "tingkat tidak dikenal", "the level is not known");
            continue;
        };
        wrong(!["WIB", "WITA", "WIT"].contains(&zone), "zona tidak dikenal", "the zone is not known");
        wrong([code, name, organiser, register].iter().any(|cell| cell.trim().is_empty()), "sel wajib kosong", "a needed cell is empty");
        wrong([counter, online].iter().any(|hour| !hour.is_empty() && read_time(hour).is_none()), "jam tidak sah", "no valid hour");
        wrong(!["C", "L", "U"].contains(&mark), "tanda tidak dikenal", "the mark is not known");
        let sources = tree.sources.as_ref().and_then(|file| file.value.as_ref());
        wrong(sources.is_some_and(|sources| !sources.contains_key(source)), "sumber tidak ada", "there is no such source");
        wrong(known.insert(code, own).is_some(), "kode berulang", "the code stands twice");
        rows.push((index + 1, code, own, parent));
    }
    let mut missing = Vec::new();
    for (line, code, own, parent) in rows {
        match known.get(parent) {
            Some(above) if *above >= own => error(line, code, "kantor atasan tidak di atasnya", "the office above is not above"),
            None if !parent.is_empty() => missing.push((line, code)),
            None if own > 0 => error(line, code, "tanpa kantor atasan", "it has no office above"),
            _ => {}
        }
    }
    for (line, code) in missing {
        let (id, en) = ("kantor atasan belum ada di tabel", "the office above is not in the table yet");
        findings.push(Finding::new(40, Weight::Warning, &path, line, code, id, en));
    }
}

/// L41.
fn numbers(tree: &Tree, findings: &mut Vec<Finding>) {
    let Some(file) = &tree.numbers else { return };
    for (key, series) in file.value.iter().flat_map(|series| series.iter()) {
        let mut error = |code, id: &str, en: &str| add(findings, file, code, Weight::Error, key, id, en);
        let tokens: Vec<&str> = series.template.split('{').skip(1).map(|part| part.split('}').next().unwrap_or_default()).collect();
        let width =
            |token: &str| token.strip_prefix("seq:").and_then(|width| width.parse::<usize>().ok()).filter(|width| (1..=6).contains(width));
        if tokens.iter().filter(|token| width(token).is_some()).count() != 1 {
            error(41, "harus memuat {seq:N} tepat satu kali", "it must contain {seq:N} exactly once");
        }
        for token in tokens.iter().filter(|token| width(token).is_none() && !TOKENS.contains(token)) {
            let shown = format!("{{{token}}}");
            error(41, &format!("{shown} tidak dikenal"), &format!("{shown} is not known"));
        }
        if !tokens.contains(&"year") {
            error(
                41,
                "urutan mulai lagi tiap tahun, tetapi tahun tidak tercetak",
                "the sequence begins again each year, but the year is not printed",
            );
        }
        let known = tree.sources.as_ref().and_then(|file| file.value.as_ref());
        if series.src.is_empty() || known.is_some_and(|known| series.src.iter().any(|name| !known.contains_key(name))) {
            error(5, "tanpa sumber yang dikenal", "no known source");
        }
    }
}

/// L43: versions count up from 1, and later ones begin later.
fn versions(tree: &Tree, findings: &mut Vec<Finding>) {
    let mut last: BTreeMap<&str, (u32, LocalDate)> = BTreeMap::new();
    let mut sorted: Vec<_> = tree.readable().collect();
    sorted.sort_by_key(|(_, set)| (set.id.clone(), set.version));
    for (file, set) in sorted {
        let before = last.insert(&set.id, (set.version, set.applies.from));
        let (version, from) = before.map_or((0, None), |(version, from)| (version, Some(from)));
        if set.version != version + 1 {
            let next = version + 1;
            add(findings, file, 43, Weight::Error, "version", &format!("versi {next} tidak ada"), &format!("version {next} is missing"));
        }
        if from.is_some_and(|from| from >= set.applies.from) {
            let (id, en) = ("tidak mulai berlaku sesudah versi sebelumnya", "it does not come into force after the version before");
            add(findings, file, 43, Weight::Error, "applies.from", id, en);
        }
    }
}
