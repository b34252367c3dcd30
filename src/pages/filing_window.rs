//! The window to file in, counted day by day with the reason of each day: the same on the form, the check and the case.

use leptos::prelude::*;

use crate::components::banner::Banner;
use crate::components::day_strip::{DayCell, DayKind, DayStrip};
use crate::components::deadline::Deadline;
use crate::components::details::Details;
use crate::components::tone::Tone;
use crate::domain::answers::Answers;
use crate::domain::calendar::{Calendar, HolidayKind};
use crate::domain::deadline::{Count, CountedDay, Due, DueError};
use crate::domain::decide::{count_deadline, stated_time};
use crate::domain::office::{Channel, Office};
use crate::domain::rule_set::{DayUnit, Reading, RuleSet};
use crate::domain::time::Timestamp;
use crate::i18n::{Language, format, sentences};
use crate::rules::Pinned;
use crate::state::AppState;

/// The deadline to file in, for the answers of a petition.
#[component]
pub fn FilingWindow(
    /// The app.
    app: AppState,
    /// The rules of the petition.
    rules: &'static RuleSet,
    /// The calendar of the petition.
    calendar: &'static Pinned<Calendar>,
    /// The petition's answers.
    #[prop(into)]
    answers: Signal<Answers>,
) -> impl IntoView {
    // Only what the count reads, so that typing elsewhere draws nothing anew.
    let inputs = Memo::new(move |_| {
        answers.with(|answers| {
            let mut few = Answers::default();
            for field in ["object_fixed_on", "channel", "filed_on", "filed_at"] {
                few.set_text(field, answers.text(field).to_owned());
            }
            few
        })
    });
    move || {
        let language = app.language.get();
        let office = app.account.get()?.office;
        let answers = inputs.get();
        let channel = Channel::parse(answers.text("channel")).unwrap_or(Channel::Counter);
        let rule = rules.deadline.get("filing")?;
        let filed = stated_time(&answers, &office);
        let counted = count_deadline(rules, "filing", &answers, channel, &calendar.value, &office);
        let label = language.text(&rule.label).to_owned();
        Some(
            counted
                .into_iter()
                .filter_map(|due| {
                    let words = app.words();
                    Some(match due {
                        Ok(due) => {
                            let reading = rule.readings.iter().find(|reading| reading.id == due.reading)?.clone();
                            window(app, language, &label, due, reading, &office, filed, calendar).into_any()
                        }
                        Err(DueError::StartUnknown(_)) => view! { <p class="muted">{words.window_needs_date}</p> }.into_any(),
                        Err(DueError::YearMissing(year)) => view! {
                            <Banner title=format!("{} {year}", words.year_missing) tone=Tone::Warning>
                                <p>{words.year_missing_help}</p>
                            </Banner>
                        }
                        .into_any(),
                        Err(DueError::OutOfRange) => view! { <p class="muted">{words.window_out_of_range}</p> }.into_any(),
                    })
                })
                .collect_view(),
        )
    }
}

#[expect(clippy::too_many_arguments, reason = "one place, and each is a different thing")]
fn window(
    app: AppState,
    language: Language,
    label: &str,
    due: Due,
    reading: Reading,
    office: &Office,
    filed: Option<Timestamp>,
    calendar: &'static Pinned<Calendar>,
) -> impl IntoView {
    let words = app.words();
    let when = format!("{}, {}", format::date(language, due.last_day), format::closing(language, due.closes_at, office.zone));
    let (left, tone) = standing(language, &due, office, filed);
    let cells: Vec<DayCell> = due.days.iter().map(|day| cell(language, day, due.last_day == day.date)).collect();
    let summary = words.why_this_date;
    let basis = sentences::basis(language, &reading.src, reading.mark);
    let note = reading.note.as_ref().map(|note| language.text(note).to_owned());
    let unit = match reading.unit {
        DayUnit::Working => words.working_days,
        DayUnit::Calendar => words.calendar_days,
    };
    let rule = format!("{} {unit}.", reading.n);
    let calendar_line = format!("{}, {} {}", language.text(&calendar.value.title), words.version_lower, calendar.pin.version);
    view! {
        <Deadline what=label.to_owned() when left tone>
            {due.hour_unknown.then(|| view! { <p class="muted">{words.hour_unknown}</p> })}
            {due.provisional.then(|| view! { <p class="muted">{words.provisional_date}</p> })}
            <Details summary open=true>
                <div class="stack stack--tight">
                    <p>{rule} " " {note}</p>
                    <DayStrip label=words.counted_day_by_day days=cells />
                    <p class="muted">{words.basis} ": " {basis} ". " {calendar_line} "."</p>
                </div>
            </Details>
        </Deadline>
    }
}

/// Where the filing stands to the last day, in words.
fn standing(language: Language, due: &Due, office: &Office, filed: Option<Timestamp>) -> (String, Tone) {
    let Some(filed) = filed else {
        return (language.pick("Waktu masuk belum lengkap", "Time of filing not complete").to_owned(), Tone::Neutral);
    };
    let filed_on = filed.in_zone(office.zone).date;
    if filed >= due.closes_at {
        return (
            language
                .pick("Lewat batas; tetap dicatat, pleno yang menilai", "After the last day; still recorded, the plenary rules")
                .to_owned(),
            Tone::Danger,
        );
    }
    let number = due.days.iter().find(|day| day.date == filed_on).and_then(|day| match day.count {
        Count::Counted(number) => Some(number),
        _ => None,
    });
    let total = due.days.iter().filter(|day| matches!(day.count, Count::Counted(_))).count();
    let tone = if filed_on == due.last_day { Tone::Warning } else { Tone::Success };
    let words = match (number, language) {
        (Some(number), Language::Id) => format!("Masuk pada hari ke-{number} dari {total}: dalam waktu"),
        (Some(number), Language::En) => format!("Filed on day {number} of {total}: in time"),
        (None, Language::Id) => "Masuk dalam waktu".to_owned(),
        (None, Language::En) => "Filed in time".to_owned(),
    };
    (words, tone)
}

fn cell(language: Language, day: &CountedDay, last: bool) -> DayCell {
    let (kind, number, note) = match &day.count {
        Count::Start => (DayKind::Start, None, language.pick("Hari ke-0, tidak dihitung", "Day 0, not counted").to_owned()),
        Count::Counted(number) => {
            let note = if last { language.pick("Hari terakhir", "Last day") } else { language.pick("Dihitung", "Counted") };
            (if last { DayKind::Last } else { DayKind::Counted }, Some(number.to_string()), note.to_owned())
        }
        Count::Weekend => (DayKind::Skipped, None, language.pick("Akhir pekan", "Weekend").to_owned()),
        Count::Holiday { kind, id, en } => {
            let kind = match kind {
                HolidayKind::National => language.pick("libur nasional", "national holiday"),
                HolidayKind::CutiBersama => language.pick("cuti bersama", "collective leave"),
            };
            (DayKind::Skipped, None, format!("{} ({kind})", language.pick(id, en)))
        }
    };
    DayCell {
        kind,
        weekday: format::weekday_short(language, day.date).to_owned(),
        day: day.date.day().to_string(),
        month: format::month(language, day.date)[..3].to_owned(),
        number,
        note,
    }
}
