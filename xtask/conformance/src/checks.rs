//! The checks, one room for each part of the contract. Their order is that of a run: what lets time pass or makes the backend
//! refuse sign-ins comes last.

use crate::Check;

mod answers;
mod cases;
mod changes;
mod comfort;
mod commands;
mod definitions;
mod discovery;
mod files;
mod hostile;
mod numbers;
mod origins;
mod receipts;
mod sessions;
mod streams;

/// The highest level that this kit has checks of.
pub const HIGHEST_LEVEL: u8 = 3;

const PARTS: [&[Check]; 15] = [
    discovery::CHECKS,
    sessions::CHECKS,
    commands::CHECKS,
    numbers::CHECKS,
    receipts::CHECKS,
    definitions::CHECKS,
    changes::CHECKS,
    cases::CHECKS,
    streams::CHECKS,
    files::CHECKS,
    comfort::CHECKS,
    hostile::CHECKS,
    origins::CHECKS,
    answers::CHECKS,
    sessions::LAST_CHECKS,
];

/// Articles of the contract, by their headings.
mod article {
    pub const WORDS: &str = "Words";
    pub const ANSWERS: &str = "Every answer";
    pub const SESSIONS: &str = "Sessions";
    pub const COMMANDS: &str = "Commands";
    pub const CHANGES: &str = "Changes";
    pub const CASES: &str = "Cases and definitions";
    pub const STREAMS: &str = "Streams";
    pub const FILES: &str = "Files";
    pub const COMFORT: &str = "Comfort";
    pub const ORIGINS: &str = "Another origin";
    pub const LIMITS: &str = "Limits";
}

/// All checks, in the order of a run.
pub fn all() -> impl Iterator<Item = &'static Check> {
    PARTS.into_iter().flatten()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    const CONTRACT: &str = include_str!("../../../tests/backend/CONTRACT.md");

    #[test]
    fn every_check_has_a_name_of_its_own_and_an_article_of_the_contract() {
        let headings: BTreeSet<&str> = CONTRACT.lines().filter_map(|line| line.strip_prefix("## ")).collect();
        let mut ids = BTreeSet::new();
        for check in all() {
            assert!(ids.insert(check.id), "{} is there twice", check.id);
            assert!(headings.contains(check.article), "{}: the contract has no article \"{}\"", check.id, check.article);
            assert!(check.level <= HIGHEST_LEVEL && !check.holds.is_empty() && !check.mend.is_empty(), "{}", check.id);
        }
    }
}
