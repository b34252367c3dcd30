//! Performs what the upload engine asks for, in the tab that leads; keeps what is known of files; fetches those that lie at the server.

use gloo_net::http::Method;
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::session::{self, Access};
use super::{AppState, docket, settings, sync_driver};
use crate::api::endpoint::{self, TUS_VERSION};
use crate::api::http::{FileReply, TIMEOUT_MS};
use crate::domain::digest::{Digest, Hasher};
use crate::domain::evidence::{FILE_LIMIT, FileRef};
use crate::domain::id::{CaseId, FileId};
use crate::domain::table::Table;
use crate::platform::timer::{Timeout, sleep};
use crate::platform::{clock, page, random};
use crate::store::record::{CaseRecord, FREED, FileRecord, FileState, JournalEntry, JournalEvent, Note};
use crate::store::transaction;
use crate::store::{CHUNK_BYTES, Change, Durability, HELD, LocalStore, StoreError};
use crate::sync::answer::{Answer, wants_sign_in};
use crate::sync::backoff::delay_ms;
use crate::sync::engine;
use crate::sync::upload::{Action, Asked, Input, Upload, UploadEngine, UploadOutcome, metadata, offered, upload_outcome};

/// What is read of a file in one request, in bytes: a number of the parts that the store keeps.
const READ_BYTES: u64 = 4 * CHUNK_BYTES as u64;
/// How often a part of a file is asked for before the officer is told.
const READ_TRIES: u32 = 5;

/// How long after the start files are looked for that an earlier version has sent, in milliseconds.
const ADOPT_MS: i32 = 10_000;

/// What became of a file, in the journal.
const SENT: &str = "sent";
const PARKED: &str = "parked";

/// What the driver holds while it runs.
#[derive(Default)]
pub struct Driver {
    engine: Option<UploadEngine>,
    /// The history that the server was last known to tell.
    epoch: Option<String>,
    timer: Option<Timeout>,
}

/// Begins to send, in the tab that leads.
pub fn lead(app: AppState) {
    let uploads = app.files.read_untracked().values().filter_map(upload).collect();
    let engine = UploadEngine::new(uploads, page::online(), session::may_send(app));
    app.inner.update_value(|inner| {
        inner.uploads.engine = Some(engine);
        inner.uploads.epoch = inner.cursor.as_ref().map(|cursor| cursor.epoch.clone());
    });
    spawn_local(adopt(app));
}

/// Stops; nothing in the store changes.
pub fn stop(app: AppState) {
    app.inner.update_value(|inner| inner.uploads = Driver::default());
}

/// Feeds the engine; nothing in a tab that does not lead.
pub fn feed(app: AppState, input: Input) {
    let fed = app.inner.try_update_value(|inner| {
        let engine = inner.uploads.engine.as_mut()?;
        let actions = engine.handle(clock::steady(), random::random_u32(), input);
        let view = super::UploadView {
            progress: engine.progress(),
            busy: engine.is_busy(),
            trouble: engine.trouble(),
            refused: engine.is_refused(),
        };
        Some((actions, view))
    });
    let Some((actions, view)) = fed.flatten() else { return };
    for action in actions {
        perform(app, action);
    }
    if app.sync.read_untracked().uploads != view {
        app.sync.update(|sync| sync.uploads = view);
    }
}

/// Files go out between requests of text, not at all while text cannot, and not while the officer has them wait.
pub fn hold(app: AppState) {
    let paused = settings::files_paused();
    if app.files_paused.get_untracked() != paused {
        app.files_paused.set(paused);
    }
    let text = app.sync.with_untracked(|view| view.busy || view.trouble.is_some());
    feed(app, Input::Held(text || paused));
}

/// Has files wait, in all tabs and after the next start, or lets them go on. `false` if the browser could not keep that.
pub fn pause(app: AppState, on: bool) -> bool {
    let kept = settings::set_files_paused(on).is_ok();
    hold(app);
    sync_driver::announce(app);
    kept
}

/// The largest file that may be attached, in bytes.
#[must_use]
pub fn limit(app: AppState) -> u64 {
    let told = app.inner.with_value(|inner| inner.uploads.engine.as_ref().and_then(UploadEngine::limit));
    told.map_or(FILE_LIMIT, |limit| limit.min(FILE_LIMIT))
}

/// Shows records that were committed, and lets their files go out, or no longer.
pub fn show(app: AppState, records: Vec<FileRecord>) {
    for record in records {
        let before = app.files.try_update(|files| files.insert(record.file.id, record.clone())).flatten();
        if record.state == FileState::Kept {
            feed(app, Input::Dropped(record.file.id));
        }
        follow(app, before.as_ref(), &record);
    }
}

/// Tells the engine what another tab has changed: `before` are the files as this tab knew them.
pub fn read_again(app: AppState, before: &[FileRecord]) {
    for old in before {
        if !app.files.read_untracked().contains_key(&old.file.id) {
            feed(app, Input::Dropped(old.file.id));
        }
    }
    let after: Vec<FileRecord> = app.files.read_untracked().values().cloned().collect();
    for record in after {
        follow(app, before.iter().find(|old| old.file.id == record.file.id), &record);
    }
    hold(app);
}

fn follow(app: AppState, before: Option<&FileRecord>, now: &FileRecord) {
    let Some(upload) = upload(now).filter(|upload| !upload.parked) else { return };
    let was_parked = before.is_some_and(|old| old.state.is_parked());
    feed(app, if was_parked { Input::Retried(upload.file) } else { Input::Accepted(upload) });
}

/// The record in the engine's eyes; `None` if nothing is to be sent of it.
fn upload(record: &FileRecord) -> Option<Upload> {
    let parked = record.state.is_parked();
    record.is_due().then_some(Upload { file: record.file.id, size: record.file.size, due: record.due, parked })
}

/// Cases whose acts name files that stand so.
async fn naming(app: AppState, state: FileState) -> Result<Table<CaseId, CaseRecord>, StoreError> {
    let files = app.files.read_untracked();
    let digests: Vec<String> = files.values().filter(|record| record.state == state).map(|record| record.file.sha256.to_string()).collect();
    drop(files);
    docket::find(app, &digests, false).await
}

/// Files whose commands an earlier version of the app has sent already. All cases are gone through for it: once nothing else is to be done.
async fn adopt(app: AppState) {
    let run = sync_driver::current_run(app);
    sleep(ADOPT_MS).await;
    let Some(me) = app.account.get_untracked().filter(|_| sync_driver::is_current(app, run)) else { return };
    let Ok(cases) = naming(app, FileState::Kept).await else { return };
    if !sync_driver::is_current(app, run) {
        return;
    }
    let acts = cases.values().flat_map(|case| &case.acts).filter(|act| act.by.account == me.account);
    let records: Vec<FileRecord> = acts.flat_map(|act| transaction::accepted(&app.files.read_untracked(), act)).collect();
    // Found again at the next start should the device not keep it.
    for record in &records {
        keep(app, record.clone(), None, Durability::Relaxed);
    }
    show(app, records);
}

/// Keeps a record, and what happened, without anybody waiting for it.
fn keep(app: AppState, record: FileRecord, event: Option<JournalEvent>, durability: Durability) {
    spawn_local(async move {
        let mut changes = vec![Change::PutFileRecord(record)];
        changes.extend(event.map(|event| Change::Journal(JournalEntry { at: clock::now(), event })));
        if app.commit(changes, durability).await.is_ok() {
            sync_driver::announce(app);
        }
    });
}

/// Keeps where a file stands and shows it.
fn set_state(app: AppState, file: FileId, state: FileState, became: &str) {
    let Some(record) = app.files.read_untracked().get(&file).cloned() else { return };
    let record = FileRecord { state, ..record };
    // If the device cannot keep it now, the server says it again at the next start.
    let event = JournalEvent::File { file: file.to_string(), became: became.to_owned() };
    keep(app, record.clone(), Some(event), Durability::Strict);
    app.files.update(|files| drop(files.insert(file, record)));
    session::witness(app);
}

/// Lets a parked file go out again.
///
/// # Errors
/// See [`StoreError`]; it stays parked.
pub async fn retry(app: AppState, file: FileId) -> Result<(), StoreError> {
    let Some(record) = app.files.read_untracked().get(&file).cloned() else { return Ok(()) };
    let record = FileRecord { state: FileState::Waiting, ..record };
    app.commit(vec![Change::PutFileRecord(record.clone())], Durability::Strict).await?;
    show(app, vec![record]);
    sync_driver::announce(app);
    Ok(())
}

/// Which files the server holds, of those that somebody asked for.
#[derive(Default)]
pub(super) struct Held {
    known: Table<Digest, bool>,
    /// Those that the store is asked for, or is to be.
    asked: Vec<Digest>,
}

impl Held {
    /// The store may say something else by now. What the server holds it goes on holding, in the same history.
    pub(super) fn read_again(&mut self, same_history: bool) {
        self.known.retain(|_, is_held| same_history && *is_held);
    }

    fn learn(&mut self, files: &[Digest]) {
        for file in files {
            if self.known.contains_key(file) || self.asked.contains(file) {
                self.known.insert(*file, true);
            }
        }
    }
}

fn key(file: &Digest) -> String {
    format!("{HELD}{file}")
}

/// Does the server hold a file whole? `None` until the store has told; whoever reads `files` follows that, too.
#[must_use]
pub fn is_held(app: AppState, sha256: &Digest) -> Option<bool> {
    let known = app.inner.try_update_value(|inner| {
        let held = &mut inner.held;
        if let Some(known) = held.known.get(sha256) {
            return (Some(*known), false);
        }
        let is_first = held.asked.is_empty();
        if !held.asked.contains(sha256) {
            held.asked.push(*sha256);
        }
        (None, is_first)
    });
    let (known, is_first) = known?;
    if is_first {
        spawn_local(async move {
            loop {
                let asked = app.inner.with_value(|inner| inner.held.asked.clone());
                if asked.is_empty() {
                    break;
                }
                let found = held_of(app, &asked).await;
                app.inner.update_value(|inner| {
                    inner.held.asked.retain(|file| !asked.contains(file));
                    for file in &asked {
                        // What came meanwhile is newer.
                        inner.held.known.get_or_insert_with(*file, || found.contains(file));
                    }
                });
                app.files.update(|_| {});
            }
        });
    }
    known
}

/// The same, once the store has told.
pub async fn holds(app: AppState, sha256: &Digest) -> bool {
    !held_of(app, &[*sha256]).await.is_empty()
}

/// Those of these files that the server holds in its present history. Where the store cannot be read, none: they can still be sent.
async fn held_of(app: AppState, files: &[Digest]) -> Vec<Digest> {
    let Some(store) = app.store() else { return Vec::new() };
    let keys: Vec<String> = files.iter().map(key).collect();
    let notes = store.notes(&keys).await.unwrap_or_else(|error| {
        log::warn!("what the server holds could not be read: {error}");
        Vec::new()
    });
    let epoch = app.inner.with_value(|inner| {
        let told = || inner.cursor.as_ref().map(|cursor| cursor.epoch.clone());
        inner.uploads.epoch.clone().or_else(told).unwrap_or_default()
    });
    let is_held = |file: &&Digest| notes.iter().any(|note| note.key == key(file) && note.text == epoch);
    files.iter().filter(is_held).copied().collect()
}

/// Notes files that the server says it holds whole. They stay true whatever becomes of the page that told of them.
///
/// # Errors
/// See [`StoreError`]; the page has to come again.
pub async fn learn(app: AppState, epoch: &str, files: &[Digest]) -> Result<(), StoreError> {
    // What was sent before the first page came may be of another history as well.
    if app.inner.with_value(|inner| inner.uploads.epoch.as_ref().is_none_or(|before| before != epoch)) {
        new_epoch(app).await?;
    }
    app.inner.update_value(|inner| inner.uploads.epoch = Some(epoch.to_owned()));
    if files.is_empty() {
        return Ok(());
    }
    let note = |file: &Digest| Change::PutNote(Note { key: key(file), text: epoch.to_owned() });
    sync_driver::commit_leading(app, files.iter().map(note).collect(), Durability::Relaxed).await?;
    app.inner.update_value(|inner| inner.held.learn(files));
    // Rows of files follow this signal.
    app.files.update(|_| {});
    Ok(())
}

/// The server's history is another one: what it was known to hold has to be said again, and what this account sent is asked for again.
async fn new_epoch(app: AppState) -> Result<(), StoreError> {
    app.inner.update_value(|inner| inner.held.read_again(false));
    feed(app, Input::AnotherHistory);
    let Some(me) = app.account.get_untracked() else { return Ok(()) };
    let cases = naming(app, FileState::Sent).await?;
    let sent = transaction::unconfirmed(&app.files.read_untracked(), &cases, me.account);
    sync_driver::commit_leading(app, sent.iter().cloned().map(Change::PutFileRecord).collect(), Durability::Relaxed).await?;
    show(app, sent);
    Ok(())
}

/// Files on this device whose bytes may be freed: the server has said twice that it holds them, and no draft points at them.
#[must_use]
pub fn freeable(app: AppState) -> Vec<FileRecord> {
    let drafts = app.drafts.read();
    let files = app.files.read();
    let free = files.values().filter(|record| {
        let id = record.file.id.to_string();
        record.state == FileState::Sent
            && is_held(app, &record.file.sha256) == Some(true)
            && !drafts.iter().any(|draft| super::drafts::points_at(&draft.answers, &id))
            && !app.outbox.read().iter().any(|entry| super::drafts::points_at(&entry.envelope.payload.answers, &id))
    });
    free.cloned().collect()
}

/// Takes the bytes of such files off the device. They are read from the server from then on.
///
/// # Errors
/// See [`StoreError`]; all of them are still there.
pub async fn free(app: AppState) -> Result<(), StoreError> {
    let ids: Vec<FileId> = untrack(|| freeable(app)).iter().map(|record| record.file.id).collect();
    let mut changes = Vec::new();
    for id in &ids {
        let event = JournalEvent::File { file: id.to_string(), became: FREED.to_owned() };
        changes.extend([Change::DropFile(*id), Change::Journal(JournalEntry { at: clock::now(), event })]);
    }
    app.commit(changes, Durability::Strict).await?;
    app.files.update(|files| files.retain(|id, _| !ids.contains(id)));
    sync_driver::announce(app);
    Ok(())
}

fn perform(app: AppState, action: Action) {
    let run = sync_driver::current_run(app);
    match action {
        Action::Discover => spawn_local(async move {
            let http = app.inner.with_value(|inner| inner.http.clone());
            let told = http.request(Method::GET, endpoint::DISCOVERY, None, None, TIMEOUT_MS).await;
            let told = offered(&told.answer);
            if sync_driver::is_current(app, run) {
                feed(app, Input::Discovered(told));
            }
        }),
        Action::Create(file) => ask(app, run, file, Asked::Create, 0, 0),
        Action::Ask(file) => ask(app, run, file, Asked::Offset, 0, 0),
        Action::Send { file, from, to } => ask(app, run, file, Asked::Part, from, to),
        Action::Confirmed(file) => {
            set_state(app, file, FileState::Sent, SENT);
            // The page of changes that says so, too, need not wait for its turn.
            sync_driver::feed(app, engine::Input::TryNow);
        }
        Action::Park(file, why) => set_state(app, file, why.into(), PARKED),
        Action::WakeAt(at) => {
            let millis = i32::try_from(at.since(clock::steady()).clamp(0, 3_600_000)).unwrap_or(0);
            let timer = Timeout::new(millis, move || feed(app, Input::TimerFired));
            app.inner.update_value(|inner| inner.uploads.timer = Some(timer));
        }
    }
}

/// Makes one request about a file and tells the engine what came of it.
fn ask(app: AppState, run: u32, file: FileId, asked: Asked, from: u64, to: u64) {
    spawn_local(async move {
        let Some(reference) = app.files.read_untracked().get(&file).map(|record| record.file.clone()) else { return };
        let input = match request(app, &reference, asked, from, to).await {
            Some(outcome) => Input::Answered { file, outcome },
            None => Input::Unreadable(file),
        };
        if sync_driver::is_current(app, run) {
            let ended = matches!(input, Input::Answered { outcome: UploadOutcome::SignIn, .. });
            feed(app, input);
            if ended {
                sync_driver::feed(app, engine::Input::SignedInChanged(false));
            }
        }
    });
}

/// `None` if the bytes cannot be read on this device.
async fn request(app: AppState, file: &FileRef, asked: Asked, from: u64, to: u64) -> Option<UploadOutcome> {
    let (sent, size) = (from.to_string(), file.size.to_string());
    let path = endpoint::file(&file.sha256);
    let reply = match asked {
        Asked::Create => {
            let metadata = metadata(&file.sha256);
            let headers = [("Tus-Resumable", TUS_VERSION), ("Upload-Length", &size), ("Upload-Metadata", &metadata)];
            call(app, Method::POST, endpoint::FILES, &headers, None).await
        }
        Asked::Offset => call(app, Method::HEAD, &path, &[("Tus-Resumable", TUS_VERSION)], None).await,
        Asked::Part => {
            let bytes = match bytes(app, file, from, to).await {
                Ok(bytes) => bytes?,
                // The device does not answer just now: the bytes may be as good as ever.
                Err(_) => return Some(UploadOutcome::Later { wait_ms: None, from_server: false }),
            };
            let headers = [("Tus-Resumable", TUS_VERSION), ("Upload-Offset", &sent)];
            call(app, Method::PATCH, &path, &headers, Some(&bytes)).await
        }
    };
    Some(match reply {
        Some(FileReply { reply, offset, .. }) => upload_outcome(asked, &reply.answer, offset),
        None => UploadOutcome::SignIn,
    })
}

/// Bytes of a file on this device; `None` inside if some are missing.
async fn bytes(app: AppState, file: &FileRef, from: u64, to: u64) -> Result<Option<Vec<u8>>, StoreError> {
    let Some(store) = app.store() else { return Err(StoreError::Failed("no store is open".into())) };
    let chunk = CHUNK_BYTES as u64;
    let mut bytes = Vec::new();
    let mut at = from;
    while at < to {
        let index = at / chunk;
        let Some(part) = store.chunk(file.id, index as u32).await? else { return Ok(None) };
        let end = (to - index * chunk).min(part.len() as u64);
        let Some(piece) = part.get((at - index * chunk) as usize..end as usize).filter(|piece| !piece.is_empty()) else { return Ok(None) };
        bytes.extend_from_slice(piece);
        at = index * chunk + end;
    }
    Ok(Some(bytes))
}

/// A request with the account's token, renewed once; `None` if the person has to sign in.
async fn call(app: AppState, method: Method, path: &str, headers: &[(&str, &str)], body: Option<&[u8]>) -> Option<FileReply> {
    let http = app.inner.with_value(|inner| inner.http.clone());
    let mut renew = false;
    loop {
        let token = match session::access(app, renew).await {
            Access::Token(token) => token,
            Access::NotNow => {
                let reply = crate::api::http::Reply { answer: Answer::None, date: None };
                return Some(FileReply { reply, offset: None, bytes: Vec::new() });
            }
            Access::SignIn => return None,
        };
        let reply = http.file(method.clone(), path, &token, headers, body).await;
        let expired = wants_sign_in(&reply.reply.answer);
        if !expired || renew {
            return Some(reply);
        }
        renew = true;
    }
}

/// Why a file did not come from the server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FetchError {
    /// There is no way to the server, or it does not give it now.
    NotNow,
    /// The server does not give it to this account.
    Refused,
    /// Its bytes are not those that the command names.
    Damaged,
}

/// Fetches a file from the server, part by part, and looks at its digest. It is kept on this device where there is room.
///
/// # Errors
/// See [`FetchError`]; nothing was kept.
pub async fn fetch(app: AppState, file: &FileRef) -> Result<Vec<Vec<u8>>, FetchError> {
    let path = endpoint::file(&file.sha256);
    let mut hasher = Hasher::default();
    let mut parts: Vec<Vec<u8>> = Vec::new();
    let mut at = 0;
    let mut tries = 0;
    while at < file.size {
        let end = file.size.min(at + READ_BYTES);
        let range = format!("bytes={at}-{}", end - 1);
        let reply = call(app, Method::GET, &path, &[("Range", &range)], None).await;
        match reply {
            Some(FileReply { reply: got, bytes, .. }) => match got.answer {
                Answer::Http { status: 200 | 206, contract: true, body: Some(_), .. } if bytes.len() as u64 == end - at => {
                    hasher.update(&bytes);
                    parts.extend(bytes.chunks(CHUNK_BYTES).map(<[u8]>::to_vec));
                    (at, tries) = (end, 0);
                    continue;
                }
                Answer::Http { status: 403 | 404 | 410, contract: true, .. } => return Err(FetchError::Refused),
                _ => {}
            },
            None => return Err(FetchError::NotNow),
        }
        tries += 1;
        if tries >= READ_TRIES || !page::online() {
            return Err(FetchError::NotNow);
        }
        sleep(i32::try_from(delay_ms(tries, random::random_u32())).unwrap_or(0)).await;
    }
    if hasher.finish() != file.sha256 {
        return Err(FetchError::Damaged);
    }
    let record = FileRecord { file: file.clone(), captured_at: clock::now(), state: FileState::Sent, due: None };
    // Without room it is read from the server again; text keeps its own.
    if app.room_for(file.size).await {
        let kept = app.commit(vec![Change::PutFile { record: record.clone(), chunks: parts.clone() }], Durability::Relaxed).await;
        if kept.is_ok() {
            app.files.update(|files| drop(files.insert(file.id, record)));
            sync_driver::announce(app);
        }
    }
    Ok(parts)
}
