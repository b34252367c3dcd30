//! Devices: when each was last heard of and how much it has not sent, those first that are silent and still hold work.

use leptos::prelude::*;
use leptos::task::spawn_local;

use super::{Fetched, admin_words, failed, office_name, say, say_some};

use crate::components::back_link::BackLink;
use crate::components::banner::{Announce, Banner};
use crate::components::empty_state::EmptyState;
use crate::components::icon::IconName;
use crate::components::live::live;
use crate::components::page_header::PageHeader;
use crate::components::skeleton::Skeleton;
use crate::components::tag::Tag;
use crate::components::text_field::TextField;
use crate::components::tone::Tone;
use crate::domain::order::ascending;
use crate::domain::search::Index;
use crate::domain::time::Timestamp;
use crate::i18n::format;
use crate::pages::draft::page_title;
use crate::routes::Route;
use crate::state::AppState;
use crate::state::admin::{self, SeenDevice};

/// From when a device that holds work is silent, in milliseconds.
const SILENT_MS: i64 = 24 * 3_600_000;

/// The page.
#[component]
pub fn DevicesPage(
    /// The app.
    app: AppState,
) -> impl IntoView {
    let title = say(app, |words| words.devices);
    page_title(app, title);
    let fetched = RwSignal::new(Fetched::<Vec<SeenDevice>>::Fetching);
    let typed = RwSignal::new(String::new());
    let fetch = Callback::new(move |()| {
        fetched.set(Fetched::Fetching);
        spawn_local(async move {
            let found = admin::devices(app).await;
            let _ = fetched.try_set(found.map_or_else(Fetched::Failed, Fetched::Here));
        });
    });
    fetch.run(());
    let silent = move || {
        let now = app.clock();
        fetched.with(|fetched| match fetched {
            Fetched::Here(all) => all.iter().filter(|device| is_silent(device, now)).count(),
            _ => 0,
        })
    };
    view! {
        <div class="page page--wide">
            <BackLink label=app.say(|words| words.nav_settings) href=Route::Settings.path() />
            <PageHeader title lead=say_some(app, |words| words.devices_lead) />
            {live(move || (silent() > 0).then(|| {
                let words = admin_words(app);
                view! { <Banner title=words.silent tone=Tone::Warning announce=Announce::Politely><p>{silent()} " " {words.silent_help}</p></Banner> }
            }))}
            <TextField id="search" label=say(app, |words| words.search) value=typed on_input=Callback::new(move |text| typed.set(text)) input_type="search" autocomplete="off" />
            {live(move || {
                let words = admin_words(app);
                match fetched.get() {
                    Fetched::Fetching => view! { <Skeleton label=words.loading /> }.into_any(),
                    Fetched::Failed(error) => failed(app, &error, words.devices_not_offered, fetch),
                    Fetched::Here(all) if all.is_empty() => view! { <EmptyState text=words.devices_none icon=IconName::Info /> }.into_any(),
                    Fetched::Here(all) => list(app, &all, &typed.get()),
                }
            })}
        </div>
    }
}

fn unsent(device: &SeenDevice) -> u64 {
    u64::from(device.health.commands) + u64::from(device.health.files) + u64::from(device.health.parked)
}

fn is_silent(device: &SeenDevice, now: Timestamp) -> bool {
    now.since(device.seen_at) > SILENT_MS && unsent(device) + u64::from(device.health.drafts) > 0
}

fn list(app: AppState, all: &[SeenDevice], typed: &str) -> AnyView {
    let mut index = Index::new();
    for device in all {
        let office = office_name(app, &device.office);
        index.add(&[(device.name.as_str(), true), (office.as_str(), true)]);
    }
    let found = index.find(typed);
    let now = app.clock();
    // Silent ones first, then those that hold the most; the rest as they came, the last heard of first.
    let order =
        ascending(all.iter().map(|device| (i64::from(!is_silent(device, now)), -i64::try_from(unsent(device)).unwrap_or(i64::MAX))));
    let rows = order
        .into_iter()
        .filter(|at| found.as_ref().is_none_or(|found| found.iter().any(|(entry, _)| usize::try_from(*entry) == Ok(*at))))
        .filter_map(|at| all.get(at))
        .map(|device| row(app, device, now));
    view! { <ul class="row-list">{rows.collect::<Vec<_>>()}</ul> }.into_any()
}

fn row(app: AppState, device: &SeenDevice, now: Timestamp) -> AnyView {
    let (language, words) = (app.language.get(), admin_words(app));
    let health = &device.health;
    let counts: Vec<String> =
        [(health.commands, words.commands), (health.files, words.files), (health.drafts, words.drafts), (health.parked, words.parked)]
            .into_iter()
            .filter(|(count, _)| *count > 0)
            .map(|(count, word)| format!("{count} {word}"))
            .collect();
    let held = if counts.is_empty() { words.all_sent.to_owned() } else { counts.join(", ") };
    let waiting = health.waiting_since.map(|since| format!("{}: {}", words.waiting_since, format::instant(language, since, app.zone())));
    let tag = if is_silent(device, now) {
        Some((words.silent, Tone::Danger))
    } else if health.parked > 0 {
        Some((words.held_back, Tone::Warning))
    } else {
        (unsent(device) > 0).then_some((words.unsent, Tone::Info))
    };
    view! {
        <li class="row">
            <div class="row__body">
                <p class="row__title">{device.name.clone()}</p>
                <p class="row__line">{office_name(app, &device.office)}</p>
                <p class="row__line">{words.last_heard} ": " {format::ago(language, device.seen_at, now)} " (" {format::instant(language, device.seen_at, app.zone())} ")"</p>
                <p class="row__line">{held}</p>
                {waiting.map(|text| view! { <p class="row__line">{text}</p> })}
                <p class="row__line muted">{words.app_version} " " {health.app.clone()} " · " {device.device.to_string()}</p>
            </div>
            {tag.map(|(label, tone)| view! { <Tag label tone /> })}
        </li>
    }
    .into_any()
}
