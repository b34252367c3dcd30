//! A case: the fold of its acts. Reading one needs no rule file, so that an unknown version never hides a case.

use super::table::Table;
use serde::{Deserialize, Serialize};

use super::answers::Answers;
use super::command::{MadeAt, Ruling};
use super::id::{AccountId, CaseId, CommandId};
use super::json::Raw;
use super::office::{Channel, OfficeCode, Role};
use super::rule_set::DefinitionRef;
use super::time::{LocalDate, Timestamp};

/// The series of the numbers that receptions get.
pub(super) const RECEPTION: &str = "reception";

/// A command that was decided. On the device it is a guess until the server sends its own. Its fields are in the order of their keys, so that
/// writing does not have to sort them: a device writes acts by the ten thousand.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Act {
    /// Key in the rule set.
    pub act: String,
    /// Who did it.
    pub by: Person,
    /// The calendar it was decided by.
    pub calendar: DefinitionRef,
    /// The account that brought the command for its author, out of a kapsul.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub carried_by: Option<AccountId>,
    /// The case.
    pub case_id: CaseId,
    /// The command it came from.
    pub command_id: CommandId,
    /// Refused commands that its command stands in for: should one of them come yet, it is not taken.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub corrects: Vec<CommandId>,
    /// What it changes.
    pub effects: Vec<Effect>,
    /// Guards that did not hold and were passed with a reason.
    #[serde(default)]
    pub flags: Vec<String>,
    /// When it took place, as the officer states it.
    pub happened_at: Timestamp,
    /// Deadlines that it met too late, by every reading that applies.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub late: Vec<String>,
    /// The device's clock when it was submitted.
    pub made_at: MadeAt,
    /// For which office.
    pub office: OfficeCode,
    /// What it was decided by that the office says of itself, such as its hours; none while it stands as in the table of offices.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub office_settings: Option<DefinitionRef>,
    /// When the server took it; `None` while only this device knows it.
    #[serde(default)]
    pub recorded_at: Option<Timestamp>,
    /// Its place in the case, from 1; 0 while only this device knows it.
    #[serde(default)]
    pub revision: u32,
    /// The rules it was decided by.
    pub rules: DefinitionRef,
    /// The reasons with which guards were passed.
    #[serde(default)]
    pub rulings: Table<String, Ruling>,
    /// The instance of a side strand that it moved or began.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub strand: Option<String>,
    /// Fields that only a newer version knows: kept as they came, and written back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub further: Option<Raw>,
}

impl Act {
    /// The answers of the form that it recorded.
    #[must_use]
    pub fn recorded(&self) -> Option<&Answers> {
        self.effects.iter().find_map(|effect| match effect {
            Effect::Set { answers, .. } => Some(answers),
            _ => None,
        })
    }

    /// The numbers that the server issued with it: series, and number as printed.
    pub fn numbers(&self) -> impl Iterator<Item = (&str, &str)> {
        self.effects.iter().filter_map(|effect| match effect {
            Effect::Numbered { series, number } => Some((series.as_str(), number.as_str())),
            _ => None,
        })
    }
}

/// Who did something.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    /// The account.
    pub account: AccountId,
    /// The name at that time.
    pub name: String,
    /// The roles in which it was done: those of the account that may do it. Older records do not say.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub roles: Vec<Role>,
}

/// One change to a case.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Effect {
    /// The main strand enters a state.
    Enter(String),
    /// An instance of a side strand begins in a state, or enters another.
    Strand {
        /// The id of the command that began it.
        id: String,
        /// Key of the strand.
        kind: String,
        /// The state.
        state: String,
    },
    /// A person ruled which reading of a deadline is followed in this case.
    Reading {
        /// Key of the deadline.
        deadline: String,
        /// Key of the reading.
        reading: String,
    },
    /// A form's answers are recorded.
    Set {
        /// As submitted.
        answers: Answers,
        /// Key of the form.
        form: String,
    },
    /// A number of this series is to be issued by the server.
    Number(String),
    /// The server issued a number.
    Numbered {
        /// The series.
        series: String,
        /// As printed.
        number: String,
    },
    /// A deadline as it was counted when the act was decided.
    Due {
        /// Key of the deadline.
        deadline: String,
        /// Key of the reading.
        reading: String,
        /// The last day.
        last_day: LocalDate,
        /// The first instant that is too late.
        closes_at: Timestamp,
        /// Did it rest on a year that was only expected?
        provisional: bool,
    },
    /// What the law asks for and the form lacked, as places of the form.
    Gaps(Vec<String>),
    /// What only a newer version knows: kept as it came, and told.
    NotKnown(Raw),
}

/// The state of a case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Case {
    /// Its id.
    pub id: CaseId,
    /// Number of acts folded.
    pub revision: u32,
    /// The state of the main strand; empty before the first act.
    pub state: String,
    /// The office that has it.
    pub office: Option<OfficeCode>,
    /// What it is decided by.
    pub rules: Option<DefinitionRef>,
    /// Recorded forms.
    pub forms: Table<String, Answers>,
    /// Numbers by series; `None` while the server has not issued one yet.
    pub numbers: Table<String, Option<String>>,
    /// Deadlines as counted, by deadline and reading.
    pub dues: Table<(String, String), (LocalDate, Timestamp)>,
    /// Places the law asks for and the form lacked.
    pub gaps: Vec<String>,
    /// Guards passed with a reason.
    pub flags: Vec<String>,
    /// Side strands by instance.
    pub strands: Table<String, StrandState>,
    /// Readings that a person ruled to follow, by deadline.
    pub readings: Table<String, String>,
    /// Deadlines that were met too late.
    pub late: Vec<String>,
    /// Acts in order.
    pub history: Vec<Past>,
}

/// Where an instance of a side strand stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StrandState {
    /// Key of the strand.
    pub kind: String,
    /// Its state.
    pub state: String,
}

/// An act that was performed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Past {
    /// The command it came from.
    pub command: CommandId,
    /// Who did it.
    pub by: AccountId,
    /// Refused commands that its command stands in for.
    pub corrects: Vec<CommandId>,
    /// Key in the rule set.
    pub act: String,
    /// When it took place, as the officer stated it.
    pub at: Timestamp,
    /// The instance of a side strand that it moved or began.
    pub strand: Option<String>,
    /// Its form and answers, if it had one.
    pub form: Option<(String, Answers)>,
}

impl Case {
    /// A case without acts.
    #[must_use]
    pub fn new(id: CaseId) -> Self {
        Self {
            id,
            revision: 0,
            state: String::new(),
            office: None,
            rules: None,
            forms: Table::new(),
            numbers: Table::new(),
            dues: Table::new(),
            gaps: Vec::new(),
            flags: Vec::new(),
            strands: Table::new(),
            readings: Table::new(),
            late: Vec::new(),
            history: Vec::new(),
        }
    }

    /// Applies one act.
    pub fn apply(&mut self, act: &Act) {
        self.revision += 1;
        self.office.get_or_insert_with(|| act.office.clone());
        self.rules.get_or_insert_with(|| act.rules.clone());
        self.late.extend(act.late.iter().cloned());
        let mut past = Past {
            command: act.command_id,
            by: act.by.account,
            corrects: act.corrects.clone(),
            act: act.act.clone(),
            at: act.happened_at,
            strand: act.strand.clone(),
            form: None,
        };
        self.flags.extend(act.flags.iter().cloned());
        for effect in &act.effects {
            match effect {
                Effect::Enter(state) => self.state.clone_from(state),
                Effect::Strand { id, kind, state } => {
                    self.strands.insert(id.clone(), StrandState { kind: kind.clone(), state: state.clone() });
                }
                Effect::Reading { deadline, reading } => {
                    self.readings.insert(deadline.clone(), reading.clone());
                }
                Effect::Set { form, answers } => {
                    self.forms.insert(form.clone(), answers.clone());
                    past.form = Some((form.clone(), answers.clone()));
                }
                Effect::Number(series) => {
                    self.numbers.get_or_insert_with(series.clone(), || None);
                }
                Effect::Numbered { series, number } => {
                    self.numbers.insert(series.clone(), Some(number.clone()));
                }
                Effect::Due { deadline, reading, last_day, closes_at, .. } => {
                    self.dues.insert((deadline.clone(), reading.clone()), (*last_day, *closes_at));
                }
                Effect::Gaps(places) => self.gaps.clone_from(places),
                Effect::NotKnown(_) => {}
            }
        }
        self.history.push(past);
    }

    /// The command of its last act.
    #[must_use]
    pub fn last(&self) -> Option<CommandId> {
        self.history.last().map(|past| past.command)
    }

    /// A recorded form; empty if there is none.
    #[must_use]
    pub fn form(&self, form: &str) -> &Answers {
        static NONE: Answers = Answers(Table::new());
        self.forms.get(form).unwrap_or(&NONE)
    }

    /// The number in the book that the case is entered in: the register, or the book of disputes between participants. `None` while
    /// it is in none, `Some(None)` while the server has not issued the number.
    #[must_use]
    pub fn register_number(&self) -> Option<Option<&str>> {
        self.numbers.iter().find(|(series, _)| *series != RECEPTION).map(|(_, number)| number.as_deref())
    }

    /// The number that its reception got; disputes between participants have none.
    #[must_use]
    pub fn reception_number(&self) -> Option<&str> {
        self.numbers.get(RECEPTION)?.as_deref()
    }

    /// What the case is called: its number in the book, else that of its reception, else the provisional code.
    #[must_use]
    pub fn name(&self) -> String {
        self.register_number().flatten().or_else(|| self.reception_number()).map_or_else(|| self.id.provisional_code(), str::to_owned)
    }

    /// The last days of a deadline by every reading, as counted when they were recorded.
    pub fn last_days(&self, deadline: &str) -> impl Iterator<Item = LocalDate> {
        self.dues.iter().filter(move |((key, _), _)| key == deadline).map(|(_, (day, _))| *day)
    }

    /// How the petition came in, if it says so.
    #[must_use]
    pub fn channel(&self) -> Option<Channel> {
        Channel::parse(self.form("petition").text("channel"))
    }

    /// Names of the petitioners, in order.
    #[must_use]
    pub fn petitioners(&self) -> Vec<&str> {
        self.form("petition").rows("petitioner").iter().map(|row| row.fields.text("name")).filter(|name| !name.is_empty()).collect()
    }
}

/// Applies the acts of a case in order.
pub fn fold<'a>(id: CaseId, acts: impl IntoIterator<Item = &'a Act>) -> Case {
    let mut case = Case::new(id);
    for act in acts {
        case.apply(act);
    }
    case
}
