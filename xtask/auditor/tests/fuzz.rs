//! Commands that nobody would send beside those that somebody would: random acts, roles, offices, times, answers that are
//! missing, unknown or damaged. Nothing panics, no case leaves its rule set, deciding twice is deciding once, and what was
//! accepted comes out the same when it is folded and replayed from its JSON.

#![expect(clippy::print_stdout, reason = "the figures are part of what is tested")]

#[path = "support/chance.rs"]
mod chance;

use chance::Chance;
use sips_auditor::explore::{Explored, Step, explore};
use sips_auditor::replay::replay;
use sips_lapangan::domain::answers::{Answer, Answers, Row};
use sips_lapangan::domain::case::{Act, Case, fold};
use sips_lapangan::domain::command::{Base, Envelope, MadeAt, Payload, Ruling, SCHEMA};
use sips_lapangan::domain::decide::{Context, Reason, decide};
use sips_lapangan::domain::facts::{Facts, current_state};
use sips_lapangan::domain::form::{fields_in_order, is_shown};
use sips_lapangan::domain::id::{AccountId, CaseId, CommandId, DeviceId};
use sips_lapangan::domain::offers::{Standing, offers};
use sips_lapangan::domain::office::{Actor, Level, Office, OfficeCode, Role};
use sips_lapangan::domain::rule_set::{Kind, RuleSet};
use sips_lapangan::domain::time::{LocalDate, Timestamp};
use sips_lapangan::rules::{self, Pinned};
use std::collections::BTreeSet;
use std::time::Instant;

const WALKS: usize = 400;
const COMMANDS: usize = 45;
const SEED: u64 = 74;
const HOUR: i64 = 3_600_000;

const ROLES: [Role; 8] = [
    Role::Counter,
    Role::Official,
    Role::Member,
    Role::Secretary,
    Role::Operator,
    Role::ProvinceAdmin,
    Role::NationalAdmin,
    Role::District,
];

/// Texts that come out of no form.
const DAMAGED: [&str; 14] = [
    "",
    " ",
    "unknown",
    "yes",
    "31-02-2026",
    "9999-12-31",
    "0001-01-01",
    "24.00",
    "99.99",
    "-1",
    "4294967296",
    "\u{0}\u{202e}\u{feff}",
    "𝔓𝔢𝔯𝔨𝔞𝔯𝔞",
    "'; DROP TABLE perkara; --",
];

struct Walker {
    chance: Chance,
    set: &'static Pinned<RuleSet>,
    office: Office,
    now: Timestamp,
    id: u8,
    accepted: BTreeSet<String>,
    steps: BTreeSet<Step>,
    refused: usize,
}

impl Walker {
    /// What can be answered: every shown field with something that fits, the time of the act in its two fields.
    fn fill(&mut self, form: &str, date: LocalDate, time: &str) -> Answers {
        let set = &self.set.value;
        let mut answers = Answers::default();
        let fields: Vec<_> = fields_in_order(set, form).collect();
        for (key, field) in fields {
            if !is_shown(field, &answers) || (self.chance.one_in(12) && !matches!(key, "on" | "at" | "filed_on" | "filed_at")) {
                continue;
            }
            let of = field.of.clone().unwrap_or_default();
            let text = match field.kind {
                Kind::Choice => self.chance.pick(&field.options).v.clone(),
                Kind::YesNo => (*self.chance.pick(&["yes", "yes", "no"])).to_owned(),
                Kind::Date => date.to_string(),
                Kind::Time => time.to_owned(),
                Kind::Count => self.chance.below(9).to_string(),
                Kind::Nik => "1607014107920001".to_owned(),
                Kind::Phone => "081234567890".to_owned(),
                Kind::Email => "a@b.id".to_owned(),
                Kind::Text | Kind::Name | Kind::LongText => {
                    let text = format!("{} {key}", self.chance.below(3));
                    text.chars().take(field.max.unwrap_or(500).try_into().unwrap_or(500)).collect()
                }
                Kind::Rows => {
                    let rows = field.min.max(u32::from(self.chance.one_in(2)));
                    let rows = (0..rows).map(|row| Row { id: format!("r{row}"), fields: self.fill(&of, date, time) }).collect();
                    answers.0.insert(key.to_owned(), Answer::Rows(rows));
                    continue;
                }
                Kind::Checklist => {
                    let rows = set.list.get(&of).map(|list| list.rows.as_slice()).unwrap_or_default();
                    let ticked = rows
                        .iter()
                        .map(|row| {
                            let mut fields = Answers::default();
                            fields.set_text("present", if self.chance.one_in(20) { "no" } else { "yes" }.to_owned());
                            fields.set_text("copies", row.copies.to_string());
                            Row { id: row.v.clone(), fields }
                        })
                        .collect();
                    answers.0.insert(key.to_owned(), Answer::Rows(ticked));
                    continue;
                }
                Kind::Files => continue,
            };
            answers.set_text(key, text);
        }
        answers
    }

    /// Breaks answers in one place.
    fn damage(&mut self, answers: &mut Answers) {
        let keys: Vec<String> = answers.0.keys().cloned().collect();
        let key = if keys.is_empty() || self.chance.one_in(8) { "no_such_field".to_owned() } else { self.chance.pick(&keys).clone() };
        match self.chance.below(5) {
            0 => drop(answers.0.remove(key.as_str())),
            1 => {
                let text = (*self.chance.pick(&DAMAGED)).to_owned();
                answers.0.insert(key, Answer::Text(text));
            }
            2 => drop(answers.0.insert(key, Answer::Text("x".repeat(300_000)))),
            3 => {
                let ids = ["r0", "r0", "", "a/b", "petition"];
                let rows = (0..self.chance.below(4)).map(|_| Row { id: (*self.chance.pick(&ids)).to_owned(), fields: Answers::default() });
                let rows = rows.collect();
                answers.0.insert(key, Answer::Rows(rows));
            }
            _ => {
                let many = (0..300).map(|row| Row { id: format!("r{row}"), fields: Answers::default() }).collect();
                answers.0.insert(key, Answer::Rows(many));
            }
        }
    }

    fn next_id(&mut self) -> [u8; 10] {
        let (one, other) = (self.chance.next().to_be_bytes(), self.chance.next().to_be_bytes());
        let mut bytes = [0; 10];
        bytes[..8].copy_from_slice(&one);
        bytes[8..].copy_from_slice(&other[..2]);
        bytes
    }

    /// One command: mostly an act that stands open with answers that fit, else anything.
    fn command(&mut self, case: &Case) -> (Envelope, Actor) {
        let set = &self.set.value;
        let honest = !self.chance.one_in(4);
        let acts: Vec<String> = set.act.keys().cloned().collect();
        let actor = self.actor(honest);
        let open: Vec<(String, Option<String>)> = offers(case, &self.context(&actor))
            .into_iter()
            .filter(|offer| offer.standing == Standing::Ready)
            .map(|offer| (offer.act, offer.strand))
            .collect();
        let (act, strand) = if open.is_empty() || !honest {
            let act = if self.chance.one_in(10) { "no_such_act".to_owned() } else { self.chance.pick(&acts).clone() };
            let known: Vec<String> = case.strands.keys().cloned().collect();
            let strand = match self.chance.below(3) {
                0 => None,
                1 if !known.is_empty() => Some(self.chance.pick(&known).clone()),
                _ => Some("no-such-strand".to_owned()),
            };
            (act, strand)
        } else {
            self.chance.pick(&open).clone()
        };
        let ahead = [0, 1, 5, 30, 100][self.chance.below(5)];
        self.now = self.now.plus(HOUR * ahead + 60_000);
        let local = self.now.in_zone(self.office.zone);
        let (hour, minute) = local.minute.hour_and_minute();
        let form = set.act.get(&act).map(|rule| rule.form.clone()).unwrap_or_default();
        let mut answers = self.fill(&form, local.date, &format!("{hour:02}.{minute:02}"));
        let mut happened_at = local.date.at(local.minute, self.office.zone);
        if !honest {
            for _ in 0..=self.chance.below(3) {
                self.damage(&mut answers);
            }
            if self.chance.one_in(3) {
                let strange = [i64::MIN, -1, 0, i64::MAX, self.now.0 + 48 * HOUR, self.now.0 - 2_000 * HOUR];
                happened_at = Timestamp(*self.chance.pick(&strange));
            }
        }
        let calendar = rules::newest_calendar().expect("a calendar ships");
        let command_id = CommandId::new(self.now, self.next_id());
        let mut envelope = Envelope {
            schema: SCHEMA,
            command_id,
            case_id: case.id,
            author: actor.account,
            office: actor.office.clone(),
            device: DeviceId::new(Timestamp(4), [4; 10]),
            payload: Payload { act, strand, answers },
            base: Base::at(case.revision),
            rules: self.set.pin.clone(),
            calendar: calendar.pin.clone(),
            office_settings: None,
            rulings: Default::default(),
            depends_on: Vec::new(),
            corrects: Vec::new(),
            happened_at,
            made_at: MadeAt { wall: self.now, zone: self.office.zone, offset_ms: None },
            carried_by: None,
            training: false,
        };
        if !honest && self.chance.one_in(6) {
            envelope.rules.version += 1;
        }
        (envelope, actor)
    }

    fn actor(&mut self, honest: bool) -> Actor {
        let roles = if honest { ROLES.to_vec() } else { (0..self.chance.below(3)).map(|_| *self.chance.pick(&ROLES)).collect() };
        let office = if !honest && self.chance.one_in(4) { OfficeCode("99".to_owned()) } else { self.office.code.clone() };
        Actor { account: AccountId::new(Timestamp(1), [self.id; 10]), name: "Petugas".to_owned(), office, roles }
    }

    fn context<'a>(&'a self, actor: &'a Actor) -> Context<'a> {
        let calendar = rules::newest_calendar().expect("a calendar ships");
        Context {
            rules: &self.set.value,
            rules_ref: &self.set.pin,
            calendar: &calendar.value,
            calendar_ref: &calendar.pin,
            office: &self.office,
            actor,
            now: self.now,
        }
    }

    /// Decides a command; where reasons are asked for they are given, sometimes with a reading that fits or does not.
    fn decided(&mut self, case: &Case, mut envelope: Envelope, actor: &Actor) -> Option<Act> {
        for _ in 0..2 {
            let before = case.clone();
            let answer = decide(case, &envelope, &self.context(actor));
            assert_eq!(*case, before, "deciding leaves the case as it is");
            assert_eq!(answer, decide(case, &envelope, &self.context(actor)), "deciding twice is deciding once");
            match answer {
                Ok(act) => return Some(act),
                Err(reasons) => {
                    assert!(!reasons.is_empty(), "a refusal has a reason");
                    for reason in reasons {
                        match reason {
                            Reason::NeedsReason { guard, .. } => {
                                let reading =
                                    self.chance.one_in(3).then(|| (*self.chance.pick(&["text", "told", "no_such_reading"])).to_owned());
                                envelope.rulings.insert(guard, Ruling { reason: "Diputus pleno.".to_owned(), reading });
                            }
                            // What the check of the form leaves out is left out of what is sent.
                            Reason::UnknownVersion { .. } if envelope.rules == self.set.pin => {
                                let (rules, today) = (&self.set.value, self.now.in_zone(self.office.zone).date);
                                let form = rules.act.get(&envelope.payload.act).map(|rule| rule.form.clone()).unwrap_or_default();
                                envelope.payload.answers =
                                    sips_lapangan::domain::form::check(rules, &form, &envelope.payload.answers, today).submitted;
                            }
                            _ => {}
                        }
                    }
                }
            }
        }
        self.refused += 1;
        None
    }

    /// The bridge between both walks (I16): what happened with dates happens in the walk without them, which is of every case.
    fn is_among(&mut self, before: &Case, act: &Act, after: &Case, explored: &Explored) {
        let set = &self.set.value;
        let rule = &set.act[act.act.as_str()];
        let main = |case| current_state(case, set).to_owned();
        let own = |case: &Case| act.strand.as_ref().and_then(|id| case.strands.get(id)).map(|strand| strand.state.clone());
        let chosen = rule.to_by.as_ref().and_then(|path| path.split_once('.')).map(|(form, field)| after.form(form).text(field).to_owned());
        let step = Step {
            act: act.act.clone(),
            option: chosen,
            from: own(before).unwrap_or_else(|| main(before)),
            to: own(after).unwrap_or_else(|| main(after)),
        };
        assert!(explored.steps.contains(&step), "{}: {step:?} was not walked", set.id);
        for flag in &act.flags {
            let asked = (act.act.clone(), flag.clone());
            assert!(explored.asks.contains(&asked), "{}: {asked:?} was never asked", set.id);
        }
        self.steps.insert(step);
    }

    fn walk(&mut self, explored: &Explored) {
        let mut case = Case::new(CaseId::new(self.now, self.next_id()));
        let mut acts = Vec::new();
        for _ in 0..COMMANDS {
            let (envelope, actor) = self.command(&case);
            if let Some(act) = self.decided(&case, envelope, &actor) {
                let before = case.clone();
                case.apply(&act);
                self.is_among(&before, &act, &case, explored);
                self.accepted.insert(act.act.clone());
                acts.push(act);
                self.holds(&case, &explored.reached);
            }
        }
        assert_eq!(fold(case.id, &acts), case, "the fold is the case");
        for (index, act) in acts.iter_mut().enumerate() {
            act.revision = u32::try_from(index).expect("few acts") + 1;
        }
        let replayed = replay(serde_json::to_string(&acts).expect("acts are JSON").as_bytes()).expect("a history");
        assert_eq!((replayed.divergent, replayed.not_judged), (0, 0), "{}", replayed.text);
        assert_eq!(replayed.case.map(|replayed| replayed.state), (!acts.is_empty()).then_some(case.state));
    }

    /// The case is where the rule set, and the walk through all of it, says that it can be.
    fn holds(&self, case: &Case, reached: &BTreeSet<String>) {
        let set = &self.set.value;
        let state = current_state(case, set);
        assert!(set.state.get(state).is_some_and(|state| state.strand.is_none()) && reached.contains(state), "main state {state}");
        for instance in case.strands.values() {
            let known = set.state.get(&instance.state);
            assert_eq!(known.and_then(|state| state.strand.as_deref()), Some(instance.kind.as_str()), "{}", instance.state);
            assert!(reached.contains(&instance.state), "strand state {}", instance.state);
        }
        for (kind, strand) in set.strand.iter() {
            let instances = case.strands.values().filter(|instance| instance.kind == *kind).count();
            assert!(instances <= usize::from(strand.max), "{kind}");
        }
        let calendar = rules::newest_calendar().expect("a calendar ships");
        let _ = Facts::of(set, &calendar.value, &self.office, case, self.now).deadlines();
    }
}

#[test]
fn no_sequence_of_commands_leads_out_of_the_rules() {
    for set in rules::sets() {
        let explored = explore(&set.value);
        let started = Instant::now();
        let mut walker = Walker {
            chance: Chance::new(SEED),
            set,
            office: office(&set.value, 0),
            now: Timestamp::parse("2026-07-06T01:00:00Z").expect("an instant"),
            id: 1,
            accepted: BTreeSet::new(),
            steps: BTreeSet::new(),
            refused: 0,
        };
        for walk in 0..WALKS {
            walker.office = office(&set.value, walk);
            walker.now =
                Timestamp::parse("2026-07-06T01:00:00Z").expect("an instant").plus(24 * HOUR * i64::try_from(walk % 400).expect("a day"));
            walker.walk(&explored);
        }
        let (acts, all) = (walker.accepted.len(), set.value.act.len());
        println!(
            "{}: {WALKS} walks of {COMMANDS} commands in {:.1} s, {acts} of {all} acts performed, {} of {} steps taken, {} commands refused",
            set.pin.id,
            started.elapsed().as_secs_f64(),
            walker.steps.len(),
            explored.steps.len(),
            walker.refused
        );
        assert!(acts * 2 > all, "the walks get about: {:?}", walker.accepted);
        assert!(walker.refused > WALKS, "and are refused");
    }
}

/// An office of a level that may act, each time another one.
fn office(set: &RuleSet, number: usize) -> Office {
    let able: Vec<&Office> =
        rules::offices().iter().filter(|office| set.levels.contains(&office.level) && office.level != Level::District).collect();
    let found = able.get(number * 7 % able.len().max(1)).copied();
    found.cloned().unwrap_or_else(|| rules::offices()[0].clone())
}
