//! `cargo xtask bench browser`: the store and pulling in real Chromium, in the release profile. Each figure is a ratio within one run, against
//! plain JavaScript that writes the same records with the same durability, which it is given ready to be written.
#![cfg(target_arch = "wasm32")]

#[path = "support/store_contract.rs"]
#[expect(dead_code, reason = "its records alone are of use here")]
mod contract;
#[path = "browser/script.rs"]
#[expect(dead_code, reason = "what waits is of no use here")]
mod script;

use std::rc::Rc;

use js_sys::{Array, Function, Promise};
use sips_lapangan::domain::answers::Answers;
use sips_lapangan::domain::case::{Act, Effect};
use sips_lapangan::domain::id::{AccountId, CaseId, CommandId, DeviceId, DraftId};
use sips_lapangan::domain::json;
use sips_lapangan::domain::table::Table;
use sips_lapangan::domain::time::Timestamp;
use sips_lapangan::platform::random::{entropy, random_u32};
use sips_lapangan::store::indexed_db::IndexedDbStore;
use sips_lapangan::store::record::{CaseRecord, Note, OutboxEntry, OutboxState, encode};
use sips_lapangan::store::transaction::{Maker, news};
use sips_lapangan::store::{Change, Durability, LocalStore};
use sips_lapangan::sync::answer::{Answer, pull_outcome};
use sips_lapangan::sync::pull::{Cursor, Puller, Taken};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use wasm_bindgen_test::{console_log, wasm_bindgen_test};

wasm_bindgen_test::wasm_bindgen_test_configure!(run_in_browser);

const CASES: usize = 5_000;
const ACTS_A_CASE: usize = 12;
/// Cases that run at the same time.
const AT_A_TIME: usize = 100;
const PAGE: usize = 500;

/// Plain JavaScript: keys and texts of one store, in one transaction; gives when it is complete.
const PLAIN_PUT: &str = "
    const [name, store, keys, texts, durability] = arguments;
    const open = () => new Promise((resolve, reject) => {
        const asked = indexedDB.open(name);
        asked.onupgradeneeded = () => asked.result.createObjectStore(store);
        asked.onsuccess = () => resolve(asked.result);
        asked.onerror = () => reject(asked.error);
    });
    return (async () => {
        const db = (globalThis.plain ??= {})[name] ??= await open();
        const started = performance.now();
        const tx = db.transaction(store, 'readwrite', { durability });
        const place = tx.objectStore(store);
        for (let at = 0; at < keys.length; at++) place.put(texts[at], keys[at]);
        await new Promise((resolve, reject) => { tx.oncomplete = resolve; tx.onabort = () => reject(tx.error); });
        return performance.now() - started;
    })();
";

/// The milliseconds that plain JavaScript takes.
async fn plain(name: &str, records: &[(String, String)], durability: &str) -> f64 {
    let list = |part: fn(&(String, String)) -> &String| records.iter().map(|record| JsValue::from_str(part(record))).collect::<Array>();
    let arguments = Array::of5(&name.into(), &"records".into(), &list(|record| &record.0), &list(|record| &record.1), &durability.into());
    let promise = Function::new_no_args(PLAIN_PUT).apply(&JsValue::UNDEFINED, &arguments).expect("the script runs");
    JsFuture::from(promise.unchecked_into::<Promise>()).await.expect("it is written").as_f64().expect("a number")
}

fn now() -> f64 {
    script::run("return performance.now()").as_f64().expect("a number")
}

fn fresh_name(what: &str) -> String {
    format!("speed-{what}-{:08x}", random_u32())
}

async fn store(what: &str) -> IndexedDbStore {
    IndexedDbStore::open(&fresh_name(what), || {}).await.expect("the database is made")
}

/// The value below which `part` in a hundred of them lie.
fn percentile(values: &mut [f64], part: usize) -> f64 {
    values.sort_by(f64::total_cmp);
    values[(values.len() * part / 100).min(values.len() - 1)]
}

/// Tells a ratio beside what is aimed at; above `limit` something has become slower than it was.
fn report(what: &str, ours: f64, theirs: f64, aim: f64, limit: f64) {
    let ratio = ours / theirs;
    console_log!("bench {what}: {ours:.2} ms, beside {theirs:.2} ms, ratio {ratio:.2}, aim {aim}");
    assert!(ratio <= limit, "{what}: {ratio:.2} is over {limit}");
}

/// An act as long as those of a real case are in the mean.
fn act(case: CaseId, revision: usize) -> Act {
    let Some(Change::PutCase(like)) = contract::one_of_each().into_iter().find(|change| matches!(change, Change::PutCase(_))) else {
        panic!("a case is one of each");
    };
    let mut answers = Answers::default();
    answers.set_text("text", "Pemohon menyerahkan perbaikan berkas, diperiksa bersama termohon. ".repeat(12));
    let mut act = like.acts[0].clone();
    (act.case_id, act.revision) = (case, u32::try_from(revision).expect("a small number"));
    act.command_id = CommandId::new(Timestamp(1), entropy());
    act.effects = vec![Effect::Set { form: "note".into(), answers }];
    act
}

/// The pages of the server's history: cases run side by side.
fn pages() -> Vec<String> {
    let mut acts = Vec::new();
    for _ in 0..CASES / AT_A_TIME {
        let cases: Vec<CaseId> = (0..AT_A_TIME).map(|_| CaseId::new(Timestamp(1), entropy())).collect();
        for revision in 1..=ACTS_A_CASE {
            acts.extend(cases.iter().map(|case| json::write(&act(*case, revision))));
        }
    }
    let count = acts.len().div_ceil(PAGE);
    let page = |(at, acts): (usize, &[String])| {
        let from = if at == 0 { String::new() } else { format!("c{at}") };
        let more = at + 1 < count;
        let list = acts.join(",");
        format!(
            r#"{{"acts":[{list}],"amendments":[],"epoch":"e","files":[],"from":"{from}","hidden":[],"more":{more},"next":"c{}"}}"#,
            at + 1
        )
    };
    acts.chunks(PAGE).enumerate().map(page).collect()
}

#[wasm_bindgen_test]
async fn first_pull() {
    let pages = pages();
    let (store, name) = (store("pull").await, fresh_name("plain"));
    let maker = Maker { account: AccountId::new(Timestamp(1), [1; 10]), device: DeviceId::new(Timestamp(1), [2; 10]) };
    let mut puller = Puller::default();
    let mut held: Table<CaseId, CaseRecord> = Table::new();
    let mut cursor: Option<Cursor> = None;
    let (mut ours, mut theirs) = (0.0, 0.0);
    for body in pages {
        let started = now();
        puller.begin(false, cursor.as_ref(), false);
        let answer = Answer::Http { status: 200, contract: true, json: true, retry_after: None, body: Some(body) };
        let revision = |case: &CaseId| held.get(case).map_or(0, |record| u32::try_from(record.acts.len()).expect("a small number"));
        let Taken::News(mut page) = puller.take(pull_outcome(&answer), cursor.as_ref(), &revision) else { panic!("a page that fits") };
        let news = news(&held, &Table::new(), &[], &mut page, maker, Timestamp(1));
        store.commit(news.changes, Durability::Relaxed).await.expect("it is kept");
        let changed: Vec<CaseId> = news.cases.iter().map(|record| record.case).collect();
        held.extend(news.cases.into_iter().map(|record| (record.case, Rc::unwrap_or_clone(record))));
        cursor = Some(page.cursor);
        ours += now() - started;
        let records = changed.iter().filter_map(|case| Some((case.to_string(), encode(held.get(case)?))));
        let records: Vec<(String, String)> = records.collect();
        theirs += plain(&name, &records, "relaxed").await;
    }
    assert_eq!(held.len(), CASES);
    report("first pull of 5,000 cases with 60,000 acts", ours, theirs, 1.5, 2.2);
}

#[wasm_bindgen_test]
async fn autosave() {
    let (store, name) = (store("draft").await, fresh_name("plain"));
    let mut draft = contract::draft(1);
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    for n in 0..300_u32 {
        draft.version = u64::from(n) + 10;
        draft.answers.set_text("posita", "Bahwa pada hari itu ".repeat(100) + &n.to_string());
        // As the app saves it: with the mark that tells a lost store.
        let mark = Change::PutNote(Note { key: "mark".into(), text: n.to_string() });
        let record = [(draft.id.to_string(), encode(&draft))];
        let started = now();
        store.commit(vec![Change::PutDraft(Box::new(draft.clone())), mark], Durability::Strict).await.expect("it is kept");
        ours.push(now() - started);
        theirs.push(plain(&name, &record, "strict").await);
    }
    let (fifty, plain_fifty) = (percentile(&mut ours, 50), percentile(&mut theirs, 50));
    console_log!("bench autosave, median: {fifty:.2} ms, plain {plain_fifty:.2} ms, ratio {:.2}", fifty / plain_fifty);
    report("autosave of a draft, p95", percentile(&mut ours, 95), percentile(&mut theirs, 95), 1.5, 2.0);
}

/// The median of adding one command to an outbox that has `filled` already.
async fn adding(filled: usize) -> f64 {
    let store = store("outbox").await;
    let entry = |n: usize| {
        let found = contract::one_of_each().into_iter().find_map(|change| match change {
            Change::PutOutbox(entry) => Some(*entry),
            _ => None,
        });
        let mut entry = OutboxEntry { state: OutboxState::Waiting, ..found.expect("a command is one of each") };
        entry.envelope.command_id = CommandId::new(Timestamp(i64::try_from(n).expect("a small number")), entropy());
        Change::PutOutbox(Box::new(entry))
    };
    store.commit((0..filled).map(entry).collect(), Durability::Strict).await.expect("it is kept");
    let mut times = Vec::new();
    for n in 0..100 {
        let added = vec![entry(filled + n), Change::DropDraft(DraftId::new(Timestamp(1), entropy()))];
        let started = now();
        store.commit(added, Durability::Strict).await.expect("it is kept");
        times.push(now() - started);
    }
    percentile(&mut times, 50)
}

#[wasm_bindgen_test]
async fn outbox() {
    // Taken in turns, so that what slows the machine slows both.
    let (mut few, mut many) = (Vec::new(), Vec::new());
    for _ in 0..3 {
        few.push(adding(10).await);
        many.push(adding(1_000).await);
    }
    report("adding to an outbox of 1,000, beside one of 10", percentile(&mut many, 50), percentile(&mut few, 50), 1.2, 1.5);
}
