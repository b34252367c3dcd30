//! The docket of this account: the lines of all its cases, and the words that they are found by. A line is worked out when its case
//! changes and not again; words are taken in when somebody searches.

use std::sync::Arc;

use leptos::prelude::*;

use crate::domain::case::{Act, fold};
use crate::domain::docket::{self, Line, Tables};
use crate::domain::id::{AccountId, CaseId, CommandId};
use crate::domain::order::ascending;
use crate::domain::search::Index;
use crate::domain::stream::{Stream, Work};
use crate::domain::table::Table;
use crate::state::AppState;

/// The lines of all cases.
pub type Lines = Arc<Vec<Arc<Line>>>;

/// What was worked out so far.
#[derive(Default)]
pub struct Docket {
    /// Of cases.
    lines: Lines,
    /// Of questions from the field and pages of help.
    others: Lines,
    known: Table<CaseId, Known>,
    index: Index,
    /// The case of each entry of the index.
    entries: Vec<CaseId>,
    rests_on: RestsOn,
}

/// What every line rests on beside its acts: the account, how often the law changed, and how many offices are known.
type RestsOn = (Option<AccountId>, u32, usize);

/// A case as it was when its line was worked out.
struct Known {
    mark: Mark,
    line: Arc<Line>,
    entry: Option<u32>,
}

/// Changes whenever the acts of a case do.
#[derive(PartialEq)]
struct Mark {
    acts: usize,
    last: Option<CommandId>,
    waiting: usize,
}

/// The lines of all cases on this device, those first in which something happened last. Reading them follows every change.
#[must_use]
pub fn lines(app: AppState) -> Lines {
    let cases = app.cases.read();
    let outbox = app.outbox.read();
    let rests_on = (app.account.read().as_ref().map(|me| me.account), app.law.get(), app.offices.read().len());
    let mut ids: Vec<CaseId> = cases.keys().copied().collect();
    for entry in outbox.iter() {
        let id = entry.envelope.case_id;
        if entry.is_of(id) && !cases.contains_key(&id) && !ids.contains(&id) {
            ids.push(id);
        }
    }
    app.with_docket(|docket| {
        if docket.rests_on != rests_on {
            *docket = Docket { rests_on, ..Docket::default() };
        }
        let mut changed = docket.known.len() != ids.len();
        for &id in &ids {
            let waiting: Vec<&Act> = outbox.iter().filter(|entry| entry.is_of(id)).map(|entry| &entry.act).collect();
            let recorded = cases.get(&id).map_or(&[][..], |record| record.acts.as_slice());
            let mark = Mark {
                acts: recorded.len() + waiting.len(),
                last: waiting.last().copied().or(recorded.last()).map(|act| act.command_id),
                waiting: waiting.len(),
            };
            let known = docket.known.get(&id);
            if known.is_some_and(|known| known.mark == mark) {
                continue;
            }
            if let Some(entry) = known.and_then(|known| known.entry) {
                docket.index.drop(entry);
            }
            changed = true;
            let line = Arc::new(line(app, id, recorded, &waiting));
            docket.known.insert(id, Known { mark, line, entry: None });
        }
        if changed {
            let (index, seen) = (&mut docket.index, &cases);
            docket.known.retain(|id, known| {
                let stays = seen.contains_key(id) || ids.contains(id);
                if let (false, Some(entry)) = (stays, known.entry) {
                    index.drop(entry);
                }
                stays
            });
            // A case says itself how the work on it stands.
            let works: Vec<(CaseId, Work)> =
                of_kind(docket, |kind| kind == Stream::Work).iter().map(|line| (line.id.beside(), line.work.clone())).collect();
            for (id, work) in works {
                if let Some(known) = docket.known.get_mut(&id).filter(|known| known.line.work != work) {
                    Arc::make_mut(&mut known.line).work = work;
                }
            }
            docket.lines = of_kind(docket, |kind| kind == Stream::Case);
            docket.others = of_kind(docket, |kind| matches!(kind, Stream::Question | Stream::Article));
        }
        Arc::clone(&docket.lines)
    })
    .unwrap_or_default()
}

/// The lines of questions from the field or pages of help, those first in which something happened last.
#[must_use]
pub fn others(app: AppState, kind: Stream) -> Vec<Arc<Line>> {
    let _ = lines(app);
    let others = app.with_docket(|docket| Arc::clone(&docket.others)).unwrap_or_default();
    others.iter().filter(|line| line.stream() == kind).cloned().collect()
}

fn of_kind(docket: &Docket, wanted: fn(Stream) -> bool) -> Lines {
    let all: Vec<&Arc<Line>> = docket.known.values().map(|known| &known.line).filter(|line| wanted(line.stream())).collect();
    let newest_first = ascending(all.iter().map(|line| (line.changed_at.map_or(i64::MAX, |at| -at.0), 0)));
    Arc::new(newest_first.into_iter().filter_map(|position| all.get(position).map(|line| Arc::clone(line))).collect())
}

fn line(app: AppState, id: CaseId, recorded: &[Act], waiting: &[&Act]) -> Line {
    let acts = || recorded.iter().chain(waiting.iter().copied());
    let case = fold(id, acts());
    let tables = app.tables(&case, acts().last());
    let tables = tables.as_ref().map(|(rules, calendar, office)| Tables { rules: &rules.value, calendar: &calendar.value, office });
    docket::line(&case, acts(), tables, !waiting.is_empty())
}

/// The cases that hold every word of a query, each with how well it fits; `None` if the query has no words.
#[must_use]
pub fn search(app: AppState, query: &str) -> Option<Table<CaseId, u32>> {
    let cases = app.cases.read_untracked();
    let outbox = app.outbox.read_untracked();
    app.with_docket(|docket| {
        let Docket { known, index, entries, .. } = docket;
        let is_fresh = |known: &Known| known.entry.is_none() && known.line.stream() == Stream::Case;
        let fresh: Vec<CaseId> = known.iter().filter(|(_, known)| is_fresh(known)).map(|(id, _)| *id).collect();
        for id in fresh {
            let waiting = outbox.iter().filter(|entry| entry.is_of(id)).map(|entry| &entry.act);
            let case = fold(id, cases.get(&id).iter().flat_map(|record| &record.acts).chain(waiting));
            let code = id.provisional_code();
            let mut texts = docket::texts(&case);
            texts.push((&code, true));
            let entry = index.add(&texts);
            entries.push(id);
            if let Some(known) = known.get_mut(&id) {
                known.entry = Some(entry);
            }
        }
        let found = index.find(query)?;
        let mut scores = Table::new();
        scores.extend(found.into_iter().filter_map(|(entry, score)| Some((*entries.get(entry as usize)?, score))));
        Some(scores)
    })
    .flatten()
}
