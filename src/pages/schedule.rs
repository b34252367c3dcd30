//! *Jadwal*: mediations, hearings, readings and the last days of deadlines, by day, week and month, with the days off and their kind;
//! what clashes is said, and everything can be taken into another calendar or printed for the notice board.

use std::sync::Arc;

use leptos::prelude::*;

use crate::components::banner::Banner;
use crate::components::button::{Button, ButtonKind};
use crate::components::icon::{Icon, IconName};
use crate::components::live::live;
use crate::components::page_header::PageHeader;
use crate::components::tone::Tone;
use crate::domain::calendar::DayKind;
use crate::domain::docket::{Clash, DueLine, Line, Press, Session, clash};
use crate::domain::icalendar::{self, Event};
use crate::domain::order::ascending;
use crate::domain::query;
use crate::domain::rule_set::Whose;
use crate::domain::time::LocalDate;
use crate::i18n::messages::PlanMessages;
use crate::i18n::{format, sentences};
use crate::pages::cases::rules_of;
use crate::pages::draft::page_title;
use crate::platform::{file, page, realm};
use crate::routes::Route;
use crate::state::{AppState, docket};

const ICALENDAR: &str = "text/calendar;charset=utf-8";

/// The words of the schedule and the recap.
pub fn plan_words(app: AppState) -> &'static PlanMessages {
    PlanMessages::of(app.language.get())
}

/// Likewise, as a signal.
pub fn say(app: AppState, message: fn(&'static PlanMessages) -> &'static str) -> Signal<String> {
    Signal::derive(move || message(plan_words(app)).to_owned())
}

/// How much is shown.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Span {
    Day,
    Week,
    Month,
}

impl Span {
    fn parse(name: &str) -> Self {
        match name {
            "hari" => Self::Day,
            "bulan" => Self::Month,
            _ => Self::Week,
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Day => "hari",
            Self::Week => "pekan",
            Self::Month => "bulan",
        }
    }

    /// The first day that is shown, and how many there are; of a month whole weeks.
    fn days(self, at: LocalDate) -> (LocalDate, i64) {
        let monday = |date: LocalDate| date.plus(-i64::try_from(date.weekday()).unwrap_or_default());
        match self {
            Self::Day => (at, 1),
            Self::Week => (monday(at), 7),
            Self::Month => {
                let first = LocalDate::new(at.year(), at.month(), 1).unwrap_or(at);
                let start = monday(first);
                let shown = next_month(first).days_since(start);
                (start, (shown + 6) / 7 * 7)
            }
        }
    }

    fn moved(self, at: LocalDate, by: i64) -> LocalDate {
        match (self, by > 0) {
            (Self::Day, _) => at.plus(by),
            (Self::Week, _) => at.plus(7 * by),
            (Self::Month, true) => next_month(at),
            (Self::Month, false) => {
                let last = at.plus(-i64::from(at.day()));
                LocalDate::new(last.year(), last.month(), 1).unwrap_or(last)
            }
        }
    }
}

fn next_month(at: LocalDate) -> LocalDate {
    let (year, month) = if at.month() == 12 { (at.year() + 1, 1) } else { (at.year(), at.month() + 1) };
    LocalDate::new(year, month, 1).unwrap_or(at)
}

fn address(span: Span, at: LocalDate) -> String {
    format!("{}{}", Route::Schedule.path(), query::write([("tampilan", span.name()), ("tanggal", &at.to_string())]))
}

/// What stands on a day.
#[derive(Clone, PartialEq)]
enum Item {
    Session(Arc<Line>, Session),
    Due(Arc<Line>, DueLine),
}

impl Item {
    fn on(&self) -> LocalDate {
        match self {
            Self::Session(_, session) => session.on,
            Self::Due(_, due) => due.last_day,
        }
    }

    fn minute(&self) -> i64 {
        match self {
            Self::Session(_, session) => session.at.map_or(0, |at| i64::from(at.0)),
            Self::Due(..) => 1_441,
        }
    }
}

/// What stands on so many days from the first. A party's day that has passed asks nothing of anybody any more.
fn items(lines: &docket::Lines, from: LocalDate, days: i64, today: LocalDate) -> Vec<Item> {
    let mut found = Vec::new();
    for line in lines.iter() {
        found.extend(line.sessions.iter().map(|session| Item::Session(Arc::clone(line), session.clone())));
        let asks = |due: &&DueLine| due.whose == Whose::Office || due.last_day >= today;
        found.extend(line.dues.iter().filter(asks).map(|due| Item::Due(Arc::clone(line), due.clone())));
    }
    found.retain(|item| (0..days).contains(&item.on().days_since(from)));
    let order = ascending(found.iter().map(|item| (item.on().days_since(from), item.minute())));
    order.into_iter().filter_map(|position| found.get(position).cloned()).collect()
}

/// The page.
#[component]
pub fn SchedulePage(
    /// The app.
    app: AppState,
) -> impl IntoView {
    let title = say(app, |words| words.schedule);
    page_title(app, title);
    let query = app.navigation.query;
    let today = Memo::new(move |_| app.now.get().in_zone(app.zone()).date);
    let span = Memo::new(move |_| query.with(|query| Span::parse(&query::value(query, "tampilan"))));
    let at = Memo::new(move |_| query.with(|query| LocalDate::parse(&query::value(query, "tanggal"))).unwrap_or_else(|| today.get()));
    let lines = Memo::new(move |_| docket::lines(app));
    let shown = Memo::new(move |_| {
        let (from, days) = span.get().days(at.get());
        items(&lines.get(), from, days, today.get())
    });
    let caption = Signal::derive(move || Some(period(app, span.get(), at.get())));
    view! {
        <div class="page page--wide schedule">
            <PageHeader title caption lead=Signal::derive(move || Some(format!("{} {}", plan_words(app).schedule_lead, app.news()))) />
            {live(move || {
                let words = plan_words(app);
                let (span, at, today) = (span.get(), at.get(), today.get());
                let turn = |label: &'static str, class: &'static str, to: LocalDate| {
                    view! {
                        <a class=class href=address(span, to)>
                            <Icon name=IconName::Next />
                            <span class="button__label">{label}</span>
                        </a>
                    }
                };
                let switch = |label: &'static str, to: Span| {
                    view! { <a class="segment" href=address(to, at) aria-current=(to == span).then_some("true")>{label}</a> }
                };
                view! {
                    <div class="cluster schedule__bar">
                        <nav class="segments" aria-label=words.view>
                            {switch(words.day, Span::Day)} {switch(words.week, Span::Week)} {switch(words.month, Span::Month)}
                        </nav>
                        <div class="cluster">
                            {turn(words.before, "button button--secondary schedule__turn schedule__turn--back", span.moved(at, -1))}
                            <a class="button button--secondary" href=address(span, today)>{words.today}</a>
                            {turn(words.after, "button button--secondary schedule__turn", span.moved(at, 1))}
                        </div>
                    </div>
                }
            })}
            {live(move || clashes(app, &shown.get()))}
            {live(move || {
                let (from, days) = span.get().days(at.get());
                let month = (span.get() == Span::Month).then(|| at.get().month());
                grid(app, from, days, month, &shown.get(), today.get())
            })}
            {live(move || shown.with(Vec::is_empty).then(|| view! { <p class="muted">{plan_words(app).nothing}</p> }))}
            <div class="cluster no-print">
                <Button label=say(app, |words| words.print) icon=IconName::Print kind=ButtonKind::Secondary on_press=Callback::new(move |()| page::print()) />
                <Button label=say(app, |words| words.all_to_calendar) icon=IconName::Calendar kind=ButtonKind::Secondary on_press=Callback::new(move |()| save_all(app)) />
            </div>
            <p class="muted no-print">{say(app, |words| words.calendar_privacy)}</p>
        </div>
    }
}

fn period(app: AppState, span: Span, at: LocalDate) -> String {
    let language = app.language.get();
    match span {
        Span::Day => format::date(language, at),
        Span::Week => {
            let (from, days) = span.days(at);
            format!("{} – {}", format::date_short(language, from), format::date_short(language, from.plus(days - 1)))
        }
        Span::Month => format!("{} {}", format::month(language, at), at.year()),
    }
}

/// Pairs of sessions that cannot both be.
fn clashes(app: AppState, items: &[Item]) -> Option<AnyView> {
    let sessions: Vec<(&Arc<Line>, &Session)> = items
        .iter()
        .filter_map(|item| match item {
            Item::Session(line, session) if !session.held => Some((line, session)),
            _ => None,
        })
        .collect();
    let words = plan_words(app);
    let language = app.language.get();
    let mut found = Vec::new();
    for (place, (line, session)) in sessions.iter().enumerate() {
        for (other_line, other) in &sessions[place + 1..] {
            let Some(why) = clash(session, other) else { continue };
            let why = match why {
                Clash::Room(room) => format!("{}: {room}", words.clash_room),
                Clash::Person(person) => format!("{}: {person}", words.clash_person),
            };
            let hour = |session: &Session| session.at.map_or_else(String::new, |at| format::minute(language, at));
            let day = format::date_short(language, session.on);
            found.push(view! {
                <li>
                    {day} ": " <a href=Route::Case(line.id).path()>{line.name.clone()}</a> " (" {hour(session)} ") – "
                    <a href=Route::Case(other_line.id).path()>{other_line.name.clone()}</a> " (" {hour(other)} "), " {why}
                </li>
            });
        }
    }
    (!found.is_empty())
        .then(|| view! { <Banner title=words.clash tone=Tone::Warning><ul>{found}</ul><p>{words.clash_help}</p></Banner> }.into_any())
}

/// The days as a table where there is room, as a list of the days that hold something on a phone.
fn grid(app: AppState, from: LocalDate, days: i64, month: Option<i8>, items: &[Item], today: LocalDate) -> AnyView {
    let language = app.language.get();
    let weeks: Vec<Vec<LocalDate>> =
        (0..(days + 6) / 7).map(|week| (week * 7..days.min(week * 7 + 7)).map(|day| from.plus(day)).collect()).collect();
    let heads = weeks
        .first()
        .into_iter()
        .flatten()
        .map(|&date| view! { <th scope="col" role="columnheader">{format::weekday(language, date)}</th> })
        .collect_view();
    let cell = |date: LocalDate| {
        let own: Vec<&Item> = items.iter().filter(|item| item.on() == date).collect();
        let off = day_off(app, date);
        let mut class = String::from("day");
        for (name, holds) in [
            ("day--today", date == today),
            ("day--off", off.is_some() || date.weekday() >= 5),
            ("day--other", month.is_some_and(|month| date.month() != month)),
            ("day--empty", own.is_empty()),
        ] {
            if holds {
                class.push(' ');
                class.push_str(name);
            }
        }
        view! {
            <td role="cell" class=class>
                <h2 class="day__date">
                    <span class="day__full">{format::date(language, date)}</span>
                    <span class="day__number" aria-hidden="true">{date.day()}</span>
                </h2>
                {off.map(|off| view! { <p class="day__off">{off}</p> })}
                <ul class="plain-list day__items">{own.into_iter().map(|item| item_view(app, item)).collect_view()}</ul>
            </td>
        }
    };
    let rows = weeks.iter().map(|week| view! { <tr role="row">{week.iter().map(|&date| cell(date)).collect_view()}</tr> }).collect_view();
    let class = if days == 1 { "days days--one" } else { "days" };
    view! {
        <table class=class role="table">
            <caption class="visually-hidden">{plan_words(app).schedule}</caption>
            <thead role="rowgroup"><tr role="row">{heads}</tr></thead>
            <tbody role="rowgroup">{rows}</tbody>
        </table>
    }
    .into_any()
}

/// The name of a day off with its kind.
fn day_off(app: AppState, date: LocalDate) -> Option<String> {
    let language = app.language.get();
    let office = app.account.get()?.office.code;
    let calendar = app.book().newest_calendar()?;
    match calendar.value.kind(date, &office) {
        Ok(DayKind::Holiday(holiday)) => {
            let kind = sentences::day_off(language, holiday.kind);
            Some(format!("{} ({kind})", language.pick(&holiday.id, &holiday.en)))
        }
        Ok(_) => None,
        Err(_) if date.day() == 1 => Some(plan_words(app).year_missing.to_owned()),
        Err(_) => None,
    }
}

fn item_view(app: AppState, item: &Item) -> AnyView {
    let (language, words) = (app.language.get(), plan_words(app));
    match item {
        Item::Session(line, session) => {
            let zone = app.zone_of(line.office.as_ref());
            let hour = session
                .at
                .map_or_else(|| words.hour_not_told.to_owned(), |at| format!("{} {}", format::minute(language, at), zone.abbreviation()));
            let (of_file, own) = (Arc::clone(line), session.clone());
            let label = words.to_calendar;
            view! {
                <li class="event">
                    <a class="event__link" href=Route::Case(line.id).path()>
                        <strong>{hour}</strong> " " {sentences::session(language, &session.kind)}
                        <span class="event__case">{line.name.clone()}</span>
                    </a>
                    {(!session.place.is_empty()).then(|| view! { <span class="event__place">{session.place.clone()}</span> })}
                    {match session.held {
                        true => view! { <span class="event__place">{words.held}</span> }.into_any(),
                        false => view! {
                            <button type="button" class="button button--quiet event__file no-print" on:click=move |_| save(app, &[(Arc::clone(&of_file), own.clone())])>
                                {label} <span class="visually-hidden">" " {line.name.clone()}</span>
                            </button>
                        }.into_any(),
                    }}
                </li>
            }
            .into_any()
        }
        Item::Due(line, due) => {
            let rules = rules_of(app, line);
            let label = sentences::deadline(language, rules, &due.deadline);
            let (now, zone) = (app.now.get(), app.zone_of(line.office.as_ref()));
            let class = match due.press(now, now.in_zone(zone).date) {
                Press::Overdue => "event event--due event--over",
                _ => "event event--due",
            };
            view! {
                <li class=class>
                    <a class="event__link" href=Route::Case(line.id).path()>
                        <strong>{words.last_day} ", " {format::closing(language, due.closes_at, zone)}</strong> " " {label}
                        <span class="event__case">{line.name.clone()}</span>
                    </a>
                </li>
            }
            .into_any()
        }
    }
}

fn save_all(app: AppState) {
    let today = app.now.get_untracked().in_zone(app.zone()).date;
    let lines = untrack(|| docket::lines(app));
    let coming: Vec<(Arc<Line>, Session)> = lines
        .iter()
        .flat_map(|line| line.sessions.iter().map(move |session| (Arc::clone(line), session.clone())))
        .filter(|(_, session)| !session.held && session.on >= today)
        .collect();
    if coming.is_empty() {
        app.notify(PlanMessages::of(app.language.get_untracked()).no_coming.to_owned());
    } else {
        save(app, &coming);
    }
}

fn save(app: AppState, sessions: &[(Arc<Line>, Session)]) {
    let language = app.language.get_untracked();
    let events: Vec<Event<'_>> = sessions
        .iter()
        .map(|(line, session)| Event {
            // Moved to another day it is another session; told again it replaces the old one.
            uid: format!("{}-{}-{}@sips", line.id, session.kind, session.on),
            title: [realm::watermark(), sentences::session(language, &session.kind), &line.name].join(" ").trim_start().to_owned(),
            text: String::new(),
            session,
            zone: untrack(|| app.zone_of(line.office.as_ref())),
        })
        .collect();
    let text = icalendar::calendar(&events, app.clock());
    let name = if sessions.len() == 1 { "sidang.ics" } else { "jadwal.ics" };
    if !file::download(name, ICALENDAR, &[text.into_bytes()]) {
        app.notify(PlanMessages::of(language).not_saved.to_owned());
    }
}
