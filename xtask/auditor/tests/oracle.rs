//! The engine that walks dates, held against a second counter that knows only day numbers and sums: over a million seeded
//! tuples of rule, start, zone, hours and calendar, with both answers about collective leave.

#![expect(clippy::print_stdout, reason = "the figures are part of what is tested")]

#[path = "support/chance.rs"]
mod chance;
#[path = "support/counter.rs"]
mod counter;

use chance::Chance;
use counter::{FIRST_DAY, FIRST_YEAR, Last, Sums, Tuple, YEARS, almanac, calendar, reading, tuple};
use sips_lapangan::domain::calendar::Calendar;
use sips_lapangan::domain::deadline::{Count, DueError, due};
use sips_lapangan::domain::office::Channel;
use sips_lapangan::domain::rule_set::{Closes, DayUnit};
use sips_lapangan::domain::time::{LocalDate, Zone};
use std::time::Instant;

const CALENDARS: usize = 400;
const TUPLES_PER_CALENDAR: usize = 2_600;
const SEED: u64 = 20_260_708;

/// Where engine and second counter disagree about a tuple, or nothing.
fn disagreement(tuple: &Tuple, calendar: &Calendar, sums: &Sums, almanac: &[(i64, i8, i8)]) -> Option<String> {
    let (year, month, day) = almanac[tuple.start];
    let start = LocalDate::new(i16::try_from(year).expect("a year"), month, day).expect("a day of the almanac");
    let found = due(&reading(tuple.n, tuple.unit, tuple.closes), start, calendar, &tuple.office, Some(tuple.channel));
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
            let count =
                |n, unit, calendar: &Calendar| due(&reading(n, unit, tuple.closes), start, calendar, &tuple.office, Some(tuple.channel));
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
