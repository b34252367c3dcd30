//! A list of cases as a sheet: the same choice and order as the list that led here, to be printed or taken along.

use std::sync::Arc;

use leptos::prelude::*;

use super::schedule::{plan_words, say};
use crate::components::back_link::BackLink;
use crate::components::live::live;
use crate::components::page_header::PageHeader;
use crate::domain::docket::Line;
use crate::domain::filter::Filter;
use crate::domain::sheet::{Cell, Sheet};
use crate::domain::time::{Timestamp, Zone};
use crate::i18n::{Language, format, sentences};
use crate::pages::cases::{chosen, rules_of};
use crate::pages::draft::page_title;
use crate::pages::recap::{Takeaway, group_name, hand_out};
use crate::routes::Route;
use crate::state::{AppState, docket};

/// The page.
#[component]
pub fn SheetPage(
    /// The app.
    app: AppState,
) -> impl IntoView {
    let title = say(app, |words| words.list);
    page_title(app, title);
    let filter = Memo::new(move |_| app.navigation.query.with(|query| Filter::parse(query)));
    let lines = Memo::new(move |_| chosen(app, &docket::lines(app), &filter.get()));
    let sheet = move |moment| sheet(app, &lines.get(), moment);
    let give = move |xlsx: bool| hand_out(app, &untrack(|| sheet(format::instant)), "daftar-perkara", xlsx);
    let back = format!("{}{}", Route::Cases.path(), filter.get_untracked().query());
    view! {
        <div class="page page--wide recap">
            <BackLink label=say(app, |words| words.back_to_list) href=back />
            <PageHeader
                title
                caption=Signal::derive(move || Some(format!("{} {}", format::count(app.language.get(), u64::try_from(lines.with(|lines| lines.len())).unwrap_or_default()), plan_words(app).cases)))
                lead=Signal::derive(move || Some(plan_words(app).list_lead.to_owned()))
            />
            <Takeaway app give=Callback::new(give) />
            {live(move || {
                let sheet = sheet(format::instant_short);
                let cell = |cell: Cell| match cell {
                    Cell::Text(text) if text.is_empty() => "–".to_owned(),
                    Cell::Text(text) => text,
                    Cell::Number(number) => number.to_string(),
                };
                let rows = sheet.rows.iter().cloned().map(|row| {
                    let mut cells = row.into_iter().map(cell);
                    view! { <tr><th scope="row">{cells.next()}</th>{cells.map(|text| view! { <td>{text}</td> }).collect_view()}</tr> }
                }).collect_view();
                view! {
                    <div class="scroll" tabindex="0" role="region" aria-label=sheet.name.clone()>
                        <table class="figures figures--words">
                            <caption class="visually-hidden">{sheet.name.clone()}</caption>
                            <thead><tr>{sheet.header.iter().cloned().map(|name| view! { <th scope="col">{name}</th> }).collect_view()}</tr></thead>
                            <tbody>{rows}</tbody>
                        </table>
                    </div>
                }
            })}
        </div>
    }
}

/// What is asked for first comes first; a moment is short on the screen, and whole where it is taken along.
fn sheet(app: AppState, lines: &[Arc<Line>], moment: fn(Language, Timestamp, Zone) -> String) -> Sheet {
    let (language, words, zone) = (app.language.get(), plan_words(app), app.zone());
    let row = |line: &Arc<Line>| {
        let rules = rules_of(app, line);
        let due = line.next_due();
        let outcome = |key: &String| sentences::outcome(language, rules, key);
        let ended = || line.end.as_deref().filter(|end| *end != "closed").map(|end| sentences::ending(language, end));
        let label = |key: &str| sentences::deadline(language, rules, key);
        [
            line.name.clone(),
            format::list(language, &line.petitioners),
            line.respondent.clone(),
            sentences::state(language, rules, &line.state),
            due.map(|due| label(&due.deadline)).unwrap_or_default(),
            due.map(|due| format::date_short(language, due.last_day)).unwrap_or_default(),
            if line.unsent { app.words().yes.to_owned() } else { String::new() },
            line.outcome.as_ref().map(outcome).or_else(ended).unwrap_or_default(),
            line.object.clone(),
            rules.map(|rules| language.text(&rules.title).to_owned()).unwrap_or_default(),
            line.office.as_ref().map(|office| group_name(app, crate::domain::recap::By::Office, &office.0)).unwrap_or_default(),
            line.filed_at.map(|at| moment(language, at, app.zone_of(line.office.as_ref()))).unwrap_or_default(),
        ]
        .map(Cell::Text)
        .to_vec()
    };
    let header = [
        words.number,
        words.petitioners,
        words.respondent,
        words.state,
        words.next_due,
        words.due_day,
        words.unsent,
        words.outcome,
        words.object,
        words.only_track,
        words.by_office,
        words.filed,
    ];
    Sheet {
        name: words.list.to_owned(),
        notes: vec![format!("{}, {}", words.list, format::instant(language, app.now.get(), zone))],
        header: header.map(str::to_owned).to_vec(),
        rows: lines.iter().map(row).collect(),
    }
}
