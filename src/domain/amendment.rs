//! Changing a table of the law in the app: a switch, a paper's number and title, a number template, a year of the calendar, what an
//! office says of itself. Each change makes a new version that is a function of the version before and of the change alone, so
//! that a device and a server come to the same digest. What was decided by an earlier version keeps it.

use serde::{Deserialize, Serialize};

use super::calendar::{Calendar, Year, YearStatus};
use super::case::Person;
use super::digest::Digest;
use super::id::AmendmentId;
use super::json;
use super::number::{self, NumberSeries, TemplateProblem};
use super::office::{Actor, Hours, Office, OfficeCode, Role};
use super::rule_set::{DefinitionRef, Mark, RuleSet, Text};
use super::table::Table;
use super::text::is_blank;
use super::time::Timestamp;

/// The most characters of a source, a title, a template or the name of a day.
pub const MAX_LINE: usize = 300;
/// The most characters of a form number or a register code.
pub const MAX_CODE: usize = 40;
/// The most days off in a year.
pub const MAX_DAYS: usize = 100;
/// The most areas of one day off.
pub const MAX_AREAS: usize = 100;
/// The id under which number templates are pinned.
pub const NUMBERS: &str = "numbers";

/// The kinds of definitions that can be changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DefinitionKind {
    /// A rule set.
    Rules,
    /// The calendar.
    Calendar,
    /// Number templates.
    Numbers,
    /// What an office says of itself.
    Office,
}

/// One change of one version, with who made it, and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Amendment {
    /// Idempotency key.
    pub id: AmendmentId,
    /// The version that its author saw.
    pub base: DefinitionRef,
    /// What changes.
    pub change: Change,
    /// Where the author read it: the decree, the article, the letter.
    pub source: String,
    /// How sure it is now.
    pub mark: Mark,
    /// Why.
    pub reason: String,
    /// Who.
    pub by: Person,
    /// For which office.
    pub office: OfficeCode,
    /// The author's clock.
    pub made_at: Timestamp,
    /// The version that it makes; `None` until a server took it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub result: Option<DefinitionRef>,
    /// When the server took it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub recorded_at: Option<Timestamp>,
}

/// What changes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Change {
    /// A switch of a rule set has another answer.
    Switch {
        /// Key of the switch.
        switch: String,
        /// One of its options.
        value: String,
    },
    /// A paper has another form number or title.
    Paper {
        /// Key of the paper.
        paper: String,
        /// Form number; empty while unknown.
        no: String,
        /// Title.
        title: Text,
    },
    /// A number series is printed in another way.
    Series {
        /// Key of the series.
        series: String,
        /// See [`NumberSeries::template`].
        template: String,
        /// See [`NumberSeries::counter`].
        counter: String,
        /// See [`NumberSeries::sips`].
        sips: String,
    },
    /// A year of the calendar, whole. Its sources and mark are those of the amendment.
    Year {
        /// The year.
        year: i16,
        /// Was the decree itself read?
        status: YearStatus,
        /// The decree, in words.
        decree: String,
        /// Its days off, in order.
        day: Vec<super::calendar::Holiday>,
    },
    /// Is *cuti bersama* a working day?
    CutiBersamaWorking(bool),
    /// What an office says of itself, whole.
    Office(OfficeSettings),
    /// What only a newer version knows: kept as it came. An act that rests on it is shown, and not judged.
    #[serde(rename = "notKnown")]
    NotKnown(json::Raw),
}

/// What an office says of itself (domain notes §5.4, §9.3: offices differ, so that nothing is assumed).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct OfficeSettings {
    /// The office.
    pub code: OfficeCode,
    /// The code in its register numbers.
    pub register_code: String,
    /// When its last day ends.
    pub hours: Hours,
    /// Its own template for a number series, where it is not the national one.
    #[serde(default)]
    pub template: Table<String, String>,
}

/// What stands against a change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Objection {
    /// The actor may not change this.
    Role,
    /// The version that the author saw is not the newest any more, or is not known here.
    Stale,
    /// The rules have no such entry.
    UnknownEntry,
    /// Everything is as it was.
    NothingChanged,
    /// Something must be filled in: which part.
    Missing(Part),
    /// A part is too long.
    TooLong {
        /// Which.
        part: Part,
        /// The most characters.
        max: usize,
    },
    /// A part has characters that it may not have, such as a line break.
    BadCharacter(Part),
    /// A number template prints no sound number.
    Template(TemplateProblem),
    /// A day of the year: its place in the list, from 1.
    Day {
        /// Which.
        number: usize,
        /// Why.
        problem: DayProblem,
    },
    /// More days off than [`MAX_DAYS`].
    TooManyDays,
    /// A year that is only expected cannot be marked as confirmed.
    ExpectedIsNotConfirmed,
}

/// A part of a change, for pointing at it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// The source.
    Source,
    /// The reason.
    Reason,
    /// A form number.
    No,
    /// An Indonesian title.
    TitleId,
    /// An English title.
    TitleEn,
    /// A template.
    Template,
    /// The code of a channel.
    Channel,
    /// The decree.
    Decree,
    /// A list of days.
    Days,
    /// A register code.
    RegisterCode,
}

/// Why a day cannot stand in a year.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DayProblem {
    /// It is of another year.
    OtherYear,
    /// It does not come after the day before it in the list, or stands there twice.
    Order,
    /// It has no name, or one that is too long.
    Name,
    /// Its scope holds something that is no area code, or too many of them.
    Area,
}

impl Part {
    /// Its key in forms and in the contract's problems.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::Source => "source",
            Self::Reason => "reason",
            Self::No => "no",
            Self::TitleId => "title_id",
            Self::TitleEn => "title_en",
            Self::Template => "template",
            Self::Channel => "counter",
            Self::Decree => "decree",
            Self::Days => "days",
            Self::RegisterCode => "register_code",
        }
    }
}

impl Objection {
    /// The part that it points at, if it points at one.
    #[must_use]
    pub fn part(&self) -> Option<Part> {
        match self {
            Self::Missing(part) | Self::TooLong { part, .. } | Self::BadCharacter(part) => Some(*part),
            Self::Template(_) => Some(Part::Template),
            Self::Day { .. } | Self::TooManyDays => Some(Part::Days),
            Self::Role | Self::Stale | Self::UnknownEntry | Self::NothingChanged | Self::ExpectedIsNotConfirmed => None,
        }
    }
}

impl DefinitionKind {
    /// Its word in addresses and in JSON.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::Rules => "rules",
            Self::Calendar => "calendar",
            Self::Numbers => "numbers",
            Self::Office => "office",
        }
    }
}

impl Change {
    /// The kind of definition that it changes.
    #[must_use]
    pub fn kind(&self) -> DefinitionKind {
        match self {
            Self::Switch { .. } | Self::Paper { .. } | Self::NotKnown(_) => DefinitionKind::Rules,
            Self::Year { .. } | Self::CutiBersamaWorking(_) => DefinitionKind::Calendar,
            Self::Series { .. } => DefinitionKind::Numbers,
            Self::Office(_) => DefinitionKind::Office,
        }
    }
}

impl OfficeSettings {
    /// As the table of offices has them, before anybody changed anything.
    #[must_use]
    pub fn of(office: &Office) -> Self {
        Self { code: office.code.clone(), register_code: office.register_code.clone(), hours: office.hours, template: Table::new() }
    }

    /// The office with these settings.
    #[must_use]
    pub fn applied_to(&self, office: &Office) -> Office {
        Office { register_code: self.register_code.clone(), hours: self.hours, ..office.clone() }
    }
}

/// May this person change this? The centre everything; an office's own officials and operators what their office says of itself
/// (domain notes §9.3; an inference, mark L).
#[must_use]
pub fn may_amend(actor: &Actor, kind: DefinitionKind, office: Option<&OfficeCode>) -> bool {
    let has = |role| actor.roles.contains(&role);
    has(Role::NationalAdmin)
        || (kind == DefinitionKind::Office && office == Some(&actor.office) && (has(Role::Official) || has(Role::Operator)))
}

/// The definition that a change is checked against, as its base has it.
#[derive(Clone, Copy, Debug)]
pub enum Before<'a> {
    /// A rule set.
    Rules(&'a RuleSet),
    /// The calendar.
    Calendar(&'a Calendar),
    /// Number templates.
    Numbers(&'a Table<String, NumberSeries>),
    /// An office.
    Office(&'a OfficeSettings),
}

/// Everything that stands against an amendment by itself, in the order of the form. Who may make it, and whether its base is the newest, is
/// asked elsewhere.
#[must_use]
pub fn objections(before: Before<'_>, amendment: &Amendment) -> Vec<Objection> {
    let mut found = Vec::new();
    let mut entry_mark = None;
    let changed = match (before, &amendment.change) {
        (Before::Rules(set), Change::Switch { switch, value }) => match set.switch.get(switch) {
            Some(known) if known.options.iter().any(|option| option.v == *value) => {
                entry_mark = Some(known.mark);
                known.default != *value
            }
            _ => return vec![Objection::UnknownEntry],
        },
        (Before::Rules(set), Change::Paper { paper, no, title }) => {
            let Some(known) = set.paper.get(paper) else { return vec![Objection::UnknownEntry] };
            found.extend(line(Part::No, no, MAX_CODE, false));
            found.extend(line(Part::TitleId, &title.id, MAX_LINE, true));
            found.extend(line(Part::TitleEn, &title.en, MAX_LINE, true));
            entry_mark = Some(known.mark);
            known.no != *no || known.title != *title
        }
        (Before::Numbers(numbers), Change::Series { series, template, counter, sips }) => {
            let Some(known) = numbers.get(series) else { return vec![Objection::UnknownEntry] };
            found.extend(template_objection(template));
            found.extend(line(Part::Channel, counter, MAX_CODE, false));
            found.extend(line(Part::Channel, sips, MAX_CODE, false));
            entry_mark = Some(known.mark);
            known.template != *template || known.counter != *counter || known.sips != *sips
        }
        (Before::Calendar(calendar), Change::Year { year, status, decree, day }) => {
            found.extend(line(Part::Decree, decree, MAX_LINE, *status == YearStatus::Decreed));
            found.extend(days(*year, day));
            if *status == YearStatus::Expected && amendment.mark == Mark::Confirmed {
                found.push(Objection::ExpectedIsNotConfirmed);
            }
            let known = calendar.year.get(&year.to_string());
            entry_mark = known.map(|known| known.mark);
            known.is_none_or(|known| known.status != *status || known.decree != *decree || known.day != *day)
        }
        (Before::Calendar(calendar), Change::CutiBersamaWorking(working)) => calendar.cuti_bersama_working != *working,
        (Before::Office(known), Change::Office(settings)) => {
            if known.code != settings.code {
                return vec![Objection::UnknownEntry];
            }
            found.extend(line(Part::RegisterCode, &settings.register_code, MAX_CODE, true));
            if settings.register_code.contains(['{', '}', '/']) {
                found.push(Objection::BadCharacter(Part::RegisterCode));
            }
            found.extend(settings.template.values().filter_map(|template| template_objection(template)));
            known != settings
        }
        _ => return vec![Objection::UnknownEntry],
    };
    // What was guessed right and is now confirmed is a change, too.
    if !changed && entry_mark.is_none_or(|mark| mark == amendment.mark) {
        found.push(Objection::NothingChanged);
    }
    found.extend(line(Part::Source, &amendment.source, MAX_LINE, true));
    if is_blank(&amendment.reason) {
        found.push(Objection::Missing(Part::Reason));
    } else if amendment.reason.chars().count() > super::decide::MAX_REASON {
        found.push(Objection::TooLong { part: Part::Reason, max: super::decide::MAX_REASON });
    }
    found
}

fn line(part: Part, text: &str, max: usize, needed: bool) -> Option<Objection> {
    if needed && is_blank(text) {
        Some(Objection::Missing(part))
    } else if text.chars().count() > max {
        Some(Objection::TooLong { part, max })
    } else {
        text.chars().any(char::is_control).then_some(Objection::BadCharacter(part))
    }
}

fn template_objection(template: &str) -> Option<Objection> {
    line(Part::Template, template, MAX_LINE, true).or_else(|| number::template_problem(template).map(Objection::Template))
}

fn days(year: i16, days: &[super::calendar::Holiday]) -> Option<Objection> {
    // A year without any day off is one that nobody has filled in.
    if days.is_empty() {
        return Some(Objection::Missing(Part::Days));
    }
    if days.len() > MAX_DAYS {
        return Some(Objection::TooManyDays);
    }
    days.iter().enumerate().find_map(|(index, day)| {
        let problem = if day.date.year() != year {
            DayProblem::OtherYear
        } else if days[..index].iter().any(|before| before.date > day.date || day.repeats(before)) {
            DayProblem::Order
        } else if [&day.id, &day.en].into_iter().any(|name| line(Part::Days, name, MAX_LINE, true).is_some()) {
            DayProblem::Name
        } else if day.scope.len() > MAX_AREAS || !day.scope.iter().all(OfficeCode::is_sound) {
            DayProblem::Area
        } else {
            return None;
        };
        Some(Objection::Day { number: index + 1, problem })
    })
}

/// The canonical JSON of the version that an amendment makes of the JSON of its base. The base need not be one that this version reads
/// whole: what it does not know stays. Only an amendment without objections makes a sound version.
///
/// # Errors
/// The base is no JSON of such a definition.
pub fn amended(base: &str, amendment: &Amendment) -> Result<String, json::Unreadable> {
    let mark = json::write(&amendment.mark);
    let src = json::write(&[amendment.source.as_str()]);
    let version = (&["version"][..], (amendment.base.version + 1).to_string());
    match &amendment.change {
        Change::Switch { switch, value } => json::edited(
            base,
            &[
                version,
                (&["switch", switch, "default"], json::write(value)),
                (&["switch", switch, "mark"], mark),
                (&["switch", switch, "src"], src),
            ],
        ),
        Change::Paper { paper, no, title } => json::edited(
            base,
            &[
                version,
                (&["paper", paper, "no"], json::write(no)),
                (&["paper", paper, "title"], json::write(title)),
                (&["paper", paper, "mark"], mark),
                (&["paper", paper, "src"], src),
            ],
        ),
        Change::Year { year, status, decree, day } => {
            let key = year.to_string();
            let year = Year {
                status: *status,
                decree: decree.clone(),
                src: vec![amendment.source.clone()],
                mark: amendment.mark,
                day: day.clone(),
            };
            json::edited(base, &[version, (&["year", &key], json::write(&year))])
        }
        Change::CutiBersamaWorking(working) => json::edited(base, &[version, (&["cuti_bersama_working"], json::write(working))]),
        // Neither says its version itself: its pin does.
        Change::Series { series, template, counter, sips } => {
            let of = NumberSeries {
                template: template.clone(),
                counter: counter.clone(),
                sips: sips.clone(),
                src: vec![amendment.source.clone()],
                mark: amendment.mark,
            };
            json::edited(base, &[(&[series], json::write(&of))])
        }
        Change::NotKnown(_) => Err(json::Unreadable),
        // Whole, so that it does not rest on a row of the table, which a release may put right.
        Change::Office(settings) => Ok(json::write(settings)),
    }
}

/// The pin of the version that `json` is, made by this amendment.
#[must_use]
pub fn pin(amendment: &Amendment, json: &str) -> DefinitionRef {
    DefinitionRef { id: amendment.base.id.clone(), version: amendment.base.version + 1, digest: Digest::of(json.as_bytes()) }
}
