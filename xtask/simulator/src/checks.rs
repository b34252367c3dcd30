//! The observer: it sees everything and knows what people were told. Each check names the invariant of contract §7 that it holds.

use std::rc::Rc;

use sips_lapangan::domain::command::Envelope;
use sips_lapangan::domain::draft::Draft;
use sips_lapangan::domain::id::{CommandId, DraftId};
use sips_lapangan::store::record::{CaseRecord, JournalEntry, JournalEvent, OutboxEntry, OutboxState, decode};
use sips_lapangan::store::transaction::{DIFFERS, differences};
use sips_lapangan::store::{Change, StoreError};
use sips_lapangan::sync::answer::ParkReason;

use crate::person::FIELDS;
use crate::planted::Planted;
use crate::server::{Accepted, Entry};
use crate::world::{Ask, Came, Fate, Job, TakenBack, Then, Version, Work, World};

/// The most attempts in the calm that a command may need.
pub const CALM_TRIES: u32 = 10;

impl World {
    /// A point at which the crash sweep may take the power away. True if it does.
    pub fn boundary(&mut self, d: usize) -> bool {
        self.boundaries += 1;
        if self.crash_at == Some(self.boundaries) {
            self.dying = Some(d);
        }
        self.dying == Some(d)
    }

    /// The screen has called this version of a draft saved.
    pub fn called_saved(&mut self, device: usize, account: usize, draft: DraftId, version: u64) {
        self.look = true;
        if let Some(work) = self.work.get_mut(&(device, account, draft)) {
            work.saved = work.saved.max(version);
        }
    }

    /// Invariant 1: what was called saved is somewhere.
    pub fn look_for_loss(&mut self) {
        let mut lost = None;
        for ((.., id), work) in self.work.iter().filter(|(_, work)| work.saved > 0 && !work.excused) {
            let tables = &self.devices[work.device].stores[work.account].visible;
            let as_draft = tables.drafts.get(id).is_some_and(|draft| draft.version >= work.saved);
            let as_command = || work.command.is_some_and(|command| self.is_somewhere(&command, work.device, work.account));
            if !as_draft && !tables.discarded.contains(id) && !as_command() {
                lost =
                    Some(format!("version {} of draft {id} of account {} on device {} is nowhere", work.saved, work.account, work.device));
                break;
            }
        }
        // The journal keeps what was taken back.
        let untold = self.taken_back.iter().find(|(command, taken)| {
            !taken.excused && !self.devices[taken.device].stores[taken.account].visible.withdrawn.contains(command)
        });
        let lost = lost.or_else(|| untold.map(|(command, taken)| format!("the journal of device {} has lost {command}", taken.device)));
        if let Some(lost) = lost {
            self.broken(1, || lost);
        }
    }

    fn is_somewhere(&self, command: &CommandId, device: usize, account: usize) -> bool {
        let tables = &self.devices[device].stores[account].visible;
        tables.outbox.contains_key(command)
            || self.server.holds(command)
            || tables.withdrawn.contains(command)
            // The server lost it, and the device will find out.
            || tables.cases.values().any(|record| record.acts.iter().any(|act| act.command_id == *command))
            || tables.aside.values().any(|aside| aside.acts.iter().any(|act| act.command_id == *command))
            // What a device was told to forget, it cannot give back.
            || (self.server.ever.contains(command) && self.server.hid[account])
    }

    /// Invariant 14: "all sent" is said only when it is so.
    pub fn look_at_status(&mut self) {
        for d in 0..self.devices.len() {
            let now = self.steady(d);
            let device = &self.devices[d];
            for tab in device.tabs.iter().filter(|tab| !tab.frozen && !tab.held_up && !tab.news) {
                let Some(engine) = &tab.engine else { continue };
                let tables = &device.stores[tab.account].visible;
                if tab.number != tables.leader {
                    continue;
                }
                let empty = match self.planted {
                    Planted::ParkedIsSent => tab.memory.outbox.iter().all(|entry| entry.state != OutboxState::Waiting),
                    _ => tab.memory.outbox.is_empty(),
                };
                let fresh = engine.is_fresh(now) || self.planted == Planted::SentWithoutNews;
                if engine.trouble().is_some() || !empty || !fresh {
                    continue;
                }
                // Work of another tab is on its way here.
                let told_soon = device.tabs.iter().any(|other| other.account == tab.account && !other.jobs.is_empty());
                if !tables.outbox.is_empty() && !told_soon || engine.last_pull().is_none() {
                    let count = tables.outbox.len();
                    return self.broken(14, || format!("device {d} says that all is sent and holds {count} commands"));
                }
            }
        }
    }

    /// Invariants 9 and 11, when a request leaves.
    pub fn check_request(&mut self, d: usize, t: usize, account: usize, ask: &Ask) {
        let now = self.now;
        let tab = &self.devices[d].tabs[t];
        if let Some((floor, named)) = tab.failed
            && now < floor.max(named)
        {
            let early = floor.max(named) - now;
            self.broken(11, || format!("device {d} asks {early} ms too early"));
        }
        let Ask::Push(envelopes) = ask else { return };
        for envelope in envelopes.iter() {
            let command = envelope.command_id;
            if !may_send(envelope, account) {
                self.broken(9, || format!("{command} travels with the token of account {account}"));
            }
            let tab = &self.devices[d].tabs[t];
            let tables = &self.devices[d].stores[tab.account].visible;
            let leads = tab.number == tables.leader;
            let parked = tables.outbox.get(&command).is_some_and(|entry| entry.state != OutboxState::Waiting);
            if leads && parked {
                self.broken(11, || format!("{command} waits for a person and is sent"));
            }
            let calm = self.calm;
            let made = self.made.get_mut(&command).filter(|_| calm);
            let too_often = made.is_some_and(|made| {
                made.calm_tries += 1;
                made.calm_tries > CALM_TRIES
            });
            if too_often {
                self.broken(17, || format!("{command} needs more than {CALM_TRIES} attempts in the calm"));
            }
        }
    }

    /// Rule 21: of the heads of the lanes the nearest deadline goes first.
    pub fn check_order(&mut self, d: usize, t: usize, commands: &[CommandId]) {
        if commands.len() < 2 {
            return;
        }
        let planted = std::mem::replace(&mut self.planted, Planted::None);
        let outbox = &self.devices[d].tabs[t].memory.outbox;
        let dues: Vec<i64> = commands
            .iter()
            .filter_map(|id| outbox.iter().find(|entry| entry.envelope.command_id == *id))
            .map(|entry| self.item(entry))
            .map(|item| item.due.map_or(i64::MAX, |due| due.0))
            .collect();
        self.planted = planted;
        if !dues.is_sorted() {
            self.broken(21, || "a later deadline goes first".to_owned());
        }
    }

    /// A commit, with the checks of what it changes.
    ///
    /// # Errors
    /// A condition does not hold.
    pub fn write(&mut self, d: usize, t: usize, job: &Job) -> Result<(), StoreError> {
        let tab = &self.devices[d].tabs[t];
        let (account, number, page_from) = (tab.account, tab.number, tab.page_from.clone());
        let store = &self.devices[d].stores[account];
        if !store.visible.permits(&job.changes) {
            return Err(StoreError::Overtaken);
        }
        if store.replaced {
            self.broken(18, || {
                format!("the store of account {account} on device {d} was replaced, and is written to before anybody was told")
            });
        }
        let tables = &self.devices[d].stores[account].visible;
        let told = tables.withdrawn.len();
        let mut found: Option<(u8, String)> = None;
        let mut find = |invariant: u8, what: String| found = found.take().or(Some((invariant, what)));
        if job.leading && number != tables.leader {
            find(13, format!("a leader of the past writes on device {d}"));
        }
        let whole = job.changes.iter().any(|change| matches!(change, Change::ClearPulled));
        let by_person = matches!(job.then, Then::Withdrawn(..) | Then::Submitted(_) | Then::Retried(_));
        for change in job.changes.iter() {
            match change {
                Change::DropOutbox(id) => {
                    let Some(entry) = tables.outbox.get(id) else { continue };
                    let taken_back = by_person && takes_back(&job.changes, entry);
                    let held = self.server.ever.contains(id);
                    if !held && !taken_back {
                        find(4, format!("{id} leaves the outbox and is not at the server"));
                    }
                    if open_conflict(entry) && !held && !by_person {
                        find(6, format!("the conflict of {id} is closed by nobody"));
                    }
                    let proof = |change: &Change| matches!(change, Change::PutReceipt(receipt) if receipt.command_id == *id);
                    if !taken_back && !job.changes.iter().any(proof) && !tables.receipts.contains_key(id) {
                        find(12, format!("{id} leaves the outbox without its receipt"));
                    }
                }
                Change::PutOutbox(entry) => {
                    let id = entry.envelope.command_id;
                    if let OutboxState::Parked(ParkReason::Conflict(problem)) = &entry.state
                        && problem.kind == DIFFERS
                        && !tables.cases.get(&entry.envelope.case_id).is_some_and(|record| three_versions(entry, record))
                    {
                        find(5, format!("the conflict of {id} has not three versions"));
                    }
                    if let Some(old) = tables.outbox.get(&id)
                        && open_conflict(old)
                        && entry.state == OutboxState::Waiting
                        && !by_person
                    {
                        find(6, format!("the conflict of {id} is closed by nobody"));
                    }
                }
                Change::PutCase(record) => {
                    let in_order = record.acts.iter().zip(1_u32..).all(|(act, revision)| act.revision == revision);
                    if !in_order {
                        find(12, format!("the acts of {} have gaps", record.case));
                    }
                    if !whole && tables.cases.get(&record.case).is_some_and(|held| held.acts.len() > record.acts.len()) {
                        find(8, format!("the revision of {} goes back", record.case));
                    }
                }
                Change::PutCursor(cursor) => {
                    let held = tables.cursor.as_ref().map_or("", |cursor| cursor.at.as_str());
                    if !whole && page_from.as_deref().is_some_and(|from| from != held) {
                        find(8, format!("a page after {page_from:?} is applied at {held:?}, giving {}", cursor.at));
                    }
                }
                _ => {}
            }
        }
        if let Then::TakenIn(taken) = &job.then {
            for came in &taken.1 {
                if let Some(what) = self.comes_again(d, account, came) {
                    found = found.take().or(Some((23, what)));
                }
            }
        }
        if let Some((invariant, what)) = found {
            self.broken(invariant, || what);
        }
        let power = self.swarm.power;
        let changes = Rc::clone(&job.changes);
        self.devices[d].stores[account].commit(&changes, job.durability, power)?;
        self.look = true;
        for command in self.devices[d].stores[account].visible.withdrawn.get(told..).unwrap_or_default().to_vec() {
            self.note_taken_back(d, account, command, &job.then);
        }
        if let Then::TakenIn(taken) = &job.then {
            taken.1.iter().for_each(|came| self.note_came(d, account, came));
        }
        if changes.iter().any(|change| matches!(change, Change::PutCursor(_) | Change::PutCase(_) | Change::DropCase(_))) {
            self.check_snapshot(d, account);
        }
        Ok(())
    }

    /// A person took a command back, and that is in the journal.
    fn note_taken_back(&mut self, device: usize, account: usize, command: CommandId, then: &Then) {
        let has_it = |ask: &Ask| matches!(ask, Ask::Push(envelopes) if envelopes.iter().any(|envelope| envelope.command_id == command));
        if self.made.get(&command).is_none_or(|made| made.account != account) {
            // Whoever carries it lets it go: its author has it.
            return;
        }
        let on_its_way = self.server.ever.contains(&command)
            || self.packed.contains(&command)
            || self.net.iter().any(|packet| packet.ask.as_ref().is_some_and(has_it));
        let unsent = matches!(then, Then::Withdrawn(taken) if taken.0.state == OutboxState::Waiting);
        let fate = match (unsent, on_its_way) {
            (true, _) => Fate::Unsent,
            (false, true) => Fate::OnItsWay,
            (false, false) => Fate::Refused,
        };
        self.fates[fate as usize] += 1;
        let excused = self.unnoted.contains(&command) || self.set_back.contains(&(device, account));
        if unsent && on_its_way && !excused {
            self.broken(22, || format!("{command} is taken back as if it had not left the device"));
        }
        self.taken_back.insert(command, TakenBack { device, account, on_its_way, excused });
    }

    /// Why a draft that comes in a kapsul may not be put where it is put.
    fn comes_again(&self, d: usize, account: usize, came: &Came) -> Option<String> {
        let (Came { packed, .. }, kept) = (came, came.kept.as_ref()?);
        let tables = &self.devices[d].stores[account].visible;
        let is_here = |id: &DraftId| tables.drafts.contains_key(id) || tables.submitted.contains(id);
        if is_here(&kept.id) {
            return Some(format!("what comes in a kapsul is written over draft {} of account {account} on device {d}", kept.id));
        }
        let says_it = tables.drafts.get(&packed.id).is_some_and(|known| known.answers == packed.answers);
        let before = self.imports.get(&version(d, account, packed)).is_some_and(is_here);
        if self.loose_roots.contains(&came.root) {
            // That it was packed could not be noted.
            return None;
        }
        (says_it || before || tables.submitted.contains(&packed.id))
            .then(|| format!("draft {} comes a second time to device {d}", packed.id))
    }

    /// A draft came in a kapsul, or was here.
    fn note_came(&mut self, device: usize, account: usize, came: &Came) {
        let Some(kept) = &came.kept else { return };
        self.fates[if kept.id == came.packed.id { Fate::DraftNew } else { Fate::DraftBeside } as usize] += 1;
        self.imports.insert(version(device, account, &came.packed), kept.id);
        let order = self.fresh();
        let (root, seen) = (came.root, came.seen.clone());
        self.work.insert((device, account, kept.id), Work { device, account, order, saved: 0, command: None, root, seen, excused: false });
    }

    /// After a kapsul was taken in, or nothing of it was new: every draft in it that could be read is here, or what became of it.
    pub fn look_for_carried(&mut self, d: usize, account: usize, came: &[Came]) {
        let tables = &self.devices[d].stores[account].visible;
        let is_somewhere = |id: &DraftId| tables.submitted.contains(id) || tables.discarded.contains(id);
        // Under whatever id this version was kept here or elsewhere: it may have been written in and carried on from there.
        let kept_as = |came: &Came| {
            let (_, _, packed, said) = version(d, account, &came.packed);
            self.imports.iter().filter(move |((_, _, id, text), _)| *id == packed && *text == said).map(|(_, kept)| kept)
        };
        let is_here = |came: &&Came| {
            tables.drafts.values().any(|known| known.answers == came.packed.answers)
                || is_somewhere(&came.packed.id)
                || kept_as(came).any(|id| tables.drafts.contains_key(id) || is_somewhere(id))
        };
        if let Some(lost) = came.iter().find(|came| !is_here(came) && !self.loose_roots.contains(&came.root)) {
            let id = lost.packed.id;
            self.broken(23, || format!("draft {id} was taken in on device {d} and is not there"));
        }
    }

    /// Invariant 8: every change up to the cursor is in the snapshot, or aside of it behind one that never came.
    fn check_snapshot(&mut self, d: usize, account: usize) {
        let tables = &self.devices[d].stores[account].visible;
        let length = |case: &sips_lapangan::domain::id::CaseId| tables.cases.get(case).map_or(0, |record| record.acts.len());
        let odd = tables.aside.iter().find(|(case, aside)| {
            aside.after as usize != length(case) || aside.acts.first().is_none_or(|act| act.revision <= aside.after + 1)
        });
        if let Some(case) = odd.map(|(case, _)| *case) {
            return self.broken(8, || format!("what lies aside of {case} on device {d} lies behind no gap"));
        }
        let Some(position) = tables.cursor.as_ref().and_then(|cursor| self.server.position(account, &cursor.at)) else { return };
        let mut counts: Vec<(sips_lapangan::domain::id::CaseId, usize)> = Vec::new();
        for entry in self.server.feed.iter().take(position) {
            let Entry::Act(index) = entry else { continue };
            let Some(kept) = self.server.acts.get(*index) else { continue };
            match counts.iter_mut().find(|(case, _)| *case == kept.act.case_id) {
                Some((_, count)) => *count += 1,
                None => counts.push((kept.act.case_id, 1)),
            }
        }
        let short =
            counts.into_iter().filter(|(case, _)| self.server.sees(account, case)).filter(|(case, count)| length(case) < *count).find(
                |(case, _)| {
                    let held = tables.cases.get(case).map_or(&[][..], |record| &record.acts);
                    let Some(aside) = tables.aside.get(case) else { return true };
                    let mut all = self.server.visible(account, case, position);
                    !all.all(|act| self.withheld.contains(&act.command_id) || held.contains(act) || aside.acts.contains(act))
                },
            );
        if let Some((case, count)) = short {
            self.broken(8, || format!("device {d} has read up to {position} and lacks acts of {case}, which has {count}"));
        }
    }

    /// Invariants 2, 3, 5 and 19, when the server takes a command.
    pub fn observe(&mut self, accepted: Accepted) {
        let Accepted { before, after, act, again } = accepted;
        let command = act.command_id;
        if again {
            self.broken(2, || format!("{command} has a second effect"));
        }
        let Some(made) = self.made.get(&command).cloned() else {
            return self.broken(9, || format!("{command} was made by nobody"));
        };
        if act.by.account != crate::rules::law().actors[made.account].account {
            return self.broken(9, || format!("{command} is recorded under another name than its author's"));
        }
        if self.taken_back.get(&command).is_some_and(|taken| !taken.on_its_way && !taken.excused) && !self.unnoted.contains(&command) {
            return self.broken(22, || format!("{command} was taken back and has an effect"));
        }
        let excused = self.loose_roots.contains(&made.root);
        if let Some(earlier) = self.effects.get(&made.root).copied()
            && earlier != command
            && !excused
            && !self.unnoted.contains(&earlier)
            && !self.unnoted.contains(&command)
        {
            self.broken(2, || format!("{command} does again what {earlier} has done"));
        }
        self.effects.insert(made.root, command);
        let tables = &self.devices[made.device].stores[made.account].visible;
        // A person may have taken it back on another device, where it had come by hand.
        let taken_back = made.behind.is_some_and(|behind| {
            let mut stores = self.devices.iter().flat_map(|device| &device.stores);
            stores.any(|store| store.visible.withdrawn.contains(&behind))
        });
        // Packed while the server held what goes before it; another device does not know what a restored server has lost.
        // Or the part before it was damaged.
        let apart = self.by_hand.contains(&command) && made.epoch != self.server.epoch || self.torn.contains(&command);
        if let Some(behind) = made.behind
            && !self.server.holds(&behind)
            && tables.outbox.contains_key(&behind)
            && !taken_back
            && !apart
            && !excused
        {
            self.broken(3, || format!("{command} overtakes {behind}"));
        }
        if act.act == "amend" {
            let (was, is) = (before.form("petition"), after.form("petition"));
            for field in FIELDS.iter().filter(|field| was.text(field) != is.text(field)) {
                let seen = made.seen.iter().find(|(name, _)| name == field).map(|(_, text)| text.as_str());
                if seen != Some(was.text(field)) {
                    let was = was.text(field).to_owned();
                    return self.broken(5, || format!("{command} writes over {field} = {was:?}, its author saw {seen:?}"));
                }
            }
        }
        let done = |name: &str| before.history.iter().any(|past| past.act == name);
        let plenary = before
            .history
            .iter()
            .any(|past| past.act == "plenary" && past.form.as_ref().is_some_and(|(_, answers)| answers.text("outcome") == "accept"));
        let in_order = match act.act.as_str() {
            "receive" => before.history.is_empty(),
            "verify" => done("receive") && !done("verify"),
            "plenary" => done("verify") && !done("plenary"),
            "register" => plenary && !done("register"),
            "decide" => done("register") && !done("decide"),
            _ => done("receive"),
        };
        if !in_order {
            self.broken(19, || format!("{} is taken after {:?}", act.act, before.history.iter().map(|past| &past.act).collect::<Vec<_>>()));
        }
    }
}

/// What an import of this version of a draft is recognised by.
pub fn version(d: usize, account: usize, draft: &Draft) -> Version {
    (d, account, draft.id, format!("{:?}", draft.answers))
}

/// Does the journal keep a command that leaves the outbox, word for word?
fn takes_back(changes: &[Change], old: &OutboxEntry) -> bool {
    changes.iter().any(|change| match change {
        Change::Journal(JournalEntry { event: JournalEvent::Withdrawn { envelope, .. }, .. }) => decode::<Envelope>(envelope)
            .is_ok_and(|kept| kept.command_id == old.envelope.command_id && kept.payload == old.envelope.payload),
        _ => false,
    })
}

/// Under the author's own token, or under that of whoever carries it and says so.
pub fn may_send(envelope: &Envelope, account: usize) -> bool {
    let session = crate::rules::law().actors[account].account;
    match envelope.carried_by {
        None => envelope.author == session,
        Some(carrier) => carrier == session && envelope.author != session,
    }
}

/// Are base, mine and theirs of every field in conflict at hand, and all different?
fn three_versions(entry: &OutboxEntry, record: &CaseRecord) -> bool {
    let conflicts = differences(entry, record, &crate::rules::law().rules).conflicts;
    !conflicts.is_empty() && conflicts.iter().all(|one| one.base != one.mine && one.mine != one.theirs && one.base != one.theirs)
}

fn open_conflict(entry: &OutboxEntry) -> bool {
    matches!(entry.state, OutboxState::Parked(ParkReason::Conflict(_)))
}
