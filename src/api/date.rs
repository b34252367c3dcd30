//! The date of HTTP headers: IMF-fixdate (RFC 9110 §5.6.7), such as `Sun, 06 Nov 1994 08:49:37 GMT`. The two obsolete forms are not read.
//! And whom of those who send one the app believes.

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

/// The server's clock by its answer: that of a Wi-Fi's sign-in page, and one that nobody can have set, says nothing of the device's.
#[must_use]
pub fn of_backend(header: Option<&str>, contract: bool) -> Option<Timestamp> {
    parse(header.filter(|_| contract)?).filter(|at| at.can_be_now())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn only_a_backend_with_a_clock_is_believed() {
        let told = "Tue, 24 Nov 2026 01:02:03 GMT";
        assert_eq!(of_backend(Some(told), true), Timestamp::parse("2026-11-24T01:02:03Z"));
        assert_eq!(of_backend(Some(told), false), None, "somebody else's clock");
        for absurd in [
            "Thu, 01 Jan 1970 00:00:10 GMT",
            "Sun, 06 Nov 1994 08:49:37 GMT",
            "Fri, 01 Jan 2038 00:00:00 GMT",
            "Fri, 31 Dec 9999 23:59:59 GMT",
            "soon",
            "",
        ] {
            assert_eq!(of_backend(Some(absurd), true), None, "{absurd}");
        }
        assert_eq!(of_backend(None, true), None);
    }

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
