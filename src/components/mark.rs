//! The app's own mark: a sheet on which a written line becomes a tick.

use leptos::prelude::*;

/// The mark, in the colour of the text around it. The app's name stands beside it, so it has none.
#[component]
pub fn Mark() -> impl IntoView {
    view! {
        <svg class="mark" aria-hidden="true" focusable="false">
            <use_ href="#icon-mark"></use_>
        </svg>
    }
}
