//! What people do: writing, submitting, answering refusals, opening tabs, signing in.

use std::rc::Rc;

use sips_lapangan::domain::answers::Answers;
use sips_lapangan::domain::case::Case;
use sips_lapangan::domain::command::{Envelope, MadeAt, Payload, SCHEMA};
use sips_lapangan::domain::decide::decide;
use sips_lapangan::domain::digest::Digest;
use sips_lapangan::domain::draft::Draft;
use sips_lapangan::domain::id::{CaseId, CommandId, DeviceId, DraftId, Entropy};
use sips_lapangan::domain::table::Table;
use sips_lapangan::domain::time::{Timestamp, Zone};
use sips_lapangan::store::kapsul::{Content, Here, Kind, Part, content, record_part};
use sips_lapangan::store::record::{OutboxEntry, OutboxState};
use sips_lapangan::store::witness::{Finding, Witness};
use sips_lapangan::store::{Change, Condition, Durability, packed as packed_note, transaction};
use sips_lapangan::sync::engine::Input;
use sips_lapangan::sync::merge::merge;
use sips_lapangan::sync::pull::Puller;

use crate::checks::version;
use crate::event::Era;
use crate::planted::Planted;
use crate::rules::{context, law};
use crate::world::{Came, Fate, Kapsul, Made, Memory, Session, Tab, Then, Work, World};

/// The fields of the form that is amended.
pub const FIELDS: [&str; 3] = ["title", "object", "posita"];

/// The device's id.
#[must_use]
pub fn device_id(d: usize) -> DeviceId {
    DeviceId::new(Timestamp(1), [d as u8; 10])
}

impl World {
    fn entropy(&mut self) -> Entropy {
        let (first, second) = (self.rng.next_u64().to_le_bytes(), self.rng.next_u32().to_le_bytes());
        std::array::from_fn(|at| if at < 8 { first[at] } else { second[at - 8] })
    }

    /// The next id of a command made in a tab.
    pub fn new_command_id(&mut self, d: usize, t: usize) -> CommandId {
        let entropy = self.entropy();
        let wall = self.wall(d);
        let tab = &self.devices[d].tabs[t];
        match self.planted {
            Planted::IdsByWallClock => CommandId::new(wall, entropy),
            Planted::CountedIds => {
                let tables = &self.devices[d].stores[tab.account].visible;
                let count = tables.receipts.len() + tables.outbox.len() + tables.withdrawn.len();
                CommandId::new(Timestamp(count as i64), [(d * 16 + tab.account) as u8; 10])
            }
            _ => CommandId::after(transaction::newest(&tab.memory.outbox), wall, entropy),
        }
    }

    /// The draft at which somebody writes in this tab, or may begin to.
    fn draft_in(&mut self, d: usize, t: usize, b: u32) -> Option<DraftId> {
        let found = self.free_draft(d, t, b)?;
        let device = &mut self.devices[d];
        let tab = &mut device.tabs[t];
        if tab.open != Some(found) {
            // Its page is opened here and read-only elsewhere; it begins with what lies on the disk.
            tab.open = Some(found);
            let stored = device.stores[tab.account].visible.drafts.get(&found)?;
            if let Some(known) = Rc::make_mut(&mut tab.memory.drafts).iter_mut().find(|known| known.id == found) {
                known.clone_from(stored);
            }
        }
        Some(found)
    }

    fn free_draft(&self, d: usize, t: usize, b: u32) -> Option<DraftId> {
        let tab = &self.devices[d].tabs[t];
        if tab.open.is_some_and(|open| tab.memory.drafts.iter().any(|draft| draft.id == open)) {
            return tab.open;
        }
        let elsewhere = |id: &DraftId| {
            let others = self.devices[d].tabs.iter().enumerate().filter(|(_, other)| other.id != tab.id && other.account == tab.account);
            others.into_iter().any(|(at, other)| other.open == Some(*id) || self.busy_with(d, at, *id))
        };
        let stored = &self.devices[d].stores[tab.account].visible.drafts;
        let mut free: Vec<DraftId> =
            tab.memory.drafts.iter().map(|draft| draft.id).filter(|id| stored.contains_key(id) && !elsewhere(id)).collect();
        // In an order that no clock has a part in.
        free.sort_by_key(|id| self.work.get(&(d, tab.account, *id)).map(|work| work.order));
        free.get((b as usize).checked_rem(free.len())?).copied()
    }

    fn busy_with(&self, d: usize, t: usize, id: DraftId) -> bool {
        self.devices[d].tabs[t].jobs.iter().any(|job| match &job.then {
            Then::Draft(draft) => draft.id == id,
            Then::Submitted(submitted) => submitted.1 == id,
            Then::Discarded(draft) => *draft == id,
            _ => false,
        })
    }

    /// Has a press on this device not done its work yet, after which drafts are gone or elsewhere, too?
    fn is_pressed(&self, d: usize) -> bool {
        let pressed = |tab: &Tab| tab.jobs.iter().any(|job| matches!(job.then, Then::Submitted(_) | Then::Packed(_)));
        self.devices[d].tabs.iter().any(pressed)
    }

    /// Are drafts on their way in?
    fn is_taking_in(&self, d: usize) -> bool {
        let takes = |then: &Then| matches!(then, Then::TakenIn(taken) if taken.1.iter().any(|came| came.kept.is_some()));
        self.devices[d].tabs.iter().any(|tab| tab.jobs.iter().any(|job| takes(&job.then)))
    }

    /// A person writes in a draft, or begins one.
    pub fn edit(&mut self, a: u32, b: u32) -> bool {
        let Some((d, t)) = self.working_tab(a) else { return false };
        let found = if b.is_multiple_of(4) { None } else { self.draft_in(d, t, b >> 3) };
        let draft = match found {
            Some(id) => {
                if self.busy_with(d, t, id) {
                    return false;
                }
                self.devices[d].tabs[t].memory.drafts.iter().find(|draft| draft.id == id).cloned()
            }
            None => self.begin(d, t, b >> 3),
        };
        let Some(mut draft) = draft else { return false };
        self.text += 1;
        let text = format!("t{}", self.text);
        let field = match draft.act.as_str() {
            "receive" | "amend" => FIELDS[(b >> 5) as usize % 3],
            _ => "text",
        };
        draft.answers.set_text(field, text);
        draft.version += 1;
        self.devices[d].tabs[t].open = Some(draft.id);
        self.commit(d, t, vec![Change::PutDraft(Box::new(draft.clone()))], Durability::Strict, false, Then::Draft(Box::new(draft)));
        true
    }

    fn begin(&mut self, d: usize, t: usize, b: u32) -> Option<Draft> {
        let entropy = self.entropy();
        let memory = &self.devices[d].tabs[t].memory;
        let mut known: Vec<CaseId> = memory.cases.keys().copied().collect();
        for entry in memory.outbox.iter() {
            if !known.contains(&entry.envelope.case_id) {
                known.push(entry.envelope.case_id);
            }
        }
        known.sort_unstable();
        let now = Timestamp(self.now);
        let is_new = known.is_empty() || (known.len() < self.swarm.cases && b.is_multiple_of(3));
        let (case, act) = if is_new {
            (Case::new(CaseId::new(now, entropy)), "receive")
        } else {
            let case = memory.case(known[(b >> 2) as usize % known.len()]);
            let step = match case.state.as_str() {
                "received" => "verify",
                "verified" => "plenary",
                "accepted" => "register",
                "registered" => "decide",
                _ => "remark",
            };
            let act = [step, step, "amend", "amend", "remark"][(b >> 8) as usize % 5];
            (case, act)
        };
        let mut answers = Answers::default();
        let mut seen = Answers::default();
        match act {
            "receive" => FIELDS.iter().for_each(|field| answers.set_text(field, "-".to_owned())),
            "amend" => {
                answers = case.form("petition").clone();
                seen = answers.clone();
            }
            "plenary" => answers.set_text("outcome", if b >> 12 & 3 == 0 { "refuse" } else { "accept" }.to_owned()),
            _ => {}
        }
        let id = DraftId::new(now, entropy);
        let account = self.devices[d].tabs[t].account;
        let order = self.fresh();
        self.work.insert((d, account, id), Work { device: d, account, order, saved: 0, command: None, root: id, seen, excused: false });
        Some(draft(id, case.id, act, answers, now))
    }

    /// A person submits a draft.
    pub fn submit(&mut self, a: u32, b: u32) -> bool {
        let Some((d, t)) = self.working_tab(a) else { return false };
        let Some(id) = self.draft_in(d, t, b) else { return false };
        // One person works here, sees what was done in another tab, and waits until a press has done its work.
        self.read_again(d, t);
        if self.devices[d].tabs[t].news || self.is_pressed(d) || self.is_taking_in(d) || self.busy_with(d, t, id) {
            return false;
        }
        let (wall, now) = (self.wall(d), Timestamp(self.now));
        let tab = &self.devices[d].tabs[t];
        let account = tab.account;
        let Some(draft) = tab.memory.drafts.iter().find(|draft| draft.id == id).cloned() else { return false };
        let Some(work) = self.work.get(&(d, account, id)).cloned() else { return false };
        let command = self.new_command_id(d, t);
        let tab = &self.devices[d].tabs[t];
        let corrected = draft.corrects.and_then(|old| tab.memory.outbox.iter().find(|entry| entry.envelope.command_id == old)).cloned();
        if self.swarm.era == Era::First && draft.corrects.is_some() && corrected.is_none() {
            return false;
        }
        let case = tab.memory.case_without(draft.case, draft.corrects);
        let mut answers = draft.answers.clone();
        let mut seen = Vec::new();
        if draft.act == "amend" {
            let theirs = case.form("petition");
            let merged = merge(&work.seen, &draft.answers, theirs);
            answers = merged.answers;
            for field in &merged.conflicts {
                // The check page shows what others wrote meanwhile; the person stays with the own text.
                answers.set_text(field, draft.answers.text(field).to_owned());
            }
            let changed = FIELDS.iter().filter(|field| answers.text(field) != theirs.text(field));
            seen = changed.map(|field| ((*field).to_owned(), theirs.text(field).to_owned())).collect();
        }
        let unnamed = matches!(self.planted, Planted::CorrectionSendsBoth | Planted::CorrectionUnnamed);
        let packed = self.devices[d].stores[account].visible.packed.iter().any(|note| note.key == packed_note(id));
        let mut corrects = if unnamed { Vec::new() } else { transaction::stands_in_for(&draft, corrected.as_ref(), packed) };
        if self.planted == Planted::CarriedUnnamed {
            corrects.retain(|named| *named != id.as_command());
        }
        let law = law();
        let stated = if self.planted == Planted::WallClockStated { wall } else { now };
        let envelope = Envelope {
            schema: SCHEMA,
            command_id: command,
            case_id: draft.case,
            author: law.actors[account].account,
            office: law.office.code.clone(),
            device: device_id(d),
            payload: Payload { act: draft.act.clone(), strand: None, answers },
            base: transaction::base(&case, &law.rules, &draft.act),
            rules: law.rules_ref.clone(),
            calendar: law.calendar_ref.clone(),
            office_settings: None,
            rulings: Table::new(),
            depends_on: Vec::new(),
            corrects,
            happened_at: stated,
            made_at: MadeAt { wall, zone: Zone::Wib, offset_ms: None },
            carried_by: None,
            training: false,
        };
        let Ok(act) = decide(&case, &envelope, &context(account, stated)) else { return false };
        if self.made.contains_key(&command) {
            self.broken(18, || format!("the id {command} is used a second time"));
        }
        let lane = |entry: &&OutboxEntry| entry.is_of(draft.case) && Some(entry.envelope.command_id) != draft.corrects;
        let behind = self.devices[d].tabs[t].memory.outbox.iter().rev().find(lane).map(|entry| entry.envelope.command_id);
        let order = self.fresh();
        let cursor_epoch = self.devices[d].tabs[t].memory.cursor.as_ref().and_then(|cursor| cursor.epoch.parse().ok()).unwrap_or(0);
        let made = Made { root: work.root, order, device: d, account, seen, epoch: cursor_epoch, behind, calm_tries: 0, put_off: None };
        self.made.insert(command, made);
        if let Some(work) = self.work.get_mut(&(d, account, id)) {
            work.command = Some(command);
        }
        let place = transaction::place(&self.devices[d].tabs[t].memory.outbox);
        let entry = OutboxEntry { envelope, act, state: OutboxState::Waiting, queued_at: wall, tries: 0, place };
        let replaced = corrected.as_ref().map(|entry| entry.envelope.command_id);
        let taken_back = corrected.as_ref().filter(|_| self.planted != Planted::CorrectionSendsBoth);
        let outbox = &self.devices[d].tabs[t].memory.outbox;
        let (changes, loosened) = transaction::submitted(&entry, &draft, taken_back, outbox, wall);
        let then = Then::Submitted(Box::new((entry, id, replaced, loosened)));
        match self.planted {
            Planted::SubmitInTwoCommits => {
                self.commit(d, t, vec![Change::DropDraft(id)], Durability::Strict, false, Then::Nothing);
                self.commit(d, t, changes, Durability::Strict, false, then);
            }
            Planted::CorrectionSendsBoth => {
                if let Some(mut old) = corrected {
                    old.state = OutboxState::Waiting;
                    let retried = vec![Change::PutOutbox(Box::new(old.clone()))];
                    self.commit(d, t, retried, Durability::Strict, false, Then::Retried(Box::new(old)));
                }
                let Then::Submitted(mut submitted) = then else { return true };
                submitted.2 = None;
                self.commit(d, t, changes, Durability::Strict, false, Then::Submitted(submitted));
            }
            _ => self.commit(d, t, changes, Durability::Strict, false, then),
        }
        true
    }

    /// A person throws a draft away.
    pub fn discard(&mut self, a: u32, b: u32) -> bool {
        let Some((d, t)) = self.working_tab(a) else { return false };
        let Some(id) = self.draft_in(d, t, b) else { return false };
        if self.busy_with(d, t, id) {
            return false;
        }
        let Some(draft) = self.devices[d].tabs[t].memory.drafts.iter().find(|draft| draft.id == id).cloned() else { return false };
        let changes = transaction::discarded(&draft, self.wall(d));
        self.devices[d].tabs[t].open = None;
        self.commit(d, t, changes, Durability::Strict, false, Then::Discarded(id));
        true
    }

    fn refused(&self, d: usize, t: usize, b: u32) -> Option<OutboxEntry> {
        let outbox = &self.devices[d].tabs[t].memory.outbox;
        let mut parked: Vec<&OutboxEntry> = outbox.iter().filter(|entry| entry.state != OutboxState::Waiting).collect();
        // In an order that no clock has a part in.
        parked.sort_by_key(|entry| self.made.get(&entry.envelope.command_id).map(|made| made.order));
        parked.get((b as usize).checked_rem(parked.len())?).map(|entry| (*entry).clone())
    }

    /// A person takes a refused command back.
    pub fn withdraw(&mut self, a: u32, b: u32) -> bool {
        let Some((d, t)) = self.working_tab(a) else { return false };
        let Some(entry) = self.refused(d, t, b) else { return false };
        self.give_up(d, t, entry);
        true
    }

    /// A person takes back what waits and, as far as this tab knows, has not left the device.
    pub fn take_back(&mut self, a: u32, b: u32) -> bool {
        let Some((d, t)) = self.working_tab(a) else { return false };
        let outbox = &self.devices[d].tabs[t].memory.outbox;
        let unsent = |entry: &&OutboxEntry| entry.state == OutboxState::Waiting && transaction::may_withdraw(entry, outbox);
        let mut unsent: Vec<&OutboxEntry> = outbox.iter().filter(unsent).collect();
        // In an order that no clock has a part in.
        unsent.sort_by_key(|entry| self.made.get(&entry.envelope.command_id).map(|made| made.order));
        let Some(entry) = (b as usize).checked_rem(unsent.len()).map(|at| unsent[at].clone()) else { return false };
        let key = transaction::packed_command(entry.envelope.command_id);
        let account = self.devices[d].tabs[t].account;
        if self.is_pressed(d) || self.devices[d].stores[account].visible.packed.iter().any(|note| note.key == key) {
            self.fates[Fate::TooLate as usize] += 1;
            return false;
        }
        self.give_up(d, t, entry);
        true
    }

    /// As the app's `submit::withdraw`.
    fn give_up(&mut self, d: usize, t: usize, entry: OutboxEntry) {
        if self.swarm.era == Era::First {
            let (wall, outbox) = (self.wall(d), &self.devices[d].tabs[t].memory.outbox);
            let (changes, loosened) = transaction::withdrawn(&entry, Some("tidak jadi".to_owned()), outbox, wall);
            return self.commit(d, t, changes, Durability::Strict, false, Then::Withdrawn(Box::new((entry, None, loosened))));
        }
        let (entropy, wall, now) = (self.entropy(), self.wall(d), Timestamp(self.now));
        let memory = &self.devices[d].tabs[t].memory;
        let command = entry.envelope.command_id;
        let again = || {
            let case = memory.case_without(entry.envelope.case_id, Some(command));
            transaction::draft_of(entry.clone(), &case, Some(&law().rules), DraftId::new(now, entropy), now)
        };
        let (mut changes, mut draft, loosened) =
            transaction::given_up(&entry, "tidak jadi".to_owned(), &memory.drafts, again, &memory.outbox, wall);
        match self.planted {
            Planted::TakenBackUnguarded => changes.retain(|change| !matches!(change, Change::OnlyIf(Condition::Unsent(_)))),
            Planted::TakenBackUntold => changes.retain(|change| !matches!(change, Change::Journal(_))),
            Planted::TakenBackStays => changes.retain(|change| !matches!(change, Change::DropOutbox(_))),
            _ => {}
        }
        if self.planted == Planted::TakenBackUnnamed
            && let Some(draft) = &mut draft
        {
            draft.corrects = None;
            let put = |change: &mut Change| {
                if let Change::PutDraft(draft) = change {
                    draft.corrects = None;
                }
            };
            changes.iter_mut().for_each(put);
        }
        if let (Some(draft), Some(made)) = (&draft, self.made.get(&command)) {
            let (root, account) = (made.root, self.devices[d].tabs[t].account);
            let seen = memory.case_without(draft.case, Some(command)).form("petition").clone();
            let order = self.fresh();
            let again = Work { device: d, account, order, saved: 0, command: None, root, seen, excused: false };
            self.work.entry((d, account, draft.id)).or_insert(again);
        }
        self.commit(d, t, changes, Durability::Strict, false, Then::Withdrawn(Box::new((entry, draft, loosened))));
    }

    /// A person sends a refused command again.
    pub fn retry(&mut self, a: u32, b: u32) -> bool {
        let Some((d, t)) = self.working_tab(a) else { return false };
        let Some(entry) = self.refused(d, t, b) else { return false };
        let (changes, entry) = transaction::retried(&entry);
        self.commit(d, t, changes, Durability::Strict, false, Then::Retried(Box::new(entry)));
        true
    }

    /// A person takes a refused command into a draft; it stays until the correction is submitted.
    pub fn correct(&mut self, a: u32, b: u32) -> bool {
        let Some((d, t)) = self.working_tab(a) else { return false };
        let Some(entry) = self.refused(d, t, b) else { return false };
        let command = entry.envelope.command_id;
        if entry.envelope.carried_by.is_some() {
            // Its author has it.
            return false;
        }
        let tab = &self.devices[d].tabs[t];
        if self.devices[d].stores[tab.account].visible.drafts.values().any(|draft| draft.corrects == Some(command)) {
            return false;
        }
        let Some(root) = self.made.get(&command).map(|made| made.root) else { return false };
        let case = tab.memory.case_without(entry.envelope.case_id, Some(command));
        let account = tab.account;
        let id = DraftId::correcting(command);
        let draft = transaction::draft_of(entry, &case, Some(&law().rules), id, Timestamp(self.now));
        let draft = Draft { corrects: Some(command), ..draft };
        let seen = case.form("petition").clone();
        let order = self.fresh();
        // It may have been begun in another tab, whose commit this one does not know of: the work goes on as it is.
        let begun = Work { device: d, account, order, saved: 0, command: None, root, seen, excused: false };
        self.work.entry((d, account, id)).or_insert(begun);
        self.devices[d].tabs[t].open = Some(id);
        let changes = transaction::correcting(command, &draft);
        self.commit(d, t, changes, Durability::Strict, false, Then::Draft(Box::new(draft)));
        true
    }

    /// What waits in a tab's outbox, and its drafts, are packed into one file. The last four are about. As the app's `kapsul::make`.
    pub fn pack(&mut self, a: u32) -> bool {
        let Some((d, t)) = self.working_tab(a) else { return false };
        let giving_up = |tab: &Tab| tab.jobs.iter().any(|job| matches!(job.then, Then::Withdrawn(_)));
        if self.devices[d].tabs.iter().any(giving_up) {
            return false;
        }
        let tab = &self.devices[d].tabs[t];
        let (account, entries) = (tab.account, Rc::clone(&tab.memory.outbox));
        // As they lie on the disk: another tab may have written in one, or submitted it.
        let stored = |draft: &Draft| self.devices[d].stores[account].visible.drafts.get(&draft.id).map(|stored| (**stored).clone());
        let mut drafts: Vec<Draft> = tab.memory.drafts.iter().filter_map(stored).collect();
        // In an order that no clock has a part in.
        drafts.sort_by_key(|draft| self.work.get(&(d, account, draft.id)).map(|work| work.order));
        let drafts = Rc::new(drafts);
        if entries.is_empty() && drafts.is_empty() || self.is_pressed(d) || self.is_taking_in(d) {
            return false;
        }
        let parts = drafts.iter().map(|draft| record_part(Kind::Draft, draft));
        let parts = Rc::new(parts.chain(entries.iter().map(|entry| record_part(Kind::Command, entry))).collect());
        let commands = entries.iter().map(|entry| entry.envelope.command_id).collect();
        let known = |draft: &Draft| self.work.get(&(d, account, draft.id)).map(|work| (draft.id, work.root, work.seen.clone()));
        let kapsul = Kapsul { account, parts, commands, drafts: Rc::clone(&drafts), works: drafts.iter().filter_map(known).collect() };
        let mut changes = transaction::packed(&entries, &drafts, &self.devices[d].stores[account].visible.packed);
        if self.planted == Planted::PackedUnnoted {
            changes.clear();
        }
        if changes.is_empty() {
            self.keep_kapsul(d, kapsul, true);
        } else {
            self.commit(d, t, changes, Durability::Strict, false, Then::Packed(Box::new(kapsul)));
        }
        true
    }

    /// There is one more file.
    pub fn keep_kapsul(&mut self, d: usize, kapsul: Kapsul, noted: bool) {
        for draft in kapsul.drafts.iter().filter(|_| noted) {
            self.imports.insert(version(d, kapsul.account, draft), draft.id);
        }
        self.packed.extend(&kapsul.commands);
        self.kapsuls.push(kapsul);
        if self.kapsuls.len() > 4 {
            self.kapsuls.remove(0);
        }
    }

    /// A person opens such a file and takes in what is not here. As the app's `kapsul::take`.
    pub fn take_in(&mut self, a: u32, b: u32) -> bool {
        let Some((d, t)) = self.working_tab(a) else { return false };
        let Some(at) = (b as usize).checked_rem(self.kapsuls.len()) else { return false };
        if self.is_pressed(d) {
            return false;
        }
        let Kapsul { account: packer, parts, commands, works, .. } = self.kapsuls[at].clone();
        // Drafts come first; commands are in the order of their ids, in which clocks have a part.
        let mut order: Vec<usize> = (0..parts.len()).collect();
        let drafts = parts.len() - commands.len();
        order.sort_by_key(|at| at.checked_sub(drafts).and_then(|at| self.made.get(&commands[at]).map(|made| made.order)));
        let harmed = (b >> 8 & 15 == 0).then(|| order[(b >> 12) as usize % order.len()]);
        let read = |(at, (part, bytes)): (usize, &(Part, Vec<u8>))| match harmed == Some(at) {
            true => content(part, Digest::of(&bytes[1..]), &bytes[1..]),
            false => content(part, Digest::of(bytes), bytes),
        };
        let contents: Vec<Content> = parts.iter().enumerate().map(read).collect();
        self.fates[Fate::Damaged as usize] += u32::from(harmed.is_some());
        let tab = &self.devices[d].tabs[t];
        let account = tab.account;
        let tables = &self.devices[d].stores[account].visible;
        let mut receipts = Table::new();
        receipts.extend(tables.receipts.iter().map(|(id, receipt)| (*id, (**receipt).clone())));
        let here = Here {
            account: law().actors[account].account,
            drafts: &tab.memory.drafts,
            submitted: if self.planted == Planted::SubmittedComesBack { &[] } else { &tables.submitted },
            packed: &tables.packed,
            withdrawn: &tables.withdrawn,
            outbox: &tab.memory.outbox,
            cases: &tab.memory.cases,
            receipts: &receipts,
            files: &Table::new(),
        };
        let of = law().actors[packer].account;
        let shift = here.shift(contents.iter());
        let (mut changes, mut came): (Vec<Change>, Vec<Came>) = Default::default();
        let mut fresh = self.next_id;
        for content in &contents {
            let mut taken = here.taken(content, of, shift);
            if let Content::Draft(packed) = content {
                let other = tab.memory.drafts.iter().find(|known| known.id == packed.id && known.answers != packed.answers);
                fresh += 1;
                match (self.planted, other) {
                    (Planted::ImportWritesOver, Some(_)) => taken = vec![Change::PutDraft(packed.clone())],
                    (Planted::CopiedAgain, Some(_)) => {
                        let id = DraftId::new(Timestamp(i64::from(fresh)), [1; 10]);
                        taken = vec![Change::PutDraft(Box::new(Draft { id, ..(**packed).clone() }))];
                    }
                    _ => {}
                }
                let kept = taken.iter().find_map(|change| match change {
                    Change::PutDraft(draft) => Some((**draft).clone()),
                    _ => None,
                });
                let Some((_, root, seen)) = works.iter().find(|(id, ..)| *id == packed.id) else { continue };
                // What another officer goes on with is that one's own work.
                let root = if packer == account { *root } else { DraftId::new(Timestamp(i64::from(fresh)), [2; 10]) };
                came.push(Came { packed: (**packed).clone(), kept, root, seen: seen.clone() });
            }
            changes.extend(taken);
        }
        self.next_id = fresh;
        if self.planted == Planted::TakenInUnseen {
            changes.retain(|change| !matches!(change, Change::OnlyIf(_)));
        }
        let mut taken: Vec<OutboxEntry> = Vec::new();
        for change in &mut changes {
            let Change::PutOutbox(entry) = change else { continue };
            match self.planted {
                Planted::CarrierIsAuthor => {
                    entry.envelope.author = law().actors[account].account;
                    entry.envelope.carried_by = None;
                }
                Planted::CarrierUnnamed => entry.envelope.carried_by = None,
                _ => {}
            }
            taken.push((**entry).clone());
        }
        self.by_hand.extend(taken.iter().map(|entry| entry.envelope.command_id));
        if harmed.is_some() {
            self.torn.extend(taken.iter().map(|entry| entry.envelope.command_id));
        }
        self.fates[Fate::DraftKnown as usize] += came.iter().map(|came| u32::from(came.kept.is_none())).sum::<u32>();
        if changes.is_empty() {
            // "All of it is here": as far as this tab has heard of everything.
            if !self.devices[d].tabs.iter().any(|tab| tab.account == account && (tab.news || !tab.jobs.is_empty())) {
                self.look_for_carried(d, account, &came);
            }
            return false;
        }
        self.commit(d, t, changes, Durability::Strict, false, Then::TakenIn(Box::new((taken, came))));
        true
    }

    /// A person presses "try now".
    pub fn try_now(&mut self, a: u32) -> bool {
        let Some((d, t)) = self.working_tab(a) else { return false };
        self.feed(d, t, Input::TryNow);
        true
    }

    /// A further tab, up to three on a device.
    pub fn another_tab(&mut self, a: u32) -> bool {
        let d = a as usize % self.devices.len();
        if self.devices[d].tabs.len() >= 3 || !self.devices[d].tabs.is_empty() && a >> 8 & 1 == 0 {
            return false;
        }
        self.open_tab(d);
        true
    }

    /// A tab is opened for whoever signed in last.
    pub fn open_tab(&mut self, d: usize) {
        let id = self.fresh();
        let account = self.devices[d].account;
        let tab = Tab {
            id,
            account,
            frozen: false,
            held_up: false,
            memory: Memory::default(),
            engine: None,
            puller: Puller::default(),
            number: 0,
            wake: None,
            pending: None,
            jobs: std::collections::VecDeque::new(),
            news: false,
            asked_for: Vec::new(),
            open: None,
            failed: None,
            genuine: false,
            page_from: None,
        };
        self.devices[d].tabs.push(tab);
        let t = self.devices[d].tabs.len() - 1;
        self.open_store(d, t);
    }

    /// The tab reads its account's store, after it has looked whether it is the one that was here.
    fn open_store(&mut self, d: usize, t: usize) {
        let account = self.devices[d].tabs[t].account;
        let device = &mut self.devices[d];
        let finding = match (device.witness[account].finds(device.stores[account].visible.mark), self.planted) {
            (Finding::Emptied, Planted::EmptyIsFirstRun) | (Finding::Older, Planted::OlderIsNewest) => Finding::Same,
            (finding, _) => finding,
        };
        let tab = &mut device.tabs[t];
        tab.memory = device.stores[account].read();
        tab.held_up = finding != Finding::Same;
        if tab.held_up {
            // Told now; what comes after is the person's decision.
            device.stores[account].replaced = false;
        } else {
            self.grant(d, account);
        }
    }

    /// The person has read it and goes on.
    pub fn accept_loss(&mut self, a: u32) -> bool {
        let Some((d, t)) = self.some_tab(a).filter(|(d, t)| self.devices[*d].tabs[*t].held_up) else { return false };
        let account = self.devices[d].tabs[t].account;
        let mark = self.devices[d].stores[account].visible.mark;
        self.devices[d].witness[account] = Witness { only_here: 0, mark };
        self.devices[d].tabs[t].held_up = false;
        self.grant(d, account);
        true
    }

    /// The lock goes to the tab that has waited longest, if nobody has it.
    pub fn grant(&mut self, d: usize, account: usize) {
        let device = &mut self.devices[d];
        let alive = |id: u32| device.tabs.iter().any(|tab| tab.id == id && tab.account == account);
        if device.locks[account].is_some_and(alive) {
            return;
        }
        device.locks[account] = device.tabs.iter().find(|tab| tab.account == account && !tab.held_up).map(|tab| tab.id);
        let Some(t) = device.locks[account].and_then(|id| device.tabs.iter().position(|tab| tab.id == id)) else { return };
        if !device.tabs[t].frozen {
            self.claim(d, t);
        }
    }

    /// Another account signs in, in a tab of the device.
    pub fn switch_account(&mut self, a: u32, b: u32) -> bool {
        let Some((d, t)) = self.some_tab(a) else { return false };
        let account = b as usize % self.swarm.accounts;
        let old = self.devices[d].tabs[t].account;
        if account == old {
            return false;
        }
        self.sign_in_as(d, t, account);
        true
    }

    /// The tab changes hands.
    pub fn sign_in_as(&mut self, d: usize, t: usize, account: usize) {
        let old = self.devices[d].tabs[t].account;
        let id = self.devices[d].tabs[t].id;
        self.follow(d, t);
        let tab = &mut self.devices[d].tabs[t];
        tab.jobs.clear();
        tab.open = None;
        tab.account = account;
        tab.news = false;
        let device = &mut self.devices[d];
        device.account = account;
        device.sessions[account] = Session::Good;
        if self.planted == Planted::SignInEmpties {
            device.stores[old].replace(Default::default());
            self.look = true;
        }
        let device = &mut self.devices[d];
        if device.locks[old] == Some(id) {
            device.locks[old] = None;
            self.grant(d, old);
        }
        if let Some(t) = self.tab_at(d, id) {
            self.open_store(d, t);
        }
    }

    /// A person signs in again after the session has ended.
    pub fn sign_in(&mut self, a: u32) -> bool {
        let Some((d, t)) = self.working_tab(a) else { return false };
        let account = self.devices[d].tabs[t].account;
        if self.devices[d].sessions[account] == Session::Good {
            return false;
        }
        self.signed_in(d, account);
        true
    }

    /// The account may send again, in all tabs.
    pub fn signed_in(&mut self, d: usize, account: usize) {
        self.devices[d].sessions[account] = Session::Good;
        let ids: Vec<u32> = self.devices[d].tabs.iter().filter(|tab| tab.account == account && !tab.frozen).map(|tab| tab.id).collect();
        for id in ids {
            if let Some(t) = self.tab_at(d, id) {
                self.feed(d, t, Input::SignedInChanged(true));
            }
        }
    }
}

fn draft(id: DraftId, case: CaseId, act: &str, answers: Answers, now: Timestamp) -> Draft {
    Draft {
        id,
        case,
        act: act.to_owned(),
        strand: None,
        rules: law().rules_ref.clone(),
        calendar: law().calendar_ref.clone(),
        answers,
        reasons: Table::new(),
        readings: Table::new(),
        focus: None,
        capture: None,
        corrects: None,
        stands_for: Vec::new(),
        name: String::new(),
        kept: Vec::new(),
        begun_at: now,
        changed_at: now,
        version: 1,
    }
}
