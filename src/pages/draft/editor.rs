//! The editor of one draft: what is typed, when it is kept, and who may write. Text on screen is kept within a second of
//! the last key, when a field is left, before the camera opens, when the page is hidden, and when the page is left.

use super::draft_words;
use crate::domain::table::Table;

use futures_util::future::{Either, select};
use futures_util::pin_mut;
use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::domain::answers::{Answers, Place, Row};
use crate::domain::draft::{Draft, Focus};
use crate::domain::evidence::FileRef;
use crate::domain::form::{Oddity, Problem, ProblemCode, read_text, row_form};
use crate::domain::id::DraftId;
use crate::domain::rule_set::{Field, Form, Kind, Need, RuleSet};
use crate::domain::text;
use crate::domain::time::{LocalDate, Timestamp};
use crate::i18n::messages::DraftMessages;
use crate::i18n::sentences;
use crate::platform::lock::{self, Held};
use crate::platform::timer::{Timeout, sleep};
use crate::platform::{clock, focus};
use crate::state::{AppState, drafts, submit};
use crate::store::{LocalStore, StoreError};

/// How long after a key the text is kept, in milliseconds.
const SAVE_AFTER_MS: i32 = 400;
/// How long an unbroken run of keys may stay unkept, in milliseconds.
const SAVE_AT_LATEST_MS: i64 = 900;

/// How long a tab that lost the pen may take for its last words, in milliseconds.
const DESK_WAIT_MS: i32 = 3_000;

/// Where the keeping stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Save {
    /// Nothing has been typed since it was opened.
    Untouched,
    /// Something is typed and on its way to the disk.
    Saving,
    /// Everything on screen is on the disk, since then.
    Saved(Timestamp),
    /// The disk refused the last change.
    Failed(StoreError),
}

/// Who may write in this draft.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Writer {
    /// Not known yet.
    Asking,
    /// This tab.
    Here,
    /// Another tab: this one only shows.
    Elsewhere,
}

/// The editor; copied into every field.
#[derive(Clone, Copy)]
pub struct Editor {
    /// The app.
    pub app: AppState,
    /// The draft's id.
    pub id: DraftId,
    /// The rules it was begun under.
    pub rules: &'static RuleSet,
    /// Key of its form.
    pub form: &'static str,
    /// The draft as it is on screen.
    pub draft: RwSignal<Draft>,
    /// Where the keeping stands.
    pub save: RwSignal<Save>,
    /// Who may write.
    pub writer: RwSignal<Writer>,
    /// What is wrong with fields that were left, by place.
    pub errors: RwSignal<Table<Place, ProblemCode>>,
    /// What looks odd in fields that were left, by place.
    pub oddities: RwSignal<Table<Place, Oddity>>,
    /// The section on screen.
    pub group: RwSignal<String>,
    /// How many files are being read for it.
    pub reading: RwSignal<usize>,
    inner: StoredValue<Inner, LocalStorage>,
}

#[derive(Default)]
struct Inner {
    timer: Option<Timeout>,
    dirty_since: Option<Timestamp>,
    saving: bool,
    /// Something was typed while the disk was busy.
    again: bool,
    held: Option<(Held, Option<Held>)>,
}

impl Editor {
    /// Opens a draft; `None` if it is not on this device or its rules are not in this version.
    #[must_use]
    pub fn open(app: AppState, id: DraftId) -> Option<Self> {
        let draft = app.drafts.read_untracked().iter().find(|draft| draft.id == id).cloned()?;
        let (set, _) = submit::definitions(app, &draft)?;
        let form = set.value.act.get(&draft.act)?.form.as_str();
        let editor = Self {
            app,
            id,
            rules: &set.value,
            form,
            draft: RwSignal::new(draft),
            save: RwSignal::new(Save::Untouched),
            writer: RwSignal::new(Writer::Asking),
            errors: RwSignal::new(Table::new()),
            oddities: RwSignal::new(Table::new()),
            group: RwSignal::new(String::new()),
            reading: RwSignal::new(0),
            inner: StoredValue::new_local(Inner::default()),
        };
        editor.become_writer();
        Some(editor)
    }

    /// Does the draft begin a case?
    #[must_use]
    pub fn begins_case(&self) -> bool {
        self.draft.with_untracked(|draft| draft.act == drafts::FIRST_ACT)
    }

    /// The sections of the form.
    #[must_use]
    pub fn sections(&self) -> &'static [crate::domain::rule_set::Group] {
        self.rules.form.get(self.form).map_or(&[], |form: &Form| form.groups.as_slice())
    }

    /// The office's date today.
    #[must_use]
    pub fn today(&self) -> LocalDate {
        self.app
            .clock()
            .in_zone(self.app.account.read_untracked().as_ref().map_or(crate::domain::time::Zone::Wib, |me| me.office.zone))
            .date
    }

    /// The text at a place.
    #[must_use]
    pub fn text(&self, place: &Place) -> String {
        self.draft.read().answers.at(place).map(|answers| answers.text(&place.field).to_owned()).unwrap_or_default()
    }

    /// The answers around a place: the form's own, or the row's.
    pub fn with_around<T>(&self, place: &Place, read: impl FnOnce(&Answers) -> T) -> T {
        let draft = self.draft.read();
        match draft.answers.at(place) {
            Some(around) => read(around),
            None => read(&Answers::default()),
        }
    }

    /// May this tab only read?
    #[must_use]
    pub fn read_only(&self) -> Signal<bool> {
        let writer = self.writer;
        Signal::derive(move || writer.get() != Writer::Here)
    }

    /// Why nothing can be written, in words; `None` if it can.
    #[must_use]
    pub fn read_only_reason(&self) -> Signal<Option<String>> {
        let (app, read_only) = (self.app, self.read_only());
        Signal::derive(move || read_only.get().then(|| draft_words(app).read_only_here.to_owned()))
    }

    /// Takes what was typed or pasted into a field.
    pub fn type_text(&self, place: &Place, field: &Field, typed: String) {
        let many_lines = field.kind == Kind::LongText;
        let cleaned = text::clean(&typed, many_lines);
        let damaged_before = self
            .draft
            .with_untracked(|draft| draft.answers.at(place).map_or(0, |answers| answers.text(&place.field).matches('\u{fffd}').count()));
        if cleaned.removed > 0 || cleaned.damaged > damaged_before {
            let notice =
                sentences::cleaned(self.app.language.get_untracked(), cleaned.removed, cleaned.damaged.saturating_sub(damaged_before));
            self.app.notify(notice);
        }
        self.change(|answers| {
            if let Some(around) = answers.at_mut(place) {
                around.set_text(&place.field, cleaned.text);
            }
        });
        // While a mistake is shown, it goes as soon as it is mended; a new one never appears under the fingers.
        if self.errors.with_untracked(|errors| errors.contains_key(place)) {
            self.judge(place, field);
        }
    }

    /// A field was left: say what is wrong with it, and keep everything now.
    pub fn leave(&self, place: &Place, field: &Field) {
        self.judge(place, field);
        // While a field is left nothing has the focus yet, and this save may be the last one.
        if let Some(focus) = self.focus_at(place.clone(), focus::caret_of(&place.to_string())) {
            let _ = self.draft.try_update_untracked(|draft| draft.focus = Some(focus));
        }
        self.keep_now();
    }

    /// A field was entered: remember where the person is, without hurry.
    pub fn enter(&self) {
        self.schedule();
    }

    /// Changes the answers and keeps them soon.
    pub fn change(&self, change: impl FnOnce(&mut Answers)) {
        if !self.may_write() {
            return;
        }
        self.draft.update(|draft| {
            change(&mut draft.answers);
            draft.changed_at = clock::now();
        });
        self.save.set(Save::Saving);
        self.app.dirty.set(true);
        self.schedule();
    }

    /// Not in a tab that only reads, and not after the pages of the draft were left: an undo may come that late.
    fn may_write(&self) -> bool {
        self.writer.try_get_untracked() == Some(Writer::Here)
    }

    /// Changes something else of the draft and keeps it soon.
    pub fn change_draft(&self, change: impl FnOnce(&mut Draft)) {
        if !self.may_write() {
            return;
        }
        self.draft.update(change);
        self.save.set(Save::Saving);
        self.app.dirty.set(true);
        self.schedule();
    }

    /// Adds a row to a repeated part and gives its id.
    pub fn add_row(&self, list: &str) -> String {
        let row = Row::new(drafts::new_row());
        let id = row.id.clone();
        self.change(|answers| answers.rows_mut(list).push(row));
        self.keep_now();
        id
    }

    /// Takes a row away and gives it back with its position, for "undo".
    pub fn remove_row(&self, list: &str, id: &str) -> Option<(usize, Row)> {
        let index = self.draft.with_untracked(|draft| draft.answers.rows(list).iter().position(|row| row.id == id))?;
        let mut removed = None;
        self.change(|answers| removed = Some(answers.rows_mut(list).remove(index)));
        self.keep_now();
        removed.map(|row| (index, row))
    }

    /// Puts a row back where it was.
    pub fn put_row_back(&self, list: &str, index: usize, row: Row) {
        self.change(|answers| {
            let rows = answers.rows_mut(list);
            rows.insert(index.min(rows.len()), row);
        });
        self.keep_now();
    }

    /// The rows of files at a place.
    pub fn change_files(&self, place: &Place, change: impl FnOnce(&mut Vec<Row>)) {
        self.change(|answers| {
            if let Some(around) = answers.at_mut(place) {
                change(around.rows_mut(&place.field));
            }
        });
        self.keep_now();
    }

    /// Attaches a file that was read, also where its section was left meanwhile. False if it is there already; `None` if the draft or the row
    /// was left, or another tab writes in it.
    pub fn take_file(&self, place: &Place, file: &FileRef) -> Option<bool> {
        if !self.may_write() || self.draft.with_untracked(|draft| draft.answers.at(place).is_none()) {
            return None;
        }
        let row = file.to_row();
        let around =
            |draft: &Draft| draft.answers.at(place).is_some_and(|around| around.rows(&place.field).iter().any(|known| known.id == row.id));
        let is_new = !self.draft.with_untracked(around);
        if is_new {
            self.change_files(place, |rows| rows.push(row));
        }
        Some(is_new)
    }

    /// Shows every problem of a full check at its field.
    pub fn show_problems(&self, problems: &[Problem]) {
        let mut errors = Table::new();
        errors.extend(problems.iter().map(|problem| (problem.place.clone(), problem.code.clone())));
        self.errors.set(errors);
    }

    /// The field at a place.
    #[must_use]
    pub fn field(&self, place: &Place) -> Option<&'static Field> {
        match &place.row {
            None => self.rules.field(self.form, &place.field),
            Some((list, _)) => self.rules.field(row_form(self.rules.field(self.form, list)?)?, &place.field),
        }
    }

    /// The section in which a place stands.
    #[must_use]
    pub fn section_of(&self, place: &Place) -> Option<&'static str> {
        let top = place.top();
        self.sections().iter().find(|group| group.rows.iter().flatten().any(|field| field == top)).map(|group| group.key.as_str())
    }

    /// How far a section is: is anything in it, and does nothing that must be there lack?
    #[must_use]
    pub fn section_state(&self, key: &str, problems: &[Problem], gaps: &[Place]) -> SectionState {
        let in_section = |place: &Place| self.section_of(place) == Some(key);
        let touched = self.draft.with(|draft| {
            self.sections().iter().filter(|group| group.key == key).flat_map(|group| group.rows.iter().flatten()).any(|field| {
                !text::is_blank(draft.answers.text(field)) || draft.answers.rows(field).iter().any(|row| !row.fields.is_blank())
            })
        });
        if problems.iter().any(|problem| in_section(&problem.place)) {
            if touched { SectionState::Problems } else { SectionState::Empty }
        } else if gaps.iter().any(in_section) {
            if touched { SectionState::Gaps } else { SectionState::Empty }
        } else if touched {
            SectionState::Done
        } else {
            SectionState::Optional
        }
    }

    /// Keeps what is on screen, now.
    pub fn keep_now(&self) {
        if self.inner.try_with_value(|inner| inner.dirty_since.is_some()) == Some(true) {
            self.flush();
        }
    }

    /// Tries again after the disk refused.
    pub fn keep_again(&self) {
        self.inner.update_value(|inner| inner.dirty_since = Some(clock::now()));
        self.save.set(Save::Saving);
        self.flush();
    }

    /// The page of the draft is left: whatever is not kept goes to the disk without this editor.
    pub fn close(&self) {
        let unkept = self.inner.try_update_value(|inner| {
            inner.timer = None;
            // Stays held by the save below until it is on the disk; an earlier release would let another tab read too early.
            (inner.dirty_since.take().is_some() || inner.again || inner.saving, inner.held.take())
        });
        let Some((unkept, held)) = unkept else { return };
        let app = self.app;
        let draft = self.draft.try_get_untracked();
        spawn_local(async move {
            if let (true, Some(mut draft)) = (unkept, draft) {
                draft.version += 1;
                let kept_since = app.drafts.read_untracked().iter().any(|known| known.id == draft.id);
                // A draft that was submitted or discarded meanwhile must not come back.
                if kept_since && drafts::keep(app, draft).await.is_err() {
                    app.notify(DraftMessages::of(app.language.get_untracked()).save_failed_on_leaving.to_owned());
                }
            }
            app.dirty.set(false);
            drop(held);
        });
    }

    /// The draft was submitted or discarded: nothing of it is to be kept any more. Gives the pen.
    pub fn forget(&self) -> Option<Held> {
        self.app.dirty.set(false);
        let pen = self.inner.try_update_value(|inner| {
            inner.timer = None;
            inner.dirty_since = None;
            inner.again = false;
            inner.held.take()
        });
        pen.flatten().map(|(pen, _)| pen)
    }

    /// Waits until everything typed is on the disk.
    ///
    /// # Errors
    /// Why the disk refused it.
    pub async fn settle(&self) -> Result<(), StoreError> {
        let pending = self.inner.try_with_value(|inner| inner.dirty_since.is_some() || inner.saving || inner.again);
        if pending != Some(true) {
            return Ok(());
        }
        let mut draft = self.draft.get_untracked();
        draft.version += 1;
        self.draft.update_untracked(|current| current.version = draft.version);
        drafts::keep(self.app, draft).await?;
        let open = self.inner.try_update_value(|inner| {
            inner.timer = None;
            inner.dirty_since = None;
            inner.again = false;
        });
        if open.is_some() {
            self.save.set(Save::Saved(clock::now()));
            self.app.dirty.set(false);
        }
        Ok(())
    }

    fn judge(&self, place: &Place, field: &Field) {
        if !self.may_write() {
            return;
        }
        let typed = self
            .draft
            .with_untracked(|draft| draft.answers.at(place).map(|answers| answers.text(&place.field).to_owned()).unwrap_or_default());
        let blank = text::is_blank(&typed);
        let found = if blank { None } else { read_text(field, &typed, self.today()).err() };
        self.errors.update(|errors| {
            // An empty field is only complained about once the person has asked for the check.
            let missing = blank && field.need == Need::Must && errors.contains_key(place);
            match found.or(missing.then_some(ProblemCode::Required)) {
                Some(code) => errors.insert(place.clone(), code),
                None => errors.remove(place),
            };
        });
        let odd = match field.kind {
            Kind::Name if text::has_unusual_letters(&typed) => Some(Oddity::UnusualLetters),
            Kind::Nik => text::read_nik(&typed).ok().and_then(|digits| match text::birth_in_nik(&digits) {
                None => Some(Oddity::NikWithoutBirthday),
                Some(_) => None,
            }),
            _ => None,
        };
        self.oddities.update(|oddities| {
            match odd {
                Some(odd) => oddities.insert(place.clone(), odd),
                None => oddities.remove(place),
            };
        });
    }

    fn schedule(&self) {
        if !self.may_write() {
            return;
        }
        let editor = *self;
        let now = clock::now();
        let wait = self.inner.try_update_value(|inner| {
            let since = *inner.dirty_since.get_or_insert(now);
            let left = SAVE_AT_LATEST_MS - now.since(since);
            SAVE_AFTER_MS.min(i32::try_from(left.max(0)).unwrap_or(0))
        });
        if let Some(wait) = wait {
            let timer = Timeout::new(wait, move || editor.keep_now());
            self.inner.update_value(|inner| inner.timer = Some(timer));
        }
    }

    fn flush(&self) {
        let begin = self.inner.try_update_value(|inner| {
            inner.timer = None;
            inner.dirty_since = None;
            if inner.saving {
                inner.again = true;
                return false;
            }
            inner.saving = true;
            true
        });
        if begin != Some(true) {
            return;
        }
        let focus = self.focus_now();
        self.draft.update_untracked(|draft| {
            draft.version += 1;
            if let Some(focus) = focus {
                draft.focus = Some(focus);
            }
        });
        let editor = *self;
        let draft = self.draft.get_untracked();
        spawn_local(async move {
            let kept = drafts::keep(editor.app, draft).await;
            let again = editor.inner.try_update_value(|inner| {
                inner.saving = false;
                std::mem::take(&mut inner.again) || inner.dirty_since.is_some()
            });
            match (kept, again) {
                // The page was left meanwhile; `close` has taken over.
                (_, None) => {}
                (Ok(()), Some(true)) => editor.flush(),
                (Ok(()), Some(false)) => {
                    editor.save.set(Save::Saved(clock::now()));
                    editor.app.dirty.set(false);
                }
                (Err(error), Some(_)) => editor.save.set(Save::Failed(error)),
            }
        });
    }

    /// Where the caret stands, if it stands in a field of this form.
    fn focus_now(&self) -> Option<Focus> {
        let (id, caret) = focus::active_field()?;
        self.focus_at(Place::parse(&id)?, caret)
    }

    fn focus_at(&self, place: Place, caret: u32) -> Option<Focus> {
        let group = self.section_of(&place)?.to_owned();
        Some(Focus { group, place, caret })
    }

    /// Asks for the right to write; the tab that has it keeps it until it leaves the draft.
    fn become_writer(&self) {
        let editor = *self;
        spawn_local(async move {
            let pen = match lock::try_hold(&editor.pen()).await {
                Some(pen) => Some(pen),
                None => {
                    let _ = editor.writer.try_set(Writer::Elsewhere);
                    // The other tab may leave the draft: then this one may write.
                    lock::wait_hold(&editor.pen()).await
                }
            };
            if let Some(pen) = pen {
                editor.take_over(pen).await;
            }
        });
    }

    /// The person wants to write here: the other tab becomes a mere reader.
    pub fn seize(&self) {
        let editor = *self;
        spawn_local(async move {
            if let Some(pen) = lock::steal(&editor.pen()).await {
                editor.take_over(pen).await;
            }
        });
    }

    fn pen(&self) -> String {
        drafts::pen(self.id)
    }

    /// The lock of the one whose text is on its way to the disk. Who loses the pen keeps this one until the last word is there, and
    /// who takes the pen waits for it.
    fn desk(&self) -> String {
        format!("sips-draft-desk-{}", self.id)
    }

    async fn take_over(&self, pen: Held) {
        let name = self.desk();
        let desk = {
            let waited = lock::wait_hold(&name);
            let too_long = sleep(DESK_WAIT_MS);
            pin_mut!(waited, too_long);
            match select(waited, too_long).await {
                Either::Left((desk, _)) => desk,
                // A frozen tab does not answer; what it had not written it writes into a draft that moved on, and shows so.
                Either::Right(_) => None,
            }
        };
        let desk = match desk {
            Some(desk) => Some(desk),
            None => lock::steal(&name).await,
        };
        // What the disk holds now is the truth: another tab may have written since this one opened the draft.
        if let Some(store) = self.app.store()
            && let Ok(Some(draft)) = store.draft(self.id).await
            && self.draft.try_with_untracked(|known| known.version < draft.version) == Some(true)
        {
            let _ = self.draft.try_set(draft);
        }
        let editor = *self;
        pen.on_lost(move || {
            let _ = editor.writer.try_set(Writer::Elsewhere);
            spawn_local(async move {
                if let Err(error) = editor.settle().await {
                    let _ = editor.save.try_set(Save::Failed(error));
                }
                let _ = editor.inner.try_update_value(|inner| inner.held = None);
            });
        });
        // An editor that was closed meanwhile lets go at once.
        if !pen.is_lost() && self.inner.try_update_value(|inner| inner.held = Some((pen, desk))).is_some() {
            let _ = self.writer.try_set(Writer::Here);
        }
    }
}

/// How far a section is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SectionState {
    /// Nothing in it, and something is asked for.
    Empty,
    /// Nothing in it, and nothing is asked for.
    Optional,
    /// Something must be mended.
    Problems,
    /// Something that the law asks for may still follow.
    Gaps,
    /// Nothing lacks.
    Done,
}
