//! Under what the crates stand that the project is made of: each under a licence that asks for no more than its notice, and each such
//! licence named in THIRD-PARTY.md. What Cargo's lock file names is looked at, whatever target or program it is for.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use serde_json::Value;

use crate::shell::{self, Failure};

/// What may be used, the first of several that a crate offers. None of them asks for the source of what is made with it.
const ALLOWED: [&str; 10] =
    ["MIT", "Apache-2.0", "BSD-3-Clause", "ISC", "Zlib", "Unicode-3.0", "BSL-1.0", "CC0-1.0", "MIT-0", "CDLA-Permissive-2.0"];

/// Looks at every crate of the lock file.
///
/// # Errors
/// A crate has another licence or none, or THIRD-PARTY.md does not name one that is used.
pub fn check() -> Result<(), Failure> {
    let mut command = shell::cargo();
    command.args(["metadata", "--format-version", "1", "--locked"]);
    let told = shell::answer(&mut command).ok_or_else(|| Failure::new("`cargo metadata` failed", "`cargo metadata --locked` tells why"))?;
    let metadata: Value = serde_json::from_str(&told).map_err(|error| Failure::new(error.to_string(), "update Cargo"))?;
    let path = shell::root().join("THIRD-PARTY.md");
    let notices = fs::read_to_string(&path).map_err(|error| Failure::file(&path, &error))?;
    let crates = external(&metadata);
    let wrong = judge(&crates, &notices);
    println!("      {} crates", crates.len());
    if wrong.is_empty() {
        return Ok(());
    }
    Err(Failure::new(
        wrong.join("\n"),
        "take another crate; or, if its licence asks for a notice alone, name it in THIRD-PARTY.md and in licences.rs",
    ))
}

/// Crates from elsewhere with what they say of their licence.
fn external(metadata: &Value) -> Vec<(String, String)> {
    let packages = metadata["packages"].as_array().map_or(&[][..], Vec::as_slice);
    let foreign = packages.iter().filter(|package| !package["source"].is_null());
    let text = |package: &Value, name: &str| package[name].as_str().unwrap_or_default().to_owned();
    foreign.map(|package| (text(package, "name"), text(package, "license"))).collect()
}

/// What stands against it, a line each.
fn judge(crates: &[(String, String)], notices: &str) -> Vec<String> {
    let mut wrong = Vec::new();
    let mut used: BTreeMap<&str, &str> = BTreeMap::new();
    for (name, expression) in crates {
        match chosen(expression) {
            Some(licences) => {
                for licence in licences {
                    used.entry(licence).or_insert(name);
                }
            }
            None => wrong.push(format!("{name}: `{expression}` is not allowed")),
        }
    }
    let unnamed = used.iter().filter(|(licence, _)| !notices.contains(*licence));
    wrong.extend(unnamed.map(|(licence, name)| format!("THIRD-PARTY.md does not name {licence}, the licence of {name}")));
    wrong
}

/// The licences by which an SPDX expression is satisfied, the fewest notices first; `None` if it cannot be by what is allowed. An `AND` binds
/// more closely than an `OR`; `/` is how older crates write `OR`.
fn chosen(expression: &str) -> Option<BTreeSet<&'static str>> {
    let spaced = expression.replace('(', " ( ").replace(')', " ) ").replace('/', " OR ");
    let words: Vec<&str> = spaced.split_whitespace().collect();
    let mut rest = words.as_slice();
    let found = any_of(&mut rest);
    if rest.is_empty() { found } else { None }
}

fn any_of(words: &mut &[&str]) -> Option<BTreeSet<&'static str>> {
    let mut best = all_of(words);
    while let Some(("OR", after)) = words.split_first().map(|(first, after)| (*first, after)) {
        *words = after;
        let other = all_of(words);
        // What Rust itself is under weighs least.
        let weight = |licences: &BTreeSet<&str>| {
            licences.iter().filter_map(|licence| ALLOWED.iter().position(|known| known == licence)).sum::<usize>()
        };
        best = match (best, other) {
            (Some(one), Some(other)) if weight(&other) < weight(&one) => Some(other),
            (None, other) => other,
            (one, _) => one,
        };
    }
    best
}

fn all_of(words: &mut &[&str]) -> Option<BTreeSet<&'static str>> {
    let mut all = one(words);
    while let Some(("AND", after)) = words.split_first().map(|(first, after)| (*first, after)) {
        *words = after;
        let other = one(words);
        all = all.zip(other).map(|(mut all, other)| {
            all.extend(other);
            all
        });
    }
    all
}

fn one(words: &mut &[&str]) -> Option<BTreeSet<&'static str>> {
    let (first, after) = words.split_first()?;
    *words = after;
    if *first == "(" {
        let within = any_of(words);
        let (close, after) = words.split_first()?;
        *words = after;
        return within.filter(|_| *close == ")");
    }
    if let Some(("WITH", exception)) = words.split_first().map(|(with, after)| (*with, after)) {
        // An exception only takes away from what is asked for.
        *words = exception.get(1..).unwrap_or_default();
    }
    ALLOWED.iter().find(|known| *known == first).map(|known| BTreeSet::from([*known]))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(expression: &str) -> Option<Vec<&'static str>> {
        chosen(expression).map(|licences| licences.into_iter().collect())
    }

    #[test]
    fn an_expression_is_satisfied_by_what_is_allowed_alone() {
        assert_eq!(of("MIT OR Apache-2.0"), Some(vec!["MIT"]));
        assert_eq!(of("Apache-2.0/MIT"), Some(vec!["MIT"]));
        assert_eq!(of("Unlicense OR MIT"), Some(vec!["MIT"]));
        assert_eq!(of("MIT OR Apache-2.0 OR LGPL-2.1-or-later"), Some(vec!["MIT"]));
        assert_eq!(of("Apache-2.0 WITH LLVM-exception OR Apache-2.0 OR MIT"), Some(vec!["MIT"]));
        assert_eq!(of("(MIT OR Apache-2.0) AND Unicode-3.0"), Some(vec!["MIT", "Unicode-3.0"]));
        assert_eq!(of("MIT AND BSD-3-Clause OR Apache-2.0"), Some(vec!["Apache-2.0"]));
        for refused in ["GPL-3.0-only", "MIT AND GPL-3.0-only", "AGPL-3.0 OR GPL-2.0", "", "(MIT", "MIT)", "MIT Apache-2.0"] {
            assert_eq!(of(refused), None, "{refused}");
        }
    }

    #[test]
    fn a_crate_that_may_not_be_used_and_a_licence_without_a_notice_are_named() {
        let crates =
            [("a", "MIT"), ("b", "Zlib"), ("c", "SSPL-1.0"), ("d", "")].map(|(name, licence)| (name.to_owned(), licence.to_owned()));
        let wrong = judge(&crates, "a is under MIT");
        assert_eq!(wrong, ["c: `SSPL-1.0` is not allowed", "d: `` is not allowed", "THIRD-PARTY.md does not name Zlib, the licence of b"]);
    }
}
