//! A store in memory, over the same stored texts as the real one. For tests; it forgets everything with its owner.

use std::cell::RefCell;
use std::collections::BTreeMap;

use super::lines;
use super::record::{self, CaseRecord, JournalEntry, Note};
use super::{Change, Condition, Durability, HELD, Loaded, LocalStore, Quarantined, StoreError, page_key, version_key};
use crate::domain::draft::Draft;
use crate::domain::id::{DraftId, FileId};

/// The tables of a store, by the names that the browser's database uses, too.
#[derive(Clone, Debug, Default)]
struct Tables {
    drafts: BTreeMap<String, String>,
    outbox: BTreeMap<String, String>,
    cases: BTreeMap<String, String>,
    amendments: BTreeMap<String, String>,
    files: BTreeMap<String, String>,
    receipts: BTreeMap<String, String>,
    meta: BTreeMap<String, String>,
    notes: BTreeMap<String, String>,
    versions: BTreeMap<String, String>,
    docket: BTreeMap<String, String>,
    words: BTreeMap<String, String>,
    stale: Vec<String>,
    chunks: BTreeMap<(String, u32), Vec<u8>>,
    journal: Vec<String>,
}

/// A store in memory.
#[derive(Debug, Default)]
pub struct MemoryStore {
    tables: RefCell<Tables>,
}

/// The key of the cursor in the table `meta`.
pub(super) const CURSOR: &str = "cursor";

impl MemoryStore {
    /// An empty store.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Puts any text where a record of this table stands, as a damaged disk or a newer version of the app would.
    ///
    /// # Panics
    /// There is no such table of keyed records.
    pub fn plant(&self, place: &str, key: &str, text: &str) {
        let tables = &mut *self.tables.borrow_mut();
        let table = match place {
            "drafts" => &mut tables.drafts,
            "outbox" => &mut tables.outbox,
            "cases" => &mut tables.cases,
            "amendments" => &mut tables.amendments,
            "docket" => &mut tables.docket,
            "words" => &mut tables.words,
            "files" => &mut tables.files,
            "receipts" => &mut tables.receipts,
            "meta" => &mut tables.meta,
            place => panic!("no table {place}"),
        };
        table.insert(key.to_owned(), text.to_owned());
    }
}

impl Tables {
    fn holds(&self, condition: Condition) -> bool {
        let key = condition.key();
        let table = match condition {
            Condition::Leads(_) | Condition::TakenOut(_) => &self.notes,
            Condition::NoDraft(_) => &self.drafts,
            Condition::Kept(_) => &self.files,
            Condition::Waits(_) | Condition::Parked(_) | Condition::Unsent(_) | Condition::NotQueued(_) => &self.outbox,
            Condition::Unnamed(_) => {
                let all: Vec<String> =
                    [&self.drafts, &self.versions, &self.outbox].into_iter().flat_map(|table| table.values().cloned()).collect();
                return condition.holds(&all);
            }
        };
        condition.holds(&table.get(&key).cloned().into_iter().collect::<Vec<_>>())
    }
}

impl LocalStore for MemoryStore {
    async fn commit(&self, changes: Vec<Change>, _: Durability) -> Result<(), StoreError> {
        let tables = &mut *self.tables.borrow_mut();
        if changes.iter().any(|change| matches!(change, Change::OnlyIf(condition) if !tables.holds(*condition))) {
            return Err(StoreError::Overtaken);
        }
        let stale = super::stale(&changes);
        for change in changes {
            match change {
                Change::OnlyIf(_) => {}
                Change::PutDraft(draft) => drop(tables.drafts.insert(draft.id.to_string(), record::encode(&draft))),
                Change::DropDraft(id) => drop(tables.drafts.remove(&id.to_string())),
                Change::PutVersion(draft) => drop(tables.versions.insert(version_key(draft.id, draft.version), record::encode(&draft))),
                Change::DropVersion(id, version) => drop(tables.versions.remove(&version_key(id, version))),
                Change::DropVersions(id) => {
                    let id = id.to_string();
                    tables.versions.retain(|key, _| !key.starts_with(&id));
                }
                Change::PutOutbox(entry) => drop(tables.outbox.insert(entry.envelope.command_id.to_string(), record::encode(&entry))),
                Change::DropOutbox(id) => drop(tables.outbox.remove(&id.to_string())),
                Change::PutReceipt(receipt) => drop(tables.receipts.insert(receipt.command_id.to_string(), record::encode(&receipt))),
                Change::PutCase(case) => drop(tables.cases.insert(case.case.to_string(), record::encode(case.as_ref()))),
                Change::DropCase(id) => drop(tables.cases.remove(&id.to_string())),
                Change::PutAmendment(made) => drop(tables.amendments.insert(made.id.to_string(), record::encode(&made))),
                Change::ClearPulled => {
                    tables.cases.clear();
                    tables.amendments.clear();
                    tables.docket.clear();
                    tables.words.clear();
                    tables.stale.clear();
                }
                Change::PutPage { page, lines, words } => {
                    tables.docket.insert(page_key(page), lines);
                    tables.words.insert(page_key(page), words);
                }
                Change::ClearStale => tables.stale.clear(),
                Change::PutCursor(cursor) => drop(tables.meta.insert(CURSOR.to_owned(), record::encode(&cursor))),
                Change::PutFile { record, chunks } => {
                    let id = record.file.id.to_string();
                    tables.chunks.retain(|(file, _), _| *file != id);
                    tables.files.insert(id.clone(), record::encode(&record));
                    tables.chunks.extend((0..).zip(chunks).map(|(index, bytes)| ((id.clone(), index), bytes)));
                }
                Change::PutFileRecord(record) => drop(tables.files.insert(record.file.id.to_string(), record::encode(&record))),
                Change::DropFile(id) => {
                    let id = id.to_string();
                    tables.files.remove(&id);
                    tables.chunks.retain(|(file, _), _| *file != id);
                }
                Change::PutNote(note) => drop(tables.notes.insert(note.key.clone(), record::encode(&note))),
                Change::DropNote(key) => drop(tables.notes.remove(&key)),
                Change::Journal(entry) => tables.journal.push(record::encode(&entry)),
            }
        }
        if !stale.is_empty() {
            tables.stale.push(lines::write_stale(&stale));
        }
        Ok(())
    }

    async fn load(&self) -> Result<Loaded, StoreError> {
        let tables = self.tables.borrow();
        let mut loaded = Loaded::default();
        let quarantine = &mut loaded.quarantine;
        loaded.drafts = readable("drafts", &tables.drafts, quarantine);
        loaded.outbox = record::in_order(readable("outbox", &tables.outbox, quarantine));
        loaded.amendments = readable("amendments", &tables.amendments, quarantine);
        loaded.files = readable("files", &tables.files, quarantine);
        loaded.receipts = readable("receipts", &tables.receipts, quarantine);
        let notes = tables.notes.iter().filter(|(key, _)| !key.starts_with(HELD));
        loaded.notes = readable("notes", notes, quarantine);
        loaded.cursor = readable("meta", &tables.meta, quarantine).pop();
        loaded.stale = tables.stale.iter().filter_map(|text| lines::read_stale(text)).flatten().collect();
        Ok(loaded)
    }

    async fn notes(&self, keys: &[String]) -> Result<Vec<Note>, StoreError> {
        let tables = self.tables.borrow();
        Ok(readable("notes", keys.iter().filter_map(|key| tables.notes.get_key_value(key)), &mut Vec::new()))
    }

    async fn pages(&self) -> Result<Vec<String>, StoreError> {
        Ok(self.tables.borrow().docket.values().cloned().collect())
    }

    async fn words(&self, page: u8) -> Result<Option<String>, StoreError> {
        Ok(self.tables.borrow().words.get(&page_key(page)).cloned())
    }

    async fn case_keys(&self) -> Result<Vec<String>, StoreError> {
        Ok(self.tables.borrow().cases.keys().cloned().collect())
    }

    async fn cases(&self, keys: &[String]) -> Result<(Vec<CaseRecord>, Vec<Quarantined>), StoreError> {
        let tables = self.tables.borrow();
        let mut quarantine = Vec::new();
        let texts = keys.iter().filter_map(|key| Some((key, tables.cases.get(key)?)));
        let records = texts.filter_map(|(key, text)| super::read_record("cases", key, text, &mut quarantine)).collect();
        Ok((records, quarantine))
    }

    async fn cases_naming(&self, words: &[String], once: bool) -> Result<Vec<CaseRecord>, StoreError> {
        let tables = self.tables.borrow();
        let mut words: Vec<&String> = words.iter().collect();
        let named = tables.cases.values().rev().filter(|text| super::names(text, &mut words, once));
        Ok(named.filter_map(|text| record::decode(text).ok()).collect())
    }

    async fn draft(&self, id: DraftId) -> Result<Option<Draft>, StoreError> {
        Ok(self.tables.borrow().drafts.get(&id.to_string()).and_then(|text| record::decode(text).ok()))
    }

    async fn version(&self, draft: DraftId, version: u64) -> Result<Option<Draft>, StoreError> {
        Ok(self.tables.borrow().versions.get(&version_key(draft, version)).and_then(|text| record::decode(text).ok()))
    }

    async fn chunk(&self, file: FileId, index: u32) -> Result<Option<Vec<u8>>, StoreError> {
        Ok(self.tables.borrow().chunks.get(&(file.to_string(), index)).cloned())
    }

    async fn journal(&self, limit: usize) -> Result<Vec<JournalEntry>, StoreError> {
        Ok(self.tables.borrow().journal.iter().rev().take(limit).filter_map(|text| record::decode(text).ok()).collect())
    }
}

fn readable<'a, T: serde::de::DeserializeOwned>(
    place: &str,
    table: impl IntoIterator<Item = (&'a String, &'a String)>,
    quarantine: &mut Vec<Quarantined>,
) -> Vec<T> {
    table.into_iter().filter_map(|(key, text)| super::read_record(place, key, text, quarantine)).collect()
}
