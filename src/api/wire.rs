//! The JSON of the contract that is not part of a case: discovery, sessions, results, pages and problems.
//! Envelopes, acts and receipts have their JSON in `domain`, since digests are taken of it. Unknown fields are passed over.

use serde::{Deserialize, Deserializer, Serialize};

use crate::domain::account::{AccountChange, AccountEntry};
use crate::domain::amendment::{Amendment, DefinitionKind};
use crate::domain::case::Act;
use crate::domain::command::{Envelope, Receipt};
use crate::domain::decide::Reason;
use crate::domain::digest::Digest;
use crate::domain::id::{AccountId, CaseId, CommandId, DeviceId};
use crate::domain::office::{Actor, Office, OfficeCode, Role};
use crate::domain::public::PublicEntry;
use crate::domain::time::Timestamp;

/// `GET /.well-known/sips`: what a backend is and what it can take.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Discovery {
    /// Versions of the contract that it speaks, such as `1`.
    pub contract_versions: Vec<String>,
    /// What people call it.
    pub name: String,
    /// Level of the contract, 0 to 3.
    pub level: u8,
    /// Optional parts that it offers, by name.
    #[serde(default)]
    pub features: Vec<String>,
    /// How much it takes.
    pub limits: Limits,
    /// How people sign in.
    pub auth: Auth,
    /// A backend for training refuses real cases, and the other way round.
    #[serde(default)]
    pub training: bool,
    /// Its clock.
    pub server_time: Timestamp,
}

/// How much a backend takes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Limits {
    /// The largest file, in bytes.
    pub file_bytes: u64,
    /// The largest request body of JSON, in bytes.
    pub request_bytes: u64,
    /// The most commands in one request.
    pub batch: u32,
    /// Media types of files.
    #[serde(default)]
    pub media_types: Vec<String>,
}

/// How people sign in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Auth {
    /// `password` or `oidc`.
    pub kind: String,
    /// The issuer, for `oidc`.
    #[serde(default)]
    pub issuer: Option<String>,
}

/// `GET /v1/public/{view}`: a page of what everybody may read, the newest first.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct PublicPage {
    /// Its entries.
    pub entries: Vec<PublicEntry>,
    /// The `before` of the page after it.
    pub next: Option<String>,
}

/// `POST /v1/session`.
#[derive(Clone, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SignIn {
    /// As typed, without white space at its ends.
    pub username: String,
    /// As typed.
    pub password: String,
    /// The device that asks.
    pub device: DeviceId,
}

/// `PUT /v1/session`: asks for fresh tokens. The old refresh token is good for a short while longer, so that a lost
/// answer does not sign anybody out.
#[derive(Clone, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Refresh {
    /// The last refresh token.
    pub refresh_token: String,
    /// The device that asks.
    pub device: DeviceId,
}

/// A session. It has no `Debug`, so that no token can reach a log.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Session {
    /// Short-lived bearer token.
    pub access_token: String,
    /// When it ends.
    pub access_expires_at: Timestamp,
    /// Longer-lived, for a new one.
    pub refresh_token: String,
    /// Whose it is.
    pub me: Me,
}

/// `GET /v1/me`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Me {
    /// The account.
    pub account: AccountId,
    /// The name used to sign in.
    pub username: String,
    /// The person's name.
    pub name: String,
    /// Roles in that office.
    pub roles: Vec<Role>,
    /// The office as the table of offices has it, whole, so that dates can be counted without a network. What it says of itself since
    /// then comes with the changes, so that whoever decides by it can name its version.
    pub office: Office,
    /// Who else works there: whom a case can be given to. Left out by a backend that does not tell.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub colleagues: Vec<Colleague>,
}

/// Somebody of the same office.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Colleague {
    /// The account.
    pub account: AccountId,
    /// The person's name.
    pub name: String,
    /// Roles in that office.
    pub roles: Vec<Role>,
}

impl Me {
    /// This person as the one who acts.
    #[must_use]
    pub fn actor(&self) -> Actor {
        Actor { account: self.account, name: self.name.clone(), office: self.office.code.clone(), roles: self.roles.clone() }
    }
}

/// `POST /v1/commands`: at most one command a lane.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Commands {
    /// The commands.
    pub commands: Vec<Envelope>,
}

/// The answer to it: one result a command, in any order.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Results {
    /// The results.
    pub results: Vec<CommandResult>,
}

/// What became of one command.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CommandResult {
    /// The command.
    pub command_id: CommandId,
    /// What became of it.
    pub result: ResultKind,
    /// With `applied` and `duplicate`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub receipt: Option<Receipt>,
    /// The act as the server recorded it, with `applied` and `duplicate`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub act: Option<Act>,
    /// With the others.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub problem: Option<Problem>,
}

/// What became of a command.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ResultKind {
    /// It is an act now.
    Applied,
    /// It was one already.
    Duplicate,
    /// The case has moved past its base, so that it has to be decided again.
    Conflict,
    /// Not without a change.
    Rejected,
    /// Not yet: a command that it depends on is not there.
    Deferred,
}

/// `GET /v1/changes`; a client reads it with [`MaybeAct`]s.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Changes<A = Act> {
    /// Another one means another history: everything is pulled anew.
    pub epoch: String,
    /// The cursor that this page follows; empty for the first one.
    pub from: String,
    /// The cursor after it.
    pub next: String,
    /// Is there more?
    pub more: bool,
    /// Acts in the order in which the server took them.
    pub acts: Vec<A>,
    /// Changes of the tables of the law, before any act that was decided by them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub amendments: Vec<Amendment>,
    /// Files, by their digests, that the server holds whole since then; after the acts that name them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub files: Vec<Digest>,
    /// Cases that this account no longer sees.
    #[serde(default)]
    pub hidden: Vec<CaseId>,
}

/// An act of a page, if this version can read it: one that it cannot keeps none of the others away.
#[derive(Clone, Debug, PartialEq)]
pub struct MaybeAct(pub Option<Act>);

impl<'de> Deserialize<'de> for MaybeAct {
    fn deserialize<D: Deserializer<'de>>(json: D) -> Result<Self, D::Error> {
        // As with `MaybeKnown`. Places and times are the server's to give: only what waits on a device has none.
        let act = Act::deserialize(json).ok();
        Ok(Self(act.filter(|act| act.revision > 0 && act.recorded_at.is_some())))
    }
}

/// `GET /v1/cases/{id}`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct WholeCase {
    /// The case.
    pub case_id: CaseId,
    /// Number of its acts.
    pub revision: u32,
    /// All of them, in order.
    pub acts: Vec<Act>,
}

/// `GET /v1/definitions`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Definitions {
    /// Every version that the server has.
    pub definitions: Vec<DefinitionEntry>,
}

/// One version of a definition.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DefinitionEntry {
    /// Its kind.
    pub kind: DefinitionKind,
    /// Its key.
    pub id: String,
    /// Its version.
    pub version: u32,
    /// SHA-256 of its canonical JSON.
    pub digest: Digest,
}

/// `GET /v1/accounts`: a page of the accounts that the caller watches over.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccountPage {
    /// In the order of their names to sign in with.
    pub accounts: Vec<AccountEntry>,
    /// The `after` of the page behind it; none: it is the last.
    pub next: Option<String>,
}

/// `GET /v1/accounts/{id}`: what was changed of an account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccountHistory {
    /// The last one first.
    pub changes: Vec<AccountChange>,
}

/// `PUT /v1/devices/{id}`: what a device says of itself: numbers, and no word of a case.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Health {
    /// Version of the app.
    pub app: String,
    /// Commands that wait to be sent.
    pub commands: u32,
    /// Files that wait to be sent.
    pub files: u32,
    /// Drafts.
    pub drafts: u32,
    /// Commands that were refused and wait for a person.
    pub parked: u32,
    /// Since when the oldest of what waits has waited.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub waiting_since: Option<Timestamp>,
}

/// A device as whoever watches over its office sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SeenDevice {
    /// The device.
    pub device: DeviceId,
    /// Whose report it is.
    pub account: AccountId,
    /// That person's name.
    #[serde(default)]
    pub name: String,
    /// The account's office.
    pub office: OfficeCode,
    /// What it said.
    pub health: Health,
    /// When.
    pub seen_at: Timestamp,
}

/// `GET /v1/devices`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Devices {
    /// Those in the caller's scope, the last heard of first.
    pub devices: Vec<SeenDevice>,
}

/// An error by RFC 9457.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Problem {
    /// What kind of problem, as a relative address, such as `/problems/rejected`.
    #[serde(rename = "type")]
    pub kind: String,
    /// In short.
    pub title: String,
    /// HTTP status.
    pub status: u16,
    /// For the person.
    pub detail: String,
    /// The command.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub command_id: Option<CommandId>,
    /// Fields that stand in the way.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub fields: Vec<FieldProblem>,
    /// Reasons of the procedure; the client words them itself. A newer server's reasons that this version does not know are
    /// passed over: the refusal stands without them.
    #[serde(skip_serializing_if = "Vec::is_empty", deserialize_with = "known_reasons")]
    pub reasons: Vec<Reason>,
    /// May it be tried again?
    #[serde(skip_serializing_if = "Option::is_none")]
    pub retry: Option<Retry>,
}

fn known_reasons<'de, D: Deserializer<'de>>(json: D) -> Result<Vec<Reason>, D::Error> {
    Ok(Vec::<MaybeKnown>::deserialize(json)?.into_iter().filter_map(|reason| reason.0).collect())
}

/// A reason, if this version knows it.
struct MaybeKnown(Option<Reason>);

impl<'de> Deserialize<'de> for MaybeKnown {
    fn deserialize<D: Deserializer<'de>>(json: D) -> Result<Self, D::Error> {
        // `domain::json` has read the whole document before, so that one that is not understood is passed over entirely.
        Ok(Self(Reason::deserialize(json).ok()))
    }
}

/// One field that stands in the way.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldProblem {
    /// JSON pointer into the command's answers, or into the change of a table of the law (RFC 6901).
    pub pointer: String,
    /// Code of the problem.
    pub code: String,
}

/// May it be tried again?
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Retry {
    /// Yes, later.
    Later,
    /// Not as it is.
    Never,
    /// After signing in.
    AfterSignIn,
    /// After the app was updated.
    AfterUpdate,
}
