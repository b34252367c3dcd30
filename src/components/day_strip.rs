//! Why a deadline is that date, day by day: counted days numbered, skipped ones greyed with their
//! reason, the last one marked. A strip where there is room, rows on a phone.

use leptos::prelude::*;

use super::icon::{Icon, IconName};
use super::live::live;

/// What a day is in the count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DayKind {
    /// The day of the event that starts the count; usually not counted itself.
    Start,
    /// Counted.
    Counted,
    /// Not counted: weekend, holiday, collective leave.
    Skipped,
    /// Counted, and the deadline.
    Last,
}

/// One day of the strip, in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DayCell {
    /// What the day is in the count.
    pub kind: DayKind,
    /// "Rabu"; short where the strip is long.
    pub weekday: String,
    /// "8".
    pub day: String,
    /// "Juli".
    pub month: String,
    /// Which counted day it is: "1", or "hari ke-1". `None` for a day that is not counted.
    pub number: Option<String>,
    /// What the day is: "register, hari 0", "cuti bersama", "batas akhir 23.59 WIB". Empty on a
    /// plainly counted day. A skipped day always has its reason here.
    pub note: String,
}

/// The days from the event to the deadline, in order. `label` names the list for screen readers.
#[component]
pub fn DayStrip(#[prop(into)] label: Signal<String>, #[prop(into)] days: Signal<Vec<DayCell>>) -> impl IntoView {
    let cells = live(move || days.get().into_iter().map(|day| view! { <Day day=day /> }).collect_view());
    view! {
        <ol class="day-strip" aria-label=label>
            {cells}
        </ol>
    }
}

#[component]
fn Day(day: DayCell) -> impl IntoView {
    let class = match day.kind {
        DayKind::Start => "day-strip__day day-strip__day--start",
        DayKind::Counted => "day-strip__day day-strip__day--counted",
        DayKind::Skipped => "day-strip__day day-strip__day--skipped",
        DayKind::Last => "day-strip__day day-strip__day--last",
    };
    let mark = match day.kind {
        DayKind::Last => Some(view! { <Icon name=IconName::Flag /> }),
        _ => None,
    };
    view! {
        <li class=class>
            <span class="day-strip__weekday">{day.weekday}</span>
            " "
            <span class="day-strip__date">
                <span class="day-strip__number-of-day">{day.day}</span>
                " "
                <span class="day-strip__month">{day.month}</span>
            </span>
            <span class="day-strip__count">{mark} {day.number}</span>
            <span class="day-strip__note">{day.note}</span>
        </li>
    }
}
