//! Beginning, keeping and discarding drafts, and the files that belong to them.

use leptos::prelude::*;
use leptos::task::spawn_local;

use super::{AppState, docket, session, settings, sync_driver, upload_driver};
use crate::domain::answers::{Answer, Answers, Row};
use crate::domain::case::Case;
use crate::domain::draft::Draft;
use crate::domain::evidence::{FileProblem, FileRef};
use crate::domain::form::fields_in_order;
use crate::domain::id::{CaseId, DraftId, FileId, RowId};
use crate::domain::rule_set::{DefinitionRef, Field, Kind};
use crate::i18n::Language;
use crate::i18n::format;
use crate::platform::lock::{self, Held};
use crate::platform::timer::sleep;
use crate::platform::{clock, file, random, realm};
use crate::store::record::{FileRecord, FileState};
use crate::store::{Change, Durability, LocalStore, StoreError, transaction};

/// How often, and how long each time in milliseconds, saves under way are waited for.
const SAVES_WAITED: u32 = 40;
const SAVE_WAIT_MS: i32 = 50;

/// The act that begins a case.
pub const FIRST_ACT: &str = "receive";

/// Waits until what is typed is on the disk; `false` if it is not even after a while.
pub async fn all_kept(app: AppState) -> bool {
    for _ in 0..SAVES_WAITED {
        if !app.dirty.get_untracked() {
            return true;
        }
        sleep(SAVE_WAIT_MS).await;
    }
    false
}

/// Waits until a draft that names a file is on the disk; `false` if none is even after a while.
pub(super) async fn named_on_disk(app: AppState, file: FileId) -> bool {
    let name = file.to_string();
    for _ in 0..SAVES_WAITED {
        // Shown here is what was committed.
        if app.drafts.read_untracked().iter().any(|draft| points_at(&draft.answers, &name)) {
            return true;
        }
        sleep(SAVE_WAIT_MS).await;
    }
    false
}

/// Begins a draft of a new petition of a track and keeps it.
///
/// # Errors
/// See [`StoreError`]; nothing was begun.
pub async fn begin_petition(app: AppState, track: &str) -> Result<DraftId, StoreError> {
    let date = app.clock().in_zone(app.zone()).date;
    let book = app.book_untracked();
    let set = book.set_for(track, Some(date)).or_else(|| book.set_for(track, None));
    let case = CaseId::new(clock::now(), random::entropy());
    begin(app, case, None, set.map(|set| &set.pin), FIRST_ACT, None, &Answers::default()).await
}

/// Begins a draft of an act of a case, under the rules of the case; the draft that was begun before goes on.
///
/// # Errors
/// See [`StoreError`]; nothing was begun.
pub async fn begin_act(app: AppState, case: CaseId, act: &str, strand: Option<String>) -> Result<DraftId, StoreError> {
    let same = |draft: &&Draft| draft.case == case && draft.act == act && draft.strand == strand && draft.corrects.is_none();
    // Of several the one that was written in last.
    if let Some(draft) =
        app.drafts.read_untracked().iter().filter(same).reduce(|one, other| if other.changed_at > one.changed_at { other } else { one })
    {
        return Ok(draft.id);
    }
    docket::need(app, &[case]).await?;
    let known = untrack(|| app.case(case));
    let pin = known.as_ref().and_then(|case| case.rules.as_ref());
    begin(app, case, known.as_ref(), pin, act, strand, &Answers::default()).await
}

/// Begins a draft with answers that stand before those that the form suggests.
pub(super) async fn begin(
    app: AppState,
    case: CaseId,
    known: Option<&Case>,
    pin: Option<&DefinitionRef>,
    act: &str,
    strand: Option<String>,
    given: &Answers,
) -> Result<DraftId, StoreError> {
    let book = app.book_untracked();
    let set = pin.and_then(|pin| book.set(pin)).and_then(|set| Some((set, set.value.act.get(act)?)));
    let (Some((set, rule)), Some(calendar)) = (set, book.newest_calendar()) else {
        return Err(StoreError::Failed("this version does not have the rules of this act".into()));
    };
    let now = clock::now();
    let mut answers = Answers::default();
    for (key, field) in fields_in_order(&set.value, &rule.form) {
        prefill(app, known, key, field, &mut answers);
    }
    answers.0.extend(given.0.iter().map(|(key, answer)| (key.clone(), answer.clone())));
    let draft = Draft {
        id: DraftId::new(now, random::entropy()),
        case,
        act: act.to_owned(),
        strand,
        rules: set.pin.clone(),
        calendar: calendar.pin.clone(),
        answers,
        reasons: Default::default(),
        readings: Default::default(),
        focus: None,
        capture: None,
        corrects: None,
        stands_for: Vec::new(),
        name: String::new(),
        kept: Vec::new(),
        begun_at: now,
        changed_at: now,
        version: 1,
    };
    let id = draft.id;
    keep(app, draft).await?;
    Ok(id)
}

fn prefill(app: AppState, case: Option<&Case>, key: &str, field: &Field, answers: &mut Answers) {
    let local = app.clock().in_zone(app.zone());
    match field.prefill.as_deref() {
        Some("today") => answers.set_text(key, format!("{}/{}/{}", local.date.day(), local.date.month(), local.date.year())),
        Some("now") => answers.set_text(key, format::minute(Language::Id, local.minute)),
        Some("office.organiser") => {
            let organiser = app.account.read_untracked().as_ref().map(|me| me.office.organiser.clone()).unwrap_or_default();
            answers.set_text(key, organiser);
        }
        Some(text) => match text.strip_prefix("case:").map(|path| path.split_once('.')) {
            // What the case says already is not typed again.
            Some(path) => {
                let known = case.zip(path).map(|(case, (form, field))| case.form(form).text(field)).unwrap_or_default();
                answers.set_text(key, known.to_owned());
            }
            None => answers.set_text(key, text.to_owned()),
        },
        None => {}
    }
    // A part that must be there is opened at once, so that nobody looks for the button.
    if field.kind == Kind::Rows && field.min > 0 {
        answers.0.insert(key.to_owned(), Answer::Rows(vec![Row::new(new_row())]));
    }
}

/// A fresh id for a row.
#[must_use]
pub fn new_row() -> RowId {
    RowId::new(clock::now(), random::entropy())
}

/// Keeps a draft; it is safe when this returns.
///
/// # Errors
/// See [`StoreError`]; the earlier version is still there.
pub async fn keep(app: AppState, mut draft: Draft) -> Result<(), StoreError> {
    let before = app.drafts.with_untracked(|drafts| drafts.iter().find(|known| known.id == draft.id).cloned());
    let changes = transaction::drafted(&mut draft, before.as_ref());
    app.commit(changes, Durability::Strict).await?;
    app.drafts.update(|drafts| match drafts.iter_mut().find(|known| known.id == draft.id) {
        Some(known) => *known = draft,
        None => drafts.push(draft),
    });
    session::witness(app);
    // Once, now that there is something to keep and somebody has just typed or pressed. Training is nobody's work.
    if settings::asked_to_persist().is_none() && !realm::is_training() {
        spawn_local(settings::ask_to_persist(app));
    }
    Ok(())
}

/// The lock of the one who may write in a draft.
#[must_use]
pub fn pen(id: DraftId) -> String {
    format!("sips-draft-{id}")
}

/// Begins another draft for the act of one, empty or as a copy of it.
///
/// # Errors
/// See [`StoreError`]; nothing was begun.
pub async fn begin_another(app: AppState, like: &Draft, copy: bool) -> Result<DraftId, StoreError> {
    if !copy {
        docket::need(app, &[like.case]).await?;
        let known = untrack(|| app.case(like.case));
        let case = if like.act == FIRST_ACT { CaseId::new(clock::now(), random::entropy()) } else { like.case };
        return begin(app, case, known.as_ref(), Some(&like.rules), &like.act, like.strand.clone(), &Answers::default()).await;
    }
    let now = clock::now();
    let case = if like.act == FIRST_ACT { CaseId::new(now, random::entropy()) } else { like.case };
    let draft = Draft {
        id: DraftId::new(now, random::entropy()),
        case,
        capture: None,
        corrects: None,
        stands_for: Vec::new(),
        kept: Vec::new(),
        begun_at: now,
        changed_at: now,
        version: 1,
        ..like.clone()
    };
    let id = draft.id;
    keep(app, draft).await?;
    Ok(id)
}

/// Gives a draft a name, or takes it away.
///
/// # Errors
/// See [`StoreError`]. [`StoreError::Overtaken`] while another tab writes in it.
pub async fn rename(app: AppState, id: DraftId, name: String) -> Result<(), StoreError> {
    let held = lock::try_hold(&pen(id)).await.ok_or(StoreError::Overtaken)?;
    let store = app.store().ok_or_else(|| StoreError::Failed("no store is open".into()))?;
    let present = store.draft(id).await?.ok_or_else(|| StoreError::Failed("the draft is gone".into()))?;
    keep(app, Draft { name, version: present.version + 1, ..present }).await?;
    drop(held);
    sync_driver::announce(app);
    Ok(())
}

/// Brings an earlier version of a draft back; what was there is kept as a version.
///
/// # Errors
/// See [`StoreError`]; the draft is as it was. [`StoreError::Overtaken`] while another tab writes in it.
pub async fn bring_back(app: AppState, id: DraftId, version: &Draft) -> Result<(), StoreError> {
    let held = lock::try_hold(&pen(id)).await.ok_or(StoreError::Overtaken)?;
    let store = app.store().ok_or_else(|| StoreError::Failed("no store is open".into()))?;
    let present = store.draft(id).await?.ok_or_else(|| StoreError::Failed("the draft is gone".into()))?;
    let (changes, draft) = transaction::brought_back(version, &present, clock::now());
    app.commit(changes, Durability::Strict).await?;
    drop(held);
    app.drafts.update(|drafts| drafts.iter_mut().filter(|known| known.id == id).for_each(|known| known.clone_from(&draft)));
    sync_driver::announce(app);
    Ok(())
}

/// Throws a draft away; the journal keeps its text, and its versions and bytes stay until an [`Undo`] of it is over.
///
/// # Errors
/// See [`StoreError`]; the draft is still there.
pub async fn discard(app: AppState, id: DraftId) -> Result<(), StoreError> {
    let Some(draft) = app.drafts.read_untracked().iter().find(|draft| draft.id == id).cloned() else { return Ok(()) };
    app.commit(transaction::discarded(&draft, clock::now()), Durability::Strict).await?;
    app.drafts.update(|drafts| drafts.retain(|draft| draft.id != id));
    session::witness(app);
    sync_driver::announce(app);
    Ok(())
}

/// Puts a discarded draft back, for "undo".
///
/// # Errors
/// See [`StoreError`].
pub async fn restore(app: AppState, draft: Draft) -> Result<(), StoreError> {
    keep(app, draft).await
}

/// As long as this is there, a discarded draft can be put back whole: its pen is held, so that no tab frees what it named.
pub struct Undo {
    app: AppState,
    draft: DraftId,
}

impl Undo {
    /// The undo of a draft that was discarded with this pen; the one offered before is over.
    #[must_use]
    pub fn offered(app: AppState, draft: DraftId, pen: Option<Held>) -> Self {
        app.inner.update_value(|inner| inner.undo = Some((draft, pen)));
        Self { app, draft }
    }
}

impl Drop for Undo {
    fn drop(&mut self) {
        let (app, draft) = (self.app, self.draft);
        let _ = app.inner.try_update_value(|inner| inner.undo.take_if(|(held, _)| *held == draft));
        spawn_local(sweep(app, vec![draft]));
    }
}

/// Frees the bytes that were taken out of drafts and that nothing on this device names any more, after the versions of these discarded
/// drafts. A draft whose undo is still offered, in whichever tab, and everything it names stay. The commits themselves look whether a file
/// was taken out and what names it.
pub async fn sweep(app: AppState, discarded: Vec<DraftId>) {
    for id in discarded {
        // Without locks nobody can tell whether it may still be put back.
        if let Some(held) = lock::try_hold(&pen(id)).await {
            let _ = app.commit(transaction::undo_is_over(id), Durability::Relaxed).await;
            drop(held);
        }
    }
    let (drafts, outbox) = (app.drafts.get_untracked(), app.outbox.get_untracked());
    let is_named = |id: &str| {
        drafts.iter().any(|draft| points_at(&draft.answers, id))
            || outbox.iter().any(|entry| points_at(&entry.envelope.payload.answers, id))
    };
    // What is at hand need not be asked of the store.
    let kept = |record: &&FileRecord| record.state == FileState::Kept && !is_named(&record.file.id.to_string());
    for record in app.files.get_untracked().values().filter(kept) {
        if app.commit(transaction::freed(record.file.id, clock::now()), Durability::Relaxed).await.is_ok() {
            app.files.update(|files| drop(files.remove(&record.file.id)));
        }
    }
}

/// Puts a file that is here to use again. No if its bytes were freed meanwhile.
pub(super) async fn use_again(app: AppState, record: &FileRecord) -> bool {
    // What the server is to have or has is not freed by a sweep.
    record.state != FileState::Kept || app.commit(transaction::used_again(record.file.id), Durability::Strict).await.is_ok()
}

/// Why a file was not attached.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AttachError {
    /// The file itself.
    File(FileProblem),
    /// The device.
    Store(StoreError),
}

/// Reads a file to its end and keeps its bytes on the device. The form then points at it.
///
/// # Errors
/// See [`AttachError`]; no text is touched.
pub async fn attach(app: AppState, picked: web_sys::File, progress: impl Fn(u64) + 'static) -> Result<FileRef, AttachError> {
    let id = FileId::new(clock::now(), random::entropy());
    if !app.room_for(picked.size() as u64).await {
        return Err(AttachError::Store(StoreError::QuotaExceeded));
    }
    let (reference, chunks) = file::take(picked, upload_driver::limit(app), id, progress).await.map_err(AttachError::File)?;
    let known = app.files.read_untracked().values().find(|known| known.file.sha256 == reference.sha256).cloned();
    if let Some(known) = known
        && use_again(app, &known).await
    {
        // One set of bytes, two places that point at it.
        return Ok(FileRef { name: reference.name, ..known.file });
    }
    let record = FileRecord::on_device(reference.clone(), clock::now());
    app.commit(vec![Change::PutFile { record: record.clone(), chunks }], Durability::Strict).await.map_err(AttachError::Store)?;
    app.look_at_room();
    app.files.update(|files| drop(files.insert(record.file.id, record)));
    Ok(reference)
}

pub(super) fn points_at(answers: &Answers, file: &str) -> bool {
    answers.0.values().any(|answer| match answer {
        Answer::Text(_) => false,
        Answer::Rows(rows) => rows.iter().any(|row| row.id == file || points_at(&row.fields, file)),
    })
}
