//! What the app knows now, and what a person can make it do. Pages read the signals and send intent; what may be done is
//! asked of `domain`, what is kept is the store's, what is sent is the sync engine's.

pub mod admin;
pub mod diagnostics;
pub mod docket;
pub mod drafts;
pub mod glossary;
pub mod kapsul;
pub mod law;
pub mod navigation;
pub mod owned;
pub mod public;
pub mod server;
pub mod session;
pub mod settings;
pub mod shared;
pub mod streams;
pub mod submit;
pub mod sync_driver;
pub mod training;
pub mod upload_driver;
pub mod views;

use crate::domain::rule_set::RuleSet;
use crate::domain::table::Table;
use std::rc::Rc;
use std::sync::Arc;

use leptos::prelude::*;

use crate::api::http::HttpBackend;
use crate::api::wire::{Me, Session};
use crate::domain::calendar::Calendar;
use crate::domain::case::{Act, Case, fold};
use crate::domain::command::Receipt;
use crate::domain::draft::Draft;
use crate::domain::glossary::Term;
use crate::domain::id::{CaseId, CommandId, DeviceId, DraftId, FileId};
use crate::domain::office::{Office, OfficeCode};
use crate::domain::time::{Timestamp, Zone};
use crate::i18n::Language;
use crate::i18n::messages::Messages;
use crate::i18n::sentences;
use crate::platform;
use crate::rules::{Pinned, RuleBook};
use crate::store::indexed_db::IndexedDbStore;
use crate::store::record::{Aside, CaseRecord, FileRecord, Note, OutboxEntry};
use crate::store::witness::MARK;
use crate::store::{self, Change, Durability, Loaded, LocalStore, PULLED, Quarantined, StoreError};
use crate::sync::engine::{SyncEngine, Trouble};
use crate::sync::pull::Cursor;
use crate::sync::upload::{Progress, has_room};

use settings::{TextSize, Theme};

/// Less room than this is told, in bytes: a few of the largest files.
const LITTLE_ROOM: u64 = 200 * 1024 * 1024;

/// How far the app has come with the account's data.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Boot {
    /// Looking for an account.
    Starting,
    /// Nobody is signed in on this device.
    SignedOut,
    /// The account's store is being opened.
    Opening,
    /// Everything is there.
    Ready,
    /// The store could not be opened.
    Failed(StoreError),
    /// The store is empty although this device kept work in it; the number of things that were there.
    Lost(usize),
}

/// What the officer sees of sending.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SyncView {
    /// Why nothing moves.
    pub trouble: Option<Trouble>,
    /// A request is under way.
    pub busy: bool,
    /// When the next attempt is made by itself.
    pub next_try: Option<Timestamp>,
    /// When the last news came.
    pub last_pull: Option<Timestamp>,
    /// They are new enough to say that all is sent.
    pub fresh: bool,
    /// Another tab does the sending.
    pub follower: bool,
    /// Files on their way.
    pub uploads: UploadView,
}

/// What the officer sees of files on their way.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct UploadView {
    /// The file at hand and how far it has come.
    pub progress: Option<Progress>,
    /// A request is under way.
    pub busy: bool,
    /// Why nothing moves.
    pub trouble: Option<Trouble>,
    /// The server takes no files.
    pub refused: bool,
}

/// A passing notice, with its undo where there is one.
#[derive(Clone)]
pub struct Toast {
    /// What happened.
    pub message: String,
    /// Takes it back.
    /// It outlives the piece of screen that offered it.
    pub undo: Option<Arc<dyn Fn() + Send + Sync>>,
}

/// What only the browser can do.
#[derive(Clone, Copy, Default)]
pub struct BrowserActs {
    /// Shows the browser's own offer to install.
    pub offer_install: Option<Callback<()>>,
    /// Lets the new version take over; the page is loaded again as soon as it has.
    pub take_update: Option<Callback<()>>,
}

/// The one handle to everything; copied into every page.
#[derive(Clone, Copy)]
pub struct AppState {
    /// Where the person is.
    pub navigation: navigation::Navigation,
    /// The language of the screen.
    pub language: RwSignal<Language>,
    /// Light, dark or as the device has it.
    pub theme: RwSignal<Theme>,
    /// How large text is.
    pub text_size: RwSignal<TextSize>,
    /// How far the app has come.
    pub boot: RwSignal<Boot>,
    /// Nobody has touched the app for a while: the screen asks for the password, everything behind it goes on.
    pub locked: RwSignal<bool>,
    /// Who works here.
    pub account: RwSignal<Option<Me>>,
    /// Drafts of this account, oldest first.
    pub drafts: RwSignal<Vec<Draft>>,
    /// Commands that the server does not hold yet, in the order in which they were made.
    pub outbox: RwSignal<Vec<OutboxEntry>>,
    /// Cases as the server last gave them, as far as their acts are at hand: see [`docket`].
    pub cases: RwSignal<Table<CaseId, CaseRecord>>,
    /// When the last page of the server's history was kept, also before this start.
    pub last_news: RwSignal<Option<Timestamp>>,
    /// Acts of cases before which others are missing.
    pub aside: RwSignal<Table<CaseId, Aside>>,
    /// Counts the changes of the docket, for those who follow it.
    docket_turn: RwSignal<u32>,
    /// The offices of the country, where the account's own stands above others; empty until they are read.
    pub offices: RwSignal<Arc<Vec<Office>>>,
    /// The words of the procedure, once they were asked for.
    glossary: RwSignal<Option<Arc<Vec<Term>>>>,
    /// Counts the changes of the law, for those who follow it.
    law: RwSignal<u32>,
    /// Files on this device.
    pub files: RwSignal<Table<FileId, FileRecord>>,
    /// The server's proofs.
    pub receipts: RwSignal<Table<CommandId, Receipt>>,
    /// Records that cannot be read.
    pub quarantine: RwSignal<Vec<Quarantined>>,
    /// What the officer sees of sending.
    pub sync: RwSignal<SyncView>,
    /// A new version is ready to be taken over.
    pub update_ready: RwSignal<bool>,
    /// It was asked to take over.
    pub updating: RwSignal<bool>,
    /// A new version has taken over while this page was busy; it wants to be loaded again.
    pub reload_wanted: RwSignal<bool>,
    /// The browser offers to install the app.
    pub installable: RwSignal<bool>,
    /// A form on screen holds text that is not kept yet.
    pub dirty: RwSignal<bool>,
    /// Server time less device time in milliseconds, once known.
    pub clock_offset: RwSignal<Option<i64>>,
    /// A minute hand, for ages on screen.
    pub now: RwSignal<Timestamp>,
    /// *Hari ini* shows what is mine alone.
    pub mine: RwSignal<bool>,
    /// The screen locks within a minute unless somebody touches it.
    pub lock_soon: RwSignal<bool>,
    /// Bytes that the device still has room for, where they are few.
    pub room_left: RwSignal<Option<u64>>,
    /// The officer has files wait.
    pub files_paused: RwSignal<bool>,
    /// Files that another app handed over to this account.
    pub shared: RwSignal<Vec<platform::shared::Shared>>,
    /// A passing notice.
    pub toast: RwSignal<Option<Toast>>,
    /// The device.
    pub device: StoredValue<DeviceId>,
    /// What only the browser can do, filled in by the composition root.
    pub acts: StoredValue<BrowserActs>,
    inner: StoredValue<Inner, LocalStorage>,
}

/// What no page touches.
struct Inner {
    /// The backend that served the app, or another one by its address.
    http: HttpBackend,
    store: Option<Rc<IndexedDbStore>>,
    /// What the device remembers of its officers.
    device_store: Option<Rc<IndexedDbStore>>,
    session: Option<Session>,
    /// As typed at a sign-in without a network, to sign in when it comes back; never stored.
    credentials: Option<(String, String)>,
    cursor: Option<Cursor>,
    book: &'static RuleBook,
    sync: sync_driver::Driver,
    engine: Option<SyncEngine>,
    uploads: upload_driver::Driver,
    held: upload_driver::Held,
    /// The discarded draft that can be put back, with its pen.
    undo: Option<(DraftId, Option<platform::lock::Held>)>,
    docket: docket::Docket,
}

impl AppState {
    /// An app that knows nothing yet.
    #[must_use]
    pub fn new(device: DeviceId) -> Self {
        let app = Self {
            navigation: navigation::Navigation::new(),
            language: RwSignal::new(Language::Id),
            theme: RwSignal::new(Theme::System),
            text_size: RwSignal::new(TextSize::Normal),
            boot: RwSignal::new(Boot::Starting),
            locked: RwSignal::new(false),
            account: RwSignal::new(None),
            drafts: RwSignal::new(Vec::new()),
            outbox: RwSignal::new(Vec::new()),
            cases: RwSignal::new(Table::new()),
            last_news: RwSignal::new(None),
            aside: RwSignal::new(Table::new()),
            docket_turn: RwSignal::new(0),
            offices: RwSignal::new(Arc::default()),
            glossary: RwSignal::new(None),
            law: RwSignal::new(0),
            files: RwSignal::new(Table::new()),
            receipts: RwSignal::new(Table::new()),
            quarantine: RwSignal::new(Vec::new()),
            sync: RwSignal::new(SyncView::default()),
            update_ready: RwSignal::new(false),
            updating: RwSignal::new(false),
            reload_wanted: RwSignal::new(false),
            installable: RwSignal::new(false),
            dirty: RwSignal::new(false),
            clock_offset: RwSignal::new(None),
            now: RwSignal::new(platform::clock::now()),
            mine: RwSignal::new(false),
            lock_soon: RwSignal::new(false),
            room_left: RwSignal::new(None),
            files_paused: RwSignal::new(settings::files_paused()),
            shared: RwSignal::new(Vec::new()),
            toast: RwSignal::new(None),
            device: StoredValue::new(device),
            acts: StoredValue::new(BrowserActs::default()),
            inner: StoredValue::new_local(Inner {
                http: HttpBackend::new(&settings::server()),
                store: None,
                device_store: None,
                session: None,
                credentials: None,
                cursor: None,
                book: Box::leak(Box::default()),
                sync: sync_driver::Driver::default(),
                engine: None,
                uploads: upload_driver::Driver::default(),
                held: upload_driver::Held::default(),
                undo: None,
                docket: docket::Docket::default(),
            }),
        };
        app.navigation.wait_while(move |route| route.case().is_some_and(|id| docket::is_reading(app, id)));
        app
    }

    /// The words of the current language; reading them follows a change of language.
    #[must_use]
    pub fn words(&self) -> &'static Messages {
        Messages::of(self.language.get())
    }

    /// A fixed message that follows the language. Taking a plain function keeps every such signal of one type, which is
    /// worth a tenth of the bundle.
    #[must_use]
    pub fn say(&self, message: fn(&'static Messages) -> &'static str) -> Signal<String> {
        let app = *self;
        Signal::derive(move || message(app.words()).to_owned())
    }

    /// Likewise, for what may be missing.
    #[must_use]
    pub fn say_some(&self, message: fn(&'static Messages) -> &'static str) -> Signal<Option<String>> {
        let app = *self;
        Signal::derive(move || Some(message(app.words()).to_owned()))
    }

    /// The words of the current language, once.
    #[must_use]
    pub fn words_untracked(&self) -> &'static Messages {
        Messages::of(self.language.get_untracked())
    }

    /// Shows a passing notice.
    pub fn notify(&self, message: String) {
        self.toast.set(Some(Toast { message, undo: None }));
    }

    /// Shows a passing notice that can be taken back.
    pub fn notify_with_undo(&self, message: String, undo: impl Fn() + Send + Sync + 'static) {
        self.toast.set(Some(Toast { message, undo: Some(Arc::new(undo)) }));
    }

    /// The best clock at hand: the device's, put right by the server's where one was seen.
    #[must_use]
    pub fn clock(&self) -> Timestamp {
        platform::clock::now().plus(self.clock_offset.get_untracked().unwrap_or(0))
    }

    /// The zone of the office, for every time on screen.
    #[must_use]
    pub fn zone(&self) -> Zone {
        self.account.read().as_ref().map_or(Zone::Wib, |me| me.office.zone)
    }

    /// The zone of the office that has a case, in which its hours are told; this account's own where that office is not known here.
    #[must_use]
    pub fn zone_of(&self, office: Option<&OfficeCode>) -> Zone {
        office.and_then(|code| self.office(code)).map_or_else(|| self.zone(), |office| office.zone)
    }

    /// The server that this device works with.
    #[must_use]
    pub fn server(&self) -> HttpBackend {
        self.inner.with_value(|inner| inner.http.clone())
    }

    /// An office by its code, as the book has it now; `None` where this device does not know it.
    #[must_use]
    pub fn office(&self, code: &OfficeCode) -> Option<Office> {
        let own = self.account.read().as_ref().map(|me| me.office.clone()).filter(|office| office.code == *code);
        own.or_else(|| Some(self.book_untracked().office(self.offices.read().iter().find(|office| office.code == *code)?).0))
    }

    /// How old the server's news are, in words.
    #[must_use]
    pub fn news(&self) -> String {
        sentences::news(self.language.get(), self.last_news.get(), self.now.get(), self.sync.with(|sync| sync.busy))
    }

    /// The tables that a case is judged by, the calendar being that of its last act; `None` where this version or device lacks one.
    #[must_use]
    pub fn tables(&self, case: &Case, last: Option<&Act>) -> Option<(&'static Pinned<RuleSet>, &'static Pinned<Calendar>, Office)> {
        let book = self.book();
        let own = || self.account.read().as_ref().map(|me| me.office.clone());
        let office = case.office.as_ref().and_then(|code| self.office(code)).or_else(own)?;
        Some((book.set(case.rules.as_ref()?)?, book.calendar(&last?.calendar)?, office))
    }

    fn with_docket<T>(&self, work: impl FnOnce(&mut docket::Docket) -> T) -> Option<T> {
        // Taken out meanwhile: what works on it reads the rest.
        let mut docket = self.inner.try_update_value(|inner| std::mem::take(&mut inner.docket))?;
        let outcome = work(&mut docket);
        self.inner.update_value(|inner| inner.docket = docket);
        Some(outcome)
    }

    /// A case as this device knows it: the server's acts, then what waits in the outbox. Acts that are not at hand are asked for; until
    /// they are read there is none, and whoever follows this hears of it.
    #[must_use]
    pub fn case(&self, id: CaseId) -> Option<Case> {
        if self.is_unread(id) {
            return None;
        }
        let cases = self.cases.read();
        let outbox = self.outbox.read();
        let record = cases.get(&id);
        let waiting: Vec<_> = outbox.iter().filter(|entry| entry.is_of(id)).collect();
        if record.is_none() && waiting.is_empty() {
            return None;
        }
        Some(fold(id, record.iter().flat_map(|record| &record.acts).chain(waiting.iter().map(|entry| &entry.act))))
    }

    fn is_unread(&self, id: CaseId) -> bool {
        let at_hand = self.cases.read().contains_key(&id);
        if !at_hand {
            self.docket_turn.track();
        }
        let unread = !at_hand && self.with_docket(|docket| docket.holds(id)) == Some(true);
        if unread {
            docket::want(*self, &[id]);
        }
        unread
    }

    /// The acts of a case as this device knows them: the server's, then what waits to be sent. Likewise.
    #[must_use]
    pub fn case_acts(&self, id: CaseId) -> Vec<Act> {
        self.with_acts(id, |acts| acts.iter().map(|&act| act.clone()).collect())
    }

    /// Looks at the acts of a case without a copy of them: they may hold whole petitions. Likewise.
    pub fn with_acts<T>(&self, id: CaseId, look: impl FnOnce(&[&Act]) -> T) -> T {
        if self.is_unread(id) {
            return look(&[]);
        }
        let cases = self.cases.read();
        let outbox = self.outbox.read();
        let waiting = outbox.iter().filter(|entry| entry.is_of(id)).map(|entry| &entry.act);
        let acts: Vec<&Act> = cases.get(&id).iter().flat_map(|record| &record.acts).chain(waiting).collect();
        look(&acts)
    }

    /// What its newest act was decided by, for a case that is at hand; see [`Self::tables`].
    #[must_use]
    pub fn tables_of(&self, case: &Case) -> Option<(&'static Pinned<RuleSet>, &'static Pinned<Calendar>, Office)> {
        self.with_acts(case.id, |acts| self.tables(case, acts.last().copied()))
    }

    /// Keeps changes and returns when they are safe.
    ///
    /// # Errors
    /// See [`StoreError`]; nothing of them was kept.
    pub async fn commit(&self, mut changes: Vec<Change>, durability: Durability) -> Result<(), StoreError> {
        let Some(store) = self.store() else { return Err(StoreError::Failed("no store is open".into())) };
        let mark = if durability == Durability::Strict { session::next_mark(*self) } else { None };
        if let Some(mark) = mark {
            changes.push(Change::PutNote(Note { key: MARK.to_owned(), text: mark.to_string() }));
        }
        store.commit(changes, durability).await?;
        if let Some(mark) = mark {
            session::marked(*self, mark);
        }
        Ok(())
    }

    /// The open store.
    #[must_use]
    pub fn store(&self) -> Option<Rc<IndexedDbStore>> {
        self.inner.with_value(|inner| inner.store.clone())
    }

    /// Shows the browser's own offer to install.
    pub fn offer_install(&self) {
        if let Some(offer) = self.acts.get_value().offer_install {
            offer.run(());
        }
    }

    /// Lets the new version take over.
    pub fn take_update(&self) {
        if let Some(take) = self.acts.get_value().take_update {
            take.run(());
        }
    }

    /// Shows what the store holds.
    fn show(&self, mut loaded: Loaded) {
        self.aside.set(store::aside(&mut loaded));
        self.last_news.set(loaded.notes.iter().find(|note| note.key == PULLED).and_then(|note| Timestamp::parse(&note.text)));
        self.drafts.set(loaded.drafts);
        self.outbox.set(loaded.outbox);
        // Filled by insertion: collecting into a map brings a sort of its own for each type.
        self.set_book(RuleBook::new(loaded.amendments));
        let mut files = Table::new();
        files.extend(loaded.files.into_iter().map(|record| (record.file.id, record)));
        self.files.set(files);
        let mut receipts = Table::new();
        receipts.extend(loaded.receipts.into_iter().map(|receipt| (receipt.command_id, receipt)));
        self.receipts.set(receipts);
        self.quarantine.update(|quarantine| {
            quarantine.retain(docket::is_case);
            quarantine.extend(loaded.quarantine);
        });
        let epoch = |cursor: &Option<Cursor>| cursor.as_ref().map(|cursor| cursor.epoch.clone());
        self.inner.update_value(|inner| {
            inner.held.read_again(epoch(&inner.cursor) == epoch(&loaded.cursor));
            inner.cursor = loaded.cursor;
        });
    }

    /// The law as it ships, with what was changed of it; reading it follows further changes.
    #[must_use]
    pub fn book(&self) -> &'static RuleBook {
        self.law.track();
        self.book_untracked()
    }

    /// Likewise, once.
    #[must_use]
    pub fn book_untracked(&self) -> &'static RuleBook {
        self.inner.with_value(|inner| inner.book)
    }

    /// Takes a law that was changed, and with it what the own office says of itself.
    fn set_book(&self, book: RuleBook) {
        if let Some(mut me) = self.account.get_untracked() {
            let (office, _) = book.office(&me.office);
            if me.office != office {
                me.office = office;
                self.account.set(Some(me));
            }
        }
        if *self.book_untracked() != book {
            // Kept for as long as the program runs, as the versions in it are: it changes a few times a year.
            let book: &'static RuleBook = Box::leak(Box::new(book));
            self.inner.update_value(|inner| inner.book = book);
            self.law.update(|law| *law += 1);
        }
    }

    /// Drafts, commands and files that only this device holds.
    #[must_use]
    pub fn only_here(&self) -> usize {
        self.drafts.read().len() + self.unsent()
    }

    /// Commands that the server does not hold, files of commands that it holds, and what cannot be read: it is not sent either.
    #[must_use]
    pub fn unsent(&self) -> usize {
        let files = self.files.read().values().filter(|record| record.is_due()).count();
        self.outbox.read().len() + self.quarantine.read().len() + files
    }

    /// Since when the oldest of them waits, by the device's clock.
    #[must_use]
    pub fn unsent_since(&self) -> Option<Timestamp> {
        let files = self.files.read();
        let files = files.values().filter(|record| record.is_due()).map(|record| record.captured_at);
        self.outbox.read().iter().map(|entry| entry.queued_at).chain(files).min()
    }

    /// Is there room on this device for so many bytes, besides what text may need? Yes where the browser does not say.
    pub async fn room_for(&self, bytes: u64) -> bool {
        platform::storage::estimate().await.is_none_or(|(used, quota)| has_room(bytes, used, quota))
    }

    /// Looks how much room the device has left, so that the officer is warned before something cannot be kept.
    pub fn look_at_room(&self) {
        let room_left = self.room_left;
        leptos::task::spawn_local(async move {
            let left =
                platform::storage::estimate().await.map(|(used, quota)| quota.saturating_sub(used)).filter(|left| *left < LITTLE_ROOM);
            if room_left.try_get_untracked() != Some(left) {
                let _ = room_left.try_set(left);
            }
        });
    }
}

/// The state of the app, from any component.
///
/// # Panics
/// Outside of the app's own tree.
#[must_use]
pub fn use_app() -> AppState {
    expect_context::<AppState>()
}
