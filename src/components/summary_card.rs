//! A frame for what repeats – each party, each piece of evidence – with its title and acts on top. It
//! holds a summary list or rows; never another card.

use leptos::prelude::*;

/// A titled frame. `level` is the heading's level (2, 3 or 4) so that the page's outline stays whole.
#[component]
pub fn SummaryCard(
    #[prop(into)] title: Signal<String>,
    #[prop(default = 3)] level: u8,
    #[prop(optional, into)] actions: ViewFn,
    children: Children,
) -> impl IntoView {
    let heading = match level {
        2 => view! { <h2 class="summary-card__title">{title}</h2> }.into_any(),
        4 => view! { <h4 class="summary-card__title">{title}</h4> }.into_any(),
        _ => view! { <h3 class="summary-card__title">{title}</h3> }.into_any(),
    };
    view! {
        <div class="summary-card">
            <div class="summary-card__head">
                {heading} <div class="summary-card__acts">{actions.run()}</div>
            </div>
            <div class="summary-card__body">{children()}</div>
        </div>
    }
}
