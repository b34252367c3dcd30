//! Deadlines, counted day by day with the reason of each day: the same on a form, its check and the case. Where the law is
//! read in two ways both dates stand there, the safe one first.

use leptos::prelude::*;

use super::draft::editor::Editor;
use crate::components::banner::Banner;
use crate::components::day_strip::{DayCell, DayKind, DayStrip};
use crate::components::deadline::Deadline;
use crate::components::details::Details;
use crate::components::live::live;
use crate::components::tone::Tone;
use crate::domain::calendar::Calendar;
use crate::domain::deadline::{Count, CountedDay, Due, DueError, days_over};
use crate::domain::decide::stated_time;
use crate::domain::draft::Draft;
use crate::domain::facts::{Facts, Running};
use crate::domain::guard::Truth;
use crate::domain::office::Office;
use crate::domain::rule_set::{DayUnit, Missed, Reading, RuleSet};
use crate::domain::time::Timestamp;
use crate::i18n::{Language, format, sentences};
use crate::rules::Pinned;
use crate::state::{AppState, submit};

/// The deadlines that the act of a draft meets.
#[component]
pub fn DraftDeadlines(
    /// The draft.
    editor: Editor,
) -> impl IntoView {
    let app = editor.app;
    let calendar = editor.draft.with_untracked(|draft| submit::definitions(app, draft)).map(|(_, calendar)| calendar);
    // Counted anew with every change, drawn anew only when a date changes.
    let counted = Memo::new(move |_| {
        let office = app.account.get()?.office;
        editor.draft.with(|draft| submit::with_facts(app, draft, &office, |facts| running(draft, facts)))
    });
    live(move || {
        let (office, calendar) = (app.account.get()?.office, calendar?);
        Some(counted.get()?.iter().map(|running| deadline_card(app, editor.rules, calendar, &office, running, false, true)).collect_view())
    })
}

fn running(draft: &Draft, facts: &Facts<'_>) -> Vec<Running> {
    let stated = stated_time(&draft.answers, facts.office);
    let met = facts.rules.deadline.iter().filter(|(_, deadline)| deadline.met_by.contains(&draft.act));
    met.map(|(key, _)| Running { deadline: key.clone(), readings: facts.readings(key), met: stated, kept: Truth::Unknown }).collect()
}

/// One deadline with each reading of it. Of a case that has `ended` nothing is overdue any more.
pub fn deadline_card(
    app: AppState,
    rules: &'static RuleSet,
    calendar: &'static Pinned<Calendar>,
    office: &Office,
    running: &Running,
    ended: bool,
    open: bool,
) -> Option<AnyView> {
    let language = app.language.get();
    let words = app.words();
    let rule = rules.deadline.get(&running.deadline)?;
    let several = running.readings.len() > 1;
    let cards = running
        .readings
        .iter()
        .filter_map(|counted| {
            let reading = rule.readings.iter().find(|reading| reading.id == counted.reading)?;
            Some(match &counted.due {
                Ok(due) => {
                    let mut label = language.text(&rule.label).to_owned();
                    if let (true, Some(note)) = (several, &reading.note) {
                        label = format!("{label}: {}", language.text(note));
                    }
                    let left = standing(
                        language,
                        (due, reading.unit, &calendar.value),
                        office,
                        running.met,
                        app.now.get(),
                        rule.met_by.iter().any(|act| act == "receive"),
                        if ended { Late::Ended } else { Late::Missed(rule.missed) },
                    );
                    card(app, language, label, due, reading, office, left, calendar, open).into_any()
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
        .collect_view();
    Some(
        view! {
            <div class="stack stack--tight">
                {several.then(|| view! { <p class="muted">{words.two_readings}</p> })}
                {cards}
            </div>
        }
        .into_any(),
    )
}

#[expect(clippy::too_many_arguments, reason = "one place, and each is a different thing")]
fn card(
    app: AppState,
    language: Language,
    label: String,
    due: &Due,
    reading: &Reading,
    office: &Office,
    (left, tone): (String, Tone),
    calendar: &'static Pinned<Calendar>,
    open: bool,
) -> impl IntoView {
    let words = app.words();
    let when = format!("{}, {}", format::date(language, due.last_day), format::closing(language, due.closes_at, office.zone));
    let cells: Vec<DayCell> = due.days.iter().map(|day| cell(language, day, due.last_day == day.date)).collect();
    let summary = words.why_this_date;
    let basis = sentences::basis(language, &reading.src, reading.mark);
    let note = reading.note.as_ref().map(|note| language.text(note).to_owned());
    let unit = match reading.unit {
        DayUnit::Working => words.working_days,
        DayUnit::Calendar => words.calendar_days,
    };
    let rule = if reading.n == 0 { words.same_day.to_owned() } else { format!("{} {unit}.", reading.n) };
    let calendar_line = format!("{}, {} {}", language.text(&calendar.value.title), words.version_lower, calendar.pin.version);
    let (hour_unknown, provisional) = (due.hour_unknown, due.provisional);
    view! {
        <Deadline what=label when left tone>
            {hour_unknown.then(|| view! { <p class="muted">{words.hour_unknown}</p> })}
            {provisional.then(|| view! { <p class="muted">{words.provisional_date}</p> })}
            <Details summary open>
                <div class="stack stack--tight">
                    <p>{rule} " " {note}</p>
                    <DayStrip label=words.counted_day_by_day days=cells />
                    <p class="muted">{words.basis} ": " {basis} ". " {calendar_line} "."</p>
                </div>
            </Details>
        </Deadline>
    }
}

/// What it means that a last day has passed without the act.
#[derive(Clone, Copy)]
enum Late {
    /// Something is still to be done.
    Missed(Missed),
    /// Nothing any more: the case has ended.
    Ended,
}

/// Where an act, or today, stands to the last day, in words. Of a petition the words speak of filing.
fn standing(
    language: Language,
    counted: (&Due, DayUnit, &Calendar),
    office: &Office,
    met: Option<Timestamp>,
    now: Timestamp,
    filing: bool,
    late: Late,
) -> (String, Tone) {
    let due = counted.0;
    let Some(met) = met else {
        if filing {
            return (language.pick("Waktu masuk belum lengkap", "Time of filing not complete").to_owned(), Tone::Neutral);
        }
        return waiting(language, counted, office, now, late);
    };
    let met_on = met.in_zone(office.zone).date;
    let in_time = due.is_before(met);
    if in_time == Truth::Unknown {
        let words = language
            .pick("Lewat jam tutup yang lebih awal; tergantung salurannya", "After the earlier closing hour; it depends on the channel");
        return (words.to_owned(), Tone::Warning);
    }
    if in_time == Truth::No {
        let words = if filing {
            language.pick("Lewat batas; tetap dicatat, pleno yang menilai", "After the last day; still recorded, the plenary rules")
        } else {
            language.pick("Lewat batas; tetap dicatat dan ditandai", "After the last day; recorded and flagged all the same")
        };
        return (words.to_owned(), Tone::Danger);
    }
    let number = due.days.iter().find(|day| day.date == met_on).and_then(|day| match day.count {
        Count::Counted(number) => Some(number),
        _ => None,
    });
    let total = due.days.iter().filter(|day| matches!(day.count, Count::Counted(_))).count();
    let tone = if met_on == due.last_day && filing { Tone::Warning } else { Tone::Success };
    let verb = match (filing, language) {
        (true, Language::Id) => "Masuk",
        (true, Language::En) => "Filed",
        (false, Language::Id) => "Dilakukan",
        (false, Language::En) => "Done",
    };
    let words = match (number, language) {
        (Some(number), Language::Id) => format!("{verb} pada hari ke-{number} dari {total}: masih dalam tenggang waktu"),
        (Some(number), Language::En) => format!("{verb} on day {number} of {total}: in time"),
        (None, Language::Id) => format!("{verb} dalam tenggang waktu"),
        (None, Language::En) => format!("{verb} in time"),
    };
    (words, tone)
}

/// What is left until the last day, for a deadline that nothing has met yet.
fn waiting(
    language: Language,
    (due, unit, calendar): (&Due, DayUnit, &Calendar),
    office: &Office,
    now: Timestamp,
    late: Late,
) -> (String, Tone) {
    let today = now.in_zone(office.zone).date;
    let open = due.is_before(now);
    if open == Truth::Unknown {
        // Which of the two hours holds is known when the act is recorded.
        let words = language.pick(
            "Lewat jam tutup yang lebih awal; hari ini masih hari terakhir",
            "After the earlier closing hour; today is still the last day",
        );
        return (words.to_owned(), Tone::Warning);
    }
    if open == Truth::No {
        let follows = match late {
            Late::Ended => {
                let words = language.pick("Lewat tanpa tindakan; perkara sudah berakhir", "Passed without an act; the case has ended");
                return (words.to_owned(), Tone::Neutral);
            }
            Late::Missed(Missed::Flag) => language.pick("yang terlambat tetap dicatat", "what comes late is still recorded"),
            Late::Missed(Missed::Propose) => language.pick("petugas yang memutuskan kelanjutannya", "an officer decides what follows"),
        };
        let over = sentences::over(language, days_over(unit, due.last_day, today, calendar, &office.code));
        return (format!("{over}; {follows}"), Tone::Danger);
    }
    if today == due.last_day {
        return (language.pick("Hari ini hari terakhir", "Today is the last day").to_owned(), Tone::Warning);
    }
    let left = due.days.iter().filter(|day| day.date > today && matches!(day.count, Count::Counted(_))).count();
    let tone = if left <= 1 { Tone::Warning } else { Tone::Neutral };
    let days = sentences::days(language, left, unit);
    let words = match language {
        Language::Id => format!("Tersisa {days}"),
        Language::En => format!("{days} left"),
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
            let kind = sentences::day_off(language, *kind);
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
