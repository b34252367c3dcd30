//! The law as it ships together with what was changed in the app: every version that was ever decided by, and which of them is the
//! newest. A device and a server that hold the same amendments hold the same book.

use std::borrow::Cow;
use std::sync::{Mutex, PoisonError};

use serde::de::DeserializeOwned;

use super::{Pinned, numbers_text};
use crate::domain::amendment::{
    Amendment, Before, Change, DefinitionKind, NUMBERS, Objection, OfficeSettings, amended, may_amend, objections, pin,
};
use crate::domain::calendar::Calendar;
use crate::domain::digest::Digest;
use crate::domain::json;
use crate::domain::number::NumberSeries;
use crate::domain::office::{Actor, Office, OfficeCode};
use crate::domain::rule_set::{DefinitionRef, RuleSet};
use crate::domain::table::Table;
use crate::domain::time::LocalDate;

/// What ships, and the amendments after it. Without any, it is the law as it ships.
#[derive(Clone, Debug, Default)]
pub struct RuleBook {
    amendments: Vec<Amendment>,
}

impl PartialEq for RuleBook {
    /// By the ids of their amendments: what stands under one never changes.
    fn eq(&self, other: &Self) -> bool {
        self.amendments.len() == other.amendments.len()
            && self.amendments.iter().zip(other.amendments.iter()).all(|(one, other)| one.id == other.id)
    }
}

/// A kind of definition that is read from its JSON once and then kept for as long as the program runs: there are as many as
/// there are amendments, and whatever was decided by one may be asked for again.
trait Kept: DeserializeOwned + 'static {
    fn shipped(pin: &DefinitionRef) -> Option<&'static Pinned<Self>>;
    fn memory() -> &'static Mutex<Vec<&'static Pinned<Self>>>;
}

impl Kept for RuleSet {
    fn shipped(pin: &DefinitionRef) -> Option<&'static Pinned<Self>> {
        super::set(pin)
    }

    fn memory() -> &'static Mutex<Vec<&'static Pinned<Self>>> {
        static MEMORY: Mutex<Vec<&'static Pinned<RuleSet>>> = Mutex::new(Vec::new());
        &MEMORY
    }
}

impl Kept for Calendar {
    fn shipped(pin: &DefinitionRef) -> Option<&'static Pinned<Self>> {
        super::calendar(pin)
    }

    fn memory() -> &'static Mutex<Vec<&'static Pinned<Self>>> {
        static MEMORY: Mutex<Vec<&'static Pinned<Calendar>>> = Mutex::new(Vec::new());
        &MEMORY
    }
}

impl RuleBook {
    /// The law with these amendments, in any order: each says what it follows. One that has no result was taken by no server and is
    /// passed over.
    #[must_use]
    pub fn new(mut amendments: Vec<Amendment>) -> Self {
        amendments.retain(|amendment| amendment.result.is_some());
        Self { amendments }
    }

    /// The book with more amendments. One that it has already, from before a cursor was lost, may come again.
    #[must_use]
    pub fn with(&self, more: &[Amendment]) -> Self {
        let mut all = self.amendments.clone();
        for made in more {
            if all.iter().all(|known| known.id != made.id) {
                all.push(made.clone());
            }
        }
        Self::new(all)
    }

    /// The amendments, as they were given.
    #[must_use]
    pub fn amendments(&self) -> &[Amendment] {
        &self.amendments
    }

    /// The amendment that made this version.
    #[must_use]
    pub fn made_by(&self, pin: &DefinitionRef) -> Option<&Amendment> {
        self.amendments.iter().find(|amendment| amendment.result.as_ref() == Some(pin))
    }

    /// The newest version that follows from this one by amendments.
    fn newest(&self, pin: &DefinitionRef) -> DefinitionRef {
        let mut newest = pin;
        // A version follows one with a smaller number, so that this ends.
        while let Some(next) = self.amendments.iter().find(|next| next.base == *newest).and_then(|next| next.result.as_ref())
            && next.version > newest.version
        {
            newest = next;
        }
        newest.clone()
    }

    /// The canonical JSON of a version, if the book has it.
    #[must_use]
    pub fn text(&self, pin: &DefinitionRef) -> Option<Cow<'static, str>> {
        if let Some(json) = super::text(pin) {
            return Some(Cow::Borrowed(json));
        }
        // Not parsed for this: only a server prints numbers.
        if pin.id == NUMBERS && pin.version == 1 {
            let (known, json) = numbers_text();
            return (known == *pin).then_some(Cow::Borrowed(json));
        }
        let amendment = self.made_by(pin).filter(|amendment| amendment.base.version < pin.version)?;
        let base = match &amendment.change {
            // Rests on nothing: see `amended`.
            Change::Office(_) => Cow::Borrowed(""),
            _ => self.text(&amendment.base)?,
        };
        amended(&base, amendment).ok().map(Cow::Owned)
    }

    /// The text of a version that was made in an app, if it is what its pin says; kept for as long as the program runs.
    #[inline(never)]
    fn checked(&self, pin: &DefinitionRef) -> Option<&'static str> {
        let json = self.text(pin).filter(|json| Digest::of(json.as_bytes()) == pin.digest)?;
        Some(json.into_owned().leak())
    }

    fn get<T: Kept>(&self, pin: &DefinitionRef) -> Option<&'static Pinned<T>> {
        if let Some(shipped) = T::shipped(pin) {
            return Some(shipped);
        }
        self.made_by(pin)?;
        let mut memory = T::memory().lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = memory.iter().find(|known| known.pin == *pin) {
            return Some(known);
        }
        let json = self.checked(pin)?;
        let value = json::read(json).ok()?;
        let made: &'static Pinned<T> = Box::leak(Box::new(Pinned { pin: pin.clone(), value, json }));
        memory.push(made);
        Some(made)
    }

    /// The rule set with this pin, if the book has it.
    #[must_use]
    pub fn set(&self, pin: &DefinitionRef) -> Option<&'static Pinned<RuleSet>> {
        self.get(pin)
    }

    /// The calendar with this pin, if the book has it.
    #[must_use]
    pub fn calendar(&self, pin: &DefinitionRef) -> Option<&'static Pinned<Calendar>> {
        self.get(pin)
    }

    /// The rule set of a track that applies to a date, or the newest one where no date is known yet.
    #[must_use]
    pub fn set_for(&self, track: &str, date: Option<LocalDate>) -> Option<&'static Pinned<RuleSet>> {
        self.get(&self.newest(&super::set_for(track, date)?.pin))
    }

    /// The newest version of each track.
    #[must_use]
    pub fn tracks(&self) -> Vec<&'static Pinned<RuleSet>> {
        super::tracks().filter_map(|set| self.get(&self.newest(&set.pin))).collect()
    }

    /// The newest national calendar.
    #[must_use]
    pub fn newest_calendar(&self) -> Option<&'static Pinned<Calendar>> {
        self.get(&self.newest(&super::newest_calendar()?.pin))
    }

    /// The newest number templates, with their pin.
    #[must_use]
    pub fn numbers(&self) -> (Table<String, NumberSeries>, DefinitionRef) {
        let (shipped, _) = numbers_text();
        let pin = self.newest(&shipped);
        // Whatever cannot be read was taken by no server of this project; the number then has the form that ships.
        let amended = (pin != shipped).then(|| json::read(&self.text(&pin)?).ok()).flatten();
        match amended {
            Some(numbers) => (numbers, pin),
            None => (super::numbers().clone(), shipped),
        }
    }

    /// A series as an office prints it.
    #[must_use]
    pub fn series(&self, series: &str, office: &Office) -> Option<NumberSeries> {
        let (numbers, _) = self.numbers();
        let national = numbers.get(series)?.clone();
        Some(match self.office_settings(office).0.template.get(series) {
            Some(template) => NumberSeries { template: template.clone(), ..national },
            None => national,
        })
    }

    /// What an office says of itself now, with its pin. `row` is the office without amendments.
    #[must_use]
    pub fn office_settings(&self, row: &Office) -> (OfficeSettings, DefinitionRef) {
        match self.newest_of_office(&row.code) {
            Some((settings, pin)) => (settings.clone(), pin.clone()),
            None => {
                let settings = OfficeSettings::of(row);
                let pin = DefinitionRef { id: row.code.0.clone(), version: 1, digest: Digest::of_json(&settings) };
                (settings, pin)
            }
        }
    }

    /// The office as it is now, and the pin of what it says of itself; none if nobody changed that.
    #[must_use]
    pub fn office(&self, row: &Office) -> (Office, Option<DefinitionRef>) {
        match self.newest_of_office(&row.code) {
            Some((settings, pin)) => (settings.applied_to(row), Some(pin.clone())),
            None => (row.clone(), None),
        }
    }

    /// The office as it was by a pin; without one, as the table has it. `None` if the book does not have that version.
    #[must_use]
    pub fn office_at(&self, row: &Office, pin: Option<&DefinitionRef>) -> Option<Office> {
        let Some(pin) = pin else { return Some(row.clone()) };
        let found = self.of_office(&row.code).find(|(_, known)| *known == pin);
        found.map(|(settings, _)| settings.applied_to(row))
    }

    fn newest_of_office(&self, code: &OfficeCode) -> Option<(&OfficeSettings, &DefinitionRef)> {
        self.of_office(code).max_by_key(|(_, pin)| pin.version)
    }

    fn of_office(&self, code: &OfficeCode) -> impl Iterator<Item = (&OfficeSettings, &DefinitionRef)> {
        self.amendments.iter().filter_map(move |amendment| match &amendment.change {
            Change::Office(settings) if settings.code == *code => Some((settings, amendment.result.as_ref()?)),
            _ => None,
        })
    }

    /// The pin of the version that an amendment makes now. `row` is the office that it is about, if it is about one.
    ///
    /// # Errors
    /// Everything that stands against it, in the order in which a person would mend it.
    pub fn amend(&self, amendment: &Amendment, actor: &Actor, row: Option<&Office>) -> Result<DefinitionRef, Vec<Objection>> {
        let kind = amendment.change.kind();
        if !may_amend(actor, kind, row.map(|office| &office.code)) {
            return Err(vec![Objection::Role]);
        }
        let base = &amendment.base;
        let stale = || vec![Objection::Stale];
        let found = match kind {
            DefinitionKind::Rules => {
                let set = self.set(base).filter(|_| self.newest(base) == *base).ok_or_else(stale)?;
                objections(Before::Rules(&set.value), amendment)
            }
            DefinitionKind::Calendar => {
                let calendar = self.calendar(base).filter(|_| self.newest(base) == *base).ok_or_else(stale)?;
                objections(Before::Calendar(&calendar.value), amendment)
            }
            DefinitionKind::Numbers => {
                let (numbers, newest) = self.numbers();
                if newest != *base {
                    return Err(stale());
                }
                objections(Before::Numbers(&numbers), amendment)
            }
            DefinitionKind::Office => {
                let (settings, newest) = self.office_settings(row.ok_or_else(|| vec![Objection::UnknownEntry])?);
                if newest != *base {
                    return Err(stale());
                }
                let (numbers, _) = self.numbers();
                let mut found = objections(Before::Office(&settings), amendment);
                if let Change::Office(settings) = &amendment.change
                    && settings.template.keys().any(|series| !numbers.contains_key(series))
                {
                    found.push(Objection::UnknownEntry);
                }
                found
            }
        };
        if !found.is_empty() {
            return Err(found);
        }
        let base = if kind == DefinitionKind::Office { Cow::Borrowed("") } else { self.text(base).ok_or_else(stale)? };
        let json = amended(&base, amendment).map_err(|_| vec![Objection::UnknownEntry])?;
        Ok(pin(amendment, &json))
    }
}
