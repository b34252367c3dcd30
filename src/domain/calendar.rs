//! Calendars of holidays as data, and what kind of day a date is. A year that the table lacks is an error, never a guess.

use super::table::Table;
use serde::{Deserialize, Serialize};

use super::office::OfficeCode;
use super::rule_set::{Mark, Text};
use super::time::LocalDate;

/// A versioned calendar.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Calendar {
    /// See [`super::rule_set::FORMAT`].
    pub format: u32,
    /// Key of the calendar.
    pub id: String,
    /// Counts up with every amendment.
    pub version: u32,
    /// Name.
    pub title: Text,
    /// Is *cuti bersama* a working day? Unknown in law, so that it is a switch.
    pub cuti_bersama_working: bool,
    /// The years it holds.
    pub year: Table<String, Year>,
}

/// One year of a calendar.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Year {
    /// Was the decree itself read, or is the year only expected?
    pub status: YearStatus,
    /// The decree, in words.
    pub decree: String,
    /// Keys of `sources.toml`.
    pub src: Vec<String>,
    /// How sure.
    pub mark: Mark,
    /// Its days off, in order.
    pub day: Vec<Holiday>,
}

/// Was the decree of a year read?
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum YearStatus {
    /// From the decree.
    Decreed,
    /// Not from the decree itself: dates that rest on it are provisional.
    Expected,
}

/// A day off.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Holiday {
    /// The date.
    pub date: LocalDate,
    /// Its kind.
    pub kind: HolidayKind,
    /// Indonesian name.
    pub id: String,
    /// English name.
    pub en: String,
    /// Codes of the areas that have it, each with all offices within; empty: the whole country (domain notes §9.4).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub scope: Vec<OfficeCode>,
}

impl Holiday {
    /// Does it say again what a day before it in the list says: the same date for all, or for one same area?
    #[must_use]
    pub fn repeats(&self, before: &Self) -> bool {
        let both_for_all = self.scope.is_empty() && before.scope.is_empty();
        self.date == before.date && (both_for_all || self.scope.iter().any(|area| before.scope.contains(area)))
    }

    /// Is it a day off for an office?
    #[must_use]
    pub fn holds_for(&self, office: &OfficeCode) -> bool {
        self.scope.is_empty() || self.scope.iter().any(|area| office.is_within(area))
    }
}

/// The kind of a day off.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HolidayKind {
    /// *Hari libur nasional*.
    National,
    /// *Cuti bersama*: collective leave.
    CutiBersama,
    /// *Hari pemungutan suara*, declared a day off by decree, also for a region only.
    Polling,
    /// *Libur daerah*: a day off of a region.
    Local,
}

/// What a date is to somebody who counts working days.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DayKind<'a> {
    /// A working day.
    Working,
    /// Saturday or Sunday.
    Weekend,
    /// A day off of the table.
    Holiday(&'a Holiday),
}

/// The calendar does not hold this year.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the calendar lacks the year {0}")]
pub struct YearMissing(pub i16);

impl Calendar {
    /// What kind of day a date is for an office.
    ///
    /// # Errors
    /// [`YearMissing`] if the table lacks its year, also for a weekend: a date that rests on it would look certain.
    pub fn kind(&self, date: LocalDate, office: &OfficeCode) -> Result<DayKind<'_>, YearMissing> {
        let year = self.year(date.year())?;
        let counts_not = |day: &&Holiday| day.kind != HolidayKind::CutiBersama || !self.cuti_bersama_working;
        let off = year.day.iter().find(|day| day.date == date && day.holds_for(office) && counts_not(day));
        Ok(match off {
            // A holiday on a Saturday is still named as the holiday: the officer sees both at once.
            Some(holiday) => DayKind::Holiday(holiday),
            None if date.weekday() >= 5 => DayKind::Weekend,
            None => DayKind::Working,
        })
    }

    /// Do dates of this year rest on something else than the decree?
    ///
    /// # Errors
    /// [`YearMissing`] if the table lacks the year.
    pub fn is_expected(&self, year: i16) -> Result<bool, YearMissing> {
        Ok(self.year(year)?.status == YearStatus::Expected)
    }

    fn year(&self, year: i16) -> Result<&Year, YearMissing> {
        self.year.get(&year.to_string()).ok_or(YearMissing(year))
    }
}
