//! The officers of an office: the accounts that the backend begins with, and made-up ones for what those may not do. The latter have no
//! account to sign in with; their names stand in the acts alone.

use std::sync::OnceLock;

use sips_lapangan::domain::id::{AccountId, DeviceId};
use sips_lapangan::domain::office::{Level, Office, Role};
use sips_lapangan::domain::rule_set::By;
use sips_lapangan::domain::time::Timestamp;

use super::chance::Chance;
use super::words::words;
use crate::accounts::{self, Account};

/// When the made-up officers and their devices came: 1 January 2023.
const SINCE: Timestamp = Timestamp(1_672_531_200_000);

fn seeds() -> &'static [Account] {
    static SEEDS: OnceLock<Vec<Account>> = OnceLock::new();
    SEEDS.get_or_init(|| accounts::seeds().into_iter().map(Account::from).collect())
}

/// Somebody of the office who may submit an act of this kind, and the device.
#[must_use]
pub fn officer(office: &Office, by: &By, chance: &mut Chance) -> (Account, DeviceId) {
    let held = |role: &&Role| {
        !matches!(role, Role::ProvinceAdmin | Role::NationalAdmin) && (**role != Role::District || office.level == Level::Regency)
    };
    let recorders: Vec<&Role> = by.recorded_by.iter().filter(held).collect();
    let doers: Vec<&Role> = by.role.iter().filter(held).collect();
    // What members do is mostly written down by the secretariat; everything else by whoever did it.
    let written_down = by.role.contains(&Role::Member) && !recorders.is_empty() && (doers.is_empty() || chance.percent(65));
    let from = if written_down { recorders } else { doers };
    // The first is who mostly does it.
    let at = if chance.percent(60) { 0 } else { chance.index(from.len()) };
    let role = from.get(at).map_or(Role::Operator, |role| **role);
    let known: Vec<&Account> = seeds().iter().filter(|account| account.office == office.code && account.roles.contains(&role)).collect();
    let account = match chance.pick(&known) {
        Some(account) => (*account).clone(),
        None => made_up(office, role, if role == Role::Counter { chance.index(2) } else { 0 }),
    };
    let device = DeviceId::new(SINCE, Chance::of_text(&account.id.to_string(), 1).entropy());
    (account, device)
}

fn made_up(office: &Office, role: Role, which: usize) -> Account {
    let part = 100 * (role as u64) + which as u64;
    let mut chance = Chance::of_text(&office.code.0, part);
    let id = AccountId::new(SINCE, chance.entropy());
    Account {
        id,
        username: format!("{}-{part}", office.code.0),
        name: words().person(&mut chance),
        office: office.code.clone(),
        roles: vec![role],
    }
}

/// The members of the office: names, the chair first.
#[must_use]
pub fn members(office: &Office) -> Vec<String> {
    let count = if office.level == Level::Regency { 3 } else { 5 };
    let known = seeds().iter().filter(|account| account.office == office.code && account.roles == [Role::Member]);
    let mut names: Vec<String> = known.map(|account| account.name.clone()).collect();
    let mut chance = Chance::of_text(&office.code.0, 9_000);
    while names.len() < count {
        names.push(words().person(&mut chance));
    }
    names
}

/// Names of the secretariat: secretary, note taker, transcriber.
#[must_use]
pub fn staff(office: &Office) -> [String; 3] {
    let mut chance = Chance::of_text(&office.code.0, 9_001);
    [(); 3].map(|()| words().person(&mut chance))
}
