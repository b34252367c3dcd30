//! *Daftar perkara*: every case on this device, with a search as one types, filters that stand in the address, and an order. Cards
//! on a phone, a table where there is room.

use std::sync::Arc;

use crate::components::live::{each, entry, follow, live};
use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::components::breakable::breakable;
use crate::components::button::{Button, ButtonKind};
use crate::components::choice_group::Choice;
use crate::components::date_field::DateField;
use crate::components::details::Details;
use crate::components::empty_state::EmptyState;
use crate::components::icon::IconName;
use crate::components::link_button::LinkButton;
use crate::components::page_header::PageHeader;
use crate::components::select_field::SelectField;
use crate::components::skeleton::Skeleton;
use crate::components::tag::fixed_tag;
use crate::components::text_field::TextField;
use crate::components::tone::Tone;
use crate::domain::deadline::days_over;
use crate::domain::docket::{DueLine, Line, Press};
use crate::domain::filter::{Filter, stage};
use crate::domain::id::CaseId;
use crate::domain::office::OfficeCode;
use crate::domain::order::ascending;
use crate::domain::rule_set::RuleSet;
use crate::domain::table::Table;
use crate::domain::text::{is_before, read_date};
use crate::domain::time::Zone;
use crate::i18n::messages::Messages;
use crate::i18n::{format, sentences};
use crate::platform::timer::{painted, sleep};
use crate::platform::{focus, page};
use crate::routes::Route;
use crate::state::{AppState, docket, views};

/// Lines that are shown at first, and with every press on "more".
const PART: usize = 50;
/// Of those that are drawn first, how many a phone's screen holds at most.
const ON_A_PHONE: usize = 4;
/// How long after the page the filters come, in milliseconds.
const GATHER_MS: i32 = 300;

/// The page.
#[component]
pub fn Cases(
    /// The app.
    app: AppState,
) -> impl IntoView {
    let title = app.say(|words| words.nav_cases);
    let here = app.navigation;
    // Beside a case the list stays, and the case names the window.
    let was_beside = StoredValue::new(false);
    follow(move || {
        let alone = here.route.get() == Route::Cases;
        if alone {
            page::set_title(&format!("{} · {}", title.get(), app.words().app_name));
            if was_beside.get_value() {
                focus::after_paint(|| _ = page::focus_by_id("main", None));
            }
        }
        was_beside.set_value(!alone);
    });
    let filter = RwSignal::new(app.navigation.query.with_untracked(|query| Filter::parse(query)));
    // The address follows what is chosen, behind the picture of it, since history is slow; "back" and a link that comes in are followed, too.
    follow(move || {
        filter.track();
        spawn_local(async move {
            painted(GATHER_MS).await;
            // What is chosen by now: somebody may have typed on.
            let query = here.query.get_untracked();
            let Some((is_said, wanted)) = filter.try_with_untracked(|filter| (Filter::parse(&query) == *filter, filter.within(&query)))
            else {
                return;
            };
            if matches!(here.route.get_untracked(), Route::Cases | Route::Case(_) | Route::Part(..)) && !is_said {
                here.show(&wanted);
            }
        });
    });
    follow(move || {
        let wanted = here.query.with(|query| Filter::parse(query));
        if filter.with_untracked(|filter| *filter != wanted) {
            filter.set(wanted);
        }
    });
    let lead = Signal::derive(move || Some(app.news()));
    let all = Memo::new(move |_| docket::lines(app));
    let shown = Memo::new(move |_| chosen(app, &all.get(), &filter.get()));
    // What fills the screen is drawn at once, the rest of the page right behind it: while one types, nobody waits for what is not seen. News
    // of cases change a page in its place.
    let asked = Memo::new(move |_| filter.with(|filter| Filter { more: String::new(), ..filter.clone() }));
    let whole = RwSignal::new(None::<Filter>);
    follow(move || {
        let now = asked.get();
        spawn_local(async move {
            painted(GATHER_MS).await;
            let _ = whole.try_set(Some(now));
        });
    });
    // A choice among cases waits until all are there.
    let waits = Memo::new(move |_| {
        !docket::is_whole(app) && filter.with(|filter| *filter != Filter { more: filter.more.clone(), ..Filter::default() })
    });
    let count = Memo::new(move |_| all.with(|all| docket::length(app, all)));
    let is_whole = Memo::new(move |_| asked.with(|asked| whole.with(|whole| whole.as_ref() == Some(asked))));
    let query = Signal::derive(move || filter.with(|filter| filter.text.clone()));
    let scrolled = StoredValue::new_local(None);
    // Once the lines are there the page is as long as it was.
    let some = Memo::new(move |_| is_whole.get() && shown.with(|shown| !shown.is_empty()));
    follow(move || {
        if some.get() && scrolled.with_value(Option::is_none) {
            focus::after_paint(move || {
                page::scroll_back();
                let _ = scrolled.try_set_value(Some(page::remember_scroll()));
            });
        }
    });
    let lines = Signal::derive(move || match waits.get() {
        true => Vec::new(),
        false => part(
            &shown.get(),
            if is_whole.get() {
                filter.with(length)
            } else if here.wide.get() {
                docket::FIRST
            } else {
                ON_A_PHONE
            },
        ),
    });
    view! {
        <div class="page page--wide">
            <PageHeader title lead />
            <TextField
                id="search"
                label=app.say(|words| words.search)
                hint=app.say_some(|words| words.search_hint)
                value=query
                on_input=Callback::new(move |text| change(filter, "cari", text))
                input_type="search"
                autocomplete="off"
                enter_key_hint="search"
            />
            <div class="docket-tools">
                <Filters app filter all />
                <Views app filter />
            </div>
            <div class="cluster cluster--apart">
                <p class="docket-count" role="status">{live(move || (!waits.get()).then(|| counted(app, if docket::is_whole(app) { shown.with(|shown| shown.len()) } else { count.get() }, count.get())))}</p>
                <SelectField
                    id="order"
                    label=app.say(|words| words.order)
                    choices=Signal::derive(move || orders(app))
                    value=Signal::derive(move || filter.with(|filter| filter.order.clone()))
                    on_change=Callback::new(move |order| change(filter, "urut", order))
                />
            </div>
            {live(move || if docket::is_whole(app) {
                shown.with(|shown| shown.is_empty()).then(|| empty(app, filter, all.with(|all| all.is_empty())))
            } else {
                (waits.get() || count.get() == 0).then(|| view! { <Skeleton label=app.say(|words| words.opening) /> }.into_any())
            })}
            <CaseTable app lines choice=Signal::derive(move || asked.with(Filter::query)) />
            {live(move || shown.with(|shown| !shown.is_empty()).then(|| view! {
                <p><a href=format!("{}{}", Route::Sheet.path(), filter.with(Filter::query))>{app.words().list_as_sheet}</a></p>
            }))}
            {live(move || {
                let (all, seen) = (shown.with(|shown| shown.len()), filter.with(length));
                (all > seen).then(|| view! {
                    <Button
                        label=app.say(|words| words.show_more)
                        kind=ButtonKind::Secondary
                        on_press=Callback::new(move |()| change(filter, "tampil", (filter.with_untracked(length) + PART).to_string()))
                    />
                })
            })}
        </div>
    }
}

fn change(filter: RwSignal<Filter>, name: &'static str, value: String) {
    filter.update(|filter| {
        if name != "tampil" {
            filter.more.clear();
        }
        if let Some(part) = filter.part_mut(name) {
            *part = value;
        }
    });
}

fn length(filter: &Filter) -> usize {
    filter.more.parse().unwrap_or(PART)
}

fn part(lines: &[Arc<Line>], length: usize) -> Vec<Arc<Line>> {
    lines.iter().take(length).cloned().collect()
}

fn counted(app: AppState, shown: usize, all: usize) -> String {
    let language = app.language.get();
    let number = |count: usize| format::count(language, u64::try_from(count).unwrap_or_default());
    if shown == all {
        format!("{} {}", number(all), language.pick("perkara", if all == 1 { "case" } else { "cases" }))
    } else {
        format!("{} {} {} {}", number(shown), app.words().of_them, number(all), language.pick("perkara", "cases"))
    }
}

/// The rule set of a case.
pub fn rules_of(app: AppState, line: &Line) -> Option<&'static RuleSet> {
    line.rules.as_ref().and_then(|pin| app.book().set(pin)).map(|pinned| &pinned.value)
}

/// The lines that fit, in their order: the best first where words are looked for and no other order is asked for.
pub fn chosen(app: AppState, lines: &docket::Lines, filter: &Filter) -> docket::Lines {
    let scores = docket::search(app, &filter.text, lines);
    let (own, now) = (app.zone(), app.now.get());
    // Days are those of the case's office.
    let mut zones: Table<OfficeCode, Zone> = Table::new();
    let mut zone = |line: &Line| match &line.office {
        Some(code) => *zones.get_or_insert_with(code.clone(), || app.zone_of(Some(code))),
        None => own,
    };
    let me = app.account.read().as_ref().map(|me| me.account);
    let narrows = filter.narrowing().next().is_some();
    // The score of each, 1 where no words are looked for.
    let score = |at: usize| scores.as_ref().map_or(1, |scores| scores.get(at).copied().unwrap_or_default());
    let mut found: Vec<Arc<Line>> = Vec::new();
    let mut fits: Vec<u32> = Vec::new();
    for (at, line) in lines.iter().enumerate() {
        let score = score(at);
        if score > 0 && (!narrows || filter.lets_through(line, rules_of(app, line), me, zone(line), now)) {
            found.push(Arc::clone(line));
            fits.push(score);
        }
    }
    let by = |key: &dyn Fn(&Line) -> i64| ascending(found.iter().map(|line| (key(line), 0)));
    let order = match filter.order.as_str() {
        "tenggat" => by(&|line| line.next_due().map_or(i64::MAX, |due| due.closes_at.0)),
        "masuk" => by(&|line| line.filed_at.map_or(i64::MIN, |at| -at.0)),
        "nomor" => crate::domain::order::sorted(found.len(), &|first, second| is_before(&found[first].name, &found[second].name)),
        _ => best_first(&fits),
    };
    Arc::new(order.into_iter().filter_map(|position| found.get(position).cloned()).collect())
}

/// Places by their score, the highest first, those of one score as they come. Scores are few, so that nothing is compared with each other.
fn best_first(scores: &[u32]) -> Vec<usize> {
    let best = scores.iter().copied().max().unwrap_or_default();
    let mut by_score: Vec<Vec<usize>> = Vec::new();
    by_score.resize_with(best as usize + 1, Vec::new);
    for (at, &score) in scores.iter().enumerate() {
        by_score[score as usize].push(at);
    }
    by_score.into_iter().rev().flatten().collect()
}

fn orders(app: AppState) -> Vec<Choice> {
    vec![
        Choice::new("", app.say(|words| words.order_news)),
        Choice::new("tenggat", app.say(|words| words.order_due)),
        Choice::new("masuk", app.say(|words| words.order_filed)),
        Choice::new("nomor", app.say(|words| words.order_number)),
    ]
}

fn empty(app: AppState, filter: RwSignal<Filter>, none: bool) -> AnyView {
    let words = app.words();
    if none {
        return view! {
            <EmptyState text=words.no_cases icon=IconName::Cases>
                <LinkButton label=words.new_petition href=Route::NewPetition.path() icon=IconName::Plus />
            </EmptyState>
        }
        .into_any();
    }
    view! {
        <EmptyState text=words.nothing_found icon=IconName::Search>
            <p class="muted">{words.nothing_found_help}</p>
            <Button label=words.clear_all kind=ButtonKind::Secondary on_press=Callback::new(move |()| filter.set(Filter::default())) />
        </EmptyState>
    }
    .into_any()
}

/// What can be chosen, each with its value in the address and its words.
fn choices(app: AppState, name: &str, lines: &[Arc<Line>]) -> Vec<(String, String)> {
    let language = app.language.get();
    let words = app.words();
    let mut found: Table<String, String> = Table::new();
    // A label is worked out once for each of the few values, not for each of the many lines.
    let mut put = |value: &str, label: &dyn Fn() -> String| {
        if !value.is_empty() && !found.contains_key(value) {
            found.insert(value.to_owned(), label());
        }
    };
    let fixed = |all: &[(&str, &str)]| all.iter().map(|&(value, label)| (value.to_owned(), label.to_owned())).collect();
    match name {
        "tenggat" => {
            return fixed(&[
                ("lewat", words.due_over),
                ("hari-ini", words.due_today),
                ("besok", words.due_tomorrow),
                ("pekan", words.due_week),
                ("nanti", words.due_later),
                ("tanpa", words.due_none),
            ]);
        }
        "belum-terkirim" => return fixed(&[("ya", words.not_at_server)]),
        "tugas" => return fixed(&[("saya", words.work_mine), ("pantau", words.work_watched), ("tanpa", words.work_nobodys)]),
        _ => {}
    }
    for line in lines {
        match name {
            "jalur" => {
                if let Some(pin) = &line.rules {
                    put(&pin.id, &|| rules_of(app, line).map_or_else(|| pin.id.clone(), |rules| language.text(&rules.title).to_owned()));
                }
            }
            "tahap" => {
                let rules = rules_of(app, line);
                let key = stage(line, rules);
                let label = || if key == line.state { sentences::state(language, rules, key) } else { sentences::stage(language, key) };
                put(key, &label);
            }
            "hasil" => {
                let outcome = line.outcome.as_deref().unwrap_or_default();
                put(outcome, &|| sentences::outcome(language, rules_of(app, line), outcome));
                let end = line.end.as_deref().unwrap_or_default();
                put(end, &|| sentences::ending(language, end));
            }
            "kantor" => {
                if let Some(code) = &line.office {
                    put(&code.0, &|| app.office(code).map_or_else(|| code.0.clone(), |office| office.name));
                }
            }
            "saluran" | "jenis" => {
                let field = if name == "jenis" { "election_kind" } else { "channel" };
                let value = line.choice(field);
                let label = || rules_of(app, line).and_then(|rules| sentences::option(language, rules, "petition", field, value));
                put(value, &|| label().unwrap_or_else(|| value.to_owned()));
            }
            _ => {}
        }
    }
    found.into_iter().collect()
}

/// A message as it is asked for.
type Label = fn(&'static Messages) -> &'static str;

/// The filters: closed on a phone, each that is set a chip that takes it away.
#[component]
fn Filters(app: AppState, filter: RwSignal<Filter>, all: Memo<docket::Lines>) -> impl IntoView {
    let names: [(&'static str, Label); 8] = [
        ("tugas", |words| words.work_filter),
        ("jalur", |words| words.track),
        ("tahap", |words| words.stage),
        ("tenggat", |words| words.deadline),
        ("hasil", |words| words.outcome),
        ("jenis", |words| words.election_kind),
        ("saluran", |words| words.channel),
        ("belum-terkirim", |words| words.sending_state),
    ];
    // The filters come behind the first picture of the page, unless something is chosen already.
    let ready = RwSignal::new(filter.with_untracked(|filter| filter.narrowing().count() > 0));
    spawn_local(async move {
        sleep(GATHER_MS).await;
        let _ = ready.try_set(true);
    });
    let gathered = move |name: &str| all.with(|all| choices(app, name, all));
    let select = move |(name, label): (&'static str, Label)| {
        let choices = Memo::new(move |_| gathered(name));
        let options = Signal::derive(move || choices.get().into_iter().map(|(value, label)| Choice::new(value, label)).collect());
        view! {
            <SelectField
                id=format!("filter-{name}")
                label=app.say(label)
                unchosen=app.say_some(|words| words.all)
                choices=options
                value=Signal::derive(move || filter.with(|filter| filter.part(name).to_owned()))
                on_change=Callback::new(move |value| change(filter, name, value))
            />
        }
    };
    let day = move |name: &'static str, label: Label| {
        let typed = RwSignal::new(String::new());
        // As it is typed, until the filter says another day: it is taken away, or "back" brings an earlier one.
        let value = Signal::derive(move || {
            let kept = filter.with(|filter| filter.part(name).to_owned());
            let text = typed.get();
            let is_of_filter = read_date(&text).map_or_else(|_| !text.trim().is_empty(), |date| date.to_string() == kept);
            if is_of_filter {
                return text;
            }
            read_date(&kept).map(|date| format!("{}/{}/{}", date.day(), date.month(), date.year())).unwrap_or_default()
        });
        view! {
            <DateField
                id=format!("filter-{name}")
                label=app.say(label)
                value
                on_input=Callback::new(move |text: String| {
                    typed.set(text.clone());
                    match read_date(&text) {
                        Ok(date) => change(filter, name, date.to_string()),
                        Err(_) if text.trim().is_empty() => change(filter, name, String::new()),
                        Err(_) => {}
                    }
                })
                picker_label=app.say(|words| words.open_calendar)
            />
        }
    };
    let offices = Memo::new(move |_| if ready.get() { gathered("kantor").len() } else { 0 });
    let set = Signal::derive(move || filter.with(|filter| filter.narrowing().count()));
    let open = set.get_untracked() > 0;
    let summary = Signal::derive(move || match set.get() {
        0 => app.words().filters.to_owned(),
        count => format!("{} ({count})", app.words().filters),
    });
    view! {
        <Details summary open>
            <div class="filters">
                {live(move || ready.get().then(|| view! {
                    {names.into_iter().map(select).collect_view()}
                    // Who sees one office has nothing to choose.
                    {live(move || (offices.get() > 1).then(|| select(("kantor", |words| words.office))))}
                    {day("dari", |words| words.filed_from)}
                    {day("sampai", |words| words.filed_until)}
                }))}
            </div>
        </Details>
        {live(move || (set.get() > 0).then(|| {
            let chips = filter.with(|filter| filter.narrowing().map(|name| (name, filter.part(name).to_owned())).collect::<Vec<_>>());
            let chip = move |(name, value): (&'static str, String)| {
                let label = match name {
                    "dari" => format!("{} {}", app.words().filed_from, day_words(app, &value)),
                    "sampai" => format!("{} {}", app.words().filed_until, day_words(app, &value)),
                    _ => all.with(|all| choices(app, name, all)).into_iter().find(|(known, _)| *known == value).map_or(value, |(_, label)| label),
                };
                view! {
                    <Button label kind=ButtonKind::Secondary icon=IconName::Close context=app.say_some(|words| words.take_filter_away)
                        on_press=Callback::new(move |()| change(filter, name, String::new())) />
                }
            };
            view! {
                <div class="cluster chips">
                    {chips.into_iter().map(chip).collect_view()}
                    <Button label=app.words().clear_all kind=ButtonKind::Quiet on_press=Callback::new(move |()| filter.update(|filter| *filter = Filter { text: filter.text.clone(), order: filter.order.clone(), ..Filter::default() })) />
                </div>
            }
        }))}
    }
}

/// Views that the officer has named, and naming the one on screen.
#[component]
fn Views(app: AppState, filter: RwSignal<Filter>) -> impl IntoView {
    let views = RwSignal::new(views::read(app));
    let typed = RwSignal::new(String::new());
    let put = move |name: &str, query: &str| match views::put(app, name, query) {
        Some(now) => views.set(now),
        None => app.notify(app.words_untracked().view_refused.to_owned()),
    };
    let here = Memo::new(move |_| filter.with(|filter| Filter { more: String::new(), ..filter.clone() }.query()));
    let keep = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let name = typed.get_untracked().trim().to_owned();
        if !name.is_empty() && here.with_untracked(|here| !here.is_empty()) {
            put(&name, &here.get_untracked());
            typed.set(String::new());
        }
    };
    let row = move |(name, query): (String, String)| {
        let href = format!("{}{query}", Route::Cases.path());
        let (label, gone) = (name.clone(), name.clone());
        let remove = Callback::new(move |()| {
            put(&gone, "");
            let (name, query) = (gone.clone(), query.clone());
            app.notify_with_undo(format!("{name} {}", app.words_untracked().was_removed), move || put(&name, &query));
        });
        view! {
            <li class="cluster">
                <a href=href>{label}</a>
                <Button label=app.say(|words| words.remove) context=Some(name) kind=ButtonKind::Quiet icon=IconName::Trash on_press=remove />
            </li>
        }
    };
    let count = Memo::new(move |_| views.with(Vec::len));
    let is_chosen = Memo::new(move |_| here.with(|here| !here.is_empty()));
    let summary = Signal::derive(move || match count.get() {
        0 => app.words().saved_views.to_owned(),
        count => format!("{} ({count})", app.words().saved_views),
    });
    live(move || {
        (count.get() > 0 || is_chosen.get()).then(|| view! {
            <Details summary open=false>
                <ul class="plain-list">{each(move || views.get().into_iter().map(|view| entry(format!("{view:?}"), move || row(view.clone()))).collect())}</ul>
                {live(move || is_chosen.get().then(|| view! {
                    <form class="cluster" on:submit=keep>
                        <TextField
                            id="view-name"
                            label=app.say(|words| words.view_name)
                            value=typed
                            on_input=Callback::new(move |text| typed.set(text))
                            autocomplete="off"
                        />
                        <Button label=app.say(|words| words.save_view) kind=ButtonKind::Secondary submit=true />
                    </form>
                }))}
            </Details>
        })
    })
}

fn day_words(app: AppState, value: &str) -> String {
    read_date(value).map_or_else(|_| value.to_owned(), |date| format::date_short(app.language.get(), date))
}

/// Cases in lines: a table where there is room for one, cards on a phone. The same order, the same words.
#[component]
pub fn CaseTable(
    /// The app.
    app: AppState,
    /// What is shown.
    #[prop(into)]
    lines: Signal<Vec<Arc<Line>>>,
    /// By what it was chosen. Another choice is another body: many rows taken out at once cost a tenth of as many taken out one by one.
    #[prop(optional, into)]
    choice: Signal<String>,
) -> impl IntoView {
    let some = Memo::new(move |_| lines.with(|lines| !lines.is_empty()));
    let here = app.navigation;
    // Beside a case the list keeps its choice: the case's address takes it along.
    let query = Memo::new(move |_| match here.route.get() {
        route if here.wide.get() || matches!(route, Route::Case(_) | Route::Part(..)) => list_query(app),
        _ => String::new(),
    });
    let open = Memo::new(move |_| match here.route.get() {
        Route::Case(id) => Some((id, "page")),
        Route::Part(id, _) => Some((id, "true")),
        _ => None,
    });
    let entries = move || {
        lines.get().into_iter().map(move |line| {
            let said = Said::of(app, line);
            entry(said.key(), move || row(app, &said, query, open))
        })
    };
    live(move || {
        some.get().then(|| {
            view! {
                // The roles stay what they are where the style makes cards of the rows.
                <table class="docket" role="table">
                    <caption class="visually-hidden">{app.say(|words| words.nav_cases)}</caption>
                    <thead role="rowgroup">
                        <tr role="row">
                            <th scope="col" role="columnheader">{app.say(|words| words.case_number)}</th>
                            <th scope="col" role="columnheader">{app.say(|words| words.parties)}</th>
                            <th scope="col" role="columnheader">{app.say(|words| words.standing_now)}</th>
                            <th scope="col" role="columnheader">{app.say(|words| words.next_deadline)}</th>
                            <th scope="col" role="columnheader">{app.say(|words| words.filed)}</th>
                        </tr>
                    </thead>
                    {each(move || vec![entry(choice.get(), move || view! { <tbody role="rowgroup">{each(move || entries().collect())}</tbody> })])}
                </table>
            }
        })
    })
}

/// The choice of the list that the address says, with its question mark: what leads on from here takes it along.
pub fn list_query(app: AppState) -> String {
    app.navigation.query.with(|query| Filter::parse(query).query())
}

/// A line and its words. Rows are many, and what each of them follows by itself costs at every keystroke: most of it is said here, and a row
/// that says something else is another row.
struct Said {
    line: Arc<Line>,
    parties: String,
    state: String,
    filed: Option<String>,
    unsent: Option<&'static str>,
}

impl Said {
    fn of(app: AppState, line: Arc<Line>) -> Self {
        let language = app.language.get();
        Self {
            parties: format!("{} – {}", format::list(language, &line.petitioners), line.respondent),
            state: sentences::state(language, rules_of(app, &line), &line.state),
            filed: line.filed_at.map(|at| format::instant_short(language, at, app.zone_of(line.office.as_ref()))),
            unsent: line.unsent.then(|| app.words().not_at_server),
            line,
        }
    }

    fn key(&self) -> String {
        let Self { line, parties, state, filed, unsent } = self;
        let due = line.next_due().map_or(0, |due| due.closes_at.0);
        let who = line.work.responsible.as_ref().map_or("", |(_, name)| name.as_str());
        format!("{} {unsent:?} {} {state} {due} {who} {parties} {filed:?}", line.id, line.name)
    }
}

fn row(app: AppState, said: &Said, query: Memo<String>, open: Memo<Option<(CaseId, &'static str)>>) -> impl IntoView + use<> {
    let line = &said.line;
    let of_due = Arc::clone(line);
    let id: CaseId = line.id;
    let path = Route::Case(id).path();
    let href = move || query.with(|query| format!("{path}{query}"));
    let current = move || open.with(|open| open.filter(|(open, _)| *open == id).map(|(_, word)| word));
    view! {
        <tr class="docket__row" role="row">
            <th scope="row" role="rowheader" class="docket__name">
                <a class="row__link" href=href aria-current=current>{breakable(&line.name)}</a>
            </th>
            <td role="cell" class="docket__parties">
                {said.parties.clone()}
                {(!line.object.is_empty()).then(|| view! { <span class="docket__object">{line.object.clone()}</span> })}
            </td>
            <td role="cell" class="docket__state">
                {fixed_tag(said.state.clone(), Tone::Neutral, None)}
                {line.work.responsible.clone().map(|(_, name)| fixed_tag(name, Tone::Neutral, Some(IconName::User)))}
                {said.unsent.map(|words| fixed_tag(words.to_owned(), Tone::Warning, Some(IconName::Outbox)))}
            </td>
            <td role="cell" class="docket__due">{live(move || of_due.next_due().map(|due| due_words(app, &of_due, due)))}</td>
            <td role="cell" class="docket__filed">{said.filed.clone()}</td>
        </tr>
    }
}

/// A deadline in a list: what is due, and how far it is.
pub fn due_words(app: AppState, line: &Line, due: &DueLine) -> AnyView {
    let (language, zone, now) = (app.language.get(), app.zone_of(line.office.as_ref()), app.now.get());
    let label = sentences::deadline(language, rules_of(app, line), &due.deadline);
    let today = now.in_zone(zone).date;
    let calendar = app.book().newest_calendar().zip(line.office.as_ref());
    let over = calendar.map(|(calendar, office)| days_over(due.unit(), due.last_day, today, &calendar.value, office));
    let class = match due.press(now, today) {
        Press::Overdue => "due due--over",
        Press::Today | Press::Tomorrow => "due due--near",
        _ => "due",
    };
    let disputed = due.disputed.then(|| view! { <span class="due__note">{app.words().disputed_date}</span> });
    view! {
        <span class=class>
            <span class="due__what">{label}</span>
            <span class="due__left">{sentences::due(language, due, zone, now, over.unwrap_or((0, due.unit())))}</span>
            {disputed}
        </span>
    }
    .into_any()
}
