//! Unfinished work on a form: mutable, private to its author, and no command until it is submitted.

use serde::{Deserialize, Serialize};

use super::answers::{Answers, Place};
use super::id::{CaseId, CommandId, DraftId};
use super::rule_set::DefinitionRef;
use super::time::Timestamp;

/// A draft as it lies on the device.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Draft {
    /// Its id.
    pub id: DraftId,
    /// The case it will make or belong to.
    pub case: CaseId,
    /// The act whose form it fills.
    pub act: String,
    /// The instance of a side strand that the act moves.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub strand: Option<String>,
    /// The rule set it was opened under; it keeps it.
    pub rules: DefinitionRef,
    /// The calendar likewise.
    pub calendar: DefinitionRef,
    /// What was typed, as it was typed.
    pub answers: Answers,
    /// Reasons given where a guard asked for one, by guard.
    #[serde(default)]
    pub reasons: super::table::Table<String, String>,
    /// Readings chosen where those of a deadline disagree, by guard.
    #[serde(default, skip_serializing_if = "super::table::Table::is_empty")]
    pub readings: super::table::Table<String, String>,
    /// Where the person was typing.
    #[serde(default)]
    pub focus: Option<Focus>,
    /// A camera or file picker was opened for this field and nothing has come back yet.
    #[serde(default)]
    pub capture: Option<Place>,
    /// The command that this draft corrects, if the server refused one.
    #[serde(default)]
    pub corrects: Option<CommandId>,
    /// When it was begun.
    pub begun_at: Timestamp,
    /// When it was last changed.
    pub changed_at: Timestamp,
    /// Counts up with every save, so that an older tab can never write over a newer one.
    pub version: u64,
}

/// Where the person was typing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Focus {
    /// The section of the form.
    pub group: String,
    /// The field.
    pub place: Place,
    /// The caret, in UTF-16 units as the browser counts.
    pub caret: u32,
}
