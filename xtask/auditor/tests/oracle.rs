//! The engine that walks dates, held against a second counter that knows only day numbers and sums: over a million seeded
//! tuples of rule, start, zone, hours and calendar, with both answers about collective leave.

#![expect(clippy::print_stdout, reason = "the figures are part of what is tested")]

#[path = "support/chance.rs"]
mod chance;

use chance::Chance;
use sips_lapangan::domain::calendar::{Calendar, Holiday, HolidayKind, Year, YearStatus};
use sips_lapangan::domain::deadline::{Count, DueError, due};
use sips_lapangan::domain::office::{Channel, Hours, Level, Office, OfficeCode};
use sips_lapangan::domain::rule_set::{Closes, DayUnit, Mark, Pick, Reading, Text};
use sips_lapangan::domain::time::{LocalDate, MinuteOfDay, Zone};
use std::time::Instant;

const CALENDARS: usize = 400;
const TUPLES_PER_CALENDAR: usize = 2_600;
const SEED: u64 = 20_260_708;

const FIRST_YEAR: i64 = 2022;
const YEARS: usize = 10;
/// 1 January 2022, in days since 1 January 1970: 52 years with 13 leap days.
const FIRST_DAY: i64 = 52 * 365 + 13;

/// Lengths of the months of a year.
fn months(year: i64) -> [i64; 12] {
    let leap = year % 4 == 0;
    [31, if leap { 29 } else { 28 }, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
}

/// Every day of the ten years by its number from the first: year, month, day. Made by counting, not by a formula.
fn almanac() -> Vec<(i64, i8, i8)> {
    let mut days = Vec::new();
    for year in FIRST_YEAR..FIRST_YEAR + YEARS as i64 {
        for (month, length) in (1..).zip(months(year)) {
            days.extend((1..=length).map(|day| (year, month, i8::try_from(day).expect("a day"))));
        }
    }
    days
}

/// What the second counter knows of a calendar.
struct Sums {
    /// Working days before each day.
    working: Vec<u32>,
    /// Whether the day's year is there, and whether it is only expected.
    years: Vec<Option<bool>>,
}

/// A random calendar, and the sums over it.
fn calendar(chance: &mut Chance, almanac: &[(i64, i8, i8)]) -> (Calendar, Sums) {
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
                Holiday { date, kind, id: "x".into(), en: "x".into() }
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

#[derive(Debug, PartialEq, Eq)]
enum Last {
    Day { at: usize, provisional: bool },
    YearMissing(i64),
    Beyond,
}

impl Sums {
    /// The last day: found in the sums by halving, then looked at for years that are missing or only expected.
    fn last(&self, start: usize, n: u16, unit: DayUnit, almanac: &[(i64, i8, i8)]) -> Last {
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

struct Tuple {
    start: usize,
    n: u16,
    unit: DayUnit,
    closes: Closes,
    office: Office,
    channel: Channel,
}

fn tuple(chance: &mut Chance, days: usize) -> Tuple {
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

fn reading(n: u16, unit: DayUnit, closes: Closes) -> Reading {
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

/// Where engine and second counter disagree about a tuple, or nothing.
fn disagreement(tuple: &Tuple, calendar: &Calendar, sums: &Sums, almanac: &[(i64, i8, i8)]) -> Option<String> {
    let (year, month, day) = almanac[tuple.start];
    let start = LocalDate::new(i16::try_from(year).expect("a year"), month, day).expect("a day of the almanac");
    let found = due(&reading(tuple.n, tuple.unit, tuple.closes), start, calendar, &tuple.office, tuple.channel);
    let expected = sums.last(tuple.start, tuple.n, tuple.unit, almanac);
    let same = match (&found, &expected) {
        // Beyond the almanac only the engine's own years end; it may not claim a day inside of it.
        (Ok(due), Last::Beyond) => i64::from(due.last_day.year()) >= FIRST_YEAR + YEARS as i64,
        (Err(DueError::YearMissing(year)), Last::Beyond) => i64::from(*year) >= FIRST_YEAR + YEARS as i64,
        (Err(DueError::YearMissing(year)), Last::YearMissing(missing)) => i64::from(*year) == *missing,
        (Ok(due), Last::Day { at, provisional }) => {
            let (year, month, day) = almanac[*at];
            let closing = match (tuple.closes, tuple.channel) {
                (Closes::Midnight, _) | (_, Channel::OnTheSpot) => None,
                (Closes::Office, Channel::Counter) => tuple.office.hours.counter_closes,
                (Closes::Office, Channel::Sips) => tuple.office.hours.online_closes,
            };
            // The closing minute is still in time; the day has no more than 1,440.
            let minute = closing.map_or(1_440, |minute| i64::from(minute.0) + 1).min(1_440);
            let zone = match tuple.office.zone {
                Zone::Wib => 7,
                Zone::Wita => 8,
                Zone::Wit => 9,
            };
            let closes_at = ((FIRST_DAY + *at as i64) * 24 - zone) * 3_600_000 + minute * 60_000;
            let counted = due.days.iter().filter(|day| matches!(day.count, Count::Counted(_))).count();
            (i64::from(due.last_day.year()), due.last_day.month(), due.last_day.day()) == (year, month, day)
                && due.provisional == *provisional
                && due.closes_at.0 == closes_at
                && due.days.len() == at - tuple.start + 1
                && counted == usize::from(tuple.n)
        }
        _ => false,
    };
    (!same).then(|| {
        let (n, unit, zone) = (tuple.n, tuple.unit, tuple.office.zone);
        format!("{start} + {n} {unit:?} in {zone:?}, closing {:?}: engine {found:?}, second counter {expected:?}", tuple.closes)
    })
}

#[test]
fn a_million_deadlines_agree_with_the_second_counter() {
    let almanac = almanac();
    let mut chance = Chance::new(SEED);
    let (mut compared, mut missing, mut provisional) = (0_u64, 0_u64, 0_u64);
    let started = Instant::now();
    for _ in 0..CALENDARS {
        let (calendar, sums) = calendar(&mut chance, &almanac);
        for _ in 0..TUPLES_PER_CALENDAR {
            let mut tuple = tuple(&mut chance, almanac.len());
            if let Some(first) = disagreement(&tuple, &calendar, &sums, &almanac) {
                // Shrunk: the fewest days that still disagree.
                let fewest = (0..=tuple.n).find_map(|n| {
                    tuple.n = n;
                    disagreement(&tuple, &calendar, &sums, &almanac)
                });
                panic!("{}", fewest.unwrap_or(first));
            }
            compared += 1;
            match sums.last(tuple.start, tuple.n, tuple.unit, &almanac) {
                Last::YearMissing(_) => missing += 1,
                Last::Day { provisional: true, .. } => provisional += 1,
                _ => {}
            }
        }
    }
    let seconds = started.elapsed().as_secs_f64();
    println!(
        "{compared} tuples in {seconds:.1} s, {:.0} a second; {missing} ran into a missing year, {provisional} rest on an expected one",
        compared as f64 / seconds
    );
    assert!(compared >= 1_000_000 && missing > 10_000 && provisional > 10_000);
}

/// Laws that hold whatever the calendar is.
#[test]
fn deadlines_keep_to_their_laws() {
    let almanac = almanac();
    let mut chance = Chance::new(SEED + 1);
    for _ in 0..60 {
        let (calendar, _) = calendar(&mut chance, &almanac);
        let mut busier = calendar.clone();
        busier.cuti_bersama_working = false;
        for _ in 0..400 {
            let tuple = tuple(&mut chance, almanac.len());
            let (year, month, day) = almanac[tuple.start];
            let start = LocalDate::new(i16::try_from(year).expect("a year"), month, day).expect("a day of the almanac");
            let count = |n, unit, calendar: &Calendar| due(&reading(n, unit, tuple.closes), start, calendar, &tuple.office, tuple.channel);
            let Ok(last) = count(tuple.n, tuple.unit, &calendar) else { continue };
            assert!(last.last_day >= start, "never before the start");
            if let Ok(next) = count(tuple.n + 1, tuple.unit, &calendar) {
                assert!(next.last_day > last.last_day, "a day more is later");
            }
            if let Ok(working) = count(tuple.n, DayUnit::Working, &calendar) {
                let plain = count(tuple.n, DayUnit::Calendar, &calendar).expect("calendar days need no table");
                assert!(plain.last_day <= working.last_day, "calendar days are never later than working days");
                if let Ok(busier) = count(tuple.n, DayUnit::Working, &busier) {
                    assert!(busier.last_day >= working.last_day, "a day off more never brings the end nearer");
                }
            }
        }
    }
}
