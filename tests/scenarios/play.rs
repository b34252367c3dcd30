//! Plays a scenario: form check, decision, fold and, in the server's place, numbers.

use std::collections::{BTreeMap, BTreeSet};

use sips_lapangan::domain::answers::{Answer, Answers, Row};
use sips_lapangan::domain::case::{Act, Case, Effect};
use sips_lapangan::domain::command::{Base, Envelope, MadeAt, Payload, Ruling, SCHEMA};
use sips_lapangan::domain::decide::{Reason, decide};
use sips_lapangan::domain::facts::Facts;
use sips_lapangan::domain::form::{check, fields_in_order};
use sips_lapangan::domain::guard::{Truth, eval};
use sips_lapangan::domain::id::{AccountId, CaseId, CommandId, DeviceId};
use sips_lapangan::domain::offers::{RANKS, Standing, next, offers, rank};
use sips_lapangan::domain::office::{Actor, Channel, Hours, Level, Office, OfficeCode, Role};
use sips_lapangan::domain::rule_set::{Kind, RuleSet, See};
use sips_lapangan::domain::text::read_time;
use sips_lapangan::domain::time::{LocalDate, Timestamp};
use sips_lapangan::rules::{self, Pinned};

use crate::script::{Bases, File, Scenario, Step};

/// What a run performed and what refused it.
#[derive(Debug, Default)]
pub struct Seen {
    /// Acts that were performed.
    pub acts: BTreeSet<String>,
    /// Reasons of refusals that were expected.
    pub refusals: BTreeSet<String>,
}

impl Seen {
    /// Adds another run.
    pub fn extend(&mut self, other: Self) {
        self.acts.extend(other.acts);
        self.refusals.extend(other.refusals);
    }
}

struct Run<'a> {
    set: &'a Pinned<RuleSet>,
    office: Office,
    cases: BTreeMap<String, Case>,
    strands: BTreeMap<String, String>,
    issued: BTreeMap<(String, i16), u32>,
    before: BTreeMap<String, u32>,
    count: u8,
    wrong: Vec<String>,
    seen: Seen,
}

/// Plays a scenario to its end or to the first step that goes otherwise.
///
/// # Errors
/// The step and every difference in it.
pub fn play(file: &File, scenario: &Scenario, bases: &Bases) -> Result<Seen, String> {
    let set = rules::set_for(&file.set, None).ok_or_else(|| format!("no rule set {}", file.set))?;
    let code = scenario.office.as_ref().unwrap_or(&file.office);
    let mut office = office(code)?;
    if let Some(typed) = &scenario.hours {
        office.hours = Hours { counter_closes: read_time(&typed.counter), online_closes: read_time(&typed.online) };
    }
    let mut run = Run {
        set,
        office,
        cases: BTreeMap::new(),
        strands: BTreeMap::new(),
        issued: BTreeMap::new(),
        before: scenario.issued.clone(),
        count: 0,
        wrong: Vec::new(),
        seen: Seen::default(),
    };
    for (index, step) in file.steps(scenario).iter().enumerate() {
        let step = bases.complete(step);
        let act = step.act.as_deref().unwrap_or("no act");
        let place = || format!("step {} ({act}{})", index + 1, step.name.as_ref().map(|name| format!(", {name}")).unwrap_or_default());
        run.step(&step).map_err(|problem| format!("{}: {problem}", place()))?;
        if !run.wrong.is_empty() {
            return Err(format!("{}: {}", place(), run.wrong.join("; ")));
        }
    }
    Ok(run.seen)
}

/// The office of a code. Sub-district offices exist only around an election and stand in no table: one more part of the code
/// makes one below its regency.
fn office(code: &str) -> Result<Office, String> {
    let listed = |code: &str| rules::offices().iter().find(|office| office.code.0 == code).cloned();
    let below = || {
        let (regency, part) = code.rsplit_once('.')?;
        let regency = listed(regency).filter(|office| office.level == Level::Regency)?;
        Some(Office {
            code: OfficeCode(code.to_owned()),
            level: Level::District,
            parent: Some(regency.code.clone()),
            name: format!("Panwaslu Kecamatan {part}"),
            ..regency
        })
    };
    listed(code).or_else(below).ok_or_else(|| format!("no office {code}"))
}

fn instant(text: &str, office: &Office) -> Result<Timestamp, String> {
    let (date, time) = text.split_once(' ').ok_or_else(|| format!("`{text}` is not `2026-07-08 10.20`"))?;
    let date = LocalDate::parse(date).ok_or_else(|| format!("`{date}` is no date"))?;
    Ok(date.at(read_time(time).ok_or_else(|| format!("`{time}` is no time"))?, office.zone))
}

impl Run<'_> {
    fn step(&mut self, step: &Step) -> Result<(), String> {
        let acting = step.office.as_deref().map_or_else(|| Ok(self.office.clone()), office)?;
        let at = instant(&step.at, &self.office)?;
        let now = step.now.as_deref().map_or(Ok(at), |now| instant(now, &self.office))?;
        self.count += 1;
        let case = self.cases.get(&step.case).cloned().unwrap_or_else(|| Case::new(CaseId::new(at, [self.count; 10])));
        let case = match &step.act {
            None => case,
            Some(key) => self.perform(step, key, case, &acting, at, now)?,
        };
        self.look(step, &case, now);
        self.cases.insert(step.case.clone(), case);
        Ok(())
    }

    fn perform(&mut self, step: &Step, key: &str, mut case: Case, acting: &Office, at: Timestamp, now: Timestamp) -> Result<Case, String> {
        let set = self.set;
        let calendar = rules::newest_calendar().ok_or("no calendar")?;
        let rule = set.value.act.get(key).ok_or_else(|| format!("no act {key}"))?;
        let role = match &step.who {
            Some(who) => serde_json::from_value(who.as_str().into()).map_err(|_| format!("no role {who}"))?,
            None => *rule.by.role.first().ok_or("nobody may do it")?,
        };
        let actor = officer(role, acting);
        let made = step.made.as_deref().map_or(Ok(now), |made| instant(made, &self.office))?;
        let mut typed = answers(&set.value, &rule.form, &step.form)?;
        let local = at.in_zone(self.office.zone);
        let (hour, minute) = local.minute.hour_and_minute();
        for (field, text) in [("on", local.date.to_string()), ("at", format!("{hour:02}.{minute:02}"))] {
            for field in [field.to_owned(), format!("filed_{field}")] {
                if set.value.field(&rule.form, &field).is_some() && typed.text(&field).is_empty() {
                    typed.set_text(&field, text.clone());
                }
            }
        }
        self.prefill(&rule.form, &case, &mut typed, &step.form);
        let checked = check(&set.value, &rule.form, &typed, now.in_zone(self.office.zone).date);
        // What the check refuses is submitted as it was typed: the decision must refuse it, too.
        let submitted = if checked.problems.is_empty() { checked.submitted } else { typed };
        let strand = match &step.strand {
            None => None,
            Some(name) => Some(self.strands.get(name).ok_or_else(|| format!("no strand {name}"))?.clone()),
        };
        let envelope = Envelope {
            schema: SCHEMA,
            command_id: CommandId::new(now, [self.count; 10]),
            case_id: case.id,
            author: actor.account,
            office: acting.code.clone(),
            device: DeviceId::new(Timestamp(1), [1; 10]),
            payload: Payload { act: key.to_owned(), strand, answers: submitted },
            base: Base::at(case.revision),
            rules: set.pin.clone(),
            calendar: calendar.pin.clone(),
            office_settings: None,
            rulings: step
                .rulings
                .iter()
                .map(|(guard, ruling)| (guard.clone(), Ruling { reason: ruling.reason.clone(), reading: ruling.reading.clone() }))
                .collect(),
            depends_on: Vec::new(),
            corrects: Vec::new(),
            happened_at: at,
            made_at: MadeAt { wall: made, zone: self.office.zone, offset_ms: None },
            carried_by: None,
            training: false,
        };
        let context = rules::context(set, calendar, acting, &actor, now);
        match (decide(&case, &envelope, &context), &step.refused) {
            (Err(reasons), expected) => {
                let reasons: BTreeSet<String> = reasons.iter().map(told).collect();
                let expected: BTreeSet<String> = expected.iter().flatten().cloned().collect();
                self.same("refused", &expected, &reasons);
                self.seen.refusals.extend(reasons);
            }
            (Ok(_), Some(expected)) => self.wrong.push(format!("it is not refused; expected {expected:?}")),
            (Ok(mut act), None) => {
                self.judge(step, &act);
                self.number(&mut act, &case)?;
                if let Some(numbers) = &step.numbers {
                    let issued: BTreeMap<String, String> =
                        act.numbers().map(|(series, number)| (series.to_owned(), number.to_owned())).collect();
                    self.same("numbers", numbers, &issued);
                }
                if let (Some(name), Some(id)) = (&step.begins, &act.strand) {
                    self.strands.insert(name.clone(), id.clone());
                }
                case.apply(&act);
                self.papers(step, &case, now);
                self.seen.acts.insert(key.to_owned());
            }
        }
        Ok(case)
    }

    /// What a draft suggests, where the scenario says nothing else.
    fn prefill(&self, form: &str, case: &Case, typed: &mut Answers, said: &toml::Table) {
        for (key, field) in fields_in_order(&self.set.value, form) {
            let Some(prefill) = field.prefill.as_deref().filter(|_| !said.contains_key(key)) else { continue };
            let text = match (prefill, prefill.strip_prefix("case:").and_then(|path| path.split_once('.'))) {
                ("today" | "now", _) => continue,
                ("office.organiser", _) => &self.office.organiser,
                (_, Some((form, field))) => case.form(form).text(field),
                (text, None) => text,
            };
            typed.set_text(key, text.to_owned());
        }
    }

    /// What the act itself says.
    fn judge(&mut self, step: &Step, act: &Act) {
        let flags: BTreeSet<_> = act.flags.iter().cloned().collect();
        if let Some(expected) = &step.flags {
            self.same("flags", &expected.iter().cloned().collect(), &flags);
        }
        for (guard, ruling) in &step.rulings {
            if ruling.reading.is_none() && !flags.contains(guard) {
                self.wrong.push(format!("{guard} asked for no reason"));
            }
            if !act.rulings.contains_key(guard) {
                self.wrong.push(format!("the ruling on {guard} is not kept"));
            }
        }
        self.same("late", &step.late.iter().cloned().collect::<BTreeSet<_>>(), &act.late.iter().cloned().collect());
    }

    /// Issues numbers as a server does: in the order in which it takes the acts.
    fn number(&mut self, act: &mut Act, case: &Case) -> Result<(), String> {
        let date = act.happened_at.in_zone(self.office.zone).date;
        let mut effects = Vec::new();
        for effect in std::mem::take(&mut act.effects) {
            let series = match &effect {
                Effect::Number(series) if !matches!(case.numbers.get(series), Some(Some(_))) => Some(series.clone()),
                _ => None,
            };
            effects.push(effect);
            let Some(series) = series else { continue };
            let template = rules::numbers().get(&series).ok_or_else(|| format!("no number series {series}"))?;
            // Earlier numbers are those of the first year that the scenario touches.
            let first = self.issued.keys().all(|(known, _)| *known != series);
            let start = if first { self.before.get(&series).copied().unwrap_or(0) } else { 0 };
            let sequence = self.issued.entry((series.clone(), date.year())).or_insert(start);
            *sequence += 1;
            let number = template.print(*sequence, &self.office, case.channel().unwrap_or(Channel::Counter), date);
            effects.push(Effect::Numbered { series, number });
        }
        act.effects = effects;
        Ok(())
    }

    /// The papers that the last act made, and those that everybody may read so far.
    fn papers(&mut self, step: &Step, case: &Case, now: Timestamp) {
        let Some(calendar) = rules::newest_calendar() else { return };
        let facts = Facts::of(&self.set.value, &calendar.value, &self.office, case, now);
        let last = case.history.last().map(|past| past.act.as_str());
        let mut made = BTreeSet::new();
        let mut public = BTreeSet::new();
        for (key, paper) in self.set.value.paper.iter() {
            if case.history.iter().any(|past| past.act == paper.of)
                && paper.only_if.as_ref().is_none_or(|when| eval(when, &facts) == Truth::Yes)
            {
                made.extend((last == Some(&paper.of)).then(|| key.clone()));
                public.extend((paper.see == See::Public).then(|| key.clone()));
            }
        }
        for (word, expected, found) in [("papers", &step.papers, made), ("public", &step.public, public)] {
            if let Some(expected) = expected {
                self.same(word, &expected.iter().cloned().collect(), &found);
            }
        }
    }

    /// How the case stands.
    fn look(&mut self, step: &Step, case: &Case, now: Timestamp) {
        let set = self.set;
        let Some(calendar) = rules::newest_calendar() else { return };
        if let Some(state) = &step.state
            && *state != case.state
        {
            self.wrong.push(format!("state is {}, not {state}", case.state));
        }
        if let Some(column) = &step.column {
            let found = set.value.state.get(&case.state).and_then(|state| state.end.clone()).unwrap_or_default();
            self.same("column", column, &found);
        }
        for (name, state) in &step.strands {
            let found = self.strands.get(name).and_then(|id| case.strands.get(id)).map(|strand| strand.state.clone());
            self.same(&format!("strand {name}"), &Some(state.clone()), &found);
        }
        let facts = Facts::of(&set.value, &calendar.value, &self.office, case, now);
        let running = facts.deadlines();
        for (deadline, days) in &step.due {
            if !set.value.deadline.contains_key(deadline) {
                self.wrong.push(format!("no deadline {deadline}"));
            }
            let found: Vec<String> = running
                .iter()
                .filter(|running| running.deadline == *deadline)
                .flat_map(|running| &running.readings)
                .filter_map(|counted| counted.due.as_ref().ok())
                .map(|due| due.last_day.to_string())
                .collect();
            self.same(&format!("due {deadline}"), days, &found);
        }
        for (path, text) in &step.holds {
            let found = path.split_once('.').map(|(form, field)| case.form(form).text(field).to_owned()).unwrap_or_default();
            self.same(path, text, &found);
        }
        let everybody = Actor { roles: ROLES.to_vec(), ..officer(Role::Counter, &self.office) };
        let context = rules::context(set, calendar, &self.office, &everybody, now);
        let offers = offers(case, &context);
        let stands = |act: &str| {
            let mut of_act = offers.iter().filter(|offer| offer.act == act).peekable();
            of_act.peek()?;
            Some(of_act.any(|offer| offer.standing == Standing::Ready))
        };
        for (acts, expected, word) in
            [(&step.ready, Some(true), "ready"), (&step.barred, Some(false), "barred"), (&step.absent, None, "absent")]
        {
            for act in acts {
                let found = stands(act);
                if !set.value.act.contains_key(act) || found != expected {
                    let why = offers.iter().find(|offer| offer.act == *act).map(|offer| &offer.standing);
                    self.wrong.push(format!("{act} is not {word}: {why:?}"));
                }
            }
        }
        if let Some(expected) = &step.next {
            let found = next(&offers, case, &context).map(|offer| offer.act.clone()).unwrap_or_default();
            self.same("next", expected, &found);
        }
        let ranks: Vec<u8> = offers.iter().map(|offer| rank(offer, case, &set.value)).collect();
        assert!(ranks.iter().all(|rank| *rank < RANKS), "every offer has its place");
        if let Some(expected) = &step.proposed {
            let found: BTreeSet<String> = offers.iter().filter(|offer| offer.proposed).map(|offer| offer.act.clone()).collect();
            self.same("proposed", &expected.iter().cloned().collect(), &found);
        }
    }

    fn same<T: PartialEq + std::fmt::Debug>(&mut self, what: &str, expected: &T, found: &T) {
        if expected != found {
            self.wrong.push(format!("{what} is {found:?}, not {expected:?}"));
        }
    }
}

/// Every role there is.
pub const ROLES: [Role; 8] = [
    Role::Counter,
    Role::Official,
    Role::Member,
    Role::Secretary,
    Role::Operator,
    Role::ProvinceAdmin,
    Role::NationalAdmin,
    Role::District,
];

/// An officer of a role. Each role is a person of its own.
fn officer(role: Role, office: &Office) -> Actor {
    Actor {
        account: AccountId::new(Timestamp(1), [role as u8 + 1; 10]),
        name: format!("{role:?}"),
        office: OfficeCode(office.code.0.clone()),
        roles: vec![role],
    }
}

/// A reason in one word or two, as scenarios name it.
fn told(reason: &Reason) -> String {
    match reason {
        Reason::UnknownAct { .. } => "act".into(),
        Reason::UnknownVersion { .. } => "version".into(),
        Reason::Role { .. } => "role".into(),
        Reason::Level { .. } => "level".into(),
        Reason::OtherOffice => "office".into(),
        Reason::State { .. } => "state".into(),
        Reason::InTheFuture => "future".into(),
        Reason::BeforeCase => "before".into(),
        Reason::Once => "once".into(),
        Reason::StrandFull { .. } => "full".into(),
        Reason::TimeDiffers => "time".into(),
        Reason::Form { problem } => format!("form:{}", problem.place),
        Reason::Guard { guard } => format!("guard:{guard}"),
        Reason::NeedsReason { guard, unknown: false } => format!("reason:{guard}"),
        Reason::NeedsReason { guard, unknown: true } => format!("ask:{guard}"),
        Reason::ReadingNeedsReason { guard } => format!("unreasoned:{guard}"),
        Reason::ReasonTooLong { guard, .. } => format!("long:{guard}"),
    }
}

/// Answers as a person types them. A field that the form has not is kept, so that the check names it.
fn answers(set: &RuleSet, form: &str, table: &toml::Table) -> Result<Answers, String> {
    let mut typed = Answers::default();
    for (key, value) in table {
        let field = set.field(form, key);
        let answer = match (value, field.map(|field| field.kind)) {
            (toml::Value::Table(ticked), Some(Kind::Checklist)) => Answer::Rows(ticked.iter().map(ticks).collect()),
            (toml::Value::Array(rows), _) => {
                let of = field.and_then(|field| field.of.as_deref()).unwrap_or_default();
                let rows = rows.iter().enumerate().map(|(index, row)| {
                    let row = row.as_table().ok_or_else(|| format!("{key}: a row is a table"))?;
                    Ok::<_, String>(Row { id: format!("r{}", index + 1), fields: answers(set, of, row)? })
                });
                Answer::Rows(rows.collect::<Result<_, _>>()?)
            }
            (toml::Value::Table(_), _) => return Err(format!("{form}.{key} is no checklist")),
            (text, _) => Answer::Text(plain(text)),
        };
        typed.0.insert(key.clone(), answer);
    }
    Ok(typed)
}

/// A row of a checklist: `true`, `false` or the number of copies.
fn ticks((row, value): (&String, &toml::Value)) -> Row {
    let mut fields = Answers::default();
    fields.set_text("present", if *value == toml::Value::Boolean(false) { "no".into() } else { "yes".into() });
    if let toml::Value::Integer(copies) = value {
        fields.set_text("copies", copies.to_string());
    }
    Row { id: row.clone(), fields }
}

fn plain(value: &toml::Value) -> String {
    match value {
        toml::Value::String(text) => text.clone(),
        toml::Value::Boolean(true) => "yes".into(),
        toml::Value::Boolean(false) => "no".into(),
        other => other.to_string(),
    }
}
