//! More for who asks: the platform's own disclosure.

use leptos::prelude::*;

use super::icon::{Icon, IconName};

/// A line that opens to show its children ("Kenapa tanggal ini?").
#[component]
pub fn Details(#[prop(into)] summary: Signal<String>, #[prop(optional)] open: bool, children: Children) -> impl IntoView {
    view! {
        <details class="details" open=open>
            <summary class="details__summary">
                <Icon name=IconName::ChevronDown />
                <span>{summary}</span>
            </summary>
            <div class="details__body">{children()}</div>
        </details>
    }
}
