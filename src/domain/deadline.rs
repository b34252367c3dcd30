//! Counting days: the last day of a period, and each day on the way with the reason why it counted or not.
//! Day 0 is the start and is not counted (domain notes §4.6, by practice).

use super::calendar::{Calendar, DayKind, HolidayKind, YearMissing};
use super::guard::Truth;
use super::office::{Channel, Office, OfficeCode};
use super::rule_set::{Closes, DayUnit, Mark, Reading};
use super::time::{LocalDate, MinuteOfDay, Timestamp};

/// The last day of a period, with its derivation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Due {
    /// Key of the reading it follows.
    pub reading: String,
    /// The last day.
    pub last_day: LocalDate,
    /// The first instant that is too late: by the earlier hour where the channel is not known.
    pub closes_at: Timestamp,
    /// The same by the later hour: up to then nobody can tell. Equal where the channel is known, or the hours are the same.
    pub closes_latest: Timestamp,
    /// No closing hour is entered for the office, so that the last day was taken to its end.
    pub hour_unknown: bool,
    /// A year on the way is only expected, not decreed.
    pub provisional: bool,
    /// From day 0 to the last day, in order.
    pub days: Vec<CountedDay>,
    /// How sure the reading is.
    pub mark: Mark,
}

impl Due {
    /// Is an instant before the end of the period? Unknown between the two hours at which the office may close.
    #[must_use]
    pub fn is_before(&self, at: Timestamp) -> Truth {
        if self.closes_at <= at && at < self.closes_latest { Truth::Unknown } else { (at < self.closes_at).into() }
    }
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

/// The last day of `reading`, counted from `start` in the office's local dates. `channel` is that of the act which meets the
/// deadline; `None` while nobody knows it, since offices close at the counter and online at different hours.
///
/// # Errors
/// See [`DueError`]; calendar days need no year of the table.
pub fn due(reading: &Reading, start: LocalDate, calendar: &Calendar, office: &Office, channel: Option<Channel>) -> Result<Due, DueError> {
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
                match calendar.kind(date, &office.code)? {
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
    let hours = &office.hours;
    let entered = match (reading.closes, channel) {
        (Closes::Midnight, _) => [Some(MinuteOfDay::END_OF_DAY); 2],
        (Closes::Office, Some(channel)) => [hours.closes(channel); 2],
        (Closes::Office, None) => [hours.counter_closes, hours.online_closes],
    };
    // The closing minute itself is still in time: 23.59 means until the clock shows 24.00.
    let minute = |entered: Option<MinuteOfDay>| {
        entered.map_or(MinuteOfDay::END_OF_DAY, |minute| MinuteOfDay(minute.0 + 1).min(MinuteOfDay::END_OF_DAY))
    };
    let [one, other] = entered.map(minute);
    Ok(Due {
        reading: reading.id.clone(),
        last_day: date,
        closes_at: date.at(one.min(other), office.zone),
        closes_latest: date.at(one.max(other), office.zone),
        hour_unknown: entered == [None, None],
        provisional,
        days,
        mark: reading.mark,
    })
}

/// How many days that count have come since a last day, `today` among them; calendar days where the table lacks a year on the way.
#[must_use]
pub fn days_over(unit: DayUnit, last_day: LocalDate, today: LocalDate, calendar: &Calendar, office: &OfficeCode) -> (usize, DayUnit) {
    let all = usize::try_from(today.days_since(last_day)).unwrap_or(0);
    if unit == DayUnit::Calendar {
        return (all, unit);
    }
    let mut date = last_day;
    let mut working = 0;
    while date < today {
        let kind = date.next().map(|next| (next, calendar.kind(next, office)));
        let Some((next, Ok(kind))) = kind else { return (all, DayUnit::Calendar) };
        working += usize::from(kind == DayKind::Working);
        date = next;
    }
    (working, unit)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::office::{Hours, Level, OfficeCode};
    use crate::domain::time::Zone;
    use proptest::prelude::*;

    #[test]
    fn what_is_over_is_counted_in_the_days_that_count() {
        let date = |text: &str| LocalDate::parse(text).expect("a date");
        let over = |unit, last: &str, today: &str| days_over(unit, date(last), date(today), calendar(), &OfficeCode("16.07".into()));
        // Friday 10 July 2026; the 17th of August, a Monday, is a day off.
        assert_eq!(over(DayUnit::Working, "2026-07-10", "2026-07-11"), (0, DayUnit::Working));
        assert_eq!(over(DayUnit::Working, "2026-07-10", "2026-07-13"), (1, DayUnit::Working));
        assert_eq!(over(DayUnit::Working, "2026-08-14", "2026-08-18"), (1, DayUnit::Working));
        assert_eq!(over(DayUnit::Calendar, "2026-07-10", "2026-07-13"), (3, DayUnit::Calendar));
        assert_eq!(over(DayUnit::Working, "2026-07-10", "2026-07-09"), (0, DayUnit::Working));
        assert_eq!(
            over(DayUnit::Working, "2030-12-30", "2031-01-02"),
            (3, DayUnit::Calendar),
            "no table for that year: all days, and said so"
        );
    }

    /// The worked cases' own table: id, start, unit, n, last day.
    const WORKED: &str = "\
1 D1,2026-07-06,working,3,2026-07-09
1 D5,2026-07-08,working,2,2026-07-10
1 D7,2026-07-08,working,12,2026-07-24
1 D8,2026-07-10,working,3,2026-07-15
2 D1,2026-08-04,working,3,2026-08-07
2 D6,2026-08-07,working,2,2026-08-11
2 D6x,2026-08-12,working,1,2026-08-13
2 D7,2026-08-07,working,12,2026-08-27
2 D8,2026-08-27,working,3,2026-09-01
2 D11,2026-08-27,working,5,2026-09-03
4 D3,2026-06-02,working,3,2026-06-05
4 D3B,2026-06-03,working,3,2026-06-08
4a D7,2026-06-05,working,12,2026-06-24
5 D1,2026-04-30,working,3,2026-05-06
6 D1b,2026-09-11,working,3,2026-09-16
6 D1c,2026-09-16,working,1,2026-09-17
7 D5b,2026-09-07,calendar,2,2026-09-09
7 D7b,2026-09-07,calendar,12,2026-09-19
7 D11b,2026-09-19,working,3,2026-09-23
7r D7b,2024-09-02,calendar,12,2024-09-14
10c D14,2026-12-06,calendar,3,2026-12-09
11b D5b,2026-08-10,calendar,2,2026-08-12
11b D7b,2026-08-10,calendar,12,2026-08-22
12a D9,2026-07-15,working,1,2026-07-16
12a D8,2026-07-15,working,3,2026-07-20
12a D10,2026-07-20,working,1,2026-07-21
12a D8,2026-07-21,working,3,2026-07-24
r1 D1,2023-11-03,working,3,2023-11-08";

    fn calendar() -> &'static Calendar {
        &crate::rules::newest_calendar().expect("a calendar ships").value
    }

    fn office(counter_closes: Option<MinuteOfDay>) -> Office {
        Office {
            code: OfficeCode("16.07".into()),
            level: Level::Regency,
            parent: None,
            name: "Bawaslu".into(),
            organiser: "KPU".into(),
            zone: Zone::Wita,
            register_code: "1607".into(),
            hours: Hours { counter_closes, online_closes: Some(MinuteOfDay(23 * 60 + 59)) },
        }
    }

    fn reading(n: u16, unit: DayUnit) -> Reading {
        Reading {
            id: "r".into(),
            default: false,
            start_date: Some("petition.object_fixed_on".into()),
            start_act: vec![],
            pick: crate::domain::rule_set::Pick::Last,
            start_if: None,
            when: None,
            n,
            unit,
            closes: Closes::Office,
            note: None,
            src: vec![],
            mark: Mark::Confirmed,
        }
    }

    fn day(text: &str) -> LocalDate {
        LocalDate::parse(text).expect("a valid date")
    }

    #[test]
    fn the_worked_cases_are_counted_as_by_hand() {
        for line in WORKED.lines() {
            let cells: Vec<&str> = line.split(',').collect();
            let unit = if cells[2] == "working" { DayUnit::Working } else { DayUnit::Calendar };
            let counted =
                due(&reading(cells[3].parse().expect("a number"), unit), day(cells[1]), calendar(), &office(None), Some(Channel::Counter));
            assert_eq!(counted.map(|due| due.last_day), Ok(day(cells[4])), "{line}");
        }
    }

    #[test]
    fn every_day_on_the_way_says_why_it_counted_or_not() {
        // Case 5: 1 May is a holiday, then a weekend.
        let counted =
            due(&reading(3, DayUnit::Working), day("2026-04-30"), calendar(), &office(None), Some(Channel::Counter)).expect("countable");
        let story: Vec<String> = counted
            .days
            .iter()
            .map(|day| match &day.count {
                Count::Start => "start".into(),
                Count::Counted(number) => number.to_string(),
                Count::Weekend => "weekend".into(),
                Count::Holiday { id, .. } => id.clone(),
            })
            .collect();
        assert_eq!(story, ["start", "Hari Buruh Internasional", "weekend", "weekend", "1", "2", "3"]);
    }

    #[test]
    fn the_last_day_ends_at_the_offices_hour_for_the_channel() {
        let closes = |counter, channel| {
            due(&reading(3, DayUnit::Working), day("2026-07-06"), calendar(), &office(counter), Some(channel)).expect("countable")
        };
        let four = closes(Some(MinuteOfDay(16 * 60)), Channel::Counter);
        // 16.00 itself is in time; WITA is eight hours ahead.
        assert_eq!(four.closes_at.to_string(), "2026-07-09T08:01:00.000Z");
        assert!(!four.hour_unknown);
        let midnight = closes(None, Channel::Counter);
        assert_eq!(midnight.closes_at.to_string(), "2026-07-09T16:00:00.000Z");
        assert!(midnight.hour_unknown);
        assert_eq!(closes(None, Channel::Sips).closes_at.to_string(), "2026-07-09T16:00:00.000Z");
    }

    #[test]
    fn while_the_channel_is_not_known_the_earlier_hour_is_the_safe_one() {
        let four = Some(MinuteOfDay(16 * 60));
        let closes = |counter, online| {
            let mut office = office(counter);
            office.hours.online_closes = online;
            let due = due(&reading(3, DayUnit::Working), day("2026-07-06"), calendar(), &office, None).expect("countable");
            (due.closes_at.to_string(), due.closes_latest.to_string(), due.hour_unknown)
        };
        let (early, late) = ("2026-07-09T08:01:00.000Z".to_owned(), "2026-07-09T16:00:00.000Z".to_owned());
        assert_eq!(closes(four, None), (early.clone(), late.clone(), false));
        assert_eq!(closes(None, four), (early.clone(), late.clone(), false));
        assert_eq!(closes(four, four), (early.clone(), early, false));
        assert_eq!(closes(None, None), (late.clone(), late, true));
    }

    #[test]
    fn a_missing_year_is_an_error_for_working_days_only() {
        let start = day("2031-01-02");
        let working = due(&reading(3, DayUnit::Working), start, calendar(), &office(None), Some(Channel::Counter));
        assert_eq!(working, Err(DueError::YearMissing(2031)));
        assert!(due(&reading(3, DayUnit::Calendar), start, calendar(), &office(None), Some(Channel::Counter)).is_ok());
        let across = due(&reading(5, DayUnit::Working), day("2027-12-30"), calendar(), &office(None), Some(Channel::Counter));
        assert_eq!(across, Err(DueError::YearMissing(2028)));
    }

    #[test]
    fn a_year_that_is_only_expected_marks_the_date() {
        let expected =
            due(&reading(3, DayUnit::Working), day("2027-02-01"), calendar(), &office(None), Some(Channel::Counter)).expect("countable");
        let decreed =
            due(&reading(3, DayUnit::Working), day("2026-07-06"), calendar(), &office(None), Some(Channel::Counter)).expect("countable");
        assert!(expected.provisional && !decreed.provisional);
    }

    proptest! {
        #[test]
        fn counting_agrees_with_a_second_counter(year in 2023_i16..2027, month in 1_i8..=12, date in 1_i8..=28, n in 1_u16..40, switch in any::<bool>()) {
            let start = LocalDate::new(year, month, date).expect("a valid date");
            let mut calendar = calendar().clone();
            calendar.cuti_bersama_working = switch;
            let found = due(&reading(n, DayUnit::Working), start, &calendar, &office(None), Some(Channel::Counter)).expect("countable");
            // The other way round: every date after the start up to the last day, those off taken away, must be n.
            let off: std::collections::BTreeSet<String> = calendar.year.values().flat_map(|year| &year.day)
                .filter(|day| !(switch && day.kind == HolidayKind::CutiBersama)).map(|day| day.date.to_string()).collect();
            let is_working = |date: LocalDate| date.weekday() < 5 && !off.contains(&date.to_string());
            let mut working = 0;
            let mut walker = start;
            while walker < found.last_day {
                walker = walker.next().expect("within the calendar");
                working += u16::from(is_working(walker));
            }
            prop_assert_eq!(working, n);
            prop_assert!(is_working(found.last_day) && found.last_day > start);
        }
    }
}
