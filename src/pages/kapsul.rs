//! *Kapsul*: carrying work by hand where there is no network, out of this device and into it.

use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::components::back_link::BackLink;
use crate::components::banner::{Announce, Banner};
use crate::components::button::Button;
use crate::components::file_picker::FilePicker;
use crate::components::icon::IconName;
use crate::components::link_button::LinkButton;
use crate::components::live::live;
use crate::components::page_header::PageHeader;
use crate::components::progress_bar::ProgressBar;
use crate::components::summary_list::{SummaryList, SummaryRow};
use crate::components::tag::Tag;
use crate::components::tone::Tone;
use crate::domain::id::CommandId;
use crate::i18n::messages::KapsulMessages;
use crate::i18n::{format, sentences};
use crate::pages::draft::page_title;
use crate::pages::outbox::act_title;
use crate::platform::clock;
use crate::platform::file::{HandedOver, hand_over};
use crate::routes::Route;
use crate::state::AppState;
use crate::state::kapsul::{self, Item, Load, Opened};
use crate::store::kapsul::{Content, Fate, MEDIA_TYPE, NotOpened, file_name};
use crate::store::record::{FileRecord, Unreadable};

/// The words of this page; they are not among those of the app, which does not have this page in a release.
pub(super) fn kapsul_words(app: AppState) -> &'static KapsulMessages {
    KapsulMessages::of(app.language.get())
}

pub(super) fn say(app: AppState, message: fn(&'static KapsulMessages) -> &'static str) -> Signal<String> {
    Signal::derive(move || message(kapsul_words(app)).to_owned())
}

/// The page.
#[component]
pub fn KapsulPage(
    /// The app.
    app: AppState,
    /// Of this command alone, with what comes before it in its case.
    only: Option<CommandId>,
) -> impl IntoView {
    let title = say(app, |words| words.title);
    page_title(app, title);
    view! {
        <div class="page">
            <BackLink label=app.say(|words| words.nav_outbox) href=Route::Outbox.path() />
            <PageHeader title lead=Signal::derive(move || Some(kapsul_words(app).lead.to_owned())) />
            <Make app only />
            {only.is_none().then(|| view! { <Open app /> })}
        </div>
    }
}

/// What became of making one.
#[derive(Clone)]
enum Made {
    No,
    Reading(u64),
    Done(bool, Vec<FileRecord>),
    Failed(String),
}

#[component]
fn Make(app: AppState, only: Option<CommandId>) -> impl IntoView {
    let made = RwSignal::new(Made::No);
    let load = Memo::new(move |_| {
        let load = kapsul::load(app, only);
        (load.drafts.len(), load.entries.len(), load.files.len(), load.bytes())
    });
    let is_busy = Signal::derive(move || matches!(made.get(), Made::Reading(_)));
    let make = Callback::new(move |()| {
        made.set(Made::Reading(0));
        let load: Load = untrack(|| kapsul::load(app, only));
        spawn_local(async move {
            let done = match kapsul::make(app, load, move |read| made.set(Made::Reading(read))).await {
                Ok(kapsul) => {
                    let day = clock::now().in_zone(app.zone()).date.to_string();
                    match hand_over(&file_name(&day), MEDIA_TYPE, Some(kapsul.blob)).await {
                        HandedOver::Saved => Made::Done(true, kapsul.missing),
                        HandedOver::Shared => Made::Done(false, kapsul.missing),
                        HandedOver::Cancelled => Made::No,
                        HandedOver::Refused => Made::Failed(app.words_untracked().download_failed.to_owned()),
                    }
                }
                Err(error) => Made::Failed(sentences::store_error(app.language.get_untracked(), &error)),
            };
            made.set(done);
        });
    });
    view! {
        <section class="section">
            <h2 class="section__title">{say(app, |words| words.make)}</h2>
            {live(move || {
                let words = kapsul_words(app);
                let (drafts, commands, files, bytes) = load.get();
                if drafts + commands + files == 0 {
                    return view! { <p class="muted">{words.nothing}</p> }.into_any();
                }
                let language = app.language.get();
                let row = |name: &'static str, count: usize, more: String| (count > 0).then(|| {
                    view! { <SummaryRow name=name value=Some(std::format!("{count}{more}")) /> }
                });
                view! {
                    <SummaryList>
                        {row(words.drafts, drafts, String::new())}
                        {row(words.commands, commands, String::new())}
                        {row(words.files, files, std::format!(" · {}", format::bytes(language, bytes)))}
                    </SummaryList>
                    <p class="muted">{words.open_to_all}</p>
                    <Button label=say(app, |words| words.hand_out) icon=IconName::Share busy=is_busy busy_label=Signal::derive(move || Some(kapsul_words(app).reading.to_owned())) on_press=make />
                }
                .into_any()
            })}
            {live(move || {
                let words = kapsul_words(app);
                match made.get() {
                    Made::No => ().into_any(),
                    Made::Reading(read) => progress(app, words.reading, read, load.get_untracked().3),
                    Made::Done(saved, missing) => view! {
                        <Banner title=if saved { words.made } else { words.shared } tone=Tone::Success announce=Announce::AtOnce>
                            <p>{words.made_help}</p>
                            {left(app, words.missing, missing)}
                        </Banner>
                    }.into_any(),
                    Made::Failed(why) => view! { <Banner title=words.not_made tone=Tone::Danger announce=Announce::AtOnce><p>{why}</p></Banner> }.into_any(),
                }
            })}
        </section>
    }
}

fn progress(app: AppState, label: &'static str, done: u64, of: u64) -> AnyView {
    let value = u32::try_from(done * 100 / of.max(1)).unwrap_or(100).min(100);
    let detail = std::format!("{} / {}", format::bytes(app.language.get(), done), format::bytes(app.language.get(), of));
    view! { <ProgressBar label=Signal::stored(label.to_owned()) value=Signal::stored(Some(value)) detail=Signal::stored(Some(detail)) /> }
        .into_any()
}

/// Files that were left out, by name.
fn left(app: AppState, why: &'static str, files: Vec<FileRecord>) -> Option<AnyView> {
    let names: Vec<String> = files.into_iter().map(|record| record.file.name).collect();
    (!names.is_empty()).then(|| view! { <p>{why} " " {format::list(app.language.get(), &names)}</p> }.into_any())
}

/// How far a kapsul was opened.
#[derive(Clone)]
enum Stage {
    Asked,
    Looking(u64, u64),
    Refused(NotOpened),
    Looked,
    Taking(u64, u64),
    Taken(usize, Vec<FileRecord>),
    Failed(String),
}

#[component]
fn Open(app: AppState) -> impl IntoView {
    let stage = RwSignal::new(Stage::Asked);
    let opened = StoredValue::new_local(None::<(Opened, u64)>);
    let look = Callback::new(move |files: Vec<web_sys::File>| {
        let Some(file) = files.into_iter().next() else { return };
        let size = file.size() as u64;
        stage.set(Stage::Looking(0, size));
        spawn_local(async move {
            match kapsul::look(app, file, move |read| stage.set(Stage::Looking(read, size))).await {
                Ok(found) => {
                    opened.set_value(Some((found, size)));
                    stage.set(Stage::Looked);
                }
                Err(error) => stage.set(Stage::Refused(error)),
            }
        });
    });
    let take = Callback::new(move |()| {
        spawn_local(async move {
            let Some((found, size)) = opened.try_update_value(Option::take).flatten() else { return };
            stage.set(Stage::Taking(0, size));
            stage.set(match kapsul::take(app, &found, move |read| stage.set(Stage::Taking(read, size))).await {
                Ok((taken, left)) => Stage::Taken(taken, left),
                Err(error) => Stage::Failed(sentences::store_error(app.language.get_untracked(), &error)),
            });
        });
    });
    view! {
        <section class="section">
            <h2 class="section__title">{say(app, |words| words.open)}</h2>
            <FilePicker
                id="kapsul"
                legend=say(app, |words| words.choose_legend)
                choose_label=say(app, |words| words.choose)
                hint=Signal::derive(move || Some(kapsul_words(app).open_hint.to_owned()))
                on_files=look
                multiple=false
            />
            {live(move || {
                let words = kapsul_words(app);
                match stage.get() {
                    Stage::Asked => ().into_any(),
                    Stage::Looking(read, size) => progress(app, words.looking, read, size),
                    Stage::Taking(read, size) => progress(app, words.taking, read, size),
                    Stage::Refused(why) => {
                        let why = match why {
                            NotOpened::Foreign => words.foreign,
                            NotOpened::Newer => words.newer,
                            NotOpened::Damaged => words.damaged,
                            NotOpened::OtherBackend => words.other_backend,
                        };
                        view! { <Banner title=words.not_opened tone=Tone::Danger announce=Announce::AtOnce><p>{why}</p></Banner> }.into_any()
                    }
                    Stage::Looked => opened.with_value(|found| found.as_ref().map(|(found, _)| contents(app, found, take))).into_any(),
                    Stage::Taken(taken, files) => view! {
                        <Banner
                            title=if taken == 0 { words.took_nothing } else { words.took }
                            tone=if files.is_empty() { Tone::Success } else { Tone::Warning }
                            announce=Announce::AtOnce
                            actions=ViewFn::from(move || view! { <LinkButton label=app.words().nav_outbox href=Route::Outbox.path() /> })
                        >
                            <p>{taken} " " {words.took_help}</p>
                            {left(app, words.no_room, files)}
                        </Banner>
                    }.into_any(),
                    Stage::Failed(why) => view! { <Banner title=words.not_taken tone=Tone::Danger announce=Announce::AtOnce><p>{why}</p></Banner> }.into_any(),
                }
            })}
        </section>
    }
}

/// What stands in it and what becomes of each part, before anything is written.
fn contents(app: AppState, opened: &Opened, take: Callback<()>) -> AnyView {
    let words = kapsul_words(app);
    let language = app.language.get();
    let manifest = &opened.manifest;
    let mine = app.account.read().as_ref().is_some_and(|me| me.account == manifest.account);
    let rows = opened.items.iter().map(|item| row(app, item)).collect_view();
    let (is_new, is_newer) = (kapsul::is_new(opened), kapsul::is_newer(opened));
    let (name, office, made_at) = (manifest.name.clone(), manifest.office.clone(), format::instant(language, manifest.made_at, app.zone()));
    view! {
        <SummaryList>
            <SummaryRow name=words.made_by value=Some(name) />
            <SummaryRow name=app.words().office value=Some(office) />
            <SummaryRow name=words.made_at value=Some(made_at) />
        </SummaryList>
        {(!mine).then(|| view! { <Banner title=words.carried tone=Tone::Info><p>{words.carried_help}</p></Banner> })}
        {is_newer.then(|| view! { <Banner title=words.some_newer tone=Tone::Warning><p>{words.some_newer_help}</p></Banner> })}
        <ul class="row-list">{rows}</ul>
        {if is_new {
            view! { <Button label=say(app, |words| words.take) icon=IconName::Install on_press=take /> }.into_any()
        } else {
            view! { <p class="muted">{words.all_here}</p> }.into_any()
        }}
    }
    .into_any()
}

fn row(app: AppState, item: &Item) -> AnyView {
    let words = kapsul_words(app);
    let language = app.language.get();
    let (kind, title, line) = match &item.content {
        Content::Draft(draft) => {
            let changed = format::instant_short(language, draft.changed_at, app.zone());
            (words.draft, act_title(app, &draft.rules, &draft.act, &draft.answers), changed)
        }
        Content::Command(entry) => {
            let envelope = &entry.envelope;
            let made = format::instant_short(language, entry.queued_at, app.zone());
            (words.command, act_title(app, &envelope.rules, &envelope.payload.act, &envelope.payload.answers), made)
        }
        Content::File(record) => (words.file, record.file.name.clone(), format::bytes(language, record.file.size)),
        Content::Unreadable(_) => (words.part, String::new(), String::new()),
    };
    let (label, tone) = match item.fate {
        Fate::New => (words.fate_new, Tone::Success),
        Fate::Beside => (words.fate_beside, Tone::Info),
        Fate::Known => (words.fate_known, Tone::Neutral),
        Fate::Unreadable(Unreadable::Newer) => (words.fate_newer, Tone::Warning),
        Fate::Unreadable(Unreadable::Damaged) => (words.fate_damaged, Tone::Danger),
    };
    view! {
        <li class="row">
            <div class="row__body"><p class="row__title">{kind} " " {title}</p><p class="row__line">{line}</p></div>
            <div class="row__side"><Tag label tone=tone /></div>
        </li>
    }
    .into_any()
}
