//! A country full of cases for trying the app: made up, but each act decided by the core at its own time and kept as if it had come over
//! the wire. What is made follows from how many cases are asked for and from the minute of the clock: the same two make the same data.
//!
//! Reading order: `stories` says how cases go, `plan` which there are and when, `matter` what each is about, `fill` fills in the forms.

use std::collections::hash_map::Entry;
use std::collections::{HashMap, HashSet};
use std::sync::mpsc::{Receiver, sync_channel};

use serde::{Deserialize, Serialize};
use sips_lapangan::api::wire::Problem;
use sips_lapangan::domain::case::{Case, fold};
use sips_lapangan::domain::command::{Base, Envelope, MadeAt, Payload, Ruling, SCHEMA};
use sips_lapangan::domain::decide::Reason;
use sips_lapangan::domain::form::check;
use sips_lapangan::domain::id::{CaseId, CommandId};
use sips_lapangan::domain::office::OfficeCode;
use sips_lapangan::domain::time::Timestamp;
use sips_lapangan::rules::{Pinned, RuleBook};

use crate::commands::{self, Accepted};
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
/// How many transactions ahead acts are made.
const AHEAD: usize = 4;
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
    let begun = store.read(|tx| tx.last_sequences())?;
    log.line(&format!("seed: {cases} cases with {} acts are being made", events.len()));
    std::thread::scope(|threads| -> Result<(), SeedError> {
        // Each makes the acts of some offices, a little ahead of what is kept: cases of two offices have nothing to do with each other.
        let makers: Vec<Receiver<Vec<Made>>> = shares(&plans)
            .into_iter()
            .map(|share| {
                let (send, made) = sync_channel(AHEAD);
                let mut maker = Maker { store, book: &book, plans: &plans, share, cases: HashMap::new(), sequences: HashMap::new() };
                maker.sequences.extend(begun.iter().map(|(office, series, year, last)| ((office.clone(), series.clone(), *year), *last)));
                let rest = &events[done..];
                threads.spawn(move || {
                    for events in rest.chunks(AT_ONCE) {
                        // Nobody takes it any more once something has failed.
                        if send.send(maker.make(events)).is_err() {
                            return;
                        }
                    }
                });
                made
            })
            .collect();
        while done < events.len() {
            let next = (done + AT_ONCE).min(events.len());
            let mark = Mark { cases, now, done: next, of: events.len() };
            let mut made = Vec::with_capacity(next - done);
            for maker in &makers {
                made.extend(maker.recv().map_err(|_| StoreError::Damaged("the making of cases ended".into()))?);
            }
            made.sort_by_key(|made| (made.recorded, made.plan, made.at));
            // Nothing of these acts is kept if one of them was refused.
            let acts = made.into_iter().map(|made| made.act).collect::<Result<Vec<_>, _>>()?;
            store.write(|tx| {
                for act in &acts {
                    commands::record(tx, &act.accepted)?;
                    act.files.iter().try_for_each(|file| keep_file(tx, act.office, file, act.recorded))?;
                }
                tx.set_seeding(&serde_json::to_string(&mark).unwrap_or_default())
            })?;
            // Every tenth part is told.
            if next * 10 / events.len() > done * 10 / events.len() && next < events.len() {
                log.line(&format!("seed: {next} of {} acts", events.len()));
            }
            done = next;
        }
        Ok(())
    })?;
    log.line(&format!("seed: {cases} cases with {} acts were made", events.len()));
    Ok(())
}

/// Which plans each thread makes, by office, so that all have about as much to do.
fn shares(plans: &[Plan]) -> Vec<HashSet<&OfficeCode>> {
    let mut acts: HashMap<&OfficeCode, usize> = HashMap::new();
    for plan in plans {
        *acts.entry(&plan.office.code).or_default() += plan.done;
    }
    let mut offices: Vec<(&OfficeCode, usize)> = acts.into_iter().collect();
    offices.sort_by_key(|(office, acts)| (std::cmp::Reverse(*acts), *office));
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let mut shares = vec![(0, HashSet::new()); threads];
    for (office, acts) in offices {
        if let Some((all, share)) = shares.iter_mut().min_by_key(|(all, _)| *all) {
            *all += acts;
            share.insert(office);
        }
    }
    shares.into_iter().map(|(_, share)| share).collect()
}

/// An act that was made, in its place among all.
struct Made {
    recorded: Timestamp,
    plan: usize,
    at: usize,
    act: Result<MadeAct, SeedError>,
}

struct MadeAct {
    accepted: Accepted,
    office: &'static OfficeCode,
    recorded: Timestamp,
    /// Files that have arrived with it.
    files: Vec<Attached>,
}

/// Makes the acts of some offices, in order. Every case under way is kept at hand: reading them again takes longer than all else.
struct Maker<'a> {
    store: &'a Store,
    book: &'a RuleBook,
    plans: &'a [Plan],
    share: HashSet<&'a OfficeCode>,
    cases: HashMap<usize, Case>,
    /// The last number of each series of each office in each year.
    sequences: HashMap<(OfficeCode, String, i16), u32>,
}

impl commands::History for HashMap<(OfficeCode, String, i16), u32> {
    /// No command of a made-up case depends on another.
    fn holds(&mut self, _: &CommandId) -> Result<bool, StoreError> {
        Ok(false)
    }

    /// Nothing is made beside a made-up case.
    fn office_of(&mut self, _: &CaseId) -> Result<Option<OfficeCode>, StoreError> {
        Ok(None)
    }

    fn next_sequence(&mut self, office: &OfficeCode, series: &str, year: i16) -> Result<u32, StoreError> {
        let last = self.entry((office.clone(), series.to_owned(), year)).or_default();
        *last += 1;
        Ok(*last)
    }
}

impl Maker<'_> {
    fn make(&mut self, events: &[Event]) -> Vec<Made> {
        let mut all = Vec::new();
        for event in events {
            let plan = &self.plans[event.plan];
            if !self.share.contains(&plan.office.code) {
                continue;
            }
            let act = self.perform(event.plan, event.at);
            let failed = act.is_err();
            all.push(Made { recorded: event.recorded, plan: event.plan, at: event.at, act });
            if failed {
                break;
            }
        }
        all
    }

    /// Performs an act of a case; the case is begun, or read again where the seeding goes on with it.
    fn perform(&mut self, number: usize, at: usize) -> Result<MadeAct, SeedError> {
        let plan = &self.plans[number];
        let planned = &plan.steps[at];
        let case = match self.cases.entry(number) {
            Entry::Occupied(entry) => entry.into_mut(),
            Entry::Vacant(entry) => {
                let id = CaseId::new(plan.steps[0].at, plan.chance(4).entropy());
                let acts = if at == 0 { Vec::new() } else { self.store.read(|tx| tx.acts_of(&id))? };
                entry.insert(fold(id, &acts))
            }
        };
        let (envelope, account, mut files) =
            command(self.book, plan, at, case).ok_or_else(|| SeedError::Rules(plan.story.track.clone()))?;
        let decided = decided(&mut self.sequences, self.book, plan, &account, case, envelope, planned.recorded)?;
        let accepted = decided.map_err(|problem| SeedError::Refused {
            act: planned.step.act.clone(),
            case: plan.number,
            story: format!("{} {}", plan.story.track, plan.story.name),
            why: serde_json::to_string(&problem.reasons).unwrap_or_default(),
        })?;
        if at + 1 == plan.done {
            self.cases.remove(&number);
        }
        // Now and then a file is still on the device.
        files.retain(|_| !plan.chance(5 + at as u64).percent(6));
        Ok(MadeAct { accepted, office: &plan.office.code, recorded: planned.recorded, files })
    }
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
        training: false,
    };
    Some((envelope, account, filling.files))
}

/// Decides a command. Where the core asks for a reason, one is given, as an officer would.
fn decided(
    sequences: &mut HashMap<(OfficeCode, String, i16), u32>,
    book: &RuleBook,
    plan: &Plan,
    account: &crate::accounts::Account,
    case: &mut Case,
    mut envelope: Envelope,
    now: Timestamp,
) -> Result<Result<Accepted, Box<Problem>>, StoreError> {
    let problem = match commands::prepare(sequences, book, account, case, &envelope, now)? {
        Ok(accepted) => return Ok(Ok(accepted)),
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
    commands::prepare(sequences, book, account, case, &envelope, now)
}

/// Keeps a file as its upload would have left it.
fn keep_file(tx: &Tx<'_>, office: &OfficeCode, attached: &Attached, at: Timestamp) -> Result<(), StoreError> {
    let sha256 = &attached.file.sha256;
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
