//! What everybody may read without signing in. An entry exists where the rule set makes a paper that is public (`see = "public"`): the
//! extract of the register, the announcement of a session, a decision that was read. Of each only the fields below are told. They are
//! named one by one: identity numbers, addresses, telephones, birth dates, sex, counsel, witnesses and all free text stay out, and so
//! does what nobody could say whether it is public, such as a petition before it is registered.

use serde::{Deserialize, Serialize};
use sips_lapangan::domain::answers::Answers;
use sips_lapangan::domain::case::{Case, Past};
use sips_lapangan::domain::office::{Office, OfficeCode};
use sips_lapangan::domain::rule_set::See;
use sips_lapangan::domain::time::Zone;
use sips_lapangan::papers::{RECORD, papers_of};
use sips_lapangan::rules::RuleBook;

use crate::accounts;

/// A list that everybody may read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum View {
    /// Registered petitions.
    Petitions,
    /// Announced sessions.
    Hearings,
    /// Decisions that were read.
    Decisions,
}

impl View {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Petitions, Self::Hearings, Self::Decisions];

    /// Its name in addresses.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::Petitions => "petitions",
            Self::Hearings => "hearings",
            Self::Decisions => "decisions",
        }
    }
}

/// An entry of a view, as it is sent.
pub struct Entry {
    /// The view.
    pub view: View,
    /// Names it within the view; not sent.
    pub id: String,
    /// JSON.
    pub body: String,
}

/// The office of a case.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PublicOffice {
    /// Its code.
    pub code: OfficeCode,
    /// Its name.
    pub name: String,
}

/// What every entry says of its case.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PublicCase {
    /// Its number in the book; none while the server has not issued it.
    pub number: Option<String>,
    /// Its office.
    pub office: PublicOffice,
    /// Key of its rule set, which names the kind of dispute.
    pub track: String,
    /// Names of the petitioners: parties, or the two of a pair.
    pub petitioners: Vec<String>,
    /// Name of the respondent.
    pub respondent: String,
}

/// What is disputed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PublicObject {
    /// `sk` or `ba`.
    pub kind: String,
    /// Its number.
    pub number: String,
    /// Its title.
    pub title: String,
}

/// A registered petition.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PublicPetition {
    /// Its case.
    #[serde(flatten)]
    pub case: PublicCase,
    /// The day on which it was registered.
    pub registered_on: String,
    /// Key of the state that the case is in now.
    pub state: String,
    /// What is disputed; none between participants.
    pub object: Option<PublicObject>,
}

/// An announced session.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PublicHearing {
    /// Its case.
    #[serde(flatten)]
    pub case: PublicCase,
    /// `mediation`, `hearing` or another value of the rule set's field.
    pub session: String,
    /// The day.
    pub on: String,
    /// The time, or empty.
    pub at: String,
    /// The office's zone, in which both are told.
    pub zone: Zone,
    /// Where, or by which link.
    pub place: String,
}

/// A decision that was read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PublicDecision {
    /// Its case.
    #[serde(flatten)]
    pub case: PublicCase,
    /// The day on which it was read.
    pub read_on: String,
    /// The value of the rule set's field `outcome`, or `lapsed`.
    pub outcome: String,
}

/// Everything that may be read of a case.
#[must_use]
pub fn entries(case: &Case, book: &RuleBook) -> Vec<Entry> {
    let rules = case.rules.as_ref().and_then(|pin| book.set(pin));
    let office = case.office.as_ref().and_then(accounts::office);
    let (Some(rules), Some(office)) = (rules, office) else {
        return Vec::new();
    };
    let mut entries: Vec<Entry> = Vec::new();
    for paper in papers_of(case, &rules.value) {
        let Some(past) = case.history.get(paper.act).filter(|_| paper.see == See::Public && paper.key != RECORD) else {
            continue;
        };
        let made = entry(case, past, office).map(|(view, body)| {
            let id = if view == View::Petitions { case.id.to_string() } else { format!("{}/{}", case.id, paper.act) };
            Entry { view, id, body }
        });
        // Two papers of one act tell the same.
        entries.extend(made.filter(|made| !entries.iter().any(|entry| entry.view == made.view && entry.id == made.id)));
    }
    entries
}

/// What an act that made a public paper tells, by the form that it recorded.
fn entry(case: &Case, past: &Past, office: &Office) -> Option<(View, String)> {
    static NONE: Answers = Answers(sips_lapangan::domain::table::Table::new());
    let day = || past.at.in_zone(office.zone).date.to_string();
    let (form, answers) = past.form.as_ref().map_or(("", &NONE), |(form, answers)| (form.as_str(), answers));
    let case_of = public_case(case, office);
    let told = |answer: &str, otherwise: &dyn Fn() -> String| if answer.is_empty() { otherwise() } else { answer.to_owned() };
    let (view, body) = match form {
        "announcement" => (
            View::Hearings,
            serde_json::to_string(&PublicHearing {
                case: case_of,
                session: answers.text("session").to_owned(),
                on: answers.text("session_on").to_owned(),
                at: answers.text("session_at").to_owned(),
                zone: office.zone,
                place: answers.text("place").to_owned(),
            }),
        ),
        "decision" | "lapse" => (
            View::Decisions,
            serde_json::to_string(&PublicDecision {
                case: case_of,
                read_on: told(answers.text("on"), &day),
                outcome: told(answers.text("outcome"), &|| "lapsed".to_owned()),
            }),
        ),
        _ if past.act == "register" => (
            View::Petitions,
            serde_json::to_string(&PublicPetition {
                case: case_of,
                registered_on: told(answers.text("on"), &day),
                state: case.state.clone(),
                object: object(case.form("petition")),
            }),
        ),
        _ => return None,
    };
    // Text keys only, so that it always has a JSON form.
    Some((view, body.ok()?))
}

fn public_case(case: &Case, office: &Office) -> PublicCase {
    let petition = case.form("petition");
    let rows = petition.rows("petitioner").iter();
    let names = rows.flat_map(|row| [row.fields.text("name"), row.fields.text("second_name")]).filter(|name| !name.is_empty());
    PublicCase {
        number: case.register_number().flatten().map(str::to_owned),
        office: PublicOffice { code: office.code.clone(), name: office.name.clone() },
        track: case.rules.as_ref().map_or_else(String::new, |rules| rules.id.clone()),
        petitioners: names.map(str::to_owned).collect(),
        respondent: petition.text("respondent_name").to_owned(),
    }
}

fn object(petition: &Answers) -> Option<PublicObject> {
    let text = |field: &str| petition.text(field).to_owned();
    let object = PublicObject { kind: text("object_kind"), number: text("object_number"), title: text("object_title") };
    (!object.kind.is_empty()).then_some(object)
}
