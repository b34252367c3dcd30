//! The store in the browser's IndexedDB. Every record passes `store::record`; the bytes of files lie in parts as ArrayBuffers.
//! Kept out: what the records mean, and how often something is saved.
//!
//! A commit is one transaction whose requests are all made before anything is waited for, and it counts only once the
//! transaction is complete. Commits and reads take turns in the order of their calls, so that a save that has to open the store
//! anew can never come after a later one.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::future::poll_fn;
use std::rc::{Rc, Weak};
use std::task::{Poll, Waker};

use futures_util::future::{Either, select};
use futures_util::pin_mut;
use indexed_db_futures::KeyRange;
use indexed_db_futures::database::Database;
use indexed_db_futures::error::{Error, OpenDbError};
use indexed_db_futures::internals::SystemRepr;
use indexed_db_futures::prelude::*;
use indexed_db_futures::transaction::{Transaction, TransactionDurability, TransactionMode, TransactionOptions};
use js_sys::{ArrayBuffer, JSON, Uint8Array};
use serde::de::DeserializeOwned;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::spawn_local;
use web_sys::{DomException, IdbDatabase, IdbObjectStoreParameters, IdbOpenDbRequest, IdbVersionChangeEvent};

use super::lines;
use super::memory::CURSOR;
use super::record::{self, CaseRecord, JournalEntry, Note};
use super::{Change, Condition, Durability, HELD, Loaded, LocalStore, Quarantined, StoreError, names, page_key, read_record, version_key};
use crate::domain::draft::Draft;
use crate::domain::id::{DraftId, FileId};
use crate::platform::realm;
use crate::platform::timer::sleep;

const DRAFTS: &str = "drafts";
const OUTBOX: &str = "outbox";
const CASES: &str = "cases";
const FILES: &str = "files";
const RECEIPTS: &str = "receipts";
const AMENDMENTS: &str = "amendments";
const META: &str = "meta";
const NOTES: &str = "notes";
const JOURNAL: &str = "journal";
const CHUNKS: &str = "chunks";
const VERSIONS: &str = "versions";
/// Pages of lines, pages of their cases' words, and what became stale since they were written.
const DOCKET: &str = "docket";
const WORDS: &str = "words";
const STALE: &str = "stale";

/// The first key of a note after those of [`HELD`].
const AFTER_HELD: &str = "file0";

/// Records of cases that are read at once when all of them are gone through.
const CASES_AT_ONCE: usize = 200;

/// How long opening may take, in milliseconds: on iOS the first try may never be answered.
const OPEN_MS: i32 = 5_000;

/// Brings the database from one version to the next. Without the crate, whose listeners put the texts of all its errors and the
/// formatting of floating-point numbers into the bundle (8 KB).
type Migration = fn(&IdbDatabase) -> Result<(), JsValue>;

/// The migration to each version, from 1. One that was released never changes.
const LADDER: [Migration; 4] = [to_version_1, to_version_2, to_version_3, to_version_4];

/// The version of the database that this app opens.
pub const SCHEMA_VERSION: u32 = LADDER.len() as u32;

fn to_version_1(database: &IdbDatabase) -> Result<(), JsValue> {
    for name in [DRAFTS, OUTBOX, CASES, FILES, RECEIPTS, META, NOTES, CHUNKS] {
        database.create_object_store(name)?;
    }
    // Its key is the order in which things happened, which a device's clock would not give.
    let parameters = IdbObjectStoreParameters::new();
    parameters.set_auto_increment(true);
    database.create_object_store_with_optional_parameters(JOURNAL, &parameters)?;
    Ok(())
}

fn to_version_2(database: &IdbDatabase) -> Result<(), JsValue> {
    database.create_object_store(AMENDMENTS)?;
    // The cursor goes: it may stand behind changes of the law that were passed over before. Pulled again, acts that are here stay.
    database.delete_object_store(META)?;
    database.create_object_store(META)?;
    Ok(())
}

fn to_version_3(database: &IdbDatabase) -> Result<(), JsValue> {
    database.create_object_store(VERSIONS)?;
    Ok(())
}

fn to_version_4(database: &IdbDatabase) -> Result<(), JsValue> {
    // Empty: lines of the cases that are here are made once the store is open, since that takes longer than an upgrade may.
    database.create_object_store(DOCKET)?;
    database.create_object_store(WORDS)?;
    let parameters = IdbObjectStoreParameters::new();
    parameters.set_auto_increment(true);
    database.create_object_store_with_optional_parameters(STALE, &parameters)?;
    Ok(())
}

/// What one account at one backend keeps in this browser.
pub struct IndexedDbStore {
    inner: Rc<Inner>,
}

struct Inner {
    name: String,
    connection: RefCell<Option<Connection>>,
    turns: Turns,
    created: Cell<bool>,
    superseded: Cell<bool>,
    on_superseded: Box<dyn Fn()>,
}

/// An open connection with its handlers; closed on drop.
struct Connection {
    database: Database,
    _on_version_change: Closure<dyn FnMut()>,
    _on_close: Closure<dyn FnMut()>,
}

impl Drop for Connection {
    fn drop(&mut self) {
        self.database.as_sys().set_onversionchange(None);
        self.database.as_sys().set_onclose(None);
        // Transactions that are under way still end.
        self.database.as_sys().close();
    }
}

impl IndexedDbStore {
    /// Opens the database of this name in the realm and makes or upgrades it if need be. `on_superseded` is called once, after the last save
    /// is done and the connection closed, when another tab opens a newer version or deletes the database.
    ///
    /// # Errors
    /// See [`StoreError`]; nothing was changed then.
    pub async fn open(name: &str, on_superseded: impl Fn() + 'static) -> Result<Self, StoreError> {
        let name = realm::name(name);
        let inner = Rc::new(Inner {
            name: name.clone(),
            connection: RefCell::default(),
            turns: Turns::default(),
            created: Cell::new(false),
            superseded: Cell::new(false),
            on_superseded: Box::new(on_superseded),
        });
        let (database, from) = open_patiently(&name, false).await?;
        inner.created.set(from == Some(0));
        inner.adopt(database);
        Ok(Self { inner })
    }

    /// Was the database made by this opening? On a device that had one before, this is a loss to be reported.
    #[must_use]
    pub fn is_new(&self) -> bool {
        self.inner.created.get()
    }

    /// Closes the connection after everything that was asked before is done.
    pub async fn close(self) {
        let _turn = self.inner.turns.take().await;
        self.inner.connection.take();
    }

    /// What stands under a key.
    async fn one(&self, store: &'static str, key: String) -> Result<Option<JsValue>, StoreError> {
        Ok(self.some(store, Some(&[key])).await?.pop().map(|(_, value)| value))
    }

    /// What stands under these keys, each with its key; or all there is, without.
    async fn some(&self, store: &'static str, keys: Option<&[String]>) -> Result<Vec<(String, JsValue)>, StoreError> {
        self.run(async |database| {
            let transaction = read(database, &[store])?;
            let Some(keys) = keys else {
                let rows = all(&transaction, store, false)?;
                finish(transaction).await?;
                return rows.await;
            };
            let place = transaction.object_store(store).map_err(told)?;
            // All are asked for before any answer is waited for.
            let mut asked = Vec::with_capacity(keys.len());
            for key in keys {
                asked.push(place.get::<JsValue, _, _>(key.clone()).primitive().map_err(told)?);
            }
            finish(transaction).await?;
            let mut rows = Vec::new();
            for (key, request) in keys.iter().zip(asked) {
                let value: Option<JsValue> = request.await.map_err(told)?;
                rows.extend(value.map(|value| (key.clone(), value)));
            }
            Ok(rows)
        })
        .await
    }

    /// Runs `attempt` in its turn; once more over a new connection if the old one turns out to be broken.
    async fn run<T>(&self, attempt: impl AsyncFn(&Database) -> Result<T, StoreError>) -> Result<T, StoreError> {
        if self.inner.superseded.get() {
            return Err(StoreError::Superseded);
        }
        let _turn = self.inner.turns.take().await;
        let database = self.inner.database().await?;
        match attempt(&database).await {
            Err(StoreError::Disconnected(why)) => {
                log::warn!("the connection to the store broke: {why}");
                self.inner.connection.take();
                let database = self.inner.database().await?;
                attempt(&database).await
            }
            outcome => outcome,
        }
    }
}

impl LocalStore for IndexedDbStore {
    async fn commit(&self, changes: Vec<Change>, durability: Durability) -> Result<(), StoreError> {
        let stale = super::stale(&changes);
        let mut steps: Vec<Step> = changes.into_iter().flat_map(steps).collect();
        if !stale.is_empty() {
            // After what takes all of them away.
            steps.push((STALE, Ask::Append(lines::write_stale(&stale).into())));
        }
        if steps.is_empty() {
            return Ok(());
        }
        let mut stores: Vec<&str> = Vec::new();
        for (store, _) in &steps {
            if !stores.contains(store) {
                stores.push(store);
            }
        }
        self.run(async |database| write(database, &stores, &steps, durability).await).await
    }

    async fn load(&self) -> Result<Loaded, StoreError> {
        let loaded = self.run(async |database| load(database, false).await).await?;
        // Keys are read where a person has to be told of one: a start is mostly spent with asking.
        if loaded.quarantine.is_empty() { Ok(loaded) } else { self.run(async |database| load(database, true).await).await }
    }

    async fn draft(&self, id: DraftId) -> Result<Option<Draft>, StoreError> {
        let key = id.to_string();
        Ok(self.one(DRAFTS, key).await?.and_then(|value| value.as_string()).and_then(|text| record::decode(&text).ok()))
    }

    async fn version(&self, draft: DraftId, version: u64) -> Result<Option<Draft>, StoreError> {
        let key = version_key(draft, version);
        Ok(self.one(VERSIONS, key).await?.and_then(|value| value.as_string()).and_then(|text| record::decode(&text).ok()))
    }

    async fn chunk(&self, file: FileId, index: u32) -> Result<Option<Vec<u8>>, StoreError> {
        let key = chunk_key(file, index);
        let value = self.one(CHUNKS, key).await?;
        Ok(value.and_then(|value| value.dyn_into::<ArrayBuffer>().ok()).map(|buffer| Uint8Array::new(&buffer).to_vec()))
    }

    async fn notes(&self, keys: &[String]) -> Result<Vec<Note>, StoreError> {
        Ok(readable(NOTES, self.some(NOTES, Some(keys)).await?, &mut Vec::new()))
    }

    async fn pages(&self) -> Result<Vec<String>, StoreError> {
        let pages = self.some(DOCKET, None).await?;
        Ok(pages.into_iter().filter_map(|(_, value)| value.as_string()).collect())
    }

    async fn words(&self, page: u8) -> Result<Option<String>, StoreError> {
        Ok(self.one(WORDS, page_key(page)).await?.and_then(|value| value.as_string()))
    }

    async fn case_keys(&self) -> Result<Vec<String>, StoreError> {
        self.run(async |database| {
            let transaction = read(database, &[CASES])?;
            let request = transaction.object_store(CASES).map_err(told)?.get_all_keys::<JsValue>().primitive().map_err(told)?;
            finish(transaction).await?;
            request.await.map_err(told)?.map(|key| Ok(text_of(&key.map_err(told)?))).collect()
        })
        .await
    }

    async fn cases(&self, keys: &[String]) -> Result<(Vec<CaseRecord>, Vec<Quarantined>), StoreError> {
        let rows = self.some(CASES, Some(keys)).await?;
        let mut quarantine = Vec::new();
        Ok((readable(CASES, rows, &mut quarantine), quarantine))
    }

    async fn cases_naming(&self, words: &[String], once: bool) -> Result<Vec<CaseRecord>, StoreError> {
        let keys = self.case_keys().await?;
        let mut words: Vec<&String> = words.iter().collect();
        let mut found = Vec::new();
        for keys in keys.rchunks(CASES_AT_ONCE) {
            let rows = self.some(CASES, Some(keys)).await?;
            for (_, value) in rows.into_iter().rev() {
                let text = value.as_string().filter(|text| names(text, &mut words, once));
                found.extend(text.and_then(|text| record::decode(&text).ok()));
            }
            if words.is_empty() {
                break;
            }
        }
        Ok(found)
    }

    async fn journal(&self, limit: usize) -> Result<Vec<JournalEntry>, StoreError> {
        self.run(async |database| {
            let transaction = read(database, &[JOURNAL])?;
            let store = transaction.object_store(JOURNAL).map_err(told)?;
            let mut entries = Vec::new();
            let Some(mut cursor) = store.open_cursor().with_direction(web_sys::IdbCursorDirection::Prev).await.map_err(told)? else {
                return Ok(entries);
            };
            for _ in 0..limit {
                let Some(value) = cursor.next_record::<JsValue>().await.map_err(told)? else {
                    break;
                };
                // What cannot be read stays where it is; the journal is for reading on, not for reckoning.
                entries.extend(value.as_string().and_then(|text| record::decode(&text).ok()));
            }
            Ok(entries)
        })
        .await
    }
}

/// What is asked of one object store.
enum Ask {
    OnlyIf(Condition),
    Put {
        key: String,
        value: JsValue,
    },
    /// Encoded when it is asked for: a page of the history has a hundred, and the browser keeps one while the next is encoded.
    PutCase(Rc<CaseRecord>),
    Append(JsValue),
    Delete(String),
    DeleteRange {
        from: String,
        to: String,
    },
    Clear,
}

type Step = (&'static str, Ask);

/// Turns a change into requests, with all but cases encoded, so that little is left to do once the transaction is open.
fn steps(change: Change) -> Vec<Step> {
    let put = |store, key: String, text: String| vec![(store, Ask::Put { key, value: text.into() })];
    match change {
        Change::OnlyIf(condition @ (Condition::Leads(_) | Condition::TakenOut(_))) => vec![(NOTES, Ask::OnlyIf(condition))],
        Change::OnlyIf(condition @ Condition::Kept(_)) => vec![(FILES, Ask::OnlyIf(condition))],
        Change::OnlyIf(condition @ Condition::Unnamed(_)) => [DRAFTS, VERSIONS, OUTBOX].map(|store| (store, Ask::OnlyIf(condition))).into(),
        Change::OnlyIf(condition @ Condition::NoDraft(_)) => vec![(DRAFTS, Ask::OnlyIf(condition))],
        Change::OnlyIf(condition) => vec![(OUTBOX, Ask::OnlyIf(condition))],
        Change::PutDraft(draft) => put(DRAFTS, draft.id.to_string(), record::encode(&draft)),
        Change::DropDraft(id) => vec![(DRAFTS, Ask::Delete(id.to_string()))],
        Change::PutVersion(draft) => put(VERSIONS, version_key(draft.id, draft.version), record::encode(&draft)),
        Change::DropVersion(id, version) => vec![(VERSIONS, Ask::Delete(version_key(id, version)))],
        Change::DropVersions(id) => vec![(VERSIONS, Ask::DeleteRange { from: format!("{id}/"), to: format!("{id}0") })],
        Change::PutOutbox(entry) => put(OUTBOX, entry.envelope.command_id.to_string(), record::encode(&entry)),
        Change::DropOutbox(id) => vec![(OUTBOX, Ask::Delete(id.to_string()))],
        Change::PutReceipt(receipt) => put(RECEIPTS, receipt.command_id.to_string(), record::encode(&receipt)),
        Change::PutCase(case) => vec![(CASES, Ask::PutCase(case))],
        Change::DropCase(id) => vec![(CASES, Ask::Delete(id.to_string()))],
        Change::PutAmendment(made) => put(AMENDMENTS, made.id.to_string(), record::encode(&made)),
        Change::ClearPulled => [CASES, AMENDMENTS, DOCKET, WORDS, STALE].map(|store| (store, Ask::Clear)).into(),
        Change::PutPage { page, lines, words } => {
            let mut steps = put(DOCKET, page_key(page), lines);
            steps.extend(put(WORDS, page_key(page), words));
            steps
        }
        Change::ClearStale => vec![(STALE, Ask::Clear)],
        Change::PutCursor(cursor) => put(META, CURSOR.to_owned(), record::encode(&cursor)),
        Change::PutFile { record, chunks } => {
            let file = record.file.id;
            let mut steps = vec![all_chunks(file)];
            steps.extend((0..).zip(chunks).map(|(index, bytes)| {
                let value = Uint8Array::from(bytes.as_slice()).buffer().into();
                (CHUNKS, Ask::Put { key: chunk_key(file, index), value })
            }));
            steps.extend(put(FILES, file.to_string(), record::encode(&record)));
            steps
        }
        Change::PutFileRecord(record) => put(FILES, record.file.id.to_string(), record::encode(&record)),
        Change::DropFile(id) => vec![(FILES, Ask::Delete(id.to_string())), all_chunks(id)],
        Change::PutNote(note) => put(NOTES, note.key.clone(), record::encode(&note)),
        Change::DropNote(key) => vec![(NOTES, Ask::Delete(key))],
        Change::Journal(entry) => vec![(JOURNAL, Ask::Append(record::encode(&entry).into()))],
    }
}

/// Ten digits hold every index, so that keys sort as the parts do.
fn chunk_key(file: FileId, index: u32) -> String {
    format!("{file}/{index:010}")
}

fn all_chunks(file: FileId) -> Step {
    // `0` is the character after `/`.
    (CHUNKS, Ask::DeleteRange { from: format!("{file}/"), to: format!("{file}0") })
}

async fn write(database: &Database, stores: &[&str], steps: &[Step], durability: Durability) -> Result<(), StoreError> {
    let durability = match durability {
        Durability::Strict => TransactionDurability::Strict,
        Durability::Relaxed => TransactionDurability::Relaxed,
    };
    let transaction = database
        .transaction(stores.to_vec())
        .with_mode(TransactionMode::Readwrite)
        .with_options(TransactionOptions::new().with_durability(durability))
        .build()
        .map_err(told)?;
    for (store, ask) in steps {
        let Ask::OnlyIf(condition) = ask else { continue };
        // Answers of the transaction itself keep it open.
        let texts: Vec<String> = if let Condition::Unnamed(_) = condition {
            all(&transaction, store, false)?.await?.into_iter().filter_map(|(_, value)| value.as_string()).collect()
        } else {
            let store = transaction.object_store(store).map_err(told)?;
            let value: Option<JsValue> = store.get::<JsValue, _, _>(condition.key()).primitive().map_err(told)?.await.map_err(told)?;
            value.and_then(|value| value.as_string()).into_iter().collect()
        };
        if !condition.holds(&texts) {
            // Nothing was asked of it yet that would have to be rolled back.
            return Err(StoreError::Overtaken);
        }
    }
    for (store, ask) in steps {
        let store = transaction.object_store(store).map_err(told)?;
        // Requests go out when they are built. Their answers say nothing that the transaction's end does not.
        let put = |key, value| store.put(value).with_key(key).without_key_type().primitive().map(drop).map_err(told);
        match ask {
            Ask::OnlyIf(_) => {}
            Ask::Put { key, value } => put(key, value)?,
            Ask::PutCase(case) => put(&case.case.to_string(), &record::encode(case.as_ref()).into())?,
            Ask::Append(value) => drop(store.add(value).primitive().map_err(told)?),
            Ask::Delete(key) => drop(store.delete(key).primitive().map_err(told)?),
            Ask::DeleteRange { from, to } => drop(store.delete(from..to).primitive().map_err(told)?),
            Ask::Clear => drop(store.clear().map_err(told)?),
        }
    }
    finish(transaction).await
}

async fn load(database: &Database, keyed: bool) -> Result<Loaded, StoreError> {
    let transaction = read(database, &[DRAFTS, OUTBOX, AMENDMENTS, FILES, RECEIPTS, META, NOTES, STALE])?;
    let drafts = all(&transaction, DRAFTS, keyed)?;
    let outbox = all(&transaction, OUTBOX, keyed)?;
    let stale = all(&transaction, STALE, keyed)?;
    let amendments = all(&transaction, AMENDMENTS, keyed)?;
    let files = all(&transaction, FILES, keyed)?;
    let receipts = all(&transaction, RECEIPTS, keyed)?;
    let meta = all(&transaction, META, keyed)?;
    let before = within(&transaction, NOTES, keyed, Some(KeyRange::UpperBound(HELD.to_owned(), true)))?;
    let after = within(&transaction, NOTES, keyed, Some(KeyRange::LowerBound(AFTER_HELD.to_owned(), false)))?;
    finish(transaction).await?;
    let mut loaded = Loaded::default();
    let quarantine = &mut loaded.quarantine;
    loaded.drafts = readable(DRAFTS, drafts.await?, quarantine);
    loaded.outbox = record::in_order(readable(OUTBOX, outbox.await?, quarantine));
    loaded.stale = stale.await?.into_iter().filter_map(|(_, value)| lines::read_stale(&value.as_string()?)).flatten().collect();
    loaded.amendments = readable(AMENDMENTS, amendments.await?, quarantine);
    loaded.files = readable(FILES, files.await?, quarantine);
    loaded.receipts = readable(RECEIPTS, receipts.await?, quarantine);
    loaded.notes = readable(NOTES, before.await?, quarantine);
    loaded.notes.extend(readable::<Note>(NOTES, after.await?, quarantine));
    loaded.cursor = readable(META, meta.await?, quarantine).pop();
    Ok(loaded)
}

fn read<'a>(database: &'a Database, stores: &[&str]) -> Result<Transaction<'a>, StoreError> {
    database.transaction(stores.to_vec()).with_mode(TransactionMode::Readonly).build().map_err(told)
}

/// Asks for a whole object store in the order of its keys, which are empty unless asked for. The requests are made at once, the future
/// gives their answers.
fn all(
    transaction: &Transaction<'_>,
    store: &str,
    keyed: bool,
) -> Result<impl Future<Output = Result<Vec<(String, JsValue)>, StoreError>> + use<>, StoreError> {
    within(transaction, store, keyed, None)
}

/// The same of a range of its keys.
fn within(
    transaction: &Transaction<'_>,
    store: &str,
    keyed: bool,
    range: Option<KeyRange<String>>,
) -> Result<impl Future<Output = Result<Vec<(String, JsValue)>, StoreError>> + use<>, StoreError> {
    let store = transaction.object_store(store).map_err(told)?;
    let (keys, values) = (store.get_all_keys::<JsValue>(), store.get_all::<JsValue>());
    let (keys, values) = match range {
        Some(range) => {
            (keyed.then(|| keys.with_query::<String, _>(range.clone()).primitive()), values.with_query::<String, _>(range).primitive())
        }
        None => (keyed.then(|| keys.primitive()), values.primitive()),
    };
    let (keys, values) = (keys.transpose().map_err(told)?, values.map_err(told)?);
    Ok(async move {
        let mut rows = Vec::new();
        for value in values.await.map_err(told)? {
            rows.push((String::new(), value.map_err(told)?));
        }
        if let Some(keys) = keys {
            for (row, key) in rows.iter_mut().zip(keys.await.map_err(told)?) {
                row.0 = text_of(&key.map_err(told)?);
            }
        }
        Ok(rows)
    })
}

fn readable<T: DeserializeOwned>(place: &str, rows: Vec<(String, JsValue)>, quarantine: &mut Vec<Quarantined>) -> Vec<T> {
    rows.into_iter()
        .filter_map(|(key, value)| {
            if value.is_string() {
                read_record(place, &key, &text_of(&value), quarantine)
            } else {
                quarantine.push(Quarantined { place: place.to_owned(), key, raw: text_of(&value) });
                None
            }
        })
        .collect()
}

/// A text as it is, anything else as JSON, for a person to look at.
fn text_of(value: &JsValue) -> String {
    let json = || JSON::stringify(value).ok().and_then(|json| json.as_string());
    value.as_string().or_else(json).unwrap_or_default()
}

/// Commits a transaction and waits until it is complete.
async fn finish(transaction: Transaction<'_>) -> Result<(), StoreError> {
    // The crate loses the name of what aborted a transaction: the transaction itself still has it.
    let sys = transaction.as_sys().clone();
    transaction.commit().await.map_err(|error| match (sys.error(), error) {
        (Some(cause), _) => told_by(&cause),
        (None, Error::MissingData(_)) => StoreError::Disconnected("the transaction was aborted".to_owned()),
        (None, error) => told(error),
    })
}

/// What the crate's error means here.
fn told(error: Error) -> StoreError {
    match error {
        Error::DomException(exception) => told_by(&exception.into()),
        Error::Unknown(error) => StoreError::Failed(error.to_string()),
        Error::MissingData(missing) => StoreError::Failed(missing.to_string()),
        // Told without its details: the crate's words for them bring the formatting of floating-point numbers into the bundle.
        Error::Serialisation(_) => StoreError::Failed("a key or value is of another type".to_owned()),
    }
}

fn told_by(exception: &DomException) -> StoreError {
    let (name, message) = (exception.name(), exception.message());
    let text = format!("{name}: {message}");
    match name.as_str() {
        "QuotaExceededError" => StoreError::QuotaExceeded,
        "VersionError" => StoreError::NewerVersion,
        // A connection that is closed, was closed by the browser, or whose database process went away.
        "InvalidStateError" | "AbortError" | "UnknownError" => StoreError::Disconnected(text),
        _ if message.contains("onnection") => StoreError::Disconnected(text),
        _ => StoreError::Failed(text),
    }
}

impl Inner {
    /// The open connection, or a new one.
    async fn database(self: &Rc<Self>) -> Result<Database, StoreError> {
        if let Some(connection) = &*self.connection.borrow() {
            return Ok(connection.database.clone());
        }
        if self.superseded.get() {
            return Err(StoreError::Superseded);
        }
        let (database, _) = open_patiently(&self.name, true).await.map_err(|error| match error {
            StoreError::Refused(why) | StoreError::Failed(why) => StoreError::Disconnected(why),
            StoreError::Unresponsive => StoreError::Disconnected("the store does not answer".to_owned()),
            error => error,
        })?;
        self.adopt(database.clone());
        Ok(database)
    }

    fn adopt(self: &Rc<Self>, database: Database) {
        let on_version_change = Closure::<dyn FnMut()>::new({
            let inner = Rc::downgrade(self);
            move || yield_to_newer(&inner)
        });
        let on_close = Closure::<dyn FnMut()>::new({
            let inner = Rc::downgrade(self);
            move || {
                log::warn!("the browser closed the store");
                if let Some(inner) = inner.upgrade() {
                    // The next call opens it anew. Later, since this handler goes away with the connection.
                    spawn_local(async move { drop(inner.connection.take()) });
                }
            }
        });
        database.as_sys().set_onversionchange(Some(on_version_change.as_ref().unchecked_ref()));
        database.as_sys().set_onclose(Some(on_close.as_ref().unchecked_ref()));
        let connection = Connection { database, _on_version_change: on_version_change, _on_close: on_close };
        self.connection.replace(Some(connection));
    }
}

/// Lets everything that was asked before come to its end, closes, and says so. Calls that come later are refused.
fn yield_to_newer(inner: &Weak<Inner>) {
    let Some(inner) = inner.upgrade() else { return };
    if inner.superseded.replace(true) {
        return;
    }
    spawn_local(async move {
        let turn = inner.turns.take().await;
        inner.connection.take();
        drop(turn);
        (inner.on_superseded)();
    });
}

/// Opens with a watch over the time, and once more if nothing is heard or the browser's database process is gone. Gives the version that an upgrade began from.
async fn open_patiently(name: &str, must_exist: bool) -> Result<(Database, Option<u32>), StoreError> {
    match open_once(name, must_exist).await {
        Err(StoreError::Unresponsive | StoreError::Disconnected(_)) => open_once(name, must_exist).await,
        outcome => outcome,
    }
}

/// Whether all steps from a version on were taken.
fn climb(request: &IdbOpenDbRequest, from: u32) -> bool {
    let database = request.result().map(JsValue::unchecked_into::<IdbDatabase>);
    database.is_ok_and(|database| LADDER.iter().skip(from as usize).all(|step| step(&database).is_ok()))
}

async fn open_once(name: &str, must_exist: bool) -> Result<(Database, Option<u32>), StoreError> {
    let upgraded_from = Rc::new(Cell::new(None));
    let is_blocked = Rc::new(Cell::new(false));
    let request = Database::open(name).with_version(SCHEMA_VERSION).build().map_err(open_told)?;
    let sys = request.as_sys().clone();
    let on_blocked = Closure::<dyn FnMut()>::new({
        let is_blocked = Rc::clone(&is_blocked);
        move || is_blocked.set(true)
    });
    let on_upgrade = Closure::<dyn FnMut(IdbVersionChangeEvent)>::new({
        let (upgraded_from, request) = (Rc::clone(&upgraded_from), sys.clone());
        move |event: IdbVersionChangeEvent| {
            let from = event.old_version() as u32;
            upgraded_from.set(Some(from));
            // Without a store the database went away under a running app. An empty one in its place would hide the loss: nothing has
            // been written in this transaction, so that taking it back leaves nothing behind.
            let is_gone = must_exist && from == 0;
            if is_gone || !climb(&request, from) {
                // It fails only where the transaction has ended already.
                let _ = request.transaction().map(|transaction| transaction.abort());
            }
        }
    });
    sys.set_onblocked(Some(on_blocked.as_ref().unchecked_ref()));
    sys.set_onupgradeneeded(Some(on_upgrade.as_ref().unchecked_ref()));
    let watchdog = sleep(OPEN_MS);
    pin_mut!(watchdog);
    match select(request, watchdog).await {
        Either::Left((Ok(database), _)) => Ok((database, upgraded_from.get())),
        Either::Left((Err(_), _)) if must_exist && upgraded_from.get() == Some(0) => {
            Err(StoreError::Disconnected("the store is gone".to_owned()))
        }
        Either::Left((Err(error), _)) => Err(open_told(error)),
        Either::Right(((), request)) => {
            // Should it open after all, a connection that nobody holds must not stand in the way of others.
            spawn_local(async move {
                if let Ok(database) = request.await {
                    database.close();
                }
                drop((on_blocked, on_upgrade));
            });
            Err(if is_blocked.get() { StoreError::Blocked } else { StoreError::Unresponsive })
        }
    }
}

fn open_told(error: OpenDbError) -> StoreError {
    match error {
        OpenDbError::Base(Error::DomException(exception)) => {
            let exception = DomException::from(exception);
            let (name, message) = (exception.name(), exception.message());
            // In private windows, with storage switched off and with a damaged profile browsers fail in all of these ways; the
            // lost connection of iOS has the same name as some of them.
            let is_refusal = matches!(name.as_str(), "SecurityError" | "NotAllowedError" | "InvalidStateError" | "UnknownError");
            if is_refusal && !message.contains("onnection") {
                StoreError::Refused(format!("{name}: {message}"))
            } else {
                told_by(&exception)
            }
        }
        OpenDbError::Base(error) => told(error),
        // The crate calls everything so that is thrown on opening, and the version here is never zero.
        OpenDbError::VersionZero => StoreError::Refused("opening was refused".to_owned()),
        OpenDbError::UnsupportedEnvironment | OpenDbError::NullFactory => StoreError::Refused("this browser has no IndexedDB".to_owned()),
    }
}

/// Who may use the connection, in the order in which they asked.
#[derive(Default)]
struct Turns {
    is_taken: Cell<bool>,
    waiting: RefCell<VecDeque<Rc<Place>>>,
}

/// A place in the queue.
#[derive(Default)]
struct Place {
    is_called: Cell<bool>,
    is_given_up: Cell<bool>,
    waker: RefCell<Option<Waker>>,
}

/// Somebody's turn; it ends on drop.
struct Turn<'a>(&'a Turns);

impl Turns {
    async fn take(&self) -> Turn<'_> {
        if !self.is_taken.replace(true) {
            return Turn(self);
        }
        let place = Rc::new(Place::default());
        self.waiting.borrow_mut().push_back(Rc::clone(&place));
        let mut waiting = Waiting { turns: self, place, is_over: false };
        poll_fn(|context| {
            if waiting.place.is_called.get() {
                return Poll::Ready(());
            }
            waiting.place.waker.replace(Some(context.waker().clone()));
            Poll::Pending
        })
        .await;
        waiting.is_over = true;
        Turn(self)
    }

    fn pass_on(&self) {
        loop {
            let Some(place) = self.waiting.borrow_mut().pop_front() else {
                self.is_taken.set(false);
                return;
            };
            if !place.is_given_up.get() {
                place.is_called.set(true);
                if let Some(waker) = place.waker.take() {
                    waker.wake();
                }
                return;
            }
        }
    }
}

/// Leaves the queue in order when whoever waits goes away.
struct Waiting<'a> {
    turns: &'a Turns,
    place: Rc<Place>,
    is_over: bool,
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        if self.is_over {
            return;
        }
        self.place.is_given_up.set(true);
        if self.place.is_called.get() {
            self.turns.pass_on();
        }
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        self.0.pass_on();
    }
}
