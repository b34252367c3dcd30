//! The law's files as they lie on the disk, with the line of every key, so that a broken file is reported instead of
//! stopping the program. Nothing is judged here beyond "can it be read at all".

use sips_lapangan::domain::calendar::Calendar;
use sips_lapangan::domain::digest::Digest;
use sips_lapangan::domain::number::NumberSeries;
use sips_lapangan::domain::rule_set::{DefinitionRef, FORMAT, RuleSet, Source};
use sips_lapangan::domain::table::Table;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::lint::{Finding, Weight};

/// The largest file that is read.
const MAX_BYTES: u64 = 1 << 20;
/// Tables in tables: the format itself needs seven, and a condition may be three deep.
const MAX_DEPTH: usize = 16;

/// One file with what could be read of it.
#[derive(Debug)]
pub struct File<T> {
    /// For findings.
    pub path: PathBuf,
    /// Line of each key path, such as `act.receive.guards.0`.
    pub lines: BTreeMap<String, usize>,
    /// Its plain JSON, if it is TOML at all.
    pub json: Option<serde_json::Value>,
    /// The definition, if the file has its shape.
    pub value: Option<T>,
}

/// The files below a folder such as `src/rules`.
#[derive(Debug)]
pub struct Tree {
    /// That folder.
    pub folder: PathBuf,
    /// Rule sets, by folder and version.
    pub sets: Vec<File<RuleSet>>,
    /// Those of streams that are no cases, likewise; a folder need not have any. Nothing of the law stands in them.
    pub streams: Vec<File<RuleSet>>,
    /// Calendars likewise.
    pub calendars: Vec<File<Calendar>>,
    /// `sources.toml`.
    pub sources: Option<File<Table<String, Source>>>,
    /// `numbers.toml`.
    pub numbers: Option<File<Table<String, NumberSeries>>>,
    /// `offices.csv` as text.
    pub offices: Option<String>,
    /// `glossary.tsv` as text; a folder need not have one.
    pub glossary: Option<String>,
    /// Digests of published versions, by path: `lock.toml`. There is none before the first publication.
    pub lock: BTreeMap<String, String>,
    /// What could not be read.
    pub findings: Vec<Finding>,
}

impl<T> File<T> {
    /// The line of a key, or of the nearest one above it.
    #[must_use]
    pub fn line(&self, key: &str) -> usize {
        let mut key = key;
        loop {
            if let Some(line) = self.lines.get(key) {
                return *line;
            }
            match key.rsplit_once('.') {
                Some((above, _)) => key = above,
                None => return 1,
            }
        }
    }
}

impl Tree {
    /// Reads everything below `folder`. A file that is missing or broken is a finding.
    #[must_use]
    pub fn read(folder: &Path) -> Self {
        let mut findings = Vec::new();
        let sets = versions(&folder.join("sets"), &mut findings);
        let of_streams = folder.join("streams");
        let streams = if of_streams.exists() { versions(&of_streams, &mut findings) } else { Vec::new() };
        let calendars = versions(&folder.join("calendars"), &mut findings);
        let sources = one(&folder.join("sources.toml"), &mut findings);
        let numbers = one(&folder.join("numbers.toml"), &mut findings);
        let offices_path = folder.join("offices.csv");
        let offices =
            fs::read_to_string(&offices_path).map_err(|error| findings.push(unreadable(&offices_path, 1, &error.to_string()))).ok();
        let glossary = fs::read_to_string(folder.join("glossary.tsv")).ok();
        let lock_path = folder.join("lock.toml");
        let lock = if lock_path.exists() {
            one::<BTreeMap<String, String>>(&lock_path, &mut findings).and_then(|file| file.value).unwrap_or_default()
        } else {
            BTreeMap::new()
        };
        Self { folder: folder.to_owned(), sets, streams, calendars, sources, numbers, offices, glossary, lock, findings }
    }

    /// The rule sets that can be read, with their files.
    pub fn readable(&self) -> impl Iterator<Item = (&File<RuleSet>, &RuleSet)> {
        self.sets.iter().filter_map(|file| Some((file, file.value.as_ref()?)))
    }
}

impl File<RuleSet> {
    /// The pin that the build gives this file.
    #[must_use]
    pub fn pin(&self) -> Option<DefinitionRef> {
        let set = self.value.as_ref()?;
        Some(DefinitionRef { id: set.id.clone(), version: set.version, digest: Digest::of_json(self.json.as_ref()?) })
    }
}

fn versions<T: serde::de::DeserializeOwned>(folder: &Path, findings: &mut Vec<Finding>) -> Vec<File<T>> {
    let mut paths = Vec::new();
    match fs::read_dir(folder) {
        Err(error) => findings.push(unreadable(folder, 1, &error.to_string())),
        Ok(entries) => {
            for entry in entries.filter_map(Result::ok).filter(|entry| entry.path().is_dir()) {
                let files = fs::read_dir(entry.path()).into_iter().flatten().filter_map(Result::ok);
                paths.extend(files.map(|file| file.path()));
            }
        }
    }
    paths.sort();
    paths.iter().filter_map(|path| one(path, findings)).collect()
}

fn one<T: serde::de::DeserializeOwned>(path: &Path, findings: &mut Vec<Finding>) -> Option<File<T>> {
    let size = fs::metadata(path).map(|metadata| metadata.len()).unwrap_or_default();
    if size > MAX_BYTES {
        findings.push(Finding::new(
            1,
            Weight::Error,
            path,
            1,
            "",
            &format!("berkas {size} byte; paling besar {MAX_BYTES}"),
            &format!("the file has {size} bytes; at most {MAX_BYTES} are read"),
        ));
        return None;
    }
    let text = match fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) => {
            findings.push(unreadable(path, 1, &error.to_string()));
            return None;
        }
    };
    Some(parse(path, &text, findings))
}

/// Reads the text of a file; what is wrong with it is added to `findings`.
pub fn parse<T: serde::de::DeserializeOwned>(path: &Path, text: &str, findings: &mut Vec<Finding>) -> File<T> {
    let mut file = File { path: path.to_owned(), lines: BTreeMap::new(), json: None, value: None };
    let starts: Vec<usize> = std::iter::once(0).chain(text.match_indices('\n').map(|(at, _)| at + 1)).collect();
    let line_of = |at: usize| starts.partition_point(|start| *start <= at);
    let (table, errors) = DeTable::parse_recoverable(text);
    if !errors.is_empty() {
        // One mistake makes many; the first few lead to it.
        for error in errors.iter().take(3) {
            let line = line_of(error.span().map_or(0, |span| span.start.min(text.len().saturating_sub(1))));
            let code = if error.message().contains("duplicate key") { 2 } else { 1 };
            let what = error.message();
            findings.push(Finding::new(
                code,
                Weight::Error,
                path,
                line,
                "",
                &format!("bukan TOML yang sah: {what}"),
                &format!("no valid TOML: {what}"),
            ));
        }
        return file;
    }
    let mut dates = Vec::new();
    let mut deepest = (0, 0);
    walk("", table.get_ref(), 1, &line_of, &mut file.lines, &mut dates, &mut deepest);
    if deepest.0 > MAX_DEPTH {
        let (depth, line) = deepest;
        findings.push(Finding::new(
            1,
            Weight::Error,
            path,
            line,
            "",
            &format!("bersarang {depth} tingkat; paling dalam {MAX_DEPTH}"),
            &format!("nested {depth} deep; at most {MAX_DEPTH} are read"),
        ));
        return file;
    }
    let too_new = table.get_ref().get("format").and_then(|format| format.get_ref().as_integer()?.as_str().parse::<u32>().ok());
    if let Some(format) = too_new.filter(|format| *format != FORMAT) {
        findings.push(Finding::new(
            1,
            Weight::Error,
            path,
            file.line("format"),
            "format",
            &format!("format {format} tidak dikenal; versi ini membaca format {FORMAT}"),
            &format!("format {format} is not known; this version reads format {FORMAT}"),
        ));
        return file;
    }
    file.json = Some(json(&DeValue::Table(table.into_inner())));
    // The readers take dates as text, as the build writes them; quotes leave the lines where they are.
    let mut quoted = text.to_owned();
    dates.sort_by_key(|(start, _): &(usize, usize)| std::cmp::Reverse(*start));
    for (start, end) in dates {
        quoted.insert(end, '"');
        quoted.insert(start, '"');
    }
    match toml::from_str(&quoted) {
        Ok(value) => file.value = Some(value),
        Err(error) => {
            let at = error.span().map_or(0, |span| span.start);
            let line = quoted.get(..at).map_or(1, |before| before.matches('\n').count() + 1);
            let what = error.message();
            findings.push(Finding::new(
                2,
                Weight::Error,
                path,
                line,
                "",
                &format!("bentuk salah: {what}"),
                &format!("wrong shape: {what}"),
            ));
        }
    }
    file
}

/// Notes the line of each key, the places of dates, and how deep the tables lie.
fn walk(
    prefix: &str,
    table: &DeTable<'_>,
    depth: usize,
    line_of: &dyn Fn(usize) -> usize,
    lines: &mut BTreeMap<String, usize>,
    dates: &mut Vec<(usize, usize)>,
    deepest: &mut (usize, usize),
) {
    for (key, value) in table {
        let path = if prefix.is_empty() { key.get_ref().to_string() } else { format!("{prefix}.{}", key.get_ref()) };
        let line = line_of(key.span().start);
        lines.insert(path.clone(), line);
        walk_value(&path, value, line, depth, line_of, lines, dates, deepest);
    }
}

#[expect(clippy::too_many_arguments, reason = "the places that one walk fills")]
fn walk_value(
    path: &str,
    value: &Spanned<DeValue<'_>>,
    line: usize,
    depth: usize,
    line_of: &dyn Fn(usize) -> usize,
    lines: &mut BTreeMap<String, usize>,
    dates: &mut Vec<(usize, usize)>,
    deepest: &mut (usize, usize),
) {
    if depth > deepest.0 {
        *deepest = (depth, line);
    }
    match value.get_ref() {
        DeValue::Datetime(_) => dates.push((value.span().start, value.span().end)),
        DeValue::Table(inner) => walk(path, inner, depth + 1, line_of, lines, dates, deepest),
        DeValue::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                let path = format!("{path}.{index}");
                let line = line_of(item.span().start);
                lines.insert(path.clone(), line);
                walk_value(&path, item, line, depth + 1, line_of, lines, dates, deepest);
            }
        }
        _ => {}
    }
}

fn json(value: &DeValue<'_>) -> serde_json::Value {
    match value {
        DeValue::String(text) => text.as_ref().into(),
        DeValue::Integer(number) => i64::from_str_radix(number.as_str(), number.radix()).map_or(serde_json::Value::Null, Into::into),
        DeValue::Float(number) => number.as_str().parse::<f64>().map_or(serde_json::Value::Null, Into::into),
        DeValue::Boolean(is) => (*is).into(),
        DeValue::Datetime(date) => date.to_string().into(),
        DeValue::Array(items) => items.iter().map(|item| json(item.get_ref())).collect(),
        DeValue::Table(table) => {
            table.iter().map(|(key, item)| (key.get_ref().to_string(), json(item.get_ref()))).collect::<serde_json::Map<_, _>>().into()
        }
    }
}

fn unreadable(path: &Path, line: usize, what: &str) -> Finding {
    Finding::new(1, Weight::Error, path, line, "", &format!("tidak terbaca: {what}"), &format!("cannot be read: {what}"))
}
