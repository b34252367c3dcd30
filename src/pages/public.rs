//! *Penelusuran publik*: the three lists that everybody may read, without an account, straight from the server's public feed. What is
//! in an entry is decided there, field by field; this page shows all of it and nothing else.

use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::components::banner::Banner;
use crate::components::breakable::Breakable;
use crate::components::button::{Button, ButtonKind};
use crate::components::empty_state::EmptyState;
use crate::components::icon::IconName;
use crate::components::live::live;
use crate::components::page_header::PageHeader;
use crate::components::skeleton::Skeleton;
use crate::components::text_field::TextField;
use crate::components::tone::Tone;
use crate::domain::query;
use crate::domain::search::Index;
use crate::domain::time::{LocalDate, Zone};
use crate::i18n::messages::PublicMessages;
use crate::i18n::{format, sentences};
use crate::pages::draft::page_title;
use crate::pages::sign_in::LanguageSwitch;
use crate::routes::{PublicView, Route};
use crate::state::public::{self, PublicAnswer, PublicEntry};
use crate::state::{AppState, Boot};

fn words(app: AppState) -> &'static PublicMessages {
    PublicMessages::of(app.language.get())
}

fn say(app: AppState, message: fn(&'static PublicMessages) -> &'static str) -> Signal<String> {
    Signal::derive(move || message(words(app)).to_owned())
}

/// How far the list has been fetched.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Fetched {
    /// A request is under way.
    Fetching,
    /// There are older entries.
    More(String),
    /// Everything is here.
    All,
    /// The server offers no such list.
    NotOffered,
    /// There is no way to the server, or it has a fault.
    Failed,
}

/// The page.
#[component]
pub fn PublicPage(
    /// The app.
    app: AppState,
    /// Which of the lists.
    view: PublicView,
) -> impl IntoView {
    let title = say(app, |words| words.title);
    page_title(app, title);
    let entries = RwSignal::new(Vec::<PublicEntry>::new());
    let fetched = RwSignal::new(Fetched::Fetching);
    let typed = RwSignal::new(app.navigation.query.with_untracked(|query| query::value(query, "cari")));
    let fetch = move |before: Option<String>| {
        fetched.set(Fetched::Fetching);
        spawn_local(async move {
            // The page may have been left meanwhile.
            let _ = match public::fetch(app, view, before.as_deref()).await {
                PublicAnswer::Page(page, next) => {
                    let _ = entries.try_update(|entries| entries.extend(page));
                    fetched.try_set(next.map_or(Fetched::All, Fetched::More))
                }
                PublicAnswer::NotOffered => fetched.try_set(Fetched::NotOffered),
                PublicAnswer::Failed => fetched.try_set(Fetched::Failed),
            };
        });
    };
    fetch(None);
    // Made anew with the entries, so that two are never the same.
    let index = Memo::new_with_compare(
        move |_| {
            let language = app.language.get();
            entries.with(|entries| {
                let mut index = Index::new();
                for entry in entries {
                    let outcome = outcome(app, entry);
                    let mut texts = vec![
                        (entry.number.as_deref().unwrap_or_default(), true),
                        (entry.respondent.as_str(), true),
                        (entry.office.name.as_str(), true),
                    ];
                    texts.extend(entry.petitioners.iter().map(|name| (name.as_str(), true)));
                    texts.extend(entry.object.iter().flat_map(|object| [(object.number.as_str(), false), (object.title.as_str(), false)]));
                    texts.extend([
                        (entry.place.as_str(), false),
                        (outcome.as_str(), false),
                        (sentences::session(language, &entry.session), false),
                    ]);
                    index.add(&texts);
                }
                index
            })
        },
        |_, _| true,
    );
    let shown = Memo::new(move |_| {
        let found = index.with(|index| index.find(&typed.get()));
        entries.with(|entries| {
            let fits = |place: u32| found.as_ref().is_none_or(|found| found.iter().any(|(entry, _)| *entry == place));
            (0..).zip(entries).filter(|(place, _)| fits(*place)).map(|(_, entry)| entry.clone()).collect::<Vec<_>>()
        })
    });
    let signed_out = move || app.boot.get() != Boot::Ready;
    view! {
        <div class="page page--wide">
            <PageHeader title lead=Signal::derive(move || Some(words(app).lead.to_owned())) />
            {live(move || {
                let words = words(app);
                let link = |to: PublicView, label: &'static str| view! { <a class="segment" href=Route::Public(to).path() aria-current=(to == view).then_some("page")>{label}</a> };
                view! {
                    <nav class="segments" aria-label=words.views>
                        {link(PublicView::Petitions, words.petitions)} {link(PublicView::Hearings, words.hearings)} {link(PublicView::Decisions, words.decisions)}
                    </nav>
                }
            })}
            <TextField
                id="search"
                label=say(app, |words| words.search)
                hint=Signal::derive(move || Some(words(app).search_hint.to_owned()))
                value=typed
                on_input=Callback::new(move |text: String| {
                    app.navigation.show(&query::write([("cari", text.as_str())]));
                    typed.set(text);
                })
                input_type="search"
                autocomplete="off"
                enter_key_hint="search"
            />
            <p class="docket-count" role="status">
                {live(move || {
                    let count = shown.with(Vec::len);
                    (fetched.get() != Fetched::Fetching).then(|| format!("{} {}", format::count(app.language.get(), u64::try_from(count).unwrap_or_default()), words(app).shown))
                })}
            </p>
            <ul class="row-list">{live(move || shown.get().iter().map(|entry| row(app, view, entry)).collect_view())}</ul>
            {live(move || {
                let words = words(app);
                let nothing = shown.with(Vec::is_empty);
                match fetched.get() {
                    Fetched::Fetching => view! { <Skeleton label=words.loading /> }.into_any(),
                    Fetched::More(before) => view! { <Button label=words.more kind=ButtonKind::Secondary on_press=Callback::new(move |()| fetch(Some(before.clone()))) /> }.into_any(),
                    Fetched::All if nothing => {
                        let text = if entries.with(Vec::is_empty) { words.none } else { words.none_found };
                        view! { <EmptyState text icon=IconName::Search /> }.into_any()
                    }
                    Fetched::All => view! { <p class="muted">{words.all_here}</p> }.into_any(),
                    Fetched::NotOffered => view! { <EmptyState text=words.not_offered icon=IconName::Info /> }.into_any(),
                    Fetched::Failed => view! {
                        <Banner title=words.offline tone=Tone::Warning actions=ViewFn::from(move || view! { <Button label=say(app, |words| words.again) kind=ButtonKind::Secondary on_press=Callback::new(move |()| fetch(None)) /> })>
                            <p>{words.offline_help}</p>
                        </Banner>
                    }.into_any(),
                }
            })}
            {live(move || signed_out().then(|| view! {
                <p><a href=Route::Home.path()>{words(app).sign_in}</a></p>
                <LanguageSwitch app />
            }))}
        </div>
    }
}

fn day(app: AppState, date: &str) -> String {
    LocalDate::parse(date).map_or_else(|| date.to_owned(), |date| format::date(app.language.get(), date))
}

/// How a case ended, in the words of its rule set.
fn outcome(app: AppState, entry: &PublicEntry) -> String {
    let sets = app.book().tracks();
    let rules = sets.iter().find(|set| set.pin.id == entry.track).map(|set| &set.value);
    sentences::outcome(app.language.get(), rules, &entry.outcome)
}

fn row(app: AppState, view: PublicView, entry: &PublicEntry) -> AnyView {
    let (language, words) = (app.language.get(), words(app));
    let sets = app.book().tracks();
    let rules = sets.iter().find(|set| set.pin.id == entry.track).map(|set| &set.value);
    let number = entry.number.clone().unwrap_or_else(|| words.number_follows.to_owned());
    let line = |name: &'static str, value: String| (!value.is_empty()).then(|| view! { <p class="row__line">{name} ": " {value}</p> });
    let facts = match view {
        PublicView::Petitions => view! {
            {line(words.registered_on, day(app, &entry.registered_on))}
            {line(words.state, sentences::state(language, rules, &entry.state))}
            {entry.object.as_ref().map(|object| line(words.object, format!("{} {}", object.number, object.title).trim().to_owned()))}
        }
        .into_any(),
        PublicView::Hearings => {
            let hour = if entry.at.is_empty() {
                String::new()
            } else {
                format!(", {} {}", entry.at, entry.zone.unwrap_or(Zone::Wib).abbreviation())
            };
            view! {
                <p class="row__line"><strong>{sentences::session(language, &entry.session)} ", " {day(app, &entry.on)} {hour}</strong></p>
                {line(words.place, entry.place.clone())}
            }
            .into_any()
        }
        PublicView::Decisions => view! {
            {line(words.read_on, day(app, &entry.read_on))}
            {line(words.outcome, outcome(app, entry))}
        }
        .into_any(),
    };
    view! {
        <li class="row">
            <div class="row__body">
                <p class="row__title"><Breakable text=number /></p>
                <p>{format::list(language, &entry.petitioners)} " – " {entry.respondent.clone()}</p>
                {facts}
                {line(words.office, entry.office.name.clone())}
            </div>
        </li>
    }
    .into_any()
}
