//! *Rekap*: what came in and what became of it, as of a day, by one dimension; with the sums checked, bars to see it at a glance, and the
//! table to take along.

use leptos::prelude::*;

use super::schedule::{plan_words, say};
use crate::components::banner::Banner;
use crate::components::button::{Button, ButtonKind};
use crate::components::choice_group::Choice;
use crate::components::date_field::DateField;
use crate::components::details::Details;
use crate::components::icon::IconName;
use crate::components::live::live;
use crate::components::page_header::PageHeader;
use crate::components::select_field::SelectField;
use crate::components::tone::Tone;
use crate::domain::query;
use crate::domain::recap::{By, COLUMNS, Counts, Recap, recap};
use crate::domain::sheet::{Cell, Sheet};
use crate::domain::text::read_date;
use crate::domain::time::LocalDate;
use crate::i18n::messages::PlanMessages;
use crate::i18n::{format, sentences};
use crate::pages::cases::rules_of;
use crate::pages::draft::page_title;
use crate::platform::{file, page, realm};
use crate::state::{AppState, docket};

const CSV: &str = "text/csv;charset=utf-8";
const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

/// What the address asks for.
#[derive(Clone, PartialEq)]
struct Asked {
    by: By,
    from: Option<LocalDate>,
    as_of: LocalDate,
    track: String,
}

fn asked(app: AppState) -> Asked {
    let today = app.now.get().in_zone(app.zone()).date;
    app.navigation.query.with(|query| {
        let value = |name: &str| query::value(query, name);
        let by = value("menurut");
        Asked {
            by: By::ALL.iter().find(|(_, name)| *name == by).map_or(By::Office, |(by, _)| *by),
            from: LocalDate::parse(&value("dari")),
            as_of: LocalDate::parse(&value("per")).unwrap_or(today),
            track: value("jalur"),
        }
    })
}

/// Changes one part of the address.
fn ask(app: AppState, name: &str, value: &str) {
    let mut parts = app.navigation.query.with_untracked(|query| query::read(query));
    parts.retain(|(known, _)| known != name);
    parts.push((name.to_owned(), value.to_owned()));
    app.navigation.show(&query::write(parts.iter().map(|(name, value)| (name.as_str(), value.as_str()))));
}

/// The page.
#[component]
pub fn RecapPage(
    /// The app.
    app: AppState,
) -> impl IntoView {
    let title = say(app, |words| words.recap);
    page_title(app, title);
    let lead = Signal::derive(move || {
        let news = app.news();
        Some(format!("{} {}.", plan_words(app).recap_lead, news.trim_end_matches('.')))
    });
    let asked = Memo::new(move |_| asked(app));
    let counted = Memo::new(move |_| counted(app, &asked.get()));
    let caption = Signal::derive(move || {
        let asked = asked.get();
        let language = app.language.get();
        let office = app.account.get().map(|me| me.office.name).unwrap_or_default();
        Some(format!("{office} · {} {}", plan_words(app).as_of, format::date_short(language, asked.as_of)))
    });
    view! {
        <div class="page page--wide recap">
            <PageHeader title caption lead />
            <Asking app asked />
            {live(move || sums(app, &counted.get()))}
            <div class="columns">
                {live(move || funnel(app, &counted.with(|counted| counted.total)))}
                {live(move || results(app, &counted.with(|counted| counted.total)))}
            </div>
            {live(move || table(app, &asked.get(), &counted.get()))}
            <Takeaway app give=Callback::new(move |xlsx| export(app, &asked.get_untracked(), xlsx)) />
        </div>
    }
}

/// What is asked for.
#[component]
fn Asking(app: AppState, asked: Memo<Asked>) -> impl IntoView {
    let by = Signal::derive(move || {
        By::ALL.iter().map(|(by, name)| Choice::new(*name, Signal::stored(by_name(plan_words(app), *by).to_owned()))).collect::<Vec<_>>()
    });
    let tracks = Signal::derive(move || {
        let language = app.language.get();
        app.book()
            .tracks()
            .into_iter()
            .map(|set| Choice::new(set.pin.id.clone(), Signal::stored(language.text(&set.value.title).to_owned())))
            .collect::<Vec<_>>()
    });
    let day = move |name: &'static str, label: fn(&'static PlanMessages) -> &'static str, first: Option<LocalDate>| {
        let typed = RwSignal::new(first.map(|date| format!("{}-{}-{}", date.day(), date.month(), date.year())).unwrap_or_default());
        let read = Signal::derive(move || typed.with(|typed| read_date(typed).ok()));
        let error = Signal::derive(move || {
            (read.get().is_none() && !typed.with(|typed| typed.trim().is_empty())).then(|| plan_words(app).date_wrong.to_owned())
        });
        view! {
            <DateField
                id=format!("recap-{name}")
                label=say(app, label)
                value=typed
                echo=Signal::derive(move || read.get().map(|date| format::date(app.language.get(), date)))
                error
                on_input=Callback::new(move |text: String| {
                    typed.set(text);
                    match read.get_untracked() {
                        Some(date) => ask(app, name, &date.to_string()),
                        None if typed.with_untracked(|typed| typed.trim().is_empty()) => ask(app, name, ""),
                        None => {}
                    }
                })
                picker_label=app.say(|words| words.open_calendar)
            />
        }
    };
    let now = asked.get_untracked();
    view! {
        <div class="no-print"><Details summary=app.say(|words| words.filters) open={app.navigation.wide.get_untracked() || !app.navigation.query.with_untracked(String::is_empty)}><div class="filters">
            <SelectField
                id="recap-by"
                label=say(app, |words| words.group_by)
                choices=by
                value=Signal::derive(move || By::ALL.iter().find(|(by, _)| *by == asked.get().by).map_or("", |(_, name)| name).to_owned())
                on_change=Callback::new(move |name: String| ask(app, "menurut", &name))
            />
            <SelectField
                id="recap-track"
                label=say(app, |words| words.only_track)
                unchosen=Signal::derive(move || Some(plan_words(app).all_tracks.to_owned()))
                choices=tracks
                value=Signal::derive(move || asked.get().track)
                on_change=Callback::new(move |track: String| ask(app, "jalur", &track))
            />
            {day("dari", |words| words.from, now.from)}
            {day("per", |words| words.as_of, Some(now.as_of))}
        </div></Details></div>
    }
}

fn by_name(words: &'static PlanMessages, by: By) -> &'static str {
    match by {
        By::Office => words.by_office,
        By::Province => words.by_province,
        By::Track => words.by_track,
        By::Stage => words.by_stage,
        By::Kind => words.by_kind,
        By::Channel => words.by_channel,
        By::Object => words.by_object,
        By::Month => words.by_month,
        By::Way => words.by_way,
    }
}

fn counted(app: AppState, asked: &Asked) -> Recap {
    let lines = docket::lines(app);
    let wanted = lines
        .iter()
        .map(AsRef::as_ref)
        .filter(|line| asked.track.is_empty() || line.rules.as_ref().is_some_and(|pin| pin.id == asked.track))
        .map(|line| (line, rules_of(app, line)));
    // Every office in the area of one's own has a row.
    let offices = app.offices.get();
    let always: Vec<String> = match asked.by {
        By::Office => app
            .account
            .get()
            .into_iter()
            .flat_map(|me| {
                let below: Vec<String> =
                    offices.iter().filter(|office| me.office.is_above(&office.code)).map(|office| office.code.0.clone()).collect();
                below.into_iter().chain([me.office.code.0.clone()])
            })
            .collect(),
        By::Province => offices.iter().filter(|office| office.code.0.len() == 2).map(|office| office.code.0.clone()).collect(),
        _ => Vec::new(),
    };
    recap(wanted, asked.by, asked.from, asked.as_of, app.zone(), always)
}

/// What a group is called.
pub fn group_name(app: AppState, by: By, key: &str) -> String {
    let language = app.language.get();
    if key.is_empty() {
        let words = plan_words(app);
        return if by == By::Way { words.not_decided } else { words.not_said }.to_owned();
    }
    let option = |field: &str| {
        let sets = app.book().tracks();
        let found = sets.iter().find_map(|set| sentences::option(language, &set.value, "petition", field, key));
        found.unwrap_or_else(|| key.to_owned())
    };
    match by {
        By::Office | By::Province => app
            .offices
            .with(|offices| offices.iter().find(|office| office.code.0 == key).map(|office| office.name.clone()))
            .or_else(|| app.account.get().filter(|me| me.office.code.0 == key).map(|me| me.office.name))
            .unwrap_or_else(|| key.to_owned()),
        By::Track => app
            .book()
            .tracks()
            .iter()
            .find(|set| set.pin.id == key)
            .map_or_else(|| key.to_owned(), |set| language.text(&set.value.title).to_owned()),
        By::Stage => option("stage"),
        By::Kind => option("election_kind"),
        By::Channel => option("channel"),
        By::Object => option("object_kind"),
        By::Way => {
            let sets = app.book().tracks();
            let state = sets.iter().find_map(|set| set.value.state.get(key));
            state.map_or_else(|| key.to_owned(), |state| language.text(&state.label).to_owned())
        }
        By::Month => LocalDate::parse(&format!("{key}-01"))
            .map_or_else(|| key.to_owned(), |date| format!("{} {}", format::month(language, date), date.year())),
    }
}

fn column_names(words: &'static PlanMessages) -> [&'static str; COLUMNS] {
    [
        words.received,
        words.not_registered,
        words.inadmissible,
        words.lapsed_early,
        words.referred,
        words.verifying,
        words.registered,
        words.settled,
        words.granted_full,
        words.granted_partial,
        words.rejected,
        words.inadmissible_decided,
        words.lapsed,
        words.in_process,
        words.other,
    ]
}

/// Whether the sums hold, said either way.
fn sums(app: AppState, counted: &Recap) -> AnyView {
    let words = plan_words(app);
    if counted.total.received_adds_up() && counted.total.registered_adds_up() {
        return view! { <p class="muted">{words.adds_up}</p> }.into_any();
    }
    view! { <Banner title=words.adds_up_not tone=Tone::Warning><p>{words.adds_up_not_help}</p><p>{words.sum}</p></Banner> }.into_any()
}

/// Bars with their figures beside them; the table below says the same in full.
fn bars(app: AppState, title: &'static str, all: u32, parts: &[(&'static str, u32)]) -> AnyView {
    let language = app.language.get();
    let rows = parts
        .iter()
        .map(|&(label, count)| {
            let share = (count * 100).checked_div(all).unwrap_or_default();
            view! {
                <tr>
                    <th scope="row">{label}</th>
                    <td class="bars__bar" aria-hidden="true"><svg class="bars__line" viewBox="0 0 100 10" preserveAspectRatio="none"><rect width=share.max(u32::from(count > 0)).to_string() height="10"></rect></svg></td>
                    <td class="bars__count">{format::count(language, count.into())}</td>
                    <td class="bars__share">{format!("{share} %")}</td>
                </tr>
            }
        })
        .collect_view();
    view! {
        <section class="section">
            <table class="bars"><caption><h2 class="section__title">{title}</h2></caption><tbody>{rows}</tbody></table>
        </section>
    }
    .into_any()
}

fn funnel(app: AppState, total: &Counts) -> AnyView {
    let words = plan_words(app);
    bars(
        app,
        words.funnel,
        total.received,
        &[
            (words.received, total.received),
            (words.verifying, total.verifying),
            (words.not_registered, total.not_registered),
            (words.inadmissible, total.inadmissible),
            (words.lapsed_early, total.lapsed_early),
            (words.referred, total.referred),
            (words.registered, total.registered),
        ],
    )
}

fn results(app: AppState, total: &Counts) -> AnyView {
    let words = plan_words(app);
    let mut parts = vec![
        (words.in_process, total.in_process),
        (words.settled, total.settled),
        (words.granted_full, total.granted_full),
        (words.granted_partial, total.granted_partial),
        (words.rejected, total.rejected),
        (words.inadmissible_decided, total.inadmissible_decided),
        (words.lapsed, total.lapsed),
    ];
    if total.other > 0 {
        parts.push((words.other, total.other));
    }
    bars(app, words.results, total.registered, &parts)
}

fn table(app: AppState, asked: &Asked, counted: &Recap) -> AnyView {
    let (language, words) = (app.language.get(), plan_words(app));
    let figure = |count: u32| view! { <td class=if count == 0 { "figure figure--none" } else { "figure" }>{format::count(language, count.into())}</td> };
    let rows = counted
        .most_first()
        .into_iter()
        .map(|(key, counts)| {
            view! {
                <tr>
                    <th scope="row">{group_name(app, asked.by, key)}</th>
                    {counts.columns().into_iter().map(figure).collect_view()}
                </tr>
            }
        })
        .collect_view();
    let heads = column_names(words).into_iter().map(|name| view! { <th scope="col">{name}</th> }).collect_view();
    let none = counted.rows.iter().filter(|(_, counts)| counts.received == 0).count();
    view! {
        <section class="section">
            <h2 class="section__title">{by_name(words, asked.by)}</h2>
            {(none > 0 && asked.by == By::Office).then(|| view! { <p class="muted">{words.zero_offices} ": " {format::count(language, u64::try_from(none).unwrap_or_default())}</p> })}
            <div class="scroll" tabindex="0" role="region" aria-label=by_name(words, asked.by)>
                <table class="figures">
                    <caption class="visually-hidden">{words.recap} ", " {by_name(words, asked.by)}</caption>
                    <thead><tr><th scope="col">{by_name(words, asked.by)}</th>{heads}</tr></thead>
                    <tbody>{rows}</tbody>
                    <tfoot><tr><th scope="row">{words.total}</th>{counted.total.columns().into_iter().map(figure).collect_view()}</tr></tfoot>
                </table>
            </div>
        </section>
    }
    .into_any()
}

fn export(app: AppState, asked: &Asked, xlsx: bool) {
    let sheet = untrack(|| {
        let (language, words) = (app.language.get(), plan_words(app));
        let counted = counted(app, asked);
        let line =
            |name: String, counts: &Counts| [Cell::Text(name)].into_iter().chain(counts.columns().map(Cell::from)).collect::<Vec<_>>();
        let mut rows: Vec<Vec<Cell>> =
            counted.most_first().into_iter().map(|(key, counts)| line(group_name(app, asked.by, key), counts)).collect();
        rows.push(line(words.total.to_owned(), &counted.total));
        let office = app.account.get().map(|me| me.office.name).unwrap_or_default();
        let mut notes =
            vec![format!("{}: {office}", words.recap), format!("{} {}", words.as_of, format::date_short(language, asked.as_of))];
        notes.extend(asked.from.map(|from| format!("{} {}", words.from, format::date_short(language, from))));
        notes.push(match app.last_news.get() {
            Some(at) => format!("{} {}", app.words().last_news, format::instant(language, at, app.zone())),
            None => app.words().no_news_yet.to_owned(),
        });
        let header = [by_name(words, asked.by)].into_iter().chain(column_names(words)).map(str::to_owned).collect();
        Sheet { name: words.recap.to_owned(), notes, header, rows }
    });
    hand_out(app, &sheet, &format!("rekap-{}", asked.as_of), xlsx);
}

/// The ways to take a sheet along: on paper, as XLSX (`give` is told `true`) or as CSV.
#[component]
pub fn Takeaway(
    /// The app.
    app: AppState,
    /// Hands the sheet out.
    give: Callback<bool>,
) -> impl IntoView {
    let file = move |label: fn(&'static PlanMessages) -> &'static str, xlsx: bool| {
        view! { <Button label=say(app, label) icon=IconName::File kind=ButtonKind::Secondary on_press=Callback::new(move |()| give.run(xlsx)) /> }
    };
    view! {
        <div class="cluster no-print">
            <Button label=say(app, |words| words.print) icon=IconName::Print kind=ButtonKind::Secondary on_press=Callback::new(move |()| page::print()) />
            {file(|words| words.export_xlsx, true)}
            {file(|words| words.export_csv, false)}
        </div>
    }
}

/// Gives a sheet to the browser's downloads, or says that it cannot.
pub fn hand_out(app: AppState, sheet: &Sheet, name: &str, xlsx: bool) {
    let mut sheet = sheet.clone();
    if realm::is_training() {
        sheet.notes.insert(0, realm::watermark().to_owned());
    }
    let saved = if xlsx {
        file::download(&format!("{name}.xlsx"), XLSX, &[sheet.xlsx()])
    } else {
        file::download(&format!("{name}.csv"), CSV, &[sheet.csv().into_bytes()])
    };
    if !saved {
        app.notify(PlanMessages::of(app.language.get_untracked()).not_saved.to_owned());
    }
}
