//! What of which act everybody may read. An entry exists where the rule set makes a paper that is public (`see = "public"`): the
//! extract of the register, the announcement of a session, a decision that was read. Of each only the fields below are told. They are
//! named one by one: identity numbers, addresses, telephones, birth dates, sex, counsel, witnesses and all free text stay out, and so
//! does what nobody could say whether it is public, such as a petition before it is registered.

use super::{RECORD, papers_of};
use crate::domain::answers::Answers;
use crate::domain::case::{Case, Past};
use crate::domain::office::Office;
use crate::domain::public::{PublicEntry, PublicObject, PublicOffice, PublicView};
use crate::domain::rule_set::{RuleSet, See};

/// An entry of a view.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Published {
    /// The view.
    pub view: PublicView,
    /// Names it within the view; not told.
    pub id: String,
    /// The place in the history of the act that made it public.
    pub act: usize,
    /// What is told.
    pub entry: PublicEntry,
}

/// Everything that may be read of a case.
#[must_use]
pub fn published(case: &Case, rules: &RuleSet, office: &Office) -> Vec<Published> {
    let mut all: Vec<Published> = Vec::new();
    for paper in papers_of(case, rules) {
        let Some(past) = case.history.get(paper.act).filter(|_| paper.see == See::Public && paper.key != RECORD) else {
            continue;
        };
        let Some((view, entry)) = entry(case, past, office) else { continue };
        let id = if view == PublicView::Petitions { case.id.to_string() } else { format!("{}/{}", case.id, paper.act) };
        // Two papers of one act tell the same.
        if !all.iter().any(|other| other.view == view && other.id == id) {
            all.push(Published { view, id, act: paper.act, entry });
        }
    }
    all
}

/// What an act that made a public paper tells, by the form that it recorded.
fn entry(case: &Case, past: &Past, office: &Office) -> Option<(PublicView, PublicEntry)> {
    static NONE: Answers = Answers(crate::domain::table::Table::new());
    let day = || past.at.in_zone(office.zone).date.to_string();
    let (form, answers) = past.form.as_ref().map_or(("", &NONE), |(form, answers)| (form.as_str(), answers));
    let text = |field: &str| Some(answers.text(field).to_owned());
    let told = |answer: &str, otherwise: &dyn Fn() -> String| Some(if answer.is_empty() { otherwise() } else { answer.to_owned() });
    let common = of_case(case, office);
    Some(match form {
        "announcement" => (
            PublicView::Hearings,
            PublicEntry {
                session: text("session"),
                on: text("session_on"),
                at: text("session_at"),
                zone: Some(office.zone),
                place: text("place"),
                ..common
            },
        ),
        "decision" | "lapse" => (
            PublicView::Decisions,
            PublicEntry {
                read_on: told(answers.text("on"), &day),
                outcome: told(answers.text("outcome"), &|| "lapsed".to_owned()),
                ..common
            },
        ),
        _ if past.act == "register" => (
            PublicView::Petitions,
            PublicEntry {
                registered_on: told(answers.text("on"), &day),
                state: Some(case.state.clone()),
                object: object(case.form("petition")),
                ..common
            },
        ),
        _ => return None,
    })
}

fn of_case(case: &Case, office: &Office) -> PublicEntry {
    let petition = case.form("petition");
    let rows = petition.rows("petitioner").iter();
    let names = rows.flat_map(|row| [row.fields.text("name"), row.fields.text("second_name")]).filter(|name| !name.is_empty());
    PublicEntry {
        number: case.register_number().flatten().map(str::to_owned),
        office: PublicOffice { code: office.code.clone(), name: office.name.clone() },
        track: case.rules.as_ref().map_or_else(String::new, |rules| rules.id.clone()),
        petitioners: names.map(str::to_owned).collect(),
        respondent: petition.text("respondent_name").to_owned(),
        ..PublicEntry::default()
    }
}

fn object(petition: &Answers) -> Option<PublicObject> {
    let text = |field: &str| petition.text(field).to_owned();
    let object = PublicObject { kind: text("object_kind"), number: text("object_number"), title: text("object_title") };
    (!object.kind.is_empty()).then_some(object)
}
