//! *Hari ini*: what is due and by when, what is heard today, what waits to be sent and what goes on.

use std::sync::Arc;

use crate::components::live::{Entry, each, entry, live};
use leptos::prelude::*;

use crate::components::button::ButtonKind;
use crate::components::empty_state::EmptyState;
use crate::components::icon::{Icon, IconName};
use crate::components::page_header::PageHeader;
use crate::components::tag::Tag;
use crate::components::tone::Tone;
use crate::domain::docket::{DueLine, Line, Press, Session};
use crate::domain::draft::Draft;
use crate::domain::filter::Filter;
use crate::domain::id::CaseId;
use crate::domain::offers::{Offer, Standing, next, offers};
use crate::domain::order::ascending;
use crate::domain::rule_set::{DefinitionRef, Whose};
use crate::domain::stream::Stream;
use crate::i18n::{format, sentences};
use crate::pages::case::{act_link, judged};
use crate::pages::cases::{CaseTable, due_words, rules_of};
use crate::pages::draft::page_title;
use crate::routes::Route;
use crate::state::AppState;
use crate::state::docket;
use crate::state::drafts::FIRST_ACT;
use crate::store::record::OutboxState;
use crate::sync::answer::ParkReason;

/// Cases shown at home; the rest is one press away.
const NEWEST: usize = 5;
/// Deadlines shown of each group, and sessions; likewise.
const DUES: usize = 8;

/// The page.
#[component]
pub fn Home(
    /// The app.
    app: AppState,
) -> impl IntoView {
    let title = app.say(|words| words.nav_today);
    page_title(app, title);
    let caption = Signal::derive(move || Some(format::date(app.language.get(), app.now.get().in_zone(app.zone()).date)));
    let nothing = move || app.drafts.read().is_empty() && app.outbox.read().is_empty() && docket::count(app) == 0;
    let lines = Memo::new(move |_| docket::lines(app));
    let some = Memo::new(move |_| lines.with(|lines| !lines.is_empty()));
    let mine = app.mine;
    // Who may do what depends on the person alone: reckoned only when somebody asks, and of a case that was given to nobody.
    let shown = Memo::new(move |_| {
        let lines = lines.get();
        if !mine.get() {
            return lines;
        }
        let me = app.account.read().as_ref().map(|me| me.account);
        let is_mine = |line: &Line| match &line.work.responsible {
            Some((account, _)) => Some(*account) == me,
            None => next_act(app, line).is_some(),
        };
        let due = lines.iter().filter(|line| line.next_due().is_some() && is_mine(line));
        Arc::new(due.cloned().collect())
    });
    // What cannot wait is the page's one primary act, else a new petition.
    let urgent = Memo::new(move |_| {
        let pressing = |press| of_group(app, &shown.get(), press).into_iter().take(DUES);
        let found = pressing(Press::Overdue).chain(pressing(Press::Today)).find(|line| next_act(app, line).is_some());
        found.map(|line| line.id)
    });
    view! {
        <div class="page page--wide">
            <PageHeader title caption lead=Signal::derive(move || Some(app.news())) />
            {live(move || nothing().then(|| view! {
                <EmptyState text=app.words().nothing_here icon=IconName::Note>
                    <p class="muted">{app.words().nothing_here_help}</p>
                </EmptyState>
            }))}
            <div class="columns">
                <div class="columns__main">
                    {live(move || some.get().then(|| view! { <Dues app mine shown urgent /> }))}
                    {live(move || (!app.drafts.read().is_empty()).then(|| view! {
                        <section class="section">
                            <h2 class="section__title">{app.words().continue_drafts}</h2>
                            <ul class="row-list">
                                {each(move || {
                                    app.drafts.get().into_iter().rev().map(|draft| entry(format!("{} {}", draft.id, draft.version), move || draft_row(app, draft.clone(), None))).collect()
                                })}
                            </ul>
                        </section>
                    }))}
                </div>
                <div class="columns__side">
                    <Waiting app />
                    {live(move || some.get().then(|| view! { <Sessions app lines /> }))}
                </div>
            </div>
            {live(move || some.get().then(|| view! {
                <section class="section">
                    <h2 class="section__title">{app.words().newest_cases}</h2>
                    <CaseTable app lines=Signal::derive(move || lines.with(|lines| lines.iter().take(NEWEST).cloned().collect())) />
                    <p><a href=Route::Cases.path()>{app.words().all_cases}</a></p>
                </section>
            }))}
            <div class="action-bar action-bar--new">
                <a class=move || act_class(urgent.with(Option::is_none)) href=Route::NewPetition.path()>
                    <Icon name=IconName::Plus />
                    <span class="button__label">{app.say(|words| words.new_petition)}</span>
                </a>
            </div>
        </div>
    }
}

/// The groups of deadlines, each with its name in an address.
const GROUPS: [(Press, &str); 4] =
    [(Press::Overdue, "lewat"), (Press::Today, "hari-ini"), (Press::Tomorrow, "besok"), (Press::Week, "pekan")];

/// What is due: past its day, today, tomorrow and within a week, with the one next act of each case.
#[component]
fn Dues(app: AppState, mine: RwSignal<bool>, shown: Memo<docket::Lines>, urgent: Memo<Option<CaseId>>) -> impl IntoView {
    let group = move |(press, key): (Press, &'static str)| {
        let rows = Memo::new(move |_| of_group(app, &shown.get(), press));
        live(move || {
            let all = rows.with(Vec::len);
            (all > 0).then(|| {
                let title = group_title(app, press);
                view! {
                    <h3 class="due-group">{title} " " <span class="muted">{all}</span></h3>
                    <ul class="row-list">{each(move || rows.get().into_iter().take(DUES).map(|line| due_entry(app, line, urgent)).collect())}</ul>
                    {(all > DUES).then(|| {
                        let filter = Filter { due: key.to_owned(), order: "tenggat".to_owned(), ..Filter::default() };
                        view! { <p><a href=format!("{}{}", Route::Cases.path(), filter.query())>{format!("{} ({all})", app.words().all_of_these)}</a></p> }
                    })}
                }
            })
        })
    };
    let none = Memo::new(move |_| GROUPS.iter().all(|&(press, _)| of_group(app, &shown.get(), press).is_empty()));
    view! {
        <section class="section">
            <h2 class="section__title">{app.say(|words| words.due_title)}</h2>
            <div class="segments" role="group" aria-label=app.say(|words| words.due_whose)>
                <button type="button" class="segment" aria-pressed=move || (!mine.get()).to_string() on:click=move |_| mine.set(false)>{app.say(|words| words.due_office)}</button>
                <button type="button" class="segment" aria-pressed=move || mine.get().to_string() on:click=move |_| mine.set(true)>{app.say(|words| words.due_me)}</button>
            </div>
            {GROUPS.map(group).collect_view()}
            {live(move || none.get().then(|| view! { <p class="muted">{app.words().due_nothing} " " {after(app, &shown.get())}</p> }))}
        </section>
    }
}

fn of_group(app: AppState, lines: &[Arc<Line>], press: Press) -> Vec<Arc<Line>> {
    let (now, today) = (app.now.get(), app.now.get().in_zone(app.zone()).date);
    let found: Vec<&Arc<Line>> = lines.iter().filter(|line| line.next_due().is_some_and(|due| due.press(now, today) == press)).collect();
    let soonest = ascending(found.iter().map(|line| (line.next_due().map_or(0, |due| due.closes_at.0), 0)));
    soonest.into_iter().filter_map(|position| found.get(position).map(|line| Arc::clone(line))).collect()
}

fn group_title(app: AppState, press: Press) -> &'static str {
    let words = app.words();
    match press {
        Press::Overdue => words.due_over,
        Press::Today => words.due_today,
        Press::Tomorrow => words.due_tomorrow,
        _ => words.due_week,
    }
}

/// The next date after the week, so that an empty list says until when it is empty.
fn after(app: AppState, lines: &[Arc<Line>]) -> Option<String> {
    let next = lines.iter().filter_map(|line| line.next_due()).min_by_key(|due| due.closes_at.0)?;
    Some(format!("{} {}.", app.words().due_next_one, format::date(app.language.get(), next.last_day)))
}

/// The act that takes a case on or meets its deadline, if this person may do it.
fn next_act(app: AppState, line: &Line) -> Option<(String, String)> {
    let case = app.case(line.id)?;
    judged(app, &case, |context, rules| {
        let offers = offers(&case, context);
        // What takes the case on, else what meets the deadline: several may do that, none of them is *the* next.
        let due = line.next_due().and_then(|due| rules.deadline.get(&due.deadline));
        let meets = |offer: &&Offer| offer.standing == Standing::Ready && due.is_some_and(|due| due.met_by.contains(&offer.act));
        let offer = next(&offers, &case, context).or_else(|| offers.iter().find(meets))?;
        Some(act_link(app, case.id, rules, offer))
    })?
}

fn due_entry(app: AppState, line: Arc<Line>, urgent: Memo<Option<CaseId>>) -> Entry {
    let due = line.next_due().map_or(0, |due: &DueLine| due.closes_at.0);
    let who = line.work.responsible.as_ref().map_or("", |(_, name)| name.as_str());
    entry(format!("{} {} {due} {who}", line.id, line.state), move || due_row(app, Arc::clone(&line), urgent))
}

fn act_class(primary: bool) -> &'static str {
    (if primary { ButtonKind::Primary } else { ButtonKind::Secondary }).class()
}

fn due_row(app: AppState, line: Arc<Line>, urgent: Memo<Option<CaseId>>) -> impl IntoView {
    let id = line.id;
    let (of_due, of_act, of_party) = (Arc::clone(&line), Arc::clone(&line), Arc::clone(&line));
    let rules = untrack(|| rules_of(app, &line));
    view! {
        <li class="row">
            <div class="row__body">
                <a class="row__title row__link" href=Route::Case(line.id).path()>{line.name.clone()}</a>
                <p class="row__line">{format::list(app.language.get_untracked(), &line.petitioners)} " – " {line.respondent.clone()}</p>
                {line.work.responsible.clone().map(|(_, name)| view! { <p class="row__line">{app.say(|words| words.responsible)} ": " {name}</p> })}
                {live(move || of_due.next_due().map(|due| due_words(app, &of_due, due)))}
                // A party's own days are told beside the office's, since its papers come over the same counter.
                {live(move || of_party.dues.iter().find(|due| due.whose == Whose::Party && due.closes_at > app.now.get()).map(|due| {
                    let language = app.language.get();
                    let label = sentences::deadline(language, rules, &due.deadline);
                    view! { <p class="row__line">{app.words().partys_days} ": " {label} ", " {format::date_short(language, due.last_day)}</p> }
                }))}
            </div>
            <div class="row__side">
                {live(move || next_act(app, &of_act).map(|(label, href)| view! { <a class=move || act_class(urgent.get() == Some(id)) href=href>{label}</a> }))}
            </div>
        </li>
    }
}

/// What is still to be heard today and tomorrow.
#[component]
fn Sessions(app: AppState, lines: Memo<docket::Lines>) -> impl IntoView {
    let found = Memo::new(move |_| {
        let today = app.now.get().in_zone(app.zone()).date;
        let near = |session: &Session| !session.held && (0..=1).contains(&session.on.days_since(today));
        let all: Vec<(Arc<Line>, Session)> = lines.with(|lines| {
            lines
                .iter()
                .flat_map(|line| line.sessions.iter().filter(|session| near(session)).map(|session| (Arc::clone(line), session.clone())))
                .collect()
        });
        let order = ascending(all.iter().map(|(_, session)| (session.on.days_since(today), session.at.map_or(-1, |at| i64::from(at.0)))));
        order.into_iter().filter_map(|position| all.get(position).cloned()).collect::<Vec<_>>()
    });
    let row = move |(line, session): (Arc<Line>, Session)| {
        // The table of offices, which tells another office's zone, may come after the lines.
        let key = format!("{} {} {:?} {}", line.id, session.on, session.at, app.zone_of(line.office.as_ref()).abbreviation());
        entry(key, move || {
            let language = app.language.get();
            let today = app.now.get().in_zone(app.zone()).date;
            let day = if session.on == today { app.words().due_today } else { app.words().due_tomorrow };
            let hour = session.at.map_or_else(
                || app.words().hour_not_told.to_owned(),
                |at| format!("{} {}", format::minute(language, at), app.zone_of(line.office.as_ref()).abbreviation()),
            );
            view! {
                <li class="row">
                    <div class="row__body">
                        <a class="row__title row__link" href=Route::Case(line.id).path()>{format!("{day}, {hour}")}</a>
                        <p class="row__line">{sentences::session(language, &session.kind)} " · " {line.name.clone()}</p>
                        {(!session.place.is_empty()).then(|| view! { <p class="row__line">{session.place.clone()}</p> })}
                    </div>
                </li>
            }
        })
    };
    view! {
        <section class="section">
            <h2 class="section__title">{app.say(|words| words.sessions_near)}</h2>
            {live(move || found.with(Vec::is_empty).then(|| view! { <p class="muted">{app.words().no_sessions_near}</p> }))}
            <ul class="row-list">{each(move || found.get().into_iter().take(DUES).map(row).collect())}</ul>
            <p><a href=Route::Schedule.path()>{app.say(|words| words.whole_schedule)}</a></p>
        </section>
    }
}

/// What has not reached the server, in one line that leads to it.
#[component]
fn Waiting(app: AppState) -> impl IntoView {
    live(move || {
        let words = app.words();
        let outbox = app.outbox.read();
        let held = outbox.iter().filter(|entry| entry.state == OutboxState::Parked(ParkReason::Held)).count();
        let parked = outbox.iter().filter(|entry| entry.state != OutboxState::Waiting).count() - held;
        let waiting = outbox.len() - parked - held;
        (!outbox.is_empty()).then(|| {
            view! {
                <section class="section">
                    <h2 class="section__title">{words.nav_outbox}</h2>
                    <ul class="row-list">
                        <li class="row">
                            <div class="row__body">
                                <a class="row__title row__link" href=Route::Outbox.path()>{words.not_yet_at_server}</a>
                            </div>
                            <div class="row__side">
                                {(waiting > 0).then(|| view! { <Tag label=format!("{waiting} {}", words.state_waiting) tone=Tone::Info icon=IconName::Outbox /> })}
                                {(held > 0).then(|| view! { <Tag label=format!("{held} {}", words.state_held) icon=IconName::Clock /> })}
                                {(parked > 0).then(|| view! { <Tag label=format!("{parked} {}", words.state_parked) tone=Tone::Danger icon=IconName::Alert /> })}
                            </div>
                        </li>
                    </ul>
                </section>
            }
        })
    })
}

/// A draft, and a link to the very field where the person stopped, or `to` another place.
pub(super) fn draft_row(app: AppState, draft: Draft, to: Option<Route>) -> impl IntoView {
    let petitioner = draft.answers.rows("petitioner").first().map(|row| row.fields.text("name").trim().to_owned()).unwrap_or_default();
    let object = draft.answers.text("object_number").trim().to_owned();
    let code = match Stream::of(Some(&draft.rules)) {
        Stream::Case => docket::name(app, draft.case),
        _ => draft.answers.text("title").to_owned(),
    };
    let href = to.unwrap_or_else(|| match &draft.focus {
        Some(focus) => Route::Section(draft.id, focus.group.clone()),
        None => Route::Draft(draft.id),
    });
    let changed = draft.changed_at;
    let (act, pin) = (draft.act.clone(), draft.rules.clone());
    let corrects = draft.corrects.is_some();
    let name = draft.name.clone();
    view! {
        <li class="row">
            <div class="row__body">
                <a class="row__title row__link" href=href.path()>
                    {(!name.is_empty()).then(|| format!("{name} · "))}
                    {live(move || match act_label(app, &act, &pin) {
                        Some(label) => label,
                        None if petitioner.is_empty() => app.words().petitioner_unnamed.to_owned(),
                        None => petitioner.clone(),
                    })}
                </a>
                <p class="row__line">{code} {(!object.is_empty()).then(|| format!(" · {object}"))}</p>
                <p class="row__line">
                    {app.say(|words| words.saved_on_device)} " " {live(move || format::ago(app.language.get(), changed, app.now.get()))}
                </p>
            </div>
            <div class="row__side">
                <Tag label=Signal::derive(move || (if corrects { app.words().correction } else { app.words().draft }).to_owned()) />
            </div>
        </li>
    }
}

/// The act of a draft, as its button says; `None` for the act that begins a case.
fn act_label(app: AppState, act: &str, pin: &DefinitionRef) -> Option<String> {
    let rule = app.book().set(pin)?.value.act.get(act).filter(|_| act != FIRST_ACT)?;
    Some(app.language.get().text(&rule.label).to_owned())
}
