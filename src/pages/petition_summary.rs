//! The answers of a petition as facts, section by section: on the check page with links to change them, on the case without.

use leptos::prelude::*;

use super::evidence::evidence_row;
use crate::components::button::{Button, ButtonKind};
use crate::components::file_row::FileList;
use crate::components::icon::IconName;
use crate::components::live::live;
use crate::components::summary_card::SummaryCard;
use crate::components::summary_list::{SummaryList, SummaryRow};
use crate::domain::answers::{Answers, Place};
use crate::domain::evidence::FileRef;
use crate::domain::form::{YES, fields_in_order, is_shown, listed_rows, row_form};
use crate::domain::rule_set::{Field, Group, Kind, Need, RuleSet};
use crate::domain::time::Zone;
use crate::i18n::Language;
use crate::pages::draft::draft_words;
use crate::papers::answers::{row_code, shown};
use crate::state::AppState;

/// One section of the petition.
#[component]
pub fn SectionSummary(
    /// The app.
    app: AppState,
    /// The rules of the form.
    rules: &'static RuleSet,
    /// Key of the form.
    form: &'static str,
    /// The section.
    group: &'static Group,
    /// The zone of the office whose form it is: hours that were typed are its own, whoever reads them.
    zone: Zone,
    /// The answers.
    #[prop(into)]
    answers: Signal<Answers>,
    /// The address of a place's field, if it can be changed.
    #[prop(optional, into)]
    change: Option<Callback<Place, String>>,
) -> impl IntoView {
    // The one list of a section that is called as the section is not named twice.
    let mut lists = group.rows.iter().flatten().filter_map(|key| rules.field(form, key)).filter(|field| field.kind == Kind::Rows);
    let is_titled = lists.next().is_some_and(|field| field.label == group.title) && lists.next().is_none();
    let reader = change.map_or(Audience::LooksOn, Audience::Changes);
    live(move || {
        let language = app.language.get();
        answers.with(|answers| {
            let rows: Vec<AnyView> = group
                .rows
                .iter()
                .flatten()
                .filter_map(|key| Some((key, rules.field(form, key)?)))
                .filter(|(_, field)| is_shown(field, answers))
                .map(|(key, field)| fact(app, language, rules, zone, Place::of(key), field, answers, reader))
                .collect();
            view! { <SummaryList is_titled>{rows}</SummaryList> }
        })
    })
}

/// Who reads an answer.
#[derive(Clone, Copy)]
pub enum Audience {
    /// Who wrote it, with a link to the field of a place.
    Changes(Callback<Place, String>),
    /// Who compares it with another version.
    Compares,
    /// Anybody who sees the case.
    LooksOn,
}

/// One answer under its name.
#[expect(clippy::too_many_arguments, reason = "what an answer is read by; it calls itself for the rows within")]
pub fn fact(
    app: AppState,
    language: Language,
    rules: &'static RuleSet,
    zone: Zone,
    place: Place,
    field: &'static Field,
    around: &Answers,
    reader: Audience,
) -> AnyView {
    let (words, own) = (app.words(), draft_words(app));
    let change = if let Audience::Changes(change) = reader { Some(change) } else { None };
    let name = language.text(&field.label).to_owned();
    let missing = match field.need {
        // What is read only stands as it stands.
        _ if change.is_none() => own.not_filled,
        Need::Must => own.must_be_filled,
        Need::Law => own.not_filled_gap,
        Need::Optional => own.not_filled,
    };
    let must = change.is_some() && field.need == Need::Must;
    let change_href = change.map(|change| change.run(place.clone()));
    let change_label = words.change;
    match field.kind {
        Kind::Rows => {
            let of = row_form(field).unwrap_or_default();
            let rows = around.rows(&place.field);
            if rows.is_empty() {
                return view! { <SummaryRow name missing change_href change_label must /> }.into_any();
            }
            let cards = rows
                .iter()
                .enumerate()
                .map(|(index, row)| {
                    let facts: Vec<AnyView> = fields_in_order(rules, of)
                        .filter(|(_, field)| is_shown(field, &row.fields))
                        .filter(|(key, field)| {
                            field.need != Need::Optional || !row.fields.text(key).is_empty() || !row.fields.rows(key).is_empty()
                        })
                        .map(|(key, field)| {
                            fact(app, language, rules, zone, Place::in_row(&place.field, &row.id, key), field, &row.fields, reader)
                        })
                        .collect();
                    view! {
                        <SummaryCard title=row_code(field, index)>
                            <SummaryList>{facts}</SummaryList>
                        </SummaryCard>
                    }
                })
                .collect_view();
            view! { <SummaryRow name>{cards}</SummaryRow> }.into_any()
        }
        Kind::Checklist => {
            let Some(list) = field.of.as_ref().and_then(|of| rules.list.get(of)) else { return ().into_any() };
            let asked: Vec<&str> = listed_rows(list, around).map(|listed| listed.v.as_str()).collect();
            let ticked = around.rows(&place.field);
            let items = list
                .rows
                .iter()
                .filter(|listed| asked.contains(&listed.v.as_str()) || ticked.iter().any(|row| row.id == listed.v))
                .map(|listed| {
                    let row = around.rows(&place.field).iter().find(|row| row.id == listed.v);
                    let text = |name: &str| row.map(|row| row.fields.text(name).to_owned()).unwrap_or_default();
                    let present = text("present") == YES;
                    let copies = match text("copies") {
                        copies if present && !copies.is_empty() => format!(" · {copies} {}", own.copies_short),
                        _ => String::new(),
                    };
                    let remark = match text("remark") {
                        remark if remark.is_empty() => String::new(),
                        remark => format!(" · {remark}"),
                    };
                    let standing = if present { words.handed_in } else { words.not_handed_in };
                    view! { <li>{language.row(listed).to_owned()} ": " {standing} {copies} {remark}</li> }
                })
                .collect_view();
            view! { <SummaryRow name change_href change_label><ul class="plain-list">{items}</ul></SummaryRow> }.into_any()
        }
        Kind::Files => {
            let files: Vec<FileRef> = around.rows(&place.field).iter().filter_map(FileRef::from_row).collect();
            if files.is_empty() {
                return view! { <SummaryRow name missing change_href change_label must /> }.into_any();
            }
            let label = name.clone();
            view! {
                <SummaryRow name change_href change_label>
                    <FileList label>{files.into_iter().map(|file| evidence_row(app, file, None)).collect_view()}</FileList>
                </SummaryRow>
            }
            .into_any()
        }
        // Whoever stands beside the tablet need not read it; who has just typed it checks it.
        Kind::Nik if matches!(reader, Audience::LooksOn) && !around.text(&place.field).is_empty() => {
            let digits = shown(language, field, around.text(&place.field), zone).unwrap_or_default();
            view! { <SummaryRow name=name.clone()>{masked(app, name, digits)}</SummaryRow> }.into_any()
        }
        _ => {
            let value = shown(language, field, around.text(&place.field), zone);
            view! { <SummaryRow name value missing change_href change_label must /> }.into_any()
        }
    }
}

/// How much of an identity number is read without asking for it.
const LAST_DIGITS: usize = 4;

/// A number that identifies a person: its last digits, and all of it at a press.
fn masked(app: AppState, name: String, digits: String) -> impl IntoView {
    let open = RwSignal::new(false);
    let hidden: String = {
        let length = digits.chars().count();
        digits.chars().enumerate().map(|(at, digit)| if at + LAST_DIGITS < length { '•' } else { digit }).collect()
    };
    let label = Signal::derive(move || {
        let words = draft_words(app);
        (if open.get() { words.hide_number } else { words.show_number }).to_owned()
    });
    view! {
        <span class="cluster">
            <span class="tabular">{move || if open.get() { digits.clone() } else { hidden.clone() }}</span>
            <Button
                label
                context=Signal::stored(Some(name))
                kind=ButtonKind::Quiet
                icon=IconName::Eye
                on_press=Callback::new(move |()| open.update(|open| *open = !*open))
            />
        </span>
    }
}
