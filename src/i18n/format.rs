//! Dates, times, numbers and lists as Indonesian and English readers write them (CLDR), always with the office's zone.

use super::Language;
use crate::domain::time::{DAYS_IN_WEEK, LocalDate, LocalMinute, MinuteOfDay, Timestamp, Zone};

const MONTHS_ID: [&str; 12] =
    ["Januari", "Februari", "Maret", "April", "Mei", "Juni", "Juli", "Agustus", "September", "Oktober", "November", "Desember"];
const MONTHS_EN: [&str; 12] =
    ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"];
const DAYS_ID: [&str; DAYS_IN_WEEK] = ["Senin", "Selasa", "Rabu", "Kamis", "Jumat", "Sabtu", "Minggu"];
const DAYS_EN: [&str; DAYS_IN_WEEK] = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];

/// `Juli`.
#[must_use]
pub fn month(language: Language, date: LocalDate) -> &'static str {
    let names = match language {
        Language::Id => &MONTHS_ID,
        Language::En => &MONTHS_EN,
    };
    usize::try_from(date.month() - 1).ok().and_then(|index| names.get(index)).copied().unwrap_or_default()
}

/// `Rabu`.
#[must_use]
pub fn weekday(language: Language, date: LocalDate) -> &'static str {
    match language {
        Language::Id => DAYS_ID[date.weekday()],
        Language::En => DAYS_EN[date.weekday()],
    }
}

/// `Rab`, for narrow places.
#[must_use]
pub fn weekday_short(language: Language, date: LocalDate) -> &'static str {
    &weekday(language, date)[..3]
}

/// `Rabu, 8 Juli 2026`.
#[must_use]
pub fn date(language: Language, date: LocalDate) -> String {
    format!("{}, {}", weekday(language, date), date_short(language, date))
}

/// `Rab, 8 Jul`, in a table of one year.
#[must_use]
pub fn day_short(language: Language, date: LocalDate) -> String {
    format!("{}, {} {}", weekday_short(language, date), date.day(), &month(language, date)[..3])
}

/// `8 Juli 2026`.
#[must_use]
pub fn date_short(language: Language, date: LocalDate) -> String {
    format!("{} {} {}", date.day(), month(language, date), date.year())
}

/// `14.05`.
#[must_use]
pub fn minute(language: Language, minute: MinuteOfDay) -> String {
    let (hour, minute) = minute.hour_and_minute();
    format!("{hour:02}{}{minute:02}", language.pick(".", ":"))
}

/// `Rabu, 8 Juli 2026 pukul 10.20 WIB`.
#[must_use]
pub fn instant(language: Language, at: Timestamp, zone: Zone) -> String {
    let LocalMinute { date: day, minute: time } = at.in_zone(zone);
    format!("{}{}{} {}", date(language, day), language.pick(" pukul ", " at "), minute(language, time), zone.abbreviation())
}

/// `8/7/26, 10.20 WIB` or `8 July 2026, 10:20 WIB`, for lists.
#[must_use]
pub fn instant_short(language: Language, at: Timestamp, zone: Zone) -> String {
    let LocalMinute { date: day, minute: time } = at.in_zone(zone);
    let day = match language {
        Language::Id => format!("{}/{}/{:02}", day.day(), day.month(), day.year().rem_euclid(100)),
        Language::En => date_short(language, day),
    };
    format!("{day}, {} {}", minute(language, time), zone.abbreviation())
}

/// `14.05 WIB`.
#[must_use]
pub fn time(language: Language, at: Timestamp, zone: Zone) -> String {
    format!("{} {}", minute(language, at.in_zone(zone).minute), zone.abbreviation())
}

/// The last moment before a closing instant, as people say it: midnight is `24.00` of the day that ends.
#[must_use]
pub fn closing(language: Language, closes_at: Timestamp, zone: Zone) -> String {
    let local = closes_at.in_zone(zone);
    let shown = if local.minute.0 == 0 { MinuteOfDay::END_OF_DAY } else { MinuteOfDay(local.minute.0 - 1) };
    format!("{} {}", minute(language, shown), zone.abbreviation())
}

/// `1.234.567`.
#[must_use]
pub fn count(language: Language, number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push_str(language.pick(".", ","));
        }
        text.push(digit);
    }
    text
}

/// `1,4 MB`, in powers of 1,000 as file managers show it, with one decimal.
#[must_use]
pub fn bytes(language: Language, bytes: u64) -> String {
    let (unit, name) = match bytes {
        0..1_000 => return format!("{bytes} B"),
        1_000..1_000_000 => (1_000, "KB"),
        1_000_000..1_000_000_000 => (1_000_000, "MB"),
        _ => (1_000_000_000, "GB"),
    };
    let tenths = (bytes * 10 + unit / 2) / unit;
    let (whole, tenth) = (tenths / 10, tenths % 10);
    let whole = count(language, whole);
    if tenth == 0 { format!("{whole} {name}") } else { format!("{whole}{}{tenth} {name}", language.pick(",", ".")) }
}

/// `A, B, dan C`.
#[must_use]
pub fn list(language: Language, items: &[String]) -> String {
    match items {
        [] => String::new(),
        [one] => one.clone(),
        [one, two] => format!("{one} {} {two}", language.pick("dan", "and")),
        [first @ .., last] => format!("{}, {} {last}", first.join(", "), language.pick("dan", "and")),
    }
}

/// How long ago, in words: `baru saja`, `5 menit lalu`, `3 jam lalu`, `2 hari lalu`.
#[must_use]
pub fn ago(language: Language, then: Timestamp, now: Timestamp) -> String {
    let minutes = now.since(then).max(0) / 60_000;
    let plural = |n: i64| if n == 1 { "" } else { "s" };
    match (minutes, language) {
        (0, Language::Id) => "baru saja".into(),
        (0, Language::En) => "just now".into(),
        (n @ 1..60, Language::Id) => format!("{n} menit lalu"),
        (n @ 1..60, Language::En) => format!("{n} minute{} ago", plural(n)),
        (n @ 60..2_880, Language::Id) => format!("{} jam lalu", n / 60),
        (n @ 60..2_880, Language::En) => format!("{} hour{} ago", n / 60, plural(n / 60)),
        (n, Language::Id) => format!("{} hari lalu", n / 1_440),
        (n, Language::En) => format!("{} day{} ago", n / 1_440, plural(n / 1_440)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        Timestamp::parse(text).expect("a valid instant")
    }

    #[test]
    fn instants_are_written_in_the_offices_zone() {
        let filed = at("2026-07-08T03:20:00Z");
        assert_eq!(instant(Language::Id, filed, Zone::Wib), "Rabu, 8 Juli 2026 pukul 10.20 WIB");
        assert_eq!(instant(Language::En, filed, Zone::Wit), "Wednesday, 8 July 2026 at 12:20 WIT");
        assert_eq!(instant_short(Language::Id, filed, Zone::Wita), "8/7/26, 11.20 WITA");
        let day = |month| LocalDate::new(2026, month, 8).expect("a date");
        assert_eq!((1..=12).map(|month| day_short(Language::Id, day(month))).collect::<Vec<_>>()[7], "Sab, 8 Agu");
        assert_eq!(day_short(Language::En, day(3)), "Sun, 8 Mar");
    }

    #[test]
    fn the_end_of_a_day_is_twenty_four_hundred() {
        assert_eq!(closing(Language::Id, at("2026-07-09T17:00:00Z"), Zone::Wib), "24.00 WIB");
        assert_eq!(closing(Language::Id, at("2026-07-09T09:01:00Z"), Zone::Wib), "16.00 WIB");
    }

    #[test]
    fn numbers_follow_the_language() {
        assert_eq!(count(Language::Id, 1_234_567), "1.234.567");
        assert_eq!(count(Language::En, 1_234), "1,234");
        assert_eq!(bytes(Language::Id, 1_449_000), "1,4 MB");
        assert_eq!(bytes(Language::En, 25_000_000), "25 MB");
        assert_eq!(bytes(Language::Id, 999), "999 B");
        assert_eq!(list(Language::Id, &["A".into(), "B".into(), "C".into()]), "A, B, dan C");
    }

    #[test]
    fn ages_are_told_in_words() {
        let then = at("2026-07-08T03:20:00Z");
        for (millis, id, en) in [
            (59_000, "baru saja", "just now"),
            (60_000, "1 menit lalu", "1 minute ago"),
            (7_200_000, "2 jam lalu", "2 hours ago"),
            (260_000_000, "3 hari lalu", "3 days ago"),
        ] {
            assert_eq!(ago(Language::Id, then, then.plus(millis)), id);
            assert_eq!(ago(Language::En, then, then.plus(millis)), en);
        }
    }
}
