//! The world of a scenario at any of its steps: a pure function of both, so that a link, *back* and a reset all lead to the same place.

use super::check::View;
use super::offices;
use super::scenario::{Line, Scenario, Step, bases};
use super::server::{Entry, Server};
use crate::api::wire::{Colleague, Me, Problem};
use crate::domain::answers::Answers;
use crate::domain::case::{Act, Case};
use crate::domain::command::{Base, Envelope, MadeAt, Payload, Ruling, SCHEMA};
use crate::domain::digest::Digest;
use crate::domain::evidence::{FileRef, MediaType};
use crate::domain::form::{check, fields_in_order};
use crate::domain::id::{AccountId, CaseId, CommandId, DeviceId, FileId};
use crate::domain::office::{Office, OfficeCode, Role};
use crate::domain::rule_set::RuleSet;
use crate::domain::stream::Stream;
use crate::domain::table::Table;
use crate::domain::text::read_time;
use crate::domain::time::{LocalDate, Timestamp};
use crate::store::transaction::base;
use serde::{Deserialize, Serialize};

const MINUTE_MS: i64 = 60_000;
/// The name of the officer who comes between where the trainer wants it.
pub const SECOND: &str = "kedua";

/// A world that is being played.
#[derive(Clone, Debug)]
pub struct World {
    /// What is played.
    pub scenario: Scenario,
    /// The step at hand.
    pub step: usize,
    /// The backend.
    pub server: Server,
    /// How many acts it had when the step began.
    pub since: usize,
    /// Training's clock when the step began.
    pub now: Timestamp,
    names: Names,
}

/// Where a world stands, besides what its server took: to be kept on the device.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Saved {
    /// Key of the scenario.
    pub scenario: String,
    /// The step at hand.
    pub step: usize,
    /// How many acts the server had when it began.
    pub since: usize,
    /// Training's clock when it began.
    pub now: Timestamp,
    names: Names,
}

/// What the script has named.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Names {
    cases: Table<String, CaseId>,
    strands: Table<String, String>,
    /// Lines so far: each has an id of its own.
    count: u8,
}

/// Why a line of a script was not done.
#[derive(Clone, Debug, PartialEq)]
pub enum Stuck {
    /// The script itself is wrong.
    Script(String),
    /// The core refuses it.
    Refused(Box<Problem>),
}

impl World {
    /// The world in which step number `step` begins; `seed` sets its ids apart from those of other runs.
    ///
    /// # Errors
    /// The scenario cannot be played up to there.
    pub fn at(scenario: &Scenario, step: usize, seed: u8) -> Result<Self, Stuck> {
        let office = office(scenario)?;
        let now = instant(&scenario.at, &office)?;
        let people = people(scenario, seed)?;
        let server = Server::new(&epoch(scenario, seed), people, before(scenario));
        let mut world = Self { scenario: scenario.clone(), step: 0, server, since: 0, now, names: Names::default() };
        for line in &scenario.begin {
            world.perform(line, seed)?;
        }
        world.begin_step(seed)?;
        while world.step < step.min(scenario.step.len().saturating_sub(1)) {
            if !world.this_step().aside {
                world.solve(seed)?;
            }
            world.step += 1;
            world.begin_step(seed)?;
        }
        Ok(world)
    }

    /// Where it stands.
    #[must_use]
    pub fn saved(&self) -> Saved {
        Saved { scenario: self.scenario.key.clone(), step: self.step, since: self.since, now: self.now, names: self.names.clone() }
    }

    /// The world as it was kept; `entries` are all that its server took, with the bytes of files.
    ///
    /// # Errors
    /// The scenario has no such office.
    pub fn resume(scenario: &Scenario, saved: Saved, seed: u8, entries: Vec<(Entry, Option<Vec<u8>>)>) -> Result<Self, Stuck> {
        let mut server = Server::new(&epoch(scenario, seed), people(scenario, seed)?, before(scenario));
        for (entry, bytes) in entries {
            server.restore(entry, bytes);
        }
        let Saved { step, since, now, names, .. } = saved;
        Ok(Self { scenario: scenario.clone(), step, server, since, now, names })
    }

    /// The step at hand.
    #[must_use]
    pub fn this_step(&self) -> &Step {
        // Steps are counted within the scenario's own, of which there is one at least.
        &self.scenario.step[self.step.min(self.scenario.step.len() - 1)]
    }

    /// Goes on to the next step, over what the trainee has done.
    ///
    /// # Errors
    /// What happens meanwhile does not fit.
    pub fn next_step(&mut self, seed: u8) -> Result<(), Stuck> {
        if self.step + 1 < self.scenario.step.len() {
            self.step += 1;
            self.begin_step(seed)?;
        }
        Ok(())
    }

    fn begin_step(&mut self, seed: u8) -> Result<(), Stuck> {
        let step = self.this_step().clone();
        if let Some(at) = &step.at {
            self.now = instant(at, &office(&self.scenario)?)?;
        }
        self.since = self.server.acts().count();
        for line in &step.meanwhile {
            self.perform(line, seed)?;
        }
        Ok(())
    }

    /// Does the step at hand in the scenario's own way.
    ///
    /// # Errors
    /// It cannot be done so.
    pub fn solve(&mut self, seed: u8) -> Result<(), Stuck> {
        for line in self.this_step().solution.clone() {
            self.perform(&line, seed)?;
        }
        Ok(())
    }

    /// `2026-07-08 10.20` by the clock of the scenario's office.
    ///
    /// # Errors
    /// It is no such text.
    pub fn instant(&self, text: &str) -> Result<Timestamp, Stuck> {
        instant(text, &office(&self.scenario)?)
    }

    /// What a check of the step at hand is asked of.
    #[must_use]
    pub fn view<'a>(&'a self, waiting: &'a [Act]) -> View<'a> {
        View { server: &self.server, waiting, since: self.since, case: self.case_of("") }
    }

    /// The case of a name, if the script has made it.
    #[must_use]
    pub fn case_of(&self, name: &str) -> Option<CaseId> {
        self.names.cases.get(name).copied()
    }

    /// The case that a step is about: the script's, or the one that was touched last.
    #[must_use]
    pub fn subject(&self) -> Option<CaseId> {
        self.case_of("").or_else(|| self.server.acts().rev().find(|act| is_of_a_case(act)).map(|act| act.case_id))
    }

    /// Does one line of a script, as a person of the scenario would.
    ///
    /// # Errors
    /// See [`Stuck`].
    pub fn perform(&mut self, line: &Line, seed: u8) -> Result<(), Stuck> {
        let (me, envelope, at) = self.envelope(line, seed)?;
        let (case, command) = (envelope.case_id, envelope.command_id);
        let result = self.server.take(&me, &envelope, at);
        if let Some(problem) = result.problem {
            return Err(Stuck::Refused(Box::new(problem)));
        }
        if self.case_of(&line.case).is_none() {
            self.names.cases.insert(line.case.clone(), case);
        }
        if line.attach.is_some() {
            let file = sheet(seed, at);
            self.server.restore(Entry::File(me.office.code.clone(), file), Some(SHEET.to_vec()));
        }
        if let Some(name) = &line.begins {
            self.names.strands.insert(name.clone(), command.to_string());
        }
        Ok(())
    }

    /// The command of a line.
    ///
    /// # Errors
    /// The script does not fit the rule set.
    pub fn envelope(&mut self, line: &Line, seed: u8) -> Result<(Me, Envelope, Timestamp), Stuck> {
        let wrong = |what: String| Stuck::Script(what);
        let template = match &line.base {
            None => None,
            Some(name) => Some(bases().get(name).ok_or_else(|| wrong(format!("no template {name}")))?),
        };
        let key =
            line.act.clone().or_else(|| template.map(|base| base.act.clone())).ok_or_else(|| wrong("a line without an act".into()))?;
        let book = self.server.book().clone();
        let subject = self.case_of(&line.case).or_else(|| self.subject().filter(|_| line.case.is_empty()));
        let is_first = key == "receive";
        self.names.count = self.names.count.wrapping_add(1);
        let office = office(&self.scenario)?;
        let at = line.at.as_deref().map_or(Ok(self.now), |at| instant(at, &office))?;
        // Forms say the minute.
        let at = Timestamp(at.0 - at.0.rem_euclid(MINUTE_MS));
        // The bits of an id that tell its kind lie in the first and the third of these.
        let entropy = [7, seed, 7, self.names.count, 7, 7, 7, 7, 7, 7];
        let case = match subject.filter(|_| !is_first) {
            Some(id) => self.server.case(id),
            None => Case::new(CaseId::new(at, entropy)),
        };
        let set = match &case.rules {
            Some(pin) => book.set(pin),
            None => book.set_for(&self.scenario.set, Some(at.in_zone(office.zone).date)),
        };
        let set = set.ok_or_else(|| wrong(format!("no rule set {}", self.scenario.set)))?;
        let calendar = book.newest_calendar().ok_or_else(|| wrong("no calendar".into()))?;
        let rule = set.value.act.get(&key).ok_or_else(|| wrong(format!("no act {key}")))?;
        let people = self.server.people();
        let me = match &line.who {
            Some(who) => people.iter().find(|me| me.username == *who),
            None => people.iter().find(|me| !me.actor().roles_for(rule).is_empty()),
        };
        let me = me.cloned().ok_or_else(|| wrong(format!("nobody may {key}")))?;
        let mut typed = template.map(|base| base.form.0.clone()).unwrap_or_default();
        typed.0.extend(line.form.0.0.iter().map(|(key, answer)| (key.clone(), answer.clone())));
        complete(&set.value, &rule.form, &case, &me.office, at, &mut typed);
        if let Some(field) = &line.attach {
            typed.rows_mut(field).push(sheet(seed, at).to_row());
        }
        let checked = check(&set.value, &rule.form, &typed, at.in_zone(office.zone).date);
        // What the check refuses is sent as it was typed: the decision refuses it, too, and says why.
        let answers = if checked.problems.is_empty() { checked.submitted } else { typed };
        let strand = match &line.strand {
            None => None,
            Some(name) => {
                let known = self.names.strands.get(name).cloned();
                Some(known.ok_or_else(|| wrong(format!("no strand {name}")))?)
            }
        };
        let rulings = line
            .rulings
            .iter()
            .map(|(guard, given)| (guard.clone(), Ruling { reason: given.reason.clone(), reading: given.reading.clone() }));
        let envelope = Envelope {
            schema: SCHEMA,
            command_id: CommandId::new(at, entropy),
            case_id: case.id,
            author: me.account,
            office: me.office.code.clone(),
            device: DeviceId::new(Timestamp(1), [seed; 10]),
            base: if is_first { Base::at(0) } else { base(&case, &set.value, &key) },
            payload: Payload { act: key, strand, answers },
            rules: set.pin.clone(),
            calendar: calendar.pin.clone(),
            office_settings: book.office(&me.office).1,
            rulings: rulings.collect(),
            depends_on: Vec::new(),
            corrects: Vec::new(),
            happened_at: at,
            made_at: MadeAt { wall: at, zone: office.zone, offset_ms: Some(0) },
            carried_by: None,
            training: true,
        };
        Ok((me, envelope, at))
    }
}

/// What a draft suggests and a person would type of when it happened, where a script says nothing else.
pub fn complete(set: &RuleSet, form: &str, case: &Case, office: &Office, at: Timestamp, typed: &mut Answers) {
    let local = at.in_zone(office.zone);
    let (hour, minute) = local.minute.hour_and_minute();
    for (field, text) in [("on", local.date.to_string()), ("at", format!("{hour:02}.{minute:02}"))] {
        for field in [field.to_owned(), format!("filed_{field}")] {
            if set.field(form, &field).is_some() && typed.text(&field).is_empty() {
                typed.set_text(&field, text.clone());
            }
        }
    }
    for (key, field) in fields_in_order(set, form) {
        let Some(prefill) = field.prefill.as_deref().filter(|_| !typed.0.contains_key(key)) else { continue };
        let text = match (prefill, prefill.strip_prefix("case:").and_then(|path| path.split_once('.'))) {
            ("today" | "now", _) => continue,
            ("office.organiser", _) => &office.organiser,
            (_, Some((form, field))) => case.form(form).text(field),
            (text, None) => text,
        };
        typed.set_text(key, text.to_owned());
    }
}

/// What a script attaches: by its first bytes a PDF, and a word to whoever opens it.
const SHEET: &[u8] = b"%PDF-1.4\n% LATIHAN: a document of training, without a page\n%%EOF\n";

fn sheet(seed: u8, at: Timestamp) -> FileRef {
    FileRef {
        id: FileId::new(at, [seed; 10]),
        name: "LATIHAN surat.pdf".to_owned(),
        size: SHEET.len() as u64,
        sha256: Digest::of(SHEET),
        media: MediaType::Pdf,
        locked: false,
    }
}

fn epoch(scenario: &Scenario, seed: u8) -> String {
    format!("{}-{seed}", scenario.key)
}

fn before(scenario: &Scenario) -> Vec<(String, u32)> {
    scenario.issued.iter().map(|(series, count)| (series.clone(), *count)).collect()
}

/// Is it an act of a case, and not of the work on one or of a question?
pub(super) fn is_of_a_case(act: &Act) -> bool {
    Stream::of(Some(&act.rules)) == Stream::Case
}

fn office(scenario: &Scenario) -> Result<Office, Stuck> {
    offices::office(&scenario.office).ok_or_else(|| Stuck::Script(format!("no office {}", scenario.office.0)))
}

fn people(scenario: &Scenario, seed: u8) -> Result<Vec<Me>, Stuck> {
    let mut people = Vec::new();
    for (at, person) in scenario.person.iter().enumerate() {
        let code = person.office.as_ref().unwrap_or(&scenario.office);
        let office = offices::office(code).ok_or_else(|| Stuck::Script(format!("no office {}", code.0)))?;
        // Of no account of a server: those are made by servers, and not in 1970.
        let account = AccountId::new(Timestamp(1), [1, seed, 1, at as u8, 1, 1, 1, 1, 1, 1]);
        let (username, name, roles) = (person.key.clone(), person.name.clone(), person.roles.clone());
        people.push(Me { account, username, name, roles, office, colleagues: Vec::new() });
    }
    // Of no scenario's: whoever may do what the office's own people may, so that a second officer can come between at any step.
    let mut roles: Vec<Role> = Vec::new();
    for role in people.iter().filter(|me| me.office.code == scenario.office).flat_map(|me| &me.roles) {
        if !roles.contains(role) {
            roles.push(*role);
        }
    }
    let account = AccountId::new(Timestamp(1), [1, seed, 1, u8::MAX, 1, 1, 1, 1, 1, 1]);
    let (username, name) = (SECOND.to_owned(), "Petugas Kedua Latihan".to_owned());
    people.push(Me { account, username, name, roles, office: office(scenario)?, colleagues: Vec::new() });
    let of = |me: &Me| Colleague { account: me.account, name: me.name.clone(), roles: me.roles.clone() };
    let all: Vec<(OfficeCode, Colleague)> = people.iter().map(|me| (me.office.code.clone(), of(me))).collect();
    for me in &mut people {
        let others = all.iter().filter(|(office, other)| *office == me.office.code && other.account != me.account);
        me.colleagues = others.map(|(_, other)| other.clone()).collect();
    }
    Ok(people)
}

/// `2026-07-08 10.20` by the office's clock.
pub fn instant(text: &str, office: &Office) -> Result<Timestamp, Stuck> {
    let read = || {
        let (date, time) = text.split_once(' ')?;
        Some(LocalDate::parse(date)?.at(read_time(time)?, office.zone))
    };
    read().ok_or_else(|| Stuck::Script(format!("`{text}` is not `2026-07-08 10.20`")))
}
