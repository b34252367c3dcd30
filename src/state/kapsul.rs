//! Making a *kapsul* of what only this device holds, and taking one in. What stands in it and what becomes of it is `store::kapsul`'s.

use js_sys::Array;
use leptos::prelude::*;

use super::drafts::{points_at, use_again};
use super::{AppState, docket, session, sync_driver, upload_driver};
use crate::domain::answers::Answers;
use crate::domain::command::Envelope;
use crate::domain::digest::{Digest, Hasher};
use crate::domain::draft::Draft;
use crate::domain::id::{CommandId, DraftId};
use crate::platform::{clock, file, page};
use crate::store::kapsul::{
    Content, Fate, Here, Kind, MANIFEST_BYTES, MEDIA_TYPE, Manifest, NotOpened, Part, Seal, content, file_part, head, open, record_part,
};
use crate::store::record::{FileRecord, JournalEvent, Note, OutboxEntry, Unreadable, decode, insert};
use crate::store::{CHUNK_BYTES, Change, Durability, LocalStore, StoreError, chunk_count, packed, transaction};
use crate::sync::engine::Input;

/// What goes into a kapsul.
#[derive(Clone, Debug, Default)]
pub struct Load {
    /// Drafts.
    pub drafts: Vec<Draft>,
    /// Commands that the server does not hold.
    pub entries: Vec<OutboxEntry>,
    /// Files that these name, or that still go out.
    pub files: Vec<FileRecord>,
}

impl Load {
    /// The bytes of its files.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.files.iter().map(|record| record.file.size).sum()
    }
}

/// What only this device holds; of one command only it and those before it in its case, which have to arrive first.
#[must_use]
pub fn load(app: AppState, only: Option<CommandId>) -> Load {
    let outbox = app.outbox.read();
    let asked = only.and_then(|command| outbox.iter().find(|entry| entry.envelope.command_id == command));
    let goes = |entry: &&OutboxEntry| match (only, asked) {
        (None, _) => true,
        (_, Some(asked)) => *entry == asked || asked.is_behind(entry),
        (Some(_), None) => false,
    };
    let entries: Vec<OutboxEntry> = outbox.iter().filter(goes).cloned().collect();
    let drafts = if only.is_none() { app.drafts.get() } else { Vec::new() };
    let named = |record: &&FileRecord| {
        let id = record.file.id.to_string();
        let by = |answers: &Answers| points_at(answers, &id);
        only.is_none() && record.is_due()
            || drafts.iter().any(|draft| by(&draft.answers))
            || entries.iter().any(|entry| by(&entry.envelope.payload.answers))
    };
    let files = app.files.read().values().filter(named).cloned().collect();
    Load { drafts, entries, files }
}

/// A kapsul that was made.
pub struct Made {
    /// The file.
    pub blob: web_sys::Blob,
    /// Files whose bytes are no longer whole on this device: they are not in it.
    pub missing: Vec<FileRecord>,
}

/// Makes a kapsul. `progress` hears how much of the files has been read, in bytes.
///
/// # Errors
/// The device cannot be read, or has no room. [`StoreError::Overtaken`] if something of it was sent or taken back meanwhile.
pub async fn make(app: AppState, mut load: Load, progress: impl Fn(u64)) -> Result<Made, StoreError> {
    let store = app.store().ok_or_else(|| StoreError::Failed("no store is open".into()))?;
    let refuse = || StoreError::QuotaExceeded;
    for draft in std::mem::take(&mut load.drafts) {
        // As it lies on the disk: another tab may have written in it, or submitted it.
        match store.draft(draft.id).await {
            Ok(stored) => load.drafts.extend(stored),
            Err(_) => load.drafts.push(draft),
        }
    }
    let notes = store.notes(&load.drafts.iter().map(|draft| packed(draft.id)).collect::<Vec<_>>()).await.unwrap_or_default();
    let marks = transaction::packed(&load.entries, &load.drafts, &notes);
    // Where the disk is full, or no longer answers, work is carried away all the same.
    if app.commit(marks, Durability::Strict).await == Err(StoreError::Overtaken) {
        return Err(StoreError::Overtaken);
    }
    let mut parts = Vec::new();
    let bodies = Array::new();
    let mut keep = |part: Part, body: web_sys::Blob| {
        parts.push(part);
        bodies.push(&body);
    };
    for (part, bytes) in records(&load.drafts, &load.entries) {
        keep(part, file::blob(&[bytes], MEDIA_TYPE).ok_or_else(refuse)?);
    }
    let mut missing = Vec::new();
    let mut read = 0;
    for record in load.files {
        let mut hasher = Hasher::default();
        // Piece by piece into the browser's keeping: a tablet has less memory than evidence.
        let pieces = Array::new();
        for index in 0..chunk_count(record.file.size) {
            let Some(chunk) = store.chunk(record.file.id, index).await? else { break };
            hasher.update(&chunk);
            read += chunk.len() as u64;
            let piece: web_sys::Blob = file::blob(&[chunk], MEDIA_TYPE).ok_or_else(refuse)?;
            pieces.push(&piece);
            progress(read);
        }
        if hasher.finish() == record.file.sha256 {
            keep(file_part(&record), file::joined(&pieces, MEDIA_TYPE).ok_or_else(refuse)?);
        } else {
            missing.push(record);
        }
    }
    let head = head(&manifest(app, parts).ok_or_else(|| StoreError::Failed("nobody is signed in".into()))?);
    let head: web_sys::Blob = file::blob(&[head], MEDIA_TYPE).ok_or_else(refuse)?;
    bodies.unshift(&head);
    Ok(Made { blob: file::joined(&bodies, MEDIA_TYPE).ok_or_else(refuse)?, missing })
}

fn manifest(app: AppState, parts: Vec<Part>) -> Option<Manifest> {
    let me = app.account.get_untracked()?;
    Some(Manifest {
        made_at: clock::now(),
        account: me.account,
        name: me.name,
        office: me.office.name,
        backend: page::origin(),
        seal: Seal::None,
        parts,
    })
}

/// The texts that only this device holds as a kapsul without files, from memory: also where the store no longer answers.
#[must_use]
pub fn texts(app: AppState) -> Option<Vec<Vec<u8>>> {
    let (parts, mut bodies): (Vec<_>, Vec<_>) = records(&app.drafts.read_untracked(), &app.outbox.read_untracked()).unzip();
    bodies.insert(0, head(&manifest(app, parts)?));
    Some(bodies)
}

/// The parts that are records, with their bytes.
fn records(drafts: &[Draft], entries: &[OutboxEntry]) -> impl Iterator<Item = (Part, Vec<u8>)> {
    let drafts = drafts.iter().map(|draft| record_part(Kind::Draft, draft));
    drafts.chain(entries.iter().map(|entry| record_part(Kind::Command, entry)))
}

/// A kapsul whose every part was looked at.
pub struct Opened {
    /// What it says of itself.
    pub manifest: Manifest,
    /// Its parts, with what becomes of each.
    pub items: Vec<Item>,
    file: web_sys::File,
}

/// One part of it.
#[derive(Clone, PartialEq)]
pub struct Item {
    /// What it holds.
    pub content: Content,
    /// What becomes of it here.
    pub fate: Fate,
    at: u64,
}

/// Looks at a kapsul from its first byte to its last, and writes nothing. `progress` hears the bytes read.
///
/// # Errors
/// See [`NotOpened`].
pub async fn look(app: AppState, picked: web_sys::File, progress: impl Fn(u64)) -> Result<Opened, NotOpened> {
    let size = picked.size() as u64;
    let first = file::read(&picked, 0, size.min(MANIFEST_BYTES as u64 + 1024)).await.map_err(|_| NotOpened::Damaged)?;
    let (manifest, start) = open(&first, &page::origin())?;
    let mut at = start;
    let mut contents = Vec::new();
    for part in &manifest.parts {
        let is_file = matches!(part.kind, Kind::File(_));
        let (digest, bytes) = digest_of(&picked, at, part.size, size, !is_file, &progress).await;
        contents.push((at, content(part, digest, &bytes)));
        at = at.saturating_add(part.size);
    }
    let ended = ended(app, contents.iter().map(|(_, content)| content)).await;
    at_hand(app, contents.iter().map(|(_, content)| content)).await;
    let items = here(app, &ended, |here| {
        contents.into_iter().map(|(at, content)| Item { fate: here.fate(&content), content, at }).collect::<Vec<_>>()
    });
    Ok(Opened { manifest, items: items.unwrap_or_default(), file: picked })
}

/// The digest of a part as far as the file has it, and its bytes where they are `kept`.
async fn digest_of(file: &web_sys::File, at: u64, length: u64, size: u64, kept: bool, progress: &impl Fn(u64)) -> (Digest, Vec<u8>) {
    let mut hasher = Hasher::default();
    let mut bytes = Vec::new();
    let end = at.saturating_add(length).min(size);
    let mut from = at;
    while from < end {
        let to = end.min(from + CHUNK_BYTES as u64);
        // What cannot be read has another digest.
        let Ok(piece) = file::read(file, from, to).await else { break };
        hasher.update(&piece);
        if kept {
            bytes.extend(piece);
        }
        from = to;
        progress(from);
    }
    (hasher.finish(), bytes)
}

/// What has come to an end on this device, by its journal, and what came or went by hand, by its notes.
#[derive(Default)]
struct Ended {
    /// Drafts that became commands.
    submitted: Vec<DraftId>,
    /// Commands that were taken back.
    withdrawn: Vec<CommandId>,
    /// Which versions of drafts came or went by hand.
    packed: Vec<Note>,
}

async fn ended<'a>(app: AppState, contents: impl Iterator<Item = &'a Content>) -> Ended {
    let mut ended = Ended::default();
    let Some(store) = app.store() else { return ended };
    let key = |content: &Content| match content {
        Content::Draft(draft) => Some(packed(draft.id)),
        _ => None,
    };
    ended.packed = store.notes(&contents.filter_map(key).collect::<Vec<_>>()).await.unwrap_or_default();
    for entry in store.journal(usize::MAX).await.unwrap_or_default() {
        match &entry.event {
            JournalEvent::Submitted { draft, .. } => ended.submitted.extend(DraftId::parse(draft)),
            JournalEvent::Withdrawn { envelope, .. } => {
                ended.withdrawn.extend(decode::<Envelope>(envelope).ok().map(|envelope| envelope.command_id));
            }
            _ => {}
        }
    }
    ended
}

/// Takes the cases to hand that parts of a kapsul are about: those of its commands, and those that name its files.
async fn at_hand<'a>(app: AppState, contents: impl Iterator<Item = &'a Content>) {
    let (mut ids, mut digests) = (Vec::new(), Vec::new());
    for content in contents {
        match content {
            Content::Command(entry) => ids.push(entry.envelope.case_id),
            Content::File(record) => digests.push(record.file.sha256.to_string()),
            Content::Draft(_) | Content::Unreadable(_) => {}
        }
    }
    // What cannot be read is asked of the server, which knows every command by its id.
    let _ = docket::need(app, &ids).await;
    if let Ok(found) = docket::find(app, &digests, false).await {
        docket::show(app, found);
    }
}

/// Asks about what this device holds; `None` if nobody is signed in.
fn here<T>(app: AppState, ended: &Ended, ask: impl FnOnce(Here<'_>) -> T) -> Option<T> {
    let account = app.account.get_untracked()?.account;
    let (drafts, outbox, cases) = (app.drafts.read_untracked(), app.outbox.read_untracked(), app.cases.read_untracked());
    let (receipts, files) = (app.receipts.read_untracked(), app.files.read_untracked());
    Some(ask(Here {
        account,
        drafts: &drafts,
        submitted: &ended.submitted,
        packed: &ended.packed,
        withdrawn: &ended.withdrawn,
        outbox: &outbox,
        cases: &cases,
        receipts: &receipts,
        files: &files,
    }))
}

/// Takes a kapsul in: its files one by one, then all of its texts in one commit. Gives how many of its parts are here now that were not,
/// and the files that found no room or changed since they were looked at.
///
/// # Errors
/// The texts could not be kept; the kapsul still has them, and it can be opened again.
pub async fn take(app: AppState, opened: &Opened, progress: impl Fn(u64)) -> Result<(usize, Vec<FileRecord>), StoreError> {
    let of = opened.manifest.account;
    let mut taken = 0;
    let mut left = Vec::new();
    for item in &opened.items {
        let Content::File(record) = &item.content else { continue };
        let known = app.files.read_untracked().get(&record.file.id).cloned();
        // One that was here as it was looked at may have been freed since.
        if let Some(known) = known
            && use_again(app, &known).await
        {
            continue;
        }
        match take_file(app, opened, record, item.at, &progress).await {
            Ok(()) => taken += 1,
            Err(_) => left.push(record.clone()),
        }
    }
    let ended = ended(app, opened.items.iter().map(|item| &item.content)).await;
    let changes: Vec<Change> = here(app, &ended, |here| {
        let shift = here.shift(opened.items.iter().map(|item| &item.content));
        opened.items.iter().flat_map(|item| here.taken(&item.content, of, shift)).collect()
    })
    .unwrap_or_default();
    if !changes.is_empty() {
        app.commit(changes.clone(), Durability::Strict).await?;
    }
    for change in changes {
        taken += usize::from(!matches!(change, Change::OnlyIf(_) | Change::PutNote(_)));
        match change {
            Change::PutDraft(draft) => app.drafts.update(|drafts| drafts.push(*draft)),
            Change::PutOutbox(entry) => {
                let item = transaction::item(&entry);
                app.outbox.update(|outbox| insert(outbox, *entry));
                sync_driver::feed(app, Input::Queued(item));
            }
            _ => {}
        }
    }
    session::witness(app);
    sync_driver::announce(app);
    Ok((taken, left))
}

async fn take_file(app: AppState, opened: &Opened, record: &FileRecord, at: u64, progress: &impl Fn(u64)) -> Result<(), StoreError> {
    let size = record.file.size;
    if !app.room_for(size).await {
        return Err(StoreError::QuotaExceeded);
    }
    let mut hasher = Hasher::default();
    let mut chunks = Vec::new();
    let mut from = at;
    while from < at + size {
        let to = (at + size).min(from + CHUNK_BYTES as u64);
        let piece = file::read(&opened.file, from, to).await.map_err(|_| StoreError::Failed("the kapsul is gone".into()))?;
        hasher.update(&piece);
        chunks.push(piece);
        from = to;
        progress(from);
    }
    if hasher.finish() != record.file.sha256 {
        return Err(StoreError::Failed("the kapsul has changed".into()));
    }
    let record = here(app, &Ended::default(), |here| here.kept(record, opened.manifest.account)).unwrap_or_else(|| record.clone());
    app.commit(vec![Change::PutFile { record: record.clone(), chunks }], Durability::Strict).await?;
    upload_driver::show(app, vec![record]);
    Ok(())
}

/// Is there anything in it that is not here?
#[must_use]
pub fn is_new(opened: &Opened) -> bool {
    opened.items.iter().any(|item| matches!(item.fate, Fate::New | Fate::Beside))
}

/// Is something in it that this version cannot read?
#[must_use]
pub fn is_newer(opened: &Opened) -> bool {
    opened.items.iter().any(|item| item.fate == Fate::Unreadable(Unreadable::Newer))
}
