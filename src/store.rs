//! What the device keeps: the port `LocalStore`, its stored shapes and its two adapters.
//! One user action is one [`LocalStore::commit`]; "saved" may be shown only after it has returned.

#[cfg(target_arch = "wasm32")]
pub mod indexed_db;
pub mod kapsul;
pub mod lines;
pub mod memory;
pub mod paged;
pub mod record;
pub mod transaction;
pub mod witness;

use std::rc::Rc;

use crate::domain::amendment::Amendment;
use crate::domain::case::Act;
use crate::domain::command::Receipt;
use crate::domain::draft::Draft;
use crate::domain::evidence::FileRef;
use crate::domain::id::{CaseId, CommandId, DraftId, FileId};
use crate::domain::table::Table;
use crate::domain::time::Timestamp;
use crate::sync::pull::Cursor;

use lines::Mark;
use record::{Aside, CaseRecord, FileRecord, FileState, JournalEntry, Note, OutboxEntry, OutboxState};

/// The length of the parts in which a file's bytes are kept, in bytes.
pub const CHUNK_BYTES: usize = 256 * 1024;

/// What must be so in the store at the moment of a commit, whichever tab wrote last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Condition {
    /// The tab that leads with this number leads still.
    Leads(u32),
    /// The command is in the outbox and goes out by itself.
    Waits(CommandId),
    /// The command is in the outbox and waits for a person.
    Parked(CommandId),
    /// The command is in the outbox, and nothing of it has left the device.
    Unsent(CommandId),
    /// The command is not in the outbox.
    NotQueued(CommandId),
    /// There is no draft of this id.
    NoDraft(DraftId),
    /// The file is here, and no command that the server holds names it.
    Kept(FileId),
    /// A person took the file out of a draft, and it has not been put to use again.
    TakenOut(FileId),
    /// No draft, version of a draft or command in the outbox names the file, whether this version can read them or not.
    Unnamed(FileId),
}

/// One change to the store.
#[derive(Clone, Debug, PartialEq)]
pub enum Change {
    /// Nothing of the commit is kept unless this holds ([`StoreError::Overtaken`]).
    OnlyIf(Condition),
    /// Keeps a draft, in place of its earlier version.
    PutDraft(Box<Draft>),
    /// Takes a draft away: it was submitted or discarded. Its versions stay.
    DropDraft(DraftId),
    /// Keeps a version of a draft beside it.
    PutVersion(Box<Draft>),
    /// Takes a version of a draft away.
    DropVersion(DraftId, u64),
    /// Takes all versions of a draft away.
    DropVersions(DraftId),
    /// Keeps a command until the server holds it, in place of its earlier entry.
    PutOutbox(Box<OutboxEntry>),
    /// Takes a command out of the outbox.
    DropOutbox(CommandId),
    /// Keeps the server's proof.
    PutReceipt(Receipt),
    /// Keeps what the server said of a case, which whoever commits goes on with. Its line is marked as stale by the same commit.
    PutCase(Rc<CaseRecord>),
    /// The account no longer sees a case. Drafts and commands of it stay. Its line is marked as stale by the same commit.
    DropCase(CaseId),
    /// Keeps a page of the docket and the words of its cases: the texts of [`lines::write_page`] and [`lines::write_words`].
    PutPage {
        /// The page.
        page: u8,
        /// Its lines.
        lines: String,
        /// Their words.
        words: String,
    },
    /// The pages say what the cases do: marks of what is stale go.
    ClearStale,
    /// Keeps a change of the tables of the law.
    PutAmendment(Box<Amendment>),
    /// Takes all cases, the docket and amendments away, before others are put in the same commit.
    ClearPulled,
    /// How far the server's history is read.
    PutCursor(Cursor),
    /// Keeps a file with its bytes, in parts of [`CHUNK_BYTES`].
    PutFile {
        /// What it is.
        record: FileRecord,
        /// Its bytes in order.
        chunks: Vec<Vec<u8>>,
    },
    /// Keeps what is known of a file; its bytes stay as they are.
    PutFileRecord(FileRecord),
    /// Takes a file and its bytes away.
    DropFile(FileId),
    /// Keeps a note of the device itself, such as who works on it, in place of the one with the same key.
    PutNote(Note),
    /// Takes a note away.
    DropNote(String),
    /// Notes something that happened, for the officer and for support.
    Journal(JournalEntry),
}

/// What must have reached the disk before `commit` returns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Durability {
    /// Everything: a promise to the user stands behind it.
    Strict,
    /// The operating system may still hold it: it can be pulled again.
    Relaxed,
}

/// What a store held when it was opened, without the acts of cases, the docket and the bytes of files.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Loaded {
    /// Drafts, oldest first.
    pub drafts: Vec<Draft>,
    /// Commands in the order in which they go out.
    pub outbox: Vec<OutboxEntry>,
    /// Cases that changed since their page of the docket was written, as they were after the last change; without acts, one that went away.
    pub stale: Vec<(CaseId, Mark)>,
    /// Changes of the tables of the law.
    pub amendments: Vec<Amendment>,
    /// Files on the device.
    pub files: Vec<FileRecord>,
    /// Receipts, oldest first.
    pub receipts: Vec<Receipt>,
    /// How far the server's history is read.
    pub cursor: Option<Cursor>,
    /// Notes of the device in the order of their keys, without those of files that the server holds: see [`HELD`].
    pub notes: Vec<Note>,
    /// Records that this version cannot read. They stay where they are, whole.
    pub quarantine: Vec<Quarantined>,
}

/// A record that cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Quarantined {
    /// The object store.
    pub place: String,
    /// The key in it.
    pub key: String,
    /// What stands there.
    pub raw: String,
}

/// Why the store did not do what was asked. Whatever failed, nothing of that commit was kept.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StoreError {
    /// The browser refuses storage: a private window, or storage switched off.
    #[error("storage is refused: {0}")]
    Refused(String),
    /// No more space.
    #[error("no more space")]
    QuotaExceeded,
    /// The connection broke; opening it again may help, and was tried once.
    #[error("the connection to the store broke: {0}")]
    Disconnected(String),
    /// The store was written by a newer version of the app: nothing was touched.
    #[error("the store belongs to a newer version of the app")]
    NewerVersion,
    /// Another tab with an older version keeps the store from being upgraded.
    #[error("another tab keeps an older version open")]
    Blocked,
    /// A newer version of the app has been opened elsewhere and took the store over.
    #[error("a newer version took the store over")]
    Superseded,
    /// Opening took too long.
    #[error("the store does not answer")]
    Unresponsive,
    /// Another tab was quicker: what the commit rested on is no longer so.
    #[error("another tab was quicker")]
    Overtaken,
    /// Anything else, by the browser's own name of it.
    #[error("the store failed: {0}")]
    Failed(String),
}

/// What the device keeps of one account at one backend.
#[expect(async_fn_in_trait, reason = "the app runs on one thread: no caller needs the futures to be Send")]
pub trait LocalStore {
    /// Applies every change or, if it fails, none: also when the tab dies half way.
    ///
    /// # Errors
    /// See [`StoreError`]; the store is then as it was.
    async fn commit(&self, changes: Vec<Change>, durability: Durability) -> Result<(), StoreError>;

    /// Everything but the acts of cases, the docket and the bytes of files.
    ///
    /// # Errors
    /// See [`StoreError`]; a single unreadable record is no error but in [`Loaded::quarantine`].
    async fn load(&self) -> Result<Loaded, StoreError>;

    /// The notes under these keys, in one reading; those that are not there are left out.
    ///
    /// # Errors
    /// See [`StoreError`].
    async fn notes(&self, keys: &[String]) -> Result<Vec<Note>, StoreError>;

    /// The pages of the docket that were kept, as texts.
    ///
    /// # Errors
    /// See [`StoreError`].
    async fn pages(&self) -> Result<Vec<String>, StoreError>;

    /// The words of the cases of one page, as a text; `None` where the page was not kept.
    ///
    /// # Errors
    /// See [`StoreError`].
    async fn words(&self, page: u8) -> Result<Option<String>, StoreError>;

    /// The keys of all cases, those that cannot be read among them.
    ///
    /// # Errors
    /// See [`StoreError`].
    async fn case_keys(&self) -> Result<Vec<String>, StoreError>;

    /// Cases as the server last gave them, by their keys, in one reading. What is not there is left out; what cannot be read is told.
    ///
    /// # Errors
    /// See [`StoreError`].
    async fn cases(&self, keys: &[String]) -> Result<(Vec<CaseRecord>, Vec<Quarantined>), StoreError>;

    /// The cases in whose records one of these words stands, those that were begun last first; with `once` no further than until each
    /// was found. For what is seldom asked: it goes through all of them.
    ///
    /// # Errors
    /// See [`StoreError`].
    async fn cases_naming(&self, words: &[String], once: bool) -> Result<Vec<CaseRecord>, StoreError>;

    /// One draft as it is on the disk now; `None` if it is not there or cannot be read.
    ///
    /// # Errors
    /// See [`StoreError`].
    async fn draft(&self, id: DraftId) -> Result<Option<Draft>, StoreError>;

    /// An earlier version of a draft; `None` if it is not there or cannot be read.
    ///
    /// # Errors
    /// See [`StoreError`].
    async fn version(&self, draft: DraftId, version: u64) -> Result<Option<Draft>, StoreError>;

    /// Part `index` of a file's bytes; `None` if it is not there.
    ///
    /// # Errors
    /// See [`StoreError`].
    async fn chunk(&self, file: FileId, index: u32) -> Result<Option<Vec<u8>>, StoreError>;

    /// The newest entries of the journal, newest first.
    ///
    /// # Errors
    /// See [`StoreError`].
    async fn journal(&self, limit: usize) -> Result<Vec<JournalEntry>, StoreError>;
}

/// Looks for words in a record; one without any is not decoded. With `once`, those that were found are not looked for again.
fn names(text: &str, words: &mut Vec<&String>, once: bool) -> bool {
    let before = words.len();
    if once {
        words.retain(|word| !text.contains(word.as_str()));
        return words.len() < before;
    }
    words.iter().any(|word| text.contains(word.as_str()))
}

/// What a commit changes of cases: what the docket has to be told of.
fn stale(changes: &[Change]) -> Vec<(CaseId, Mark)> {
    let mut stale = Vec::new();
    for change in changes {
        match change {
            Change::PutCase(record) => stale.push((record.case, record.mark())),
            Change::DropCase(case) => stale.push((*case, Mark::default())),
            _ => {}
        }
    }
    stale
}

/// The key of a page of the docket.
fn page_key(page: u8) -> String {
    format!("{page:03}")
}

/// The key of a draft's version: twenty digits hold every number, so that keys sort as the versions do.
fn version_key(draft: DraftId, version: u64) -> String {
    format!("{draft}/{version:020}")
}

/// The number of parts that a file of `size` bytes has.
#[must_use]
pub fn chunk_count(size: u64) -> u32 {
    u32::try_from(size.div_ceil(CHUNK_BYTES as u64)).unwrap_or(u32::MAX)
}

impl FileRecord {
    /// A file that lies whole on this device.
    #[must_use]
    pub fn on_device(file: FileRef, captured_at: Timestamp) -> Self {
        Self { file, captured_at, state: FileState::Kept, due: None }
    }
}

impl FileRecord {
    /// Is it to reach the server, and has not yet?
    #[must_use]
    pub fn is_due(&self) -> bool {
        self.state == FileState::Waiting || self.state.is_parked()
    }
}

impl CaseRecord {
    /// Adds acts after those held; acts that are held already are passed over. Gives those before which others are missing, in order and
    /// each once.
    pub fn extend(&mut self, acts: Vec<Act>) -> Vec<Act> {
        let mut aside: Vec<Act> = Vec::new();
        for act in acts {
            let (place, next) = (act.revision as usize, self.acts.len() + 1);
            if place == next && aside.is_empty() {
                self.acts.push(act);
            } else if place >= next && aside.iter().all(|known| known.revision != act.revision) {
                let before = aside.iter().rposition(|known| known.revision < act.revision);
                aside.insert(before.map_or(0, |before| before + 1), act);
            }
        }
        let next = self.acts.len() + 1;
        let follow = aside.iter().zip(next..).take_while(|(act, next)| act.revision as usize == *next).count();
        self.acts.extend(aside.drain(..follow));
        aside
    }
}

/// The key of the note that tells which tab leads: it counts up with every change.
pub const LEADER: &str = "leader";

/// Before the digest of a file: the key of the note that the server holds it; its text is the epoch in which it said so. There are as many as
/// all cases have files, so that they are read by their keys alone.
pub const HELD: &str = "file/";

/// The key of the note that says when the last page of the server's history was kept, by the device's clock.
pub const PULLED: &str = "pulled";

/// Before the id of a case: the key of the note that holds its [`Aside`].
pub const ASIDE: &str = "aside/";

/// What lies aside of cases. A note of it that cannot be read is told like any other record.
#[must_use]
pub fn aside(loaded: &mut Loaded) -> Table<CaseId, Aside> {
    let mut all = Table::new();
    for note in loaded.notes.iter().filter(|note| note.key.starts_with(ASIDE)) {
        let read: Option<Aside> = read_record("notes", &note.key, &note.text, &mut loaded.quarantine);
        all.extend(read.map(|aside| (aside.case, aside)));
    }
    all
}

/// What has to be written for what lies aside to be this instead of that.
fn put_aside(before: &Table<CaseId, Aside>, after: &Table<CaseId, Aside>, changes: &mut Vec<Change>) {
    let key = |case: &CaseId| format!("{ASIDE}{case}");
    changes.extend(before.keys().filter(|case| !after.contains_key(*case)).map(|case| Change::DropNote(key(case))));
    let news = after.iter().filter(|(case, aside)| before.get(*case) != Some(*aside));
    changes.extend(news.map(|(case, aside)| Change::PutNote(Note { key: key(case), text: record::encode(aside) })));
}

/// The key of the note that a file was taken out of a draft.
#[must_use]
pub fn taken_out(file: FileId) -> String {
    format!("out/{file}")
}

/// The key of the note that a draft went into a kapsul or came in one, so that it is on other devices, too; in it stand the versions of it
/// that did.
#[must_use]
pub fn packed(draft: DraftId) -> String {
    format!("packed/{draft}")
}

/// Before the id of a draft that was discarded: the key of the note that its versions are here still.
pub const DISCARDED: &str = "discarded/";

impl Condition {
    /// The key of the record that decides: in the notes, the drafts, the files, or the outbox. Where all records of a place decide, it stands in none.
    fn key(self) -> String {
        match self {
            Self::Kept(file) | Self::Unnamed(file) => file.to_string(),
            Self::TakenOut(file) => taken_out(file),
            Self::Leads(_) => LEADER.to_owned(),
            Self::Waits(command) | Self::Parked(command) | Self::Unsent(command) | Self::NotQueued(command) => command.to_string(),
            Self::NoDraft(draft) => draft.to_string(),
        }
    }

    /// Does it hold, given the stored text of that record, or of all records of a place?
    fn holds(self, texts: &[String]) -> bool {
        let mut aside = Vec::new();
        let text = texts.first();
        match self {
            Self::NoDraft(_) | Self::NotQueued(_) => return text.is_none(),
            Self::TakenOut(_) => return text.is_some(),
            // Looked for in the text, so that a record of a newer version counts as well.
            Self::Unnamed(_) => return !texts.iter().any(|text| text.contains(&self.key())),
            Self::Kept(_) => {
                let record: Option<FileRecord> = text.and_then(|text| read_record("", "", text, &mut aside));
                return record.is_some_and(|record| record.state == FileState::Kept);
            }
            _ => {}
        }
        if let Self::Leads(number) = self {
            let note: Option<Note> = text.and_then(|text| read_record("", "", text, &mut aside));
            return leader(note.as_ref()) == number;
        }
        let entry: Option<OutboxEntry> = text.and_then(|text| read_record("", "", text, &mut aside));
        entry.is_some_and(|entry| match self {
            Self::Parked(_) => entry.state != OutboxState::Waiting,
            Self::Unsent(_) => entry.is_unsent(),
            _ => entry.state == OutboxState::Waiting,
        })
    }
}

/// The number of the tab that leads; 0 before the first one.
#[must_use]
pub fn leader(note: Option<&Note>) -> u32 {
    note.and_then(|note| note.text.parse().ok()).unwrap_or(0)
}

/// Reads one stored text, or puts it aside for a person.
fn read_record<T: serde::de::DeserializeOwned>(place: &str, key: &str, text: &str, quarantine: &mut Vec<Quarantined>) -> Option<T> {
    match record::decode(text) {
        Ok(value) => Some(value),
        Err(_) => {
            quarantine.push(Quarantined { place: place.to_owned(), key: key.to_owned(), raw: text.to_owned() });
            None
        }
    }
}
