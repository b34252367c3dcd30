//! A deadline as it must always be shown: date with weekday, time with zone, what is left in words, and
//! the way to its reason.

use leptos::prelude::*;

use super::icon::{Icon, IconName};
use super::live::live;
use super::tone::Tone;

/// One deadline. `left` is what remains in words ("2 hari kerja lagi", "Lewat 1 hari kerja"), which
/// carries the state; `tone` only repeats it. Children are the disclosure with its derivation.
#[component]
pub fn Deadline(
    /// What is due ("Pleno verifikasi").
    #[prop(into)]
    what: Signal<String>,
    /// "Rabu, 8 Juli 2026 pukul 23.59 WIB".
    #[prop(into)]
    when: Signal<String>,
    #[prop(into)] left: Signal<String>,
    #[prop(optional, into)] tone: Signal<Tone>,
    #[prop(optional)] children: Option<Children>,
) -> impl IntoView {
    let icon = live(move || {
        let name = match tone.get() {
            Tone::Danger => IconName::Alert,
            Tone::Success => IconName::CheckCircle,
            _ => IconName::Clock,
        };
        view! { <Icon name=name /> }
    });
    view! {
        <div class=move || format!("deadline deadline--{}", tone.get().class_suffix())>
            <p class="deadline__left">{icon} <strong>{left}</strong></p>
            <p class="deadline__what">{what}</p>
            <p class="deadline__when">{when}</p>
            {children.map(|children| view! { <div class="deadline__why">{children()}</div> })}
        </div>
    }
}
