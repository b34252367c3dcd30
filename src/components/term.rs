//! A word with its meaning, which opens where the word stands: the platform's own popover.

use leptos::prelude::*;

use super::unique_id;

/// The word as a button, and what it means.
#[component]
pub fn Term(
    #[prop(into)] name: String,
    #[prop(into)] plain: String,
    /// More about it: address and words of the link.
    more: (String, String),
) -> impl IntoView {
    let id = unique_id("term");
    let (href, label) = more;
    view! {
        <button type="button" class="term" popovertarget=id.clone()>{name.clone()}</button>
        <span class="term__more" id=id popover="auto" role="note">
            <strong class="term__name">{name}</strong>
            <span>{plain}</span>
            <a href=href>{label}</a>
        </span>
    }
}
