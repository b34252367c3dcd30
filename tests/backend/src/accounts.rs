//! The accounts that a new database has, and what an account may see.

use serde::Deserialize;
use sips_lapangan::api::wire::Me;
use sips_lapangan::domain::account::AccountEntry;
use sips_lapangan::domain::id::AccountId;
use sips_lapangan::domain::office::{Actor, Office, OfficeCode, Role};
use sips_lapangan::domain::stream::EVERYBODY;
use sips_lapangan::rules;

use crate::password;
use crate::store::{Store, StoreError};

/// An account as it is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    /// Its id.
    pub id: AccountId,
    /// The name used to sign in.
    pub username: String,
    /// The person's name.
    pub name: String,
    /// The office.
    pub office: OfficeCode,
    /// Roles in it.
    pub roles: Vec<Role>,
}

/// An account of the seed.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Seed {
    /// Its id.
    pub id: AccountId,
    /// The name used to sign in.
    pub username: String,
    /// In plain text: these accounts are for trying.
    pub password: String,
    /// The person's name.
    pub name: String,
    /// The office.
    pub office: OfficeCode,
    /// Roles in it.
    pub roles: Vec<Role>,
}

/// Cases that an account sees.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Scope {
    /// Those of every office.
    All,
    /// Those of these offices, sorted.
    Offices(Vec<OfficeCode>),
}

/// The accounts of the seed.
#[must_use]
pub fn seeds() -> Vec<Seed> {
    #[derive(Deserialize)]
    struct File {
        account: Vec<Seed>,
    }
    let file: Result<File, _> = toml::from_str(include_str!("../seed/accounts.toml"));
    file.expect("the seed is part of this program and a test reads it").account
}

/// The seed as a plain table, with its passwords.
#[must_use]
pub fn table() -> String {
    let mut rows = vec![["username", "password", "name", "roles", "office"].map(str::to_owned)];
    rows.extend(seeds().into_iter().map(|seed| {
        let roles: Vec<String> = seed.roles.iter().map(|role| role_key(*role)).collect();
        let office = office(&seed.office).map_or_else(String::new, |office| office.name.clone());
        [seed.username, seed.password, seed.name, roles.join(", "), format!("{} {office}", seed.office.0)]
    }));
    let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or(0);
    let widths = [0, 1, 2, 3, 4].map(width);
    let lines = rows.iter().map(|row| {
        let cells = row.iter().zip(widths);
        let line: String = cells.map(|(cell, width)| format!("{cell:width$}  ")).collect();
        line.trim_end().to_owned()
    });
    lines.collect::<Vec<_>>().join("\n")
}

fn role_key(role: Role) -> String {
    let key = serde_json::to_value(role).ok();
    key.and_then(|key| key.as_str().map(str::to_owned)).unwrap_or_default()
}

/// Adds the accounts of the seed that the store does not have yet. Others are left as they are: people
/// may have changed their passwords.
///
/// # Errors
/// The store failed, or a password could not be hashed.
pub fn plant(store: &Store) -> Result<(), StoreError> {
    let mut missing = Vec::new();
    for seed in seeds() {
        if store.read(|tx| tx.account(&seed.id))?.is_some() {
            continue;
        }
        let hash = password::hash(&seed.password).map_err(|error| StoreError::Damaged(format!("a password has no hash: {error}")))?;
        missing.push((Account::from(seed), hash));
    }
    if missing.is_empty() {
        return Ok(());
    }
    store.write(|tx| missing.iter().try_for_each(|(account, hash)| tx.add_account(account, hash)))
}

impl From<AccountEntry> for Account {
    fn from(entry: AccountEntry) -> Self {
        Self { id: entry.account, username: entry.username, name: entry.name, office: entry.office, roles: entry.roles }
    }
}

impl From<Seed> for Account {
    fn from(seed: Seed) -> Self {
        Self { id: seed.id, username: seed.username, name: seed.name, office: seed.office, roles: seed.roles }
    }
}

/// The office with this code, if the table of the core has it.
#[must_use]
pub fn office(code: &OfficeCode) -> Option<&'static Office> {
    rules::offices().iter().find(|office| office.code == *code)
}

impl Account {
    /// As the contract shows it; `None` if the table of offices lost its office.
    #[must_use]
    pub fn me(&self) -> Option<Me> {
        Some(Me {
            account: self.id,
            username: self.username.clone(),
            name: self.name.clone(),
            roles: self.roles.clone(),
            office: office(&self.office)?.clone(),
            colleagues: Vec::new(),
        })
    }

    /// As the one who acts.
    #[must_use]
    pub fn actor(&self) -> Actor {
        Actor { account: self.id, name: self.name.clone(), office: self.office.clone(), roles: self.roles.clone() }
    }

    /// What it sees: its own office; who watches over a province also the offices below; who watches over all, all.
    #[must_use]
    pub fn scope(&self) -> Scope {
        if self.roles.contains(&Role::NationalAdmin) {
            return Scope::All;
        }
        let mut offices = vec![self.office.clone()];
        if self.roles.contains(&Role::ProvinceAdmin) {
            let below = rules::offices().iter();
            offices.extend(below.filter(|office| office.parent.as_ref() == Some(&self.office)).map(|office| office.code.clone()));
        }
        offices.sort();
        Scope::Offices(offices)
    }
}

impl Scope {
    /// Does it hold the cases of this office, or what is for everybody?
    #[must_use]
    pub fn holds(&self, office: &OfficeCode) -> bool {
        match self {
            Self::All => true,
            Self::Offices(offices) => offices.contains(office) || office.0 == EVERYBODY,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn the_seed_is_sound() {
        let seeds = seeds();
        let ids: BTreeSet<_> = seeds.iter().map(|seed| seed.id).collect();
        let passwords: BTreeSet<_> = seeds.iter().map(|seed| &seed.password).collect();
        assert_eq!((ids.len(), passwords.len()), (seeds.len(), seeds.len()));
        for seed in &seeds {
            assert!(office(&seed.office).is_some(), "{}", seed.username);
            assert!(table().contains(&seed.password));
        }
    }

    #[test]
    fn a_province_sees_the_offices_below_it() {
        let account = |username: &str| {
            let seed = seeds().into_iter().find(|seed| seed.username == username);
            Account::from(seed.expect("a seeded account"))
        };
        let banyuasin = OfficeCode("16.07".into());
        let kendal = OfficeCode("33.24".into());
        for (username, own, other) in [("rina", true, false), ("sumsel", true, false), ("pusat", true, true), ("slamet", false, true)] {
            let scope = account(username).scope();
            assert_eq!((scope.holds(&banyuasin), scope.holds(&kendal)), (own, other), "{username}");
        }
    }
}
