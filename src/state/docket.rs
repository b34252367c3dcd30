//! The docket of this account: the lines of all its cases, and the words that they are found by. They come from the store as they were
//! kept; a line is made again when its case changes, and kept when nothing else is to be done. Acts are read when somebody asks for a case.

use std::rc::Rc;
use std::sync::Arc;

use leptos::prelude::*;
use leptos::task::spawn_local;

use super::{AppState, sync_driver};
use crate::domain::case::{Act, Case, fold};
use crate::domain::digest::Digest;
use crate::domain::docket::{self, Line, Tables};
use crate::domain::id::{AccountId, CaseId, CommandId};
use crate::domain::json;
use crate::domain::order::ascending;
use crate::domain::search::{Index, Words, words};
use crate::domain::stream::{Stream, Work};
use crate::domain::table::Table;
use crate::platform::clock;
use crate::platform::timer::sleep;
use crate::rules;
use crate::store::indexed_db::IndexedDbStore;
use crate::store::lines::{self, FORMAT, HEAD, Head, Mark, PAGES_WRITTEN, Page, page_of};
use crate::store::paged::Paged;
use crate::store::record::{CaseRecord, Note};
use crate::store::{Change, Durability, Loaded, LocalStore, Quarantined, StoreError};

/// The lines of all cases.
pub type Lines = Arc<Vec<Arc<Line>>>;

/// Cases whose acts stay at hand when they come from the server; of more only those that somebody opened.
const AT_HAND: usize = 500;
/// Cases that stay at hand beyond the screens' while a long history is pulled.
const WHILE_PULLED: usize = 8_192;
/// Lines that are made before the first screen is shown; more are made behind it.
const AT_START: usize = 64;
/// Lines of the list that are kept to be shown before all others: more than a screen holds.
pub const FIRST: usize = 16;
/// Cases that are read at once.
const AT_ONCE: usize = 32;
/// Pages of the docket that are read before the screen is given time to breathe.
const PAGES_AT_ONCE: usize = 16;
/// Lines that are made before those that are there are kept.
const LINES_AT_ONCE: usize = 4_096;
/// How long a task may take before the screen is given time to breathe, in milliseconds.
const BREATH_MS: i64 = 8;
/// How long lines are made before those that are there are shown, in milliseconds.
const SHOW_MS: i64 = 500;
/// How long after the last change pages are written, and after the start the words are read, in milliseconds.
const IDLE_MS: i32 = 2_000;

/// What was worked out so far.
#[derive(Default)]
pub struct Docket {
    /// Of cases.
    lines: Lines,
    /// Of questions from the field and pages of help.
    others: Lines,
    known: Paged<Known>,
    /// A line was made, or one went.
    changed: bool,
    index: Index,
    /// The index has the kept words; before it only has those of lines that were made here.
    indexed: bool,
    /// The entry of each line, and of which lines.
    places: (Lines, usize, Vec<u32>),
    rests_on: RestsOn,
    /// The same as it stands in a page.
    basis: Rc<str>,
    /// Cases with something in the outbox.
    waiting: Vec<CaseId>,
    /// Cases whose line has to be made.
    pending: Paged<()>,
    /// Their lines are being made.
    is_busy: bool,
    /// The store says of lines that they are stale, perhaps of some that were made and kept since: a page that was left in between.
    is_marked: bool,
    /// Cases that somebody waits for, and those that are being read.
    asked: Vec<CaseId>,
    reading: Vec<CaseId>,
    /// Acts that came with a long history, until their lines are made.
    recent: Table<CaseId, CaseRecord>,
    /// Words of lines that no page has yet.
    fresh: Paged<Words>,
    /// Commits under way that change cases.
    commits: u32,
    /// Pages that are to be written.
    unwritten: Vec<u8>,
    /// How often pages were written, as far as this tab has read them.
    written: u32,
    /// Have the pages been read? Until then only the first lines of the list may be known.
    is_whole: bool,
    /// How many cases there are, until the pages are read.
    told: usize,
}

/// What every line rests on beside its acts: the account, how often the law changed, and how many offices are known.
type RestsOn = (Option<AccountId>, u32, usize);

/// A case as it was when its line was made.
struct Known {
    mark: Mark,
    /// What waited in the outbox: how much, and the last of it.
    waiting: (usize, Option<CommandId>),
    line: Arc<Line>,
    /// The line without what waits, where something does.
    kept: Option<Arc<Line>>,
    basis: Rc<str>,
    entry: Option<u32>,
}

impl Docket {
    /// Is a case on this device, with acts of the server? Perhaps, until the pages are read.
    pub(super) fn holds(&self, id: CaseId) -> bool {
        !self.is_whole || self.known.get(id).is_some_and(|known| known.mark.acts > 0) || self.pending.has(id)
    }

    fn forget(&mut self, id: CaseId) {
        self.pending.remove(id);
        self.fresh.remove(id);
        if let Some(known) = self.known.remove(id) {
            self.changed = true;
            known.entry.into_iter().for_each(|entry| self.index.drop(entry));
            self.note_page(page_of(id));
        }
    }

    fn note_page(&mut self, page: u8) {
        if !self.unwritten.contains(&page) {
            self.unwritten.push(page);
        }
    }

    /// Makes the line of a case, and its words.
    fn make(&mut self, app: AppState, id: CaseId, record: Option<&CaseRecord>, waiting: &[&Act]) {
        let recorded = record.map_or(&[][..], |record| &record.acts);
        let (line, found_by) = made(app, id, recorded, waiting);
        let kept = (!waiting.is_empty() && record.is_some()).then(|| made(app, id, recorded, &[]));
        let is_case = line.stream() == Stream::Case;
        if let Some(known) = self.known.get(id)
            && let Some(entry) = known.entry
        {
            self.index.drop(entry);
        }
        let entry = is_case.then(|| self.index.add_words(&found_by));
        if record.is_some() {
            if is_case {
                self.fresh.insert(id, kept.as_ref().map_or(found_by, |(_, words)| words.clone()));
            }
            self.note_page(page_of(id));
        }
        let known = Known {
            mark: record.map(CaseRecord::mark).unwrap_or_default(),
            waiting: what_waits(waiting),
            line: Arc::new(line),
            kept: kept.map(|(line, _)| Arc::new(line)),
            basis: Rc::clone(&self.basis),
            entry,
        };
        self.known.insert(id, known);
        self.pending.remove(id);
        self.changed = true;
    }

    /// Is its line what its acts and the tables say?
    fn is_true(&self, known: &Known, mark: Mark, waiting: (usize, Option<CommandId>)) -> bool {
        known.mark == mark && known.waiting == waiting && stands(&known.basis, &self.basis)
    }

    /// Puts the lines into their lists.
    fn arrange(&mut self) {
        if !std::mem::take(&mut self.changed) {
            return;
        }
        // A case says itself how the work on it stands.
        let works = self.known.iter().map(|(_, known)| known).filter(|known| known.line.stream() == Stream::Work);
        let works: Vec<(CaseId, Work)> = works.map(|known| (known.line.id.beside(), known.line.work.clone())).collect();
        for (id, work) in works {
            if let Some(known) = self.known.get_mut(id).filter(|known| known.line.work != work) {
                Arc::make_mut(&mut known.line).work = work;
            }
        }
        self.lines = self.of_kind(|kind| kind == Stream::Case);
        self.others = self.of_kind(|kind| matches!(kind, Stream::Question | Stream::Article));
    }

    fn of_kind(&self, wanted: fn(Stream) -> bool) -> Lines {
        let all: Vec<&Arc<Line>> = self.known.iter().map(|(_, known)| &known.line).filter(|line| wanted(line.stream())).collect();
        let newest_first = ascending(all.iter().map(|line| (line.changed_at.map_or(i64::MAX, |at| -at.0), 0)));
        Arc::new(newest_first.into_iter().filter_map(|position| all.get(position).map(|line| Arc::clone(line))).collect())
    }
}

/// The line of a case, and the words that it is found by.
fn made(app: AppState, id: CaseId, recorded: &[Act], waiting: &[&Act]) -> (Line, Words) {
    let acts = || recorded.iter().chain(waiting.iter().copied());
    let case = fold(id, acts());
    let tables = app.tables(&case, acts().last());
    let tables = tables.as_ref().map(|(rules, calendar, office)| Tables { rules: &rules.value, calendar: &calendar.value, office });
    let line = docket::line(&case, acts(), tables, !waiting.is_empty());
    let code = id.provisional_code();
    let mut texts = docket::texts(&case);
    texts.push((&code, true));
    let words = if line.stream() == Stream::Case { words(&texts) } else { Words::default() };
    (line, words)
}

fn what_waits(waiting: &[&Act]) -> (usize, Option<CommandId>) {
    (waiting.len(), waiting.last().map(|act| act.command_id))
}

/// Does what was made on `before` hold on `now`? The offices that an account stands above are read after the first screen: until then
/// what was made with them stands.
fn stands(before: &str, now: &str) -> bool {
    before == now || now.strip_suffix("/0").is_some_and(|now| before.starts_with(now))
}

/// What lines rest on beside their acts, as it stands in a page: the rules that ship, what was changed of the law, the own office, and
/// how many offices are known.
fn basis(app: AppState) -> Rc<str> {
    let office = app.account.with_untracked(|me| me.as_ref().map(|me| json::write(&me.office))).unwrap_or_default();
    let mut text = format!("{FORMAT} {} {office}", rules::shipped());
    for made in app.book_untracked().amendments() {
        text.push(' ');
        text.push_str(&made.id.to_string());
    }
    format!("{}/{}", Digest::of(text.as_bytes()).short(), app.offices.read_untracked().len()).into()
}

/// Are all lines there? Until then [`lines`] gives the first ones of the list, and everything that counts waits.
#[must_use]
pub fn is_whole(app: AppState) -> bool {
    app.docket_turn.track();
    app.with_docket(|docket| docket.is_whole) == Some(true)
}

/// How many cases the list has, also before all of their lines are there.
#[must_use]
pub fn length(app: AppState, lines: &Lines) -> usize {
    app.docket_turn.track();
    app.with_docket(|docket| if docket.is_whole { 0 } else { docket.told }).unwrap_or_default().max(lines.len())
}

/// The lines of all cases on this device, those first in which something happened last. Reading them follows every change.
#[must_use]
pub fn lines(app: AppState) -> Lines {
    let cases = app.cases.read();
    let outbox = app.outbox.read();
    app.docket_turn.track();
    let rests_on = (app.account.read().as_ref().map(|me| me.account), app.law.get(), app.offices.read().len());
    if app.with_docket(|docket| docket.is_whole) != Some(true) {
        return app.with_docket(|docket| Arc::clone(&docket.lines)).unwrap_or_default();
    }
    let done = app.with_docket(|docket| {
        if docket.rests_on != rests_on {
            docket.rests_on = rests_on;
            docket.basis = basis(app);
            let others = docket.known.iter().filter(|(_, known)| !stands(&known.basis, &docket.basis));
            let others: Vec<CaseId> = others.filter(|(_, known)| known.mark.acts > 0).map(|(id, _)| id).collect();
            docket.pending.extend(others.into_iter().map(|id| (id, ())));
        }
        let mut waiting: Vec<CaseId> = Vec::new();
        for id in outbox.iter().filter(|entry| entry.is_of(entry.envelope.case_id)).map(|entry| entry.envelope.case_id) {
            if !waiting.contains(&id) {
                waiting.push(id);
            }
        }
        let mut ids = std::mem::replace(&mut docket.waiting, waiting.clone());
        ids.retain(|id| !waiting.contains(id));
        ids.extend(waiting);
        ids.retain(|id| !cases.contains_key(id));
        ids.extend(cases.keys().copied());
        let mut unread = Vec::new();
        for id in ids {
            let acts: Vec<&Act> = outbox.iter().filter(|entry| entry.is_of(id)).map(|entry| &entry.act).collect();
            let record = cases.get(&id);
            let known = docket.known.get(id);
            let mark = match record {
                Some(record) => record.mark(),
                // Without the acts before it, what waits says nothing.
                None if docket.holds(id) => {
                    if known.is_none_or(|known| known.waiting != what_waits(&acts)) {
                        unread.push(id);
                    }
                    continue;
                }
                None => Mark::default(),
            };
            if known.is_some_and(|known| docket.is_true(known, mark, what_waits(&acts))) {
                continue;
            }
            match record.is_none() && acts.is_empty() {
                true => docket.forget(id),
                false => docket.make(app, id, record, &acts),
            }
        }
        docket.arrange();
        (Arc::clone(&docket.lines), unread)
    });
    let Some((lines, unread)) = done else { return Lines::default() };
    want(app, &unread);
    // While a history is being pulled its lines wait until it is here.
    if !app.sync.read_untracked().busy {
        settle_what_waits(app);
    }
    lines
}

/// The line of a case, once it is known.
#[must_use]
pub fn line(app: AppState, id: CaseId) -> Option<Arc<Line>> {
    app.docket_turn.track();
    app.with_docket(|docket| docket.known.get(id).map(|known| Arc::clone(&known.line))).flatten()
}

/// What a case is called, by its line.
#[must_use]
pub fn name(app: AppState, id: CaseId) -> String {
    let name = app.with_docket(|docket| docket.known.get(id).map(|known| known.line.name.clone())).flatten();
    name.unwrap_or_else(|| id.provisional_code())
}

/// The lines of questions from the field or pages of help, those first in which something happened last.
#[must_use]
pub fn others(app: AppState, kind: Stream) -> Vec<Arc<Line>> {
    let _ = lines(app);
    let others = app.with_docket(|docket| Arc::clone(&docket.others)).unwrap_or_default();
    others.iter().filter(|line| line.stream() == kind).cloned().collect()
}

/// How many cases and other streams the server gave this device; reading it follows every change.
#[must_use]
pub fn count(app: AppState) -> usize {
    app.cases.track();
    app.docket_turn.track();
    let count = |docket: &mut Docket| {
        let unmade = docket.pending.iter().filter(|(id, ())| !docket.known.has(*id)).count();
        if docket.is_whole { unmade + docket.told_by_server() } else { docket.told }
    };
    app.with_docket(count).unwrap_or_default().max(app.cases.read_untracked().len())
}

/// Are the acts of a case, or of what lies beside it, on this device and not at hand? Then they are being read, and who follows this hears
/// when they are there.
#[must_use]
pub fn is_reading(app: AppState, id: CaseId) -> bool {
    let both = [id, id.beside()];
    let cases = app.cases.read();
    app.docket_turn.track();
    let unread = app.with_docket(|docket| both.into_iter().filter(|id| !cases.contains_key(id) && docket.holds(*id)).collect::<Vec<_>>());
    let unread = unread.unwrap_or_default();
    want(app, &unread);
    !unread.is_empty()
}

/// Asks for the acts of cases; they are shown once they are read.
pub(super) fn want(app: AppState, ids: &[CaseId]) {
    let is_first = app.with_docket(|docket| {
        let is_first = docket.asked.is_empty();
        let new = ids.iter().filter(|id| !docket.asked.contains(id) && !docket.reading.contains(id)).copied().collect::<Vec<_>>();
        docket.asked.extend(new);
        is_first && !docket.asked.is_empty()
    });
    if is_first == Some(true) {
        spawn_local(async move {
            let ids = app.with_docket(|docket| {
                let ids = std::mem::take(&mut docket.asked);
                docket.reading.extend(&ids);
                ids
            });
            let ids = ids.unwrap_or_default();
            if let Err(error) = need(app, &ids).await {
                log::warn!("cases could not be read: {error}");
            }
            app.with_docket(|docket| docket.reading.retain(|id| !ids.contains(id)));
        });
    }
}

/// Reads the acts of cases that are on this device and not at hand.
///
/// # Errors
/// See [`StoreError`]; they are not at hand then.
pub async fn need(app: AppState, ids: &[CaseId]) -> Result<(), StoreError> {
    let cases = app.cases.read_untracked();
    let missing: Vec<CaseId> = ids.iter().filter(|id| !cases.contains_key(id)).copied().collect();
    drop(cases);
    let records = acts_of(app, &missing).await?;
    if !records.is_empty() {
        app.cases.update(|cases| {
            for (id, record) in records {
                // What came meanwhile is newer.
                if cases.get(&id).is_none_or(|held| held.acts.len() < record.acts.len()) {
                    cases.insert(id, record);
                }
            }
        });
    }
    Ok(())
}

/// The acts of cases as the server last gave them, at hand or not. What is not on this device is left out.
///
/// # Errors
/// See [`StoreError`].
pub async fn acts_of(app: AppState, ids: &[CaseId]) -> Result<Table<CaseId, CaseRecord>, StoreError> {
    let mut found = Table::new();
    let mut unread = Vec::new();
    {
        let cases = app.cases.read_untracked();
        app.with_docket(|docket| {
            for id in ids {
                match cases.get(id).or_else(|| docket.recent.get(id)) {
                    Some(record) => drop(found.insert(*id, record.clone())),
                    None if docket.holds(*id) => unread.push(*id),
                    None => {}
                }
            }
        });
    }
    let (Some(store), false) = (app.store(), unread.is_empty()) else { return Ok(found) };
    let keys: Vec<String> = unread.iter().map(ToString::to_string).collect();
    let (records, aside) = store.cases(&keys).await?;
    put_aside(app, aside);
    found.extend(records.into_iter().map(|record| (record.case, record)));
    app.with_docket(|docket| {
        for id in unread {
            // Acts that came while this was read.
            if let Some(newer) = docket.recent.get(&id) {
                found.insert(id, newer.clone());
            } else if !found.contains_key(&id) {
                docket.forget(id);
            }
        }
    });
    Ok(found)
}

/// A case by its acts as the server last gave them, with what waits in the outbox.
#[must_use]
pub fn case(app: AppState, id: CaseId, record: Option<&CaseRecord>) -> Option<Case> {
    let outbox = app.outbox.read_untracked();
    let waiting: Vec<&Act> = outbox.iter().filter(|entry| entry.is_of(id)).map(|entry| &entry.act).collect();
    let recorded = record.map_or(&[][..], |record| &record.acts);
    (record.is_some() || !waiting.is_empty()).then(|| fold(id, recorded.iter().chain(waiting)))
}

/// Records that cannot be read are told like all others.
fn put_aside(app: AppState, aside: Vec<Quarantined>) {
    let known = app.quarantine.read_untracked().clone();
    let aside: Vec<Quarantined> = aside.into_iter().filter(|record| !known.contains(record)).collect();
    if !aside.is_empty() {
        app.quarantine.update(|quarantine| quarantine.extend(aside));
    }
}

/// Reads the cases in whose acts one of these words stands, with `once` no further than until each was found: for what is seldom asked.
///
/// # Errors
/// See [`StoreError`].
pub async fn find(app: AppState, words: &[String], once: bool) -> Result<Table<CaseId, CaseRecord>, StoreError> {
    let mut found = Table::new();
    let (Some(store), false) = (app.store(), words.is_empty()) else { return Ok(found) };
    found.extend(store.cases_naming(words, once).await?.into_iter().map(|record| (record.case, record)));
    Ok(found)
}

/// Takes cases to hand that were found.
pub fn show(app: AppState, records: Table<CaseId, CaseRecord>) {
    app.cases.update(|cases| {
        for (id, record) in records {
            cases.get_or_insert_with(id, || record);
        }
    });
}

/// Takes the beginning of the list out of a store that was just opened, if it is true still. The rest follows by [`read_all`].
pub fn open(app: AppState, loaded: &Loaded) {
    app.cases.set(Table::new());
    app.quarantine.update(|quarantine| quarantine.retain(|record| !is_case(record)));
    let now = basis(app);
    // What waits to be sent stands on its line, too.
    let head = head(loaded).filter(|head| stands(&head.first.rests_on, &now) && loaded.stale.is_empty() && loaded.outbox.is_empty());
    let head = head.unwrap_or_default();
    let lines: Lines = Arc::new(head.first.lines.into_iter().map(|(_, line)| Arc::new(line)).collect());
    app.with_docket(|docket| *docket = Docket { lines, told: head.cases, ..Docket::default() });
    app.docket_turn.update(|turn| *turn += 1);
}

fn head(loaded: &Loaded) -> Option<Head> {
    lines::read_head(&loaded.notes.iter().find(|note| note.key == HEAD)?.text)
}

/// Reads the docket of a store that was opened.
pub async fn read_all(app: AppState, store: &IndexedDbStore, loaded: &Loaded) {
    read(app, store, loaded).await;
    let mut first: Vec<CaseId> = app.outbox.read_untracked().iter().map(|entry| entry.envelope.case_id).collect();
    first.truncate(AT_START);
    let _ = need(app, &first).await;
}

/// Nobody works here any more.
pub fn close(app: AppState) {
    app.with_docket(|docket| *docket = Docket::default());
    app.cases.set(Table::new());
    app.quarantine.set(Vec::new());
}

/// Is it the record of a case? What cannot be read of those is found when it is asked for, all else when the store is opened.
pub(super) fn is_case(record: &Quarantined) -> bool {
    record.place == "cases"
}

async fn read(app: AppState, store: &IndexedDbStore, loaded: &Loaded) {
    // Without its pages the docket is made from the acts.
    let pages = store.pages().await.unwrap_or_default();
    let now = basis(app);
    let stale = newest(loaded);
    let mut known = Paged::default();
    let mut count = 0;
    for (at, text) in pages.into_iter().enumerate() {
        let Some(page) = lines::read_page(&text) else { continue };
        let basis: Rc<str> = if page.rests_on == *now { Rc::clone(&now) } else { page.rests_on.into() };
        count += page.lines.len();
        for (mark, line) in page.lines {
            // Never trusted: what changed since, and what went away.
            if stale.get(&line.id).is_none_or(|now| *now == mark) {
                let id = line.id;
                known.insert(
                    id,
                    Known { mark, waiting: (0, None), line: Arc::new(line), kept: None, basis: Rc::clone(&basis), entry: None },
                );
            }
        }
        if at % PAGES_AT_ONCE == PAGES_AT_ONCE - 1 {
            sleep(0).await;
        }
    }
    let mut pending = Paged::default();
    pending.extend(stale.iter().filter(|(id, mark)| mark.acts > 0 && !known.has(**id)).map(|(id, _)| (*id, ())));
    // Counting what the store has would go through all acts: the number is kept. Where it is another one, the keys tell what lacks a line.
    if head(loaded).is_none_or(|head| head.lines != count) {
        let keys = store.case_keys().await.unwrap_or_default();
        let (ids, odd): (Vec<_>, Vec<_>) = keys.into_iter().map(|key| (CaseId::parse(&key), key)).partition(|(id, _)| id.is_some());
        let mut here = Paged::default();
        here.extend(ids.into_iter().filter_map(|(id, _)| Some((id?, ()))));
        known.retain(|id, _| here.has(*id));
        here.retain(|id, ()| !known.has(*id));
        pending = here;
        let odd: Vec<String> = odd.into_iter().map(|(_, key)| key).collect();
        if let Ok((_, aside)) = store.cases(&odd).await {
            put_aside(app, aside);
        }
    }
    let first: Vec<CaseId> = pending.iter().map(|(id, ())| id).collect();
    app.with_docket(|docket| {
        *docket = Docket {
            known,
            pending,
            basis: now,
            changed: true,
            written: written(loaded),
            is_marked: !loaded.stale.is_empty(),
            is_whole: true,
            lines: Arc::clone(&docket.lines),
            rests_on: std::mem::take(&mut docket.rests_on),
            ..Docket::default()
        };
    });
    if first.len() <= AT_START {
        make_all(app, &first).await;
    }
    app.docket_turn.update(|turn| *turn += 1);
    spawn_local(async move {
        sleep(IDLE_MS).await;
        read_words(app).await;
    });
}

/// Of each case that is stale, how it was after its last change.
fn newest(loaded: &Loaded) -> Table<CaseId, Mark> {
    let mut newest = Table::new();
    newest.extend(loaded.stale.iter().copied());
    newest
}

fn written(loaded: &Loaded) -> u32 {
    loaded.notes.iter().find(|note| note.key == PAGES_WRITTEN).and_then(|note| note.text.parse().ok()).unwrap_or(0)
}

/// Takes over what another tab has written.
pub async fn follow(app: AppState, store: &IndexedDbStore, loaded: &Loaded) {
    if app.with_docket(|docket| docket.written) != Some(written(loaded)) {
        // Whatever is at hand may be older.
        let at_hand: Vec<CaseId> = app.cases.read_untracked().keys().copied().collect();
        read(app, store, loaded).await;
        renew(app, store, &at_hand).await;
        return;
    }
    let stale = newest(loaded);
    let changed = app.with_docket(|docket| {
        docket.is_marked = !loaded.stale.is_empty();
        let mut changed = Vec::new();
        for (id, mark) in stale.iter() {
            let differs = docket.known.get(*id).map_or(mark.acts > 0, |known| known.mark != *mark);
            if differs && !docket.pending.has(*id) {
                docket.recent.remove(id);
                if mark.acts == 0 {
                    docket.forget(*id);
                } else {
                    docket.pending.insert(*id, ());
                }
                changed.push(*id);
            }
        }
        changed
    });
    let changed = changed.unwrap_or_default();
    if !changed.is_empty() {
        let few = changed.len() <= AT_START;
        let cases = app.cases.read_untracked();
        let at_hand: Vec<CaseId> = changed.into_iter().filter(|id| few || cases.contains_key(id)).collect();
        drop(cases);
        renew(app, store, &at_hand).await;
        app.docket_turn.update(|turn| *turn += 1);
    }
}

/// Reads cases again that another tab may have changed.
async fn renew(app: AppState, store: &IndexedDbStore, ids: &[CaseId]) {
    let keys: Vec<String> = ids.iter().map(ToString::to_string).collect();
    let Ok((records, aside)) = store.cases(&keys).await else { return };
    put_aside(app, aside);
    app.cases.update(|cases| {
        cases.retain(|id, _| !ids.contains(id));
        cases.extend(records.into_iter().map(|record| (record.case, record)));
    });
}

/// A commit that changes cases begins, or has ended: between the two nobody may say that no line is stale.
pub(super) fn committing(app: AppState, begins: bool) {
    app.with_docket(|docket| {
        docket.commits = if begins { docket.commits + 1 } else { docket.commits.saturating_sub(1) };
        docket.is_marked |= begins;
    });
}

/// Shows what a commit has changed of cases: a `whole` history stands in the place of the one before.
pub(super) fn kept(app: AppState, whole: bool, records: Vec<CaseRecord>, hidden: &[CaseId]) {
    if !whole && records.is_empty() && hidden.is_empty() {
        return;
    }
    app.cases.update(|cases| {
        app.with_docket(|docket| {
            if whole {
                let gone: Vec<CaseId> = docket.known.iter().map(|(id, _)| id).collect();
                gone.into_iter().for_each(|id| docket.forget(id));
                docket.pending = Paged::default();
                // Who has one of them open goes on with it as it is now.
                cases.retain(|id, _| records.iter().any(|record| record.case == *id));
            }
            for record in records {
                docket.pending.insert(record.case, ());
                if cases.contains_key(&record.case) || cases.len() < AT_HAND {
                    docket.recent.remove(&record.case);
                    cases.insert(record.case, record);
                } else {
                    if docket.recent.len() >= WHILE_PULLED {
                        docket.recent.clear();
                    }
                    docket.recent.insert(record.case, record);
                }
            }
            cases.retain(|case, _| !hidden.contains(case));
            hidden.iter().for_each(|case| docket.forget(*case));
        });
    });
}

/// Makes the lines that have to be made, and keeps them if this tab leads. In slices; once at a time.
pub fn settle(app: AppState) {
    let is_first = app.with_docket(|docket| !std::mem::replace(&mut docket.is_busy, true));
    if is_first == Some(true) {
        spawn_local(async move {
            let run = sync_driver::current_run(app);
            loop {
                let pending: Vec<CaseId> = app.with_docket(|docket| docket.pending.iter().map(|(id, ())| id).collect()).unwrap_or_default();
                for some in pending.chunks(LINES_AT_ONCE) {
                    make_all(app, some).await;
                    if pending.len() > LINES_AT_ONCE {
                        // Until they are kept their words are at hand: of a long history they would fill the memory.
                        write_pages(app).await;
                    }
                    if sync_driver::current_run(app) != run {
                        break;
                    }
                }
                // Written when things are quiet: until then the store says that these lines are old.
                sleep(IDLE_MS).await;
                if sync_driver::current_run(app) != run || app.with_docket(|docket| docket.pending.is_empty()) != Some(false) {
                    break;
                }
            }
            let unwritten = |docket: &mut Docket| docket.unwritten.len();
            let before = app.with_docket(unwritten);
            if sync_driver::current_run(app) == run {
                write(app).await;
            }
            let left = app.with_docket(unwritten);
            // What came or was made while this was written found somebody busy. Where nothing could be written, another change begins anew.
            let goes_on = app.with_docket(|docket| {
                docket.is_busy = false;
                !docket.pending.is_empty() || left > Some(0) && left < before
            });
            if sync_driver::current_run(app) != run {
                // Whoever leads by now found this one at it.
                settle_what_waits(app);
            } else if goes_on == Some(true) {
                settle(app);
            }
        });
    }
}

/// The same where there is anything to make, to keep or to say, as when this tab begins to lead.
pub(super) fn settle_what_waits(app: AppState) {
    if app.with_docket(|docket| !docket.pending.is_empty() || !docket.unwritten.is_empty() || docket.is_marked) == Some(true) {
        settle(app);
    }
}

/// Makes lines, in the order of their pages, while the screen stays alive.
async fn make_all(app: AppState, ids: &[CaseId]) {
    let mut shown = clock::steady();
    // To arrange and show a long list takes long itself.
    let show_after = SHOW_MS * (1 + app.with_docket(|docket| docket.known.len()).unwrap_or_default() as i64 / 10_000);
    for some in ids.chunks(AT_ONCE) {
        let Ok(records) = acts_of(app, some).await else { return };
        let mut begun = clock::steady();
        for (id, record) in records {
            let (cases, outbox) = (app.cases.read_untracked(), app.outbox.read_untracked());
            let waiting: Vec<&Act> = outbox.iter().filter(|entry| entry.is_of(id)).map(|entry| &entry.act).collect();
            app.with_docket(|docket| {
                // What came since it was read is newer.
                let recent = docket.recent.remove(&id);
                let record = cases.get(&id).or(recent.as_ref()).unwrap_or(&record);
                let known = docket.known.get(id);
                if known.is_some_and(|known| docket.is_true(known, record.mark(), what_waits(&waiting))) {
                    docket.pending.remove(id);
                } else if docket.pending.has(id) {
                    untrack(|| docket.make(app, id, Some(record), &waiting));
                }
            });
            drop((cases, outbox));
            if clock::steady().since(begun) >= BREATH_MS {
                sleep(0).await;
                begun = clock::steady();
            }
        }
        if clock::steady().since(shown) >= show_after {
            app.docket_turn.update(|turn| *turn += 1);
            shown = clock::steady();
        }
    }
    if !ids.is_empty() {
        app.docket_turn.update(|turn| *turn += 1);
    }
}

/// Keeps what was made. What it says is stale goes with the last page.
async fn write(app: AppState) {
    if !write_pages(app).await {
        return;
    }
    // Decided and asked for in one go: a commit that comes later marks anew what it changes.
    let head = app.with_docket(|docket| {
        docket.arrange();
        let is_settled = docket.commits == 0 && docket.pending.is_empty() && docket.unwritten.is_empty();
        is_settled.then(|| {
            // A commit that begins from here on marks anew.
            docket.is_marked = false;
            docket.head()
        })
    });
    if let Some(Some(head)) = head {
        let note = Note { key: HEAD.to_owned(), text: lines::write_head(&head) };
        if sync_driver::commit_leading(app, vec![Change::ClearStale, Change::PutNote(note)], Durability::Relaxed).await.is_err() {
            app.with_docket(|docket| docket.is_marked = true);
        }
    }
}

/// Keeps the pages of which each line is made, if this tab leads; says whether all that was asked could be done.
async fn write_pages(app: AppState) -> bool {
    let Some(store) = app.store().filter(|_| app.inner.with_value(|inner| inner.engine.is_some())) else {
        // The tab that leads makes them, too, and keeps them: few may wait here until this one leads, many would fill the memory.
        app.with_docket(|docket| {
            if docket.fresh.len() >= LINES_AT_ONCE {
                docket.fresh = Paged::default();
            }
        });
        return false;
    };
    let pages = app.with_docket(|docket| std::mem::take(&mut docket.unwritten)).unwrap_or_default();
    let mut is_done = true;
    for page in pages {
        if is_done && keep_page(app, &store, page).await.is_err() {
            is_done = false;
        }
        if !is_done {
            app.with_docket(|docket| docket.note_page(page));
        }
    }
    is_done
}

/// Keeps a page, or notes that it is to be kept once its lines are made.
async fn keep_page(app: AppState, store: &IndexedDbStore, page: u8) -> Result<(), StoreError> {
    let words = store.words(page).await?.and_then(|text| lines::read_words(&text)).unwrap_or_default();
    let Some(Some((change, written))) = app.with_docket(|docket| docket.page(page, words)) else {
        app.with_docket(|docket| docket.note_page(page));
        return Ok(());
    };
    let note = Note { key: PAGES_WRITTEN.to_owned(), text: written.to_string() };
    sync_driver::commit_leading(app, vec![change, Change::PutNote(note)], Durability::Relaxed).await?;
    app.with_docket(|docket| {
        docket.written = written;
        let pending = docket.pending.page(page);
        docket.fresh.page_mut(page).retain(|id, _| pending.contains_key(id));
    });
    sleep(0).await;
    Ok(())
}

impl Docket {
    /// How many streams have acts of the server.
    fn told_by_server(&self) -> usize {
        self.known.iter().filter(|(_, known)| known.mark.acts > 0).count()
    }

    /// The beginning of the list.
    fn head(&self) -> Head {
        let first = self.lines.iter().filter_map(|line| {
            let known = self.known.get(line.id).filter(|known| known.mark.acts > 0)?;
            Some((known.mark, Line::clone(known.kept.as_ref().unwrap_or(line))))
        });
        Head {
            lines: self.told_by_server(),
            cases: self.lines.len(),
            first: Page { rests_on: self.basis.to_string(), lines: first.take(FIRST).collect() },
        }
    }

    /// A page as it is to be kept, and how often pages were written with it; `None` as long as a line of it has to be made.
    fn page(&self, page: u8, before: Vec<(CaseId, Mark, Words)>) -> Option<(Change, u32)> {
        let of_page = || self.known.page(page).iter().filter(|(_, known)| known.mark.acts > 0);
        if of_page().any(|(id, known)| known.basis != self.basis || self.pending.has(*id)) {
            return None;
        }
        let lines: Vec<(Mark, Line)> = of_page()
            .map(|(_, known)| {
                let mut line = Line::clone(known.kept.as_ref().unwrap_or(&known.line));
                if line.stream() == Stream::Case {
                    // The stream beside says it.
                    line.work = Work::default();
                }
                (known.mark, line)
            })
            .collect();
        let mut kept = Table::new();
        kept.extend(before.into_iter().map(|(id, mark, words)| (id, (mark, words))));
        let words = |id: &CaseId, mark: Mark| {
            self.fresh.get(*id).or_else(|| kept.get(id).filter(|(of, _)| *of == mark).map(|(_, words)| words)).cloned()
        };
        let words: Vec<(CaseId, Mark, Words)> =
            of_page().filter_map(|(id, known)| Some((*id, known.mark, words(id, known.mark)?))).collect();
        let lines = lines::write_page(&self.basis, lines.iter().map(|(mark, line)| (*mark, line)));
        let words = lines::write_words(words.iter().map(|(id, mark, words)| (*id, *mark, words)));
        Some((Change::PutPage { page, lines, words }, self.written + 1))
    }
}

/// Takes the kept words into the index, in slices.
async fn read_words(app: AppState) {
    let Some(store) = app.store() else { return };
    if app.with_docket(|docket| std::mem::replace(&mut docket.indexed, true)) != Some(false) {
        return;
    }
    for page in 0..=u8::MAX {
        let Ok(text) = store.words(page).await else { return };
        let words = text.and_then(|text| lines::read_words(&text)).unwrap_or_default();
        let begun = clock::steady();
        app.with_docket(|docket| {
            for (id, mark, words) in words {
                if let Some(known) = docket.known.get_mut(id).filter(|known| known.entry.is_none() && known.mark == mark) {
                    known.entry = Some(docket.index.add_words(&words));
                }
            }
        });
        if clock::steady().since(begun) >= BREATH_MS {
            sleep(0).await;
        }
    }
    // Of what has a line and no words, both are made again.
    let to_do = app.with_docket(|docket| {
        let lost = docket.known.iter().filter(|(_, known)| known.entry.is_none() && known.line.stream() == Stream::Case);
        let lost: Vec<CaseId> = lost.map(|(id, _)| id).collect();
        for id in &lost {
            if let Some(known) = docket.known.get_mut(*id) {
                known.basis = "".into();
                docket.pending.insert(*id, ());
            }
        }
        !lost.is_empty()
    });
    if to_do == Some(true) {
        settle(app);
    }
    app.docket_turn.update(|turn| *turn += 1);
}

/// How well each of these lines fits a query, 0 where it lacks a word of it; `None` if the query has no words. Reading it follows every
/// change of what can be found.
#[must_use]
pub fn search(app: AppState, query: &str, lines: &Lines) -> Option<Vec<u32>> {
    app.docket_turn.track();
    if query.trim().is_empty() {
        return None;
    }
    if app.with_docket(|docket| docket.indexed) == Some(false) {
        spawn_local(read_words(app));
    }
    app.with_docket(|docket| {
        let scores = docket.index.scores(query)?;
        if !Arc::ptr_eq(&docket.places.0, lines) || docket.places.1 != docket.index.len() {
            let place = |line: &Arc<Line>| docket.known.get(line.id).and_then(|known| known.entry).unwrap_or(u32::MAX);
            docket.places = (Arc::clone(lines), docket.index.len(), lines.iter().map(place).collect());
        }
        Some(docket.places.2.iter().map(|entry| scores.get(*entry as usize).copied().unwrap_or_default()).collect())
    })
    .flatten()
}
