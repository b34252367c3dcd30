//! What of the law can be changed in the app: each entry with its value now, what is asked to change it, and how the answers are
//! read. The words around it are the app's.

use super::RuleBook;
use crate::domain::amendment::{Change, DefinitionKind, OfficeSettings};
use crate::domain::calendar::{Holiday, HolidayKind, YearStatus};
use crate::domain::office::{Hours, Office, OfficeCode};
use crate::domain::rule_set::{Choice, DefinitionRef, Mark, RuleSet, Text};
use crate::domain::table::Table;
use crate::domain::text::{clean, folded, read_date, read_time};
use crate::domain::time::MinuteOfDay;

/// An entry that can be changed, by its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// A switch: track, key.
    Switch(String, String),
    /// A paper: track, key.
    Paper(String, String),
    /// A number series.
    Series(String),
    /// A year of the calendar.
    Year(i16),
    /// Whether *cuti bersama* is a working day.
    CutiBersama,
    /// The office at hand.
    Office,
}

/// An entry as it is now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Which.
    pub target: Target,
    /// The version that it stands in.
    pub base: DefinitionRef,
    /// Its name; empty where only the app has a word for it.
    pub name: Text,
    /// What it says; empty while unknown.
    pub value: Text,
    /// Where it was read.
    pub src: Vec<String>,
    /// How sure.
    pub mark: Mark,
    /// Nobody has filled it in, or nobody knows.
    pub unknown: bool,
}

/// How something is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum InputKind {
    /// One line.
    Line,
    /// Many lines.
    Lines,
    /// One of a few.
    Choice(Vec<Choice>),
}

/// One thing that is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Input {
    /// Its key, by which the app has its label: `no`, `title_id`, `title_en`, `value`, `template`, `counter`, `sips`, `status`, `decree`,
    /// `days`, `register_code`, `counter_closes`, `online_closes`; of an office's own templates the series.
    pub key: String,
    /// How.
    pub kind: InputKind,
    /// The value now.
    pub value: String,
}

/// What cannot be read of the answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unread {
    /// A line of the days, from 1.
    Day(usize),
    /// An hour: the key of its input.
    Hour(&'static str),
}

const WORKING: &str = "working";
const OFF: &str = "off";
const DECREED: &str = "decreed";
const EXPECTED: &str = "expected";

impl Target {
    /// The kind of definition that it belongs to.
    #[must_use]
    pub fn kind(&self) -> DefinitionKind {
        match self {
            Self::Switch(..) | Self::Paper(..) => DefinitionKind::Rules,
            Self::Series(_) => DefinitionKind::Numbers,
            Self::Year(_) | Self::CutiBersama => DefinitionKind::Calendar,
            Self::Office => DefinitionKind::Office,
        }
    }

    /// Its parts in an address: kind, definition, key.
    #[must_use]
    pub fn parts(&self) -> [String; 3] {
        let [kind, definition, key] = match self {
            Self::Switch(track, key) => ["switch", track, key],
            Self::Paper(track, key) => ["paper", track, key],
            Self::Series(key) => ["series", "numbers", key],
            Self::Year(year) => return ["year".to_owned(), "id".to_owned(), year.to_string()],
            Self::CutiBersama => ["leave", "id", "leave"],
            Self::Office => ["office", "own", "settings"],
        };
        [kind.to_owned(), definition.to_owned(), key.to_owned()]
    }

    /// Reads the parts of an address.
    #[must_use]
    pub fn of(kind: &str, definition: &str, key: &str) -> Option<Self> {
        let target = match kind {
            "switch" => Self::Switch(definition.to_owned(), key.to_owned()),
            "paper" => Self::Paper(definition.to_owned(), key.to_owned()),
            "series" => Self::Series(key.to_owned()),
            "year" => Self::Year(key.parse().ok().filter(|year| (2000..2100).contains(year))?),
            "leave" => Self::CutiBersama,
            "office" => Self::Office,
            _ => return None,
        };
        (target.parts() == [kind, definition, key]).then_some(target)
    }
}

/// Everything that can be changed: the office at hand, the calendar, number series, then each track.
#[must_use]
pub fn entries(book: &RuleBook, office: &Office) -> Vec<Entry> {
    let mut targets = vec![Target::Office];
    if let Some(calendar) = book.newest_calendar() {
        targets.extend(calendar.value.year.keys().filter_map(|year| year.parse().ok()).map(Target::Year));
        // The year that comes after all that are known.
        let last = calendar.value.year.keys().filter_map(|year| year.parse::<i16>().ok()).next_back();
        targets.extend(last.map(|last| Target::Year(last + 1)));
        targets.push(Target::CutiBersama);
    }
    targets.extend(book.numbers().0.keys().cloned().map(Target::Series));
    for set in book.tracks() {
        let track = || set.pin.id.clone();
        targets.extend(set.value.switch.keys().map(|key| Target::Switch(track(), key.clone())));
        targets.extend(set.value.paper.keys().map(|key| Target::Paper(track(), key.clone())));
    }
    targets.into_iter().filter_map(|target| entry(book, office, target)).collect()
}

/// One entry, if there is such a thing.
#[must_use]
pub fn entry(book: &RuleBook, office: &Office, target: Target) -> Option<Entry> {
    let same = |text: &str| Text { id: text.to_owned(), en: text.to_owned() };
    let none = || same("");
    Some(match &target {
        Target::Switch(track, key) => {
            let set = book.set_for(track, None)?;
            let switch = set.value.switch.get(key)?;
            let value = switch.options.iter().find(|option| option.v == switch.default);
            Entry {
                base: set.pin.clone(),
                name: switch.label.clone(),
                value: value.map_or_else(none, |option| Text { id: option.id.clone(), en: option.en.clone() }),
                src: switch.src.clone(),
                mark: switch.mark,
                unknown: switch.mark == Mark::Unknown,
                target,
            }
        }
        Target::Paper(track, key) => {
            let set = book.set_for(track, None)?;
            let paper = set.value.paper.get(key)?;
            Entry {
                base: set.pin.clone(),
                name: paper.title.clone(),
                value: same(&paper.no),
                src: paper.src.clone(),
                mark: paper.mark,
                unknown: paper.no.is_empty() || paper.mark == Mark::Unknown,
                target,
            }
        }
        Target::Series(key) => {
            let (numbers, base) = book.numbers();
            let series = numbers.get(key)?;
            let channel_open = series.template.contains("{channel}") && series.sips.is_empty();
            Entry {
                base,
                name: none(),
                value: same(&series.template),
                src: series.src.clone(),
                mark: series.mark,
                unknown: series.mark == Mark::Unknown || channel_open,
                target,
            }
        }
        Target::Year(number) => {
            let calendar = book.newest_calendar()?;
            let year = calendar.value.year.get(&number.to_string());
            Entry {
                base: calendar.pin.clone(),
                name: none(),
                value: year.map_or_else(none, |year| same(&year.decree)),
                src: year.map(|year| year.src.clone()).unwrap_or_default(),
                mark: year.map_or(Mark::Unknown, |year| year.mark),
                unknown: year.is_none_or(|year| year.status == YearStatus::Expected),
                target,
            }
        }
        Target::CutiBersama => {
            let calendar = book.newest_calendar()?;
            let chosen = &leave_options()[usize::from(calendar.value.cuti_bersama_working)];
            // The calendar itself says neither source nor mark: an amendment of it does.
            let made = book
                .amendments()
                .iter()
                .filter(|made| matches!(made.change, Change::CutiBersamaWorking(_)))
                .max_by_key(|made| made.base.version);
            let mark = made.map_or(Mark::Unknown, |made| made.mark);
            Entry {
                base: calendar.pin.clone(),
                name: none(),
                value: Text { id: chosen.id.clone(), en: chosen.en.clone() },
                src: made.map(|made| made.source.clone()).into_iter().collect(),
                mark,
                unknown: mark == Mark::Unknown,
                target,
            }
        }
        Target::Office => {
            let (settings, base) = book.office_settings(office);
            let made = book.made_by(&base);
            Entry {
                name: same(&office.name),
                value: same(&settings.register_code),
                src: made.map(|made| made.source.clone()).into_iter().collect(),
                mark: made.map_or(Mark::Likely, |made| made.mark),
                unknown: settings.hours.counter_closes.is_none() || settings.hours.online_closes.is_none(),
                base,
                target,
            }
        }
    })
}

/// What is asked for to change an entry, with the values that it has now.
#[must_use]
pub fn inputs(book: &RuleBook, office: &Office, target: &Target) -> Vec<Input> {
    let input = |key: &str, kind, value: &str| Input { key: key.to_owned(), kind, value: value.to_owned() };
    let line = |key: &str, value: &str| input(key, InputKind::Line, value);
    let asked = || {
        Some(match target {
            Target::Switch(track, key) => {
                let switch = book.set_for(track, None)?.value.switch.get(key)?;
                vec![input("value", InputKind::Choice(switch.options.clone()), &switch.default)]
            }
            Target::Paper(track, key) => {
                let paper = book.set_for(track, None)?.value.paper.get(key)?;
                vec![line("no", &paper.no), line("title_id", &paper.title.id), line("title_en", &paper.title.en)]
            }
            Target::Series(key) => {
                let (numbers, _) = book.numbers();
                let series = numbers.get(key)?;
                let mut asked = vec![line("template", &series.template)];
                if series.template.contains("{channel}") {
                    asked.extend([line("counter", &series.counter), line("sips", &series.sips)]);
                }
                asked
            }
            Target::Year(number) => {
                let year = book.newest_calendar()?.value.year.get(&number.to_string());
                let status = if year.is_some_and(|year| year.status == YearStatus::Decreed) { DECREED } else { EXPECTED };
                let options =
                    vec![choice(EXPECTED, "Perkiraan", "Expected"), choice(DECREED, "Keputusannya sudah dibaca", "The decree was read")];
                let days: Vec<String> = year.iter().flat_map(|year| &year.day).map(day_line).collect();
                vec![
                    input("days", InputKind::Lines, &days.join("\n")),
                    input("status", InputKind::Choice(options), status),
                    line("decree", year.map_or("", |year| &year.decree)),
                ]
            }
            Target::CutiBersama => {
                let working = book.newest_calendar()?.value.cuti_bersama_working;
                vec![input("value", InputKind::Choice(leave_options()), if working { WORKING } else { OFF })]
            }
            Target::Office => {
                let (settings, _) = book.office_settings(office);
                let hour = |hour: Option<MinuteOfDay>| hour.map(hour_text).unwrap_or_default();
                let mut asked = vec![
                    line("counter_closes", &hour(settings.hours.counter_closes)),
                    line("online_closes", &hour(settings.hours.online_closes)),
                    line("register_code", &settings.register_code),
                ];
                let (numbers, _) = book.numbers();
                for series in numbers.keys() {
                    asked.push(line(series, settings.template.get(series).map_or("", String::as_str)));
                }
                asked
            }
        })
    };
    asked().unwrap_or_default()
}

/// Reads the answers to [`inputs`]; an answer that is not given is empty.
///
/// # Errors
/// See [`Unread`].
pub fn read(office: &Office, target: &Target, answers: &Table<String, String>) -> Result<Change, Unread> {
    let line = |key: &str| clean(answers.get(key).map_or("", String::as_str), false).text.trim().to_owned();
    Ok(match target {
        Target::Switch(_, key) => Change::Switch { switch: key.clone(), value: line("value") },
        Target::Paper(_, key) => {
            Change::Paper { paper: key.clone(), no: line("no"), title: Text { id: line("title_id"), en: line("title_en") } }
        }
        Target::Series(key) => {
            Change::Series { series: key.clone(), template: line("template"), counter: line("counter"), sips: line("sips") }
        }
        Target::Year(year) => Change::Year {
            year: *year,
            status: if line("status") == DECREED { YearStatus::Decreed } else { YearStatus::Expected },
            decree: line("decree"),
            day: read_days(answers.get("days").map_or("", String::as_str))?,
        },
        Target::CutiBersama => Change::CutiBersamaWorking(line("value") == WORKING),
        Target::Office => {
            let hour = |key: &'static str| match line(key) {
                text if text.is_empty() => Ok(None),
                text => read_time(&text).map(Some).ok_or(Unread::Hour(key)),
            };
            let hours = Hours { counter_closes: hour("counter_closes")?, online_closes: hour("online_closes")? };
            let known = ["counter_closes", "online_closes", "register_code"];
            let mut template = Table::new();
            template.extend(
                answers
                    .keys()
                    .filter(|key| !known.contains(&key.as_str()))
                    .map(|key| (key.clone(), line(key)))
                    .filter(|(_, text)| !text.is_empty()),
            );
            Change::Office(OfficeSettings { code: office.code.clone(), register_code: line("register_code"), hours, template })
        }
    })
}

/// Days as a person writes them, one a line and in any order: date; kind; Indonesian name; English name; area codes with spaces between.
/// Without an English name, the Indonesian one stands for it; without areas the day is the whole country's, which a *libur daerah* never
/// is. Commas do as well, where no semicolon stands in the line.
fn read_days(text: &str) -> Result<Vec<Holiday>, Unread> {
    let mut days: Vec<Holiday> = Vec::new();
    for (index, typed) in text.lines().enumerate() {
        let typed = clean(typed, false).text;
        if typed.trim().is_empty() {
            continue;
        }
        let unread = Unread::Day(index + 1);
        let separator = if typed.contains(';') { ';' } else { ',' };
        let cells: Vec<&str> = typed.split(separator).map(str::trim).collect();
        let ([date, kind, id], rest) = cells.split_first_chunk().ok_or(unread)?;
        let kind = match folded(kind).as_str() {
            "nasional" | "national" | "libur nasional" => HolidayKind::National,
            "cuti bersama" | "collective leave" => HolidayKind::CutiBersama,
            "pemungutan suara" | "hari pemungutan suara" | "polling day" => HolidayKind::Polling,
            "libur daerah" | "daerah" | "regional holiday" => HolidayKind::Local,
            _ => return Err(unread),
        };
        let date = read_date(date).map_err(|_| unread)?;
        let (en, areas) = match rest {
            [] => ("", ""),
            [en] => (*en, ""),
            [en, areas] => (*en, *areas),
            _ => return Err(unread),
        };
        let scope: Vec<OfficeCode> = areas.split_whitespace().map(|area| OfficeCode(area.to_owned())).collect();
        if kind == HolidayKind::Local && scope.is_empty() {
            return Err(unread);
        }
        let day = Holiday { date, kind, id: (*id).to_owned(), en: if en.is_empty() { *id } else { en }.to_owned(), scope };
        // In order, and a day that is written twice stays twice: that is told, not mended.
        let position = days.iter().position(|known| known.date > date).unwrap_or(days.len());
        days.insert(position, day);
    }
    Ok(days)
}

fn day_line(day: &Holiday) -> String {
    let kind = match day.kind {
        HolidayKind::National => "nasional",
        HolidayKind::CutiBersama => "cuti bersama",
        HolidayKind::Polling => "pemungutan suara",
        HolidayKind::Local => "libur daerah",
    };
    let mut line = format!("{}/{}/{}; {kind}; {}; {}", day.date.day(), day.date.month(), day.date.year(), day.id, day.en);
    if !day.scope.is_empty() {
        let areas: Vec<&str> = day.scope.iter().map(|area| area.0.as_str()).collect();
        line.push_str("; ");
        line.push_str(&areas.join(" "));
    }
    line
}

fn hour_text(minute: MinuteOfDay) -> String {
    let (hour, minute) = minute.hour_and_minute();
    format!("{hour:02}.{minute:02}")
}

fn choice(v: &str, id: &str, en: &str) -> Choice {
    Choice { v: v.to_owned(), id: id.to_owned(), en: en.to_owned() }
}

/// Not working first: that is what holds while nobody has answered.
fn leave_options() -> Vec<Choice> {
    vec![choice(OFF, "Bukan hari kerja", "Not a working day"), choice(WORKING, "Hari kerja, ikut dihitung", "A working day, counted")]
}

/// The title of the track that an entry belongs to, if it belongs to one.
#[must_use]
pub fn track<'a>(tracks: &'a [&'static super::Pinned<RuleSet>], target: &Target) -> Option<&'a Text> {
    let (Target::Switch(track, _) | Target::Paper(track, _)) = target else { return None };
    tracks.iter().find(|set| set.pin.id == *track).map(|set| &set.value.title)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::amendment::{Amendment, DayProblem, Objection, Part};
    use crate::domain::case::Person;
    use crate::domain::digest::Digest;
    use crate::domain::id::{AccountId, AmendmentId};
    use crate::domain::json;
    use crate::domain::number::TemplateProblem;
    use crate::domain::office::{Actor, OfficeCode, Role};
    use crate::domain::time::{LocalDate, Timestamp};
    use proptest::prelude::*;

    const TRACK: &str = "pemilu-penyelenggara";

    fn banyuasin() -> &'static Office {
        crate::rules::offices().iter().find(|office| office.code.0 == "16.07").expect("the office is in the table")
    }

    fn actor(office: &str, role: Role) -> Actor {
        Actor { account: AccountId::new(Timestamp(1), [1; 10]), name: "Rini".into(), office: OfficeCode(office.into()), roles: vec![role] }
    }

    fn centre() -> Actor {
        actor("00", Role::NationalAdmin)
    }

    /// An amendment of an entry as the form makes it: what is asked for, with these answers in place of what stands there.
    fn amendment(book: &RuleBook, target: &Target, answers: &[(&str, &str)]) -> Amendment {
        let entry = entry(book, banyuasin(), target.clone()).expect("there is such an entry");
        let mut all = Table::new();
        all.extend(inputs(book, banyuasin(), target).into_iter().map(|input| (input.key, input.value)));
        all.extend(answers.iter().map(|(key, answer)| ((*key).to_owned(), (*answer).to_owned())));
        Amendment {
            id: AmendmentId::new(Timestamp(1), [1; 10]),
            base: entry.base,
            change: read(banyuasin(), target, &all).expect("the answers are read"),
            source: "Surat Ketua Bawaslu 12/2026".into(),
            mark: Mark::Likely,
            reason: "Nomor formulir sudah terbit.".into(),
            by: Person { account: AccountId::new(Timestamp(1), [1; 10]), name: "Rini".into(), roles: vec![] },
            office: OfficeCode("00".into()),
            made_at: Timestamp(1),
            result: None,
            recorded_at: None,
        }
    }

    fn objections(book: &RuleBook, amendment: &Amendment) -> Vec<Objection> {
        book.amend(amendment, &centre(), Some(banyuasin())).err().unwrap_or_default()
    }

    /// The book after a server has taken it.
    fn after(book: &RuleBook, mut amendment: Amendment) -> RuleBook {
        amendment.result = Some(book.amend(&amendment, &centre(), Some(banyuasin())).expect("nothing stands against it"));
        RuleBook::new(book.amendments().iter().cloned().chain([amendment]).collect())
    }

    fn receipt() -> Target {
        Target::Paper(TRACK.into(), "receipt".into())
    }

    #[test]
    fn every_entry_has_an_address_and_says_again_what_it_says() {
        let book = RuleBook::default();
        let all = entries(&book, banyuasin());
        assert!(all.len() > 80 && all.iter().any(|entry| entry.unknown) && all.iter().any(|entry| !entry.unknown));
        for entry in all {
            let [kind, definition, key] = entry.target.parts();
            assert_eq!(Target::of(&kind, &definition, &key), Some(entry.target.clone()));
            assert!(!inputs(&book, banyuasin(), &entry.target).is_empty(), "{:?}", entry.target);
            if entry.target == Target::Year(2028) {
                continue;
            }
            let mut same = amendment(&book, &entry.target, &[]);
            same.mark = entry.mark;
            let found = objections(&book, &same);
            assert!(found.contains(&Objection::NothingChanged), "{:?}: {found:?}", entry.target);
        }
        assert_eq!(Target::of("year", "id", "02026"), None);
        assert_eq!(Target::of("none", "id", "x"), None);
    }

    #[test]
    fn a_new_version_follows_and_the_old_one_stays() {
        let book = RuleBook::default();
        let before = book.set_for(TRACK, None).expect("the track");
        let made = amendment(&book, &receipt(), &[("no", "PSPP-03"), ("title_id", "Tanda Terima"), ("title_en", "Receipt")]);
        let book = after(&book, made.clone());
        let set = book.set_for(TRACK, None).expect("the new version");
        assert_eq!((set.pin.version, set.value.version), (2, 2));
        assert_eq!(set.pin.digest, Digest::of(set.json.as_bytes()));
        let paper = &set.value.paper["receipt"];
        assert_eq!((paper.no.as_str(), paper.title.id.as_str(), paper.mark), ("PSPP-03", "Tanda Terima", Mark::Likely));
        assert_eq!(paper.src, ["Surat Ketua Bawaslu 12/2026"]);
        // Nothing else is another.
        let mut undone = set.value.clone();
        undone.version = 1;
        undone.paper.insert("receipt".into(), before.value.paper["receipt"].clone());
        assert_eq!(undone, before.value);
        assert_eq!(book.set(&before.pin).map(|set| &set.pin), Some(&before.pin));
        assert!(std::ptr::eq(set, book.set(&set.pin).expect("the same again")));
        assert!(RuleBook::default().set(&set.pin).is_none(), "a book knows its own versions only");
        assert_eq!(book.tracks().iter().filter(|other| other.pin.version == 2).count(), 1);

        let again = amendment(&book, &receipt(), &[("no", "PSPP-3A")]);
        let book = after(&book, again);
        assert_eq!(book.set_for(TRACK, None).map(|set| set.pin.version), Some(3));
        assert!(book.set(&set.pin).is_some());
        let stale = Amendment { reason: "lain".into(), ..made };
        assert_eq!(objections(&book, &stale), [Objection::Stale]);
    }

    #[test]
    fn a_version_that_is_not_what_its_pin_says_is_none() {
        let book = RuleBook::default();
        let mut made = amendment(&book, &receipt(), &[("no", "PSPP-03")]);
        let mut pin = book.amend(&made, &centre(), None).expect("a version");
        pin.digest = Digest::of(b"something else");
        made.result = Some(pin.clone());
        assert!(RuleBook::new(vec![made.clone()]).set(&pin).is_none());
        // Nor one that follows itself.
        pin.version = made.base.version;
        made.base = pin.clone();
        made.result = Some(pin.clone());
        assert!(RuleBook::new(vec![made]).set(&pin).is_none());
    }

    #[test]
    fn what_only_a_newer_version_knows_is_kept_and_makes_no_version_here() {
        let book = RuleBook::default();
        let mut made = amendment(&book, &receipt(), &[("no", "PSPP-03")]);
        made.result = Some(book.amend(&made, &centre(), None).expect("a version"));
        let newer = json::write(&made).replace("\"paper\":{", "\"stamp\":{");
        let read: Amendment = json::read(&newer).expect("it is read all the same");
        assert!(matches!(read.change, Change::NotKnown(_)));
        assert_eq!(json::read(&json::write(&read)).as_ref(), Ok(&read), "kept as it came");
        assert_eq!(book.amend(&read, &centre(), None), Err(vec![Objection::UnknownEntry]));
        let book = RuleBook::new(vec![read]);
        assert!(made.result.is_some_and(|pin| book.set(&pin).is_none()));
        assert!(book.set_for(TRACK, None).is_none(), "no new case begins under rules that are not the newest");
    }

    #[test]
    fn who_may_change_what() {
        let book = RuleBook::default();
        let paper = amendment(&book, &receipt(), &[("no", "PSPP-03")]);
        let hours = amendment(&book, &Target::Office, &[("counter_closes", "16.00")]);
        for (office, role, may_paper, may_hours) in [
            ("00", Role::NationalAdmin, true, true),
            ("16.07", Role::Official, false, true),
            ("16.07", Role::Operator, false, true),
            ("16.07", Role::Counter, false, false),
            ("16.07", Role::Member, false, false),
            ("16", Role::ProvinceAdmin, false, false),
            ("33.24", Role::Official, false, false),
        ] {
            let actor = actor(office, role);
            let may = |amendment| match book.amend(amendment, &actor, Some(banyuasin())) {
                Ok(_) => true,
                Err(found) => {
                    assert_eq!(found, [Objection::Role]);
                    false
                }
            };
            assert_eq!((may(&paper), may(&hours)), (may_paper, may_hours), "{office} {role:?}");
        }
    }

    #[test]
    fn a_holiday_that_was_added_is_one() {
        let book = RuleBook::default();
        let date = LocalDate::new(2026, 7, 7).expect("a day");
        let before = book.newest_calendar().expect("a calendar");
        let days = inputs(&book, banyuasin(), &Target::Year(2026)).remove(0).value;
        let days = format!("7 Juli 2026; Cuti Bersama; Cuti bersama tambahan\n{days}");
        let made = amendment(&book, &Target::Year(2026), &[("days", &days), ("status", DECREED), ("decree", "SKB 1/2026")]);
        let book = after(&book, made);
        let calendar = book.newest_calendar().expect("the new version");
        assert_eq!(calendar.value.version, before.value.version + 1);
        let kind = |calendar: &crate::domain::calendar::Calendar| {
            calendar.kind(date, &banyuasin().code).map(|kind| format!("{kind:?}")).expect("the year")
        };
        assert!(kind(&calendar.value).contains("Cuti bersama tambahan"), "{}", kind(&calendar.value));
        assert_eq!(kind(&before.value), "Working");
        assert_eq!(calendar.value.year["2025"], before.value.year["2025"]);
    }

    #[test]
    fn an_open_question_of_the_law_is_answered_by_a_new_version() {
        let book = RuleBook::default();
        let target = Target::Switch(TRACK.into(), "mediation_begins".into());
        let before = entry(&book, banyuasin(), target.clone()).expect("it ships");
        assert!(before.unknown && before.mark == Mark::Unknown, "nobody knows yet");
        let found = objections(&book, &amendment(&book, &target, &[("value", "never")]));
        assert_eq!(found, [Objection::UnknownEntry]);
        let made = amendment(&book, &target, &[("value", "first_day")]);
        let book = after(&book, made);
        let now = entry(&book, banyuasin(), target).expect("still there");
        assert_eq!((now.unknown, now.value.id.as_str()), (false, "Sejak hari mediasi pertama"));
        let set = book.set_for(TRACK, None).expect("the new version");
        assert_eq!((set.value.version, set.value.switch["mediation_begins"].default.as_str()), (2, "first_day"));
        // The rules read it: of the two ways to count, the other one holds now.
        struct View<'a>(&'a RuleSet);
        impl crate::domain::guard::View for View<'_> {
            fn texts(&self, _path: &str) -> Vec<&str> {
                Vec::new()
            }
            fn act_date(&self) -> Option<LocalDate> {
                None
            }
            fn switch(&self, key: &str) -> Option<&str> {
                self.0.switch.get(key).map(|switch| switch.default.as_str())
            }
        }
        let holding = |set: &RuleSet| -> Vec<String> {
            let readings = set.deadline["mediation"].readings.iter();
            let holds = |reading: &&crate::domain::rule_set::Reading| {
                reading.when.as_ref().is_some_and(|when| crate::domain::guard::eval(when, &View(set)) == crate::domain::guard::Truth::Yes)
            };
            readings.filter(holds).map(|reading| reading.id.clone()).collect()
        };
        assert_eq!(holding(&set.value), ["first_day"]);
        assert_eq!(holding(&RuleBook::default().set_for(TRACK, None).expect("it ships").value), ["registered"]);
    }

    #[test]
    fn a_day_off_of_a_region_is_one_for_its_offices_only() {
        let book = RuleBook::default();
        let days = inputs(&book, banyuasin(), &Target::Year(2026)).remove(0).value;
        let typed = format!(
            "{days}\n7/7/2026; Libur daerah; Hari jadi; Anniversary; 16.07 33.24\n8/7/2026, pemungutan suara, Pemungutan suara ulang, , 16\n"
        );
        let book = after(&book, amendment(&book, &Target::Year(2026), &[("days", &typed)]));
        let calendar = &book.newest_calendar().expect("the new version").value;
        let off = |date: i8, office: &str| {
            let date = LocalDate::new(2026, 7, date).expect("a day");
            match calendar.kind(date, &OfficeCode(office.into())).expect("the year") {
                crate::domain::calendar::DayKind::Holiday(day) => Some(day.kind),
                _ => None,
            }
        };
        for (office, anniversary, polling) in [
            ("16.07", true, true),
            ("16.07.01", true, true),
            ("33.24", true, false),
            ("16", false, true),
            ("160", false, false),
            ("16.08", false, true),
            ("00", false, false),
        ] {
            assert_eq!(off(7, office), anniversary.then_some(HolidayKind::Local), "{office}");
            assert_eq!(off(8, office), polling.then_some(HolidayKind::Polling), "{office}");
        }
        let shown = inputs(&book, banyuasin(), &Target::Year(2026)).remove(0).value;
        assert!(shown.contains("7/7/2026; libur daerah; Hari jadi; Anniversary; 16.07 33.24\n"), "{shown}");
        assert_eq!(read_days(&shown), Ok(calendar.year["2026"].day.clone()), "what is shown is read back");

        let refused = |line: &str| {
            let typed = format!("{line}\n{days}");
            let mut answers = Table::new();
            answers.insert("days".to_owned(), typed);
            read(banyuasin(), &Target::Year(2026), &answers)
        };
        assert_eq!(refused("7/7/2026; libur daerah; Hari jadi"), Err(Unread::Day(1)), "of which region?");
        for (lines, problem) in [
            ("7/7/2026; libur daerah; Hari jadi; ; Banyuasin", DayProblem::Area),
            ("7/7/2026; libur daerah; Satu; ; 16.07\n7/7/2026; libur daerah; Dua; ; 16.08 16.07", DayProblem::Order),
        ] {
            let made = amendment(&book, &Target::Year(2026), &[("days", &format!("{lines}\n{days}"))]);
            let found = book.amend(&made, &actor("00", Role::NationalAdmin), Some(banyuasin())).expect_err("refused");
            assert!(found.iter().any(|found| matches!(found, Objection::Day { problem: found, .. } if *found == problem)), "{found:?}");
        }
        let made = amendment(
            &book,
            &Target::Year(2026),
            &[("days", &format!("7/7/2026; libur daerah; Satu; ; 16.07\n7/7/2026; libur daerah; Dua; ; 33.24\n{days}"))],
        );
        assert!(book.amend(&made, &actor("00", Role::NationalAdmin), Some(banyuasin())).is_ok(), "two regions, one day");
    }

    #[test]
    fn an_office_changes_its_hours_code_and_templates() {
        let book = RuleBook::default();
        let change = [("counter_closes", "16.00"), ("register_code", "16.07"), ("register", "{seq:3}/PS.REG/BA/{year}")];
        let book = after(&book, amendment(&book, &Target::Office, &change));
        let (office, pin) = book.office(banyuasin());
        assert_eq!(office.hours.counter_closes, Some(MinuteOfDay(960)));
        assert_eq!((office.register_code.as_str(), &office.name), ("16.07", &banyuasin().name));
        assert_eq!(book.office_at(banyuasin(), pin.as_ref()), Some(office.clone()));
        assert_eq!(book.office_at(banyuasin(), None).as_ref(), Some(banyuasin()));
        assert_eq!(book.series("register", banyuasin()).map(|series| series.template), Some("{seq:3}/PS.REG/BA/{year}".into()));
        let kendal = crate::rules::offices().iter().find(|office| office.code.0 == "33.24").expect("another office");
        assert_eq!(book.office(kendal), (kendal.clone(), None));
        assert_eq!(book.series("register", kendal).as_ref(), crate::rules::numbers().get("register"));
        // It says the same where a release has put the row of the table right meanwhile.
        let row = Office { register_code: "1607X".into(), ..banyuasin().clone() };
        assert_eq!(book.office(&row).0, office);
        assert!(pin.is_some_and(|pin| book.text(&pin).is_some_and(|json| Digest::of(json.as_bytes()) == pin.digest)));
    }

    #[test]
    fn what_stands_against_a_change_is_named() {
        let book = RuleBook::default();
        let series = Target::Series("register".into());
        let year = Target::Year(2026);
        let day = |number, problem| Objection::Day { number, problem };
        for (target, answers, expected) in [
            (
                receipt(),
                vec![("title_id", " "), ("title_en", "")],
                vec![Objection::Missing(Part::TitleId), Objection::Missing(Part::TitleEn)],
            ),
            (receipt(), vec![("no", "x".repeat(41).leak() as &str)], vec![Objection::TooLong { part: Part::No, max: 40 }]),
            (series.clone(), vec![("template", "{seq:3}")], vec![Objection::Template(TemplateProblem::Year)]),
            (series, vec![("template", "{seq:3}/{nomor}/{year}")], vec![Objection::Template(TemplateProblem::Token("nomor".into()))]),
            (Target::Office, vec![("register_code", "")], vec![Objection::Missing(Part::RegisterCode)]),
            (Target::Office, vec![("register_code", "{seq:3}")], vec![Objection::BadCharacter(Part::RegisterCode)]),
            (Target::Office, vec![("register", "tanpa urutan")], vec![Objection::Template(TemplateProblem::Sequence)]),
            (Target::Office, vec![("buku-lain", "{seq:3}/{year}")], vec![Objection::UnknownEntry]),
            (year.clone(), vec![("days", "")], vec![Objection::Missing(Part::Days)]),
            (year.clone(), vec![("days", "1/1/2026; nasional; A\n1/1/2026; nasional; B")], vec![day(2, DayProblem::Order)]),
            (year.clone(), vec![("days", "1/1/2026; nasional; A\n1/1/2025; nasional; B")], vec![day(1, DayProblem::OtherYear)]),
            (year.clone(), vec![("days", "1/1/2026; nasional;")], vec![day(1, DayProblem::Name)]),
            (year, vec![("days", "1/1/2026; nasional; A"), ("status", DECREED), ("decree", "")], vec![Objection::Missing(Part::Decree)]),
        ] {
            let made = amendment(&book, &target, &answers);
            assert_eq!(objections(&book, &made), expected, "{answers:?}");
        }
        let mut made = amendment(&book, &receipt(), &[("no", "PSPP-03")]);
        (made.source, made.reason) = (String::new(), "\u{200b} ".into());
        assert_eq!(objections(&book, &made), [Objection::Missing(Part::Source), Objection::Missing(Part::Reason)]);
        let confirmed = Amendment {
            mark: Mark::Confirmed,
            ..amendment(&book, &Target::Year(2027), &[("days", "1/1/2027; nasional; A"), ("status", EXPECTED)])
        };
        assert_eq!(objections(&book, &confirmed), [Objection::ExpectedIsNotConfirmed]);
        let mut nowhere = amendment(&book, &receipt(), &[("no", "PSPP-03")]);
        nowhere.change = Change::Paper { paper: "tidak_ada".into(), no: String::new(), title: Text { id: "a".into(), en: "a".into() } };
        assert_eq!(objections(&book, &nowhere), [Objection::UnknownEntry]);
        nowhere.change = Change::CutiBersamaWorking(true);
        assert_eq!(objections(&book, &nowhere), [Objection::Stale]);
    }

    /// No rule set that ships has a switch at present: one is put into a track here.
    #[test]
    fn a_switch_takes_one_of_its_options() {
        use crate::domain::amendment::{Before, amended, objections};
        let book = RuleBook::default();
        let switch = r#"{"d5":{"default":"next_day","label":{"id":"D5","en":"D5"},"mark":"U","options":[{"v":"next_day","id":"a","en":"a"},{"v":"later","id":"b","en":"b"}],"src":[]}}"#;
        let text = json::edited(book.set_for(TRACK, None).expect("the track").json, &[(&["switch"], switch.into())]).expect("JSON");
        let before: RuleSet = json::read(&text).expect("a rule set");
        let change = |value: &str| Amendment {
            change: Change::Switch { switch: "d5".into(), value: value.into() },
            mark: Mark::Unknown,
            ..amendment(&book, &receipt(), &[])
        };
        assert_eq!(objections(Before::Rules(&before), &change("later")), []);
        assert_eq!(objections(Before::Rules(&before), &change("next_day")), [Objection::NothingChanged]);
        let confirmed = Amendment { mark: Mark::Confirmed, ..change("next_day") };
        assert_eq!(objections(Before::Rules(&before), &confirmed), [], "what was guessed is now known");
        assert_eq!(objections(Before::Rules(&before), &change("never")), [Objection::UnknownEntry]);
        let after: RuleSet = json::read(&amended(&text, &change("later")).expect("JSON")).expect("a rule set");
        assert_eq!((after.version, after.switch["d5"].default.as_str(), after.switch["d5"].src.len()), (2, "later", 1));
        assert_eq!(after.switch["d5"].options, before.switch["d5"].options);
    }

    #[test]
    fn what_is_no_day_or_hour_is_told_with_its_line() {
        let answers = |key: &str, text: &str| Table::from_iter([(key.to_owned(), text.to_owned())]);
        let days = |text: &str| read(banyuasin(), &Target::Year(2026), &answers("days", text));
        for text in
            ["31/2/2026; nasional; A", "1/1/26; nasional; A", "1/1/2026; libur; A", "1/1/2026; nasional", "1/1/2026; nasional; A; B; 16; C"]
        {
            assert_eq!(days(&format!("\n2/1/2026, nasional, B\n{text}")), Err(Unread::Day(3)), "{text}");
        }
        for hour in ["sore", "25.00", "16"] {
            assert_eq!(read(banyuasin(), &Target::Office, &answers("online_closes", hour)), Err(Unread::Hour("online_closes")), "{hour}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(40))]

        /// Whatever is written, the version that comes of it is read back as what was written, and the same on every device.
        #[test]
        fn titles_of_any_letters_make_sound_versions(no in "\\PC{0,40}", id in "[^\\p{Cc}]{1,60}", en in "\\PC{1,60}") {
            let book = RuleBook::default();
            let mut made = amendment(&book, &receipt(), &[]);
            made.change = Change::Paper { paper: "receipt".into(), no: no.clone(), title: Text { id: id.clone(), en: en.clone() } };
            match book.amend(&made, &centre(), None) {
                Ok(pin) => {
                    made.result = Some(pin.clone());
                    let sent: Amendment = json::read(&json::write(&made)).expect("it travels");
                    prop_assert_eq!(&sent, &made);
                    let book = RuleBook::new(vec![sent]);
                    let json = book.text(&pin).expect("its text");
                    prop_assert_eq!(Digest::of(json.as_bytes()), pin.digest);
                    let paper = json::read::<RuleSet>(&json).expect("a rule set").paper["receipt"].clone();
                    prop_assert_eq!((paper.no, paper.title), (no, Text { id, en }));
                }
                Err(found) => prop_assert!(!found.is_empty()),
            }
        }

        /// Any sequence of changes is a chain in which every version stays.
        #[test]
        fn every_version_of_a_chain_stays(changes in proptest::collection::vec((0_usize..4, 0_u8..100), 1..6)) {
            let mut book = RuleBook::default();
            let mut pins = Vec::new();
            for (kind, salt) in changes {
                let target = [receipt(), Target::CutiBersama, Target::Series("psap".into()), Target::Office][kind].clone();
                let text = match kind {
                    0 => ("no", format!("PSPP-{salt}")),
                    1 => ("value", if salt % 2 == 0 { WORKING.to_owned() } else { OFF.to_owned() }),
                    2 => ("template", format!("{{seq:3}}/{salt}/{{year}}")),
                    _ => ("register_code", format!("16.{salt}")),
                };
                let mut made = amendment(&book, &target, &[(text.0, &text.1)]);
                let Ok(pin) = book.amend(&made, &centre(), Some(banyuasin())) else { continue };
                prop_assert_eq!(pin.version, made.base.version + 1);
                made.result = Some(pin.clone());
                pins.push(pin);
                book = RuleBook::new(book.amendments().iter().cloned().chain([made]).collect());
            }
            for pin in pins {
                prop_assert!(book.text(&pin).is_some_and(|json| Digest::of(json.as_bytes()) == pin.digest));
            }
        }
    }
}
