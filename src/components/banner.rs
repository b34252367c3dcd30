//! A message about the page or the device that stays until its reason is gone. At most one is shown at
//! a time; which one is the caller's choice.

use leptos::prelude::*;

use super::icon::{Icon, IconName};
use super::live::live;
use super::tone::Tone;

/// Whether a screen reader is told when the banner appears.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Announce {
    /// Part of the page from the start: read where it stands.
    No,
    /// Told when the reader pauses.
    #[default]
    Politely,
    /// Told at once. For what would cost work if it were missed.
    AtOnce,
}

/// A titled message with room for a paragraph and for acts.
#[component]
pub fn Banner(
    #[prop(into)] title: Signal<String>,
    #[prop(optional, into)] tone: Signal<Tone>,
    #[prop(optional)] announce: Announce,
    #[prop(optional, into)] actions: ViewFn,
    #[prop(optional)] children: Option<Children>,
) -> impl IntoView {
    let role = match announce {
        Announce::No => None,
        Announce::Politely => Some("status"),
        Announce::AtOnce => Some("alert"),
    };
    let icon = live(move || {
        let name = match tone.get() {
            Tone::Neutral | Tone::Info => IconName::Info,
            Tone::Success => IconName::CheckCircle,
            Tone::Warning => IconName::Clock,
            Tone::Danger => IconName::Alert,
            Tone::Training => IconName::Training,
        };
        view! { <Icon name=name /> }
    });
    view! {
        <div class=move || format!("banner banner--{}", tone.get().class_suffix()) role=role>
            {icon}
            <div class="banner__body">
                <p class="banner__title">{title}</p>
                {children.map(|children| view! { <div class="banner__text">{children()}</div> })}
                <div class="banner__acts">{actions.run()}</div>
            </div>
        </div>
    }
}
