//! Reading what people type and paste: what is taken out with notice, and what typed dates, times and numbers mean.
//! Sources: hazards §3.1 and §3.2 of the project's threat list; KTP-el numbers: Permendagri on the population register.

use super::time::{LocalDate, MinuteOfDay};

/// A pasted or typed text after cleaning.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cleaned {
    /// The text that is kept.
    pub text: String,
    /// How many control characters were taken out.
    pub removed: usize,
    /// How many damaged characters arrived as U+FFFD.
    pub damaged: usize,
}

/// Takes out NUL and other control characters and soft hyphens, and makes line ends plain. Tabs and line ends stay where the field has
/// many lines; in a field of one line they become spaces. Everything else is kept as it came.
#[must_use]
pub fn clean(input: &str, many_lines: bool) -> Cleaned {
    let mut cleaned = Cleaned { text: String::with_capacity(input.len()), removed: 0, damaged: 0 };
    let mut characters = input.chars().peekable();
    while let Some(character) = characters.next() {
        match character {
            '\r' => {
                if characters.peek() != Some(&'\n') {
                    cleaned.text.push(if many_lines { '\n' } else { ' ' });
                }
            }
            '\n' | '\t' if !many_lines => cleaned.text.push(' '),
            '\n' | '\t' => cleaned.text.push(character),
            // Soft hyphens come with text from word processors and break search; C0, DEL and C1 mean nothing here.
            '\u{ad}' => {}
            '\0'..='\x1f' | '\x7f'..='\u{9f}' => cleaned.removed += 1,
            '\u{fffd}' => {
                cleaned.damaged += 1;
                cleaned.text.push(character);
            }
            _ => cleaned.text.push(character),
        }
    }
    cleaned
}

/// Is there nothing to see in this text? White space, no-break and zero-width characters count as nothing.
#[must_use]
pub fn is_blank(text: &str) -> bool {
    text.chars()
        .all(|character| character.is_whitespace() || matches!(character, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}'))
}

/// Letters of other scripts that look like Latin ones: pointed at in names, never refused.
#[must_use]
pub fn has_unusual_letters(name: &str) -> bool {
    name.chars().any(|character| {
        matches!(character, '\u{370}'..='\u{3ff}' | '\u{400}'..='\u{52f}' | '\u{530}'..='\u{58f}' | '\u{ff00}'..='\u{ffef}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    })
}

/// Why a typed date is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DateProblem {
    /// Not day, month and year.
    Unclear,
    /// The year has two digits.
    ShortYear,
    /// There is no such day.
    NoSuchDay,
}

/// Reads a date as it is typed: `8-7-2026`, `08/07/2026`, `8 7 2026`, `8 Juli 2026` or `2026-07-08`.
/// Day before month, always: the page shows the month in words before it is accepted.
///
/// # Errors
/// See [`DateProblem`].
pub fn read_date(text: &str) -> Result<LocalDate, DateProblem> {
    let text = text.trim();
    if let Some(date) = LocalDate::parse(text) {
        return Ok(date);
    }
    let parts: Vec<&str> = text.split(['-', '/', '.', ' ', ',']).filter(|part| !part.is_empty()).collect();
    let [day, month, year] = parts[..] else { return Err(DateProblem::Unclear) };
    if day.len() == 4 {
        // Year first, but not in the standard's form, such as 2026/7/8.
        return numbers(year, month, day);
    }
    numbers(day, month, year)
}

fn numbers(day: &str, month: &str, year: &str) -> Result<LocalDate, DateProblem> {
    let day: i8 = whole(day).ok_or(DateProblem::Unclear)?;
    let month: i8 = whole(month).or_else(|| month_by_name(month)).ok_or(DateProblem::Unclear)?;
    if year.len() == 2 && year.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(DateProblem::ShortYear);
    }
    let year: i16 = (year.len() == 4).then(|| whole(year)).flatten().ok_or(DateProblem::Unclear)?;
    LocalDate::new(year, month, day).ok_or(DateProblem::NoSuchDay)
}

fn whole<N: std::str::FromStr>(text: &str) -> Option<N> {
    (!text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())).then(|| text.parse().ok()).flatten()
}

/// Months as both languages write them; their first three letters are enough.
fn month_by_name(text: &str) -> Option<i8> {
    const STARTS: [&[&str]; 12] = [
        &["jan"],
        &["feb", "peb"],
        &["mar"],
        &["apr"],
        &["mei", "may"],
        &["jun"],
        &["jul"],
        &["agu", "aug", "ags"],
        &["sep"],
        &["okt", "oct"],
        &["nov", "nop"],
        &["des", "dec"],
    ];
    let start = text.get(..3)?.to_ascii_lowercase();
    if !text.bytes().all(|byte| byte.is_ascii_alphabetic()) {
        return None;
    }
    let index = STARTS.iter().position(|starts| starts.contains(&start.as_str()))?;
    i8::try_from(index + 1).ok()
}

/// Reads a time of day as it is typed: `10.20`, `10:20`, `1020`, `9.05`, `24.00`. A word such as `malam` is no time.
#[must_use]
pub fn read_time(text: &str) -> Option<MinuteOfDay> {
    let text = text.trim();
    let (hour, minute) = match text.split_once(['.', ':']) {
        Some(parts) => parts,
        None if text.len() == 4 && text.is_ascii() => text.split_at(2),
        None => return None,
    };
    if minute.len() != 2 || hour.len() > 2 {
        return None;
    }
    let (hour, minute): (u16, u16) = (whole(hour)?, whole(minute)?);
    let valid = (hour < 24 && minute < 60) || (hour == 24 && minute == 0);
    valid.then_some(MinuteOfDay(hour * 60 + minute))
}

/// The digits of a NIK, with the separators that people put between them taken out; `Err` gives the number of digits,
/// or `None` where something else than digits and separators stands in it.
///
/// # Errors
/// It has not 16 digits.
pub fn read_nik(text: &str) -> Result<String, Option<usize>> {
    let digits: String = text.chars().filter(|c| !c.is_whitespace() && !matches!(c, '-' | '.')).collect();
    if !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(None);
    }
    if digits.len() == 16 { Ok(digits) } else { Err(Some(digits.len())) }
}

/// The day and month of birth in a NIK (digits 7 to 10), women's day of month being written 40 higher.
/// `None` if they name no day: registers hold such errors, so that it is pointed at and not refused.
#[must_use]
pub fn birth_in_nik(digits: &str) -> Option<(i8, i8)> {
    let written: i8 = whole(digits.get(6..8)?)?;
    let month: i8 = whole(digits.get(8..10)?)?;
    let day = if written > 40 { written - 40 } else { written };
    LocalDate::new(2000, month, day).map(|_| (day, month))
}

/// A telephone number as it is compared: digits, in the form `62…`. `None` if it can be no number.
#[must_use]
pub fn read_phone(text: &str) -> Option<String> {
    let mut digits = String::new();
    for (index, character) in text.trim().chars().enumerate() {
        match character {
            '0'..='9' => digits.push(character),
            '+' if index == 0 => {}
            ' ' | '-' | '.' | '(' | ')' | '/' => {}
            _ => return None,
        }
    }
    if let Some(national) = digits.strip_prefix('0') {
        digits = format!("62{national}");
    }
    (7..=15).contains(&digits.len()).then_some(digits)
}

/// Is this a mail address that mail servers take (RFC 5321 lengths: 64 before the sign, 254 in all)?
#[must_use]
pub fn is_email(text: &str) -> bool {
    let text = text.trim();
    let Some((local, domain)) = text.rsplit_once('@') else { return false };
    text.len() <= 254
        && (1..=64).contains(&local.len())
        && !text.contains(|c: char| c.is_whitespace() || c.is_control())
        && domain.split('.').count() >= 2
        && domain.split('.').all(|label| !label.is_empty() && label.len() <= 63)
}

/// Reads a whole number in Indonesian or plain form: `1.234`, `1234`. No sign, no decimals.
#[must_use]
pub fn read_count(text: &str) -> Option<u32> {
    let text = text.trim();
    let groups: Vec<&str> = text.split('.').collect();
    let grouped = groups.len() > 1;
    let fits = groups
        .iter()
        .enumerate()
        .all(|(index, group)| !grouped || if index == 0 { (1..=3).contains(&group.len()) } else { group.len() == 3 });
    fits.then(|| whole(&groups.concat())).flatten()
}

/// Does the one come before the other in a list? Digits count as the number that they write ("9/PS" before "10/PS"), case does not count.
#[must_use]
pub fn is_before(one: &str, other: &str) -> bool {
    let (mut one, mut other) = (one.as_bytes(), other.as_bytes());
    while let ([a, ..], [b, ..]) = (one, other) {
        if a.is_ascii_digit() && b.is_ascii_digit() {
            let (mine, yours) = (number(&mut one), number(&mut other));
            if mine != yours {
                // Without zeros in front, a longer number is a larger one.
                return (mine.len(), mine) < (yours.len(), yours);
            }
        } else if a.eq_ignore_ascii_case(b) {
            (one, other) = (&one[1..], &other[1..]);
        } else {
            return a.to_ascii_lowercase() < b.to_ascii_lowercase();
        }
    }
    one.len() < other.len()
}

/// Takes the number that a text begins with, without the zeros in front of it.
fn number<'a>(text: &mut &'a [u8]) -> &'a [u8] {
    let end = text.iter().position(|byte| !byte.is_ascii_digit()).unwrap_or(text.len());
    let (digits, rest) = text.split_at(end);
    *text = rest;
    let zeros = digits.iter().take_while(|digit| **digit == b'0').count();
    &digits[zeros..]
}

/// Letters and digits, those from A to Z in lower case, everything else a space or nothing, so that numbers are found with and
/// without separators. The other alphabets' cases would take 6 KB of the bundle.
#[must_use]
pub fn folded(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    for character in text.chars() {
        if character.is_alphanumeric() {
            folded.push(character.to_ascii_lowercase());
        } else if character.is_whitespace() {
            folded.push(' ');
        }
    }
    folded
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn date(text: &str) -> Option<LocalDate> {
        LocalDate::parse(text)
    }

    #[test]
    fn numbers_of_cases_stand_in_the_order_of_their_numbers() {
        for (one, other) in [
            ("9/PS.REG/16", "10/PS.REG/16"),
            ("002/PS.REG/16.07/VII/2026", "010/PS.REG/16.07/VII/2026"),
            ("99/PS", "100/PS"),
            ("a/2", "A/10"),
            ("PS", "PS/1"),
            ("001/PS.REG/2", "1/PS.REG/10"),
            ("99999999999999999999998", "99999999999999999999999"),
        ] {
            assert!(is_before(one, other), "{one} before {other}");
            assert!(!is_before(other, one), "{other} not before {one}");
        }
        for (one, other) in [("007/PS", "7/ps"), ("", ""), ("0", "00")] {
            assert!(!is_before(one, other) && !is_before(other, one), "{one} and {other} are the same");
        }
    }

    #[test]
    fn dates_are_read_as_people_write_them() {
        for typed in
            ["8-7-2026", "08/07/2026", "8 7 2026", "8 Juli 2026", "8 July 2026", " 08.07.2026 ", "2026-07-08", "2026/7/8", "8 jul 2026"]
        {
            assert_eq!(read_date(typed).ok(), date("2026-07-08"), "{typed}");
        }
        assert_eq!(read_date("17 Agustus 2026").ok(), date("2026-08-17"));
        assert_eq!(read_date("25 Des 2026").ok(), date("2026-12-25"));
    }

    #[test]
    fn what_is_no_date_says_why() {
        for (typed, problem) in [
            ("", DateProblem::Unclear),
            ("besok", DateProblem::Unclear),
            ("8-7", DateProblem::Unclear),
            ("8-7-26", DateProblem::ShortYear),
            ("31-6-2026", DateProblem::NoSuchDay),
            ("29-2-2026", DateProblem::NoSuchDay),
            ("8-13-2026", DateProblem::NoSuchDay),
            ("8-7-20260", DateProblem::Unclear),
            ("8-jux-2026", DateProblem::Unclear),
            ("-8-7-2026x", DateProblem::Unclear),
        ] {
            assert_eq!(read_date(typed), Err(problem), "{typed}");
        }
    }

    #[test]
    fn times_are_read_as_people_write_them() {
        for (typed, minutes) in [
            ("10.20", Some(620)),
            ("10:20", Some(620)),
            ("1020", Some(620)),
            ("9.05", Some(545)),
            ("24:00", Some(1_440)),
            ("23.59", Some(1_439)),
        ] {
            assert_eq!(read_time(typed).map(|minute| minute.0), minutes, "{typed}");
        }
        for wrong in ["", "jam 9 malam", "24.01", "25.00", "10.60", "9", "10.2", "१०.२०"] {
            assert_eq!(read_time(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_nik_has_sixteen_digits_however_it_is_spaced() {
        assert_eq!(read_nik("1607 0141 0792 0001").as_deref(), Ok("1607014107920001"));
        assert_eq!(read_nik("160701410792000"), Err(Some(15)));
        assert_eq!(read_nik("160701410792000X"), Err(None));
        assert_eq!(birth_in_nik("1607014107920001"), Some((1, 7)));
        assert_eq!(birth_in_nik("1607017207920001"), None);
        assert_eq!(birth_in_nik("1607010113920001"), None);
    }

    #[test]
    fn telephone_numbers_are_compared_in_one_form() {
        for typed in ["0812-3456-7890", "+62 812 3456 7890", "6281234567890"] {
            assert_eq!(read_phone(typed).as_deref(), Some("6281234567890"), "{typed}");
        }
        assert_eq!(read_phone("(021) 3905889").as_deref(), Some("62213905889"));
        assert_eq!(read_phone("nol delapan"), None);
    }

    #[test]
    fn control_characters_go_and_everything_else_stays() {
        let cleaned = clean("a\0b\u{7}c\r\nd\te\u{ad}f😀\u{fffd}", true);
        assert_eq!(cleaned.text, "abc\nd\tef😀\u{fffd}");
        assert_eq!((cleaned.removed, cleaned.damaged), (2, 1));
        assert_eq!(clean("a\r\nb\tc", false).text, "a b c");
        assert_eq!(clean("عربي <script>{{7*7}}", true).text, "عربي <script>{{7*7}}");
    }

    #[test]
    fn blanks_of_every_kind_are_blank() {
        assert!(is_blank(" \u{a0}\u{200b}\u{feff}\n"));
        assert!(!is_blank(" . "));
    }

    #[test]
    fn counts_are_read_in_indonesian_form() {
        for (typed, count) in [
            ("4", Some(4)),
            ("1.234", Some(1_234)),
            ("1.234.567", Some(1_234_567)),
            ("12,5", None),
            ("12.5", None),
            ("-1", None),
            ("1e9", None),
            ("", None),
        ] {
            assert_eq!(read_count(typed), count, "{typed}");
        }
    }

    #[test]
    fn mail_addresses_follow_the_standards_lengths() {
        assert!(is_email("nama+tag@contoh.go.id"));
        for wrong in ["", "a@b", "a b@c.id", "@c.id", "a@.id", &format!("{}@c.id", "a".repeat(65))] {
            assert!(!is_email(wrong), "{wrong}");
        }
    }

    proptest! {
        #[test]
        fn no_text_makes_a_reader_panic(text in any::<String>()) {
            let _ = (read_date(&text), read_time(&text), read_nik(&text), read_phone(&text), is_email(&text), read_count(&text), birth_in_nik(&text));
        }

        #[test]
        fn cleaning_twice_changes_nothing_more(text in any::<String>(), many in any::<bool>()) {
            let once = clean(&text, many).text;
            prop_assert_eq!(clean(&once, many).text, once);
        }

        #[test]
        fn every_day_is_read_back_from_its_typed_form(year in 1945_i16..2100, month in 1_i8..=12, day in 1_i8..=31) {
            if let Some(date) = LocalDate::new(year, month, day) {
                let typed = format!("{day}-{month}-{year}");
                prop_assert_eq!(read_date(&typed), Ok(date));
            }
        }
    }
}
