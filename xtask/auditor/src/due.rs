//! Deadlines from a table, for whoever wants to check many at once: `id,rule,start,unit,n,cb_working`, or
//! `id,ruleset,deadline,start_instant,office`. A wrong row is answered with its error; the others go on.

use sips_lapangan::domain::calendar::Calendar;
use sips_lapangan::domain::deadline::{Count, Due, DueError, due};
use sips_lapangan::domain::office::{Hours, Level, Office, OfficeCode};
use sips_lapangan::domain::rule_set::{Closes, DayUnit, Mark, Pick, Reading};
use sips_lapangan::domain::time::{LocalDate, Timestamp, Zone};
use sips_lapangan::rules;
use std::fmt::Write as _;

/// The columns that are written.
const OUT: [&str; 4] = ["id", "due", "derivation", "error"];
/// What a table of plain counts needs; other columns are left alone.
const PLAIN: [&str; 6] = ["id", "rule", "start", "unit", "n", "cb_working"];
/// What a table by rule set needs.
const BY_RULE_SET: [&str; 5] = ["id", "ruleset", "deadline", "start_instant", "office"];

/// Counts every row of a table.
///
/// # Errors
/// The header line belongs to neither kind of table. Rows never make the whole fail.
pub fn answer(table: &[u8]) -> Result<String, String> {
    let table = table.strip_prefix(b"\xef\xbb\xbf").unwrap_or(table);
    let mut reader = csv::ReaderBuilder::new().flexible(true).has_headers(false).from_reader(table);
    let mut rows = reader.byte_records();
    let header = match rows.next() {
        Some(Ok(header)) => header,
        Some(Err(error)) => return Err(error.to_string()),
        None => return Err(both("tabel kosong", "the table is empty")),
    };
    let header: Vec<String> = header.iter().map(|cell| String::from_utf8_lossy(cell).trim().to_lowercase()).collect();
    let places = |names: &[&str]| -> Option<Vec<usize>> { names.iter().map(|name| header.iter().position(|cell| cell == name)).collect() };
    let (needed, by_rule_set) = match (places(&PLAIN), places(&BY_RULE_SET)) {
        (Some(needed), _) => (needed, false),
        (None, Some(needed)) => (needed, true),
        (None, None) => {
            let kinds = format!("`{}` / `{}`", PLAIN.join(","), BY_RULE_SET.join(","));
            return Err(both(&format!("baris judul harus memuat kolom {kinds}"), &format!("the header line needs the columns {kinds}")));
        }
    };
    let switch = header.iter().position(|cell| cell == "cb_working");
    let mut out = csv::Writer::from_writer(Vec::new());
    // Writing to memory cannot fail.
    let mut write = |cells: [&str; 4]| out.write_record(cells).unwrap_or_default();
    write(OUT);
    for row in rows {
        let row = match row {
            Ok(row) => row,
            Err(error) => {
                write(["", "", "", &error.to_string()]);
                continue;
            }
        };
        let cells: Option<Vec<&str>> = needed.iter().map(|place| std::str::from_utf8(row.get(*place)?).ok().map(str::trim)).collect();
        let id = needed.first().and_then(|place| row.get(*place)).map(String::from_utf8_lossy).unwrap_or_default();
        let Some(cells) = cells else {
            let short = needed.iter().any(|place| row.get(*place).is_none());
            let error =
                if short { both("baris kurang kolom", "the row lacks columns") } else { both("baris bukan UTF-8", "the row is not UTF-8") };
            write([&id, "", "", &error]);
            continue;
        };
        let switch = switch.and_then(|place| row.get(place)).map(String::from_utf8_lossy).unwrap_or_default();
        let answered = if by_rule_set { by_rules(&cells, &switch) } else { plain(&cells).map(|due| vec![Ok(due)]) };
        match answered {
            Err(error) => write([&id, "", "", &error]),
            Ok(readings) => readings.iter().for_each(|reading| match reading {
                Ok((last_day, derivation)) => write([&id, last_day, derivation, ""]),
                Err(error) => write([&id, "", "", error]),
            }),
        }
    }
    let bytes = out.into_inner().unwrap_or_default();
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

type Counted = (String, String);

fn plain(cells: &[&str]) -> Result<Counted, String> {
    let [_, _, start, unit, n, switch] = cells else { return Err(both("baris kurang kolom", "the row lacks columns")) };
    let start = LocalDate::parse(start).ok_or_else(|| wrong("start", start, "YYYY-MM-DD"))?;
    let unit = match *unit {
        "working" => DayUnit::Working,
        "calendar" => DayUnit::Calendar,
        other => return Err(wrong("unit", other, "working | calendar")),
    };
    let n = n.parse().map_err(|_| wrong("n", n, "0 … 65535"))?;
    let calendar = calendar(switch)?;
    let due = due(&reading(n, unit), start, &calendar, &anywhere(), None).map_err(|error| uncountable(&error))?;
    Ok((due.last_day.to_string(), derivation(&due)))
}

fn by_rules(cells: &[&str], switch: &str) -> Result<Vec<Result<Counted, String>>, String> {
    let [_, set, deadline, start, office] = cells else { return Err(both("baris kurang kolom", "the row lacks columns")) };
    let start = Timestamp::parse(start).ok_or_else(|| wrong("start_instant", start, "2026-07-08T10:20:00+07:00"))?;
    let office = rules::offices()
        .iter()
        .find(|known| known.code.0 == *office)
        .ok_or_else(|| both(&format!("kantor `{office}` tidak ada di offices.csv"), &format!("office `{office}` is not in offices.csv")))?;
    let day = start.in_zone(office.zone).date;
    let set = match set.split_once('@') {
        Some((id, version)) => rules::sets().find(|known| known.pin.id == id && known.pin.version.to_string() == version),
        None => rules::set_for(set, Some(day)),
    }
    .ok_or_else(|| {
        both(
            &format!("set aturan `{set}` tidak ada, atau belum berlaku pada {day}"),
            &format!("there is no rule set `{set}`, or none in force on {day}"),
        )
    })?;
    let rule = set.value.deadline.get(*deadline).ok_or_else(|| {
        both(
            &format!("set aturan {} tidak punya tenggat `{deadline}`", set.pin.id),
            &format!("rule set {} has no deadline `{deadline}`", set.pin.id),
        )
    })?;
    let calendar = calendar(switch)?;
    Ok(rule
        .readings
        .iter()
        .map(|reading| match due(reading, day, &calendar, office, None) {
            Ok(due) => Ok((due.last_day.to_string(), format!("reading={}; {}", reading.id, derivation(&due)))),
            Err(error) => Err(format!("reading={}; {}", reading.id, uncountable(&error))),
        })
        .collect())
}

/// The newest calendar with the switch as the row wants it; its own answer where the row says nothing.
fn calendar(switch: &str) -> Result<Calendar, String> {
    let mut calendar = rules::newest_calendar().ok_or_else(|| both("tidak ada kalender", "there is no calendar"))?.value.clone();
    match switch.trim().to_lowercase().as_str() {
        "" => {}
        "true" => calendar.cuti_bersama_working = true,
        "false" => calendar.cuti_bersama_working = false,
        other => return Err(wrong("cb_working", other, "true | false")),
    }
    Ok(calendar)
}

fn reading(n: u16, unit: DayUnit) -> Reading {
    Reading {
        id: String::new(),
        default: false,
        start_date: None,
        start_act: Vec::new(),
        pick: Pick::Last,
        start_if: None,
        when: None,
        n,
        unit,
        closes: Closes::Midnight,
        note: None,
        src: Vec::new(),
        mark: Mark::Unknown,
    }
}

/// Days alone are asked for, so that neither zone nor hours matter.
fn anywhere() -> Office {
    Office {
        code: OfficeCode(String::new()),
        level: Level::National,
        parent: None,
        name: String::new(),
        organiser: String::new(),
        zone: Zone::Wib,
        register_code: String::new(),
        hours: Hours::default(),
    }
}

/// Every day on the way: `2026-07-06=start 2026-07-07=1 2026-07-11=weekend`.
fn derivation(due: &Due) -> String {
    let mut text = String::new();
    for day in &due.days {
        let _ = match &day.count {
            Count::Start => write!(text, "{}=start", day.date),
            Count::Counted(number) => write!(text, " {}={number}", day.date),
            Count::Weekend => write!(text, " {}=weekend", day.date),
            Count::Holiday { id, en, .. } => write!(text, " {}=({id} / {en})", day.date),
        };
    }
    if due.provisional {
        text.push_str("; provisional");
    }
    text
}

fn uncountable(error: &DueError) -> String {
    match error {
        DueError::YearMissing(year) => both(&format!("kalender tidak memuat tahun {year}"), &error.to_string()),
        DueError::StartUnknown(field) => both(&format!("tanggal awal di {field} tidak diketahui"), &error.to_string()),
        DueError::OutOfRange => both("hitungan keluar dari kalender", &error.to_string()),
    }
}

fn wrong(column: &str, found: &str, expected: &str) -> String {
    both(&format!("{column}: `{found}` bukan {expected}"), &format!("{column}: `{found}` is not {expected}"))
}

/// A sentence in both languages.
#[must_use]
pub fn both(id: &str, en: &str) -> String {
    format!("{id} / {en}")
}
