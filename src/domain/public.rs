//! What everybody may read, without an account: three lists, and the closed list of fields of each entry. What of which act goes there is
//! decided in one place (`papers::published`), by the server when it keeps an act and by the app before it records one.

use serde::{Deserialize, Serialize};

use super::office::OfficeCode;
use super::time::Zone;

/// A public list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PublicView {
    /// Registered petitions.
    Petitions,
    /// Announced sessions.
    Hearings,
    /// Decisions that were read.
    Decisions,
}

impl PublicView {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Petitions, Self::Hearings, Self::Decisions];

    /// Its name in the contract's addresses.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::Petitions => "petitions",
            Self::Hearings => "hearings",
            Self::Decisions => "decisions",
        }
    }
}

/// An entry; which of the later fields it has depends on the view.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct PublicEntry {
    /// The number in the book; none while the server has not issued it.
    pub number: Option<String>,
    /// The office.
    pub office: PublicOffice,
    /// Key of its rule set, which names the kind of dispute.
    pub track: String,
    /// Names of the petitioners: parties, or the two of a pair.
    pub petitioners: Vec<String>,
    /// Name of the respondent.
    pub respondent: String,
    /// Petitions: the day on which it was registered.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub registered_on: Option<String>,
    /// Petitions: key of the state that the case is in now.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub state: Option<String>,
    /// Petitions: what is disputed; none between participants.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub object: Option<PublicObject>,
    /// Hearings: the kind of session, a value of the rule set's field.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub session: Option<String>,
    /// Hearings: the day.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub on: Option<String>,
    /// Hearings: the time, or empty.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub at: Option<String>,
    /// Hearings: the office's zone, in which both are told.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub zone: Option<Zone>,
    /// Hearings: where, or by which link.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub place: Option<String>,
    /// Decisions: the day on which it was read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub read_on: Option<String>,
    /// Decisions: the value of the rule set's field `outcome`, or `lapsed`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub outcome: Option<String>,
}

/// The office of a public entry.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PublicOffice {
    /// Its code.
    #[serde(default = "no_code")]
    pub code: OfficeCode,
    /// Its name.
    #[serde(default)]
    pub name: String,
}

fn no_code() -> OfficeCode {
    OfficeCode(String::new())
}

impl Default for PublicOffice {
    fn default() -> Self {
        Self { code: no_code(), name: String::new() }
    }
}

/// What is disputed, in a public entry.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct PublicObject {
    /// `sk` or `ba`.
    pub kind: String,
    /// Its number.
    pub number: String,
    /// Its title.
    pub title: String,
}
