//! The scenarios, how far somebody has come in each, and why training could not begin.

use leptos::prelude::*;

use super::{say, words};
use crate::components::banner::{Announce, Banner};
use crate::components::button::ButtonKind;
use crate::components::link_button::LinkButton;
use crate::components::live::live;
use crate::components::page_header::PageHeader;
use crate::components::tag::Tag;
use crate::components::tone::Tone;
use crate::pages::draft::page_title;
use crate::routes::Route;
use crate::state::AppState;
use crate::state::training::{Obstacle, use_training};
use crate::training::scenario::{self, FREE, Scenario};

/// The page.
#[component]
pub fn TrainingHome(
    /// The app.
    app: AppState,
) -> impl IntoView {
    let training = use_training();
    let title = say(app, |words| words.title);
    page_title(app, title);
    let obstacle = live(move || {
        training.obstacle.get().map(|obstacle| {
            let words = words(app);
            let text = match &obstacle {
                Obstacle::OtherTab => words.other_tab,
                Obstacle::Barrier => words.barrier,
                Obstacle::NoScenario(_) => words.no_scenario,
                Obstacle::NoStep(_) => words.no_step,
                Obstacle::Broken(_) => words.broken,
                Obstacle::Store(_) => words.store,
            };
            let more = match obstacle {
                Obstacle::NoScenario(key) => key,
                Obstacle::Broken(what) => what,
                _ => String::new(),
            };
            view! { <Banner title=words.obstacle tone=Tone::Warning announce=Announce::AtOnce><p>{text}</p><p class="muted">{more}</p></Banner> }
        })
    });
    view! {
        <div class="page">
            <PageHeader title lead=Signal::derive(move || Some(words(app).lead.to_owned())) />
            {obstacle}
            <ol class="training-list">
                {scenario::all().iter().map(|scenario| view! { <Row app scenario /> }).collect_view()}
            </ol>
            <p class="cluster">
                <LinkButton label=say(app, |words| words.trainer) href=Route::Trainer.path() kind=ButtonKind::Secondary />
            </p>
        </div>
    }
}

#[component]
fn Row(app: AppState, scenario: &'static Scenario) -> impl IntoView {
    let training = use_training();
    let record = move || training.progress.with(|progress| progress.of(&scenario.key));
    let is_here = move || training.place.with(|place| place.as_ref().is_some_and(|place| place.scenario.key == scenario.key));
    // The first one that was not finished: where somebody new begins.
    let is_next = move || {
        let next = training.progress.with(|progress| scenario::all().iter().find(|scenario| !progress.of(&scenario.key).finished));
        !is_here() && next.is_some_and(|next| next.key == scenario.key)
    };
    let facts = move || {
        let words = words(app);
        if scenario.key == FREE {
            String::new()
        } else {
            format!("{} {} · {} {}", scenario.step.len(), words.steps, scenario.minutes, words.minutes)
        }
    };
    view! {
        <li class="training-row">
            <div class="training-row__words">
                <h2 class="training-row__title">{live(move || app.language.get().text(&scenario.title).to_owned())}</h2>
                <p class="muted">{live(facts)}</p>
                {live(move || {
                    let (record, words) = (record(), words(app));
                    if record.finished {
                        Some(view! { <Tag label=format!("{}, {} {}", words.finished, words.best, record.best) tone=Tone::Success /> })
                    } else {
                        (record.done > 0).then(|| view! { <Tag label=format!("{} {} {}", record.done, words.of, record.of) tone=Tone::Info /> })
                    }
                })}
            </div>
            <div class="cluster">
                {live(move || is_here().then(|| view! { <LinkButton label=say(app, |words| words.go_on) href=Route::Home.path() /> }))}
                {live(move || view! {
                    <LinkButton
                        label=Signal::derive(move || (if record().done > 0 { words(app).begin_again } else { words(app).begin }).to_owned())
                        context=Signal::derive(move || Some(app.language.get().text(&scenario.title).to_owned()))
                        href=Route::Scenario(scenario.key.clone(), 1).path()
                        kind=if is_next() { ButtonKind::Primary } else { ButtonKind::Secondary }
                    />
                })}
            </div>
        </li>
    }
}
