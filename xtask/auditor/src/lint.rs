//! The checks of the law's files, by number: L01 to L44. Each finding names file, line and key and says in both languages
//! what is wrong. Errors fail; warnings are for a person to weigh; notes are told only when asked for.

mod explain;
mod forms;
mod graph;
mod guards;
mod tables;
mod texts;

pub use explain::{EXPLAINED, explain};

use sips_lapangan::domain::rule_set::{ActRule, Field, RuleSet, When};
use std::fmt;
use std::path::{Path, PathBuf};

use crate::explore;
use crate::tree::{File, Tree};

/// How much a finding weighs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Weight {
    /// Worth knowing; not printed unless asked for.
    Note,
    /// A person has to weigh it.
    Warning,
    /// The file is wrong.
    Error,
}

/// Something that a check found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// Number of the check.
    pub code: u8,
    /// How much it weighs.
    pub weight: Weight,
    /// The file.
    pub path: PathBuf,
    /// Its line, from 1.
    pub line: usize,
    /// The key in it; empty where the file as a whole is meant.
    pub key: String,
    /// What is wrong, in Indonesian.
    pub id: String,
    /// In English.
    pub en: String,
}

impl Finding {
    /// Puts a finding together.
    #[must_use]
    pub fn new(code: u8, weight: Weight, path: &Path, line: usize, key: &str, id: &str, en: &str) -> Self {
        let one_line = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
        Self { code, weight, path: path.to_owned(), line, key: key.to_owned(), id: one_line(id), en: one_line(en) }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let weight = match self.weight {
            Weight::Note => "note",
            Weight::Warning => "warning",
            Weight::Error => "error",
        };
        let colon = if self.key.is_empty() { "" } else { ": " };
        write!(f, "{}:{}: L{:02} {weight} {}{colon}{} / {}", self.path.display(), self.line, self.code, self.key, self.id, self.en)
    }
}

/// Runs every check over the files below a folder.
#[must_use]
pub fn lint(folder: &Path) -> Vec<Finding> {
    let tree = Tree::read(folder);
    let mut findings = tree.findings.clone();
    for (file, set) in tree.readable() {
        let before = findings.len();
        let mut check = Check { set, file, tree: &tree, findings: &mut findings };
        texts::keys(&mut check);
        texts::languages(&mut check);
        texts::sources(&mut check);
        graph::check(&mut check);
        guards::check(&mut check);
        forms::check(&mut check);
        // Only a set whose parts fit together can be walked through.
        let sound = findings[before..].iter().all(|finding| finding.weight != Weight::Error);
        if sound {
            walked(set, file, &mut findings);
        }
    }
    tables::check(&tree, &mut findings);
    findings.sort_by(|one, other| (&one.path, one.line, one.code).cmp(&(&other.path, other.line, other.code)));
    findings.dedup();
    findings
}

/// What only walking through every abstract case shows: L24 and L44.
fn walked(set: &RuleSet, file: &File<RuleSet>, findings: &mut Vec<Finding>) {
    let explored = explore::explore(set);
    let mut add = |code, key: String, id: &str, en: &str| {
        findings.push(Finding::new(code, Weight::Warning, &file.path, file.line(&key), &key, id, en));
    };
    if explored.cut_short {
        add(24, String::new(), "penjelajahan terlalu besar; tidak diperiksa", "too much to walk through; not checked");
        return;
    }
    for (guard, seen) in &explored.guards {
        if seen.evaluated && !seen.no && !seen.unknown {
            add(24, format!("guard.{guard}"), "syarat ini selalu terpenuhi", "this condition always holds");
        } else if seen.evaluated && !seen.yes && !seen.unknown {
            add(24, format!("guard.{guard}"), "syarat ini tidak pernah terpenuhi", "this condition never holds");
        }
    }
    for act in set.act.keys().filter(|act| !explored.acts.contains(*act)) {
        add(44, format!("act.{act}"), "tindakan ini tidak pernah dapat dilakukan", "this act can never be performed");
    }
    for (key, act) in set.act.iter() {
        for option in act.branch.keys().filter(|option| !explored.branches.contains(&(key.clone(), (*option).clone()))) {
            add(
                44,
                format!("act.{key}.branch"),
                &format!("cabang `{option}` tidak pernah terjadi"),
                &format!("branch `{option}` never occurs"),
            );
        }
    }
}

/// One rule set under check.
struct Check<'a> {
    set: &'a RuleSet,
    file: &'a File<RuleSet>,
    tree: &'a Tree,
    findings: &'a mut Vec<Finding>,
}

impl<'a> Check<'a> {
    fn add(&mut self, code: u8, weight: Weight, key: &str, id: &str, en: &str) {
        self.findings.push(Finding::new(code, weight, &self.file.path, self.file.line(key), key, id, en));
    }

    fn error(&mut self, code: u8, key: &str, id: &str, en: &str) {
        self.add(code, Weight::Error, key, id, en);
    }

    fn warn(&mut self, code: u8, key: &str, id: &str, en: &str) {
        self.add(code, Weight::Warning, key, id, en);
    }

    /// The field at `form.field` or `form.list.field`.
    fn field(&self, path: &str) -> Option<&'a Field> {
        field(self.set, path)
    }

    /// Every condition of the set with its key and the form that its short paths belong to.
    fn conditions(&self) -> Vec<(String, &'a When, Option<String>)> {
        conditions(self.set)
    }
}

/// The field at `form.field` or `form.list.field`.
#[must_use]
pub fn field<'a>(set: &'a RuleSet, path: &str) -> Option<&'a Field> {
    let parts: Vec<&str> = path.split('.').collect();
    match parts[..] {
        [form, field] => set.field(form, field),
        [form, list, field] => set.field(set.field(form, list)?.of.as_deref()?, field),
        _ => None,
    }
}

/// Every condition of a rule set: its key, itself, and the form whose fields it names without the form's name.
#[must_use]
pub fn conditions(set: &RuleSet) -> Vec<(String, &When, Option<String>)> {
    let mut all = Vec::new();
    for (key, guard) in set.guard.iter() {
        all.push((format!("guard.{key}.when"), &guard.when, None));
    }
    for (key, counter) in set.counter.iter() {
        all.push((format!("counter.{key}.plus"), &counter.plus, None));
    }
    for (key, deadline) in set.deadline.iter() {
        for (index, reading) in deadline.readings.iter().enumerate() {
            for (name, when) in [("start_if", &reading.start_if), ("when", &reading.when)] {
                all.extend(when.as_ref().map(|when| (format!("deadline.{key}.readings.{index}.{name}"), when, None)));
            }
        }
    }
    for (key, paper) in set.paper.iter() {
        all.extend(paper.only_if.as_ref().map(|when| (format!("paper.{key}.if"), when, None)));
    }
    for (key, list) in set.list.iter() {
        for (index, row) in list.rows.iter().enumerate() {
            all.extend(row.only_if.as_ref().map(|when| (format!("list.{key}.rows.{index}.if"), when, Some("petition".to_owned()))));
        }
    }
    for (form, fields) in set.field.iter() {
        for (key, field) in fields.iter() {
            all.extend(field.only_if.as_ref().map(|when| (format!("field.{form}.{key}.if"), when, Some(form.clone()))));
        }
    }
    all
}

/// Visits a condition and everything in it; `depth` is 0 at the top and grows with every `all` and `any`.
pub fn visit<'a>(when: &'a When, depth: usize, see: &mut dyn FnMut(&'a When, usize)) {
    see(when, depth);
    match when {
        When::All(all) | When::Any(all) => all.iter().for_each(|when| visit(when, depth + 1, see)),
        When::Not(inner) => visit(inner, depth, see),
        _ => {}
    }
}

/// The field paths that a predicate reads; none for those over the history.
#[must_use]
pub fn paths_of(when: &When) -> Vec<&str> {
    match when {
        When::Is(path) => path.first().map(String::as_str).into_iter().collect(),
        When::Filled(path) | When::AllOf(path) | When::AtLeast(path, _) | When::Lead { field: path, .. } => vec![path],
        When::Ordered(one, other) | When::Differs(one, other) => vec![one, other],
        _ => Vec::new(),
    }
}

/// The states that an act can lead to.
pub fn targets(act: &ActRule) -> impl Iterator<Item = &str> {
    act.to.as_deref().into_iter().chain(act.branch.values().map(String::as_str))
}
