//! What an officer submits, the envelope it travels in, and the receipt that comes back.

use super::table::Table;
use serde::{Deserialize, Serialize};

use super::answers::Answers;
use super::digest::Digest;
use super::id::{AccountId, CaseId, CommandId, DeviceId};
use super::office::OfficeCode;
use super::rule_set::DefinitionRef;
use super::time::{Timestamp, Zone};

/// The schema of envelopes that this version writes.
pub const SCHEMA: u32 = 1;

/// A command on its way. Its id is made and stored before the first byte leaves: it is the idempotency key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Envelope {
    /// See [`SCHEMA`].
    pub schema: u32,
    /// Idempotency key.
    pub command_id: CommandId,
    /// The case, made on the device.
    pub case_id: CaseId,
    /// Who submitted it.
    pub author: AccountId,
    /// For which office.
    pub office: OfficeCode,
    /// On which device.
    pub device: DeviceId,
    /// What is asked.
    pub payload: Payload,
    /// What the author saw.
    pub base: Base,
    /// What it was decided by.
    pub rules: DefinitionRef,
    /// Likewise.
    pub calendar: DefinitionRef,
    /// Likewise: what the office says of itself, such as its hours; none while it stands as in the table of offices.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub office_settings: Option<DefinitionRef>,
    /// Reasons a person gave, by guard.
    #[serde(default)]
    pub rulings: Table<String, Ruling>,
    /// Commands that must be held before this one.
    #[serde(default)]
    pub depends_on: Vec<CommandId>,
    /// Refused commands of the same author that it stands in for, oldest first, and the draft it came of where that was carried to another
    /// device: of all that name the same one takes effect.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub corrects: Vec<CommandId>,
    /// When the act took place, as the officer states it. The only time that rules and deadlines read.
    pub happened_at: Timestamp,
    /// The device's clock when it was submitted: evidence, never a rule's input.
    pub made_at: MadeAt,
    /// The account that sends it for its author, out of a kapsul. Nothing else of a command differs then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub carried_by: Option<AccountId>,
    /// It was made in training: a server that is not for training takes none of these, whoever brings them.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub training: bool,
}

/// What a command asks. Unknown kinds are parked by whoever meets them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Payload {
    /// The act of the rule set.
    pub act: String,
    /// The instance of a side strand that it moves: the id of the command that began it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub strand: Option<String>,
    /// Its form, as submitted.
    pub answers: Answers,
}

/// What the author of a command saw.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Base {
    /// The case's revision; 0 for a new case.
    pub revision: u32,
    /// The last act of the case then. A server that was restored from a backup can come to the same number by other acts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last: Option<CommandId>,
    /// Of an act that amends a form: the form as the author saw it.
    #[serde(default, skip_serializing_if = "Answers::is_empty")]
    pub seen: Answers,
}

impl Base {
    /// A case at this revision, and no form that is amended.
    #[must_use]
    pub fn at(revision: u32) -> Self {
        Self { revision, last: None, seen: Answers::default() }
    }
}

/// The clock of the device.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct MadeAt {
    /// What it showed.
    pub wall: Timestamp,
    /// The office's zone.
    pub zone: Zone,
    /// Server time less device time in milliseconds, as last seen; `None` before the first contact.
    pub offset_ms: Option<i64>,
}

/// A person's answer where a guard asked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ruling {
    /// Why; never empty.
    pub reason: String,
    /// Where the readings of a deadline disagree: the one that the person follows. It binds the case from then on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reading: Option<String>,
}

/// The server's proof that it holds a command.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Receipt {
    /// The command.
    pub command_id: CommandId,
    /// SHA-256 of the payload's canonical JSON.
    pub payload_sha256: Digest,
    /// When the server took it.
    pub server_time: Timestamp,
    /// The case's revision with it.
    pub revision: u32,
    /// Official numbers issued for it, by series.
    #[serde(default)]
    pub numbers: Table<String, String>,
}

impl Payload {
    /// SHA-256 of the payload's canonical JSON, as receipts carry it.
    #[must_use]
    pub fn digest(&self) -> Digest {
        // Answers have text keys only, so that they always have a JSON form.
        Digest::of_json(self)
    }
}
