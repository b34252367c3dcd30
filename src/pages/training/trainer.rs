//! The trainer's list: results out of trainees' codes, kept on this device alone.

use leptos::prelude::*;

use super::twice::TwiceButton;
use super::{say, words};
use crate::components::button::{Button, ButtonKind};
use crate::components::icon::IconName;
use crate::components::link_button::LinkButton;
use crate::components::live::live;
use crate::components::page_header::PageHeader;
use crate::components::text_area::TextArea;
use crate::domain::json;
use crate::domain::sheet::{Cell, Sheet};
use crate::pages::draft::page_title;
use crate::pages::recap::hand_out;
use crate::platform::{local, page};
use crate::routes::Route;
use crate::state::AppState;
use crate::state::training::RESULTS;
use crate::training::code::{self, NotACode, Outcome};
use crate::training::scenario;

/// The page.
#[component]
pub fn TrainerSheet(
    /// The app.
    app: AppState,
) -> impl IntoView {
    let title = say(app, |words| words.trainer);
    page_title(app, title);
    let typed = RwSignal::new(String::new());
    let kept = || -> Vec<String> { local::read(RESULTS).and_then(|text| json::read(&text).ok()).unwrap_or_default() };
    let codes = RwSignal::new(kept());
    let problems = RwSignal::new(Vec::<(String, NotACode)>::new());
    let keep = move || {
        // Refused where local storage is; the list then lives as long as the page.
        let _ = local::write(RESULTS, &json::write(&codes.get_untracked()));
    };
    let collect = move |()| {
        let text = typed.get_untracked();
        let mut wrong = Vec::new();
        // Another window may have collected since.
        for code in kept() {
            codes.update(|codes| {
                if !codes.contains(&code) {
                    codes.push(code)
                }
            });
        }
        for line in text.lines().map(str::trim).filter(|line| !line.is_empty()) {
            // A chat puts the sender's name before what was said, a camera the address of this page.
            let from = line.to_ascii_uppercase().rfind("LATIHAN").unwrap_or(0);
            let part = line.get(from..).unwrap_or(line);
            match code::read(part) {
                Ok(outcome) => {
                    let plain = code::write(&outcome);
                    codes.update(|codes| {
                        if !codes.contains(&plain) {
                            codes.push(plain);
                        }
                    });
                }
                Err(problem) => wrong.push((line.chars().take(60).collect(), problem)),
            }
        }
        // What could not be read stays to be looked at.
        typed.set(wrong.iter().map(|(line, _): &(String, NotACode)| line.as_str()).collect::<Vec<_>>().join("\n"));
        problems.set(wrong);
        keep();
    };
    // A camera that read a trainee's code leads here.
    let query = app.navigation.query.get_untracked();
    if let Some((_, code)) = query.split_once("kode=") {
        typed.set(code.to_owned());
        collect(());
    }
    let clear = move |()| {
        codes.set(Vec::new());
        problems.set(Vec::new());
        keep();
    };
    let outcomes = Memo::new(move |_| codes.with(|codes| codes.iter().filter_map(|code| code::read(code).ok()).collect::<Vec<Outcome>>()));
    let named = move |place: u8| {
        let found = scenario::all().iter().find(|scenario| scenario.place == u32::from(place));
        found.map_or_else(|| place.to_string(), |scenario| app.language.get().text(&scenario.title).to_owned())
    };
    let export = move |()| {
        let words = untrack(|| words(app));
        let rows = untrack(|| {
            let row = |outcome: Outcome| {
                let steps = format!("{}/{}", outcome.done, outcome.of);
                vec![Cell::Text(outcome.name), Cell::Text(named(outcome.place)), Cell::Text(steps), Cell::Number(outcome.score.into())]
            };
            outcomes.get().into_iter().map(row).collect()
        });
        let header = [words.participant, words.scenario, words.steps, words.score].map(str::to_owned).to_vec();
        hand_out(
            app,
            &Sheet { name: words.trainer.to_owned(), notes: vec![words.trainer.to_owned()], header, rows },
            "lembar-pelatih",
            false,
        );
    };
    view! {
        <div class="page">
            <div class="no-print stack">
                <PageHeader title lead=Signal::derive(move || Some(words(app).trainer_lead.to_owned())) />
                <TextArea id="codes" label=say(app, |words| words.codes) value=typed on_input=Callback::new(move |text| typed.set(text)) />
                <div role="status"><ul class="training-problems">
                    {live(move || problems.get().into_iter().map(|(line, problem)| {
                        let words = words(app);
                        let why = match problem {
                            NotACode::Foreign => words.not_a_code,
                            NotACode::Mistyped => words.mistyped,
                            NotACode::Newer => words.newer_code,
                        };
                        view! { <li><q>{line}</q> " " {why}</li> }
                    }).collect_view())}
                </ul></div>
                <div class="cluster">
                    <Button label=say(app, |words| words.collect) on_press=Callback::new(collect) />
                    <Button label=say(app, |words| words.export) icon=IconName::File kind=ButtonKind::Secondary on_press=Callback::new(export) />
                    <Button label=say(app, |words| words.print) icon=IconName::Print kind=ButtonKind::Secondary on_press=Callback::new(move |()| page::print()) />
                    <TwiceButton
                        app
                        label=|words| words.clear
                        confirm=|words| words.clear_confirm
                        kind=ButtonKind::Quiet
                        icon=IconName::Trash
                        on_confirmed=Callback::new(clear)
                    />
                    <LinkButton label=say(app, |words| words.to_list) href=Route::Training.path() kind=ButtonKind::Quiet />
                </div>
            </div>
            <h2>{live(move || format!("{} {}", outcomes.with(Vec::len), words(app).collected))}</h2>
            {live(move || {
                let words = words(app);
                let outcomes = outcomes.get();
                if outcomes.is_empty() {
                    return view! { <p class="muted">{words.sheet_empty}</p> }.into_any();
                }
                let rows: Vec<AnyView> = outcomes.into_iter().map(|outcome| view! {
                    <tr><th scope="row">{outcome.name}</th><td>{named(outcome.place)}</td><td>{format!("{}/{}", outcome.done, outcome.of)}</td><td>{outcome.score}</td></tr>
                }.into_any()).collect();
                view! {
                    <div class="training-scroll" tabindex="0" role="group" aria-label=words.trainer>
                    <table class="training-table">
                        <caption class="visually-hidden">{words.trainer}</caption>
                        <thead><tr><th scope="col">{words.participant}</th><th scope="col">{words.scenario}</th><th scope="col">{words.steps}</th><th scope="col">{words.score}</th></tr></thead>
                        <tbody>{rows}</tbody>
                    </table>
                    </div>
                }.into_any()
            })}
        </div>
    }
}
