//! Language, theme, text size; installing; how safe the storage is; about; signing out.

use crate::components::live::live;
use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::components::banner::Banner;
use crate::components::button::{Button, ButtonKind};
use crate::components::choice_group::{Choice, ChoiceGroup};
use crate::components::icon::{Icon, IconName};
use crate::components::page_header::PageHeader;
use crate::components::summary_list::{SummaryList, SummaryRow};
use crate::components::tag::Tag;
use crate::components::tone::Tone;
use crate::domain::account::may_list;
use crate::domain::office::Role;
use crate::domain::rule_set::DefinitionRef;
use crate::domain::time::LocalDate;
use crate::i18n::admin::{AdminMessages, DeviceMessages};
use crate::i18n::messages::SettingsMessages;
use crate::i18n::{Language, format, sentences};
use crate::pages::device::Erasing;
use crate::pages::draft::{page_title, say_draft};
use crate::pages::outbox::export_all;
use crate::pages::sign_in::SignOut;
use crate::platform::{install, realm, service_worker, storage};
use crate::routes::{Route, Setting};
use crate::state::settings::{TextSize, Theme};
use crate::state::{AppState, docket, server, session, settings, upload_driver};

/// The words of this page.
pub fn settings_words(app: AppState) -> &'static SettingsMessages {
    SettingsMessages::of(app.language.get())
}

/// Likewise, as a signal.
pub fn settings_say(app: AppState, message: fn(&'static SettingsMessages) -> &'static str) -> Signal<String> {
    Signal::derive(move || message(settings_words(app)).to_owned())
}

/// The page.
#[component]
pub fn Settings(
    /// The app.
    app: AppState,
) -> impl IntoView {
    let title = app.say(|words| words.nav_settings);
    page_title(app, title);
    let languages = Signal::derive(move || vec![Choice::new("id", "Bahasa Indonesia".to_owned()), Choice::new("en", "English".to_owned())]);
    let themes = Signal::derive(move || {
        vec![
            Choice::new("", settings_say(app, |words| words.theme_system)),
            Choice::new("light", settings_say(app, |words| words.theme_light)),
            Choice::new("dark", settings_say(app, |words| words.theme_dark)),
        ]
    });
    let lock = RwSignal::new(settings::lock_after());
    let locks = Signal::derive(move || {
        let minutes = move |minutes: u32| match minutes {
            0 => settings_words(app).lock_never.to_owned(),
            minutes => format!("{minutes} {}", settings_words(app).lock_minutes),
        };
        settings::LOCK_MINUTES.iter().map(|&each| Choice::new(each.to_string(), Signal::derive(move || minutes(each)))).collect::<Vec<_>>()
    });
    let sizes = Signal::derive(move || {
        vec![
            Choice::new("", settings_say(app, |words| words.text_normal)),
            Choice::new("large", settings_say(app, |words| words.text_large)),
            Choice::new("larger", settings_say(app, |words| words.text_larger)),
        ]
    });
    view! {
        <div class="page">
            <PageHeader title />
            // Where a phone's navigation has no room for them.
            <nav class="narrow-only" aria-label=settings_say(app, |words| words.other_pages)>
                <ul class="row-list">
                    {row(app.say(|words| words.nav_schedule), Route::Schedule)}
                    {row(app.say(|words| words.nav_recap), Route::Recap)}
                    {row(app.say(|words| words.nav_help), Route::Help)}
                </ul>
            </nav>
            <Preparing app />
            <section class="section stack">
                <h2 class="section__title">{settings_say(app, |words| words.display)}</h2>
                <ChoiceGroup
                    id="language"
                    legend=settings_say(app, |words| words.language)
                    choices=languages
                    value=Signal::derive(move || app.language.get().tag().to_owned())
                    on_change=Callback::new(move |tag: String| if let Some(language) = Language::parse(&tag) { app.language.set(language) })
                />
                <ChoiceGroup
                    id="theme"
                    legend=settings_say(app, |words| words.theme)
                    choices=themes
                    value=Signal::derive(move || app.theme.get().key().to_owned())
                    on_change=Callback::new(move |key: String| app.theme.set(Theme::parse(&key)))
                />
                <ChoiceGroup
                    id="text-size"
                    legend=settings_say(app, |words| words.text_size)
                    choices=sizes
                    value=Signal::derive(move || app.text_size.get().key().to_owned())
                    on_change=Callback::new(move |key: String| app.text_size.set(TextSize::parse(&key)))
                />
                <ChoiceGroup
                    id="lock"
                    legend=settings_say(app, |words| words.lock_after)
                    hint=app.say_some(|words| words.locked_note)
                    choices=locks
                    value=Signal::derive(move || lock.get().to_string())
                    on_change=Callback::new(move |minutes: String| {
                        let minutes = minutes.parse().unwrap_or_default();
                        settings::set_lock_after(minutes);
                        lock.set(minutes);
                    })
                />
                <Button label=settings_say(app, |words| words.lock_now) kind=ButtonKind::Quiet on_press=Callback::new(move |()| session::lock(app, true)) />
            </section>
            <section class="section">
                <ul class="row-list">
                    {row(app.say(|words| words.law), Route::Law)}
                    {row(say_draft(app, |words| words.shared_title), Route::Shared)}
                    {live(move || {
                        let roles = app.account.get().map(|me| me.roles).unwrap_or_default();
                        let (accounts, devices) = (may_list(&roles), may_list(&roles) || roles.iter().any(|role| matches!(role, Role::Official | Role::Operator)));
                        let words = AdminMessages::of(app.language.get());
                        let links = [(accounts, words.accounts, Setting::Accounts), (devices, words.devices, Setting::Devices)];
                        links.into_iter().filter(|(may, ..)| *may).map(|(_, title, to)| row(title, Route::Setting(to))).collect_view()
                    })}
                    {live(move || {
                        let words = DeviceMessages::of(app.language.get());
                        [(words.server, Setting::Server), (words.shortcuts, Setting::Shortcuts), (words.diagnostics, Setting::Diagnostics), (words.accessibility, Setting::Accessibility), (words.licences, Setting::Licences)]
                            .map(|(title, to)| row(title, Route::Setting(to)))
                            .collect_view()
                    })}
                </ul>
            </section>
            <Account app />
            <Installing app />
            <StorageSafety app />
            <Erasing app />
            <About app />
        </div>
    }
}

fn row(title: impl Into<Signal<String>>, to: Route) -> AnyView {
    let title = title.into();
    view! { <li class="row"><div class="row__body"><a class="row__title row__link" href=to.path()>{title}</a></div></li> }.into_any()
}

/// What makes this device ready for days without a network, until all of it is done.
#[component]
fn Preparing(app: AppState) -> impl IntoView {
    let kept = RwSignal::new(None::<bool>);
    let persisted = RwSignal::new(None::<bool>);
    spawn_local(async move {
        let here = service_worker::kept().await.is_some_and(|kept| kept.later);
        let _ = kept.try_set(Some(here));
        let _ = persisted.try_set(Some(storage::persisted().await));
    });
    let steps = move || {
        let words = settings_words(app);
        let steps =
            [(install::is_standalone(), words.ready_installed), (kept.get()?, words.ready_pages), (persisted.get()?, words.ready_storage)];
        (!realm::is_training() && steps.iter().any(|(done, _)| !done)).then_some(steps)
    };
    live(move || {
        steps().map(|steps| {
            let words = settings_words(app);
            let row = |(done, text): (bool, &'static str)| {
                let (label, tone) = if done { (words.ready_done, Tone::Success) } else { (words.ready_open, Tone::Info) };
                view! {
                    <li class="row">
                        <div class="row__body"><p>{text}</p></div>
                        <div class="row__side"><Tag label tone /></div>
                    </li>
                }
            };
            view! {
                <section class="section stack" id="siap">
                    <h2 class="section__title">{words.ready_title}</h2>
                    <ul class="row-list">{steps.map(row).collect_view()}</ul>
                    <p><a href=Route::Training.path()>{words.ready_practise}</a></p>
                </section>
            }
        })
    })
}

/// Who works here, and the way out.
#[component]
fn Account(app: AppState) -> impl IntoView {
    view! {
        <section class="section stack">
            <h2 class="section__title">{settings_say(app, |words| words.account)}</h2>
            {live(move || app.account.get().map(|me| {
                let language = app.language.get();
                let words = app.words();
                let roles: Vec<String> = me.roles.iter().map(|role| sentences::role(language, *role).to_owned()).collect();
                view! {
                    <SummaryList>
                        <SummaryRow name=words.name value=Some(me.name) />
                        <SummaryRow name=words.username value=Some(me.username) />
                        <SummaryRow name=words.office value=Some(format!("{} ({})", me.office.name, me.office.zone.abbreviation())) />
                        <SummaryRow name=words.roles value=Some(format::list(language, &roles)) />
                    </SummaryList>
                }
            }))}
            <SignOut app kind=ButtonKind::Secondary copy=Callback::new(move |_| export_all(app)) />
        </section>
    }
}

/// Installing, where the browser offers it, and how, where it does not.
#[component]
fn Installing(app: AppState) -> impl IntoView {
    view! {
        <section class="section stack">
            <h2 class="section__title">{settings_say(app, |words| words.install_title)}</h2>
            {live(move || {
                let more = settings_words(app);
                if install::is_standalone() {
                    view! { <p>{more.installed_already}</p> }.into_any()
                } else if app.installable.get() {
                    view! {
                        <p>{more.install_why}</p>
                        <div><Button label=more.install_now icon=IconName::Install on_press=Callback::new(move |()| app.offer_install()) /></div>
                    }.into_any()
                } else if install::is_ios() {
                    view! {
                        <p>{more.install_why}</p>
                        <ol>
                            <li><Icon name=IconName::Upload /> " " {more.install_ios_share}</li>
                            <li><Icon name=IconName::Plus /> " " {more.install_ios_add}</li>
                            <li><Icon name=IconName::Home /> " " {more.install_ios_open}</li>
                        </ol>
                        <Banner title=app.words().ios_not_installed tone=Tone::Warning><p>{app.words().ios_not_installed_help}</p></Banner>
                    }.into_any()
                } else {
                    view! { <p>{more.install_why}</p><p class="muted">{more.install_by_menu}</p> }.into_any()
                }
            })}
        </section>
    }
}

/// How much is stored and how safe it is.
#[component]
fn StorageSafety(app: AppState) -> impl IntoView {
    let persisted = RwSignal::new(None::<bool>);
    let estimate = RwSignal::new(None::<(u64, u64)>);
    let refresh = move || {
        spawn_local(async move {
            let _ = persisted.try_set(Some(storage::persisted().await));
            let _ = estimate.try_set(storage::estimate().await);
        });
    };
    refresh();
    let ask = Callback::new(move |()| {
        spawn_local(async move {
            settings::ask_to_persist(app).await;
            refresh();
        });
    });
    let make_room = Callback::new(move |()| {
        spawn_local(async move {
            if let Err(error) = upload_driver::free(app).await {
                app.notify(sentences::store_error(app.language.get_untracked(), &error));
            }
            refresh();
        });
    });
    view! {
        <section class="section stack">
            <h2 class="section__title">{settings_say(app, |words| words.storage_title)}</h2>
            {live(move || {
                let language = app.language.get();
                let (words, more) = (app.words(), settings_words(app));
                let safety = persisted.get().map(|safe| match (safe, settings::asked_to_persist()) {
                    (true, _) => more.storage_persisted.to_owned(),
                    (false, None) => format!("{}. {}", more.storage_best_effort, more.storage_not_asked),
                    (false, Some(_)) => format!("{}. {}", more.storage_best_effort, more.storage_refused),
                });
                let used = estimate.get().map(|(usage, quota)| format!("{} / {}", format::bytes(language, usage), format::bytes(language, quota)));
                let files: u64 = app.files.read().values().map(|record| record.file.size).sum();
                view! {
                    <SummaryList>
                        <SummaryRow name=more.storage_safety value=safety missing=words.not_available />
                        <SummaryRow name=more.storage_used value=used missing=words.not_available />
                        <SummaryRow name=words.storage_files value=Some(format!("{} ({})", app.files.read().len(), format::bytes(language, files))) />
                        <SummaryRow name=more.storage_drafts value=Some(app.drafts.read().len().to_string()) />
                        <SummaryRow name=more.storage_cases value=Some(docket::count(app).to_string()) />
                        <SummaryRow name=more.storage_quarantine value=Some(app.quarantine.read().len().to_string()) />
                    </SummaryList>
                }
            })}
            {live(move || (persisted.get() == Some(false)).then(|| view! {
                <p class="muted">{settings_words(app).storage_why}</p>
                <div><Button label=settings_words(app).storage_ask kind=ButtonKind::Secondary icon=IconName::Lock on_press=ask /></div>
            }))}
            {live(move || {
                let free = upload_driver::freeable(app);
                let bytes: u64 = free.iter().map(|record| record.file.size).sum();
                (!free.is_empty()).then(|| view! {
                    <div><Button label=format!("{} ({})", settings_words(app).storage_free, format::bytes(app.language.get(), bytes)) kind=ButtonKind::Secondary icon=IconName::Trash on_press=make_room /></div>
                    <p class="muted">{settings_words(app).storage_free_help}</p>
                })
            })}
            <p class="muted">{settings_say(app, |words| words.storage_warning)}</p>
        </section>
    }
}

/// Versions, the device, the licence.
#[component]
fn About(app: AppState) -> impl IntoView {
    let kept = RwSignal::new(None::<service_worker::Kept>);
    spawn_local(async move {
        let _ = kept.try_set(service_worker::kept().await);
    });
    view! {
        <section class="section stack">
            <h2 class="section__title">{settings_say(app, |words| words.about)}</h2>
            {live(move || {
                let (words, more) = (app.words(), settings_words(app));
                // Read here: what stands inside of a component is not followed.
                let here = kept.get();
                let later = here.as_ref().map(|kept| (if kept.later { more.documents_here } else { more.documents_not_here }).to_owned());
                let rules = pins(&app.book().tracks().iter().map(|set| &set.pin).collect::<Vec<_>>());
                let calendars = pins(&app.book().newest_calendar().iter().map(|calendar| &calendar.pin).collect::<Vec<_>>());
                view! {
                    <SummaryList>
                        <SummaryRow name=words.version value=Some(concat!("SIPS Lapangan ", env!("CARGO_PKG_VERSION")).to_owned()) />
                        <SummaryRow name=more.build value=build(app.language.get()) missing=words.not_available />
                        <SummaryRow name=words.release value=here.map(|kept| kept.release) missing=words.not_available />
                        <SummaryRow name=more.documents value=later missing=words.not_available />
                        <SummaryRow name=words.rules_used value=Some(rules) />
                        <SummaryRow name=more.calendar_used value=Some(calendars) />
                        <SummaryRow name=words.server value=Some(server::shown()) />
                        <SummaryRow name=more.device_id value=Some(app.device.get_value().to_string()) />
                        <SummaryRow name=more.licence value=Some("MIT".to_owned()) />
                    </SummaryList>
                }
            })}
        </section>
    }
}

/// The commit that the app was built from, and its day.
fn build(language: Language) -> Option<String> {
    let commit = option_env!("SIPS_COMMIT")?;
    let day = option_env!("SIPS_COMMIT_DATE").and_then(LocalDate::parse);
    Some(day.map_or_else(|| commit.to_owned(), |day| format!("{commit} · {}", format::date(language, day))))
}

/// Versions with their digests, in short.
fn pins(pins: &[&DefinitionRef]) -> String {
    let texts: Vec<String> = pins.iter().map(|pin| format!("{} v{} ({})", pin.id, pin.version, pin.digest.short())).collect();
    texts.join(", ")
}
