//! What a shared screen needs: a halo and ripples that viewers see, too, the keys that were pressed, a spotlight, the code that leads here,
//! and the tour. All of it is drawn over the page and takes no press away from it.

use leptos::prelude::*;
use leptos::task::spawn_local;

use super::{here, qr, say, words};
use crate::components::button::{Button, ButtonKind};
use crate::components::live::{follow, live};
use crate::i18n::messages::TrainingMessages;
use crate::platform::timer::{Timeout, sleep};
use crate::platform::training::{Key, Mask, area_at, bring, mask, on_key, on_pointer, open_window, scroll_to, scrolled};
use crate::platform::{focus, page};
use crate::routes::Route;
use crate::state::training::{self, Training};
use crate::state::{AppState, settings};
use crate::training::names::places;
use crate::training::scenario::Fault;

/// How long a key, a ripple and the first of two presses stay, in milliseconds.
const KEY_MS: i32 = 1_600;
const RIPPLE_MS: i32 = 500;
const TWICE_MS: i32 = 1_500;
/// How often, and how long each time in milliseconds, a tour waits for the page that it begins on.
const DRAWN_WAITED: u32 = 100;
const DRAWN_WAIT_MS: i32 = 50;
const DAY_MS: i64 = 24 * 60 * 60 * 1_000;

/// What shows for a moment.
#[derive(Clone, Copy)]
struct Passing {
    ripple: RwSignal<Option<(i32, i32)>>,
    shown: RwSignal<String>,
    asked: RwSignal<bool>,
}

#[component]
pub(super) fn Presenter(app: AppState, training: Training) -> impl IntoView {
    let pointer = RwSignal::new((0, 0));
    let ripple = RwSignal::new(None::<(i32, i32)>);
    let shown = RwSignal::new(String::new());
    let spot = RwSignal::new(None::<[i32; 4]>);
    let asked = RwSignal::new(false);
    let code = RwSignal::new(false);
    let timers = StoredValue::new_local([None::<Timeout>, None, None]);
    let later = move |slot: usize, ms: i32, act: fn(Passing)| {
        let timer = Timeout::new(ms, move || act(Passing { ripple, shown, asked }));
        timers.update_value(|timers| timers[slot] = Some(timer));
    };
    let screen = training.screen;
    follow(move || {
        let screen = screen.get();
        page::set_attribute("data-presenter", screen.presenting.then_some(""));
        page::set_attribute("data-masked", screen.masked.then_some(""));
    });
    // What the style has no place for stands in running text: there the names themselves are looked for.
    let is_masked = Memo::new(move |_| screen.get().masked);
    let laid = StoredValue::new_local(None::<Mask>);
    follow(move || {
        laid.set_value(None);
        if is_masked.get() {
            let names = training::names(app);
            laid.set_value(mask(move |text| places(text, &names)));
        }
    });
    let act = move |key: &Key| {
        if key.modified || key.typing || training.loading.get_untracked() {
            return;
        }
        // Who has switched shortcuts off has the buttons; arrows and Esc are no letters that a voice or a slip would press.
        if key.name.chars().count() == 1 && !settings::shortcuts() {
            return;
        }
        let name = key.name.to_ascii_lowercase();
        if key.shift && name == "p" {
            training.set_screen(|screen| screen.presenting = !screen.presenting);
            spot.set(None);
            return;
        }
        if !screen.get_untracked().presenting || training.place.with_untracked(Option::is_none) {
            return;
        }
        match name.as_str() {
            "arrowright" => spawn_local(training::next(app, training)),
            "arrowleft" => spawn_local(training::back(app, training)),
            "r" if asked.get_untracked() => spawn_local(training::reset(app, training)),
            "r" => {
                asked.set(true);
                later(2, TWICE_MS, |passing| passing.asked.set(false));
            }
            "o" => {
                let is_cut = training.fault.get_untracked() == Fault::Offline;
                training::set_fault(app, if is_cut { Fault::None } else { Fault::Offline });
            }
            "j" => spawn_local(training::set_clock(app, app.now.get_untracked().plus(DAY_MS))),
            "k" => training.set_screen(|screen| screen.keys = !screen.keys),
            "m" => training.set_screen(|screen| screen.masked = !screen.masked),
            "h" => training.set_screen(|screen| screen.small = !screen.small),
            "s" => {
                let (x, y) = pointer.get_untracked();
                spot.update(|spot| *spot = if spot.is_some() { None } else { area_at(x, y) });
            }
            "q" => code.update(|open| *open = !*open),
            "n" => open_notes(training),
            "escape" => {
                spot.set(None);
                code.set(false);
            }
            _ => {}
        }
    };
    let listeners = [
        on_key(move |key| {
            if screen.get_untracked().keys && !key.secret {
                let plain = key.name.chars().count() == 1;
                shown.set(if key.shift && !plain { format!("Shift+{}", key.name) } else { key.name.clone() });
                later(1, KEY_MS, |passing| passing.shown.set(String::new()));
            }
            act(&key);
        }),
        on_pointer(move |x, y, pressed| {
            if screen.get_untracked().presenting {
                pointer.set((x, y));
                if pressed {
                    ripple.set(Some((x, y)));
                    later(0, RIPPLE_MS, |passing| passing.ripple.set(None));
                }
            }
        }),
    ];
    let _kept = StoredValue::new_local(listeners);
    let place = |(x, y): (i32, i32)| format!("translate({x}px, {y}px)");
    view! {
        {live(move || screen.get().presenting.then(|| view! {
            <div class="training-halo" aria-hidden="true" style:transform=move || place(pointer.get())></div>
        }))}
        {live(move || ripple.get().map(|at| view! { <div class="training-ripple" aria-hidden="true" style:transform=place(at)></div> }))}
        {live(move || (screen.get().keys && shown.with(|text| !text.is_empty())).then(|| view! { <kbd class="training-keys" aria-hidden="true">{shown}</kbd> }))}
        {live(move || spot.get().map(|[left, top, width, height]| view! {
            <div class="training-spot" aria-hidden="true"
                style:transform=format!("translate({left}px, {top}px)") style:width=format!("{width}px") style:height=format!("{height}px")></div>
        }))}
        {live(move || asked.get().then(|| view! { <p class="training-keys" role="status">{words(app).reset_confirm}</p> }))}
        <Code app training open=code />
        <Tour app training />
    }
}

/// Opens what the speaker says in a window of its own.
pub(super) fn open_notes(training: Training) {
    if let Some(place) = training.place.get_untracked() {
        open_window(&Route::Notes(place.scenario.key).path());
    }
}

/// The way over the screen or its frame, a stop at a time: the page under it stays usable, and Esc or a press ends it.
#[component]
fn Tour(app: AppState, training: Training) -> impl IntoView {
    let spot = RwSignal::new(None::<([i32; 4], bool)>);
    // Where the page was before: whoever has seen the frame has yet to read the first words of it.
    let began_at = StoredValue::new(0.0);
    // What had the focus gets it back.
    let came_from = StoredValue::new_local(None::<web_sys::HtmlElement>);
    let end = move || {
        if let Some((stops, at)) = training.tour.get_untracked() {
            scroll_to(began_at.get_value());
            if let Some(element) = came_from.try_update_value(Option::take).flatten() {
                let _ = element.focus();
            }
            // Left before its end it goes on from there the next time.
            training.tour_left.update_value(|left| left.1 = if at + 1 < stops.len() { at } else { 0 });
        }
        training.tour.set(None);
        spot.set(None);
        training.set_screen(|screen| screen.toured = true);
    };
    // To the next stop that is on the screen, forward or back; past the last one the tour ends.
    let to = move |from: usize, back: bool| {
        let Some((stops, _)) = training.tour.get_untracked() else { return };
        let mut at = from;
        while let Some(stop) = stops.get(at) {
            if let Some(found) = bring(stop.at) {
                spot.set(Some(found));
                training.tour.update(|tour| tour.iter_mut().for_each(|tour| tour.1 = at));
                return;
            }
            match back.then(|| at.checked_sub(1)) {
                None => at += 1,
                Some(Some(before)) => at = before,
                Some(None) => return,
            }
        }
        if spot.get_untracked().is_none() {
            app.notify(words_untracked(app).tour_none.to_owned());
        }
        training.tour.update(|tour| tour.iter_mut().for_each(|tour| tour.1 = tour.0.len()));
        end();
    };
    // A tour that begins looks for its first stop once the page is drawn; another page has another one.
    let begun = Memo::new(move |_| training.tour.with(Option::is_some));
    follow(move || {
        if begun.get() {
            spot.set(None);
            spawn_local(async move {
                // The first screen of training may still be on its way.
                for _ in 0..DRAWN_WAITED {
                    if !training.loading.get_untracked() {
                        break;
                    }
                    sleep(DRAWN_WAIT_MS).await;
                }
                began_at.set_value(scrolled());
                came_from.set_value(focus::holder());
                to(training.tour.with_untracked(|tour| tour.as_ref().map_or(0, |tour| tour.1)), false);
                // It is drawn with the next picture.
                focus::after_paint(|| _ = page::focus_by_id("training-tour", None));
            });
        }
    });
    let route = app.navigation.route;
    let first = StoredValue::new(None::<Route>);
    follow(move || {
        let now = route.get();
        let was = first.get_value();
        first.set_value(Some(now.clone()));
        if was.is_some_and(|was| was != now) && spot.get_untracked().is_some() {
            // Another page begins at its own top.
            training.tour.set(None);
            end();
        }
    });
    live(move || {
        let ([left, top, width, height], is_low) = spot.get()?;
        let (stops, at) = training.tour.get()?;
        let on_key = move |event: web_sys::KeyboardEvent| {
            match event.key().as_str() {
                "Escape" => end(),
                "ArrowRight" => to(at + 1, false),
                "ArrowLeft" if at > 0 => to(at - 1, true),
                _ => return,
            }
            // Outside of the tour they lead from step to step.
            event.stop_propagation();
        };
        Some(view! {
            <div class="training-spot" aria-hidden="true"
                style:transform=format!("translate({left}px, {top}px)") style:width=format!("{width}px") style:height=format!("{height}px")></div>
            <section id="training-tour" role="dialog" aria-modal="false" tabindex="-1" class="training-tour" class:training-tour--high=is_low aria-label=say(app, |words| words.tour) on:keydown=on_key>
                <p role="status"><strong>{format!("{}/{}", at + 1, stops.len())}</strong> " " {live(move || stops.get(at).map(|stop| stop.text(app.language.get())))}</p>
                <div class="cluster">
                    <Button label=say(app, |words| words.tour_next) kind=ButtonKind::Secondary on_press=Callback::new(move |()| to(at + 1, false)) />
                    {(at > 0).then(|| view! {
                        <Button label=say(app, |words| words.tour_back) kind=ButtonKind::Quiet on_press=Callback::new(move |()| to(at - 1, true)) />
                    })}
                    <Button label=say(app, |words| words.tour_skip) kind=ButtonKind::Quiet on_press=Callback::new(move |()| end()) />
                </div>
            </section>
        })
    })
}

fn words_untracked(app: AppState) -> &'static TrainingMessages {
    TrainingMessages::of(app.language.get_untracked())
}

/// The link to where training stands, as large as the screen has room for.
#[component]
fn Code(app: AppState, training: Training, open: RwSignal<bool>) -> impl IntoView {
    live(move || {
        let address = open.get().then(|| here(app, training)).flatten()?;
        Some(view! {
            <section class="training-code-screen" aria-label=say(app, |words| words.link)>
                {qr(&address, words(app).link)}
                <p class="training-link">{address}</p>
                <Button label=say(app, |words| words.close_code) kind=ButtonKind::Secondary on_press=Callback::new(move |()| open.set(false)) />
            </section>
        })
    })
}
