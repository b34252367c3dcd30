//! The store in IndexedDB: its contract, and what only a database has: quota, other tabs, versions, lost connections.

use std::cell::Cell;
use std::rc::Rc;

use futures_util::future::join;
use sips_lapangan::domain::draft::Kept;
use sips_lapangan::domain::time::Timestamp;
use sips_lapangan::platform::random::random_u32;
use sips_lapangan::store::indexed_db::{IndexedDbStore, SCHEMA_VERSION};
use sips_lapangan::store::record::{OutboxState, encode};
use sips_lapangan::store::{Change, Durability, LocalStore, StoreError, transaction};
use wasm_bindgen_test::wasm_bindgen_test;

use crate::contract::{self, Subject, draft};
use crate::each_contract_test;
use crate::script::{Undo, run, run_async};

/// The version of a later app.
const NEWER: u32 = SCHEMA_VERSION + 1;

struct InBrowser {
    name: String,
    store: IndexedDbStore,
    superseded: Rc<Cell<u32>>,
}

fn fresh_name() -> String {
    format!("test-{:08x}", random_u32())
}

async fn open(name: &str) -> Result<InBrowser, StoreError> {
    let superseded = Rc::new(Cell::new(0));
    let store = IndexedDbStore::open(name, {
        let superseded = Rc::clone(&superseded);
        move || superseded.set(superseded.get() + 1)
    })
    .await?;
    Ok(InBrowser { name: name.to_owned(), store, superseded })
}

async fn fresh() -> InBrowser {
    open(&fresh_name()).await.expect("the database is made")
}

impl Subject for InBrowser {
    type Store = IndexedDbStore;

    fn store(&self) -> &IndexedDbStore {
        &self.store
    }

    async fn plant(&self, place: &str, key: &str, text: &str) {
        let [place, key, text] = [place, key, text].map(|text| format!("{text:?}"));
        raw(
            &self.name,
            &format!("const tx = db.transaction({place}, 'readwrite'); tx.objectStore({place}).put({text}, {key}); await done(tx);"),
        )
        .await;
    }
}

impl InBrowser {
    async fn save(&self, version: u64) -> Result<(), StoreError> {
        let mut draft = draft(1);
        draft.version = version;
        self.store.commit(vec![Change::PutDraft(Box::new(draft))], Durability::Strict).await
    }

    async fn version(&self) -> Option<u64> {
        self.store.load().await.expect("the store is read").drafts.first().map(|draft| draft.version)
    }
}

/// Works on a database past the app, with `db` open at whatever version it has.
async fn raw(name: &str, code: &str) -> wasm_bindgen::JsValue {
    raw_at(name, "undefined", "", code).await
}

async fn raw_at(name: &str, version: &str, upgrade: &str, code: &str) -> wasm_bindgen::JsValue {
    run_async(&format!(
        "const db = await new Promise((resolve, reject) => {{
           const request = indexedDB.open('{name}', {version});
           request.onupgradeneeded = () => {{ const db = request.result; {upgrade} }};
           request.onsuccess = () => resolve(request.result);
           request.onerror = () => reject(request.error);
         }});
         const done = (tx) => new Promise((resolve, reject) => {{ tx.oncomplete = resolve; tx.onabort = () => reject(tx.error); }});
         const result = (request) => new Promise((resolve, reject) => {{
           request.onsuccess = () => resolve(request.result); request.onerror = () => reject(request.error);
         }});
         try {{ {code} }} finally {{ db.close(); }}"
    ))
    .await
}

/// Keeps the connections that are opened from now on in `window.opened`.
fn spy_on_connections() -> Undo {
    run("window.opened = [];
         window.realOpen = IDBFactory.prototype.open;
         IDBFactory.prototype.open = function (...args) {
           const request = window.realOpen.apply(this, args);
           request.addEventListener('success', () => window.opened.push(request.result));
           return request;
         };");
    Undo("IDBFactory.prototype.open = window.realOpen; delete window.opened; delete window.realOpen;")
}

/// The next transaction that is committed, and those after it as long as `times` lasts, is aborted with this error instead.
fn abort_commits(name: &str, times: u32) -> Undo {
    run(&format!(
        "window.realCommit = IDBTransaction.prototype.commit;
         let left = {times};
         IDBTransaction.prototype.commit = function () {{
           if (this.mode !== 'readwrite' || left-- <= 0) return window.realCommit.call(this);
           Object.defineProperty(this, 'error', {{ value: new DOMException('told by the test', '{name}') }});
           this.abort();
         }};"
    ));
    Undo("IDBTransaction.prototype.commit = window.realCommit; delete window.realCommit;")
}

macro_rules! browser_tests {
    ($($name:ident)*) => {
        $(
            #[wasm_bindgen_test]
            async fn $name() {
                contract::$name(&fresh().await).await;
            }
        )*
    };
}

each_contract_test!(browser_tests);

#[wasm_bindgen_test]
async fn what_was_saved_is_there_after_closing_and_opening_again() {
    let first = fresh().await;
    assert!(first.store.is_new());
    first.save(1).await.expect("saved");
    let name = first.name.clone();
    first.store.close().await;
    let again = open(&name).await.expect("opened");
    assert!(!again.store.is_new());
    assert_eq!(again.version().await, Some(1));
}

#[wasm_bindgen_test]
async fn records_are_texts_and_bytes_are_array_buffers() {
    let subject = fresh().await;
    contract::every_kind_of_change_comes_back(&subject).await;
    let kinds = raw(
        &subject.name,
        "const tx = db.transaction([...db.objectStoreNames]);
         const kinds = [];
         for (const store of db.objectStoreNames) {
           const [value] = await result(tx.objectStore(store).getAll());
           kinds.push(store + ' ' + Object.prototype.toString.call(value).slice(8, -1));
         }
         return kinds.join(', ');",
    )
    .await;
    let expected = "amendments String, cases String, chunks ArrayBuffer, docket String, drafts String, files String, journal String, meta String, notes String, outbox String, receipts String, stale String, versions String, words String";
    assert_eq!(kinds.as_string().as_deref(), Some(expected));
}

#[wasm_bindgen_test]
async fn what_stands_behind_a_promise_is_asked_to_be_on_the_disk() {
    let subject = fresh().await;
    run("window.realTransaction = IDBDatabase.prototype.transaction;
         window.durable = [];
         IDBDatabase.prototype.transaction = function (...args) {
           const tx = window.realTransaction.apply(this, args);
           if (tx.mode === 'readwrite') window.durable.push(tx.durability);
           return tx;
         };");
    let _undo = Undo("IDBDatabase.prototype.transaction = window.realTransaction; delete window.realTransaction; delete window.durable;");
    for durability in [Durability::Strict, Durability::Relaxed] {
        subject.store.commit(vec![Change::PutDraft(Box::new(draft(1)))], durability).await.expect("saved");
    }
    assert_eq!(run("return window.durable.join()").as_string().as_deref(), Some("strict,relaxed"));
}

#[wasm_bindgen_test]
async fn a_value_that_is_no_text_is_put_aside_too() {
    let subject = fresh().await;
    subject.save(1).await.expect("saved");
    raw(&subject.name, "const tx = db.transaction('drafts', 'readwrite'); tx.objectStore('drafts').put({ a: 1 }, 7); await done(tx);")
        .await;
    let loaded = subject.store.load().await.expect("the store is read");
    assert_eq!(loaded.drafts.len(), 1);
    let aside = loaded.quarantine.first().expect("one is put aside");
    assert_eq!((aside.key.as_str(), aside.raw.as_str()), ("7", r#"{"a":1}"#));
}

#[wasm_bindgen_test]
async fn both_tabs_of_one_version_read_and_write() {
    let first = fresh().await;
    let second = open(&first.name).await.expect("opened");
    first.save(1).await.expect("saved");
    assert_eq!(second.version().await, Some(1));
    second.save(2).await.expect("saved");
    assert_eq!(first.version().await, Some(2));
    assert_eq!((first.superseded.get(), second.superseded.get()), (0, 0));
}

#[wasm_bindgen_test]
async fn a_newer_version_takes_over_after_the_running_saves() {
    let old = fresh().await;
    let saves = join(old.save(1), old.save(2));
    let version = NEWER.to_string();
    let newer = raw_at(
        &old.name,
        &version,
        "",
        "const tx = db.transaction('drafts'); return (await result(tx.objectStore('drafts').getAll()))[0];",
    );
    let ((first, second), newer) = join(saves, newer).await;
    assert_eq!((first, second), (Ok(()), Ok(())));
    let mut kept = draft(1);
    kept.version = 2;
    assert_eq!(newer.as_string(), Some(encode(&kept)), "the newer version sees both saves");
    assert_eq!(old.superseded.get(), 1);
    assert_eq!(old.save(3).await, Err(StoreError::Superseded));
    assert_eq!(old.store.load().await, Err(StoreError::Superseded));
    assert_eq!(old.superseded.get(), 1, "it is said once");
}

#[wasm_bindgen_test]
async fn saves_that_were_asked_for_before_a_newer_version_came_are_made() {
    let undo = spy_on_connections();
    let old = fresh().await;
    let come = async {
        // Now the first save is under way and the second one waits for its turn.
        run("window.opened[0].dispatchEvent(new IDBVersionChangeEvent('versionchange', { oldVersion: 1, newVersion: 2 }))");
        assert_eq!(old.superseded.get(), 0, "not before they are done");
        assert_eq!(old.save(3).await, Err(StoreError::Superseded));
    };
    let ((first, second), ()) = join(join(old.save(1), old.save(2)), come).await;
    assert_eq!((first, second), (Ok(()), Ok(())));
    crate::until("it was told", async || old.superseded.get() == 1).await;
    drop(undo);
    let again = open(&old.name).await.expect("opened");
    assert_eq!(again.version().await, Some(2));
}

#[wasm_bindgen_test]
async fn a_newer_database_is_left_as_it_is() {
    let name = fresh_name();
    let make = "db.createObjectStore('drafts'); db.createObjectStore('new')";
    raw_at(
        &name,
        &NEWER.to_string(),
        make,
        "const tx = db.transaction('new', 'readwrite'); tx.objectStore('new').put('x', 'y'); await done(tx);",
    )
    .await;
    assert_eq!(open(&name).await.err(), Some(StoreError::NewerVersion));
    let left = raw(&name, "const tx = db.transaction('new'); return db.version + [...db.objectStoreNames].join() + await result(tx.objectStore('new').get('y'));").await;
    assert_eq!(left.as_string(), Some(format!("{NEWER}drafts,newx")));
}

/// Stores as earlier versions of the app wrote them, with a full outbox: written once by those versions, never changed since.
const OLD_STORES: [&str; 3] =
    [include_str!("../fixtures/store-v1.json"), include_str!("../fixtures/store-v2.json"), include_str!("../fixtures/store-v3.json")];

#[wasm_bindgen_test]
async fn stores_of_every_earlier_version_keep_their_work() {
    for (version, fixture) in (1..).zip(OLD_STORES) {
        let name = fresh_name();
        // The second version has a place for changes of the law, the third one for earlier versions of a draft.
        let added = ["", "'amendments',", "'amendments', 'versions',"][version - 1];
        let make = format!(
            "for (const store of [{added} 'drafts', 'outbox', 'cases', 'files', 'receipts', 'meta', 'notes', 'chunks'])
               db.createObjectStore(store);
             db.createObjectStore('journal', {{ autoIncrement: true }})"
        );
        let fill = format!(
            "const stores = {fixture};
             const tx = db.transaction(Object.keys(stores), 'readwrite');
             for (const [store, records] of Object.entries(stores))
               for (const [key, text] of records) tx.objectStore(store).put(text, ...(store === 'journal' ? [] : [key]));
             await done(tx);"
        );
        raw_at(&name, &version.to_string(), &make, &fill).await;
        let store = open(&name).await.expect("opened").store;
        let loaded = store.load().await.expect("read");
        assert_eq!(loaded.quarantine, []);
        let counts = (loaded.drafts.len(), loaded.files.len(), loaded.receipts.len(), loaded.notes.len());
        assert_eq!(counts, (1, 1, 1, 1), "version {version}");
        // Its docket is made of its cases: they are all there, and no page says that it knows them.
        let keys = store.case_keys().await.expect("read");
        let (cases, aside) = store.cases(&keys).await.expect("read");
        assert_eq!((cases.len(), aside, store.pages().await), (1, vec![], Ok(vec![])));
        let mut kept = draft(1);
        if version > 2 {
            kept.kept.push(Kept { version: 0, at: kept.changed_at });
            let before = store.version(kept.id, 0).await.expect("read").expect("the earlier version of the draft");
            assert_eq!(before.version, 0);
        }
        assert_eq!(loaded.drafts, [kept]);
        assert_eq!(store.journal(9).await.map(|journal| journal.len()), Ok(1));
        // A first version has not read the changes of the law: it begins to pull anew.
        assert_eq!(loaded.cursor.is_some(), version > 1);
        let parked = loaded.outbox.iter().filter(|entry| entry.state != OutboxState::Waiting).count();
        assert_eq!((loaded.outbox.len(), parked), (60, 50));
        // Everything in it goes on: sent, refused, taken back.
        let now = Timestamp(9);
        let [first, .., last] = &loaded.outbox[..] else { panic!("a full outbox") };
        store.commit(transaction::sending(std::slice::from_ref(first)), Durability::Strict).await.expect("sent");
        let (changes, _) = transaction::withdrawn(last, Some("lama".into()), &loaded.outbox, now);
        store.commit(changes, Durability::Strict).await.expect("taken back");
        assert_eq!(store.load().await.expect("read").outbox.len(), 59);
    }
}

#[wasm_bindgen_test]
async fn a_full_device_is_told_apart_and_nothing_of_the_commit_is_kept() {
    let subject = fresh().await;
    subject.save(1).await.expect("saved");
    {
        let _undo = abort_commits("QuotaExceededError", 1);
        let changes = vec![Change::PutDraft(Box::new(draft(2))), Change::DropDraft(draft(1).id)];
        assert_eq!(subject.store.commit(changes, Durability::Strict).await, Err(StoreError::QuotaExceeded));
    }
    let drafts = subject.store.load().await.expect("the store is read").drafts;
    assert_eq!(drafts, [draft(1)]);
    // Small saves still work then.
    subject.save(2).await.expect("saved");
}

#[wasm_bindgen_test]
async fn a_request_that_fails_takes_the_whole_commit_back() {
    let subject = fresh().await;
    run("window.realPut = IDBObjectStore.prototype.put;
         IDBObjectStore.prototype.put = function (value, key) {
           return this.name === 'outbox' ? this.add(value, 'taken') : window.realPut.call(this, value, key);
         };");
    let undo = Undo("IDBObjectStore.prototype.put = window.realPut; delete window.realPut;");
    subject.plant("outbox", "taken", "x").await;
    let outcome = subject.store.commit(contract::one_of_each(), Durability::Strict).await;
    assert!(matches!(outcome, Err(StoreError::Failed(told)) if told.starts_with("ConstraintError")));
    drop(undo);
    assert!(subject.store.load().await.expect("the store is read").drafts.is_empty());
    assert_eq!(subject.store.journal(1).await, Ok(vec![]));
}

#[wasm_bindgen_test]
async fn a_closed_connection_is_opened_again_and_the_save_made() {
    let _undo = spy_on_connections();
    let subject = fresh().await;
    run("window.opened[0].close()");
    assert_eq!(subject.save(1).await, Ok(()));
    assert_eq!(subject.version().await, Some(1));
    // As when the browser closes it and says so.
    run("const db = window.opened.at(-1); db.close(); db.dispatchEvent(new Event('close'))");
    assert_eq!(subject.save(2).await, Ok(()));
    assert_eq!(subject.version().await, Some(2));
    assert_eq!(run("return window.opened.length"), 3);
}

#[wasm_bindgen_test]
async fn saves_keep_their_order_over_a_lost_connection() {
    let subject = fresh().await;
    let _undo = abort_commits("AbortError", 1);
    let (first, second) = join(subject.save(1), subject.save(2)).await;
    assert_eq!((first, second), (Ok(()), Ok(())));
    assert_eq!(subject.version().await, Some(2));
}

#[wasm_bindgen_test]
async fn a_connection_that_stays_broken_is_told_after_one_more_try() {
    let subject = fresh().await;
    subject.save(1).await.expect("saved");
    {
        let _undo = abort_commits("UnknownError", 2);
        assert!(matches!(subject.save(2).await, Err(StoreError::Disconnected(_))));
    }
    assert_eq!(subject.version().await, Some(1));
    assert_eq!(subject.save(3).await, Ok(()));
}

#[wasm_bindgen_test]
async fn a_database_that_vanished_is_not_replaced_by_an_empty_one() {
    let _undo = spy_on_connections();
    let subject = fresh().await;
    subject.save(1).await.expect("saved");
    // The browser empties the site's storage: the connection is closed without asking, the database is gone.
    run("window.opened[0].onversionchange = null; window.opened[0].close()");
    run_async(&format!(
        "await new Promise((resolve) => {{ const request = indexedDB.deleteDatabase('{}'); request.onsuccess = resolve; }})",
        subject.name
    ))
    .await;
    for version in [2, 3] {
        assert_eq!(subject.save(version).await, Err(StoreError::Disconnected("the store is gone".into())));
    }
    let left = run_async("return (await indexedDB.databases()).map((database) => database.name).join()").await;
    assert!(!left.as_string().unwrap_or_default().contains(&subject.name));
    assert!(open(&subject.name).await.is_ok_and(|again| again.store.is_new()), "starting anew says so");
}

#[wasm_bindgen_test]
async fn a_tab_that_does_not_give_way_blocks_and_the_late_connection_is_closed() {
    let name = fresh_name();
    // An older version of the app without a handler, and this app's version still to come.
    run_async(&format!(
        "const open = window.testOpen = IDBFactory.prototype.open;
         await new Promise((resolve) => {{
           const request = indexedDB.open('{name}', 1);
           request.onsuccess = () => {{ window.stubborn = request.result; resolve(); }};
         }});
         IDBFactory.prototype.open = function (name, version) {{ return open.call(this, name, version + 1); }};"
    ))
    .await;
    let undo = Undo("IDBFactory.prototype.open = window.testOpen; delete window.testOpen;");
    assert_eq!(open(&name).await.err(), Some(StoreError::Blocked));
    drop(undo);
    run("window.stubborn.close(); delete window.stubborn;");
    // Opened meanwhile, it would now stand in the way of the next version.
    let version = raw_at(&name, &(NEWER + 1).to_string(), "", "return db.version").await;
    assert_eq!(version, NEWER + 1);
}

#[wasm_bindgen_test]
async fn a_store_that_does_not_answer_is_told_after_two_tries() {
    run("window.testOpen = IDBFactory.prototype.open;
         window.tries = 0;
         IDBFactory.prototype.open = function (name) { window.tries += 1; return new EventTarget(); };
         window.testTimeout = window.setTimeout;
         window.setTimeout = (callback, ms) => window.testTimeout(callback, ms / 100);");
    let undo = Undo(
        "IDBFactory.prototype.open = window.testOpen; window.setTimeout = window.testTimeout;
         delete window.testOpen; delete window.testTimeout;",
    );
    assert_eq!(open(&fresh_name()).await.err(), Some(StoreError::Unresponsive));
    drop(undo);
    assert_eq!(run("return window.tries"), 2);
}

#[wasm_bindgen_test]
async fn refused_storage_is_told_with_the_browsers_reason() {
    for (code, told) in [
        ("throw new DOMException('no', 'SecurityError')", StoreError::Refused("opening was refused".into())),
        ("return failing('InvalidStateError', 'private')", StoreError::Refused("InvalidStateError: private".into())),
        ("return failing('UnknownError', 'Internal error')", StoreError::Refused("UnknownError: Internal error".into())),
        ("return failing('QuotaExceededError', 'full')", StoreError::QuotaExceeded),
        (
            "return failing('UnknownError', 'Connection to Indexed Database server lost.')",
            StoreError::Disconnected("UnknownError: Connection to Indexed Database server lost.".into()),
        ),
    ] {
        run(&format!(
            "window.testOpen = IDBFactory.prototype.open;
             const failing = (name, message) => {{
               const request = new EventTarget();
               request.readyState = 'done';
               request.error = new DOMException(message, name);
               return request;
             }};
             IDBFactory.prototype.open = function () {{ {code} }};"
        ));
        let _undo = Undo("IDBFactory.prototype.open = window.testOpen; delete window.testOpen;");
        assert_eq!(open(&fresh_name()).await.err(), Some(told));
    }
}
