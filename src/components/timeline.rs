//! What happened, in order: one line an act, with its kind, who, when and on which article; what came
//! of it hangs below.

use super::live::live;
use leptos::prelude::*;

use super::icon::{Icon, IconName};

/// The list around [`TimelineItem`]s.
#[component]
pub fn Timeline(#[prop(into)] label: Signal<String>, children: Children) -> impl IntoView {
    view! {
        <ol class="timeline" aria-label=label>
            {children()}
        </ol>
    }
}

/// One act. `when` and `who` are in words; `pending` marks what the server has not accepted yet, which
/// `who` or children must also say. Children are papers, files, notes, links to what it corrects.
#[component]
pub fn TimelineItem(
    #[prop(into)] title: Signal<String>,
    #[prop(into)] when: Signal<String>,
    icon: IconName,
    #[prop(optional, into)] who: Signal<Option<String>>,
    #[prop(optional, into)] pending: Signal<bool>,
    /// The element's id, for links from a correction.
    #[prop(optional, into)]
    id: Option<String>,
    #[prop(optional)] children: Option<Children>,
) -> impl IntoView {
    view! {
        <li id=id class="timeline__item" class:timeline__item--pending=pending>
            <span class="timeline__mark">
                <Icon name=icon />
            </span>
            <div class="timeline__body">
                <p class="timeline__title">{title}</p>
                <p class="timeline__meta">
                    <span>{when}</span>
                    {live(move || who.get().map(|text| view! { <span>{text}</span> }))}
                </p>
                {children.map(|children| view! { <div class="timeline__more">{children()}</div> })}
            </div>
        </li>
    }
}
