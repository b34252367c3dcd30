//! What stands where a list would be: one sentence why it is empty, and the one act that fills it.

use leptos::prelude::*;

use super::icon::{Icon, IconName};

/// An empty list. Children are the one act.
#[component]
pub fn EmptyState(
    #[prop(into)] text: Signal<String>,
    #[prop(optional)] icon: Option<IconName>,
    #[prop(optional)] children: Option<Children>,
) -> impl IntoView {
    view! {
        <div class="empty-state">
            {icon.map(|name| view! { <Icon name=name /> })}
            <p class="empty-state__text">{text}</p>
            {children.map(|children| view! { <div class="empty-state__act">{children()}</div> })}
        </div>
    }
}
