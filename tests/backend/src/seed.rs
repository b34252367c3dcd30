//! A country full of cases for trying the app: made up, but each act decided by the core at its own time and kept as if it had come over
//! the wire. What is made follows from how many cases are asked for and from the minute of the clock: the same two make the same data.
//!
//! Reading order: `stories` says how cases go, `plan` which there are and when, `matter` what each is about, `fill` fills in the forms.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};
use sips_lapangan::api::wire::Problem;
use sips_lapangan::domain::case::{Case, fold};
use sips_lapangan::domain::command::{Base, Envelope, MadeAt, Payload, Ruling, SCHEMA};
use sips_lapangan::domain::decide::Reason;
use sips_lapangan::domain::form::check;
use sips_lapangan::domain::id::{CaseId, CommandId};
use sips_lapangan::domain::time::Timestamp;
use sips_lapangan::rules::{Pinned, RuleBook};

use crate::commands;
use crate::files::PART_BYTES;
use crate::settings::Log;
use crate::store::{Store, StoreError, Tx};

mod chance;
mod files;
mod fill;
mod matter;
mod people;
mod plan;
mod stories;
mod words;

use files::Attached;
use plan::{Plan, plans};

/// The most cases.
pub const MOST: u32 = 100_000;
/// Acts in one transaction.
const AT_ONCE: usize = 1_000;
/// Cases that are kept at hand; others are read again.
const AT_HAND: usize = 3_000;
const MINUTE_MS: i64 = 60_000;

/// Why a database could not be seeded.
#[derive(Debug, thiserror::Error)]
pub enum SeedError {
    /// The store.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// There is other work in it.
    #[error("--seed-cases is for an empty database: this one has cases already")]
    Occupied,
    /// It was seeded otherwise.
    #[error("--seed-cases: this database was seeded with {0} cases before; take an empty one for another number")]
    Another(u32),
    /// The core refused an act: a story does not fit the rules.
    #[error("--seed-cases: the act {act} of case {case} ({story}) was refused: {why}")]
    Refused {
        /// The act.
        act: String,
        /// The number of the case.
        case: u32,
        /// Its story.
        story: String,
        /// What the core said.
        why: String,
    },
    /// The book has no such rules.
    #[error("--seed-cases: no rules or no calendar for {0}")]
    Rules(String),
}

/// What a database says of its seeding.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Mark {
    cases: u32,
    now: Timestamp,
    done: usize,
    of: usize,
}

/// An act in the order in which the server took them.
struct Event {
    recorded: Timestamp,
    plan: usize,
    at: usize,
}

/// Fills an empty database with so many cases. One that has them already is left as it is; a seeding that was cut off goes on.
///
/// # Errors
/// See [`SeedError`]; what was kept until then goes on next time.
pub fn plant(store: &Store, cases: u32, now: Timestamp, log: &Log) -> Result<(), SeedError> {
    let (mark, book, empty) = store.read(|tx| Ok((tx.seeding()?, tx.book()?, tx.last_position()? == 0)))?;
    let mark: Option<Mark> = mark.and_then(|mark| serde_json::from_str(&mark).ok());
    let (now, mut done) = match mark {
        Some(mark) if mark.cases != cases => return Err(SeedError::Another(mark.cases)),
        Some(mark) if mark.done == mark.of => {
            log.line(&format!("seed: the database has its {cases} cases already; nothing was added"));
            return Ok(());
        }
        Some(mark) => (mark.now, mark.done),
        None if !empty => return Err(SeedError::Occupied),
        None => (Timestamp(now.0 - now.0.rem_euclid(MINUTE_MS)), 0),
    };
    let calendar = book.newest_calendar().ok_or_else(|| SeedError::Rules("the country".into()))?;
    let plans = plans(cases, now, &calendar.value);
    let mut events: Vec<Event> = plans
        .iter()
        .enumerate()
        .flat_map(|(plan, planned)| (0..planned.done).map(move |at| Event { recorded: planned.steps[at].recorded, plan, at }))
        .collect();
    events.sort_by_key(|event| (event.recorded, event.plan, event.at));
    let mut at_hand: HashMap<usize, Case> = HashMap::new();
    log.line(&format!("seed: {cases} cases with {} acts are being made", events.len()));
    while done < events.len() {
        let next = (done + AT_ONCE).min(events.len());
        let mark = Mark { cases, now, done: next, of: events.len() };
        let mut refusal = None;
        let kept = store.write(|tx| {
            for event in &events[done..next] {
                let plan = &plans[event.plan];
                if let Err(refused) = perform(tx, &book, plan, event.at, at_hand.entry(event.plan))? {
                    // Nothing of these acts is kept; which one it was is told below.
                    let told = StoreError::Damaged(refused.to_string());
                    refusal = Some(refused);
                    return Err(told);
                }
                if event.at + 1 == plan.done {
                    at_hand.remove(&event.plan);
                }
            }
            tx.set_seeding(&serde_json::to_string(&mark).unwrap_or_default())
        });
        match (kept, refusal) {
            (_, Some(refused)) => return Err(refused),
            (kept, None) => kept?,
        }
        if at_hand.len() > AT_HAND {
            at_hand.clear();
        }
        // Every tenth part is told.
        if next * 10 / events.len() > done * 10 / events.len() && next < events.len() {
            log.line(&format!("seed: {next} of {} acts", events.len()));
        }
        done = next;
    }
    log.line(&format!("seed: {cases} cases with {} acts were made", events.len()));
    Ok(())
}

/// Performs an act of a case; the case is begun, or read again if it is not at hand.
fn perform(
    tx: &Tx<'_>,
    book: &RuleBook,
    plan: &Plan,
    at: usize,
    case: std::collections::hash_map::Entry<'_, usize, Case>,
) -> Result<Result<(), SeedError>, StoreError> {
    use std::collections::hash_map::Entry;
    let id = CaseId::new(plan.steps[0].at, plan.chance(4).entropy());
    let case = match case {
        Entry::Occupied(entry) => entry.into_mut(),
        Entry::Vacant(entry) if at == 0 => entry.insert(Case::new(id)),
        Entry::Vacant(entry) => entry.insert(fold(id, &tx.acts_of(&id)?)),
    };
    let Some((envelope, account, files)) = command(book, plan, at, case) else {
        return Ok(Err(SeedError::Rules(plan.story.track.clone())));
    };
    let planned = &plan.steps[at];
    let refused = match decided(tx, book, plan, &account, case, envelope, planned.recorded)? {
        Ok(()) => None,
        Err(problem) => Some(SeedError::Refused {
            act: planned.step.act.clone(),
            case: plan.number,
            story: format!("{} {}", plan.story.track, plan.story.name),
            why: serde_json::to_string(&problem.reasons).unwrap_or_default(),
        }),
    };
    if let Some(refused) = refused {
        return Ok(Err(refused));
    }
    for attached in &files {
        // Now and then a file is still on the device.
        if !plan.chance(5 + at as u64).percent(6) {
            keep_file(tx, plan, attached, planned.recorded)?;
        }
    }
    Ok(Ok(()))
}

/// The command of an act, who submits it, and the files that it names.
fn command(book: &RuleBook, plan: &Plan, at: usize, case: &Case) -> Option<(Envelope, crate::accounts::Account, Vec<Attached>)> {
    let planned = &plan.steps[at];
    let date = planned.at.in_zone(plan.office.zone).date;
    // A case keeps the rules that it began under.
    let set: &Pinned<_> = match &case.rules {
        Some(pin) => book.set(pin)?,
        None => book.set_for(&plan.story.track, Some(date))?,
    };
    let calendar = book.newest_calendar()?;
    let rule = set.value.act.get(&planned.step.act)?;
    let mut chance = plan.chance(2_000 + at as u64);
    let (account, device) = people::officer(plan.office, &rule.by, &mut chance);
    let mut filling = fill::Filling::new(&set.value, &calendar.value, plan, case, at);
    let typed = filling.form(&rule.form);
    let answers = check(&set.value, &rule.form, &typed, planned.recorded.in_zone(plan.office.zone).date).submitted;
    let of_strand = set.value.strand_of(rule).filter(|_| rule.spawns.is_none());
    let strand = of_strand.and_then(|kind| case.strands.iter().rfind(|(_, strand)| strand.kind == kind)).map(|(id, _)| id.clone());
    let wall = planned.at.plus(chance.between(20, 100) * 1_000).min(planned.recorded);
    let envelope = Envelope {
        schema: SCHEMA,
        command_id: CommandId::new(wall, chance.entropy()),
        case_id: case.id,
        author: account.id,
        office: plan.office.code.clone(),
        device,
        payload: Payload { act: planned.step.act.clone(), strand, answers },
        base: Base::at(case.revision),
        rules: set.pin.clone(),
        calendar: calendar.pin.clone(),
        office_settings: book.office(plan.office).1,
        rulings: Default::default(),
        depends_on: Vec::new(),
        corrects: Vec::new(),
        happened_at: planned.at,
        made_at: MadeAt { wall, zone: plan.office.zone, offset_ms: Some(chance.between(-900, 900)) },
        carried_by: None,
    };
    Some((envelope, account, filling.files))
}

/// Decides and keeps a command. Where the core asks for a reason, one is given, as an officer would.
fn decided(
    tx: &Tx<'_>,
    book: &RuleBook,
    plan: &Plan,
    account: &crate::accounts::Account,
    case: &mut Case,
    mut envelope: Envelope,
    now: Timestamp,
) -> Result<Result<(), Box<Problem>>, StoreError> {
    let problem = match commands::keep(tx, book, account, case, &envelope, now)? {
        Ok(_) => return Ok(Ok(())),
        Err(problem) => problem,
    };
    let mut asked = false;
    for reason in &problem.reasons {
        let Reason::NeedsReason { guard, .. } = reason else { return Ok(Err(problem)) };
        let reason = words::words().reasons.text(&mut plan.chance(6 + u64::from(case.revision)));
        // Where the time to complete is read in two ways, Bawaslu's pages explain it from the day on which the petitioner was told.
        let reading = (guard == "completed_in_time").then(|| "told".to_owned());
        envelope.rulings.insert(guard.clone(), Ruling { reason, reading });
        asked = true;
    }
    if !asked {
        return Ok(Err(problem));
    }
    Ok(commands::keep(tx, book, account, case, &envelope, now)?.map(drop))
}

/// Keeps a file as its upload would have left it.
fn keep_file(tx: &Tx<'_>, plan: &Plan, attached: &Attached, at: Timestamp) -> Result<(), StoreError> {
    let (office, sha256) = (&plan.office.code, &attached.file.sha256);
    if tx.file(office, sha256)?.is_some() {
        return Ok(());
    }
    tx.begin_file(office, sha256, attached.file.size, at)?;
    let Some(file) = tx.file(office, sha256)? else { return Ok(()) };
    let mut sent = 0;
    for part in attached.bytes.chunks(PART_BYTES) {
        tx.add_part(file.id, sent, part, at)?;
        sent += part.len() as u64;
    }
    tx.complete_file(file.id)
}
