//! A modelled store: what a tab sees, and what would be left if the power went now. Strict commits are on the disk with everything
//! before them; relaxed ones may be lost from the end.

use std::rc::Rc;

use sips_lapangan::domain::command::Receipt;
use sips_lapangan::domain::draft::Draft;
use sips_lapangan::domain::id::{CaseId, CommandId, DraftId};
use sips_lapangan::domain::table::Table;
use sips_lapangan::store::record::{Aside, CaseRecord, JournalEvent, Note, OutboxEntry, OutboxState, decode};
use sips_lapangan::store::{ASIDE, Change, Condition, DISCARDED, Durability, LEADER, StoreError};
use sips_lapangan::sync::pull::Cursor;

use crate::world::Memory;

/// The records of one account on one device.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Tables {
    /// Drafts.
    pub drafts: Table<DraftId, Rc<Draft>>,
    /// The outbox by ids, as the real store keeps it.
    pub outbox: Table<CommandId, Rc<OutboxEntry>>,
    /// The snapshot.
    pub cases: Table<CaseId, Rc<CaseRecord>>,
    /// What lies aside of it.
    pub aside: Table<CaseId, Rc<Aside>>,
    /// The server's proofs.
    pub receipts: Table<CommandId, Rc<Receipt>>,
    /// How far it has read.
    pub cursor: Option<Cursor>,
    /// Which tab leads.
    pub leader: u32,
    /// Counts up with every strict commit, to be told from an older copy.
    pub mark: u32,
    /// Drafts thrown away, by the journal.
    pub discarded: Vec<DraftId>,
    /// Commands taken back, by the journal.
    pub withdrawn: Vec<CommandId>,
    /// Drafts that became commands, by the journal.
    pub submitted: Vec<DraftId>,
    /// Which versions of drafts went into a kapsul or came in one.
    pub packed: Vec<Note>,
}

impl Tables {
    fn holds(&self, condition: Condition) -> bool {
        let state = |command: &CommandId| self.outbox.get(command).map(|entry| &entry.state);
        match condition {
            Condition::Leads(number) => self.leader == number,
            Condition::Waits(command) => state(&command) == Some(&OutboxState::Waiting),
            Condition::NotQueued(command) => state(&command).is_none(),
            Condition::NoDraft(draft) => !self.drafts.contains_key(&draft),
            Condition::Unsent(command) => self.outbox.get(&command).is_some_and(|entry| entry.is_unsent()),
            // Bytes are modelled in `files`.
            Condition::Kept(_) | Condition::TakenOut(_) | Condition::Unnamed(_) => true,
            Condition::Parked(command) => state(&command).is_some_and(|state| *state != OutboxState::Waiting),
        }
    }

    /// Do all conditions of a commit hold?
    #[must_use]
    pub fn permits(&self, changes: &[Change]) -> bool {
        changes.iter().all(|change| !matches!(change, Change::OnlyIf(condition) if !self.holds(*condition)))
    }

    /// Applies one change.
    pub fn apply(&mut self, change: &Change) {
        match change {
            Change::OnlyIf(_)
            | Change::PutAmendment(_)
            | Change::PutFile { .. }
            | Change::PutFileRecord(_)
            | Change::DropFile(_)
            | Change::PutPage { .. }
            | Change::ClearStale => {}
            Change::PutDraft(draft) => drop(self.drafts.insert(draft.id, Rc::new((**draft).clone()))),
            Change::DropDraft(id) => drop(self.drafts.remove(id)),
            // Versions beside a draft are for its author alone: nothing of sending rests on them.
            Change::PutVersion(_) | Change::DropVersion(..) | Change::DropVersions(_) => {}
            Change::PutOutbox(entry) => drop(self.outbox.insert(entry.envelope.command_id, Rc::new((**entry).clone()))),
            Change::DropOutbox(id) => drop(self.outbox.remove(id)),
            Change::PutReceipt(receipt) => drop(self.receipts.insert(receipt.command_id, Rc::new(receipt.clone()))),
            Change::PutCase(record) => drop(self.cases.insert(record.case, Rc::clone(record))),
            Change::DropCase(case) => drop(self.cases.remove(case)),
            Change::ClearPulled => self.cases.clear(),
            Change::PutCursor(cursor) => self.cursor = Some(cursor.clone()),
            Change::PutNote(note) if note.key == LEADER => self.leader = note.text.parse().unwrap_or(0),
            Change::PutNote(note) if note.key.starts_with(ASIDE) => {
                self.aside.extend(decode::<Aside>(&note.text).ok().map(|aside| (aside.case, Rc::new(aside))));
            }
            // Of what was discarded its journal tells.
            Change::PutNote(note) if note.key.starts_with(DISCARDED) => {}
            Change::PutNote(note) => {
                self.packed.retain(|known| known.key != note.key);
                self.packed.push(note.clone());
            }
            Change::DropNote(key) => {
                self.aside.retain(|case, _| key.strip_prefix(ASIDE) != Some(&case.to_string()));
                self.packed.retain(|known| known.key != *key);
            }
            Change::Journal(entry) => match &entry.event {
                JournalEvent::Discarded { draft } => {
                    self.discarded.extend(decode::<Draft>(draft).ok().map(|draft| draft.id));
                }
                JournalEvent::Withdrawn { envelope, .. } => {
                    let envelope = decode::<sips_lapangan::domain::command::Envelope>(envelope);
                    self.withdrawn.extend(envelope.ok().map(|envelope| envelope.command_id));
                }
                JournalEvent::Submitted { draft, .. } => self.submitted.extend(DraftId::parse(draft)),
                _ => {}
            },
        }
    }

    /// The outbox in its order.
    #[must_use]
    pub fn in_order(&self) -> Vec<&OutboxEntry> {
        let mut outbox: Vec<&OutboxEntry> = self.outbox.values().map(Rc::as_ref).collect();
        outbox.sort_by_key(|entry| entry.rank());
        outbox
    }

    /// Nothing in it that a person made or pulled.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.drafts.is_empty() && self.outbox.is_empty() && self.cursor.is_none()
    }
}

#[derive(Clone, Debug, Default)]
struct Read {
    drafts: Option<Rc<Vec<Draft>>>,
    outbox: Option<Rc<Vec<OutboxEntry>>>,
    cases: Option<Rc<Table<CaseId, CaseRecord>>>,
}

impl Read {
    fn forget(&mut self, change: &Change) {
        match change {
            Change::PutDraft(_) | Change::DropDraft(_) => self.drafts = None,
            Change::PutOutbox(_) | Change::DropOutbox(_) => self.outbox = None,
            Change::PutCase(_) | Change::DropCase(_) | Change::ClearPulled => self.cases = None,
            _ => {}
        }
    }
}

/// A store with what of it is on the disk.
#[derive(Clone, Debug, Default)]
pub struct Store {
    /// What tabs see.
    pub visible: Tables,
    durable: Tables,
    /// What was read of it last, as far as it is still so: tabs read far more often than anything changes.
    read: Read,
    /// Commits that are not on the disk yet, oldest first.
    log: Vec<Rc<Vec<Change>>>,
    /// It was emptied or set back, and nobody has been told.
    pub replaced: bool,
    /// Kept before, to be set back to.
    pub copy: Option<Box<Tables>>,
}

impl Store {
    /// One commit: all of it or nothing.
    ///
    /// # Errors
    /// A condition does not hold.
    pub fn commit(&mut self, changes: &Rc<Vec<Change>>, durability: Durability, track: bool) -> Result<(), StoreError> {
        if !self.visible.permits(changes) {
            return Err(StoreError::Overtaken);
        }
        for change in changes.iter() {
            self.visible.apply(change);
            self.read.forget(change);
        }
        if durability == Durability::Strict {
            self.visible.mark += 1;
        }
        if track {
            self.log.push(Rc::clone(changes));
            if durability == Durability::Strict {
                self.log.clear();
                self.durable = self.visible.clone();
            }
        }
        Ok(())
    }

    /// What a tab gets that reads it all.
    pub fn read(&mut self) -> Memory {
        let (tables, read) = (&self.visible, &mut self.read);
        let drafts = || Rc::new(tables.drafts.values().map(|draft| (**draft).clone()).collect());
        let outbox = || Rc::new(tables.in_order().into_iter().cloned().collect());
        let cases = || Rc::new(tables.cases.iter().map(|(case, record)| (*case, (**record).clone())).collect());
        Memory {
            drafts: Rc::clone(read.drafts.get_or_insert_with(drafts)),
            outbox: Rc::clone(read.outbox.get_or_insert_with(outbox)),
            cases: Rc::clone(read.cases.get_or_insert_with(cases)),
            aside: tables.aside.iter().map(|(case, aside)| (*case, (**aside).clone())).collect(),
            cursor: tables.cursor.clone(),
        }
    }

    /// Number of commits that the power could take.
    #[must_use]
    pub fn volatile(&self) -> usize {
        self.log.len()
    }

    /// The power goes; so many of the commits that were not on the disk happen to be there.
    pub fn lose_power(&mut self, survive: usize) {
        let log = std::mem::take(&mut self.log);
        for change in log.iter().take(survive).flat_map(|changes| changes.iter()) {
            self.durable.apply(change);
        }
        self.visible = self.durable.clone();
        self.read = Read::default();
    }

    /// The store is emptied, or an older copy takes its place.
    pub fn replace(&mut self, with: Tables) {
        self.durable = with.clone();
        self.visible = with;
        self.read = Read::default();
        self.log.clear();
        self.replaced = true;
    }
}
