//! The date of HTTP headers: IMF-fixdate (RFC 9110 §5.6.7), such as `Sun, 06 Nov 1994 08:49:37 GMT`. The two obsolete forms are not read.

use crate::domain::time::Timestamp;

const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const DAYS: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];

/// Reads such a date; `None` for anything else. The name of the day is not held against the date.
#[must_use]
pub fn parse(text: &str) -> Option<Timestamp> {
    let (day_name, rest) = text.split_once(", ")?;
    let mut parts = rest.split(' ');
    let [day, month, year, time, zone] = std::array::from_fn(|_| parts.next().unwrap_or_default());
    if parts.next().is_some() || zone != "GMT" || !DAYS.contains(&day_name) {
        return None;
    }
    let month = MONTHS.iter().position(|name| *name == month)? + 1;
    Timestamp::parse(&format!("{year}-{month:02}-{day}T{time}Z"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_standards_own_example_is_read() {
        assert_eq!(parse("Sun, 06 Nov 1994 08:49:37 GMT"), Timestamp::parse("1994-11-06T08:49:37Z"));
        assert_eq!(parse("Tue, 24 Nov 2026 00:00:00 GMT"), Timestamp::parse("2026-11-24T00:00:00Z"));
    }

    #[test]
    fn nothing_else_is_read() {
        for text in [
            "",
            "soon",
            "Sunday, 06-Nov-94 08:49:37 GMT",
            "Sun Nov  6 08:49:37 1994",
            "Sun, 06 Nov 1994 08:49:37 UTC",
            "Sun, 06 Nov 1994 08:49:37",
            "Sun, 06 Nov 1994 08:49:37 GMT x",
            "Sun, 31 Feb 1994 08:49:37 GMT",
            "Sun, 06 Nov 1994 24:49:37 GMT",
            "Sun, 6 Nov 1994 08:49:37 GMT",
            "Sun, 06 Nov 94 08:49:37 GMT",
            "Xxx, 06 Nov 1994 08:49:37 GMT",
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn no_text_makes_the_reader_panic(text in ".{0,60}") {
            let _ = parse(&text);
        }
    }
}
