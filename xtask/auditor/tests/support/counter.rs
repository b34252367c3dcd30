//! The second counter: day numbers and sums over ten years, made by counting. It shares nothing with the engine but the
//! calendar's type. With it come the random calendars and tuples that both are held against.

use super::chance::Chance;
use sips_lapangan::domain::calendar::{Calendar, Holiday, HolidayKind, Year, YearStatus};
use sips_lapangan::domain::office::{Channel, Hours, Level, Office, OfficeCode};
use sips_lapangan::domain::rule_set::{Closes, DayUnit, Mark, Pick, Reading, Text};
use sips_lapangan::domain::time::{LocalDate, MinuteOfDay, Zone};

/// The first year of the almanac.
pub const FIRST_YEAR: i64 = 2022;
/// Its years.
pub const YEARS: usize = 10;
/// 1 January 2022, in days since 1 January 1970: 52 years with 13 leap days.
pub const FIRST_DAY: i64 = 52 * 365 + 13;

/// Lengths of the months of a year.
fn months(year: i64) -> [i64; 12] {
    let leap = year % 4 == 0;
    [31, if leap { 29 } else { 28 }, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
}

/// Every day of the ten years by its number from the first: year, month, day. Made by counting, not by a formula.
pub fn almanac() -> Vec<(i64, i8, i8)> {
    let mut days = Vec::new();
    for year in FIRST_YEAR..FIRST_YEAR + YEARS as i64 {
        for (month, length) in (1..).zip(months(year)) {
            days.extend((1..=length).map(|day| (year, month, i8::try_from(day).expect("a day"))));
        }
    }
    days
}

/// What the second counter knows of a calendar.
pub struct Sums {
    /// Working days before each day.
    working: Vec<u32>,
    /// Whether the day's year is there, and whether it is only expected.
    years: Vec<Option<bool>>,
}

/// A random calendar, and the sums over it.
pub fn calendar(chance: &mut Chance, almanac: &[(i64, i8, i8)]) -> (Calendar, Sums) {
    let leave_works = chance.one_in(2);
    let text = |text: &str| Text { id: text.to_owned(), en: text.to_owned() };
    let mut calendar =
        Calendar { format: 1, id: "x".into(), version: 1, title: text("x"), cuti_bersama_working: leave_works, year: Default::default() };
    let mut off = vec![false; almanac.len()];
    let mut years = [None; YEARS];
    for (number, known) in years.iter_mut().enumerate() {
        // Now and then a year is missing, also one in the middle.
        if chance.one_in(8) {
            continue;
        }
        let expected = chance.one_in(3);
        *known = Some(expected);
        let year = FIRST_YEAR + number as i64;
        let begin = almanac.iter().position(|day| day.0 == year).expect("the year is in the almanac");
        let length = almanac.iter().filter(|day| day.0 == year).count();
        let density = *chance.pick(&[0, 12, 24, 24, 24, 60, 200]);
        let mut chosen: Vec<usize> = (0..density).map(|_| begin + chance.below(length)).collect();
        chosen.sort_unstable();
        chosen.dedup();
        let day = chosen
            .into_iter()
            .map(|at| {
                let kind = if chance.one_in(3) { HolidayKind::CutiBersama } else { HolidayKind::National };
                off[at] = !(leave_works && kind == HolidayKind::CutiBersama);
                let (year, month, day) = almanac[at];
                let date = LocalDate::new(i16::try_from(year).expect("a year"), month, day).expect("a day of the almanac");
                Holiday { date, kind, id: "x".into(), en: "x".into(), scope: Vec::new() }
            })
            .collect();
        let status = if expected { YearStatus::Expected } else { YearStatus::Decreed };
        calendar.year.insert(year.to_string(), Year { status, decree: String::new(), src: Vec::new(), mark: Mark::Likely, day });
    }
    let mut working = vec![0];
    for (at, is_off) in off.iter().enumerate() {
        // 1 January 1970 was a Thursday.
        let weekday = (FIRST_DAY + at as i64 + 3) % 7;
        let counts = weekday < 5 && !is_off;
        working.push(working[at] + u32::from(counts));
    }
    let years = almanac.iter().map(|day| years[usize::try_from(day.0 - FIRST_YEAR).expect("one of the ten")]).collect();
    (calendar, Sums { working, years })
}

/// What the second counter finds.
#[derive(Debug, PartialEq, Eq)]
pub enum Last {
    Day { at: usize, provisional: bool },
    YearMissing(i64),
    Beyond,
}

impl Sums {
    /// The last day: found in the sums by halving, then looked at for years that are missing or only expected.
    pub fn last(&self, start: usize, n: u16, unit: DayUnit, almanac: &[(i64, i8, i8)]) -> Last {
        let days = almanac.len();
        let n = u32::from(n);
        let at = match unit {
            DayUnit::Calendar => start + n as usize,
            _ if n == 0 => start,
            DayUnit::Working => {
                // `working[d + 1]` counts up to and with day d.
                let wanted = self.working[start + 1] + n;
                self.working.partition_point(|sum| *sum < wanted) - 1
            }
        };
        if unit == DayUnit::Working {
            // The days looked at on the way, as far as the almanac goes; the first missing year among them decides.
            let missing = (start + 1..=at.min(days - 1)).find(|day| self.years[*day].is_none());
            if let Some(missing) = missing {
                return Last::YearMissing(almanac[missing].0);
            }
        }
        if at >= days {
            return Last::Beyond;
        }
        let provisional = unit == DayUnit::Working && (start + 1..=at).any(|day| self.years[day] == Some(true));
        Last::Day { at, provisional }
    }
}

/// What a deadline is counted from and by.
pub struct Tuple {
    pub start: usize,
    pub n: u16,
    pub unit: DayUnit,
    pub closes: Closes,
    pub office: Office,
    pub channel: Channel,
}

/// A random one.
pub fn tuple(chance: &mut Chance, days: usize) -> Tuple {
    let hour = |chance: &mut Chance| (!chance.one_in(3)).then(|| MinuteOfDay(u16::try_from(chance.below(1_441)).expect("a minute")));
    let hours = Hours { counter_closes: hour(chance), online_closes: hour(chance) };
    Tuple {
        start: chance.below(days),
        n: u16::try_from(*chance.pick(&[0, 1, 2, 3, 3, 5, 12, 12, 15, 21, 30])).expect("a number of days"),
        unit: *chance.pick(&[DayUnit::Working, DayUnit::Working, DayUnit::Calendar]),
        closes: *chance.pick(&[Closes::Office, Closes::Midnight]),
        office: Office {
            code: OfficeCode(String::new()),
            level: Level::Regency,
            parent: None,
            name: String::new(),
            organiser: String::new(),
            zone: *chance.pick(&[Zone::Wib, Zone::Wita, Zone::Wit]),
            register_code: String::new(),
            hours,
        },
        channel: *chance.pick(&[Channel::Counter, Channel::Sips, Channel::OnTheSpot]),
    }
}

/// A reading of so many days.
pub fn reading(n: u16, unit: DayUnit, closes: Closes) -> Reading {
    Reading {
        id: "r".into(),
        default: false,
        start_date: None,
        start_act: Vec::new(),
        pick: Pick::Last,
        start_if: None,
        when: None,
        n,
        unit,
        closes,
        note: None,
        src: Vec::new(),
        mark: Mark::Likely,
    }
}
