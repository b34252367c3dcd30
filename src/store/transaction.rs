//! What each event of sending and pulling writes, as the one commit that it is. Pure: the app's driver and the simulator perform
//! the same commits.

use std::rc::Rc;

use super::kapsul::noted;
use super::record::{Aside, CaseRecord, FREED, FileRecord, FileState, JournalEntry, JournalEvent, Note, OutboxEntry, OutboxState, encode};
use super::{Change, Condition, DISCARDED, packed as packed_note, put_aside, taken_out};
use crate::api::wire::{FieldProblem, Problem};
use crate::domain::answers::Answers;
use crate::domain::case::{Act, Case, Effect, fold};
use crate::domain::command::{Base, Envelope, Payload, Receipt, SCHEMA};
use crate::domain::decide::{Context, Reason, decide, has_other_version};
use crate::domain::digest::Digest;
use crate::domain::draft::{Draft, is_kept, note_kept};
use crate::domain::evidence::{files_in, files_of};
use crate::domain::id::{AccountId, CaseId, CommandId, DeviceId, DraftId, FileId};
use crate::domain::json;
use crate::domain::rule_set::RuleSet;
use crate::domain::table::Table;
use crate::domain::time::Timestamp;
use crate::sync::answer::ParkReason;
use crate::sync::engine::{Item, Pulled};
use crate::sync::merge::{Conflict, merge};
use crate::sync::pull::Page;

/// A draft becomes a command. The command that it corrects is taken back, if that still waits for a person. Also gives the other
/// entries that changed.
#[must_use]
pub fn submitted(
    entry: &OutboxEntry,
    draft: &Draft,
    corrected: Option<&OutboxEntry>,
    outbox: &[OutboxEntry],
    now: Timestamp,
) -> (Vec<Change>, Vec<OutboxEntry>) {
    let event = JournalEvent::Submitted { draft: draft.id.to_string(), command: entry.envelope.command_id.to_string() };
    let (mut changes, loosened) = corrected.map(|old| withdrawn(old, None, outbox, now)).unwrap_or_default();
    let versions = Change::DropVersions(draft.id);
    // Its files were put back, if they were ever taken out: they are evidence now.
    changes.extend(files_in(&draft.answers).iter().map(|file| Change::DropNote(taken_out(file.id))));
    changes.extend([Change::PutOutbox(Box::new(entry.clone())), Change::DropDraft(draft.id), versions]);
    changes.extend([Change::DropNote(packed_note(draft.id)), journal(now, event)]);
    (changes, loosened)
}

/// A draft takes the place of its earlier version, which stays beside it where it is worth it. Notes that in the draft, and in the store
/// which files were taken out.
#[must_use]
pub fn drafted(draft: &mut Draft, before: Option<&Draft>) -> Vec<Change> {
    let mut changes = Vec::new();
    if let Some(before) = before {
        draft.kept.clone_from(&before.kept);
        if is_kept(before, draft) {
            changes = kept_beside(draft, before);
        }
        changes.extend(taken_from(&before.answers, Some(&draft.answers)));
    }
    changes.push(Change::PutDraft(Box::new(draft.clone())));
    changes
}

/// An earlier version comes back; the one that was there is kept beside it, whatever it was.
#[must_use]
pub fn brought_back(version: &Draft, present: &Draft, now: Timestamp) -> (Vec<Change>, Draft) {
    let mut draft = Draft {
        answers: version.answers.clone(),
        reasons: version.reasons.clone(),
        readings: version.readings.clone(),
        changed_at: now,
        version: present.version + 1,
        ..present.clone()
    };
    let mut changes = kept_beside(&mut draft, present);
    changes.extend(taken_from(&present.answers, Some(&draft.answers)));
    changes.push(Change::PutDraft(Box::new(draft.clone())));
    (changes, draft)
}

/// Notes the files that answers named and no longer do.
fn taken_from(before: &Answers, after: Option<&Answers>) -> Vec<Change> {
    let stay = after.map(files_in).unwrap_or_default();
    let mut gone = files_in(before);
    gone.retain(|file| !stay.iter().any(|other| other.id == file.id));
    gone.iter().map(|file| Change::PutNote(Note { key: taken_out(file.id), text: String::new() })).collect()
}

fn kept_beside(draft: &mut Draft, before: &Draft) -> Vec<Change> {
    let mut changes = vec![Change::PutVersion(Box::new(before.clone()))];
    if draft.kept.iter().all(|kept| kept.version != before.version) {
        changes.extend(note_kept(&mut draft.kept, before).map(|gone| Change::DropVersion(draft.id, gone)));
    }
    changes
}

/// What the command of a draft stands in for: the refused one that the draft corrects, also where that was taken back meanwhile or is on
/// another device; what that one stood in for, as far as it is `here`; and the draft itself, if it was `packed` and may be submitted
/// elsewhere. Of all of them one takes effect, whatever still arrives of the others.
#[must_use]
pub fn stands_in_for(draft: &Draft, here: Option<&OutboxEntry>, packed: bool) -> Vec<CommandId> {
    let before = here.map_or(&[][..], |old| &old.envelope.corrects);
    let itself = packed.then(|| draft.id.as_command());
    let mut all = Vec::new();
    for command in before.iter().chain(&draft.stands_for).chain(&draft.corrects).chain(&itself) {
        if !all.contains(command) {
            all.push(*command);
        }
    }
    all
}

/// A refused command is taken into a draft to be corrected. It stays until the correction is submitted.
#[must_use]
pub fn correcting(command: CommandId, draft: &Draft) -> Vec<Change> {
    // Another tab may have begun it, and somebody written in it.
    let fresh = Change::OnlyIf(Condition::NoDraft(draft.id));
    vec![Change::OnlyIf(Condition::Parked(command)), fresh, Change::PutDraft(Box::new(draft.clone()))]
}

/// A command that was refused, or has not left the device, is taken back by its author, to be corrected or, for a reason, for good; the
/// journal keeps it. Also gives the other entries that changed.
#[must_use]
pub fn withdrawn(old: &OutboxEntry, reason: Option<String>, outbox: &[OutboxEntry], now: Timestamp) -> (Vec<Change>, Vec<OutboxEntry>) {
    let command = old.envelope.command_id;
    let event = JournalEvent::Withdrawn { envelope: encode(&old.envelope), reason };
    let loosened = loosened(old, outbox);
    let still = if old.state == OutboxState::Waiting { Condition::Unsent(command) } else { Condition::Parked(command) };
    let mut changes = vec![Change::OnlyIf(still), Change::DropOutbox(command), journal(now, event)];
    loosened.iter().for_each(|entry| update(&mut changes, entry));
    (changes, loosened)
}

/// A command is taken back for good: see [`withdrawn`]. What it says becomes a draft again, the author's own `again`, unless a correction was
/// begun, which somebody may be writing in, and which goes on as it is; what was carried for somebody else is let go, since its author has
/// it. A refused command was on its way once, and may be elsewhere still: the draft stands in for it. Also gives that draft, and the other
/// entries that changed.
#[must_use]
pub fn given_up(
    old: &OutboxEntry,
    reason: String,
    drafts: &[Draft],
    again: impl FnOnce() -> Draft,
    outbox: &[OutboxEntry],
    now: Timestamp,
) -> (Vec<Change>, Option<Draft>, Vec<OutboxEntry>) {
    let command = old.envelope.command_id;
    let begun = drafts.iter().any(|draft| draft.corrects == Some(command));
    let corrects = (old.state != OutboxState::Waiting).then_some(command);
    let draft = (!begun && old.is_of(old.envelope.case_id)).then(|| Draft { corrects, ..again() });
    let (mut changes, loosened) = withdrawn(old, Some(reason), outbox, now);
    changes.extend(draft.iter().cloned().map(|draft| Change::PutDraft(Box::new(draft))));
    (changes, draft, loosened)
}

/// The draft that a command was, with what others changed in its case meanwhile: see [`to_correct`]. `rules` are those it was made by, if
/// this version has them.
#[must_use]
pub fn draft_of(entry: OutboxEntry, case: &Case, rules: Option<&RuleSet>, id: DraftId, now: Timestamp) -> Draft {
    let answers = rules.map(|rules| to_correct(&entry, case, rules));
    let draft = draft_from(entry.envelope, id, now);
    Draft { answers: answers.unwrap_or_else(|| draft.answers.clone()), ..draft }
}

/// The draft that an envelope was, word for word.
#[must_use]
pub fn draft_from(envelope: Envelope, id: DraftId, now: Timestamp) -> Draft {
    let mut reasons = Table::new();
    let mut readings = Table::new();
    for (guard, ruling) in envelope.rulings.iter() {
        reasons.insert(guard.clone(), ruling.reason.clone());
        if let Some(reading) = &ruling.reading {
            readings.insert(guard.clone(), reading.clone());
        }
    }
    Draft {
        id,
        case: envelope.case_id,
        act: envelope.payload.act,
        strand: envelope.payload.strand,
        rules: envelope.rules,
        calendar: envelope.calendar,
        answers: envelope.payload.answers,
        reasons,
        readings,
        focus: None,
        capture: None,
        corrects: None,
        stands_for: envelope.corrects,
        name: String::new(),
        kept: Vec::new(),
        begun_at: now,
        changed_at: now,
        version: 1,
    }
}

/// Commands go out. The first attempt is noted: from here on none of them can be taken back as unsent. Each attempt asks the store whether
/// they still wait: a tab that stood still knows nothing of what became of them in another one.
#[must_use]
pub fn sending(entries: &[OutboxEntry]) -> Vec<Change> {
    let mut changes = Vec::new();
    for entry in entries {
        if entry.tries == 0 {
            update(&mut changes, &OutboxEntry { tries: 1, ..entry.clone() });
        } else {
            changes.push(Change::OnlyIf(Condition::Waits(entry.envelope.command_id)));
        }
    }
    changes
}

/// Work goes into a kapsul: from here on none of the commands is taken back as unsent, and what is submitted of the drafts says that it may
/// be submitted elsewhere, too. Nothing that another tab has sent or taken back meanwhile goes along. The commands themselves are left as they
/// are: the tab that leads may be writing them. `notes` are those of these drafts ([`super::packed`]).
#[must_use]
pub fn packed(entries: &[OutboxEntry], drafts: &[Draft], notes: &[Note]) -> Vec<Change> {
    let mut changes = Vec::new();
    for entry in entries {
        let command = entry.envelope.command_id;
        let still = if entry.state == OutboxState::Waiting { Condition::Waits(command) } else { Condition::Parked(command) };
        let note = Note { key: packed_command(command), text: String::new() };
        changes.extend([Change::OnlyIf(still), Change::PutNote(note)]);
    }
    changes.extend(drafts.iter().map(|draft| Change::PutNote(noted(draft, notes))));
    changes
}

/// The key of the note that a command went into a kapsul. One that waits is not taken back then.
#[must_use]
pub fn packed_command(command: CommandId) -> String {
    // Not the key of a draft: its correction has the same id.
    format!("carried/{command}")
}

/// A person has a command wait that has not left the device; what comes later in its case waits behind it. Also gives the entry as it is then.
#[must_use]
pub fn held(entry: &OutboxEntry) -> (Vec<Change>, OutboxEntry) {
    let held = OutboxEntry { state: OutboxState::Parked(ParkReason::Held), ..entry.clone() };
    let only_if = Change::OnlyIf(Condition::Unsent(entry.envelope.command_id));
    (vec![only_if, Change::PutOutbox(Box::new(held.clone()))], held)
}

/// Can a command be taken back? One that was refused; or one that has not left the device and that no later one of its case rests on.
#[must_use]
pub fn may_withdraw(entry: &OutboxEntry, outbox: &[OutboxEntry]) -> bool {
    entry.state != OutboxState::Waiting || entry.is_unsent() && !outbox.iter().any(|other| other.is_behind(entry))
}

/// What was made on top of a command that is no longer what it was. A base is a number, and other people's acts may make up the number
/// that is missing: without a base the server asks to decide again, and nobody's act is passed over unseen.
fn loosened(changed: &OutboxEntry, outbox: &[OutboxEntry]) -> Vec<OutboxEntry> {
    outbox.iter().filter(|entry| entry.is_behind(changed) && has_base(entry)).map(without_base).collect()
}

/// Does it go out by itself with a base? A refused one loses it when a person sends it again.
fn has_base(entry: &OutboxEntry) -> bool {
    entry.state == OutboxState::Waiting && entry.envelope.base.revision > 0
}

/// Puts a waiting entry in place of its earlier version, unless another tab has done something to it.
fn update(changes: &mut Vec<Change>, entry: &OutboxEntry) {
    changes.push(Change::OnlyIf(Condition::Waits(entry.envelope.command_id)));
    changes.push(Change::PutOutbox(Box::new(entry.clone())));
}

fn without_base(entry: &OutboxEntry) -> OutboxEntry {
    let mut entry = entry.clone();
    (entry.envelope.base.revision, entry.envelope.base.last) = (0, None);
    entry
}

/// A draft is thrown away by its author; the journal keeps its text. As long as that can be undone it lies among its versions as it was
/// last, so that its files are named: see [`undo_is_over`].
#[must_use]
pub fn discarded(draft: &Draft, now: Timestamp) -> Vec<Change> {
    let mut changes = taken_from(&draft.answers, None);
    changes.extend([
        Change::PutVersion(Box::new(draft.clone())),
        Change::DropDraft(draft.id),
        Change::PutNote(Note { key: format!("{DISCARDED}{}", draft.id), text: String::new() }),
        journal(now, JournalEvent::Discarded { draft: encode(draft) }),
    ]);
    changes
}

/// Nobody can undo that a draft was discarded: its versions go, unless it came back.
#[must_use]
pub fn undo_is_over(draft: DraftId) -> Vec<Change> {
    vec![Change::OnlyIf(Condition::NoDraft(draft)), Change::DropVersions(draft), Change::DropNote(format!("{DISCARDED}{draft}"))]
}

/// A file that a person took out of a draft goes with its bytes, unless something on this device names it still: another draft, a version
/// that can come back, a command on its way or refused. What the server is to have, and what nobody took out, never goes this way.
#[must_use]
pub fn freed(file: FileId, now: Timestamp) -> Vec<Change> {
    let event = JournalEvent::File { file: file.to_string(), became: FREED.to_owned() };
    let conditions = [Condition::TakenOut(file), Condition::Kept(file), Condition::Unnamed(file)];
    let mut changes: Vec<Change> = conditions.into_iter().map(Change::OnlyIf).collect();
    changes.extend([Change::DropFile(file), Change::DropNote(taken_out(file)), journal(now, event)]);
    changes
}

/// A file that is here is put to use again before anything names it.
#[must_use]
pub fn used_again(file: FileId) -> Vec<Change> {
    vec![Change::OnlyIf(Condition::Kept(file)), Change::DropNote(taken_out(file))]
}

/// The server holds a command: its proof and its act are kept, and the command leaves the outbox. `None` if the act does not follow those
/// held: news are missing, or they are of another history. The command stays until they are here. If they have been `asked_for` and have
/// not come, this account does not see the case, or no longer: then the proof alone is kept. Of a case that is known to have a gap the
/// act may lie aside.
#[must_use]
pub fn received(
    held: Option<&CaseRecord>,
    aside: &Table<CaseId, Aside>,
    receipt: &Receipt,
    act: &Act,
    account: AccountId,
    asked_for: bool,
    now: Timestamp,
) -> Option<News> {
    let record = held.cloned().unwrap_or(CaseRecord { case: act.case_id, acts: Vec::new() });
    let is_in = |acts: &[Act]| acts.iter().any(|held| held.command_id == act.command_id);
    let mut news = News { aside: aside.clone(), ..News::default() };
    news.proof(receipt.clone(), now);
    // Of what was carried for somebody else this account keeps the proof; the case comes with the changes, if it may see it.
    let carried = act.by.account != account;
    let mut is_here = is_in(&record.acts);
    if !carried && (act.revision as usize == record.acts.len() + 1 || aside.contains_key(&act.case_id)) {
        news.put(record, vec![act.clone()]);
        is_here |=
            news.cases.iter().any(|record| is_in(&record.acts)) || news.aside.get(&act.case_id).is_some_and(|aside| is_in(&aside.acts));
        put_aside(aside, &news.aside, &mut news.changes);
    }
    (is_here || carried || asked_for).then_some(news)
}

/// A command was refused and waits for a person, unless one has taken it back meanwhile.
#[must_use]
pub fn parked(entry: &OutboxEntry, now: Timestamp) -> Vec<Change> {
    let command = entry.envelope.command_id;
    vec![
        Change::OnlyIf(Condition::Waits(command)),
        Change::PutOutbox(Box::new(entry.clone())),
        journal(now, JournalEvent::Parked { command: command.to_string() }),
    ]
}

/// A person sends a refused command again: what it asks is unchanged, and it is decided on the case as it is now. Also gives the entry.
#[must_use]
pub fn retried(entry: &OutboxEntry) -> (Vec<Change>, OutboxEntry) {
    let entry = OutboxEntry { state: OutboxState::Waiting, ..without_base(entry) };
    let changes = vec![Change::OnlyIf(Condition::Parked(entry.envelope.command_id)), Change::PutOutbox(Box::new(entry.clone()))];
    (changes, entry)
}

/// A command still holds after it was decided again. Also gives every entry that changed.
#[must_use]
pub fn redecided(entry: &OutboxEntry, outbox: &[OutboxEntry]) -> (Vec<Change>, Vec<OutboxEntry>) {
    let mut entries = loosened(entry, outbox);
    entries.push(entry.clone());
    let mut changes = Vec::new();
    entries.iter().for_each(|entry| update(&mut changes, entry));
    (changes, entries)
}

/// Decides a command again on the case as the server has it now. Gives the entry as it is to be kept: waiting with a new base, or
/// parked with the reasons. An act that amends a form is first merged with what others amended since its author saw it. `context` is
/// `None` where this version does not have the command's rules.
#[must_use]
pub fn decide_again(entry: &OutboxEntry, record: Option<&CaseRecord>, context: Option<&Context<'_>>) -> OutboxEntry {
    // What the author saw and wrote stays on record beside a refusal.
    let parked = |reason| OutboxEntry { state: OutboxState::Parked(reason), ..entry.clone() };
    let case = fold(entry.envelope.case_id, record.map_or(&[][..], |record| &record.acts));
    if has_other_version(&case, &entry.envelope) {
        return parked(ParkReason::Conflict(Problem { status: 409, reasons: vec![Reason::Once], ..Problem::default() }));
    }
    if entry.envelope.carried_by.is_some() {
        // Only its author can see the case and decide it again.
        let kind = CARRIED.to_owned();
        return parked(ParkReason::Conflict(Problem { kind, status: 409, ..Problem::default() }));
    }
    let mut envelope = entry.envelope.clone();
    (envelope.base.revision, envelope.base.last) = (case.revision, case.last());
    let amended = context.and_then(|context| amended_form(context.rules, &envelope.payload.act));
    if let Some(form) = amended {
        // A form that is not there yet is recorded, not amended.
        if case.forms.contains_key(form) {
            let merged = merge(&envelope.base.seen, &envelope.payload.answers, case.form(form));
            if !merged.conflicts.is_empty() {
                return parked(ParkReason::Conflict(differs(merged.conflicts)));
            }
            envelope.payload.answers = merged.answers;
        }
        envelope.base.seen = case.form(form).clone();
    }
    match context.map_or(Err(Vec::new()), |context| decide(&case, &envelope, context)) {
        Ok(act) => OutboxEntry { envelope, act, ..entry.clone() },
        Err(reasons) => parked(ParkReason::Conflict(Problem { status: 409, reasons, ..Problem::default() })),
    }
}

/// The answers with which a refused command is taken into a draft. Where it amends a form, what others changed meanwhile is in
/// them; of a field in conflict they keep the author's own, who sees the others' beside it.
#[must_use]
pub fn to_correct(entry: &OutboxEntry, case: &Case, rules: &RuleSet) -> Answers {
    let mine = &entry.envelope.payload.answers;
    let Some(form) = amended_form(rules, &entry.envelope.payload.act) else { return mine.clone() };
    let merged = merge(&entry.envelope.base.seen, mine, case.form(form));
    let mut answers = merged.answers;
    for field in merged.conflicts {
        match mine.0.get(&field) {
            Some(answer) => drop(answers.0.insert(field, answer.clone())),
            None => drop(answers.0.remove(&field)),
        }
    }
    answers
}

/// What the author of an act sees, given the case with what waits to be sent.
#[must_use]
pub fn base(case: &Case, rules: &RuleSet, act: &str) -> Base {
    let seen = amended_form(rules, act).map(|form| case.form(form).clone());
    Base { revision: case.revision, last: case.last(), seen: seen.unwrap_or_default() }
}

/// The form that an act amends: one that another act records, too.
fn amended_form<'a>(rules: &'a RuleSet, act: &str) -> Option<&'a str> {
    let form = rules.act.get(act)?.form.as_str();
    rules.act.iter().any(|(other, rule)| other != act && rule.form == form).then_some(form)
}

/// The kind of problem of a carried command whose case has moved on.
pub const CARRIED: &str = "/problems/carried-moved";

/// The kind of problem of a command whose fields somebody else has amended, too.
pub const DIFFERS: &str = "/problems/differs";

/// What such a command says of itself.
fn differs(fields: Vec<String>) -> Problem {
    let mut problem = Problem { kind: DIFFERS.to_owned(), status: 409, ..Problem::default() };
    for mut pointer in fields {
        pointer.insert(0, '/');
        problem.fields.push(FieldProblem { pointer, code: DIFFERS.to_owned() });
    }
    problem
}

/// The last act that recorded a form.
fn last_record<'a>(form: &str, acts: &'a [Act]) -> Option<&'a Act> {
    acts.iter().rev().find(|act| act.effects.iter().any(|effect| matches!(effect, Effect::Set { form: set, .. } if set == form)))
}

/// What stands between a command that was refused as a conflict and its case as it is now.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Differences {
    /// What happened in the case since its author saw it.
    pub since: Vec<Act>,
    /// Fields of the command's form that somebody else has filled in otherwise meanwhile.
    pub conflicts: Vec<Conflict>,
}

/// The differences of a command with its case as it is now: what its author saw (base), wrote (mine), and what others wrote since (theirs).
#[must_use]
pub fn differences(entry: &OutboxEntry, record: &CaseRecord, rules: &RuleSet) -> Differences {
    let Envelope { base, payload, .. } = &entry.envelope;
    // A base that was forgotten says nothing: then it is the time that tells.
    let seen = |act: &&Act| match base.revision {
        0 => act.recorded_at.is_some_and(|at| at <= entry.queued_at),
        seen => act.revision <= seen,
    };
    let known = record.acts.iter().take_while(seen).count();
    let (before, since) = record.acts.split_at(known);
    let form = rules.act.get(&payload.act).map_or("", |rule| rule.form.as_str());
    let amends = amended_form(rules, &payload.act).is_some();
    let Some(last) = last_record(form, if amends { &record.acts } else { since }) else {
        return Differences { since: since.to_vec(), conflicts: Vec::new() };
    };
    let (was, mine, now) = (fold(record.case, before), &payload.answers, fold(record.case, &record.acts));
    let (was, theirs) = (if amends { &base.seen } else { was.form(form) }, now.form(form));
    let fields = match amends {
        true => merge(was, mine, theirs).conflicts,
        false => {
            let all = mine.0.keys().chain(theirs.0.keys().filter(|field| !mine.0.contains_key(*field)));
            let same = |field: &String| match (mine.0.get(field), theirs.0.get(field)) {
                (Some(mine), Some(theirs)) => mine.says_the_same(theirs),
                (mine, theirs) => mine == theirs,
            };
            all.filter(|field| !same(field)).cloned().collect()
        }
    };
    let conflict = |field: String| Conflict {
        base: was.0.get(&field).cloned(),
        mine: mine.0.get(&field).cloned(),
        theirs: theirs.0.get(&field).cloned(),
        by: last.by.clone(),
        at: last.happened_at,
        field,
    };
    Differences { since: since.to_vec(), conflicts: fields.into_iter().map(conflict).collect() }
}

/// What is to be written and shown after news came.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct News {
    /// One commit.
    pub changes: Vec<Change>,
    /// Cases as they are now.
    pub cases: Vec<Rc<CaseRecord>>,
    /// What lies aside of cases now.
    pub aside: Table<CaseId, Aside>,
    /// Commands of the outbox that the server turned out to hold, with their receipts.
    pub held: Vec<Receipt>,
    /// Commands that the server held once and lost: they are sent again.
    pub lost: Vec<OutboxEntry>,
    /// Commands of the outbox whose base belongs to another history.
    pub loosened: Vec<OutboxEntry>,
}

/// Who works where: what an envelope says of its maker.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Maker {
    /// The account.
    pub account: AccountId,
    /// The device.
    pub device: DeviceId,
}

/// What a page of the server's history, or a whole new snapshot, changes. A command whose act it brings is held by the server: its
/// answer was lost on the way. What this account did and a new snapshot lacks goes back into the outbox under its old id: a server that
/// was restored from a backup gets it again, one that has it says so. Acts before which others are missing lie `aside` until those come:
/// the cursor passes them, since nothing of the page is lost. The acts of the page go into what it changes.
#[must_use]
pub fn news(
    held: &Table<CaseId, CaseRecord>,
    aside: &Table<CaseId, Aside>,
    outbox: &[OutboxEntry],
    page: &mut Page,
    maker: Maker,
    now: Timestamp,
) -> News {
    let mut news = News { aside: aside.clone(), ..News::default() };
    for acts in page.acts.values() {
        news.proofs(outbox, acts, now);
    }
    if page.whole {
        news.give_back(held, outbox, page, maker, now);
        news.changes.push(Change::ClearPulled);
        news.changes.push(journal(now, JournalEvent::NewEpoch));
    }
    for (case, acts) in std::mem::take(&mut page.acts) {
        let before = held.get(&case).filter(|_| !page.whole).cloned();
        news.put(before.unwrap_or(CaseRecord { case, acts: Vec::new() }), acts);
    }
    for made in &page.amendments {
        news.changes.push(Change::PutAmendment(Box::new(made.clone())));
    }
    for case in &page.hidden {
        news.changes.push(Change::DropCase(*case));
        news.aside.remove(case);
    }
    let is_last = !page.more && page.unreadable == 0;
    news.aside.retain(|case, now| {
        match aside.get(case) {
            Some(before) if page.whole => now.pulls = before.pulls,
            Some(_) if is_last => now.passed(),
            _ => {}
        }
        now.asked |= page.whole;
        true
    });
    put_aside(aside, &news.aside, &mut news.changes);
    news.changes.push(Change::PutCursor(page.cursor.clone()));
    news
}

impl News {
    /// What the engine has to hear once this page is kept.
    #[must_use]
    pub fn pulled(&self, page: &Page) -> Pulled {
        match page.unreadable {
            0 if !page.more && self.aside.values().any(Aside::wants_fresh) => Pulled::Restart,
            0 => Pulled::Applied { more: page.more },
            unreadable => Pulled::Partly(unreadable),
        }
    }

    /// Adds acts to a case, and what lies aside of it as far as that follows now.
    fn put(&mut self, mut record: CaseRecord, mut acts: Vec<Act>) {
        let (case, before) = (record.case, record.acts.len());
        let known = self.aside.remove(&case);
        let mut aside = known.unwrap_or(Aside { acts: Vec::new(), after: 0, asked: false, case, pulls: 0 });
        acts.append(&mut aside.acts);
        aside.acts = record.extend(acts);
        aside.after = u32::try_from(record.acts.len()).unwrap_or(u32::MAX);
        if !aside.acts.is_empty() {
            self.aside.insert(case, aside);
        }
        if record.acts.len() > before {
            let record = Rc::new(record);
            self.changes.push(Change::PutCase(Rc::clone(&record)));
            self.cases.push(record);
        }
    }

    fn proofs(&mut self, outbox: &[OutboxEntry], acts: &[Act], now: Timestamp) {
        for entry in outbox {
            if let Some(act) = acts.iter().find(|act| act.command_id == entry.envelope.command_id) {
                self.proof(receipt(act, entry.envelope.payload.digest()), now);
            }
        }
    }

    fn proof(&mut self, receipt: Receipt, now: Timestamp) {
        self.changes.push(Change::DropOutbox(receipt.command_id));
        self.changes.push(Change::PutReceipt(receipt.clone()));
        self.changes.push(journal(now, JournalEvent::Received { command: receipt.command_id.to_string() }));
        self.held.push(receipt);
    }

    /// What a new snapshot lacks, and whose base belongs to the old one.
    fn give_back(&mut self, held: &Table<CaseId, CaseRecord>, outbox: &[OutboxEntry], page: &Page, maker: Maker, now: Timestamp) {
        // The server had it before all that waits, also before what waits because it was lost earlier.
        let first = outbox.iter().map(|entry| entry.place).fold(0, i64::min);
        let whole = held.values().map(|record| (record.case, &record.acts[..], true));
        let aside = std::mem::take(&mut self.aside);
        for (case, acts, is_whole) in whole.chain(aside.values().map(|aside| (aside.case, &aside.acts[..], false))) {
            let here = page.acts.get(&case).map_or(&[][..], Vec::as_slice);
            let behind = aside.get(&case).map_or(acts, |aside| &aside.acts).last().map_or(0, |act| i64::from(act.revision)) + 1;
            let mut last = None;
            for act in acts {
                let before = last.replace(act.command_id);
                if act.by.account != maker.account {
                    continue;
                }
                let command = act.command_id;
                if here.iter().all(|here| here.command_id != command) && outbox.iter().all(|entry| entry.envelope.command_id != command) {
                    let mut entry = sent_again(act, maker, first + i64::from(act.revision) - behind, now);
                    entry.envelope.base.last = before;
                    if !is_whole {
                        // What it rested on was never seen here.
                        entry = without_base(&entry);
                    }
                    self.changes.push(Change::PutOutbox(Box::new(entry.clone())));
                    self.lost.push(entry);
                }
            }
        }
        for entry in outbox {
            if has_base(entry) && self.held.iter().all(|receipt| receipt.command_id != entry.envelope.command_id) {
                let entry = without_base(entry);
                update(&mut self.changes, &entry);
                self.loosened.push(entry);
            }
        }
    }
}

/// The receipt of an act that the server holds.
#[must_use]
pub fn receipt(act: &Act, payload_sha256: Digest) -> Receipt {
    Receipt {
        command_id: act.command_id,
        payload_sha256,
        server_time: act.recorded_at.unwrap_or(Timestamp(0)),
        revision: act.revision,
        numbers: act.numbers().map(|(series, number)| (series.to_owned(), number.to_owned())).collect(),
    }
}

/// An act that the server has lost, as the command that it came from.
fn sent_again(act: &Act, maker: Maker, place: i64, now: Timestamp) -> OutboxEntry {
    let answers = act.effects.iter().find_map(|effect| match effect {
        Effect::Set { answers, .. } => Some(answers.clone()),
        _ => None,
    });
    // An act that began a side strand names it by its own command.
    let strand = act.strand.clone().filter(|strand| *strand != act.command_id.to_string());
    let envelope = Envelope {
        schema: SCHEMA,
        command_id: act.command_id,
        case_id: act.case_id,
        author: act.by.account,
        office: act.office.clone(),
        device: maker.device,
        payload: Payload { act: act.act.clone(), strand, answers: answers.unwrap_or_default() },
        base: Base::at(act.revision.saturating_sub(1)),
        rules: act.rules.clone(),
        calendar: act.calendar.clone(),
        office_settings: act.office_settings.clone(),
        rulings: act.rulings.clone(),
        depends_on: Vec::new(),
        corrects: act.corrects.clone(),
        happened_at: act.happened_at,
        made_at: act.made_at,
        carried_by: None,
        training: false,
    };
    let act = Act { recorded_at: None, revision: 0, ..act.clone() };
    OutboxEntry { envelope, act, state: OutboxState::Waiting, queued_at: now, tries: 1, place }
}

/// The place of a command that is made now: behind all of this account's own, also those that came here by hand.
#[must_use]
pub fn place(outbox: &[OutboxEntry]) -> i64 {
    outbox.iter().filter(|entry| entry.envelope.carried_by.is_none()).map(|entry| entry.place).fold(0, i64::max)
}

/// The newest id in the outbox: the next one sorts behind it, also where the clock was set back.
#[must_use]
pub fn newest(outbox: &[OutboxEntry]) -> Option<CommandId> {
    outbox.iter().map(|entry| entry.envelope.command_id).max()
}

/// The records of files that an act names and this device has, as they are once the server holds the act: they go out.
#[must_use]
pub fn accepted(files: &Table<FileId, FileRecord>, act: &Act) -> Vec<FileRecord> {
    let due = due(act);
    let mut records = named(files, act);
    records.retain(|record| record.state == FileState::Kept);
    records.iter_mut().for_each(|record| (record.state, record.due) = (FileState::Waiting, due));
    records
}

/// Likewise once the server has lost the act: it takes them only behind it.
#[must_use]
pub fn withheld(files: &Table<FileId, FileRecord>, act: &Act) -> Vec<FileRecord> {
    let mut records = named(files, act);
    records.iter_mut().for_each(|record| record.state = FileState::Kept);
    records
}

/// What this account sent, once the server tells another history: it is asked for again. What others sent they send again.
#[must_use]
pub fn unconfirmed(files: &Table<FileId, FileRecord>, cases: &Table<CaseId, CaseRecord>, account: AccountId) -> Vec<FileRecord> {
    let own = cases.values().flat_map(|case| &case.acts).filter(|act| act.by.account == account);
    let mut records: Vec<FileRecord> = Vec::new();
    for act in own {
        records.extend(named(files, act));
    }
    records.retain(|record| record.state == FileState::Sent);
    records.iter_mut().for_each(|record| record.state = FileState::Waiting);
    records
}

fn named(files: &Table<FileId, FileRecord>, act: &Act) -> Vec<FileRecord> {
    let named = files_of(act);
    files.values().filter(|record| named.iter().any(|file| file.sha256 == record.file.sha256)).cloned().collect()
}

/// The nearest deadline that an act sets.
fn due(act: &Act) -> Option<Timestamp> {
    let due = act.effects.iter().filter_map(|effect| match effect {
        Effect::Due { closes_at, .. } => Some(*closes_at),
        _ => None,
    });
    due.min()
}

/// The entry of a command in the engine's eyes.
#[must_use]
pub fn item(entry: &OutboxEntry) -> Item {
    Item {
        command: entry.envelope.command_id,
        place: entry.place,
        case: entry.envelope.case_id,
        due: due(&entry.act),
        size: size(entry),
        parked: entry.state != OutboxState::Waiting,
    }
}

/// The size of a command on its way, in bytes.
#[must_use]
pub fn size(entry: &OutboxEntry) -> usize {
    json::write(&entry.envelope).len()
}

fn journal(at: Timestamp, event: JournalEvent) -> Change {
    Change::Journal(JournalEntry { at, event })
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::domain::case::Person;
    use crate::domain::command::MadeAt;
    use crate::domain::time::Zone;
    use crate::store::record::insert;
    use crate::sync::fixtures;

    const ME: u8 = 1;

    fn case_id() -> CaseId {
        CaseId::new(Timestamp(1), [7; 10])
    }

    fn command(n: u8) -> CommandId {
        CommandId::new(Timestamp(i64::from(n)), [n; 10])
    }

    fn account(n: u8) -> AccountId {
        AccountId::new(Timestamp(1), [n; 10])
    }

    fn act(n: u8, by: u8, revision: u32) -> Act {
        let mut answers = Answers::default();
        answers.set_text("text", n.to_string());
        Act {
            act: "note".into(),
            by: Person { account: account(by), name: "Rina".into(), roles: Vec::new() },
            happened_at: Timestamp(5),
            made_at: MadeAt { wall: Timestamp(6), zone: Zone::Wib, offset_ms: None },
            recorded_at: Some(Timestamp(9)),
            effects: vec![Effect::Set { form: "note".into(), answers }],
            ..fixtures::act(case_id(), command(n), revision)
        }
    }

    fn maker() -> Maker {
        Maker { account: account(ME), device: DeviceId::new(Timestamp(1), [3; 10]) }
    }

    pub(in super::super) fn waiting(n: u8, revision: u32) -> OutboxEntry {
        let mut entry = sent_again(&act(n, ME, revision + 1), maker(), 0, Timestamp(1));
        entry.envelope.base.revision = revision;
        OutboxEntry { tries: 0, ..entry }
    }

    fn refused(n: u8, revision: u32) -> OutboxEntry {
        OutboxEntry { state: OutboxState::Parked(ParkReason::TooLarge), ..waiting(n, revision) }
    }

    fn cases(acts: Vec<Act>) -> Table<CaseId, CaseRecord> {
        Table::from_iter([(case_id(), CaseRecord { case: case_id(), acts })])
    }

    fn page(acts: Table<CaseId, Vec<Act>>, whole: bool) -> Page {
        let cursor = crate::sync::pull::Cursor { epoch: "2".into(), at: "a".into() };
        Page { acts, amendments: vec![], hidden: vec![], cursor, more: false, unreadable: 0, whole }
    }

    fn commands(entries: &[OutboxEntry]) -> Vec<CommandId> {
        entries.iter().map(|entry| entry.envelope.command_id).collect()
    }

    #[test]
    fn a_command_whose_act_comes_with_a_page_is_held_also_if_it_was_refused() {
        let outbox = [waiting(1, 0), refused(2, 1), waiting(3, 2)];
        let acts = Table::from_iter([(case_id(), vec![act(1, ME, 1), act(2, ME, 2)])]);
        let news = news(&Table::new(), &Table::new(), &outbox, &mut page(acts, false), maker(), Timestamp(1));
        assert_eq!(news.held.iter().map(|receipt| receipt.command_id).collect::<Vec<_>>(), [command(1), command(2)]);
        assert_eq!(news.held[0].payload_sha256, outbox[0].envelope.payload.digest());
        assert!(news.changes.contains(&Change::DropOutbox(command(2))));
        assert!(!news.changes.contains(&Change::DropOutbox(command(3))));
    }

    #[test]
    fn own_acts_that_a_new_history_lacks_go_out_again_and_bases_of_the_old_one_are_forgotten() {
        let held = cases(vec![act(1, ME, 1), act(2, 9, 2), act(3, ME, 3)]);
        let outbox = [waiting(4, 3), refused(5, 4)];
        let acts = Table::from_iter([(case_id(), vec![act(1, ME, 1)])]);
        let news = news(&held, &Table::new(), &outbox, &mut page(acts, true), maker(), Timestamp(1));
        assert_eq!(commands(&news.lost), [command(3)], "not that of somebody else, who has it");
        assert_eq!(news.lost[0].envelope.payload.answers.text("text"), "3");
        assert_eq!((news.lost[0].act.recorded_at, news.lost[0].act.revision), (None, 0));
        assert_eq!(news.lost[0].envelope.base.last, Some(command(2)), "only behind the act that it was made behind");
        assert!(!may_withdraw(&news.lost[0], &[]), "it was at the server once");
        assert_eq!(commands(&news.loosened), [command(4)]);
        assert_eq!(news.loosened[0].envelope.base.revision, 0);
        assert_eq!(news.cases, [CaseRecord { case: case_id(), acts: vec![act(1, ME, 1)] }.into()]);
    }

    #[test]
    fn what_the_server_lost_goes_again_in_the_order_of_its_history_before_all_that_waits() {
        let lost = |acts: Vec<Act>, outbox: &[OutboxEntry]| {
            news(&cases(acts), &Table::new(), outbox, &mut page(Table::new(), true), maker(), Timestamp(1)).lost
        };
        // Two devices with different clocks: the later act has the smaller id.
        let mut outbox = lost(vec![act(8, ME, 1), act(7, 9, 2), act(5, ME, 3)], &[]);
        insert(&mut outbox, waiting(6, 0));
        assert_eq!(commands(&outbox), [8, 5, 6].map(command));
        assert!(outbox[1].is_behind(&outbox[0]) && outbox[2].is_behind(&outbox[1]));
        assert!(!may_withdraw(&OutboxEntry { tries: 0, ..outbox[0].clone() }, &outbox), "later ones rest on it");
        // They wait still, and the next history is lost, too: it had what they are behind.
        for entry in lost(vec![act(9, ME, 1), act(3, ME, 2)], &outbox) {
            insert(&mut outbox, entry);
        }
        assert_eq!(commands(&outbox), [9, 3, 8, 5, 6].map(command));
    }

    #[test]
    fn a_command_kept_before_lost_ones_had_a_place_is_read_as_one_made_here() {
        let text = encode(&waiting(1, 0));
        let earlier = text.replace(r#","place":0"#, "");
        assert_ne!(earlier, text);
        assert_eq!(crate::store::record::decode(&earlier), Ok(waiting(1, 0)));
    }

    #[test]
    fn what_rests_on_a_command_that_changed_loses_its_base() {
        let outbox = [waiting(1, 4), waiting(2, 5), refused(3, 6)];
        let (changes, entries) = redecided(&waiting(1, 6), &outbox);
        assert_eq!(commands(&entries), [command(2), command(1)], "not what is refused: it loses its base when it is sent again");
        assert!(changes.contains(&Change::OnlyIf(Condition::Waits(command(2)))));
        let (_, loosened) = withdrawn(&refused(1, 4), None, &outbox, Timestamp(1));
        assert_eq!(loosened.iter().map(|entry| entry.envelope.base.revision).collect::<Vec<_>>(), [0]);
        assert_eq!(retried(&refused(3, 6)).1.envelope.base.revision, 0);
    }

    #[test]
    fn of_a_command_and_its_corrections_one_takes_effect() {
        let correction = |n: u8, of: &OutboxEntry| {
            let mut entry = waiting(n, 0);
            let draft = draft_from(of.envelope.clone(), DraftId::correcting(of.envelope.command_id), Timestamp(1));
            let draft = Draft { corrects: Some(of.envelope.command_id), ..draft };
            entry.envelope.corrects = stands_in_for(&draft, Some(of), true);
            assert_eq!(stands_in_for(&draft, None, false), entry.envelope.corrects, "also where that is not here");
            entry
        };
        let first = waiting(1, 0);
        let third = correction(3, &correction(2, &first));
        assert_eq!(third.envelope.corrects, [1, 2].map(command));
        let is_stopped = |entry: &OutboxEntry, held: Act| {
            let record = CaseRecord { case: case_id(), acts: vec![held] };
            let decided = decide_again(entry, Some(&record), None);
            matches!(decided.state, OutboxState::Parked(ParkReason::Conflict(problem)) if problem.reasons == [Reason::Once])
        };
        assert!(is_stopped(&third, act(1, ME, 1)), "the refusal came after a lost answer");
        assert!(is_stopped(&first, Act { corrects: third.envelope.corrects.clone(), ..act(3, ME, 1) }), "another device gave it back");
        let elsewhere = Act { corrects: vec![command(1)], ..act(5, ME, 1) };
        assert!(is_stopped(&third, elsewhere), "another device corrected it, too");
        assert!(!is_stopped(&third, act(4, ME, 1)));
        assert!(!is_stopped(&first, Act { corrects: third.envelope.corrects.clone(), ..act(3, 9, 1) }), "nobody stops another's");
    }

    #[test]
    fn a_command_stays_until_its_act_follows_those_held() {
        let held = |acts| Some(CaseRecord { case: case_id(), acts });
        let receipt = |revision| receipt(&act(3, ME, revision), Digest::of(b""));
        let ask = |held: Option<CaseRecord>, revision, asked_for| {
            received(held.as_ref(), &Table::new(), &receipt(revision), &act(3, ME, revision), account(ME), asked_for, Timestamp(1))
        };
        let got = |held, revision| ask(held, revision, false);
        assert_eq!(got(None, 1).map(|news| news.cases[0].acts.len()), Some(1));
        assert_eq!(got(held(vec![act(1, 2, 1)]), 2).map(|news| news.cases[0].acts.len()), Some(2));
        assert!(got(held(vec![act(3, ME, 1)]), 1).is_some(), "a page brought it before");
        assert!(ask(None, 3, true).is_some_and(|news| news.changes.len() == 3 && news.cases.is_empty()), "a case that is not seen");
        assert!(got(None, 3).is_none());
        assert!(got(held(vec![act(1, 2, 1)]), 3).is_none(), "news are missing");
        assert!(got(held(vec![act(1, 2, 1)]), 1).is_none(), "another history");
    }

    /// A device over its store, as pages come one after the other.
    #[derive(Default)]
    struct Device {
        cases: Table<CaseId, CaseRecord>,
        aside: Table<CaseId, Aside>,
    }

    impl Device {
        fn take(&mut self, mut page: Page) -> (News, Pulled) {
            let news = news(&self.cases, &self.aside, &[], &mut page, maker(), Timestamp(1));
            let pulled = news.pulled(&page);
            if page.whole {
                self.cases.clear();
            }
            self.keep(&news);
            (news, pulled)
        }

        /// What lies aside is what the notes of its commits say.
        fn keep(&mut self, news: &News) {
            let mut before = std::mem::take(&mut self.aside);
            for change in &news.changes {
                match change {
                    Change::PutNote(note) => {
                        let aside: Aside = crate::store::record::decode(&note.text).expect("acts aside");
                        assert_eq!(note.key, format!("aside/{}", aside.case));
                        before.insert(aside.case, aside);
                    }
                    Change::DropNote(key) => before.retain(|case, _| format!("aside/{case}") != *key),
                    _ => {}
                }
            }
            self.cases.extend(news.cases.iter().map(|record| (record.case, (**record).clone())));
            self.aside = before;
            assert_eq!(self.aside, news.aside);
        }

        fn numbers(&self) -> (Vec<u32>, Vec<u32>) {
            let of = |acts: &[Act]| acts.iter().map(|act| act.revision).collect();
            let held = self.cases.get(&case_id()).map_or(Vec::new(), |record| of(&record.acts));
            (held, self.aside.get(&case_id()).map_or(Vec::new(), |aside| of(&aside.acts)))
        }

        fn missing(&self) -> Vec<(u32, u32)> {
            self.aside.get(&case_id()).map_or(Vec::new(), Aside::missing)
        }
    }

    fn of_case(revisions: &[u8]) -> Table<CaseId, Vec<Act>> {
        Table::from_iter([(case_id(), revisions.iter().map(|revision| act(*revision, 9, u32::from(*revision))).collect())])
    }

    #[test]
    fn acts_with_a_gap_before_them_lie_aside_until_it_is_filled() {
        let mut device = Device::default();
        let other = CaseId::new(Timestamp(1), [8; 10]);
        let mut acts = of_case(&[1, 5, 3]);
        acts.insert(other, vec![fixtures::act(other, command(9), 1)]);
        let (news, pulled) = device.take(page(acts, false));
        assert_eq!((device.numbers(), pulled), ((vec![1], vec![3, 5]), Pulled::Applied { more: false }));
        assert!(device.cases.contains_key(&other) && news.changes.contains(&Change::PutCursor(page(Table::new(), false).cursor)));
        assert_eq!(device.missing(), [(2, 2), (4, 4)]);
        // What lies aside comes again, and more behind it.
        device.take(page(of_case(&[3, 9]), false));
        assert_eq!((device.numbers(), device.missing()), ((vec![1], vec![3, 5, 9]), vec![(2, 2), (4, 4), (6, 8)]));
        // A page brings the one, a receipt the other.
        device.take(page(of_case(&[2]), false));
        assert_eq!((device.numbers(), device.missing()), ((vec![1, 2, 3], vec![5, 9]), vec![(4, 4), (6, 8)]));
        let mine = act(4, ME, 4);
        let held = device.cases.get(&case_id());
        let proof = received(held, &device.aside, &receipt(&mine, Digest::of(b"")), &mine, account(ME), false, Timestamp(1));
        device.keep(&proof.expect("it follows"));
        assert_eq!(device.numbers(), (vec![1, 2, 3, 4, 5], vec![9]));
        let (news, _) = device.take(page(of_case(&[8, 7, 6]), false));
        assert_eq!((device.numbers(), device.aside.len()), (((1..=9).collect(), vec![]), 0));
        assert!(news.changes.contains(&Change::DropNote(format!("aside/{}", case_id()))));
    }

    #[test]
    fn an_own_act_behind_a_gap_lies_aside_with_its_proof() {
        let mut device = Device::default();
        device.take(page(of_case(&[1, 3]), false));
        let mine = act(5, ME, 5);
        let held = device.cases.get(&case_id());
        let proof = received(held, &device.aside, &receipt(&mine, Digest::of(b"")), &mine, account(ME), false, Timestamp(1));
        let proof = proof.expect("its place is known");
        assert!(proof.cases.is_empty() && proof.changes.contains(&Change::DropOutbox(command(5))));
        device.keep(&proof);
        assert_eq!(device.numbers(), (vec![1], vec![3, 5]));
        // A server that was restored has neither: what this account did goes out again, to be decided anew.
        let (news, _) = device.take(page(of_case(&[1]), true));
        assert_eq!((commands(&news.lost), device.numbers()), (vec![command(5)], (vec![1], vec![])));
        assert_eq!(news.lost[0].envelope.base, Base::at(0));
    }

    #[test]
    fn a_gap_that_lasts_three_pulls_is_told_and_everything_asked_for_once() {
        let mut device = Device::default();
        device.take(page(of_case(&[1, 3]), false));
        let told = |device: &Device| device.aside.get(&case_id()).is_some_and(Aside::is_told);
        // Neither pages before the last of a pull count nor those that could not be read.
        device.take(Page { more: true, ..page(Table::new(), false) });
        device.take(Page { unreadable: 1, ..page(Table::new(), false) });
        for _ in 0..2 {
            assert_eq!(device.take(page(Table::new(), false)).1, Pulled::Applied { more: false });
            assert!(!told(&device));
        }
        assert_eq!(device.take(page(Table::new(), false)).1, Pulled::Restart);
        assert!(told(&device));
        // Should the tab have died meanwhile, it is wanted still.
        assert!(device.aside.values().any(Aside::wants_fresh));
        // A new snapshot with the same gap: told still, and asked no more.
        assert_eq!(device.take(page(of_case(&[1, 3]), true)).1, Pulled::Applied { more: false });
        for _ in 0..5 {
            let (news, pulled) = device.take(page(Table::new(), false));
            assert_eq!((news.changes.len(), pulled), (1, Pulled::Applied { more: false }), "the cursor alone");
        }
        assert!(told(&device) && device.missing() == [(2, 2)]);
        // One without it.
        device.take(page(of_case(&[1, 2, 3]), true));
        assert_eq!((device.numbers(), device.aside.len()), ((vec![1, 2, 3], vec![]), 0));
    }

    #[test]
    fn what_lies_aside_goes_with_its_case_and_its_history() {
        let mut device = Device::default();
        device.take(page(of_case(&[1, 3]), false));
        device.take(Page { hidden: vec![case_id()], ..page(Table::new(), false) });
        assert_eq!(device.aside.len(), 0);
        device.take(page(of_case(&[1, 3]), true));
        device.take(page(of_case(&[1, 2]), true));
        assert_eq!(device.numbers(), (vec![1, 2], vec![]));
        // Of a case whose beginning is missing, and with a number beyond all others.
        let last = fixtures::act(case_id(), command(9), u32::MAX);
        device.take(page(Table::from_iter([(case_id(), vec![last])]), true));
        assert_eq!((device.numbers().0, device.missing()), (vec![], vec![(1, u32::MAX - 1)]));
    }

    #[test]
    fn what_others_recorded_since_is_told_apart_from_what_the_author_saw() {
        let set = &crate::rules::set_for("pemilu-penyelenggara", None).expect("the track").value;
        let record = CaseRecord { case: case_id(), acts: vec![act(1, 2, 1), act(2, 2, 2), act(3, 2, 3)] };
        let mut mine = refused(9, 1);
        mine.act.act = "note".into();
        let found = differences(&mine, &record, set);
        assert_eq!(found.since.iter().map(|act| act.revision).collect::<Vec<_>>(), [2, 3]);
        let [conflict] = &found.conflicts[..] else { panic!("{:?}", found.conflicts) };
        let text = |answer: &Option<crate::domain::answers::Answer>| match answer {
            Some(crate::domain::answers::Answer::Text(text)) => text.clone(),
            _ => String::new(),
        };
        assert_eq!([&conflict.base, &conflict.mine, &conflict.theirs].map(text), ["1", "9", "3"]);
        assert_eq!((conflict.field.as_str(), conflict.by.account), ("text", account(2)));
        // A base that was forgotten: what the server took after the command was made is news.
        mine.envelope.base.revision = 0;
        mine.queued_at = Timestamp(9);
        assert_eq!(differences(&mine, &record, set), Differences::default());
        // Rows that say the same are no conflict, whatever their ids are.
        let rows = |id: &str| {
            let mut row = crate::domain::answers::Row { id: id.into(), fields: Answers::default() };
            row.fields.set_text("name", "Halimah".into());
            crate::domain::answers::Answer::Rows(vec![row])
        };
        assert!(rows("a").says_the_same(&rows("b")));
    }

    #[test]
    fn only_what_has_not_left_the_device_or_was_refused_is_taken_back() {
        let outbox = [waiting(1, 0), waiting(2, 1)];
        assert!(may_withdraw(&refused(3, 0), &outbox));
        assert!(may_withdraw(&outbox[1], &outbox));
        assert!(!may_withdraw(&outbox[0], &outbox), "a later one rests on it");
        let sent = OutboxEntry { tries: 1, ..waiting(2, 1) };
        assert!(!may_withdraw(&sent, &outbox));
        let (changes, _) = withdrawn(&outbox[1], Some("salah".into()), &outbox, Timestamp(1));
        assert_eq!(changes[0], Change::OnlyIf(Condition::Unsent(command(2))));
        // What is put off has not left either, keeps its words, and goes on as something that is sent again.
        let (changes, put_off) = held(&outbox[0]);
        assert_eq!(changes, [Change::OnlyIf(Condition::Unsent(command(1))), Change::PutOutbox(Box::new(put_off.clone()))]);
        assert_eq!((&put_off.envelope, item(&put_off).parked), (&outbox[0].envelope, true));
        let (changes, goes) = retried(&put_off);
        assert_eq!(changes[0], Change::OnlyIf(Condition::Parked(command(1))));
        assert_eq!((goes.state, goes.envelope.payload), (OutboxState::Waiting, outbox[0].envelope.payload.clone()));
        // What it says is a draft again, which stands in for what may be elsewhere still; a correction that was begun is left alone.
        let again = |entry: &OutboxEntry| draft_from(entry.envelope.clone(), DraftId::new(Timestamp(1), [4; 10]), Timestamp(1));
        let given_up = |entry: &OutboxEntry, drafts: &[Draft]| {
            let (changes, draft, _) = given_up(entry, "salah".into(), drafts, || again(entry), &outbox, Timestamp(1));
            let puts = changes.iter().filter(|change| matches!(change, Change::PutDraft(_))).count();
            assert_eq!(puts, usize::from(draft.is_some()));
            draft.map(|draft| draft.corrects)
        };
        assert_eq!(given_up(&outbox[1], &[]), Some(None));
        assert_eq!(given_up(&refused(3, 0), &[]), Some(Some(command(3))));
        assert_eq!(given_up(&refused(3, 0), &[Draft { corrects: Some(command(3)), ..again(&refused(3, 0)) }]), None);
        // What is packed is noted beside, and only while it is what it was.
        let note = |n: u8| Change::PutNote(Note { key: packed_command(command(n)), text: String::new() });
        let conditions = [Condition::Waits(command(1)), Condition::Parked(command(3))].map(Change::OnlyIf);
        let [waits, parked] = conditions;
        assert_eq!(packed(&[waiting(1, 0), refused(3, 0)], &[], &[]), [waits, note(1), parked, note(3)]);
        // The first attempt is noted, once; each asks whether the command still waits.
        let [first, later] = [command(1), sent.envelope.command_id].map(|command| Change::OnlyIf(Condition::Waits(command)));
        let noted = Change::PutOutbox(Box::new(OutboxEntry { tries: 1, ..waiting(1, 0) }));
        assert_eq!(sending(&[waiting(1, 0), sent]), [first, noted, later]);
    }

    #[test]
    fn what_is_carried_for_somebody_else_is_never_decided_again_and_its_proof_alone_is_kept() {
        let mut carried = waiting(3, 0);
        carried.envelope.carried_by = Some(account(2));
        let decided = decide_again(&carried, None, None);
        assert!(matches!(decided.state, OutboxState::Parked(ParkReason::Conflict(problem)) if problem.kind == CARRIED));
        let got = received(None, &Table::new(), &receipt(&act(3, ME, 1), Digest::of(b"")), &act(3, ME, 1), account(2), false, Timestamp(1));
        let news = got.expect("a proof");
        assert!(news.cases.is_empty() && !news.changes.iter().any(|change| matches!(change, Change::PutCase(_))));
    }

    #[test]
    fn a_file_follows_its_command_also_when_a_restored_server_lost_both() {
        let of = |n: u8| crate::domain::evidence::FileRef {
            id: FileId::new(Timestamp(1), [n; 10]),
            name: "sk.pdf".into(),
            size: 9,
            sha256: Digest::of(&[n]),
            media: crate::domain::evidence::MediaType::Pdf,
            locked: false,
        };
        let naming = |n: u8, by: u8, revision: u32| {
            let mut answers = Answers::default();
            answers.0.insert("file".to_owned(), crate::domain::answers::Answer::Rows(vec![of(n).to_row()]));
            let closes_at = Timestamp(i64::from(n));
            let last_day = closes_at.in_zone(Zone::Wib).date;
            let due = Effect::Due { deadline: "x".into(), reading: "x".into(), last_day, closes_at, provisional: false };
            Act { effects: vec![Effect::Set { form: "note".into(), answers }, due], ..act(n, by, revision) }
        };
        let files =
            |state| Table::from_iter([1, 2, 3].map(|n| (of(n).id, FileRecord { state, ..FileRecord::on_device(of(n), Timestamp(1)) })));
        let told = |records: Vec<FileRecord>| records.iter().map(|record| (record.file.id, record.state, record.due)).collect::<Vec<_>>();
        let waiting = (of(1).id, FileState::Waiting, Some(Timestamp(1)));
        assert_eq!(told(accepted(&files(FileState::Kept), &naming(1, ME, 1))), [waiting]);
        assert_eq!(told(accepted(&files(FileState::Sent), &naming(1, ME, 1))), []);
        let acts = cases(vec![naming(1, ME, 1), naming(2, 9, 2), act(3, ME, 3)]);
        assert_eq!(
            told(unconfirmed(&files(FileState::Sent), &acts, account(ME))),
            [(of(1).id, FileState::Waiting, None)],
            "not others' files"
        );
        for state in [FileState::Sent, FileState::Waiting, FileState::Refused] {
            assert_eq!(told(withheld(&files(state), &naming(1, ME, 1))), [(of(1).id, FileState::Kept, None)]);
        }
    }
}
