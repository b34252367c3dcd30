//! Training on this device: the world that is being played, what carries the app's requests to its server, what goes wrong on purpose,
//! and what is kept of it. Everything stands under names of training's own; nothing of work is opened, read or written.

use std::cell::RefCell;
use std::rc::Rc;

use futures_util::FutureExt as _;
use futures_util::future::LocalBoxFuture;
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use super::session::SignInError;
use super::{AppState, Boot, BrowserActs, session};
use crate::api::endpoint;
use crate::api::http::{FileReply, Reply, Request, carry_by};
use crate::domain::case::Act;
use crate::domain::evidence::FileRef;
use crate::domain::id::CaseId;
use crate::domain::json;
use crate::domain::order::ascending;
use crate::domain::time::Timestamp;
use crate::i18n::messages::TrainingMessages;
use crate::i18n::tour::{self, Stop};
use crate::platform::lock::{self, Held};
use crate::platform::timer::sleep;
use crate::platform::{clock, local, page, realm, storage, training as device};
use crate::routes::Route;
use crate::store::indexed_db::IndexedDbStore;
use crate::store::record::{FileRecord, Note};
use crate::store::{CHUNK_BYTES, Change, Durability, LocalStore, StoreError, chunk_count};
use crate::sync::answer::Answer;
use crate::training::names;
use crate::training::progress::{Event, Progress};
use crate::training::scenario::{self, Fault, Line, Open, Scenario};
use crate::training::server::{self, Entry};
use crate::training::world::{SECOND, Saved, World};

/// The database of the server of training.
const STORE: &str = "sips-server";
/// One page of a browser trains at a time: its server lives in that page.
const TAB: &str = "sips-tab";
/// What of training outlives a new start: keys of its small storage.
const KEPT: [&str; 9] =
    ["sips.device", "sips.language", "sips.theme", "sips.text", "sips.lock", "sips.shortcuts", PROGRESS, SCREEN, RESULTS];
const PROGRESS: &str = "training.progress";
const SCREEN: &str = "training.screen";
/// Which step of which scenario is at hand, for the speaker's window beside this one.
const AT: &str = "training.at";
/// What the trainer has collected.
pub const RESULTS: &str = "training.results";
/// Keys of notes.
const SAVED: &str = "saved";
const RUN: &str = "run";
const ENTRY: &str = "entry.";
/// Whoever trains may be anybody, with any word.
const PASSWORD: &str = "latihan";
/// How long a request takes where the signal is slow, in milliseconds, and for each KB besides.
const SLOW_MS: i32 = 2_500;
const SLOW_MS_PER_KB: i32 = 20;
const SERVER_ERROR: u16 = 500;
const OK: u16 = 200;
/// How often, and how long each time in milliseconds, a save under way is waited for before the page is loaded anew.
const SAVES_WAITED: u32 = 40;
const SAVE_WAIT_MS: i32 = 50;

/// Why there is no training here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Obstacle {
    /// Another tab trains.
    OtherTab,
    /// The page could not be closed off.
    Barrier,
    /// No scenario has this key.
    NoScenario(String),
    /// The scenario has no such step; how many it has.
    NoStep(usize),
    /// It cannot be played; what is wrong with it.
    Broken(String),
    /// The device keeps nothing.
    Store(StoreError),
}

/// Where training stands, for the screen.
#[derive(Clone, Debug, PartialEq)]
pub struct Place {
    /// The scenario.
    pub scenario: Scenario,
    /// The step at hand, from 0.
    pub step: usize,
    /// Who is at work.
    pub person: String,
}

/// What a presenter has switched on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Screen {
    /// Large type and targets, no motion, a halo around the pointer.
    pub presenting: bool,
    /// Keys that are pressed are shown.
    pub keys: bool,
    /// Names are masked.
    pub masked: bool,
    /// The bar is small.
    pub small: bool,
    /// The tour is over, or was never wanted.
    #[serde(default)]
    pub toured: bool,
}

/// The one handle to training; copied into its pages.
#[derive(Clone, Copy)]
pub struct Training {
    /// Where it stands; nothing before a scenario was begun.
    pub place: RwSignal<Option<Place>>,
    /// Why nothing is begun.
    pub obstacle: RwSignal<Option<Obstacle>>,
    /// The step is done.
    pub done: RwSignal<bool>,
    /// The wrong way that was gone, by its place in the step.
    pub wrong: RwSignal<Option<usize>>,
    /// Hints that are open.
    pub hints: RwSignal<usize>,
    /// What goes wrong.
    pub fault: RwSignal<Fault>,
    /// What was practised.
    pub progress: RwSignal<Progress>,
    /// What a presenter has switched on.
    pub screen: RwSignal<Screen>,
    /// The page is still being made ready.
    pub loading: RwSignal<bool>,
    /// The trainer has moved the clock away from where the step begins.
    pub moved: RwSignal<bool>,
    /// The tour that is on, and the stop it has come to.
    pub tour: RwSignal<Option<(Vec<&'static Stop>, usize)>>,
    /// The page of the tour that was begun last, and the stop where it was left before its end.
    pub tour_left: StoredValue<(String, usize)>,
    /// Counts what the server took.
    changed: RwSignal<u32>,
}

struct Driver {
    world: World,
    run: Run,
    store: Rc<IndexedDbStore>,
    /// Entries that are on the disk.
    kept: usize,
    fault: Fault,
    /// Nothing that the app wants to send is taken for now.
    holds: bool,
    training: Training,
    _tab: Option<Held>,
}

/// What is kept of a run besides its world.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Run {
    seed: u8,
    ahead_ms: i64,
    person: String,
    fault: String,
    hints: usize,
    #[serde(default)]
    wrong: Vec<usize>,
    #[serde(default)]
    done: bool,
    #[serde(default)]
    moved: bool,
}

thread_local! {
    // The app's one way to a server is a plain function, so that it can be exchanged at no cost where nobody does.
    static DRIVER: RefCell<Option<Driver>> = const { RefCell::new(None) };
}

impl Training {
    /// Training of which nothing is known yet.
    #[must_use]
    pub fn new() -> Self {
        let read = |key: &str| local::read(key);
        let screen = read(SCREEN).and_then(|text| json::read(&text).ok());
        let none = Screen { presenting: false, keys: false, masked: false, small: false, toured: false };
        Self {
            place: RwSignal::new(None),
            obstacle: RwSignal::new(None),
            done: RwSignal::new(false),
            wrong: RwSignal::new(None),
            hints: RwSignal::new(0),
            fault: RwSignal::new(Fault::None),
            progress: RwSignal::new(read(PROGRESS).and_then(|text| json::read(&text).ok()).unwrap_or_default()),
            screen: RwSignal::new(screen.unwrap_or(none)),
            loading: RwSignal::new(true),
            moved: RwSignal::new(false),
            tour: RwSignal::new(None),
            tour_left: StoredValue::new((String::new(), 0)),
            changed: RwSignal::new(0),
        }
    }

    /// Changes what a presenter has switched on.
    pub fn set_screen(&self, change: impl FnOnce(&mut Screen)) {
        self.screen.update(change);
        let _ = local::write(SCREEN, &json::write(&self.screen.get_untracked()));
    }

    /// Opens the guide, unless a presenter has it closed.
    fn unfold(&self) {
        if self.screen.with_untracked(|screen| screen.small && !screen.presenting) {
            self.set_screen(|screen| screen.small = false);
        }
    }

    fn note(&self, event: Event) {
        if let Some(place) = self.place.get_untracked() {
            self.progress.update(|progress| progress.note(&place.scenario.key, event));
            self.keep_progress();
        }
    }

    fn keep_progress(&self) {
        // Refused where local storage is; training then forgets with the page.
        let _ = local::write(PROGRESS, &json::write(&self.progress.get_untracked()));
    }
}

impl Default for Training {
    fn default() -> Self {
        Self::new()
    }
}

/// The names in all cases at hand, and this person's; the longest first.
#[must_use]
pub fn names(app: AppState) -> Vec<String> {
    let ids: Vec<CaseId> = app.cases.read().keys().copied().collect();
    let mut found: Vec<String> = app.account.read().iter().map(|me| me.name.clone()).collect();
    for id in ids {
        let rules = app.case(id).and_then(|case| Some((app.book().set(case.rules.as_ref()?)?, case)));
        if let Some((rules, case)) = rules {
            let of_case = app.with_acts(id, |acts| names::names(&case, acts, &rules.value));
            found.extend(of_case);
        }
    }
    found.sort_by_key(|name| std::cmp::Reverse(name.len()));
    found.dedup();
    found
}

/// The step of a scenario, from 0, that the window which trains is at; `None` where it plays another or none.
#[must_use]
pub fn step_at_hand(scenario: &str) -> Option<usize> {
    local::read(AT)?.strip_prefix(scenario)?.trim_start().parse().ok()
}

/// The training of this page, from any of its components.
#[must_use]
pub fn use_training() -> Training {
    expect_context::<Training>()
}

/// Begins what the address asks for, or goes on with what was begun.
pub async fn start(app: AppState, training: Training, closed_off: bool) {
    carry_by(carry);
    let outcome = if closed_off { open(app, training).await } else { Err(Obstacle::Barrier) };
    if let Err(obstacle) = outcome {
        training.obstacle.set(Some(obstacle));
        app.boot.set(Boot::SignedOut);
        if !matches!(app.navigation.route.get_untracked(), Route::Trainer | Route::Certificate(_)) {
            app.navigation.replace(&Route::Training);
        }
    }
    training.loading.set(false);
    follow(app, training);
    // Whoever pressed a link meanwhile wants that one begun.
    if let Route::Scenario(..) = app.navigation.route.get_untracked() {
        page::reload();
    }
}

async fn open(app: AppState, training: Training) -> Result<(), Obstacle> {
    let route = app.navigation.route.get_untracked();
    if let Route::Notes(_) = route {
        // The speaker's window reads beside the one that trains.
        app.boot.set(Boot::SignedOut);
        return Ok(());
    }
    let tab = take_tab().await?;
    match route {
        Route::Scenario(key, step) => {
            let scenario = scenario::by_key(&key).ok_or(Obstacle::NoScenario(key))?;
            let step = (1..=scenario.step.len()).contains(&step).then(|| step - 1).ok_or(Obstacle::NoStep(scenario.step.len()))?;
            // What never reached a server is on no device but the one where it was done: there the story goes on from.
            let before = &scenario.step[..step];
            let step = step - before.iter().rev().take_while(|step| step.aside).count();
            begin(app, training, scenario, step, &Asked::read(&app.navigation.query.get_untracked()), tab).await
        }
        route => match resume(app, training, tab).await? {
            true => Ok(()),
            false => {
                app.boot.set(Boot::SignedOut);
                if !matches!(route, Route::Training | Route::Trainer | Route::Certificate(_) | Route::Help) {
                    app.navigation.replace(&Route::Training);
                }
                Ok(())
            }
        },
    }
}

/// What a link says besides scenario and step. Whatever of it cannot be read is as if it were not said.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Asked {
    /// Sets the ids of one group apart from those of another.
    seed: Option<u8>,
    /// The clock, where it was moved: by the office's zone, `2026-07-08T10.20`.
    at: Option<String>,
    /// The page, as its address at work; the scenario's case is `~` in it.
    page: Option<String>,
    /// The step is done once more in the same run.
    again: bool,
}

impl Asked {
    fn read(query: &str) -> Self {
        let said = |name: &str| query.trim_start_matches('?').split('&').find_map(|pair| pair.strip_prefix(name)?.strip_prefix('='));
        let text = |name: &str| said(name).map(str::to_owned);
        Self { seed: said("benih").and_then(|seed| seed.parse().ok()), at: text("jam"), page: text("di"), again: said("ulang").is_some() }
    }

    /// The page, if it is one that everybody has.
    fn route(&self, case: Option<CaseId>) -> Option<Route> {
        let path = self.page.as_ref()?.replace('~', &case?.to_string());
        Some(Route::parse(&path)).filter(is_everybodys)
    }
}

/// Is it a page on which everybody who comes to the same world sees the same?
fn is_everybodys(route: &Route) -> bool {
    let own = matches!(
        route,
        Route::NotFound
            | Route::SignIn
            | Route::Begin(_)
            | Route::Act(..)
            | Route::Draft(_)
            | Route::Section(..)
            | Route::Check(_)
            | Route::History(_)
            | Route::DraftAsPublic(_)
    );
    !own && !route.is_of_training()
}

/// The link to where the presenter is: scenario, step and seed, the page if everybody has it, and the clock if it was moved.
#[must_use]
pub fn link(app: AppState, training: Training) -> Option<String> {
    let place = training.place.get()?;
    let (seed, case) = DRIVER.with_borrow(|driver| driver.as_ref().map(|driver| (driver.run.seed, driver.world.subject())))?;
    let mut path = format!("{}?benih={seed}", Route::Scenario(place.scenario.key, place.step + 1).path());
    if training.moved.get() {
        let local = app.now.get().in_zone(app.zone());
        let (hour, minute) = local.minute.hour_and_minute();
        path.push_str(&format!("&jam={}T{hour:02}.{minute:02}", local.date));
    }
    let route = app.navigation.route.get();
    let begins = place.scenario.step.get(place.step).map(|step| address(app, &step.open));
    if is_everybodys(&route) && begins.as_ref() != Some(&route) {
        let page = route.work_path();
        path.push_str("&di=");
        path.push_str(&case.map_or(page.clone(), |case| page.replace(&case.to_string(), "~")));
    }
    Some(path)
}

/// The page that was left a moment ago may still hold it.
async fn take_tab() -> Result<Option<Held>, Obstacle> {
    if !lock::available() {
        return Ok(None);
    }
    for _ in 0..SAVES_WAITED {
        if let Some(held) = lock::try_hold(TAB).await {
            return Ok(Some(held));
        }
        sleep(SAVE_WAIT_MS).await;
    }
    Err(Obstacle::OtherTab)
}

/// Begins a scenario at a step, in place of whatever was there.
async fn begin(
    app: AppState,
    training: Training,
    scenario: &Scenario,
    step: usize,
    asked: &Asked,
    tab: Option<Held>,
) -> Result<(), Obstacle> {
    let seed = asked.seed.unwrap_or(1);
    let world = World::at(scenario, step, seed).map_err(|stuck| Obstacle::Broken(format!("{stuck:?}")))?;
    for key in local::keys_with_prefix("") {
        if !KEPT.contains(&key.as_str()) {
            local::remove(&key);
        }
    }
    // Of what this browser does not list, those that may be there.
    let accounts = world.server.people().iter().map(|me| session::store_name(me.account));
    let mut names = storage::databases("").await;
    names.extend(["sips-device".to_owned(), STORE.to_owned()].into_iter().chain(accounts));
    for name in names {
        storage::delete_database(&name).await;
    }
    let moved = asked.at.as_ref().and_then(|at| world.instant(&at.replace('T', " ")).ok());
    let ahead_ms = moved.unwrap_or(world.now).since(device_now());
    let this = world.this_step();
    let fault = this.fault.unwrap_or(Fault::None);
    let (person, open) = (this.who.clone(), this.open.clone());
    let page = asked.route(world.subject());
    let run = Run {
        seed,
        ahead_ms,
        person: person.clone(),
        fault: word(fault).to_owned(),
        hints: 0,
        wrong: Vec::new(),
        done: false,
        moved: moved.is_some(),
    };
    training.progress.update(|progress| progress.begin(&scenario.key, step, scenario.step.len(), asked.again));
    training.keep_progress();
    take_up(app, training, world, run, tab).await?;
    arrive(app, fault, true, sign_in(app, &person)).await?;
    app.navigation.replace(&page.unwrap_or_else(|| address(app, &open)));
    Ok(())
}

/// Goes on with what this device keeps; `false` if there is nothing.
async fn resume(app: AppState, training: Training, tab: Option<Held>) -> Result<bool, Obstacle> {
    let store = IndexedDbStore::open(STORE, || {}).await.map_err(Obstacle::Store)?;
    let loaded = store.load().await.map_err(Obstacle::Store)?;
    let note = |key: &str| loaded.notes.iter().find(|note| note.key == key).map(|note| note.text.clone());
    let saved: Option<Saved> = note(SAVED).and_then(|text| json::read(&text).ok());
    let run: Option<Run> = note(RUN).and_then(|text| json::read(&text).ok());
    let (Some(saved), Some(run)) = (saved, run) else { return Ok(false) };
    let Some(scenario) = scenario::by_key(&saved.scenario) else { return Ok(false) };
    let mut entries = Vec::new();
    // Notes come in the order of their keys, which is that of the entries.
    for note in loaded.notes.iter().filter(|note| note.key.starts_with(ENTRY)) {
        let Ok(entry) = json::read::<Entry>(&note.text) else { return Ok(false) };
        let bytes = match &entry {
            Entry::File(_, file) => Some(bytes_of(&store, file).await.map_err(Obstacle::Store)?),
            _ => None,
        };
        entries.push((entry, bytes));
    }
    let world = World::resume(scenario, saved, run.seed, entries).map_err(|stuck| Obstacle::Broken(format!("{stuck:?}")))?;
    drop(store);
    let (person, fault) = (run.person.clone(), fault_of(&run.fault));
    take_up(app, training, world, run, tab).await?;
    let arriving = async {
        session::resume(app).await;
        let is_there = |name: &str| app.account.read_untracked().as_ref().is_some_and(|me| me.username == name);
        if !is_there(&person) {
            session::sign_out(app).await;
            sign_in(app, &person).await?;
        }
        Ok(())
    };
    arrive(app, fault, false, arriving).await?;
    Ok(true)
}

/// Somebody comes to the device, and then something goes wrong: what came before is on the device already, and what was not sent until
/// now is not sent on the way.
async fn arrive(app: AppState, fault: Fault, is_new: bool, arriving: impl Future<Output = Result<(), Obstacle>>) -> Result<(), Obstacle> {
    let holds = matches!(fault, Fault::Offline | Fault::Error);
    let hold = |holds: bool| DRIVER.with_borrow_mut(|driver| driver.as_mut().into_iter().for_each(|driver| driver.holds = holds));
    hold(holds);
    let arrived = arriving.await;
    for _ in 0..SAVES_WAITED {
        let is_through = app.sync.with_untracked(|view| view.last_pull.is_some() || view.trouble.is_some());
        if !holds || arrived.is_err() || is_through {
            break;
        }
        sleep(SAVE_WAIT_MS).await;
    }
    hold(false);
    set_fault(app, fault);
    arrived?;
    // From here on the screen says where training stands, and takes presses.
    let place = DRIVER.with_borrow(|driver| {
        let Driver { world, run, training, .. } = driver.as_ref()?;
        Some((*training, Place { scenario: world.scenario.clone(), step: world.step, person: run.person.clone() }))
    });
    if let Some((training, place)) = place {
        // Refused where local storage is: the notes then mark no step.
        let _ = local::write(AT, &format!("{} {}", place.scenario.key, place.step));
        training.place.set(Some(place));
        if is_new {
            training.unfold();
        }
        if !training.screen.get_untracked().toured {
            training.tour.set(Some((tour::FRAME.iter().collect(), 0)));
        }
    }
    Ok(())
}

async fn bytes_of(store: &IndexedDbStore, file: &FileRef) -> Result<Vec<u8>, StoreError> {
    let mut bytes = Vec::new();
    for index in 0..chunk_count(file.size) {
        bytes.extend(store.chunk(file.id, index).await?.unwrap_or_default());
    }
    Ok(bytes)
}

/// The world is this page's from here on.
async fn take_up(app: AppState, training: Training, world: World, run: Run, tab: Option<Held>) -> Result<(), Obstacle> {
    let store = Rc::new(IndexedDbStore::open(STORE, || {}).await.map_err(Obstacle::Store)?);
    realm::set_ahead_ms(run.ahead_ms);
    app.now.set(clock::now());
    training.hints.set(run.hints);
    training.wrong.set(run.wrong.last().copied());
    training.done.set(run.done);
    training.moved.set(run.moved);
    let kept = store.load().await.map_err(Obstacle::Store)?.notes.iter().filter(|note| note.key.starts_with(ENTRY)).count();
    DRIVER.set(Some(Driver { world, run, store, kept, fault: Fault::None, holds: false, training, _tab: tab }));
    keep().await.map_err(Obstacle::Store)?;
    let acts = app.acts.get_value();
    // There is no other version to change to: the page is loaded anew, as it is when there is one.
    app.acts.set_value(BrowserActs { take_update: Some(Callback::new(|()| page::reload())), ..acts });
    Ok(())
}

async fn sign_in(app: AppState, person: &str) -> Result<(), Obstacle> {
    session::sign_in(app, person, PASSWORD).await.map_err(|error| match error {
        SignInError::Storage => Obstacle::Store(StoreError::Refused(String::new())),
        other => Obstacle::Broken(format!("{other:?}")),
    })
}

fn device_now() -> Timestamp {
    clock::device()
}

/// Writes down what the server took since the last time, and where the world stands.
async fn keep() -> Result<(), StoreError> {
    let Some((store, changes)) = DRIVER.with_borrow_mut(|driver| {
        let driver = driver.as_mut()?;
        let mut changes = vec![
            Change::PutNote(Note { key: SAVED.to_owned(), text: json::write(&driver.world.saved()) }),
            Change::PutNote(Note { key: RUN.to_owned(), text: json::write(&driver.run) }),
        ];
        let entries = driver.world.server.entries();
        for (at, entry) in entries.iter().enumerate().skip(driver.kept) {
            changes.push(Change::PutNote(Note { key: format!("{ENTRY}{at:06}"), text: json::write(entry) }));
            if let Entry::File(_, file) = entry
                && let Some(bytes) = driver.world.server.bytes(&file.sha256)
            {
                let chunks = bytes.chunks(CHUNK_BYTES).map(<[u8]>::to_vec).collect();
                changes.push(Change::PutFile { record: FileRecord::on_device(file.clone(), clock::now()), chunks });
            }
        }
        driver.kept = entries.len();
        Some((Rc::clone(&driver.store), changes))
    }) else {
        return Ok(());
    };
    store.commit(changes, Durability::Strict).await
}

/// Carries a request of the app to the server in this page.
fn carry(request: Request) -> LocalBoxFuture<'static, Option<FileReply>> {
    async move {
        let (fault, training, holds) =
            DRIVER.with_borrow(|driver| driver.as_ref().map(|driver| (driver.fault, driver.training, driver.holds)))?;
        if holds && (request.path == endpoint::COMMANDS || request.path.starts_with(endpoint::FILES)) {
            return None;
        }
        // The app's own files are on the device.
        let is_own = !endpoint::is_of_contract(&request.path);
        match fault {
            _ if is_own => {}
            Fault::Offline => return None,
            Fault::Slow => sleep(SLOW_MS + SLOW_MS_PER_KB * i32::try_from(request.body.len() / 1024).unwrap_or(0)).await,
            Fault::Error => return Some(reply(SERVER_ERROR, false, None, Vec::new())),
            Fault::None | Fault::Full | Fault::Expired => {}
        }
        let (answer, is_new) = DRIVER.with_borrow_mut(|driver| {
            let driver = driver.as_mut()?;
            let asked = server::Request {
                method: request.method.as_str(),
                path: &request.path,
                bearer: request.bearer.as_deref(),
                headers: &request.headers,
                body: &request.body,
            };
            let answer = driver.world.server.answer(asked, clock::now());
            Some((answer, driver.world.server.entries().len() > driver.kept))
        })?;
        if is_new {
            // What is not on the disk was not taken: the app sends it again after a reload.
            keep().await.ok()?;
            training.changed.update(|count| *count += 1);
        }
        if fault == Fault::Expired && answer.status == OK && request.path == endpoint::SESSION {
            // Signed in again: all is well from here on.
            DRIVER.with_borrow_mut(|driver| {
                if let Some(driver) = driver {
                    (driver.fault, driver.run.fault) = (Fault::None, word(Fault::None).to_owned());
                }
            });
            training.fault.set(Fault::None);
        }
        Some(reply(answer.status, answer.json, answer.offset, answer.body))
    }
    .boxed_local()
}

fn reply(status: u16, json: bool, offset: Option<u64>, bytes: Vec<u8>) -> FileReply {
    let answer = Answer::Http { status, contract: true, json, retry_after: None, body: None };
    FileReply { reply: Reply { answer, date: Some(clock::now()) }, offset, bytes }
}

/// Looks after every change whether the step is done, or done wrongly.
fn follow(app: AppState, training: Training) {
    Effect::new(move |_| {
        training.changed.track();
        let waiting: Vec<Act> = app.outbox.read().iter().map(|entry| entry.act.clone()).collect();
        if app.boot.get() != Boot::Ready {
            return;
        }
        let found = DRIVER.with_borrow_mut(|driver| {
            let driver = driver.as_mut()?;
            let (step, view) = (driver.world.this_step(), driver.world.view(&waiting));
            let done = step.done.holds(view);
            let wrong = if done { None } else { step.wrong.iter().position(|wrong| wrong.when.holds(view)) };
            let is_new_wrong = wrong.filter(|wrong| !driver.run.wrong.contains(wrong));
            let is_newly_done = done && !driver.run.done;
            driver.run.wrong.extend(is_new_wrong);
            driver.run.done |= done;
            Some((done, wrong, is_newly_done, is_new_wrong.is_some(), driver.world.step))
        });
        let Some((done, wrong, is_newly_done, is_new_wrong, step)) = found else { return };
        training.done.set(done || training.done.get_untracked());
        training.wrong.set(wrong);
        if is_newly_done {
            training.note(Event::Done { step });
        }
        if is_new_wrong {
            training.note(Event::Wrong);
        }
        if is_newly_done || is_new_wrong {
            training.unfold();
            leptos::task::spawn_local(async {
                let _ = keep().await;
            });
        }
    });
}

/// Opens one more hint.
pub fn open_hint(training: Training) {
    training.hints.update(|hints| *hints += 1);
    training.note(Event::Hint);
    let hints = training.hints.get_untracked();
    with_run(|run| run.hints = hints);
}

fn with_run(change: impl FnOnce(&mut Run)) {
    DRIVER.with_borrow_mut(|driver| {
        if let Some(driver) = driver {
            change(&mut driver.run);
        }
    });
    leptos::task::spawn_local(async {
        let _ = keep().await;
    });
}

/// Goes on to the next step over what was done here. A step that is not done is passed over: the scenario does it in its own way.
pub async fn next(app: AppState, training: Training) {
    let Some(place) = training.place.get_untracked() else { return };
    let next = place.step + 1;
    if next >= place.scenario.step.len() {
        return;
    }
    if !training.done.get_untracked() {
        if place.scenario.step[place.step].aside {
            return app.notify(TrainingMessages::of(app.language.get_untracked()).needed.to_owned());
        }
        // The same world as behind a link: what was half done here is set aside.
        to_step(app, place.scenario.key, next + 1, "").await;
        return;
    }
    let went = DRIVER.with_borrow_mut(|driver| {
        let driver = driver.as_mut()?;
        driver.world.next_step(driver.run.seed).ok()?;
        let step = driver.world.this_step();
        let fault = step.fault.map_or(driver.fault, |fault| fault);
        let moved = driver.run.moved && step.at.is_none();
        if step.at.is_some() {
            // Never before what was recorded already, however long it took.
            let last = driver.world.server.acts().map(|act| act.happened_at.plus(60_000)).max();
            driver.run.ahead_ms = last.map_or(driver.world.now, |last| last.max(driver.world.now)).since(device_now());
        }
        driver.run = Run {
            person: step.who.clone(),
            fault: word(fault).to_owned(),
            hints: 0,
            wrong: Vec::new(),
            done: false,
            moved,
            ..driver.run.clone()
        };
        Some(step.open.clone())
    });
    match went {
        Some(open) => {
            training.unfold();
            let _ = keep().await;
            go(app, &address(app, &open)).await;
        }
        None => to_step(app, place.scenario.key, next + 1, "").await,
    }
}

/// Goes back a step, to the world in which it begins.
pub async fn back(app: AppState, training: Training) {
    if let Some(place) = training.place.get_untracked() {
        to_step(app, place.scenario.key, place.step.max(1), "").await;
    }
}

/// Begins the step at hand anew.
pub async fn again(app: AppState, training: Training) {
    if let Some(place) = training.place.get_untracked() {
        to_step(app, place.scenario.key, place.step + 1, "&ulang=1").await;
    }
}

/// Begins the scenario anew.
pub async fn reset(app: AppState, training: Training) {
    if let Some(place) = training.place.get_untracked() {
        to_step(app, place.scenario.key, 1, "").await;
    }
}

/// Somebody else works on the device from here on, without a password.
pub async fn change_person(app: AppState, person: String) {
    with_run(|run| run.person = person);
    go(app, &Route::Home).await;
}

/// Moves training's clock; the page is loaded anew, so that all of it follows.
pub async fn set_clock(app: AppState, at: Timestamp) {
    let ahead_ms = at.since(device_now());
    with_run(|run| (run.ahead_ms, run.moved) = (ahead_ms, true));
    let route = app.navigation.route.get_untracked();
    go(app, &route).await;
}

/// Lets something go wrong, or right again.
pub fn set_fault(app: AppState, fault: Fault) {
    let Some(training) = DRIVER.with_borrow_mut(|driver| {
        let driver = driver.as_mut()?;
        if fault == Fault::Expired {
            driver.world.server.end_sessions();
        }
        driver.fault = fault;
        driver.run.fault = word(fault).to_owned();
        Some(driver.training)
    }) else {
        return;
    };
    training.fault.set(fault);
    realm::set_full(fault == Fault::Full);
    let is_cut = fault == Fault::Offline;
    if realm::is_cut() != is_cut {
        realm::set_cut(is_cut);
        device::tell_network(!is_cut);
    }
    super::sync_driver::feed(app, crate::sync::engine::Input::TryNow);
    leptos::task::spawn_local(async {
        let _ = keep().await;
    });
}

/// Somebody else does now what is to be done here, or adds a note where they may not; `false` if they can do neither.
pub async fn second_officer(app: AppState, training: Training) -> bool {
    let done = DRIVER.with_borrow_mut(|driver| {
        let driver = driver.as_mut()?;
        driver.world.now = clock::now();
        let seed = driver.run.seed;
        let own = driver.world.this_step().solution.first().cloned();
        // Another petition would be another case.
        let lines = own.into_iter().filter(|line| !line.base.as_deref().is_some_and(|base| base.ends_with("petition"))).chain([note()]);
        let who = Some(SECOND.to_owned());
        let mut lines = lines.map(|line| Line { who: who.clone(), at: None, ..line });
        lines.find(|line| driver.world.perform(line, seed).is_ok())
    });
    let _ = keep().await;
    training.changed.update(|count| *count += 1);
    super::sync_driver::feed(app, crate::sync::engine::Input::TryNow);
    done.is_some()
}

fn note() -> Line {
    let mut form = scenario::Typed::default();
    form.0.set_text("text", "Catatan petugas kedua (LATIHAN)".to_owned());
    Line {
        who: None,
        base: None,
        act: Some("note".to_owned()),
        at: None,
        case: String::new(),
        strand: None,
        begins: None,
        form,
        attach: None,
        rulings: Default::default(),
    }
}

/// Says that a new version has come.
pub fn update_arrives(app: AppState) {
    app.update_ready.set(true);
}

/// Where a step begins.
fn address(app: AppState, open: &Open) -> Route {
    let case = DRIVER.with_borrow(|driver| driver.as_ref().and_then(|driver| driver.world.subject()));
    // The newest one on the device, where the server has none.
    let case = case.or_else(|| app.outbox.read_untracked().last().map(|entry| entry.envelope.case_id));
    match (open, case) {
        (Open::New, _) => Route::NewPetition,
        (Open::Case | Open::Act(_), Some(case)) => Route::Case(case),
        (Open::Cases, _) => Route::Cases,
        (Open::Outbox, _) => Route::Outbox,
        (Open::Schedule, _) => Route::Schedule,
        (Open::Home | Open::Case | Open::Act(_), _) => Route::Home,
    }
}

/// Leads back to where the step begins.
pub fn to_begin(app: AppState, training: Training) {
    if let Some(place) = training.place.get_untracked()
        && let Some(step) = place.scenario.step.get(place.step)
    {
        let (here, route) = (app.navigation.route.get_untracked(), address(app, &step.open));
        // A form that is being filled in is where the step is done.
        if here != route && !matches!(here, Route::Draft(_) | Route::Section(..) | Route::Check(_)) {
            app.navigation.go(&route);
        }
    }
}

/// Loads a page of training; what is on its way to the disk arrives there first.
async fn go(app: AppState, route: &Route) {
    go_to(app, &route.path()).await;
}

/// Begins a step, counted from 1, anew: with the ids that this run has.
async fn to_step(app: AppState, scenario: String, step: usize, more: &str) {
    let seed = DRIVER.with_borrow(|driver| driver.as_ref().map_or(1, |driver| driver.run.seed));
    go_to(app, &format!("{}?benih={seed}{more}", Route::Scenario(scenario, step).path())).await;
}

async fn go_to(app: AppState, path: &str) {
    for _ in 0..SAVES_WAITED {
        if !app.dirty.get_untracked() {
            break;
        }
        sleep(SAVE_WAIT_MS).await;
    }
    let _ = keep().await;
    page::load(path);
}

/// Begins the tour of the page on screen, or goes on with it where it was left.
pub fn begin_tour(training: Training, page: &str) {
    let stops = tour::of_page(page).iter().filter(|stop| device::is_there(stop.at));
    let at = training.tour_left.with_value(|(of, at)| if of == page { *at } else { 0 });
    training.tour_left.set_value((page.to_owned(), at));
    training.tour.set(Some((stops.collect(), at)));
}

/// Days of the deadline that the case at hand follows, by their count: for leaps to a day. The longest one that runs.
#[must_use]
pub fn counted_days(app: AppState) -> Vec<(u16, crate::domain::time::LocalDate)> {
    let case = DRIVER.with_borrow(|driver| driver.as_ref().and_then(|driver| driver.world.subject()));
    let Some(case) = case.and_then(|id| app.case(id)) else { return Vec::new() };
    let acts = app.case_acts(case.id);
    let Some((set, calendar, office)) = app.tables(&case, acts.last()) else { return Vec::new() };
    let facts = crate::domain::facts::Facts::of(&set.value, &calendar.value, &office, &case, app.now.get());
    let running = facts.deadlines();
    let days = running.iter().flat_map(|running| &running.readings).filter_map(|counted| counted.due.as_ref().ok()).map(|due| {
        let numbered = due.days.iter().filter_map(|day| match day.count {
            crate::domain::deadline::Count::Counted(number) => Some((number, day.date)),
            _ => None,
        });
        numbered.collect::<Vec<_>>()
    });
    let days: Vec<_> = days.collect();
    let order = ascending(days.iter().map(|days| (i64::try_from(days.len()).unwrap_or(0), 0)));
    order.last().and_then(|at| days.get(*at)).cloned().unwrap_or_default()
}

/// The word under which a fault is kept.
fn word(fault: Fault) -> &'static str {
    FAULTS.iter().find(|(known, _)| *known == fault).map_or("", |(_, word)| word)
}

fn fault_of(word: &str) -> Fault {
    // Ended sessions were ended once.
    FAULTS.iter().find(|(fault, known)| *known == word && *fault != Fault::Expired).map_or(Fault::None, |(fault, _)| *fault)
}

const FAULTS: [(Fault, &str); 6] = [
    (Fault::None, "none"),
    (Fault::Offline, "offline"),
    (Fault::Slow, "slow"),
    (Fault::Error, "error"),
    (Fault::Full, "full"),
    (Fault::Expired, "expired"),
];
