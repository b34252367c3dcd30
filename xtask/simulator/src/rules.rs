//! The procedure that the simulated office follows, decided by the app's own `domain::decide`.

use std::sync::OnceLock;

use sips_lapangan::domain::calendar::Calendar;
use sips_lapangan::domain::decide::Context;
use sips_lapangan::domain::digest::Digest;
use sips_lapangan::domain::id::AccountId;
use sips_lapangan::domain::office::{Actor, Hours, Level, Office, OfficeCode, Role};
use sips_lapangan::domain::rule_set::{DefinitionRef, RuleSet, Text};
use sips_lapangan::domain::table::Table;
use sips_lapangan::domain::time::{Timestamp, Zone};

/// Number of accounts: two members and one at the counter, all of one office.
pub const ACCOUNTS: usize = 3;

/// Everything that is the same in every world.
pub struct Law {
    /// The procedure.
    pub rules: RuleSet,
    /// Its pin.
    pub rules_ref: DefinitionRef,
    /// A calendar without days off.
    pub calendar: Calendar,
    /// Its pin.
    pub calendar_ref: DefinitionRef,
    /// The office.
    pub office: Office,
    /// Its people.
    pub actors: [Actor; ACCOUNTS],
}

/// The law of the simulator.
pub fn law() -> &'static Law {
    static LAW: OnceLock<Law> = OnceLock::new();
    LAW.get_or_init(|| {
        let text = include_str!("../rules.toml");
        let rules: RuleSet = toml::from_str(text).expect("the simulator's own rules are a rule set");
        let office = Office {
            code: OfficeCode("16.07".to_owned()),
            level: Level::Regency,
            parent: None,
            name: "Bawaslu".to_owned(),
            organiser: "KPU".to_owned(),
            zone: Zone::Wib,
            register_code: "16.07".to_owned(),
            hours: Hours::default(),
        };
        let actor = |n: u8| Actor {
            account: AccountId::new(Timestamp(1), [n + 1; 10]),
            name: format!("A{n}"),
            office: office.code.clone(),
            roles: vec![if n == 2 { Role::Counter } else { Role::Member }],
        };
        Law {
            rules_ref: DefinitionRef { id: rules.id.clone(), version: 1, digest: Digest::of(text.as_bytes()) },
            rules,
            calendar: Calendar {
                format: 1,
                id: "c".to_owned(),
                version: 1,
                title: Text { id: String::new(), en: String::new() },
                cuti_bersama_working: false,
                year: Table::new(),
            },
            calendar_ref: DefinitionRef { id: "c".to_owned(), version: 1, digest: Digest::of(b"c") },
            actors: [actor(0), actor(1), actor(2)],
            office,
        }
    })
}

/// What a decision for this account at this time rests on.
#[must_use]
pub fn context(account: usize, now: Timestamp) -> Context<'static> {
    let law = law();
    Context {
        rules: &law.rules,
        rules_ref: &law.rules_ref,
        calendar: &law.calendar,
        calendar_ref: &law.calendar_ref,
        office: &law.office,
        actor: &law.actors[account],
        now,
    }
}

/// The account's number.
#[must_use]
pub fn account_of(id: AccountId) -> Option<usize> {
    law().actors.iter().position(|actor| actor.account == id)
}
