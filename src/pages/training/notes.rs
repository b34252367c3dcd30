//! What the trainer says, in a window of its own beside the one that is shared: every step with its way and its mistakes. It follows the
//! window that trains: the step at hand is marked and brought into sight. Printed as a sheet for the trainer, or for those who take part:
//! that one has the story and what is to be done, and no answer.

use leptos::prelude::*;

use super::{qr, say, words};
use crate::components::button::{Button, ButtonKind};
use crate::components::icon::IconName;
use crate::components::live::{follow, live};
use crate::components::page_header::PageHeader;
use crate::components::tag::Tag;
use crate::components::tone::Tone;
use crate::domain::rule_set::Text;
use crate::pages::draft::page_title;
use crate::platform::training::bring;
use crate::platform::{focus, local, page};
use crate::routes::Route;
use crate::state::AppState;
use crate::state::training::step_at_hand;
use crate::training::scenario::{self, Step};

/// The page.
#[component]
pub fn SpeakerNotes(
    /// The app.
    app: AppState,
    /// Key of the scenario.
    key: String,
) -> impl IntoView {
    let title = say(app, |words| words.notes);
    page_title(app, title);
    let Some(scenario) = scenario::by_key(&key) else {
        return view! { <div class="page"><PageHeader title lead=Signal::derive(move || Some(words(app).no_scenario.to_owned())) /></div> }
            .into_any();
    };
    let at_hand = RwSignal::new(step_at_hand(&scenario.key));
    let listening = local::on_written(move || {
        let _ = at_hand.try_set(step_at_hand(&key));
    });
    StoredValue::new_local(listening);
    follow(move || {
        if let Some(at) = at_hand.get() {
            focus::after_paint(move || _ = bring(&format!("#{}", place(at))));
        }
    });
    let caption = Signal::derive(move || Some(app.language.get().text(&scenario.title).to_owned()));
    let for_participants = app.navigation.query.get_untracked() == PARTICIPANTS;
    let path = Route::Notes(scenario.key.clone()).path();
    let (title, other, href) = if for_participants {
        (say(app, |words| words.sheet), say(app, |words| words.notes), path)
    } else {
        (title, say(app, |words| words.sheet), format!("{path}?{PARTICIPANTS}"))
    };
    let address = format!("{}{}", page::served_from(), Route::Scenario(scenario.key.clone(), 1).path());
    view! {
        <div class="page">
            <PageHeader title caption />
            <div class="cluster no-print">
                <Button label=say(app, |words| words.print) icon=IconName::Print kind=ButtonKind::Secondary on_press=Callback::new(move |()| page::print()) />
                // Another sheet is another page: what is on this one was decided when it was made.
                <a href=href rel="external">{other}</a>
            </div>
            {for_participants.then(|| view! { {qr(&address, words(app).link)} <p class="training-link">{address.clone()}</p> })}
            <p class="prose">{live(move || app.language.get().text(&scenario.story).to_owned())}</p>
            {scenario.step.iter().enumerate().map(|(at, step)| if for_participants {
                view! { <StepTold app at step /> }.into_any()
            } else {
                view! { <StepNotes app at step at_hand /> }.into_any()
            }).collect_view()}
        </div>
    }
    .into_any()
}

/// In the address of the sheet for those who take part.
const PARTICIPANTS: &str = "untuk=peserta";

/// A step for those who take part, with a box to tick by hand.
#[component]
fn StepTold(app: AppState, at: usize, step: &'static Step) -> impl IntoView {
    let told = move |text: &'static Text| live(move || app.language.get().text(text).to_owned());
    view! {
        <section class="section stack training-note">
            <h2 class="section__title">"☐ " {at + 1} ". " {told(&step.title)}</h2>
            <p>{told(&step.todo)}</p>
        </section>
    }
}

/// The id of a step on the page.
fn place(at: usize) -> String {
    format!("langkah-{}", at + 1)
}

#[component]
fn StepNotes(app: AppState, at: usize, step: &'static Step, at_hand: RwSignal<Option<usize>>) -> impl IntoView {
    let is_here = move || at_hand.get() == Some(at);
    let told = move |text: &'static Text| live(move || app.language.get().text(text).to_owned());
    view! {
        <section class="section stack training-note" id=place(at) aria-current=move || is_here().then_some("step")>
            <h2 class="section__title">{at + 1} ". " {told(&step.title)}</h2>
            {live(move || is_here().then(|| view! { <p><Tag label=say(app, |words| words.notes_here) tone=Tone::Info icon=IconName::Clock /></p> }))}
            <p>{told(&step.todo)}</p>
            {step.say.as_ref().map(|text| view! { <p><strong>{say(app, |words| words.notes_say)} ": "</strong>{told(text)}</p> })}
            {step.hint.iter().map(|hint| view! { <p class="muted">{say(app, |words| words.hint)} ": " {told(hint)}</p> }).collect_view()}
            <p>{told(&step.learnt)} " " <span class="muted">{step.article.clone()}</span></p>
            {(!step.wrong.is_empty()).then(|| view! {
                <h3>{say(app, |words| words.notes_wrong)}</h3>
                <ul>{step.wrong.iter().map(|wrong| view! { <li>{told(&wrong.why)} " " <span class="muted">{wrong.article.clone()}</span></li> }).collect_view()}</ul>
            })}
        </section>
    }
}
