//! What stands above every page of training: the mark, the step with its help and its judgement, and what the trainer moves.

use leptos::prelude::*;
use leptos::task::spawn_local;

use super::presenter::{Presenter, open_notes};
use super::twice::TwiceButton;
use super::{here, qr, say, words};
use crate::components::button::{Button, ButtonKind};
use crate::components::choice_group::Choice;
use crate::components::details::Details;
use crate::components::icon::{Icon, IconName};
use crate::components::link_button::LinkButton;
use crate::components::live::live;
use crate::components::select_field::SelectField;
use crate::components::text_field::TextField;
use crate::domain::text::{read_date, read_time};
use crate::domain::time::{MinuteOfDay, Timestamp};
use crate::i18n::messages::TrainingMessages;
use crate::i18n::{format, sentences};
use crate::pages::help::page_of;
use crate::platform::page;
use crate::platform::timer::sleep;
use crate::platform::training::go_to_part;
use crate::routes::Route;
use crate::state::AppState;
use crate::state::training::{self, Place, Training, use_training};
use crate::training::scenario::{FREE, Fault, Step};

const HOUR_MS: i64 = 60 * 60 * 1_000;
const DAY_MS: i64 = 24 * HOUR_MS;
/// When a working day begins, for leaps to a day.
const MORNING: MinuteOfDay = MinuteOfDay(9 * 60);

/// The frame.
#[component]
pub fn TrainingFrame(
    /// The app.
    app: AppState,
) -> impl IntoView {
    let training = use_training();
    let is_small = Memo::new(move |_| training.screen.get().small);
    let is_own = Memo::new(move |_| app.navigation.route.get().is_of_training());
    view! {
        <Watermark />
        <aside class="training-bar" aria-label=move || words(app).title>
            <div class="training-bar__line">
                <p class="training-bar__mark" title=move || words(app).mark_help>
                    <Icon name=IconName::Training /> <strong>"LATIHAN"</strong>
                </p>
                <p class="training-bar__where">{live(move || training.place.get().map(|place| where_words(app, &place)))}</p>
                <p class="training-bar__clock">{live(move || training.place.get().map(|_| clock_words(app)))}</p>
                <span class="training-bar__acts">
                    {live(move || (training.place.with(Option::is_some) && !is_own.get()).then(|| {
                        let is_small = training.screen.get().small;
                        view! {
                            <button type="button" class="training-bar__button" aria-expanded=(!is_small).to_string() aria-controls="training-step" on:click=move |_| unfold(training)>
                                <Icon name=IconName::ChevronDown /> <span>{if is_small { words(app).show_bar } else { words(app).hide_bar }}</span>
                            </button>
                        }
                    }))}
                    // To another program: the router is to leave it alone.
                    <a class="training-bar__button" href="/" rel="external"><Icon name=IconName::SignOut /> <span>{say(app, |words| words.leave)}</span></a>
                </span>
            </div>
            // Training's own pages are about no step.
            {live(move || (!is_small.get() && !is_own.get()).then(|| view! { <StepPart app training /> }))}
        </aside>
        <Presenter app training />
    }
}

/// Training's clock, with the weekday that deadlines are counted by.
fn clock_words(app: AppState) -> String {
    let (language, now, zone) = (app.language.get(), app.now.get(), app.zone());
    format!("{} {}", format::weekday_short(language, now.in_zone(zone).date), format::instant_short(language, now, zone))
}

/// Makes the bar small, or large again where it can be seen.
fn unfold(training: Training) {
    training.set_screen(|screen| screen.small = !screen.small);
    if !training.screen.get_untracked().small {
        spawn_local(async {
            // It is drawn first.
            sleep(0).await;
            go_to_part(".training-bar__body");
        });
    }
}

fn where_words(app: AppState, place: &Place) -> AnyView {
    let (language, words) = (app.language.get(), words(app));
    let title = language.text(&place.scenario.title).to_owned();
    if place.scenario.key == FREE {
        return view! { <span>{title}</span> }.into_any();
    }
    let step = format!("{} {} {} {}", words.step, place.step + 1, words.of, place.scenario.step.len());
    // On a phone there is room for the step alone; its title stands below.
    view! { <span class="training-bar__title">{title} " · "</span> <span>{step}</span> }.into_any()
}

/// Laid across every screen and every sheet that is printed.
#[component]
fn Watermark() -> impl IntoView {
    view! {
        <div class="training-watermark" aria-hidden="true">
            {(0..24).map(|_| view! { <span>"LATIHAN"</span> }).collect_view()}
        </div>
    }
}

#[component]
fn StepPart(app: AppState, training: Training) -> impl IntoView {
    live(move || {
        let place = training.place.get()?;
        let step = place.scenario.step.get(place.step)?.clone();
        let is_free = place.scenario.key == FREE;
        Some(view! {
            <div class="training-bar__body">
                <div class="training-step" id="training-step">
                    <StepWords app training place=place.clone() step=step.clone() />
                    <Details summary=say(app, |words| words.story) open=is_free || place.step == 0><p class="prose">{live(move || app.language.get().text(&place.scenario.story).to_owned())}</p></Details>
                    <Details summary=say(app, |words| words.controls) open=is_free><Tools app training is_first=place.step == 0 /> <Controls app training /></Details>
                </div>
            </div>
        })
    })
}

#[component]
fn StepWords(app: AppState, training: Training, place: Place, step: Step) -> impl IntoView {
    let step = StoredValue::new(step);
    let is_last = place.step + 1 >= place.scenario.step.len();
    let is_free = place.scenario.key == FREE;
    let text = move |part: fn(&Step) -> Option<&crate::domain::rule_set::Text>| {
        step.with_value(|step| part(step).map(|text| app.language.get().text(text).to_owned()))
    };
    let hints = step.with_value(|step| step.hint.len());
    let key = StoredValue::new(place.scenario.key.clone());
    view! {
        <h2 class="training-step__title">{live(move || text(|step| Some(&step.title)))}</h2>
        {live(move || (!training.done.get()).then(|| view! {
            <p class="training-step__todo">{live(move || text(|step| Some(&step.todo)))}</p>
            {live(move || text(|step| step.look.as_ref()).map(|look| view! { <p class="muted"><strong>{words(app).look} ": "</strong>{look}</p> }))}
            {live(move || {
                let open = training.hints.get().min(hints);
                step.with_value(|step| step.hint.iter().take(open).map(|hint| view! { <p class="training-step__hint"><strong>{words(app).hint} ": "</strong>{app.language.get().text(hint).to_owned()}</p> }).collect_view())
            })}
        }))}
        <div role="status" class="training-step__judged">
            {live(move || {
                let words = words(app);
                let article = |article: &str| (!article.is_empty()).then(|| view! { <p class="muted">{article.to_owned()}</p> });
                if let Some(wrong) = training.wrong.get() {
                    return step.with_value(|step| step.wrong.get(wrong).map(|wrong| view! {
                        <div class="training-judged training-judged--wrong">
                            <p><Icon name=IconName::Alert /> <strong>{words.wrong_way}</strong></p>
                            <p>{app.language.get().text(&wrong.why).to_owned()}</p>
                            {article(&wrong.article)}
                        </div>
                    }.into_any()));
                }
                training.done.get().then(|| step.with_value(|step| view! {
                    <div class="training-judged training-judged--right">
                        <p><Icon name=IconName::CheckCircle /> <strong>{if is_last { words.all_done } else { words.step_done }}</strong></p>
                        <p>{app.language.get().text(&step.learnt).to_owned()}</p>
                        {article(&step.article)}
                    </div>
                }.into_any()))
            })}
        </div>
        <div class="cluster">
            {live(move || {
                let (done, wrong) = (training.done.get(), training.wrong.get().is_some());
                let next = Callback::new(move |()| spawn_local(training::next(app, training)));
                if done && is_last {
                    let href = key.with_value(|key| Route::Certificate(key.clone()).path());
                    return view! { <LinkButton label=say(app, |words| words.to_certificate) href /> <LinkButton label=say(app, |words| words.to_list) href=Route::Training.path() kind=ButtonKind::Secondary /> }.into_any();
                }
                if done {
                    return view! { <Button label=say(app, |words| words.next) icon=IconName::Next on_press=next /> }.into_any();
                }
                if wrong {
                    let again = Callback::new(move |()| spawn_local(training::again(app, training)));
                    return view! { <Button label=say(app, |words| words.try_again) on_press=again /> }.into_any();
                }
                if is_free {
                    return ().into_any();
                }
                view! {
                    <Button label=say(app, |words| words.to_step) kind=ButtonKind::Secondary on_press=Callback::new(move |()| to_work(app, training)) />
                    {(training.hints.get() < hints).then(|| view! { <Button label=say(app, |words| words.open_hint) kind=ButtonKind::Quiet on_press=Callback::new(move |()| training::open_hint(training)) /> })}
                    {(!is_last).then(|| view! { <Button label=say(app, |words| words.skip) kind=ButtonKind::Quiet on_press=next /> })}
                }.into_any()
            })}
        </div>
    }
}

/// What is seldom wanted of a step.
#[component]
fn Tools(app: AppState, training: Training, is_first: bool) -> impl IntoView {
    let tour = move |()| training::begin_tour(training, page_of(&app.navigation.route.get_untracked()));
    view! {
        <div class="cluster">
            <Button label=say(app, |words| words.tour_here) kind=ButtonKind::Quiet icon=IconName::Help on_press=Callback::new(tour) />
            {(!is_first).then(|| view! { <Button label=say(app, |words| words.back) kind=ButtonKind::Quiet icon=IconName::Back on_press=Callback::new(move |()| spawn_local(training::back(app, training))) /> })}
            <LinkButton label=say(app, |words| words.to_list) href=Route::Training.path() kind=ButtonKind::Quiet />
        </div>
    }
}

/// To the page on which the step is done, past the bar where that fills the screen.
fn to_work(app: AppState, training: Training) {
    // Where the guide stands above the page, each page would begin with it.
    if !app.navigation.wide.get_untracked() {
        training.set_screen(|screen| screen.small = true);
    }
    training::to_begin(app, training);
    spawn_local(async move {
        // The page that was gone to is drawn first.
        sleep(0).await;
        go_to_part("#main");
    });
}

/// What the trainer, or whoever trains alone, moves.
#[component]
fn Controls(app: AppState, training: Training) -> impl IntoView {
    view! {
        <div class="training-controls">
            <People app training />
            <Clock app />
            <Faults app training />
            <Link app training />
            <Showing app training />
        </div>
    }
}

#[component]
fn People(app: AppState, training: Training) -> impl IntoView {
    let choices = Signal::derive(move || {
        let language = app.language.get();
        let people = training.place.get().map(|place| place.scenario.person).unwrap_or_default();
        let choice = |person: crate::training::scenario::Someone| {
            let roles: Vec<&str> = person.roles.iter().map(|role| sentences::role(language, *role)).collect();
            Choice::new(&person.key, format!("{} ({})", person.name, roles.join(", ")))
        };
        people.into_iter().map(choice).collect::<Vec<_>>()
    });
    let value = Signal::derive(move || training.place.get().map(|place| place.person).unwrap_or_default());
    view! {
        <SelectField
            id="training-person"
            label=say(app, |words| words.person)
            choices
            value
            on_change=Callback::new(move |person: String| spawn_local(training::change_person(app, person)))
        />
    }
}

#[component]
fn Clock(app: AppState) -> impl IntoView {
    let typed = RwSignal::new(String::new());
    let day = RwSignal::new(String::new());
    let moved = move |at: Timestamp| spawn_local(training::set_clock(app, at));
    let by = move |millis: i64| Callback::new(move |()| moved(app.now.get_untracked().plus(millis)));
    let set = move |()| {
        let text = typed.get_untracked();
        let (date, time) = text.trim().rsplit_once(' ').unwrap_or((text.trim(), "9.00"));
        if let Some((date, time)) = read_date(date).ok().zip(read_time(time)) {
            moved(date.at(time, app.zone()));
        }
    };
    let days = Memo::new(move |_| training::counted_days(app));
    let leap = move |chosen: String| {
        let found = days.with_untracked(|days| days.iter().find(|(number, _)| number.to_string() == chosen).map(|(_, date)| *date));
        day.set(chosen);
        if let Some(date) = found {
            moved(date.at(MORNING, app.zone()));
        }
    };
    let choices = Signal::derive(move || {
        let language = app.language.get();
        let words = words(app);
        days.get()
            .into_iter()
            .map(|(number, date)| Choice::new(number.to_string(), format!("{}{number}: {}", words.to_day, format::date(language, date))))
            .collect::<Vec<_>>()
    });
    view! {
        <fieldset class="training-group">
            <legend>{say(app, |words| words.clock)}</legend>
            <p class="muted">{say(app, |words| words.clock_help)}</p>
            <div class="cluster">
                <Button label=say(app, |words| words.day_back) kind=ButtonKind::Secondary on_press=by(-DAY_MS) />
                <Button label=say(app, |words| words.hour_on) kind=ButtonKind::Secondary on_press=by(HOUR_MS) />
                <Button label=say(app, |words| words.day_on) kind=ButtonKind::Secondary on_press=by(DAY_MS) />
            </div>
            {live(move || days.with(|days| !days.is_empty()).then(|| view! {
                <SelectField id="training-day" label=say(app, |words| words.to_day) choices value=day unchosen=Signal::derive(|| Some("…".to_owned())) on_change=Callback::new(leap) />
            }))}
            <TextField id="training-date" label=say(app, |words| words.to_date) hint=Signal::derive(|| Some("9/7/2026 14.30".to_owned())) value=typed on_input=Callback::new(move |text| typed.set(text)) />
            <Button label=say(app, |words| words.set) kind=ButtonKind::Secondary on_press=Callback::new(set) />
        </fieldset>
    }
}

type Label = fn(&'static TrainingMessages) -> &'static str;

const FAULTS: [(Fault, &str, Label); 6] = [
    (Fault::None, "none", |words| words.fault_none),
    (Fault::Offline, "offline", |words| words.fault_offline),
    (Fault::Slow, "slow", |words| words.fault_slow),
    (Fault::Error, "error", |words| words.fault_error),
    (Fault::Full, "full", |words| words.fault_full),
    (Fault::Expired, "expired", |words| words.fault_expired),
];

#[component]
fn Faults(app: AppState, training: Training) -> impl IntoView {
    let second = move |()| {
        spawn_local(async move {
            let done = training::second_officer(app, training).await;
            let words = TrainingMessages::of(app.language.get_untracked());
            app.notify((if done { words.second_done } else { words.second_not }).to_owned());
        });
    };
    view! {
        <fieldset class="training-group">
            <legend>{say(app, |words| words.faults)}</legend>
            <div class="cluster">
                {FAULTS.map(|(fault, key, label)| view! {
                    <button
                        type="button"
                        class="training-toggle"
                        id=format!("training-fault-{key}")
                        aria-pressed=move || (training.fault.get() == fault).to_string()
                        on:click=move |_| training::set_fault(app, fault)
                    >{say(app, label)}</button>
                }).collect_view()}
            </div>
            <p class="muted">{live(move || (training.fault.get() == Fault::Expired).then(|| words(app).fault_expired_help))}</p>
            <div class="cluster">
                <Button label=say(app, |words| words.second) kind=ButtonKind::Secondary icon=IconName::Users on_press=Callback::new(second) />
                <Button label=say(app, |words| words.update) kind=ButtonKind::Secondary icon=IconName::Sync on_press=Callback::new(move |()| training::update_arrives(app)) />
            </div>
            <TwiceButton
                app
                label=|words| words.reset
                confirm=|words| words.reset_confirm
                kind=ButtonKind::Secondary
                icon=IconName::Back
                on_confirmed=Callback::new(move |()| spawn_local(training::reset(app, training)))
            />
        </fieldset>
    }
}

#[component]
fn Link(app: AppState, training: Training) -> impl IntoView {
    let address = Memo::new(move |_| here(app, training));
    let copy = move |()| {
        let text = address.get_untracked().unwrap_or_default();
        spawn_local(async move {
            let done = page::copy(&text).await;
            let words = app.words_untracked();
            app.notify((if done { words.copied } else { words.copy_failed }).to_owned());
        });
    };
    view! {
        <fieldset class="training-group">
            <legend>{say(app, |words| words.link)}</legend>
            <p class="muted">{say(app, |words| words.link_help)}</p>
            {live(move || address.get().map(|text| view! { <p class="training-link">{text.clone()}</p> {qr(&text, words(app).link)} }))}
            <Button label=say(app, |words| words.copy_link) kind=ButtonKind::Secondary icon=IconName::Copy on_press=Callback::new(copy) />
        </fieldset>
    }
}

#[component]
fn Showing(app: AppState, training: Training) -> impl IntoView {
    let toggle = move |label: fn(&'static TrainingMessages) -> &'static str, is: fn(&mut training::Screen) -> &mut bool| {
        view! {
            <button type="button" class="training-toggle"
                aria-pressed=move || { let mut screen = training.screen.get(); (*is(&mut screen)).to_string() }
                on:click=move |_| training.set_screen(|screen| { let value = is(screen); *value = !*value; })
            >{say(app, label)}</button>
        }
    };
    view! {
        <fieldset class="training-group">
            <legend>{say(app, |words| words.presenter)}</legend>
            <div class="cluster">
                {toggle(|words| words.presenter, |screen| &mut screen.presenting)}
                {toggle(|words| words.keys, |screen| &mut screen.keys)}
                {toggle(|words| words.masked, |screen| &mut screen.masked)}
            </div>
            <Button label=say(app, |words| words.notes) kind=ButtonKind::Secondary icon=IconName::Note on_press=Callback::new(move |()| open_notes(training)) />
            <p class="muted">{say(app, |words| words.notes_help)}</p>
            <p class="muted">{say(app, |words| words.shortcuts)}</p>
        </fieldset>
    }
}
