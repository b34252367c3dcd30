//! Help without a network: what belongs to the screen one comes from, how the app is used, the steps of the procedure out of the rules
//! that decide, the words of the law, and the answers that province and centre have published; with one search over all of it.

use leptos::prelude::*;

use crate::components::back_link::BackLink;
use crate::components::details::Details;
use crate::components::empty_state::EmptyState;
use crate::components::icon::{Icon, IconName};
use crate::components::link_button::LinkButton;
use crate::components::live::{each, entry, live};
use crate::components::page_header::PageHeader;
use crate::components::tag::Tag;
use crate::components::text_field::TextField;
use crate::components::tone::Tone;
use crate::domain::draft::Draft;
use crate::domain::id::CaseId;
use crate::domain::office::{Level, OfficeCode};
use crate::domain::query;
use crate::domain::rule_set::{ActRule, Otherwise, RuleSet};
use crate::domain::search::Index;
use crate::domain::stream::Stream;
use crate::i18n::help::{HelpMessages, Sign, TOPICS, Topic};
use crate::i18n::{Language, format, sentences};
use crate::pages::draft::page_title;
use crate::pages::work::{say, words};
use crate::routes::Route;
use crate::state::{AppState, Boot, docket, glossary};

/// What somebody may look for.
#[derive(Clone, Debug, PartialEq)]
struct Entry {
    kind: Kind,
    /// Names it on the page.
    key: String,
    title: String,
    /// Paragraphs.
    text: Vec<String>,
    /// What one meets on screen, in its order.
    picture: Vec<(Sign, &'static str)>,
    /// Pages that it belongs to.
    pages: Vec<String>,
    /// Behind it, in small.
    note: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Topic,
    Answer,
    Step,
    Term,
}

impl Kind {
    fn word(self) -> fn(&'static HelpMessages) -> &'static str {
        match self {
            Self::Topic => |words| words.kind_topic,
            Self::Answer => |words| words.kind_answer,
            Self::Step => |words| words.kind_step,
            Self::Term => |words| words.kind_term,
        }
    }
}

/// The key of a page, as in the rule set of published pages; those of which there is no help of their own have it for the tour.
pub fn page_of(route: &Route) -> &'static str {
    match route {
        Route::Home => "home",
        Route::NewPetition | Route::Begin(_) => "new",
        Route::Draft(_) | Route::Section(..) | Route::Check(_) | Route::Act(..) | Route::Shared => "form",
        Route::Cases => "cases",
        Route::Case(_) | Route::Part(..) | Route::File(..) | Route::Work(_) => "case",
        Route::Receipt(_) | Route::Paper(..) | Route::Bundle(_) => "papers",
        Route::Schedule => "schedule",
        Route::Recap | Route::Sheet => "recap",
        Route::Outbox | Route::Kapsul(_) | Route::Journal => "outbox",
        Route::Settings | Route::Law | Route::LawEntry(..) => "settings",
        Route::SignIn => "sign_in",
        Route::Questions | Route::NewQuestion | Route::Question(_) => "questions",
        Route::Public(_) | Route::AsPublic(_) => "public",
        Route::Help | Route::HelpSteps(_) | Route::Glossary => "help",
        _ => "",
    }
}

/// What a page is called, without whose it is.
pub fn screen_name(app: AppState, route: &Route) -> String {
    let language = app.language.get();
    let set = crate::rules::stream(Stream::Article).map(|set| &set.value);
    let named = set.and_then(|set| sentences::option(language, set, "article", "page", page_of(route)));
    match (route, draft_at(app, route)) {
        (_, Some(draft)) => {
            let book = app.book();
            let rules = book.set(&draft.rules).map(|set| &set.value);
            format!("{}: {}", named.unwrap_or_default(), sentences::act(language, rules, &draft.act))
        }
        _ => named.unwrap_or_default(),
    }
}

fn draft_at(app: AppState, route: &Route) -> Option<Draft> {
    let (Route::Draft(id) | Route::Section(id, _) | Route::Check(id)) = route else { return None };
    app.drafts.read().iter().find(|draft| draft.id == *id).cloned()
}

/// The page.
#[component]
pub fn Help(
    /// The app.
    app: AppState,
) -> impl IntoView {
    let title = app.say(|words| words.nav_help);
    page_title(app, title);
    let here = app.navigation;
    let typed = RwSignal::new(here.query.with_untracked(|query| query::value(query, "cari")));
    let from = here.query.with_untracked(|query| query::value(query, "dari"));
    let route = StoredValue::new(Route::parse(&from));
    let from_here = StoredValue::new(from);
    let all = Memo::new(move |_| everything(app));
    let index = Memo::new_with_compare(
        move |_| {
            let mut index = Index::new();
            all.with(|all| {
                for entry in all {
                    let mut texts: Vec<(&str, bool)> = vec![(&entry.title, true)];
                    texts.extend(entry.text.iter().map(|text| (text.as_str(), false)));
                    index.add(&texts);
                }
            });
            index
        },
        |_, _| true,
    );
    // None while nothing is looked for.
    let found = Memo::new(move |_| {
        let hits = index.with(|index| index.find(&typed.get()))?;
        let order = crate::domain::order::ascending(hits.iter().map(|(_, score)| (-i64::from(*score), 0)));
        let hits: Vec<u32> = order.into_iter().filter_map(|at| hits.get(at).map(|(entry, _)| *entry)).collect();
        all.with(|all| Some(hits.into_iter().filter_map(|at| all.get(at as usize).cloned()).collect::<Vec<_>>()))
    });
    let is_searching = Memo::new(move |_| found.with(Option::is_some));
    let search = Callback::new(move |text: String| {
        let from = from_here.get_value();
        here.show(&query::write([("dari", from.as_str()), ("cari", text.as_str())]));
        typed.set(text);
    });
    let entries = move |wanted: fn(&Entry) -> bool| {
        each(move || all.with(|all| all.iter().filter(|entry| wanted(entry)).map(|one| shown(app, one.clone(), false)).collect()))
    };
    let some_answers = Memo::new(move |_| all.with(|all| all.iter().any(|entry| entry.kind == Kind::Answer)));
    view! {
        <div class="page">
            <PageHeader title lead=Signal::derive(move || Some(words(app).lead.to_owned())) />
            <TextField
                id="help-search"
                label=say(app, |words| words.search)
                hint=Signal::derive(move || Some(words(app).search_hint.to_owned()))
                value=typed
                on_input=search
                input_type="search"
                autocomplete="off"
                enter_key_hint="search"
            />
            <p class="docket-count" role="status">{move || found.with(|found| found.as_ref().map(|found| format!("{} {}", found.len(), words(app).found)))}</p>
            {live(move || found.with(|found| found.as_ref().is_some_and(Vec::is_empty)).then(|| view! {
                <EmptyState text=say(app, |words| words.found_none) icon=IconName::Search>
                    <LinkButton label=say(app, |words| words.ask) href=ask_path(&from_here.get_value()) icon=IconName::Plus />
                </EmptyState>
            }))}
            {each(move || found.get().unwrap_or_default().into_iter().map(|one| shown(app, one, true)).collect())}
            {live(move || (!is_searching.get()).then(|| view! {
                <ForScreen app route=route.get_value() all />
                <section class="section" id="jawaban">
                    <h2 class="section__title">{say(app, |words| words.answers)}</h2>
                    {live(move || (!some_answers.get()).then(|| view! { <p class="muted">{words(app).answers_none}</p> }))}
                    {entries(|entry| entry.kind == Kind::Answer)}
                    {live(move || (app.boot.get() == Boot::Ready).then(|| view! {
                        <div class="cluster">
                            <LinkButton label=say(app, |words| words.ask) href=ask_path(&from_here.get_value()) icon=IconName::Plus kind=crate::components::button::ButtonKind::Secondary />
                            <a href=Route::Questions.path()>{say(app, |words| words.questions)}</a>
                        </div>
                    }))}
                </section>
                <section class="section">
                    <h2 class="section__title">{say(app, |words| words.topics)}</h2>
                    {entries(|entry| entry.kind == Kind::Topic)}
                </section>
                <section class="section">
                    <h2 class="section__title">{say(app, |words| words.steps)}</h2>
                    <p class="muted">{say(app, |words| words.steps_lead)}</p>
                    <ul class="row-list">
                        {live(move || app.book().tracks().into_iter().map(|set| view! {
                            <li class="row"><div class="row__body">
                                <a class="row__title row__link" href=Route::HelpSteps(set.pin.id.clone()).path()>{app.language.get().text(&set.value.title).to_owned()}</a>
                            </div></li>
                        }).collect_view())}
                    </ul>
                </section>
                <section class="section">
                    <h2 class="section__title">{say(app, |words| words.glossary)}</h2>
                    <p><a href=Route::Glossary.path()>{app.say(|words| words.all_terms)}</a></p>
                </section>
            }))}
        </div>
    }
}

fn ask_path(from: &str) -> String {
    format!("{}{}", Route::NewQuestion.path(), query::write([("dari", from)]))
}

/// What belongs to the screen that the person came from: the step at hand first, then topics and published answers.
#[component]
fn ForScreen(app: AppState, route: Route, all: Memo<Vec<Entry>>) -> impl IntoView {
    let route = StoredValue::new(route);
    let step = Memo::new(move |_| {
        let route = route.get_value();
        let language = app.language.get();
        let draft = draft_at(app, &route)?;
        let set = app.book().set(&draft.rules)?;
        let rule = set.value.act.get(&draft.act)?;
        Some(step_entry(language, &set.value, &draft.act, rule))
    });
    let fitting = move || {
        let page = route.with_value(page_of);
        let of_page = |entry: &&Entry| !page.is_empty() && entry.pages.iter().any(|one| one == page);
        let found = all.with(|all| all.iter().filter(of_page).cloned().collect::<Vec<_>>());
        step.get().into_iter().chain(found).collect::<Vec<_>>()
    };
    let some = Memo::new(move |_| !fitting().is_empty());
    live(move || {
        some.get().then(|| {
            view! {
                <section class="section" id="layar">
                    <h2 class="section__title">{say(app, |words| words.for_screen)}</h2>
                    <p class="muted">{live(move || screen_name(app, &route.get_value()))}</p>
                    {each(move || fitting().into_iter().map(|mut one| {
                        // The same stands below, under its own name.
                        one.key = format!("layar-{}", one.key);
                        shown(app, one, false)
                    }).collect())}
                </section>
            }
        })
    })
}

fn shown(app: AppState, one: Entry, with_kind: bool) -> crate::components::live::Entry {
    entry(format!("{} {:?}", one.key, one), move || {
        let Entry { kind, key, title, text, note, picture, .. } = one.clone();
        view! {
            <div id=key class="help-entry">
                {with_kind.then(|| view! { <Tag label=say(app, kind.word()) /> })}
                <Details summary=title>
                    {(!picture.is_empty()).then(|| drawn(picture))}
                    {text.into_iter().map(|text| view! { <p class="prose">{text}</p> }).collect_view()}
                    {(!note.is_empty()).then(|| view! { <p class="note__meta">{note}</p> })}
                </Details>
            </div>
        }
    })
}

/// The way as it looks on screen, in the app's own parts, so that it is never out of date. Whoever does not see it has the words behind it.
fn drawn(picture: Vec<(Sign, &'static str)>) -> impl IntoView {
    let part = |(sign, text): (Sign, &'static str)| match sign {
        Sign::At(symbol) => {
            let icon = IconName::ALL.into_iter().find(|icon| icon.symbol() == symbol).unwrap_or(IconName::Info);
            view! { <span><Icon name=icon /> " " {text}</span> }.into_any()
        }
        Sign::Press => view! { <span class="button button--secondary">{text}</span> }.into_any(),
        Sign::Open => view! { <u>{text}</u> }.into_any(),
        Sign::Well => view! { <Tag label=text tone=Tone::Success icon=IconName::Check /> }.into_any(),
        Sign::Waits => view! { <Tag label=text tone=Tone::Info icon=IconName::Outbox /> }.into_any(),
        Sign::Held => view! { <Tag label=text tone=Tone::Danger icon=IconName::Alert /> }.into_any(),
    };
    let parts =
        picture.into_iter().enumerate().map(|(at, one)| view! { {(at > 0).then(|| view! { <Icon name=IconName::Next /> })} {part(one)} });
    view! { <div class="cluster help-picture" aria-hidden="true" inert>{parts.collect_view()}</div> }
}

/// All that can be looked for, in the language of the screen.
fn everything(app: AppState) -> Vec<Entry> {
    let language = app.language.get();
    let mut all = Vec::new();
    if app.boot.get() == Boot::Ready {
        all.extend(
            docket::others(app, Stream::Article).iter().filter(|line| line.state == "published").filter_map(|line| article(app, line.id)),
        );
    }
    all.extend((0..).zip(TOPICS).map(|(at, topic)| of_topic(language, at, topic)));
    for set in app.book().tracks() {
        all.extend(set.value.acts_in_order().map(|(key, rule)| {
            let mut step = step_entry(language, &set.value, key, rule);
            step.key = format!("{}-{key}", set.pin.id);
            step
        }));
    }
    let at = usize::from(language == Language::En);
    let pick = |both: &[String; 2], at: usize| both.get(at).cloned().unwrap_or_default();
    all.extend(glossary::terms(app).iter().map(|term| Entry {
        kind: Kind::Term,
        key: format!("istilah-{}", term.key),
        title: pick(&term.names, at),
        text: vec![pick(&term.plain, at)],
        picture: Vec::new(),
        pages: Vec::new(),
        note: pick(&term.names, 1 - at),
    }));
    all
}

fn of_topic(language: Language, at: usize, topic: &Topic) -> Entry {
    Entry {
        kind: Kind::Topic,
        key: format!("topik-{at}"),
        title: topic.title(language).to_owned(),
        text: topic.text(language).lines().map(str::to_owned).collect(),
        picture: topic.picture.iter().map(|(sign, word)| (*sign, word(language))).collect(),
        pages: topic.pages.iter().map(|page| (*page).to_owned()).collect(),
        note: String::new(),
    }
}

fn article(app: AppState, id: CaseId) -> Option<Entry> {
    let case = app.case(id)?;
    let page = case.form("article");
    let mut text: Vec<String> = page.text("text").lines().filter(|line| !line.trim().is_empty()).map(str::to_owned).collect();
    if !page.text("basis").is_empty() {
        text.push(format!("{}: {}", words(app).basis, page.text("basis")));
    }
    let act = app.case_acts(id).into_iter().rev().find(|act| act.act == "publish")?;
    // Most devices have no table of other offices; those above, which alone publish, go by their level then.
    let language = app.language.get();
    let by_level = || {
        let level = if act.office == OfficeCode::national() { Level::National } else { Level::Province };
        sentences::level(language, level).to_owned()
    };
    let office = app.office(&act.office).map_or_else(by_level, |office| office.name);
    Some(Entry {
        kind: Kind::Answer,
        key: id.to_string(),
        title: page.text("title").to_owned(),
        text,
        picture: Vec::new(),
        pages: vec![page.text("page").to_owned()],
        note: format!(
            "{} {office}, {}",
            words(app).answered_by,
            format::date_short(app.language.get(), act.happened_at.in_zone(app.zone()).date)
        ),
    })
}

/// An act of the procedure as the rules have it: who does it, where the case stands then, what is looked at, what it makes and meets.
fn step_entry(language: Language, set: &RuleSet, key: &str, rule: &ActRule) -> Entry {
    let words = HelpMessages::of(language);
    let roles: Vec<String> = rule.by.all().map(|role| sentences::role(language, role).to_owned()).collect();
    let states: Vec<String> = rule
        .from
        .iter()
        .filter(|state| set.state.get(*state).is_some_and(|state| !state.start))
        .map(|state| sentences::state(language, Some(set), state))
        .collect();
    let mut text = vec![format!("{}: {}.", words.who, format::list(language, &roles))];
    if !states.is_empty() {
        text.push(format!("{}: {}.", words.when, format::list(language, &states)));
    }
    if let Some(form) = set.form.get(&rule.form) {
        let groups: Vec<String> = form.groups.iter().map(|group| language.text(&group.title).to_owned()).collect();
        if !groups.is_empty() {
            text.push(format!("{}: {}.", words.fill_in, format::list(language, &groups)));
        }
        text.extend(form.groups.iter().filter_map(|group| group.hint.as_ref()).map(|hint| language.text(hint).to_owned()));
    }
    for guard in rule.guards.iter().filter_map(|guard| set.guard.get(guard)) {
        // No case, and so no day: the deadline by its name.
        let by_name = |deadline: &str| Some(sentences::deadline(language, Some(set), deadline));
        let mark = if guard.otherwise == Otherwise::Block { format!(" ({})", words.must) } else { String::new() };
        text.push(format!("{}{mark}: {}", words.looks_at, sentences::guard(language, guard, by_name)));
    }
    let met: Vec<String> = set
        .deadline
        .iter()
        .filter(|(_, deadline)| deadline.met_by.iter().any(|act| act == key))
        .map(|(_, deadline)| language.text(&deadline.label).to_owned())
        .collect();
    if !met.is_empty() {
        text.push(format!("{}: {}.", words.deadline, format::list(language, &met)));
    }
    let papers: Vec<String> = set
        .paper
        .values()
        .filter(|paper| paper.of == key)
        .map(|paper| format!("{} {}", language.text(&paper.title), paper.no).trim().to_owned())
        .collect();
    if !papers.is_empty() {
        text.push(format!("{}: {}.", words.paper, format::list(language, &papers)));
    }
    Entry {
        kind: Kind::Step,
        key: format!("langkah-{key}"),
        title: language.text(&rule.label).to_owned(),
        text,
        picture: Vec::new(),
        pages: Vec::new(),
        note: format!("{} · {}", sentences::basis(language, &rule.src, rule.mark), language.text(&set.title)),
    }
}

/// The steps of one track.
#[component]
pub fn HelpSteps(
    /// The app.
    app: AppState,
    /// Its key.
    track: String,
) -> impl IntoView {
    let set = app.book_untracked().set_for(&track, None).map(|set| &set.value);
    let Some(set) = set else {
        return view! { <crate::pages::not_found::NotFound app /> }.into_any();
    };
    let title = Signal::derive(move || app.language.get().text(&set.title).to_owned());
    page_title(app, title);
    view! {
        <div class="page">
            <BackLink label=app.say(|words| words.nav_help) href=Route::Help.path() />
            <PageHeader title lead=Signal::derive(move || Some(words(app).steps_lead.to_owned())) />
            {each(move || set.acts_in_order().map(|(key, rule)| shown(app, step_entry(app.language.get(), set, key, rule), false)).collect())}
        </div>
    }
    .into_any()
}

/// The glossary.
#[component]
pub fn Glossary(
    /// The app.
    app: AppState,
) -> impl IntoView {
    let title = say(app, |words| words.glossary);
    page_title(app, title);
    let terms = Memo::new(move |_| {
        let at = usize::from(app.language.get() == Language::En);
        let terms = glossary::terms(app);
        let name = |at_term: usize| {
            terms.get(at_term).and_then(|term| term.names.get(at)).map(|name| name.to_ascii_lowercase()).unwrap_or_default()
        };
        let order = crate::domain::order::sorted(terms.len(), &|first, second| name(first) < name(second));
        order.into_iter().filter_map(|position| terms.get(position).cloned()).collect::<Vec<_>>()
    });
    view! {
        <div class="page">
            <BackLink label=app.say(|words| words.nav_help) href=Route::Help.path() />
            <PageHeader title lead=Signal::derive(move || Some(words(app).glossary_lead.to_owned())) />
            {live(move || terms.with(Vec::is_empty).then(|| view! { <EmptyState text=say(app, |words| words.glossary_none) icon=IconName::WifiOff /> }))}
            <dl class="glossary">
                {each(move || {
                    let language = app.language.get();
                    terms.get().into_iter().map(|term| entry(format!("{} {}", term.key, language.tag()), move || {
                        let at = usize::from(language == Language::En);
                        let pick = |both: &[String; 2], at: usize| both.get(at).cloned().unwrap_or_default();
                        let source = crate::rules::sources().get(&term.src).map(|source| language.text(&source.work).to_owned());
                        view! {
                            <div id=term.key.clone()>
                                <dt>{pick(&term.names, at)} " " <span class="glossary__other" lang=Language::tag(if at == 0 { Language::En } else { Language::Id })>"(" {pick(&term.names, 1 - at)} ")"</span></dt>
                                <dd>{pick(&term.plain, at)} {source.map(|source| view! { " " <span class="glossary__other">{source}</span> })}</dd>
                            </div>
                        }
                    })).collect()
                })}
            </dl>
        </div>
    }
}
