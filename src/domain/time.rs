//! Instants, civil dates and the three zones of Indonesia. No clock is read here: time always comes in as an argument.
//! Source of the zones: domain notes §9.2 (no daylight saving, fixed offsets are exact).

use jiff::civil;
use serde::{Deserialize, Serialize, de};
use std::fmt;

/// Milliseconds since 1970-01-01T00:00:00Z. Written as RFC 3339 in UTC, such as `2026-07-08T03:20:00.000Z`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(pub i64);

/// A day of the calendar, without zone. Written as `2026-07-08`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LocalDate(civil::Date);

/// A time of day in whole minutes after midnight, 0 to 1,440; 24.00 is the end of the day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct MinuteOfDay(pub u16);

/// The zone of an office.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Zone {
    /// Western Indonesia, UTC+7.
    Wib,
    /// Central Indonesia, UTC+8.
    Wita,
    /// Eastern Indonesia, UTC+9.
    Wit,
}

/// A date and a minute as the clocks of one zone show them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct LocalMinute {
    /// The day.
    pub date: LocalDate,
    /// The minute of that day, 0 to 1,439.
    pub minute: MinuteOfDay,
}

/// Days of the week, Monday first.
pub const DAYS_IN_WEEK: usize = 7;

const MS_PER_MINUTE: i64 = 60_000;
const MS_PER_DAY: i64 = 86_400_000;
/// From 1 March of the year 0 to 1 January 1970.
const DAYS_TO_EPOCH: i64 = 719_468;
/// 400 years.
const DAYS_IN_CYCLE: i64 = 146_097;

impl Zone {
    /// Hours ahead of UTC.
    #[must_use]
    pub fn offset_hours(self) -> i64 {
        match self {
            Self::Wib => 7,
            Self::Wita => 8,
            Self::Wit => 9,
        }
    }

    /// The abbreviation that stands behind every time on screen and paper.
    #[must_use]
    pub fn abbreviation(self) -> &'static str {
        match self {
            Self::Wib => "WIB",
            Self::Wita => "WITA",
            Self::Wit => "WIT",
        }
    }
}

impl LocalDate {
    /// The day, if it exists: 31 June and 29 February of a common year do not.
    #[must_use]
    pub fn new(year: i16, month: i8, day: i8) -> Option<Self> {
        civil::Date::new(year, month, day).ok().map(Self)
    }

    /// Reads `YYYY-MM-DD` and nothing else.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let bytes = text.as_bytes();
        if bytes.len() != 10 || bytes[4] != b'-' || bytes[7] != b'-' {
            return None;
        }
        let year = digits(&bytes[0..4])?;
        let month = digits(&bytes[5..7])?;
        let day = digits(&bytes[8..10])?;
        Self::new(i16::try_from(year).ok()?, i8::try_from(month).ok()?, i8::try_from(day).ok()?)
    }

    /// The year.
    #[must_use]
    pub fn year(self) -> i16 {
        self.0.year()
    }

    /// The month, 1 to 12.
    #[must_use]
    pub fn month(self) -> i8 {
        self.0.month()
    }

    /// The day of the month, 1 to 31.
    #[must_use]
    pub fn day(self) -> i8 {
        self.0.day()
    }

    /// 0 for Monday to 6 for Sunday.
    #[must_use]
    pub fn weekday(self) -> usize {
        usize::try_from(self.0.weekday().to_monday_zero_offset()).unwrap_or(0)
    }

    /// The day after; `None` after 31 December 9999.
    #[must_use]
    pub fn next(self) -> Option<Self> {
        self.0.tomorrow().ok().map(Self)
    }

    /// The day so many days later, or earlier where negative; the nearest that there is.
    #[must_use]
    pub fn plus(self, days: i64) -> Self {
        self.at(MinuteOfDay(0), Zone::Wib).plus(days * MS_PER_DAY).in_zone(Zone::Wib).date
    }

    /// Days from `earlier` to this day; negative if it lies before.
    #[must_use]
    pub fn days_since(self, earlier: Self) -> i64 {
        days_from_epoch(self.0) - days_from_epoch(earlier.0)
    }

    /// The instant at which `minute` of this day strikes in `zone`.
    #[must_use]
    pub fn at(self, minute: MinuteOfDay, zone: Zone) -> Timestamp {
        let local = days_from_epoch(self.0) * MS_PER_DAY + i64::from(minute.0) * MS_PER_MINUTE;
        Timestamp(local - zone.offset_hours() * 60 * MS_PER_MINUTE)
    }
}

impl MinuteOfDay {
    /// 24.00, the end of the day.
    pub const END_OF_DAY: Self = Self(1_440);

    /// Hour and minute.
    #[must_use]
    pub fn hour_and_minute(self) -> (u16, u16) {
        (self.0 / 60, self.0 % 60)
    }
}

impl Timestamp {
    /// Can a clock that was ever set show this now? One that was not begins in 1970 or when the device was made, and 2038 is the end of
    /// those that count in 32 bits.
    #[must_use]
    pub fn can_be_now(self) -> bool {
        (1_704_067_200_000..2_145_916_800_000).contains(&self.0)
    }

    /// What the clocks of `zone` show at this instant. Outside of the years 1 to 9999 the nearest day is given.
    #[must_use]
    pub fn in_zone(self, zone: Zone) -> LocalMinute {
        let local = self.0.saturating_add(zone.offset_hours() * 60 * MS_PER_MINUTE);
        let minute = local.rem_euclid(MS_PER_DAY) / MS_PER_MINUTE;
        LocalMinute {
            date: LocalDate(date_from_days(local.div_euclid(MS_PER_DAY))),
            minute: MinuteOfDay(u16::try_from(minute).unwrap_or(0)),
        }
    }

    /// The instant `millis` later.
    #[must_use]
    pub fn plus(self, millis: i64) -> Self {
        Self(self.0.saturating_add(millis))
    }

    /// Milliseconds from `earlier` to this instant.
    #[must_use]
    pub fn since(self, earlier: Self) -> i64 {
        self.0.saturating_sub(earlier.0)
    }

    /// Reads RFC 3339 with `Z` or an offset; fractions beyond a millisecond are cut.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let bytes = text.as_bytes();
        if bytes.len() < 20 || !matches!(bytes[10], b'T' | b't') || bytes[13] != b':' || bytes[16] != b':' {
            return None;
        }
        let date = LocalDate::parse(text.get(..10)?)?;
        let (hour, minute, second) = (digits(&bytes[11..13])?, digits(&bytes[14..16])?, digits(&bytes[17..19])?);
        if hour > 23 || minute > 59 || second > 59 {
            return None;
        }
        let mut rest = &bytes[19..];
        let mut millis = 0;
        if rest[0] == b'.' {
            let length = rest[1..].iter().take_while(|byte| byte.is_ascii_digit()).count();
            if length == 0 {
                return None;
            }
            for index in 0..3 {
                millis = millis * 10 + if index < length { i64::from(rest[1 + index] - b'0') } else { 0 };
            }
            rest = &rest[1 + length..];
        }
        let offset_minutes = match rest {
            [b'Z' | b'z'] => 0,
            [sign @ (b'+' | b'-'), h1, h2, b':', m1, m2] => {
                let (hours, minutes) = (digits(&[*h1, *h2])?, digits(&[*m1, *m2])?);
                if hours > 23 || minutes > 59 {
                    return None;
                }
                (hours * 60 + minutes) * if *sign == b'-' { -1 } else { 1 }
            }
            _ => return None,
        };
        let minutes = hour * 60 + minute - offset_minutes;
        Some(Self(days_from_epoch(date.0) * MS_PER_DAY + minutes * MS_PER_MINUTE + second * 1_000 + millis))
    }
}

fn digits(bytes: &[u8]) -> Option<i64> {
    bytes.iter().try_fold(0_i64, |sum, byte| byte.is_ascii_digit().then(|| sum * 10 + i64::from(byte - b'0')))
}

/// Days since the epoch, in the proleptic Gregorian calendar: years are counted from March, so that the leap day is their
/// last, in cycles of 400 years that all have the same length.
fn days_from_epoch(date: civil::Date) -> i64 {
    let (year, month, day) = (i64::from(date.year()), i64::from(date.month()), i64::from(date.day()));
    let from_march = (month + 9) % 12;
    let year = year - i64::from(from_march >= 10);
    let in_year = (153 * from_march + 2) / 5 + day - 1;
    year * 365 + year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400) + in_year - DAYS_TO_EPOCH
}

/// The date that many days after the epoch; the nearest one that can be written where it lies too far.
fn date_from_days(days: i64) -> civil::Date {
    let days = days.clamp(days_from_epoch(civil::Date::MIN), days_from_epoch(civil::Date::MAX)) + DAYS_TO_EPOCH;
    let (cycle, in_cycle) = (days.div_euclid(DAYS_IN_CYCLE), days.rem_euclid(DAYS_IN_CYCLE));
    let year_in_cycle = (in_cycle - in_cycle / 1_460 + in_cycle / 36_524 - in_cycle / (DAYS_IN_CYCLE - 1)) / 365;
    let in_year = in_cycle - (365 * year_in_cycle + year_in_cycle / 4 - year_in_cycle / 100);
    let from_march = (5 * in_year + 2) / 153;
    let day = in_year - (153 * from_march + 2) / 5 + 1;
    let month = (from_march + 2) % 12 + 1;
    let year = cycle * 400 + year_in_cycle + i64::from(month <= 2);
    let small = |number: i64| i8::try_from(number).unwrap_or(1);
    i16::try_from(year).ok().and_then(|year| civil::Date::new(year, small(month), small(day)).ok()).unwrap_or(civil::Date::MAX)
}

/// Writes a number with zeros in front of it. By hand, as every act has several times.
fn put(place: &mut [u8], number: i64) {
    let mut number = number;
    for digit in place.iter_mut().rev() {
        *digit = b'0' + (number % 10) as u8;
        number /= 10;
    }
}

impl LocalDate {
    fn put(self, text: &mut [u8]) {
        put(&mut text[..4], i64::from(self.year().unsigned_abs()));
        if self.year() < 0 {
            // No date that anybody could have meant, and none that is read again.
            text[0] = b'-';
        }
        put(&mut text[5..7], i64::from(self.month()));
        put(&mut text[8..10], i64::from(self.day()));
    }
}

impl fmt::Display for LocalDate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = *b"0000-00-00";
        self.put(&mut text);
        f.write_str(std::str::from_utf8(&text).unwrap_or_default())
    }
}

impl fmt::Debug for LocalDate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = *b"0000-00-00T00:00:00.000Z";
        LocalDate(date_from_days(self.0.div_euclid(MS_PER_DAY))).put(&mut text);
        let millis = self.0.rem_euclid(MS_PER_DAY);
        put(&mut text[11..13], millis / 3_600_000);
        put(&mut text[14..16], millis / MS_PER_MINUTE % 60);
        put(&mut text[17..19], millis / 1_000 % 60);
        put(&mut text[20..23], millis % 1_000);
        f.write_str(std::str::from_utf8(&text).unwrap_or_default())
    }
}

macro_rules! serde_as_text {
    ($type:ty, $expected:literal) => {
        impl Serialize for $type {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> Deserialize<'de> for $type {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                struct Text;
                impl de::Visitor<'_> for Text {
                    type Value = $type;
                    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                        f.write_str($expected)
                    }
                    fn visit_str<E: de::Error>(self, text: &str) -> Result<Self::Value, E> {
                        <$type>::parse(text).ok_or_else(|| E::invalid_value(de::Unexpected::Str(text), &self))
                    }
                }
                deserializer.deserialize_str(Text)
            }
        }
    };
}
serde_as_text!(Timestamp, "an RFC 3339 instant");
serde_as_text!(LocalDate, "a date as YYYY-MM-DD");

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn one_instant_reads_differently_in_each_zone() {
        // Case 6b: 00.05 WITA on the 17th is still the 16th in Jakarta.
        let instant = Timestamp::parse("2026-09-16T16:05:00Z").expect("a valid instant");
        assert_eq!(instant.in_zone(Zone::Wita).date.to_string(), "2026-09-17");
        assert_eq!(instant.in_zone(Zone::Wita).minute, MinuteOfDay(5));
        assert_eq!(instant.in_zone(Zone::Wib).date.to_string(), "2026-09-16");
        assert_eq!(instant.in_zone(Zone::Wit).minute, MinuteOfDay(65));
    }

    #[test]
    fn offsets_and_fractions_are_read() {
        let utc = Timestamp::parse("2026-07-08T03:20:00.123Z");
        assert_eq!(utc, Timestamp::parse("2026-07-08T10:20:00.123456+07:00"));
        assert_eq!(utc.map(|instant| instant.to_string()).as_deref(), Some("2026-07-08T03:20:00.123Z"));
    }

    #[test]
    fn a_clock_that_was_never_set_shows_no_time_of_now() {
        let at = |text: &str| Timestamp::parse(text).expect("an instant").can_be_now();
        assert!(at("2024-01-01T00:00:00Z") && at("2026-11-24T00:00:00Z") && at("2037-12-31T23:59:59Z"));
        assert!(!at("2023-12-31T23:59:59Z") && !at("1970-01-01T00:00:00Z") && !at("2038-01-01T00:00:00Z"));
    }

    #[test]
    fn days_that_do_not_exist_are_refused() {
        for text in ["2026-02-29", "2026-06-31", "2026-13-01", "2026-00-10", "26-01-01", "2026/01/01", "2026-1-1", ""] {
            assert_eq!(LocalDate::parse(text), None, "{text}");
        }
        assert!(LocalDate::parse("2024-02-29").is_some());
    }

    #[test]
    fn wrong_instants_are_refused() {
        for text in ["", "2026-07-08", "2026-07-08T24:00:00Z", "2026-07-08T03:20:00", "2026-07-08T03:20:00.Z", "2026-07-08 03:20:00Z"] {
            assert_eq!(Timestamp::parse(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn days_agree_with_another_calendar(days in -4_000_000_i32..2_900_000) {
            let date = date_from_days(i64::from(days));
            let expected = civil::date(1970, 1, 1).saturating_add(jiff::Span::new().days(days));
            prop_assert_eq!(date, expected);
            prop_assert_eq!(days_from_epoch(date), i64::from(days));
        }

        #[test]
        fn instants_survive_their_text(millis in -60_000_000_000_000_i64..200_000_000_000_000) {
            let instant = Timestamp(millis);
            prop_assert_eq!(Timestamp::parse(&instant.to_string()), Some(instant));
        }

        #[test]
        fn a_local_minute_leads_back_to_its_instant(minutes in -30_000_000_i64..90_000_000, zone in prop_oneof![Just(Zone::Wib), Just(Zone::Wita), Just(Zone::Wit)]) {
            let instant = Timestamp(minutes * MS_PER_MINUTE);
            let local = instant.in_zone(zone);
            prop_assert_eq!(local.date.at(local.minute, zone), instant);
        }

        #[test]
        fn no_text_makes_the_readers_panic(text in ".{0,40}") {
            let _ = (Timestamp::parse(&text), LocalDate::parse(&text));
        }
    }
}
