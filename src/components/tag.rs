//! A short word about state. The word says it; the colour only helps the eye find it.

use leptos::prelude::*;

use super::icon::{Icon, IconName};
use super::live::live;
use super::tone::Tone;

/// A state in one or two words, sentence case.
#[component]
pub fn Tag(
    #[prop(into)] label: Signal<String>,
    #[prop(optional, into)] tone: Signal<Tone>,
    #[prop(optional)] icon: Option<IconName>,
) -> impl IntoView {
    live(move || fixed_tag(label.get(), tone.get(), icon))
}

/// One that stays as it is, for lists of many.
pub fn fixed_tag(label: String, tone: Tone, icon: Option<IconName>) -> AnyView {
    view! {
        <span class=format!("tag tag--{}", tone.class_suffix())>
            {icon.map(|name| view! { <Icon name=name /> })}
            {label}
        </span>
    }
    .into_any()
}
