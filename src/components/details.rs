//! More for who asks: the platform's own disclosure.

use leptos::prelude::*;

use super::icon::{Icon, IconName};
use super::live::follow;

/// A line that opens to show its children ("Kenapa tanggal ini?").
#[component]
pub fn Details(#[prop(into)] summary: Signal<String>, #[prop(optional)] open: bool, children: Children) -> impl IntoView {
    // No attribute of the view: a page that is drawn anew would write it again and close what a person has opened.
    let element = NodeRef::<leptos::html::Details>::new();
    if open {
        follow(move || {
            if let Some(element) = element.get() {
                let _ = element.set_attribute("open", "");
            }
        });
    }
    view! {
        <details class="details" node_ref=element>
            <summary class="details__summary">
                <Icon name=IconName::ChevronDown />
                <span>{summary}</span>
            </summary>
            <div class="details__body">{children()}</div>
        </details>
    }
}
