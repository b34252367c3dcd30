//! From a draft to a command in the outbox: check, decide, keep, show, send. What the screen shows is safe by then.

use std::sync::Arc;

use leptos::prelude::*;
use leptos::task::spawn_local;

use super::{AppState, docket, session, sync_driver};
use crate::domain::answers::{Answers, Place};
use crate::domain::calendar::Calendar;
use crate::domain::case::{Act, Case};
use crate::domain::command::{Envelope, MadeAt, Payload, Ruling, SCHEMA};
use crate::domain::decide::{Asked, DIFFERS, Reason, asked, decide, looks_at, stated_time};
use crate::domain::docket::Line;
use crate::domain::draft::Draft;
use crate::domain::facts::{Facts, Hand};
use crate::domain::form::{Checked, check};
use crate::domain::id::{CaseId, CommandId, DraftId};
use crate::domain::office::Office;
use crate::domain::rule_set::RuleSet;
use crate::domain::text::{folded, is_blank};
use crate::domain::time::LocalDate;
use crate::platform::{clock, random, realm};
use crate::routes::Route;
use crate::rules::{self, Pinned};
use crate::store::record::{OutboxEntry, OutboxState};
use crate::store::transaction::{self, Differences};
use crate::store::{Durability, LocalStore, StoreError, packed};
use crate::sync::answer::ParkReason;
use crate::sync::engine::Input;

/// Why nothing was submitted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SubmitError {
    /// The rules or the form.
    Refused(Vec<Reason>),
    /// The device; the draft is still there.
    Store(StoreError),
    /// This version does not have the rules under which the draft was begun.
    RulesMissing,
    /// The draft is gone: another tab has submitted or discarded it.
    Gone,
}

/// What the check page shows.
#[derive(Clone, Debug, PartialEq)]
pub struct Review {
    /// What the form's check found.
    pub checked: Checked,
    /// Guards that do not plainly hold, but for those that look at what still has to be mended: they may hold then.
    pub asked: Vec<Asked>,
    /// Those of them that look at what the law misses, by guard: an answer there may settle them.
    pub open: Vec<String>,
}

/// The rules and the calendar that a draft was begun under.
#[must_use]
pub fn definitions(app: AppState, draft: &Draft) -> Option<(&'static Pinned<RuleSet>, &'static Pinned<Calendar>)> {
    let book = app.book_untracked();
    Some((book.set(&draft.rules)?, book.calendar(&draft.calendar)?))
}

/// Checks a draft as it stands.
#[must_use]
pub fn review(app: AppState, draft: &Draft) -> Option<Review> {
    let (set, calendar) = definitions(app, draft)?;
    let me = app.account.get()?;
    let actor = me.actor();
    let now = app.clock();
    let context = rules::context(set, calendar, &me.office, &actor, now);
    let form = &set.value.act.get(&draft.act)?.form;
    let checked = check(&set.value, form, &draft.answers, now.in_zone(me.office.zone).date);
    let happened_at = stated_time(&draft.answers, &me.office).unwrap_or(now);
    let case = app.case(draft.case).unwrap_or_else(|| Case::new(draft.case));
    let mut rulings = crate::domain::table::Table::new();
    rulings.extend(given(draft));
    let mut asked = asked(&case, &draft.act, draft.strand.as_deref(), &draft.answers, &rulings, happened_at, &context);
    let looks_at = |asked: &Asked, places: &[Place]| looks_at(&asked.guard, &draft.act, &set.value, places);
    let to_mend: Vec<Place> = checked.problems.iter().map(|problem| problem.place.clone()).collect();
    asked.retain(|asked| !looks_at(asked, &to_mend));
    let open = asked.iter().filter(|asked| looks_at(asked, &checked.gaps)).map(|asked| asked.guard.clone()).collect();
    Some(Review { checked, asked, open })
}

/// What stands between the refused command that a draft corrects and the case as it is now; `None` unless the case has moved on.
#[must_use]
pub fn differences(app: AppState, draft: &Draft) -> Option<Differences> {
    let outbox = app.outbox.read();
    let entry = outbox.iter().find(|entry| Some(entry.envelope.command_id) == draft.corrects)?;
    let cases = app.cases.read();
    let (set, record) = (app.book().set(&entry.envelope.rules)?, cases.get(&draft.case)?);
    matches!(entry.state, OutboxState::Parked(ParkReason::Conflict(_))).then(|| transaction::differences(entry, record, &set.value))
}

/// The page on which work on a draft begins: its only section, or the list of all.
#[must_use]
pub fn first_page(app: AppState, id: DraftId) -> Route {
    let drafts = app.drafts.read_untracked();
    let draft = drafts.iter().find(|draft| draft.id == id);
    let form = draft.and_then(|draft| {
        let set = &app.book_untracked().set(&draft.rules)?.value;
        set.form.get(&set.act.get(&draft.act)?.form)
    });
    match form.map(|form| form.groups.as_slice()) {
        Some([only]) => Route::Section(id, only.key.clone()),
        _ => Route::Draft(id),
    }
}

/// The reasons and readings that a draft gives, by guard.
fn given(draft: &Draft) -> impl Iterator<Item = (String, Ruling)> + '_ {
    let reasons = draft.reasons.iter().map(|(guard, reason)| (guard, reason.clone()));
    let only_readings = draft.readings.keys().filter(|guard| !draft.reasons.contains_key(*guard)).map(|guard| (guard, String::new()));
    reasons.chain(only_readings).map(|(guard, reason)| (guard.clone(), Ruling { reason, reading: draft.readings.get(guard).cloned() }))
}

/// Something on this device that looks like a draft.
pub enum Twin {
    /// Another draft with the same answers.
    Draft(DraftId),
    /// A case with the same answers, and what it is called.
    Content(CaseId, String),
    /// A case about the same object, and what it is called.
    Object(CaseId, String),
}

/// A draft or a case that a petition repeats: typed twice, or brought twice. An act of a case has none.
#[must_use]
pub fn twin(app: AppState, draft: &Draft) -> Option<Twin> {
    if draft.act != super::drafts::FIRST_ACT {
        return None;
    }
    // When it came in says nothing about what it says, and people are compared by name.
    let content = |answers: &Answers| {
        let mut answers = answers.clone();
        answers.0.retain(|key, _| !matches!(key.as_str(), "channel" | "filed_on" | "filed_at" | "petitioner" | "papers"));
        (answers.0.len() > 2).then_some(answers)
    };
    let people = people(&draft.answers);
    let same = |other: &Answers, own: &Option<Answers>| {
        !people.is_empty() && own.is_some() && self::people(other) == people && content(other) == *own
    };
    let own = content(&draft.answers);
    let drafts = app.drafts.read();
    if let Some(other) = drafts.iter().find(|other| other.id != draft.id && other.act == draft.act && same(&other.answers, &own)) {
        return Some(Twin::Draft(other.id));
    }
    let submitted = definitions(app, draft).and_then(|(set, _)| {
        let form = &set.value.act.get(&draft.act)?.form;
        content(&check(&set.value, form, &draft.answers, draft.changed_at.in_zone(app.zone()).date).submitted)
    });
    let number = folded(draft.answers.text("object_number"));
    // Their lines tell which cases are worth reading.
    let lines = docket::lines(app);
    let is_like = |line: &&Arc<Line>| {
        let named: Vec<String> = line.petitioners.iter().map(|name| folded(name)).collect();
        line.id != draft.case && (!number.is_empty() && folded(&line.object) == number || !people.is_empty() && named == people)
    };
    let mut about = None;
    for case in lines.iter().filter(is_like).filter_map(|line| app.case(line.id)) {
        let petition = case.form("petition");
        if same(petition, &submitted) {
            return Some(Twin::Content(case.id, case.name()));
        }
        if about.is_none() && !number.is_empty() && folded(petition.text("object_number")) == number {
            about = Some(Twin::Object(case.id, case.name()));
        }
    }
    about
}

fn people(answers: &Answers) -> Vec<String> {
    answers.rows("petitioner").iter().map(|row| folded(row.fields.text("name"))).filter(|name| !name.is_empty()).collect()
}

/// What the rules see of a draft as it stands: its case, with the act at hand. Where it states no time, its last change does.
pub fn with_facts<T>(app: AppState, draft: &Draft, office: &Office, read: impl FnOnce(&Facts<'_>) -> T) -> Option<T> {
    let (set, calendar) = definitions(app, draft)?;
    let rule = set.value.act.get(&draft.act)?;
    let case = app.case(draft.case).unwrap_or_else(|| Case::new(draft.case));
    let hand = Hand { act: &draft.act, rule, answers: &draft.answers, strand: draft.strand.as_deref() };
    let at = stated_time(&draft.answers, office).unwrap_or(draft.changed_at);
    Some(read(&Facts { hand: Some(hand), ..Facts::of(&set.value, &calendar.value, office, &case, at) }))
}

/// The last days of a deadline as its readings give them for a draft, the safe one first, by reading.
#[must_use]
pub fn last_days(app: AppState, draft: &Draft, deadline: &str, office: &Office) -> Vec<(String, LocalDate)> {
    let readings = with_facts(app, draft, office, |facts| facts.readings(deadline)).unwrap_or_default();
    readings.into_iter().filter_map(|counted| Some((counted.reading, counted.due.ok()?.last_day))).collect()
}

/// Submits a draft. When this returns, the command is in the outbox and the draft is gone, both or neither.
///
/// # Errors
/// See [`SubmitError`]; the draft is as it was.
pub async fn submit(app: AppState, id: DraftId) -> Result<CaseId, SubmitError> {
    let draft = app.drafts.read_untracked().iter().find(|draft| draft.id == id).cloned().ok_or(SubmitError::Gone)?;
    docket::need(app, &[draft.case]).await.map_err(SubmitError::Store)?;
    let packed = match app.store() {
        Some(store) => !store.notes(&[packed(draft.id)]).await.map_err(SubmitError::Store)?.is_empty(),
        None => false,
    };
    let Decided { envelope, act, replaced } = decided(app, &draft, packed)?;
    let place = transaction::place(&app.outbox.read_untracked());
    let entry = OutboxEntry { envelope, act, state: OutboxState::Waiting, queued_at: clock::now(), tries: 0, place };
    let (changes, loosened) = transaction::submitted(&entry, &draft, replaced.as_ref(), &app.outbox.read_untracked(), clock::now());
    app.commit(changes, Durability::Strict).await.map_err(SubmitError::Store)?;
    app.outbox.update(|outbox| {
        outbox.retain(|known| replaced.as_ref().is_none_or(|old| known.envelope.command_id != old.envelope.command_id));
        sync_driver::put(outbox, loosened);
        outbox.push(entry.clone());
    });
    app.drafts.update(|drafts| drafts.retain(|known| known.id != draft.id));
    session::witness(app);
    if let Some(old) = replaced {
        sync_driver::feed(app, Input::Withdrawn(old.envelope.command_id));
    }
    sync_driver::feed(app, Input::Queued(transaction::item(&entry)));
    sync_driver::announce(app);
    spawn_local(super::drafts::sweep(app, Vec::new()));
    Ok(draft.case)
}

/// The case of a draft as it would be once that is recorded; `None` while something stands in the way.
#[must_use]
pub fn as_recorded(app: AppState, draft: &Draft) -> Option<Case> {
    let Decided { act, .. } = decided(app, draft, false).ok()?;
    let mut case = untracked_case_without(app, draft.case, draft.corrects);
    case.apply(&act);
    Some(case)
}

/// A draft as the command that it makes now, and the act that it is decided to be.
struct Decided {
    envelope: Envelope,
    act: Act,
    /// The refused command that it stands in for.
    replaced: Option<OutboxEntry>,
}

fn decided(app: AppState, draft: &Draft, packed: bool) -> Result<Decided, SubmitError> {
    let (set, calendar) = definitions(app, draft).ok_or(SubmitError::RulesMissing)?;
    let me = app.account.get_untracked().ok_or(SubmitError::Gone)?;
    let actor = me.actor();
    let now = app.clock();
    let context = rules::context(set, calendar, &me.office, &actor, now);
    let form = set.value.act.get(&draft.act).map(|act| act.form.as_str()).ok_or(SubmitError::RulesMissing)?;
    let checked = check(&set.value, form, &draft.answers, now.in_zone(me.office.zone).date);
    let replaced =
        draft.corrects.and_then(|old| app.outbox.read_untracked().iter().find(|entry| entry.envelope.command_id == old).cloned());
    let differs = untrack(|| differences(app, draft)).is_some_and(|found| !found.conflicts.is_empty());
    if differs && is_blank(draft.reasons.get(DIFFERS).map_or("", String::as_str)) {
        return Err(SubmitError::Refused(vec![Reason::NeedsReason { guard: DIFFERS.to_owned(), unknown: false }]));
    }
    let case = untracked_case_without(app, draft.case, draft.corrects);
    let mut rulings = crate::domain::table::Table::new();
    rulings.extend(given(draft));
    let happened_at = stated_time(&checked.submitted, &me.office).unwrap_or(now);
    let asked = asked(&case, &draft.act, draft.strand.as_deref(), &draft.answers, &rulings, happened_at, &context);
    // A reading chosen while the dates were others, and no longer asked about, binds nothing.
    rulings.retain(|guard, ruling| {
        if asked.iter().all(|asked| asked.guard != *guard) {
            ruling.reading = None;
        }
        true
    });
    let newest = transaction::newest(&app.outbox.read_untracked());
    let envelope = Envelope {
        schema: SCHEMA,
        command_id: CommandId::after(newest, clock::now(), random::entropy()),
        case_id: draft.case,
        author: me.account,
        office: me.office.code.clone(),
        device: app.device.get_value(),
        happened_at,
        payload: Payload { act: draft.act.clone(), strand: draft.strand.clone(), answers: checked.submitted },
        base: transaction::base(&case, &set.value, &draft.act),
        rules: draft.rules.clone(),
        calendar: draft.calendar.clone(),
        office_settings: app.book_untracked().office(&me.office).1,
        rulings,
        depends_on: Vec::new(),
        corrects: transaction::stands_in_for(draft, replaced.as_ref(), packed),
        made_at: MadeAt { wall: clock::now(), zone: me.office.zone, offset_ms: app.clock_offset.get_untracked() },
        carried_by: None,
        training: realm::is_training(),
    };
    let act = decide(&case, &envelope, &context).map_err(|reasons| match checked_problems(&checked.problems) {
        found if found.is_empty() => SubmitError::Refused(reasons),
        found => SubmitError::Refused(found),
    })?;
    Ok(Decided { envelope, act, replaced })
}

/// Takes a refused command into a draft to be corrected; the command stays until the correction is submitted.
///
/// # Errors
/// See [`StoreError`]; nothing changed.
pub async fn correct(app: AppState, command: CommandId) -> Result<DraftId, StoreError> {
    if let Some(draft) = app.drafts.read_untracked().iter().find(|draft| draft.corrects == Some(command)) {
        return Ok(draft.id);
    }
    let id = DraftId::correcting(command);
    let draft = Draft { id, corrects: Some(command), ..draft_of(app, queued(app, command)?) };
    let draft = match app.commit(transaction::correcting(command, &draft), Durability::Strict).await {
        Ok(()) => draft,
        // Begun in another tab, or by the press before: that one goes on.
        Err(error) => match app.store() {
            Some(store) if error == StoreError::Overtaken => store.draft(id).await?.ok_or(error)?,
            _ => return Err(error),
        },
    };
    app.drafts.update(|drafts| {
        drafts.retain(|known| known.id != id);
        drafts.push(draft);
    });
    sync_driver::announce(app);
    Ok(id)
}

/// Did a command go into a kapsul? Somebody may be carrying it already: while it waits it is not taken back.
///
/// # Errors
/// See [`StoreError`].
pub async fn is_packed(app: AppState, command: CommandId) -> Result<bool, StoreError> {
    match app.store() {
        Some(store) => Ok(!store.notes(&[transaction::packed_command(command)]).await?.is_empty()),
        None => Ok(false),
    }
}

/// Takes back for good a command that was refused, or has not left the device. Its content becomes a draft again; the journal keeps the
/// command and the reason.
///
/// # Errors
/// See [`StoreError`]; it stays parked.
pub async fn withdraw(app: AppState, command: CommandId, reason: String) -> Result<(), StoreError> {
    let entry = queued(app, command)?;
    if entry.state == OutboxState::Waiting && is_packed(app, command).await? {
        return Err(StoreError::Overtaken);
    }
    let again = || draft_of(app, entry.clone());
    let (changes, draft, loosened) =
        transaction::given_up(&entry, reason, &app.drafts.read_untracked(), again, &app.outbox.read_untracked(), clock::now());
    app.commit(changes, Durability::Strict).await?;
    app.outbox.update(|outbox| {
        outbox.retain(|known| known.envelope.command_id != command);
        sync_driver::put(outbox, loosened);
    });
    if let Some(draft) = draft {
        app.drafts.update(|drafts| {
            drafts.retain(|known| known.id != draft.id);
            drafts.push(draft);
        });
    }
    session::witness(app);
    sync_driver::feed(app, Input::Withdrawn(command));
    sync_driver::announce(app);
    Ok(())
}

/// Has a command wait that has not left the device, until the person sends it.
///
/// # Errors
/// See [`StoreError`]; it goes out by itself, or is on its way.
pub async fn hold(app: AppState, command: CommandId) -> Result<(), StoreError> {
    let (changes, held) = transaction::held(&queued(app, command)?);
    app.commit(changes, Durability::Strict).await?;
    app.outbox.update(|outbox| sync_driver::put(outbox, vec![held]));
    sync_driver::feed(app, Input::Redecided { command, holds: false });
    sync_driver::announce(app);
    Ok(())
}

fn queued(app: AppState, command: CommandId) -> Result<OutboxEntry, StoreError> {
    let found = app.outbox.read_untracked().iter().find(|entry| entry.envelope.command_id == command).cloned();
    found.ok_or_else(|| StoreError::Failed("the command is gone".into()))
}

/// The draft that a command was.
fn draft_of(app: AppState, entry: OutboxEntry) -> Draft {
    let case = untracked_case_without(app, entry.envelope.case_id, Some(entry.envelope.command_id));
    let book = app.book_untracked();
    let rules = book.set(&entry.envelope.rules).map(|rules| &rules.value);
    let now = clock::now();
    transaction::draft_of(entry, &case, rules, DraftId::new(now, random::entropy()), now)
}

/// The draft that a command of the journal was, word for word. It stands in for the command: that may have left the device.
#[must_use]
pub fn draft_from(envelope: Envelope) -> Draft {
    let (now, command) = (clock::now(), envelope.command_id);
    let mut draft = transaction::draft_from(envelope, DraftId::new(now, random::entropy()), now);
    draft.stands_for.push(command);
    draft
}

/// Puts a refused command back to be sent as it is.
///
/// # Errors
/// See [`StoreError`]; it stays parked.
pub async fn retry(app: AppState, command: CommandId) -> Result<(), StoreError> {
    sync_driver::retry(app, command).await?;
    sync_driver::feed(app, Input::Retried(command));
    Ok(())
}

fn untracked_case_without(app: AppState, case: CaseId, without: Option<CommandId>) -> Case {
    let cases = app.cases.read_untracked();
    let outbox = app.outbox.read_untracked();
    let waiting = outbox.iter().filter(|entry| entry.is_of(case) && Some(entry.envelope.command_id) != without).map(|entry| &entry.act);
    crate::domain::case::fold(case, cases.get(&case).iter().flat_map(|record| &record.acts).chain(waiting))
}

fn checked_problems(problems: &[crate::domain::form::Problem]) -> Vec<Reason> {
    problems.iter().cloned().map(|problem| Reason::Form { problem }).collect()
}
