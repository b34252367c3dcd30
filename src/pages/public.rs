//! *Penelusuran publik*: the three lists that everybody may read, without an account, straight from the server's public feed. What is
//! in an entry is decided there, field by field; this page shows all of it and nothing else.

use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::components::banner::Banner;
use crate::components::breakable::Breakable;
use crate::components::button::{Button, ButtonKind};
use crate::components::choice_group::Choice;
use crate::components::details::Details;
use crate::components::empty_state::EmptyState;
use crate::components::icon::IconName;
use crate::components::live::live;
use crate::components::page_header::PageHeader;
use crate::components::select_field::SelectField;
use crate::components::skeleton::Skeleton;
use crate::components::text_field::TextField;
use crate::components::tone::Tone;
use crate::domain::office::OfficeCode;
use crate::domain::public::{PublicEntry, PublicView};
use crate::domain::query;
use crate::domain::search::Index;
use crate::domain::time::{LocalDate, Zone};
use crate::i18n::messages::PublicMessages;
use crate::i18n::{format, sentences};
use crate::pages::draft::page_title;
use crate::pages::sign_in::LanguageSwitch;
use crate::platform::timer::Timeout;
use crate::routes::Route;
use crate::state::public::{self, PublicAnswer};
use crate::state::{AppState, Boot};

fn words(app: AppState) -> &'static PublicMessages {
    PublicMessages::of(app.language.get())
}

fn say(app: AppState, message: fn(&'static PublicMessages) -> &'static str) -> Signal<String> {
    Signal::derive(move || message(words(app)).to_owned())
}

/// What a list is narrowed by: the contract's names, and those of the app's address.
const NAMES: [(&str, &str); 5] =
    [("q", "cari"), ("track", "jenis"), (AREA, "daerah"), ("petitioner", "pemohon"), ("respondent", "termohon")];
const AREA: &str = "area";
/// How long after the last key the server is asked, in milliseconds.
const PAUSE_MS: i32 = 350;

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
    let asked = NAMES.map(|(_, in_address)| RwSignal::new(app.navigation.query.with_untracked(|query| query::value(query, in_address))));
    let [typed, track, area, petitioner, respondent] = asked;
    // Whether the server searches by itself; until that is known, what is fetched is searched here as well.
    let searches = RwSignal::new(false);
    let round = StoredValue::new(0_u32);
    let fetch = move |before: Option<String>| {
        let this = round.get_value() + 1;
        round.set_value(this);
        fetched.set(Fetched::Fetching);
        let values = asked.map(|value| value.get_untracked());
        spawn_local(async move {
            let mut narrowed: Vec<(&str, &str)> = NAMES.iter().zip(&values).map(|((name, _), value)| (*name, value.trim())).collect();
            // A code that is half typed is no code yet.
            narrowed.retain(|(name, value)| *name != AREA || OfficeCode((*value).to_owned()).is_sound());
            let answer = public::fetch(app, view, before.as_deref(), &narrowed).await;
            // The page may have been left meanwhile, or something else asked for.
            if round.try_get_value() != Some(this) {
                return;
            }
            let _ = match answer {
                PublicAnswer::Page(page, next) => {
                    let _ = entries.try_update(|entries| {
                        if before.is_none() {
                            entries.clear();
                        }
                        entries.extend(page);
                    });
                    fetched.try_set(next.map_or(Fetched::All, Fetched::More))
                }
                PublicAnswer::NotOffered => fetched.try_set(Fetched::NotOffered),
                PublicAnswer::Failed => fetched.try_set(Fetched::Failed),
            };
        });
    };
    fetch(None);
    spawn_local(async move {
        let _ = searches.try_set(public::searches(app).await);
    });
    let pause = StoredValue::new_local(None::<Timeout>);
    let ask = move |value: RwSignal<String>, text: String| {
        value.set(text);
        let values = asked.map(|value| value.get_untracked());
        app.navigation.show(&query::write(NAMES.iter().zip(&values).map(|((_, name), value)| (*name, value.as_str()))));
        if searches.get_untracked() {
            pause.set_value(Some(Timeout::new(PAUSE_MS, move || fetch(None))));
        }
    };
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
                        (told(&entry.place), false),
                        (outcome.as_str(), false),
                        (sentences::session(language, told(&entry.session)), false),
                    ]);
                    index.add(&texts);
                }
                index
            })
        },
        |_, _| true,
    );
    let shown = Memo::new(move |_| {
        let found = if searches.get() { None } else { index.with(|index| index.find(&typed.get())) };
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
                on_input=Callback::new(move |text: String| ask(typed, text))
                input_type="search"
                autocomplete="off"
                enter_key_hint="search"
            />
            {live(move || if searches.get() {
                view! {
                    <Details summary=say(app, |words| words.narrow) open=[track, area, petitioner, respondent].iter().any(|value| value.with_untracked(|value| !value.is_empty()))>
                        <div class="columns">
                            <SelectField id="track" label=say(app, |words| words.track) choices=tracks(app) value=track unchosen=Signal::derive(move || Some(words(app).any_track.to_owned())) on_change=Callback::new(move |key| ask(track, key)) />
                            <TextField
                                id="area"
                                label=say(app, |words| words.area)
                                hint=Signal::derive(move || Some(words(app).area_hint.to_owned()))
                                error=Signal::derive(move || area.with(|area| !area.trim().is_empty() && !OfficeCode(area.trim().to_owned()).is_sound()).then(|| words(app).area_wrong.to_owned()))
                                value=area
                                on_input=Callback::new(move |text| ask(area, text))
                                input_mode="decimal"
                                autocomplete="off"
                            />
                            <TextField id="petitioner" label=say(app, |words| words.petitioner) value=petitioner on_input=Callback::new(move |text| ask(petitioner, text)) autocomplete="off" />
                            <TextField id="respondent" label=say(app, |words| words.respondent) value=respondent on_input=Callback::new(move |text| ask(respondent, text)) autocomplete="off" />
                        </div>
                    </Details>
                }.into_any()
            } else {
                view! { <p class="muted">{words(app).fetched_only}</p> }.into_any()
            })}
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
                        let asked_for = asked.iter().any(|value| value.with(|value| !value.is_empty()));
                        let text = if entries.with(Vec::is_empty) && !asked_for { words.none } else { words.none_found };
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

/// The kinds of disputes.
fn tracks(app: AppState) -> Signal<Vec<Choice>> {
    Signal::derive(move || {
        let language = app.language.get();
        app.book().tracks().iter().map(|set| Choice::new(set.pin.id.clone(), language.text(&set.value.title).to_owned())).collect()
    })
}

fn day(app: AppState, date: &str) -> String {
    LocalDate::parse(date).map_or_else(|| date.to_owned(), |date| format::date(app.language.get(), date))
}

/// How a case ended, in the words of its rule set.
fn outcome(app: AppState, entry: &PublicEntry) -> String {
    let sets = app.book().tracks();
    let rules = sets.iter().find(|set| set.pin.id == entry.track).map(|set| &set.value);
    sentences::outcome(app.language.get(), rules, told(&entry.outcome))
}

/// A part that another view has, or nothing.
fn told(part: &Option<String>) -> &str {
    part.as_deref().unwrap_or_default()
}

/// One entry, as everybody reads it.
pub fn row(app: AppState, view: PublicView, entry: &PublicEntry) -> AnyView {
    let (language, words) = (app.language.get(), words(app));
    let sets = app.book().tracks();
    let rules = sets.iter().find(|set| set.pin.id == entry.track).map(|set| &set.value);
    let number = entry.number.clone().unwrap_or_else(|| words.number_follows.to_owned());
    let line = |name: &'static str, value: String| (!value.is_empty()).then(|| view! { <p class="row__line">{name} ": " {value}</p> });
    let facts = match view {
        PublicView::Petitions => view! {
            {line(words.registered_on, day(app, told(&entry.registered_on)))}
            {line(words.state, sentences::state(language, rules, told(&entry.state)))}
            {entry.object.as_ref().map(|object| line(words.object, format!("{} {}", object.number, object.title).trim().to_owned()))}
        }
        .into_any(),
        PublicView::Hearings => {
            let hour = if told(&entry.at).is_empty() {
                String::new()
            } else {
                format!(", {} {}", told(&entry.at), entry.zone.unwrap_or(Zone::Wib).abbreviation())
            };
            view! {
                <p class="row__line"><strong>{sentences::session(language, told(&entry.session))} ", " {day(app, told(&entry.on))} {hour}</strong></p>
                {line(words.place, told(&entry.place).to_owned())}
            }
            .into_any()
        }
        PublicView::Decisions => view! {
            {line(words.read_on, day(app, told(&entry.read_on)))}
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
