//! *Tabel hukum dan kantor*: what of the law can be changed in the app, what is unknown first; and the page of one entry with its form.

use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::components::back_link::BackLink;
use crate::components::banner::{Announce, Banner};
use crate::components::button::{Button, ButtonKind};
use crate::components::choice_group::{Choice, ChoiceGroup};
use crate::components::details::Details;
use crate::components::error_summary::{ErrorSummary, Problem};
use crate::components::live::{follow, live};
use crate::components::page_header::PageHeader;
use crate::components::summary_list::{SummaryList, SummaryRow};
use crate::components::task_list::{TaskList, TaskRow};
use crate::components::text_area::TextArea;
use crate::components::text_field::TextField;
use crate::components::tone::Tone;
use crate::domain::amendment::{DefinitionKind, Objection, Part, template_objection};
use crate::domain::docket::DueLine;
use crate::domain::number::NumberSeries;
use crate::domain::office::{Channel, Office};
use crate::domain::rule_set::{Choice as RuleChoice, Mark};
use crate::domain::table::Table;
use crate::domain::time::MinuteOfDay;
use crate::i18n::admin::DeviceMessages;
use crate::i18n::messages::LawMessages;
use crate::i18n::{Language, format, sentences};
use crate::pages::admin::needs_network;
use crate::pages::draft::page_title;
use crate::pages::not_found::NotFound;
use crate::routes::Route;
use crate::rules::entries::{Entry, Input, InputKind, Target, Unread, entries, entry, inputs, track};
use crate::state::AppState;
use crate::state::law::{self, AmendError, CONFIRMED, LIKELY, MARK, REASON, SOURCE};

/// The id of the button, which what is about no input points at.
const SAVE: &str = "law-save";

/// The list of all entries.
#[component]
pub fn LawPage(
    /// The app.
    app: AppState,
) -> impl IntoView {
    let title = app.say(|words| words.law);
    page_title(app, title);
    view! {
        <div class="page">
            <BackLink label=app.say(|words| words.nav_settings) href=Route::Settings.path() />
            <PageHeader title lead=Signal::derive(move || Some(law_words(app).lead.to_owned())) />
            {live(move || groups(app))}
        </div>
    }
}

/// The words of these pages; they are not among those of the app, which does not have these pages in a release.
fn law_words(app: AppState) -> &'static LawMessages {
    LawMessages::of(app.language.get())
}

fn say(app: AppState, message: fn(&'static LawMessages) -> &'static str) -> Signal<String> {
    Signal::derive(move || message(law_words(app)).to_owned())
}

/// The entries: what is unknown, then everything in its group.
fn groups(app: AppState) -> Option<AnyView> {
    let book = app.book();
    let office = app.account.get()?.office;
    let (language, words, law) = (app.language.get(), app.words(), law_words(app));
    let today = app.now.get().in_zone(office.zone).date;
    // Years that are over come after everything that is still to be worked by.
    let is_past = |entry: &Entry| matches!(entry.target, Target::Year(year) if year < today.year());
    let (past, mut all): (Vec<Entry>, Vec<Entry>) = entries(book, &office).into_iter().partition(is_past);
    all.extend(past);
    let tracks = book.tracks();
    let row = |entry: &Entry, caption: Option<String>| row(app, &office, entry, caption);
    let caption = |entry: &Entry| track(&tracks, &entry.target).map(|title| language.text(title).to_owned());
    let unknown: Vec<AnyView> = all.iter().filter(|entry| entry.unknown).map(|entry| row(entry, caption(entry))).collect();
    let count = unknown.len();
    let national: Vec<AnyView> = all.iter().filter(|entry| caption(entry).is_none()).map(|entry| row(entry, None)).collect();
    let each_track = tracks.iter().map(|set| {
        let own = all.iter().filter(|entry| entry.base == set.pin).map(|entry| row(entry, None)).collect();
        list(format!("{}: {} v{}", law.papers, language.text(&set.value.title), set.pin.version), own)
    });
    let each_track: Vec<AnyView> = each_track.collect();
    Some(
        view! {
            <section class="section stack">
                <h2 class="section__title">{law.unknown} " (" {count} ")"</h2>
                <TaskList label=law.unknown>{unknown}</TaskList>
            </section>
            <section class="section stack">
                <h2 class="section__title">{words.law}</h2>
                <TaskList label=words.law>{national}</TaskList>
                {each_track}
            </section>
        }
        .into_any(),
    )
}

fn list(title: String, rows: Vec<AnyView>) -> AnyView {
    view! { <Details summary=title.clone()><TaskList label=title>{rows}</TaskList></Details> }.into_any()
}

fn row(app: AppState, office: &Office, entry: &Entry, caption: Option<String>) -> AnyView {
    let (language, law) = (app.language.get(), law_words(app));
    let [kind, definition, key] = entry.target.parts();
    let value = language.text(&entry.value).to_owned();
    let value = match &entry.target {
        Target::Series(key) => example(app, office, key, &value).unwrap_or(value),
        Target::Office if !value.is_empty() => format!("{}: {value}", law.register_code),
        _ => value,
    };
    // That nothing is known stands beside the row already.
    let hint = match caption {
        Some(caption) if value.is_empty() => Some(caption),
        Some(caption) => Some(format!("{caption}. {value}")),
        None => (!value.is_empty()).then(|| value.clone()),
    };
    // What stands there may be doubtful, or lack a part whatever its mark says.
    let lacks = matches!(entry.target, Target::Office | Target::Series(_)) && entry.mark != Mark::Unknown;
    let (status, tone) = match (entry.unknown, value.is_empty(), lacks) {
        (false, ..) => (sentences::mark(language, entry.mark), Tone::Neutral),
        (true, true, _) => (law.empty, Tone::Warning),
        (true, false, true) => (law.lacks, Tone::Warning),
        (true, false, false) => (law.unsure, Tone::Warning),
    };
    view! {
        <TaskRow
            title=sentences::law_entry(language, entry)
            href=Route::LawEntry(kind, definition, key).path()
            status
            tone
            done=!entry.unknown
            hint
        />
    }
    .into_any()
}

/// What a number of a series would look like by a template: made up, and said to be.
fn example(app: AppState, office: &Office, series: &str, template: &str) -> Option<String> {
    let series = app.book().series(series, office)?;
    let series = NumberSeries { template: template.to_owned(), ..series };
    let (office, _) = app.book().office(office);
    let number = series.print(3, &office, Channel::Counter, app.now.get().in_zone(office.zone).date);
    Some(format!("{}: {number}", law_words(app).example))
}

/// The days off of a year, each with its kind and where it holds.
fn days_off(app: AppState, year: i16) -> Option<AnyView> {
    let (language, law) = (app.language.get(), law_words(app));
    let year = app.book().newest_calendar()?.value.year.get(&year.to_string()).filter(|year| !year.day.is_empty())?;
    let area = |code: &_| app.office(code).map_or_else(|| code.0.clone(), |office| office.name);
    let rows = year.day.iter().map(|day| {
        let mut kind = sentences::day_off(language, day.kind).to_owned();
        if !day.scope.is_empty() {
            kind = format!("{kind}: {}", format::list(language, &day.scope.iter().map(area).collect::<Vec<_>>()));
        }
        view! {
            <tr><th scope="row"><time datetime=day.date.to_string()>{format::day_short(language, day.date)}</time></th><td>{language.pick(&day.id, &day.en).to_owned()}</td><td>{kind}</td></tr>
        }
    });
    Some(
        view! { <table class="table table--words"><caption class="visually-hidden">{law.days}</caption><tbody>{rows.collect_view()}</tbody></table> }
            .into_any(),
    )
}

/// The page of one entry, by the parts of its address.
#[must_use]
pub fn law_entry_page(app: AppState, [kind, definition, key]: [&str; 3]) -> AnyView {
    match Target::of(kind, definition, key) {
        Some(target) => entry_page(app, target),
        None => view! { <NotFound app /> }.into_any(),
    }
}

/// One entry: what it says, where that was read, in which version, who changed it; and its form for who may.
fn entry_page(app: AppState, target: Target) -> AnyView {
    let named = target.clone();
    let named = StoredValue::new(named);
    let found = move || now(app, named.get_value());
    let title = Signal::derive(move || found().map(|entry| sentences::law_entry(app.language.get(), &entry)).unwrap_or_default());
    page_title(app, title);
    let caption = Signal::derive(move || {
        let tracks = app.book().tracks();
        named.with_value(|target| track(&tracks, target).map(|title| app.language.get().text(title).to_owned()))
    });
    let of_office = target.kind() == DefinitionKind::Office;
    let may = law::may_change(app, &target);
    view! {
        <div class="page">
            <BackLink label=app.say(|words| words.law) href=Route::Law.path() />
            <PageHeader title caption />
            {live(move || found().map(|entry| summary(app, &entry)))}
            {if may {
                form(app, target)
            } else {
                live(move || {
                    let law = law_words(app);
                    view! {
                        <Banner title=law.read_only announce=Announce::No>
                            <p>{if of_office { law.who_office } else { law.who }}</p>
                        </Banner>
                    }
                }).into_any()
            }}
        </div>
    }
    .into_any()
}

fn now(app: AppState, target: Target) -> Option<Entry> {
    let office = app.account.get()?.office;
    entry(app.book(), &office, target)
}

/// What an entry says now.
fn summary(app: AppState, entry: &Entry) -> AnyView {
    let (language, words, law) = (app.language.get(), app.words(), law_words(app));
    let book = app.book();
    let some = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    let office = app.account.get().map(|me| me.office);
    let rows: Vec<AnyView> = office
        .map(|office| inputs(book, &office, &entry.target))
        .unwrap_or_default()
        .into_iter()
        .map(|input| {
            let value = match &input.kind {
                InputKind::Choice(options) => {
                    options.iter().find(|option| option.v == input.value).map(|option| language.pick(&option.id, &option.en).to_owned())
                }
                InputKind::Line | InputKind::Lines => some(&input.value),
            };
            let (label, hint) = label(language, law, &input.key);
            // An office without a template of its own has the national one, which is not unknown.
            let missing = if hint.as_deref() == Some(law.template_own) { law.national } else { law.empty };
            let of_series = match (&entry.target, input.key.as_str()) {
                (Target::Series(series), "template") => Some(series.as_str()),
                (Target::Office, series) if hint.as_deref() == Some(law.template_own) => Some(series),
                _ => None,
            };
            let days = match entry.target {
                Target::Year(year) if input.key == "days" => days_off(app, year),
                _ => None,
            };
            let office = app.account.get().map(|me| me.office);
            let shown = value.as_deref().zip(of_series).and_then(|(template, series)| example(app, &office?, series, template));
            match (days, shown, value) {
                (Some(days), ..) => view! { <SummaryRow name=label>{days}</SummaryRow> }.into_any(),
                (None, Some(shown), Some(template)) => {
                    view! { <SummaryRow name=label value=Some(shown)><p class="muted small">{template}</p></SummaryRow> }.into_any()
                }
                (.., value) => view! { <SummaryRow name=label value missing /> }.into_any(),
            }
        })
        .collect();
    let basis = sentences::basis(language, &entry.src, entry.mark).trim().to_owned();
    let version = format!("{} v{} ({})", entry.base.id, entry.base.version, entry.base.digest.short());
    let changed = book.made_by(&entry.base).map(|made| {
        let at = made.recorded_at.map(|at| format::instant(language, at, app.zone())).unwrap_or_default();
        format!("{at}, {}. {}", made.by.name, made.reason)
    });
    view! {
        <SummaryList>
            {rows}
            <SummaryRow name=words.basis value=some(&basis) missing=law.empty />
            <SummaryRow name=words.version value=Some(version) />
            <SummaryRow name=law.changed value=changed missing=words.not_yet />
        </SummaryList>
    }
    .into_any()
}

/// The label and the hint of an input.
fn label(language: Language, law: &'static LawMessages, key: &str) -> (String, Option<String>) {
    let (label, hint) = match key {
        "no" => (law.no, None),
        "title_id" => (law.title_id, None),
        "title_en" => (law.title_en, None),
        "value" => (law.value, None),
        "template" => (law.template, Some(law.template_hint)),
        "counter" => (law.counter, None),
        "sips" => (law.sips, None),
        "status" => (law.status, None),
        "decree" => (law.decree, None),
        "days" => (law.days, Some(law.days_hint)),
        "register_code" => (law.register_code, None),
        "counter_closes" => (law.counter_closes, Some(law.hours_hint)),
        "online_closes" => (law.online_closes, Some(law.hours_hint)),
        SOURCE => (law.source, None),
        MARK => (law.mark, None),
        REASON => (law.reason, None),
        series => return (sentences::series(language, series), Some(law.template_own.to_owned())),
    };
    (label.to_owned(), hint.map(str::to_owned))
}

/// What is typed, and what stands against it.
#[derive(Clone, Copy)]
struct Form {
    app: AppState,
    target: StoredValue<Target>,
    typed: RwSignal<Table<String, String>>,
    /// By input, or the button's id.
    problems: RwSignal<Table<String, String>>,
}

fn form(app: AppState, target: Target) -> AnyView {
    let office = app.account.get_untracked().map(|me| me.office);
    let asked = office.map(|office| inputs(app.book_untracked(), &office, &target)).unwrap_or_default();
    let form = Form {
        app,
        typed: RwSignal::new(law::typed(app, &target)),
        target: StoredValue::new(target),
        problems: RwSignal::new(Table::new()),
    };
    let order: Vec<String> = asked.iter().map(|input| input.key.clone()).chain([SOURCE, MARK, REASON, SAVE].map(str::to_owned)).collect();
    let problems = Signal::derive(move || {
        let all = form.problems.get();
        let found = order.iter().filter_map(|key| all.get_key_value(key));
        found.map(|(field_id, message)| Problem { field_id: field_id.clone(), message: message.clone() }).collect::<Vec<_>>()
    });
    let attempt = RwSignal::new(0_u32);
    let busy = RwSignal::new(false);
    // What would move stands on screen before it is recorded: where anything would, the first press shows it and the second one records.
    let moved = RwSignal::new(None::<(Vec<law::MovedCase>, usize)>);
    let moves = form.target.with_value(law::moves_dates);
    let before = StoredValue::new(None::<Table<String, String>>);
    follow(move || {
        let mut now = form.typed.get();
        now.retain(|key, _| ![SOURCE, MARK, REASON, law::SENT].contains(&key.as_str()));
        if before.get_value().is_some_and(|before| before != now) {
            moved.set(None);
        }
        before.set_value(Some(now));
    });
    let refused = move |error: AmendError| {
        let typed = form.typed.try_get_untracked().unwrap_or_default();
        let _ = form.problems.try_set(found(app, &error, &typed).into_iter().collect());
        let _ = attempt.try_update(|attempt| *attempt += 1);
    };
    let record = move || {
        busy.set(true);
        spawn_local(async move {
            let sent = law::amend(app, form.target.get_value(), form.typed).await;
            // The page may have been left meanwhile: what was typed is kept, and a change that was taken is told all the same.
            let _ = busy.try_set(false);
            match sent {
                Ok(()) => {
                    app.notify(LawMessages::of(app.language.get_untracked()).saved.to_owned());
                    app.navigation.replace(&Route::Law);
                }
                Err(error) => refused(error),
            }
        });
    };
    let look = move |then_record: bool| {
        busy.set(true);
        spawn_local(async move {
            let outcome = law::moved(app, &form.target.get_value(), &form.typed.get_untracked()).await;
            let _ = busy.try_set(false);
            match outcome {
                Ok((cases, _)) if then_record && cases.is_empty() => record(),
                Ok(shown) => drop(moved.try_set(Some(shown))),
                Err(error) => refused(error),
            }
        });
    };
    let save = Callback::new(move |()| if moves && moved.with_untracked(Option::is_none) { look(true) } else { record() });
    let preview = Callback::new(move |()| look(false));
    let (id, en) = (LawMessages::of(Language::Id), LawMessages::of(Language::En));
    let mark = |v: &str, id: &str, en: &str| RuleChoice { v: v.to_owned(), id: id.to_owned(), en: en.to_owned() };
    let marks =
        InputKind::Choice(vec![mark(LIKELY, id.mark_likely, en.mark_likely), mark(CONFIRMED, id.mark_confirmed, en.mark_confirmed)]);
    let common = [(SOURCE, InputKind::Line), (MARK, marks), (REASON, InputKind::Lines)];
    let common = common.map(|(key, kind)| Input { key: key.to_owned(), kind, value: String::new() });
    let fields: Vec<AnyView> = asked.into_iter().chain(common).map(|input| field(form, input)).collect();
    view! {
        <section class="section stack">
            <h2 class="section__title">{say(app, |words| words.change)}</h2>
            <ErrorSummary title=say(app, |words| words.problems) problems attempt />
            {fields}
            {(!moves).then(|| view! { <p class="muted">{live(move || DeviceMessages::of(app.language.get()).moved_kept)}</p> })}
            {live(move || moved.get().map(|(cases, looked_at)| moved_view(app, &cases, looked_at)))}
            <p class="muted">{say(app, |words| words.kept)}</p>
            <div class="cluster">
                {moves.then(|| view! { <Button label=Signal::derive(move || DeviceMessages::of(app.language.get()).moved_preview.to_owned()) kind=ButtonKind::Secondary busy on_press=preview /> })}
                <Button label=say(app, |words| words.save) busy busy_label=Signal::derive(move || Some(law_words(app).saving.to_owned())) id=SAVE disabled_reason=needs_network(app) on_press=save />
            </div>
        </section>
    }
    .into_any()
}

/// The deadlines that would move, by their cases.
fn moved_view(app: AppState, cases: &[law::MovedCase], looked_at: usize) -> AnyView {
    let (language, words) = (app.language.get(), DeviceMessages::of(app.language.get()));
    let zone = app.zone();
    let end = |due: &DueLine| {
        // The end of a day is told as its 24.00, not as the next one's beginning.
        let minute = match due.closes_at.in_zone(zone).minute {
            MinuteOfDay(0) => MinuteOfDay(1_440),
            minute => minute,
        };
        format!("{}, {}", format::date(language, due.last_day), format::minute(language, minute))
    };
    let rows: Vec<_> = cases
        .iter()
        .flat_map(|case| case.moved.iter().map(move |moved| (case, moved)))
        .map(|(case, moved)| {
            let (from, to) = (end(&moved.from), end(&moved.to));
            let days = moved.to.last_day.days_since(moved.from.last_day);
            let by = match days {
                0 => String::new(),
                1.. => format!(" (+{days} {})", words.days_later),
                _ => format!(" ({days} {})", words.days_earlier),
            };
            view! {
                <tr>
                    <th scope="row"><a href=Route::Case(case.id).path()>{case.name.clone()}</a></th>
                    <td>{sentences::deadline(language, Some(&case.rules.value), &moved.from.deadline)}</td>
                    <td>{from}</td>
                    <td>{to} {by}</td>
                </tr>
            }
        })
        .collect();
    let title = format!("{} ({})", words.moved, rows.len());
    view! {
        <section class="stack" role="status">
            <h3>{title.clone()}</h3>
            <p>{words.moved_lead} " " {looked_at} " " {words.cases_looked_at} "."</p>
            {if rows.is_empty() {
                view! { <p>{words.moved_none}</p> }.into_any()
            } else {
                view! {
                    <div class="scroll" tabindex="0" role="region" aria-label=title>
                        <table class="table">
                            <caption class="visually-hidden">{words.moved}</caption>
                            <thead><tr><th scope="col">{words.case}</th><th scope="col">{words.deadline}</th><th scope="col">{words.now}</th><th scope="col">{words.then_day}</th></tr></thead>
                            <tbody>{rows}</tbody>
                        </table>
                    </div>
                }.into_any()
            }}
        </section>
    }
    .into_any()
}

fn field(form: Form, input: Input) -> AnyView {
    let app = form.app;
    let key = StoredValue::new(input.key);
    let id = key.get_value();
    let text = Signal::derive(move || key.with_value(|key| label(app.language.get(), law_words(app), key).0));
    let hint = Signal::derive(move || key.with_value(|key| label(app.language.get(), law_words(app), key).1));
    let value = Signal::derive(move || key.with_value(|key| form.typed.with(|typed| typed.get(key).cloned().unwrap_or_default())));
    let error = Signal::derive(move || key.with_value(|key| form.problems.with(|all| all.get(key).cloned())));
    let on_input = Callback::new(move |text: String| {
        form.typed.update(|typed| {
            typed.insert(key.get_value(), text);
            form.target.with_value(|target| law::keep(app, target, typed));
        });
    });
    match input.kind {
        InputKind::Line => view! { <TextField id label=text hint value error on_input autocomplete="off" /> }.into_any(),
        InputKind::Lines => view! { <TextArea id label=text hint value error on_input /> }.into_any(),
        InputKind::Choice(options) => {
            let choices = Signal::derive(move || {
                let language = app.language.get();
                options
                    .iter()
                    .map(|option| Choice::new(option.v.clone(), language.pick(&option.id, &option.en).to_owned()))
                    .collect::<Vec<_>>()
            });
            view! { <ChoiceGroup id legend=text hint choices value error on_change=on_input /> }.into_any()
        }
    }
}

/// What stands in the way, each with the field that it is about.
fn found(app: AppState, error: &AmendError, typed: &Table<String, String>) -> Vec<(String, String)> {
    let language = app.language.get_untracked();
    let problem = |field: &str, message: String| (field.to_owned(), message);
    match error {
        AmendError::Unread(Unread::Day(line)) => {
            let text = match language {
                Language::Id => format!(
                    "Baris {line}: tulis tanggal; jenis; nama. Jenis: nasional, cuti bersama, pemungutan suara, atau libur daerah (dengan wilayahnya)."
                ),
                Language::En => format!(
                    "Line {line}: write date; kind; name. Kinds: nasional, cuti bersama, pemungutan suara, or libur daerah (with its areas)."
                ),
            };
            vec![problem("days", text)]
        }
        AmendError::Unread(Unread::Hour(field)) => {
            vec![problem(field, language.pick("Tulis jam seperti 16.00.", "Write the hour as 16.00.").to_owned())]
        }
        AmendError::Trouble(trouble) => vec![problem(SAVE, trouble_words(language, *trouble))],
        AmendError::Objections(objections) => {
            objections.iter().map(|objection| problem(field_of(app, objection, typed), sentences::objection(language, objection))).collect()
        }
    }
}

fn trouble_words(language: Language, trouble: crate::sync::engine::Trouble) -> String {
    let kept = language
        .pick("Belum tersimpan di server; yang Anda ketik tetap ada di sini.", "Not kept at the server yet; what you typed is still here.");
    format!("{kept} {}", sentences::trouble(language, trouble))
}

/// The input that an objection points at; the button, if at none.
fn field_of<'a>(app: AppState, objection: &Objection, typed: &'a Table<String, String>) -> &'a str {
    match objection {
        Objection::ExpectedIsNotConfirmed => MARK,
        // An office has a template for each series, under the key of the series: it is the first to which this objects.
        other if other.part() == Some(Part::Template) && typed.get(Part::Template.key()).is_none() => {
            let (series, _) = app.book_untracked().numbers();
            let meant = |key: &String, text: &String| series.contains_key(key) && template_objection(text.trim()).as_ref() == Some(other);
            typed.iter().find(|(key, text)| meant(key, text)).map_or(SAVE, |(key, _)| key)
        }
        other => other.part().map_or(SAVE, Part::key),
    }
}
