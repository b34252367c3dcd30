//! What a shared screen needs: a halo and ripples that viewers see, too, the keys that were pressed, a spotlight, and the tour. All of it
//! is drawn over the page and takes no press away from it.

use leptos::prelude::*;
use leptos::task::spawn_local;

use super::{say, words};
use crate::components::button::{Button, ButtonKind};
use crate::components::live::{follow, live};
use crate::platform::page;
use crate::platform::timer::Timeout;
use crate::platform::training::{Key, area_at, on_key, on_pointer};
use crate::state::AppState;
use crate::state::training::{self, Training};
use crate::training::scenario::Fault;

/// How long a key, a ripple and the first of two presses stay, in milliseconds.
const KEY_MS: i32 = 1_600;
const RIPPLE_MS: i32 = 500;
const TWICE_MS: i32 = 1_500;
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
    let act = move |key: &Key| {
        if key.modified || key.typing {
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
            "escape" => spot.set(None),
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
        <Tour app training />
    }
}

/// A short tour of the frame, once: the page under it stays usable, and Esc or a press ends it.
#[component]
fn Tour(app: AppState, training: Training) -> impl IntoView {
    let at = RwSignal::new(0_usize);
    let is_on = Memo::new(move |_| !training.screen.get().toured && training.place.with(Option::is_some));
    let end = move || training.set_screen(|screen| screen.toured = true);
    live(move || {
        is_on.get().then(|| {
            let text = move || {
                let words = words(app);
                [words.tour_1, words.tour_2, words.tour_3][at.get().min(2)]
            };
            let next = move |()| if at.get_untracked() >= 2 { end() } else { at.update(|at| *at += 1) };
            let on_key = move |event: web_sys::KeyboardEvent| match event.key().as_str() {
                "Escape" => end(),
                "ArrowRight" => next(()),
                "ArrowLeft" => at.update(|at| *at = at.saturating_sub(1)),
                _ => {}
            };
            view! {
                <section class="training-tour" aria-label=say(app, |words| words.tour) on:keydown=on_key>
                    <p role="status">{live(move || format!("{}/3", at.get().min(2) + 1))} " " {live(text)}</p>
                    <div class="cluster">
                        <Button label=say(app, |words| words.tour_next) kind=ButtonKind::Secondary on_press=Callback::new(next) />
                        <Button label=say(app, |words| words.tour_skip) kind=ButtonKind::Quiet on_press=Callback::new(move |()| end()) />
                    </div>
                </section>
            }
        })
    })
}
