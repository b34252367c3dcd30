//! *Daftar perkara*: every case on this device, newest first, with a search over numbers, parties and objects.

use crate::components::live::{each, entry, live};
use leptos::prelude::*;

use crate::components::breakable::Breakable;
use crate::components::empty_state::EmptyState;
use crate::components::icon::IconName;
use crate::components::link_button::LinkButton;
use crate::components::page_header::PageHeader;
use crate::components::tag::Tag;
use crate::components::text_field::TextField;
use crate::components::tone::Tone;
use crate::domain::case::{Case, fold};
use crate::domain::id::CaseId;
use crate::domain::order::ascending;
use crate::domain::text::folded;
use crate::i18n::{format, sentences};
use crate::pages::draft::page_title;
use crate::routes::Route;
use crate::state::AppState;

/// The page.
#[component]
pub fn Cases(
    /// The app.
    app: AppState,
) -> impl IntoView {
    let title = app.say(|words| words.nav_cases);
    page_title(app, title);
    let query = RwSignal::new(String::new());
    let lead = Signal::derive(move || {
        let words = app.words();
        Some(match app.sync.get().last_pull {
            Some(at) => format!("{} {}", words.last_news, format::ago(app.language.get(), at, app.now.get())),
            None => words.no_news_yet.to_owned(),
        })
    });
    view! {
        <div class="page">
            <PageHeader title lead />
            <TextField
                id="search"
                label=app.say(|words| words.search)
                hint=app.say_some(|words| words.search_hint)
                value=query
                on_input=Callback::new(move |text| query.set(text))
                input_type="search"
                autocomplete="off"
                enter_key_hint="search"
            />
            <CaseRows app query />
        </div>
    }
}

/// One line of a list of cases.
#[derive(Clone, PartialEq)]
struct Line {
    id: CaseId,
    number: String,
    parties: String,
    object: String,
    state: String,
    at: Option<crate::domain::time::Timestamp>,
    unsent: bool,
    haystack: String,
}

/// The cases that fit a query, newest first.
#[component]
pub fn CaseRows(
    /// The app.
    app: AppState,
    /// What is looked for; everything if empty.
    #[prop(optional, into)]
    query: Signal<String>,
    /// The most lines.
    #[prop(default = usize::MAX)]
    limit: usize,
) -> impl IntoView {
    let lines = Memo::new(move |_| {
        let cases = app.cases.read();
        let outbox = app.outbox.read();
        let mut ids: Vec<CaseId> = cases.keys().copied().collect();
        for entry in outbox.iter() {
            if entry.is_of(entry.envelope.case_id) && !cases.contains_key(&entry.envelope.case_id) && !ids.contains(&entry.envelope.case_id)
            {
                ids.push(entry.envelope.case_id);
            }
        }
        let lines: Vec<Line> = ids
            .into_iter()
            .map(|id| {
                let waiting: Vec<_> = outbox.iter().filter(|entry| entry.is_of(id)).map(|entry| &entry.act).collect();
                let case = fold(id, cases.get(&id).iter().flat_map(|record| &record.acts).chain(waiting.iter().copied()));
                line(app, &case, !waiting.is_empty())
            })
            .collect();
        let newest_first = ascending(lines.iter().map(|line| (line.at.map_or(i64::MAX, |at| -at.0), 0)));
        newest_first.into_iter().filter_map(|position| lines.get(position).cloned()).collect::<Vec<_>>()
    });
    let shown = Memo::new(move |_| {
        let wanted: Vec<String> = folded(&query.get()).split(' ').filter(|word| !word.is_empty()).map(str::to_owned).collect();
        lines.with(|lines| {
            lines.iter().filter(|line| wanted.iter().all(|word| line.haystack.contains(word))).take(limit).cloned().collect::<Vec<_>>()
        })
    });
    view! {
        <p class="visually-hidden" role="status">
            {live(move || query.with(|query| !query.is_empty()).then(|| format!("{} {}", shown.with(Vec::len), app.words().found)))}
        </p>
        {live(move || shown.with(Vec::is_empty).then(|| {
            let words = app.words();
            if lines.with(Vec::is_empty) {
                view! {
                    <EmptyState text=words.no_cases icon=IconName::Cases>
                        <LinkButton label=words.new_petition href=Route::NewPetition.path() icon=IconName::Plus />
                    </EmptyState>
                }.into_any()
            } else {
                view! { <EmptyState text=words.nothing_found icon=IconName::Search><p class="muted">{words.nothing_found_help}</p></EmptyState> }.into_any()
            }
        }))}
        <ul class="row-list">
            {each(move || {
                shown
                    .get()
                    .into_iter()
                    .map(|line| entry(format!("{} {} {} {}", line.id, line.unsent, line.number, line.state), move || row(app, line.clone())))
                    .collect()
            })}
        </ul>
    }
}

fn line(app: AppState, case: &Case, unsent: bool) -> Line {
    let language = app.language.get();
    let petition = case.form("petition");
    let number = case.name();
    let parties = format!(
        "{} – {}",
        format::list(language, &case.petitioners().iter().map(|&name| name.to_owned()).collect::<Vec<_>>()),
        petition.text("respondent_name")
    );
    let object = petition.text("object_number").to_owned();
    let set = case.rules.as_ref().and_then(|pin| app.book().set(pin)).map(|pinned| &pinned.value);
    let state = sentences::state(language, set, &case.state);
    let haystack = folded(&format!(
        "{number} {} {} {parties} {object} {}",
        case.reception_number().unwrap_or_default(),
        case.id.provisional_code(),
        petition.text("object_title")
    ));
    Line { id: case.id, number, parties, object, state, at: case.history.first().map(|past| past.at), unsent, haystack }
}

fn row(app: AppState, line: Line) -> impl IntoView {
    let at = line.at;
    view! {
        <li class="row">
            <div class="row__body">
                <a class="row__title row__link tabular" href=Route::Case(line.id).path()><Breakable text=line.number /></a>
                <p class="row__line">{line.parties}</p>
                {(!line.object.is_empty()).then(|| view! { <p class="row__line">{line.object}</p> })}
                {at.map(|at| view! { <p class="row__line">{live(move || format::instant_short(app.language.get(), at, app.zone()))}</p> })}
            </div>
            <div class="row__side">
                <Tag label=line.state tone=Tone::Neutral />
                {line.unsent.then(|| view! { <Tag label=app.say(|words| words.not_at_server) tone=Tone::Warning icon=IconName::Outbox /> })}
            </div>
        </li>
    }
}
