//! The composition root: reads the settings, opens the account's store, draws the shell, and follows the browser:
//! network, visibility, updates, installing. The only module that starts anything by itself.

use std::rc::Rc;

use crate::components::live::live;
use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::components::banner::{Announce, Banner};
use crate::components::button::{Button, ButtonKind};
use crate::components::icon::{Icon, IconName};
use crate::components::link_button::LinkButton;
use crate::components::mark::Mark;
use crate::components::page_header::{PageHeader, begin_with_a_change};
use crate::components::skeleton::Skeleton;
use crate::components::toast::ToastRegion;
use crate::components::tone::Tone;
use crate::domain::id::{CaseId, DraftId};
use crate::domain::time::Timestamp;
use crate::i18n::{Language, format, sentences};
use crate::pages::admin::account::{AccountPage, NewAccountPage};
use crate::pages::admin::accounts::AccountsPage;
use crate::pages::admin::devices::DevicesPage;
use crate::pages::admin::import::ImportPage;
use crate::pages::as_public;
use crate::pages::case::CasePage;
use crate::pages::case_file::FilePage;
use crate::pages::case_parts::CasePartPage;
use crate::pages::cases::Cases;
use crate::pages::device::device_page;
use crate::pages::draft::DraftPages;
use crate::pages::draft_history::DraftHistoryPage;
use crate::pages::help::{Glossary, Help, HelpSteps};
use crate::pages::home::Home;
use crate::pages::journal::JournalPage;
use crate::pages::kapsul::KapsulPage;
use crate::pages::law::{LawPage, law_entry_page};
use crate::pages::new_petition::ChooseTrack;
use crate::pages::not_found::NotFound;
use crate::pages::outbox::OutboxPage;
use crate::pages::papers::{PaperPage, Which};
use crate::pages::public::PublicPage;
use crate::pages::questions::{NewQuestion, QuestionPage, Questions};
use crate::pages::recap::RecapPage;
use crate::pages::receipt::ReceiptPage;
use crate::pages::schedule::SchedulePage;
use crate::pages::settings::{Settings, settings_say};
use crate::pages::shared::SharedPage;
use crate::pages::sheet::SheetPage;
use crate::pages::sign_in::{LanguageSwitch, Locked, SignInAgain, SignInPage, SignOut};
use crate::pages::style_guide::StyleGuide;
use crate::pages::training::{Certificate, SpeakerNotes, TrainerSheet, TrainingFrame, TrainingHome};
use crate::pages::work::WorkPage;
use crate::platform::install::{self, Install};
use crate::platform::service_worker::{self, Registered};
use crate::platform::timer::{Interval, Timeout, sleep};
use crate::platform::{clock, focus, page, realm, training as platform_training};
use crate::routes::{self, Route, Setting};
use crate::state::training::{self, Training};
use crate::state::{AppState, Boot, BrowserActs, SyncView, docket, drafts, server, session, settings, submit, sync_driver};
use crate::sync::engine::{Input, Trouble};

/// From when the age of what waits is told beside its number, in milliseconds.
const AGE_SHOWN_MS: i64 = 5 * 60_000;
/// How long a passing notice stays, in milliseconds.
const TOAST_MS: i32 = 7_000;
/// How long after the start what is needed later is fetched, and how long at most after a try that failed, in milliseconds.
const LATER_MS: i32 = 1_500;
const LATER_MOST_MS: i32 = 600_000;
/// How long a tap may take, in milliseconds.
const TAP_MS: i32 = 500;
/// How often ages on screen are told anew and the tab that leads is looked after, in milliseconds.
const MINUTE_HAND_MS: i32 = 30_000;

/// Draws the app into the page and tells the page that it is there.
pub fn mount() {
    prepare();
    if cfg!(debug_assertions) {
        return mount_whole();
    }
    mount_to_body(|| {
        let draft = |app, _, route: Signal<Route>| elsewhere(app, &route.get_untracked());
        view! { <App pages=Pages { page: first_page, draft, desk: first_desk, above: |_| ().into_any(), start: at_work } /> }
    });
    tell_page("sips:started", "");
}

/// Draws what the address asks for: training, or the app with all its pages. Which of them it is stays until the page is loaded anew.
pub fn mount_whole() {
    if routes::is_in_training(&page::path()) {
        return mount_training();
    }
    prepare();
    let pages = Pages { page: every_page, draft: app_draft, desk: every_desk, above: |_| ().into_any(), start: at_work };
    mount_to_body(move || view! { <App pages /> });
    tell_page("sips:started", "");
}

/// Draws the whole app over the backend of training. First of all the page is closed off: from then on the browser refuses every request
/// that it would make, so that nothing of training can reach anybody.
fn mount_training() {
    let closed_off = platform_training::close_off();
    realm::begin_training();
    routes::begin_training();
    prepare();
    page::set_attribute("data-training", Some(""));
    let pages = Pages {
        page: training_page,
        draft: app_draft,
        desk: every_desk,
        above: |app| view! { <TrainingFrame app /> }.into_any(),
        start: if closed_off {
            |app| spawn_local(training::start(app, training::use_training(), true))
        } else {
            |app| spawn_local(training::start(app, training::use_training(), false))
        },
    };
    mount_to_body(move || {
        provide_context(Training::new());
        view! { <App pages /> }
    });
    tell_page("sips:started", "");
}

fn prepare() {
    std::panic::set_hook(Box::new(|panic| {
        web_sys::console::error_1(&panic.to_string().into());
        // The instance is no longer to be trusted: the page freezes the screen and offers to load again. Drafts are on the disk.
        tell_page("sips:panic", &panic.to_string());
    }));
    crate::platform::log::install();
    if page::came_from_another_program() {
        begin_with_a_change();
    }
}

fn tell_page(name: &str, detail: &str) {
    let init = web_sys::CustomEventInit::new();
    init.set_detail(&detail.into());
    if let (Ok(event), Some(window)) = (web_sys::CustomEvent::new_with_event_init_dict(name, &init), web_sys::window()) {
        let _ = window.dispatch_event(&event);
    }
}

/// What the browser tells and the app follows while it lives.
struct Following {
    _listeners: Vec<crate::platform::event::Listeners>,
    _keys: crate::platform::event::Listener,
    _minute_hand: Interval,
    worker: Option<Rc<Registered>>,
    toast: Option<Timeout>,
    unload: Option<crate::platform::event::Listeners>,
}

/// What a program draws: what it does not name is not compiled into it.
#[derive(Clone, Copy)]
struct Pages {
    page: fn(AppState, Route) -> AnyView,
    draft: fn(AppState, DraftId, Signal<Route>) -> AnyView,
    desk: fn(AppState, Signal<Route>) -> AnyView,
    /// What stands above everything.
    above: fn(AppState) -> AnyView,
    /// Opens what is worked on.
    start: fn(AppState),
}

/// At work, the account that worked here last.
fn at_work(app: AppState) {
    spawn_local(session::resume(app));
}

/// The app.
#[component]
fn App(pages: Pages) -> impl IntoView {
    let app = AppState::new(settings::device_id());
    provide_context(app);
    settings::start(app);
    follow_browser(app);
    (pages.start)(app);
    view! { <Shell app pages /> }
}

fn follow_browser(app: AppState) {
    let install = Rc::new_cyclic(|weak: &std::rc::Weak<Install>| {
        let weak = weak.clone();
        Install::capture(move || {
            if let Some(install) = weak.upgrade() {
                app.installable.set(install.can_prompt());
            }
        })
    });
    // By the device's own clock: training's leaps over days in which nobody was away.
    let touched = StoredValue::new(clock::device());
    let lock_if_idle = move || {
        let idle = clock::device().since(touched.get_value()) / 60_000;
        // Every key comes by here: the setting is read only where it may matter.
        if idle > 0 {
            let minutes = i64::from(settings::lock_after());
            if minutes > 0 && idle >= minutes {
                session::lock(app, false);
            }
        }
    };
    // A minute before, while somebody reads.
    let warn_of_lock = move || {
        let (idle, minutes) = (clock::device().since(touched.get_value()) / 60_000, i64::from(settings::lock_after()));
        let soon = minutes > 1 && idle == minutes - 1 && app.boot.get_untracked() == Boot::Ready && !app.locked.get_untracked();
        if soon != app.lock_soon.get_untracked() {
            app.lock_soon.set(soon);
        }
    };
    let listeners = vec![
        page::on_online_change(move |online| sync_driver::online_changed(app, online)),
        // A timer sleeps with the tablet: the time away is looked at before it counts as a touch.
        page::on_touch(move || {
            lock_if_idle();
            touched.set_value(clock::device());
            if app.lock_soon.get_untracked() {
                // Not from under the finger that is just pressing it, or something else below.
                spawn_local(async move {
                    sleep(TAP_MS).await;
                    app.lock_soon.set(false);
                });
            }
        }),
        page::on_return(move || {
            lock_if_idle();
            warn_of_lock();
            app.now.set(clock::now());
            sync_driver::catch_up(app, Input::TimerFired);
        }),
    ];
    let begun = StoredValue::new(Timestamp(i64::MIN));
    let keys = page::on_key(move |key| press(app, begun, key));
    let minute_hand = Interval::new(MINUTE_HAND_MS, move || {
        app.now.set(clock::now());
        lock_if_idle();
        warn_of_lock();
        sync_driver::look_after_leader(app);
        app.look_at_room();
    });
    let _wide = StoredValue::new_local(page::on_wide(move |wide| app.navigation.wide.set(wide)));
    let following = StoredValue::new_local(Following {
        _listeners: listeners,
        _keys: keys,
        _minute_hand: minute_hand,
        worker: None,
        toast: None,
        unload: None,
    });
    app.acts.set_value(BrowserActs {
        offer_install: Some(Callback::new({
            let install = StoredValue::new_local(install);
            move |()| {
                spawn_local(async move {
                    let install = install.get_value();
                    install.prompt().await;
                    app.installable.set(install.can_prompt());
                });
            }
        })),
        take_update: Some(Callback::new(move |()| match following.with_value(|following| following.worker.clone()) {
            Some(worker) => spawn_local(async move {
                app.updating.set(true);
                if !worker.activate_waiting().await {
                    app.notify(app.words_untracked().update_held_up.to_owned());
                }
                app.updating.set(false);
            }),
            None => page::reload(),
        })),
    });
    // A closed tab asks back only while something on screen is not on the disk.
    Effect::new(move |_| {
        let guard = app.dirty.get().then(page::warn_before_leaving);
        following.update_value(|following| following.unload = guard);
    });
    // Whoever has put the app away sees on its icon that something is not sent yet.
    let unsent = Memo::new(move |_| if realm::is_training() { 0 } else { app.unsent() });
    Effect::new(move |_| spawn_local(install::badge(unsent.get())));
    Effect::new(move |_| {
        let timer = app.toast.with(Option::is_some).then(|| Timeout::new(TOAST_MS, move || app.toast.set(None)));
        following.update_value(|following| following.toast = timer);
    });
    spawn_local(async move {
        let ready = move || app.update_ready.set(true);
        let taken_over = move || {
            // Another tab agreed to the update. A page with unkept text is never loaded again by itself.
            if app.dirty.get_untracked() {
                app.reload_wanted.set(true);
            } else {
                page::reload();
            }
        };
        match service_worker::register(ready, taken_over).await {
            Ok(worker) => {
                app.update_ready.set(worker.is_update_ready());
                following.update_value(|following| following.worker = Some(Rc::new(worker)));
            }
            // Without it the app still works while there is a network; the settings page shows no release then.
            Err(problem) => return log::warn!("no service worker: {problem}"),
        }
        // In quiet moments, once somebody works here: all pages, and what makes files of papers, belong to the release, not to the first screen.
        let mut wait = LATER_MS;
        loop {
            sleep(wait).await;
            if app.boot.get_untracked() != Boot::Ready {
                continue;
            }
            if service_worker::fetch_later().await {
                // From now on the start script begins with all pages.
                tell_page("sips:kept", "");
                break;
            }
            wait = (wait * 2).min(LATER_MOST_MS);
        }
    });
}

/// How long after `g` the second key may come, in milliseconds.
const SECOND_KEY_MS: i64 = 2_000;

/// A shortcut, if it is one: single keys, or `g` and a second one. Listed at [`Setting::Shortcuts`], where they are switched off.
fn press(app: AppState, begun: StoredValue<Timestamp>, key: &str) -> bool {
    let now = clock::now();
    let second = now.since(begun.get_value()) < SECOND_KEY_MS;
    begun.set_value(Timestamp(if key == "g" { now.0 } else { 0 }));
    if app.boot.get_untracked() != Boot::Ready || app.locked.get_untracked() || !settings::shortcuts() {
        return false;
    }
    let to = match (second, key) {
        (false, "/") if page::focus_by_id("search", None) => return true,
        (false, "/") | (true, "p") => Route::Cases,
        (false, "n") => Route::NewPetition,
        (_, "?") => Route::Setting(Setting::Shortcuts),
        (true, "h") => Route::Home,
        (true, "j") => Route::Schedule,
        (true, "k") => Route::Outbox,
        (true, "r") => Route::Recap,
        (true, "s") => Route::Settings,
        _ => return false,
    };
    app.navigation.go(&to);
    true
}

/// The frame around every page.
#[component]
fn Shell(app: AppState, pages: Pages) -> impl IntoView {
    let route = app.navigation.route;
    let working = Memo::new(move |_| app.boot.get() == Boot::Ready && !app.locked.get());
    view! {
        <div class="shell">
            <a class="skip-link" href="#main">{app.say(|words| words.skip_to_content)}</a>
            {(pages.above)(app)}
            <TopBar app working />
            <div class="shell__notices"><Notices app /></div>
            {live(move || working.get().then(|| view! { <Navigation app route /> }))}
            <main id="main" class="main" tabindex="-1">
                <Page app route pages />
            </main>
            <ToastRegion
                message=Signal::derive(move || app.toast.with(|toast| toast.as_ref().map(|toast| toast.message.clone())))
                close_label=app.say(|words| words.close)
                on_close=Callback::new(move |()| app.toast.set(None))
                action_label=Signal::derive(move || app.toast.with(|toast| toast.as_ref().is_some_and(|toast| toast.undo.is_some())).then(|| app.words().undo.to_owned()))
                on_action=Callback::new(move |()| {
                    if let Some(undo) = app.toast.get_untracked().and_then(|toast| toast.undo) {
                        undo();
                    }
                    app.toast.set(None);
                })
            />
        </div>
    }
}

/// What decides which component stands in the room; pages of one draft share theirs.
#[derive(Clone, PartialEq)]
enum Room {
    Locked,
    Boot(Boot),
    Draft(DraftId),
    Desk,
    Page(Route),
}

#[component]
fn Page(app: AppState, #[prop(into)] route: Signal<Route>, pages: Pages) -> impl IntoView {
    let room = Memo::new(move |_| match (app.boot.get(), route.get()) {
        (Boot::Ready, Route::Setting(_)) if app.locked.get() => Room::Locked,
        // The design system and the help need no account.
        (_, route) if is_open_to_all(&route) => Room::Page(route),
        (Boot::Ready, _) if app.locked.get() => Room::Locked,
        (Boot::Ready, Route::Cases | Route::Case(_) | Route::Part(..)) if app.navigation.wide.get() => Room::Desk,
        // What it is about is being read.
        (Boot::Ready, route) if is_reading(app, &route) => Room::Boot(Boot::Opening),
        (Boot::Ready, Route::Draft(id) | Route::Section(id, _) | Route::Check(id)) => Room::Draft(id),
        (Boot::Ready, route) => Room::Page(route),
        (boot, _) => Room::Boot(boot),
    });
    live(move || {
        let room = room.get();
        focus::leave_page();
        match room {
            Room::Boot(Boot::Starting | Boot::Opening | Boot::Ready) => reading_page(app),
            Room::Locked => view! { <Locked app /> }.into_any(),
            Room::Boot(Boot::SignedOut) => view! { <SignInPage app /> }.into_any(),
            Room::Boot(Boot::Failed(error)) => view! { <StorageFailed app error /> }.into_any(),
            Room::Boot(Boot::Lost(count)) => view! { <StorageLost app count /> }.into_any(),
            Room::Draft(id) => (pages.draft)(app, id, route),
            Room::Desk => (pages.desk)(app, route),
            Room::Page(route) => (pages.page)(app, route),
        }
    })
}

/// Are the acts of the case that a page is about still on their way from the store?
fn is_reading(app: AppState, route: &Route) -> bool {
    // What counts or looks for all cases waits for all lines.
    let counts = matches!(route, Route::Home | Route::Schedule | Route::Recap | Route::Sheet | Route::Questions | Route::Check(_));
    if counts && !docket::is_whole(app) {
        return true;
    }
    let of_draft =
        route.draft().and_then(|id| app.drafts.with(|drafts| drafts.iter().find(|draft| draft.id == id).map(|draft| draft.case)));
    route.case().or(of_draft).is_some_and(|id| docket::is_reading(app, id))
}

/// The design system, the help, what everybody may read, and training need no account.
fn is_open_to_all(route: &Route) -> bool {
    matches!(route, Route::StyleGuide | Route::Help | Route::HelpSteps(_) | Route::Glossary | Route::Public(_))
        || route.is_of_training()
        || matches!(route, Route::Setting(page) if !page.needs_account())
}

fn reading_page(app: AppState) -> AnyView {
    view! { <div class="page"><Skeleton label=app.say(|words| words.opening) /></div> }.into_any()
}

fn app_draft(app: AppState, id: DraftId, route: Signal<Route>) -> AnyView {
    view! { <DraftPages app id route /> }.into_any()
}

/// Where there is room: the list stays, with the case that was chosen beside it.
fn first_desk(app: AppState, route: Signal<Route>) -> AnyView {
    desk(app, route, first_page)
}

fn every_desk(app: AppState, route: Signal<Route>) -> AnyView {
    desk(app, route, every_page)
}

/// The list with a case, or a part of one, beside it.
fn desk(app: AppState, route: Signal<Route>, page: fn(AppState, Route) -> AnyView) -> AnyView {
    let open = Memo::new(move |_| match route.get() {
        open @ (Route::Case(id) | Route::Part(id, _)) => Some((id, open)),
        _ => None,
    });
    view! {
        <div class="desk" class:desk--open=move || open.with(Option::is_some)>
            <div class="desk__list"><Cases app /></div>
            {live(move || open.get().map(|(id, route)| {
                let reading = Memo::new(move |_| docket::is_reading(app, id));
                view! {
                    <div class="desk__case">
                        {live(move || if reading.get() { reading_page(app) } else { page(app, route.clone()) })}
                    </div>
                }
            }))}
        </div>
    }
    .into_any()
}

/// The pages of a first visit: who is here, what is to be done, and the cases. `OF_FIRST` in public/start.js names their addresses.
fn first_page(app: AppState, route: Route) -> AnyView {
    match route {
        Route::Home => view! { <Home app /> }.into_any(),
        Route::SignIn => view! { <SignInOrHome app /> }.into_any(),
        Route::Cases => view! { <Cases app /> }.into_any(),
        Route::Case(id) => view! { <CasePage app id /> }.into_any(),
        Route::Outbox => view! { <OutboxPage app /> }.into_any(),
        Route::NotFound => view! { <NotFound app /> }.into_any(),
        // The start script calls the program that has it.
        other => elsewhere(app, &other),
    }
}

/// All pages of the app.
fn every_page(app: AppState, route: Route) -> AnyView {
    match route {
        Route::Home | Route::SignIn | Route::Cases | Route::Case(_) | Route::Outbox | Route::NotFound => first_page(app, route),
        Route::NewPetition => view! { <ChooseTrack app /> }.into_any(),
        Route::Begin(track) => begin_view(app, Begin::Petition(track)),
        Route::Act(case, act, strand) => begin_view(app, Begin::Act(case, act, strand)),
        other => seldom_page(app, other),
    }
}

/// All pages, and those of training itself: there is no other program to go to but by leaving.
fn training_page(app: AppState, route: Route) -> AnyView {
    match route {
        Route::Training => view! { <TrainingHome app /> }.into_any(),
        Route::Notes(key) => view! { <SpeakerNotes app key /> }.into_any(),
        Route::Certificate(key) => view! { <Certificate app key /> }.into_any(),
        Route::Trainer => view! { <TrainerSheet app /> }.into_any(),
        // While it is made ready the address still names it; later a link to it begins it anew.
        Route::Scenario(..) if training::use_training().loading.get_untracked() => reading_page(app),
        other => every_page(app, other),
    }
}

fn seldom_page(app: AppState, route: Route) -> AnyView {
    match route {
        Route::Law => view! { <LawPage app /> }.into_any(),
        Route::LawEntry(kind, definition, key) => law_entry_page(app, [&kind, &definition, &key]),
        Route::Kapsul(only) => view! { <KapsulPage app only /> }.into_any(),
        Route::Journal => view! { <JournalPage app /> }.into_any(),
        Route::Shared => view! { <SharedPage app /> }.into_any(),
        Route::Schedule => view! { <SchedulePage app /> }.into_any(),
        Route::Settings => view! { <Settings app /> }.into_any(),
        Route::Bundle(id) => view! { <PaperPage app id which=Which::Bundle /> }.into_any(),
        Route::Paper(id, index) => view! { <PaperPage app id which=Which::One(index) /> }.into_any(),
        Route::Part(id, part) => view! { <CasePartPage app id part /> }.into_any(),
        Route::File(id, file) => view! { <FilePage app id file /> }.into_any(),
        Route::History(id) => view! { <DraftHistoryPage app id /> }.into_any(),
        Route::Recap => view! { <RecapPage app /> }.into_any(),
        Route::Receipt(id) => view! { <ReceiptPage app id /> }.into_any(),
        Route::Sheet => view! { <SheetPage app /> }.into_any(),
        Route::Public(view) => view! { <PublicPage app view /> }.into_any(),
        Route::Help => view! { <Help app /> }.into_any(),
        Route::HelpSteps(track) => view! { <HelpSteps app track /> }.into_any(),
        Route::Glossary => view! { <Glossary app /> }.into_any(),
        Route::Questions => view! { <Questions app /> }.into_any(),
        Route::NewQuestion => view! { <NewQuestion app /> }.into_any(),
        Route::Question(id) => view! { <QuestionPage app id /> }.into_any(),
        Route::Work(id) => view! { <WorkPage app id /> }.into_any(),
        Route::Setting(Setting::Accounts) => view! { <AccountsPage app /> }.into_any(),
        Route::Setting(Setting::NewAccount) => view! { <NewAccountPage app /> }.into_any(),
        Route::Setting(Setting::ImportAccounts) => view! { <ImportPage app /> }.into_any(),
        Route::Setting(Setting::Devices) => view! { <DevicesPage app /> }.into_any(),
        Route::Setting(page) => device_page(app, page),
        Route::Account(id) => view! { <AccountPage app id /> }.into_any(),
        Route::AsPublic(id) => as_public::case_page(app, id),
        Route::DraftAsPublic(id) => as_public::draft_page(app, id),
        Route::StyleGuide => view! { <StyleGuide /> }.into_any(),
        // Drafts have a room of their own.
        Route::Draft(_) | Route::Section(..) | Route::Check(_) => view! { <NotFound app /> }.into_any(),
        other => elsewhere(app, &other),
    }
}

/// A page that another program draws is loaded; everything typed here is on the disk, or the browser asks back.
fn elsewhere(app: AppState, route: &Route) -> AnyView {
    let query = app.navigation.query.get_untracked();
    let path = if query.is_empty() { route.path() } else { format!("{}?{query}", route.path()) };
    // The router puts the address into the history after this page is drawn; what is loaded takes the place of that entry.
    spawn_local(async move {
        sleep(0).await;
        // What is on its way to the disk arrives there first; where it does not, the browser asks back.
        drafts::all_kept(app).await;
        page::load(&path);
    });
    view! { <div class="page"><Skeleton label=app.say(|words| words.opening) /></div> }.into_any()
}

/// Signed in already: the page asks for the password again if the server does, and leads home otherwise.
#[component]
fn SignInOrHome(app: AppState) -> impl IntoView {
    let needed = app.sync.get_untracked().trouble == Some(Trouble::SignIn);
    if needed {
        return view! { <SignInAgain app /> }.into_any();
    }
    Effect::new(move |_| app.navigation.replace(&Route::Home));
    ().into_any()
}

/// What a draft is begun for.
enum Begin {
    Petition(String),
    Act(CaseId, String, Option<String>),
}

/// Begins a draft and leads to it; the address is replaced, so that "back" does not begin another.
fn begin_view(app: AppState, what: Begin) -> AnyView {
    // Safari deletes what was not used for seven days: without a network nothing is begun there that might never be sent.
    let is_cut_off = matches!(app.sync.get_untracked().trouble, Some(Trouble::Offline | Trouble::Unreachable)) || !page::online();
    if is_cut_off && install::is_ios() && !install::is_standalone() && !realm::is_training() {
        return view! {
            <div class="page">
                <PageHeader title=settings_say(app, |words| words.ios_offline) />
                <p>{settings_say(app, |words| words.ios_offline_why)}</p>
                <p>{settings_say(app, |words| words.ios_offline_do)}</p>
                <a href=Route::Home.path()>{app.say(|words| words.nav_today)}</a>
            </div>
        }
        .into_any();
    }
    let failed = RwSignal::new(None::<crate::store::StoreError>);
    spawn_local(async move {
        let begun = match what {
            Begin::Petition(track) => drafts::begin_petition(app, &track).await,
            Begin::Act(case, act, strand) => drafts::begin_act(app, case, &act, strand).await,
        };
        match begun {
            Ok(id) => app.navigation.replace(&submit::first_page(app, id)),
            Err(error) => drop(failed.try_set(Some(error))),
        }
    });
    live(move || match failed.get() {
        None => view! { <div class="page"><Skeleton label=app.say(|words| words.opening) /></div> }.into_any(),
        Some(error) => view! { <StorageFailed app error /> }.into_any(),
    })
    .into_any()
}

/// The device keeps nothing, or not now.
#[component]
fn StorageFailed(app: AppState, error: crate::store::StoreError) -> impl IntoView {
    view! {
        <div class="page">
            <PageHeader title=app.say(|words| words.storage_failed) />
            <p>{live(move || sentences::store_error(app.language.get(), &error))}</p>
            <div class="cluster">
                <Button label=app.say(|words| words.reload) on_press=Callback::new(move |()| page::reload()) />
                <SignOut app kind=ButtonKind::Secondary />
                <a href=Route::Setting(Setting::Diagnostics).path()>{app.say(|words| words.diagnostics)}</a>
            </div>
            <LanguageSwitch app />
        </div>
    }
}

/// The database came up empty although this device kept work in it.
#[component]
fn StorageLost(app: AppState, count: usize) -> impl IntoView {
    view! {
        <div class="page">
            <PageHeader title=app.say(|words| words.storage_lost) />
            <p>{live(move || match app.language.get() {
                Language::Id => format!("Perangkat ini menyimpan {count} pekerjaan yang belum terkirim, tetapi penyimpanannya sekarang kosong atau berisi salinan lama. Peramban mungkin menghapus atau mengembalikan data. Yang sudah diterima server tetap ada di server."),
                Language::En => format!("This device kept {count} pieces of work that were not sent, but its storage is empty now, or an older copy. The browser may have deleted the data or set it back. What the server received is still there."),
            })}</p>
            <p>{app.say(|words| words.storage_lost_help)}</p>
            <Button label=app.say(|words| words.storage_lost_go_on) on_press=Callback::new(move |()| session::accept_loss(app)) />
        </div>
    }
}

#[component]
fn TopBar(app: AppState, #[prop(into)] working: Signal<bool>) -> impl IntoView {
    let unsent = move || app.unsent();
    let is_connecting = |view: &SyncView| !view.fresh && !view.follower;
    let icon = move || {
        let view = app.sync.get();
        match view.trouble {
            Some(Trouble::Offline | Trouble::Unreachable) => IconName::WifiOff,
            Some(_) => IconName::Alert,
            None if unsent() > 0 => IconName::Outbox,
            None if is_connecting(&view) => IconName::Sync,
            None => IconName::Check,
        }
    };
    let state = move || {
        let words = app.words();
        let language = app.language.get();
        let view = app.sync.get();
        let waits = |count| match app.unsent_since() {
            Some(since) if app.now.get().since(since) >= AGE_SHOWN_MS => {
                format!("{}, {}", sentences::unsent(language, count), format::ago(language, since, app.now.get()))
            }
            _ => sentences::unsent(language, count),
        };
        match (view.trouble, unsent()) {
            (Some(Trouble::Offline), 0) => words.offline.to_owned(),
            (Some(Trouble::Offline), count) => format!("{}, {}", words.offline, waits(count)),
            (Some(Trouble::Unreachable | Trouble::ServerTrouble | Trouble::Strange), 0) => words.no_server.to_owned(),
            (Some(Trouble::SignIn), 0) => words.session_ended.to_owned(),
            (Some(Trouble::Update), 0) => words.update_needed.to_owned(),
            (Some(Trouble::Unreadable(count)), 0) => sentences::unreadable(language, count),
            (_, 0) if is_connecting(&view) => words.connecting.to_owned(),
            (None, 0) => words.all_sent.to_owned(),
            (_, count) => waits(count),
        }
    };
    view! {
        <header class="top-bar">
            <a class="top-bar__brand" href=Route::Home.path()>
                <Mark />
                <span class="top-bar__name">
                    {app.say(|words| words.app_name)}
                    // Training has no server.
                    {(!realm::is_training()).then(|| view! { <span class="top-bar__server">{server::host()}</span> })}
                </span>
            </a>
            {live(move || app.account.get().map(|me| view! {
                // On a phone the line may be cut: the whole of it stands in the page all the same.
                <p class="top-bar__who" title=format!("{} · {}", me.name, me.office.name)><span>{me.name.clone()}</span><span>{me.office.name.clone()}</span></p>
            }))}
            {live(move || working.get().then(|| view! {
                <a class="top-bar__state" href=Route::Outbox.path()>
                    {live(move || view! { <Icon name=icon() /> })}
                    <span role="status">{state}</span>
                </a>
            }))}
            {live(move || working.get().then(|| {
                let other = app.language.get().other();
                let (short, name) = match other {
                    Language::Id => ("ID", " · Bahasa Indonesia"),
                    Language::En => ("EN", " · English"),
                };
                view! {
                    <button class="top-bar__help" type="button" lang=other.tag() on:click=move |_| app.language.set(other)>
                        {short} <span class="visually-hidden">{name}</span>
                    </button>
                }
            }))}
            <a class="top-bar__help" href=move || help_here(app)>
                <Icon name=IconName::Help /> <span class="visually-hidden">{app.say(|words| words.nav_help)}</span>
            </a>
        </header>
    }
}

/// The help says first what belongs to the page it was asked for on.
fn help_here(app: AppState) -> String {
    format!("{}?dari={}", Route::Help.path(), app.navigation.route.get().path())
}

/// What is told above every page.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Notice {
    UpdatedElsewhere,
    SessionEnded,
    UpdateReady,
    ClockWrong,
    LockSoon,
    StorageLow,
    Quarantine,
}

/// At most one notice at a time, the most pressing first. It is drawn anew only when another one takes its place, so that a
/// press or the focus on its buttons is never lost to news of the network.
#[component]
fn Notices(app: AppState) -> impl IntoView {
    let notice = Memo::new(move |_| {
        let ready = app.boot.get() == Boot::Ready;
        if app.lock_soon.get() {
            Some(Notice::LockSoon)
        } else if app.reload_wanted.get() {
            Some(Notice::UpdatedElsewhere)
        } else if ready && app.sync.get().trouble == Some(Trouble::SignIn) {
            Some(Notice::SessionEnded)
        } else if app.update_ready.get() {
            Some(Notice::UpdateReady)
        } else if session::device_clock_is_wrong(app) {
            Some(Notice::ClockWrong)
        } else if ready && app.room_left.get().is_some() {
            Some(Notice::StorageLow)
        } else {
            (ready && !app.quarantine.read().is_empty()).then_some(Notice::Quarantine)
        }
    });
    let wait = Signal::derive(move || {
        let words = app.words();
        let why = if app.dirty.get() { words.wait_until_saved } else { words.updating };
        (app.dirty.get() || app.updating.get()).then(|| why.to_owned())
    });
    live(move || {
        let words = app.words();
        Some(match notice.get()? {
            Notice::UpdatedElsewhere => view! {
                <Banner
                    title=words.updated_elsewhere
                    tone=Tone::Info
                    announce=Announce::Politely
                    actions=ViewFn::from(move || view! {
                        <Button label=app.words().reload kind=ButtonKind::Secondary disabled_reason=wait on_press=Callback::new(move |()| page::reload()) />
                    })
                >
                    <p>{words.updated_elsewhere_help}</p>
                </Banner>
            }
            .into_any(),
            Notice::UpdateReady => view! {
                <Banner
                    title=words.update_ready
                    tone=Tone::Info
                    announce=Announce::Politely
                    actions=ViewFn::from(move || view! {
                        <Button label=app.words().update_now kind=ButtonKind::Secondary disabled_reason=wait on_press=Callback::new(move |()| app.take_update()) />
                        <Button label=app.words().later kind=ButtonKind::Quiet on_press=Callback::new(move |()| app.update_ready.set(false)) />
                    })
                >
                    <p>{words.update_ready_help}</p>
                </Banner>
            }
            .into_any(),
            Notice::SessionEnded => {
                let text = Signal::derive(move || sentences::trouble(app.language.get(), Trouble::SignIn).to_owned());
                notice_banner(words.session_ended, text, Some((words.sign_in_again, Route::SignIn)))
            }
            Notice::ClockWrong => notice_banner(words.clock_wrong, app.say(|words| words.clock_wrong_help), None),
            // Any touch is enough.
            Notice::LockSoon => notice_banner(words.lock_soon, app.say(|words| words.lock_soon_help), None),
            Notice::StorageLow => {
                let text = Signal::derive(move || sentences::room_left(app.language.get(), app.room_left.get().unwrap_or_default()));
                notice_banner(words.storage_low, text, Some((words.nav_settings, Route::Settings)))
            }
            Notice::Quarantine => notice_banner(words.quarantine_title, app.say(|words| words.quarantine_help), None),
        })
    })
}

/// A warning, and the page that helps.
fn notice_banner(title: &'static str, text: Signal<String>, to: Option<(&'static str, Route)>) -> AnyView {
    let actions = ViewFn::from(move || {
        let to = to.clone();
        to.map(|(label, page)| view! { <LinkButton label href=page.path() kind=ButtonKind::Secondary /> })
    });
    view! { <Banner title tone=Tone::Warning announce=Announce::Politely actions><p>{text}</p></Banner> }.into_any()
}

#[component]
fn Navigation(app: AppState, #[prop(into)] route: Signal<Route>) -> impl IntoView {
    let current = move |at: Route| {
        let route = route.get();
        if route == at { Some("page") } else { route.is_below(&at).then_some("true") }
    };
    let unsent = move || app.unsent();
    view! {
        <nav class="nav" aria-label=move || app.words().navigation>
            <ul class="nav__list">
                <li>
                    <a class="nav__link" href=Route::Home.path() aria-current=move || current(Route::Home)>
                        <Icon name=IconName::Home /> <span class="nav__label">{app.say(|words| words.nav_today)}</span>
                    </a>
                </li>
                <li>
                    <a class="nav__link" href=Route::Cases.path() aria-current=move || current(Route::Cases)>
                        <Icon name=IconName::Cases /> <span class="nav__label">{app.say(|words| words.nav_cases)}</span>
                    </a>
                </li>
                <li>
                    <a class="nav__link nav__link--act" href=Route::NewPetition.path() aria-current=move || current(Route::NewPetition)>
                        <Icon name=IconName::Plus /> <span class="nav__label">{app.say(|words| words.nav_new)}</span>
                    </a>
                </li>
                <li>
                    <a class="nav__link" href=Route::Outbox.path() aria-current=move || current(Route::Outbox)>
                        <Icon name=IconName::Outbox /> <span class="nav__label">{app.say(|words| words.nav_outbox_short)}</span>
                        {live(move || (unsent() > 0).then(|| view! { <span class="nav__count">{unsent()} <span class="visually-hidden">" " {app.words().not_sent_word}</span></span> }))}
                    </a>
                </li>
                <li>
                    <a class="nav__link" href=Route::Settings.path() aria-current=move || current(Route::Settings)>
                        <Icon name=IconName::Settings /> <span class="nav__label">{app.say(|words| words.nav_settings)}</span>
                    </a>
                </li>
            </ul>
            <ul class="nav__list nav__list--second">
                <li>
                    <a class="nav__link" href=Route::Schedule.path() aria-current=move || current(Route::Schedule)>
                        <Icon name=IconName::Calendar /> <span class="nav__label">{app.say(|words| words.nav_schedule)}</span>
                    </a>
                </li>
                <li>
                    <a class="nav__link" href=Route::Recap.path() aria-current=move || current(Route::Recap)>
                        <Icon name=IconName::Scale /> <span class="nav__label">{app.say(|words| words.nav_recap)}</span>
                    </a>
                </li>
                <li>
                    <a class="nav__link" href=move || help_here(app) aria-current=move || current(Route::Help)>
                        <Icon name=IconName::Help /> <span class="nav__label">{app.say(|words| words.nav_help)}</span>
                    </a>
                </li>
            </ul>
        </nav>
    }
}
