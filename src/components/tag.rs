//! A short word about state. The word says it; the colour only helps the eye find it.

use leptos::prelude::*;

use super::icon::{Icon, IconName};
use super::tone::Tone;

/// A state in one or two words, sentence case.
#[component]
pub fn Tag(
    #[prop(into)] label: Signal<String>,
    #[prop(optional, into)] tone: Signal<Tone>,
    #[prop(optional)] icon: Option<IconName>,
) -> impl IntoView {
    view! {
        <span class=move || format!("tag tag--{}", tone.get().class_suffix())>
            {icon.map(|name| view! { <Icon name=name /> })}
            {label}
        </span>
    }
}
