//! The program behind `cargo xtask due|replay|rules`: reads the words, opens the files, prints, and says by its exit code
//! whether something was wrong. What is printed is made in the library.

use sips_auditor::lint::{self, Weight};
use sips_auditor::tree::Tree;
use sips_auditor::{book, due, explore, replay};
use sips_lapangan::domain::rule_set::RuleSet;
use sips_lapangan::domain::table::Table;
use std::fmt::Write as _;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    match run(&words) {
        Ok((text, fine)) => {
            // Whoever reads only the first lines closes the pipe; that is no fault.
            let _ = std::io::stdout().write_all(text.as_bytes());
            if fine { ExitCode::SUCCESS } else { ExitCode::FAILURE }
        }
        Err(problem) => {
            eprintln!("{problem}");
            ExitCode::FAILURE
        }
    }
}

/// What is to be printed, and whether everything was fine.
fn run(words: &[&str]) -> Result<(String, bool), String> {
    match words {
        ["due", file] => Ok((due::answer(&read(file)?)?, true)),
        ["replay", file] => {
            let replayed = replay::replay(&read(file)?)?;
            Ok((replayed.text, replayed.divergent == 0))
        }
        ["rules", "lint", "--explain"] => Ok((lint::explain(), true)),
        ["rules", "lint", rest @ ..] => {
            let notes = rest.contains(&"--notes");
            Ok(linted(&folder(rest.iter().find(|word| !word.starts_with("--")).copied()), notes))
        }
        ["rules", "book", rest @ ..] => {
            let (id, dir) = options(rest)?;
            let tree = Tree::read(&folder(dir));
            let none = Table::new();
            let sources = tree.sources.as_ref().and_then(|file| file.value.as_ref()).unwrap_or(&none);
            each(&tree, id, |set| (book::book(set, sources), true))
        }
        ["rules", "explore", rest @ ..] => {
            let (id, dir) = options(rest)?;
            each(&Tree::read(&folder(dir)), id, |set| {
                let explored = explore::explore(set);
                (explored.describe(set), explored.is_sound(set))
            })
        }
        _ => Err(format!("`{}`: `cargo xtask help`", words.join(" "))),
    }
}

fn linted(folder: &Path, notes: bool) -> (String, bool) {
    let findings = lint::lint(folder);
    let count = |weight| findings.iter().filter(|finding| finding.weight == weight).count();
    let (errors, warnings) = (count(Weight::Error), count(Weight::Warning));
    let mut text = String::new();
    for finding in findings.iter().filter(|finding| notes || finding.weight != Weight::Note) {
        let _ = writeln!(text, "{finding}");
    }
    let _ = writeln!(
        text,
        "{errors} kesalahan, {warnings} peringatan, {} catatan / {errors} errors, {warnings} warnings, {} notes",
        count(Weight::Note),
        count(Weight::Note)
    );
    (text, errors == 0)
}

/// The id of a rule set, and the folder behind `--dir`.
fn options<'a>(words: &[&'a str]) -> Result<(Option<&'a str>, Option<&'a str>), String> {
    match *words {
        [] => Ok((None, None)),
        ["--dir", dir] => Ok((None, Some(dir))),
        [id] => Ok((Some(id), None)),
        [id, "--dir", dir] | ["--dir", dir, id] => Ok((Some(id), Some(dir))),
        _ => Err(format!("`{}`: `cargo xtask help`", words.join(" "))),
    }
}

/// Goes through the rule sets of a folder, or the one that is named.
fn each(tree: &Tree, id: Option<&str>, print: impl Fn(&RuleSet) -> (String, bool)) -> Result<(String, bool), String> {
    let mut text = String::new();
    // A file that cannot be read is said before anything else; the others are printed all the same.
    let mut fine = tree.findings.is_empty();
    for finding in &tree.findings {
        let _ = writeln!(text, "{finding}");
    }
    let mut any = false;
    for (_, set) in tree.readable().filter(|(_, set)| id.is_none_or(|id| set.id == id)) {
        let (printed, sound) = print(set);
        text.push_str(&printed);
        fine &= sound;
        any = true;
    }
    match (any, id) {
        (false, Some(id)) => {
            Err(format!("{text}{}", due::both(&format!("tidak ada set aturan `{id}`"), &format!("there is no rule set `{id}`"))))
        }
        _ => Ok((text, fine)),
    }
}

/// The folder of the law's files; the project's own where none is named.
fn folder(named: Option<&str>) -> PathBuf {
    named
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).unwrap_or(Path::new(".")).join("src/rules"), PathBuf::from)
}

fn read(file: &str) -> Result<Vec<u8>, String> {
    fs::read(file).map_err(|error| format!("{file}: {error}"))
}
