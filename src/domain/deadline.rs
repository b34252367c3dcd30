//! Counting days: the last day of a period, and each day on the way with the reason why it counted or not.
//! Day 0 is the start and is not counted (domain notes §4.6, by practice).

use super::calendar::{Calendar, DayKind, HolidayKind, YearMissing};
use super::office::{Channel, Office};
use super::rule_set::{Closes, DayUnit, Mark, Reading};
use super::time::{LocalDate, MinuteOfDay, Timestamp};

/// The last day of a period, with its derivation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Due {
    /// Key of the reading it follows.
    pub reading: String,
    /// The last day.
    pub last_day: LocalDate,
    /// The first instant that is too late.
    pub closes_at: Timestamp,
    /// No closing hour is entered for the office, so that the last day was taken to its end.
    pub hour_unknown: bool,
    /// A year on the way is only expected, not decreed.
    pub provisional: bool,
    /// From day 0 to the last day, in order.
    pub days: Vec<CountedDay>,
    /// How sure the reading is.
    pub mark: Mark,
}

/// One day on the way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CountedDay {
    /// The date.
    pub date: LocalDate,
    /// What it did to the count.
    pub count: Count,
}

/// What a day does to the count.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Count {
    /// Day 0: not counted.
    Start,
    /// Counted, with its number from 1.
    Counted(u16),
    /// Saturday or Sunday.
    Weekend,
    /// A day off of the calendar.
    Holiday {
        /// Its kind.
        kind: HolidayKind,
        /// Indonesian name.
        id: String,
        /// English name.
        en: String,
    },
}

/// Why no last day can be given.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DueError {
    /// The calendar lacks a year that the count runs through.
    #[error("the calendar lacks the year {0}")]
    YearMissing(i16),
    /// The field that holds day 0 is empty or no date.
    #[error("the start date in {0} is not known")]
    StartUnknown(String),
    /// The count leaves the years that can be written.
    #[error("the count leaves the calendar")]
    OutOfRange,
}

impl From<YearMissing> for DueError {
    fn from(missing: YearMissing) -> Self {
        Self::YearMissing(missing.0)
    }
}

/// The last day of `reading`, counted from `start` in the office's local dates.
///
/// # Errors
/// See [`DueError`]; calendar days need no year of the table.
pub fn due(reading: &Reading, start: LocalDate, calendar: &Calendar, office: &Office, channel: Channel) -> Result<Due, DueError> {
    let mut provisional = false;
    let mut days = vec![CountedDay { date: start, count: Count::Start }];
    let mut date = start;
    let mut counted = 0;
    while counted < reading.n {
        date = date.next().ok_or(DueError::OutOfRange)?;
        let count = match reading.unit {
            DayUnit::Calendar => {
                counted += 1;
                Count::Counted(counted)
            }
            DayUnit::Working => {
                provisional |= calendar.is_expected(date.year())?;
                match calendar.kind(date)? {
                    DayKind::Working => {
                        counted += 1;
                        Count::Counted(counted)
                    }
                    DayKind::Weekend => Count::Weekend,
                    DayKind::Holiday(day) => Count::Holiday { kind: day.kind, id: day.id.clone(), en: day.en.clone() },
                }
            }
        };
        days.push(CountedDay { date, count });
    }
    let entered = match reading.closes {
        Closes::Office => office.hours.closes(channel),
        Closes::Midnight => Some(MinuteOfDay::END_OF_DAY),
    };
    // The closing minute itself is still in time: 23.59 means until the clock shows 24.00.
    let closes = entered.map_or(MinuteOfDay::END_OF_DAY, |minute| MinuteOfDay(minute.0 + 1).min(MinuteOfDay::END_OF_DAY));
    Ok(Due {
        reading: reading.id.clone(),
        last_day: date,
        closes_at: date.at(closes, office.zone),
        hour_unknown: entered.is_none(),
        provisional,
        days,
        mark: reading.mark,
    })
}
