//! Sessions as an iCalendar object (RFC 5545), for the calendars of people. Of a case it says its number, the kind of session, hour and
//! place: no name of a party leaves the app this way.

use super::docket::Session;
use super::time::{LocalDate, MinuteOfDay, Timestamp, Zone};

/// How long a session is taken to last where nobody says so, in minutes.
const LENGTH: i64 = 120;
/// The longest line, in bytes (RFC 5545, 3.1).
const LINE: usize = 75;

/// One session to be written.
#[derive(Clone, Debug)]
pub struct Event<'a> {
    /// Stays the same when the session is written again, so that calendars replace it.
    pub uid: String,
    /// What it is called.
    pub title: String,
    /// More of it.
    pub text: String,
    /// The session.
    pub session: &'a Session,
    /// The zone of its office.
    pub zone: Zone,
}

/// The object that holds the sessions; `made_at` is when it is written.
#[must_use]
pub fn calendar(events: &[Event<'_>], made_at: Timestamp) -> String {
    let mut out = String::new();
    line(&mut out, "BEGIN", "VCALENDAR");
    line(&mut out, "VERSION", "2.0");
    line(&mut out, "PRODID", "-//SIPS Lapangan//ID");
    line(&mut out, "CALSCALE", "GREGORIAN");
    for event in events {
        line(&mut out, "BEGIN", "VEVENT");
        line(&mut out, "UID", &escaped(&event.uid));
        line(&mut out, "DTSTAMP", &instant(made_at));
        match event.session.at {
            Some(at) => {
                let begins = event.session.on.at(at, event.zone);
                line(&mut out, "DTSTART", &instant(begins));
                line(&mut out, "DTEND", &instant(begins.plus(LENGTH * 60_000)));
            }
            // A day whose hour nobody told: it ends before the next day begins.
            None => {
                line(&mut out, "DTSTART;VALUE=DATE", &day(event.session.on));
                line(&mut out, "DTEND;VALUE=DATE", &day(event.session.on.next().unwrap_or(event.session.on)));
            }
        }
        line(&mut out, "SUMMARY", &escaped(&event.title));
        if !event.session.place.is_empty() {
            line(&mut out, "LOCATION", &escaped(&event.session.place));
        }
        if !event.text.is_empty() {
            line(&mut out, "DESCRIPTION", &escaped(&event.text));
        }
        line(&mut out, "END", "VEVENT");
    }
    line(&mut out, "END", "VCALENDAR");
    out
}

/// A content line, folded so that no line is longer than allowed and no character is cut.
fn line(out: &mut String, name: &str, value: &str) {
    let mut room = LINE;
    for character in name.chars().chain([':']).chain(value.chars()) {
        if character.len_utf8() > room {
            out.push_str("\r\n ");
            room = LINE - 1;
        }
        out.push(character);
        room -= character.len_utf8();
    }
    out.push_str("\r\n");
}

fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '\\' | ';' | ',' => out.extend(['\\', character]),
            '\n' => out.push_str("\\n"),
            character if character.is_control() => {}
            character => out.push(character),
        }
    }
    out
}

fn day(date: LocalDate) -> String {
    format!("{:04}{:02}{:02}", date.year(), date.month(), date.day())
}

/// In UTC: no table of zones is needed to read it.
fn instant(at: Timestamp) -> String {
    // WIB is seven hours ahead, the whole year.
    let local = at.plus(-Zone::Wib.offset_hours() * 3_600_000).in_zone(Zone::Wib);
    let MinuteOfDay(minute) = local.minute;
    format!("{}T{:02}{:02}00Z", day(local.date), minute / 60, minute % 60)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn session(at: Option<u16>) -> Session {
        Session {
            kind: "hearing".into(),
            on: LocalDate::new(2026, 11, 26).expect("a day"),
            at: at.map(MinuteOfDay),
            place: "Ruang sidang; lantai 2, Jl. Merdeka".into(),
            people: Vec::new(),
            held: false,
        }
    }

    fn written(session: &Session, title: &str) -> String {
        let event = Event { uid: "a@b".into(), title: title.into(), text: "satu\ndua".into(), session, zone: Zone::Wita };
        calendar(&[event], Timestamp::parse("2026-11-25T01:02:03Z").expect("an instant"))
    }

    #[test]
    fn an_hour_is_told_in_utc() {
        let text = written(&session(Some(9 * 60)), "Sidang");
        // 9.00 WITA.
        assert!(text.contains("\r\nDTSTART:20261126T010000Z\r\nDTEND:20261126T030000Z\r\n"), "{text}");
        assert!(text.contains("\r\nDTSTAMP:20261125T010200Z\r\n"));
        assert!(text.contains("LOCATION:Ruang sidang\\; lantai 2\\, Jl. Merdeka\r\n"));
        assert!(text.contains("DESCRIPTION:satu\\ndua\r\n"));
    }

    #[test]
    fn a_day_without_an_hour_is_a_day() {
        let text = written(&session(None), "Sidang");
        assert!(text.contains("\r\nDTSTART;VALUE=DATE:20261126\r\nDTEND;VALUE=DATE:20261127\r\n"), "{text}");
    }

    #[test]
    fn long_lines_are_folded_and_no_character_is_cut() {
        let title = "Sidang pembacaan putusan é".repeat(12);
        let text = written(&session(None), &title);
        assert!(text.split("\r\n").all(|line| line.len() <= LINE));
        assert!(text.replace("\r\n ", "").contains(&title));
    }
}
